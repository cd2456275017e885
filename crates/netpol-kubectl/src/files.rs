//! Files and folders: those of the scenario stand at home, and those made here wherever they were made.

use netpol_lessons::{CLUSTER_FILE, POLICIES_FILE};

use crate::shell::{Done, Shell};

/// Where one begins, as `pwd` prints it.
const HOME: &str = "/root";

impl Shell {
    /// A file's or folder's name from home on, without `.` and `..`; home itself is empty.
    pub(crate) fn path(&self, name: &str) -> String {
        let from_home = [HOME, "~"]
            .iter()
            .find_map(|home| name.strip_prefix(home).filter(|rest| rest.is_empty() || rest.starts_with('/')));
        let whole = match from_home {
            Some(rest) => rest.to_owned(),
            None if name.starts_with('/') => name.to_owned(),
            None => format!("{}/{name}", self.folder),
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in whole.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    /// What a file holds: one of the scenario's, or one of the shell's own.
    pub(crate) fn read(&self, name: &str) -> Option<String> {
        let path = self.path(name);
        self.store.text(&path).or_else(|| self.files.get(&path).cloned())
    }

    /// What a file holds, or each manifest of a folder, as `-f` takes them.
    pub(crate) fn read_manifests(&self, name: &str) -> Option<Vec<String>> {
        let path = self.path(name);
        if !self.is_folder(&path) {
            return self.read(name).map(|text| vec![text]);
        }
        let is_manifest = |name: &String| {
            [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end)) && parent(name) == path
        };
        let names = self.paths().into_iter().filter(is_manifest);
        Some(names.filter_map(|name| self.read(&format!("~/{name}"))).collect())
    }

    /// Writes into a file: the scenario's where it is one of those. What is said where it cannot be.
    pub(crate) fn write(&mut self, name: &str, text: &str, appends: bool) -> Option<String> {
        let path = self.path(name);
        if self.is_folder(&path) {
            return Some(format!("{name}: Is a directory"));
        }
        if !self.is_folder(parent(&path)) {
            return Some(format!("{name}: No such file or directory"));
        }
        let before = if appends { self.read(name).unwrap_or_default() } else { String::new() };
        let text = before + text;
        if self.store.text(&path).is_some() {
            let mut files = self.store.files();
            if let Some(file) = files.iter_mut().find(|file| file.name == path) {
                file.text = text;
            }
            self.store.set_files(&files);
        } else {
            self.files.insert(path, text);
        }
        None
    }

    /// Does something that may empty files, and takes those of these names that it emptied for the shell's own, as they were:
    /// what was applied from a file and is deleted by it stands in that file still.
    pub(crate) fn keeping(&mut self, names: &[String], does: impl FnOnce(&mut Self)) {
        let paths = names.iter().map(|name| self.path(name));
        let own = paths.filter(|path| path != CLUSTER_FILE && path != POLICIES_FILE);
        let before: Vec<(String, String)> =
            own.filter_map(|path| Some((path.clone(), self.store.text(&path)?))).collect();
        does(self);
        let is_emptied = |path: &String| self.store.text(path).is_some_and(|text| text.trim().is_empty());
        let emptied: Vec<(String, String)> =
            before.into_iter().filter(|(path, _)| is_emptied(path)).collect();
        if !emptied.is_empty() {
            let mut files = self.store.files();
            files.retain(|file| emptied.iter().all(|(path, _)| *path != file.name));
            self.store.set_files(&files);
            self.files.extend(emptied);
        }
    }

    /// All files, from home on, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut names: Vec<String> = self.store.files().into_iter().map(|file| file.name).collect();
        names.extend(self.files.iter().map(|(name, _)| name.clone()));
        netpol_syntax::order::sort_and_dedup(&mut names);
        names
    }

    /// The files that `*` stands for in a name, as they are named from here; none where the name has no `*`.
    pub(crate) fn matching(&self, name: &str) -> Vec<String> {
        let mut parts = name.split('*');
        let (Some(start), true) = (parts.next(), name.contains('*')) else { return Vec::new() };
        let rest: Vec<&str> = parts.collect();
        let fits = |known: &str| {
            let Some(mut left) = known.strip_prefix(start) else { return false };
            let (last, between) = rest.split_last().map_or(("", &[][..]), |(last, between)| (*last, between));
            for part in between {
                match left.split_once(part) {
                    Some((_, behind)) => left = behind,
                    None => return false,
                }
            }
            left.len() >= last.len() && left.ends_with(last)
        };
        let here = if self.folder.is_empty() { String::new() } else { format!("{}/", self.folder) };
        let paths = self.paths();
        let named = paths.iter().filter_map(|path| path.strip_prefix(&here));
        let depth = name.matches('/').count();
        named.filter(|path| path.matches('/').count() == depth && fits(path)).map(str::to_owned).collect()
    }

    /// Whether there is a folder, from home on.
    fn is_folder(&self, path: &str) -> bool {
        let within = |known: &String| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        path.is_empty()
            || self.folders.iter().any(|known| known == path || within(known))
            || self.paths().iter().any(within)
    }
}

/// The folder that something is in.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Where one is.
pub(crate) fn pwd(shell: &Shell) -> String {
    match shell.folder.as_str() {
        "" => format!("{HOME}\n"),
        folder => format!("{HOME}/{folder}\n"),
    }
}

pub(crate) fn cd(shell: &mut Shell, words: &[String]) -> Done {
    let name = words.first().map_or("~", String::as_str);
    let path = shell.path(name);
    if !shell.is_folder(&path) {
        let is_file = shell.read(name).is_some();
        let why = if is_file { "Not a directory" } else { "No such file or directory" };
        return Done::fail(1, format!("bash: cd: {name}: {why}"));
    }
    shell.folder = path;
    Done::default()
}

pub(crate) fn mkdir(shell: &mut Shell, words: &[String]) -> Done {
    let with_parents = words.iter().any(|word| matches!(word.as_str(), "-p" | "--parents"));
    let mut done = Done::default();
    for name in words.iter().filter(|word| !word.starts_with('-')) {
        let path = shell.path(name);
        let is_there = shell.is_folder(&path) || shell.read(name).is_some();
        let why = match is_there {
            true if with_parents => continue,
            true => "File exists",
            false if with_parents || shell.is_folder(parent(&path)) => {
                shell.folders.push(path);
                continue;
            }
            false => "No such file or directory",
        };
        done.err.push_str(&format!("mkdir: cannot create directory ‘{name}’: {why}\n"));
        done.status = 1;
    }
    done
}

pub(crate) fn cat(shell: &Shell, words: &[String], input: Option<String>) -> Done {
    let files: Vec<&String> = words.iter().filter(|word| *word != "-" && !word.starts_with('-')).collect();
    if files.is_empty() {
        return Done::ok(input.unwrap_or_default());
    }
    let mut done = Done::default();
    for file in files {
        match shell.read(file) {
            Some(text) => done.out.push_str(&text),
            None => {
                let is_folder = shell.is_folder(&shell.path(file));
                let why = if is_folder { "Is a directory" } else { "No such file or directory" };
                done.err.push_str(&format!("cat: {file}: {why}\n"));
                done.status = 1;
            }
        }
    }
    done
}

/// What stands in a folder, or the files that are named.
pub(crate) fn ls(shell: &Shell, words: &[String]) -> Done {
    let mut wanted: Vec<&str> =
        words.iter().filter(|word| !word.starts_with('-')).map(String::as_str).collect();
    if wanted.is_empty() {
        wanted.push(".");
    }
    let mut done = Done::default();
    for name in wanted {
        let path = shell.path(name);
        if shell.is_folder(&path) {
            let inside = |known: &str| {
                let rest =
                    if path.is_empty() { known } else { known.strip_prefix(&path)?.strip_prefix('/')? };
                rest.split('/').next().filter(|entry| !entry.is_empty()).map(str::to_owned)
            };
            let paths = shell.paths();
            let mut entries: Vec<String> =
                paths.iter().chain(&shell.folders).filter_map(|known| inside(known)).collect();
            netpol_syntax::order::sort_and_dedup(&mut entries);
            done.out.extend(entries.iter().flat_map(|entry| [entry.as_str(), "\n"]));
        } else if shell.read(name).is_some() {
            done.out.push_str(&format!("{name}\n"));
        } else {
            done.err.push_str(&format!("ls: cannot access '{name}': No such file or directory\n"));
            done.status = 2;
        }
    }
    done
}

pub(crate) fn rm(shell: &mut Shell, words: &[String]) -> Done {
    let flags: String = words.iter().filter(|word| word.starts_with('-')).cloned().collect();
    let mut done = Done::default();
    for name in words.iter().filter(|word| !word.starts_with('-')) {
        let path = shell.path(name);
        if shell.files.get(&path).is_some() || shell.store.text(&path).is_some() {
            remove(shell, |known| known == path);
        } else if shell.is_folder(&path) && flags.contains('r') {
            let within = format!("{path}/");
            remove(shell, |known| known.starts_with(&within));
            shell.folders.retain(|known| *known != path && !known.starts_with(&within));
        } else if !flags.contains('f') {
            let is_folder = shell.is_folder(&path);
            let why = if is_folder { "Is a directory" } else { "No such file or directory" };
            done.err.push_str(&format!("rm: cannot remove '{name}': {why}\n"));
            done.status = 1;
        }
    }
    done
}

/// `cp FROM TO` and `mv FROM TO`; into a folder under the same name.
pub(crate) fn copy(shell: &mut Shell, words: &[String], moves: bool) -> Done {
    let program = if moves { "mv" } else { "cp" };
    let names: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let [from, to] = names.as_slice() else {
        return Done::fail(1, format!("{program}: name a file and where it goes: {program} FROM TO"));
    };
    let Some(text) = shell.read(from) else {
        return Done::fail(1, format!("{program}: cannot stat '{from}': No such file or directory"));
    };
    let into = shell.path(to);
    let name = from.rsplit('/').next().unwrap_or(from);
    let to = if shell.is_folder(&into) { format!("{to}/{name}") } else { (*to).clone() };
    let (source, target) = (shell.path(from), shell.path(&to));
    if source == target {
        return Done::fail(1, format!("{program}: '{from}' and '{to}' are the same file"));
    }
    if let Some(missing) = shell.write(&to, &text, false) {
        return Done::fail(1, format!("{program}: {missing}"));
    }
    if moves {
        remove(shell, |known| known == source);
    }
    Done::default()
}

/// Takes files away, whosever they are.
fn remove(shell: &mut Shell, goes: impl Fn(&str) -> bool) {
    let kept = shell.files.iter().filter(|(known, _)| !goes(known));
    shell.files = kept.map(|(name, text)| (name.clone(), text.clone())).collect();
    let mut files = shell.store.files();
    let before = files.len();
    files.retain(|file| !goes(&file.name));
    if files.len() < before {
        shell.store.set_files(&files);
    }
}
