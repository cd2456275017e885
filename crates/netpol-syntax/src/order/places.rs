//! Positions in the order of what stands there: what all maps share, whatever is in them.

use std::cmp::Ordering;

/// So many positions stand together. One that comes between others moves no more than these, and of a hundred
/// thousand there are but a few hundred such chunks to look through.
const CHUNK: usize = 512;

/// The positions `0..n` of some items in the items' order.
///
/// INVARIANT: no chunk is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    chunks: Vec<Vec<u32>>,
    /// Where something was put in, or found in its place, last.
    last: Gap,
}

/// Where a position belongs that is not there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    chunk: usize,
    at: usize,
}

/// How an item stands to the one that is looked for, by its position.
pub(super) type Compare<'c> = &'c mut dyn FnMut(u32) -> Ordering;

impl Places {
    /// The position of the item that is looked for, or where it belongs. It takes as many looks as doubling goes
    /// into how many there are.
    pub(super) fn find(&self, compare: Compare<'_>) -> Result<usize, Gap> {
        let gap = self.search(compare)?;
        Ok(self.place(gap).map_or(0, |place| place as usize))
    }

    fn place(&self, Gap { chunk, at }: Gap) -> Option<u32> {
        self.chunks.get(chunk)?.get(at).copied()
    }

    /// Where the item that is looked for stands, or where it belongs.
    #[inline(never)]
    fn search(&self, compare: Compare<'_>) -> Result<Gap, Gap> {
        // The last chunk that does not begin past it.
        let others = self.chunks.get(1..).unwrap_or_default();
        let begins = |chunk: &Vec<u32>| chunk.first().is_some_and(|first| compare(*first).is_le());
        let chunk = others.partition_point(begins);
        let places = self.chunks.get(chunk).map(Vec::as_slice).unwrap_or_default();
        match places.binary_search_by(|place| compare(*place)) {
            Ok(at) => Ok(Gap { chunk, at }),
            Err(at) => Err(Gap { chunk, at }),
        }
    }

    /// The same as [`Places::find`] for what is to be put in: it looks first at what came last, and behind that, since
    /// items often come in order, or together.
    #[inline(never)]
    pub(super) fn find_near(&mut self, compare: Compare<'_>) -> Result<usize, Gap> {
        let Gap { chunk, at } = self.last;
        let behind = Gap { chunk, at: at + 1 };
        let is_near = match self.place(self.last).map(&mut *compare) {
            Some(Ordering::Equal) => Some(Ok(self.last)),
            Some(Ordering::Less) => {
                let next = self.place(behind).or_else(|| self.chunks.get(chunk + 1)?.first().copied());
                let is_before_next = next.is_none_or(|next| compare(next).is_gt());
                is_before_next.then_some(Err(behind))
            }
            Some(Ordering::Greater) | None => None,
        };
        self.last = is_near.unwrap_or_else(|| self.search(compare))?;
        Ok(self.place(self.last).map_or(0, |place| place as usize))
    }

    /// Puts a position where it belongs.
    #[inline(never)]
    pub(super) fn insert(&mut self, Gap { mut chunk, mut at }: Gap, place: usize) {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let has_room = |chunk: usize| self.chunks.get(chunk).is_some_and(|places| places.len() < CHUNK);
        if at == CHUNK && has_room(chunk + 1) {
            (chunk, at) = (chunk + 1, 0);
        } else if chunk < self.chunks.len() && !has_room(chunk) {
            // Behind the last full chunk another begins, so that those are full that come in order.
            let is_last = chunk + 1 == self.chunks.len();
            let half = if at == CHUNK && is_last { CHUNK } else { CHUNK / 2 };
            let later = self.chunks.get_mut(chunk).map(|places| places.split_off(half)).unwrap_or_default();
            self.chunks.insert(chunk + 1, later);
            if let Some(within) = at.checked_sub(half) {
                (chunk, at) = (chunk + 1, within);
            }
        }
        match self.chunks.get_mut(chunk) {
            Some(places) => places.insert(at, place),
            None => self.chunks.push(vec![place]),
        }
        self.last = Gap { chunk, at };
    }

    /// All positions, in order.
    pub(super) fn iter(&self) -> Iter<'_> {
        Iter { chunk: [].iter(), others: self.chunks.iter() }
    }

    /// All positions, in order.
    #[inline(never)]
    pub(super) fn into_order(self) -> Vec<u32> {
        self.chunks.concat()
    }
}

/// Positions in order.
pub(super) struct Iter<'p> {
    chunk: std::slice::Iter<'p, u32>,
    others: std::slice::Iter<'p, Vec<u32>>,
}

impl Iterator for Iter<'_> {
    type Item = usize;

    #[inline(never)]
    fn next(&mut self) -> Option<usize> {
        loop {
            if let Some(place) = self.chunk.next() {
                return Some(*place as usize);
            }
            self.chunk = self.others.next()?.iter();
        }
    }
}

/// The positions `0..count` in the order that `compare` gives them; those that are equal stay in order. None where all are
/// in order as they are.
#[inline(never)]
pub(super) fn sorted(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
    // Much comes in order.
    if (1..count).all(|at| compare(at - 1, at).is_le()) {
        return Vec::new();
    }
    let mut order: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    order.sort_by(|one, other| compare(*one as usize, *other as usize));
    order
}

/// Puts items in order, of which each position says which is to stand there, by swapping two at a time.
#[inline(never)]
pub(super) fn arrange(mut order: Vec<u32>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        // What was at the start is pushed on until its own place is reached.
        while let Some(wanted) = order.get_mut(at) {
            let from = std::mem::replace(wanted, u32::try_from(at).unwrap_or(u32::MAX)) as usize;
            if from == start || from == at {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}
