//! The API's types, as far as they matter here: plain structs, spelled as the API spells them. Sources: the
//! Kubernetes API reference, `core/v1`, `apps/v1`, `batch/v1`, `discovery.k8s.io/v1` and
//! `networking.k8s.io/v1`.

use std::collections::BTreeMap;

use netpol_syntax::{IntOrString, Spanned, SpannedMap};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// `metadata`. All of its fields are named, since a policy's are read strictly.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// What a name is made from where there is none.
    pub generate_name: Option<String>,
    /// Its namespace; `default` where absent.
    pub namespace: Option<Spanned<String>>,
    /// Its labels.
    pub labels: Option<Spanned<BTreeMap<String, String>>>,
    /// Who made it.
    pub owner_references: Option<Vec<OwnerReference>>,
    /// Its annotations.
    pub annotations: Option<SpannedMap<String>>,
    /// When it began to end, where it has.
    pub deletion_timestamp: Option<String>,
    creation_timestamp: IgnoredAny,
    deletion_grace_period_seconds: IgnoredAny,
    finalizers: IgnoredAny,
    generation: IgnoredAny,
    managed_fields: IgnoredAny,
    resource_version: IgnoredAny,
    self_link: IgnoredAny,
    uid: IgnoredAny,
}

/// Who made an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// The owner's kind.
    pub kind: String,
    /// The owner's name.
    pub name: String,
    /// Whether it is the one that makes and removes the object.
    pub controller: Option<bool>,
    api_version: IgnoredAny,
    block_owner_deletion: IgnoredAny,
    uid: IgnoredAny,
}

/// `v1` `Node`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeObject {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// Its status.
    pub status: NodeStatus,
}

/// A node's `status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeStatus {
    /// Its names and addresses.
    pub addresses: Option<Vec<NodeAddress>>,
}

/// One of a node's names or addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeAddress {
    /// `InternalIP`, `ExternalIP`, `Hostname`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The name or address.
    pub address: Option<Spanned<String>>,
}

/// `v1` `Pod`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PodObject {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// What runs in it.
    pub spec: PodSpec,
    /// How it is.
    pub status: PodStatus,
}

/// A pod's `spec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Its containers.
    pub containers: Option<Vec<Container>>,
    /// Its init containers.
    pub init_containers: Option<Vec<Container>>,
    /// Whether it uses its node's network.
    pub host_network: Option<bool>,
    /// Its node's name.
    pub node_name: Option<String>,
    /// Its name in DNS, where it differs.
    pub hostname: Option<String>,
    /// The headless service under which it has a name in DNS.
    pub subdomain: Option<String>,
}

/// A container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// The ports it declares.
    pub ports: Option<Vec<ContainerPort>>,
    /// `Always` makes an init container a sidecar, whose ports count.
    pub restart_policy: Option<String>,
}

/// A port that a container declares.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerPort {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub container_port: Spanned<i64>,
    /// TCP where absent.
    pub protocol: Option<Spanned<String>>,
}

/// A pod's `status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// `Running`, `Succeeded`, …
    pub phase: Option<String>,
    /// Its first address.
    #[serde(rename = "podIP")]
    pub pod_ip: Option<Spanned<String>>,
    /// All of its addresses.
    #[serde(rename = "podIPs")]
    pub pod_ips: Option<Vec<PodIp>>,
    /// Its node's first address.
    #[serde(rename = "hostIP")]
    pub host_ip: Option<Spanned<String>>,
    /// All of its node's addresses.
    #[serde(rename = "hostIPs")]
    pub host_ips: Option<Vec<PodIp>>,
    /// Whether it is ready, among other things.
    pub conditions: Option<Vec<Condition>>,
}

/// One of a pod's addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PodIp {
    /// The address.
    pub ip: Option<Spanned<String>>,
}

/// A condition of a pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Condition {
    /// `Ready`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
}

/// Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, ReplicationController.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Controller {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// What it makes, and how many.
    pub spec: ControllerSpec,
    /// Whether it is done.
    pub status: ControllerStatus,
}

/// A controller's `status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ControllerStatus {
    /// `Complete` or `Failed`, of a Job that has ended.
    pub conditions: Option<Vec<Condition>>,
}

/// A controller's `spec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ControllerSpec {
    /// How many pods; 1 where absent.
    pub replicas: Option<Spanned<i64>>,
    /// How many pods of a Job at once; 1 where absent.
    pub parallelism: Option<Spanned<i64>>,
    /// Whether a Job makes no pods for now.
    pub suspend: Option<bool>,
    /// A StatefulSet's headless service.
    pub service_name: Option<String>,
    /// What its pods look like.
    pub template: PodTemplate,
}

/// What a controller makes pods from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PodTemplate {
    /// The pods' metadata.
    pub metadata: ObjectMeta,
    /// The pods' content.
    pub spec: PodSpec,
}

/// `batch/v1` `CronJob`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CronJob {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// What it makes.
    pub spec: CronJobSpec,
}

/// A CronJob's `spec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CronJobSpec {
    /// Whether it makes no jobs for now.
    pub suspend: Option<bool>,
    /// The jobs it makes.
    pub job_template: JobTemplate,
}

/// What a CronJob makes jobs from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct JobTemplate {
    /// The jobs' content.
    pub spec: ControllerSpec,
}

/// `v1` `Service`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// What it does.
    pub spec: ServiceSpec,
    /// What the load balancer gave it.
    pub status: ServiceStatus,
}

/// A service's `spec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// `ClusterIP` where absent.
    #[serde(rename = "type")]
    pub kind: Option<Spanned<String>>,
    /// The labels of the pods behind it.
    pub selector: Option<BTreeMap<String, String>>,
    /// Its ports.
    pub ports: Option<Vec<ServicePort>>,
    /// Its address, `None` for a headless service.
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Option<Spanned<String>>,
    /// All of its addresses.
    #[serde(rename = "clusterIPs")]
    pub cluster_ips: Option<Vec<Spanned<String>>>,
    /// Further addresses that lead to it.
    #[serde(rename = "externalIPs")]
    pub external_ips: Option<Vec<Spanned<String>>>,
    /// `Cluster` where absent.
    pub external_traffic_policy: Option<String>,
    /// The name that an `ExternalName` service stands for.
    pub external_name: Option<String>,
    /// Whether its DNS names pods that are not ready, too.
    pub publish_not_ready_addresses: Option<bool>,
    /// The address asked of the load balancer.
    #[serde(rename = "loadBalancerIP")]
    pub load_balancer_ip: Option<Spanned<String>>,
}

/// A port of a service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// Its name.
    pub name: Option<String>,
    /// Where clients knock.
    pub port: Spanned<i64>,
    /// Where it leads on the pods; the same number where absent.
    pub target_port: Option<Spanned<IntOrString>>,
    /// TCP where absent.
    pub protocol: Option<Spanned<String>>,
    /// The port on every node.
    pub node_port: Option<i64>,
}

/// A service's `status`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceStatus {
    /// What the load balancer gave it.
    pub load_balancer: LoadBalancer,
}

/// What a load balancer gave a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LoadBalancer {
    /// The addresses that clients use.
    pub ingress: Option<Vec<PodIp>>,
}

/// `discovery.k8s.io/v1` `EndpointSlice`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointSlice {
    /// Its metadata, whose label names the service.
    pub metadata: ObjectMeta,
    /// The addresses.
    pub endpoints: Option<Vec<SliceEndpoint>>,
    /// The ports of all of them.
    pub ports: Option<Vec<SlicePort>>,
}

/// Addresses in a slice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SliceEndpoint {
    /// The addresses of one endpoint.
    pub addresses: Option<Vec<Spanned<String>>>,
    /// Whether it is ready.
    pub conditions: EndpointConditions,
}

/// Whether an endpoint takes connections.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointConditions {
    /// Ready where absent.
    pub ready: Option<bool>,
}

/// A port of a slice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SlicePort {
    /// The service port's name.
    pub name: Option<String>,
    /// Its number.
    pub port: Option<i64>,
    /// TCP where absent.
    pub protocol: Option<String>,
}

/// `networking.k8s.io/v1` `NetworkPolicy`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkPolicy {
    api_version: IgnoredAny,
    kind: IgnoredAny,
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// What it does.
    pub spec: Option<Spanned<NetworkPolicySpec>>,
    status: IgnoredAny,
}

/// A policy's `spec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkPolicySpec {
    /// Which pods it is about; all of its namespace where absent.
    pub pod_selector: Option<Spanned<LabelSelector>>,
    /// The directions it isolates.
    pub policy_types: Option<Spanned<Vec<Spanned<String>>>>,
    /// What may come in.
    pub ingress: Option<Spanned<Vec<Spanned<NetworkPolicyIngressRule>>>>,
    /// What may go out.
    pub egress: Option<Spanned<Vec<Spanned<NetworkPolicyEgressRule>>>>,
}

/// An item of `ingress`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NetworkPolicyIngressRule {
    /// The ports; all where absent or empty.
    pub ports: Option<Vec<Spanned<NetworkPolicyPort>>>,
    /// Who; anyone where absent or empty.
    pub from: Option<Vec<Spanned<NetworkPolicyPeer>>>,
}

/// An item of `egress`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NetworkPolicyEgressRule {
    /// The ports; all where absent or empty.
    pub ports: Option<Vec<Spanned<NetworkPolicyPort>>>,
    /// Whom; anyone where absent or empty.
    pub to: Option<Vec<Spanned<NetworkPolicyPeer>>>,
}

/// An item of `ports`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkPolicyPort {
    /// TCP where absent.
    pub protocol: Option<Spanned<String>>,
    /// All where absent.
    pub port: Option<Spanned<IntOrString>>,
    /// The end of a range.
    pub end_port: Option<Spanned<i32>>,
}

/// An item of `from` or `to`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkPolicyPeer {
    /// Of the pod.
    pub pod_selector: Option<Spanned<LabelSelector>>,
    /// Of its namespace.
    pub namespace_selector: Option<Spanned<LabelSelector>>,
    /// Of its address.
    pub ip_block: Option<Spanned<IpBlock>>,
}

/// `ipBlock`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct IpBlock {
    /// The block.
    pub cidr: Option<Spanned<String>>,
    /// What is taken out of it.
    pub except: Option<Vec<Spanned<String>>>,
}

/// A label selector.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels that must be there with these values.
    pub match_labels: Option<SpannedMap<String>>,
    /// Further requirements.
    pub match_expressions: Option<Vec<Spanned<LabelSelectorRequirement>>>,
}

/// An item of `matchExpressions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LabelSelectorRequirement {
    /// The label's key.
    pub key: Option<Spanned<String>>,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Option<Spanned<String>>,
    /// The values for the first two.
    pub values: Option<Spanned<Vec<Spanned<String>>>>,
}
