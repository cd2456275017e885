//! `kubectl exec`: a program in a pod, or the pod's shell.

use netpol_engine::{Backends, PodId};

use super::{Call, flags};
use crate::args::Flags;
use crate::pod;
use crate::pods::{Listing, PodView};
use crate::resource::{Resource, unknown_type};
use crate::shell::{Done, Session, Shell};

pub(super) const FLAGS: Flags = flags!(
    values: [("container", Some('c'))],
    switches: [("stdin", Some('i')), ("tty", Some('t')), ("quiet", Some('q'))]
);

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let Some((target, more)) = call.args.plain.split_first() else {
        return Done::fail(1, "error: pod, type/name or --filename must be specified");
    };
    let words = match &call.args.behind {
        Some(words) if !words.is_empty() => words.clone(),
        _ if more.is_empty() => {
            return Done::fail(1, "error: you must specify at least one command for the container");
        }
        _ => {
            return Done::fail(
                1,
                "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
            );
        }
    };
    let namespace = call.namespace(shell);
    let pod = match find(shell, &namespace, target) {
        Ok(pod) => pod,
        Err(said) => return Done::fail(1, said),
    };
    if let Some(container) = call.args.value("container") {
        let (namespace, name) = shell.pod_name(pod);
        let listing = Listing::new(shell);
        let view = listing.pods().iter().find(|it| it.namespace == namespace && it.name == name);
        let names = view.map_or(&[][..], PodView::containers).iter().filter_map(|it| it.get("name").as_str());
        let names: Vec<&str> = names.collect();
        if !names.contains(&container) {
            return Done::fail(
                1,
                format!(
                    "error: container {container} is not valid for pod {name} out of: {}",
                    names.join(", ")
                ),
            );
        }
    }
    let is_shell =
        matches!(words.as_slice(), [only] if matches!(only.rsplit('/').next(), Some("sh" | "bash" | "ash")));
    if is_shell && call.args.has("stdin") {
        shell.enter(pod, Session::Exec);
        return Done::default();
    }
    inside(shell, pod, &words, call.input.clone())
}

/// Runs a program in a pod, and says how it ended.
pub(super) fn inside(shell: &mut Shell, pod: PodId, words: &[String], input: Option<String>) -> Done {
    let Some((program, words)) = words.split_first() else { return Done::default() };
    let mut done = pod::run(shell, pod, program, words, input);
    if done.status != 0 {
        done.err.push_str(&format!("command terminated with exit code {}\n", done.status));
    }
    done
}

/// `NAME`, `pod/NAME`, or the first pod of `svc/NAME` or `deploy/NAME`.
fn find(shell: &Shell, namespace: &str, target: &str) -> Result<PodId, String> {
    let cluster = &shell.store.analysis().cluster;
    let (kind, name) = target.split_once('/').unwrap_or(("pods", target));
    let resource = Resource::find(kind).ok_or_else(|| unknown_type(kind))?;
    let none = || resource.not_found(name);
    match resource.kind {
        "Pod" => cluster.pod(namespace, name).ok_or_else(none),
        "Service" => {
            let service = cluster.service(namespace, name).ok_or_else(none)?;
            let first = match &cluster.services[service].backends {
                Backends::Selected(pods) => pods.first().copied(),
                Backends::Listed(_) => None,
            };
            first.ok_or_else(|| "error: timed out waiting for the condition".to_owned())
        }
        _ => {
            let workload = cluster.workload(namespace, name).ok_or_else(none)?;
            let row = &cluster.workloads[workload];
            let first = row.pods.first().copied().filter(|_| row.kind == resource.kind);
            first.ok_or_else(none)
        }
    }
}
