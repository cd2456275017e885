//! Sorting without its weight.
//!
//! The standard library's sorts are generic: every type sorted is another 5 KB of code, which the page has to
//! load. Two dozen of them made up a tenth of it. Here an order of positions is found by one sort, whatever
//! the type, and the items are put into it.

use std::borrow::Borrow;
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

/// The values of each key, keys ascending and values as they came.
pub fn groups<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut pairs: Vec<(K, V)> = pairs.into_iter().collect();
    sort_by(&mut pairs, |(one, _), (other, _)| one.cmp(other));
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        match groups.last_mut() {
            Some((last, values)) if *last == key => values.push(value),
            _ => groups.push((key, vec![value])),
        }
    }
    groups
}

/// Puts an item into a list that is in order, and says whether it was not there.
pub fn insert<T: Ord>(items: &mut Vec<T>, item: T) -> bool {
    let place = items.binary_search(&item);
    if let Err(place) = place {
        items.insert(place, item);
    }
    place.is_err()
}

/// Takes an item out of a list that is in order, and says whether it was there.
pub fn remove<T: Ord>(items: &mut Vec<T>, item: &T) -> bool {
    let place = items.binary_search(item);
    if let Ok(place) = place {
        items.remove(place);
    }
    place.is_ok()
}

/// Values by key, made once: it finds what a `BTreeMap` would, without the code that every kind of one brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup<K, V>(Vec<(K, V)>);

impl<K: Ord, V> Lookup<K, V> {
    /// Of these pairs; of those with the same key, the last counts.
    pub fn of(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut pairs: Vec<(K, V)> = pairs.into_iter().collect();
        pairs.reverse();
        sort_by(&mut pairs, |(one, _), (other, _)| one.cmp(other));
        pairs.dedup_by(|(later, _), (kept, _)| later == kept);
        Self(pairs)
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(self.place(key)?).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key)?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// The keys, ascending.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key)).ok()
    }
}

impl<K, V> IntoIterator for Lookup<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
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
    fn groups_keep_their_values_in_order() {
        assert_eq!(groups([(2, 'a'), (1, 'b'), (2, 'c')]), [(1, vec!['b']), (2, vec!['a', 'c'])]);
    }

    #[test]
    fn items_go_into_a_list_and_out_of_it_once() {
        let mut items = Vec::new();
        assert_eq!([3, 1, 2, 1].map(|item| insert(&mut items, item)), [true, true, true, false]);
        assert_eq!([2, 4].map(|item| remove(&mut items, &item)), [true, false]);
        assert_eq!(items, [1, 3]);
    }

    #[test]
    fn a_lookup_finds_the_last_of_equal_keys() {
        let mut lookup = Lookup::of([("b", 1), ("a", 2), ("b", 3), ("c", 4), ("b", 5)]);
        assert_eq!(
            ["a", "b", "c", "d"].map(|key| lookup.get(key).copied()),
            [Some(2), Some(5), Some(4), None]
        );
        *lookup.get_mut("c").unwrap() = 6;
        assert_eq!(lookup.keys().copied().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(lookup.into_iter().collect::<Vec<_>>(), [("a", 2), ("b", 5), ("c", 6)]);
    }

    #[test]
    fn equal_neighbours_are_left_out() {
        let mut items = vec![3, 1, 2, 3, 1];
        sort_and_dedup(&mut items);
        assert_eq!(items, [1, 2, 3]);
    }
}
