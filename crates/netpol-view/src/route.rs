//! Lines around nodes: every line runs sideways between rows and up and down in gutters between the columns
//! of nodes, on a track of its own, so that none crosses a node that is not its own.

use netpol_syntax::order::{Map, groups, sort_by};

use crate::decimal::between;
use crate::layout::{Layout, Point, Rect};

/// One end of lines: a node, a box, or something in the lane at the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Anchor {
    pub(crate) rect: Rect,
    pub(crate) place: Place,
}

/// Where an anchor stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// Among the columns of nodes: its first and last.
    Columns(usize, usize),
    /// In the lane for what lies outside.
    Lane,
}

/// A side of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
    Bottom,
}

/// How a line goes, before its tracks are known.
#[derive(Clone, Debug)]
enum Plan {
    /// Straight down from one to the other.
    Straight { x: f64 },
    /// Sideways out, through gutters, sideways in.
    Through { out: Side, into: Side, gutters: Vec<usize>, crossings: Vec<f64> },
    /// Down from the lane and into the top of what stands highest in its column.
    Drop { x: f64 },
    /// Down from the lane, through a gutter, sideways in.
    LaneThrough { into: Side, gutter: usize },
}

/// Keeps lines off nodes' corners.
const CLEARANCE: f64 = 9.0;

/// The ways of lines between `anchors`, each a list of points from its first anchor to its second.
pub(crate) fn route(layout: &Layout, anchors: &[Anchor], wires: &[(usize, usize)]) -> Vec<Vec<Point>> {
    let mut router = Router { layout, anchors, crossed: Map::new() };
    let ends: Vec<(Anchor, Anchor)> =
        wires.iter().filter_map(|(from, to)| Some((*anchors.get(*from)?, *anchors.get(*to)?))).collect();
    let mut plans: Vec<Plan> = ends.iter().map(|(from, to)| router.plan(from, to)).collect();
    part_straight(layout, &mut plans, &ends);
    let spread = router.spread(wires, &plans);
    let tracks = router.tracks(&plans, &spread);
    let lane_tracks =
        plans.iter().filter(|plan| matches!(plan, Plan::Drop { .. } | Plan::LaneThrough { .. }));
    let lane_tracks = lane_tracks.count();
    let mut lane_track = 0;
    let paths =
        plans.iter().zip(&ends).zip(spread.iter().zip(&tracks)).map(|((plan, (from, to)), (at, xs))| {
            let corridor = |track: usize| {
                let (top, room) = (lane_first(from, to).0.rect.bottom(), crate::layout::LANE_GAP - 28.0);
                top + 14.0 + room * (track as f64 + 1.0) / (lane_tracks as f64 + 1.0)
            };
            let points = match plan {
                Plan::Straight { x } => {
                    let (start, end) = if from.rect.y <= to.rect.y {
                        (from.rect.bottom(), to.rect.y)
                    } else {
                        (from.rect.y, to.rect.bottom())
                    };
                    vec![Point { x: *x, y: start }, Point { x: *x, y: end }]
                }
                Plan::Through { out, into, crossings, .. } => {
                    let mut points = vec![Point { x: edge(&from.rect, *out), y: at.0 }];
                    let mut y = at.0;
                    for (run, x) in xs.iter().enumerate() {
                        points.push(Point { x: *x, y });
                        y = crossings.get(run).copied().unwrap_or(at.1);
                        points.push(Point { x: *x, y });
                    }
                    points.push(Point { x: edge(&to.rect, *into), y: at.1 });
                    points
                }
                Plan::Drop { x } => {
                    let y = corridor(lane_track);
                    lane_track += 1;
                    let (lane, other) = lane_first(from, to);
                    let start = Point { x: at.0, y: lane.rect.bottom() };
                    let down = [Point { x: at.0, y }, Point { x: *x, y }, Point { x: *x, y: other.rect.y }];
                    from_first(from, std::iter::once(start).chain(down).collect())
                }
                Plan::LaneThrough { into, .. } => {
                    let y = corridor(lane_track);
                    lane_track += 1;
                    let (lane, other) = lane_first(from, to);
                    let track = xs.first().copied().unwrap_or(at.0);
                    let points = vec![
                        Point { x: at.0, y: lane.rect.bottom() },
                        Point { x: at.0, y },
                        Point { x: track, y },
                        Point { x: track, y: at.1 },
                        Point { x: edge(&other.rect, *into), y: at.1 },
                    ];
                    from_first(from, points)
                }
            };
            simplify(points)
        });
    paths.collect()
}

/// Moves straight lines apart that would lie on one another.
fn part_straight(layout: &Layout, plans: &mut [Plan], ends: &[(Anchor, Anchor)]) {
    let mut placed: Vec<(f64, f64, f64)> = Vec::new();
    for (plan, (from, to)) in plans.iter_mut().zip(ends) {
        let x = match plan {
            Plan::Straight { x } | Plan::Drop { x } => x,
            Plan::Through { .. } | Plan::LaneThrough { .. } => continue,
        };
        let (upper, lower) = if from.rect.y <= to.rect.y { (from, to) } else { (to, from) };
        let (top, bottom) = (upper.rect.bottom(), lower.rect.y);
        let free = |x: f64| {
            placed
                .iter()
                .all(|(other, low, high)| (other - x).abs() >= 12.0 || bottom <= *low || *high <= top)
        };
        // Aside it must still meet both ends, and no node between them.
        let clear = |x: f64| {
            let meets = |rect: &Rect| rect.x + 6.0 <= x && x <= rect.right() - 6.0;
            let path = Rect { x: x - 1.0, y: top + 0.5, width: 2.0, height: (bottom - top - 1.0).max(0.0) };
            let reached = [upper, lower].into_iter().filter(|end| end.place != Place::Lane);
            reached.into_iter().all(|end| meets(&end.rect))
                && !layout.nodes.iter().any(|node| node.rect.overlaps(&path))
        };
        let steps = [0.0, 22.0, -22.0, 14.0, -14.0, 44.0, -44.0];
        let aside = steps.into_iter().map(|step| *x + step);
        let at = aside.into_iter().find(|x| free(*x) && clear(*x)).unwrap_or(*x);
        placed.push((at, top, bottom));
        *x = at;
    }
}

/// The end in the lane, and the other.
fn lane_first<'a>(from: &'a Anchor, to: &'a Anchor) -> (&'a Anchor, &'a Anchor) {
    if from.place == Place::Lane { (from, to) } else { (to, from) }
}

/// Points that begin in the lane, in the order of the wire.
fn from_first(from: &Anchor, mut points: Vec<Point>) -> Vec<Point> {
    if from.place != Place::Lane {
        points.reverse();
    }
    points
}

fn edge(rect: &Rect, side: Side) -> f64 {
    if side == Side::Left { rect.x } else { rect.right() }
}

/// Leaves out points that change nothing.
fn simplify(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if let [.., before, last] = kept.as_slice() {
            let straight =
                (before.x == last.x && last.x == point.x) || (before.y == last.y && last.y == point.y);
            if straight {
                kept.pop();
            }
        }
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    kept
}

/// An end of a line at a side: where it would like to be, its line, and whether it is the first end of that.
type LineEnd = (f64, usize, bool);

/// A vertical run of a line in a gutter.
struct Run {
    wire: usize,
    run: usize,
    low: f64,
    high: f64,
    order: (u8, f64),
}

struct Router<'a> {
    layout: &'a Layout,
    anchors: &'a [Anchor],
    /// Where lines cross a column already.
    crossed: Map<usize, Vec<f64>>,
}

impl Router<'_> {
    fn plan(&mut self, from: &Anchor, to: &Anchor) -> Plan {
        let (first, second) = match (from.place, to.place) {
            (Place::Lane, Place::Lane) => return Plan::Straight { x: from.rect.center().x },
            (Place::Lane, Place::Columns(first, last)) => return self.plan_lane(to, first, last),
            (Place::Columns(first, last), Place::Lane) => return self.plan_lane(from, first, last),
            (Place::Columns(a, b), Place::Columns(c, d)) => ((a, b), (c, d)),
        };
        if let Some(x) = self.straight(from, to, first, second) {
            return Plan::Straight { x };
        }
        if second.0 > first.1 {
            let (gutters, crossings) = self.through(first.1 + 1, second.0, from, to);
            return Plan::Through { out: Side::Right, into: Side::Left, gutters, crossings };
        }
        if first.0 > second.1 {
            let (mut gutters, mut crossings) = self.through(second.1 + 1, first.0, to, from);
            gutters.reverse();
            crossings.reverse();
            return Plan::Through { out: Side::Left, into: Side::Right, gutters, crossings };
        }
        // One above the other: round by the side that is reached sooner, or else nearer to the picture's edge.
        let (left, right) = (first.0.abs_diff(second.0), first.1.abs_diff(second.1));
        let leftish = first.0 + first.1 < self.layout.columns.len();
        let (side, start, end) = if left < right || (left == right && leftish) {
            (Side::Left, first.0, second.0)
        } else {
            (Side::Right, first.1 + 1, second.1 + 1)
        };
        let (gutters, crossings) = if start <= end {
            self.through(start, end, from, to)
        } else {
            let (mut gutters, mut crossings) = self.through(end, start, to, from);
            gutters.reverse();
            crossings.reverse();
            (gutters, crossings)
        };
        Plan::Through { out: side, into: side, gutters, crossings }
    }

    fn plan_lane(&self, other: &Anchor, first: usize, last: usize) -> Plan {
        let x = other.rect.center().x;
        let path = Rect { x: x - 1.0, y: 0.0, width: 2.0, height: other.rect.y };
        if !self.layout.nodes.iter().any(|node| node.rect.overlaps(&path)) {
            return Plan::Drop { x };
        }
        if first == 0 {
            Plan::LaneThrough { into: Side::Left, gutter: 0 }
        } else {
            Plan::LaneThrough { into: Side::Right, gutter: last + 1 }
        }
    }

    /// The x of a straight line down, where nothing stands between the two.
    fn straight(
        &self,
        from: &Anchor,
        to: &Anchor,
        first: (usize, usize),
        second: (usize, usize),
    ) -> Option<f64> {
        let (upper, lower) = if from.rect.y <= to.rect.y { (from, to) } else { (to, from) };
        let gap = lower.rect.y - upper.rect.bottom();
        let shared = first.0 <= second.1 && second.0 <= first.1;
        if !shared || gap <= 0.0 {
            return None;
        }
        let narrow = if from.rect.width <= to.rect.width { from } else { to };
        let x = narrow.rect.center().x;
        let path = Rect { x: x - 1.0, y: upper.rect.bottom() + 0.5, width: 2.0, height: gap - 1.0 };
        let free = !self.layout.nodes.iter().any(|node| node.rect.overlaps(&path));
        free.then_some(x)
    }

    /// The gutters from `first` to `last`, and where the columns between them are crossed.
    fn through(&mut self, first: usize, last: usize, from: &Anchor, to: &Anchor) -> (Vec<usize>, Vec<f64>) {
        let gutters: Vec<usize> = (first..=last).collect();
        let steps = gutters.len() as f64;
        let (start, end) = (from.rect.center().y, to.rect.center().y);
        let crossings = (first..last).enumerate().map(|(step, column)| {
            let wanted = start + (end - start) * (step as f64 + 1.0) / steps;
            self.crossing(column, wanted)
        });
        let crossings = crossings.collect();
        (gutters, crossings)
    }

    /// A height near `wanted` at which a column can be crossed between its nodes.
    fn crossing(&mut self, column: usize, wanted: f64) -> f64 {
        let nodes = self.layout.nodes.iter().filter(|node| node.column == column).map(|node| node.rect);
        let mut rects: Vec<Rect> = nodes.collect();
        sort_by(&mut rects, |one, other| one.y.total_cmp(&other.y));
        let mut free = Vec::new();
        let mut top = crate::layout::LANE_TOP + crate::layout::NODE_HEIGHT + 24.0;
        for rect in &rects {
            free.push((top, rect.y - CLEARANCE));
            top = rect.bottom() + CLEARANCE;
        }
        free.push((top, self.layout.height.max(top)));
        let crossed = self.crossed.or_default(column);
        let candidates = free.iter().filter(|(from, to)| from <= to).flat_map(|(from, to)| {
            let near = between(wanted, *from, *to);
            let steps = [0.0, 7.0, -7.0, 14.0, -14.0, 21.0, -21.0, 28.0, -28.0];
            steps.map(|step| between(near + step, *from, *to))
        });
        let taken = |y: f64| crossed.iter().any(|other| (other - y).abs() < 5.0);
        let cost = |y: &f64| (y - wanted).abs() + if taken(*y) { 60.0 } else { 0.0 };
        let y = candidates.min_by(|one, other| cost(one).total_cmp(&cost(other))).unwrap_or(wanted);
        crossed.push(y);
        y
    }

    /// Where on its side each line begins and ends: lines are spread over the side in the order of where
    /// they lead, so that they do not cross at once. For a line from the lane the first is an x.
    fn spread(&self, wires: &[(usize, usize)], plans: &[Plan]) -> Vec<(f64, f64)> {
        let mut spread: Vec<(f64, f64)> = wires.iter().map(|_| (0.0, 0.0)).collect();
        let mut sides: Vec<((usize, Side), LineEnd)> = Vec::new();
        for (wire, ((from, to), plan)) in wires.iter().zip(plans).enumerate() {
            let (Some(first), Some(second)) = (self.anchors.get(*from), self.anchors.get(*to)) else {
                continue;
            };
            match plan {
                Plan::Straight { .. } => {}
                Plan::Through { out, into, crossings, .. } => {
                    let (start, end) = (first.rect.center().y, second.rect.center().y);
                    let same_side = out == into;
                    let next = crossings.first().copied().unwrap_or(end);
                    let before = crossings.last().copied().unwrap_or(start);
                    sides.push(((*from, *out), (lean(start, next, same_side), wire, true)));
                    sides.push(((*to, *into), (lean(end, before, same_side), wire, false)));
                }
                Plan::Drop { x } => {
                    let (lane, _) = if first.place == Place::Lane { (*from, *to) } else { (*to, *from) };
                    sides.push(((lane, Side::Bottom), (*x, wire, true)));
                }
                Plan::LaneThrough { into, gutter } => {
                    let (lane, other) = if first.place == Place::Lane { (*from, *to) } else { (*to, *from) };
                    let x = self.gutter(*gutter).0;
                    sides.push(((lane, Side::Bottom), (x, wire, true)));
                    sides.push(((other, *into), (-1e6, wire, false)));
                }
            }
        }
        for ((anchor, side), mut ends) in groups(sides) {
            let Some(rect) = self.anchors.get(anchor).map(|anchor| anchor.rect) else { continue };
            sort_by(&mut ends, |one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            let count = ends.len() as f64;
            for (place, (_, wire, is_first)) in ends.into_iter().enumerate() {
                let share = (place as f64 + 1.0) / (count + 1.0);
                let at = match side {
                    Side::Left | Side::Right => rect.y + rect.height * share,
                    Side::Bottom => rect.x + rect.width * share,
                };
                if let Some(known) = spread.get_mut(wire) {
                    if is_first { known.0 = at } else { known.1 = at }
                }
            }
        }
        // A line between neighbours goes straight across where that takes only a small step.
        for ((plan, at), (from, to)) in plans.iter().zip(spread.iter_mut()).zip(wires) {
            let (Some(from), Some(to)) = (self.anchors.get(*from), self.anchors.get(*to)) else { continue };
            // Both have to hold it.
            let low = from.rect.y.max(to.rect.y) + 5.0;
            let high = from.rect.bottom().min(to.rect.bottom()) - 5.0;
            if let Plan::Through { out, into, gutters, .. } = plan
                && out != into
                && gutters.len() == 1
                && (at.0 - at.1).abs() < 14.0
                && low <= high
            {
                let middle = between((at.0 + at.1) / 2.0, low, high);
                *at = (middle, middle);
            }
        }
        // A lone line down from the lane goes straight where it can.
        for (wire, plan) in plans.iter().enumerate() {
            let Plan::Drop { x } = plan else { continue };
            let Some((from, to)) = wires.get(wire) else { continue };
            let lane = [*from, *to]
                .into_iter()
                .filter_map(|at| self.anchors.get(at))
                .find(|it| it.place == Place::Lane);
            if let (Some(known), Some(lane)) = (spread.get_mut(wire), lane)
                && lane.rect.x + 12.0 <= *x
                && *x <= lane.rect.right() - 12.0
                && (known.0 - lane.rect.center().x).abs() < 1.0
            {
                known.0 = *x;
            }
        }
        spread
    }

    /// The x of each line's vertical runs.
    fn tracks(&self, plans: &[Plan], spread: &[(f64, f64)]) -> Vec<Vec<f64>> {
        let mut gutters: Vec<(usize, Run)> = Vec::new();
        let mut xs: Vec<Vec<f64>> = Vec::new();
        for (wire, (plan, at)) in plans.iter().zip(spread).enumerate() {
            let mut runs = 0;
            match plan {
                Plan::Through { out, into, gutters: through, crossings } => {
                    let mut start = at.0;
                    for (run, gutter) in through.iter().enumerate() {
                        let end = crossings.get(run).copied().unwrap_or(at.1);
                        let order = order(*out, *into, start, end);
                        let (low, high) = (start.min(end), start.max(end));
                        gutters.push((*gutter, Run { wire, run, low, high, order }));
                        start = end;
                    }
                    runs = through.len();
                }
                Plan::LaneThrough { into, gutter } => {
                    let order = if *into == Side::Left { (3, 0.0) } else { (0, 0.0) };
                    gutters.push((*gutter, Run { wire, run: 0, low: 0.0, high: at.1, order }));
                    runs = 1;
                }
                Plan::Straight { .. } | Plan::Drop { .. } => {}
            }
            xs.push(vec![0.0; runs]);
        }
        for (gutter, mut runs) in groups(gutters) {
            sort_by(&mut runs, |one, other| {
                let by_order = one.order.0.cmp(&other.order.0).then(one.order.1.total_cmp(&other.order.1));
                by_order.then(one.wire.cmp(&other.wire))
            });
            let mut placed: Vec<(f64, f64, usize)> = Vec::new();
            for run in &runs {
                let before =
                    placed.iter().filter(|(low, high, _)| run.low < high + 8.0 && *low < run.high + 8.0);
                let track = before.map(|(_, _, track)| track + 1).max().unwrap_or(0);
                placed.push((run.low, run.high, track));
            }
            let count = placed.iter().map(|(_, _, track)| track + 1).max().unwrap_or(1);
            let (left, right) = self.gutter(gutter);
            let step = (right - left) / (count as f64 + 1.0);
            for (run, (_, _, track)) in runs.iter().zip(&placed) {
                if let Some(x) = xs.get_mut(run.wire).and_then(|xs| xs.get_mut(run.run)) {
                    *x = left + step * (*track as f64 + 1.0);
                }
            }
        }
        xs
    }

    /// The room between two columns of nodes, in which lines go up and down.
    fn gutter(&self, gutter: usize) -> (f64, f64) {
        let columns = &self.layout.columns;
        let left = gutter.checked_sub(1).and_then(|before| columns.get(before));
        let left = left.map_or(0.0, |column| column.right + column.after);
        let right = columns.get(gutter).map_or(self.layout.width, |column| column.left - column.before);
        (left + 4.0, right - 4.0)
    }
}

/// Where a line wants to be on its side, among the others there: those that go up above those that go down,
/// and of those that go round, the one that goes farther outside the others.
fn lean(own: f64, other: f64, same_side: bool) -> f64 {
    if !same_side {
        return other;
    }
    let distance = (other - own).abs();
    if other > own { 1e6 - distance } else { distance - 1e6 }
}

/// Where a run wants to be in its gutter, from the left: close to the nodes on the left those that come back to
/// them, then those that pass, in the order that crosses least, then those that come back to the right.
fn order(out: Side, into: Side, start: f64, end: f64) -> (u8, f64) {
    let length = (end - start).abs();
    match (out, into) {
        (Side::Right, Side::Right) => (0, length),
        (Side::Left, Side::Left) => (3, -length),
        _ => {
            let (left, right) = if out == Side::Right { (start, end) } else { (end, start) };
            if left <= right { (1, -left) } else { (2, left) }
        }
    }
}
