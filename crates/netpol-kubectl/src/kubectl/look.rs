//! `kubectl edit` and `kubectl explain`: the place where an object is written, and what fields are about.

use netpol_assist::{Assistant, Explained};

use super::{Call, flags, wanted};
use crate::args::Flags;
use crate::pods::Listing;
use crate::resource::{Resource, unknown_type};
use crate::shell::{Done, Event, Shell};

pub(super) const EDIT: Flags = flags!(values: [("filename", Some('f')), ("output", Some('o'))], switches: []);

pub(super) const EXPLAIN: Flags = flags!(
    values: [("api-version", None), ("output", Some('o'))],
    switches: [("recursive", None)]
);

/// Opens the editor where the object is written: of a pod that a controller made, the controller.
pub(super) fn edit(shell: &mut Shell, call: &Call<'_>) -> Done {
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let namespace = call.namespace(shell);
    for wanted in wanted {
        let Some(name) = wanted.name else {
            return Done::fail(1, "error: name the object: kubectl edit netpol NAME");
        };
        let mut reference = wanted.resource.object(&namespace, &name);
        if shell.store.object(&reference).is_none() {
            let listing = Listing::new(shell);
            let made = listing.pods().iter().find(|pod| pod.namespace == namespace && pod.name == name);
            match made.and_then(|pod| pod.written).filter(|_| wanted.resource.kind == "Pod") {
                Some(controller) => reference = controller.reference.clone(),
                None => return Done::fail(1, wanted.resource.not_found(&name)),
            }
        }
        if let Some(file) = shell.store.file_of(&reference).map(str::to_owned) {
            shell.event(Event::Edit { file, object: Some(reference) });
        }
    }
    Done::default()
}

/// In our own words, in kubectl's form (`k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl`).
pub(super) fn explain(_: &mut Shell, call: &Call<'_>) -> Done {
    let Some(asked) = call.args.plain.first() else {
        return Done::fail(
            1,
            "error: You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.",
        );
    };
    let mut path = asked.split('.');
    let name = path.next().unwrap_or_default();
    let Some(resource) = Resource::find(name) else { return Done::fail(1, unknown_type(name)) };
    let path: Vec<&str> = path.collect();
    let Some(told) = Assistant::new().explain(resource.kind, &path) else {
        return match path.last() {
            Some(field) => Done::fail(1, format!("error: field \"{field}\" does not exist")),
            None => Done::fail(1, format!("error: of {} nothing is told here", resource.qualified_plural())),
        };
    };
    Done::ok(form(resource, path.last().copied(), &told))
}

fn form(resource: &Resource, field: Option<&str>, told: &Explained) -> String {
    let mut out = String::new();
    if !resource.group.is_empty() {
        out.push_str(&format!("GROUP:      {}\n", resource.group));
    }
    out.push_str(&format!("KIND:       {}\nVERSION:    {}\n\n", resource.kind, resource.version));
    if let Some(field) = field {
        out.push_str(&format!("FIELD: {field} <{}>\n\n", told.of_type));
    }
    out.push_str(&format!("DESCRIPTION:\n{}", wrapped(&told.doc)));
    if !told.fields.is_empty() {
        out.push_str("\nFIELDS:\n");
        for field in &told.fields {
            out.push_str(&format!("  {}\t<{}>\n{}\n", field.name, field.of_type, wrapped(&field.doc)));
        }
    }
    out
}

/// Lines of at most eighty columns, four from the left.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 76 {
            out.push_str(&format!("    {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        out.push_str(&format!("    {line}\n"));
    }
    out
}
