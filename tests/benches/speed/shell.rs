//! What a line typed in the shell takes on a large cluster.

use netpol_kubectl::Shell;
use netpol_lessons::ScenarioFile;
use netpol_syntax::{FileId, Limits, parse};
use netpol_tests::generate::{Form, Size, generate};

use crate::clock::{now, say, time, took};

/// Lines that change one thing and lines that ask, in turn, so that each asks behind a change. `@` is the number of the
/// round.
const LINES: [&str; 19] = [
    "kubectl label pod probe app=@ --overwrite",
    "kubectl get pods -A",
    "kubectl run one@ --image=nginx",
    "kubectl get all -A -o wide",
    "kubectl expose pod one@ --port=80",
    "kubectl get pods -A -o yaml",
    "kubectl delete svc one@",
    "kubectl get pods -A -o json",
    "kubectl delete pod one@",
    "kubectl get all -A -o yaml",
    "kubectl create ns extra@",
    "kubectl describe netpol -A",
    "kubectl delete ns extra@",
    "kubectl describe pods -A",
    "kubectl get pods -A | grep web | wc -l",
    "cat cluster.yaml | grep app",
    "kubectl exec probe -- curl -m 1 10.244.0.1",
    "kubectl apply -f cluster.yaml",
    "kubectl get netpol -A -o name",
];

/// Lines that write every document anew: of pods that controllers made there is none to be written.
fn all(form: Form) -> [&'static str; 2] {
    let workloads = match form {
        Form::Pods => "kubectl label pods --all -A round=@ --overwrite",
        _ => "kubectl annotate deploy --all -A round=@ --overwrite",
    };
    [workloads, "kubectl label ns --all round=@ --overwrite"]
}

/// 1,000 pods under 100 policies, as Deployments and as Pods.
pub fn lines() {
    for form in [Form::Deployments, Form::Pods] {
        let text = generate(1, Size { pods: 1000, policies: 100, form }).text();
        println!("\nthe shell, 1,000 pods under 100 policies, {form:?}:");
        say("parsing the text, for comparison", time(|| parse(FileId(0), text.as_str(), &Limits::COMMAND)));
        let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", text)]);
        shell.run("kubectl run probe --image=nginx --labels=app=probe");
        rounds(&mut shell, &LINES, 101);
        println!("all documents at once:");
        rounds(&mut shell, &all(form), 11);
    }
}

/// Types the lines one after the other, so many times, and prints what each takes.
fn rounds(shell: &mut Shell, lines: &[&str], count: usize) {
    let mut times = vec![Vec::new(); lines.len()];
    for round in 0..count {
        for (line, times) in lines.iter().zip(&mut times) {
            let line = line.replace('@', &round.to_string());
            let begun = now();
            let output = shell.run(&line);
            times.push(now() - begun);
            assert_eq!(output.status, 0, "{line}: {}", output.text);
        }
    }
    for (line, times) in lines.iter().zip(times) {
        say(&line.replace('@', ""), took(times));
    }
}
