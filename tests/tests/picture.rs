//! What must hold of every picture: nothing lies over anything else, policies move nothing, and arrows say what
//! evaluations say.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

use std::collections::BTreeSet;

use netpol_engine::{Analysis, Endpoint, Flow, Phase, Port, Protocol, WorkloadId};
use netpol_syntax::order::Set;
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::generate::{Form, Generated, Size, generate};
use netpol_tests::oracle::{Cluster, render};
use netpol_tests::random::{clusters, config};
use netpol_view::{
    ArrowVerdict, Cell, EndKey, EndKind, Layout, NodePlace, Pins, Point, PortChoice, Reach, Rect, Scene,
    SceneNode, SceneOptions, why,
};
use proptest::prelude::*;

/// The height of a label's plate.
const LABEL_HEIGHT: f64 = 19.0;

fn analyse(texts: &[&str]) -> Analysis {
    let files: Vec<SourceFile> = texts.iter().map(|text| SourceFile::new("file.yaml", *text)).collect();
    Analysis::read(&files, &Limits::PAGE)
}

/// What [`cluster_of`] makes a cluster of some sixty workloads at most of.
fn sizes() -> impl Strategy<Value = (u64, usize, usize)> {
    (any::<u64>(), 4..180_usize, 0..40_usize)
}

fn cluster_of((seed, pods, policies): (u64, usize, usize)) -> Generated {
    generate(seed, Size { pods, policies, form: Form::Deployments })
}

/// The cluster and its policies, each as a text.
fn in_two(cluster: Cluster, style: u64) -> (String, String) {
    let policies = Cluster { policies: cluster.policies.clone(), ..Cluster::default() };
    (render(&Cluster { policies: vec![], ..cluster }, style), render(&policies, style))
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn nothing_lies_over_anything(size in sizes(), opened: bool, selected: Option<prop::sample::Index>) {
        check(&analyse(&[&cluster_of(size).text()]), opened, selected);
    }

    #[test]
    fn nothing_lies_over_anything_odd(
        cluster in clusters(),
        style: u64,
        opened: bool,
        selected: Option<prop::sample::Index>,
    ) {
        check(&analyse(&[&render(&cluster, style)]), opened, selected);
    }

    #[test]
    fn nothing_lies_over_anything_that_was_moved(
        size in sizes(),
        opened: bool,
        moves in prop::collection::vec((any::<prop::sample::Index>(), 0..6_u16, 0..12_u16), 1..12),
    ) {
        let analysis = analyse(&[&cluster_of(size).text()]);
        let nodes = Layout::of(&analysis).nodes;
        prop_assume!(!nodes.is_empty());
        let mut pins = Pins::default();
        for (node, column, row) in moves {
            pins.pin(node.get(&nodes).key.clone(), Cell { column, row }, Cell { column: 0, row: 0 });
        }
        let layout = Layout::arranged(&analysis, &[], &pins);
        let keys = |nodes: &[NodePlace]| nodes.iter().map(|node| node.key.clone()).collect::<BTreeSet<_>>();
        assert_eq!(keys(&nodes), keys(&layout.nodes), "somebody is gone");
        let (_, scene) = laid_out(&analysis, &layout, opened, None);
        places(&scene);
        lines(&scene);
        labels(&scene);
    }

    #[test]
    fn what_is_dropped_stands_there(size in sizes(), node: prop::sample::Index, (right, down) in (0.0..1.0, 0.0..1.0)) {
        dropped(&analyse(&[&cluster_of(size).text()]), node, (right, down));
    }

    #[test]
    fn lines_lose_nothing(size in sizes(), opened: bool, selected: Option<prop::sample::Index>) {
        lossless(&analyse(&[&cluster_of(size).text()]), opened, selected);
    }

    #[test]
    fn policies_move_nothing(size in sizes()) {
        let generated = cluster_of(size);
        unmoved(&generated.without_policies(), &generated.policies.join("---\n"));
    }

    #[test]
    fn odd_policies_move_nothing(cluster in clusters(), style: u64) {
        let (cluster, policies) = in_two(cluster, style);
        unmoved(&cluster, &policies);
    }

    #[test]
    fn arrows_say_what_evaluations_say(cluster in clusters(), style: u64, number in prop::sample::select(vec![53, 80, 8080])) {
        arrows(&analyse(&[&render(&cluster, style)]), Port { protocol: Protocol::Tcp, number });
    }

    #[test]
    fn arrows_of_many_say_what_evaluations_say(size in sizes()) {
        arrows(&analyse(&[&cluster_of(size).text()]), Port { protocol: Protocol::Tcp, number: 8080 });
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn nothing_lies_over_anything_of_hundreds(
        seed: u64,
        pods in 600..1_000_usize,
        policies in 0..120_usize,
        selected: Option<prop::sample::Index>,
    ) {
        let analysis = analyse(&[&cluster_of((seed, pods, policies)).text()]);
        check(&analysis, false, selected);
        lossless(&analysis, false, selected);
    }
}

fn check(analysis: &Analysis, opened: bool, selected: Option<prop::sample::Index>) {
    let (_, scene) = drawn(analysis, opened, selected);
    places(&scene);
    lines(&scene);
    labels(&scene);
}

fn drawn(analysis: &Analysis, opened: bool, selected: Option<prop::sample::Index>) -> (Reach, Scene) {
    laid_out(analysis, &Layout::of(analysis), opened, selected)
}

fn laid_out(
    analysis: &Analysis,
    layout: &Layout,
    opened: bool,
    selected: Option<prop::sample::Index>,
) -> (Reach, Scene) {
    let reach = Reach::of(analysis, &analysis.matrix(), PortChoice::AsServed);
    let selected = selected.filter(|_| !layout.nodes.is_empty());
    let options = SceneOptions {
        opened: layout.boxes.iter().map(|place| place.key.clone()).filter(|_| opened).collect(),
        changed: Set::new(),
        selected: selected.map(|index| index.get(&layout.nodes).key.clone()),
    };
    let scene = Scene::of(analysis, layout, &reach, &options);
    (reach, scene)
}

/// A node that is dropped where nobody stands comes to stand there, or as near as its namespace has room; where it
/// goes back from there, all is as it was.
fn dropped(analysis: &Analysis, node: prop::sample::Index, (right, down): (f64, f64)) {
    let (_, scene) = drawn(analysis, false, None);
    let nodes: Vec<&SceneNode> = scene.nodes.iter().filter(|node| node.cell.is_some()).collect();
    if nodes.is_empty() {
        return;
    }
    let node = node.get(&nodes);
    let home = scene.boxes.iter().find(|place| Some(place.key.as_str()) == node.key.namespace()).unwrap();
    let at = Point { x: home.rect.x + home.rect.width * right, y: home.rect.y + home.rect.height * down };
    let away = Point { x: home.rect.right() + 1.0, ..at };
    assert_eq!(scene.dropped(&node.key, away), None, "outside of its namespace");
    let Some((from, to)) = scene.dropped(&node.key, at) else { return };
    assert_eq!(Some(from), node.cell);
    let mut pins = Pins::default();
    pins.pin(node.key.clone(), to, from);
    let stands = |pins: &Pins| {
        let (_, scene) = laid_out(analysis, &Layout::arranged(analysis, &[], pins), false, None);
        let nodes = scene.nodes.into_iter().map(|node| (node.key, node.cell));
        nodes.collect::<Vec<_>>()
    };
    let after = stands(&pins);
    let cell = after.iter().find(|(key, _)| *key == node.key).and_then(|(_, cell)| *cell).unwrap();
    assert!(cell.column <= to.column && cell.row <= to.row, "{} went to {cell:?} for {to:?}", node.key);
    pins.unpin(&node.key);
    assert_eq!(stands(&pins), stands(&Pins::default()));
}

/// Every arrow is drawn once, alone or in a bundle, and a line's colour is that of all its arrows.
fn lossless(analysis: &Analysis, opened: bool, selected: Option<prop::sample::Index>) {
    let (reach, scene) = drawn(analysis, opened, selected);
    let within = scene.boxes.iter().filter_map(|place| place.within.as_ref());
    let mut met = BTreeSet::new();
    for direction in scene.lines.iter().chain(within).flat_map(|line| &line.directions) {
        for (from, to) in Scene::arrows_of(direction) {
            let arrow = reach.arrows.iter().find(|arrow| arrow.from == from && arrow.to == to);
            let arrow = arrow.unwrap_or_else(|| panic!("no arrow {from} -> {to}"));
            if direction.verdict != ArrowVerdict::Partial {
                assert_eq!(direction.verdict, arrow.verdict, "{from} -> {to} in {}", direction.text);
            }
            assert!(met.insert((from, to)), "twice: {}", direction.text);
        }
    }
    let missing = reach.arrows.len() - met.len();
    assert_eq!(missing == 0, scene.left_out == 0, "{missing} of {} are not drawn", reach.arrows.len());
    // Those that are not drawn say what is said of them.
    for arrow in reach.arrows.iter().filter(|arrow| !met.contains(&(arrow.from.clone(), arrow.to.clone()))) {
        let said = scene.left_out_verdict.unwrap_or(arrow.verdict);
        assert_eq!(arrow.verdict, said, "{} -> {}: {:?}", arrow.from, arrow.to, scene.left_out_words());
    }
}

/// Boxes lie apart, and each node in its own box and over no other.
fn places(scene: &Scene) {
    let whole = Rect { x: 0.0, y: 0.0, width: scene.width, height: scene.height };
    for (at, one) in scene.boxes.iter().enumerate() {
        assert!(holds(&whole, &one.rect), "{} sticks out of the picture", one.key);
        for other in &scene.boxes[at + 1..] {
            assert!(!one.rect.overlaps(&other.rect), "{} lies over {}", one.key, other.key);
        }
    }
    for (at, one) in scene.nodes.iter().enumerate() {
        assert!(holds(&whole, &one.rect), "{} sticks out of the picture", one.key);
        for other in &scene.nodes[at + 1..] {
            assert!(!one.rect.overlaps(&other.rect), "{} lies over {}", one.key, other.key);
        }
        for place in &scene.boxes {
            let mine = one.key.kind() == EndKind::Workload
                && one.key.as_str().split_once('/').map(|it| it.0) == Some(place.key.as_str());
            assert_eq!(holds(&place.rect, &one.rect), mine, "{} and the box {}", one.key, place.key);
            assert_eq!(place.rect.overlaps(&one.rect), mine, "{} and the box {}", one.key, place.key);
        }
    }
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    outer.x <= inner.x
        && outer.y <= inner.y
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

/// Lines stay on the picture and cross no node, but for their own ends' edges.
fn lines(scene: &Scene) {
    let whole = Rect { x: 0.0, y: 0.0, width: scene.width, height: scene.height };
    for direction in scene.lines.iter().flat_map(|line| &line.directions) {
        let way = sampled(&direction.hit);
        assert!(way.len() > 1, "{}: no way: {:?}", direction.text, direction.hit);
        for point in &way {
            assert!(within(&whole, point), "{}: {point:?} is off the picture", direction.text);
            let over = scene.nodes.iter().find(|node| within(&node.rect.grown(-1.0), point));
            assert!(
                over.is_none(),
                "{}: goes over {} at {point:?}: {}",
                direction.text,
                over.map_or("", |it| it.key.as_str()),
                direction.hit
            );
        }
        for (end, point) in [(&direction.from, way.first()), (&direction.to, way.last())] {
            let rect = place_of(scene, end).unwrap_or_else(|| panic!("{end} has no place"));
            assert!(
                point.is_some_and(|point| within(&rect.grown(2.0), point)),
                "{}: {point:?} is not at {end}, {rect:?}: {}",
                direction.text,
                direction.hit
            );
        }
    }
}

fn place_of(scene: &Scene, end: &EndKey) -> Option<Rect> {
    let node = scene.nodes.iter().find(|node| node.key == *end).map(|node| node.rect);
    node.or_else(|| scene.boxes.iter().find(|place| place.key == *end).map(|place| place.rect))
}

fn within(rect: &Rect, point: &Point) -> bool {
    (rect.x..=rect.right()).contains(&point.x) && (rect.y..=rect.bottom()).contains(&point.y)
}

/// Points along path data of absolute `M`, `L` and `Q`, at most two pixels apart on its straight parts.
fn sampled(path: &str) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for part in path.split(['M', 'L', 'Q']).filter(|part| !part.is_empty()) {
        let numbers: Vec<f64> = part.split([' ', ',']).map(|number| number.parse().unwrap()).collect();
        let last = points.last().copied();
        match (numbers.as_slice(), last) {
            (&[x, y], None) => points.push(Point { x, y }),
            (&[x, y], Some(from)) => {
                let steps = ((from.x - x).hypot(from.y - y) / 2.0).ceil().max(1.0);
                let mut step = 1.0;
                while step <= steps {
                    let share = step / steps;
                    points.push(Point { x: from.x + (x - from.x) * share, y: from.y + (y - from.y) * share });
                    step += 1.0;
                }
            }
            (&[cx, cy, x, y], Some(from)) => {
                for share in [0.25, 0.5, 0.75, 1.0] {
                    let rest = 1.0 - share;
                    let on = |from: f64, by: f64, to: f64| {
                        rest * rest * from + 2.0 * rest * share * by + share * share * to
                    };
                    points.push(Point { x: on(from.x, cx, x), y: on(from.y, cy, y) });
                }
            }
            _ => panic!("path data of another kind: {path}"),
        }
    }
    points
}

/// Labels lie over no node and no other label.
fn labels(scene: &Scene) {
    let plates: Vec<(&str, Rect)> = scene
        .lines
        .iter()
        .filter_map(|line| line.label.as_ref())
        .map(|label| {
            let (x, y) = (label.at.x - label.width / 2.0, label.at.y - LABEL_HEIGHT / 2.0);
            (label.text.as_str(), Rect { x, y, width: label.width, height: LABEL_HEIGHT })
        })
        .collect();
    for (at, (text, plate)) in plates.iter().enumerate() {
        let over = scene.nodes.iter().find(|node| node.rect.overlaps(plate));
        assert!(over.is_none(), "the label {text} lies over {}", over.map_or("", |it| it.key.as_str()));
        for (other, other_plate) in &plates[at + 1..] {
            assert!(!plate.overlaps(other_plate), "the label {text} lies over the label {other}");
        }
    }
}

/// Boxes and nodes stand where they stood without policies, wherever in the text the policies are.
fn unmoved(cluster: &str, policies: &str) {
    let without = stands(&[cluster]);
    assert_eq!(without, stands(&[cluster, policies]), "with policies after it");
    assert_eq!(without, stands(&[policies, cluster]), "with policies before it");
}

/// Where boxes and nodes stand, and how large the whole is.
fn stands(texts: &[&str]) -> (Vec<(EndKey, Rect)>, Rect) {
    let layout = Layout::of(&analyse(texts));
    let boxes = layout.boxes.iter().map(|place| (place.key.clone(), place.rect));
    let nodes = layout.nodes.iter().map(|place| (place.key.clone(), place.rect));
    let whole = Rect { x: 0.0, y: 0.0, width: layout.width, height: layout.height };
    (boxes.chain(nodes).collect(), whole)
}

/// Each arrow between workloads is what the evaluations of all pairs of their pods sum up to, and so is its story.
fn arrows(analysis: &Analysis, port: Port) {
    let cluster = &analysis.cluster;
    let matrix = analysis.matrix();
    let reach = Reach::of(analysis, &matrix, PortChoice::One(port));
    let workload = |end: &EndKey| -> Option<WorkloadId> {
        let (namespace, name) = end.as_str().split_once('/').filter(|_| end.kind() == EndKind::Workload)?;
        cluster.workload(namespace, name)
    };
    for (at, arrow) in reach.arrows.iter().enumerate() {
        let (Some(from), Some(to)) = (workload(&arrow.from), workload(&arrow.to)) else { continue };
        let alive = |id: WorkloadId| {
            let pods = cluster.workloads[id].pods.iter().copied();
            pods.filter(|pod| cluster.pods[*pod].phase != Phase::Finished).map(Endpoint::Pod)
        };
        let flows = alive(from).flat_map(|from| alive(to).map(move |to| Flow { from, to, port }));
        let passes: Vec<bool> = flows.map(|flow| analysis.evaluate(flow).verdict().is_allowed()).collect();
        let expected = match passes.iter().filter(|passes| **passes).count() {
            0 => ArrowVerdict::Blocked,
            count if count == passes.len() => ArrowVerdict::Allowed,
            _ => ArrowVerdict::Partial,
        };
        assert_eq!(arrow.verdict, expected, "{} -> {}", arrow.from, arrow.to);
        if at % 7 == 0 {
            let story = why(analysis, &matrix, &arrow.from, &arrow.to, PortChoice::One(port));
            assert_eq!(story.map(|story| story.verdict), Some(expected), "{} -> {}", arrow.from, arrow.to);
        }
    }
}
