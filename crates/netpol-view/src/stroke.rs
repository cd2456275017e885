//! Points to SVG path data: strokes with rounded corners, arrow heads and stop marks.

use crate::decimal::tenths;
use crate::layout::Point;

/// Corners are rounded by this much, where there is room.
const RADIUS: f64 = 16.0;

/// SVG path data along `points`, corners rounded, its end drawn back by `short` to make room for a head.
pub(crate) fn path(points: &[Point], short: f64) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut points = points.to_vec();
    if let [.., before, last] = points.as_mut_slice() {
        *last = towards(*last, *before, short);
    }
    let mut before: Option<Point> = None;
    for (at, point) in points.iter().enumerate() {
        let next = points.get(at + 1);
        // Writing to a string cannot fail.
        let _ = match (before, next) {
            (None, _) => write!(text, "M{} {}", tenths(point.x), tenths(point.y)),
            (Some(_), None) => write!(text, "L{} {}", tenths(point.x), tenths(point.y)),
            (Some(before), Some(next)) => {
                let room = (length(before, *point) / 2.0).min(length(*point, *next) / 2.0).min(RADIUS);
                let (from, to) = (towards(*point, before, room), towards(*point, *next, room));
                write!(
                    text,
                    "L{} {}Q{} {} {} {}",
                    tenths(from.x),
                    tenths(from.y),
                    tenths(point.x),
                    tenths(point.y),
                    tenths(to.x),
                    tenths(to.y)
                )
            }
        };
        before = Some(*point);
    }
    text
}

/// The arrow head at the end of `points`, as SVG path data.
pub(crate) fn head(points: &[Point], size: f64) -> String {
    let [.., before, tip] = points else { return String::new() };
    let tip = towards(*tip, *before, 1.5);
    let base = towards(tip, *before, size);
    let (dx, dy) = ((base.x - tip.x) / size * 0.46 * size, (base.y - tip.y) / size * 0.46 * size);
    format!(
        "M{} {}L{} {}L{} {}Z",
        tenths(tip.x),
        tenths(tip.y),
        tenths(base.x - dy),
        tenths(base.y + dx),
        tenths(base.x + dy),
        tenths(base.y - dx)
    )
}

/// A stop mark across the end of `points`, as SVG path data to be stroked.
pub(crate) fn stop(points: &[Point]) -> String {
    let [.., before, end] = points else { return String::new() };
    let at = towards(*end, *before, 8.0);
    let reach = length(*end, at).max(1.0);
    let (dx, dy) = ((at.x - end.x) / reach * 6.0, (at.y - end.y) / reach * 6.0);
    let (one, other) = (Point { x: at.x - dy, y: at.y + dx }, Point { x: at.x + dy, y: at.y - dx });
    format!("M{} {}L{} {}", tenths(one.x), tenths(one.y), tenths(other.x), tenths(other.y))
}

/// The point `by` away from `from` in the direction of `to`, but never past its middle.
fn towards(from: Point, to: Point, by: f64) -> Point {
    let distance = length(from, to);
    if distance <= f64::EPSILON {
        return from;
    }
    let share = (by / distance).min(0.5);
    Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

fn length(one: Point, other: Point) -> f64 {
    (one.x - other.x).hypot(one.y - other.y)
}
