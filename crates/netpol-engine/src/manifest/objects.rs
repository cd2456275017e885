//! The API's types, as far as they matter here: plain structs, spelled as the API spells them. Sources: the
//! Kubernetes API reference, `core/v1`, `apps/v1`, `batch/v1`, `discovery.k8s.io/v1` and
//! `networking.k8s.io/v1`.

use std::sync::Arc;

use netpol_syntax::{IntOrString, Spanned, SpannedMap};

use super::owners::OwnerField;
use super::reading::objects;
use super::strings::Strings;

objects! {
    /// `metadata`. All of its fields are named, since a policy's are read strictly.
    pub struct ObjectMeta {
        /// Its name.
        pub name: Option<Spanned<Arc<str>>> = "name",
        /// What a name is made from where there is none.
        pub generate_name: Option<String> = "generateName",
        /// Its namespace; `default` where absent.
        pub namespace: Option<Spanned<Arc<str>>> = "namespace",
        /// Its labels.
        pub labels: Option<Spanned<Strings>> = "labels",
        /// Who made it.
        pub owner: OwnerField = "ownerReferences",
        /// Its annotations.
        pub annotations: Option<SpannedMap<String>> = "annotations",
        /// When it began to end, where it has.
        pub deletion_timestamp: Option<String> = "deletionTimestamp",
        unread: ["creationTimestamp", "deletionGracePeriodSeconds", "finalizers", "generation", "managedFields", "resourceVersion", "selfLink", "uid"],
    }

    /// Who made an object.
    pub struct OwnerReference {
        /// The owner's kind.
        pub kind: String = "kind",
        /// The owner's name.
        pub name: Arc<str> = "name",
        /// Whether it is the one that makes and removes the object.
        pub controller: Option<bool> = "controller",
        unread: ["apiVersion", "blockOwnerDeletion", "uid"],
    }

    /// `v1` `Node`.
    pub struct NodeObject {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
        /// Its status.
        pub status: NodeStatus = "status",
    }

    /// A node's `status`.
    pub struct NodeStatus {
        /// Its names and addresses.
        pub addresses: Option<Vec<NodeAddress>> = "addresses",
    }

    /// One of a node's names or addresses.
    pub struct NodeAddress {
        /// `InternalIP`, `ExternalIP`, `Hostname`, …
        pub kind: String = "type",
        /// The name or address.
        pub address: Option<Spanned<String>> = "address",
    }

    /// `v1` `Pod`.
    pub struct PodObject {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
        /// What runs in it.
        pub spec: PodSpec = "spec",
        /// How it is.
        pub status: PodStatus = "status",
    }

    /// A pod's `spec`.
    pub struct PodSpec {
        /// Its containers.
        pub containers: Option<Vec<Container>> = "containers",
        /// Its init containers.
        pub init_containers: Option<Vec<Container>> = "initContainers",
        /// Whether it uses its node's network.
        pub host_network: Option<bool> = "hostNetwork",
        /// Its node's name.
        pub node_name: Option<Arc<str>> = "nodeName",
        /// Its name in DNS, where it differs.
        pub hostname: Option<String> = "hostname",
        /// The headless service under which it has a name in DNS.
        pub subdomain: Option<String> = "subdomain",
    }

    /// A container.
    pub struct Container {
        /// The ports it declares.
        pub ports: Option<Vec<ContainerPort>> = "ports",
        /// `Always` makes an init container a sidecar, whose ports count.
        pub restart_policy: Option<String> = "restartPolicy",
    }

    /// A pod's `status`.
    pub struct PodStatus {
        /// `Running`, `Succeeded`, …
        pub phase: Option<String> = "phase",
        /// Its first address.
        pub pod_ip: Option<Spanned<String>> = "podIP",
        /// All of its addresses.
        pub pod_ips: Option<Vec<PodIp>> = "podIPs",
        /// Its node's first address.
        pub host_ip: Option<Spanned<String>> = "hostIP",
        /// All of its node's addresses.
        pub host_ips: Option<Vec<PodIp>> = "hostIPs",
        /// Whether it is ready, among other things.
        pub conditions: Option<Vec<Condition>> = "conditions",
    }

    /// One of a pod's addresses.
    pub struct PodIp {
        /// The address.
        pub ip: Option<Spanned<String>> = "ip",
    }

    /// A condition of a pod.
    pub struct Condition {
        /// `Ready`, …
        pub kind: String = "type",
        /// `True`, `False` or `Unknown`.
        pub status: String = "status",
    }

    /// Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, ReplicationController.
    pub struct Controller {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
        /// What it makes, and how many.
        pub spec: ControllerSpec = "spec",
        /// Whether it is done.
        pub status: ControllerStatus = "status",
    }

    /// A controller's `status`.
    pub struct ControllerStatus {
        /// `Complete` or `Failed`, of a Job that has ended.
        pub conditions: Option<Vec<Condition>> = "conditions",
    }

    /// A controller's `spec`.
    pub struct ControllerSpec {
        /// How many pods; 1 where absent.
        pub replicas: Option<Spanned<i64>> = "replicas",
        /// How many pods of a Job at once; 1 where absent.
        pub parallelism: Option<Spanned<i64>> = "parallelism",
        /// Whether a Job makes no pods for now.
        pub suspend: Option<bool> = "suspend",
        /// A StatefulSet's headless service.
        pub service_name: Option<String> = "serviceName",
        /// What its pods look like.
        pub template: PodTemplate = "template",
    }

    /// What a controller makes pods from.
    pub struct PodTemplate {
        /// The pods' metadata.
        pub metadata: ObjectMeta = "metadata",
        /// The pods' content.
        pub spec: PodSpec = "spec",
    }

    /// `batch/v1` `CronJob`.
    pub struct CronJob {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
        /// What it makes.
        pub spec: CronJobSpec = "spec",
    }

    /// A CronJob's `spec`.
    pub struct CronJobSpec {
        /// Whether it makes no jobs for now.
        pub suspend: Option<bool> = "suspend",
        /// The jobs it makes.
        pub job_template: JobTemplate = "jobTemplate",
    }

    /// What a CronJob makes jobs from.
    pub struct JobTemplate {
        /// The jobs' content.
        pub spec: ControllerSpec = "spec",
    }

    /// `v1` `Service`.
    pub struct Service {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
        /// What it does.
        pub spec: ServiceSpec = "spec",
        /// What the load balancer gave it.
        pub status: ServiceStatus = "status",
    }

    /// A service's `spec`.
    pub struct ServiceSpec {
        /// `ClusterIP` where absent.
        pub kind: Option<Spanned<String>> = "type",
        /// The labels of the pods behind it.
        pub selector: Option<Strings> = "selector",
        /// Its ports.
        pub ports: Option<Vec<ServicePort>> = "ports",
        /// Its address, `None` for a headless service.
        pub cluster_ip: Option<Spanned<String>> = "clusterIP",
        /// All of its addresses.
        pub cluster_ips: Option<Vec<Spanned<String>>> = "clusterIPs",
        /// Further addresses that lead to it.
        pub external_ips: Option<Vec<Spanned<String>>> = "externalIPs",
        /// `Cluster` where absent.
        pub external_traffic_policy: Option<String> = "externalTrafficPolicy",
        /// The name that an `ExternalName` service stands for.
        pub external_name: Option<String> = "externalName",
        /// Whether its DNS names pods that are not ready, too.
        pub publish_not_ready_addresses: Option<bool> = "publishNotReadyAddresses",
        /// The address asked of the load balancer.
        pub load_balancer_ip: Option<Spanned<String>> = "loadBalancerIP",
    }

    /// A service's `status`.
    pub struct ServiceStatus {
        /// What the load balancer gave it.
        pub load_balancer: LoadBalancer = "loadBalancer",
    }

    /// What a load balancer gave a service.
    pub struct LoadBalancer {
        /// The addresses that clients use.
        pub ingress: Option<Vec<PodIp>> = "ingress",
    }

    /// `discovery.k8s.io/v1` `EndpointSlice`.
    pub struct EndpointSlice {
        /// Its metadata, whose label names the service.
        pub metadata: ObjectMeta = "metadata",
        /// The addresses.
        pub endpoints: Option<Vec<SliceEndpoint>> = "endpoints",
        /// The ports of all of them.
        pub ports: Option<Vec<SlicePort>> = "ports",
    }

    /// `v1` `Endpoints`, called as their service, of which the API server makes slices.
    pub struct Endpoints {
        /// Its metadata, whose name is the service's.
        pub metadata: ObjectMeta = "metadata",
        /// Addresses with their ports.
        pub subsets: Option<Vec<EndpointSubset>> = "subsets",
    }

    /// Addresses that have the same ports.
    pub struct EndpointSubset {
        /// Those that are ready.
        pub addresses: Option<Vec<PodIp>> = "addresses",
        /// The ports of all of them.
        pub ports: Option<Vec<SlicePort>> = "ports",
    }

    /// Addresses in a slice.
    pub struct SliceEndpoint {
        /// The addresses of one endpoint.
        pub addresses: Option<Vec<Spanned<String>>> = "addresses",
        /// Whether it is ready.
        pub conditions: EndpointConditions = "conditions",
    }

    /// Whether an endpoint takes connections.
    pub struct EndpointConditions {
        /// Ready where absent.
        pub ready: Option<bool> = "ready",
    }

    /// A port of a slice, or of a subset.
    pub struct SlicePort {
        /// The service port's name.
        pub name: Option<String> = "name",
        /// Its number.
        pub port: Option<i64> = "port",
        /// TCP where absent.
        pub protocol: Option<String> = "protocol",
    }

    /// `networking.k8s.io/v1` `NetworkPolicy`.
    pub struct NetworkPolicy {
        /// Its metadata.
        pub metadata: ObjectMeta = "metadata",
        /// What it does.
        pub spec: Option<Spanned<NetworkPolicySpec>> = "spec",
        unread: ["apiVersion", "kind", "status"],
    }

    /// A policy's `spec`.
    pub struct NetworkPolicySpec {
        /// Which pods it is about; all of its namespace where absent.
        pub pod_selector: Option<Spanned<LabelSelector>> = "podSelector",
        /// The directions it isolates.
        pub policy_types: Option<Spanned<Vec<Spanned<String>>>> = "policyTypes",
        /// What may come in.
        pub ingress: Option<Spanned<Vec<Spanned<NetworkPolicyIngressRule>>>> = "ingress",
        /// What may go out.
        pub egress: Option<Spanned<Vec<Spanned<NetworkPolicyEgressRule>>>> = "egress",
    }

    /// An item of `ingress`.
    pub struct NetworkPolicyIngressRule {
        /// The ports; all where absent or empty.
        pub ports: Option<Vec<Spanned<NetworkPolicyPort>>> = "ports",
        /// Who; anyone where absent or empty.
        pub from: Option<Vec<Spanned<NetworkPolicyPeer>>> = "from",
    }

    /// An item of `egress`.
    pub struct NetworkPolicyEgressRule {
        /// The ports; all where absent or empty.
        pub ports: Option<Vec<Spanned<NetworkPolicyPort>>> = "ports",
        /// Whom; anyone where absent or empty.
        pub to: Option<Vec<Spanned<NetworkPolicyPeer>>> = "to",
    }

    /// An item of `ports`.
    pub struct NetworkPolicyPort {
        /// TCP where absent.
        pub protocol: Option<Spanned<String>> = "protocol",
        /// All where absent.
        pub port: Option<Spanned<IntOrString>> = "port",
        /// The end of a range.
        pub end_port: Option<Spanned<i32>> = "endPort",
    }

    /// An item of `from` or `to`.
    pub struct NetworkPolicyPeer {
        /// Of the pod.
        pub pod_selector: Option<Spanned<LabelSelector>> = "podSelector",
        /// Of its namespace.
        pub namespace_selector: Option<Spanned<LabelSelector>> = "namespaceSelector",
        /// Of its address.
        pub ip_block: Option<Spanned<IpBlock>> = "ipBlock",
    }

    /// `ipBlock`.
    pub struct IpBlock {
        /// The block.
        pub cidr: Option<Spanned<String>> = "cidr",
        /// What is taken out of it.
        pub except: Option<Vec<Spanned<String>>> = "except",
    }

    /// A label selector.
    pub struct LabelSelector {
        /// Labels that must be there with these values.
        pub match_labels: Option<SpannedMap<String>> = "matchLabels",
        /// Further requirements.
        pub match_expressions: Option<Vec<Spanned<LabelSelectorRequirement>>> = "matchExpressions",
    }

    /// An item of `matchExpressions`.
    pub struct LabelSelectorRequirement {
        /// The label's key.
        pub key: Option<Spanned<String>> = "key",
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
        pub operator: Option<Spanned<String>> = "operator",
        /// The values for the first two.
        pub values: Option<Spanned<Vec<Spanned<String>>>> = "values",
    }

    /// A port that a container declares.
    pub struct ContainerPort {
        /// Its name.
        pub name: Option<Arc<str>> = "name",
        /// Its number.
        pub container_port: Spanned<i64> = "containerPort",
        /// TCP where absent.
        pub protocol: Option<Spanned<String>> = "protocol",
        required: ["containerPort"],
    }

    /// A port of a service.
    pub struct ServicePort {
        /// Its name.
        pub name: Option<String> = "name",
        /// Where clients knock.
        pub port: Spanned<i64> = "port",
        /// Where it leads on the pods; the same number where absent.
        pub target_port: Option<Spanned<IntOrString>> = "targetPort",
        /// TCP where absent.
        pub protocol: Option<Spanned<String>> = "protocol",
        /// The port on every node.
        pub node_port: Option<i64> = "nodePort",
        required: ["port"],
    }
}
