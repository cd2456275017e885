//! A text all the way it can go: parse, analyse, matrix, arrows, layout, scene, picture, stories, probes.
#![expect(clippy::unwrap_used, reason = "what is parsed stands there")]

use std::collections::BTreeSet;
use std::sync::Arc;

use netpol_engine::{
    Analysis, Direction, Endpoint, Flow, Id as _, Matrix, PodId, Port, Probe, Protocol, Target, UrlTarget,
};
use netpol_syntax::{Diagnostic, FileId, Limits, Location, SourceFile, Sources, TextEdit, apply};
use netpol_view::{
    About, EndKey, Layout, Piece, PortChoice, Reach, Scene, SceneOptions, Story, Theme, Words, about, svg,
    tell, why,
};

/// How many of a kind are looked at one by one; costs would grow with their square otherwise.
const LOOKED_AT: usize = 24;

/// Past so many workloads the page shows the matrix first, and a drawing of all arrows is not asked for.
const DRAWN: usize = 400;

/// Takes `text` all the way, within the limits of the page, and holds what comes out against what must
/// always be so. Panics where it is not.
pub fn survives(text: &str) -> Analysis {
    // Two files, so that a place in the wrong one is noticed.
    let files = [SourceFile::new("empty.yaml", "# é\n"), SourceFile::new("input.yaml", text)];
    let analysis = Analysis::read(&files, &Limits::PAGE);
    let places = Places { files: &files };
    places.diagnostics(&analysis.diagnostics);
    places.cluster(&analysis);
    let matrix = analysis.matrix();
    let seen = pods(&analysis);
    agree(&analysis, &matrix, &seen);
    if analysis.cluster.workloads.len() <= DRAWN {
        draw(&analysis, &matrix, &places);
    }
    ask(&analysis, &seen, &places);
    advise(&analysis, &files, &seen, &places);
    let again = Analysis::read(&files, &Limits::PAGE);
    assert_eq!(format!("{:?}", analysis.diagnostics), format!("{:?}", again.diagnostics));
    if analysis.cluster.workloads.len() <= DRAWN {
        assert_eq!(picture(&analysis), picture(&again), "the same text gives another picture");
    }
    analysis
}

/// The picture of a cluster, as bytes.
pub fn picture(analysis: &Analysis) -> String {
    let reach = Reach::of(analysis, &analysis.matrix(), PortChoice::AsServed);
    svg(&Scene::of(analysis, &Layout::of(analysis), &reach, &SceneOptions::default()), Theme::Light)
}

/// All pods, or where there are many one of each class and some more.
fn pods(analysis: &Analysis) -> Vec<PodId> {
    if analysis.cluster.pods.len() <= LOOKED_AT {
        return analysis.cluster.pods.ids().collect();
    }
    let mut classes = BTreeSet::new();
    let of_each = analysis.cluster.pods.ids().filter(|pod| classes.insert(analysis.index.class_of_pod(*pod)));
    let mut pods: Vec<PodId> = of_each.take(LOOKED_AT).collect();
    pods.extend(analysis.cluster.pods.ids().take(4));
    pods.sort_unstable();
    pods.dedup();
    pods
}

/// The matrix says what an evaluation of each pair says.
fn agree(analysis: &Analysis, matrix: &Matrix, pods: &[PodId]) {
    let mut ports = vec![port(Protocol::Tcp, 80), port(Protocol::Udp, 53), port(Protocol::Sctp, 65535)];
    ports
        .extend(analysis.cluster.pods.rows().iter().flat_map(|pod| &pod.ports).map(|port| port.port).take(3));
    for from in pods {
        for to in pods.iter().filter(|to| *to != from) {
            let (from_class, to_class) =
                (analysis.index.class_of_pod(*from), analysis.index.class_of_pod(*to));
            for port in &ports {
                let flow = Flow { from: Endpoint::Pod(*from), to: Endpoint::Pod(*to), port: *port };
                let evaluation = analysis.evaluate(flow);
                let allowed = evaluation.verdict().is_allowed();
                assert_eq!(
                    matrix.allows(from_class, to_class, *port),
                    allowed,
                    "matrix against {evaluation:#?}"
                );
                if !allowed {
                    for direction in [Direction::Egress, Direction::Ingress] {
                        for miss in analysis.misses(&evaluation, direction) {
                            assert!(miss.policy.index() < analysis.cluster.policies.len());
                        }
                    }
                }
            }
        }
    }
}

fn port(protocol: Protocol, number: u16) -> Port {
    Port { protocol, number }
}

/// Pictures with nothing and with something selected, and the story of what is on them.
fn draw(analysis: &Analysis, matrix: &Matrix, places: &Places<'_>) {
    let layout = Layout::of(analysis);
    for ports in [PortChoice::AsServed, PortChoice::One(port(Protocol::Tcp, 80))] {
        let reach = Reach::of(analysis, matrix, ports);
        let options = SceneOptions {
            opened: layout.boxes.iter().map(|place| place.key.clone()).collect(),
            changed: reach
                .arrows
                .iter()
                .take(3)
                .map(|arrow| (arrow.from.clone(), arrow.to.clone()))
                .collect(),
            selected: layout.nodes.first().map(|node| node.key.clone()),
        };
        for options in [SceneOptions::default(), options] {
            let scene = Scene::of(analysis, &layout, &reach, &options);
            let text = svg(&scene, Theme::Dark);
            assert!(
                roxmltree::Document::parse(&text).is_ok(),
                "not XML: {:?}",
                roxmltree::Document::parse(&text)
            );
            assert!(!text.contains("NaN") && !text.contains("inf "), "no number: {text}");
            scene.boxes.iter().filter_map(|place| place.at).for_each(|at| places.holds(at));
            scene.nodes.iter().filter_map(|node| node.at).for_each(|at| places.holds(at));
            let directions = scene.lines.iter().flat_map(|line| &line.directions);
            for (from, to) in directions.flat_map(Scene::arrows_of).take(LOOKED_AT) {
                let story = why(analysis, matrix, &from, &to, ports);
                assert!(story.is_some(), "no story of the arrow {from} -> {to}");
                story.iter().for_each(|story| places.story(story));
            }
        }
        let namespaces = layout.boxes.iter().map(|place| &place.key);
        let ends = namespaces.chain(layout.nodes.iter().map(|node| &node.key));
        for end in ends.chain(reach.outside.iter().map(|end| &end.key)).take(2 * LOOKED_AT) {
            let known = about(analysis, matrix, end, ports);
            assert!(known.is_some(), "nothing about {end}");
            known.iter().for_each(|known| places.about(known));
        }
    }
    let absent = EndKey::Workload("no/such".into());
    assert!(why(analysis, matrix, &absent, &absent, PortChoice::AsServed).is_none());
}

/// Probes to everything that has a name or an address, and to what has none.
fn ask(analysis: &Analysis, pods: &[PodId], places: &Places<'_>) {
    let cluster = &analysis.cluster;
    let mut hosts =
        vec!["no-such".to_owned(), "kube-dns.kube-system:53".to_owned(), "203.0.113.7".to_owned()];
    hosts.extend(["http://[::1]:80/", "10.96.0.10", "a..b", "😀", ":80", "x:0", ""].map(str::to_owned));
    for service in cluster.services.rows().iter().take(LOOKED_AT) {
        hosts.push(format!("{}.{}", service.name, cluster.namespaces[service.namespace].name));
    }
    let urls = hosts.iter().filter_map(|host| UrlTarget::parse(host).ok()).map(Target::Url);
    let pods_of = pods.iter().take(6);
    let direct = pods_of.clone().map(|pod| Target::Direct(Endpoint::Pod(*pod), port(Protocol::Tcp, 80)));
    let services = cluster.services.ids().take(6).map(|id| Target::Service(id, port(Protocol::Tcp, 80)));
    let targets: Vec<Target> = urls.chain(direct).chain(services).collect();
    let outside = ["203.0.113.7", "10.244.0.1", "::1"].map(|it| Endpoint::at(cluster, it.parse().unwrap()));
    for from in pods_of.map(|pod| Endpoint::Pod(*pod)).chain(outside) {
        for target in &targets {
            let probe = Probe { from, target: target.clone() };
            let report = analysis.probe(&probe);
            places.story(&tell(analysis, &probe, &report));
        }
    }
}

/// What the lints find, how far everything is open, and what would open what is closed: facts with places, and edits
/// of the text.
fn advise(analysis: &Analysis, files: &[SourceFile], pods: &[PodId], places: &Places<'_>) {
    let found = analysis.lint(&Sources::new(files, &Limits::PAGE));
    places.diagnostics(&found);
    for fix in found.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).take(6) {
        let _ = Analysis::read(&places.edited(&fix.edits), &Limits::PAGE);
    }
    if pods.len() > LOOKED_AT || analysis.cluster.workloads.len() > LOOKED_AT {
        return;
    }
    assert!(analysis.exposure().len() <= analysis.cluster.workloads.len());
    let ends = pods.iter().map(|pod| Endpoint::Pod(*pod));
    let pairs = ends.clone().flat_map(|from| ends.clone().map(move |to| (from, to)));
    let flows = pairs.map(|(from, to)| Flow { from, to, port: port(Protocol::Tcp, 80) });
    for flow in flows.filter(|flow| !analysis.evaluate(*flow).verdict().is_allowed()).take(2) {
        for suggestion in analysis.suggest(files, &Limits::PAGE, &[flow], &[]) {
            let _ = Analysis::read(&places.edited(&suggestion.edits), &Limits::PAGE);
        }
    }
    for workload in analysis.cluster.workloads.ids().take(2) {
        let passing = analysis.passing(workload);
        if let Some(isolation) = analysis.isolate(files, &Limits::PAGE, workload, &passing) {
            let _ = Analysis::read(&places.edited(&isolation.edits), &Limits::PAGE);
        }
    }
}

/// Checks places: each lies in its file, and begins and ends between two characters. Panics where one does not.
pub(crate) struct Places<'a> {
    /// The files, by their ids.
    pub(crate) files: &'a [SourceFile],
}

impl Places<'_> {
    pub(crate) fn holds(&self, at: Location) {
        let (start, end) = (at.span.start as usize, at.span.end as usize);
        let file = self.files.get(at.file.index());
        let text = file.and_then(|file| file.text.get(start..end));
        assert!(start <= end && text.is_some(), "{at:?} is no place in the text");
    }

    /// The files after `edits`, each of which is in its file.
    fn edited(&self, edits: &[TextEdit]) -> Vec<SourceFile> {
        edits.iter().for_each(|edit| self.holds(edit.at));
        let after = |(id, file): (u32, &SourceFile)| {
            SourceFile::new(Arc::clone(&file.name), apply(FileId(id), &file.text, edits))
        };
        (0..).zip(self.files).map(after).collect()
    }

    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            diagnostic.at.iter().for_each(|at| self.holds(*at));
            diagnostic.related.iter().for_each(|related| self.holds(related.at));
            let kebab = |id: &str| {
                id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit())
            };
            assert!(kebab(diagnostic.id) && !diagnostic.message.is_empty(), "{diagnostic:?}");
        }
    }

    pub(crate) fn cluster(&self, analysis: &Analysis) {
        let cluster = &analysis.cluster;
        cluster.refused.iter().for_each(|policy| self.holds(policy.at));
        cluster.workloads.rows().iter().filter_map(|row| row.at).for_each(|at| self.holds(at));
        cluster.namespaces.rows().iter().filter_map(|row| row.at).for_each(|at| self.holds(at));
        for pod in cluster.pods.rows() {
            pod.at.iter().chain(&pod.labels_at).for_each(|at| self.holds(*at));
        }
        for service in cluster.services.rows() {
            service.at.iter().for_each(|at| self.holds(*at));
            service.ports.iter().filter_map(|port| port.at).for_each(|at| self.holds(at));
        }
        for policy in cluster.policies.rows() {
            self.holds(policy.at);
            self.holds(policy.name_at);
            for rule in policy.ingress.rules().iter().chain(policy.egress.rules()) {
                self.holds(rule.at);
                rule.peers.iter().flatten().for_each(|peer| self.holds(peer.at));
                rule.ports.iter().flatten().for_each(|port| self.holds(port.at));
            }
        }
    }

    fn words(&self, words: &Words) {
        for piece in &words.0 {
            if let Piece::Link { at, .. } = piece {
                self.holds(*at);
            }
        }
    }

    fn story(&self, story: &Story) {
        self.words(&story.subtitle);
        story.stages.iter().flat_map(|stage| &stage.lines).for_each(|words| self.words(words));
        story.caveats.iter().for_each(|words| self.words(words));
    }

    fn about(&self, about: &About) {
        about.at.iter().for_each(|at| self.holds(*at));
        self.words(&about.subtitle);
        about.facts.iter().for_each(|fact| self.words(&fact.words));
    }
}
