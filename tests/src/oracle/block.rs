//! Blocks of addresses.

use std::fmt;
use std::net::IpAddr;

/// A CIDR as written: an address, of which bits past the prefix may be set, and a prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The address in front of the slash.
    pub address: IpAddr,
    /// The number behind it: how many leading bits count.
    pub prefix: u8,
}

impl Block {
    /// Whether the leading bits of `address` are those of the block. No address of the other family is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(_), IpAddr::V4(_)) => self.leading(self.address, 32) == self.leading(address, 32),
            (IpAddr::V6(_), IpAddr::V6(_)) => self.leading(self.address, 128) == self.leading(address, 128),
            _ => false,
        }
    }

    /// The first `prefix` bits of an address of `width` bits, as a number. A prefix of 0 has none.
    fn leading(&self, address: IpAddr, width: u32) -> u128 {
        let number = match address {
            IpAddr::V4(v4) => u128::from(u32::from(v4)),
            IpAddr::V6(v6) => u128::from(v6),
        };
        number.checked_shr(width - u32::from(self.prefix)).unwrap_or(0)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}
