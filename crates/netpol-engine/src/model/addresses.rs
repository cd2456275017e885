//! Addresses for what has none: made up, but the same ones every time.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;
use netpol_syntax::order::Set;

/// Where pods' addresses are made up: kubeadm's usual `podSubnet`, in the documentation's examples.
pub const POD_NETWORK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 244, 0, 0), 16);

/// Where services' addresses are made up: kubeadm's default `serviceSubnet`.
pub const SERVICE_NETWORK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 96, 0, 0), 12);

/// Where nodes' addresses are made up, for pods that use their node's network: never among pods' own.
pub(super) const NODE_NETWORK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(172, 18, 0, 0), 16);

/// The address that kubeadm gives the DNS service: the tenth of [`SERVICE_NETWORK`].
pub(super) const DNS_SERVICE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 96, 0, 10));

/// Hands out the addresses of one network.
///
/// An address comes from a hash of namespace and name, so that the order of documents never matters and
/// an added object hardly ever moves another's. Two that collide: the later name takes the next free one,
/// which is why callers ask in the order of names.
pub(super) struct Addresses<'a> {
    network: Ipv4Net,
    taken: &'a mut Set<IpAddr>,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(network: Ipv4Net, taken: &'a mut Set<IpAddr>) -> Self {
        Self { network, taken }
    }

    /// An address for `namespace/name` that nothing else has.
    pub(super) fn give(&mut self, namespace: &str, name: &str) -> IpAddr {
        let first = self.network.network().to_bits();
        // The network's and the broadcast address are nobody's.
        let usable = self.network.broadcast().to_bits() - first - 1;
        let start = u32::try_from(hash(namespace, name) % u64::from(usable)).unwrap_or(0);
        let address = (0..usable)
            .map(|step| IpAddr::V4(Ipv4Addr::from_bits(first + 1 + (start + step) % usable)))
            .find(|address| !self.taken.contains(address))
            // With every address taken two pods share one: only past 65,534 pods.
            .unwrap_or(IpAddr::V4(Ipv4Addr::from_bits(first + 1 + start)));
        self.taken.insert(address);
        address
    }
}

/// FNV-1a, 64 bits: short, and the same on every machine and in every version of Rust.
fn hash(namespace: &str, name: &str) -> u64 {
    let bytes = namespace.bytes().chain(*b"/").chain(name.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // FNV's low bits differ little between names that differ in their last letter only.
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_depends_on_the_name_alone() {
        let mut taken = Set::new();
        let lone = Addresses::new(POD_NETWORK, &mut taken).give("default", "web");
        let mut taken = Set::new();
        let mut addresses = Addresses::new(POD_NETWORK, &mut taken);
        addresses.give("default", "api");
        assert_eq!(addresses.give("default", "web"), lone);
        assert!(POD_NETWORK.contains(&match lone {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => unreachable!("made-up addresses are v4"),
        }));
    }

    #[test]
    fn no_two_names_share_an_address() {
        let mut taken = Set::new();
        let mut addresses = Addresses::new(POD_NETWORK, &mut taken);
        let given: Set<IpAddr> =
            (0..20_000).map(|n| addresses.give("default", &format!("pod-{n}"))).collect();
        assert_eq!(given.len(), 20_000);
    }
}
