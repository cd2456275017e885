//! The documents of the text that was given, read again where one is to be edited.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::parse::{Documents, Parsed};
use crate::{Budget, Diagnostic, Document, FileId, Limits, Location, Severity, SourceFile, Span, split};

use super::{TextEdit, apply};

/// A piece of a file: where it begins, and where the next one does or the file ends.
type PieceAt = (FileId, usize, usize);

/// A piece of a file, read.
#[derive(Debug)]
struct Piece {
    /// One document, or several JSON values one after the other.
    documents: Vec<Rc<Document>>,
    /// Whether nothing is wrong with it.
    is_sound: bool,
}

/// The files that locations point into. A document is parsed again when it is first asked for, and kept.
#[derive(Debug)]
pub struct Sources<'f> {
    files: &'f [SourceFile],
    limits: Limits,
    /// By file: where each of its pieces begins.
    pieces: RefCell<BTreeMap<FileId, Rc<[usize]>>>,
    /// By file and start: what was read.
    read: RefCell<BTreeMap<(FileId, usize), Rc<Piece>>>,
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
        let (_, start, _) = self.piece_of(at)?;
        let piece = self.read(at.file, start)?;
        let holds = |document: &&Rc<Document>| {
            let span = document.location().span;
            span.start <= at.span.start && at.span.end <= span.end
        };
        piece.documents.iter().find(holds).cloned()
    }

    /// Whether the pieces that edits are made in can be read afterwards, as many documents as before.
    #[must_use]
    pub fn stays_readable<'e>(&self, edits: impl IntoIterator<Item = &'e TextEdit>) -> bool {
        self.by_piece(edits).into_iter().all(|((file, start, end), edits)| {
            let Some(before) = self.text(file).get(start..end) else { return false };
            let offset = |at: u32| at.saturating_sub(u32::try_from(start).unwrap_or(u32::MAX));
            let within = |edit: &&TextEdit| {
                let span = Span::new(offset(edit.at.span.start), offset(edit.at.span.end));
                TextEdit { at: Location { file, span }, text: edit.text.clone() }
            };
            let after = apply(file, before, &edits.iter().map(within).collect::<Vec<_>>());
            let after = crate::parse(file, after, &self.limits);
            let Some(before) = self.read(file, start) else { return false };
            before.is_sound && is_sound(&after.diagnostics) && before.documents.len() == after.documents.len()
        })
    }

    /// How much text [`Sources::stays_readable`] reads to answer, in bytes.
    #[must_use]
    pub fn read_for<'e>(&self, edits: impl IntoIterator<Item = &'e TextEdit>) -> usize {
        self.by_piece(edits).keys().map(|(_, start, end)| end - start).sum()
    }

    /// Edits, by the pieces that they are in.
    fn by_piece<'e>(
        &self,
        edits: impl IntoIterator<Item = &'e TextEdit>,
    ) -> BTreeMap<PieceAt, Vec<&'e TextEdit>> {
        let mut pieces: BTreeMap<PieceAt, Vec<&TextEdit>> = BTreeMap::new();
        for edit in edits {
            if let Some(piece) = self.piece_of(edit.at) {
                pieces.entry(piece).or_default().push(edit);
            }
        }
        pieces
    }

    /// The piece that a place is in.
    fn piece_of(&self, at: Location) -> Option<PieceAt> {
        let start = at.span.start as usize;
        let pieces = self.pieces(at.file)?;
        let after = pieces.partition_point(|piece| *piece <= start);
        let end = pieces.get(after).copied().unwrap_or(self.text(at.file).len());
        Some((at.file, *pieces.get(after.checked_sub(1)?)?, end))
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

    fn read(&self, file: FileId, start: usize) -> Option<Rc<Piece>> {
        if let Some(known) = self.read.borrow().get(&(file, start)) {
            return Some(Rc::clone(known));
        }
        let text = Arc::clone(&self.files.get(file.index())?.text);
        let mut budget = Budget::new(&self.limits);
        let Parsed { documents, diagnostics } =
            Documents::starting_at(file, text, start, &mut budget).next_piece()?.parsed;
        let piece = Rc::new(Piece {
            documents: documents.into_iter().map(Rc::new).collect(),
            is_sound: is_sound(&diagnostics),
        });
        self.read.borrow_mut().insert((file, start), Rc::clone(&piece));
        Some(piece)
    }
}

fn is_sound(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
}
