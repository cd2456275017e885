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
}

/// Where a position belongs that is not there.
#[derive(Clone, Copy)]
pub(super) struct Gap {
    chunk: usize,
    at: usize,
}

/// How an item stands to the one that is looked for, by its position.
pub(super) type Compare<'c> = &'c mut dyn FnMut(u32) -> Ordering;

impl Places {
    /// The position of the item that is looked for, or where it belongs. It takes as many looks as doubling goes
    /// into how many there are.
    #[inline(never)]
    pub(super) fn find(&self, compare: Compare<'_>) -> Result<usize, Gap> {
        // The last chunk that does not begin past it.
        let others = self.chunks.get(1..).unwrap_or_default();
        let begins = |chunk: &Vec<u32>| chunk.first().is_some_and(|first| compare(*first).is_le());
        let chunk = others.partition_point(begins);
        let places = self.chunks.get(chunk).map(Vec::as_slice).unwrap_or_default();
        match places.binary_search_by(|place| compare(*place)) {
            Ok(at) => Ok(places.get(at).map_or(0, |place| *place as usize)),
            Err(at) => Err(Gap { chunk, at }),
        }
    }

    /// The same with a look at the last item first: items often come in order.
    #[inline(never)]
    pub(super) fn find_from_end(&self, compare: Compare<'_>) -> Result<usize, Gap> {
        match self.chunks.last().and_then(|last| Some((last, *last.last()?))) {
            Some((last, place)) if compare(place).is_lt() => {
                Err(Gap { chunk: self.chunks.len() - 1, at: last.len() })
            }
            _ => self.find(compare),
        }
    }

    /// Puts a position where it belongs.
    #[inline(never)]
    pub(super) fn insert(&mut self, Gap { chunk, at }: Gap, place: usize) {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let Some(places) = self.chunks.get_mut(chunk) else {
            return self.chunks.push(vec![place]);
        };
        if places.len() < CHUNK {
            return places.insert(at, place);
        }
        // Behind a full chunk another begins, so that those are full that come in order.
        let half = if at == CHUNK { CHUNK } else { CHUNK / 2 };
        let mut later = places.split_off(half);
        match at.checked_sub(half) {
            None => places.insert(at, place),
            Some(at) => later.insert(at, place),
        }
        self.chunks.insert(chunk + 1, later);
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

/// The positions `0..count` in the order that `compare` gives them; those that are equal stay in order.
#[inline(never)]
pub(super) fn sorted(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
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
