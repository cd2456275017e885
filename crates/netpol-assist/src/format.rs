//! Indentation set right: two columns a level, lists set in below their key, nothing else touched.

use netpol_syntax::{FileId, Limits, Node, NodeKind, parse};

use crate::place::Line;

/// So many columns go to a level.
const STEP: usize = 2;

/// `text` with its indentation set right, trailing spaces gone and one line end at its end. Comments stay with the line that
/// follows them; what stands within a text, within brackets or within quotes keeps its shape. `None` where the text cannot
/// be read as YAML, or where it would say something else afterwards.
#[must_use]
pub fn format(text: &str) -> Option<String> {
    let formatted = Formatter::default().run(text)?;
    let (before, after) = (read(text)?, read(&formatted)?);
    let same = before.len() == after.len()
        && before.iter().zip(&after).all(|(one, other)| is_same(one.root(), other.root()));
    same.then_some(formatted)
}

fn read(text: &str) -> Option<Vec<netpol_syntax::Document>> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    parsed.diagnostics.is_empty().then_some(parsed.documents)
}

/// Whether two values say the same. They are as deep as the parser lets them be.
fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (NodeKind::Mapping, NodeKind::Mapping) => {
            let (one, other) = (one.entries(), other.entries());
            one.len() == other.len()
                && one
                    .zip(other)
                    .all(|(one, other)| one.0.as_str() == other.0.as_str() && is_same(one.1, other.1))
        }
        (NodeKind::Sequence, NodeKind::Sequence) => {
            let (one, other) = (one.items(), other.items());
            one.len() == other.len() && one.zip(other).all(|(one, other)| is_same(one, other))
        }
        (one, other) => one == other,
    }
}

/// A map or a list that is open, by the column that it stands at.
#[derive(Clone, Copy)]
struct Level {
    old: usize,
    new: usize,
    is_list: bool,
}

/// What the lines that come next are within.
#[derive(Clone, Copy)]
enum Within {
    /// Keys and items.
    Lines,
    /// A text of its own, below a key or a dash at the first column; it is moved to the second. Its own first line says
    /// from where.
    Text { below: usize, to: usize, from: Option<usize> },
    /// So many brackets.
    Brackets(usize),
}

struct Formatter {
    levels: Vec<Level>,
    within: Within,
    out: String,
    /// Comments that wait for the line that they are about, with the columns that they stood at.
    comments: Vec<(usize, String)>,
}

impl Default for Formatter {
    fn default() -> Self {
        Self { levels: Vec::new(), within: Within::Lines, out: String::new(), comments: Vec::new() }
    }
}

impl Formatter {
    fn run(mut self, text: &str) -> Option<String> {
        for line in text.lines() {
            self.line(line)?;
        }
        self.tell_comments(None);
        self.out.truncate(self.out.trim_end().len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        Some(self.out)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let bare = line.trim();
        if let Within::Text { below, to, from } = &mut self.within {
            if bare.is_empty() {
                self.out.push('\n');
                return Some(());
            }
            if indent > *below {
                let first = *from.get_or_insert(indent);
                let column = *to + indent.checked_sub(first)?;
                return self.write(column, line.get(indent..)?);
            }
            self.within = Within::Lines;
        }
        if bare.is_empty() {
            self.tell_comments(None);
            self.out.push('\n');
            return Some(());
        }
        if let Within::Brackets(depth) = self.within {
            let moved = self.moved(indent);
            self.within = within_brackets(depth, bare)?;
            return self.write(moved, bare);
        }
        if line.starts_with("---") || line.starts_with("...") || line.starts_with('%') {
            self.tell_comments(None);
            self.levels.clear();
            return self.write(0, line.trim_end());
        }
        if bare.starts_with('#') {
            self.comments.push((indent, bare.to_owned()));
            return Some(());
        }
        if line.get(..line.len() - line.trim_start().len())?.contains('\t') {
            return None;
        }
        self.entry(&Line::of(line)?, indent, bare)
    }

    /// A line with a key, with dashes, or with what goes on from the line before.
    fn entry(&mut self, line: &Line<'_>, indent: usize, bare: &str) -> Option<()> {
        let entry = line.entry();
        if entry.is_none() && line.dashes.is_empty() {
            let moved = self.moved(indent);
            self.tell_comments(Some(moved));
            self.within = within_brackets(0, bare)?;
            return self.write(moved, bare);
        }
        let mut first = None;
        for dash in &line.dashes {
            first.get_or_insert(self.list_at(*dash));
        }
        let rest = line.rest.trim_end();
        if entry.is_some() {
            let column = self.map_at(line.column);
            first.get_or_insert(column);
        }
        let first = first?;
        self.tell_comments(Some(first));
        self.out.extend(std::iter::repeat_n(' ', first));
        let dashes: Vec<&str> = line.dashes.iter().map(|_| "-").collect();
        self.out += dashes.join(" ").as_str();
        if !dashes.is_empty() && !rest.is_empty() {
            self.out.push(' ');
        }
        self.out += rest;
        self.out.push('\n');
        let value =
            entry.map_or_else(|| rest.split(" #").next().unwrap_or_default().trim_end(), |(_, value)| value);
        self.within = match value.strip_prefix(['|', '>']) {
            Some("" | "-" | "+") => {
                let level = self.levels.last()?;
                Within::Text { below: level.old, to: level.new + STEP, from: None }
            }
            // One that says how far it is set in.
            Some(how) if how.len() < 3 => return None,
            _ => within_brackets(0, rest)?,
        };
        Some(())
    }

    /// The new column of a list whose dashes stand at `old`.
    fn list_at(&mut self, old: usize) -> usize {
        self.leave(|level| level.old > old);
        match self.levels.last() {
            Some(level) if level.is_list && level.old == old => level.new,
            // Also where it stands at the column of its own key.
            above => {
                let new = above.map_or(0, |level| level.new + STEP);
                self.levels.push(Level { old, new, is_list: true });
                new
            }
        }
    }

    /// The new column of a map whose keys stand at `old`.
    fn map_at(&mut self, old: usize) -> usize {
        self.leave(|level| level.old > old || level.is_list && level.old == old);
        match self.levels.last() {
            Some(level) if !level.is_list && level.old == old => level.new,
            above => {
                let new = above.map_or(0, |level| level.new + STEP);
                self.levels.push(Level { old, new, is_list: false });
                new
            }
        }
    }

    fn leave(&mut self, is_left: impl Fn(&Level) -> bool) {
        while self.levels.last().is_some_and(&is_left) {
            self.levels.pop();
        }
    }

    /// A column moved along with what it belongs to.
    fn moved(&self, column: usize) -> usize {
        self.levels.last().map_or(column, |level| (column + level.new).saturating_sub(level.old))
    }

    /// Writes the comments that wait: at the column of the line that they are about, or moved along with what is above them
    /// where there is none.
    fn tell_comments(&mut self, column: Option<usize>) {
        for (indent, comment) in std::mem::take(&mut self.comments) {
            let column = column.unwrap_or_else(|| self.kept(indent));
            self.out.extend(std::iter::repeat_n(' ', column));
            self.out += &comment;
            self.out.push('\n');
        }
    }

    /// The new column of a comment that stood at `old`: that of the level it is in.
    fn kept(&self, old: usize) -> usize {
        let around = self.levels.iter().rev().find(|level| level.old <= old);
        around.map_or(0, |level| level.new)
    }

    fn write(&mut self, column: usize, text: &str) -> Option<()> {
        self.out.extend(std::iter::repeat_n(' ', column));
        self.out += text;
        self.out.push('\n');
        Some(())
    }
}

/// What follows a line that begins within so many brackets. `None` where a text in quotes goes on: its spaces count.
fn within_brackets(depth: usize, text: &str) -> Option<Within> {
    let mut depth = depth;
    let mut quote = None;
    let mut before = ' ';
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some('"'), '\\') => {
                letters.next();
            }
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if " [{,:-".contains(before) => quote = Some(letter),
            (None, '#') if before == ' ' => break,
            (None, '[' | '{') if depth > 0 || " :-[{".contains(before) => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        before = letter;
    }
    if quote.is_some() {
        return None;
    }
    Some(if depth == 0 { Within::Lines } else { Within::Brackets(depth) })
}
