//! Runs what [`crate::line`] has read: puts in what stands for something else, and leads output from one to the next.

use netpol_engine::PodId;

use crate::line::{self, Command, Each, Input, Piece, Pipeline, Word};
use crate::shell::{Done, Shell};
use crate::time::behind_times;
use crate::{files, kubectl, pod, programs};

/// What a line may still do: loops and what variables hold can grow without bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    commands: usize,
    bytes: usize,
}

impl Budget {
    /// That of a line.
    pub(crate) const LINE: Self = Self { commands: 2000, bytes: 64 << 20 };

    /// Takes a command and so many bytes; whether there were as many.
    fn take(&mut self, bytes: usize) -> bool {
        match (self.commands.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(commands), Some(bytes)) => {
                *self = Self { commands, bytes };
                true
            }
            _ => {
                self.commands = 0;
                false
            }
        }
    }
}

/// Where a list of commands runs: beside the cluster, or in the pod whose shell is open, unless it is a script in a pod.
type Place = Option<PodId>;

impl Shell {
    /// Runs commands one after the other.
    pub(crate) fn list(&mut self, list: &[Pipeline], place: Place) -> Done {
        let mut all = Done::default();
        for pipeline in list {
            if self.is_leaving || !pipeline.when.is_due(self.status) {
                continue;
            }
            let done = self.pipeline(pipeline, place);
            self.status = done.status;
            all = all.then(done);
        }
        all.status = self.status;
        all
    }

    /// Runs `sh -c TEXT` in a pod: variables are its own, and `exit` ends it.
    pub(crate) fn script(&mut self, pod: PodId, text: &str) -> Done {
        let list = match line::read(text) {
            Ok(list) => list,
            Err(error) => return Done::fail(2, format!("sh: {error}")),
        };
        let own = pod::variables(self, pod).into_iter().collect();
        let variables = std::mem::replace(&mut self.variables, own);
        let status = std::mem::take(&mut self.status);
        let mut done = self.list(&list, Some(pod));
        self.is_leaving = false;
        self.variables = variables;
        done.status = std::mem::replace(&mut self.status, status);
        done
    }

    fn pipeline(&mut self, pipeline: &Pipeline, place: Place) -> Done {
        let mut errors = String::new();
        let mut piped: Option<String> = None;
        let mut last = Done::default();
        for (at, command) in pipeline.commands.iter().enumerate() {
            let is_last = at + 1 == pipeline.commands.len();
            let mut done = self.command(command, piped.take(), place);
            if command.joins_errors {
                done = Done { out: done.text(), status: done.status, ..Done::default() };
            }
            if command.drops_errors {
                done = Done { out: done.all_out(), status: done.status, ..Done::default() };
            }
            if let Some(to) = &command.output {
                let file = self.text_of(&to.file, place, &mut errors);
                let out = done.all_out();
                errors.push_str(&done.all_errors());
                done = Done { status: done.status, ..Done::default() };
                if let Some(said) = self.redirect(&file, &out, to.appends, place) {
                    errors.push_str(&said);
                    done.status = 1;
                }
            }
            if is_last {
                last = done;
            } else {
                piped = Some(done.all_out());
                errors.push_str(&done.all_errors());
            }
        }
        last.err.push_str(&errors);
        last
    }

    /// Puts output into a file; what is wrong with that.
    fn redirect(&mut self, file: &str, out: &str, appends: bool, place: Place) -> Option<String> {
        if file == "/dev/null" {
            return None;
        }
        if let Some(pod) = place.or_else(|| self.pod_inside())
            && let Some(end) = file.strip_prefix("/dev/tcp/")
        {
            let why = pod::opens(self, pod, end)?;
            return Some(format!("bash: connect: {why}\nbash: {file}: {why}\n"));
        }
        if place.is_some() || self.is_in_pod() {
            return Some(format!("sh: {file}: a pod's files are not part of this\n"));
        }
        self.write(file, out, appends).map(|missing| format!("bash: {missing}\n"))
    }

    fn command(&mut self, command: &Command, piped: Option<String>, place: Place) -> Done {
        let mut errors = String::new();
        let mut done = self.quiet(command, piped, place, &mut errors);
        if !errors.is_empty() {
            // What was put in complained before the command did.
            done.before.insert(0, (String::new(), errors));
        }
        let bytes = done.out.len() + done.err.len();
        if !self.budget.take(bytes) && !self.is_leaving {
            self.is_leaving = true;
            done = Done::fail(137, "bash: that is too much for one line: it was stopped");
        }
        done
    }

    /// Runs a command; what putting in complains of is `errors`.
    fn quiet(&mut self, command: &Command, piped: Option<String>, place: Place, errors: &mut String) -> Done {
        let input = match &command.input {
            Some(Input::Text(text)) => {
                let text = text.get().map(|word| self.text_of(word, place, errors));
                Some(text.unwrap_or_default())
            }
            Some(Input::File(file)) => {
                let file = self.text_of(file, place, errors);
                if let Some(pod) = place.or_else(|| self.pod_inside())
                    && let Some(end) = file.strip_prefix("/dev/tcp/")
                {
                    if let Some(why) = pod::opens(self, pod, end) {
                        return Done::fail(1, format!("bash: connect: {why}\nbash: {file}: {why}"));
                    }
                    Some(String::new())
                } else {
                    match (file.as_str(), self.read(&file)) {
                        ("/dev/null", _) => Some(String::new()),
                        (_, Some(text)) => Some(text),
                        (_, None) => {
                            return Done::fail(1, format!("bash: {file}: No such file or directory"));
                        }
                    }
                }
            }
            None => piped,
        };
        if let Some(each) = &command.each {
            return self.each(each, place, errors);
        }
        let words = self.fields_of(&command.words, place, errors);
        let mut known = Vec::new();
        for (name, value) in &command.sets {
            let value = self.text_of(value, place, errors);
            known.push((name.clone(), self.variables.insert(name.clone(), value)));
        }
        let Some((name, words)) = words.split_first() else {
            // With nothing to run, the status is that of the last command that was put in.
            let values = command.sets.iter().map(|(_, value)| value);
            let has_run = command.words.iter().chain(values).any(Word::has_commands);
            return Done { status: if has_run { self.status } else { 0 }, ..Done::default() };
        };
        let done = self.program(name, words, input, place);
        // What stands before a command is set for it alone.
        for (name, value) in known.into_iter().rev() {
            match value {
                Some(value) => drop(self.variables.insert(name, value)),
                None => drop(self.variables.remove(&name)),
            }
        }
        done
    }

    fn each(&mut self, each: &Each, place: Place, errors: &mut String) -> Done {
        let mut all = Done::default();
        for value in self.fields_of(&each.of, place, errors) {
            if self.is_leaving {
                break;
            }
            self.variables.insert(each.variable.clone(), value);
            all = all.then(self.list(&each.body, place));
        }
        all
    }

    fn fields_of(&mut self, words: &[Word], place: Place, errors: &mut String) -> Vec<String> {
        let mut fields = Vec::new();
        for word in words {
            let files = match word.plain() {
                Some(name) if place.is_none() && !self.is_in_pod() => self.matching(name),
                _ => Vec::new(),
            };
            if files.is_empty() {
                fields.extend(word.fields(&mut |piece| self.value(piece, place, errors)));
            } else {
                fields.extend(files);
            }
        }
        fields
    }

    fn text_of(&mut self, word: &Word, place: Place, errors: &mut String) -> String {
        word.text(&mut |piece| self.value(piece, place, errors))
    }

    /// What a piece of a word stands for.
    fn value(&mut self, piece: &Piece, place: Place, errors: &mut String) -> String {
        let value = match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable { name, .. } if name == "?" => self.status.to_string(),
            Piece::Variable { name, .. } => {
                self.variables.get(name).cloned().unwrap_or_else(|| self.own_variable(name))
            }
            Piece::Commands { list, .. } => {
                let done = self.list(list, place);
                errors.push_str(&done.all_errors());
                done.all_out().trim_end_matches('\n').to_owned()
            }
        };
        self.budget.bytes = self.budget.bytes.saturating_sub(value.len());
        if self.budget.bytes == 0 { String::new() } else { value }
    }

    /// A variable that nobody has set: of what a shell knows by itself.
    fn own_variable(&mut self, name: &str) -> String {
        match name {
            "RANDOM" => {
                // The numbers of ISO C's example of `rand`: no two lines get the same name, and no clock is read.
                self.random = self.random.wrapping_mul(1_103_515_245).wrapping_add(12345);
                ((self.random >> 16) & 0x7fff).to_string()
            }
            "HOME" => "/root".to_owned(),
            "USER" => "root".to_owned(),
            "PWD" => files::pwd(self).trim_end().to_owned(),
            _ => String::new(),
        }
    }

    /// Runs a program by its name, here or in a pod.
    fn program(&mut self, name: &str, words: &[String], input: Option<String>, place: Place) -> Done {
        if let Some(pod) = place {
            return match name {
                "exit" | "logout" => {
                    self.is_leaving = true;
                    let status = words.first().and_then(|it| it.parse().ok());
                    Done { status: status.unwrap_or(self.status), ..Done::default() }
                }
                name => pod::run(self, pod, name, words, input),
            };
        }
        if self.is_in_pod() {
            return match (name, self.pod_inside()) {
                ("exit" | "logout", _) => self.leave(),
                (name, Some(pod)) => pod::run(self, pod, name, words, input),
                (_, None) => {
                    self.leave();
                    Done::fail(137, "command terminated with exit code 137")
                }
            };
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
            // What it would show again and again is shown once: nothing changes meanwhile.
            "watch" | "time" | "sudo" => match behind_times(words).split_first() {
                Some((name, words)) => self.program(name, words, input, None),
                None => Done::default(),
            },
            "xargs" => {
                let found = input.unwrap_or_default();
                let words: Vec<String> =
                    words.iter().cloned().chain(found.split_whitespace().map(str::to_owned)).collect();
                match words.split_first() {
                    Some((name, words)) => self.program(name, words, None, None),
                    None => Done::default(),
                }
            }
            "exit" | "logout" => self.exit(),
            name => programs::run(self, name, words, input),
        }
    }
}
