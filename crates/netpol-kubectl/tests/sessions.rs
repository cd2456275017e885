//! Sessions as people have them: pods' shells, files, completion, the editor, fields explained.

use netpol_kubectl::{Event, Leg, Shell};
use netpol_lessons::{ObjectRef, ScenarioFile};

const CLUSTER: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: nginx}]}
";

fn shell() -> Shell {
    Shell::new(&[ScenarioFile::new("cluster.yaml", CLUSTER), ScenarioFile::new("policies.yaml", "")])
}

fn says(shell: &mut Shell, line: &str) -> String {
    shell.run(line).text
}

#[test]
fn a_pod_has_a_shell_of_its_own_until_exit() {
    let mut shell = shell();
    assert_eq!(
        says(&mut shell, "k run tmp --rm -it --image=busybox --restart=Never -- sh"),
        "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n"
    );
    assert_eq!(shell.prompt(), "tmp:/# ");
    assert!(says(&mut shell, "wget -qO- -T 2 web").contains("Welcome to nginx!"));
    assert!(says(&mut shell, "kubectl get pods").contains("you are in a pod"));
    assert_eq!(says(&mut shell, "exit"), "exit\npod \"tmp\" deleted from default namespace\n");
    assert_eq!(shell.prompt(), "$ ");
    assert!(says(&mut shell, "k get po tmp").contains("pods \"tmp\" not found"));
}

#[test]
fn a_blocked_curl_ends_at_once_and_says_which_of_three_it_was() {
    let mut shell = shell();
    shell.run("kubectl run client --image=nginx");
    let deny = "cat <<EOF | kubectl apply -f -\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\nEOF";
    assert_eq!(says(&mut shell, deny), "networkpolicy.networking.k8s.io/deny created\n");
    assert_eq!(
        says(&mut shell, "k exec client -- curl -m 2 web"),
        "curl: (28) Resolving timed out after 2001 milliseconds\ncommand terminated with exit code 28\n"
    );
    assert_eq!(
        says(&mut shell, "k exec client -- curl web"),
        "curl: (6) Could not resolve host: web\ncommand terminated with exit code 6\n"
    );
    let address = says(&mut shell, "k get pod web -o wide --no-headers");
    let address = address.split_whitespace().nth(5).unwrap_or_default().to_owned();
    assert_eq!(
        says(&mut shell, &format!("k exec client -- curl -m 2 {address}")),
        "curl: (28) Connection timed out after 2001 milliseconds\ncommand terminated with exit code 28\n"
    );
    shell.run("k delete netpol deny");
    assert_eq!(
        says(&mut shell, "k exec client -- curl nobody"),
        "curl: (6) Could not resolve host: nobody\ncommand terminated with exit code 6\n"
    );
    assert_eq!(says(&mut shell, "k exec client -- nc -zv web 80").split(' ').next(), Some("Connection"));
    assert!(
        says(&mut shell, "k exec client -- nslookup web").contains("Name:\tweb.default.svc.cluster.local")
    );
    assert!(
        says(&mut shell, "k exec client -- sh -c 'curl -s web | grep -i title && echo yes'")
            .ends_with("yes\n")
    );
}

#[test]
fn a_dry_run_writes_a_manifest_that_can_be_applied() {
    let mut shell = shell();
    shell.run("export do='--dry-run=client -o yaml'");
    let text = says(&mut shell, "k run x --image=nginx --port=80 $do");
    assert!(text.starts_with("apiVersion: v1\nkind: Pod\n"), "{text}");
    shell.run("k run x --image=nginx --dry-run=client -o yaml > x.yaml");
    assert!(says(&mut shell, "ls").contains("x.yaml"));
    assert!(says(&mut shell, "k get po x").contains("not found"));
    assert_eq!(says(&mut shell, "k apply -f x.yaml && k get po x -o name"), "pod/x created\npod/x\n");
    assert_eq!(says(&mut shell, "k apply -f x.yaml"), "pod/x unchanged\n");
    assert_eq!(says(&mut shell, "k delete -f x.yaml"), "pod \"x\" deleted from default namespace\n");
}

#[test]
fn labels_are_set_kept_and_removed() {
    let mut shell = shell();
    assert_eq!(says(&mut shell, "k label po web tier=front"), "pod/web labeled\n");
    assert_eq!(
        says(&mut shell, "k label po web tier=back"),
        "error: 'tier' already has a value (front), and --overwrite is false\n"
    );
    assert_eq!(says(&mut shell, "k label po web tier=back --overwrite"), "pod/web labeled\n");
    assert_eq!(
        says(&mut shell, "k label po web tier- nothing-"),
        "label \"nothing\" not found.\npod/web unlabeled\n"
    );
    assert_eq!(says(&mut shell, "k label po web app=web"), "pod/web not labeled\n");
    assert_eq!(says(&mut shell, "k label ns default a=b"), "namespace/default labeled\n");
    assert!(
        says(&mut shell, "k get ns default --show-labels")
            .contains("a=b,kubernetes.io/metadata.name=default")
    );
}

#[test]
fn tab_offers_what_can_stand_there() {
    let mut shell = shell();
    shell.run("cat > deny.yaml <<EOF\nkind: x\nEOF");
    let cases: [(&str, &[&str]); 9] = [
        ("kub", &["kubectl"]),
        ("k de", &["delete", "describe"]),
        ("k get netp", &["netpol"]),
        ("k get pods ", &["web"]),
        ("k get deploy -n shop ", &["api"]),
        ("k describe svc/", &["svc/web"]),
        ("k apply -f d", &["deny.yaml"]),
        ("k exec web -- c", &["curl"]),
        ("k get po --all", &["--all-namespaces"]),
    ];
    for (typed, offers) in cases {
        assert_eq!(shell.complete(typed).offers, offers, "{typed}");
    }
    assert_eq!(shell.complete("k get po -n s").replaces, 1);
}

#[test]
fn the_editor_opens_where_it_is_written() {
    let mut shell = shell();
    let opened = shell.run("k edit svc web").events;
    let object = Some(ObjectRef::new("Service", None, "web"));
    assert_eq!(opened, [Event::Edit { file: "cluster.yaml".to_owned(), object }]);
    let pod = says(&mut shell, "k get po -n shop -o name");
    let pod = pod.lines().next().unwrap_or_default().to_owned();
    let opened = shell.run(&format!("k edit {pod} -n shop")).events;
    let object = Some(ObjectRef::new("Deployment", Some("shop"), "api"));
    assert_eq!(opened, [Event::Edit { file: "cluster.yaml".to_owned(), object }]);
    assert_eq!(shell.run("vi new.yaml").events, [Event::Edit { file: "new.yaml".to_owned(), object: None }]);
}

#[test]
fn fields_are_explained() {
    let mut shell = shell();
    let told = says(&mut shell, "k explain networkpolicy.spec.ingress");
    assert!(told.starts_with("GROUP:      networking.k8s.io\nKIND:       NetworkPolicy\nVERSION:    v1\n\nFIELD: ingress <[]Object>\n\nDESCRIPTION:\n    "), "{told}");
    assert!(told.contains("\n  from\t<[]Object>\n    "), "{told}");
    assert_eq!(
        says(&mut shell, "k explain netpol.spec.nothing"),
        "error: field \"nothing\" does not exist\n"
    );
}

#[test]
fn what_is_not_there_says_so_and_what_is_near() {
    let mut shell = shell();
    assert_eq!(
        says(&mut shell, "k gte pods"),
        "error: unknown command \"gte\" for \"kubectl\"\n\nDid you mean this?\n\tget\n\n"
    );
    assert!(says(&mut shell, "kubctl get pods").contains("command not found (did you mean kubectl?)"));
    assert!(says(&mut shell, "frobnicate").contains("command not found (`help` tells what there is)"));
    for line in
        ["k create deploy x --image=nginx --replicas=many", "k scale deploy api -n shop --replicas=many"]
    {
        assert!(
            says(&mut shell, line).starts_with("error: invalid argument \"many\" for \"--replicas\" flag"),
            "{line}"
        );
    }
    assert!(says(&mut shell, "k taint node x y").contains("changes nothing here"));
}

#[test]
fn what_is_there_is_not_created_again_nor_changed() {
    let mut shell = shell();
    shell.run(
        "cat > web.yaml <<EOF\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: other}}\nEOF",
    );
    let before = shell.store().files();
    assert!(says(&mut shell, "k create -f web.yaml").contains("pods \"web\" already exists"));
    assert_eq!(says(&mut shell, "k apply -f web.yaml --dry-run=client"), "pod/web configured (dry run)\n");
    assert_eq!(shell.store().files(), before);
    // A file's objects go where the command is about, and are deleted from there.
    assert_eq!(says(&mut shell, "k apply -f web.yaml -n shop"), "pod/web created\n");
    assert_eq!(says(&mut shell, "k delete -f web.yaml -n shop"), "pod \"web\" deleted from shop namespace\n");
    assert_eq!(says(&mut shell, "k get po web -o name"), "pod/web\n");
}

#[test]
fn what_was_tried_is_told_by_names_that_outlive_the_pod() {
    let mut shell = Shell::new(&[]);
    shell.run("kubectl run web --image=nginx --port=80 --expose");
    let output = shell.run("kubectl run tmp --rm -it --image=busybox --restart=Never -- wget -qO- -T 2 web");
    let [Event::Probe(legs)] = output.events.as_slice() else { panic!("{:?}", output.events) };
    let ends =
        |leg: &Leg| (leg.from.clone().unwrap_or_default(), leg.to.clone().unwrap_or_default(), leg.passes);
    let expected = [("default/tmp", "kube-system/coredns"), ("default/tmp", "default/web")];
    let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned(), true));
    assert_eq!(legs.iter().map(ends).collect::<Vec<_>>(), expected);
    assert!(shell.store().analysis().cluster.pod("default", "tmp").is_none());
}

#[test]
fn of_two_objects_of_one_name_the_later_counts() {
    let pod =
        |label: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a, labels: {{app: {label}}}}}\n");
    let mut shell =
        Shell::new(&[ScenarioFile::new("cluster.yaml", format!("{}---\n{}", pod("one"), pod("two")))]);
    shell.run("kubectl label pod a tier=web");
    let cluster = &shell.store().analysis().cluster;
    let pod = &cluster.pods[cluster.pod("default", "a").unwrap()];
    assert_eq!((pod.labels.get("app"), pod.labels.get("tier")), (Some("two"), Some("web")));
}

#[test]
fn folders_hold_files() {
    let mut shell = Shell::new(&[]);
    let mut run = |line: &str| shell.run(line).text;
    assert_eq!(
        run("mkdir lab/policies"),
        "mkdir: cannot create directory ‘lab/policies’: No such file or directory\n"
    );
    assert_eq!(run("mkdir -p lab/policies && cd lab && pwd"), "/root/lab\n");
    assert_eq!(run("echo 'kind: Pod' > note.txt; ls"), "note.txt\npolicies\n");
    let pod = "kubectl run web --image=nginx --dry-run=client -o yaml > policies/web.yaml";
    assert_eq!(run(pod), "");
    assert_eq!(run("kubectl apply -f policies/"), "pod/web created\n");
    assert_eq!(
        run("cd policies; cat ../note.txt; ls ~ ~/lab"),
        "kind: Pod\ncluster.yaml\nlab\nnote.txt\npolicies\n"
    );
    assert_eq!(run("cd nowhere"), "bash: cd: nowhere: No such file or directory\n");
    assert_eq!(
        run("cd ..; cat policies; echo x > policies"),
        "cat: policies: Is a directory\nbash: policies: Is a directory\n"
    );
    assert_eq!(run("rm policies"), "rm: cannot remove 'policies': Is a directory\n");
    assert_eq!(run("rm -rf policies; ls; cd; pwd"), "note.txt\n/root\n");
    assert_eq!(run("alias k=kubectl; alias ll='ls -l'"), "alias: there are none here but `k` for kubectl\n");
}

/// What `kubectl get -o yaml` prints: one document of many objects.
const LIST: &str = "\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: one, namespace: default}
  spec: {hostNetwork: true}
- apiVersion: v1
  kind: Pod
  metadata: {name: two}
";

#[test]
fn the_items_of_a_list_are_objects_like_others() {
    let mut shell = Shell::new(&[]);
    let apply = format!("kubectl apply -f - <<EOF\n{LIST}EOF");
    assert_eq!(says(&mut shell, &apply), "pod/one created\npod/two created\n");
    assert_eq!(says(&mut shell, &apply), "pod/one unchanged\npod/two unchanged\n");
    assert_eq!(says(&mut shell, "k get po one -o yaml | grep hostNetwork"), "  hostNetwork: true\n");

    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", LIST)]);
    assert_eq!(says(&mut shell, "k apply -f cluster.yaml"), "pod/one unchanged\npod/two unchanged\n");
    assert_eq!(says(&mut shell, "k label pod two app=b"), "pod/two labeled\n");
    assert_eq!(says(&mut shell, "k get po -o name -l app=b"), "pod/two\n");
    let other =
        "kubectl apply -f - <<EOF\n{apiVersion: v1, kind: Pod, metadata: {name: two, labels: {app: c}}}\nEOF";
    assert_eq!(says(&mut shell, other), "pod/two configured\n");
    assert_eq!(says(&mut shell, "k get po -o name -l app=c"), "pod/two\n");
    assert_eq!(says(&mut shell, "k delete pod one two | wc -l"), "2\n");
    assert_eq!(says(&mut shell, "k get po"), "No resources found in default namespace.\n");
    assert!(shell.store().objects().next().is_none(), "{:?}", shell.store().files());
}

#[test]
fn nothing_goes_but_what_is_named() {
    // What is to get a name by itself stays where it stands, and so does its namespace.
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: one}\n\
        - apiVersion: v1\n  kind: Pod\n  metadata: {generateName: x-, namespace: jobs}\n";
    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", list)]);
    assert_eq!(says(&mut shell, "k delete pod one"), "pod \"one\" deleted from default namespace\n");
    assert!(shell.store().text("cluster.yaml").unwrap().contains("generateName"));
    assert_eq!(says(&mut shell, "k run a --image=nginx -n jobs"), "pod/a created\n");
    // A kind that plays no part here makes no namespace.
    let other = "apiVersion: v1\nkind: Widget\nmetadata: {name: a, namespace: tools}\n";
    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", other)]);
    assert!(says(&mut shell, "k run a --image=nginx -n tools").contains("namespaces \"tools\" not found"));
    // Nor does a list in which nothing was before, and what stands behind it is found.
    let pods = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n";
    let empty = "apiVersion: v1\nkind: List\nitems: []\n";
    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", format!("{empty}{pods}"))]);
    shell.run("k delete pod a");
    assert_eq!(says(&mut shell, "k label pod b x=y"), "pod/b labeled\n");
    assert!(shell.store().text("cluster.yaml").unwrap().starts_with(empty));
    // `...` ends what stands before it, too.
    let pod = |name: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n");
    let text = format!("{}---\n{}...\n{}", pod("a"), pod("b"), pod("c"));
    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", text)]);
    shell.run("k delete pod b");
    assert_eq!(shell.store().text("cluster.yaml").unwrap(), format!("{}---\n{}", pod("a"), pod("c")));
    assert_eq!(says(&mut shell, "k get po -o name"), "pod/a\npod/c\n");
    // Of two of one name the later counts, whatever is made in between.
    let later =
        ScenarioFile::new("policies.yaml", pod("a").replace("{name: a}", "{name: a, labels: {is: it}}"));
    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", pod("a")), later]);
    shell.run("k run b --image=nginx");
    assert_eq!(says(&mut shell, "k label pod a more=yes"), "pod/a labeled\n");
    assert!(shell.store().text("policies.yaml").unwrap().contains("more"));
}

#[test]
fn what_a_file_holds_is_applied_piece_by_piece() {
    let mut shell = shell();
    assert_eq!(
        says(&mut shell, "k apply -f cluster.yaml"),
        "pod/web unchanged\nservice/web unchanged\ndeployment.apps/api unchanged\n"
    );
    // What names no namespace comes into the one that the command is about; what names another does not.
    assert_eq!(
        says(&mut shell, "k apply -f cluster.yaml -n shop"),
        "pod/web created\nservice/web created\ndeployment.apps/api unchanged\n"
    );
    assert_eq!(says(&mut shell, "k get po web -n shop -o name"), "pod/web\n");
    shell.run("cat > more.yaml <<EOF\n# first\n---\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: more}\nEOF");
    assert_eq!(
        says(&mut shell, "k apply -f more.yaml"),
        "pod/more created\nerror: unable to recognize \"more.yaml\": it has no kind and no name\n"
    );
    shell.run("cat > broken.yaml <<EOF\nkind: Pod\n---\na: b: c\nEOF");
    let broken = says(&mut shell, "k apply -f broken.yaml");
    assert!(
        broken.starts_with("error: error parsing broken.yaml: error converting YAML to JSON: yaml: line 3: "),
        "{broken}"
    );
}

#[test]
fn what_commands_print_is_put_in_where_it_stands() {
    let mut shell = shell();
    assert_eq!(
        says(&mut shell, "n=$(k get po -o name | wc -l); echo \"there is $n\" `echo too`"),
        "there is 1 too\n"
    );
    assert_eq!(says(&mut shell, "x=1; echo $x; x=2 echo $x; echo $x"), "1\n1\n1\n");
    assert_eq!(
        says(&mut shell, "false; echo $?; y=$(false); echo $?; y=$(true) && echo fine"),
        "1\n1\nfine\n"
    );
    assert_eq!(says(&mut shell, "false; x=$?; echo $x $?; $(false); echo $?"), "1 0\n1\n");
    assert_eq!(
        says(&mut shell, "echo $(k get po nothing) end"),
        "Error from server (NotFound): pods \"nothing\" not found\nend\n"
    );
    assert_eq!(
        says(&mut shell, "cat <<EOF | k apply -f -\n$(cat cluster.yaml)\nEOF"),
        "pod/web unchanged\nservice/web unchanged\ndeployment.apps/api unchanged\n"
    );
}

#[test]
fn loops_go_through_their_words() {
    let mut shell = shell();
    let line = "for p in a b; do k run $p --image=nginx; k get po $p -o name; done | grep pod/b";
    assert_eq!(says(&mut shell, line), "pod/b created\npod/b\n");
    assert_eq!(says(&mut shell, "for i in {1..2} x; do\necho $i\ndone > out; cat out"), "1\n2\nx\n");
    assert_eq!(
        says(&mut shell, "for a in $(echo 1 2); do for b in x y; do echo $a$b; done; done"),
        "1x\n1y\n2x\n2y\n"
    );
    assert_eq!(shell.run("for i in a; do").text, "");
    assert_eq!(shell.prompt(), "> ");
    assert_eq!(shell.run("echo $i; done").text, "a\n");
    assert_eq!(
        says(&mut shell, "while true; do k get po; done"),
        "bash: a loop without an end cannot be used here\n"
    );
}

#[test]
fn what_never_ends_is_stopped() {
    let mut shell = shell();
    let inner = "for a in {1..900}; do for b in {1..900}; do true; done; done; echo more";
    let output = shell.run(inner);
    assert_eq!(
        (output.text.as_str(), output.status),
        ("bash: that is too much for one line: it was stopped\n", 137)
    );
    let doubled = shell.run("x=aaaaaaaaaaaaaaaa; for a in {1..900}; do x=$x$x; done; echo done");
    assert!(doubled.text.len() < 1000, "{}", doubled.text.len());
    assert_eq!(says(&mut shell, "echo on"), "on\n");
}

#[test]
fn a_script_in_a_pod_has_variables_of_its_own() {
    let mut shell = shell();
    shell.run("k run client --image=nginx; who=me");
    assert_eq!(
        says(&mut shell, "k exec client -- sh -c 'echo $HOSTNAME $who $WEB_SERVICE_PORT; who=x'; echo $who"),
        "client  80\nme\n".replace("  ", " ")
    );
    assert_eq!(
        says(
            &mut shell,
            "k exec client -- sh -c 'for h in web nowhere; do curl -s -o /dev/null -w \"%{http_code}\\n\" $h; done; exit 3; echo never'"
        ),
        "200\n000\ncommand terminated with exit code 3\n"
    );
    // In the order in which it is said.
    let both = says(&mut shell, "k exec client -- sh -c 'curl nowhere; echo between; curl nothing'");
    let at = |what: &str| both.find(what).unwrap();
    assert!(at("nowhere") < at("between") && at("between") < at("nothing"), "{both}");
    assert_eq!(
        says(&mut shell, "k exec client -- sh -c 'echo a > b'"),
        "sh: b: a pod's files are not part of this\ncommand terminated with exit code 1\n"
    );
    assert_eq!(says(&mut shell, "watch -n 1 kubectl get po client -o name"), "pod/client\n");
}

#[test]
fn get_prints_what_templates_and_columns_ask_for() {
    let mut shell = shell();
    shell.run("k run a --image=busybox --labels=app=web");
    let ip = says(&mut shell, "k get po web -o jsonpath='{.status.podIP}'");
    assert!(ip.trim_end().parse::<std::net::Ipv4Addr>().is_ok(), "{ip}");
    assert_eq!(
        says(
            &mut shell,
            "k exec a -- curl -s -o /dev/null -w '%{http_code}\\n' $(k get po web -o jsonpath={.status.podIP})"
        ),
        "200\n"
    );
    let service = says(&mut shell, "k get svc web -o jsonpath='{.spec.clusterIP} {.spec.type}'");
    assert!(service.ends_with(" ClusterIP\n") && service.starts_with("10."), "{service}");
    let ends = says(
        &mut shell,
        "k get ep web -o jsonpath='{.kind} {.subsets[*].addresses[*].targetRef.name} {.subsets[*].ports[*].port}' 2>/dev/null",
    );
    assert_eq!(ends, "Endpoints web a 80\n");
    let rows: &[(&str, &str)] = &[
        (
            "k get po -o jsonpath='{range .items[*]}{.metadata.name}{\"\\t\"}{.spec.containers[0].image}{\"\\n\"}{end}'",
            "a\tbusybox\nweb\tnginx\n",
        ),
        (
            "k get po -o custom-columns=NAME:.metadata.name,APP:.metadata.labels.app,NONE:.x",
            "NAME   APP   NONE\na      web   <none>\nweb    web   <none>\n",
        ),
        (
            "k get po -o custom-columns=:metadata.name --no-headers --sort-by=.spec.containers[0].image",
            "a\nweb\n",
        ),
        ("k get po --sort-by=.metadata.creationTimestamp -o name", "pod/a\npod/web\n"),
        ("k get po --sort-by={.spec.containers[0].image} --no-headers -o name", "pod/a\npod/web\n"),
        (
            "k get po --sort-by=.spec.nothing",
            "error: couldn't find any field with path \"{.spec.nothing}\" in the list of objects\n",
        ),
        ("k get po --field-selector=metadata.name!=web,status.phase=Running -o name", "pod/a\n"),
        (
            "k get po --field-selector=spec.color=red",
            "Error from server (BadRequest): Unable to find \"pods\" that match label selector \"\", field selector \"spec.color=red\": field label not supported: spec.color\n",
        ),
        ("k get po -o jsonpath", "error: template format specified but no template given\n"),
        (
            "k get po -o custom-columns=a",
            "error: unexpected custom-columns spec: a, expected <header>:<json-path-expr>\n",
        ),
        ("k get po -n empty -o jsonpath={.items}", "[]\n"),
        ("k get netpol -o name", ""),
        ("k get rs -n shop -o jsonpath='{.items[*].kind} {.items[*].spec.replicas}'", "ReplicaSet 2\n"),
        (
            "k get svc -n kube-system kube-dns -o jsonpath='{.metadata.name} {.spec.ports[*].port}'",
            "kube-dns 53 53\n",
        ),
    ];
    for (line, expected) in rows {
        assert_eq!(says(&mut shell, line), *expected, "{line}");
    }
    assert!(
        says(&mut shell, "k get po -o jsonpath='{.items[7]}'")
            .contains("array index out of bounds: index 7, length 2")
    );
    assert!(says(&mut shell, "k get po -o go-template=x").contains("allowed formats are: custom-columns"));
}

#[test]
fn programs_read_files_and_pipes_and_write_them() {
    let mut shell = shell();
    let lines: &[(&str, &str)] = &[
        ("grep -c kind cluster.yaml", "3\n"),
        ("k get po -o name | xargs k get -o name", "pod/web\n"),
        ("cp cluster.yaml a.yaml && mv a.yaml b.yaml && ls *.yaml", "b.yaml\ncluster.yaml\npolicies.yaml\n"),
        ("sed -i 's/name: web/name: www/' b.yaml && grep -c 'name: www' b.yaml", "3\n"),
        ("rm *b.yaml; ls", "cluster.yaml\npolicies.yaml\n"),
        ("echo '*' * $HOME $USER", "* cluster.yaml policies.yaml /root root\n"),
        ("for i in $(seq 2); do k run test-$RANDOM --image=nginx -o name; done | wc -l", "2\n"),
        ("k get po -A | awk 'NR>1 {print $2}' | sort | head -n 1", "api-1\n"),
        ("grep x nothing", "grep: nothing: No such file or directory\n"),
        (
            "grep -m1 -n -A 1 'kind: Pod' cluster.yaml",
            "2:kind: Pod\n3-metadata: {name: web, labels: {app: web}}\n",
        ),
    ];
    for (line, expected) in lines {
        assert_eq!(says(&mut shell, line), *expected, "{line}");
    }
}
