//! Programs in a pod: those that try who can be reached, and the few that one looks around with.

use netpol_engine::{
    Answer, Endpoint, Lookup, Outcome, PodId, Port, Probe, Protocol, Report, ServiceKind, Step, Target,
    UrlTarget,
};

use crate::args::{Args, ArgsError, Flags};
use crate::programs;
use crate::shell::{Done, Event, Leg, Shell};

/// What `kubectl exec` runs, or what is typed in a pod's shell.
pub(crate) fn run(
    shell: &mut Shell,
    pod: PodId,
    name: &str,
    words: &[String],
    input: Option<String>,
) -> Done {
    match name {
        "curl" => curl(shell, pod, words),
        "wget" => wget(shell, pod, words),
        "nc" | "ncat" | "netcat" => nc(shell, pod, words),
        "nslookup" | "host" => nslookup(shell, pod, words),
        "dig" => dig(shell, pod, words),
        "ping" | "ping6" | "traceroute" => Done::fail(
            1,
            format!(
                "{name}: ICMP is outside of what NetworkPolicy speaks of, and clusters differ in it; try `nc -zv HOST PORT`"
            ),
        ),
        "sh" | "bash" | "ash" | "/bin/sh" | "/bin/bash" => script(shell, pod, words),
        "time" | "timeout" | "exec" => match words.iter().position(|word| word.parse::<f64>().is_err()) {
            Some(at) => match words.get(at..).and_then(<[String]>::split_first) {
                Some((program, rest)) => run(shell, pod, program, rest, input),
                None => Done::default(),
            },
            None => Done::default(),
        },
        "hostname" => Done::ok(format!("{}\n", shell.pod_name(pod).1)),
        "ip" | "ifconfig" => ip(shell, pod),
        "env" | "printenv" => env(shell, pod),
        "cat" if words.first().map(String::as_str) == Some("/etc/resolv.conf") => resolv(shell, pod),
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
        Step::Translation(translation) => of_service(translation.service),
        _ => None,
    });
    found.unwrap_or_else(|| host.to_owned())
}

/// What answers there: the first pod that it came to.
fn answering(shell: &Shell, report: &Report) -> Option<(String, String)> {
    let last = report.steps.iter().rev().find_map(|step| match step {
        Step::Connection(connection) => Some(connection.evaluation.flow.to),
        _ => None,
    })?;
    last.pod().map(|pod| shell.pod_name(pod))
}

/// What a web server says, of whatever image: enough to see that it was reached, and whom.
fn page(shell: &Shell, report: &Report) -> String {
    let who = answering(shell, report);
    let image = who.as_ref().and_then(|(namespace, pod)| crate::pods::image(shell, namespace, pod));
    match (image, who) {
        (Some(image), _) if image.contains("nginx") => {
            "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n".to_owned()
        }
        (_, Some((namespace, pod))) => format!("Hello from {pod} in {namespace}\n"),
        (_, None) => "<html><body>Hello from outside the cluster</body></html>\n".to_owned(),
    }
}

const CURL: Flags = Flags {
    values: &[
        ("max-time", Some('m')),
        ("connect-timeout", None),
        ("output", Some('o')),
        ("write-out", Some('w')),
        ("header", Some('H')),
        ("request", Some('X')),
        ("data", Some('d')),
        ("user", Some('u')),
        ("retry", None),
        ("user-agent", Some('A')),
    ],
    switches: &[
        ("silent", Some('s')),
        ("show-error", Some('S')),
        ("verbose", Some('v')),
        ("head", Some('I')),
        ("insecure", Some('k')),
        ("location", Some('L')),
        ("fail", Some('f')),
        ("ipv4", Some('4')),
        ("ipv6", Some('6')),
        ("no-progress-meter", None),
    ],
    stops: false,
};

/// How many seconds the resolver tries before it gives up by itself: twice five.
const RESOLVER: f64 = 10.0;
/// How many seconds curl tries to connect by itself.
const PATIENCE: f64 = 300.0;

fn curl(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let args = match Args::read(words, &CURL) {
        Ok(args) => args,
        Err(error) => return usage("curl", &error),
    };
    let Some(url) = args.plain.first() else {
        return Done::fail(2, "curl: try 'curl --help' or 'curl --manual' for more information");
    };
    let target = match UrlTarget::parse(url) {
        Ok(target) => target,
        Err(_) => return Done::fail(3, "curl: (3) URL rejected: No host part in the URL"),
    };
    let report = probe(shell, pod, Target::Url(target.clone()));
    let seconds = |name| args.value(name).and_then(|it| it.trim_end_matches('s').parse::<f64>().ok());
    let limit = seconds("connect-timeout").into_iter().chain(seconds("max-time")).fold(PATIENCE, f64::min);
    let UrlTarget { host, port } = &target;
    let milliseconds = format!("{:.0}", limit * 1000.0 + 1.0);
    let (status, said) = match report.outcome {
        Outcome::Ok | Outcome::Mixed if !answers(&report) => {
            (28, format!("curl: (28) Connection timed out after {milliseconds} milliseconds"))
        }
        Outcome::Ok | Outcome::Mixed => {
            let address = address(shell, &report, host);
            let said = if args.has("verbose") {
                format!("*   Trying {address}:{port}...\n* Connected to {host} ({address}) port {port}\n")
            } else {
                String::new()
            };
            let mut out = if args.has("head") {
                "HTTP/1.1 200 OK\nContent-Type: text/html\n\n".to_owned()
            } else {
                page(shell, &report)
            };
            if args.value("output").is_some() {
                out.clear();
            }
            if let Some(format) = args.value("write-out") {
                out.push_str(
                    &format
                        .replace("%{http_code}", "200")
                        .replace("%{response_code}", "200")
                        .replace("\\n", "\n"),
                );
            }
            return Done { out, err: said, status: 0, ..Done::default() };
        }
        Outcome::NoDns if limit < RESOLVER => {
            (28, format!("curl: (28) Resolving timed out after {milliseconds} milliseconds"))
        }
        Outcome::NoDns | Outcome::UnknownHost => (6, format!("curl: (6) Could not resolve host: {host}")),
        Outcome::Timeout => {
            (28, format!("curl: (28) Connection timed out after {milliseconds} milliseconds"))
        }
        Outcome::Refused => (
            7,
            format!(
                "curl: (7) Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server"
            ),
        ),
    };
    let mut err = match args.has("silent") && !args.has("show-error") {
        true => String::new(),
        false => format!("{said}\n"),
    };
    if args.has("verbose") && matches!(report.outcome, Outcome::Timeout | Outcome::Refused) {
        err = format!("*   Trying {}:{port}...\n{err}", address(shell, &report, host));
    }
    let out = args.value("write-out").map(|format| {
        format.replace("%{http_code}", "000").replace("%{response_code}", "000").replace("\\n", "\n")
    });
    Done { out: out.unwrap_or_default(), err, status, ..Done::default() }
}

/// Whether the first of the ends that a service leads to answers, where they differ.
fn answers(report: &Report) -> bool {
    let mut connections = report.steps.iter().filter_map(|step| match step {
        Step::Connection(connection) => Some(connection.outcome),
        _ => None,
    });
    connections.next().is_none_or(|outcome| outcome == Outcome::Ok)
}

const WGET: Flags = Flags {
    values: &[("output-document", Some('O')), ("timeout", Some('T')), ("tries", Some('t'))],
    switches: &[("quiet", Some('q')), ("spider", None), ("server-response", Some('S')), ("no-verbose", None)],
    stops: false,
};

fn wget(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    // `-qO-` and `-O-` join the letter and its value.
    let args = match Args::read(words, &WGET) {
        Ok(args) => args,
        Err(error) => return usage("wget", &error),
    };
    let Some(target) = args.plain.first().and_then(|url| UrlTarget::parse(url).ok()) else {
        return Done::fail(1, "wget: name a URL: wget -O- -T 2 backend");
    };
    let report = probe(shell, pod, Target::Url(target.clone()));
    let UrlTarget { host, port } = &target;
    let address = address(shell, &report, host);
    let begun = match report.outcome {
        _ if args.has("quiet") => String::new(),
        Outcome::NoDns | Outcome::UnknownHost => String::new(),
        _ => format!("Connecting to {host} ({address}:{port})\n"),
    };
    let (err, status) = match report.outcome {
        Outcome::Ok | Outcome::Mixed if answers(&report) => (String::new(), 0),
        Outcome::NoDns | Outcome::UnknownHost => (format!("wget: bad address '{host}'\n"), 1),
        Outcome::Refused => {
            (format!("wget: can't connect to remote host ({address}): Connection refused\n"), 1)
        }
        _ => ("wget: download timed out\n".to_owned(), 1),
    };
    if status != 0 {
        return Done { err: begun + &err, status, ..Done::default() };
    }
    if args.has("spider") {
        return Done {
            err: if args.has("quiet") { begun } else { begun + "remote file exists\n" },
            status,
            ..Done::default()
        };
    }
    match args.value("output-document") {
        Some("-") => Done { out: page(shell, &report), err: begun, status, ..Done::default() },
        _ => Done { err: begun + "saving to 'index.html'\n'index.html' saved\n", status, ..Done::default() },
    }
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
    let (lookup, _) = look_up(shell, pod, host);
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

/// Looks a name up, as the first step of trying to reach it; with what it stands for.
fn look_up(shell: &mut Shell, pod: PodId, host: &str) -> (Lookup, Vec<String>) {
    let target = Target::Url(UrlTarget { host: host.to_owned(), port: 80 });
    let mut report = shell.store.analysis().probe(&Probe { from: Endpoint::Pod(pod), target });
    report.steps.truncate(1);
    let lookup = match report.steps.first() {
        Some(Step::Lookup(lookup)) => lookup.clone(),
        _ => Lookup {
            host: host.to_owned(),
            found: None,
            queries: Vec::new(),
            answer: Some(Answer::NoSuchName),
        },
    };
    report.outcome = match &lookup.answer {
        None => Outcome::NoDns,
        Some(Answer::NoSuchName) => Outcome::UnknownHost,
        Some(_) => Outcome::Ok,
    };
    let cluster = &shell.store.analysis().cluster;
    let addresses = match &lookup.answer {
        Some(Answer::Service(id)) => match &cluster.services[*id].kind {
            ServiceKind::Proxied { cluster_ips, .. } => cluster_ips.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        },
        Some(Answer::Addresses(addresses)) => addresses.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    shell.event(Event::Probe(Leg::all_of(shell.store.analysis(), &report)));
    (lookup, addresses)
}

/// The address of the cluster's DNS.
fn name_server(shell: &Shell) -> String {
    let cluster = &shell.store.analysis().cluster;
    let kind = cluster.dns_service().map(|id| &cluster.services[id].kind);
    match kind {
        Some(ServiceKind::Proxied { cluster_ips, .. }) => {
            cluster_ips.first().map_or_else(|| "10.96.0.10".to_owned(), ToString::to_string)
        }
        _ => "10.96.0.10".to_owned(),
    }
}

fn nslookup(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let Some(host) = words.iter().find(|word| !word.starts_with('-')) else {
        return Done::fail(1, "nslookup: name a host: nslookup backend");
    };
    let server = name_server(shell);
    let (lookup, addresses) = look_up(shell, pod, host);
    let head = format!("Server:\t\t{server}\nAddress:\t{server}#53\n\n");
    match (&lookup.answer, lookup.found) {
        (None, _) => Done {
            out: ";; connection timed out; no servers could be reached\n\n".to_owned(),
            status: 1,
            ..Done::default()
        },
        (Some(Answer::NoSuchName), _) => Done {
            out: format!("{head}** server can't find {host}: NXDOMAIN\n\n"),
            status: 1,
            ..Done::default()
        },
        (Some(Answer::External { name, .. }), found) => {
            let found = found.unwrap_or_else(|| host.clone());
            Done::ok(format!("{head}{found}\tcanonical name = {name}.\n\n"))
        }
        (Some(_), found) => {
            let found = found.unwrap_or_else(|| host.clone());
            let lines = addresses.iter().map(|address| format!("Name:\t{found}\nAddress: {address}\n"));
            Done::ok(format!("{head}{}\n", lines.collect::<String>()))
        }
    }
}

fn dig(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let plain =
        |word: &&String| !word.starts_with(['-', '+', '@']) && !matches!(word.as_str(), "A" | "AAAA" | "ANY");
    let Some(host) = words.iter().find(plain) else {
        return Done::fail(1, "dig: name a host: dig +short backend.default.svc.cluster.local");
    };
    // It asks for the name as it stands, unless it is told to search.
    let searches = words.iter().any(|word| word == "+search");
    let asked = if searches { host.clone() } else { format!("{}.", host.trim_end_matches('.')) };
    let server = name_server(shell);
    let (lookup, addresses) = look_up(shell, pod, &asked);
    if lookup.answer.is_none() {
        let out =
            format!(";; communications error to {server}#53: timed out\n;; no servers could be reached\n");
        return Done { out, status: 9, ..Done::default() };
    }
    let name = lookup.found.unwrap_or_else(|| asked.trim_end_matches('.').to_owned());
    if words.iter().any(|word| word == "+short") {
        return Done::ok(addresses.iter().map(|address| format!("{address}\n")).collect::<String>());
    }
    let answers = addresses.iter().map(|address| format!("{name}.\t30\tIN\tA\t{address}\n"));
    let status = if addresses.is_empty() { "NXDOMAIN" } else { "NOERROR" };
    Done::ok(format!(
        ";; ->>HEADER<<- opcode: QUERY, status: {status}\n\n;; QUESTION SECTION:\n;{name}.\t\tIN\tA\n\n;; ANSWER SECTION:\n{}\n;; SERVER: {server}#53({server})\n",
        answers.collect::<String>()
    ))
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
    for service in cluster.services.rows().iter().filter(|service| service.namespace == row.namespace) {
        let ServiceKind::Proxied { cluster_ips, .. } = &service.kind else { continue };
        let (Some(address), Some(port)) = (cluster_ips.first(), service.ports.first()) else { continue };
        let name = service.name.to_ascii_uppercase().replace(['-', '.'], "_");
        variables.push((format!("{name}_SERVICE_HOST"), address.to_string()));
        variables.push((format!("{name}_SERVICE_PORT"), port.port.number.to_string()));
    }
    variables
}

fn resolv(shell: &Shell, pod: PodId) -> Done {
    let (namespace, _) = shell.pod_name(pod);
    Done::ok(format!(
        "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver {}\noptions ndots:5\n",
        name_server(shell)
    ))
}
