//! What is written on lines, and where there is room for it.

use netpol_syntax::order;

use crate::ArrowVerdict;
use crate::bundle::Bundled;
use crate::layout::{BOX_HEAD, Layout, Point, Rect};
use crate::measure::width;
use crate::scene::{LineLabel, SceneNode};

/// What is written on a line: what passes; for what does not, a word where it is selected; "DNS" once.
pub(crate) fn label_words(
    line: &Bundled<'_>,
    selected: bool,
    crowded: bool,
    dns_named: &mut bool,
) -> Option<String> {
    if !line.main.agrees || (line.main.besides > 0 && !crowded) {
        return rest_words(line);
    }
    let arrow = line.main.first;
    let same = line.main.arrows.iter().all(|other| other.passes == arrow.passes);
    match arrow.verdict {
        _ if arrow.dns && arrow.verdict != ArrowVerdict::Partial => {
            let first = !std::mem::replace(dns_named, true);
            first.then(|| "DNS".to_owned())
        }
        ArrowVerdict::Partial => Some(arrow.passes.to_string()),
        // Where everything passes, or many lines do, the words would hide more than they tell.
        ArrowVerdict::Allowed if !selected && (crowded || arrow.passes.as_ref() == "any port") => None,
        ArrowVerdict::Allowed if same => Some(arrow.passes.to_string()),
        ArrowVerdict::Allowed => selected.then(|| "as served".to_owned()),
        ArrowVerdict::Blocked => selected.then(|| "blocked".to_owned()),
    }
}

/// What is written on a line that stands for arrows of which others are drawn beside it, or that differ.
pub(crate) fn rest_words(line: &Bundled<'_>) -> Option<String> {
    let main = &line.main;
    if main.agrees {
        return (main.besides > 0).then(|| format!("{} others", main.arrows.len()));
    }
    let both = [Some(main), line.back.as_ref()].into_iter().flatten().filter(|way| !way.agrees);
    let (passing, all) = both.fold((0, 0), |(passing, all), direction| {
        (passing + direction.passing(), all + direction.arrows.len())
    });
    Some(if passing == 0 { "in part".to_owned() } else { format!("{passing} of {all}") })
}

/// The width of the plate behind some words.
pub(crate) fn plate_width(words: &str) -> f64 {
    (width(words, 11.0) * 1.08 + 14.0).ceil()
}

/// Past so many lines only what passes in part is labelled, and what is selected.
pub(crate) const CROWDED: usize = 14;

/// So far from a line's end stand its arrow head and its stop mark.
const END: f64 = 10.0;

/// Finds room for labels: on their line, over no node, no end of a line and no other label, and over as few other lines as can
/// be. One that finds no room is left out.
pub(crate) struct Labels {
    taken: Vec<Rect>,
    legs: Vec<Rect>,
}

const LABEL_HEIGHT: f64 = 19.0;

impl Labels {
    pub(crate) fn new(layout: &Layout, nodes: &[SceneNode], paths: &[Vec<Point>]) -> Self {
        let legs = paths.iter().flat_map(|points| points.windows(2)).filter_map(|leg| match leg {
            [from, to] => Some(Rect {
                x: from.x.min(to.x) - 1.0,
                y: from.y.min(to.y) - 1.0,
                width: (from.x - to.x).abs() + 2.0,
                height: (from.y - to.y).abs() + 2.0,
            }),
            _ => None,
        });
        let legs = legs.collect();
        let nodes = nodes.iter().map(|node| node.rect);
        let heads =
            layout.boxes.iter().map(|place| Rect { height: BOX_HEAD - 8.0, width: 90.0, ..place.rect });
        let ends = paths.iter().flat_map(|points| [points.first(), points.last()]).flatten();
        let ends = ends.map(|at| Rect { x: at.x, y: at.y, width: 0.0, height: 0.0 }.grown(END));
        Self { taken: nodes.chain(heads).chain(ends).collect(), legs }
    }

    pub(crate) fn place(
        &mut self,
        words: &str,
        verdict: ArrowVerdict,
        points: &[Point],
    ) -> Option<LineLabel> {
        let width = plate_width(words);
        let mut legs: Vec<(Point, Point)> = points
            .windows(2)
            .filter_map(|pair| match pair {
                [from, to] => Some((*from, *to)),
                _ => None,
            })
            .collect();
        let length = |(from, to): &(Point, Point)| (from.x - to.x).abs() + (from.y - to.y).abs();
        order::sort_by(&mut legs, |one, other| length(other).total_cmp(&length(one)));
        let shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];
        let spots = legs.iter().filter(|leg| length(leg) >= 26.0).flat_map(|(from, to)| {
            shares.map(|share| Point {
                x: from.x + (to.x - from.x) * share,
                y: from.y + (to.y - from.y) * share,
            })
        });
        let plate = |spot: Point| Rect {
            x: spot.x - width / 2.0,
            y: spot.y - LABEL_HEIGHT / 2.0,
            width,
            height: LABEL_HEIGHT,
        };
        let free = spots.filter(|spot| !self.taken.iter().any(|taken| taken.overlaps(&plate(*spot))));
        let crossed = |spot: &Point| self.legs.iter().filter(|leg| leg.overlaps(&plate(*spot))).count();
        let spot = free.min_by_key(crossed)?;
        self.taken.push(plate(spot).grown(2.0));
        Some(LineLabel { text: words.to_owned(), at: spot, width, verdict })
    }
}
