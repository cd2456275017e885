//! The picture that the page shows before any code has run: the first lesson's, as its component draws it.
//!
//! It stands in `web/still.svg`, which Trunk puts into the page. After a change that is meant,
//! `UPDATE_STILL=1 cargo test -p netpol-web still` writes it anew.

use std::rc::Rc;
use std::{env, fs};

use netpol_engine::Analysis;
use netpol_syntax::Limits;
use netpol_view::{Layout, Pairs, PortChoice, Reach, Scene, SceneOptions, tenths};
use yew::LocalServerRenderer;
use yew::prelude::*;

use super::diagram::LARGEST;
use super::scene_svg::{SceneSvg, SceneSvgProps};
use crate::derive::ByPointer;
use crate::lessons;
use crate::state::Filter;

/// What only code does something with: ends and verdicts, what has the focus, words for screen readers, which have the
/// picture's name.
const FOR_CODE: [&str; 6] = [" data-", " aria-", " role=", " tabindex=", " x-key=", " key="];

fn scene() -> Scene {
    let files = lessons::files(lessons::first().unwrap()).unwrap();
    let analysis = Analysis::read(&files, &Limits::PAGE);
    let matrix = analysis.matrix();
    let pairs = Pairs::of(&analysis, &matrix, PortChoice::AsServed);
    let reach = Reach::drawn(&analysis, &matrix, &pairs);
    Scene::of(&analysis, &Layout::of(&analysis), &reach, &SceneOptions::default())
}

#[test]
fn the_page_as_built_names_the_first_step() {
    let place = lessons::first().unwrap();
    let lesson = lessons::lesson_at(place.lesson).unwrap();
    let page = include_str!("../../../index.html");
    let title = lesson.steps[place.step].title.as_str();
    let place = format!("{}, 1 of {}", lessons::short_title(&lesson), lesson.steps.len());
    assert!(page.contains(&format!("<small>{place}</small><b>{title}</b>")), "{place} {title}");
}

/// Markup without tooltips, comments and the attributes that are for code.
fn bare(markup: &str) -> String {
    let mut bare = String::new();
    let mut pieces = markup.split('<');
    bare += pieces.next().unwrap();
    let mut in_title = false;
    for piece in pieces {
        let (tag, text) = piece.split_once('>').unwrap();
        match tag {
            "title" => in_title = true,
            "/title" => in_title = false,
            _ if tag.starts_with('!') || in_title => {}
            _ => {
                bare += &format!("<{}>", without(tag));
                bare += text;
            }
        }
    }
    bare
}

fn without(tag: &str) -> String {
    let mut tag = tag.to_owned();
    for start in FOR_CODE {
        while let Some(at) = tag.find(start) {
            let value = at + tag[at..].find("=\"").unwrap() + 2;
            let end = value + tag[value..].find('"').unwrap() + 1;
            tag.replace_range(at..end, "");
        }
    }
    tag
}

#[tokio::test(flavor = "current_thread")]
async fn the_page_as_built_shows_what_the_first_lesson_begins_with() {
    let scene = scene();
    let [width, height, shown_width, shown_height] =
        [scene.width, scene.height, scene.width * LARGEST, scene.height * LARGEST].map(tenths);
    let props = SceneSvgProps {
        scene: ByPointer(Rc::new(scene)),
        selection: None,
        filter: Filter::default(),
        pulse: 0,
        onselect: Callback::noop(),
        onallow: Callback::noop(),
        onmove: Callback::noop(),
    };
    let drawn = LocalServerRenderer::<SceneSvg>::with_props(props).hydratable(false).render().await;
    let still = format!(
        "<svg class=\"diagram\" viewBox=\"0 0 {width} {height}\" width=\"{shown_width}\" height=\"{shown_height}\" role=\"img\" aria-label=\"Who reaches whom in three tiers\">{}</svg>\n",
        bare(&drawn)
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/still.svg");
    if env::var_os("UPDATE_STILL").is_some() {
        fs::write(path, &still).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), still);
}
