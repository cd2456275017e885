//! The fields, as `fields.yaml` has them: those of the kinds that matter to NetworkPolicies, which is what completion offers
//! and what it says of them. And `snippets.yaml`: whole objects that are often wanted.
//!
//! A field has what it is about (`doc`), its own `fields` or the `type` that has them, whether it is a `list`, the only
//! `values` that it takes, and what of the cluster it `offers`. One that has neither fields nor a type is a scalar; `map` is one
//! of strings. What a kind does not have there the API may have all the same. Both files are part of the page, comments and all.

use netpol_syntax::{Document, FileId, Limits, Node, parse};

/// All kinds and types, and the snippets.
#[derive(Debug)]
pub(crate) struct Library {
    fields: Option<Document>,
    snippets: Option<Document>,
}

/// A field, or a kind as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'l> {
    library: &'l Library,
    node: Node<'l>,
}

/// An object that is often wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Snippet<'l> {
    /// What it is called.
    pub(crate) label: &'l str,
    /// What it is for.
    pub(crate) doc: &'l str,
    /// All of it, with `${places}` to be filled in.
    pub(crate) text: &'l str,
}

impl Library {
    pub(crate) fn new() -> Self {
        let read = |text: &str| parse(FileId(0), text, &Limits::PAGE).documents.into_iter().next();
        Self { fields: read(include_str!("fields.yaml")), snippets: read(include_str!("snippets.yaml")) }
    }

    /// Every kind: its name and itself.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&str, Field<'_>)> {
        let kinds = self.fields.as_ref().and_then(|fields| fields.root().get("kinds"));
        let entries = kinds.into_iter().flat_map(Node::entries);
        entries.filter_map(|(name, node)| Some((name.as_str()?, Field { library: self, node })))
    }

    pub(crate) fn kind(&self, name: &str) -> Option<Field<'_>> {
        self.kinds().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    /// What `path` leads to within objects of a kind. The items of a list are what the list is.
    pub(crate) fn field(&self, kind: &str, path: &[&str]) -> Option<Field<'_>> {
        path.iter().try_fold(self.kind(kind)?, |field, name| field.get(name))
    }

    pub(crate) fn snippets(&self) -> impl Iterator<Item = Snippet<'_>> {
        let items = self.snippets.iter().flat_map(|snippets| snippets.root().items());
        items.filter_map(|node| {
            let text = |name| node.get(name).and_then(Node::as_str);
            Some(Snippet { label: text("label")?, doc: text("doc")?, text: text("text")? })
        })
    }
}

impl<'l> Field<'l> {
    fn text(self, name: &str) -> Option<&'l str> {
        self.node.get(name)?.as_str()
    }

    /// What it is about.
    pub(crate) fn doc(self) -> Option<&'l str> {
        self.text("doc")
    }

    /// Of a kind, the version it is served under.
    pub(crate) fn version(self) -> Option<&'l str> {
        self.text("apiVersion")
    }

    /// What of the cluster it takes.
    pub(crate) fn offers(self) -> Option<&'l str> {
        self.text("offers")
    }

    /// Whether it is a list of what else is said of it.
    pub(crate) fn is_list(self) -> bool {
        self.node.get("list").is_some()
    }

    /// Whether it is a map of strings.
    pub(crate) fn is_map(self) -> bool {
        self.node.get("map").is_some()
    }

    /// Whether it has fields of its own, or its items have.
    pub(crate) fn is_object(self) -> bool {
        self.fields().is_some()
    }

    /// The only values that it takes, or those that are usual.
    pub(crate) fn values(self) -> impl Iterator<Item = &'l str> {
        self.node.get("values").into_iter().flat_map(Node::items).filter_map(Node::as_str)
    }

    /// One of its fields.
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        let node = self.fields()?.get(name)?;
        Some(Self { node, ..self })
    }

    /// Its fields and their names.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'l str, Self)> {
        let entries = self.fields().into_iter().flat_map(Node::entries);
        entries.filter_map(move |(name, node)| Some((name.as_str()?, Self { node, ..self })))
    }

    fn fields(self) -> Option<Node<'l>> {
        if let Some(fields) = self.node.get("fields") {
            return Some(fields);
        }
        let types = self.library.fields.as_ref()?.root().get("types")?;
        types.get(self.text("type")?)?.get("fields")
    }
}
