//! Programs in a pod: those that try who can be reached, and the few that one looks around with.

mod names;
mod web;

use netpol_engine::{
    Answer, Endpoint, Lookup, Outcome, PodId, Port, Probe, Protocol, Report, ServiceKind, Step, Target,
    UrlTarget,
};

use netpol_lessons::ObjectRef;

use crate::args::{Args, ArgsError, Flags};
use crate::programs;
use crate::shell::{Done, Event, Leg, Shell};
use crate::time::behind_times;

/// What `kubectl exec` runs, or what is typed in a pod's shell.
pub(crate) fn run(
    shell: &mut Shell,
    pod: PodId,
    name: &str,
    words: &[String],
    input: Option<String>,
) -> Done {
    let name = ["/usr/bin/", "/bin/", "/usr/local/bin/"]
        .iter()
        .find_map(|path| name.strip_prefix(path))
        .unwrap_or(name);
    match name {
        "curl" => web::curl(shell, pod, words),
        "wget" => web::wget(shell, pod, words),
        "nc" | "ncat" | "netcat" => nc(shell, pod, words),
        "nslookup" | "host" => names::nslookup(shell, pod, words),
        "dig" => names::dig(shell, pod, words),
        "ping" | "ping6" | "traceroute" => Done::fail(
            1,
            format!(
                "{name}: ICMP is outside of what NetworkPolicy speaks of, and clusters differ in it; try `nc -zv HOST PORT`"
            ),
        ),
        "sh" | "bash" | "ash" => script(shell, pod, words),
        "time" | "timeout" | "exec" => match behind_times(words).split_first() {
            Some((program, rest)) => {
                let done = run(shell, pod, program, rest, input);
                // What would take longer than it may is ended without a word.
                let is_late = name == "timeout" && done.status != 0 && done.text().contains("timed out");
                if is_late { Done { status: 124, ..Done::default() } } else { done }
            }
            None => Done::default(),
        },
        "hostname" if words.first().is_some_and(|word| matches!(word.as_str(), "-i" | "-I")) => {
            let pod = &shell.store.analysis().cluster.pods[pod];
            Done::ok(pod.addresses.first().map_or(String::new(), |address| format!("{address}\n")))
        }
        "hostname" => Done::ok(format!("{}\n", shell.pod_name(pod).1)),
        "ip" | "ifconfig" => ip(shell, pod),
        "printenv" if !words.is_empty() => {
            let all = variables(shell, pod);
            let wanted = words.iter().filter_map(|word| all.iter().find(|(name, _)| name == word));
            let out: String = wanted.map(|(_, value)| format!("{value}\n")).collect();
            Done { status: u8::from(out.is_empty()), out, ..Done::default() }
        }
        "env" | "printenv" => env(shell, pod),
        "cat" if words.first().map(String::as_str) == Some("/etc/resolv.conf") => names::resolv(shell, pod),
        "apt" | "apt-get" | "apk" | "yum" => {
            Done::ok("Nothing to be installed: curl, wget, nc, nslookup and dig are there.\n")
        }
        "cat" | "ls" | "vi" | "rm" | "touch" | "tee" if input.is_none() => {
            Done::fail(1, format!("{name}: a pod's files are not part of this"))
        }
        "kubectl" | "k" => {
            Done::fail(127, "sh: kubectl: not found (you are in a pod: `exit` leads out of it)")
        }
        name => programs::run(shell, name, words, input),
    }
}

/// `sh -c 'TEXT'`, and a shell that reads what comes through a pipe or nothing.
fn script(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let Some(text) = words.iter().skip_while(|word| !word.starts_with('-') || !word.ends_with('c')).nth(1)
    else {
        return Done::default();
    };
    shell.script(pod, text)
}

fn usage(program: &str, error: &ArgsError) -> Done {
    Done::fail(
        2,
        match error {
            ArgsError::Unknown(flag) => format!("{program}: option {flag}: is unknown here"),
            ArgsError::UnknownLetter(letter, _) => format!("{program}: option -{letter}: is unknown here"),
            ArgsError::NoValue(flag) => format!("{program}: option {flag}: requires parameter"),
        },
    )
}

/// Tries it, and has the page show it.
fn probe(shell: &mut Shell, pod: PodId, target: Target) -> Report {
    let report = shell.store.analysis().probe(&Probe { from: Endpoint::Pod(pod), target });
    shell.event(Event::Probe(Leg::all_of(shell.store.analysis(), &report)));
    report
}

/// Whether the first of the ends that a service leads to answers, where they differ.
fn answers(report: &Report) -> bool {
    let mut connections = report.steps.iter().filter_map(|step| match step {
        Step::Connection(connection) => Some(connection.outcome),
        _ => None,
    });
    connections.next().is_none_or(|outcome| outcome == Outcome::Ok)
}

/// The address that a connection was tried to, before anything translated it.
fn address(shell: &Shell, report: &Report, host: &str) -> String {
    let cluster = &shell.store.analysis().cluster;
    let of_service = |id| match &cluster.services[id].kind {
        ServiceKind::Proxied { cluster_ips, .. } => cluster_ips.first().map(ToString::to_string),
        _ => None,
    };
    let found = report.steps.iter().find_map(|step| match step {
        Step::Lookup(Lookup { answer: Some(Answer::Service(id)), .. }) => of_service(*id),
        Step::Lookup(Lookup { answer: Some(Answer::Addresses(addresses)), .. }) => {
            addresses.first().map(ToString::to_string)
        }
        Step::Lookup(Lookup { answer: Some(Answer::External { service: None, .. }), .. }) => {
            Some(names::OUTSIDE.to_owned())
        }
        Step::Translation(translation) => of_service(translation.service),
        _ => None,
    });
    found.unwrap_or_else(|| host.to_owned())
}

const NC: Flags = Flags {
    values: &[("timeout", Some('w'))],
    switches: &[
        ("scan", Some('z')),
        ("verbose", Some('v')),
        ("udp", Some('u')),
        ("numeric", Some('n')),
        ("close", Some('N')),
    ],
    stops: false,
};

fn nc(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let args = match Args::read(words, &NC) {
        Ok(args) => args,
        Err(error) => return usage("nc", &error),
    };
    let [host, port] = args.plain.as_slice() else {
        return Done::fail(1, "nc: name a host and a port: nc -zv -w 2 backend 80");
    };
    let Some(number) = port.parse::<u16>().ok().filter(|port| *port > 0) else {
        return Done::fail(1, format!("nc: port number invalid: {port}"));
    };
    let (protocol, name) = if args.has("udp") { (Protocol::Udp, "udp") } else { (Protocol::Tcp, "tcp") };
    let (report, address) = match connect(shell, pod, host, Port { protocol, number }) {
        Ok(found) => found,
        Err(why) => return Done::fail(1, format!("nc: getaddrinfo for host \"{host}\" port {port}: {why}")),
    };
    let shown = if *host == address { host.clone() } else { format!("{host} ({address})") };
    let service = match number {
        53 => "domain",
        80 => "http",
        443 => "https",
        5432 => "postgresql",
        6379 => "redis",
        _ => "*",
    };
    match report.outcome {
        Outcome::Ok | Outcome::Mixed if answers(&report) => Done {
            err: format!("Connection to {shown} {port} port [{name}/{service}] succeeded!\n"),
            ..Done::default()
        },
        Outcome::Refused => {
            Done::fail(1, format!("nc: connect to {shown} port {port} ({name}) failed: Connection refused"))
        }
        _ => Done::fail(
            1,
            format!("nc: connect to {shown} port {port} ({name}) timed out: Operation now in progress"),
        ),
    }
}

/// Opens `HOST/PORT`, as bash does for `/dev/tcp/HOST/PORT`; why it cannot.
pub(crate) fn opens(shell: &mut Shell, pod: PodId, end: &str) -> Option<&'static str> {
    let Some((host, port)) = end.split_once('/') else { return Some("Name or service not known") };
    let Ok(number) = port.parse() else { return Some("Servname not supported for ai_socktype") };
    match connect(shell, pod, host, Port { protocol: Protocol::Tcp, number }) {
        Err(why) => Some(why),
        Ok((report, _)) => match report.outcome {
            Outcome::Ok | Outcome::Mixed if answers(&report) => None,
            Outcome::Refused => Some("Connection refused"),
            _ => Some("Connection timed out"),
        },
    }
}

/// Connects to a port of any protocol, a name being looked up first; what is said where it cannot be.
fn connect(shell: &mut Shell, pod: PodId, host: &str, port: Port) -> Result<(Report, String), &'static str> {
    if port.protocol == Protocol::Tcp || host.parse::<std::net::IpAddr>().is_ok() {
        let target = match host.parse() {
            Ok(address) if port.protocol != Protocol::Tcp => {
                Target::Direct(Endpoint::at(&shell.store.analysis().cluster, address), port)
            }
            _ => Target::Url(UrlTarget { host: host.to_owned(), port: port.number }),
        };
        let report = probe(shell, pod, target);
        return match report.outcome {
            Outcome::NoDns => Err("Temporary failure in name resolution"),
            Outcome::UnknownHost => Err("Name or service not known"),
            _ => {
                let address = address(shell, &report, host);
                Ok((report, address))
            }
        };
    }
    let (lookup, _) = names::look_up(shell, pod, host);
    match lookup.answer {
        None => Err("Temporary failure in name resolution"),
        Some(Answer::Service(service)) => {
            let report = probe(shell, pod, Target::Service(service, port));
            let address = address(shell, &report, host);
            Ok((report, address))
        }
        Some(Answer::Addresses(addresses)) if !addresses.is_empty() => {
            let cluster = &shell.store.analysis().cluster;
            let end = addresses.first().map(|address| Endpoint::at(cluster, *address));
            let report = probe(shell, pod, Target::Direct(end.unwrap_or(Endpoint::Pod(pod)), port));
            let address =
                address(shell, &report, &addresses.first().map_or(String::new(), ToString::to_string));
            Ok((report, address))
        }
        Some(_) => Err("Name or service not known"),
    }
}

fn ip(shell: &Shell, pod: PodId) -> Done {
    let pod = &shell.store.analysis().cluster.pods[pod];
    let family = |address: &std::net::IpAddr| if address.is_ipv4() { ("inet", 24) } else { ("inet6", 64) };
    let lines = pod.addresses.iter().map(|address| {
        let (family, length) = family(address);
        format!("    {family} {address}/{length} scope global eth0\n")
    });
    Done::ok(format!(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450\n{}",
        lines.collect::<String>()
    ))
}

fn env(shell: &Shell, pod: PodId) -> Done {
    Done::ok(
        variables(shell, pod).iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>(),
    )
}

/// What a pod's programs find in their environment: what the kubelet tells them of the services of their namespace.
pub(crate) fn variables(shell: &Shell, pod: PodId) -> Vec<(String, String)> {
    let cluster = &shell.store.analysis().cluster;
    let row = &cluster.pods[pod];
    let mut variables = vec![("HOSTNAME".to_owned(), row.name.to_string())];
    let namespace = &cluster.namespaces[row.namespace].name;
    if let Some(own) = shell.store.object(&ObjectRef::new("Pod", Some(namespace), &row.name)) {
        let env =
            own.value.at("spec.containers").items().first().map_or(&[][..], |first| first.get("env").items());
        variables.extend(env.iter().filter_map(|it| {
            Some((it.get("name").as_str()?.to_owned(), it.get("value").printed()?.to_owned()))
        }));
    }
    for service in cluster.services.rows().iter().filter(|service| service.namespace == row.namespace) {
        let ServiceKind::Proxied { cluster_ips, .. } = &service.kind else { continue };
        let (Some(address), Some(port)) = (cluster_ips.first(), service.ports.first()) else { continue };
        let name = service.name.to_ascii_uppercase().replace(['-', '.'], "_");
        variables.push((format!("{name}_SERVICE_HOST"), address.to_string()));
        variables.push((format!("{name}_SERVICE_PORT"), port.port.number.to_string()));
    }
    variables
}
