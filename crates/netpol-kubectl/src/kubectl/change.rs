//! `kubectl delete`, `label`, `annotate` and `scale`.

use netpol_lessons::{LabelChange, ObjectRef};
use netpol_syntax::Yaml;

use super::documents::documents;
use super::selector::Selector;
use super::{Call, Wanted, create, flags, wanted};
use crate::args::Flags;
use crate::parts::{Object, Part};
use crate::pods::{Listing, PodView};
use crate::resource::Resource;
use crate::shell::{Done, Shell};

pub(super) const DELETE: Flags = flags!(
    values: [("filename", Some('f')), ("selector", Some('l')), ("grace-period", None), ("output", Some('o')), ("timeout", None), ("dry-run", None), ("cascade", None), ("field-selector", None)],
    switches: [("all", None), ("all-namespaces", Some('A')), ("force", None), ("ignore-not-found", None), ("now", None), ("wait", None)]
);

pub(super) const LABEL: Flags = flags!(
    values: [("selector", Some('l')), ("output", Some('o')), ("resource-version", None), ("dry-run", None)],
    switches: [("overwrite", None), ("all", None), ("list", None), ("all-namespaces", Some('A'))]
);

pub(super) const SCALE: Flags = flags!(
    values: [("replicas", None), ("current-replicas", None), ("timeout", None)],
    switches: []
);

/// The objects of one kind that are written, of a namespace or of all.
fn written<'s>(shell: &'s Shell, resource: &Resource, namespace: Option<&str>) -> Vec<&'s Object> {
    let of_kind = shell.store.objects().filter(|object| object.reference.kind == resource.kind);
    let here = of_kind.filter(|object| {
        !resource.is_namespaced
            || namespace.is_none_or(|it| object.reference.namespace.as_deref() == Some(it))
    });
    let mut found: Vec<&Object> = here.collect();
    netpol_syntax::order::sort_by(&mut found, |one, other| one.reference.cmp(&other.reference));
    found
}

/// The objects that a command is about; what is said of those that there are not.
pub(super) fn chosen(shell: &Shell, call: &Call<'_>, wanted: &[Wanted]) -> (Vec<ObjectRef>, String) {
    let namespace = call.namespace(shell);
    let everywhere = call.args.has("all-namespaces");
    let selector = call.args.value("selector").and_then(Selector::read);
    let (mut found, mut missing) = (Vec::new(), String::new());
    for Wanted { resource, name } in wanted {
        match name {
            Some(name) => {
                let reference = resource.object(&namespace, name);
                // What is not written may be there all the same.
                let is_there = || match resource.kind {
                    "Pod" => shell.store.analysis().cluster.pod(&namespace, name).is_some(),
                    "Namespace" => shell.has_namespace(name),
                    _ => false,
                };
                if shell.store.object(&reference).is_some() || is_there() {
                    found.push(reference);
                } else {
                    missing.push_str(&format!("{}\n", resource.not_found(name)));
                }
            }
            None if resource.kind == "Pod" => {
                // Those too that controllers made, but for the cluster's own, which nobody wrote.
                let listing = Listing::new(shell);
                let here = listing
                    .pods()
                    .iter()
                    .filter(|pod| pod.written.is_some() && (everywhere || pod.namespace == namespace));
                let fits = here.filter(|pod| {
                    selector.as_ref().is_none_or(|it| it.matches(&pod.labels.iter().collect::<Vec<_>>()))
                });
                found.extend(fits.map(|pod| resource.object(pod.namespace, pod.name)));
            }
            None => {
                let all = written(shell, resource, (!everywhere).then_some(&namespace));
                let fits = |object: &&Object| {
                    let labels = || object.value.at("metadata.labels").texts();
                    selector.as_ref().is_none_or(|it| it.matches(&labels()))
                };
                found.extend(all.into_iter().filter(fits).map(|object| object.reference.clone()));
            }
        }
    }
    (found, missing)
}

pub(super) fn delete(shell: &mut Shell, call: &Call<'_>) -> Done {
    let (chosen, missing) = if call.args.value("filename").is_some() {
        match documents(shell, call) {
            Ok(files) => {
                let namespace = call.namespace(shell);
                let objects = files.into_iter().flat_map(|named| named.documents).flatten();
                let objects = objects.map(|it| it.in_namespace(&namespace).object.reference.clone());
                let (there, gone): (Vec<_>, Vec<_>) =
                    objects.partition(|it| shell.store.object(it).is_some());
                let said =
                    gone.iter().filter_map(|it| Some(Resource::of_kind(&it.kind)?.not_found(&it.name)));
                (there, said.map(|line| format!("{line}\n")).collect::<String>())
            }
            Err(done) => return done,
        }
    } else {
        let wanted = match wanted(call) {
            Ok(wanted) => wanted,
            Err(done) => return done,
        };
        if wanted.iter().any(|it| it.name.is_none())
            && !call.args.has("all")
            && call.args.value("selector").is_none()
        {
            return Done::fail(1, "error: resource(s) were provided, but no name was specified");
        }
        chosen(shell, call, &wanted)
    };
    if chosen.is_empty() && missing.is_empty() {
        return Done::ok("No resources found\n");
    }
    let mut done = Done::default();
    if call.args.has("force") {
        done.err.push_str("Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n");
    }
    let is_dry = call.is_dry();
    let mut gone = Vec::new();
    for reference in chosen {
        let Some(resource) = Resource::of_kind(&reference.kind) else { continue };
        if reference.kind == "Namespace" {
            if matches!(reference.name.as_str(), "default" | "kube-system" | "kube-public") {
                done.err.push_str(&format!(
                    "Error from server (Forbidden): namespaces \"{0}\" is forbidden: this namespace may not be deleted\n",
                    reference.name
                ));
                done.status = 1;
                continue;
            }
            let within = |object: &&Object| object.reference.namespace.as_deref() == Some(&reference.name);
            gone.extend(shell.store.objects().filter(within).map(|object| object.reference.clone()));
        }
        let from = reference
            .namespace
            .as_ref()
            .map_or(String::new(), |namespace| format!(" from {namespace} namespace"));
        let how = if call.args.has("force") { "force deleted" } else { "deleted" };
        let dry = call.dry();
        done.out.push_str(&match call.args.value("output") {
            Some("name") => format!("{}/{}\n", resource.qualified(), reference.name),
            _ => format!("{} \"{}\" {how}{from}{dry}\n", resource.qualified(), reference.name),
        });
        gone.push(reference);
    }
    if !is_dry {
        let named: Vec<String> =
            call.args.values("filename").flat_map(|names| names.split(',')).map(str::to_owned).collect();
        shell.keeping(&named, |shell| _ = shell.store.delete(&gone));
    }
    if !missing.is_empty() && !call.args.has("ignore-not-found") {
        done.err.push_str(&missing);
        done.status = 1;
    }
    done
}

pub(super) fn label(shell: &mut Shell, call: &Call<'_>) -> Done {
    set_texts(shell, call, "label", "metadata.labels")
}

pub(super) fn annotate(shell: &mut Shell, call: &Call<'_>) -> Done {
    set_texts(shell, call, "annotate", "metadata.annotations")
}

/// Sets and removes labels, or annotations.
fn set_texts(shell: &mut Shell, call: &Call<'_>, verb: &str, path: &str) -> Done {
    let is_change = |word: &&String| word.contains('=') || word.ends_with('-');
    let at = call.args.plain.iter().position(|word| is_change(&word));
    let (about, changes) = call.args.plain.split_at(at.unwrap_or(call.args.plain.len()));
    if changes.is_empty() && !call.args.has("list") {
        return Done::fail(1, format!("error: at least one {verb} update is required"));
    }
    let mut sets: Vec<(String, Option<String>)> = Vec::new();
    for word in changes {
        match word.split_once('=') {
            Some((_, value)) if value.contains('=') && verb == "label" => {
                return Done::fail(1, format!("error: invalid label spec: {word}"));
            }
            Some((key, value)) => sets.push((key.to_owned(), Some(value.to_owned()))),
            None => match word.strip_suffix('-') {
                Some(key) => sets.push((key.to_owned(), None)),
                None => return Done::fail(1, format!("error: unknown label spec: {word}")),
            },
        }
    }
    if verb == "label" {
        for (key, value) in &sets {
            if let Some(why) =
                value.as_deref().and_then(|value| invalid_value(key, value)).or_else(|| invalid_key(key))
            {
                return Done::fail(1, format!("error: {why}"));
            }
        }
    }
    let both = sets
        .iter()
        .any(|(key, value)| value.is_none() && sets.iter().any(|(other, it)| other == key && it.is_some()));
    if both {
        return Done::fail(1, "error: can not both modify and remove a label in the same command");
    }
    let about = Call { verb: call.verb, args: call.args.about(about), input: None };
    let wanted = match wanted(&about) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    if wanted.iter().any(|it| it.name.is_none())
        && !call.args.has("all")
        && call.args.value("selector").is_none()
    {
        return Done::fail(
            1,
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>",
        );
    }
    let (chosen, missing) = chosen(shell, &about, &wanted);
    let mut done = Done::default();
    for reference in chosen {
        if changes.is_empty() {
            done.out.push_str(&list(shell, &reference, path));
            continue;
        }
        let next = set_on(shell, call, &reference, &sets, (verb, path));
        done.out.push_str(&next.out);
        // Of the pods of one controller it is said once.
        if !done.err.ends_with(&next.err) {
            done.err.push_str(&next.err);
        }
        done.status = done.status.max(next.status);
    }
    if !missing.is_empty() {
        done.err.push_str(&missing);
        done.status = 1;
    }
    done
}

/// Labels or annotations as `--list` shows them.
fn list(shell: &Shell, reference: &ObjectRef, path: &str) -> String {
    let line = |(key, value): (&str, &str)| format!("{key}={value}\n");
    match shell.store.object(reference) {
        Some(object) => object.value.at(path).texts().into_iter().map(line).collect(),
        None => {
            let listing = Listing::new(shell);
            let is_it = |pod: &&PodView<'_>| {
                pod.name == reference.name && Some(pod.namespace) == reference.namespace.as_deref()
            };
            let pod = listing.pods().iter().find(is_it).filter(|_| path == "metadata.labels");
            pod.map_or_else(String::new, |pod| pod.labels.iter().map(line).collect())
        }
    }
}

/// Whether letters and digits are at the ends of a text, and besides them only `-`, `_` and `.` between.
fn is_word(text: &str) -> bool {
    let is_edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    text.len() <= 63
        && is_edge(text.chars().next())
        && is_edge(text.chars().last())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'))
}

/// What is wrong with a label's value (`parseLabels` in `k8s.io/kubectl/pkg/cmd/label`).
fn invalid_value(key: &str, value: &str) -> Option<String> {
    let why = if value.is_empty() || is_word(value) {
        return None;
    } else if value.len() > 63 {
        "must be no more than 63 bytes".to_owned()
    } else {
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')".to_owned()
    };
    Some(format!("invalid label value: \"{key}={value}\": {why}"))
}

/// What is wrong with a label's key: a name, a prefix before a `/` perhaps.
fn invalid_key(key: &str) -> Option<String> {
    let (prefix, name) = key.split_once('/').unwrap_or(("x", key));
    let is_prefix = !prefix.is_empty()
        && prefix.len() <= 253
        && prefix
            .split('.')
            .all(|part| is_word(part) && !part.chars().any(|it| it.is_ascii_uppercase() || it == '_'));
    (!is_prefix || !is_word(name)).then(|| {
        format!(
            "invalid label key: \"{key}\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        )
    })
}

fn set_on(
    shell: &mut Shell,
    call: &Call<'_>,
    reference: &ObjectRef,
    sets: &[(String, Option<String>)],
    (verb, path): (&str, &str),
) -> Done {
    let Some(resource) = Resource::of_kind(&reference.kind) else { return Done::default() };
    if shell.store.object(reference).is_none() {
        return set_on_unwritten(shell, reference, sets, verb);
    }
    let now: Vec<(String, String)> = shell.store.object(reference).map_or_else(Vec::new, |object| {
        object
            .value
            .at(path)
            .texts()
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    });
    let known = |key: &str| now.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    if !call.args.has("overwrite") {
        let taken: Vec<String> = sets
            .iter()
            .filter_map(|(key, value)| {
                let old = known(key).filter(|old| value.as_deref().is_some_and(|new| new != *old))?;
                let hint = if verb == "label" { format!("'{key}' already has a value ({old}), and --overwrite is false") } else { format!("--overwrite is false but found the following declared annotation(s): '{key}' already has a value ({old})") };
                Some(hint)
            })
            .collect();
        if !taken.is_empty() {
            let all = taken.join(", ");
            let all = if taken.len() > 1 { format!("[{all}]") } else { all };
            return Done::fail(1, format!("error: {all}"));
        }
    }
    let mut out = String::new();
    let (mut added, mut removed) = (false, false);
    let mut changes = Vec::new();
    for (key, value) in sets {
        match (value, known(key)) {
            (Some(new), Some(old)) if new == old => {}
            (Some(_), _) => {
                added = true;
                changes.push((key.clone(), value.clone()));
            }
            (None, Some(_)) => {
                removed = true;
                changes.push((key.clone(), None));
            }
            (None, None) if verb == "label" => out.push_str(&format!("label \"{key}\" not found.\n")),
            (None, None) => {}
        }
    }
    let changed = match path {
        _ if changes.is_empty() || call.is_dry() => true,
        "metadata.labels" => shell.store.label(&LabelChange { object: reference.clone(), labels: changes }),
        path => changes.iter().all(|(key, value)| {
            shell.store.set(reference, path, key, value.as_ref().map(Yaml::text).as_ref())
        }),
    };
    let name = format!("{}/{}", resource.qualified(), reference.name);
    if !changed {
        return Done::fail(1, format!("error: {name} cannot be changed where it is written: edit its file"));
    }
    let said = match (verb, added, removed) {
        ("annotate", ..) => "annotated",
        (_, true, true) => "modified",
        (_, true, false) => "labeled",
        (_, false, true) => "unlabeled",
        (_, false, false) => "not labeled",
    };
    Done::ok(format!("{out}{name} {said}{}\n", call.dry()))
}

/// What is there and is not written: a namespace that is only used, or a pod that its controller made.
fn set_on_unwritten(
    shell: &mut Shell,
    reference: &ObjectRef,
    sets: &[(String, Option<String>)],
    verb: &str,
) -> Done {
    if reference.kind == "Namespace" {
        let text = format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {}\n", reference.name);
        if let Some(namespace) = Part::of(&text).objects.first() {
            shell.store.apply(namespace, || text);
        }
        let sets = sets.to_vec();
        let change = LabelChange {
            object: reference.clone(),
            labels: sets.into_iter().filter(|(_, value)| value.is_some()).collect(),
        };
        if verb == "label" && shell.store.label(&change) {
            return Done::ok(format!("namespace/{} labeled\n", reference.name));
        }
    }
    let listing = Listing::new(shell);
    let mut pods = listing.pods().iter();
    let pod =
        pods.find(|pod| Some(pod.namespace) == reference.namespace.as_deref() && pod.name == reference.name);
    let controller = pod.and_then(|pod| pod.written).map_or_else(
        || "its controller".to_owned(),
        |it| format!("{} {}", it.reference.kind, it.reference.name),
    );
    Done::fail(
        1,
        format!(
            "error: this pod is made from the template of {controller}: change the labels there (kubectl edit), so that all of its pods have them"
        ),
    )
}

pub(super) fn scale(shell: &mut Shell, call: &Call<'_>) -> Done {
    let Some(replicas) = call.args.value("replicas") else {
        return Done::fail(1, "error: required flag(s) \"replicas\" not set");
    };
    let Some(count) = replicas.parse::<i64>().ok().filter(|count| *count >= 0) else {
        return Done::fail(1, create::not_a_number(replicas, "replicas"));
    };
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let (chosen, missing) = chosen(shell, call, &wanted);
    let mut done = Done::default();
    for reference in chosen {
        let Some(resource) = Resource::of_kind(&reference.kind) else { continue };
        if !matches!(resource.kind, "Deployment" | "ReplicaSet" | "StatefulSet") {
            return Done::fail(
                1,
                format!(
                    "error: could not find scale subresource for {} in discovery information",
                    resource.qualified_plural()
                ),
            );
        }
        if shell.store.set(&reference, "spec", "replicas", Some(&Yaml::Int(count))) {
            done.out.push_str(&format!("{}/{} scaled\n", resource.qualified(), reference.name));
        }
    }
    if !missing.is_empty() {
        done.err.push_str(&missing);
        done.status = 1;
    }
    done
}
