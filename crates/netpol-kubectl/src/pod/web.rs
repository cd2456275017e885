//! `curl` and `wget`: what they print of a connection, or of why there is none.

use netpol_engine::{Outcome, PodId, Report, Step, Target, UrlTarget};

use super::{address, answers, probe, usage};
use crate::args::{Args, Flags};
use crate::shell::{Done, Shell};
use crate::time::milliseconds;

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
        ("retry-delay", None),
        ("resolve", None),
        ("noproxy", None),
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
        ("include", Some('i')),
        ("no-buffer", Some('N')),
        ("compressed", None),
    ],
    stops: false,
};

/// How many milliseconds the resolver tries before it gives up by itself: twice five seconds.
const RESOLVER: u64 = 10_000;
/// How many milliseconds curl tries to connect by itself.
const PATIENCE: u64 = 300_000;

pub(super) fn curl(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let args = match Args::read(words, &CURL) {
        Ok(args) => args,
        Err(error) => return usage("curl", &error),
    };
    let Some(url) = args.plain.first() else {
        return Done::fail(2, "curl: try 'curl --help' or 'curl --manual' for more information");
    };
    // `curl telnet://db:5432` connects and waits.
    let url = &url.replacen("telnet://", "", 1);
    let target = match UrlTarget::parse(url) {
        Ok(target) => target,
        Err(_) => return Done::fail(3, "curl: (3) URL rejected: No host part in the URL"),
    };
    let report = probe(shell, pod, Target::Url(target.clone()));
    let limit = |name| {
        args.value(name)
            .filter(|text| text.ends_with(|last: char| last.is_ascii_digit()))
            .and_then(milliseconds)
            .filter(|limit| *limit > 0)
            .unwrap_or(PATIENCE)
    };
    let limit = limit("connect-timeout").min(limit("max-time"));
    let UrlTarget { host, port } = &target;
    // It looks at its clock a moment after the time is up.
    let after = limit.saturating_add(1);
    let (status, said) = match report.outcome {
        Outcome::Ok | Outcome::Mixed if !answers(&report) => {
            (28, format!("curl: (28) Connection timed out after {after} milliseconds"))
        }
        Outcome::Ok | Outcome::Mixed => {
            let address = address(shell, &report, host);
            let said = if args.has("verbose") {
                format!("*   Trying {address}:{port}...\n* Connected to {host} ({address}) port {port}\n")
            } else {
                String::new()
            };
            let mut out = String::new();
            if args.has("head") || args.has("include") {
                out.push_str("HTTP/1.1 200 OK\nContent-Type: text/html\n\n");
            }
            if !args.has("head") {
                out.push_str(&page(shell, &report));
            }
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
            return Done { before: vec![(String::new(), said)], out, ..Done::default() };
        }
        Outcome::NoDns if limit < RESOLVER => {
            (28, format!("curl: (28) Resolving timed out after {after} milliseconds"))
        }
        Outcome::NoDns | Outcome::UnknownHost => (6, format!("curl: (6) Could not resolve host: {host}")),
        Outcome::Timeout => (28, format!("curl: (28) Connection timed out after {after} milliseconds")),
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

const WGET: Flags = Flags {
    values: &[("output-document", Some('O')), ("timeout", Some('T')), ("tries", Some('t'))],
    switches: &[
        ("quiet", Some('q')),
        ("spider", None),
        ("server-response", Some('S')),
        ("no-verbose", None),
        ("no-check-certificate", None),
    ],
    stops: false,
};

pub(super) fn wget(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
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
        Some("-") => Done {
            before: vec![(String::new(), begun)],
            out: page(shell, &report),
            status,
            ..Done::default()
        },
        _ => Done { err: begun + "saving to 'index.html'\n'index.html' saved\n", status, ..Done::default() },
    }
}
