//! A session: what is typed, line by line, and what comes of it.

use std::collections::HashMap;

use netpol_engine::{Analysis, Endpoint, PodId, Report, Step};
use netpol_lessons::{ObjectRef, ScenarioFile};
use netpol_syntax::order::Map;

use crate::line::{self, LineError};
use crate::pod;
use crate::run::Budget;
use crate::store::Store;

/// A shell over the files of a scenario.
#[derive(Debug)]
pub struct Shell {
    pub(crate) store: Store,
    /// The namespace that commands are about where they name none.
    pub(crate) namespace: String,
    /// Files that are no part of the scenario yet, by their paths from home on.
    pub(crate) files: Map<String, String>,
    /// Folders that were made, likewise.
    pub(crate) folders: Vec<String>,
    /// The one that this is in; home is empty.
    pub(crate) folder: String,
    /// What was typed, the latest last.
    pub(crate) history: Vec<String>,
    pub(crate) variables: HashMap<String, String>,
    /// Lines that wait for what closes their quote or here-document.
    open: String,
    /// The pod whose shell this is at the moment.
    inside: Option<Inside>,
    events: Vec<Event>,
    /// The last command's.
    pub(crate) status: u8,
    /// Where `$RANDOM` stands.
    pub(crate) random: u32,
    /// What the line may still do.
    pub(crate) budget: Budget,
    /// Whether what is left of a script, or of a line that was stopped, is not run.
    pub(crate) is_leaving: bool,
}

/// How the shell of a pod was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    /// `kubectl exec -it`.
    Exec,
    /// `kubectl run -it`: it can be attached to again.
    Run,
    /// `kubectl run --rm -it`: the pod goes with it.
    Temporary,
}

/// A shell in a pod.
#[derive(Debug)]
struct Inside {
    /// The pod's namespace and name: it may go while its shell is open.
    pod: (String, String),
    /// How it was opened, which is how it ends.
    session: Session,
    /// The variables of the shell outside.
    outside: HashMap<String, String>,
}

/// What came of what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// What is to be shown, ending in a line break unless empty.
    pub text: String,
    /// The last command's status: 0 where it succeeded.
    pub status: u8,
    /// What else is to happen, in order.
    pub events: Vec<Event>,
}

/// What a command does besides printing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The screen is to be cleared.
    Clear,
    /// A file of the scenario is to be opened in the editor, and where in it something stands.
    Edit {
        /// The file's name; one that there is not is to be made.
        file: String,
        /// The object that is meant.
        object: Option<ObjectRef>,
    },
    /// Something was tried from a pod: the connections that it came to, in order.
    Probe(Vec<Leg>),
    /// The shell is to be closed.
    Exit,
}

/// A connection that was tried. Its ends have names, for a pod may be gone when this is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The workload that it comes from, `namespace/name`; `None` where that is outside.
    pub from: Option<String>,
    /// The workload that it goes to, likewise.
    pub to: Option<String>,
    /// Whether policies let it pass.
    pub passes: bool,
}

impl Leg {
    /// The connections of a report, each once.
    pub(crate) fn all_of(analysis: &Analysis, report: &Report) -> Vec<Self> {
        let cluster = &analysis.cluster;
        let name = |end: Endpoint| Some(cluster.workload_name(cluster.pods[end.pod()?].workload));
        let mut legs: Vec<Self> = Vec::new();
        for step in &report.steps {
            let connections = match step {
                Step::Lookup(lookup) => lookup.queries.as_slice(),
                Step::Connection(connection) => std::slice::from_ref(connection),
                Step::Translation(_) => &[],
            };
            for connection in connections {
                let flow = connection.evaluation.flow;
                let passes = connection.evaluation.verdict().is_allowed();
                let leg = Self { from: name(flow.from), to: name(flow.to), passes };
                if !legs.contains(&leg) {
                    legs.push(leg);
                }
            }
        }
        legs
    }
}

/// What a program leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// What it prints, for the screen or the next program.
    pub(crate) out: String,
    /// What it complains of.
    pub(crate) err: String,
    /// Its status.
    pub(crate) status: u8,
    /// What commands before it printed and complained of, where it is the last of several.
    pub(crate) before: Vec<(String, String)>,
}

impl Done {
    /// What is seen of it on a screen.
    pub(crate) fn text(&self) -> String {
        let all = self.before.iter().flat_map(|(out, err)| [out, err]).chain([&self.out, &self.err]);
        all.map(String::as_str).collect()
    }

    /// All that was printed.
    pub(crate) fn all_out(&self) -> String {
        self.before.iter().map(|(out, _)| out).chain([&self.out]).map(String::as_str).collect()
    }

    /// All that was complained of.
    pub(crate) fn all_errors(&self) -> String {
        self.before.iter().map(|(_, err)| err).chain([&self.err]).map(String::as_str).collect()
    }

    /// This, and then the next.
    pub(crate) fn then(mut self, next: Self) -> Self {
        self.before.push((self.out, self.err));
        self.before.retain(|(out, err)| !out.is_empty() || !err.is_empty());
        self.before.extend(next.before);
        Self { before: self.before, ..next }
    }

    /// It went well, and prints this.
    pub(crate) fn ok(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::default() }
    }

    /// It failed, and says this; a line break is added.
    pub(crate) fn fail(status: u8, err: impl Into<String>) -> Self {
        Self { err: format!("{}\n", err.into()), status, ..Self::default() }
    }
}

impl Shell {
    /// A shell that begins with these files.
    #[must_use]
    pub fn new(files: &[ScenarioFile]) -> Self {
        Self {
            store: Store::new(files),
            namespace: "default".to_owned(),
            files: Map::new(),
            folders: Vec::new(),
            folder: String::new(),
            history: Vec::new(),
            variables: HashMap::new(),
            open: String::new(),
            inside: None,
            events: Vec::new(),
            status: 0,
            random: 1,
            budget: Budget::LINE,
            is_leaving: false,
        }
    }

    /// What the files say, and the objects in them.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Takes the files as they are now: they may have been edited elsewhere.
    pub fn set_files(&mut self, files: &[ScenarioFile]) {
        self.store.set_files(files);
    }

    /// What stands before what is typed next.
    #[must_use]
    pub fn prompt(&self) -> String {
        match &self.inside {
            _ if !self.open.is_empty() => "> ".to_owned(),
            Some(inside) => format!("{}:/# ", inside.pod.1),
            None if self.folder.is_empty() => "$ ".to_owned(),
            None => format!("{} $ ", self.folder),
        }
    }

    /// What was typed, the latest last.
    #[must_use]
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Runs what was typed: a line or several.
    pub fn run(&mut self, typed: &str) -> Output {
        let text = match self.open.as_str() {
            "" => typed.to_owned(),
            open => format!("{open}\n{typed}"),
        };
        let list = match line::read(&text) {
            Ok(list) => list,
            Err(LineError::Unfinished) => {
                self.open = text;
                return Output { status: self.status, ..Output::default() };
            }
            Err(error) => {
                self.open.clear();
                self.remember(&text);
                self.status = 2;
                return Output { text: format!("bash: {error}\n"), status: 2, events: Vec::new() };
            }
        };
        self.open.clear();
        self.remember(&text);
        self.budget = Budget::LINE;
        let mut shown = self.list(&list, None).text();
        self.is_leaving = false;
        if !shown.is_empty() && !shown.ends_with('\n') {
            shown.push('\n');
        }
        // Now, and not when the next line asks, which has to be quick as well.
        self.store.evaluate();
        Output { text: shown, status: self.status, events: std::mem::take(&mut self.events) }
    }

    /// Gives up what is typed so far (Ctrl-C), or what waits for more lines.
    pub fn interrupt(&mut self) {
        self.open.clear();
        self.status = 130;
    }

    fn remember(&mut self, text: &str) {
        let text = text.trim_end();
        if !text.is_empty() && self.history.last().map(String::as_str) != Some(text) {
            self.history.push(text.to_owned());
        }
    }

    /// Opens the shell of a pod.
    pub(crate) fn enter(&mut self, pod: PodId, session: Session) {
        let own = pod::variables(self, pod).into_iter().collect();
        let outside = std::mem::replace(&mut self.variables, own);
        self.inside = Some(Inside { pod: self.pod_name(pod), session, outside });
    }

    /// Leaves the shell of a pod.
    pub(crate) fn leave(&mut self) -> Done {
        let mut done = Done::ok("exit\n");
        if let Some(Inside { pod: (namespace, name), session, outside }) = self.inside.take() {
            self.variables = outside;
            match session {
                Session::Exec if self.status != 0 => {
                    done.status = self.status;
                    done.err = format!("command terminated with exit code {}\n", self.status);
                }
                Session::Exec => {}
                Session::Run => {
                    done.out.push_str(&format!(
                        "Session ended, resume using 'kubectl attach {name} -c {name} -n {namespace} -i -t' command when the pod is running\n"
                    ));
                }
                Session::Temporary => {
                    self.store.delete(&[ObjectRef::new("Pod", Some(&namespace), &name)]);
                    done.out.push_str(&format!("pod \"{name}\" deleted from {namespace} namespace\n"));
                }
            }
        }
        done
    }

    /// Closes this shell.
    pub(crate) fn exit(&mut self) -> Done {
        self.events.push(Event::Exit);
        Done::ok("exit\n")
    }

    /// The pod whose shell this is, where it is still there.
    pub(crate) fn pod_inside(&self) -> Option<PodId> {
        let (namespace, pod) = &self.inside.as_ref()?.pod;
        self.store.analysis().cluster.pod(namespace, pod)
    }

    /// Whether this is a pod's shell at the moment.
    pub(crate) fn is_in_pod(&self) -> bool {
        self.inside.is_some()
    }

    /// Whether there is a namespace of this name; some are in every cluster.
    pub(crate) fn has_namespace(&self, name: &str) -> bool {
        matches!(name, "default" | "kube-system" | "kube-public" | "kube-node-lease")
            || self.store.has_namespace(name)
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The pod of an id as a namespace and a name.
    pub(crate) fn pod_name(&self, pod: PodId) -> (String, String) {
        let cluster = &self.store.analysis().cluster;
        let pod = &cluster.pods[pod];
        (cluster.namespaces[pod.namespace].name.to_string(), pod.name.to_string())
    }
}
