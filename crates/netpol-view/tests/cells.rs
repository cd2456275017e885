//! Workloads that the user moved: where they come to stand, and what the others do.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile};
use netpol_view::{Cell, EndKey, EndKind, Layout, Pins, Point, PortChoice, Reach, Scene, SceneOptions, Way};

/// The pods `names` of the namespace `shop`, put where `pins` wants them.
fn scene(names: &str, pins: &Pins) -> Scene {
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}\n---\n"
        )
    };
    let text: String = names.split(' ').map(pod).collect();
    let analysis = Analysis::read(&[SourceFile::new("a.yaml", text)], &Limits::PAGE);
    let reach = Reach::of(&analysis, &analysis.matrix(), PortChoice::AsServed);
    Scene::of(&analysis, &Layout::arranged(&analysis, &[], pins), &reach, &SceneOptions::default())
}

fn key(name: &str) -> EndKey {
    EndKey::new(EndKind::Workload, format!("shop/{name}"))
}

/// Who stands where, a row a line.
fn rows(scene: &Scene) -> String {
    let nodes = || scene.nodes.iter().filter_map(|node| Some((node.key.short(), node.cell?)));
    let last = nodes().map(|(_, cell)| cell.row).max().unwrap_or(0);
    let widest = nodes().map(|(_, cell)| cell.column).max().unwrap_or(0);
    let name = |cell: Cell| nodes().find(|(_, at)| *at == cell).map_or("-", |(name, _)| name).to_owned();
    let row = |row| (0..=widest).map(|column| name(Cell { column, row })).collect::<Vec<_>>().join(" ");
    (0..=last).map(row).collect::<Vec<_>>().join("\n")
}

/// The middle of the gap above a node.
fn above(scene: &Scene, name: &str) -> Point {
    let rect = scene.nodes.iter().find(|node| node.key == key(name)).unwrap().rect;
    Point { x: rect.center().x, y: rect.y - 9.0 }
}

/// Drops `name` there, and gives who stands where then.
fn drop_at(names: &str, pins: &mut Pins, name: &str, at: impl Fn(&Scene) -> Point) -> String {
    let before = scene(names, pins);
    if let Some((from, to)) = before.dropped(&key(name), at(&before)) {
        pins.pin(key(name), to, from);
    }
    rows(&scene(names, pins))
}

#[test]
fn between_two_others_it_stands_between_them() {
    let names = "a b c d";
    let to_before_d = drop_at(names, &mut Pins::default(), "a", |scene| above(scene, "d"));
    assert_eq!(to_before_d, "b\nc\na\nd");
    let to_before_a = drop_at(names, &mut Pins::default(), "d", |scene| above(scene, "a"));
    assert_eq!(to_before_a, "d\na\nb\nc");
    let names = "a b c d e f";
    let in_two_columns = drop_at(names, &mut Pins::default(), "a", |scene| above(scene, "f"));
    assert_eq!(in_two_columns, "b c\nd e\na f");
}

#[test]
fn behind_the_last_it_is_the_last() {
    let foot = |scene: &Scene| Point {
        x: scene.nodes.first().unwrap().rect.center().x,
        y: scene.boxes.first().unwrap().rect.bottom() - 4.0,
    };
    let mut pins = Pins::default();
    assert_eq!(drop_at("a b c", &mut pins, "a", foot), "b\nc\na");
    // Who comes later stands before it: it is to be the last.
    assert_eq!(rows(&scene("a b c d", &pins)), "b\nc\nd\na");
}

#[test]
fn beside_the_others_it_has_a_column_of_its_own() {
    let beside =
        |scene: &Scene| Point { x: scene.boxes.first().unwrap().rect.right() - 4.0, ..above(scene, "b") };
    let mut pins = Pins::default();
    assert_eq!(drop_at("a b c", &mut pins, "c", beside), "a -\nb c");
    assert_eq!(rows(&scene("a b c d", &pins)), "a -\nb c\nd -", "others flow around it");
    assert_eq!(rows(&scene("a b", &pins)), "a\nb", "what is pinned may be gone");
    pins.unpin(&key("c"));
    assert_eq!(rows(&scene("a b c", &pins)), "a\nb\nc");
}

#[test]
fn a_step_is_a_step_and_there_are_ends() {
    let mut pins = Pins::default();
    let mut step = |way| {
        let before = scene("a b c", &pins);
        if let Some((from, to)) = before.moved(&key("a"), way) {
            pins.pin(key("a"), to, from);
        }
        rows(&scene("a b c", &pins))
    };
    assert_eq!(step(Way::Up), "a\nb\nc");
    assert_eq!(step(Way::Left), "a\nb\nc");
    assert_eq!(step(Way::Down), "b\na\nc");
    assert_eq!(step(Way::Right), "b -\nc a");
    assert_eq!(step(Way::Up), "b a\nc -");
    assert_eq!(step(Way::Left), "a\nb\nc");
}

#[test]
fn two_that_are_pinned_change_places() {
    let mut pins = Pins::default();
    pins.pin(key("a"), Cell { column: 0, row: 2 }, Cell { column: 0, row: 0 });
    assert_eq!(rows(&scene("a b c", &pins)), "b\nc\na");
    pins.pin(key("b"), Cell { column: 0, row: 2 }, Cell { column: 0, row: 0 });
    assert_eq!(rows(&scene("a b c", &pins)), "a\nc\nb");
    let places: Vec<_> = pins.iter().map(|(node, cell)| (node.short(), cell.row)).collect();
    assert_eq!(places, [("a", 0), ("b", 2)]);
}

#[test]
fn nothing_that_a_link_says_makes_a_picture_huge() {
    let mut pins = Pins::default();
    pins.pin(key("a"), Cell { column: u16::MAX, row: u16::MAX }, Cell { column: 0, row: 0 });
    assert_eq!(rows(&scene("a b", &pins)), "b -\n- a");
}

#[test]
fn alone_there_is_nowhere_to_go() {
    let alone = scene("a", &Pins::default());
    for way in [Way::Left, Way::Right, Way::Up, Way::Down] {
        assert_eq!(alone.moved(&key("a"), way), None);
    }
    let pair = scene("a b", &Pins::default());
    assert_eq!(pair.moved(&key("b"), Way::Down), None);
    assert!(pair.moved(&key("b"), Way::Right).is_some());
}
