//! A session: what is typed, line by line, and what comes of it.

use netpol_engine::{Analysis, Endpoint, PodId, Report, Step};
use netpol_lessons::{ObjectRef, ScenarioFile};
use netpol_syntax::order::Map;

use crate::line::{self, Command, Input, LineError, Pipeline};
use crate::store::Store;
use crate::{kubectl, pod, programs};

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
    variables: Map<String, String>,
    /// Lines that wait for what closes their quote or here-document.
    open: String,
    /// The pod whose shell this is at the moment.
    inside: Option<Inside>,
    events: Vec<Event>,
    status: u8,
}

/// A shell in a pod.
#[derive(Clone, Debug)]
struct Inside {
    /// The pod's namespace and name: it may go while its shell is open.
    pod: (String, String),
    /// Whether it goes with its shell: `--rm`.
    is_temporary: bool,
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
}

impl Done {
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
            variables: Map::new(),
            open: String::new(),
            inside: None,
            events: Vec::new(),
            status: 0,
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
        let variables = &self.variables;
        let status = self.status;
        let variable = |name: &str| match name {
            "?" => Some(status.to_string()),
            name => variables.get(name).cloned(),
        };
        let pipelines = match line::read(&text, &variable) {
            Ok(pipelines) => pipelines,
            Err(LineError::Unfinished) => {
                self.open = text;
                return Output { status: self.status, ..Output::default() };
            }
            Err(error) => {
                self.open.clear();
                self.remember(&text);
                self.status = 2;
                return Output { text: format!("{error}\n"), status: 2, events: Vec::new() };
            }
        };
        self.open.clear();
        self.remember(&text);
        let mut shown = String::new();
        for pipeline in pipelines {
            if pipeline.when.is_due(self.status) {
                shown.push_str(&self.pipeline(&pipeline));
            }
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

    /// What it shows on the screen.
    fn pipeline(&mut self, pipeline: &Pipeline) -> String {
        let mut shown = String::new();
        let mut piped: Option<String> = None;
        for (at, command) in pipeline.commands.iter().enumerate() {
            let is_last = at + 1 == pipeline.commands.len();
            let mut done = self.command(command, piped.take());
            if command.joins_errors {
                done.out.push_str(&std::mem::take(&mut done.err));
            }
            if !command.drops_errors {
                shown.push_str(&done.err);
            }
            self.status = done.status;
            match &command.output {
                Some(to) if to.file == "/dev/null" => piped = Some(String::new()),
                Some(to) => {
                    if let Some(missing) = self.write(&to.file, &done.out, to.appends) {
                        shown.push_str(&format!("bash: {missing}\n"));
                        self.status = 1;
                    }
                    piped = Some(String::new());
                }
                None if is_last => {
                    // What is printed comes before what is complained of, but for what was piped.
                    let errors = std::mem::take(&mut shown);
                    shown = done.out + &errors;
                }
                None => piped = Some(done.out),
            }
        }
        shown
    }

    fn command(&mut self, command: &Command, piped: Option<String>) -> Done {
        for (name, value) in &command.sets {
            self.variables.insert(name.clone(), value.clone());
        }
        let input = match &command.input {
            Some(Input::Text(text)) => Some(text.clone()),
            Some(Input::File(file)) => match self.read(file) {
                Some(text) => Some(text),
                None => return Done::fail(1, format!("bash: {file}: No such file or directory")),
            },
            None => piped,
        };
        match command.words.split_first() {
            None => Done::default(),
            Some((name, words)) => self.program(name, words, input),
        }
    }

    /// Runs a program by its name, here or in the pod whose shell this is.
    pub(crate) fn program(&mut self, name: &str, words: &[String], input: Option<String>) -> Done {
        if let Some(inside) = self.inside.clone() {
            if name == "exit" || name == "logout" {
                return self.leave(&inside);
            }
            let (namespace, pod) = &inside.pod;
            let Some(id) = self.store.analysis().cluster.pod(namespace, pod) else {
                self.inside = None;
                return Done::fail(137, "command terminated with exit code 137");
            };
            return pod::run(self, id, name, words, input);
        }
        match name {
            "kubectl" | "k" => kubectl::run(self, words, input),
            "export" => {
                for word in words {
                    if let Some((name, value)) = word.split_once('=') {
                        self.variables.insert(name.to_owned(), value.to_owned());
                    }
                }
                Done::default()
            }
            "exit" | "logout" => {
                self.events.push(Event::Exit);
                Done::ok("exit\n")
            }
            name => programs::run(self, name, words, input),
        }
    }

    /// Opens the shell of a pod.
    pub(crate) fn enter(&mut self, namespace: &str, pod: &str, is_temporary: bool) {
        self.inside = Some(Inside { pod: (namespace.to_owned(), pod.to_owned()), is_temporary });
    }

    fn leave(&mut self, inside: &Inside) -> Done {
        self.inside = None;
        let mut out = "exit\n".to_owned();
        if inside.is_temporary {
            let (namespace, name) = &inside.pod;
            self.store.delete(&[ObjectRef::new("Pod", Some(namespace), name)]);
            out.push_str(&format!("pod \"{name}\" deleted from {namespace} namespace\n"));
        }
        Done::ok(out)
    }

    /// Whether this is a pod's shell at the moment.
    pub(crate) fn is_in_pod(&self) -> bool {
        self.inside.is_some()
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
