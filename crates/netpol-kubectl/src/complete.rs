//! What Tab offers: commands, kinds, names, files and flags.

use crate::kubectl::{VERBS, flags_of};
use crate::pods::Listing;
use crate::resource::{RESOURCES, Resource};
use crate::shell::Shell;

/// What can stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// How many bytes before the cursor are a beginning of what is offered.
    pub replaces: usize,
    /// What is offered, in order, each whole.
    pub offers: Vec<String>,
}

/// The programs that there are beside the cluster, and in a pod.
pub(crate) const PROGRAMS: [&str; 28] = [
    "awk", "cat", "cd", "clear", "cp", "cut", "echo", "exit", "export", "grep", "head", "help", "history",
    "kubectl", "ls", "mkdir", "mv", "nano", "pwd", "rm", "sed", "sort", "tail", "tee", "vi", "watch", "wc",
    "xargs",
];
const IN_PODS: [&str; 10] = ["curl", "dig", "env", "exit", "ip", "nc", "nslookup", "ping", "sh", "wget"];

impl Shell {
    /// What can stand where the cursor is; `before` is what was typed up to there.
    #[must_use]
    pub fn complete(&self, before: &str) -> Completions {
        // What is typed after a pipe, a `;` or a parenthesis is a command of its own.
        let line = before.rsplit(['|', ';', '&', '(', '`', '\n']).next().unwrap_or_default();
        let word = line.rsplit([' ', '\t']).next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let earlier = match word {
            "" => words.as_slice(),
            _ => words.get(..words.len().saturating_sub(1)).unwrap_or_default(),
        };
        let mut offers = self.offers(earlier, word);
        offers.retain(|offer| offer.starts_with(word) && offer != word);
        netpol_syntax::order::sort_and_dedup(&mut offers);
        Completions { replaces: word.len(), offers }
    }

    fn offers(&self, earlier: &[&str], word: &str) -> Vec<String> {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        if self.is_in_pod() {
            return if earlier.is_empty() { own(&IN_PODS) } else { self.hosts() };
        }
        let Some((program, rest)) = earlier.split_first() else { return own(&PROGRAMS) };
        if !matches!(*program, "kubectl" | "k") {
            return self.file_names();
        }
        match rest.last() {
            Some(&("-n" | "--namespace")) => return self.names("Namespace", None),
            Some(&("-f" | "--filename")) => return self.file_names(),
            Some(&("-o" | "--output")) => {
                return own(&["custom-columns=", "json", "jsonpath=", "name", "wide", "yaml"]);
            }
            _ => {}
        }
        if let Some(at) = rest.iter().position(|word| *word == "--") {
            return if at + 1 == rest.len() { own(&IN_PODS) } else { self.hosts() };
        }
        let plain: Vec<&str> = plain(rest);
        let Some((verb, about)) = plain.split_first() else { return own(&VERBS) };
        if word.starts_with('-') {
            return flags_of(verb).into_iter().map(|name| format!("--{name}")).collect();
        }
        let namespace = rest.windows(2).find_map(|pair| match pair {
            ["-n" | "--namespace", namespace] => Some(*namespace),
            _ => None,
        });
        match (*verb, about) {
            ("exec", []) => self.names("Pod", namespace),
            ("create", []) => own(&["deployment", "namespace", "service"]),
            ("config", []) => own(&["current-context", "get-contexts", "set-context", "use-context", "view"]),
            (
                "get" | "describe" | "delete" | "label" | "annotate" | "edit" | "explain" | "expose"
                | "scale",
                [],
            ) => match word.split_once('/').and_then(|(kind, _)| Some((kind, Resource::find(kind)?))) {
                Some((kind, resource)) => {
                    let names = self.names(resource.kind, namespace).into_iter();
                    names.map(|name| format!("{kind}/{name}")).collect()
                }
                None => RESOURCES
                    .iter()
                    .flat_map(|it| it.short.iter().copied().chain([it.plural]))
                    .map(str::to_owned)
                    .collect(),
            },
            ("explain" | "apply" | "create" | "config", _) => Vec::new(),
            (_, [kind, ..]) => {
                Resource::find(kind).map_or_else(Vec::new, |it| self.names(it.kind, namespace))
            }
            _ => Vec::new(),
        }
    }

    /// The names of all objects of a kind, of the namespace that the command is about.
    fn names(&self, kind: &str, namespace: Option<&str>) -> Vec<String> {
        let cluster = &self.store.analysis().cluster;
        let namespace = namespace.unwrap_or(&self.namespace);
        match kind {
            "Namespace" => cluster.namespaces.rows().iter().map(|it| it.name.to_string()).collect(),
            "Pod" => {
                let listing = Listing::new(self);
                let here = listing.pods().iter().filter(|it| it.namespace == namespace);
                here.map(|it| it.name.to_owned()).collect()
            }
            "Service" | "Endpoints" => {
                let here = cluster
                    .services
                    .rows()
                    .iter()
                    .filter(|it| *cluster.namespaces[it.namespace].name == *namespace);
                here.map(|it| it.name.to_string()).collect()
            }
            kind => {
                let here = self.store.objects().map(|object| &object.reference).filter(|it| {
                    it.kind == kind && it.namespace.as_deref().is_none_or(|own| own == namespace)
                });
                here.map(|it| it.name.clone()).collect()
            }
        }
    }

    /// What can be reached by name from a pod: services, those of other namespaces with theirs.
    fn hosts(&self) -> Vec<String> {
        let cluster = &self.store.analysis().cluster;
        let names = cluster.services.rows().iter().flat_map(|service| {
            let namespace = &cluster.namespaces[service.namespace].name;
            let whole = format!("{}.{namespace}", service.name);
            if **namespace == *self.namespace { vec![service.name.to_string(), whole] } else { vec![whole] }
        });
        names.collect()
    }

    fn file_names(&self) -> Vec<String> {
        // As they are named from here.
        let here = |path: String| match self.folder.as_str() {
            "" => path,
            folder => match path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
                Some(rest) => rest.to_owned(),
                None => format!("~/{path}"),
            },
        };
        let folders = self.folders.iter().map(|folder| format!("{folder}/"));
        self.paths().into_iter().chain(folders).map(here).collect()
    }
}

/// The words that are no flags, nor their values.
fn plain<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if matches!(*word, "-n" | "--namespace" | "-f" | "-l" | "-o" | "-c") {
            words.next();
        } else if !word.starts_with('-') {
            found.push(*word);
        }
    }
    found
}
