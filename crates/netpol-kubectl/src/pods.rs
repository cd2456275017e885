//! Pods as the API server has them: those that are written, and those that controllers make.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::net::IpAddr;

use netpol_engine::{Cluster, Labels, Phase, Service, Workload, WorkloadId};
use netpol_lessons::ObjectRef;

use crate::parts::Object;
use crate::shell::Shell;
use crate::value::{NOTHING, Value};

/// What a command looks up of all that there is, each made once for the command.
pub(crate) struct Listing<'s> {
    pub(crate) shell: &'s Shell,
    pub(crate) cluster: &'s Cluster,
    objects: OnceCell<HashMap<Key<'s>, &'s Object>>,
    pods: OnceCell<Vec<PodView<'s>>>,
    counts: OnceCell<HashMap<Key<'s>, (usize, usize)>>,
    services: OnceCell<HashMap<(&'s str, &'s str), &'s Service>>,
    workloads: OnceCell<HashMap<(&'s str, &'s str), &'s Workload>>,
}

/// A kind, a namespace (empty for kinds that have none) and a name.
type Key<'s> = (&'s str, &'s str, &'s str);

fn key(reference: &ObjectRef) -> Key<'_> {
    (&reference.kind, reference.namespace.as_deref().unwrap_or_default(), &reference.name)
}

impl<'s> Listing<'s> {
    pub(crate) fn new(shell: &'s Shell) -> Self {
        Self {
            shell,
            cluster: &shell.store.analysis().cluster,
            objects: OnceCell::new(),
            pods: OnceCell::new(),
            counts: OnceCell::new(),
            services: OnceCell::new(),
            workloads: OnceCell::new(),
        }
    }

    /// An object; of two that are the same the first, as the engine has it.
    pub(crate) fn object(&self, kind: &str, namespace: &str, name: &str) -> Option<&'s Object> {
        let objects = self.objects.get_or_init(|| {
            let mut objects = HashMap::new();
            for object in self.shell.store.objects() {
                objects.entry(key(&object.reference)).or_insert(object);
            }
            objects
        });
        objects.get(&(kind, namespace, name)).copied()
    }

    /// All pods, by namespace and name.
    pub(crate) fn pods(&self) -> &[PodView<'s>] {
        self.pods.get_or_init(|| {
            let cluster = self.cluster;
            // Pods of one controller stand together, so that most have that of the one before.
            let mut last: Option<(WorkloadId, Option<&'s Object>)> = None;
            let views = cluster.pods.rows().iter().map(|pod| {
                let namespace: &str = &cluster.namespaces[pod.namespace].name;
                let workload = &cluster.workloads[pod.workload];
                let (written, spec) = match self.object("Pod", namespace, &pod.name) {
                    Some(own) => (Some(own), own.value.get("spec")),
                    None => {
                        let known = last.filter(|(known, _)| *known == pod.workload);
                        let look_up = || self.object(workload.kind, namespace, &workload.name);
                        let controller = known.map_or_else(look_up, |(_, controller)| controller);
                        last = Some((pod.workload, controller));
                        (controller, controller.map_or(&NOTHING, |it| it.value.at("spec.template.spec")))
                    }
                };
                PodView {
                    namespace,
                    name: &pod.name,
                    labels: &pod.labels,
                    addresses: &pod.addresses,
                    node: pod.node.map(|node| cluster.nodes[node].name.as_ref()),
                    phase: pod.phase,
                    spec,
                    written,
                    workload,
                }
            });
            let mut views: Vec<PodView<'s>> = views.collect();
            netpol_syntax::order::sort_by_key(&mut views, |pod| (pod.namespace, pod.name));
            views
        })
    }

    /// How many pods of a written object there are, and how many of them are ready.
    pub(crate) fn counts(&self, object: &Object) -> (usize, usize) {
        let counts = self.counts.get_or_init(|| {
            let mut counts: HashMap<Key<'s>, (usize, usize)> = HashMap::new();
            for pod in self.pods() {
                if let Some(written) = pod.written {
                    let (count, ready) = counts.entry(key(&written.reference)).or_default();
                    *count += 1;
                    *ready += usize::from(pod.phase == Phase::Ready);
                }
            }
            counts
        });
        counts.get(&key(&object.reference)).copied().unwrap_or_default()
    }

    /// The service called `name` in `namespace`.
    pub(crate) fn service(&self, namespace: &str, name: &str) -> Option<&'s Service> {
        let services = self.services.get_or_init(|| {
            let mut services = HashMap::new();
            for service in self.cluster.services.rows() {
                let namespace = self.cluster.namespaces[service.namespace].name.as_ref();
                services.entry((namespace, service.name.as_ref())).or_insert(service);
            }
            services
        });
        services.get(&(namespace, name)).copied()
    }

    /// The workload called `name` in `namespace`.
    pub(crate) fn workload(&self, namespace: &str, name: &str) -> Option<&'s Workload> {
        let workloads = self.workloads.get_or_init(|| {
            let mut workloads = HashMap::new();
            for workload in self.cluster.workloads.rows() {
                let namespace = self.cluster.namespaces[workload.namespace].name.as_ref();
                workloads.entry((namespace, workload.name.as_ref())).or_insert(workload);
            }
            workloads
        });
        workloads.get(&(namespace, name)).copied()
    }
}

/// What commands print of a pod.
#[derive(Clone, Debug)]
pub(crate) struct PodView<'s> {
    pub(crate) namespace: &'s str,
    pub(crate) name: &'s str,
    pub(crate) labels: &'s Labels,
    pub(crate) addresses: &'s [IpAddr],
    pub(crate) node: Option<&'s str>,
    pub(crate) phase: Phase,
    /// The pod's own `spec`, or that of its controller's template.
    pub(crate) spec: &'s Value,
    /// The object that is written: the pod, or its controller.
    pub(crate) written: Option<&'s Object>,
    workload: &'s Workload,
}

impl<'s> PodView<'s> {
    /// The pod itself, where it is written.
    pub(crate) fn own(&self) -> Option<&'s Object> {
        self.written.filter(|object| object.reference.kind == "Pod")
    }

    /// `ReplicaSet/web-5d9f`, where a controller made it.
    pub(crate) fn controlled_by(&self) -> Option<String> {
        match self.workload.kind {
            _ if self.own().is_some() => None,
            "Pod" => None,
            "Deployment" => Some(format!("ReplicaSet/{}", replica_set(self.name))),
            kind => Some(format!("{kind}/{}", self.workload.name)),
        }
    }

    /// Name, image and the rest of each container.
    pub(crate) fn containers(&self) -> &'s [Value] {
        self.spec.get("containers").items()
    }

    /// `Running`, `Completed`.
    pub(crate) fn status(&self) -> &'static str {
        match self.phase {
            Phase::Finished => "Completed",
            Phase::Ready | Phase::NotReady => "Running",
        }
    }

    /// `1/1`.
    pub(crate) fn ready(&self) -> String {
        let count = self.containers().len().max(1);
        let ready = if self.phase == Phase::Ready { count } else { 0 };
        format!("{ready}/{count}")
    }
}

/// The name of the ReplicaSet that made a pod: the pod's without its last part.
pub(crate) fn replica_set(pod: &str) -> &str {
    pod.rsplit_once('-').map_or(pod, |(name, _)| name)
}

/// The image of a pod's first container.
pub(crate) fn image(shell: &Shell, namespace: &str, name: &str) -> Option<String> {
    let cluster = &shell.store.analysis().cluster;
    let pod = &cluster.pods[cluster.pod(namespace, name)?];
    let workload = &cluster.workloads[pod.workload];
    let own = shell.store.object(&ObjectRef::new("Pod", Some(namespace), name));
    let spec = match own {
        Some(object) => object.value.get("spec"),
        None => {
            let controller = ObjectRef::new(workload.kind, Some(namespace), &workload.name);
            shell.store.object(&controller)?.value.at("spec.template.spec")
        }
    };
    Some(spec.get("containers").items().first()?.get("image").as_str()?.to_owned())
}
