//! How much the lints may look at that hold many things against many others.

use std::cell::Cell;

/// What is left to a lint, in comparisons. An input of as many rules as fit, all of them alike, would keep it busy for
/// minutes: once this is spent it passes by what comes after, and says nothing of it.
#[derive(Debug)]
pub(super) struct Effort(Cell<usize>);

impl Effort {
    /// So many comparisons.
    pub(super) fn new(comparisons: usize) -> Self {
        Self(Cell::new(comparisons))
    }

    /// Whether there is enough left for so many more, which are then taken off.
    pub(super) fn allows(&self, comparisons: usize) -> bool {
        let left = self.0.get().checked_sub(comparisons);
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }
}
