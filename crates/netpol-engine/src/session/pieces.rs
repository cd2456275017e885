//! Pieces of texts, read once: a piece that stands elsewhere after an edit is not read again.

use std::sync::Arc;

use netpol_syntax::order::Map;
use netpol_syntax::{Budget, Cost, Diagnostic, Documents, FileId, Location, Piece, SourceFile, Span};

use crate::manifest::Manifests;
use crate::places::Places;

/// How far behind its end a piece's text decides where that is: as far as the marker of the next one goes.
const MARKER: usize = "--- ".len();

/// A text and what it holds.
#[derive(Debug)]
pub(super) struct ReadFile {
    source: SourceFile,
    /// Its pieces in order; taken out one by one where they go on in a later state.
    pieces: Vec<Option<ReadPiece>>,
}

/// A piece of a text. What every edit asks of each stands here; the rest is apart.
#[derive(Debug)]
pub(super) struct ReadPiece {
    /// Its number among all that were read, which no other piece has.
    pub(super) serial: u32,
    /// Where it stands, and where it stood before the last edit.
    pub(super) place: Place,
    pub(super) earlier: Place,
    length: usize,
    cost: Option<Cost>,
    /// How many documents it holds.
    pub(super) documents: usize,
    /// Whether it holds objects that policies are about.
    pub(super) has_objects: bool,
    /// Whether it says anything else.
    pub(super) has_more: bool,
    pub(super) content: Box<Content>,
}

/// What a piece holds.
#[derive(Debug)]
pub(super) struct Content {
    /// What the parser says.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What its documents hold.
    pub(super) manifests: Manifests,
    /// For which place the two are right.
    right_for: Place,
}

/// Where a piece begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) start: u32,
}

impl Place {
    /// What stands at `at` in a piece that is here, once the piece is at `to`.
    pub(super) fn moved(self, to: Self, at: Location) -> Location {
        let offset = |byte: u32| byte.wrapping_sub(self.start).wrapping_add(to.start);
        Location { file: to.file, span: Span::new(offset(at.span.start), offset(at.span.end)) }
    }
}

impl ReadPiece {
    fn new(serial: u32, place: Place, piece: Piece) -> Self {
        let Piece { range, parsed, cost } = piece;
        let mut manifests = Manifests::default();
        parsed.documents.iter().for_each(|document| manifests.read(document));
        Self {
            serial,
            place,
            earlier: place,
            length: range.len(),
            cost,
            documents: parsed.documents.len(),
            has_objects: !manifests.objects.is_empty(),
            has_more: !parsed.diagnostics.is_empty() || manifests.is_more_than_objects(),
            content: Box::new(Content { diagnostics: parsed.diagnostics, manifests, right_for: place }),
        }
    }

    /// Makes all of its places right.
    pub(super) fn put_right(&mut self) {
        if self.content.right_for != self.place {
            self.content.move_to(self.place);
        }
    }
}

impl Content {
    /// Makes all of its places right for `place`. Apart from [`ReadPiece::put_right`], since the page fetches later what
    /// a first reading never needs; so are the others that are not to be inlined.
    #[inline(never)]
    fn move_to(&mut self, place: Place) {
        let from = self.right_for;
        let mut go = |at: &mut Location| *at = from.moved(place, *at);
        self.diagnostics.each_place(&mut go);
        self.manifests.each_place(&mut go);
        self.right_for = place;
    }
}

impl ReadFile {
    /// Its pieces in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &ReadPiece> {
        self.pieces.iter().flatten()
    }

    /// Its pieces in order.
    pub(super) fn pieces_mut(&mut self) -> impl Iterator<Item = &mut ReadPiece> {
        self.pieces.iter_mut().flatten()
    }
}

/// Reads `files`, and takes from `earlier` the pieces that are still there. `next_serial` is what the next piece that
/// is read is called.
pub(super) fn read(
    files: &[SourceFile],
    budget: &mut Budget,
    mut earlier: Vec<ReadFile>,
    next_serial: &mut u32,
) -> Vec<ReadFile> {
    let texts: Vec<Arc<str>> = earlier.iter().map(|file| Arc::clone(&file.source.text)).collect();
    let is_first = earlier.is_empty();
    let align = |file| if is_first { None } else { Aligned::of(file, &earlier) };
    let mut aligned: Vec<Option<Aligned>> = files.iter().map(align).collect();
    let mut others = if is_first { Map::new() } else { by_text(&earlier, &texts, &aligned) };
    let mut read = Vec::new();
    for ((id, file), aligned) in (0..).map(FileId).zip(files).zip(&mut aligned) {
        let mut documents = Documents::new(id, Arc::clone(&file.text), budget);
        let mut pieces = Vec::new();
        loop {
            let start = documents.position();
            let place = Place { file: id, start: u32::try_from(start).unwrap_or(u32::MAX) };
            let mut known = || {
                let known = aligned.as_mut().and_then(|aligned| aligned.piece_at(start));
                let known = known.or_else(|| others.get_mut(file.text.get(documents.peek()?)?)?.pop());
                let (file, at) = known?;
                pass(&mut documents, earlier.get_mut(file)?.pieces.get_mut(at)?)
            };
            let passed = if is_first { None } else { known() };
            if let Some(mut piece) = passed {
                (piece.earlier, piece.place) = (piece.place, place);
                pieces.push(Some(piece));
                continue;
            }
            let Some(piece) = documents.next_piece() else { break };
            pieces.push(Some(ReadPiece::new(*next_serial, place, piece)));
            *next_serial += 1;
        }
        read.push(ReadFile { source: file.clone(), pieces });
    }
    read
}

/// Takes `known` for what comes next in a text, where that may be.
#[inline(never)]
fn pass(documents: &mut Documents<'_>, known: &mut Option<ReadPiece>) -> Option<ReadPiece> {
    let piece = known.as_ref()?;
    if documents.pass(piece.length, piece.cost.as_ref()?) { known.take() } else { None }
}

/// A file and its earlier state: what is the same at both ends.
struct Aligned {
    /// The earlier state's position.
    file: usize,
    /// Where its pieces begin.
    starts: Vec<usize>,
    /// So many of them are the first ones now, too.
    first: usize,
    /// From this piece on all are still there, if one begins where the first of them now stands.
    last: usize,
    /// By how much these moved.
    moved: isize,
    /// The piece that is likely to be asked for next.
    next: usize,
}

impl Aligned {
    #[inline(never)]
    fn of(file: &SourceFile, earlier: &[ReadFile]) -> Option<Self> {
        let at = earlier.iter().position(|known| known.source.name == file.name)?;
        let known = earlier.get(at)?;
        let (old, new) = (known.source.text.as_bytes(), file.text.as_bytes());
        let is_one = Arc::ptr_eq(&known.source.text, &file.text);
        let prefix = if is_one { old.len() } else { common_prefix(old, new) };
        let is_same = prefix == old.len() && prefix == new.len();
        let suffix = if is_same { 0 } else { common_suffix(old, new) };
        let starts: Vec<usize> = known.pieces().map(|piece| piece.place.start as usize).collect();
        let ends = known.pieces().map(|piece| piece.place.start as usize + piece.length);
        let first = ends.take_while(|end| is_same || end + MARKER <= prefix).count();
        let last = starts.partition_point(|start| *start < old.len() - suffix).max(first);
        let moved = new.len().cast_signed() - old.len().cast_signed();
        Some(Self { file: at, starts, first, last, moved, next: 0 })
    }

    /// The earlier piece that now begins at `start`, where what is the same at the ends tells.
    #[inline(never)]
    fn piece_at(&mut self, start: usize) -> Option<(usize, usize)> {
        let earlier = start.checked_add_signed(-self.moved);
        let is_first = |at: &usize| *at < self.first && self.starts.get(*at) == Some(&start);
        let is_last = |at: &usize| *at >= self.last && self.starts.get(*at).copied() == earlier;
        let is_it = |at: &usize| is_first(at) || is_last(at);
        let search = |wanted: usize| self.starts.binary_search(&wanted).ok().filter(is_it);
        let at = Some(self.next).filter(is_it).or_else(|| search(start)).or_else(|| search(earlier?))?;
        // A byte order mark is none but at the beginning of a text.
        if at >= self.first && (start == 0 || earlier == Some(0)) {
            return None;
        }
        self.next = at + 1;
        Some((self.file, at))
    }
}

/// The earlier pieces that no alignment tells of, by their text; of equal ones the first is last.
#[inline(never)]
fn by_text<'t>(
    earlier: &[ReadFile],
    texts: &'t [Arc<str>],
    aligned: &[Option<Aligned>],
) -> Map<&'t str, Vec<(usize, usize)>> {
    let mut found: Map<&str, Vec<(usize, usize)>> = Map::new();
    for (file, (known, text)) in earlier.iter().zip(texts).enumerate().rev() {
        let aligned = aligned.iter().flatten().find(|it| it.file == file);
        let is_told = |at: usize| aligned.is_some_and(|it| at < it.first || at >= it.last);
        for (at, piece) in known.pieces.iter().enumerate().rev() {
            let Some(piece) = piece.as_ref().filter(|_| !is_told(at)) else { continue };
            let start = piece.place.start as usize;
            if let Some(text) = text.get(start..start + piece.length) {
                found.or_default(text).push((file, at));
            }
        }
    }
    found
}

/// How many bytes are compared at once.
const CHUNK: usize = 4096;

/// How many bytes are the same at the beginning of both.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.chunks(CHUNK).zip(other.chunks(CHUNK)).take_while(|(one, other)| one == other);
    let same: usize = chunks.map(|(one, _)| one.len()).sum();
    let rest = one.iter().skip(same).zip(other.iter().skip(same));
    same + rest.take_while(|(one, other)| one == other).count()
}

/// How many bytes are the same at the end of both.
fn common_suffix(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.rchunks(CHUNK).zip(other.rchunks(CHUNK)).take_while(|(one, other)| one == other);
    let same: usize = chunks.map(|(one, _)| one.len()).sum();
    let rest = one.iter().rev().skip(same).zip(other.iter().rev().skip(same));
    same + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_found_at_both_ends() {
        let long = "x".repeat(3 * CHUNK);
        let cases = [
            ("", "", 0, 0),
            ("abc", "abc", 3, 3),
            ("abc", "abd", 2, 0),
            ("abc", "xbc", 0, 2),
            ("ab", "aab", 1, 2),
            (&long, &format!("{long}y"), 3 * CHUNK, 0),
            (&long, &format!("y{long}"), 0, 3 * CHUNK),
        ];
        for (one, other, prefix, suffix) in cases {
            assert_eq!(common_prefix(one.as_bytes(), other.as_bytes()), prefix);
            assert_eq!(common_suffix(one.as_bytes(), other.as_bytes()), suffix);
        }
    }
}
