//! A field and those within it, as `kubectl explain` tells of them.

use crate::Assistant;
use crate::fields::Field;

/// What there is to say about a kind or one of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The kind, as manifests spell it.
    pub kind: String,
    /// Its `apiVersion`.
    pub version: String,
    /// The field's type, as Go writes it: `[]Object`, `map[string]string`; of a kind `Object`.
    pub of_type: String,
    /// What it is about.
    pub doc: String,
    /// The fields within it.
    pub fields: Vec<ExplainedField>,
}

/// A field of what is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub of_type: String,
    /// What it is about; empty where nothing is said.
    pub doc: String,
}

impl Assistant {
    /// What `kubectl explain` says about the field at `path` of `kind`; `None` where there is no such field here.
    #[must_use]
    pub fn explain(&self, kind: &str, path: &[&str]) -> Option<Explained> {
        let whole = self.library.kind(kind)?;
        let field = self.library.field(kind, path)?;
        let fields = field.entries().map(|(name, field)| ExplainedField {
            name: name.to_owned(),
            of_type: type_of(field),
            doc: field.doc().unwrap_or_default().to_owned(),
        });
        Some(Explained {
            kind: kind.to_owned(),
            version: whole.version().unwrap_or_default().to_owned(),
            of_type: type_of(field),
            doc: field.doc().unwrap_or_default().to_owned(),
            fields: fields.collect(),
        })
    }

    /// The kinds that can be explained, as manifests spell them.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.library.kinds().map(|(name, _)| name)
    }
}

fn type_of(field: Field<'_>) -> String {
    let one = match () {
        () if field.is_map() => "map[string]string",
        () if field.is_object() => "Object",
        () => "string",
    };
    if field.is_list() { format!("[]{one}") } else { one.to_owned() }
}
