//! What may be written at a place.

use netpol_engine::Cluster;
use netpol_syntax::{Style, Yaml};

use crate::fields::{Field, Library};
use crate::offers;
use crate::place::{At, Place};

/// More of one kind than this are not offered: who has so many types a letter first.
const MOST: usize = 200;

/// What may be written at a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// What there is of it already, which it takes the place of: so many UTF-16 code units before the cursor.
    pub replaces: usize,
    /// What may stand there, the most likely first.
    pub options: Vec<Offer>,
}

/// One thing that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is called, which is what is typed for it.
    pub label: String,
    /// A word about it: what it is, or how often it is there.
    pub detail: String,
    /// A sentence about it; empty where there is nothing to say.
    pub doc: String,
    /// What is written.
    pub insert: Insertion,
}

/// What is written for an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insertion {
    /// This text; the cursor stands behind it.
    Text(String),
    /// This one, with `${places}` that are gone through.
    Snippet(String),
}

pub(crate) fn complete(library: &Library, before: &str, after: &str, cluster: &Cluster) -> Completions {
    let Some(place) = Place::of(before, after) else { return Completions::default() };
    let rest = after.lines().next().unwrap_or_default();
    let writer = Writer { column: place.column, is_alone: rest.trim().is_empty() };
    let (prefix, options) = match place.at {
        At::Key { prefix } => (prefix, keys(library, &place, cluster, &writer)),
        At::Value { key, prefix, in_brackets } => {
            (prefix, values(library, &place, (key, in_brackets), cluster))
        }
    };
    let mut options = options;
    options.truncate(MOST);
    Completions { replaces: prefix.encode_utf16().count(), options }
}

/// Writes keys in the style of the place.
struct Writer {
    column: usize,
    /// Whether nothing stands behind the cursor: then what a key needs is written with it.
    is_alone: bool,
}

impl Writer {
    fn key(&self, name: &str, field: Option<Field<'_>>) -> String {
        if !self.is_alone {
            return name.to_owned();
        }
        let within = " ".repeat(self.column + 2);
        match field {
            Some(field) if field.is_list() => format!("{name}:\n{within}- "),
            Some(field) if field.is_object() || field.is_map() => format!("{name}:\n{within}"),
            _ => format!("{name}: "),
        }
    }
}

/// What may stand as a key, or as an item of a list.
fn keys(library: &Library, place: &Place<'_>, cluster: &Cluster, writer: &Writer) -> Vec<Offer> {
    let is_new = |name: &str| !place.beside.iter().any(|(known, _)| *known == name);
    let Some(kind) = place.kind.filter(|kind| library.kind(kind).is_some()) else {
        return if place.path.is_empty() { beginnings(library, place, writer) } else { Vec::new() };
    };
    let Some(field) = library.field(kind, &place.path) else { return Vec::new() };
    // What is not in an item yet needs the dash of one.
    let dash = if field.is_list() && !place.in_item { "- " } else { "" };
    let writer = &Writer { column: writer.column + dash.len(), ..*writer };
    let with_dash = |text: String| format!("{dash}{text}");
    if field.is_map() {
        let found = field.offers().map(|offers| offers::label_keys(cluster, offers)).unwrap_or_default();
        let found = found.into_iter().filter(|(name, _)| is_new(name));
        return found.map(|(name, detail)| offer(writer.key(&quoted(&name), None), name, detail)).collect();
    }
    if field.is_object() {
        let mut found: Vec<Offer> = Vec::new();
        if place.path.is_empty() && is_new("apiVersion") {
            let version = field.version().unwrap_or_default();
            found.push(offer(format!("apiVersion: {version}"), "apiVersion".to_owned(), version.to_owned()));
        }
        let fields = field.entries().filter(|(name, _)| is_new(name));
        found.extend(fields.map(|(name, field)| Offer {
            doc: field.doc().unwrap_or_default().to_owned(),
            ..offer(with_dash(writer.key(name, Some(field))), name.to_owned(), shape(field).to_owned())
        }));
        return found;
    }
    let key = place.around.iter().find(|(name, _)| *name == "key").map(|(_, value)| *value);
    scalars(field, cluster, key, &with_dash)
}

/// What a document may begin with.
fn beginnings(library: &Library, place: &Place<'_>, writer: &Writer) -> Vec<Offer> {
    let mut found = Vec::new();
    if place.beside.is_empty() {
        found.extend(library.snippets().map(|snippet| Offer {
            label: snippet.label.to_owned(),
            detail: "snippet".to_owned(),
            doc: snippet.doc.to_owned(),
            insert: Insertion::Snippet(snippet.text.trim_end().to_owned()),
        }));
    }
    for name in ["apiVersion", "kind", "metadata", "spec"] {
        if !place.beside.iter().any(|(known, _)| *known == name) {
            found.push(offer(writer.key(name, None), name.to_owned(), String::new()));
        }
    }
    found
}

/// What may stand as the value of `key`, or of a list in brackets as an item.
fn values(
    library: &Library,
    place: &Place<'_>,
    (key, in_brackets): (&str, bool),
    cluster: &Cluster,
) -> Vec<Offer> {
    if place.path.is_empty() {
        let kinds = library.kinds();
        let plain = |(text, doc): (&str, &str)| Offer {
            doc: doc.to_owned(),
            ..offer(text.to_owned(), text.to_owned(), String::new())
        };
        let doc = |kind: Field<'_>| kind.doc().unwrap_or_default().to_owned();
        match key {
            "kind" => return kinds.map(|(name, kind)| plain((name, &doc(kind)))).collect(),
            "apiVersion" => {
                let known = place.kind.and_then(|kind| library.kind(kind));
                let mut versions: Vec<&str> = match known {
                    Some(kind) => kind.version().into_iter().collect(),
                    None => kinds.filter_map(|(_, kind)| kind.version()).collect(),
                };
                netpol_syntax::order::sort_and_dedup(&mut versions);
                return versions.into_iter().map(|version| plain((version, ""))).collect();
            }
            _ => {}
        }
    }
    let Some(field) = place.kind.and_then(|kind| library.field(kind, &place.path)) else { return Vec::new() };
    if field.is_map() {
        let found =
            field.offers().map(|offers| offers::values(cluster, offers, Some(key))).unwrap_or_default();
        return found.into_iter().map(|(value, detail)| offer(quoted(&value), value, detail)).collect();
    }
    let Some(field) = field.get(key) else { return Vec::new() };
    let about = place.beside.iter().find(|(name, _)| *name == "key").map(|(_, value)| *value);
    let is_bare_list = field.is_list() && !in_brackets;
    scalars(field, cluster, about, &|item| if is_bare_list { format!("[{item}]") } else { item })
}

/// The values that a field takes, or some of the cluster's, each as `write` has it. `key` is the label that they are of.
fn scalars(
    field: Field<'_>,
    cluster: &Cluster,
    key: Option<&str>,
    write: &dyn Fn(String) -> String,
) -> Vec<Offer> {
    if field.is_object() {
        return Vec::new();
    }
    let offers = field.offers().unwrap_or_default();
    // Numbers and flags are meant as such; labels are texts, whatever they look like.
    let spell = |value: &str| if offers.contains("Label") { quoted(value) } else { bare(value) };
    let known = field.values().map(|value| (value.to_owned(), String::new()));
    let found = known.chain(offers::values(cluster, offers, key));
    found.map(|(value, detail)| offer(write(spell(&value)), value, detail)).collect()
}

/// A value that means what it says, but for a colon at its beginning.
fn bare(value: &str) -> String {
    if value.starts_with(':') { format!("\"{value}\"") } else { value.to_owned() }
}

/// A text, in quotes where without them it would be read as something else.
fn quoted(text: &str) -> String {
    Style::default().flow(&Yaml::text(text))
}

/// What a field is, in a word.
fn shape(field: Field<'_>) -> &'static str {
    match (field.is_list(), field.is_map()) {
        (true, _) => "list",
        (_, true) => "labels",
        _ => "",
    }
}

fn offer(text: String, label: String, detail: String) -> Offer {
    Offer { label, detail, doc: String::new(), insert: Insertion::Text(text) }
}
