//! A set in order.

use super::Map;

/// Items, each once: a `BTreeSet` for those who have to load the code, and what costs as much as a [`Map`] of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T>(Map<T, ()>);

impl<T> Set<T> {
    /// A set without an item.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The items, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }
}

impl<T: Ord> Set<T> {
    /// Adds an item, and says whether it was not there.
    pub fn insert(&mut self, item: T) -> bool {
        self.0.insert(item, ()).is_none()
    }

    /// Whether an item is there.
    #[must_use]
    pub fn contains(&self, item: &T) -> bool {
        self.0.contains_key(item)
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Map::new())
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.0.extend(items.into_iter().map(|item| (item, ())));
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().map(|item| (item, ())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_there_once() {
        let mut set = Set::new();
        assert!(set.is_empty());
        assert_eq!([3, 1, 2, 1].map(|item| set.insert(item)), [true, true, true, false]);
        assert_eq!([2, 4].map(|item| set.contains(&item)), [true, false]);
        set.extend([4, 3]);
        assert_eq!(set.len(), 4);
        assert!(set.iter().eq(&[1, 2, 3, 4]));
        assert_eq!(set, Set::from_iter([4, 3, 2, 1, 2]));
    }
}
