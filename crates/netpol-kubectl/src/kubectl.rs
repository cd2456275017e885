//! `kubectl`: its commands, each in a file of its own.

mod change;
mod create;
mod describe;
mod documents;
mod exec;
mod get;
mod look;
mod make;
mod output;
mod patch;
mod rollout;
mod rows;
mod selector;
mod stored;

use crate::args::{Args, Flags};
use crate::resource::{RESOURCES, Resource, unknown_type};
use crate::shell::{Done, Shell};
use crate::table::table;

/// Flags that every command has, whatever it does with them.
macro_rules! flags {
    (values: [$($value:expr),* $(,)?], switches: [$($switch:expr),* $(,)?]) => {
        $crate::args::Flags {
            values: &[
                ("namespace", Some('n')),
                ("context", None),
                ("kubeconfig", None),
                ("request-timeout", None),
                $($value),*
            ],
            switches: &[$($switch),*],
            stops: false,
        }
    };
}
pub(crate) use flags;

/// A command's words, taken apart.
pub(crate) struct Call<'a> {
    /// The command's name, for what it says.
    pub(crate) verb: &'a str,
    pub(crate) args: Args,
    /// What comes through a pipe or from a here-document.
    pub(crate) input: Option<String>,
}

impl Call<'_> {
    /// Whether nothing is to come of it: `--dry-run`, but for `none`.
    pub(crate) fn is_dry(&self) -> bool {
        !self.dry().is_empty()
    }

    /// What is said then.
    pub(crate) fn dry(&self) -> &'static str {
        match self.args.value("dry-run") {
            None | Some("none") => "",
            Some("server") => " (server dry run)",
            Some(_) => " (dry run)",
        }
    }

    /// The namespace that the command is about.
    pub(crate) fn namespace(&self, shell: &Shell) -> String {
        self.args.value("namespace").unwrap_or(&shell.namespace).to_owned()
    }
}

/// Runs `kubectl` with these words.
pub(crate) fn run(shell: &mut Shell, words: &[String], input: Option<String>) -> Done {
    let (verb, rest) = verb_of(words);
    let Some((flags, does)) = command(verb) else {
        return match verb {
            "" => Done::ok(HELP),
            "taint" | "cordon" | "uncordon" | "drain" | "autoscale" | "top" | "cluster-info" | "auth"
            | "cp" | "logs" | "port-forward" | "proxy" | "certificate" => Done {
                err: format!(
                    "kubectl {verb} changes nothing here: only what decides who reaches whom is played\n"
                ),
                ..Done::default()
            },
            "set" | "attach" | "debug" | "diff" | "kustomize" | "completion" => Done::fail(
                1,
                format!(
                    "error: kubectl {verb} is not played here; `kubectl edit`, `patch` and `apply` change objects"
                ),
            ),
            verb => Done::fail(1, unknown_command(verb)),
        };
    };
    if rest.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h") {
        return Done::ok(format!(
            "`kubectl {verb}` is that of Kubernetes 1.36, as far as it matters here.\n"
        ));
    }
    match Args::read(&rest, &flags) {
        Ok(args) if !matches!(args.value("dry-run"), None | Some("none" | "client" | "server")) => {
            let how = args.value("dry-run").unwrap_or_default();
            Done::fail(
                1,
                format!("error: Invalid dry-run value ({how}). Must be \"none\", \"server\", or \"client\"."),
            )
        }
        Ok(args) => does(shell, &Call { verb, args, input }),
        Err(error) => Done::fail(1, error.kubectl(verb)),
    }
}

/// The command, and its words: flags may stand before it, as in `kubectl -n shop get pods`.
fn verb_of(words: &[String]) -> (&str, Vec<String>) {
    const WITH_VALUES: [&str; 4] = ["-n", "--namespace", "--context", "--kubeconfig"];
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        at += if WITH_VALUES.contains(&word.as_str()) { 2 } else { 1 };
    }
    let before = words.get(..at.min(words.len())).unwrap_or_default();
    let behind = words.get(at + 1..).unwrap_or_default();
    (words.get(at).map_or("", String::as_str), before.iter().chain(behind).cloned().collect())
}

type Does = fn(&mut Shell, &Call<'_>) -> Done;

fn command(verb: &str) -> Option<(Flags, Does)> {
    Some(match verb {
        "get" => (get::FLAGS, get::run as Does),
        "describe" => (describe::FLAGS, describe::run),
        "run" => (make::RUN, make::run),
        "expose" => (make::EXPOSE, make::expose),
        "create" => (create::FLAGS, create::run),
        "apply" | "replace" => (create::APPLY, create::apply),
        "delete" => (change::DELETE, change::delete),
        "label" => (change::LABEL, change::label),
        "annotate" => (change::LABEL, change::annotate),
        "scale" => (change::SCALE, change::scale),
        "patch" => (patch::FLAGS, patch::run),
        "wait" => (rollout::WAIT, rollout::wait),
        "rollout" => (rollout::FLAGS, rollout::run),
        "exec" => (exec::FLAGS, exec::run),
        "edit" => (look::EDIT, look::edit),
        "explain" => (look::EXPLAIN, look::explain),
        "config" => (CONFIG, config),
        "api-resources" => (CONFIG, api_resources),
        "version" => (CONFIG, version),
        _ => return None,
    })
}

const CONFIG: Flags = flags!(
    values: [("output", Some('o'))],
    switches: [("current", None), ("minify", None), ("namespaced", None), ("client", None), ("no-headers", None)]
);

const HELP: &str = "kubectl controls the Kubernetes cluster manager.\n\nUsage:\n  kubectl [flags] [options]\n\nTry `kubectl get pods -A`, or `help`.\n";

fn unknown_command(verb: &str) -> String {
    let near = netpol_syntax::closest(verb, VERBS);
    let near = near.map_or(String::new(), |near| format!("\n\nDid you mean this?\n\t{near}\n"));
    format!("error: unknown command \"{verb}\" for \"kubectl\"{near}")
}

/// All that there are, by their names.
pub(crate) const VERBS: [&str; 20] = [
    "annotate",
    "api-resources",
    "apply",
    "config",
    "create",
    "delete",
    "describe",
    "edit",
    "exec",
    "explain",
    "expose",
    "get",
    "label",
    "patch",
    "replace",
    "rollout",
    "run",
    "scale",
    "version",
    "wait",
];

/// The flags that a command has, by their long names.
pub(crate) fn flags_of(verb: &str) -> Vec<&'static str> {
    let Some((flags, _)) = command(verb) else { return Vec::new() };
    flags.values.iter().chain(flags.switches).map(|(name, _)| *name).collect()
}

/// `config set-context --current --namespace=shop`, and the little that one asks of it besides.
fn config(shell: &mut Shell, call: &Call<'_>) -> Done {
    const CONTEXT: &str = "playground";
    match call.args.plain.first().map(String::as_str) {
        Some("set-context") => {
            if let Some(namespace) = call.args.value("namespace") {
                shell.namespace =
                    if namespace.is_empty() { "default".to_owned() } else { namespace.to_owned() };
            }
            Done::ok(format!("Context \"{CONTEXT}\" modified.\n"))
        }
        // Exams name a cluster for each task: this is all of them.
        Some("use-context") => {
            let name = call.args.plain.get(1).map_or(CONTEXT, String::as_str);
            Done::ok(format!("Switched to context \"{name}\".\n"))
        }
        Some("current-context") => Done::ok(format!("{CONTEXT}\n")),
        Some("get-contexts") => {
            let row = ["*", CONTEXT, CONTEXT, "admin", &shell.namespace].map(str::to_owned);
            Done::ok(table(&["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], &[row.into()]))
        }
        Some("view") => Done::ok(format!(
            "apiVersion: v1\ncontexts:\n- context:\n    cluster: {CONTEXT}\n    namespace: {}\n    user: admin\n  name: {CONTEXT}\ncurrent-context: {CONTEXT}\nkind: Config\n",
            shell.namespace
        )),
        _ => Done::fail(
            1,
            "error: of `kubectl config` there are set-context, use-context, current-context, get-contexts and view",
        ),
    }
}

fn api_resources(_: &mut Shell, call: &Call<'_>) -> Done {
    let wanted = call.args.value("namespaced").map(|wanted| wanted != "false");
    let rows =
        RESOURCES.iter().filter(|it| wanted.is_none_or(|wanted| it.is_namespaced == wanted)).map(|it| {
            let cells = [
                it.plural.to_owned(),
                it.short.join(","),
                it.api_version(),
                it.is_namespaced.to_string(),
                it.kind.to_owned(),
            ];
            Vec::from(cells)
        });
    Done::ok(table(&["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"], &rows.collect::<Vec<_>>()))
}

fn version(_: &mut Shell, _: &Call<'_>) -> Done {
    Done::ok("Client Version: v1.36.0\nKustomize Version: v5.7.1\nServer Version: v1.36.0\n")
}

/// What `get`, `describe`, `delete` and the like are about: kinds, and names of one kind.
pub(crate) struct Wanted {
    pub(crate) resource: &'static Resource,
    /// Its name; all of the kind where there is none.
    pub(crate) name: Option<String>,
}

/// `pods`, `pod a b`, `pod/a svc/b`, `pods,svc`, `all`.
///
/// # Errors
/// What is said where a kind is not known, or nothing is named.
pub(crate) fn wanted(call: &Call<'_>) -> Result<Vec<Wanted>, Done> {
    let find = |name: &str| Resource::find(name).ok_or_else(|| Done::fail(1, unknown_type(name)));
    let plain = &call.args.plain;
    let Some((first, names)) = plain.split_first() else {
        return Err(Done::fail(
            1,
            format!(
                "error: You must specify the type of resource to {}. Use \"kubectl api-resources\" for a complete list of supported resources.",
                call.verb
            ),
        ));
    };
    if plain.iter().any(|word| word.contains('/')) {
        let mut found = Vec::new();
        for word in plain {
            let Some((kind, name)) = word.split_once('/') else {
                return Err(Done::fail(
                    1,
                    "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
                ));
            };
            found.push(Wanted { resource: find(kind)?, name: Some(name.to_owned()) });
        }
        return Ok(found);
    }
    const ALL: [&str; 9] = [
        "pods",
        "replicationcontrollers",
        "services",
        "daemonsets",
        "deployments",
        "replicasets",
        "statefulsets",
        "cronjobs",
        "jobs",
    ];
    let kinds = first.split(',').flat_map(|kind| match kind {
        "all" => ALL.to_vec(),
        kind => vec![kind],
    });
    let mut found = Vec::new();
    for kind in kinds {
        let resource = find(kind)?;
        if names.is_empty() {
            found.push(Wanted { resource, name: None });
        }
        found.extend(names.iter().map(|name| Wanted { resource, name: Some(name.clone()) }));
    }
    Ok(found)
}
