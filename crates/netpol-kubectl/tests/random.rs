//! Whatever is typed, the shell goes on, and what it made of the files can be read.

use netpol_kubectl::Shell;
use netpol_lessons::ScenarioFile;
use proptest::prelude::*;
use proptest::sample::select;

const CLUSTER: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: postgres}]}
---
apiVersion: v1
kind: List
items: [{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}]
";

/// What commands are made of, in any order.
const WORDS: [&str; 98] = [
    "kubectl",
    "k",
    "get",
    "describe",
    "run",
    "create",
    "apply",
    "delete",
    "label",
    "annotate",
    "expose",
    "scale",
    "exec",
    "config",
    "explain",
    "-n",
    "-A",
    "-o",
    "yaml",
    "json",
    "wide",
    "name",
    "-l",
    "app=web",
    "app in (web)",
    "--",
    "-it",
    "-f",
    "-",
    "pods",
    "po",
    "svc",
    "ns",
    "netpol",
    "deploy",
    "all",
    "web",
    "db",
    "pod/web",
    "svc/web",
    "deploy/db",
    "shop",
    "--image=nginx",
    "--port",
    "80",
    "--replicas",
    "3",
    "--rm",
    "--expose",
    "--overwrite",
    "app-",
    "a=b",
    "a=b=c",
    "curl",
    "wget",
    "nc",
    "-zv",
    "-u",
    "-m",
    "1",
    "nslookup",
    "dig",
    "ping",
    "sh",
    "-c",
    "echo hi",
    "exit",
    "cat",
    "cluster.yaml",
    "|",
    "grep",
    "&&",
    "||",
    ";",
    ">",
    "x.yaml",
    "<<EOF\nkind: Pod\nmetadata: {name: x}\nEOF\n",
    "$HOME",
    "'",
    "\"",
    "\\",
    "\n",
    "é🦀",
    "--namespace=shop",
    "$(",
    ")",
    "`",
    "for",
    "x",
    "in",
    "do",
    "done",
    "for x in a b; do",
    "; done",
    "$x",
    "x=$x$x",
    "{1..9}",
    "watch",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_the_shell_goes_on(lines in prop::collection::vec(prop::collection::vec(select(WORDS.to_vec()), 1..8), 1..6)) {
        let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", CLUSTER)]);
        for words in lines {
            let output = shell.run(&words.join(" "));
            prop_assert!(output.text.is_empty() || output.text.ends_with('\n'), "{:?}: {:?}", words, output.text);
        }
        shell.interrupt();
        while shell.prompt() != "$ " {
            shell.run("exit");
        }
        // Read anew, the files say the same.
        let again = Shell::new(&shell.store().files());
        prop_assert_eq!(again.store().objects().count(), shell.store().objects().count());
    }

    #[test]
    fn whatever_letters_are_typed_too(line in "\\PC{0,60}", command in "(kubectl|k|echo|cat|grep) \\PC{0,40}") {
        let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", CLUSTER)]);
        shell.run(&line);
        shell.interrupt();
        shell.run(&command);
    }
}
