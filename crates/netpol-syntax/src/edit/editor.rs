//! Edits of one document, in its own style.

use crate::tree::{Document, Node};
use crate::{Location, Span};

use super::TextEdit;
use super::write::{Style, Yaml};

/// Makes edits of one document.
#[derive(Debug)]
pub struct Editor<'d> {
    document: &'d Document,
    style: Style,
}

impl<'d> Editor<'d> {
    /// For `document`, in the style that it shows first.
    #[must_use]
    pub fn new(document: &'d Document) -> Self {
        Self { document, style: style_of(document) }
    }

    /// The style it writes in.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Puts a value in the place of one on a single line: a scalar, or anything in flow style.
    #[must_use]
    pub fn replace(&self, node: Node<'_>, value: &Yaml) -> TextEdit {
        let source = node.source();
        let is_quoted = self.style.is_quoted || source.starts_with('"');
        let text = Style { is_quoted, ..self.style }.flow(value);
        // Where nothing is written the value follows its colon.
        let gap = if source.is_empty() { " " } else { "" };
        TextEdit { at: node.location(), text: format!("{gap}{text}") }
    }

    /// Puts another name in the place of a key.
    #[must_use]
    pub fn rename(&self, key: Node<'_>, name: &str) -> TextEdit {
        self.replace(key, &Yaml::text(name))
    }

    /// Adds `items` to the list under `key` of `map`, which comes to be where it is missing, null or empty.
    #[must_use]
    pub fn append(&self, map: Node<'_>, key: &str, items: Vec<Yaml>) -> Option<Vec<TextEdit>> {
        let Some((key_node, list)) = map.entry(key) else {
            return self.insert(map, key, &Yaml::List(items)).map(|edit| vec![edit]);
        };
        if !is_within(map, key_node) || !is_within(map, list) {
            return None;
        }
        let is_empty = list.items().len() == 0;
        if is_flow(list) && (is_flow(map) || !is_empty) {
            let style = self.style_in(map);
            let items: Vec<String> = items.iter().map(|item| style.flow(item)).collect();
            return self.within_brackets(list, &items.join(", ")).map(|edit| vec![edit]);
        }
        if is_flow(map) {
            let text = format!(" {}", self.style_in(map).flow(&Yaml::List(items)));
            return Some(vec![TextEdit { at: list.location(), text }]);
        }
        if is_empty {
            return self.fill(map, key_node, list, items);
        }
        let dash = self.dash_of(list.items().next()?)?;
        let block = self.style.block(&Yaml::List(items), self.column(dash)?);
        let text = format!("{}{block}", self.style.newline);
        Some(vec![self.insertion(self.end_of_line(list.location().span.end), text)])
    }

    /// Adds `key: value` to a map that does not have the key.
    #[must_use]
    pub fn insert(&self, map: Node<'_>, key: &str, value: &Yaml) -> Option<TextEdit> {
        if is_flow(map) {
            return self.within_brackets(map, &self.style_in(map).flow_entry(key, value));
        }
        let (first, _) = map.entries().next()?;
        let indent = self.column(first.location().span.start)?;
        let text = format!("{}{}", self.style.newline, self.style.entry(key, value, indent));
        Some(self.insertion(self.end_of_line(map.location().span.end), text))
    }

    /// Puts a level between a map and its entries: `app: web` becomes `matchLabels:` with `app: web` below.
    #[must_use]
    pub fn nest(&self, map: Node<'_>, key: &str) -> Option<TextEdit> {
        let span = map.location().span;
        let source = map.source();
        if is_flow(map) {
            let key = self.style_in(map).flow(&Yaml::text(key));
            return Some(TextEdit { at: map.location(), text: format!("{{{key}: {source}}}") });
        }
        let indent = self.column(span.start)?;
        let mut text = format!("{key}:");
        for line in source.lines() {
            let line = line.trim_end();
            text.push_str(self.style.newline);
            if !line.is_empty() {
                // The first line begins where the map does, the others at their own column.
                let own = if text.len() == key.len() + 1 + self.style.newline.len() { indent } else { 0 };
                text.push_str(&" ".repeat(own + self.style.map_indent));
                text.push_str(line);
            }
        }
        Some(TextEdit { at: map.location(), text })
    }

    /// Takes an entry out of a map of several.
    #[must_use]
    pub fn remove_entry(&self, map: Node<'_>, key: &str) -> Option<TextEdit> {
        let entries: Vec<_> = map.entries().collect();
        let at = entries.iter().position(|(node, _)| node.as_str() == Some(key))?;
        let (key_node, value) = entries.get(at)?;
        let start = key_node.location().span.start;
        if is_flow(map) || entries.len() < 2 || !is_within(map, *key_node) || !is_within(map, *value) {
            return None;
        }
        if let (0, Some((next, _))) = (at, entries.get(1)) {
            // The first one may share its line with a dash, which the next one takes over.
            let next = next.location().span.start;
            let between = self.text().get(value.location().span.end.max(start) as usize..next as usize)?;
            return between
                .trim()
                .is_empty()
                .then(|| self.replacement(Span::new(start, next), String::new()));
        }
        self.remove_lines(start, value.location().span.end.max(key_node.location().span.end))
    }

    /// Takes an item out of a list; of its last one `[]` is left.
    #[must_use]
    pub fn remove_item(&self, map: Node<'_>, key: &str, at: usize) -> Option<TextEdit> {
        let (key_node, list) = map.entry(key)?;
        let items: Vec<_> = list.items().collect();
        let item = items.get(at)?;
        if !is_within(map, key_node) || !is_within(map, list) || !is_within(list, *item) {
            return None;
        }
        if is_flow(list) {
            let next = items.get(at + 1).map(|next| next.location().span.start);
            let before = at.checked_sub(1).and_then(|at| items.get(at)).map(|item| item.location().span.end);
            let own = item.location().span;
            let span = match (before, next) {
                (_, Some(next)) => Span::new(own.start, next),
                (Some(before), None) => Span::new(before, own.end),
                // What else stands within the brackets goes as well, unless it is a comment.
                (None, None) if list.source().contains('#') => return None,
                (None, None) => {
                    let all = list.location().span;
                    Span::new(all.start + 1, all.end.saturating_sub(1))
                }
            };
            return Some(self.replacement(span, String::new()));
        }
        if items.len() == 1 {
            let span = Span::new(key_node.location().span.end, list.location().span.end);
            let dash = self.dash_of(*item)?;
            let before = self.text().get(span.start as usize..dash as usize)?;
            // A comment or an anchor that stands between would be lost.
            return (before.trim() == ":").then(|| self.replacement(span, ": []".to_owned()));
        }
        let dash = self.dash_of(*item)?;
        self.remove_lines(dash, item.location().span.end)
    }

    /// Joins an item that is a map to the one before it, by taking its dash out.
    #[must_use]
    pub fn join_items(&self, list: Node<'_>, at: usize) -> Option<TextEdit> {
        let (before, item) = (list.item(at.checked_sub(1)?)?, list.item(at)?);
        if is_flow(list) || is_flow(before) || is_flow(item) || !before.is_mapping() || !item.is_mapping() {
            return None;
        }
        // A key that both have would stand there twice.
        let is_shared =
            |(key, _): (Node<'_>, Node<'_>)| key.as_str().is_some_and(|key| before.get(key).is_some());
        if item.entries().any(is_shared) || !is_within(list, before) || !is_within(list, item) {
            return None;
        }
        let dash = self.dash_of(item)?;
        let start = item.location().span.start;
        // Keys of one map stand in one column.
        if self.column(start)? != self.column(before.location().span.start)?
            || !self.is_on_one_line(dash, start)
        {
            return None;
        }
        Some(self.replacement(Span::new(dash, dash + 1), " ".to_owned()))
    }

    fn text(&self) -> &'d str {
        self.document.text()
    }

    /// Writes the list under a key that has none yet.
    fn fill(&self, map: Node<'_>, key: Node<'_>, list: Node<'_>, items: Vec<Yaml>) -> Option<Vec<TextEdit>> {
        let (first, _) = map.entries().next()?;
        let indent = self.column(first.location().span.start)?;
        let after_key = key.location().span.end;
        let rest = self.text().get(after_key as usize..)?;
        let colon = after_key + u32::try_from(rest.find(':')?).ok()? + 1;
        let written =
            if list.is_null() && list.source().is_empty() { colon } else { list.location().span.end };
        let block = self.style.block(&Yaml::List(items), indent + self.style.list_indent);
        Some(vec![
            self.replacement(Span::new(colon, written.max(colon)), String::new()),
            self.insertion(self.end_of_line(written.max(colon)), format!("{}{block}", self.style.newline)),
        ])
    }

    /// Adds to a list or map in flow style, after what it holds last.
    fn within_brackets(&self, node: Node<'_>, text: &str) -> Option<TextEdit> {
        let last = node.items().last().or_else(|| node.entries().last().map(|(_, value)| value));
        match last {
            None => Some(self.insertion(node.location().span.start + 1, text.to_owned())),
            Some(last) if is_within(node, last) && !last.source().is_empty() => {
                Some(self.insertion(last.location().span.end, format!(", {text}")))
            }
            // What is merged in or stands for another place has no place of its own here.
            Some(_) => None,
        }
    }

    /// The style of a map's own keys, which may be in quotes in a document that has none otherwise.
    fn style_in(&self, map: Node<'_>) -> Style {
        let is_quoted = self.style.is_quoted || map.entries().any(|(key, _)| key.source().starts_with('"'));
        Style { is_quoted, ..self.style }
    }

    /// Takes out whole lines, from the one that `start` is on to the one that `end` is on.
    fn remove_lines(&self, start: u32, end: u32) -> Option<TextEdit> {
        let text = self.text();
        let line_start = text.get(..start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        // What stands before it on its line is not this entry's to take.
        if !text.get(line_start..start as usize)?.trim().is_empty() {
            return None;
        }
        let line_end = self.end_of_line(end) as usize;
        let rest = text.get(line_end..)?;
        let newline =
            ["\r\n", "\n", "\r"].into_iter().find(|newline| rest.starts_with(newline)).unwrap_or("");
        let span = Span::new(u32::try_from(line_start).ok()?, u32::try_from(line_end + newline.len()).ok()?);
        Some(self.replacement(span, String::new()))
    }

    /// Where the dash of a list's item is.
    fn dash_of(&self, item: Node<'_>) -> Option<u32> {
        let before = self.text().get(..item.location().span.start as usize)?.trim_end();
        before.ends_with('-').then(|| u32::try_from(before.len() - 1).ok())?
    }

    /// How many columns stand before an offset on its line; `None` where it is not counted in spaces and dashes.
    fn column(&self, offset: u32) -> Option<usize> {
        let before = self.text().get(..offset as usize)?;
        let line = before.rsplit(['\n', '\r']).next()?;
        line.bytes().all(|byte| matches!(byte, b' ' | b'-')).then_some(line.len())
    }

    fn is_on_one_line(&self, one: u32, other: u32) -> bool {
        self.text().get(one as usize..other as usize).is_some_and(|between| !between.contains(['\n', '\r']))
    }

    /// The end of the line that `offset` is on, where only a comment follows; otherwise `offset` itself. Past a
    /// block scalar's last line end it is the end of that line.
    fn end_of_line(&self, offset: u32) -> u32 {
        let text = self.text();
        let before = text.get(..offset as usize).unwrap_or("");
        let trimmed = before.trim_end_matches(['\n', '\r']);
        if trimmed.len() < before.len() {
            return u32::try_from(trimmed.len()).unwrap_or(offset);
        }
        let rest = text.get(offset as usize..).unwrap_or("");
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        let is_comment = line.trim_start().starts_with('#') || line.trim().is_empty();
        if is_comment { offset.saturating_add(u32::try_from(line.len()).unwrap_or(0)) } else { offset }
    }

    fn insertion(&self, at: u32, text: String) -> TextEdit {
        self.replacement(Span::new(at, at), text)
    }

    fn replacement(&self, span: Span, text: String) -> TextEdit {
        TextEdit { at: Location { file: self.document.location().file, span }, text }
    }
}

/// Whether a node is written within another: what an alias or a merge brings in is written elsewhere.
fn is_within(outer: Node<'_>, inner: Node<'_>) -> bool {
    let (outer, inner) = (outer.location().span, inner.location().span);
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether a value is written with brackets.
fn is_flow(node: Node<'_>) -> bool {
    node.source().starts_with(['{', '['])
}

/// Whether lines end as on Windows: the first of the document's own, or that around it where it is on one line.
fn ends_lines_with_return(document: &Document) -> bool {
    let (text, span) = (document.text(), document.location().span);
    let part = |range| text.get(range).unwrap_or_default();
    match document.root().source().split_once('\n') {
        Some((line, _)) => line.ends_with('\r'),
        None => {
            let behind = part(span.end as usize..text.len()).trim_start_matches(' ');
            behind.starts_with("\r\n") || part(0..span.start as usize).ends_with("\r\n")
        }
    }
}

/// The style that a document shows in the first places that show one.
fn style_of(document: &Document) -> Style {
    let text: &str = document.text();
    let mut style = Style::default();
    if ends_lines_with_return(document) {
        style.newline = "\r\n";
    }
    let root = document.root();
    style.is_quoted =
        is_flow(root) && root.entries().next().is_some_and(|(key, _)| key.source().starts_with('"'));
    let column = |node: Node<'_>| {
        let before = text.get(..node.location().span.start as usize).unwrap_or("");
        before.len() - before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
    };
    let (mut map_indent, mut list_indent) = (None, None);
    // Outermost first: what the document begins with is what a reader takes for its style.
    let mut level = vec![root];
    while !level.is_empty() && (map_indent.is_none() || list_indent.is_none()) {
        let mut next = Vec::new();
        for node in level {
            for (key, value) in node.entries().filter(|(_, value)| !is_flow(*value)) {
                if let (true, Some((first, _))) = (value.is_mapping(), value.entries().next()) {
                    map_indent = map_indent.or(column(first).checked_sub(column(key)));
                }
                if let (true, Some(first)) = (value.is_sequence(), value.items().next()) {
                    let before = text.get(..first.location().span.start as usize).unwrap_or("").trim_end();
                    let dash = before.len().saturating_sub(1);
                    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
                    list_indent = list_indent.or(dash.checked_sub(start + column(key)));
                }
                next.push(value);
            }
            next.extend(node.items());
        }
        level = next;
    }
    style.map_indent = map_indent.filter(|indent| (1..=8).contains(indent)).unwrap_or(style.map_indent);
    style.list_indent = list_indent.filter(|indent| *indent <= 8).unwrap_or(style.list_indent);
    style
}
