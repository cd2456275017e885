//! Sets of small numbers as machine words: a policy's subjects, a peer's members, a row of the matrix.

use std::cmp::Ordering;

use crate::table::Id;

/// A set of ids below a size that is fixed when it is made.
///
/// It takes as much memory as it has members, at most: one of 80,000 blocks holds one of as many ranges, and a set of
/// all the others' zeros for each of them would be gigabytes.
///
/// INVARIANT: words are ascending in `at`, and none is zero, so that two sets of one size are equal exactly when their
/// words are. Bits at and past `size` are never set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BitSet {
    words: Vec<Word>,
    size: usize,
}

/// The members from `64 * at` on, of which there are 64 at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Word {
    at: u32,
    bits: u64,
}

impl Word {
    /// The word that has the bit of `id` alone.
    fn of(id: impl Id) -> Self {
        let index = id.index();
        Self { at: u32::try_from(index / 64).unwrap_or(u32::MAX), bits: 1 << (index % 64) }
    }
}

impl BitSet {
    /// The empty set of ids below `size`.
    #[must_use]
    pub fn none(size: usize) -> Self {
        Self { words: Vec::new(), size }
    }

    /// The set of all ids below `size`.
    #[must_use]
    pub fn all(size: usize) -> Self {
        let mut words: Vec<Word> =
            (0..).zip(0..size.div_ceil(64)).map(|(at, _)| Word { at, bits: u64::MAX }).collect();
        if let (Some(last), 1..) = (words.last_mut(), size % 64) {
            last.bits = (1 << (size % 64)) - 1;
        }
        Self { words, size }
    }

    /// The bound that its ids stay below.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Where the word `at` is, or would be.
    fn find(&self, at: u32) -> Result<usize, usize> {
        let (expected, count) = (at as usize, self.words.len());
        match self.words.get(expected.min(count.saturating_sub(1))).map(|word| word.at.cmp(&at)) {
            // Where hardly a word is left out, and where members are put in one after the other.
            Some(Ordering::Equal) => Ok(expected.min(count - 1)),
            Some(Ordering::Less) => Err(count),
            _ => self.words.binary_search_by_key(&at, |word| word.at),
        }
    }

    /// The bits of the word `at`.
    fn word(&self, at: u32) -> u64 {
        self.find(at).ok().and_then(|at| self.words.get(at)).map_or(0, |word| word.bits)
    }

    /// Puts `id` in; one that does not fit is left out.
    pub fn insert(&mut self, id: impl Id) {
        if id.index() >= self.size {
            return;
        }
        let new = Word::of(id);
        self.add(new);
    }

    fn add(&mut self, new: Word) {
        match self.find(new.at) {
            Ok(at) => self.words.get_mut(at).into_iter().for_each(|word| word.bits |= new.bits),
            Err(at) => self.words.insert(at, new),
        }
    }

    /// Takes `id` out.
    pub fn remove(&mut self, id: impl Id) {
        let gone = Word::of(id);
        let Ok(at) = self.find(gone.at) else { return };
        let Some(word) = self.words.get_mut(at) else { return };
        word.bits &= !gone.bits;
        if word.bits == 0 {
            self.words.remove(at);
        }
    }

    /// Whether `id` is in.
    #[must_use]
    pub fn contains(&self, id: impl Id) -> bool {
        let wanted = Word::of(id);
        self.word(wanted.at) & wanted.bits != 0
    }

    /// Whether nothing is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.bits.count_ones() as usize).sum()
    }

    /// Adds all of `other`.
    pub fn unite(&mut self, other: &Self) {
        if other.words.len() < self.words.len() / 8 {
            other.words.iter().for_each(|word| self.add(*word));
        } else {
            *self = self.combined(other, |one, other| one | other);
        }
    }

    /// Takes all of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        *self = self.combined(other, |one, other| one & !other);
    }

    /// Leaves only what `other` holds as well.
    pub fn keep(&mut self, other: &Self) {
        *self = self.intersection(other);
    }

    /// Whether both hold something.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        let (few, many) = if self.words.len() < other.words.len() { (self, other) } else { (other, self) };
        few.words.iter().any(|word| word.bits & many.word(word.at) != 0)
    }

    /// Whether `other` holds all that this one does.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.words.iter().all(|word| word.bits & !other.word(word.at) == 0)
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |one, other| one & other)
    }

    fn combined(&self, other: &Self, combine: fn(u64, u64) -> u64) -> Self {
        let mut words = Vec::with_capacity(self.words.len());
        for (at, one, other) in self.pairs(other) {
            let bits = combine(one, other);
            if bits != 0 {
                words.push(Word { at, bits });
            }
        }
        Self { words, size: self.size }
    }

    /// The words of both, side by side, where either has one.
    fn pairs<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = (u32, u64, u64)> + 's {
        let (mut ours, mut theirs) = (self.words.as_slice(), other.words.as_slice());
        std::iter::from_fn(move || match (ours, theirs) {
            ([one, rest @ ..], [other, others @ ..]) if one.at == other.at => {
                (ours, theirs) = (rest, others);
                Some((one.at, one.bits, other.bits))
            }
            ([one, rest @ ..], [other, ..]) if one.at < other.at => {
                ours = rest;
                Some((one.at, one.bits, 0))
            }
            (_, [other, others @ ..]) => {
                theirs = others;
                Some((other.at, 0, other.bits))
            }
            ([one, rest @ ..], []) => {
                ours = rest;
                Some((one.at, one.bits, 0))
            }
            ([], []) => None,
        })
    }

    /// The ids in it, ascending.
    pub fn iter<I: Id>(&self) -> impl Iterator<Item = I> + '_ {
        self.words.iter().flat_map(|word| {
            let mut left = word.bits;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    I::new(word.at as usize * 64 + bit)
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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

    /// Few and far between, in no order, against the standard library's set.
    #[test]
    fn it_holds_what_a_set_of_numbers_holds() {
        let numbers = |seed: usize| (0..200).map(move |at| (at * at * 31 + at * seed) % 40_000);
        let made = |seed| {
            let (mut bits, mut set) = (BitSet::none(40_000), BTreeSet::new());
            for number in numbers(seed) {
                bits.insert(Number::new(number));
                set.insert(number);
            }
            for number in numbers(seed).step_by(3) {
                bits.remove(Number::new(number));
                set.remove(&number);
            }
            (bits, set)
        };
        let held = |bits: &BitSet| bits.iter::<Number>().map(Id::index).collect::<BTreeSet<_>>();
        for (one, other) in [(3, 5), (3, 3), (7, 40_000)] {
            let ((bits, set), (others, other)) = (made(one), made(other));
            assert_eq!((held(&bits), bits.len()), (set.clone(), set.len()));
            assert!((0..40_000).all(|number| bits.contains(Number::new(number)) == set.contains(&number)));
            let mut all = bits.clone();
            all.unite(&others);
            assert_eq!(held(&all), &set | &other);
            assert!(bits.is_within(&all) && all.is_within(&bits) == other.is_subset(&set));
            let mut less = bits.clone();
            less.subtract(&others);
            assert_eq!(held(&less), &set - &other);
            assert!(!less.intersects(&others) && less.intersects(&bits) != less.is_empty());
            assert_eq!(held(&bits.intersection(&others)), &set & &other);
            // Equal sets are equal however they came about.
            all.subtract(&others);
            assert_eq!(all, less);
        }
    }
}
