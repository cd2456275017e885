//! Holding an answer against a challenge.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use netpol_engine::{
    Analysis, Cluster, Diff, Endpoint, Flow, FlowChange, Matrix, Outcome, Port, PortSet, Protocol, Serves,
};
use netpol_syntax::{Diagnostic, FileId, Limits, Severity, SourceFile, parse};

use super::Challenge;
use super::bounds::{self, Broken};
use super::goal::{Ends, Goal, GoalTarget, Want};
use crate::expect::{Checked, Expectation, ExpectedTarget, Place, check};
use crate::pretty::in_block_style;
use crate::scenario::ScenarioFile;

/// What an answer is worth.
#[derive(Clone, Debug)]
pub struct Grade {
    /// What keeps it from passing, the first to be shown first.
    pub faults: Vec<Fault>,
    /// What it opens that the model solution does not, though it does not matter.
    pub loose: Vec<FlowChange>,
    /// How many lines it has in block style, comments apart.
    pub lines: usize,
    /// How many the model solution has.
    pub model_lines: usize,
    /// How many flows were looked at, and how many of them are as they must be.
    pub flows: (usize, usize),
}

/// Something that keeps an answer from passing.
#[derive(Clone, Debug)]
pub enum Fault {
    /// What the API server would refuse.
    Invalid(Box<Diagnostic>),
    /// Something is touched that must not be.
    Broken(Broken),
    /// An end that the goal is about is not there any more.
    Missing(String),
    /// A flow does not do what it must.
    Off(Box<Off>),
}

/// A flow that does not do what it must.
#[derive(Clone, Debug)]
pub struct Off {
    /// The row of the goal that it is about, from 0.
    pub row: usize,
    /// Whether it must pass.
    pub must_pass: bool,
    /// The flow.
    pub flow: OffFlow,
}

/// What was tried.
#[derive(Clone, Debug)]
pub enum OffFlow {
    /// A connection.
    Direct {
        /// Where from: `shop/web`, or an address.
        from: String,
        /// Where to.
        to: String,
        /// The flow, in the answer's cluster.
        flow: Flow,
    },
    /// A `curl`, and what it got.
    Curl(Box<Expectation>, Box<Checked>),
}

/// `shop/web -> shop/db:5432 passes`, `shop/web curl db:5432 no-dns`.
impl fmt::Display for Off {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.flow {
            OffFlow::Direct { from, to, flow } => {
                write!(f, "{from} -> ")?;
                if to.contains("::") { write!(f, "[{to}]") } else { f.write_str(to) }?;
                write!(f, ":{}", flow.port.number)?;
                if flow.port.protocol != Protocol::Tcp {
                    write!(f, "/{}", flow.port.protocol.as_str())?;
                }
                f.write_str(if self.must_pass { " blocked" } else { " passes" })
            }
            OffFlow::Curl(expectation, checked) => {
                write!(f, "{} {} {}", expectation.from, expectation.target, checked.got.as_str())
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(diagnostic) => f.write_str(&diagnostic.message),
            Self::Broken(broken) => broken.fmt(f),
            Self::Missing(end) => write!(f, "there is no {end}"),
            Self::Off(off) => off.fmt(f),
        }
    }
}

impl Grade {
    /// Whether the answer is right.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.faults.is_empty()
    }

    /// Three at most: it passes; it opens nothing that it need not; it has no more lines than it needs.
    #[must_use]
    pub fn stars(&self) -> u8 {
        if !self.passes() {
            return 0;
        }
        1 + u8::from(self.loose.is_empty()) + u8::from(self.lines <= self.model_lines)
    }

    /// What is to be shown of a wrong answer, in words that do not depend on how it is shown.
    #[must_use]
    pub fn first_fault(&self) -> Option<String> {
        self.faults.first().map(ToString::to_string)
    }

    pub(super) fn of(challenge: &Challenge, answer: &[ScenarioFile]) -> Self {
        let start = State::of(&challenge.start);
        let model_files = challenge.solved();
        let model = State::of(&model_files);
        let given = State::of(answer);

        let errors = given.analysis.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        let mut faults: Vec<Fault> = errors.map(|it| Fault::Invalid(Box::new(it.clone()))).collect();
        let broken = bounds::broken(&challenge.bounds, &challenge.start, answer);
        faults.extend(broken.into_iter().map(Fault::Broken));
        if let Some(missing) = challenge.goal.missing(&given.analysis.cluster) {
            faults.push(Fault::Missing(missing.to_string()));
        }
        let outside = outside(&challenge.goal, [&start, &model, &given]);
        let judged = judge(&challenge.goal, &start, &given, &outside);
        let all = judged.right + judged.off.len();
        faults.extend(judged.off.into_iter().map(|off| Fault::Off(Box::new(off))));
        let loose = if faults.is_empty() {
            let between = Diff::between((&model.analysis, &model.matrix), (&given.analysis, &given.matrix));
            between.changes.into_iter().filter(|change| !change.opened.is_none()).collect()
        } else {
            Vec::new()
        };
        Self {
            faults,
            loose,
            lines: lines(answer),
            model_lines: lines(&model_files),
            flows: (all, judged.right),
        }
    }
}

/// What files say, and what may pass then.
pub(super) struct State {
    pub(super) analysis: Analysis,
    pub(super) matrix: Matrix,
}

impl State {
    pub(super) fn of(files: &[ScenarioFile]) -> Self {
        let sources: Vec<SourceFile> =
            files.iter().map(|file| SourceFile::new(file.name.as_str(), file.text.as_str())).collect();
        let analysis = Analysis::read(&sources, &Limits::PAGE);
        let matrix = analysis.matrix();
        Self { analysis, matrix }
    }

    fn may_pass(&self, from: Endpoint, to: Endpoint) -> &PortSet {
        let index = &self.analysis.index;
        self.matrix.connections(index.class_of(from), index.class_of(to))
    }
}

/// The addresses outside that a goal is judged by: those that it names, and of the internet one for each part that some
/// state tells apart.
fn outside(goal: &Goal, states: [&State; 3]) -> Vec<IpAddr> {
    let mut all = BTreeSet::new();
    for state in states {
        let internet = state.analysis.internet();
        // What is told apart from all of the internet is private: there one of each kind, too.
        let ranges = state.analysis.index.outside_ranges().iter().filter(|range| range.first.is_ipv4());
        let private = ranges.filter(|range| internet.iter().all(|example| example.class != range.class));
        all.extend(private.map(|range| range.first));
        all.extend(internet.iter().map(|example| example.address));
        all.extend(goal.ends().flat_map(|ends| ends.addresses(&state.analysis)));
    }
    all.into_iter().collect()
}

/// What came of a goal.
struct Judged {
    /// How many flows are as they must be.
    right: usize,
    /// Those that are not, by the goal's rows.
    off: Vec<Off>,
}

fn judge(goal: &Goal, start: &State, given: &State, outside: &[IpAddr]) -> Judged {
    let cluster = &given.analysis.cluster;
    let pods = cluster.pods.ids().map(Endpoint::Pod);
    let addresses = outside.iter().map(|address| Endpoint::at(cluster, *address));
    let ends: Vec<Endpoint> = pods.chain(addresses.filter(|end| end.pod().is_none())).collect();
    let mut judged = Judged { right: 0, off: Vec::new() };
    for from in &ends {
        for to in &ends {
            // A pod always reaches itself, and what is outside is no policy's business.
            if from == to || from.pod().is_none() && to.pod().is_none() {
                continue;
            }
            judge_pair(goal, start, given, (*from, *to), &mut judged);
        }
    }
    judge_curls(goal, given, &mut judged);
    judged.off.sort_by_key(|off| off.row);
    judged
}

/// What must be so between two ends: row by row, each about the ports that none before it was about.
fn judge_pair(
    goal: &Goal,
    start: &State,
    given: &State,
    (from, to): (Endpoint, Endpoint),
    judged: &mut Judged,
) {
    let cluster = &given.analysis.cluster;
    let passes = given.may_pass(from, to);
    let mut decided = PortSet::none();
    for (at, row) in goal.rows.iter().enumerate() {
        let GoalTarget::Ends(targets) = &row.to else { continue };
        if !row.from.iter().any(|ends| ends.holds(cluster, from)) {
            continue;
        }
        let targets = targets.iter().filter(|(ends, _)| ends.holds(cluster, to));
        let asked = targets.fold(PortSet::none(), |asked, (_, ports)| {
            asked.union(&ports.clone().unwrap_or_else(|| served(cluster, to)))
        });
        let asked = asked.difference(&decided);
        if asked.is_none() {
            continue;
        }
        decided = decided.union(&asked);
        let wanted = match row.want {
            Want::Pass => asked.clone(),
            Want::Block => PortSet::none(),
            Want::Any => continue,
            Want::Same => match before(start, cluster, from).zip(before(start, cluster, to)) {
                Some((from, to)) => start.may_pass(from, to).intersection(&asked),
                // Who was not there has nothing to keep.
                None => continue,
            },
        };
        let got = passes.intersection(&asked);
        let missing = first(&wanted.difference(&got));
        let extra = first(&got.difference(&wanted));
        judged.right += usize::from(missing.is_none() && extra.is_none());
        for (port, must_pass) in missing.map(|it| (it, true)).into_iter().chain(extra.map(|it| (it, false))) {
            let names = [from, to].map(|end| name(cluster, end));
            let [from_name, to_name] = names;
            let flow = OffFlow::Direct { from: from_name, to: to_name, flow: Flow { from, to, port } };
            judged.off.push(Off { row: at, must_pass, flow });
        }
    }
}

/// What `curl` must see.
fn judge_curls(goal: &Goal, given: &State, judged: &mut Judged) {
    for (at, row) in goal.rows.iter().enumerate() {
        let GoalTarget::Curl(url) = &row.to else { continue };
        for from in &row.from {
            let Ends::One(from) = from else { continue };
            let target = ExpectedTarget::Curl(url.clone());
            let expectation = Expectation { from: from.clone(), target, got: Outcome::Ok };
            let Ok(checked) = check(&given.analysis, &expectation) else { continue };
            let must_pass = row.want == Want::Pass;
            let succeeds = checked.reports.iter().any(|it| it.report.outcome == Outcome::Ok);
            if if must_pass { checked.holds } else { !succeeds } {
                judged.right += 1;
            } else {
                let flow = OffFlow::Curl(Box::new(expectation), Box::new(checked));
                judged.off.push(Off { row: at, must_pass, flow });
            }
        }
    }
}

/// The ports that an end serves: all, where nothing says which.
fn served(cluster: &Cluster, end: Endpoint) -> PortSet {
    let workload = end.pod().map(|pod| &cluster.workloads[cluster.pods[pod].workload]);
    workload.map_or_else(PortSet::all, |workload| match &workload.serves {
        Serves::Unknown => PortSet::all(),
        known @ Serves::Ports(_) => known.port_set(),
    })
}

/// The end as it was at the start, by its name.
fn before(start: &State, cluster: &Cluster, end: Endpoint) -> Option<Endpoint> {
    match end {
        Endpoint::Address(_) => Some(end),
        Endpoint::Pod(id) => {
            let pod = &cluster.pods[id];
            let namespace = &cluster.namespaces[pod.namespace].name;
            start.analysis.cluster.pod(namespace, &pod.name).map(Endpoint::Pod)
        }
    }
}

/// `shop/web`, by the workload, or the address.
fn name(cluster: &Cluster, end: Endpoint) -> String {
    match end {
        Endpoint::Address(address) => Place::Address(address).to_string(),
        Endpoint::Pod(pod) => cluster.workload_name(cluster.pods[pod].workload),
    }
}

/// The lowest port of a set.
fn first(ports: &PortSet) -> Option<Port> {
    [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].into_iter().find_map(|protocol| {
        let (number, _) = ports.ranges(protocol).first()?;
        // Everything is every port from 0; people mean those from 1.
        Some(Port { protocol, number: (*number).max(1) })
    })
}

/// How many lines files have in block style, without comments, markers and blank ones.
fn lines(files: &[ScenarioFile]) -> usize {
    let count = |file: &ScenarioFile| {
        let text = in_block_style(&file.text);
        let parsed = parse(FileId(0), text.as_str(), &Limits::PAGE);
        // A text that is broken has as many lines as it has.
        if parsed.documents.is_empty() && !text.trim().is_empty() {
            return text.lines().count();
        }
        let is_code = |line: &&str| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#') && line != "---" && line != "..."
        };
        text.lines().filter(is_code).count()
    };
    files.iter().map(count).sum()
}
