//! Fixes for what is found in reading: made only where someone asks for them, since they need the text again.

use netpol_syntax::{Diagnostic, Fix, Location, Node, Sources, TextEdit, Yaml};

use super::{ancestors_of, edit_at};

/// The diagnostic with its fix, where there is a mechanical one.
pub(super) fn add(sources: &Sources<'_>, diagnostic: Diagnostic) -> Diagnostic {
    let Some(at) = diagnostic.at else { return diagnostic };
    let fix = match diagnostic.id {
        "cidr-host-bits" => masked(sources, at),
        "match-labels-missing" => match_labels(sources, at),
        "unknown-field" => known_field(sources, at, &diagnostic),
        "inert-rules" => policy_types(sources, at),
        "boolean-letter" | "wrong-type" => quoted(sources, at, &diagnostic),
        "other-version" => expected_version(sources, at, &diagnostic),
        _ => None,
    };
    diagnostic.with_fix(fix)
}

/// The CIDR with its host bits cleared.
fn masked(sources: &Sources<'_>, at: Location) -> Option<Fix> {
    edit_at(sources, at, |editor, node| {
        let net: ipnet::IpNet = node.as_str()?.parse().ok()?;
        let masked = net.trunc().to_string();
        let edits = vec![editor.replace(node, &Yaml::text(masked.as_str()))];
        Some(Fix { title: format!("Write `{masked}`"), edits, keeps_meaning: true })
    })
}

/// The labels of a selector one level deeper. They are told one by one; all of the selector's are moved at once, where
/// it has no other field.
fn match_labels(sources: &Sources<'_>, at: Location) -> Option<Fix> {
    let document = sources.document(at)?;
    let selector = parent_of(document.root(), at)?;
    if selector.entries().any(|(key, value)| {
        matches!(key.as_str(), Some("matchLabels" | "matchExpressions")) || value.as_str().is_none()
    }) {
        return None;
    }
    let edit = netpol_syntax::Editor::new(&document).nest(selector, "matchLabels")?;
    Some(Fix { title: "Put `matchLabels` above".to_owned(), edits: vec![edit], keeps_meaning: false })
}

/// The field that comes nearest, which the help names.
fn known_field(sources: &Sources<'_>, at: Location, diagnostic: &Diagnostic) -> Option<Fix> {
    let known = diagnostic.help.as_deref()?.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    edit_at(sources, at, |editor, key| {
        let title = format!("Write `{known}`");
        Some(Fix { title, edits: vec![editor.rename(key, known)], keeps_meaning: false })
    })
}

/// The text in quotes, where the help says that they are missing.
fn quoted(sources: &Sources<'_>, at: Location, diagnostic: &Diagnostic) -> Option<Fix> {
    let help = diagnostic.help.as_deref()?;
    let text = help.strip_prefix("quote it: ")?.trim_matches('`');
    let document = sources.document(at)?;
    // Only what stands there as it is read can be put into quotes as it stands.
    let source = document.node_at(at)?.source();
    (text == format!("\"{source}\"")).then(|| Fix {
        title: format!("Write `{text}`"),
        edits: vec![TextEdit { at, text: text.to_owned() }],
        keeps_meaning: diagnostic.id == "boolean-letter",
    })
}

/// The version that the help names.
fn expected_version(sources: &Sources<'_>, at: Location, diagnostic: &Diagnostic) -> Option<Fix> {
    let (_, named) = diagnostic.help.as_deref()?.split_once("write `apiVersion: ")?;
    let (version, _) = named.split_once('`')?;
    edit_at(sources, at, |editor, node| {
        node.as_str()?;
        let title = format!("Write `{version}`");
        Some(Fix { title, edits: vec![editor.replace(node, &Yaml::text(version))], keeps_meaning: true })
    })
}

/// The direction that `policyTypes` leaves out, of which `at` is the first rule.
fn policy_types(sources: &Sources<'_>, at: Location) -> Option<Fix> {
    let document = sources.document(at)?;
    let spec =
        ancestors_of(document.root(), at).into_iter().rev().find(|node| node.get("policyTypes").is_some())?;
    let holds = |section: &str| {
        let rules = spec.get(section);
        rules.is_some_and(|rules| rules.items().next().is_some_and(|first| first.location() == at))
    };
    let direction = if holds("egress") { "Egress" } else { "Ingress" };
    let edits =
        netpol_syntax::Editor::new(&document).append(spec, "policyTypes", vec![Yaml::text(direction)])?;
    Some(Fix { title: format!("Add `{direction}` to `policyTypes`"), edits, keeps_meaning: false })
}

/// The map that a key at `at` stands in.
fn parent_of(root: Node<'_>, at: Location) -> Option<Node<'_>> {
    let is_key = |node: &Node<'_>| node.entries().any(|(key, _)| key.location() == at);
    ancestors_of(root, at).into_iter().rev().find(is_key)
}
