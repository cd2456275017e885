//! `kubectl create` and `kubectl apply`: objects from files, or from a few words.

use super::documents::{Document, Named, documents};
use super::make::{make, metadata, missing_namespace, port_of, say_applied, service};
use super::{Call, flags};
use crate::args::Flags;
use crate::parts::Object;
use crate::resource::Resource;
use crate::shell::{Done, Shell};
use crate::value::Value;

pub(super) const FLAGS: Flags = flags!(
    values: [
        ("filename", Some('f')),
        ("image", None),
        ("replicas", Some('r')),
        ("port", None),
        ("tcp", None),
        ("clusterip", None),
        ("external-name", None),
        ("output", Some('o')),
        ("dry-run", None),
    ],
    switches: [("save-config", None)]
);

pub(super) const APPLY: Flags = flags!(
    values: [("filename", Some('f')), ("output", Some('o')), ("dry-run", None), ("selector", Some('l'))],
    switches: [("force", None), ("server-side", None), ("recursive", Some('R')), ("prune", None)]
);

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    if call.args.value("filename").is_some() {
        return from_files(shell, call, true);
    }
    let args = &call.args;
    let namespace = call.namespace(shell);
    match args.plain.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["namespace" | "ns", name, ..] => {
            let object = Value::map([
                ("apiVersion", Value::text("v1")),
                ("kind", Value::text("Namespace")),
                ("metadata", metadata("default", name, Value::Null)),
            ]);
            make(shell, call, &object, "created")
        }
        ["deployment" | "deploy" | "dep", name, ..] => {
            let Some(image) = args.value("image") else {
                return Done::fail(1, "error: required flag(s) \"image\" not set");
            };
            for flag in ["replicas", "port"] {
                if let Some(text) = args.value(flag)
                    && text.parse::<u16>().is_err()
                {
                    return Done::fail(1, not_a_number(text, flag));
                }
            }
            let app = Value::map([("app", Value::text(*name))]);
            let container_name =
                image.rsplit('/').next().unwrap_or(image).split([':', '@']).next().unwrap_or(image);
            let mut container =
                Value::map([("name", Value::text(container_name)), ("image", Value::text(image))]);
            if let Some(port) = args.value("port") {
                container.set(
                    "ports",
                    Value::List(vec![Value::map([("containerPort", Value::Number(port.to_owned()))])]),
                );
            }
            let template = Value::map([
                ("metadata", Value::map([("labels", app.clone())])),
                ("spec", Value::map([("containers", Value::List(vec![container]))])),
            ]);
            let object = Value::map([
                ("apiVersion", Value::text("apps/v1")),
                ("kind", Value::text("Deployment")),
                ("metadata", metadata(&namespace, name, app.clone())),
                (
                    "spec",
                    Value::map([
                        ("replicas", Value::Number(args.value("replicas").unwrap_or("1").to_owned())),
                        ("selector", Value::map([("matchLabels", app)])),
                        ("template", template),
                    ]),
                ),
            ]);
            make(shell, call, &object, "created")
        }
        ["service" | "svc", kind @ ("clusterip" | "nodeport" | "loadbalancer"), name, ..] => {
            let ports: Vec<Value> = args
                .values("tcp")
                .flat_map(|all| all.split(','))
                .map(|pair| {
                    let (port, target) = pair.split_once(':').unwrap_or((pair, pair));
                    let mut named = Value::map([("name", Value::text(pair.replace(':', "-")))]);
                    for (key, value) in port_of(port, "TCP", Some(target)).entries() {
                        named.set(key, value.clone());
                    }
                    named
                })
                .collect();
            if ports.is_empty() && args.value("clusterip") != Some("None") {
                return Done::fail(1, "error: at least one tcp port specifier must be provided");
            }
            let app = Value::map([("app", Value::text(*name))]);
            let mut object = service(&namespace, name, app.clone(), app, ports);
            if let Some(spec) = object.get_mut("spec") {
                if let Some(address) = args.value("clusterip") {
                    spec.set("clusterIP", Value::text(address));
                }
                spec.set(
                    "type",
                    Value::text(match *kind {
                        "nodeport" => "NodePort",
                        "loadbalancer" => "LoadBalancer",
                        _ => "ClusterIP",
                    }),
                );
            }
            make(shell, call, &object, "created")
        }
        [kind, ..] if Resource::find(kind).is_some_and(|it| it.kind == "NetworkPolicy") => Done::fail(
            1,
            "error: Unexpected args: there is no `kubectl create networkpolicy`; write its YAML and use `kubectl apply -f FILE`",
        ),
        ["pod" | "pods" | "po", ..] => {
            Done::fail(1, "error: there is no `kubectl create pod`; use `kubectl run NAME --image=IMAGE`")
        }
        [kind, ..] => Done::fail(
            1,
            format!(
                "error: unknown command \"create {kind}\": there are namespace, deployment, service, and -f FILE"
            ),
        ),
        [] => Done::fail(1, "error: must specify one of -f and -k"),
    }
}

/// What is said of a flag's value that is to be a number.
pub(super) fn not_a_number(text: &str, flag: &str) -> String {
    format!(
        "error: invalid argument \"{text}\" for \"--{flag}\" flag: strconv.ParseInt: parsing \"{text}\": invalid syntax"
    )
}

pub(super) fn apply(shell: &mut Shell, call: &Call<'_>) -> Done {
    if call.args.value("filename").is_none() {
        return Done::fail(1, "error: must specify one of -f and -k");
    }
    from_files(shell, call, false)
}

fn from_files(shell: &mut Shell, call: &Call<'_>, creates: bool) -> Done {
    let files = match documents(shell, call) {
        Ok(files) => files,
        Err(done) => return done,
    };
    let mut done = Done::default();
    for Named { file, documents } in files {
        for document in documents {
            let next = match document {
                Some(document) => put(shell, call, &file, document, creates),
                None => Done::fail(
                    1,
                    format!("error: unable to recognize \"{file}\": it has no kind and no name"),
                ),
            };
            done.out.push_str(&next.out);
            done.err.push_str(&next.err);
            done.status = done.status.max(next.status);
        }
    }
    done
}

fn put(shell: &mut Shell, call: &Call<'_>, file: &str, document: Document, creates: bool) -> Done {
    let Object { reference, value } = document.object.as_ref();
    let api_version = value.get("apiVersion").as_str().unwrap_or_default().to_owned();
    let own = value.at("metadata.namespace").as_str();
    if api_version.is_empty() {
        return Done::fail(
            1,
            format!(
                "error: error validating \"{file}\": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false"
            ),
        );
    }
    let known = Resource::of_kind(&reference.kind).filter(|it| it.api_version() == api_version);
    let Some(resource) = known else {
        return Done::fail(
            1,
            format!(
                "error: resource mapping not found for name: \"{}\" namespace: \"{}\" from \"{file}\": no matches for kind \"{}\" in version \"{api_version}\"\nensure CRDs are installed first",
                reference.name,
                own.unwrap_or_default(),
                reference.kind,
            ),
        );
    };
    if let (Some(own), Some(asked)) = (own, call.args.value("namespace"))
        && resource.is_namespaced
        && own != asked
    {
        return Done::fail(
            1,
            format!(
                "error: the namespace from the provided object \"{own}\" does not match the namespace \"{asked}\". You must pass '--namespace={own}' to perform this operation."
            ),
        );
    }
    let document = document.in_namespace(&call.namespace(shell));
    let reference = &document.object.reference;
    if let Some(done) = missing_namespace(shell, reference) {
        return done;
    }
    let name =
        format!("{}/{}", crate::resource::qualified_kind(&reference.kind, &api_version), reference.name);
    if call.verb == "replace" && !shell.store.is_told(reference) {
        return Done::fail(
            1,
            format!(
                "Error from server (NotFound): error when replacing \"{file}\": {} \"{}\" not found",
                resource.qualified_plural(),
                reference.name
            ),
        );
    }
    if creates && shell.store.is_told(reference) {
        return Done::fail(
            1,
            format!(
                "Error from server (AlreadyExists): error when creating \"{file}\": {} \"{}\" already exists",
                resource.qualified_plural(),
                reference.name
            ),
        );
    }
    let is_new = !shell.store.is_told(reference);
    if let Some(refusal) = &document.refusal {
        let doing = if is_new { format!("creating \"{file}\"") } else { format!("patching \"{file}\"") };
        return Done::fail(1, refusal.text(reference, resource.version, &doing));
    }
    if call.is_dry() {
        let does = if is_new { "created" } else { "configured" };
        return Done::ok(format!("{name} {does}{}\n", call.dry()));
    }
    let applied = shell.store.apply(&document.object, || document.manifest());
    match call.args.value("output") {
        Some("name") => Done::ok(format!("{name}\n")),
        _ if call.verb == "replace" && call.args.has("force") => {
            let from =
                reference.namespace.as_ref().map_or(String::new(), |it| format!(" from {it} namespace"));
            let kind = name.split('/').next().unwrap_or_default();
            Done::ok(format!("{kind} \"{}\" deleted{from}\n{name} replaced\n", reference.name))
        }
        _ if call.verb == "replace" => Done::ok(format!("{name} replaced\n")),
        _ => Done::ok(say_applied(&reference.kind, &api_version, &reference.name, applied)),
    }
}
