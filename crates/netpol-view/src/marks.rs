//! The small marks on nodes: what comes in on the left, what goes out on the right.

use crate::layout::Point;
use crate::{EndKey, SceneNode};

/// A mark on a node, on a field of [`Mark::WIDTH`] by [`Mark::HEIGHT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Policies isolate it in the direction of the side that this is on.
    Isolated,
    /// Nothing protects it: no policy isolates it in either direction.
    Unprotected,
    /// Whether it can reach the internet.
    Internet(Globe),
}

/// Whether a workload can reach the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Globe {
    /// On every port.
    Open,
    /// On some.
    Partly,
    /// Not at all.
    Closed,
}

impl Mark {
    /// How wide all marks are.
    pub const WIDTH: f64 = 14.0;
    /// How high all marks are.
    pub const HEIGHT: f64 = 16.0;

    /// Its name, in kebab case: a class for styles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Isolated => "isolated",
            Self::Unprotected => "unprotected",
            Self::Internet(Globe::Open) => "internet open",
            Self::Internet(Globe::Partly) => "internet partly",
            Self::Internet(Globe::Closed) => "internet closed",
        }
    }

    /// What is drawn of it as an outline, and what is filled, as SVG path data from the top left of its field.
    #[must_use]
    pub fn paths(self) -> (&'static str, &'static str) {
        const BODY: &str = "M3 7h8a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5h-8a1.5 1.5 0 0 1-1.5-1.5v-5A1.5 1.5 0 0 1 3 7Z";
        match self {
            Self::Isolated => ("M3.8 7V4.6a3.2 3.2 0 0 1 6.4 0V7", BODY),
            Self::Unprotected => (
                "M3.8 7.4V4.2a3.2 3.2 0 0 1 6.2-1.1M3 7.4h8a1.4 1.4 0 0 1 1.4 1.4v4.4a1.4 1.4 0 0 1-1.4 1.4h-8a1.4 1.4 0 0 1-1.4-1.4v-4.4A1.4 1.4 0 0 1 3 7.4Z",
                "",
            ),
            Self::Internet(Globe::Closed) => (
                "M7 2a6 6 0 1 0 0 12A6 6 0 1 0 7 2ZM1 8h12M7 2c-3.4 3.4-3.4 8.6 0 12 3.4-3.4 3.4-8.6 0-12M1.2 14.4 12.8 1.6",
                "",
            ),
            Self::Internet(_) => (
                "M7 2a6 6 0 1 0 0 12A6 6 0 1 0 7 2ZM1 8h12M7 2c-3.4 3.4-3.4 8.6 0 12 3.4-3.4 3.4-8.6 0-12",
                "",
            ),
        }
    }
}

/// From a node's edge to its outermost mark.
const INSET: f64 = 10.0;
/// Between two marks on the right.
const GAP: f64 = 4.0;
/// What a node's text leaves free on the left, whatever marks there are: policies must not move it.
pub(crate) const ROOM_LEFT: f64 = INSET + Mark::WIDTH + 6.0;
/// The same on the right.
pub(crate) const ROOM_RIGHT: f64 = INSET + 2.0 * Mark::WIDTH + GAP + 4.0;

impl SceneNode {
    /// Its marks, each with the top left of its field.
    #[must_use]
    pub fn marks(&self) -> Vec<(Mark, Point)> {
        let Some(internet) = self.internet else { return Vec::new() };
        let y = self.rect.center().y - Mark::HEIGHT / 2.0;
        let left = Point { x: self.rect.x + INSET, y };
        let right = Point { x: self.rect.right() - INSET - Mark::WIDTH, y };
        let mut marks = vec![(Mark::Internet(internet), right)];
        if self.isolated_ingress {
            marks.push((Mark::Isolated, left));
        } else if !self.isolated_egress && !self.system {
            marks.push((Mark::Unprotected, left));
        }
        if self.isolated_egress {
            marks.push((Mark::Isolated, Point { x: right.x - GAP - Mark::WIDTH, y }));
        }
        marks
    }

    /// Where its title and its subtitle stand: their baselines, from the left or, of what lies outside, in the middle.
    #[must_use]
    pub fn text_at(&self) -> [Point; 2] {
        let x = match self.key {
            EndKey::Outside(_) => self.rect.center().x,
            _ => self.rect.x + ROOM_LEFT,
        };
        let title = if self.subtitle.is_empty() { self.rect.center().y + 4.5 } else { self.rect.y + 20.0 };
        [Point { x, y: title }, Point { x, y: self.rect.y + 36.0 }]
    }
}
