//! Order without its weight.
//!
//! The standard library's sorts and trees are generic: every type sorted is another 5 KB of code, which the page has to
//! load, and every type of map another 2 KB. Two dozen of each made up more than a tenth of it. Here an order of
//! positions is found by one sort and kept by one map, whatever the type, and the items are put into it.

mod map;
mod places;
mod set;

use std::cmp::Ordering;

pub use map::Map;
pub use set::Set;

/// Sorts `items` by `compare`, keeping those that are equal in order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    if items.len() < 2 {
        return;
    }
    let order = places::sorted(items.len(), &mut |one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    places::arrange(order, &mut |one, other| items.swap(one, other));
}

/// Sorts `items` by `key`, keeping those that are equal in order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
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
    fn equal_neighbours_are_left_out() {
        let mut items = vec![3, 1, 2, 3, 1];
        sort_and_dedup(&mut items);
        assert_eq!(items, [1, 2, 3]);
    }
}
