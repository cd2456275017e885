//! Fixes for what is found in reading: made only where someone asks for them, since they need the text again.

use std::collections::VecDeque;

use netpol_syntax::{Diagnostic, Fix, Location, Node, Sources, TextEdit, Yaml, order};

use super::{ancestors_of, edit_at};

/// The diagnostic with its fix, where there is a mechanical one.
pub(super) fn add(sources: &Sources<'_>, diagnostic: Diagnostic) -> Diagnostic {
    let Some(at) = diagnostic.at else { return diagnostic };
    let fix = match diagnostic.id {
        "cidr-host-bits" => masked(sources, at),
        "match-labels-missing" => match_labels(sources, at),
        "unknown-field" => known_field(sources, at, &diagnostic),
        "inert-rules" => policy_types(sources, at),
        "boolean-letter" | "wrong-type" => quoted(sources, at, &diagnostic),
        "other-version" => expected_version(sources, at, &diagnostic),
        _ => None,
    };
    diagnostic.with_fix(fix)
}

/// Leaves out fixes after which the text could not be read as so many documents.
///
/// All of them are tried in one go, and where that fails in two halves, and so on: a text of which everything is wrong
/// is not read again for every fault. What would take too much reading is not tried, and has no fix.
pub(super) fn keep_sound(sources: &Sources<'_>, found: &mut [Diagnostic]) {
    let size: usize = sources.files().iter().map(|file| file.text.len()).sum();
    let mut trial = Trial { sources, left: (READ_AGAIN * size).max(ENOUGH), sound: vec![false; found.len()] };
    let mut waiting: Vec<Candidate> = Vec::new();
    for (at, diagnostic) in found.iter().enumerate() {
        let edits = diagnostic.fix.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
        waiting.push(Candidate { at, edits });
    }
    waiting.retain(|candidate| !candidate.edits.is_empty());
    order::sort_by_key(&mut waiting, |candidate| candidate.edits.iter().map(|edit| edit.at).min());
    while !waiting.is_empty() && trial.left > 0 {
        let (apart, touching) = without_overlaps(waiting);
        trial.all(&apart);
        waiting = touching;
    }
    for (diagnostic, is_sound) in found.iter_mut().zip(trial.sound) {
        if !is_sound {
            diagnostic.fix = None;
        }
    }
}

/// How often the whole text may be read again to try fixes.
const READ_AGAIN: usize = 2;

/// So many bytes may be read in any case.
const ENOUGH: usize = 16 << 20;

/// A fix that is tried.
struct Candidate {
    /// Which diagnostic it is of.
    at: usize,
    edits: Vec<TextEdit>,
}

struct Trial<'s> {
    sources: &'s Sources<'s>,
    /// How many bytes may still be read.
    left: usize,
    sound: Vec<bool>,
}

impl Trial<'_> {
    /// Tries fixes that can be made together: those of a part that fails in halves, after all other parts.
    fn all(&mut self, fixes: &[Candidate]) {
        let mut waiting = VecDeque::from([fixes]);
        while let Some(fixes) = waiting.pop_front() {
            let edits = || fixes.iter().flat_map(|fix| &fix.edits);
            let Some(left) = self.left.checked_sub(self.sources.read_for(edits())) else {
                self.left = 0;
                return;
            };
            self.left = left;
            if self.sources.stays_readable(edits()) {
                for fix in fixes {
                    self.sound.get_mut(fix.at).into_iter().for_each(|is_sound| *is_sound = true);
                }
            } else if fixes.len() > 1 {
                waiting.extend(<[_; 2]>::from(fixes.split_at(fixes.len() / 2)));
            }
        }
    }
}

/// Those that can be made together, and those that are about the same places as one of them.
fn without_overlaps(fixes: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    let mut last: Option<Location> = None;
    fixes.into_iter().partition(|fix| {
        let first = fix.edits.iter().map(|edit| edit.at).min();
        let is_apart = last.is_none_or(|last| {
            first.is_some_and(|first| first.file != last.file || last.span.end < first.span.start)
        });
        if is_apart {
            // Of fixes in two files none reaches further than its last edit.
            last = fix.edits.iter().map(|edit| edit.at).max_by_key(|at| (at.file, at.span.end));
        }
        is_apart
    })
}

/// The CIDR with its host bits cleared.
fn masked(sources: &Sources<'_>, at: Location) -> Option<Fix> {
    edit_at(sources, at, |editor, node| {
        let net: ipnet::IpNet = node.as_str()?.parse().ok()?;
        let masked = net.trunc().to_string();
        let edits = vec![editor.replace(node, &Yaml::text(masked.as_str()))];
        Some(Fix { title: format!("Write `{masked}`"), edits, keeps_meaning: true })
    })
}

/// The labels of a selector one level deeper. They are told one by one; all of the selector's are moved at once, where
/// it has no other field.
fn match_labels(sources: &Sources<'_>, at: Location) -> Option<Fix> {
    let document = sources.document(at)?;
    let selector = parent_of(document.root(), at)?;
    if selector.entries().any(|(key, value)| {
        matches!(key.as_str(), Some("matchLabels" | "matchExpressions")) || value.as_str().is_none()
    }) {
        return None;
    }
    let edit = netpol_syntax::Editor::new(document).nest(selector, "matchLabels")?;
    Some(Fix { title: "Put `matchLabels` above".to_owned(), edits: vec![edit], keeps_meaning: false })
}

/// The field that comes nearest, which the help names.
fn known_field(sources: &Sources<'_>, at: Location, diagnostic: &Diagnostic) -> Option<Fix> {
    let known = diagnostic.help.as_deref()?.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    edit_at(sources, at, |editor, key| {
        let title = format!("Write `{known}`");
        Some(Fix { title, edits: vec![editor.rename(key, known)], keeps_meaning: false })
    })
}

/// The text in quotes, where the help says that they are missing.
fn quoted(sources: &Sources<'_>, at: Location, diagnostic: &Diagnostic) -> Option<Fix> {
    let help = diagnostic.help.as_deref()?;
    let text = help.strip_prefix("quote it: ")?.trim_matches('`');
    let document = sources.document(at)?;
    // Only what stands there as it is read can be put into quotes as it stands.
    let source = document.node_at(at)?.source();
    (text == format!("\"{source}\"")).then(|| Fix {
        title: format!("Write `{text}`"),
        edits: vec![TextEdit { at, text: text.to_owned() }],
        keeps_meaning: diagnostic.id == "boolean-letter",
    })
}

/// The version that the help names.
fn expected_version(sources: &Sources<'_>, at: Location, diagnostic: &Diagnostic) -> Option<Fix> {
    let (_, named) = diagnostic.help.as_deref()?.split_once("write `apiVersion: ")?;
    let (version, _) = named.split_once('`')?;
    edit_at(sources, at, |editor, node| {
        node.as_str()?;
        let title = format!("Write `{version}`");
        Some(Fix { title, edits: vec![editor.replace(node, &Yaml::text(version))], keeps_meaning: true })
    })
}

/// The direction that `policyTypes` leaves out, of which `at` is the first rule.
fn policy_types(sources: &Sources<'_>, at: Location) -> Option<Fix> {
    let document = sources.document(at)?;
    let spec =
        ancestors_of(document.root(), at).into_iter().rev().find(|node| node.get("policyTypes").is_some())?;
    let holds = |section: &str| {
        let rules = spec.get(section);
        rules.is_some_and(|rules| rules.items().next().is_some_and(|first| first.location() == at))
    };
    let direction = if holds("egress") { "Egress" } else { "Ingress" };
    let edits =
        netpol_syntax::Editor::new(document).append(spec, "policyTypes", vec![Yaml::text(direction)])?;
    Some(Fix { title: format!("Add `{direction}` to `policyTypes`"), edits, keeps_meaning: false })
}

/// The map that a key at `at` stands in.
fn parent_of(root: Node<'_>, at: Location) -> Option<Node<'_>> {
    let is_key = |node: &Node<'_>| node.entries().any(|(key, _)| key.location() == at);
    ancestors_of(root, at).into_iter().rev().find(is_key)
}

#[cfg(test)]
mod tests {
    use netpol_syntax::{FileId, Limits, SourceFile, Span};

    use super::*;

    /// A diagnostic that would put `text` in the place of `span`.
    fn replacing(span: (u32, u32), text: &str) -> Diagnostic {
        let at = Location { file: FileId(0), span: Span::new(span.0, span.1) };
        let edits = vec![TextEdit { at, text: text.to_owned() }];
        let fix = Fix { title: "Mend it".to_owned(), edits, keeps_meaning: false };
        Diagnostic::warning("test", at, "wrong").with_fix(Some(fix))
    }

    #[test]
    fn of_many_fixes_those_are_left_out_that_break_the_text() {
        let text = "a: 1\nb: 2\n---\nc: 3\nd: 4\n";
        let files = [SourceFile::new("all.yaml", text)];
        let sources = Sources::new(&files, &Limits::PAGE);
        let at = |letter: char| u32::try_from(text.find(letter).expect("it is there")).expect("a short text");
        let of = |letter, text| replacing((at(letter), at(letter) + 4), text);
        let mut found = [
            of('d', "d: [4]"),
            of('a', "a: ["),
            of('b', "b: 5"),
            // About the same place as another one, and breaking nothing.
            of('b', "b: 6"),
            of('c', "c: 3\n---\ne: 5"),
            Diagnostic::warning("test", Location { file: FileId(0), span: Span::new(0, 1) }, "no fix"),
        ];
        keep_sound(&sources, &mut found);
        let kept: Vec<bool> = found.iter().map(|diagnostic| diagnostic.fix.is_some()).collect();
        assert_eq!(kept, [true, false, true, true, false, false]);
    }

    #[test]
    fn one_that_breaks_the_text_is_found_among_thousands() {
        let lines: u32 = 5_000;
        let text: String = (0..lines).map(|line| format!("k{line:05}: 1\n")).collect();
        let files = [SourceFile::new("all.yaml", text.as_str())];
        let sources = Sources::new(&files, &Limits::PAGE);
        let fix = |line: u32| replacing((line * 10 + 8, line * 10 + 9), if line == 777 { "[" } else { "2" });
        let mut found: Vec<Diagnostic> = (0..lines).map(fix).collect();
        keep_sound(&sources, &mut found);
        let without: Vec<usize> =
            found.iter().enumerate().filter(|(_, it)| it.fix.is_none()).map(|(line, _)| line).collect();
        assert_eq!(without, [777]);
    }
}
