//! The world outside the cluster: which ranges of addresses a question about "the internet" or a block is about.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

use crate::index::{ClassId, Index};
use crate::model::Block;

/// Addresses of one class, and one of them that stands for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideExample {
    /// The class.
    pub class: ClassId,
    /// One of its addresses, within what was asked for.
    pub address: IpAddr,
}

/// All of IPv4: how the internet is written in policies.
pub const INTERNET: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0));

/// Blocks that no client on the internet has: this host, private use, shared address space, loopback, link
/// local, multicast and reserved (IANA special-purpose address registry). The documentation's own blocks
/// stay in: examples use them for the internet.
const NOT_INTERNET: [Ipv4Net; 8] = [
    Ipv4Net::new_assert(Ipv4Addr::new(0, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The classes that the internet falls into, each with an example: what policies can tell apart of it.
#[must_use]
pub fn internet(index: &Index) -> Vec<OutsideExample> {
    let private: Vec<IpNet> = NOT_INTERNET.iter().map(|net| IpNet::V4(*net)).collect();
    within(index, &INTERNET, &private)
}

/// What of it is left out where the internet is written down: networks of private use (RFC 1918), shared address space
/// (RFC 6598), and link-local addresses (RFC 3927), the metadata service's among them.
const LEFT_OUT: [Ipv4Net; 5] = [
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
];

/// The internet, as policies write it: every address, but for those that none of its hosts has.
#[must_use]
pub fn internet_block() -> Block {
    Block { cidr: INTERNET, except: LEFT_OUT.map(IpNet::V4).to_vec() }
}

/// The classes that `net` falls into, but for what `except` takes out of it, each with an example.
#[must_use]
pub fn within(index: &Index, net: &IpNet, except: &[IpNet]) -> Vec<OutsideExample> {
    let mut examples: Vec<OutsideExample> = Vec::new();
    for range in index.outside_ranges() {
        if examples.iter().any(|known| known.class == range.class) || range.first.is_ipv4() != is_v4(net) {
            continue;
        }
        let first = range.first.max(net.network());
        let last = range.last.min(net.broadcast());
        if let Some(address) = first_without(first, last, except) {
            examples.push(OutsideExample { class: range.class, address });
        }
    }
    examples
}

/// The first address of `first..=last` that lies in none of `except`.
fn first_without(first: IpAddr, last: IpAddr, except: &[IpNet]) -> Option<IpAddr> {
    let mut address = first;
    // Each step leaves one exception behind for good, so that there are no more steps than exceptions.
    for _ in 0..=except.len() {
        if address > last {
            return None;
        }
        match except.iter().filter(|hole| hole.contains(&address)).map(IpNet::broadcast).max() {
            None => return Some(address),
            Some(end) => address = successor(end)?,
        }
    }
    None
}

fn is_v4(net: &IpNet) -> bool {
    matches!(net, IpNet::V4(_))
}

/// The next address of the same family.
pub(crate) fn successor(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => v4.to_bits().checked_add(1).map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        IpAddr::V6(v6) => v6.to_bits().checked_add(1).map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
    }
}
