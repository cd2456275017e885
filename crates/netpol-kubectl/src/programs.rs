//! The few programs beside `kubectl`: files, and what is put behind a pipe.

use crate::complete::PROGRAMS;
use crate::files;
use crate::shell::{Done, Event, Shell};
use crate::text::{self, Filter};

/// What there is, for those who ask for help.
const HELP: &str = "\
kubectl (k)          as in a cluster: run, create, apply, get, describe, exec, label, expose, delete, …
cat  ls  rm  touch   the files of the scenario, and those made here
cd  mkdir  pwd       folders
vi  vim  nano        open a file in the editor
echo  tee  cat <<EOF write files
grep  head  tail  sort  wc  awk  sed  cut   behind a pipe
x=1  $x  $(…)  for p in a b; do …; done
history  clear  help
In a pod (kubectl exec -it POD -- sh): curl, wget, nc, nslookup, dig, ping, ip, env, exit
";

/// Runs a program.
pub(crate) fn run(shell: &mut Shell, name: &str, words: &[String], input: Option<String>) -> Done {
    match name {
        "cat" => files::cat(shell, words, input),
        "ls" | "dir" => files::ls(shell, words),
        "pwd" => Done::ok(files::pwd(shell)),
        "cd" => files::cd(shell, words),
        "mkdir" => files::mkdir(shell, words),
        "alias" if words.iter().any(|word| word != "k=kubectl") => {
            Done::fail(1, "alias: there are none here but `k` for kubectl")
        }
        "alias" | "set" | "sleep" | "true" | ":" => Done::default(),
        "false" => Done { status: 1, ..Done::default() },
        "echo" => Done::ok(echo(words)),
        "tee" => {
            let text = input.unwrap_or_default();
            for file in words.iter().filter(|word| !word.starts_with('-')) {
                if let Some(missing) = shell.write(file, &text, words.iter().any(|word| word == "-a")) {
                    return Done::fail(1, format!("tee: {missing}"));
                }
            }
            Done::ok(text)
        }
        "touch" => {
            let missing = words.iter().find_map(|file| shell.write(file, "", true));
            missing.map_or_else(Done::default, |missing| Done::fail(1, format!("touch: {missing}")))
        }
        "rm" => files::rm(shell, words),
        "cp" => files::copy(shell, words, false),
        "mv" => files::copy(shell, words, true),
        "seq" => Done::ok(seq(words)),
        "vi" | "vim" | "nano" | "code" => match words.iter().find(|word| !word.starts_with(['-', '+'])) {
            Some(file) => edit(shell, file),
            None => Done::fail(1, format!("{name}: name a file: {name} policies.yaml")),
        },
        "clear" | "reset" => {
            shell.event(Event::Clear);
            Done::default()
        }
        "history" => {
            let lines = shell.history.iter().enumerate();
            Done::ok(lines.map(|(at, line)| format!("{:>5}  {line}\n", at + 1)).collect::<String>())
        }
        "help" | "man" => Done::ok(HELP),
        "whoami" => Done::ok("root\n"),
        "hostname" => Done::ok("controlplane\n"),
        "curl" | "wget" | "nc" | "nslookup" | "dig" | "ping" => Done::fail(
            1,
            format!(
                "{name}: this shell stands beside the cluster; try it from a pod: kubectl exec POD -- {name} …"
            ),
        ),
        "kubens" | "kubectx" | "helm" | "docker" | "crictl" | "etcdctl" | "kubeadm" | "systemctl" | "ssh" => {
            Done::fail(127, format!("{name}: there is no machine here, only what the API server would know"))
        }
        name => {
            if let Some(filter) = text::filter(name) {
                return with_text(shell, name, words, input, filter);
            }
            let near = netpol_syntax::closest(name, PROGRAMS);
            let near = near.map_or_else(
                || "`help` tells what there is".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            Done::fail(127, format!("bash: {name}: command not found ({near})"))
        }
    }
}

/// Opens a file in the editor: one of the shell's own becomes the scenario's, since that is what the editor shows.
fn edit(shell: &mut Shell, name: &str) -> Done {
    let name = shell.path(name);
    let name = name.as_str();
    let mut done = Done::default();
    if shell.store.text(name).is_none() {
        done.out = format!("{name} is open in the editor, where what it says is in force at once\n");
        let text = shell.files.get(name).cloned().unwrap_or_default();
        let mut files = shell.store.files();
        files.push(netpol_lessons::ScenarioFile::new(name, text));
        shell.store.set_files(&files);
    }
    shell.event(Event::Edit { file: name.to_owned(), object: None });
    done
}

/// `seq 3`, `seq 2 5`.
fn seq(words: &[String]) -> String {
    const MOST: i64 = 1000;
    let number = |at: usize| words.get(at).and_then(|it| it.parse::<i64>().ok());
    let (first, last) = match (number(0), number(1)) {
        (Some(first), Some(last)) => (first, last),
        (Some(last), None) => (1, last),
        _ => (1, 0),
    };
    (first..=last.min(first.saturating_add(MOST))).map(|it| format!("{it}\n")).collect()
}

/// What `echo` prints; `-e` and `-n` are known.
fn echo(words: &[String]) -> String {
    let flags = words.iter().take_while(|word| matches!(word.as_str(), "-n" | "-e" | "-ne" | "-en")).count();
    let (flags, rest) = words.split_at(flags);
    let mut text = rest.join(" ");
    if flags.iter().any(|flag| flag.contains('e')) {
        text = text.replace("\\n", "\n").replace("\\t", "\t");
    }
    if !flags.iter().any(|flag| flag.contains('n')) {
        text.push('\n');
    }
    text
}

/// A program that reads what comes through a pipe, or files that are named behind its own words.
fn with_text(
    shell: &mut Shell,
    name: &str,
    words: &[String],
    input: Option<String>,
    (filter, own): (Filter, usize),
) -> Done {
    // Which words are flags, and which of the others are the program's own.
    let with_values = text::flags_with_values(name);
    let takes_next = |word: &String| word.len() == 2 && word.starts_with('-') && word.ends_with(with_values);
    let has_own = words.iter().any(|word| word.starts_with("-e"));
    let mut left = if has_own { 0 } else { own };
    let (mut kept, mut files) = (Vec::new(), Vec::new());
    let mut is_value = false;
    for word in words {
        if std::mem::replace(&mut is_value, takes_next(word)) || (word.starts_with('-') && word.len() > 1) {
            kept.push(word.clone());
        } else if left > 0 {
            left -= 1;
            kept.push(word.clone());
        } else {
            files.push(word);
        }
    }
    if files.is_empty() {
        return match input {
            Some(text) => filter(&text, &kept),
            None => Done::fail(2, "there is nothing to read: put it behind a pipe, or name a file"),
        };
    }
    let mut all = String::new();
    for file in &files {
        match shell.read(file) {
            Some(text) => all.push_str(&text),
            None => return Done::fail(2, format!("{name}: {file}: No such file or directory")),
        }
    }
    // `sed -i` writes what it makes back to where it was.
    if let ("sed", [file], true) = (name, files.as_slice(), words.iter().any(|word| word.starts_with("-i"))) {
        kept.retain(|word| !word.starts_with("-i"));
        let done = filter(&all, &kept);
        if done.status == 0 {
            let missing = shell.write(file, &done.out, false);
            return missing.map_or_else(Done::default, |missing| Done::fail(1, format!("sed: {missing}")));
        }
        return done;
    }
    filter(&all, &kept)
}
