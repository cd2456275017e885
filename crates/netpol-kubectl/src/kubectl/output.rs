//! In which form `kubectl get` prints what it found.

use super::rows::{Form, Row};
use crate::jsonpath::Template;
use crate::print::Part;
use crate::table::table;

/// What `-o` asks for.
pub(super) enum Output {
    Table {
        is_wide: bool,
    },
    Names,
    Yaml,
    Json,
    /// `jsonpath=TEMPLATE`, and the template as it is typed.
    Path(Template, String),
    /// `custom-columns=HEADING:PATH,…`.
    Columns(Vec<(String, Template)>),
}

impl Output {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// What `kubectl` says where there is no such form, or something is wrong with its template.
    pub(super) fn read(asked: &str) -> Result<Self, String> {
        let (name, template) = match asked.split_once('=') {
            Some((name, template)) => (name, Some(template)),
            None => (asked, None),
        };
        Ok(match (name, template) {
            ("", None) => Self::Table { is_wide: false },
            ("wide", None) => Self::Table { is_wide: true },
            ("name", None) => Self::Names,
            ("yaml", None) => Self::Yaml,
            ("json", None) => Self::Json,
            ("jsonpath", Some(template)) if !template.is_empty() => Self::Path(
                Template::read(template).map_err(|why| format!("error: {why}"))?,
                template.to_owned(),
            ),
            ("jsonpath", _) => {
                return Err("error: template format specified but no template given".to_owned());
            }
            ("custom-columns", Some(columns)) if !columns.is_empty() => {
                let columns: Result<Vec<(String, Template)>, String> =
                    columns.split(',').map(column).collect();
                Self::Columns(columns.map_err(|why| format!("error: {why}"))?)
            }
            ("custom-columns", _) => {
                return Err("error: custom-columns format specified but no custom columns given".to_owned());
            }
            _ => {
                return Err(format!(
                    "error: unable to match a printer suitable for the output format \"{asked}\", allowed formats are: custom-columns,json,jsonpath,name,wide,yaml"
                ));
            }
        })
    }

    /// What rows have to tell for that.
    pub(super) fn form(&self) -> Form {
        match self {
            Self::Table { is_wide } => Form { has_cells: true, is_wide: *is_wide, ..Form::default() },
            Self::Names => Form::default(),
            _ => Form { has_objects: true, ..Form::default() },
        }
    }
}

/// `HEADING:PATH`.
fn column(text: &str) -> Result<(String, Template), String> {
    match text.split_once(':') {
        Some((heading, path)) if !path.is_empty() => Ok((heading.to_owned(), Template::relaxed(path)?)),
        _ => Err(format!("unexpected custom-columns spec: {text}, expected <header>:<json-path-expr>")),
    }
}

/// What a template prints; what is said where it cannot.
pub(super) fn path(template: &Template, typed: &str, whole: Part<'_>) -> Result<String, String> {
    template.print(whole).map_err(|why| {
        format!(
            "error: error executing jsonpath \"{typed}\": Error executing template: {why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{typed}"
        )
    })
}

/// The columns that are asked for, without headings where these are not wanted.
pub(super) fn columns<'r, 's: 'r>(
    columns: &[(String, Template)],
    rows: impl Iterator<Item = &'r Row<'s>>,
    has_headings: bool,
) -> Result<String, String> {
    let headings: Vec<&str> = columns.iter().map(|(heading, _)| heading.as_str()).collect();
    let mut lines = Vec::new();
    for row in rows {
        let cell = |(_, template): &(String, Template)| {
            let texts = template.texts(Part::of(&row.shown)).map_err(|why| format!("error: {why}"))?;
            Ok(if texts.iter().all(String::is_empty) { "<none>".to_owned() } else { texts.join(",") })
        };
        lines.push(columns.iter().map(cell).collect::<Result<Vec<String>, String>>()?);
    }
    let text = table(&headings, &lines);
    Ok(if has_headings {
        text
    } else {
        text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned())
    })
}

/// Sorts rows by what is at a path, numbers as numbers; what all of them lack is said. Everything is equally old.
pub(super) fn sort(rows: &mut [Row<'_>], path: &str) -> Result<(), String> {
    let template = Template::relaxed(path).map_err(|why| format!("error: {why}"))?;
    if path.ends_with("creationTimestamp") || path.ends_with("startTime") {
        return Ok(());
    }
    let keys: Result<Vec<String>, String> =
        rows.iter().map(|row| template.texts(Part::of(&row.shown)).map(|texts| texts.concat())).collect();
    let keys = keys.map_err(|why| format!("error: {why}"))?;
    if !keys.is_empty() && keys.iter().all(String::is_empty) {
        return Err(format!(
            "error: couldn't find any field with path \"{{{path}}}\" in the list of objects"
        ));
    }
    let mut order: Vec<(Result<u64, String>, usize)> =
        keys.into_iter().enumerate().map(|(at, key)| (key.parse::<u64>().map_err(|_| key), at)).collect();
    netpol_syntax::order::sort_by_key(&mut order, Clone::clone);
    // Where each of them goes.
    let mut places = vec![0; order.len()];
    for (place, (_, at)) in order.iter().enumerate() {
        if let Some(known) = places.get_mut(*at) {
            *known = place;
        }
    }
    for at in 0..places.len() {
        while let Some(place) = places.get(at).copied().filter(|place| *place != at) {
            rows.swap(at, place);
            places.swap(at, place);
        }
    }
    Ok(())
}

/// `--field-selector`: which objects are meant by what they say, of the few fields that the API server looks at.
pub(super) struct Fields(Vec<(Template, String, bool)>);

impl Fields {
    /// Reads a selector for a kind.
    ///
    /// # Errors
    /// What the API server says of other fields.
    pub(super) fn read(text: &str, kind: &str, plural: &str) -> Result<Self, String> {
        let refused = |why: String| {
            format!(
                "Error from server (BadRequest): Unable to find \"{plural}\" that match label selector \"\", field selector \"{text}\": {why}"
            )
        };
        let mut fields = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (path, value) = part.split_once('=').ok_or_else(|| {
                format!(
                    "Error from server (BadRequest): invalid selector: '{part}'; can't understand '{part}'"
                )
            })?;
            let (path, is_wanted) = match path.strip_suffix('!') {
                Some(path) => (path, false),
                None => (path, true),
            };
            let known: &[&str] = match kind {
                "Pod" => &[
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.serviceAccountName",
                    "status.phase",
                    "status.podIP",
                ],
                "Service" => &["spec.clusterIP", "spec.type"],
                "Namespace" => &["status.phase"],
                _ => &[],
            };
            if !["metadata.name", "metadata.namespace"].contains(&path) && !known.contains(&path) {
                return Err(refused(format!("field label not supported: {path}")));
            }
            let value = value.strip_prefix('=').unwrap_or(value);
            fields.push((Template::relaxed(path).map_err(refused)?, value.to_owned(), is_wanted));
        }
        Ok(Self(fields))
    }

    /// Whether an object is meant.
    pub(super) fn matches(&self, row: &Row<'_>) -> bool {
        self.0.iter().all(|(template, value, is_wanted)| {
            let found = template.print(Part::of(&row.shown)).unwrap_or_default();
            (found == *value) == *is_wanted
        })
    }
}
