//! The few programs beside `kubectl`: files, and what is put behind a pipe.

use crate::complete::PROGRAMS;
use crate::files;
use crate::shell::{Done, Event, Shell};

/// What there is, for those who ask for help.
const HELP: &str = "\
kubectl (k)          as in a cluster: run, create, apply, get, describe, exec, label, expose, delete, …
cat  ls  rm  touch   the files of the scenario, and those made here
cd  mkdir  pwd       folders
vi  vim  nano        open a file in the editor
echo  tee  cat <<EOF write files
grep  head  tail  sort  wc   behind a pipe
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
        "grep" | "egrep" => with_text(shell, words, input, grep),
        "head" => with_text(shell, words, input, |text, words| ends(text, words, true)),
        "tail" => with_text(shell, words, input, |text, words| ends(text, words, false)),
        "wc" => with_text(shell, words, input, count),
        "sort" => with_text(shell, words, input, |text, _| {
            let mut lines: Vec<&str> = text.lines().collect();
            netpol_syntax::order::sort_by_key(&mut lines, |line| *line);
            Done::ok(lines.iter().map(|line| format!("{line}\n")).collect::<String>())
        }),
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

/// A program that reads what comes through a pipe, or files that are named behind its own arguments.
fn with_text(
    shell: &Shell,
    words: &[String],
    input: Option<String>,
    does: impl Fn(&str, &[String]) -> Done,
) -> Done {
    if let Some(text) = input {
        return does(&text, words);
    }
    match words.split_last() {
        Some((file, own)) => match shell.read(file) {
            Some(text) => does(&text, own),
            None => Done::fail(2, format!("{file}: No such file or directory")),
        },
        None => Done::fail(2, "there is nothing to read: put it behind a pipe, or name a file"),
    }
}

/// `grep [-i] [-v] [-c] [-A N] PATTERN`, in which only `^` and `$` mean anything of their own.
fn grep(text: &str, words: &[String]) -> Done {
    let (mut ignores, mut inverts, mut counts, mut after) = (false, false, false, 0_usize);
    let mut pattern = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-A" => after = words.next().and_then(|it| it.parse().ok()).unwrap_or(0),
            "-e" => pattern = words.next().cloned(),
            "--" => {}
            "-i" | "-v" | "-c" | "-E" | "-w" | "-n" | "-iE" | "-Ei" | "-iv" | "-vi" => {
                ignores |= word.contains('i');
                inverts |= word.contains('v');
                counts |= word.contains('c');
            }
            word => match word.strip_prefix("-A").and_then(|it| it.parse().ok()) {
                Some(lines) => after = lines,
                None => pattern = pattern.or_else(|| Some(word.to_owned())),
            },
        }
    }
    let Some(pattern) = pattern else { return Done::fail(2, "Usage: grep [OPTION]... PATTERNS [FILE]...") };
    let fold = |text: &str| if ignores { text.to_ascii_lowercase() } else { text.to_owned() };
    let patterns: Vec<String> =
        fold(&pattern).split('|').map(|it| it.trim_end_matches('\\').to_owned()).collect();
    let matches = |line: &str| {
        patterns.iter().any(|pattern| match (pattern.strip_prefix('^'), pattern.strip_suffix('$')) {
            (Some(_), Some(_)) => line == pattern.trim_start_matches('^').trim_end_matches('$'),
            (Some(start), None) => line.starts_with(start),
            (None, Some(end)) => line.ends_with(end),
            (None, None) => line.contains(pattern.as_str()),
        })
    };
    let (mut out, mut hits, mut room) = (String::new(), 0_usize, 0_usize);
    for line in text.lines() {
        let is_hit = if ignores { matches(&fold(line)) } else { matches(line) } != inverts;
        // A hit shows itself and so many lines behind it.
        room = if is_hit { after.saturating_add(1) } else { room };
        hits += usize::from(is_hit);
        if room > 0 {
            room -= 1;
            out.push_str(line);
            out.push('\n');
        }
    }
    let status = u8::from(hits == 0);
    if counts {
        out = format!("{hits}\n");
    }
    Done { out, status, ..Done::default() }
}

/// The first or the last lines: `-n 5`, `-5`, ten where nothing is said.
fn ends(text: &str, words: &[String], first: bool) -> Done {
    let mut numbers =
        words.iter().filter_map(|word| word.trim_start_matches(['-', 'n']).parse::<usize>().ok());
    let count = numbers.next().unwrap_or(10);
    let lines: Vec<&str> = text.lines().collect();
    let shown = if first {
        lines.get(..count.min(lines.len()))
    } else {
        lines.get(lines.len().saturating_sub(count)..)
    };
    Done::ok(shown.unwrap_or_default().iter().map(|line| format!("{line}\n")).collect::<String>())
}

/// `wc`, all or by `-l`, `-w`, `-c`.
fn count(text: &str, words: &[String]) -> Done {
    let (lines, all, bytes) = (text.matches('\n').count(), text.split_whitespace().count(), text.len());
    Done::ok(match words.first().map(String::as_str) {
        Some("-l") => format!("{lines}\n"),
        Some("-w") => format!("{all}\n"),
        Some("-c") => format!("{bytes}\n"),
        _ => format!("{lines:>7} {all:>7} {bytes:>7}\n"),
    })
}
