//! Kubernetes manifests to NetworkPolicy verdicts, with the evidence for each.
//!
//! The stages, each of which touches only its own: `manifest` reads documents into typed objects, `model`
//! builds a valid [`Cluster`] of them, `index` compiles that, `evaluate` turns one flow into an
//! [`Evaluation`] whose verdict is derived from its evidence, `matrix` does so for all pairs at once, and
//! `probe` plays what `curl` in a pod would see. [`Analysis`] runs them in order.
//!
//! Nothing here does I/O, reads a clock or panics, and the same text gives the same result.

mod analysis;
mod bits;
mod diff;
mod evaluate;
mod exposure;
mod index;
mod lint;
mod manifest;
mod matrix;
mod miss;
mod model;
mod outside;
mod places;
mod ports;
mod probe;
mod session;
mod suggest;
mod table;
mod uses;

pub use analysis::Analysis;
pub use bits::BitSet;
pub use diff::{Diff, DiffEnd, EditKind, FlowChange, PolicyEdit, WorkloadName};
pub use evaluate::{Caveat, Evaluation, Exemption, Flow, Grant, Side, Verdict};
pub use exposure::{Admitted, AdmittedBlock, Namespaces, Openness, WorkloadExposure};
pub use index::{Class, ClassId, Index, OutsideRange};
pub use lint::{LINTS, Lint};
pub use matrix::Matrix;
pub use miss::{Lack, Miss};
pub use model::{
    AddressOrigin, Backends, Block, Cluster, ContainerPort, Direction, Endpoint, ExposedBy, Exposure,
    ExternalTraffic, Labels, ListedEndpoint, NAMESPACE_NAME_LABEL, Namespace, NamespaceId, Node, NodeId,
    Operator, POD_NETWORK, Peer, PeerKind, Phase, Pod, PodId, PodNetwork, Policy, PolicyId, PortMatch,
    PortRule, RefusedPolicy, Requirement, Rule, SERVICE_NETWORK, SYSTEM_NAMESPACE, Section, Selector, Serves,
    Service, ServiceId, ServiceKind, ServicePort, TargetPort, Workload, WorkloadId,
};
pub use outside::{INTERNET, OutsideExample, internet_block};
pub use ports::{Port, PortSet, PortSetId, Protocol};
pub use probe::{
    Answer, Connection, Lookup, Outcome, Probe, Report, Step, Target, TargetError, Translated, Translation,
    UrlTarget,
};
pub use session::{Reading, Session};
pub use suggest::{Change, Excess, ExcessEnd, Isolation, Suggestion, Wanted, WantedEnd};
pub use table::{Id, Table};
pub use uses::RuleUse;
