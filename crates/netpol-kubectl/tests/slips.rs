//! What is typed wrong, and what the API server says of it.

mod common;

use netpol_kubectl::Shell;
use netpol_lessons::ScenarioFile;

use common::CLUSTER;

fn shell() -> Shell {
    Shell::new(&[ScenarioFile::new("cluster.yaml", CLUSTER), ScenarioFile::new("policies.yaml", "")])
}

/// Plays each line in a shell of its own.
fn all_say(cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(shell().run(line).text, *expected, "{line}");
    }
}

fn applied(spec: &str) -> String {
    let mut shell = shell();
    let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: slip}";
    let said = shell.run(&format!("kubectl apply -f - <<EOF\n{head}\nspec: {spec}\nEOF")).text;
    // What is refused is not there.
    assert_eq!(shell.run("kubectl get netpol slip").status == 0, said.ends_with(" created\n"), "{spec}");
    said
}

#[test]
fn what_the_api_server_refuses_is_not_made() {
    let decoding = "Error from server (BadRequest): error when creating \"STDIN\": NetworkPolicy in version \"v1\" cannot be handled as a NetworkPolicy: ";
    let cases = [
        (
            "{podSelector: {}, ingress: [{from: [{podSelector: , matchLabels: {app: a}}]}]}",
            "strict decoding error: unknown field \"spec.ingress[0].from[0].matchLabels\"",
        ),
        (
            "{podselector: {}, policytypes: []}",
            "strict decoding error: unknown field \"spec.podselector\", unknown field \"spec.policytypes\"",
        ),
        ("{podSelector: {app: web}}", "strict decoding error: unknown field \"spec.podSelector.app\""),
        (
            "{podSelector: {}, ingress: {}}",
            "json: cannot unmarshal object into Go struct field spec.ingress of type array",
        ),
    ];
    for (spec, expected) in cases {
        assert_eq!(applied(spec), format!("{decoding}{expected}\n"), "{spec}");
    }
    let invalid = [
        (
            "{podSelector: {}, policyTypes: [ingress]}",
            ": spec.policyTypes[0]: Unsupported value: \"ingress\": supported values: \"Ingress\", \"Egress\"",
        ),
        (
            "{podSelector: {}, ingress: [{ports: [{port: 70000}]}]}",
            ": spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
        ),
        (
            "{podSelector: {}, ingress: [{from: [{}], ports: [{port: \"80\"}]}]}",
            ": \n* spec.ingress[0].from[0]: Required value: must specify a peer\n* spec.ingress[0].ports[0].port: Invalid value: \"80\": must contain at least one letter (a-z)",
        ),
    ];
    for (spec, expected) in invalid {
        assert_eq!(applied(spec), format!("The NetworkPolicy \"slip\" is invalid{expected}\n"), "{spec}");
    }
    assert_eq!(
        applied("{podSelector: {}, podSelector: {}}"),
        "error: error parsing STDIN: error converting YAML to JSON: yaml: line 4: key \"podSelector\" already set in map\n"
    );
    assert_eq!(applied("{podSelector: {}}"), "networkpolicy.networking.k8s.io/slip created\n");
}

#[test]
fn a_policy_that_is_there_stays_when_its_change_is_refused() {
    let mut shell = shell();
    let policy = |peers: &str| {
        format!(
            "kubectl apply -f - <<EOF\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: deny}}\nspec: {{podSelector: {{}}, {peers}}}\nEOF"
        )
    };
    shell.run("kubectl run client --image=nginx");
    shell.run(&policy("policyTypes: [Ingress]"));
    let said = shell.run(&policy("policyTypes: [ingress]"));
    assert!(
        said.text.starts_with("The NetworkPolicy \"deny\" is invalid: spec.policyTypes[0]"),
        "{}",
        said.text
    );
    assert_eq!(shell.run("kubectl exec client -- curl -s -m 1 web").status, 28);
    let said = shell.run(&policy("ingres: []"));
    assert!(said.text.contains("error when patching \"STDIN\""), "{}", said.text);
    // One that stands in the editor and is refused there is refused here, too.
    shell.set_files(&[ScenarioFile::new("cluster.yaml", CLUSTER), ScenarioFile::new("p.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podselector: {}}\n")]);
    assert!(shell.run("kubectl apply -f p.yaml").text.contains("unknown field \"spec.podselector\""));
}

#[test]
fn versions_and_kinds_are_those_of_the_server() {
    let apply = |head: &str| format!("kubectl apply -f - <<EOF\n{head}\nmetadata: {{name: x}}\nEOF");
    let says = |head: &str| shell().run(&apply(head)).text;
    assert_eq!(
        says("apiVersion: v1\nkind: NetworkPolicy"),
        "error: resource mapping not found for name: \"x\" namespace: \"\" from \"STDIN\": no matches for kind \"NetworkPolicy\" in version \"v1\"\nensure CRDs are installed first\n"
    );
    assert_eq!(
        says("kind: NetworkPolicy"),
        "error: error validating \"STDIN\": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false\n"
    );
}

#[test]
fn labels_are_checked_before_they_are_set() {
    all_say(&[
        (
            "kubectl label pod web a/b/c=d",
            "error: invalid label key: \"a/b/c\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n",
        ),
        (
            "kubectl label pod web a='b c'",
            "error: invalid label value: \"a=b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n",
        ),
        ("kubectl label pod web --list", "app=web\n"),
        ("kubectl label pod web tier= app.kubernetes.io/name=x", "pod/web labeled\n"),
        (
            "kubectl label pod web a=b --dry-run=client; kubectl label pod web --list",
            "pod/web labeled (dry run)\napp=web\n",
        ),
        ("kubectl label ns default a=b", "namespace/default labeled\n"),
        (
            "kubectl label pods -l app=db a=b",
            "error: this pod is made from the template of Deployment db: change the labels there (kubectl edit), so that all of its pods have them\n",
        ),
    ]);
}

#[test]
fn what_is_deleted_is_what_is_named() {
    all_say(&[
        (
            "kubectl delete pods -l app=db --dry-run=client",
            "pod \"db-1\" deleted from default namespace (dry run)\npod \"db-2\" deleted from default namespace (dry run)\n",
        ),
        (
            "kubectl delete pod web --force --grace-period=0",
            "pod \"web\" force deleted from default namespace\nWarning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n",
        ),
        ("kubectl delete pods --all -n kube-system", "No resources found\n"),
        (
            "kubectl delete ns default",
            "Error from server (Forbidden): namespaces \"default\" is forbidden: this namespace may not be deleted\n",
        ),
    ]);
    // What was applied from a file and is deleted by it can be applied again.
    let mut shell = shell();
    shell.run("kubectl run a --image=nginx --dry-run=client -o yaml > a.yaml; vi a.yaml");
    assert_eq!(shell.run("kubectl delete -f a.yaml").text, "pod \"a\" deleted from default namespace\n");
    assert_eq!(shell.run("kubectl apply -f a.yaml; kubectl get po a -o name").text, "pod/a created\npod/a\n");
}

#[test]
fn of_a_list_only_what_is_wrong_is_refused() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n\
        - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: b}, spec: {podselector: {}}}\n\
        - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: c}, spec: {podSelector: {}, ingress: {}}}\n";
    let said = shell().run(&format!("kubectl apply -f - <<EOF\n{list}EOF")).text;
    let refused = |what: &str| {
        format!(
            "Error from server (BadRequest): error when creating \"STDIN\": NetworkPolicy in version \"v1\" cannot be handled as a NetworkPolicy: {what}\n"
        )
    };
    let expected = "pod/a created\n".to_owned()
        + &refused("strict decoding error: unknown field \"spec.podselector\"")
        + &refused("json: cannot unmarshal object into Go struct field spec.ingress of type array");
    assert_eq!(said, expected);
}
