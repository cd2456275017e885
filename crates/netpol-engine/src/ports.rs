//! Protocols, and exact sets of ports for each.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;

use crate::table::{Id, Table, id};

/// The three protocols that NetworkPolicy knows. They are distinct: a rule for one says nothing of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// What an absent `protocol` means (API types, `NetworkPolicyPort.protocol`).
    #[default]
    Tcp,
    /// Datagrams; what names are asked over.
    Udp,
    /// Stream control transmission.
    Sctp,
}

impl Protocol {
    /// All of them, in the order in which they are listed to people.
    pub const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Sctp];

    /// As the API spells it: `TCP`, `UDP`, `SCTP`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }

    /// From the API's spelling, which is upper case only.
    #[must_use]
    pub fn from_api(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.as_str() == text)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A protocol and a port number, as in "TCP 80".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// The protocol.
    pub protocol: Protocol,
    /// The number, 1 to 65535.
    pub number: u16,
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.protocol, self.number)
    }
}

/// Takes the first range off a list.
fn take<'r>(list: &mut &'r [(u16, u16)], first: &(u16, u16), rest: &'r [(u16, u16)]) -> Option<(u16, u16)> {
    *list = rest;
    Some(*first)
}

/// Ports of one protocol, as ranges with both ends included.
///
/// INVARIANT: ascending, disjoint and not touching, so that equal sets are equal values.
type Ranges = Vec<(u16, u16)>;

/// The lowest port there is: 0 stands for "any" in sockets and is no port to connect to.
const LOWEST: u16 = 1;

/// So many sets are united one after the other.
const FEW: usize = 16;

/// Adds `first..=last`, which begins before none of `ranges` does.
fn append(ranges: &mut Ranges, first: u16, last: u16) {
    match ranges.last_mut() {
        Some((_, end)) if u32::from(first) <= u32::from(*end) + 1 => *end = (*end).max(last),
        _ => ranges.push((first, last)),
    }
}

/// An exact set of ports of each protocol.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct PortSet {
    ranges: [Ranges; 3],
}

impl PortSet {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Every port of every protocol.
    #[must_use]
    pub fn all() -> Self {
        Self { ranges: Protocol::ALL.map(|_| vec![(LOWEST, u16::MAX)]) }
    }

    /// Every port of one protocol.
    #[must_use]
    pub fn protocol(protocol: Protocol) -> Self {
        Self::range(protocol, LOWEST, u16::MAX)
    }

    /// The ports `first..=last` of one protocol; nothing where they are the wrong way round.
    #[must_use]
    pub fn range(protocol: Protocol, first: u16, last: u16) -> Self {
        let mut set = Self::none();
        let first = first.max(LOWEST);
        if first <= last {
            set.of_mut(protocol).push((first, last));
        }
        set
    }

    /// The one port.
    #[must_use]
    pub fn one(port: Port) -> Self {
        Self::range(port.protocol, port.number, port.number)
    }

    fn of_mut(&mut self, protocol: Protocol) -> &mut Ranges {
        let [tcp, udp, sctp] = &mut self.ranges;
        match protocol {
            Protocol::Tcp => tcp,
            Protocol::Udp => udp,
            Protocol::Sctp => sctp,
        }
    }

    /// The ranges of one protocol, ascending, both ends included.
    #[must_use]
    pub fn ranges(&self, protocol: Protocol) -> &[(u16, u16)] {
        let [tcp, udp, sctp] = &self.ranges;
        match protocol {
            Protocol::Tcp => tcp,
            Protocol::Udp => udp,
            Protocol::Sctp => sctp,
        }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.ranges.iter().all(Vec::is_empty)
    }

    /// Whether everything is in it.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.ranges.iter().all(|ranges| ranges.as_slice() == [(LOWEST, u16::MAX)])
    }

    /// Whether `port` is in it.
    #[must_use]
    pub fn contains(&self, port: Port) -> bool {
        let ranges = self.ranges(port.protocol);
        let after = ranges.partition_point(|(first, _)| *first <= port.number);
        after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| port.number <= *last)
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut set = Self::none();
        for protocol in Protocol::ALL {
            let (mut one, mut other) = (self.ranges(protocol), other.ranges(protocol));
            let merged = set.of_mut(protocol);
            // Both are ascending: always the one that begins first is next.
            while let Some((first, last)) = match (one, other) {
                ([a, rest @ ..], [b, ..]) if a <= b => take(&mut one, a, rest),
                (_, [b, rest @ ..]) => take(&mut other, b, rest),
                ([a, rest @ ..], []) => take(&mut one, a, rest),
                ([], []) => None,
            } {
                append(merged, first, last);
            }
        }
        set
    }

    /// What any of `sets` holds.
    #[must_use]
    pub fn union_of<S: Borrow<Self>>(sets: &[S]) -> Self {
        if sets.len() <= FEW {
            return sets.iter().fold(Self::none(), |all, set| all.union(set.borrow()));
        }
        // How far the ranges reach that begin at each port: no sorting, and no long set is gone through for each short
        // one that is added.
        let mut reach = Protocol::ALL.map(|_| Vec::new());
        for set in sets {
            for (reach, ranges) in reach.iter_mut().zip(&set.borrow().ranges) {
                for (first, last) in ranges {
                    let at = usize::from(*first);
                    if reach.len() <= at {
                        reach.resize(at + 1, 0);
                    }
                    reach.get_mut(at).into_iter().for_each(|end| *end = (*last).max(*end));
                }
            }
        }
        let mut union = Self::none();
        for (ranges, reach) in union.ranges.iter_mut().zip(reach) {
            let ends = (0..=u16::MAX).zip(reach);
            ends.filter(|(first, last)| last >= first.max(&LOWEST))
                .for_each(|(first, last)| append(ranges, first, last));
        }
        union
    }

    /// Those ranges of one protocol that have a port of `first..=last`.
    fn meeting(&self, protocol: Protocol, first: u16, last: u16) -> impl Iterator<Item = &(u16, u16)> {
        let ranges = self.ranges(protocol);
        let from = ranges.partition_point(|(_, to)| *to < first);
        ranges.iter().skip(from).take_while(move |(from, _)| *from <= last)
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut set = Self::none();
        for protocol in Protocol::ALL {
            let kept = set.of_mut(protocol);
            for (first, last) in self.ranges(protocol) {
                let both = other.meeting(protocol, *first, *last);
                kept.extend(both.map(|(from, to)| (*first.max(from), *last.min(to))));
            }
        }
        set
    }

    /// What this one holds and `other` does not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut set = Self::none();
        for protocol in Protocol::ALL {
            let kept = set.of_mut(protocol);
            for (first, last) in self.ranges(protocol) {
                // What is left of the range: up to `last`, unless `other` takes the end away.
                let mut next = Some(*first);
                for (from, to) in other.meeting(protocol, *first, *last) {
                    if let Some(start) = next.filter(|start| start < from) {
                        kept.push((start, from - 1));
                    }
                    next = to.checked_add(1);
                }
                if let Some(start) = next.filter(|start| start <= last) {
                    kept.push((start, *last));
                }
            }
        }
        set
    }
}

impl FromIterator<Port> for PortSet {
    fn from_iter<T: IntoIterator<Item = Port>>(ports: T) -> Self {
        Self::union_of(&ports.into_iter().map(Self::one).collect::<Vec<_>>())
    }
}

/// "TCP 1-79,81-65535; UDP; SCTP": a protocol without numbers is all of its ports. Nothing is "none", everything "all".
impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("all");
        }
        if self.is_none() {
            return f.write_str("none");
        }
        let mut separator = "";
        for protocol in Protocol::ALL {
            let ranges = self.ranges(protocol);
            if ranges.is_empty() {
                continue;
            }
            write!(f, "{separator}{protocol}")?;
            separator = "; ";
            if ranges == [(LOWEST, u16::MAX)] {
                continue;
            }
            let mut comma = " ";
            for (first, last) in ranges {
                write!(f, "{comma}{first}")?;
                if first != last {
                    write!(f, "-{last}")?;
                }
                comma = ",";
            }
        }
        Ok(())
    }
}

id!(
    /// A port set that was met before, by its number in [`PortSets`].
    PortSetId
);

/// Every port set met so far, each once, so that a matrix holds numbers instead of sets and the union of
/// two is computed only once.
#[derive(Clone, Debug)]
pub struct PortSets {
    sets: Table<PortSetId, PortSet>,
    ids: HashMap<PortSet, PortSetId>,
    unions: HashMap<(PortSetId, PortSetId), PortSetId>,
    intersections: HashMap<(PortSetId, PortSetId), PortSetId>,
}

impl PortSets {
    /// The number of the empty set.
    #[must_use]
    pub fn none() -> PortSetId {
        PortSetId::new(0)
    }

    /// The number of the full set.
    #[must_use]
    pub fn all() -> PortSetId {
        PortSetId::new(1)
    }

    /// The set behind a number.
    #[must_use]
    pub fn get(&self, id: PortSetId) -> &PortSet {
        &self.sets[id]
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (PortSetId, &PortSet)> {
        self.sets.iter()
    }

    /// The number of `set`, where it was met.
    pub(crate) fn find(&self, set: &PortSet) -> Option<PortSetId> {
        self.ids.get(set).copied()
    }

    /// The number of `set`.
    pub fn intern(&mut self, set: PortSet) -> PortSetId {
        if let Some(id) = self.ids.get(&set) {
            return *id;
        }
        let id = self.sets.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    /// What either holds.
    pub fn union(&mut self, one: PortSetId, other: PortSetId) -> PortSetId {
        let pair = (one.min(other), one.max(other));
        if one == other || one == Self::all() || other == Self::none() {
            return one;
        }
        if other == Self::all() || one == Self::none() {
            return other;
        }
        if let Some(id) = self.unions.get(&pair) {
            return *id;
        }
        let id = self.intern(self.get(one).union(self.get(other)));
        self.unions.insert(pair, id);
        id
    }

    /// What any of them holds.
    pub fn union_of(&mut self, ids: &[PortSetId]) -> PortSetId {
        if ids.len() <= FEW {
            return ids.iter().fold(Self::none(), |all, id| self.union(all, *id));
        }
        let sets: Vec<&PortSet> = ids.iter().map(|id| self.get(*id)).collect();
        let union = PortSet::union_of(&sets);
        self.intern(union)
    }

    /// What both hold.
    pub fn intersection(&mut self, one: PortSetId, other: PortSetId) -> PortSetId {
        let pair = (one.min(other), one.max(other));
        if one == other || one == Self::none() || other == Self::all() {
            return one;
        }
        if other == Self::none() || one == Self::all() {
            return other;
        }
        if let Some(id) = self.intersections.get(&pair) {
            return *id;
        }
        let id = self.intern(self.get(one).intersection(self.get(other)));
        self.intersections.insert(pair, id);
        id
    }
}

impl Default for PortSets {
    fn default() -> Self {
        let mut sets = Self {
            sets: Table::default(),
            ids: HashMap::new(),
            unions: HashMap::new(),
            intersections: HashMap::new(),
        };
        // In this order, which `none` and `all` rely on.
        sets.intern(PortSet::none());
        sets.intern(PortSet::all());
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(ranges: &[(u16, u16)]) -> PortSet {
        ranges.iter().fold(PortSet::none(), |set, (first, last)| {
            set.union(&PortSet::range(Protocol::Tcp, *first, *last))
        })
    }

    #[test]
    fn unions_merge_what_touches() {
        let cases: [(&[(u16, u16)], &str); 5] = [
            (&[(80, 80)], "TCP 80"),
            (&[(80, 80), (81, 90)], "TCP 80-90"),
            (&[(80, 80), (82, 90)], "TCP 80,82-90"),
            (&[(1, 79), (81, 65535)], "TCP 1-79,81-65535"),
            (&[(1, 80), (50, 65535)], "TCP"),
        ];
        for (ranges, text) in cases {
            assert_eq!(tcp(ranges).to_string(), text);
        }
    }

    /// Two hundred sets of up to seven ports, which begin `step` apart.
    fn many(step: u16) -> Vec<PortSet> {
        let set = |at: u16| PortSet::range(Protocol::Tcp, at * step, at * step + at % 7);
        (0..200).map(set).collect()
    }

    #[test]
    fn many_sets_have_the_ports_of_each() {
        for step in [1, 3, 5, 300] {
            let all = PortSet::union_of(&many(step));
            let one_by_one = many(step).iter().fold(PortSet::none(), |set, other| set.union(other));
            assert_eq!(all, one_by_one);
        }
        assert_eq!(PortSet::union_of::<PortSet>(&[]), PortSet::none());
    }

    #[test]
    fn the_highest_ports_are_among_many_sets() {
        let every_other = (u16::MAX - 40..=u16::MAX).step_by(2);
        let sets: Vec<PortSet> =
            every_other.clone().map(|at| PortSet::range(Protocol::Tcp, at, at)).collect();
        let found = PortSet::union_of(&sets);
        assert_eq!(found.ranges(Protocol::Tcp), every_other.map(|at| (at, at)).collect::<Vec<_>>());
    }

    #[test]
    fn sets_of_many_ranges_are_exact_port_by_port() {
        let (one, other) = (PortSet::union_of(&many(5)), PortSet::union_of(&many(9)));
        let (both, rest) = (one.intersection(&other), one.difference(&other));
        for number in 0..2_000 {
            let port = Port { protocol: Protocol::Tcp, number };
            let (in_one, in_other) = (one.contains(port), other.contains(port));
            assert_eq!(both.contains(port), in_one && in_other, "{number}");
            assert_eq!(rest.contains(port), in_one && !in_other, "{number}");
        }
        assert_eq!(both.union(&rest), one);
    }

    #[test]
    fn differences_are_exact_at_their_edges() {
        let cases = [
            (tcp(&[(1, 65535)]), tcp(&[(80, 80)]), "TCP 1-79,81-65535"),
            (tcp(&[(80, 90)]), tcp(&[(80, 80)]), "TCP 81-90"),
            (tcp(&[(80, 90)]), tcp(&[(90, 65535)]), "TCP 80-89"),
            (tcp(&[(80, 90)]), tcp(&[(1, 65535)]), "none"),
            (tcp(&[(80, 90)]), tcp(&[(91, 100)]), "TCP 80-90"),
            (tcp(&[(80, 90)]), PortSet::none(), "TCP 80-90"),
            (tcp(&[(1, 100)]), tcp(&[(10, 20), (30, 40)]), "TCP 1-9,21-29,41-100"),
            (tcp(&[(80, 80)]), PortSet::protocol(Protocol::Udp), "TCP 80"),
        ];
        for (set, other, rest) in cases {
            assert_eq!(set.difference(&other).to_string(), rest, "{set} without {other}");
        }
    }

    #[test]
    fn intersections_keep_protocols_apart() {
        let some = tcp(&[(1, 100), (200, 300)]).union(&PortSet::protocol(Protocol::Udp));
        assert_eq!(some.intersection(&tcp(&[(50, 250)])).to_string(), "TCP 50-100,200-250");
        assert_eq!(some.intersection(&PortSet::protocol(Protocol::Sctp)), PortSet::none());
        assert_eq!(PortSet::all().intersection(&some), some);
    }

    #[test]
    fn membership_is_inclusive_at_both_ends() {
        let set = tcp(&[(32000, 32768)]);
        for (number, inside) in [(31999, false), (32000, true), (32500, true), (32768, true), (32769, false)]
        {
            assert_eq!(set.contains(Port { protocol: Protocol::Tcp, number }), inside, "{number}");
            assert!(!set.contains(Port { protocol: Protocol::Udp, number }));
        }
    }

    #[test]
    fn equal_sets_get_one_number() {
        let mut sets = PortSets::default();
        let one = sets.intern(tcp(&[(80, 80)]));
        let other = sets.intern(tcp(&[(443, 443)]));
        let both = sets.union(one, other);
        assert_eq!(sets.union(other, one), both);
        assert_eq!(sets.intersection(both, one), one);
        assert_eq!(sets.union(one, PortSets::all()), PortSets::all());
        assert_eq!(sets.intersection(one, PortSets::none()), PortSets::none());
    }
}
