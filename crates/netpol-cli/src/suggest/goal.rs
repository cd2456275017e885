//! What is to be opened or closed.

use std::collections::BTreeSet;
use std::net::IpAddr;

use anyhow::{Context, Result, bail};
use ipnet::IpNet;
use netpol_engine::{
    Analysis, Block, Direction, Endpoint, Flow, Port, PortSet, Probe, Protocol, Serves, Target, UrlTarget,
    Wanted, WantedEnd, WorkloadId, internet_block,
};

use crate::args::SuggestArgs;
use crate::ends::{Ends, INTERNET as INTERNET_NAME};

/// What a person wants.
pub enum Goal {
    /// These should pass, and these probes come to an end. Addresses within the blocks stand for them.
    Open { flows: Vec<Flow>, probes: Vec<Probe>, outside: Vec<Block> },
    /// Nothing but these should pass into a workload and out of it.
    Isolate(WorkloadId, Vec<Wanted>),
}

/// What the arguments ask for.
///
/// # Errors
/// Where an end is unknown, or it is not said which port is meant.
pub fn of(args: &SuggestArgs, analysis: &Analysis) -> Result<Goal> {
    let ends = Ends::of(&analysis.cluster);
    if let Some(name) = &args.isolate {
        let workload = workload(analysis, &ends, name)?;
        return Ok(Goal::Isolate(workload, wanted(args, analysis, &ends, workload)?));
    }
    let from = args.from.as_deref().context("name the source with `--from`")?;
    let mut outside = Vec::new();
    let from = meant(analysis, &ends, from, &mut outside)?;
    if let Some(curl) = &args.curl {
        let url = UrlTarget::parse(curl).with_context(|| format!("`{curl}` is no target"))?;
        let probe = |from: &Endpoint| Probe { from: *from, target: Target::Url(url.clone()) };
        let probes: Vec<Probe> = from.iter().map(probe).collect();
        let flows = probes.iter().flat_map(|probe| analysis.flows_of(probe)).collect();
        return Ok(Goal::Open { flows, probes, outside });
    }
    let name = args.to.as_deref().context("name the destination with `--to` or `--curl`")?;
    let to = meant(analysis, &ends, name, &mut outside)?;
    let ports: Vec<Port> = match args.port.asked() {
        Some(port) => vec![port],
        None => served(analysis, &to)
            .with_context(|| format!("nothing says which ports `{name}` serves: name one with `--port`"))?,
    };
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
    let flows = pairs.filter(|(from, to)| from != to);
    let flows = flows.flat_map(|(from, to)| ports.iter().map(move |port| Flow { from, to, port: *port }));
    Ok(Goal::Open { flows: flows.collect(), probes: Vec::new(), outside })
}

/// The ends that a name stands for; of a block, which is put to `outside`, an address for each part of it that policies
/// can tell apart.
fn meant(
    analysis: &Analysis,
    ends: &Ends<'_>,
    name: &str,
    outside: &mut Vec<Block>,
) -> Result<Vec<Endpoint>> {
    let (parts, block) = match (name, name.parse::<IpNet>()) {
        (INTERNET_NAME, _) => (analysis.internet(), internet_block()),
        (_, Ok(cidr)) => {
            (analysis.within(&cidr.trunc(), &[]), Block { cidr: cidr.trunc(), except: Vec::new() })
        }
        (_, Err(_)) => return Ok(examples(analysis, &ends.find(name)?)),
    };
    let addresses: Vec<Endpoint> = parts.iter().map(|part| Endpoint::Address(part.address)).collect();
    if addresses.is_empty() {
        bail!("nothing outside the cluster has an address in `{name}`");
    }
    outside.push(block);
    Ok(addresses)
}

/// Of pods that policies cannot tell apart two stand for all: a pod has no connection to itself to ask about.
fn examples(analysis: &Analysis, ends: &[Endpoint]) -> Vec<Endpoint> {
    let mut taken: BTreeSet<(netpol_engine::ClassId, u8)> = BTreeSet::new();
    let is_new = |end: &Endpoint| {
        let class = analysis.index.class_of(*end);
        taken.insert((class, 0)) || taken.insert((class, 1))
    };
    ends.iter().copied().filter(is_new).collect()
}

/// The ports that pods serve; `None` where nothing says.
fn served(analysis: &Analysis, ends: &[Endpoint]) -> Option<Vec<Port>> {
    let pods = ends.iter().filter_map(|end| end.pod());
    let workloads: BTreeSet<WorkloadId> = pods.map(|pod| analysis.cluster.pods[pod].workload).collect();
    let ports: BTreeSet<Port> = workloads
        .into_iter()
        .filter_map(|workload| match &analysis.cluster.workloads[workload].serves {
            Serves::Ports(ports) => Some(ports.iter().copied()),
            Serves::Unknown => None,
        })
        .flatten()
        .collect();
    (!ports.is_empty()).then(|| ports.into_iter().collect())
}

fn workload(analysis: &Analysis, ends: &Ends<'_>, name: &str) -> Result<WorkloadId> {
    match ends.find(name)?.first() {
        Some(Endpoint::Pod(pod)) => Ok(analysis.cluster.pods[*pod].workload),
        _ => bail!("`{name}` is no workload"),
    }
}

/// What is to pass where a workload is isolated: what the arguments name, or what passes now.
fn wanted(
    args: &SuggestArgs,
    analysis: &Analysis,
    ends: &Ends<'_>,
    isolated: WorkloadId,
) -> Result<Vec<Wanted>> {
    let named = args.allow_from.iter().map(|name| (Direction::Ingress, name));
    let named: Vec<_> = named.chain(args.allow_to.iter().map(|name| (Direction::Egress, name))).collect();
    if named.is_empty() {
        return Ok(if args.nothing { Vec::new() } else { analysis.passing(isolated) });
    }
    let mut wanted = Vec::new();
    for (direction, name) in named {
        let (end, port) = with_port(name);
        let other = match end {
            INTERNET_NAME => WantedEnd::Block(internet_block()),
            end => match block(end) {
                Some(cidr) => WantedEnd::Block(Block { cidr: cidr.trunc(), except: Vec::new() }),
                None => WantedEnd::Workload(workload(analysis, ends, end)?),
            },
        };
        let to = match (direction, &other) {
            (Direction::Ingress, _) => Some(isolated),
            (Direction::Egress, WantedEnd::Workload(other)) => Some(*other),
            (Direction::Egress, WantedEnd::Block(_)) => None,
        };
        let served = || to.map_or_else(PortSet::all, |to| analysis.cluster.workloads[to].serves.port_set());
        let ports = port.map_or_else(served, PortSet::one);
        wanted.push(Wanted { direction, other, ports });
    }
    Ok(wanted)
}

/// A block of addresses, or one address.
fn block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// `END[:PORT[/PROTOCOL]]`. What is an address or a block as it stands has no port.
fn with_port(name: &str) -> (&str, Option<Port>) {
    if block(name).is_some() {
        return (name, None);
    }
    let port = |text: &str| {
        let (number, protocol) = text.split_once('/').unwrap_or((text, "TCP"));
        let protocol = Protocol::from_api(&protocol.to_ascii_uppercase())?;
        Some(Port { protocol, number: number.parse().ok().filter(|number| *number > 0)? })
    };
    match name.rsplit_once(':') {
        Some((end, text)) if port(text).is_some() => (end.trim_matches(['[', ']']), port(text)),
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_told_from_an_address() {
        let port = |protocol, number| Some(Port { protocol, number });
        let cases = [
            ("shop/web", ("shop/web", None)),
            ("shop/web:80", ("shop/web", port(Protocol::Tcp, 80))),
            ("shop/dns:53/udp", ("shop/dns", port(Protocol::Udp, 53))),
            ("10.0.0.0/8", ("10.0.0.0/8", None)),
            ("10.0.0.0/8:443", ("10.0.0.0/8", port(Protocol::Tcp, 443))),
            ("fd00::53", ("fd00::53", None)),
            ("[fd00::53]:53/UDP", ("fd00::53", port(Protocol::Udp, 53))),
            ("internet:443", ("internet", port(Protocol::Tcp, 443))),
        ];
        for (name, expected) in cases {
            assert_eq!(with_port(name), expected, "{name}");
        }
    }
}
