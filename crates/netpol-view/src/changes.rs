//! What an edit opened and closed.

use std::collections::{BTreeSet, HashMap};

use crate::{Arrow, ArrowVerdict, EndKey, Reach};

/// Which way an arrow turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// More passes than before.
    Opened,
    /// Less passes than before.
    Closed,
}

/// An arrow that turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its source.
    pub from: EndKey,
    /// Its destination.
    pub to: EndKey,
    /// Which way.
    pub turn: Turn,
    /// Who, whom and what: "frontend → backend: TCP 80".
    pub text: String,
}

/// What changed between two states.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Changes {
    /// Arrows along which more passes.
    pub opened: Vec<Change>,
    /// Arrows along which less passes.
    pub closed: Vec<Change>,
}

impl Changes {
    /// What changed from `before` to `after`. Arrows that only one of the two has are no change: their pods
    /// came or went.
    #[must_use]
    pub fn between(before: &Reach, after: &Reach) -> Self {
        let known: HashMap<(&EndKey, &EndKey), &Arrow> =
            before.arrows.iter().map(|arrow| ((&arrow.from, &arrow.to), arrow)).collect();
        let mut changes = Self::default();
        for arrow in &after.arrows {
            let Some(earlier) = known.get(&(&arrow.from, &arrow.to)) else { continue };
            if earlier.verdict == arrow.verdict && earlier.passes == arrow.passes {
                continue;
            }
            let turn = match earlier.verdict.cmp(&arrow.verdict) {
                std::cmp::Ordering::Less => Turn::Closed,
                std::cmp::Ordering::Greater => Turn::Opened,
                // Partly before and after: another part. Where ports themselves changed it is no change of policy.
                std::cmp::Ordering::Equal if arrow.verdict != ArrowVerdict::Partial => continue,
                std::cmp::Ordering::Equal if arrow.passes.len() < earlier.passes.len() => Turn::Closed,
                std::cmp::Ordering::Equal => Turn::Opened,
            };
            let passes = if arrow.passes.is_empty() { &earlier.passes } else { &arrow.passes };
            let change = Change {
                from: arrow.from.clone(),
                to: arrow.to.clone(),
                turn,
                text: format!("{} → {}: {passes}", arrow.from.short(), arrow.to.short()),
            };
            match turn {
                Turn::Opened => changes.opened.push(change),
                Turn::Closed => changes.closed.push(change),
            }
        }
        changes
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.opened.is_empty() && self.closed.is_empty()
    }

    /// The arrows that changed, for the scene.
    #[must_use]
    pub fn arrows(&self) -> BTreeSet<(EndKey, EndKey)> {
        let changes = self.opened.iter().chain(&self.closed);
        let mut arrows = BTreeSet::new();
        arrows.extend(changes.map(|change| (change.from.clone(), change.to.clone())));
        arrows
    }

    /// "2 opened, 5 closed"; "nothing opened or closed" where nothing did.
    #[must_use]
    pub fn summary(&self) -> String {
        match (self.opened.len(), self.closed.len()) {
            (0, 0) => "nothing opened or closed".to_owned(),
            (opened, 0) => format!("{opened} opened"),
            (0, closed) => format!("{closed} closed"),
            (opened, closed) => format!("{opened} opened, {closed} closed"),
        }
    }
}
