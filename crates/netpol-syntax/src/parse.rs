//! Text to documents, file by file and within a budget.

use std::ops::Range;
use std::sync::Arc;

use netpol_events::{ErrorKind, Event, Options, events};

use crate::builder::{Builder, Refusal, TOO_MANY_NODES, too_deep};
use crate::tree::Document;
use crate::{Diagnostic, FileId, Limits, Location, SourceFile, Span, fault, split};

/// What could be read, and what could not.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents in the order of the text; empty ones and broken ones are not among them.
    pub documents: Vec<Document>,
    /// What was found on the way, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    fn append(&mut self, mut other: Self) {
        self.documents.append(&mut other.documents);
        self.diagnostics.append(&mut other.diagnostics);
    }
}

/// The id of what is said where documents are too many.
const TOO_MANY_DOCUMENTS: &str = "too-many-documents";

/// What may still be read: the limits less what was read under them.
#[derive(Clone, Debug)]
pub struct Budget {
    limits: Limits,
    bytes: usize,
    nodes: usize,
    documents: usize,
    is_spent: bool,
}

impl Budget {
    /// All of `limits`.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            bytes: limits.bytes,
            nodes: limits.nodes,
            documents: limits.documents,
            is_spent: false,
        }
    }

    /// Takes the bytes of a text, where there are as many left.
    fn take_bytes(&mut self, file: FileId, text: &str) -> Result<(), Box<Diagnostic>> {
        // Spans count in 32 bits.
        let fits = u32::try_from(text.len()).is_ok();
        match self.bytes.checked_sub(text.len()).filter(|_| fits) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => {
                let at = Location { file, span: Span::default() };
                let message = format!(
                    "the text has {} bytes, more than the {} that are left of {}",
                    text.len(),
                    self.bytes.min(u32::MAX as usize),
                    self.limits.bytes
                );
                let diagnostic = Diagnostic::error("too-large", at, message);
                Err(Box::new(diagnostic.with_help("leave out what does not matter, or split the input")))
            }
        }
    }
}

/// Reads all files, `limits` being for all of them together. A file's id is its index.
#[must_use]
pub fn parse_all(files: &[SourceFile], limits: &Limits) -> Parsed {
    let mut budget = Budget::new(limits);
    let mut parsed = Parsed::default();
    for (index, file) in (0_u32..).zip(files) {
        for document in Documents::new(FileId(index), Arc::clone(&file.text), &mut budget) {
            parsed.append(document);
        }
    }
    parsed
}

/// Reads one text.
#[must_use]
pub fn parse(file: FileId, text: impl Into<Arc<str>>, limits: &Limits) -> Parsed {
    let mut parsed = Parsed::default();
    for document in Documents::new(file, text.into(), &mut Budget::new(limits)) {
        parsed.append(document);
    }
    parsed
}

/// Reads one text document by document, so that a large one need not be held as trees all at once.
///
/// Each item holds at most one document, with what there is to say about it.
#[derive(Debug)]
pub struct Documents<'b> {
    file: FileId,
    text: Arc<str>,
    at: usize,
    /// What is left of a piece that holds several JSON values.
    rest: Option<Range<usize>>,
    budget: &'b mut Budget,
    /// What to say first; with it nothing is read.
    refused: Option<Box<Diagnostic>>,
    /// How many nodes were left before the piece at hand, and how many it needs there.
    left: usize,
    needed: usize,
}

/// A piece of a text from one document marker to the next, read. It holds one document, or several JSON values.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where it stands: right behind the piece before it.
    pub range: Range<usize>,
    /// What it holds.
    pub parsed: Parsed,
    /// What reading it took; `None` where the same piece may read otherwise another time, since what was left of the
    /// budget had a say in it, or a byte order mark.
    pub cost: Option<Cost>,
}

/// What reading a piece took from a [`Budget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    documents: usize,
    nodes: usize,
    /// How many nodes had to be left before it, those of values included that were given up half-way.
    needed: usize,
}

impl<'b> Documents<'b> {
    /// The documents of `text`, which are taken from `budget`.
    pub fn new(file: FileId, text: impl Into<Arc<str>>, budget: &'b mut Budget) -> Self {
        let text = text.into();
        let refused = if budget.is_spent { None } else { budget.take_bytes(file, &text).err() };
        let at = if budget.is_spent || refused.is_some() { text.len() } else { 0 };
        Self { file, text, at, rest: None, budget, refused, left: 0, needed: 0 }
    }

    /// Reads the next piece, whatever it holds.
    pub fn next_piece(&mut self) -> Option<Piece> {
        if let Some(refused) = self.refused.take() {
            let parsed = Parsed { documents: Vec::new(), diagnostics: vec![*refused] };
            return Some(Piece { range: 0..self.text.len(), parsed, cost: None });
        }
        let first = split::next_document(&self.text, self.at)?;
        let (start, documents, nodes) = (self.at, self.budget.documents, self.budget.nodes);
        (self.left, self.needed) = (nodes, 0);
        let mut parsed = self.value(first);
        while let Some(rest) = self.rest.take() {
            parsed.append(self.value(rest));
        }
        let is_bounded = |it: &Diagnostic| matches!(it.id, TOO_MANY_NODES | TOO_MANY_DOCUMENTS);
        let is_free = !self.is_at_mark(start) && !parsed.diagnostics.iter().any(is_bounded);
        let cost = is_free.then(|| Cost {
            documents: documents - self.budget.documents,
            nodes: nodes - self.budget.nodes,
            needed: self.needed,
        });
        Some(Piece { range: start..self.at, parsed, cost })
    }

    /// Goes past the next `length` bytes, which are a piece that was read before at this `cost`, alone or within
    /// another text. Says `false` and stays where it is if that piece is to be read again.
    pub fn pass(&mut self, length: usize, cost: &Cost) -> bool {
        let budget = &self.budget;
        let fits = cost.documents <= budget.documents && cost.needed <= budget.nodes;
        let left = self.text.len() - self.at;
        if !fits || length > left || self.refused.is_some() || self.is_at_mark(self.at) {
            return false;
        }
        let budget = &mut *self.budget;
        budget.documents -= cost.documents;
        budget.nodes -= cost.nodes;
        self.at += length;
        true
    }

    /// Where the next piece stands, without reading it.
    #[must_use]
    pub fn peek(&self) -> Option<Range<usize>> {
        let next = split::next_document(&self.text, self.at)?;
        Some(self.at..next.end)
    }

    /// Where the next piece begins.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// Whether a byte order mark stands at `at`, which only there is none of the text.
    fn is_at_mark(&self, at: usize) -> bool {
        at == 0 && self.text.starts_with('\u{feff}')
    }

    /// The documents of `text` from `start` on, the beginning of one of its pieces.
    pub(crate) fn starting_at(file: FileId, text: Arc<str>, start: usize, budget: &'b mut Budget) -> Self {
        let documents = Self::new(file, text, budget);
        Self { at: documents.at.max(start), ..documents }
    }
}

impl Iterator for Documents<'_> {
    type Item = Parsed;

    fn next(&mut self) -> Option<Parsed> {
        if let Some(refused) = self.refused.take() {
            return Some(Parsed { documents: Vec::new(), diagnostics: vec![*refused] });
        }
        loop {
            let piece = match self.rest.take() {
                Some(rest) => rest,
                None => split::next_document(&self.text, self.at)?,
            };
            let parsed = self.value(piece);
            if !parsed.documents.is_empty() || !parsed.diagnostics.is_empty() {
                return Some(parsed);
            }
        }
    }
}

impl Documents<'_> {
    /// Reads one value: a piece, or what is left of it.
    fn value(&mut self, piece: Range<usize>) -> Parsed {
        self.at = piece.end;
        match self.budget.documents.checked_sub(1) {
            Some(left) => {
                self.budget.documents = left;
                self.read(piece)
            }
            None => self.refuse_rest(piece.start),
        }
    }

    /// Notes that the value at hand took so many nodes, beside those of the values before it in its piece.
    fn note_need(&mut self, nodes: usize) {
        let before = self.left.saturating_sub(self.budget.nodes);
        self.needed = self.needed.max(before.saturating_add(nodes));
    }

    /// Ends the reading of everything: there are too many documents.
    fn refuse_rest(&mut self, start: usize) -> Parsed {
        self.budget.is_spent = true;
        self.at = self.text.len();
        let at = Location { file: self.file, span: fault::span(&self.text, start) };
        let message = format!(
            "the input holds more than {} documents; it is read up to here",
            self.budget.limits.documents
        );
        let diagnostic = Diagnostic::error(TOO_MANY_DOCUMENTS, at, message)
            .with_help("leave out what does not matter, or split the input");
        Parsed { documents: Vec::new(), diagnostics: vec![diagnostic] }
    }

    fn read(&mut self, piece: Range<usize>) -> Parsed {
        let short = self.text.get(piece.clone()).and_then(split::short_object);
        if let Some((end, next)) = short {
            let first = self.read_value(piece.start..piece.start + end, true);
            if let Some(first) = first {
                self.rest = Some(piece.start + next..piece.end);
                return first;
            }
        }
        self.read_value(piece, false).unwrap_or_default()
    }

    /// Where something stands in `range` but comments and white space, or its end.
    fn after(&self, range: Range<usize>) -> usize {
        let text = self.text.get(range.clone()).unwrap_or("");
        let mut at = range.start;
        for line in text.split_inclusive(['\n', '\r']) {
            let said = line.trim_start();
            if !said.is_empty() && !said.starts_with('#') {
                return at + line.len() - said.len();
            }
            at += line.len();
        }
        range.end
    }

    /// Reads one value. Of what was `cut` off there is none where anything is wrong with it.
    fn read_value(&mut self, piece: Range<usize>, cut: bool) -> Option<Parsed> {
        let whole = Arc::clone(&self.text);
        let text = whole.get(piece.clone())?;
        let depth = self.budget.limits.depth;
        let mut builder =
            Builder::new(self.file, Arc::clone(&self.text), piece.start, depth, self.budget.nodes);
        let mut is_complete = false;
        let mut end = piece.start;
        for event in events(text, options(depth)) {
            let refusal = match event {
                Ok((event, at)) => {
                    match event {
                        Event::DocumentEnd => is_complete = true,
                        _ if is_complete => {}
                        _ => end = piece.start + at.byte_range().map_or(0, |range| range.end),
                    }
                    match builder.event(event, &at) {
                        Ok(()) => continue,
                        Err(_) if cut => return None,
                        Err(refusal) => refusal,
                    }
                }
                Err(_) if cut => return None,
                Err(error) => {
                    let mut offset = piece.start + error.marker().byte_offset().unwrap_or(0);
                    if is_complete && *error.kind() == ErrorKind::ExpectedDocumentStart {
                        // The parser has looked past what stands there, by as much as a string may be long.
                        offset = self.after(end..piece.end);
                        // JSON values may follow one another without a marker, as `kubectl` reads them.
                        let goes_on = self.text.get(offset..).is_some_and(|rest| rest.starts_with('{'));
                        if goes_on && offset > piece.start {
                            self.rest = Some(offset..piece.end);
                            break;
                        }
                    }
                    // What lies past the end of the document is not its fault.
                    let read = self.text.get(..piece.end).unwrap_or("");
                    let at = Location { file: self.file, span: fault::span(read, offset) };
                    Refusal::Document(Box::new(match error.kind() {
                        ErrorKind::RecursionLimitExceeded => too_deep(at, depth),
                        _ => fault::explain(&error, at, read, piece.start, builder.open_flow()),
                    }))
                }
            };
            let diagnostic = match refusal {
                Refusal::Document(diagnostic) => diagnostic,
                Refusal::Everything(diagnostic) => {
                    self.budget.is_spent = true;
                    self.at = self.text.len();
                    diagnostic
                }
            };
            self.note_need(builder.expanded());
            return Some(Parsed { documents: Vec::new(), diagnostics: vec![*diagnostic] });
        }
        let (document, nodes, diagnostics) = builder.finish();
        self.note_need(nodes);
        self.budget.nodes = self.budget.nodes.saturating_sub(nodes);
        Some(Parsed { documents: document.into_iter().collect(), diagnostics })
    }
}

/// The parser's own limits stand a little past ours: its scanner, too, must stop early on `[[[[…`.
fn options(depth: usize) -> Options {
    netpol_events::options! {
        emit_comments: false,
        flow_nesting_limit: depth.saturating_add(1),
        block_nesting_limit: depth.saturating_add(1),
    }
}
