//! The tree: one arena a document, nodes that know their place, keys that are strings as in JSON.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::scalar::Reading;
use crate::{FileId, Location, Scalar, Span, Value, order};

/// One document: a value that is not null.
#[derive(Clone)]
pub struct Document {
    pub(crate) tree: Tree,
    pub(crate) root: NodeId,
}

impl Document {
    /// The value that the document holds.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node { tree: &self.tree, id: self.root }
    }

    /// Where the value stands, from its first to its last byte.
    #[must_use]
    pub fn location(&self) -> Location {
        self.root().location()
    }

    /// The value that stands exactly at `at`, the outermost where several do.
    #[must_use]
    pub fn node_at(&self, at: Location) -> Option<Node<'_>> {
        if at.file != self.tree.file {
            return None;
        }
        let places = self.tree.places();
        let span_of = |id: &NodeId| self.tree.node(*id).map(|node| node.span);
        // Of nodes at one place the outermost was made last.
        let after = places.partition_point(|id| span_of(id) <= Some(at.span));
        let id = *places.get(after.checked_sub(1)?)?;
        (span_of(&id) == Some(at.span)).then_some(Node { tree: &self.tree, id })
    }

    /// The text of the whole file that the document stands in.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.tree.text
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("location", &self.location()).finish_non_exhaustive()
    }
}

/// A node's index in its tree's arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// The arena. Aliases share the node of their anchor, so this is a graph without cycles.
///
/// INVARIANT: a node's children have smaller ids than it has, so every walk ends.
#[derive(Clone)]
pub(crate) struct Tree {
    pub(crate) file: FileId,
    pub(crate) text: Arc<str>,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) items: Vec<NodeId>,
    pub(crate) entries: Vec<(NodeId, NodeId)>,
    pub(crate) strings: Vec<Box<str>>,
    /// All nodes by place, once one was looked up by its place.
    pub(crate) places: OnceCell<Box<[NodeId]>>,
}

#[derive(Clone, Debug)]
pub(crate) struct NodeData {
    pub(crate) span: Span,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Scalar(Reading, TextRef),
    Sequence(Range<u32>),
    Mapping(Range<u32>),
}

/// A scalar's text: most stand in the source as they are, only the others cost a string.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TextRef {
    Source(Span),
    String(u32),
}

impl Tree {
    pub(crate) fn node(&self, id: NodeId) -> Option<&NodeData> {
        self.nodes.get(id.0 as usize)
    }

    /// All nodes by where they stand, and those at one place in the order they were made in.
    fn places(&self) -> &[NodeId] {
        self.places.get_or_init(|| {
            let mut ids: Vec<NodeId> = (0..).zip(&self.nodes).map(|(id, _)| NodeId(id)).collect();
            order::sort_by_key(&mut ids, |id| self.node(*id).map(|node| node.span));
            ids.into()
        })
    }

    pub(crate) fn string(&self, text: TextRef) -> &str {
        match text {
            TextRef::Source(span) => span.of(&self.text),
            TextRef::String(at) => self.strings.get(at as usize).map_or("", |string| string),
        }
    }

    pub(crate) fn entries_of(&self, id: NodeId) -> &[(NodeId, NodeId)] {
        match self.node(id) {
            Some(NodeData { content: Content::Mapping(range), .. }) => slice(&self.entries, range),
            _ => &[],
        }
    }

    pub(crate) fn items_of(&self, id: NodeId) -> &[NodeId] {
        match self.node(id) {
            Some(NodeData { content: Content::Sequence(range), .. }) => slice(&self.items, range),
            _ => &[],
        }
    }
}

fn slice<'t, T>(all: &'t [T], range: &Range<u32>) -> &'t [T] {
    all.get(range.start as usize..range.end as usize).unwrap_or(&[])
}

/// A value within a document. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree,
    id: NodeId,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NodeKind<'a> {
    /// A single value.
    Scalar(Scalar<'a>),
    /// A list; see [`Node::items`].
    Sequence,
    /// A map; see [`Node::entries`].
    Mapping,
}

impl<'a> Node<'a> {
    /// Where it stands. What an alias stands for is where its anchor is.
    #[must_use]
    pub fn location(self) -> Location {
        let span = self.tree.node(self.id).map(|node| node.span).unwrap_or_default();
        Location { file: self.tree.file, span }
    }

    /// The source text that it covers, quotes and escapes as written.
    #[must_use]
    pub fn source(self) -> &'a str {
        self.location().span.of(&self.tree.text)
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> NodeKind<'a> {
        match self.tree.node(self.id).map(|node| &node.content) {
            Some(Content::Scalar(reading, text)) => {
                let text = self.tree.string(*text);
                NodeKind::Scalar(Scalar { text, value: reading.resolve(text) })
            }
            Some(Content::Sequence(_)) => NodeKind::Sequence,
            Some(Content::Mapping(_)) => NodeKind::Mapping,
            // Ids come from the tree they are looked up in.
            None => NodeKind::Scalar(Scalar { text: "", value: Value::Null }),
        }
    }

    /// What a scalar resolves to; `None` for lists and maps.
    #[must_use]
    pub fn value(self) -> Option<Value<'a>> {
        match self.kind() {
            NodeKind::Scalar(scalar) => Some(scalar.value),
            NodeKind::Sequence | NodeKind::Mapping => None,
        }
    }

    /// The string, where it is one: not a number, a boolean or null.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            Some(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// The letter, where it is one of `y` and `n`, which YAML 1.1 takes for booleans and most readers of today for
    /// what they are. Where a text is wanted they are read as that: namespaces called `y` are too common in test
    /// manifests to be turned away.
    #[must_use]
    pub fn lone_letter(self) -> Option<&'a str> {
        match self.kind() {
            NodeKind::Scalar(Scalar {
                value: Value::Bool(_),
                text: letter @ ("y" | "Y" | "n" | "N"),
                ..
            }) => Some(letter),
            _ => None,
        }
    }

    /// Whether it is null: `null`, `~` or nothing.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.value() == Some(Value::Null)
    }

    /// Whether it is a map.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        self.kind() == NodeKind::Mapping
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        self.kind() == NodeKind::Sequence
    }

    /// The value under `key`, where it is a map that has it.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key's node and the value's node under `key`.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<(Self, Self)> {
        self.entries().find(|(node, _)| node.as_str() == Some(key))
    }

    /// The entries of a map in the order they are written, those merged in by `<<` last; else none.
    ///
    /// Every key is a string and occurs once.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = (Self, Self)> + ExactSizeIterator {
        let node = move |id| Self { tree: self.tree, id };
        self.tree.entries_of(self.id).iter().map(move |(key, value)| (node(*key), node(*value)))
    }

    /// The items of a list; else none.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        self.tree.items_of(self.id).iter().map(move |id| Self { tree: self.tree, id: *id })
    }

    /// The entry at a position, as [`Self::entries`] counts them.
    pub(crate) fn entry_at(self, at: usize) -> Option<(Self, Self)> {
        let (key, value) = self.tree.entries_of(self.id).get(at)?;
        Some((Self { tree: self.tree, id: *key }, Self { tree: self.tree, id: *value }))
    }

    /// The item of a list at a position, from 0.
    #[must_use]
    pub fn item(self, at: usize) -> Option<Self> {
        self.tree.items_of(self.id).get(at).map(|id| Self { tree: self.tree, id: *id })
    }

    /// What tells this node from others of the same document.
    pub(crate) fn id(self) -> NodeId {
        self.id
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("location", &self.location()).field("kind", &self.kind()).finish()
    }
}
