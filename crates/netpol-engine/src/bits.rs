//! Sets of small numbers as machine words: a policy's subjects, a peer's members, a row of the matrix.

use crate::table::Id;

/// A set of ids below a size that is fixed when it is made.
///
/// INVARIANT: bits at and past `size` are never set, so that two sets of one size are equal exactly when
/// their words are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BitSet {
    words: Box<[u64]>,
    size: usize,
}

impl BitSet {
    /// The empty set of ids below `size`.
    #[must_use]
    pub fn none(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)].into(), size }
    }

    /// The set of all ids below `size`.
    #[must_use]
    pub fn all(size: usize) -> Self {
        let mut words = vec![u64::MAX; size.div_ceil(64)];
        if let (Some(last), 1..) = (words.last_mut(), size % 64) {
            *last = (1 << (size % 64)) - 1;
        }
        Self { words: words.into(), size }
    }

    /// The bound that its ids stay below.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Puts `id` in; one that does not fit is left out.
    pub fn insert(&mut self, id: impl Id) {
        let index = id.index();
        if index < self.size
            && let Some(word) = self.words.get_mut(index / 64)
        {
            *word |= 1 << (index % 64);
        }
    }

    /// Takes `id` out.
    pub fn remove(&mut self, id: impl Id) {
        let index = id.index();
        if let Some(word) = self.words.get_mut(index / 64) {
            *word &= !(1 << (index % 64));
        }
    }

    /// Whether `id` is in.
    #[must_use]
    pub fn contains(&self, id: impl Id) -> bool {
        let index = id.index();
        self.words.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Whether nothing is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Adds all of `other`.
    pub fn unite(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Takes all of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        for (word, less) in self.words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
    }

    /// Leaves only what `other` holds as well.
    pub fn keep(&mut self, other: &Self) {
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word &= with;
        }
    }

    /// Whether both hold something.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(word, with)| word & with != 0)
    }

    /// Whether `other` holds all that this one does.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).all(|(word, of)| word & !of == 0)
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(word, with)| word & with).collect();
        Self { words, size: self.size }
    }

    /// The ids in it, ascending.
    pub fn iter<I: Id>(&self) -> impl Iterator<Item = I> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    I::new(at * 64 + bit)
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::id;

    id!(
        /// A number.
        Number
    );

    #[test]
    fn all_holds_exactly_what_is_below_its_size() {
        for size in [0, 1, 63, 64, 65, 200] {
            let all = BitSet::all(size);
            assert_eq!(all.len(), size);
            assert_eq!(all.iter::<Number>().count(), size);
            assert!(!all.contains(Number::new(size)));
        }
    }

    #[test]
    fn set_operations_keep_to_their_size() {
        let mut odd = BitSet::none(130);
        for index in (1..130).step_by(2) {
            odd.insert(Number::new(index));
        }
        odd.insert(Number::new(131));
        let mut even = BitSet::all(130);
        even.subtract(&odd);
        assert_eq!((odd.len(), even.len()), (65, 65));
        assert!(odd.intersection(&even).is_empty());
        assert!(odd.is_within(&BitSet::all(130)) && odd.is_within(&odd) && !odd.is_within(&even));
        even.unite(&odd);
        assert_eq!(even, BitSet::all(130));
        even.keep(&odd);
        assert_eq!(even, odd);
        assert!(odd.iter::<Number>().all(|number| number.index() % 2 == 1));
    }
}
