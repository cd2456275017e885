//! A map in the order of its keys.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;

use super::places::{Gap, Places, arrange};

/// Values by key, keys ascending: a `BTreeMap` for those who have to load the code. What finds a place for a key is there
/// once for all maps.
///
/// Nothing is ever taken out of it but everything.
///
/// INVARIANT: `order` holds each position of `entries`, once.
#[derive(Clone)]
pub struct Map<K, V> {
    /// In the order in which the keys came.
    entries: Vec<(K, V)>,
    order: Places,
}

impl<K, V> Map<K, V> {
    /// A map without a key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys and values, keys ascending.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.order.iter().filter_map(|at| self.entries.get(at)).map(|(key, value)| (key, value))
    }

    /// The keys, ascending.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The values, to be changed, in the order in which their keys came.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    fn add(&mut self, gap: Gap, key: K, value: V) {
        self.order.insert(gap, self.entries.len());
        self.entries.push((key, value));
    }
}

impl<K: Ord, V> Map<K, V> {
    /// The value of a key. It takes as many looks at keys as doubling goes into how many there are.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// The same with the key as it is in the map.
    #[must_use]
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        self.entries.get(at).map(|(key, value)| (key, value))
    }

    /// The value of a key, to be changed.
    #[must_use]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        self.entries.get_mut(at).map(|(_, value)| value)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Gives a key a value, and takes the one that it had. Next to nothing is moved for it, and nothing is looked for
    /// where keys come in order.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find_near(&key) {
            Ok(at) => self.entries.get_mut(at).map(|(_, known)| std::mem::replace(known, value)),
            Err(gap) => {
                self.add(gap, key, value);
                None
            }
        }
    }

    /// The value of a key, which is made where there is none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        self.or_insert_with_key(key, |_| make())
    }

    /// The value of a key, which is made from it where there is none.
    #[expect(clippy::indexing_slicing, reason = "what the order holds is a position, see the invariant")]
    pub fn or_insert_with_key(&mut self, key: K, make: impl FnOnce(&K) -> V) -> &mut V {
        let at = match self.find_near(&key) {
            Ok(at) => at,
            Err(gap) => {
                let value = make(&key);
                self.add(gap, key, value);
                self.entries.len() - 1
            }
        };
        &mut self.entries[at].1
    }

    /// The value of a key; the default one where there is none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    #[inline(never)]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, Gap>
    where
        K: Borrow<Q>,
    {
        self.order.find(&mut compare(&self.entries, key))
    }

    #[inline(never)]
    fn find_near(&mut self, key: &K) -> Result<usize, Gap> {
        self.order.find_near(&mut compare(&self.entries, key))
    }
}

/// How the key of each of `entries` stands to `key`.
fn compare<Q: Ord + ?Sized, K: Borrow<Q>, V>(entries: &[(K, V)], key: &Q) -> impl FnMut(u32) -> Ordering {
    |place| entries.get(place as usize).map_or(Ordering::Less, |(known, _)| known.borrow().cmp(key))
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), order: Places::default() }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Of those with the same key the last counts.
impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, pairs: T) {
        pairs.into_iter().for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

/// Of those with the same key the last counts.
impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        let mut map = Self::new();
        map.extend(pairs);
        map
    }
}

/// Keys ascending.
impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        let Self { mut entries, order } = self;
        arrange(order.into_order(), &mut |one, other| entries.swap(one, other));
        entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_equal_keys_the_last_counts() {
        let mut map = Map::from_iter([("b", 1), ("a", 2), ("b", 3), ("c", 4), ("b", 5)]);
        assert_eq!(["a", "b", "c", "d"].map(|key| map.get(key).copied()), [Some(2), Some(5), Some(4), None]);
        assert_eq!(map.insert("c", 6), Some(4));
        *map.get_mut("a").unwrap() += 1;
        assert_eq!(map.keys().copied().collect::<String>(), "abc");
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [("a", 3), ("b", 5), ("c", 6)]);
    }

    #[test]
    fn what_is_not_there_is_made_once() {
        let mut map: Map<String, Vec<u8>> = Map::new();
        assert!(map.is_empty() && !map.contains_key("a") && map.get_mut("a").is_none());
        map.or_default("b".to_owned()).push(1);
        map.or_default("a".to_owned()).push(2);
        map.or_insert_with("b".to_owned(), || unreachable!("it is there")).push(3);
        assert_eq!(format!("{map:?}"), r#"{"a": [2], "b": [1, 3]}"#);
        map.values_mut().for_each(Vec::clear);
        assert_eq!(map.len(), 2);
        assert!(map.values().all(Vec::is_empty));
    }

    #[test]
    fn maps_are_equal_whatever_the_order_in_which_their_keys_came() {
        let [one, other] = [[(1, 'a'), (2, 'b')], [(2, 'b'), (1, 'a')]].map(Map::from_iter);
        assert_eq!(one, other);
        assert_ne!(one, Map::from_iter([(1, 'a')]));
        assert_ne!(one, Map::from_iter([(1, 'a'), (2, 'c')]));
    }

    /// Keys that come upwards, downwards, or as they like.
    fn keys() -> impl Strategy<Value = Vec<u16>> {
        let any = prop::collection::vec(0_u16..6_000, 0..4_000);
        prop_oneof![
            any,
            (0_u16..3_000).prop_map(|count| (0..count).collect()),
            (0_u16..3_000).prop_map(|count| (0..count).rev().collect()),
            (1_u16..3_000, 1_u16..3_000)
                .prop_map(|(count, step)| (0..count).map(|at| at.wrapping_mul(step) % count).collect()),
            (500_u16..1_100, 0_u16..2_000)
                .prop_map(|(up, down)| (0..up).chain((0..down).rev().map(|at| 3_000 + at)).collect()),
        ]
    }

    proptest! {
        #[test]
        fn a_map_is_what_a_tree_is(keys in keys(), asked in prop::collection::vec(0_u16..6_000, 0..50)) {
            let (mut map, mut tree) = (Map::new(), BTreeMap::new());
            for (value, key) in keys.into_iter().enumerate() {
                match value % 3 {
                    0 => *map.or_default(key) += value,
                    _ => prop_assert_eq!(map.insert(key, value), tree.get(&key).copied()),
                }
                match value % 3 {
                    0 => *tree.entry(key).or_default() += value,
                    _ => _ = tree.insert(key, value),
                }
            }
            prop_assert_eq!(map.len(), tree.len());
            prop_assert!(map.iter().eq(tree.iter()));
            for key in asked {
                prop_assert_eq!(map.get_key_value(&key), tree.get_key_value(&key));
                prop_assert_eq!(map.contains_key(&key), tree.contains_key(&key));
                prop_assert_eq!(map.get_mut(&key), tree.get_mut(&key));
            }
            prop_assert!(map.into_iter().eq(tree));
        }
    }
}
