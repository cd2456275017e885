//! The lints by name.

use netpol_syntax::{Diagnostic, Location, Severity};

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Stable and in kebab case.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it finds, as a table says it: upper case first, no full stop, code in `backticks`.
    pub finds: &'static str,
}

impl Lint {
    const fn warning(id: &'static str, finds: &'static str) -> Self {
        Self { id, severity: Severity::Warning, finds }
    }

    const fn note(id: &'static str, finds: &'static str) -> Self {
        Self { id, severity: Severity::Note, finds }
    }

    const fn error(id: &'static str, finds: &'static str) -> Self {
        Self { id, severity: Severity::Error, finds }
    }

    /// A finding of this kind.
    pub(super) fn at(&self, at: Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.id, self.severity, Some(at), message)
    }
}

pub(super) const TWO_PEERS: Lint = Lint::warning(
    "two-peers",
    "One dash too many: `namespaceSelector` and `podSelector` as two peers, where one was hardly meant without the other",
);
pub(super) const PORTS_APART: Lint = Lint::warning(
    "ports-apart",
    "One dash too many: `ports` in a rule of its own, which allows anyone on them, beside a rule that allows its peers everything",
);
pub(super) const EMPTY_LIST: Lint =
    Lint::warning("empty-list", "An empty `from`, `to` or `ports` in a rule: it allows all, and not nothing");
pub(super) const DENY_ALLOWS: Lint = Lint::warning(
    "deny-that-allows",
    "A policy named deny with a rule that allows everything: `{}` in place of `[]`",
);
pub(super) const DIRECTION_WITHOUT_RULES: Lint = Lint::note(
    "direction-without-rules",
    "A direction in `policyTypes` without a section of its own, beside one that has rules: it is closed",
);
pub(super) const EGRESS_NOT_ISOLATED: Lint =
    Lint::warning("egress-not-isolated", "An empty `egress` without `policyTypes`: egress stays open");
pub(super) const SELECTS_NO_POD: Lint =
    Lint::warning("selects-no-pod", "A policy whose `podSelector` selects no pod");
pub(super) const POLICY_NAMESPACE: Lint = Lint::warning(
    "policy-other-namespace",
    "A policy in a namespace without such pods, which another namespace has",
);
pub(super) const CONTROLLER_LABELS: Lint = Lint::warning(
    "controller-labels",
    "A selector that matches the labels of a Deployment and not those of its template, which its pods have",
);
pub(super) const PEER_NO_POD: Lint = Lint::warning(
    "peer-selects-no-pod",
    "A peer whose `podSelector` selects no pod of the namespaces it is about",
);
pub(super) const PEER_NAMESPACE: Lint = Lint::warning(
    "peer-other-namespace",
    "A peer without `namespaceSelector` whose pods are in another namespace than the policy",
);
pub(super) const NO_NAMESPACE: Lint =
    Lint::warning("no-such-namespace", "A `namespaceSelector` that selects no namespace");
pub(super) const NOT_IN_BESIDE_ALL: Lint = Lint::warning(
    "not-in-beside-all",
    "A peer that leaves out some by `NotIn` or `DoesNotExist`, beside `namespaceSelector: {}`, which lets them in",
);
pub(super) const HOST_NETWORK: Lint = Lint::note(
    "host-network-pod",
    "A selector with the labels of a pod in its node's network, which policies pass by",
);
pub(super) const SERVICE_PORT: Lint =
    Lint::warning("service-port", "A service's port in a rule, where the pods' own port is what counts");
pub(super) const DNS_PORT: Lint =
    Lint::warning("dns-port", "Port 53 in a rule for DNS pods that listen on another port");
pub(super) const DNS_FORGOTTEN: Lint = Lint::warning(
    "dns-forgotten",
    "Pods that may send to some, and may not ask the cluster's DNS for their names",
);
pub(super) const DNS_TCP: Lint = Lint::note(
    "dns-tcp-forgotten",
    "Pods that may ask DNS over UDP alone: answers that are too long come over TCP",
);
pub(super) const BLOCK_OVER_PODS: Lint =
    Lint::warning("block-over-pods", "An `ipBlock` that holds addresses of pods, which change");
pub(super) const BLOCK_BEHIND_BALANCER: Lint = Lint::warning(
    "block-behind-balancer",
    "An `ipBlock` for clients of a service that may show the pod a node's address in place of theirs",
);
pub(super) const ONE_END_ONLY: Lint = Lint::warning(
    "one-end-only",
    "A rule that opens one end of connections of which the other end blocks every one",
);
pub(super) const REDUNDANT_RULE: Lint = Lint::note(
    "redundant-rule",
    "A rule that allows nothing which another rule does not allow to the same pods",
);
pub(super) const REDUNDANT_POLICY: Lint =
    Lint::note("redundant-policy", "A policy that changes nothing beside another one");
pub(super) const UNPROTECTED: Lint =
    Lint::note("unprotected", "Pods that no policy isolates, in a cluster with policies");

const INERT_RULES: Lint = Lint::warning("inert-rules", "Rules in a direction that `policyTypes` leaves out");
const NAMED_PORT: Lint = Lint::warning("named-port-nowhere", "A named port that no pod has");
const HOST_BITS: Lint = Lint::warning("cidr-host-bits", "A CIDR with bits set past its prefix");
const MATCH_LABELS: Lint =
    Lint::error("match-labels-missing", "Labels right below a selector: the level `matchLabels` is missing");
const DUPLICATE_KEY: Lint = Lint::warning("duplicate-key", "A key that stands in one map twice");
const REPLACED: Lint = Lint::warning("replaced-object", "Two objects of one kind, namespace and name");
const INVALID_POLICY: Lint = Lint::error(
    "invalid-policy",
    "A policy that the API server refuses, in its words and with its field path",
);
const UNKNOWN_FIELD: Lint = Lint::error("unknown-field", "A field that the API does not have");
const WRONG_TYPE: Lint = Lint::error("wrong-type", "A value of another type than the API's");
const LOOKALIKE: Lint =
    Lint::warning("lookalike-policy", "A policy of another API group, which is not evaluated");
const BOOLEAN_LETTER: Lint =
    Lint::warning("boolean-letter", "A lone `y` or `n` where a string is wanted: a boolean for `kubectl`");
const OTHER_VERSION: Lint =
    Lint::warning("other-version", "An object of another version of its API than the one that is read");
const INVALID_NAME: Lint = Lint::warning("invalid-name", "A name that the API server refuses");

/// All of them: first what is looked for beyond validity, then what is found in reading.
pub const LINTS: &[Lint] = &[
    TWO_PEERS,
    PORTS_APART,
    EMPTY_LIST,
    DENY_ALLOWS,
    DIRECTION_WITHOUT_RULES,
    EGRESS_NOT_ISOLATED,
    INERT_RULES,
    SELECTS_NO_POD,
    POLICY_NAMESPACE,
    CONTROLLER_LABELS,
    PEER_NO_POD,
    PEER_NAMESPACE,
    NO_NAMESPACE,
    NOT_IN_BESIDE_ALL,
    HOST_NETWORK,
    SERVICE_PORT,
    NAMED_PORT,
    DNS_FORGOTTEN,
    DNS_TCP,
    DNS_PORT,
    BLOCK_OVER_PODS,
    BLOCK_BEHIND_BALANCER,
    HOST_BITS,
    ONE_END_ONLY,
    REDUNDANT_RULE,
    REDUNDANT_POLICY,
    UNPROTECTED,
    MATCH_LABELS,
    DUPLICATE_KEY,
    REPLACED,
    INVALID_POLICY,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    LOOKALIKE,
    BOOLEAN_LETTER,
    OTHER_VERSION,
    INVALID_NAME,
];
