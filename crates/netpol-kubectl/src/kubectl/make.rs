//! `kubectl run` and `kubectl expose`: a pod and a service from a few words.

use netpol_lessons::ObjectRef;

use super::{Call, flags};
use crate::args::Flags;
use crate::parts::Part;
use crate::pod;
use crate::resource::{Resource, qualified_kind, unknown_type};
use crate::shell::{Done, Session, Shell};
use crate::store::Applied;
use crate::value::Value;

pub(super) const RUN: Flags = flags!(
    values: [
        ("image", None),
        ("labels", Some('l')),
        ("port", None),
        ("restart", None),
        ("env", None),
        ("output", Some('o')),
        ("dry-run", None),
        ("overrides", None),
        ("image-pull-policy", None),
    ],
    switches: [
        ("expose", None),
        ("rm", None),
        ("stdin", Some('i')),
        ("tty", Some('t')),
        ("command", None),
        ("attach", None),
        ("quiet", Some('q')),
    ]
);

pub(super) const EXPOSE: Flags = flags!(
    values: [
        ("port", None),
        ("target-port", None),
        ("protocol", None),
        ("name", None),
        ("type", None),
        ("selector", None),
        ("cluster-ip", None),
        ("output", Some('o')),
        ("dry-run", None),
        ("labels", Some('l')),
    ],
    switches: []
);

/// `a=b,c=d` as a map.
pub(super) fn labels(text: &str) -> Result<Value, String> {
    let mut map = Value::Map(Vec::new());
    for spec in text.split(',').filter(|spec| !spec.is_empty()) {
        let (key, value) =
            spec.split_once('=').ok_or_else(|| format!("error: unexpected label spec: {spec}"))?;
        map.set(key, Value::text(value));
    }
    Ok(map)
}

/// What an object is called and where it stands; its namespace is written down unless it is `default`.
pub(super) fn metadata(namespace: &str, name: &str, labels: Value) -> Value {
    let mut metadata = Value::map([("name", Value::text(name))]);
    if namespace != "default" {
        metadata.set("namespace", Value::text(namespace));
    }
    if !labels.entries().is_empty() {
        metadata.set("labels", labels);
    }
    metadata
}

/// Makes an object, or shows what would be made (`--dry-run`, `-o yaml`); `verb` is what is said of it.
pub(super) fn make(shell: &mut Shell, call: &Call<'_>, object: &Value, verb: &str) -> Done {
    let text = object.to_manifest();
    let Some(made) = Part::of(&text).objects.first().cloned() else { return Done::default() };
    let reference = &made.reference;
    let name = qualified_kind(&reference.kind, object.get("apiVersion").as_str().unwrap_or_default());
    let is_dry = call.is_dry();
    if let Err(said) = valid_name(reference) {
        return Done::fail(1, said);
    }
    if !is_dry {
        if let Some(done) = missing_namespace(shell, reference) {
            return done;
        }
        if shell.store.object(reference).is_some() {
            let resource = Resource::of_kind(&reference.kind);
            let plural = resource.map_or(name, Resource::qualified_plural);
            return Done::fail(
                1,
                format!("Error from server (AlreadyExists): {plural} \"{}\" already exists", reference.name),
            );
        }
        shell.store.apply(&made, || text);
    }
    let shown = if is_dry { spelled(call, object) } else { object.clone() };
    match call.args.value("output") {
        Some("yaml") => Done::ok(shown.to_yaml()),
        Some("json") => Done::ok(shown.to_json()),
        Some("name") => Done::ok(format!("{name}/{}\n", reference.name)),
        _ => Done::ok(format!("{name}/{} {verb}{}\n", reference.name, call.dry())),
    }
}

/// An object as the client writes it down for `--dry-run`: with what Go's types hold where nothing is said, and with a
/// namespace only where one is typed.
fn spelled(call: &Call<'_>, object: &Value) -> Value {
    let empty = || Value::Map(Vec::new());
    let containers = |spec: &mut Value| {
        if let Some(Value::List(containers)) = spec.get_mut("containers") {
            containers.iter_mut().for_each(|container| container.set("resources", empty()));
        }
    };
    let mut shown = object.clone();
    let kind = object.get("kind").as_str().unwrap_or_default();
    if let Some(metadata) = shown.get_mut("metadata") {
        metadata.remove("namespace");
        if let Some(namespace) = call.args.value("namespace").filter(|_| kind != "Namespace") {
            metadata.set("namespace", Value::text(namespace));
        }
    }
    if shown.get("spec").is_null() {
        shown.set("spec", empty());
    }
    if let Some(spec) = shown.get_mut("spec") {
        match kind {
            "Pod" => {
                containers(spec);
                spec.set("dnsPolicy", Value::text("ClusterFirst"));
                if spec.get("restartPolicy").is_null() {
                    spec.set("restartPolicy", Value::text("Always"));
                }
            }
            "Deployment" => {
                spec.set("strategy", empty());
                if let Some(inner) = spec.get_mut("template").and_then(|template| template.get_mut("spec")) {
                    containers(inner);
                }
            }
            _ => {}
        }
    }
    let status = if kind == "Service" { Value::map([("loadBalancer", empty())]) } else { empty() };
    shown.set("status", status);
    shown
}

/// What the API server says of an object in a namespace that there is not.
pub(super) fn missing_namespace(shell: &Shell, reference: &ObjectRef) -> Option<Done> {
    let namespace = reference.namespace.as_deref()?;
    (!shell.has_namespace(namespace))
        .then(|| Done::fail(1, format!("Error from server (NotFound): namespaces \"{namespace}\" not found")))
}

/// What the API server says of a name that it does not take (RFC 1123 subdomains; labels for services and namespaces).
fn valid_name(reference: &ObjectRef) -> Result<(), String> {
    let name = &reference.name;
    let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '.';
    let is_edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    let is_valid = name.chars().all(is_inner) && is_edge(name.chars().next()) && is_edge(name.chars().last());
    if is_valid && name.len() <= 253 {
        return Ok(());
    }
    Err(format!(
        "The {} \"{name}\" is invalid: metadata.name: Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        reference.kind
    ))
}

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let args = &call.args;
    let Some(name) = args.plain.first() else { return Done::fail(1, "error: NAME is required for run") };
    let Some(image) = args.value("image") else { return Done::fail(1, "error: --image is required") };
    if args.has("tty") && !args.has("stdin") {
        return Done::fail(1, "error: -i/--stdin is required for containers with -t/--tty=true");
    }
    if args.has("expose") && args.value("port").is_none() {
        return Done::fail(1, "error: --port must be set when exposing a service");
    }
    let is_attached = args.has("stdin") || args.has("attach");
    if args.has("rm") && !is_attached {
        return Done::fail(1, "error: --rm should only be used for attached containers");
    }
    let namespace = call.namespace(shell);
    let labels = match args.value("labels").map(labels) {
        Some(Ok(labels)) => labels,
        Some(Err(said)) => return Done::fail(1, said),
        None => Value::map([("run", Value::text(name))]),
    };
    let mut container = Value::map([("name", Value::text(name)), ("image", Value::text(image))]);
    let env = args.values("env").map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some(Value::map([("name", Value::text(name)), ("value", Value::text(value))]))
    });
    match env.collect::<Option<Vec<Value>>>() {
        Some(env) if env.is_empty() => {}
        Some(env) => container.set("env", Value::List(env)),
        None => return Done::fail(1, "error: invalid env: NAME=VALUE is wanted"),
    }
    if args.value("overrides").is_some() {
        return Done::fail(
            1,
            "error: --overrides is not played here: `--dry-run=client -o yaml > pod.yaml` writes the pod down, to be changed and applied",
        );
    }
    if let Some(port) = args.value("port") {
        if port.parse::<u16>().is_err() {
            return Done::fail(1, "error: --port must be a number");
        }
        container
            .set("ports", Value::List(vec![Value::map([("containerPort", Value::Number(port.to_owned()))])]));
    }
    let plain = args.plain.get(1..).unwrap_or_default();
    let words: Vec<String> = plain.iter().chain(args.behind.iter().flatten()).cloned().collect();
    if !words.is_empty() && !is_attached {
        let key = if args.has("command") { "command" } else { "args" };
        container.set(key, Value::List(words.iter().map(Value::text).collect()));
    }
    let mut spec = Value::map([("containers", Value::List(vec![container]))]);
    if let Some(restart) = args.value("restart") {
        spec.set("restartPolicy", Value::text(restart));
    }
    let pod = Value::map([
        ("apiVersion", Value::text("v1")),
        ("kind", Value::text("Pod")),
        ("metadata", metadata(&namespace, name, labels.clone())),
        ("spec", spec),
    ]);
    let mut done = Done::default();
    if args.has("expose")
        && let Some(port) = args.value("port")
    {
        let own = if args.value("labels").is_some() { labels.clone() } else { Value::Null };
        let service = service(&namespace, name, own, labels, vec![port_of(port, "TCP", None)]);
        done = make(shell, call, &service, "created");
        if done.status != 0 {
            return done;
        }
    }
    let made = make(shell, call, &pod, "created");
    if made.status != 0 || !is_attached || args.value("dry-run").is_some() {
        let between = if done.out.is_empty() || call.args.value("output").is_none() { "" } else { "---\n" };
        return Done {
            out: done.out + between + &made.out,
            err: made.err,
            status: made.status,
            ..Done::default()
        };
    }
    // What runs in it says what it says; the pod goes with it where that is asked for.
    let Some(id) = shell.store.analysis().cluster.pod(&namespace, name) else { return made };
    let is_shell = words.is_empty() || matches!(words.as_slice(), [only] if only.ends_with("sh"));
    if is_shell {
        shell.enter(id, if args.has("rm") { Session::Temporary } else { Session::Run });
        // `attach.go`.
        return Done {
            err: "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n".to_owned(),
            ..Done::default()
        };
    }
    let Some((program, rest)) = words.split_first() else { return made };
    let mut ran = pod::run(shell, id, program, rest, call.input.clone());
    let mut terminated = match ran.status {
        0 => String::new(),
        _ => format!("pod {namespace}/{name} terminated (Error)\n"),
    };
    if args.has("rm") {
        shell.store.delete(&[ObjectRef::new("Pod", Some(&namespace), name)]);
        let gone = Done::ok(format!("pod \"{name}\" deleted from {namespace} namespace\n"));
        // What it ended with is said last.
        let ended = std::mem::take(&mut terminated);
        let status = ran.status;
        ran = ran.then(gone);
        ran.status = status;
        ran.err.push_str(&ended);
    }
    ran.err.push_str(&terminated);
    ran
}

/// One port of a service.
pub(super) fn port_of(port: &str, protocol: &str, target: Option<&str>) -> Value {
    let number = |text: &str| match text.parse::<u16>() {
        Ok(_) => Value::Number(text.to_owned()),
        Err(_) => Value::text(text),
    };
    Value::map([
        ("port", number(port)),
        ("protocol", Value::text(protocol)),
        ("targetPort", number(target.unwrap_or(port))),
    ])
}

pub(super) fn service(
    namespace: &str,
    name: &str,
    labels: Value,
    selector: Value,
    ports: Vec<Value>,
) -> Value {
    Value::map([
        ("apiVersion", Value::text("v1")),
        ("kind", Value::text("Service")),
        ("metadata", metadata(namespace, name, labels)),
        ("spec", Value::map([("selector", selector), ("ports", Value::List(ports))])),
    ])
}

pub(super) fn expose(shell: &mut Shell, call: &Call<'_>) -> Done {
    let args = &call.args;
    let (kind, name) = match args.plain.as_slice() {
        [one] => match one.split_once('/') {
            Some((kind, name)) => (kind.to_owned(), name.to_owned()),
            None => return Done::fail(1, "error: resource(s) were provided, but no name was specified"),
        },
        [kind, name, ..] => (kind.clone(), name.clone()),
        [] => return Done::fail(1, "error: You must provide one or more resources by argument or filename."),
    };
    let Some(resource) = Resource::find(&kind) else { return Done::fail(1, unknown_type(&kind)) };
    let namespace = call.namespace(shell);
    let Some(object) = shell.store.object(&resource.object(&namespace, &name)) else {
        return Done::fail(1, resource.not_found(&name));
    };
    let value = &object.value;
    let (own, spec) = match resource.kind {
        "Pod" => (value.at("metadata.labels"), value.get("spec")),
        "Service" => (value.at("spec.selector"), &Value::Null),
        "Deployment" | "ReplicaSet" => {
            (value.at("spec.selector.matchLabels"), value.at("spec.template.spec"))
        }
        _ => return Done::fail(1, format!("error: cannot expose a {}", resource.kind)),
    };
    let selector = match args.value("selector").map(labels) {
        Some(Ok(selector)) => selector,
        Some(Err(said)) => return Done::fail(1, said),
        None if own.entries().is_empty() => {
            return Done::fail(
                1,
                "error: couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
            );
        }
        None => own.clone(),
    };
    let declared = spec.get("containers").items().iter().flat_map(|container| container.get("ports").items());
    let declared: Vec<(&str, &str)> = declared
        .filter_map(|port| {
            Some((port.get("containerPort").printed()?, port.get("protocol").as_str().unwrap_or("TCP")))
        })
        .collect();
    let protocol = args.value("protocol");
    let ports: Vec<Value> = match args.value("port") {
        Some(ports) => {
            if let Some(text) = ports.split(',').find(|port| port.parse::<u16>().is_err()) {
                return Done::fail(1, format!("error: strconv.Atoi: parsing \"{text}\": invalid syntax"));
            }
            let port = |port: &str| {
                let known =
                    declared.iter().find(|(number, _)| *number == port).map(|(_, protocol)| *protocol);
                port_of(port, protocol.or(known).unwrap_or("TCP"), args.value("target-port"))
            };
            ports.split(',').map(port).collect()
        }
        None => declared
            .iter()
            .map(|(port, own)| port_of(port, protocol.unwrap_or(own), args.value("target-port")))
            .collect(),
    };
    if ports.is_empty() {
        return Done::fail(1, "error: couldn't find port via --port flag or introspection");
    }
    let many = ports.len() > 1;
    let ports = ports.into_iter().enumerate().map(|(at, port)| {
        let mut named = Value::Map(Vec::new());
        if many {
            named.set("name", Value::text(format!("port-{}", at + 1)));
        }
        port.entries().iter().for_each(|(key, value)| named.set(key, value.clone()));
        named
    });
    let labels = match args.value("labels").map(labels) {
        Some(Ok(labels)) => labels,
        Some(Err(said)) => return Done::fail(1, said),
        None => value.at("metadata.labels").clone(),
    };
    let mut made =
        service(&namespace, args.value("name").unwrap_or(&name), labels, selector, ports.collect());
    if let Some(spec) = made.get_mut("spec") {
        if let Some(kind) = args.value("type") {
            spec.set("type", Value::text(kind));
        }
        if let Some(address) = args.value("cluster-ip") {
            spec.set("clusterIP", Value::text(address));
        }
    }
    make(shell, call, &made, "exposed")
}

/// What `apply` says of a document.
pub(super) fn say_applied(kind: &str, api_version: &str, name: &str, applied: Applied) -> String {
    format!("{}/{name} {}\n", qualified_kind(kind, api_version), applied.as_str())
}
