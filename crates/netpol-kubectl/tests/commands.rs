//! Commands line by line, each in a shell of its own: what is typed, and what `kubectl` prints.

mod common;

use netpol_kubectl::Shell;
use netpol_lessons::ScenarioFile;

use common::CLUSTER;

const POLICY: &str = "\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
";

fn all_say(cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", format!("{CLUSTER}{POLICY}"))]);
        assert_eq!(shell.run(line).text, *expected, "{line}");
    }
}

#[test]
fn patches_change_what_they_name() {
    let policy = "networkpolicy.networking.k8s.io/web";
    all_say(&[
        (
            "k patch netpol web -p '{\"spec\":{\"ingress\":[{}]}}' && k get netpol web -o jsonpath={.spec.ingress}",
            &format!("{policy} patched\n[{{}}]\n"),
        ),
        (
            "k patch netpol web --type=json -p '[{\"op\":\"add\",\"path\":\"/spec/ingress\",\"value\":[]},{\"op\":\"add\",\"path\":\"/spec/ingress/-\",\"value\":{}}]'; k get netpol web -o jsonpath={.spec.ingress}",
            &format!("{policy} patched\n[{{}}]\n"),
        ),
        (
            "k patch netpol web --type=merge -p 'spec: {policyTypes: [Ingress]}'",
            &format!("{policy} patched (no change)\n"),
        ),
        (
            "k patch netpol web -p 'spec: {policyTypes: [ingress]}'",
            "The NetworkPolicy \"web\" is invalid: spec.policyTypes[0]: Unsupported value: \"ingress\": supported values: \"Ingress\", \"Egress\"\n",
        ),
        (
            "k patch pod web -p '{\"metadata\":{\"labels\":{\"app\":null,\"tier\":\"a\"}}}'; k get pod web -o jsonpath={.metadata.labels}",
            "pod/web patched\n{\"tier\":\"a\"}\n",
        ),
        (
            "k patch deploy db -p 'spec: {template: {spec: {containers: [{name: db, image: x}]}}}'; k get deploy db -o jsonpath='{.spec.template.spec.containers[*].image}'",
            "deployment.apps/db patched\nx\n",
        ),
        (
            "k patch pod web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/no\"}]'",
            "The request is invalid: the server rejected our request due to an error in our request: nothing is at /spec/no\n",
        ),
        ("k patch pod none -p '{}'", "Error from server (NotFound): pods \"none\" not found\n"),
        (
            "k patch pod web",
            "error: must specify --patch or --patch-file containing the contents of the patch\n",
        ),
    ]);
}

#[test]
fn what_is_waited_for_is_there() {
    all_say(&[
        ("k wait --for=condition=Ready pod/web --timeout=60s", "pod/web condition met\n"),
        ("k wait --for=condition=Ready pod -l app=db", "pod/db-1 condition met\npod/db-2 condition met\n"),
        (
            "k wait --for=condition=Ready pod none; echo $?",
            "Error from server (NotFound): pods \"none\" not found\n1\n",
        ),
        ("k rollout status deploy/db", "deployment \"db\" successfully rolled out\n"),
        ("k rollout restart deployment db", "deployment.apps/db restarted\n"),
        (
            "k rollout status deploy none",
            "Error from server (NotFound): deployments.apps \"none\" not found\n",
        ),
    ]);
}

#[test]
fn what_is_only_shown_is_spelled_out() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    run: a\n  name: a\nspec:\n  containers:\n  - image: nginx\n    name: a\n    resources: {}\n  dnsPolicy: ClusterFirst\n  restartPolicy: Always\nstatus: {}\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\nspec: {}\nstatus: {}\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: a\n  name: a\n  namespace: default\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: a\n  strategy: {}\n  template:\n    metadata:\n      labels:\n        app: a\n    spec:\n      containers:\n      - image: nginx\n        name: nginx\n        resources: {}\nstatus: {}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    app: a\n  name: a\nspec:\n  ports:\n  - name: 80-8080\n    port: 80\n    protocol: TCP\n    targetPort: 8080\n  selector:\n    app: a\n  type: ClusterIP\nstatus:\n  loadBalancer: {}\n";
    all_say(&[
        ("k run a --image=nginx --dry-run=client -o yaml", pod),
        ("k run a --image=nginx --dry-run -o yaml", pod),
        ("k create ns a --dry-run=client -o yaml", namespace),
        ("k create deploy a --image=nginx -n default --dry-run=client -o yaml", deployment),
        ("k create svc clusterip a --tcp=80:8080 --dry-run=client -o yaml", service),
        (
            "k run a --image=nginx --dry-run=client -o yaml | k apply -f - -n kube-public && k get po -n kube-public -o name",
            "pod/a created\npod/a\n",
        ),
        ("k create ns a --dry-run=server", "namespace/a created (server dry run)\n"),
        (
            "k create ns a --dry-run=yes",
            "error: Invalid dry-run value (yes). Must be \"none\", \"server\", or \"client\".\n",
        ),
    ]);
}

#[test]
fn services_are_made_as_the_server_makes_them() {
    all_say(&[
        (
            "k expose po web --port=80,443 --name=multi && k get svc multi --no-headers -o custom-columns=:spec.ports[*].name,:metadata.labels",
            "service/multi exposed\nport-1,port-2   {\"app\":\"web\"}\n",
        ),
        ("k expose po web --port=abc --name=x", "error: strconv.Atoi: parsing \"abc\": invalid syntax\n"),
        (
            "k create svc clusterip s --clusterip=None && k get svc s -o jsonpath={.spec.clusterIP}",
            "service/s created\nNone\n",
        ),
    ]);
}

#[test]
fn kinds_that_are_in_every_cluster_are_known() {
    all_say(&[
        ("k get cm", "No resources found in default namespace.\n"),
        ("k get sa,secrets", "No resources found in default namespace.\n"),
        (
            "k get deploy,all -o name | sort | uniq",
            "deployment.apps/db\npod/db-1\npod/db-2\npod/web\nreplicaset.apps/db\nservice/web\n",
        ),
        ("k get nothings", "error: the server doesn't have a resource type \"nothings\"\n"),
        ("k get pod web -A", "error: a resource cannot be retrieved by name across all namespaces\n"),
        (
            "k api-resources --namespaced=false | tail -n +2 | awk '{print $1}' | head -2",
            "namespaces\nnodes\n",
        ),
        (
            "k replace -f - <<EOF\n{apiVersion: v1, kind: Pod, metadata: {name: none}}\nEOF",
            "Error from server (NotFound): error when replacing \"STDIN\": pods \"none\" not found\n",
        ),
        (
            "k replace -f - <<EOF\n{apiVersion: v1, kind: Pod, metadata: {name: web}}\nEOF",
            "pod/web replaced\n",
        ),
        ("k describe svc -n kube-system kube-dns | grep ^IP:", "IP:                       10.96.0.10\n"),
        ("k describe po db | grep ^Name:", "Name:             db-1\nName:             db-2\n"),
    ]);
}

#[test]
fn programs_in_pods_say_what_they_do() {
    all_say(&[
        (
            "k run a --image=nginx --env=A=b; k exec a -- printenv A; k exec a -c b -- ls",
            "pod/a created\nb\nerror: container b is not valid for pod a out of: a\n",
        ),
        ("k exec web -- hostname -i | wc -w", "1\n"),
        (
            "k exec web -- nslookup kubernetes.default",
            "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n\n",
        ),
        (
            "k exec web -- wget -qO- -T 2 http://www.example.com",
            "<html><body>Hello from outside the cluster</body></html>\n",
        ),
        (
            "k exec web -- nc -zv -w 1 example.com 443",
            "Connection to example.com (203.0.113.80) 443 port [tcp/https] succeeded!\n",
        ),
        (
            "k exec db-1 -- timeout 2 bash -c '</dev/tcp/web/80' && echo open || echo closed",
            "command terminated with exit code 124\nclosed\n",
        ),
        (
            "k delete netpol web -o name; k exec db-1 -- timeout 2 bash -c '</dev/tcp/web/80' && echo open || echo closed",
            "networkpolicy.networking.k8s.io/web\nopen\n",
        ),
        (
            "k exec db-1 -- timeout -s KILL -k 1 5s nc -w 1 web 80; echo $?",
            "command terminated with exit code 124\n124\n",
        ),
        (
            "k exec db-1 -- curl -sS -m 0.25 web 2>&1 | head -1; k exec db-1 -- curl -sS -m 0 --connect-timeout 2 web 2>&1 | head -1",
            "curl: (28) Connection timed out after 251 milliseconds\ncurl: (28) Connection timed out after 2001 milliseconds\n",
        ),
        (
            "k exec db-1 -- /usr/bin/curl -s -m 1 web </dev/null; echo $?",
            "command terminated with exit code 28\n28\n",
        ),
        (
            "k run t --rm -it --image=busybox -- wget -qO- -T 1 web",
            "wget: download timed out\npod \"t\" deleted from default namespace\npod default/t terminated (Error)\n",
        ),
    ]);
}
