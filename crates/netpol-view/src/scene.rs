//! The diagram: boxes, nodes and lines with their geometry, ready to be drawn.

use netpol_engine::{Analysis, Id as _, NAMESPACE_NAME_LABEL, Phase, WorkloadId};
use netpol_syntax::Location;
use netpol_syntax::order::{self, Map, Set};

use crate::bundle::{Bundled, Direction, READABLE, bundle};
use crate::cells::{Cell, Grid};
use crate::decimal::between;
use crate::label::{CROWDED, Labels, label_words, plate_width, rest_words};
use crate::layout::{LANE_TOP, NODE_HEIGHT};
use crate::marks::{Globe, ROOM_LEFT, ROOM_RIGHT};
use crate::measure::{bold_width, shorten, width};
use crate::reach::{Asked, MAX_DRAWN};
use crate::route::{self, Anchor, Place};
use crate::stroke;
use crate::{ArrowVerdict, Counts, EndKey, Layout, Point, PortChoice, Reach, Rect, words};

/// A drawn state of a cluster. Coordinates are CSS pixels at zoom 1, from the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// The whole picture.
    pub width: f64,
    /// The whole picture.
    pub height: f64,
    /// What of it is drawn on now: without the lane at the top where nothing outside is drawn.
    pub content: Rect,
    /// Namespaces, in the order in which they are to be drawn and read.
    pub boxes: Vec<NamespaceBox>,
    /// Workloads, in reading order, then what lies outside.
    pub nodes: Vec<SceneNode>,
    /// Lines, thin ones first so that others lie over them.
    pub lines: Vec<SceneLine>,
    /// How many arrows pass, partly pass and do not, bundled ones counted one by one.
    pub counts: Counts,
    /// Policies that the API server would refuse, left out of every verdict.
    pub refused: usize,
    /// Lines that were left out because there are too many to be read.
    pub left_out: usize,
    /// What all of those say, where there are any and they say the same.
    pub left_out_verdict: Option<ArrowVerdict>,
    /// Workloads that were left out because there are too many to be drawn.
    pub workloads_left_out: usize,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct NamespaceBox {
    /// Its key.
    pub key: EndKey,
    /// Its name, shortened where it is too long for its box.
    pub title: String,
    /// Its labels in short, without the one that every namespace has.
    pub labels: String,
    /// Where it stands.
    pub rect: Rect,
    /// Whether it is the system's own, drawn small and quiet.
    pub system: bool,
    /// Where it is written, if it is.
    pub at: Option<Location>,
    /// What its workloads may do among themselves, where they are more than two: all of them, or those that are not drawn one
    /// by one.
    pub within: Option<SceneLine>,
    /// The text for screen readers and tooltips.
    pub text: String,
    pub(crate) grid: Grid,
}

/// A workload, or addresses outside.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneNode {
    /// Its key.
    pub key: EndKey,
    /// Its name, shortened where it is too long.
    pub title: String,
    /// How many and on which ports: "×2   TCP 80".
    pub subtitle: String,
    /// Where it stands.
    pub rect: Rect,
    /// Whether policies isolate it for ingress.
    pub isolated_ingress: bool,
    /// Whether policies isolate it for egress.
    pub isolated_egress: bool,
    /// Whether it can reach the internet; `None` for what lies outside.
    pub internet: Option<Globe>,
    /// Whether it is the system's own, which hardly anyone writes policies for.
    pub system: bool,
    /// Where it is written, if it is.
    pub at: Option<Location>,
    /// The text for screen readers and tooltips, with its whole name and labels.
    pub text: String,
    /// The cell of its namespace's box that it stands in; `None` for what lies outside.
    pub cell: Option<Cell>,
}

/// What a line looks like as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// As ever.
    Normal,
    /// Thin and quiet: to the cluster's DNS.
    Thin,
}

/// One line between two ends, for one direction or both.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneLine {
    /// What it looks like.
    pub stroke: Stroke,
    /// Its directions, one or two. Where there are two that differ, the allowed one is first and holds the
    /// stroke, and the other one is a stop mark at its tail.
    pub directions: Vec<LineDirection>,
    /// What is written on it.
    pub label: Option<LineLabel>,
}

/// One direction of a line: an element of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct LineDirection {
    /// Its source.
    pub from: EndKey,
    /// Its destination.
    pub to: EndKey,
    /// What passes.
    pub verdict: ArrowVerdict,
    /// The stroke as SVG path data, from source to destination; empty where the line's other direction holds it.
    pub path: String,
    /// The whole way as SVG path data, for pointing at it; never empty.
    pub hit: String,
    /// The arrow head, or the stop mark of a blocked direction under an allowed one, as SVG path data.
    pub head: String,
    /// Whether `head` is a stop mark.
    pub stop: bool,
    /// The arrows it stands for, where it is a bundle; empty for a single one.
    pub members: Vec<(EndKey, EndKey)>,
    /// Whether the last edit changed it.
    pub changed: bool,
    /// Who, whom, which ports, verdict: the text for screen readers and tooltips.
    pub text: String,
}

/// What is written on a line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineLabel {
    /// The words.
    pub text: String,
    /// The middle of the label.
    pub at: Point,
    /// Its size, for the plate behind it.
    pub width: f64,
    /// Whose colour it has.
    pub verdict: ArrowVerdict,
}

/// What the user chose about the picture.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SceneOptions {
    /// Bundles to be drawn one by one: ends (namespaces) that are opened.
    pub opened: Vec<EndKey>,
    /// Arrows that the last edit changed.
    pub changed: Set<(EndKey, EndKey)>,
    /// The end that is selected, whose own lines are always labelled.
    pub selected: Option<EndKey>,
}

/// How many lines one view draws: past that they explain nothing. Those of the selected end come first.
const MAX_LINES: usize = 400;

impl Scene {
    /// Draws a state of a cluster.
    #[must_use]
    pub fn of(analysis: &Analysis, layout: &Layout, reach: &Reach, options: &SceneOptions) -> Self {
        let lane = lane(layout, reach);
        let nodes = nodes(analysis, layout, reach, &lane);
        let mut bundles = bundle(layout, reach, options);
        let (within, drawn): (Vec<_>, Vec<_>) =
            bundles.drain(..).partition(|line| line.main.from == line.main.to);
        let all = drawn.len();
        // Of what the last edit changed, and of what was opened, as much is drawn as can be; what is selected comes first.
        let shows_changed =
            all > READABLE && drawn.iter().filter(|line| is_changed(line, options)).count() <= READABLE;
        let rank = |line: &Bundled<'_>| match () {
            () if options.selected.iter().any(|end| touches(line, end)) => 0,
            () if is_opened(line, options) || (shows_changed && is_changed(line, options)) => 1,
            () => 2,
        };
        let mut ranked: Vec<(u8, Bundled<'_>)> = drawn.into_iter().map(|line| (rank(&line), line)).collect();
        order::sort_by_key(&mut ranked, |(rank, _)| *rank);
        let usual = leave_out_usual(&mut ranked);
        let left_out_verdict = usual.filter(|_| ranked.len() <= MAX_LINES && ranked.len() < all);
        ranked.truncate(MAX_LINES);
        let left_out = all - ranked.len();
        let mut drawn: Vec<Bundled<'_>> = ranked.into_iter().map(|(_, line)| line).collect();
        // Thin ones first, so that the others lie over them; the sort is stable.
        order::sort_by_key(&mut drawn, |line| !line.main.first.dns);
        let lines = lines(layout, &lane, &drawn, options, &nodes);
        let width = lane.iter().map(|place| place.rect.right() + 24.0).fold(layout.width, f64::max);
        let top = if lane.is_empty() {
            layout.boxes.iter().map(|it| it.rect.y).fold(f64::MAX, f64::min) - 24.0
        } else {
            0.0
        };
        // An empty cluster has a picture, too.
        let top = between(top, 0.0, layout.height - 1.0);
        Self {
            width,
            height: layout.height,
            content: Rect { x: 0.0, y: top, width, height: layout.height - top },
            boxes: boxes(analysis, layout, &within, options),
            nodes,
            lines,
            counts: reach.counts(),
            refused: analysis.cluster.refused.len(),
            left_out,
            left_out_verdict,
            workloads_left_out: workloads_left_out(analysis),
        }
    }

    /// How many lines are not drawn, and what they say, where they say the same; `None` where all are drawn.
    #[must_use]
    pub fn left_out_words(&self) -> Option<String> {
        let all = match self.left_out_verdict {
            Some(ArrowVerdict::Allowed) => ", all allowed",
            Some(_) => ", all blocked",
            None => " than can be read",
        };
        let lines = words::count(self.left_out, "more line", "more lines");
        (self.left_out > 0).then(|| format!("{lines}{all}"))
    }

    /// The arrows that are behind a direction: its members, or itself.
    #[must_use]
    pub fn arrows_of(direction: &LineDirection) -> Vec<(EndKey, EndKey)> {
        if direction.members.is_empty() {
            vec![(direction.from.clone(), direction.to.clone())]
        } else {
            direction.members.clone()
        }
    }
}

/// How many workloads there are past those that are drawn.
fn workloads_left_out(analysis: &Analysis) -> usize {
    let cluster = &analysis.cluster;
    let alive = cluster
        .workloads
        .rows()
        .iter()
        .filter(|workload| workload.pods.iter().any(|pod| cluster.pods[*pod].phase != Phase::Finished));
    alive.count().saturating_sub(MAX_DRAWN)
}

/// Where there are more lines than can be read, leaves out those that say what most of them do, but for those that matter,
/// whose rank is not the last: what they say is said once.
fn leave_out_usual(lines: &mut Vec<(u8, Bundled<'_>)>) -> Option<ArrowVerdict> {
    if lines.len() <= READABLE {
        return None;
    }
    let says = |line: &Bundled<'_>| {
        let main = line.main.verdict();
        line.ways().all(|way| way.agrees && way.verdict() == main).then_some(main)
    };
    let count =
        |verdict: &ArrowVerdict| lines.iter().filter(|(_, line)| says(line) == Some(*verdict)).count();
    let usual = [ArrowVerdict::Allowed, ArrowVerdict::Blocked].into_iter().max_by_key(count)?;
    lines.retain(|(rank, line)| says(line) != Some(usual) || *rank < 2);
    Some(usual)
}

/// Whether it is of a namespace whose lines were asked for one by one.
fn is_opened(line: &Bundled<'_>, options: &SceneOptions) -> bool {
    let mut namespaces = [&line.main.from, &line.main.to].into_iter().filter_map(EndKey::namespace);
    namespaces.any(|name| options.opened.iter().any(|opened| opened.as_str() == name))
}

fn is_changed(line: &Bundled<'_>, options: &SceneOptions) -> bool {
    line.ways().any(|way| has_changed(way, options))
}

fn has_changed(direction: &Direction<'_>, options: &SceneOptions) -> bool {
    let mut arrows = direction.arrows.iter();
    !options.changed.is_empty()
        && arrows.any(|arrow| options.changed.contains(&(arrow.from.clone(), arrow.to.clone())))
}

/// Whether an end, or anything in it where it is a namespace, is an end of the line or of what it stands for.
fn touches(line: &Bundled<'_>, end: &EndKey) -> bool {
    let is_end = |key: &EndKey| {
        key == end || (matches!(end, EndKey::Namespace(_)) && key.namespace() == Some(end.as_str()))
    };
    line.ways().any(|way| way.arrows.iter().any(|arrow| is_end(&arrow.from) || is_end(&arrow.to)))
}

/// Where something outside stands.
struct LanePlace {
    key: EndKey,
    title: String,
    subtitle: String,
    rect: Rect,
}

/// What lies outside stands in the lane at the top, the internet over the first column.
fn lane(layout: &Layout, reach: &Reach) -> Vec<LanePlace> {
    let first = layout.columns.first().map_or(100.0, |column| (column.left + column.right) / 2.0);
    let mut x: Option<f64> = None;
    let places = reach.outside.iter().map(|end| {
        let room = bold_width(&end.title, 13.0).max(width(&end.subtitle, 11.0)) + 40.0;
        let width = between(room, 150.0, 280.0);
        let left = x.unwrap_or((first - width / 2.0).max(24.0));
        x = Some(left + width + 24.0);
        let inner = width - 32.0;
        LanePlace {
            key: end.key.clone(),
            title: shorten(&end.title, inner, |text| bold_width(text, 13.0)),
            subtitle: shorten(&end.subtitle, inner, |text| self::width(text, 11.0)),
            rect: Rect { x: left, y: LANE_TOP, width, height: NODE_HEIGHT },
        }
    });
    places.collect()
}

fn nodes(analysis: &Analysis, layout: &Layout, reach: &Reach, lane: &[LanePlace]) -> Vec<SceneNode> {
    let cluster = &analysis.cluster;
    let workloads = layout.nodes.iter().map(|place| {
        let workload = &cluster.workloads[place.workload];
        let isolated = |direction| {
            let mut pods = workload.pods.iter();
            pods.any(|pod| !analysis.index.isolating(direction, analysis.index.class_of_pod(*pod)).is_empty())
        };
        let asked = Asked::of(workload, PortChoice::AsServed);
        let room = place.rect.width - ROOM_LEFT - ROOM_RIGHT;
        let subtitle = words::subtitle(workload.pods.len(), &asked);
        let globe = reach.globes.get(place.workload.index()).copied().unwrap_or(Globe::Open);
        let (ingress, egress) =
            (isolated(netpol_engine::Direction::Ingress), isolated(netpol_engine::Direction::Egress));
        SceneNode {
            key: place.key.clone(),
            title: shorten(&workload.name, room, |text| bold_width(text, 13.0)),
            subtitle: shorten(&subtitle, room, |text| width(text, 11.0)),
            rect: place.rect,
            isolated_ingress: ingress,
            isolated_egress: egress,
            internet: Some(globe),
            system: cluster.namespaces[workload.namespace].is_system(),
            at: workload.at,
            text: node_text(analysis, place.workload, &asked, (ingress, egress), globe),
            cell: Some(place.cell),
        }
    });
    let outside = lane.iter().map(|place| SceneNode {
        key: place.key.clone(),
        title: place.title.clone(),
        subtitle: place.subtitle.clone(),
        rect: place.rect,
        isolated_ingress: false,
        isolated_egress: false,
        internet: None,
        system: false,
        at: None,
        text: format!("Outside the cluster: {}. {}", place.title, place.subtitle),
        cell: None,
    });
    workloads.chain(outside).collect()
}

fn node_text(
    analysis: &Analysis,
    workload: WorkloadId,
    asked: &Asked,
    (ingress, egress): (bool, bool),
    globe: Globe,
) -> String {
    let cluster = &analysis.cluster;
    let row = &cluster.workloads[workload];
    let isolated = match (ingress, egress) {
        (true, true) => "isolated for ingress and egress",
        (true, false) => "isolated for ingress",
        (false, true) => "isolated for egress",
        (false, false) => "no policy isolates it",
    };
    let internet = match globe {
        Globe::Open => "reaches the internet",
        Globe::Partly => "reaches the internet in part",
        Globe::Closed => "does not reach the internet",
    };
    let labels = if row.labels.is_empty() { "no labels".to_owned() } else { row.labels.to_string() };
    let name = cluster.workload_name(workload);
    let pods = words::count(row.pods.len(), "pod", "pods");
    format!("{} {name}, {pods}, {}; {labels}; {isolated}; {internet}", row.kind, asked.words())
}

fn boxes(
    analysis: &Analysis,
    layout: &Layout,
    within: &[Bundled<'_>],
    options: &SceneOptions,
) -> Vec<NamespaceBox> {
    let boxes = layout.boxes.iter().map(|place| {
        let namespace = &analysis.cluster.namespaces[place.namespace];
        let own = namespace.labels.iter().filter(|(key, _)| *key != NAMESPACE_NAME_LABEL);
        let labels: Vec<String> = own.map(|(key, value)| format!("{key}={value}")).collect();
        let room = place.rect.width - 28.0;
        let title = shorten(&namespace.name, room, |text| bold_width(text, 12.5));
        let left = room - bold_width(&title, 12.5) - 16.0;
        let labels_text = labels.join(", ");
        let short = shorten(&labels_text, left, |text| width(text, 11.0));
        let within = within.iter().find(|line| line.main.from == place.key);
        NamespaceBox {
            key: place.key.clone(),
            title,
            labels: if short.chars().count() < 4 && !labels_text.is_empty() { String::new() } else { short },
            rect: place.rect,
            system: namespace.is_system(),
            at: namespace.at,
            within: within.map(|line| loop_mark(line, place.rect, options)),
            text: match labels_text.as_str() {
                "" => format!("Namespace {}", namespace.name),
                labels => format!("Namespace {}, {labels}", namespace.name),
            },
            grid: place.grid,
        }
    });
    boxes.collect()
}

/// The mark at a box's foot that says what its workloads may do among themselves, with how many it is about, where
/// that is not all of them.
fn loop_mark(line: &Bundled<'_>, foot: Rect, options: &SceneOptions) -> SceneLine {
    let (x, y) = (foot.right() - 32.0, foot.bottom() - 15.0);
    let points = [
        Point { x, y },
        Point { x, y: y + 10.0 },
        Point { x: x + 16.0, y: y + 10.0 },
        Point { x: x + 16.0, y: y - 2.0 },
    ];
    let says = rest_words(line).map(|text| {
        let width = plate_width(&text);
        let at = Point { x: x - 8.0 - width / 2.0, y: foot.bottom() };
        LineLabel { text, at, width, verdict: line.main.verdict() }
    });
    let directions = vec![line_direction(&line.main, &points, Holds::Stroke, options)];
    SceneLine { stroke: Stroke::Normal, directions, label: says }
}

/// What of a line a direction draws.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Stroke,
    Head,
    Stop,
}

fn line_direction(
    direction: &Direction<'_>,
    points: &[Point],
    holds: Holds,
    options: &SceneOptions,
) -> LineDirection {
    let arrow = direction.first;
    let size = if arrow.dns { 7.0 } else { 9.0 };
    let members = match direction.arrows.as_slice() {
        [one] if one.from == direction.from && one.to == direction.to => Vec::new(),
        arrows => arrows.iter().map(|arrow| (arrow.from.clone(), arrow.to.clone())).collect(),
    };
    LineDirection {
        from: direction.from.clone(),
        to: direction.to.clone(),
        verdict: direction.verdict(),
        path: if holds == Holds::Stroke { stroke::path(points, size) } else { String::new() },
        hit: stroke::path(points, 0.0),
        head: if holds == Holds::Stop { stroke::stop(points) } else { stroke::head(points, size) },
        stop: holds == Holds::Stop,
        changed: has_changed(direction, options),
        text: direction_text(direction, members.len()),
        members,
    }
}

fn direction_text(direction: &Direction<'_>, members: usize) -> String {
    let Direction { first, arrows, .. } = direction;
    if !direction.agrees {
        let partly = arrows.iter().filter(|arrow| arrow.verdict == ArrowVerdict::Partial).count();
        let partly = if partly > 0 { format!(", {partly} in part") } else { String::new() };
        let passing = direction.passing();
        return format!(
            "{} to {}: {passing} of {members} arrows allowed{partly}",
            direction.from, direction.to
        );
    }
    let asked = match arrows.iter().all(|arrow| arrow.asked == first.asked) {
        true => first.asked.as_ref(),
        false => "what each serves",
    };
    let what = words::outcome(first.verdict, &first.passes, asked);
    let many = match (members, direction.besides) {
        (0 | 1, 0) => String::new(),
        (_, 0) => format!(", the same for all {members} arrows"),
        (_, besides) => format!(", the same for {} of {} arrows", arrows.len(), arrows.len() + besides),
    };
    format!("{} to {}: {what}{many}", direction.from, direction.to)
}

fn lines(
    layout: &Layout,
    lane: &[LanePlace],
    drawn: &[Bundled<'_>],
    options: &SceneOptions,
    nodes: &[SceneNode],
) -> Vec<SceneLine> {
    let mut anchors: Vec<Anchor> = Vec::new();
    let places = layout
        .nodes
        .iter()
        .map(|node| (&node.key, node.rect, Place::Columns(node.column, node.column)))
        .chain(layout.boxes.iter().map(|it| (&it.key, it.rect, Place::Columns(it.columns.0, it.columns.1))))
        .chain(lane.iter().map(|it| (&it.key, it.rect, Place::Lane)));
    let mut keys: Vec<(&EndKey, usize)> = Vec::new();
    for (key, rect, place) in places {
        keys.push((key, anchors.len()));
        anchors.push(Anchor { rect, place });
    }
    let known = Map::from_iter(keys);
    let ends = |line: &Bundled<'_>| Some((*known.get(&&line.main.from)?, *known.get(&&line.main.to)?));
    let (drawn, wires): (Vec<_>, Vec<_>) = drawn.iter().filter_map(|line| Some((line, ends(line)?))).unzip();
    let paths = route::route(layout, &anchors, &wires);
    let mut labels = Labels::new(layout, nodes, &paths);
    let mut dns_named = false;
    let crowded = drawn.iter().filter(|line| !line.main.first.dns).count() > CROWDED;
    let lines = drawn.iter().zip(&paths).map(|(line, points)| {
        let mut directions = vec![line_direction(&line.main, points, Holds::Stroke, options)];
        if let Some(back) = &line.back {
            let points: Vec<Point> = points.iter().rev().copied().collect();
            let differs = back.verdict() != line.main.verdict();
            let holds =
                if differs && back.verdict() == ArrowVerdict::Blocked { Holds::Stop } else { Holds::Head };
            directions.push(line_direction(back, &points, holds, options));
        }
        let selected = options.selected.iter().any(|end| touches(line, end));
        let words = label_words(line, selected, crowded, &mut dns_named);
        let label = words.and_then(|words| labels.place(&words, line.main.verdict(), points));
        let stroke = if line.main.first.dns { Stroke::Thin } else { Stroke::Normal };
        SceneLine { stroke, directions, label }
    });
    lines.collect()
}
