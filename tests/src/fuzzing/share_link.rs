//! Links to scenarios, and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use netpol_engine::{Port, Protocol};
use netpol_lessons::share::{LinkError, decode, encode};
use netpol_lessons::{LessonPlace, Pin, Scenario, ScenarioFile, Selection};

/// Between the parts of which [`scenario`] makes a scenario: the character that ASCII has for it.
const PART: char = '\u{1f}';

/// Opens the bytes as a link, as what a link holds before it is coded, deflated and coded, and as the parts of a
/// scenario. Whatever opens must come out of a link of its own again.
pub fn share_link(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = decode(&text).map(|scenario| scenario.iter().for_each(comes_back));
    let _ = decode(&link(data)).map(|scenario| scenario.iter().for_each(comes_back));

    let direct = Scenario::from_json(&text);
    direct.iter().for_each(comes_back);
    if let Ok(json) = std::str::from_utf8(data) {
        let by_link = decode(&link(&compress_to_vec(json.as_bytes(), 1)));
        assert_eq!(by_link, direct.map(Some).map_err(LinkError::from));
    }
    comes_back(&scenario(&text));
}

fn link(deflated: &[u8]) -> String {
    format!("#v1={}", URL_SAFE_NO_PAD.encode(deflated))
}

/// What can be put into a link comes out of it as it was; what cannot, no link brings.
fn comes_back(scenario: &Scenario) {
    match encode(scenario) {
        Ok(link) => assert_eq!(decode(&link), Ok(Some(scenario.clone()))),
        // Within the limits of JSON and yet too long for a link: text that does not get shorter.
        Err(LinkError::Oversized) => {}
        Err(error) => {
            let refused = Scenario::from_json(&scenario.to_json());
            assert_eq!(refused.map_err(LinkError::from), Err(error));
        }
    }
}

/// Files, the open one, a port, a selection and a lesson, from the text's parts.
fn scenario(text: &str) -> Scenario {
    let mut parts = text.split(PART);
    let mut view = parts.next().unwrap_or_default().lines().map(str::to_owned);
    let active = view.next().filter(|active| !active.is_empty());
    let number = view.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
    let selection = match (view.next(), view.next()) {
        (Some(from), Some(to)) => Some(Selection::Arrow { from, to }),
        (Some(node), None) => Some(Selection::Node(node)),
        (None, _) => None,
    };
    let step = text.len() % 12;
    let lesson = view.next().map(|id| LessonPlace { id, step });
    let pin = |node: String| Pin { column: node.len() as u16, row: step as u16, node };
    let pins = view.map(pin).collect();
    let protocol = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].into_iter().cycle().nth(step);
    let port = protocol.zip(number).map(|(protocol, number)| Port { protocol, number });
    let mut files = Vec::new();
    while let Some(name) = parts.next() {
        files.push(ScenarioFile::new(name, parts.next().unwrap_or_default()));
    }
    Scenario { files, active, port, selection, lesson, pins }
}
