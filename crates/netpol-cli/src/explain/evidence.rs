//! The evidence of a flow as values: who isolates, what allows, and what the nearest rules lack.

use netpol_engine::{
    Analysis, Caveat, Direction, Endpoint, Evaluation, Exemption, Flow, Grant, Lack, Miss, NamespaceId,
    Operator, Peer, PolicyId, PortMatch, PortRule, Requirement, Rule, Side,
};
use netpol_syntax::Location;
use netpol_view::caveat_words;
use serde::Serialize;

use crate::lines::Lines;
use crate::output::json::{self, JsonPlace, JsonWords};
use crate::report;

/// One flow between two pods or addresses, as `schemas/explain.schema.json` describes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonEvidence {
    from: String,
    to: String,
    port: u16,
    protocol: &'static str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    exemption: Option<JsonExemption>,
    egress: JsonSide,
    ingress: JsonSide,
    caveats: Vec<JsonCaveat>,
}

/// What settles a flow without regard to policies.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum JsonExemption {
    SamePod,
    SameNode { node: String },
    Finished { pod: String },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonSide {
    subject: &'static str,
    passes: bool,
    isolated: bool,
    isolated_by: Vec<JsonPolicy>,
    allowed_by: Vec<JsonGrant>,
    misses: Vec<JsonMiss>,
}

#[derive(Serialize)]
struct JsonPolicy {
    namespace: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

/// An item of a list in the text.
#[derive(Serialize)]
struct JsonItem {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

#[derive(Serialize)]
struct JsonGrant {
    policy: JsonPolicy,
    direction: &'static str,
    rule: JsonItem,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<JsonItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<JsonItem>,
}

#[derive(Serialize)]
struct JsonMiss {
    policy: JsonPolicy,
    direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<JsonItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<JsonItem>,
    lacks: Vec<JsonLack>,
}

/// What a rule wants, and what there is.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum JsonLack {
    NoRule,
    PodLabel {
        wanted: JsonRequirement,
        found: JsonFound,
    },
    NamespaceLabel {
        wanted: JsonRequirement,
        found: JsonFound,
    },
    OtherNamespace {
        wanted: String,
        found: String,
    },
    NotAPod {
        found: String,
    },
    HostNetwork {
        found: String,
    },
    OutsideBlock {
        #[serde(flatten)]
        block: JsonBlock,
    },
    InException {
        exception: String,
        #[serde(flatten)]
        block: JsonBlock,
    },
    Port {
        wanted: Vec<JsonPort>,
        found: u16,
    },
    Protocol {
        wanted: Vec<JsonPort>,
        found: &'static str,
    },
}

#[derive(Serialize)]
struct JsonRequirement {
    text: String,
    key: String,
    operator: &'static str,
    values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

/// The label that there is in place of the one wanted, and who carries it.
#[derive(Serialize)]
struct JsonFound {
    on: String,
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

#[derive(Serialize)]
struct JsonBlock {
    wanted: String,
    found: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

#[derive(Serialize)]
struct JsonPort {
    protocol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

#[derive(Serialize)]
struct JsonCaveat {
    id: &'static str,
    #[serde(flatten)]
    words: JsonWords,
}

/// What decides `flow`.
pub fn of(analysis: &Analysis, flow: Flow, lines: &mut Lines<'_>) -> JsonEvidence {
    let evaluation = analysis.evaluate(flow);
    let cluster = &analysis.cluster;
    let exemption = evaluation.exemption.map(|exemption| match exemption {
        Exemption::SamePod => JsonExemption::SamePod,
        Exemption::SameNode(node) => JsonExemption::SameNode { node: cluster.nodes[node].name.to_string() },
        Exemption::Finished(pod) => JsonExemption::Finished { pod: cluster.pod_name(pod) },
    });
    let mut writer = Writer { analysis, evaluation: &evaluation, lines };
    JsonEvidence {
        from: report::end(cluster, flow.from),
        to: report::end(cluster, flow.to),
        port: flow.port.number,
        protocol: flow.port.protocol.as_str(),
        allowed: evaluation.verdict().is_allowed(),
        exemption,
        egress: writer.side(Direction::Egress),
        ingress: writer.side(Direction::Ingress),
        caveats: evaluation.caveats.iter().map(|caveat| writer.caveat(caveat)).collect(),
    }
}

/// What is written of, and where it stands.
struct Writer<'a, 'f> {
    analysis: &'a Analysis,
    evaluation: &'a Evaluation,
    lines: &'a mut Lines<'f>,
}

impl<'a> Writer<'a, '_> {
    fn side(&mut self, direction: Direction) -> JsonSide {
        let side = self.evaluation.side(direction);
        let (by, grants) = match side {
            Side::Isolated { by, grants } => (by.as_slice(), grants.as_slice()),
            Side::Outside | Side::HostNetwork | Side::Open => (&[][..], &[][..]),
        };
        let misses = self.analysis.misses(self.evaluation, direction);
        JsonSide {
            subject: match side {
                Side::Outside => "outside",
                Side::HostNetwork => "host-network",
                Side::Open | Side::Isolated { .. } => "pod",
            },
            passes: side.passes(),
            isolated: matches!(side, Side::Isolated { .. }),
            isolated_by: by.iter().map(|policy| self.policy(*policy)).collect(),
            allowed_by: grants.iter().map(|grant| self.grant(direction, grant)).collect(),
            misses: misses.iter().map(|miss| self.miss(direction, miss)).collect(),
        }
    }

    fn policy(&mut self, policy: PolicyId) -> JsonPolicy {
        let row = &self.analysis.cluster.policies[policy];
        let namespace = self.namespace(row.namespace);
        JsonPolicy { namespace, name: row.name.to_string(), place: self.place(row.name_at) }
    }

    fn grant(&mut self, direction: Direction, grant: &Grant) -> JsonGrant {
        let rule = self.rule(grant.policy, direction, grant.rule);
        JsonGrant {
            policy: self.policy(grant.policy),
            direction: direction.as_str(),
            rule: self.item(grant.rule, rule.map(|rule| rule.at)),
            peer: grant.peer.map(|at| self.item(at, peer(rule, Some(at)).map(|peer| peer.at))),
            port: grant.port.map(|at| self.item(at, ports(rule).get(at).map(|port| port.at))),
        }
    }

    fn miss(&mut self, direction: Direction, miss: &Miss) -> JsonMiss {
        let rule = miss.rule.and_then(|rule| self.rule(miss.policy, direction, rule));
        let other = match direction {
            Direction::Egress => self.evaluation.flow.to,
            Direction::Ingress => self.evaluation.flow.from,
        };
        let peer = peer(rule, miss.peer);
        let lacks = match miss.rule {
            Some(_) => miss.lacks.iter().map(|lack| self.lack(lack, rule, peer, other)).collect(),
            None => vec![JsonLack::NoRule],
        };
        JsonMiss {
            policy: self.policy(miss.policy),
            direction: direction.as_str(),
            rule: miss.rule.map(|at| self.item(at, rule.map(|rule| rule.at))),
            peer: miss.peer.map(|at| self.item(at, peer.map(|peer| peer.at))),
            lacks,
        }
    }

    /// What the peer or the ports of `rule` lack, of which `other` is the other end.
    fn lack(&mut self, lack: &Lack, rule: Option<&Rule>, peer: Option<&Peer>, other: Endpoint) -> JsonLack {
        let cluster = &self.analysis.cluster;
        match lack {
            Lack::PodLabel { wanted, found } => {
                let at = other.pod().and_then(|pod| cluster.pods[pod].labels_at);
                let on = report::end(cluster, other);
                let found = self.found(on, found.as_deref(), at);
                JsonLack::PodLabel { wanted: self.requirement(wanted), found }
            }
            Lack::NamespaceLabel { wanted, found, namespace } => {
                let (on, at) = (self.namespace(*namespace), cluster.namespaces[*namespace].at);
                let found = self.found(on, found.as_deref(), at);
                JsonLack::NamespaceLabel { wanted: self.requirement(wanted), found }
            }
            Lack::OtherNamespace { wanted, found } => {
                JsonLack::OtherNamespace { wanted: self.namespace(*wanted), found: self.namespace(*found) }
            }
            Lack::NotAPod => JsonLack::NotAPod { found: report::end(cluster, other) },
            Lack::HostNetwork => JsonLack::HostNetwork { found: report::end(cluster, other) },
            Lack::OutsideBlock { cidr } => {
                JsonLack::OutsideBlock { block: self.block(cidr.to_string(), peer, other) }
            }
            Lack::InException { cidr, hole } => JsonLack::InException {
                exception: hole.to_string(),
                block: self.block(cidr.to_string(), peer, other),
            },
            Lack::Port { .. } => {
                let port = self.evaluation.flow.port;
                let wanted = ports(rule).iter().map(|port| self.port(port)).collect();
                match ports(rule).iter().any(|wanted| wanted.protocol == port.protocol) {
                    true => JsonLack::Port { wanted, found: port.number },
                    false => JsonLack::Protocol { wanted, found: port.protocol.as_str() },
                }
            }
        }
    }

    fn requirement(&mut self, wanted: &Requirement) -> JsonRequirement {
        let (operator, values) = match &wanted.operator {
            Operator::Equals(value) => ("Equals", std::slice::from_ref(value)),
            Operator::In(values) => ("In", values.as_slice()),
            Operator::NotIn(values) => ("NotIn", values.as_slice()),
            Operator::Exists => ("Exists", &[][..]),
            Operator::DoesNotExist => ("DoesNotExist", &[][..]),
        };
        JsonRequirement {
            text: wanted.to_string(),
            key: wanted.key.to_string(),
            operator,
            values: values.iter().map(ToString::to_string).collect(),
            place: self.place(wanted.at),
        }
    }

    fn found(&mut self, on: String, value: Option<&str>, at: Option<Location>) -> JsonFound {
        JsonFound { on, value: value.map(str::to_owned), place: at.and_then(|at| self.place(at)) }
    }

    /// A block that none of the other end's addresses is in.
    fn block(&mut self, wanted: String, peer: Option<&Peer>, other: Endpoint) -> JsonBlock {
        let found = match other {
            Endpoint::Address(address) => vec![address.to_string()],
            Endpoint::Pod(pod) => {
                self.analysis.cluster.pods[pod].addresses.iter().map(ToString::to_string).collect()
            }
        };
        JsonBlock { wanted, found, place: peer.and_then(|peer| self.place(peer.at)) }
    }

    fn port(&mut self, wanted: &PortRule) -> JsonPort {
        let (first, last, name) = match &wanted.ports {
            PortMatch::All => (None, None, None),
            PortMatch::Range(first, last) => (Some(*first), Some(*last), None),
            PortMatch::Named(name) => (None, None, Some(name.to_string())),
        };
        JsonPort { protocol: wanted.protocol.as_str(), first, last, name, place: self.place(wanted.at) }
    }

    fn caveat(&mut self, caveat: &Caveat) -> JsonCaveat {
        JsonCaveat { id: caveat.id(), words: json::words(&caveat_words(self.analysis, caveat), self.lines) }
    }

    fn rule(&self, policy: PolicyId, direction: Direction, at: usize) -> Option<&'a Rule> {
        self.analysis.cluster.policies[policy].section(direction).rules().get(at)
    }

    fn item(&mut self, index: usize, at: Option<Location>) -> JsonItem {
        JsonItem { index, place: at.and_then(|at| self.place(at)) }
    }

    fn namespace(&self, id: NamespaceId) -> String {
        self.analysis.cluster.namespaces[id].name.to_string()
    }

    fn place(&mut self, at: Location) -> Option<JsonPlace> {
        json::place(at, self.lines)
    }
}

fn peer(rule: Option<&Rule>, at: Option<usize>) -> Option<&Peer> {
    rule?.peers.as_ref()?.get(at?)
}

fn ports(rule: Option<&Rule>) -> &[PortRule] {
    rule.and_then(|rule| rule.ports.as_deref()).unwrap_or_default()
}
