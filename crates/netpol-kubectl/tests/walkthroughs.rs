//! The five walkthroughs, played in the shell as their tutorials do: what each step stands for is typed, and what is seen then
//! has to be what the lesson expects.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use netpol_engine::{Analysis, Cluster, Outcome};
use netpol_kubectl::Shell;
use netpol_lessons::{Expectation, ExpectedTarget, LESSONS, Place, check, state};
use netpol_syntax::{Limits, SourceFile};

/// What is typed, and `== N` where step N of the lesson ends, from 1.
fn script(id: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../lessons/typed/{id}.sh"));
    fs::read_to_string(&path).unwrap()
}

/// What is typed to try an expectation, where a shell in a pod can: the command, and what tells its outcome.
fn command(shell: &Shell, expectation: &Expectation) -> Option<String> {
    let Place::Named { namespace, name } = &expectation.from else { return None };
    let cluster = &shell.store().analysis().cluster;
    let target = match cluster.pod(namespace, name) {
        Some(_) => name.clone(),
        None => format!("deploy/{name}"),
    };
    let does = match &expectation.target {
        ExpectedTarget::Curl(url) => format!("curl -sS -m 5 {url}"),
        ExpectedTarget::Connect { to: Place::Address(address), port } => {
            format!(
                "nc -zv{} -w 5 {address} {}",
                if port.protocol.as_str() == "UDP" { "u" } else { "" },
                port.number
            )
        }
        ExpectedTarget::Connect { to: Place::Named { namespace, name }, port } => {
            let pod = cluster
                .pod(namespace, name)
                .or_else(|| Some(*cluster.workloads[cluster.workload(namespace, name)?].pods.first()?));
            let address = cluster.pods[pod.unwrap()].addresses.first().unwrap();
            format!(
                "nc -zv{} -w 5 {address} {}",
                if port.protocol.as_str() == "UDP" { "u" } else { "" },
                port.number
            )
        }
    };
    Some(format!("kubectl exec {target} -n {namespace} -- {does}"))
}

fn fits(outcome: Outcome, text: &str) -> bool {
    match outcome {
        Outcome::Ok => {
            text.contains("Welcome to nginx!") || text.contains("Hello from") || text.contains("succeeded!")
        }
        Outcome::NoDns => {
            text.contains("curl: (28) Resolving timed out")
                && text.ends_with("command terminated with exit code 28\n")
        }
        Outcome::Timeout => {
            text.contains("curl: (28) Connection timed out")
                || text.contains("timed out: Operation now in progress")
        }
        Outcome::Refused => {
            text.contains("Connection refused") || text.contains("curl: (7) Failed to connect")
        }
        Outcome::UnknownHost => text.contains("curl: (6) Could not resolve host"),
        Outcome::Mixed => false,
    }
}

/// The expectation with the addresses that the shell's pods have in the place of those that the lesson's have: what a
/// person reads off `kubectl get pods -o wide`.
fn as_here(expectation: &Expectation, there: &Cluster, here: &Cluster) -> Expectation {
    let mapped = |address: IpAddr| {
        let pod = &there.pods[there.pod_at(address)?];
        let own = here.pod(&there.namespaces[pod.namespace].name, &pod.name)?;
        here.pods[own].addresses.first().copied()
    };
    let mut here = expectation.clone();
    if let ExpectedTarget::Curl(url) = &mut here.target
        && let Some(address) = url.host.parse().ok().and_then(mapped)
    {
        url.host = address.to_string();
    }
    here
}

fn play(id: &str) {
    let lesson = LESSONS.iter().find(|lesson| lesson.id == id).unwrap().lesson().unwrap();
    let mut shell = Shell::new(&[]);
    let mut tried = 0;
    let script = script(id);
    let mut lines = script.lines();
    for (step, played) in lesson.steps.iter().enumerate() {
        let number = step + 1;
        for line in lines.by_ref().take_while(|line| *line != format!("== {number}")) {
            let output = shell.run(line);
            // A here-document is run when it ends.
            let is_open = shell.prompt() == "> ";
            assert!(is_open || output.status == 0, "step {number}: {line}\n{}", output.text);
        }
        let there: Vec<SourceFile> =
            state(&lesson, step).into_iter().map(|it| SourceFile::new(it.name, it.text)).collect();
        let there = Analysis::read(&there, &Limits::PAGE).cluster;
        for expectation in &played.expect {
            let expectation = &as_here(expectation, &there, &shell.store().analysis().cluster);
            let checked = check(shell.store().analysis(), expectation).unwrap();
            assert!(checked.holds, "step {number}: {expectation}, but it is {}", checked.got.as_str());
            let Some(command) = command(&shell, expectation) else { continue };
            let output = shell.run(&command);
            assert!(
                fits(expectation.got, &output.text),
                "step {number}: {command}: {expectation}\n{}",
                output.text
            );
            assert_eq!(output.status == 0, expectation.got == Outcome::Ok, "{command}");
            tried += 1;
        }
    }
    assert_eq!(lines.next(), None, "the script goes on after the last step");
    assert!(tried > lesson.steps.len(), "{tried}");
}

#[test]
fn frontend_backend_dns() {
    play("frontend-backend-dns");
}

#[test]
fn dev_prod_defaults() {
    play("dev-prod-defaults");
}

#[test]
fn three_tier() {
    play("three-tier");
}

#[test]
fn cassandra() {
    play("cassandra");
}

#[test]
fn deployments_and_services() {
    play("deployments-and-services");
}
