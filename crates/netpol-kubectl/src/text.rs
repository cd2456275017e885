//! Programs that stand behind a pipe: they read a text, and print what they make of it.

use regex_lite::{Regex, RegexBuilder};

use crate::shell::Done;

/// A program by its name: what it makes of a text, its words being those that name no file.
pub(crate) type Filter = fn(&str, &[String]) -> Done;

/// The programs, and how many of their words come before files where they are named without a flag: `grep PATTERN FILE`.
pub(crate) fn filter(name: &str) -> Option<(Filter, usize)> {
    Some(match name {
        "grep" | "egrep" | "fgrep" => (grep as Filter, 1),
        "sed" => (sed, 1),
        "awk" => (awk, 1),
        "head" => (|text, words| Done::ok(ends(text, words, true)), 0),
        "tail" => (|text, words| Done::ok(ends(text, words, false)), 0),
        "wc" => (count, 0),
        "sort" => (sort, 0),
        "uniq" => (
            |text, _| {
                Done::ok(lines(
                    text.lines()
                        .collect::<Vec<_>>()
                        .chunk_by(|a, b| a == b)
                        .filter_map(|same| same.first().copied()),
                ))
            },
            0,
        ),
        "cut" => (cut, 0),
        "tr" => (tr, 2),
        "less" | "more" => (|text, _| Done::ok(text), 0),
        _ => return None,
    })
}

/// The letters of flags whose value is the next word, where it is not joined to them.
pub(crate) fn flags_with_values(name: &str) -> &'static [char] {
    match name {
        "grep" | "egrep" | "fgrep" => &['A', 'B', 'C', 'e', 'm'],
        "sed" => &['e'],
        "awk" => &['F', 'v'],
        "head" | "tail" => &['n', 'c'],
        "sort" => &['k', 't'],
        "cut" => &['d', 'f', 'c'],
        _ => &[],
    }
}

fn lines<'t>(lines: impl IntoIterator<Item = &'t str>) -> String {
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// Flags of one letter, with their values, and the other words.
struct Letters {
    flags: Vec<(char, String)>,
    plain: Vec<String>,
}

impl Letters {
    fn read(words: &[String], with_values: &[char]) -> Self {
        let (mut flags, mut plain) = (Vec::new(), Vec::new());
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty());
            match letters {
                Some(long) if long.starts_with('-') => {}
                Some(letters) => {
                    let mut rest = letters.chars();
                    while let Some(letter) = rest.next() {
                        let value = if with_values.contains(&letter) {
                            let joined = std::mem::replace(&mut rest, "".chars()).as_str().to_owned();
                            if joined.is_empty() { words.next().cloned().unwrap_or_default() } else { joined }
                        } else {
                            String::new()
                        };
                        flags.push((letter, value));
                    }
                }
                None => plain.push(word.clone()),
            }
        }
        Self { flags, plain }
    }

    fn has(&self, letter: char) -> bool {
        self.flags.iter().any(|(known, _)| *known == letter)
    }

    fn value(&self, letter: char) -> Option<&str> {
        self.flags.iter().rev().find(|(known, _)| *known == letter).map(|(_, value)| value.as_str())
    }

    fn number(&self, letter: char) -> usize {
        self.value(letter).and_then(|it| it.parse().ok()).unwrap_or_default()
    }
}

/// A basic regular expression as an extended one: there `+`, `?`, `|`, `{}` and `()` mean something behind a backslash alone.
fn extended(basic: &str) -> String {
    let mut out = String::new();
    let mut letters = basic.chars();
    let mut in_brackets = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(letter @ ('+' | '?' | '|' | '{' | '}' | '(' | ')')) => out.push(letter),
                Some(letter) => out.extend(['\\', letter]),
                None => out.push('\\'),
            },
            '+' | '?' | '|' | '{' | '}' | '(' | ')' if !in_brackets => out.extend(['\\', letter]),
            // At the beginning it stands for itself.
            '*' if out.is_empty() || out == "^" => out.push_str("\\*"),
            letter => {
                in_brackets = match letter {
                    '[' => true,
                    ']' => false,
                    _ => in_brackets,
                };
                out.push(letter);
            }
        }
    }
    out
}

/// A pattern; what is said where it is none.
fn pattern(text: &str, ignores_case: bool) -> Result<Regex, String> {
    let built = RegexBuilder::new(text).case_insensitive(ignores_case).size_limit(1 << 20).build();
    built.map_err(|why| format!("{text}: {why}"))
}

/// What every line that matches an extended pattern has in it, as far as its letters tell; empty where they do not. Looking
/// for that first is ten times as fast as asking the pattern.
fn needed(pattern: &str) -> &str {
    let special = |letter: char| "^$.*+?{}[]()|\\".contains(letter);
    if pattern.contains(['|', '(', '[', '{', '\\']) {
        return "";
    }
    let mut longest = "";
    for part in pattern.split(special) {
        let end = part.as_ptr() as usize - pattern.as_ptr() as usize + part.len();
        // A letter that may be there any number of times may be missing.
        let is_counted = pattern.get(end..).is_some_and(|rest| rest.starts_with(['*', '?']));
        let kept = match part.char_indices().last() {
            Some((last, _)) if is_counted => part.get(..last).unwrap_or_default(),
            _ => part,
        };
        if kept.len() > longest.len() {
            longest = kept;
        }
    }
    longest
}

fn grep(text: &str, words: &[String]) -> Done {
    let args = Letters::read(words, flags_with_values("grep"));
    let Some(wanted) = args.value('e').or(args.plain.first().map(String::as_str)) else {
        return Done::fail(2, "Usage: grep [OPTION]... PATTERNS [FILE]...");
    };
    let mut wanted = match wanted {
        wanted if args.has('F') => regex_lite::escape(wanted),
        wanted if args.has('E') || args.has('P') => wanted.to_owned(),
        wanted => extended(wanted),
    };
    let literal = needed(&wanted).to_owned();
    // Where it is all of the pattern there is nothing more to ask.
    let is_literal = literal == wanted && !args.has('w') && !args.has('x');
    let is_folded = args.has('i');
    let literal = if is_folded { literal.to_ascii_lowercase() } else { literal };
    if args.has('w') {
        wanted = format!("\\b(?:{wanted})\\b");
    }
    if args.has('x') {
        wanted = format!("^(?:{wanted})$");
    }
    let pattern = match pattern(&wanted, args.has('i')) {
        Ok(pattern) => pattern,
        Err(why) => return Done::fail(2, format!("grep: {why}")),
    };
    let all: Vec<&str> = text.lines().collect();
    let most = args.value('m').and_then(|it| it.parse().ok()).unwrap_or(usize::MAX);
    let has_literal = |line: &str| match is_folded {
        true if line.is_ascii() => line.to_ascii_lowercase().contains(&literal),
        // Letters may be folded otherwise there.
        true => true,
        false => line.contains(&literal),
    };
    let matches = |line: &str| {
        has_literal(line) && ((is_literal && (!is_folded || line.is_ascii())) || pattern.is_match(line))
    };
    let is_hit = |line: &&str| matches(line) != args.has('v');
    let hits: Vec<usize> =
        all.iter().enumerate().filter(|(_, line)| is_hit(line)).map(|(at, _)| at).take(most).collect();
    let status = u8::from(hits.is_empty());
    if args.has('q') {
        return Done { status, ..Done::default() };
    }
    if args.has('c') {
        return Done { out: format!("{}\n", hits.len()), status, ..Done::default() };
    }
    let around = args.number('C');
    let (before, after) = (args.number('B').max(around), args.number('A').max(around));
    let mut out = String::new();
    // Up to which line has been printed.
    let mut printed = 0;
    let mut hits = hits.into_iter().peekable();
    while let Some(hit) = hits.next() {
        let number =
            |at: usize, sign: char| if args.has('n') { format!("{}{sign}", at + 1) } else { String::new() };
        if args.has('o') {
            for found in pattern.find_iter(all.get(hit).copied().unwrap_or_default()) {
                out.push_str(&format!("{}{}\n", number(hit, ':'), found.as_str()));
            }
            continue;
        }
        let first = hit.saturating_sub(before).max(printed);
        // Up to the next hit: that one prints itself.
        let last = hit.saturating_add(after).saturating_add(1).min(all.len());
        let last = hits.peek().map_or(last, |next| last.min(*next));
        if before + after > 0 && printed > 0 && first > printed {
            out.push_str("--\n");
        }
        for at in first..last {
            out.push_str(&number(at, if at == hit { ':' } else { '-' }));
            out.push_str(all.get(at).copied().unwrap_or_default());
            out.push('\n');
        }
        printed = last;
    }
    Done { out, status, ..Done::default() }
}

/// `sed 's/A/B/g'`, `sed -n '2,5p'`, `sed '/A/d'`: what tutorials type.
fn sed(text: &str, words: &[String]) -> Done {
    let args = Letters::read(words, flags_with_values("sed"));
    let Some(script) = args.value('e').or(args.plain.first().map(String::as_str)) else {
        return Done::fail(1, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...");
    };
    let is_extended = args.has('E') || args.has('r');
    match edited(text, script, args.has('n'), is_extended) {
        Ok(out) => Done::ok(out),
        Err(why) => Done::fail(1, format!("sed: -e expression #1, char 1: {why}")),
    }
}

fn edited(text: &str, script: &str, quiet: bool, is_extended: bool) -> Result<String, String> {
    let read = |wanted: &str, ignores| {
        pattern(&if is_extended { wanted.to_owned() } else { extended(wanted) }, ignores)
    };
    if let Some(rest) = script.strip_prefix('s') {
        let mark = rest.chars().next().ok_or("unterminated `s' command")?;
        let mut parts = rest.split(mark).skip(1);
        let (Some(wanted), Some(by), Some(flags)) = (parts.next(), parts.next(), parts.next()) else {
            return Err("unterminated `s' command".to_owned());
        };
        let wanted = read(wanted, flags.contains(['i', 'I']))?;
        // `&` and `\1` are `$0` and `$1` there.
        let by = by.replace('$', "$$").replace('&', "${0}");
        let by = (1..=9).fold(by, |by, at| by.replace(&format!("\\{at}"), &format!("${{{at}}}")));
        let most = if flags.contains('g') { 0 } else { 1 };
        return Ok(text
            .lines()
            .map(|line| format!("{}\n", wanted.replacen(line, most, by.as_str())))
            .collect());
    }
    let unknown = || format!("unknown command: `{script}'");
    let does = script.chars().last().filter(|does| matches!(does, 'p' | 'd')).ok_or_else(unknown)?;
    let address = script.strip_suffix(does).unwrap_or_default();
    let count = text.lines().count();
    let number = |text: &str| if text == "$" { Some(count) } else { text.parse::<usize>().ok() };
    let (wanted, range) = match address.strip_prefix('/') {
        Some(rest) => (Some(read(rest.strip_suffix('/').ok_or_else(unknown)?, false)?), 0..=0),
        None => {
            let (first, last) = address.split_once(',').unwrap_or((address, address));
            (None, number(first).ok_or_else(unknown)?..=number(last).ok_or_else(unknown)?)
        }
    };
    let mut out = Vec::new();
    for (line, at) in text.lines().zip(1..) {
        let is_meant = wanted.as_ref().map_or_else(|| range.contains(&at), |wanted| wanted.is_match(line));
        if !(quiet || (is_meant && does == 'd')) {
            out.push(line);
        }
        if is_meant && does == 'p' {
            out.push(line);
        }
    }
    Ok(lines(out))
}

/// `awk '{print $1, $3}'`, perhaps behind `/PATTERN/` or `NR>1`: what tutorials type.
fn awk(text: &str, words: &[String]) -> Done {
    let args = Letters::read(words, flags_with_values("awk"));
    let script = args.plain.first().map_or("", |script| script.trim());
    let refused = || {
        Done::fail(2, "awk: there are '{print $1, $2}', '/PATTERN/ {print $1}' and 'NR>1 {print $1}' here")
    };
    let Some((when, print)) = script.split_once('{') else { return refused() };
    let Some(asked) = print.trim().strip_suffix('}').and_then(|it| it.trim().strip_prefix("print")) else {
        return refused();
    };
    let when = when.trim();
    let wanted = match when.strip_prefix('/').and_then(|it| it.strip_suffix('/')).map(|it| pattern(it, false))
    {
        Some(Ok(wanted)) => Some(wanted),
        Some(Err(why)) => return Done::fail(2, format!("awk: {why}")),
        None => None,
    };
    let behind = match when.replace(' ', "").strip_prefix("NR>").map(str::parse::<usize>) {
        Some(Ok(behind)) => behind,
        None if when.is_empty() || wanted.is_some() => 0,
        _ => return refused(),
    };
    let mut out = String::new();
    for line in text.lines().skip(behind).filter(|line| wanted.as_ref().is_none_or(|it| it.is_match(line))) {
        let fields: Vec<&str> = match args.value('F') {
            Some(mark) => line.split(mark).collect(),
            None => line.split_whitespace().collect(),
        };
        let field = |term: &str| match term.trim() {
            "" | "$0" => line.to_owned(),
            "$NF" => fields.last().copied().unwrap_or_default().to_owned(),
            term => match term.strip_prefix('$').and_then(|it| it.parse::<usize>().ok()) {
                Some(at) => fields.get(at.saturating_sub(1)).copied().unwrap_or_default().to_owned(),
                None => term.trim_matches('"').replace("\\t", "\t"),
            },
        };
        out.push_str(&asked.split(',').map(field).collect::<Vec<_>>().join(" "));
        out.push('\n');
    }
    Done::ok(out)
}

/// The first or the last lines: `-n 5`, `-5`, ten where nothing is said; `tail -n +2` from the second on, `head -n -2` up
/// to the last but two.
fn ends(text: &str, words: &[String], first: bool) -> String {
    let asked = words.iter().find_map(|word| match word.strip_prefix("-n") {
        Some("") => None,
        Some(joined) => Some(joined),
        None => word.strip_prefix('-').filter(|it| it.parse::<usize>().is_ok()),
    });
    let behind = words.iter().skip_while(|word| *word != "-n").nth(1).map(String::as_str);
    let asked = behind.or(asked).unwrap_or("10");
    let all: Vec<&str> = text.lines().collect();
    let count = asked.trim_start_matches(['+', '-']).parse::<usize>().unwrap_or(10);
    let shown = match (first, asked.starts_with('+'), asked.starts_with('-')) {
        (true, _, true) => all.get(..all.len().saturating_sub(count)),
        (true, ..) => all.get(..count.min(all.len())),
        (false, true, _) => all.get(count.saturating_sub(1).min(all.len())..),
        (false, ..) => all.get(all.len().saturating_sub(count)..),
    };
    lines(shown.unwrap_or_default().iter().copied())
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

/// `sort`, `-r` backwards, `-u` each once, `-n` as numbers.
fn sort(text: &str, words: &[String]) -> Done {
    let args = Letters::read(words, flags_with_values("sort"));
    let number = |line: &str| {
        let digits =
            line.trim_start().find(|it: char| !it.is_ascii_digit()).unwrap_or(line.trim_start().len());
        line.trim_start().get(..digits).and_then(|it| it.parse::<u64>().ok()).unwrap_or_default()
    };
    let mut all: Vec<&str> = text.lines().collect();
    netpol_syntax::order::sort_by_key(&mut all, |line| (if args.has('n') { number(line) } else { 0 }, *line));
    if args.has('u') {
        all.dedup();
    }
    if args.has('r') {
        all.reverse();
    }
    Done::ok(lines(all))
}

/// `cut -d: -f2`.
fn cut(text: &str, words: &[String]) -> Done {
    let args = Letters::read(words, flags_with_values("cut"));
    let mark = args.value('d').and_then(|it| it.chars().next()).unwrap_or('\t');
    let wanted: Vec<usize> =
        args.value('f').unwrap_or_default().split(',').filter_map(|it| it.parse().ok()).collect();
    if wanted.is_empty() {
        return Done::fail(1, "cut: you must specify a list of fields: cut -d: -f1");
    }
    let joined = mark.to_string();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split(mark).collect();
        // A line without the mark is printed as it is.
        let picked = wanted.iter().filter_map(|at| fields.get(at.saturating_sub(1)).copied());
        if fields.len() == 1 { format!("{line}\n") } else { picked.collect::<Vec<_>>().join(&joined) + "\n" }
    };
    Done::ok(text.lines().map(line).collect::<String>())
}

/// `tr A B` letter by letter, `tr -d A`.
fn tr(text: &str, words: &[String]) -> Done {
    let args = Letters::read(words, &[]);
    let set = |at: usize| -> Vec<char> {
        let set = args.plain.get(at).map(|set| set.replace("\\n", "\n").replace("\\t", "\t"));
        match set.as_deref() {
            Some("a-z" | "[:lower:]") => ('a'..='z').collect(),
            Some("A-Z" | "[:upper:]") => ('A'..='Z').collect(),
            set => set.unwrap_or_default().chars().collect(),
        }
    };
    let (from, to) = (set(0), set(1));
    let letter = |letter: char| match from.iter().position(|known| *known == letter) {
        None => Some(letter),
        Some(_) if args.has('d') => None,
        Some(at) => to.get(at).or(to.last()).copied(),
    };
    Done::ok(text.chars().filter_map(letter).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODS: &str =
        "NAME   READY   IP\nweb-1   1/1   10.0.0.1\nweb-2   0/1   10.0.0.2\ndb   1/1   10.0.0.3\n";

    fn run(line: &str) -> (String, u8) {
        let words: Vec<String> = line.split(' ').map(|word| word.replace('~', " ")).collect();
        let (filter, _) = filter(&words[0]).unwrap();
        let done = filter(PODS, &words[1..]);
        (done.out + &done.err, done.status)
    }

    #[test]
    fn texts_are_filtered_as_their_programs_do() {
        let cases = [
            ("grep web", "web-1   1/1   10.0.0.1\nweb-2   0/1   10.0.0.2\n"),
            ("grep -c web", "2\n"),
            ("grep -vc web", "2\n"),
            ("grep -o w.b-[0-9]", "web-1\nweb-2\n"),
            ("grep -on 10.*", "2:10.0.0.1\n3:10.0.0.2\n4:10.0.0.3\n"),
            ("grep -iE ^name|^db", "NAME   READY   IP\ndb   1/1   10.0.0.3\n"),
            ("grep ^NAME\\|^db", "NAME   READY   IP\ndb   1/1   10.0.0.3\n"),
            ("grep -A1 -n web-2", "3:web-2   0/1   10.0.0.2\n4-db   1/1   10.0.0.3\n"),
            ("grep -B 1 db", "web-2   0/1   10.0.0.2\ndb   1/1   10.0.0.3\n"),
            ("grep -i WEB-2", "web-2   0/1   10.0.0.2\n"),
            ("grep -w web", "web-1   1/1   10.0.0.1\nweb-2   0/1   10.0.0.2\n"),
            ("grep webx*-2", "web-2   0/1   10.0.0.2\n"),
            ("grep -E wex?b-2", "web-2   0/1   10.0.0.2\n"),
            ("grep -F 0/1", "web-2   0/1   10.0.0.2\n"),
            ("grep -m1 web", "web-1   1/1   10.0.0.1\n"),
            ("head -1", "NAME   READY   IP\n"),
            ("head -n -3", "NAME   READY   IP\n"),
            ("tail -n +4", "db   1/1   10.0.0.3\n"),
            ("tail -n1", "db   1/1   10.0.0.3\n"),
            ("awk {print~$1}", "NAME\nweb-1\nweb-2\ndb\n"),
            ("awk NR>1~{print~$NF,~$1}", "10.0.0.1 web-1\n10.0.0.2 web-2\n10.0.0.3 db\n"),
            ("awk /web/~{print~$3}", "10.0.0.1\n10.0.0.2\n"),
            (
                "sed s/web-\\([0-9]\\)/<\\1>/",
                "NAME   READY   IP\n<1>   1/1   10.0.0.1\n<2>   0/1   10.0.0.2\ndb   1/1   10.0.0.3\n",
            ),
            ("sed -n 2p", "web-1   1/1   10.0.0.1\n"),
            ("sed 1,3d", "db   1/1   10.0.0.3\n"),
            ("sed /web/d", "NAME   READY   IP\ndb   1/1   10.0.0.3\n"),
            ("cut -d. -f4", "NAME   READY   IP\n1\n2\n3\n"),
            (
                "sort -r",
                "web-2   0/1   10.0.0.2\nweb-1   1/1   10.0.0.1\ndb   1/1   10.0.0.3\nNAME   READY   IP\n",
            ),
            ("wc -l", "4\n"),
        ];
        for (line, expected) in cases {
            assert_eq!(run(line), (expected.to_owned(), 0), "{line}");
        }
        for (pattern, expected) in
            [("app: .*", "app: "), ("abc*d", "ab"), ("a|b", ""), ("x.{300}", ""), ("web", "web"), ("", "")]
        {
            assert_eq!(needed(pattern), expected, "{pattern}");
        }
        assert_eq!(run("grep -q web"), (String::new(), 0));
        assert_eq!(run("grep -q nothing"), (String::new(), 1));
        assert_eq!(run("grep [").1, 2);
        assert_eq!(run("awk BEGIN~{x}").1, 2);
    }
}
