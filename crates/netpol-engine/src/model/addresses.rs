//! Addresses for what has none: made up, but the same ones every time.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;

/// Where pods' addresses are made up: kubeadm's usual `podSubnet`, in the documentation's examples.
pub const POD_NETWORK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 244, 0, 0), 16);

/// Where services' addresses are made up: kubeadm's default `serviceSubnet`.
pub const SERVICE_NETWORK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 96, 0, 0), 12);

/// Where nodes' addresses are made up, for pods that use their node's network: never among pods' own.
pub(super) const NODE_NETWORK: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(172, 18, 0, 0), 16);

/// The address that kubeadm gives the DNS service: the tenth of [`SERVICE_NETWORK`].
pub(super) const DNS_SERVICE: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 10);

/// Hands out the addresses of one network.
///
/// An address comes from a hash of namespace and name, so that the order of documents never matters and
/// an added object hardly ever moves another's. Two that collide: the later name takes the next free one,
/// which is why callers ask in the order of names.
pub(super) struct Addresses {
    network: Ipv4Net,
    /// Which addresses of the network somebody has, a bit each.
    taken: Vec<u64>,
}

impl Addresses {
    /// Of `network`, where those are `taken` that something has already, whatever network they are of.
    pub(super) fn new(network: Ipv4Net, taken: &mut dyn Iterator<Item = &IpAddr>) -> Self {
        let words = (u64::from(network.broadcast().to_bits() - network.network().to_bits()) + 1).div_ceil(64);
        let mut addresses = Self { network, taken: vec![0; usize::try_from(words).unwrap_or(0)] };
        for address in taken {
            if let IpAddr::V4(address) = address {
                addresses.take(*address);
            }
        }
        addresses
    }

    /// Marks an address as taken, and says whether it was free. Those of other networks never are.
    pub(super) fn take(&mut self, address: Ipv4Addr) -> bool {
        let at = address.to_bits().wrapping_sub(self.network.network().to_bits());
        let (word, bit) = (at as usize / 64, 1 << (at % 64));
        let Some(word) = self.taken.get_mut(word) else { return false };
        let is_free = *word & bit == 0;
        *word |= bit;
        is_free
    }

    /// An address for `namespace/name` that nothing else has.
    pub(super) fn give(&mut self, namespace: &str, name: &str) -> IpAddr {
        let first = self.network.network().to_bits();
        // The network's and the broadcast address are nobody's.
        let usable = self.network.broadcast().to_bits() - first - 1;
        let start = u32::try_from(hash(namespace, name) % u64::from(usable)).unwrap_or(0);
        let mut addresses = (0..usable).map(|step| Ipv4Addr::from_bits(first + 1 + (start + step) % usable));
        let free = addresses.find(|address| self.take(*address));
        // With every address taken two pods share one: only past 65,534 pods.
        IpAddr::V4(free.unwrap_or(Ipv4Addr::from_bits(first + 1 + start)))
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
    use netpol_syntax::order::Set;

    use super::*;

    #[test]
    fn an_address_depends_on_the_name_alone() {
        let lone = Addresses::new(POD_NETWORK, &mut [].iter()).give("default", "web");
        let mut addresses = Addresses::new(POD_NETWORK, &mut [].iter());
        addresses.give("default", "api");
        assert_eq!(addresses.give("default", "web"), lone);
        assert!(POD_NETWORK.contains(&match lone {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => unreachable!("made-up addresses are v4"),
        }));
    }

    #[test]
    fn no_two_names_share_an_address() {
        let mut addresses = Addresses::new(POD_NETWORK, &mut [].iter());
        let given: Set<IpAddr> =
            (0..20_000).map(|n| addresses.give("default", &format!("pod-{n}"))).collect();
        assert_eq!(given.len(), 20_000);
    }
    #[test]
    fn what_is_taken_is_not_given() {
        let lone = Addresses::new(NODE_NETWORK, &mut [].iter()).give("default", "web");
        let taken = [lone, "10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()];
        let mut addresses = Addresses::new(NODE_NETWORK, &mut taken.iter());
        let next = addresses.give("default", "web");
        let (IpAddr::V4(lone), IpAddr::V4(next)) = (lone, next) else {
            unreachable!("made-up addresses are v4")
        };
        assert_eq!(next.to_bits(), lone.to_bits() + 1);
        assert!(!addresses.take(next) && !addresses.take(Ipv4Addr::new(10, 0, 0, 2)));
        assert!(addresses.take(Ipv4Addr::new(172, 18, 255, 255)) && NODE_NETWORK.contains(&next));
    }
}
