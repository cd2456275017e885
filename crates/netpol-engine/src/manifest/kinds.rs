//! Which kinds of the API matter, and where each belongs.

/// A kind that matters to NetworkPolicies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Namespace,
    Node,
    Pod,
    Deployment,
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
    ReplicationController,
    Service,
    Endpoints,
    EndpointSlice,
    NetworkPolicy,
}

/// What an object's `kind` and `apiVersion` say of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recognised {
    /// A list; `item` is the kind of items that do not say their own, empty for the bare `List`.
    List { item: String },
    /// A kind that matters.
    Kind(Kind),
    /// A kind that matters, under a version that it is not served under (any more).
    OtherVersion { kind: Kind, expected: &'static str },
    /// What looks like a NetworkPolicy and is another thing.
    Lookalike,
    /// Anything else.
    Other,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 14] = [
        (Self::Namespace, "Namespace", "v1"),
        (Self::Node, "Node", "v1"),
        (Self::Pod, "Pod", "v1"),
        (Self::Deployment, "Deployment", "apps/v1"),
        (Self::ReplicaSet, "ReplicaSet", "apps/v1"),
        (Self::StatefulSet, "StatefulSet", "apps/v1"),
        (Self::DaemonSet, "DaemonSet", "apps/v1"),
        (Self::Job, "Job", "batch/v1"),
        (Self::CronJob, "CronJob", "batch/v1"),
        (Self::ReplicationController, "ReplicationController", "v1"),
        (Self::Service, "Service", "v1"),
        (Self::Endpoints, "Endpoints", "v1"),
        (Self::EndpointSlice, "EndpointSlice", "discovery.k8s.io/v1"),
        (Self::NetworkPolicy, "NetworkPolicy", "networking.k8s.io/v1"),
    ];

    /// The API's spelling.
    pub(super) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }

    /// What `kind` of `version` is.
    pub(super) fn recognise(kind: &str, version: &str) -> Recognised {
        if let Some((known, _, expected)) = Self::ALL.iter().find(|(_, name, _)| *name == kind) {
            return match () {
                () if version == *expected => Recognised::Kind(*known),
                // Only a policy under its right name is one: another API's or a version that is gone
                // may mean something else.
                () if *known == Self::NetworkPolicy => Recognised::Lookalike,
                () if group(version) == group(expected) || group(version) == "extensions" => {
                    Recognised::OtherVersion { kind: *known, expected }
                }
                // Knative's `Service` and the like: another API's object of the same name.
                () if group(version).contains('.') => Recognised::Other,
                () => Recognised::OtherVersion { kind: *known, expected },
            };
        }
        match kind.strip_suffix("List") {
            Some(item) => Recognised::List { item: item.to_owned() },
            None if kind.ends_with("NetworkPolicy") || is_meant_for_policy(kind, version) => {
                Recognised::Lookalike
            }
            None => Recognised::Other,
        }
    }
}

/// `Networkpolicy`, `NetworkPolicys`: kinds are told apart by case, and nothing else of the API group begins so.
fn is_meant_for_policy(kind: &str, version: &str) -> bool {
    kind.eq_ignore_ascii_case("networkpolicy")
        || (group(version) == "networking.k8s.io"
            && kind.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("network")))
}

/// The API group of a version: empty for the core's.
fn group(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_recognised_by_name_and_group() {
        let cases = [
            ("Pod", "v1", Recognised::Kind(Kind::Pod)),
            ("NetworkPolicy", "networking.k8s.io/v1", Recognised::Kind(Kind::NetworkPolicy)),
            ("NetworkPolicy", "extensions/v1beta1", Recognised::Lookalike),
            ("NetworkPolicy", "crd.projectcalico.org/v1", Recognised::Lookalike),
            ("Networkpolicy", "networking.k8s.io/v1", Recognised::Lookalike),
            ("networkpolicies", "networking.k8s.io/v1", Recognised::Lookalike),
            ("Ingress", "networking.k8s.io/v1", Recognised::Other),
            ("CiliumNetworkPolicy", "cilium.io/v2", Recognised::Lookalike),
            (
                "Deployment",
                "extensions/v1beta1",
                Recognised::OtherVersion { kind: Kind::Deployment, expected: "apps/v1" },
            ),
            ("Deployment", "v1", Recognised::OtherVersion { kind: Kind::Deployment, expected: "apps/v1" }),
            ("Service", "serving.knative.dev/v1", Recognised::Other),
            ("List", "v1", Recognised::List { item: String::new() }),
            ("PodList", "v1", Recognised::List { item: "Pod".into() }),
            ("ConfigMap", "v1", Recognised::Other),
        ];
        for (kind, version, expected) in cases {
            assert_eq!(Kind::recognise(kind, version), expected, "{kind} of {version}");
        }
    }
}
