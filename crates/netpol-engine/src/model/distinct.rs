//! What policies may name only so many different ones of.

/// The different values that the policies of a cluster name, of which there may be no more than fit.
#[derive(Debug)]
pub(super) struct Distinct<T> {
    most: usize,
    /// Ascending.
    known: Vec<T>,
    /// Those that the policy names first which is being read.
    new: Vec<T>,
    is_over: bool,
}

impl<T: Ord + Clone> Distinct<T> {
    /// None yet, of `most` at most.
    pub(super) fn up_to(most: usize) -> Self {
        Self { most, known: Vec::new(), new: Vec::new(), is_over: false }
    }

    /// Notes a value that a policy names. Whether it is the first of this policy for which there is no room.
    pub(super) fn is_too_much(&mut self, value: &T) -> bool {
        let Err(at) = self.known.binary_search(value) else { return false };
        if self.is_over {
            return false;
        }
        self.is_over = self.known.len() >= self.most;
        if !self.is_over {
            self.known.insert(at, value.clone());
            self.new.push(value.clone());
        }
        self.is_over
    }

    /// Ends a policy: of one that is left out nothing counts.
    pub(super) fn end_policy(&mut self, is_left_out: bool) {
        let new = std::mem::take(&mut self.new);
        if is_left_out {
            self.known.retain(|value| !new.contains(value));
        }
        self.is_over = false;
    }
}
