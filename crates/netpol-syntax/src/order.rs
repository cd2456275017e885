//! Sorting without its weight.
//!
//! The standard library's sorts are generic: every type sorted is another 5 KB of code, which the page has to
//! load. Two dozen of them made up a tenth of it. Here an order of positions is found by one sort, whatever
//! the type, and the items are put into it.

use std::cmp::Ordering;

/// Sorts `items` by `compare`, keeping those that are equal in order.
pub fn sort_by<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = positions(items.len(), &mut |one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    let mut taken: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| taken.get_mut(at).and_then(Option::take)));
}

/// Sorts `items` by `key`, keeping those that are equal in order.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, mut key: impl FnMut(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts `items` and leaves out those that equal their neighbour.
pub fn sort_and_dedup<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, Ord::cmp);
    items.dedup();
}

/// The positions `0..count` in the order that `compare` gives them.
fn positions(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_keep_their_order() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        sort_by_key(&mut items, |item| item.0);
        assert_eq!(items, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }

    #[test]
    fn equal_neighbours_are_left_out() {
        let mut items = vec![3, 1, 2, 3, 1];
        sort_and_dedup(&mut items);
        assert_eq!(items, [1, 2, 3]);
    }
}
