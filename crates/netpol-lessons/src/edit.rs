//! What `kubectl apply`, `delete` and `label` do to a cluster, done to the text that describes it.
//!
//! Each is a change at the places of the object in question. Objects are looked for among documents; the
//! items of a `List` are labelled in place, and have functions of their own for the rest.

mod labels;

use std::ops::Range;

use netpol_syntax::{Document, Editor, FileId, Limits, Node, Parsed, Span, apply, parse};

use crate::object::ObjectRef;
use crate::pieces::{Piece, documents, line_break, next_line, range};
use crate::pretty;

pub use labels::{label, labelled};

/// A document that is about to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What it is; `None` for what has no kind or name.
    pub object: Option<ObjectRef>,
    /// Its text in block style, its comments before it, without markers, ending with a line break.
    pub text: String,
}

/// The documents of `text`, ready to be applied.
#[must_use]
pub fn manifests(text: &str) -> Vec<Manifest> {
    let mut found = Vec::new();
    for (piece, documents) in documents(text) {
        for document in &documents {
            let at = if documents.len() == 1 { piece.body.clone() } else { range(document) };
            let pretty = pretty::body(text, document, &at);
            let written = pretty.as_deref().or_else(|| text.get(at)).unwrap_or("");
            let text = format!("{}{}", without_blank_ends(written), line_break(text));
            found.push(Manifest { object: ObjectRef::of(document.root()), text });
        }
    }
    found
}

/// `text` with `manifest` in the place of the document that is the same object; `None` where there is none.
#[must_use]
pub fn replace(text: &str, object: &ObjectRef, manifest: &str) -> Option<String> {
    let place = find(text, object)?;
    if place.is_shared {
        return Some(append(&remove(text, &place), manifest));
    }
    let before = text.get(..place.piece.body.start)?;
    let mut out = before.to_owned();
    if !before.is_empty() && !before.ends_with(['\n', '\r']) {
        out.push_str(line_break(text));
    }
    out.push_str(&in_breaks_of(text, manifest));
    out.push_str(text.get(place.piece.body.end..)?);
    Some(out)
}

/// `text` without the documents that are `object`, their comments and markers; `None` where there is none.
#[must_use]
pub fn delete(text: &str, object: &ObjectRef) -> Option<String> {
    let mut text = remove(text, &find(text, object)?);
    while let Some(place) = find(&text, object) {
        text = remove(&text, &place);
    }
    Some(text)
}

/// `text` with `manifest` as a document of its own instead of the first item of a `List` that is the same object; `None`
/// where there is none.
#[must_use]
pub fn replace_item(text: &str, object: &ObjectRef, manifest: &str) -> Option<String> {
    // Behind a text that breaks off nothing is read any more.
    let replaced = append(&delete_item(text, object)?, manifest);
    find(&replaced, object).is_some().then_some(replaced)
}

/// `text` without the first item of a `List` that is `object`; `None` where there is none.
#[must_use]
pub fn delete_item(text: &str, object: &ObjectRef) -> Option<String> {
    let parsed = parse(FileId(0), text, &Limits::COMMAND);
    let edit = parsed.documents.iter().find_map(|document| {
        let root = document.root();
        let mut items = items(root);
        let at = items.position(|item| ObjectRef::of(item).as_ref() == Some(object))?;
        Editor::new(document).remove_item(root, "items", at)
    })?;
    let edited = apply(FileId(0), text, &[edit]);
    // An item may be written elsewhere, for an alias.
    let count = |parsed: &Parsed| {
        let items = parsed.documents.iter().flat_map(|document| items(document.root()));
        items.filter(|item| ObjectRef::of(*item).as_ref() == Some(object)).count()
    };
    (count(&parse(FileId(0), edited.as_str(), &Limits::COMMAND)) < count(&parsed)).then_some(edited)
}

/// `text` without those items of a `List` that are `gone`, but for the first where all are: in one go what one by one takes
/// another reading for each. `None` where there are none, or they cannot be taken out together.
#[must_use]
pub fn delete_items(text: &str, gone: &dyn Fn(&ObjectRef) -> bool) -> Option<String> {
    let parsed = parse(FileId(0), text, &Limits::COMMAND);
    let is_gone = |item: &Node<'_>| ObjectRef::of(*item).is_some_and(|object| gone(&object));
    let mut edits = Vec::new();
    for document in &parsed.documents {
        let (root, editor) = (document.root(), Editor::new(document));
        let all_gone = items(root).all(|item| is_gone(&item));
        let those = items(root).enumerate().filter(|(_, item)| is_gone(item)).map(|(at, _)| at);
        for at in those.skip(usize::from(all_gone)) {
            edits.push(editor.remove_item(root, "items", at)?);
        }
    }
    let mut pairs = edits.iter().zip(edits.iter().skip(1));
    if edits.is_empty() || pairs.any(|(one, next)| one.at.span.end > next.at.span.start) {
        return None;
    }
    let edited = apply(FileId(0), text, &edits);
    // Some may be written elsewhere, for an alias.
    let count = |parsed: &Parsed| {
        let items: Vec<Node<'_>> = parsed.documents.iter().flat_map(|it| items(it.root())).collect();
        (items.len(), items.iter().filter(|item| is_gone(item)).count())
    };
    let (before, after) = (count(&parsed), count(&parse(FileId(0), edited.as_str(), &Limits::COMMAND)));
    (after == (before.0 - edits.len(), before.1 - edits.len())).then_some(edited)
}

/// The items of a `List`; none of anything else.
pub fn items(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    root.get("items").filter(|_| is_list(root)).into_iter().flat_map(Node::items)
}

/// Whether this is a `List`, whatever it is a list of.
#[must_use]
pub fn is_list(root: Node<'_>) -> bool {
    root.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"))
}

/// `text` with `manifest` as a further document at its end.
#[must_use]
pub fn append(text: &str, manifest: &str) -> String {
    let mut out = text.to_owned();
    if !text.trim().is_empty() {
        if !text.ends_with(['\n', '\r']) {
            out.push_str(line_break(text));
        }
        out.push_str("---");
        out.push_str(line_break(text));
    }
    out.push_str(&in_breaks_of(text, manifest));
    out
}

/// Where the document that is `object` stands in `text`, comments and markers not included.
#[must_use]
pub fn locate(text: &str, object: &ObjectRef) -> Option<Span> {
    find(text, object).map(|place| place.span)
}

/// Where an object is written.
struct Place {
    piece: Piece,
    span: Span,
    /// What comes after the piece opens with a `---` of nothing else, and where that line ends.
    next_marker: Option<Range<usize>>,
    /// Whether something follows that has no marker of its own, or directives before it.
    is_followed_bare: bool,
    /// Whether the piece holds other documents too, as a run of JSON values does.
    is_shared: bool,
}

fn find(text: &str, object: &ObjectRef) -> Option<Place> {
    let all = documents(text);
    let is_it = |document: &&Document| ObjectRef::of(document.root()).as_ref() == Some(object);
    let (at, document) = all
        .iter()
        .enumerate()
        .find_map(|(at, (_, documents))| documents.iter().find(is_it).map(|document| (at, document)))?;
    let (piece, here) = all.get(at)?;
    let next = all.get(at + 1).map(|(next, _)| next);
    let marker = next.map(|next| next.whole.start..next.body.start);
    let is_bare = |it: &Range<usize>| {
        text.get(it.clone()).is_some_and(|it| it.starts_with("---") && it.ends_with(['\n', '\r']))
    };
    Some(Place {
        piece: piece.clone(),
        span: document.location().span,
        next_marker: marker.filter(is_bare),
        is_followed_bare: next.is_some_and(|next| {
            !next.has_marker() || text.get(next.whole.start..).is_some_and(|next| next.starts_with('%'))
        }),
        is_shared: here.len() > 1,
    })
}

fn remove(text: &str, place: &Place) -> String {
    let mut gone = place.piece.whole.clone();
    if place.is_shared {
        gone = place.span.start as usize..place.span.end as usize;
        let rest = text.get(gone.end..next_line(text, gone.end)).unwrap_or("");
        if rest.trim().is_empty() {
            gone.end += rest.len();
        }
    } else if gone.start == 0 && !place.piece.has_marker() {
        // The first document needs no marker.
        gone.end = place.next_marker.as_ref().map_or(gone.end, |marker| marker.end);
    } else if place.piece.is_ended() && place.is_followed_bare {
        // This `...` is all that keeps its neighbours apart.
        gone.end = place.piece.body.end;
    }
    let (before, after) = (text.get(..gone.start), text.get(gone.end..));
    format!("{}{}", before.unwrap_or(""), after.unwrap_or(""))
}

/// `manifest` with the line breaks that `text` uses, ending in one.
fn in_breaks_of(text: &str, manifest: &str) -> String {
    let line_break = line_break(text);
    let mut out = String::with_capacity(manifest.len());
    for line in manifest.lines() {
        out.push_str(line);
        out.push_str(line_break);
    }
    out
}

/// Without blank lines before the first and after the last line; the first line's indentation stays.
fn without_blank_ends(text: &str) -> &str {
    let mut text = text.trim_end();
    while let Some((first, rest)) = text.split_once('\n') {
        if !first.trim().is_empty() {
            break;
        }
        text = rest;
    }
    text
}
