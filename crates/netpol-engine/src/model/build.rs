//! Objects to the cluster: names are settled, pods come out of templates, and what is wrong is said and left out.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::order::Map;
use netpol_syntax::{Diagnostic, Location, Severity};

use crate::manifest::{
    self, Body, ControllerSpec, EndpointSlice, Endpoints, Manifests, NodeObject, Object, ObjectMeta, field,
};

use super::names::{self, Malformed};
use super::{
    Cluster, Labels, NAMESPACE_NAME_LABEL, Namespace, NamespaceId, Node, NodeId, RefusedPolicy,
    SYSTEM_NAMESPACE, pods, policies, services,
};

/// How many pods a cluster may have. Kubernetes itself is tested to 150,000; 50,000 keeps one pasted
/// `replicas: 1000000000` from being more than a message.
pub(super) const MAX_PODS: usize = 50_000;

/// Builds the cluster that the parts of an input describe, and says what was left out and why.
#[must_use]
pub fn build(parts: &[&Manifests]) -> (Cluster, Vec<Diagnostic>) {
    let policies = SettledPolicies::of(parts);
    let Base { mut cluster, mut diagnostics, .. } = build_base(parts, &policies);
    diagnostics.extend(set_policies(&mut cluster, policies, parts));
    (cluster, diagnostics)
}

/// A cluster without its policies: what they are about.
pub(crate) struct Base {
    pub(crate) cluster: Cluster,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// So many of its namespaces come from its own objects, the others from policies or of themselves.
    pub(crate) namespaces: usize,
}

/// Builds all but the policies. Of those it matters only which namespaces they speak of.
pub(crate) fn build_base(parts: &[&Manifests], policies: &SettledPolicies<'_>) -> Base {
    let mut builder = Builder::default();
    let objects: Vec<&Object> = parts.iter().flat_map(|part| &part.objects).collect();
    let objects = builder.settle(&objects);
    let objects = ByKind::declare(&mut builder, &objects);
    let namespaces = builder.cluster.namespaces.len();
    // Policies last: where boxes stand follows the order of namespaces, and policies move no boxes.
    policies.objects.iter().for_each(|object| _ = builder.namespace(&object.namespace));
    pods::add(&mut builder, &objects);
    services::add(&mut builder, &objects);
    Base { cluster: builder.cluster, diagnostics: builder.diagnostics, namespaces }
}

/// Gives a cluster the policies of the same parts that the rest of it was built from, instead of those it has.
pub(crate) fn set_policies(
    cluster: &mut Cluster,
    settled: SettledPolicies<'_>,
    parts: &[&Manifests],
) -> Vec<Diagnostic> {
    let SettledPolicies { objects, mut diagnostics, refused } = settled;
    cluster.refused = refused;
    diagnostics.extend(policies::set(cluster, &objects));
    for policy in parts.iter().flat_map(|part| &part.unreadable_policies) {
        cluster.refused.push(RefusedPolicy {
            namespace: policy.namespace.as_str().into(),
            name: policy.name.as_str().into(),
            at: policy.at,
        });
    }
    diagnostics
}

/// Policies that have a name and that no later one replaces, and what is said of the others.
pub(crate) struct SettledPolicies<'m> {
    objects: Vec<Named<'m>>,
    diagnostics: Vec<Diagnostic>,
    refused: Vec<RefusedPolicy>,
}

impl<'m> SettledPolicies<'m> {
    /// The policies of the parts of an input.
    pub(crate) fn of(parts: &[&'m Manifests]) -> Self {
        let mut builder = Builder::default();
        let objects: Vec<&Object> = parts.iter().flat_map(|part| &part.policies).collect();
        let objects = builder.settle(&objects);
        Self { objects, diagnostics: builder.diagnostics, refused: builder.cluster.refused }
    }

    /// Whether the namespaces of `cluster`, of which so many come `from_objects`, are those that it would have with
    /// these policies.
    pub(crate) fn speak_of_namespaces(&self, cluster: &Cluster, from_objects: usize) -> bool {
        let mut builder = Builder::default();
        let names = cluster.namespaces.rows().iter().map(|namespace| &namespace.name);
        let spoken_of = self.objects.iter().map(|object| &object.namespace);
        for name in names.clone().take(from_objects).chain(spoken_of) {
            builder.namespace(name);
        }
        builder.system_namespace();
        let would_be = builder.cluster.namespaces.rows().iter().map(|namespace| &namespace.name);
        names.eq(would_be)
    }
}

/// The cluster in the making.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) cluster: Cluster,
    pub(super) diagnostics: Vec<Diagnostic>,
    namespaces: Map<Arc<str>, NamespaceId>,
    nodes: Map<Arc<str>, NodeId>,
    /// How many names were made from each `generateName`.
    made_names: Map<Identity, usize>,
}

/// What an object is told apart by: name, namespace (empty for kinds that have none), kind. The name first, in which most
/// differ.
type Identity = (Arc<str>, Arc<str>, &'static str);

/// An object that has a name and that no later one replaces.
pub(super) struct Named<'m> {
    pub(super) object: &'m Object,
    pub(super) namespace: Arc<str>,
    pub(super) name: Arc<str>,
}

/// An object of a namespace.
pub(super) struct Placed<'m, T> {
    pub(super) object: &'m Named<'m>,
    pub(super) namespace: NamespaceId,
    /// What matters of it.
    pub(super) content: &'m T,
}

/// The objects of a cluster by what becomes of them, each kind in the order in which they were settled.
#[derive(Default)]
pub(super) struct ByKind<'m> {
    pub(super) pods: Vec<Placed<'m, manifest::Pod>>,
    /// What makes pods, and from what.
    pub(super) makers: Vec<Placed<'m, ControllerSpec>>,
    pub(super) services: Vec<Placed<'m, manifest::Service>>,
    pub(super) slices: Vec<Placed<'m, EndpointSlice>>,
    pub(super) endpoints: Vec<Placed<'m, Endpoints>>,
}

impl<'m> ByKind<'m> {
    /// Adds what objects bring by themselves: namespaces, in the order in which the input first speaks of
    /// them, and nodes.
    fn declare(builder: &mut Builder, objects: &'m [Named<'m>]) -> Self {
        let mut kinds = Self::default();
        for object in objects {
            match &object.object.body {
                Body::Namespace(metadata) => builder.declare_namespace(object, metadata),
                Body::Node(node) => builder.declare_node(object, node),
                body => kinds.add(object, builder.namespace(&object.namespace), body),
            }
        }
        kinds
    }

    fn add(&mut self, object: &'m Named<'m>, namespace: NamespaceId, body: &'m Body) {
        match body {
            Body::Pod(content) => self.pods.push(Placed { object, namespace, content }),
            Body::Controller(it) => self.makers.push(Placed { object, namespace, content: &it.spec }),
            Body::CronJob(it) => {
                self.makers.push(Placed { object, namespace, content: &it.spec.job_template.spec });
            }
            Body::Service(content) => self.services.push(Placed { object, namespace, content }),
            Body::EndpointSlice(content) => self.slices.push(Placed { object, namespace, content }),
            Body::Endpoints(content) => self.endpoints.push(Placed { object, namespace, content }),
            Body::Namespace(_) | Body::Node(_) | Body::NetworkPolicy(_) => {}
        }
    }
}

impl Builder {
    /// Leaves out objects without a name and those that a later one of the same name replaces, as
    /// `kubectl apply` would. The later one takes the earlier one's place in the order.
    fn settle<'m>(&mut self, objects: &[&'m Object]) -> Vec<Named<'m>> {
        let mut known: Map<Identity, usize> = Map::new();
        let mut settled: Vec<Named<'m>> = Vec::with_capacity(objects.len());
        let unnamed = Unnamed::new();
        let mut last: Arc<str> = Arc::from("");
        for object in objects {
            let namespace = unnamed.namespace_of(object);
            // Most are where the one before is: what is one text takes less looking at.
            if namespace != last {
                last = namespace;
            }
            let namespace = Arc::clone(&last);
            let Some(name) = self.name_of(object, &namespace) else {
                self.diagnostics.push(
                    Diagnostic::error("no-name", object.at, format!("this {} has no name", object.kind))
                        .with_path(field(&object.path, "metadata.name"))
                        .with_help("give it a `metadata.name`"),
                );
                if let Body::NetworkPolicy(_) = object.body {
                    self.refuse(&namespace, "", object.at);
                }
                continue;
            };
            let named = Named { object, namespace, name };
            if !self.take_names(&named) {
                continue;
            }
            let identity = (named.name.clone(), named.namespace.clone(), object.kind);
            let at = *known.or_insert_with(identity, || settled.len());
            match settled.get_mut(at) {
                None => settled.push(named),
                Some(earlier) => {
                    let what = format!("{} `{}`", object.kind, named.name);
                    self.diagnostics.push(
                        Diagnostic::warning(
                            "replaced-object",
                            place_of_name(earlier.object),
                            format!("{what} is replaced by a later one of the same name"),
                        )
                        .with_related(place_of_name(object), "this one counts, as with `kubectl apply`")
                        .with_help("rename one of the two, or take one out"),
                    );
                    *earlier = named;
                }
            }
        }
        settled
    }

    /// An object's name, or one made from `generateName`, another one each time as on the server.
    fn name_of(&mut self, object: &Object, namespace: &Arc<str>) -> Option<Arc<str>> {
        let metadata = object.body.metadata();
        if let Some(name) = metadata.name.as_ref().filter(|name| !name.value.is_empty()) {
            return Some(Arc::clone(&name.value));
        }
        let stem = metadata.generate_name.as_deref().filter(|stem| !stem.is_empty())?;
        let made = self.made_names.or_default((Arc::from(stem), namespace.clone(), object.kind));
        *made += 1;
        Some(Arc::from(format!("{stem}{made}")))
    }

    /// Whether an object's names can be used. One that the API server would refuse is said; it is read all the
    /// same where it can stand in `namespace/name`, so that the picture shows what its author wrote.
    fn take_names(&mut self, named: &Named<'_>) -> bool {
        let metadata = named.object.body.metadata();
        let namespace_at = metadata.namespace.as_ref().map_or(named.object.at, |namespace| namespace.at);
        let name = match named.object.body {
            Body::Namespace(_) | Body::Service(_) => names::label(&named.name),
            // A policy's own name is part of its validation, which has the last word on it.
            Body::NetworkPolicy(_) => Ok(()),
            _ => names::subdomain(&named.name),
        };
        let namespace = if named.namespace.is_empty() { Ok(()) } else { names::label(&named.namespace) };
        let checked = [
            (name, &named.name, "metadata.name", place_of_name(named.object)),
            (namespace, &named.namespace, "metadata.namespace", namespace_at),
        ];
        let mut usable = true;
        for (result, text, path, at) in checked {
            let Err(Malformed(why)) = result else { continue };
            let fits =
                !text.chars().any(|letter| letter == '/' || letter.is_whitespace() || letter.is_control());
            let severity = if fits { Severity::Warning } else { Severity::Error };
            let message = format!("invalid value: \"{text}\": {why}");
            let help = if fits {
                "the API server refuses it; it is read here all the same"
            } else {
                "it is left out"
            };
            self.diagnostics.push(
                Diagnostic::new("invalid-name", severity, Some(at), message)
                    .with_path(field(&named.object.path, path))
                    .with_help(help),
            );
            usable &= fits;
        }
        if let (false, Body::NetworkPolicy(_)) = (usable, &named.object.body) {
            self.refuse(&named.namespace, &named.name, named.object.at);
        }
        usable
    }

    fn declare_namespace(&mut self, object: &Named<'_>, metadata: &ObjectMeta) {
        let id = self.namespace(&object.name);
        let namespace = &mut self.cluster.namespaces[id];
        namespace.labels = labels(metadata);
        namespace.labels.insert(NAMESPACE_NAME_LABEL, object.name.clone());
        namespace.at = Some(object.object.at);
    }

    fn declare_node(&mut self, object: &Named<'_>, node: &NodeObject) {
        let addresses = node.status.addresses.iter().flatten();
        let addresses = addresses.filter(|address| address.kind.ends_with("IP"));
        let mut addresses = addresses.filter_map(|address| address.address.as_ref());
        let addresses = manifest::addresses(&mut addresses, &mut self.diagnostics);
        self.node(&object.name, &addresses);
    }

    /// The namespace called `name`, which exists from here on if it did not.
    pub(super) fn namespace(&mut self, name: &Arc<str>) -> NamespaceId {
        let namespaces = &mut self.cluster.namespaces;
        *self.namespaces.or_insert_with(name.clone(), || {
            let labels = [(NAMESPACE_NAME_LABEL, name.clone())].into_iter().collect();
            namespaces.push(Namespace { name: name.clone(), labels, at: None })
        })
    }

    /// The system's namespace, which every cluster has.
    pub(super) fn system_namespace(&mut self) -> NamespaceId {
        self.namespace(&Arc::from(SYSTEM_NAMESPACE))
    }

    /// The node called `name`, with these addresses among its own.
    pub(super) fn node(&mut self, name: &Arc<str>, addresses: &[IpAddr]) -> NodeId {
        let nodes = &mut self.cluster.nodes;
        let id = *self.nodes.or_insert_with(Arc::clone(name), || {
            nodes.push(Node { name: Arc::clone(name), addresses: Vec::new() })
        });
        let node = &mut self.cluster.nodes[id];
        for address in addresses {
            if !node.addresses.contains(address) {
                node.addresses.push(*address);
            }
        }
        id
    }

    /// Notes a policy that takes no part in any verdict.
    pub(super) fn refuse(&mut self, namespace: &str, name: &str, at: Location) {
        self.cluster.refused.push(RefusedPolicy { namespace: namespace.into(), name: name.into(), at });
    }
}

/// The labels of an object.
pub(super) fn labels(metadata: &ObjectMeta) -> Labels {
    metadata.labels.as_ref().map(|labels| Labels::from(&labels.value)).unwrap_or_default()
}

/// Where an object's name is written, or else the object.
pub(super) fn place_of_name(object: &Object) -> Location {
    object.body.metadata().name.as_ref().map_or(object.at, |name| name.at)
}

/// The namespaces that objects are in which name none.
struct Unnamed {
    /// Of kinds that are in one.
    default: Arc<str>,
    /// Of kinds that are in none.
    none: Arc<str>,
}

impl Unnamed {
    fn new() -> Self {
        Self { default: Arc::from("default"), none: Arc::from("") }
    }

    fn namespace_of(&self, object: &Object) -> Arc<str> {
        if let Body::Namespace(_) | Body::Node(_) = object.body {
            return Arc::clone(&self.none);
        }
        let given = object.body.metadata().namespace.as_ref().map(|namespace| &namespace.value);
        Arc::clone(given.filter(|namespace| !namespace.is_empty()).unwrap_or(&self.default))
    }
}
