//! The kinds that `kubectl` knows here, and the names that it knows them by.

use netpol_lessons::ObjectRef;

/// A kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Resource {
    /// As manifests spell it.
    pub kind: &'static str,
    /// As `kubectl get` spells it.
    pub plural: &'static str,
    /// Short names.
    pub short: &'static [&'static str],
    /// Its API group; empty for the first one.
    pub group: &'static str,
    /// The version in its group.
    pub version: &'static str,
    /// Whether its objects stand in namespaces.
    pub is_namespaced: bool,
}

const fn resource(
    kind: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
    group: &'static str,
) -> Resource {
    Resource { kind, plural, short, group, version: "v1", is_namespaced: true }
}

/// Those that are there, in the order in which `kubectl api-resources` lists them.
pub static RESOURCES: [Resource; 25] = [
    resource("ConfigMap", "configmaps", &["cm"], ""),
    resource("Endpoints", "endpoints", &["ep"], ""),
    resource("Event", "events", &["ev"], ""),
    Resource { is_namespaced: false, ..resource("Namespace", "namespaces", &["ns"], "") },
    Resource { is_namespaced: false, ..resource("Node", "nodes", &["no"], "") },
    resource("PersistentVolumeClaim", "persistentvolumeclaims", &["pvc"], ""),
    Resource { is_namespaced: false, ..resource("PersistentVolume", "persistentvolumes", &["pv"], "") },
    resource("Pod", "pods", &["po"], ""),
    resource("ReplicationController", "replicationcontrollers", &["rc"], ""),
    resource("Secret", "secrets", &[], ""),
    resource("ServiceAccount", "serviceaccounts", &["sa"], ""),
    resource("Service", "services", &["svc"], ""),
    resource("DaemonSet", "daemonsets", &["ds"], "apps"),
    resource("Deployment", "deployments", &["deploy"], "apps"),
    resource("ReplicaSet", "replicasets", &["rs"], "apps"),
    resource("StatefulSet", "statefulsets", &["sts"], "apps"),
    resource("CronJob", "cronjobs", &["cj"], "batch"),
    resource("Job", "jobs", &[], "batch"),
    resource("EndpointSlice", "endpointslices", &[], "discovery.k8s.io"),
    resource("Ingress", "ingresses", &["ing"], "networking.k8s.io"),
    resource("NetworkPolicy", "networkpolicies", &["netpol"], "networking.k8s.io"),
    Resource {
        is_namespaced: false,
        ..resource("ClusterRole", "clusterroles", &[], "rbac.authorization.k8s.io")
    },
    Resource {
        is_namespaced: false,
        ..resource("ClusterRoleBinding", "clusterrolebindings", &[], "rbac.authorization.k8s.io")
    },
    resource("Role", "roles", &[], "rbac.authorization.k8s.io"),
    resource("RoleBinding", "rolebindings", &[], "rbac.authorization.k8s.io"),
];

impl Resource {
    /// The one that is called so: `pods`, `pod`, `po`, `Pod`, `deployments.apps`.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let name = name.to_ascii_lowercase();
        RESOURCES.iter().find(|it| {
            let bare = match name.split_once('.') {
                Some((bare, group))
                    if group == it.group || group == format!("{}.{}", it.version, it.group) =>
                {
                    bare
                }
                Some(_) => return false,
                None => name.as_str(),
            };
            it.plural == bare || it.singular() == bare || it.short.contains(&bare)
        })
    }

    /// The one of a manifest's kind.
    #[must_use]
    pub fn of_kind(kind: &str) -> Option<&'static Self> {
        RESOURCES.iter().find(|it| it.kind == kind)
    }

    /// `pod`, `networkpolicy`.
    #[must_use]
    pub fn singular(&self) -> String {
        self.kind.to_ascii_lowercase()
    }

    /// `pod`, `networkpolicy.networking.k8s.io`: what stands before the name in what commands say.
    #[must_use]
    pub fn qualified(&self) -> String {
        qualified(&self.singular(), self.group)
    }

    /// `pods`, `networkpolicies.networking.k8s.io`.
    #[must_use]
    pub fn qualified_plural(&self) -> String {
        qualified(self.plural, self.group)
    }

    /// `v1`, `networking.k8s.io/v1`.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// An object of the kind.
    #[must_use]
    pub fn object(&self, namespace: &str, name: &str) -> ObjectRef {
        ObjectRef::new(self.kind, Some(namespace), name)
    }

    /// What the API server says where there is no such object.
    #[must_use]
    pub fn not_found(&self, name: &str) -> String {
        format!("Error from server (NotFound): {} \"{name}\" not found", self.qualified_plural())
    }
}

fn qualified(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

/// What stands before an object's name in what commands say, whatever its kind: `pod`, `networkpolicy.networking.k8s.io`.
#[must_use]
pub fn qualified_kind(kind: &str, api_version: &str) -> String {
    match api_version.split_once('/') {
        Some((group, _)) => qualified(&kind.to_ascii_lowercase(), group),
        None => kind.to_ascii_lowercase(),
    }
}

/// What `kubectl` says of a kind that there is not.
#[must_use]
pub fn unknown_type(name: &str) -> String {
    format!("error: the server doesn't have a resource type \"{name}\"")
}
