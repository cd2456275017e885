//! The documents of the text that was given, read again where one is to be edited.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::parse::Documents;
use crate::{Budget, Document, FileId, Limits, Location, Severity, SourceFile, split};

use super::{TextEdit, apply};

/// A piece of a file: where it begins, and where the next one does.
type PieceAt = (FileId, usize, Option<usize>);

/// The documents that a piece of a file holds.
type Piece = Rc<[Rc<Document>]>;

/// The files that locations point into. A document is parsed again when it is first asked for, and kept.
#[derive(Debug)]
pub struct Sources<'f> {
    files: &'f [SourceFile],
    limits: Limits,
    /// By file: where each of its pieces begins.
    pieces: RefCell<BTreeMap<FileId, Rc<[usize]>>>,
    /// By file and start of their piece: the documents there.
    read: RefCell<BTreeMap<(FileId, usize), Piece>>,
}

impl<'f> Sources<'f> {
    /// Of `files`, which were read within `limits`.
    #[must_use]
    pub fn new(files: &'f [SourceFile], limits: &Limits) -> Self {
        Self { files, limits: *limits, pieces: RefCell::default(), read: RefCell::default() }
    }

    /// All of the files.
    #[must_use]
    pub fn files(&self) -> &'f [SourceFile] {
        self.files
    }

    /// The text of one file; empty where there is no such file.
    #[must_use]
    pub fn text(&self, file: FileId) -> &'f str {
        self.files.get(file.index()).map_or("", |file| &file.text)
    }

    /// The document that holds `at`.
    #[must_use]
    pub fn document(&self, at: Location) -> Option<Rc<Document>> {
        let (_, piece, next) = self.piece_of(at)?;
        let documents = self.read(at.file, piece, next)?;
        let holds = |document: &&Rc<Document>| {
            let span = document.location().span;
            span.start <= at.span.start && at.span.end <= span.end
        };
        documents.iter().find(holds).cloned()
    }

    /// Whether the pieces that edits are made in can be read afterwards, as many documents as before.
    #[must_use]
    pub fn stays_readable(&self, edits: &[TextEdit]) -> bool {
        let pieces: BTreeSet<PieceAt> = edits.iter().filter_map(|edit| self.piece_of(edit.at)).collect();
        pieces.into_iter().all(|piece| {
            let (file, start, end) = piece;
            let text = self.text(file);
            let mine = edits.iter().filter(|edit| self.piece_of(edit.at) == Some(piece));
            let edited = apply(file, text, &mine.cloned().collect::<Vec<_>>());
            let behind = end.map_or(0, |end| text.len().saturating_sub(end));
            let after = edited.get(start..edited.len().saturating_sub(behind));
            let count = |text: &str| {
                let parsed = crate::parse(file, text, &self.limits);
                let has_error = parsed.diagnostics.iter().any(|it| it.severity == Severity::Error);
                (!has_error).then_some(parsed.documents.len())
            };
            let before = text.get(start..end.unwrap_or(text.len()));
            before.zip(after).is_some_and(|(before, after)| {
                let now = count(after);
                now.is_some() && now == count(before)
            })
        })
    }

    /// The piece that a place is in.
    fn piece_of(&self, at: Location) -> Option<PieceAt> {
        let start = at.span.start as usize;
        let pieces = self.pieces(at.file)?;
        let after = pieces.partition_point(|piece| *piece <= start);
        Some((at.file, *pieces.get(after.checked_sub(1)?)?, pieces.get(after).copied()))
    }

    /// Where each piece of a file begins that is parsed on its own.
    fn pieces(&self, file: FileId) -> Option<Rc<[usize]>> {
        if let Some(known) = self.pieces.borrow().get(&file) {
            return Some(Rc::clone(known));
        }
        let text = &self.files.get(file.index())?.text;
        let mut starts = Vec::new();
        let mut at = 0;
        while let Some(piece) = split::next_document(text, at) {
            starts.push(piece.start);
            at = piece.end;
        }
        let starts: Rc<[usize]> = starts.into();
        self.pieces.borrow_mut().insert(file, Rc::clone(&starts));
        Some(starts)
    }

    fn read(&self, file: FileId, start: usize, end: Option<usize>) -> Option<Piece> {
        if let Some(known) = self.read.borrow().get(&(file, start)) {
            return Some(Rc::clone(known));
        }
        let text = Arc::clone(&self.files.get(file.index())?.text);
        let mut budget = Budget::new(&self.limits);
        let mut documents = Vec::new();
        for parsed in Documents::starting_at(file, text, start, &mut budget) {
            let of_piece =
                |document: &Document| end.is_none_or(|end| (document.location().span.start as usize) < end);
            let mine: Vec<Document> = parsed.documents.into_iter().filter(of_piece).collect();
            // A piece holds one document, or several JSON values one after the other.
            if mine.is_empty() {
                break;
            }
            documents.extend(mine.into_iter().map(Rc::new));
        }
        let documents: Piece = documents.into();
        self.read.borrow_mut().insert((file, start), Rc::clone(&documents));
        Some(documents)
    }
}
