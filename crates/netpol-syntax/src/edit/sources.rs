//! The documents of the text that was given, read again where one is to be edited.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::parse::{Documents, Parsed};
use crate::{
    Budget, Diagnostic, Document, FileId, Limits, Location, Severity, SourceFile, Span, order, split,
};

use super::{TextEdit, apply};

/// A piece of a file: where it begins, and where the next one does or the file ends.
type PieceAt = (FileId, usize, usize);

/// A piece of a file, which is parsed on its own.
#[derive(Debug)]
struct Piece {
    start: usize,
    /// What was read, once it was asked for.
    read: OnceCell<Option<Read>>,
}

#[derive(Debug)]
struct Read {
    /// One document, or several JSON values one after the other.
    documents: Vec<Document>,
    /// Whether nothing is wrong with it.
    is_sound: bool,
}

/// The files that locations point into. A document is parsed again when it is first asked for, and kept.
#[derive(Debug)]
pub struct Sources<'f> {
    files: &'f [SourceFile],
    limits: Limits,
    /// Of each file, in the order of the text.
    pieces: Vec<OnceCell<Vec<Piece>>>,
}

impl<'f> Sources<'f> {
    /// Of `files`, which were read within `limits`.
    #[must_use]
    pub fn new(files: &'f [SourceFile], limits: &Limits) -> Self {
        Self { files, limits: *limits, pieces: files.iter().map(|_| OnceCell::new()).collect() }
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
    pub fn document(&self, at: Location) -> Option<&Document> {
        let (_, start, _) = self.piece_of(at)?;
        let read = self.read(at.file, start)?;
        let holds = |document: &&Document| {
            let span = document.location().span;
            span.start <= at.span.start && at.span.end <= span.end
        };
        read.documents.iter().find(holds)
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
        self.by_piece(edits).iter().map(|((_, start, end), _)| end - start).sum()
    }

    /// Edits, by the pieces that they are in.
    fn by_piece<'e>(
        &self,
        edits: impl IntoIterator<Item = &'e TextEdit>,
    ) -> Vec<(PieceAt, Vec<&'e TextEdit>)> {
        order::groups(edits.into_iter().filter_map(|edit| Some((self.piece_of(edit.at)?, edit))))
    }

    /// The piece that a place is in.
    fn piece_of(&self, at: Location) -> Option<PieceAt> {
        let start = at.span.start as usize;
        let pieces = self.pieces(at.file)?;
        let after = pieces.partition_point(|piece| piece.start <= start);
        let end = pieces.get(after).map_or(self.text(at.file).len(), |piece| piece.start);
        Some((at.file, pieces.get(after.checked_sub(1)?)?.start, end))
    }

    /// The pieces of a file.
    fn pieces(&self, file: FileId) -> Option<&[Piece]> {
        let pieces = self.pieces.get(file.index())?.get_or_init(|| {
            let mut pieces = Vec::new();
            let mut at = 0;
            while let Some(piece) = split::next_document(self.text(file), at) {
                pieces.push(Piece { start: piece.start, read: OnceCell::new() });
                at = piece.end;
            }
            pieces
        });
        Some(pieces)
    }

    fn read(&self, file: FileId, start: usize) -> Option<&Read> {
        let pieces = self.pieces(file)?;
        let piece = pieces.get(pieces.binary_search_by(|piece| piece.start.cmp(&start)).ok()?)?;
        let read = piece.read.get_or_init(|| {
            let text = Arc::clone(&self.files.get(file.index())?.text);
            let mut budget = Budget::new(&self.limits);
            let Parsed { documents, diagnostics } =
                Documents::starting_at(file, text, start, &mut budget).next_piece()?.parsed;
            Some(Read { documents, is_sound: is_sound(&diagnostics) })
        });
        read.as_ref()
    }
}

fn is_sound(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
}
