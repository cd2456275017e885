//! Small clusters and what their pictures and stories say.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::sync::Arc;

use netpol_engine::{Analysis, Endpoint, Matrix, Probe, Target, UrlTarget};
use netpol_syntax::{Limits, SourceFile};
use netpol_view::{
    ArrowVerdict, Changes, EndKey, Globe, Layout, Pairs, Pins, PortChoice, Reach, Scene, SceneOptions, Story,
    Theme, about, svg, tell, why,
};

/// Two namespaces: `shop` with `web` (behind a service, two replicas) and `db`; `street` with `guest`.
const CLUSTER: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {area: inside}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}, {containerPort: 9090}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 8080, targetPort: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: postgres, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: guest, namespace: street, labels: {app: guest}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
";

const DENY_SHOP: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
";

const WEB_FROM_STREET: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-from-street, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: street}}}]
    ports: [{port: 80}]
---
";

struct Pictured {
    analysis: Analysis,
    matrix: Matrix,
    pairs: Pairs,
    reach: Reach,
}

fn picture(parts: &[&str]) -> Pictured {
    let analysis = Analysis::read(&[SourceFile::new("all.yaml", parts.concat())], &Limits::PAGE);
    assert!(analysis.diagnostics.is_empty(), "{:?}", analysis.diagnostics);
    let matrix = analysis.matrix();
    let pairs = Pairs::of(&analysis, &matrix, PortChoice::AsServed);
    let reach = Reach::drawn(&analysis, &matrix, &pairs);
    Pictured { analysis, matrix, pairs, reach }
}

impl Pictured {
    fn scene(&self, options: &SceneOptions) -> Scene {
        Scene::of(&self.analysis, &Layout::of(&self.analysis), &self.reach, options)
    }

    fn why(&self, from: &str, to: &str) -> Story {
        why(&self.analysis, &self.matrix, &workload(from), &workload(to), PortChoice::AsServed).unwrap()
    }
}

fn workload(name: &str) -> EndKey {
    EndKey::Workload(name.into())
}

/// Every drawn direction as `from > to: verdict (members)`.
fn drawn(scene: &Scene) -> Vec<String> {
    let mut drawn: Vec<String> = scene
        .lines
        .iter()
        .flat_map(|line| &line.directions)
        .map(|it| {
            let members =
                if it.members.is_empty() { String::new() } else { format!(" ({})", it.members.len()) };
            format!("{} > {}: {}{members}", it.from, it.to, it.verdict.as_str())
        })
        .collect();
    drawn.sort();
    drawn
}

/// A story, a line each.
fn told(story: &Story) -> String {
    let mut text = format!("{} | {} | {}\n", story.title, story.subtitle, story.verdict_text);
    for stage in &story.stages {
        text += &format!("{} {}\n", stage.status.as_str(), stage.headline);
        for line in &stage.lines {
            text += &format!("  {line}\n");
        }
    }
    text
}

#[test]
fn arrows_that_agree_are_drawn_once() {
    let open = picture(&[CLUSTER]).scene(&SceneOptions::default());
    assert_eq!(
        drawn(&open),
        [
            "shop > kube-system/coredns: allowed (2)",
            "shop > street/guest: allowed (2)",
            "shop/db > shop/web: allowed",
            "shop/web > shop/db: allowed",
            "street/guest > kube-system/coredns: allowed",
            "street/guest > shop: allowed (2)",
        ]
    );
}

#[test]
fn what_differs_is_drawn_one_by_one() {
    let closed = picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]).scene(&SceneOptions::default());
    assert_eq!(
        drawn(&closed),
        [
            "shop > kube-system/coredns: allowed (2)",
            "shop/db > shop/web: blocked",
            "shop/db > street/guest: allowed",
            "shop/web > shop/db: blocked",
            "shop/web > street/guest: allowed",
            "street/guest > kube-system/coredns: allowed",
            "street/guest > shop/db: blocked",
            "street/guest > shop/web: partial",
        ]
    );
    assert_eq!(closed.counts.allowed + closed.counts.partial + closed.counts.blocked, 9);
}

/// Deployments of a namespace, `a` the first.
fn deployments(namespace: &str, names: &[&str]) -> String {
    let each = names.iter().map(|name| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
             spec: {{containers: [{{name: c, image: nginx, ports: [{{containerPort: 80}}]}}]}}\n---\n"
        )
    });
    each.collect()
}

/// What reaches `to`, of which alone `from` may, all within `namespace`.
fn only(namespace: &str, to: &str, from: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {to}-{from}, namespace: {namespace}}}\n\
         spec: {{podSelector: {{matchLabels: {{app: {to}}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: {from}}}}}}}]}}]}}\n---\n"
    )
}

/// How many arrows the lines of a scene stand for, those within boxes included; each is drawn once.
fn stood_for(scene: &Scene) -> usize {
    let within = scene.boxes.iter().filter_map(|it| it.within.as_ref());
    let directions = scene.lines.iter().chain(within).flat_map(|line| &line.directions);
    let mut arrows: Vec<_> = directions.flat_map(Scene::arrows_of).collect();
    let all = arrows.len();
    arrows.sort();
    arrows.dedup();
    assert_eq!(all, arrows.len());
    all
}

#[test]
fn of_many_lines_what_most_say_is_drawn_once_and_the_others_beside_it() {
    let denied = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
";
    let shop = deployments("shop", &["a", "b", "c", "d", "e", "f", "g", "h"]);
    let street = deployments("street", &["u", "v", "w"]);
    let inside = only("shop", "b", "a") + &only("shop", "c", "b");
    let outside = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: from-u, namespace: shop}
spec:
  podSelector: {matchLabels: {app: a}}
  ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: u}}}]}]
";
    let pictured = picture(&[&shop, &street, denied, &inside, outside]);
    let scene = pictured.scene(&SceneOptions::default());
    assert_eq!(
        drawn(&scene),
        [
            "shop > kube-system/coredns: allowed (8)",
            "shop > street: allowed (24)",
            "shop/a > shop/b: allowed",
            "shop/b > shop/c: allowed",
            "street > kube-system/coredns: allowed (3)",
            "street > shop: blocked (23)",
            "street/u > shop/a: allowed",
        ]
    );
    let home = scene.boxes.iter().find(|it| it.key.as_str() == "shop").unwrap();
    let within = home.within.as_ref().unwrap();
    assert_eq!(within.label.as_ref().unwrap().text, "54 others");
    assert_eq!(within.directions[0].text, "shop to shop: TCP 80 blocked, the same for 54 of 56 arrows");
    assert_eq!(stood_for(&scene), pictured.reach.arrows.len());
    // Those of the end that is selected are all drawn one by one.
    let selected = SceneOptions { selected: Some(workload("shop/h")), ..SceneOptions::default() };
    let scene = pictured.scene(&selected);
    assert!(drawn(&scene).contains(&"shop/h > shop/a: blocked".to_owned()));
    assert_eq!(stood_for(&scene), pictured.reach.arrows.len());
}

#[test]
fn a_namespace_of_many_that_is_opened_shows_all_of_its_lines() {
    let names: Vec<String> = ('a'..='l').map(|letter| format!("w-{letter}")).collect();
    let shop = deployments("shop", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let pictured = picture(&[&shop, DENY_SHOP, &only("shop", "w-b", "w-a")]);
    let options = SceneOptions { opened: vec![EndKey::Namespace("shop".into())], ..SceneOptions::default() };
    let scene = pictured.scene(&options);
    assert_eq!(scene.left_out_words(), None);
    assert_eq!(stood_for(&scene), pictured.reach.arrows.len());
    let closed = pictured.scene(&SceneOptions::default());
    assert_eq!(closed.lines.len(), 2, "{:?}", drawn(&closed));
}

#[test]
fn with_more_lines_than_can_be_read_what_is_usual_is_said_once() {
    let names: Vec<String> = (0..14).map(|number| format!("team-{number}")).collect();
    let cluster: String = names.iter().map(|name| deployments(name, &["a", "b", "c"])).collect();
    let closed = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: own, namespace: team-3}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}
";
    let pictured = picture(&[&cluster, closed]);
    let scene = pictured.scene(&SceneOptions::default());
    // What is left is about the one that is closed.
    assert_eq!(scene.lines.len(), 13);
    assert!(drawn(&scene).iter().all(|line| line.contains("team-3")), "{:?}", drawn(&scene));
    // 13 * 12 / 2 pairs of the others, and the way to DNS of all 14.
    assert_eq!(scene.left_out_words().unwrap(), "92 more lines, all allowed");
    assert!(svg(&scene, Theme::Light).contains("92 more lines, all allowed"));
    let team = EndKey::Namespace("team-5".into());
    let selected = SceneOptions { selected: Some(team), ..SceneOptions::default() };
    let scene = pictured.scene(&selected);
    assert_eq!(scene.left_out_words().unwrap(), "79 more lines, all allowed");
    // What leads back from where something of the selected one is blocked is drawn, too.
    let kept_in = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: kept-in, namespace: team-5}
spec: {podSelector: {matchLabels: {app: a}}, policyTypes: [Egress]}
";
    let partly = picture(&[&cluster, kept_in]);
    let selected = SceneOptions { selected: Some(workload("team-5/a")), ..SceneOptions::default() };
    let lines = drawn(&partly.scene(&selected));
    for other in (0..14).filter(|other| *other != 5) {
        let arrow = (workload(&format!("team-{other}/a")), workload("team-5/a"));
        let scene = partly.scene(&selected);
        let mut arrows = scene.lines.iter().flat_map(|line| &line.directions).flat_map(Scene::arrows_of);
        assert!(arrows.any(|drawn| drawn == arrow), "{arrow:?}: {lines:?}");
    }
    // What the last edit changed is drawn, whatever it says.
    let arrow = (workload("team-7/a"), workload("team-8/b"));
    let changed = SceneOptions { changed: [arrow].into_iter().collect(), ..SceneOptions::default() };
    assert_eq!(pictured.scene(&changed).left_out, 91);
}

#[test]
fn an_opened_namespace_shows_its_members() {
    let options = SceneOptions { opened: vec![EndKey::Namespace("shop".into())], ..SceneOptions::default() };
    let scene = picture(&[CLUSTER]).scene(&options);
    assert!(
        scene.lines.iter().flat_map(|line| &line.directions).all(|it| it.members.len() < 2),
        "{:?}",
        drawn(&scene)
    );
}

#[test]
fn both_directions_share_a_line_and_what_is_blocked_is_a_stop_mark() {
    let scene = picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]).scene(&SceneOptions::default());
    let line = scene.lines.iter().find(|line| {
        line.directions.iter().any(|it| it.to == workload("shop/db") && it.from == workload("street/guest"))
    });
    let [first, second] = line.unwrap().directions.as_slice() else { panic!("one direction only") };
    assert_eq!((first.verdict, second.verdict), (ArrowVerdict::Allowed, ArrowVerdict::Blocked));
    assert!(second.stop && second.path.is_empty() && !second.hit.is_empty());
}

#[test]
fn policies_move_nothing() {
    let (open, closed) = (picture(&[CLUSTER]), picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]));
    assert_eq!(Layout::of(&open.analysis), Layout::of(&closed.analysis));
}

#[test]
fn changes_are_counted_and_named() {
    let (open, denied) = (picture(&[CLUSTER]), picture(&[CLUSTER, DENY_SHOP]));
    let changes = Changes::between(&open.pairs, &denied.pairs);
    assert_eq!(changes.summary(), "4 closed");
    let back = Changes::between(&denied.pairs, &picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]).pairs);
    assert_eq!(back.summary(), "1 opened");
    let [change] = back.opened.as_slice() else { panic!("{back:?}") };
    assert_eq!(change.text, "guest → web: only TCP 80");
    assert!(Changes::between(&open.pairs, &open.pairs).is_empty());
}

#[test]
fn stories_name_the_rule_that_decides_and_what_the_nearest_lacks() {
    let pictured = picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]);
    assert_eq!(
        told(&pictured.why("street/guest", "shop/db")),
        "guest → db | TCP 5432 | Blocked entering the destination
passes Leaving guest: open
  No policy isolates it for egress.
blocks Entering db: blocked
  Isolated by deny.
  It has no rule for ingress: nothing passes.
"
    );
    assert_eq!(
        told(&pictured.why("shop/db", "shop/web")),
        "db → web | TCP 80,9090, by name: `curl web:8080` | Blocked entering the destination
passes DNS: answered
  `web.shop.svc.cluster.local` is the service web.
passes Leaving db: open
  No policy isolates it for egress.
blocks Entering web: blocked
  Isolated by deny and web-from-street.
  Nearest: web-from-street, ingress rule 1 wants a namespace with kubernetes.io/metadata.name=street; `shop` has \
         `kubernetes.io/metadata.name=shop`.
"
    );
    let partly = told(&pictured.why("street/guest", "shop/web"));
    assert!(
        partly.contains("partly Some of it passes\n  Passes: `TCP 80`\n  Does not: `TCP 9090`"),
        "{partly}"
    );
    assert!(partly.contains("ingress rule 1 wants `TCP 80`"), "{partly}");
}

#[test]
fn a_probe_is_told_to_its_end() {
    let pictured = picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]);
    let from = Endpoint::Pod(pictured.analysis.cluster.pod("street", "guest").unwrap());
    let probe = Probe { from, target: Target::Url(UrlTarget::parse("web.shop:81").unwrap()) };
    let report = pictured.analysis.probe(&probe);
    let story = told(&tell(&pictured.analysis, &probe, &report));
    assert!(
        story.contains("Service web has no port 81, so nothing takes the packets on. It has `TCP 8080`."),
        "{story}"
    );
}

#[test]
fn a_node_tells_what_it_is_and_who_isolates_it() {
    let pictured = picture(&[CLUSTER, DENY_SHOP, WEB_FROM_STREET]);
    let about =
        about(&pictured.analysis, &pictured.matrix, &workload("shop/web"), PortChoice::AsServed).unwrap();
    let fact = |label: &str| about.facts.iter().find(|fact| fact.label == label).unwrap().words.to_string();
    assert_eq!(about.subtitle.to_string(), "Deployment, 2 pods in shop");
    assert_eq!(fact("Ingress"), "isolated by deny, web-from-street");
    assert_eq!(fact("Egress"), "open: no policy isolates it");
    assert_eq!(fact("Its own pods"), "do not reach each other");
}

#[test]
fn the_globe_says_whether_the_internet_is_in_reach() {
    let dns_only = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns-only, namespace: street}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}]
";
    let globe = |parts: &[&str], name: &str| {
        let scene = picture(parts).scene(&SceneOptions::default());
        scene.nodes.into_iter().find(|node| node.key == workload(name)).unwrap().internet
    };
    assert_eq!(globe(&[CLUSTER], "street/guest"), Some(Globe::Open));
    assert_eq!(globe(&[CLUSTER, dns_only], "street/guest"), Some(Globe::Closed));
    assert_eq!(globe(&[CLUSTER, dns_only], "shop/web"), Some(Globe::Open));
}

#[test]
fn markup_in_names_stays_text() {
    let named = "
apiVersion: v1
kind: Pod
metadata: {name: '<script>&\"', namespace: street, labels: {app: x}}
spec: {containers: [{name: c, image: nginx}]}
";
    let analysis = Analysis::read(&[SourceFile::new("a.yaml", named)], &Limits::PAGE);
    let matrix = analysis.matrix();
    let reach = Reach::of(&analysis, &matrix, PortChoice::AsServed);
    let scene = Scene::of(&analysis, &Layout::of(&analysis), &reach, &SceneOptions::default());
    let picture = svg(&scene, Theme::Dark);
    assert!(picture.contains("&lt;script&gt;&amp;&quot;") && !picture.contains("<script"), "{picture}");
}

#[test]
fn a_namespace_that_is_left_out_leaves_the_others_and_their_arrows() {
    let pictured = picture(&[CLUSTER]);
    let scene = |hidden: &[Arc<str>]| {
        let layout = Layout::arranged(&pictured.analysis, hidden, &Pins::default());
        Scene::of(&pictured.analysis, &layout, &pictured.reach, &SceneOptions::default())
    };
    let names = |scene: &Scene| -> Vec<Arc<str>> {
        scene.boxes.iter().map(|each| each.key.as_str().into()).collect()
    };
    let mut all = names(&scene(&[]));
    all.sort();
    let hidden: Vec<Arc<str>> = vec!["street".into()];
    let without = scene(&hidden);
    let mut left = names(&without);
    left.sort();
    assert_eq!(left, all.iter().filter(|name| !hidden.contains(name)).cloned().collect::<Vec<_>>());
    assert!(!without.lines.is_empty());
    for line in without.lines.iter().flat_map(|line| &line.directions) {
        assert!(![&line.from, &line.to].iter().any(|end| end.is_in(&hidden)), "{}", line.text);
    }
    let nothing = scene(&all);
    assert!(nothing.boxes.is_empty() && nothing.width > 0.0 && nothing.height > 0.0);
}
