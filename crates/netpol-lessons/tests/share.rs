//! Links: what goes in comes out, and whatever else comes in gets an answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use netpol_engine::{Port, Protocol};
use netpol_lessons::share::{LinkError, MAX_CHARACTERS, WARN_CHARACTERS, decode, encode};
use netpol_lessons::{LESSONS, LessonPlace, Pin, Scenario, ScenarioError, ScenarioFile, Selection, state};
use proptest::option;
use proptest::prelude::*;

fn link(json: &str) -> String {
    format!("#v1={}", URL_SAFE_NO_PAD.encode(compress_to_vec(json.as_bytes(), 6)))
}

fn files(files: &[(&str, &str)]) -> Scenario {
    let files = files.iter().map(|(name, text)| ScenarioFile::new(*name, *text)).collect();
    Scenario { files, ..Scenario::default() }
}

#[test]
fn a_lesson_fits_a_link_that_survives_everywhere() {
    for source in LESSONS {
        let lesson = source.lesson().unwrap();
        let step = lesson.steps.len() - 1;
        let lesson_at = Some(LessonPlace { id: source.id.to_owned(), step });
        let scenario = Scenario { files: state(&lesson, step), lesson: lesson_at, ..Scenario::default() };
        let link = encode(&scenario).unwrap();
        assert!(link.len() < WARN_CHARACTERS, "{}: {}", source.id, link.len());
        assert_eq!(decode(&link), Ok(Some(scenario)));
    }
}

#[test]
fn the_json_is_compact_and_stable() {
    let mut scenario = files(&[("a.yaml", "x")]);
    assert_eq!(scenario.to_json(), r#"{"version":1,"files":[{"name":"a.yaml","text":"x"}]}"#);
    scenario.active = Some("a.yaml".to_owned());
    scenario.port = Some(Port { protocol: Protocol::Udp, number: 53 });
    scenario.selection = Some(Selection::Arrow { from: "a/b".to_owned(), to: "0.0.0.0/0".to_owned() });
    scenario.lesson = Some(LessonPlace { id: "three-tier".to_owned(), step: 2 });
    assert_eq!(
        scenario.to_json(),
        concat!(
            r#"{"version":1,"files":[{"name":"a.yaml","text":"x"}],"active":"a.yaml","port":"UDP/53","#,
            r#""selection":{"arrow":{"from":"a/b","to":"0.0.0.0/0"}},"lesson":{"id":"three-tier","step":2}}"#
        )
    );
}

#[test]
fn what_is_not_known_is_passed_over() {
    let json = r#"{"new":[1],"version":1,"files":[{"name":"a","text":"b","mode":"x"}],"port":7,
        "selection":{"cone":[]},"lesson":{"id":"x","step":"y"},"active":null}"#;
    assert_eq!(decode(&link(json)), Ok(Some(files(&[("a", "b")]))));
    for port in ["TCP", "tcp/80", "TCP/0", "TCP/65536", "/"] {
        let json = format!(r#"{{"version":1,"files":[],"port":"{port}"}}"#);
        assert_eq!(Scenario::from_json(&json), Ok(Scenario::default()), "{port}");
    }
}

#[test]
fn no_fragment_is_no_scenario() {
    for fragment in ["", "#", " # "] {
        assert_eq!(decode(fragment), Ok(None), "{fragment:?}");
    }
}

#[test]
fn links_survive_what_programs_do_to_them() {
    let scenario = files(&[("a", "b")]);
    let good = encode(&scenario).unwrap();
    let data = good.strip_prefix("#v1=").unwrap();
    for fragment in
        [format!("v1={data}"), format!("#v1%3D{data}"), format!("#v1={data}=="), format!(" {good}\n")]
    {
        let decoded = decode(&fragment);
        // Padding that could not be right is damage.
        if fragment.ends_with("==") && data.len() % 4 != 2 {
            continue;
        }
        assert_eq!(decoded, Ok(Some(scenario.clone())), "{fragment:?}");
    }
}

#[test]
fn bad_links_say_what_is_wrong() {
    let good = encode(&files(&[("a", &"text\n".repeat(50))])).unwrap();
    let many = Scenario {
        files: (0..101).map(|at| ScenarioFile::new(at.to_string(), "")).collect(),
        ..Scenario::default()
    };
    let names = |name: &str| link(&files(&[(name, "")]).to_json());
    let cases = [
        ("#stage".to_owned(), LinkError::Foreign),
        ("#v=1".to_owned(), LinkError::Foreign),
        ("#vx=1".to_owned(), LinkError::Foreign),
        ("#v2=AAAA".to_owned(), LinkError::Newer),
        (link(r#"{"version":2,"files":5}"#), LinkError::Newer),
        ("#v1=".to_owned(), LinkError::Damaged),
        ("#v1=????".to_owned(), LinkError::Damaged),
        (good[..good.len() - 5].to_owned(), LinkError::Damaged),
        (link("{}"), LinkError::Damaged),
        (link("[]"), LinkError::Damaged),
        (link(r#"{"version":1}"#), LinkError::Damaged),
        (link(&"[".repeat(100_000)), LinkError::Damaged),
        (names(""), LinkError::BadName),
        (names("a\u{7}"), LinkError::BadName),
        (link(&files(&[("a", "1"), ("a", "2")]).to_json()), LinkError::BadName),
        (names(&"n".repeat(256)), LinkError::Oversized),
        (link(&many.to_json()), LinkError::Oversized),
        (format!("#v1={}", "A".repeat(MAX_CHARACTERS)), LinkError::Oversized),
    ];
    for (fragment, error) in cases {
        let shown: String = fragment.chars().take(80).collect();
        assert_eq!(decode(&fragment), Err(error), "{shown}");
    }
}

#[test]
fn errors_have_ids_and_sentences() {
    let all =
        [LinkError::Damaged, LinkError::Foreign, LinkError::Newer, LinkError::BadName, LinkError::Oversized];
    assert_eq!(
        all.map(LinkError::id),
        ["link-damaged", "link-foreign", "link-newer", "link-names", "link-oversized"]
    );
    for error in all {
        assert!(error.to_string().ends_with('.'), "{error}");
    }
    let all =
        [ScenarioError::Damaged, ScenarioError::Newer, ScenarioError::BadName, ScenarioError::Oversized];
    assert_eq!(
        all.map(ScenarioError::id),
        ["scenario-damaged", "scenario-newer", "scenario-names", "scenario-oversized"]
    );
}

#[test]
fn what_could_not_be_opened_is_not_made() {
    assert_eq!(encode(&files(&[("", "")])), Err(LinkError::BadName));
    assert_eq!(encode(&files(&[("a", &"\n".repeat(5 << 20))])), Err(LinkError::Oversized));
}

#[test]
fn every_character_survives() {
    let odd = "\u{0}\u{7f}\u{85}\u{feff}\u{2028}\u{2029}\u{fffe}\u{ffff}\u{1f600}\u{10ffff}\\u0041\\\"'%&*<<: #~ \t\r\n\r ";
    let all: String = (0..0x3000).filter_map(char::from_u32).collect();
    let long = "{[long: \"line\"]} ".repeat(20_000);
    for text in [odd, &all, &long, "---\na: 1\n---\n- b\n...\n", "yes", "~", "1.0", ""] {
        let scenario = files(&[("a", text), ("y", text)]);
        assert_eq!(decode(&encode(&scenario).unwrap()), Ok(Some(scenario)), "{:.40}", text.escape_debug());
    }
}

#[test]
fn a_bomb_is_not_inflated() {
    // 256 MiB, which deflate brings down to a link of ordinary length. All of it would be damaged, not oversized.
    let bomb = compress_to_vec(&vec![b' '; 256 << 20], 6);
    let fragment = format!("#v1={}", URL_SAFE_NO_PAD.encode(bomb));
    assert!(fragment.len() < MAX_CHARACTERS, "{}", fragment.len());
    assert_eq!(decode(&fragment), Err(LinkError::Oversized));
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let names = proptest::collection::btree_set("[^\\p{Cc}\\s]{1,12}", 0..5);
    let texts = proptest::collection::vec(any::<String>(), 5);
    let port = (proptest::sample::select(Protocol::ALL.to_vec()), 1..=u16::MAX)
        .prop_map(|(protocol, number)| Port { protocol, number });
    let selection = prop_oneof![
        any::<(String, String)>().prop_map(|(from, to)| Selection::Arrow { from, to }),
        any::<String>().prop_map(Selection::Node),
    ];
    let lesson = any::<(String, usize)>().prop_map(|(id, step)| LessonPlace { id, step });
    let pin = any::<(String, u16, u16)>().prop_map(|(node, column, row)| Pin { node, column, row });
    let view = (option::of(port), option::of(selection), option::of(lesson));
    (names, texts, option::of(any::<String>()), view, proptest::collection::vec(pin, 0..4)).prop_map(
        |(names, texts, active, (port, selection, lesson), pins)| {
            let files =
                names.into_iter().zip(texts).map(|(name, text)| ScenarioFile { name, text }).collect();
            Scenario { files, active, port, selection, lesson, pins }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(scenario in scenario()) {
        let link = encode(&scenario).unwrap();
        let data = link.strip_prefix("#v1=").unwrap();
        prop_assert!(data.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
        prop_assert_eq!(decode(&link), Ok(Some(scenario)));
    }

    #[test]
    fn bytes_of_any_kind_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        let _ = decode(&text);
        let _ = decode(&format!("#v1={}", URL_SAFE_NO_PAD.encode(&bytes)));
        let _ = decode(&link(&text));
    }

    #[test]
    fn damage_gives_an_error_or_a_scenario_validate(scenario in scenario(), at in any::<prop::sample::Index>(), with in "[A-Za-z0-9_-]", cut in any::<bool>()) {
        let good = encode(&scenario).unwrap();
        let at = "#v1=".len() + at.index(good.len() - "#v1=".len());
        let bad = if cut { good[..at].to_owned() } else { format!("{}{with}{}", &good[..at], &good[at + 1..]) };
        match decode(&bad) {
            Ok(Some(read)) => {
                prop_assert!(!cut, "half a link was taken for a whole one");
                prop_assert_eq!(read.validate(), Ok(()));
            }
            Ok(None) => prop_assert!(false, "a fragment was taken for none"),
            Err(_) => {}
        }
    }
}
