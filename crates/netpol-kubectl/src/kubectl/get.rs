//! `kubectl get`: what is asked for, and how it is printed.

use std::borrow::Cow;

use super::output::{self, Fields, Output};
use super::rows::{Headings, Row, headings, joined, rows};
use super::selector::Selector;
use super::{Call, Wanted, flags, wanted};
use crate::args::Flags;
use crate::pods::Listing;
use crate::print::{self, Part, Shown};
use crate::resource::Resource;
use crate::shell::{Done, Shell};
use crate::table::table;

pub(super) const FLAGS: Flags = flags!(
    values: [("output", Some('o')), ("selector", Some('l')), ("field-selector", None), ("sort-by", None), ("filename", Some('f')), ("label-columns", Some('L'))],
    switches: [
        ("all-namespaces", Some('A')),
        ("show-labels", None),
        ("no-headers", None),
        ("watch", Some('w')),
        ("ignore-not-found", None),
        ("show-kind", None),
    ]
);

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let everywhere = call.args.has("all-namespaces");
    let namespace = call.namespace(shell);
    let selector = match call.args.value("selector").map(Selector::read) {
        Some(None) => {
            return Done::fail(
                1,
                format!(
                    "Error from server (BadRequest): unable to parse requirement: {}",
                    call.args.value("selector").unwrap_or_default()
                ),
            );
        }
        Some(selector) => selector,
        None => None,
    };
    let output = match Output::read(call.args.value("output").unwrap_or_default()) {
        Ok(output) => output,
        Err(said) => return Done::fail(1, said),
    };
    // One table for each kind, in the order in which they are named; of several, names have their kind before them.
    let listing = Listing::new(shell);
    if everywhere && wanted.iter().any(|it| it.name.is_some() && it.resource.is_namespaced) {
        return Done::fail(1, "error: a resource cannot be retrieved by name across all namespaces");
    }
    let (chosen, sorted) = (call.args.value("field-selector"), call.args.value("sort-by"));
    let mut form = output.form();
    form.has_objects |= chosen.is_some() || sorted.is_some();
    let mut groups: Vec<(&'static Resource, Vec<Row<'_>>)> = Vec::new();
    let mut done = Done::default();
    if wanted.iter().any(|it| it.resource.kind == "Endpoints") {
        let warning =
            "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n";
        done.before.push((String::new(), warning.to_owned()));
    }
    for Wanted { resource, name } in &wanted {
        let mut rows = rows(&listing, resource, form);
        let is_here = |row: &Row<'_>| !resource.is_namespaced || everywhere || row.namespace == namespace;
        match name {
            Some(name) => {
                rows.retain(|row| {
                    row.name == *name && (!resource.is_namespaced || row.namespace == namespace)
                });
                if rows.is_empty() {
                    if !call.args.has("ignore-not-found") {
                        done.err.push_str(&format!("{}\n", resource.not_found(name)));
                        done.status = 1;
                    }
                    continue;
                }
            }
            None => {
                rows.retain(|row| is_here(row) && selector.as_ref().is_none_or(|it| it.matches(&row.labels)))
            }
        }
        if let Some(chosen) = chosen {
            match Fields::read(chosen, resource.kind, &resource.qualified_plural()) {
                Ok(fields) => rows.retain(|row| fields.matches(row)),
                Err(said) => return Done::fail(1, said),
            }
        }
        match groups.iter_mut().find(|(known, _)| known == resource) {
            Some((_, known)) => known.extend(rows),
            None => groups.push((resource, rows)),
        }
    }
    groups.retain(|(_, rows)| !rows.is_empty());
    // Other forms print a list of nothing.
    if groups.is_empty()
        && (matches!(output, Output::Table { .. }) || wanted.iter().all(|it| it.name.is_some()))
    {
        if done.status == 0 && !call.args.has("ignore-not-found") {
            let is_namespaced = wanted.iter().any(|it| it.resource.is_namespaced);
            done.err.push_str(&if is_namespaced && !everywhere {
                format!("No resources found in {namespace} namespace.\n")
            } else {
                "No resources found\n".to_owned()
            });
        }
        return done;
    }
    if let Some(path) = sorted {
        for (_, rows) in &mut groups {
            if let Err(said) = output::sort(rows, path) {
                return Done::fail(1, said);
            }
        }
    }
    let has_headings = !call.args.has("no-headers");
    let printed = match &output {
        Output::Names => {
            let mut names = String::new();
            for (resource, rows) in &groups {
                let kind = resource.qualified();
                rows.iter().for_each(|row| names.extend([&kind, "/", row.name, "\n"]));
            }
            Ok(names)
        }
        Output::Columns(columns) => {
            output::columns(columns, groups.iter().flat_map(|(_, rows)| rows), has_headings)
        }
        Output::Yaml | Output::Json | Output::Path(..) => {
            let mut all: Vec<Shown<'_>> =
                groups.into_iter().flat_map(|(_, rows)| rows).map(|row| row.shown).collect();
            let is_one = wanted.len() == 1 && wanted.iter().all(|it| it.name.is_some());
            let whole = if is_one && !all.is_empty() { all.swap_remove(0) } else { list(all) };
            match &output {
                Output::Path(template, typed) => output::path(template, typed, Part::of(&whole)),
                Output::Yaml => Ok(print::yaml(&whole)),
                _ => Ok(print::json(&whole)),
            }
        }
        Output::Table { is_wide } => {
            let many = groups.len() > 1
                || wanted
                    .iter()
                    .any(|it| it.resource != wanted.first().map_or(it.resource, |first| first.resource));
            let tables: Vec<String> = groups
                .iter()
                .map(|(resource, rows)| one_table(resource, rows, call, (many, *is_wide, everywhere)))
                .collect();
            Ok(tables.join("\n"))
        }
    };
    match printed {
        Ok(text) => done.out = text,
        Err(said) => {
            done.err.push_str(&said);
            done.err.push('\n');
            done.status = 1;
        }
    }
    done
}

/// Several objects as one.
fn list(items: Vec<Shown<'_>>) -> Shown<'_> {
    Shown::Map(vec![
        ("apiVersion", Shown::text("v1")),
        ("items", Shown::List(items)),
        ("kind", Shown::text("List")),
        ("metadata", Shown::Map(vec![("resourceVersion", Shown::text(""))])),
    ])
}

fn one_table(
    resource: &Resource,
    rows: &[Row<'_>],
    call: &Call<'_>,
    (many, wide, everywhere): (bool, bool, bool),
) -> String {
    let Headings(plain, more) = headings(resource.kind);
    let with_namespace = everywhere && resource.is_namespaced;
    let mut heads: Vec<&str> = Vec::new();
    if with_namespace {
        heads.push("NAMESPACE");
    }
    heads.push("NAME");
    heads.extend(plain);
    if wide {
        heads.extend(more);
    }
    let cells = plain.len() + if wide { more.len() } else { 0 };
    // `formatLabelHeaders` and `appendLabelCells` in `k8s.io/cli-runtime/pkg/printers/tableprinter.go`.
    let keys: Vec<&str> = call.args.values("label-columns").flat_map(|keys| keys.split(',')).collect();
    let titles: Vec<String> =
        keys.iter().map(|key| key.rsplit('/').next().unwrap_or(key).to_uppercase()).collect();
    heads.extend(titles.iter().map(String::as_str));
    let shows_labels = call.args.has("show-labels");
    if shows_labels {
        heads.push("LABELS");
    }
    let kind = (many || call.args.has("show-kind")).then(|| resource.qualified());
    let lines: Vec<Vec<Cow<'_, str>>> = rows
        .iter()
        .map(|row| {
            let mut line: Vec<Cow<'_, str>> = Vec::with_capacity(heads.len());
            if with_namespace {
                line.push(row.namespace.into());
            }
            line.push(match &kind {
                Some(kind) => format!("{kind}/{}", row.name).into(),
                None => row.name.into(),
            });
            line.extend(row.cells.iter().take(cells).map(|cell| Cow::Borrowed(cell.as_ref())));
            line.extend(keys.iter().map(|key| {
                let label = row.labels.iter().find(|(known, _)| known == key);
                Cow::Borrowed(label.map_or("", |(_, value)| *value))
            }));
            if shows_labels {
                line.push(joined(&row.labels));
            }
            line
        })
        .collect();
    let text = table(&heads, &lines);
    if call.args.has("no-headers") {
        text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned())
    } else {
        text
    }
}
