//! Pods as the API server has them: those that are written, and those that controllers make.

use netpol_engine::Phase;
use netpol_lessons::ObjectRef;

use crate::shell::Shell;
use crate::value::{NOTHING, Value};

/// What commands print of a pod.
#[derive(Clone, Debug)]
pub(crate) struct PodView<'s> {
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// By their keys.
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) addresses: Vec<String>,
    pub(crate) node: Option<String>,
    pub(crate) phase: Phase,
    /// The pod's own `spec`, or that of its controller's template.
    pub(crate) spec: &'s Value,
    /// The object that is written: the pod, or its controller.
    pub(crate) written: Option<ObjectRef>,
    /// `ReplicaSet/web-5d9f`, where a controller made it.
    pub(crate) controlled_by: Option<String>,
}

impl PodView<'_> {
    /// Name, image and the rest of each container.
    pub(crate) fn containers(&self) -> &[Value] {
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

/// All pods, by namespace and name.
pub(crate) fn all(shell: &Shell) -> Vec<PodView<'_>> {
    let cluster = &shell.store.analysis().cluster;
    let objects = shell.store.by_reference();
    let views = cluster.pods.rows().iter().map(|pod| {
        let namespace = cluster.namespaces[pod.namespace].name.to_string();
        let workload = &cluster.workloads[pod.workload];
        let own = ObjectRef::new("Pod", Some(&namespace), &pod.name);
        let (written, spec) = match objects.get(&own) {
            Some(object) => (Some(own), object.value.get("spec")),
            None => {
                let controller = ObjectRef::new(workload.kind, Some(&namespace), &workload.name);
                let object = objects.get(&controller);
                let spec = object.map_or(&NOTHING, |object| object.value.at("spec.template.spec"));
                (object.map(|_| controller), spec)
            }
        };
        let is_made = written.as_ref().is_none_or(|written| written.kind != "Pod");
        let controlled_by = is_made.then(|| match workload.kind {
            "Deployment" => format!("ReplicaSet/{}", replica_set(&pod.name)),
            kind => format!("{kind}/{}", workload.name),
        });
        PodView {
            name: pod.name.to_string(),
            labels: pod.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            addresses: pod.addresses.iter().map(ToString::to_string).collect(),
            node: pod.node.map(|node| cluster.nodes[node].name.to_string()),
            phase: pod.phase,
            spec,
            written,
            controlled_by: controlled_by.filter(|it| !it.starts_with("Pod/")),
            namespace,
        }
    });
    let mut views: Vec<PodView<'_>> = views.collect();
    netpol_syntax::order::sort_by(&mut views, |one, other| {
        (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name))
    });
    views
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
