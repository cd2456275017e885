//! What a line typed in the shell takes on a large cluster.

use netpol_kubectl::Shell;
use netpol_lessons::ScenarioFile;
use netpol_tests::generate::{Form, Size, generate};

use crate::clock::{say, time};

/// Lines that ask or try.
const LINES: [&str; 9] = [
    "kubectl get pods -A",
    "kubectl get all -A -o wide",
    "kubectl get pods -A -o yaml",
    "kubectl get pods -A -o json",
    "kubectl get all -A -o yaml",
    "kubectl describe netpol -A",
    "kubectl describe pods -A",
    "kubectl get pods -A | grep web | wc -l",
    "kubectl exec probe -- curl -m 1 10.244.0.1",
];

/// Lines that change something, each with the one that takes it back.
const CHANGES: [(&str, &str); 4] = [
    ("kubectl run one --image=nginx", "kubectl delete pod one"),
    ("kubectl label pod probe app=a --overwrite", "kubectl label pod probe app=b --overwrite"),
    ("kubectl create ns extra", "kubectl delete ns extra"),
    ("kubectl expose pod probe --port=80", "kubectl delete svc probe"),
];

/// Lines that ask right behind one that changed something, which the engine reads then.
const AFTERWARDS: [&str; 2] = ["kubectl exec probe -- curl -m 1 10.244.0.1", "kubectl get pods -A"];

/// 1,000 pods under 100 policies, as Deployments and as Pods.
pub fn lines() {
    for form in [Form::Deployments, Form::Pods] {
        let text = generate(1, Size { pods: 1000, policies: 100, form }).text();
        println!("\nthe shell, 1,000 pods under 100 policies, {form:?}:");
        let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", text)]);
        shell.run("kubectl run probe --image=nginx --labels=app=probe");
        for line in LINES {
            say(line, time(|| shell.run(line)));
        }
        for (does, undoes) in CHANGES {
            let mut is_done = false;
            let both = time(|| {
                is_done = !is_done;
                shell.run(if is_done { does } else { undoes })
            });
            say(&format!("{does}, or back"), both);
            if is_done {
                shell.run(undoes);
            }
        }
        for line in AFTERWARDS {
            let mut at = 0;
            let both = time(|| {
                at += 1;
                shell.run(&format!("kubectl label pod probe app={at} --overwrite"));
                shell.run(line)
            });
            say(&format!("kubectl label pod probe app=…, then {line}"), both);
        }
    }
}
