//! Documents to typed objects: which kinds matter, and what of them does. What a selector *means* is not
//! known here.

mod kinds;
mod objects;
mod owners;
mod pods;
mod reading;
mod strings;

use netpol_syntax::order::Map;
use netpol_syntax::{Deserialized, Diagnostic, Document, Location, Node, Read, UnknownFields, read_at};

use crate::places::{Places, places_in};

use kinds::{Kind, Recognised};
pub use objects::{
    Controller, ControllerSpec, CronJob, EndpointSlice, EndpointSubset, Endpoints, IpBlock, LabelSelector,
    LabelSelectorRequirement, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
    NodeObject, ObjectMeta, Service, ServicePort, SlicePort,
};
pub use owners::OwnerField;
pub use pods::{ContainerPort, Phase, Pod, PodNetwork};
pub(crate) use pods::{address, addresses, declared_ports, network_of, protocol};
use reading::objects;
pub use strings::Strings;

/// What documents hold that matters to NetworkPolicies, in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// Pods and all else that policies are about.
    pub objects: Vec<Object>,
    /// Policies.
    pub policies: Vec<Object>,
    /// Policies that could not be read: they count as refused.
    pub unreadable_policies: Vec<UnreadablePolicy>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
    /// How many objects of each other kind there are, and where the first is.
    passed_over: Map<String, (usize, Location)>,
}

places_in! {
    Object: body, at;
    UnreadablePolicy: at;
}

/// An object and where it stands.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its kind, as the API spells it.
    pub kind: &'static str,
    /// Its content.
    pub body: Body,
    /// The whole object.
    pub at: Location,
    /// The path that leads to it within its document: empty, or `items[3]` within a `List`.
    pub path: String,
}

/// What an object holds, by kind.
#[derive(Clone, Debug)]
pub enum Body {
    /// A namespace: its metadata says all.
    Namespace(ObjectMeta),
    /// A node.
    Node(NodeObject),
    /// A pod.
    Pod(Box<Pod>),
    /// Whatever makes pods from a template.
    Controller(Box<Controller>),
    /// A CronJob, whose template stands a level deeper.
    CronJob(Box<CronJob>),
    /// A service.
    Service(Box<Service>),
    /// The endpoints of a service without a selector.
    EndpointSlice(Box<EndpointSlice>),
    /// The same, as it was spelt before.
    Endpoints(Box<Endpoints>),
    /// A policy.
    NetworkPolicy(Box<NetworkPolicy>),
}

impl Body {
    /// The object's metadata.
    #[must_use]
    pub fn metadata(&self) -> &ObjectMeta {
        match self {
            Self::Namespace(metadata) => metadata,
            Self::Node(node) => &node.metadata,
            Self::Pod(pod) => &pod.metadata,
            Self::Controller(controller) => &controller.metadata,
            Self::CronJob(job) => &job.metadata,
            Self::Service(service) => &service.metadata,
            Self::EndpointSlice(slice) => &slice.metadata,
            Self::Endpoints(endpoints) => &endpoints.metadata,
            Self::NetworkPolicy(policy) => &policy.metadata,
        }
    }
}

impl Places for Manifests {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        self.objects.each_place(visit);
        self.policies.each_place(visit);
        self.unreadable_policies.each_place(visit);
        self.diagnostics.each_place(visit);
        self.passed_over.values_mut().for_each(|(_, at)| visit(at));
    }
}

impl Places for Body {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        match self {
            Self::Namespace(metadata) => metadata.each_place(visit),
            Self::Node(node) => node.each_place(visit),
            Self::Pod(pod) => pod.each_place(visit),
            Self::Controller(controller) => controller.each_place(visit),
            Self::CronJob(job) => job.each_place(visit),
            Self::Service(service) => service.each_place(visit),
            Self::EndpointSlice(slice) => slice.each_place(visit),
            Self::Endpoints(endpoints) => endpoints.each_place(visit),
            Self::NetworkPolicy(policy) => policy.each_place(visit),
        }
    }
}

/// A NetworkPolicy that does not even have the right shape.
#[derive(Clone, Debug)]
pub struct UnreadablePolicy {
    /// Its namespace, as far as it can be read.
    pub namespace: String,
    /// Its name, as far as it can be read.
    pub name: String,
    /// The object.
    pub at: Location,
}

objects! {
    /// An object that has nothing but metadata that matters.
    pub struct MetadataOnly {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
    }
}

/// What is unknown may be known one level deeper: a field of a selector that it does not have, nor anything near to it, is a
/// label.
fn tell_labels_apart(diagnostic: &mut Diagnostic) {
    if diagnostic.id != "unknown-field" || diagnostic.help.is_some() {
        return;
    }
    let path = diagnostic.path.as_deref().unwrap_or_default();
    if path.ends_with(".matchLabels") || path.ends_with(".matchExpressions") {
        // Not a dash too many, but columns too few.
        diagnostic.help =
            Some("it belongs into the selector above it: indent it two columns deeper".to_owned());
    } else if path.contains("Selector.") {
        diagnostic.id = "match-labels-missing";
        diagnostic.help = Some("labels stand one level deeper, under `matchLabels`".to_owned());
    }
}

impl Manifests {
    /// Reads the objects of one document, which is not needed afterwards.
    pub fn read(&mut self, document: &Document) {
        self.object(document.root(), String::new(), None);
    }

    /// Whether they say anything but which objects there are that policies are about.
    pub(crate) fn is_more_than_objects(&self) -> bool {
        !self.policies.is_empty()
            || !self.unreadable_policies.is_empty()
            || !self.diagnostics.is_empty()
            || !self.passed_over.is_empty()
    }

    /// Reads one object; `list` is what the list around it says of its items' kind, where it does.
    fn object(&mut self, node: Node<'_>, path: String, list: Option<(&str, &str)>) {
        let at = node.location();
        if !node.is_mapping() {
            self.diagnostics.push(
                Diagnostic::error("no-object", at, "this is not a Kubernetes object")
                    .with_help("an object is a mapping with `apiVersion`, `kind` and `metadata`"),
            );
            return;
        }
        let text = |key| node.get(key).and_then(|value| value.as_str());
        let has_kind = text("kind").is_some() || list.is_some();
        let kind = text("kind").map(str::to_owned).or_else(|| list.map(|(kind, _)| kind.to_owned()));
        let version =
            text("apiVersion").map(str::to_owned).or_else(|| list.map(|(_, version)| version.to_owned()));
        let (Some(kind), Some(version)) = (kind, version) else {
            let missing = if has_kind { "apiVersion" } else { "kind" };
            self.diagnostics.push(
                Diagnostic::error("no-kind", at, format!("this object has no `{missing}`"))
                    .with_path(missing)
                    .with_help("every object needs `apiVersion`, `kind` and `metadata.name`"),
            );
            return;
        };
        match Kind::recognise(&kind, &version) {
            Recognised::List { item } => self.list(node, &path, &item, &version),
            Recognised::Kind(kind) => self.known(kind, node, path),
            Recognised::OtherVersion { kind, expected } => {
                let key_at = node.get("apiVersion").map_or(at, |version| version.location());
                self.diagnostics.push(
                    Diagnostic::warning(
                        "other-version",
                        key_at,
                        format!("`{}` is of `{expected}`, not of `{version}`", kind.as_str()),
                    )
                    .with_path("apiVersion")
                    .with_help(format!("write `apiVersion: {expected}`; it is read as if it said so")),
                );
                self.known(kind, node, path);
            }
            Recognised::Lookalike => {
                let key_at = node.get("apiVersion").map_or(at, |version| version.location());
                self.diagnostics.push(
                    Diagnostic::warning(
                        "lookalike-policy",
                        key_at,
                        format!("`{kind}` of `{version}` is not evaluated"),
                    )
                    .with_path("apiVersion")
                    .with_help("only `NetworkPolicy` of `networking.k8s.io/v1` is"),
                );
            }
            Recognised::Other => {
                self.passed_over.or_insert_with(kind, || (0, at)).0 += 1;
            }
        }
    }

    fn list(&mut self, node: Node<'_>, path: &str, item: &str, version: &str) {
        let Some(items) = node.get("items") else { return };
        for (at, object) in items.items().enumerate() {
            let dot = if path.is_empty() { "" } else { "." };
            let said = (!item.is_empty()).then_some((item, version));
            self.object(object, format!("{path}{dot}items[{at}]"), said);
        }
    }

    fn known(&mut self, kind: Kind, node: Node<'_>, path: String) {
        let body = match kind {
            Kind::Namespace => {
                self.value(node, &path).map(|MetadataOnly { metadata }| Body::Namespace(metadata))
            }
            Kind::Node => self.value(node, &path).map(Body::Node),
            Kind::Pod => self
                .value(node, &path)
                .map(|pod| Body::Pod(Box::new(Pod::of(pod, &path, &mut self.diagnostics)))),
            Kind::Service => self.value(node, &path).map(Box::new).map(Body::Service),
            Kind::EndpointSlice => self.value(node, &path).map(Box::new).map(Body::EndpointSlice),
            Kind::Endpoints => self.value(node, &path).map(Box::new).map(Body::Endpoints),
            Kind::CronJob => self.value(node, &path).map(Box::new).map(Body::CronJob),
            Kind::NetworkPolicy => self.policy(node, &path).map(Body::NetworkPolicy),
            Kind::Deployment
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::ReplicationController => self.value(node, &path).map(Box::new).map(Body::Controller),
        };
        if let Some(body) = body {
            let into = if kind == Kind::NetworkPolicy { &mut self.policies } else { &mut self.objects };
            into.push(Object { kind: kind.as_str(), body, at: node.location(), path });
        }
    }

    /// Reads an object of which fields that do not matter here are no problem.
    fn value<T: Read>(&mut self, node: Node<'_>, path: &str) -> Option<T> {
        let Deserialized { value, diagnostics } = read_at(node, path, UnknownFields::Ignore);
        self.diagnostics.extend(diagnostics);
        value
    }

    /// Reads a policy, strictly: a field that it does not have is an error, as kubectl's is.
    fn policy(&mut self, node: Node<'_>, path: &str) -> Option<Box<NetworkPolicy>> {
        let Deserialized { value, mut diagnostics } = read_at(node, path, UnknownFields::Report);
        diagnostics.iter_mut().for_each(tell_labels_apart);
        let refused = diagnostics.iter().any(|it| it.severity == netpol_syntax::Severity::Error);
        self.diagnostics.extend(diagnostics);
        if refused {
            let metadata = node.get("metadata");
            let text = |key| metadata.and_then(|metadata| metadata.get(key)).and_then(|value| value.as_str());
            self.unreadable_policies.push(UnreadablePolicy {
                namespace: text("namespace").unwrap_or("default").to_owned(),
                name: text("name").unwrap_or_default().to_owned(),
                at: node.location(),
            });
            return None;
        }
        value.map(Box::new)
    }
}

/// A field's path within a document, of an object that may itself stand in a list.
pub(crate) fn field(object: &str, field: &str) -> String {
    if object.is_empty() { field.to_owned() } else { format!("{object}.{field}") }
}

/// What was passed over in the manifests of an input, which may come in parts.
#[must_use]
pub fn passed_over(parts: &[&Manifests]) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let mut passed_over: Map<&str, (usize, Location)> = Map::new();
    for part in parts {
        for (kind, (count, at)) in part.passed_over.iter() {
            passed_over.or_insert_with(kind, || (0, *at)).0 += count;
        }
    }
    for (kind, (count, at)) in passed_over {
        let objects = if count == 1 { "object" } else { "objects" };
        let message = format!("passed over {count} {objects} of kind `{kind}`");
        diagnostics.push(
            Diagnostic::note("skipped-kind", at, message)
                .with_help("this kind has no part in what NetworkPolicies decide"),
        );
    }
    diagnostics
}
