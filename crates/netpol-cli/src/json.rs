//! What the JSON outputs have in common.

use netpol_engine::{PortSet, Protocol};
use serde::Serialize;

/// Ports of one protocol, both ends included.
#[derive(Serialize)]
pub struct JsonRange {
    protocol: &'static str,
    first: u16,
    last: u16,
}

/// A set of ports, by protocol and ascending.
pub fn ranges(set: &PortSet) -> Vec<JsonRange> {
    let of = |protocol: Protocol| {
        let range = move |(first, last): &(u16, u16)| JsonRange {
            protocol: protocol.as_str(),
            first: *first,
            last: *last,
        };
        set.ranges(protocol).iter().map(range)
    };
    Protocol::ALL.into_iter().flat_map(of).collect()
}
