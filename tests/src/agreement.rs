//! The engine against the oracle: verdicts and what they rest on, and the matrix against both.

use std::collections::BTreeSet;

use netpol_engine::{Analysis, Cluster, Endpoint, Exemption, Flow, Matrix, Port, Protocol, Side, Verdict};
use netpol_syntax::{Limits, Severity, SourceFile};

use crate::oracle::{self, OracleVerdict, Reason, verdict};
use crate::random::addresses;

/// Asks both about every pair of pods and addresses, `text` being what the engine reads of `cluster`.
///
/// # Errors
/// The first difference, in words.
pub fn compare(
    cluster: &oracle::Cluster,
    text: &str,
    ports: &[(u16, oracle::Protocol)],
) -> Result<(), String> {
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    if let Some(error) = analysis.diagnostics.iter().find(|found| found.severity == Severity::Error) {
        return Err(format!("a valid cluster is refused: {error:?}"));
    }
    let matrix = analysis.matrix();
    let mut ends = Vec::new();
    for (place, pod) in cluster.pods.iter().enumerate() {
        let found = analysis.cluster.pod(&pod.namespace, &pod.name);
        let found = found.ok_or(format!("`{}/{}` is not there", pod.namespace, pod.name))?;
        ends.push((oracle::Endpoint::Pod(place), Endpoint::Pod(found)));
    }
    for address in addresses(cluster) {
        ends.push((oracle::Endpoint::Address(address), Endpoint::at(&analysis.cluster, address)));
    }
    for (oracle_from, from) in &ends {
        for (oracle_to, to) in &ends {
            // What passes between two addresses is no matter of this cluster's policies.
            if from.pod().is_none() && to.pod().is_none() {
                continue;
            }
            for (number, protocol) in ports {
                let expected = verdict(cluster, oracle_from, oracle_to, *number, *protocol);
                let port = Port { number: *number, protocol: engine_protocol(*protocol) };
                let flow = Flow { from: *from, to: *to, port };
                agree(&expected, &analysis, &matrix, flow).map_err(|what| {
                    format!(
                        "{what} differ, {oracle_from:?} to {oracle_to:?}, {port}: {expected:#?}\n{:#?}",
                        analysis.evaluate(flow)
                    )
                })?;
            }
        }
    }
    Ok(())
}

/// Names the first thing that differs.
fn agree(
    expected: &OracleVerdict,
    analysis: &Analysis,
    matrix: &Matrix,
    flow: Flow,
) -> Result<(), &'static str> {
    let found = analysis.evaluate(flow);
    let reason = match found.exemption {
        None => Reason::Policies,
        Some(Exemption::SamePod) => Reason::Itself,
        Some(Exemption::SameNode(_)) => Reason::OwnNode,
        Some(Exemption::Finished(_)) => Reason::Finished,
    };
    let same = |what, equal| if equal { Ok(()) } else { Err(what) };
    same(
        "verdicts",
        found.verdict() == verdict_of(expected) && found.verdict().is_allowed() == expected.allowed,
    )?;
    same("reasons", reason == expected.reason)?;
    // The matrix is about different pods.
    if flow.from != flow.to {
        let (from, to) = (analysis.index.class_of(flow.from), analysis.index.class_of(flow.to));
        same("matrix and verdict", matrix.allows(from, to, flow.port) == expected.allowed)?;
    }
    if reason == Reason::Policies {
        same("sides that block", found.egress.passes() != expected.egress_blocks)?;
        same("sides that block", found.ingress.passes() != expected.ingress_blocks)?;
        same(
            "sources' policies and rules",
            evidence(&analysis.cluster, &found.egress) == evidence_of(&expected.egress),
        )?;
        same(
            "destinations' policies and rules",
            evidence(&analysis.cluster, &found.ingress) == evidence_of(&expected.ingress),
        )?;
    }
    Ok(())
}

fn verdict_of(expected: &OracleVerdict) -> Verdict {
    match (expected.reason, expected.egress_blocks, expected.ingress_blocks) {
        (Reason::Finished, ..) => Verdict::NoTraffic,
        (Reason::Itself | Reason::OwnNode, ..) | (Reason::Policies, false, false) => Verdict::Allowed,
        (Reason::Policies, true, false) => Verdict::BlockedAtEgress,
        (Reason::Policies, false, true) => Verdict::BlockedAtIngress,
        (Reason::Policies, true, true) => Verdict::BlockedAtBoth,
    }
}

/// The policies that isolate, and the rules that allow.
type Evidence = (BTreeSet<String>, BTreeSet<(String, usize)>);

fn evidence(cluster: &Cluster, side: &Side) -> Evidence {
    let Side::Isolated { by, grants } = side else { return Evidence::default() };
    let name = |id| {
        let policy = &cluster.policies[id];
        format!("{}/{}", cluster.namespaces[policy.namespace].name, policy.name)
    };
    let isolating = by.iter().map(|policy| name(*policy)).collect();
    (isolating, grants.iter().map(|grant| (name(grant.policy), grant.rule)).collect())
}

fn evidence_of(side: &oracle::Side) -> Evidence {
    (side.isolating.clone(), side.allowing.clone())
}

fn engine_protocol(protocol: oracle::Protocol) -> Protocol {
    match protocol {
        oracle::Protocol::Tcp => Protocol::Tcp,
        oracle::Protocol::Udp => Protocol::Udp,
        oracle::Protocol::Sctp => Protocol::Sctp,
    }
}
