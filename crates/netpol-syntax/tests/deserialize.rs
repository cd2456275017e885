//! Trees to plain structs: values, places, and errors with paths.

mod common;

use std::collections::BTreeMap;

use common::document;
use netpol_syntax::{
    Deserialized, IntOrString, Location, Nullable, Spanned, SpannedMap, UnknownFields, deserialize,
    deserialize_at,
};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Object {
    name: String,
    labels: BTreeMap<String, Spanned<String>>,
    annotations: SpannedMap<String>,
    ready: bool,
    replicas: Option<i32>,
    port: u16,
    ratio: f64,
    target_port: Option<Spanned<IntOrString>>,
    selector: Nullable<Spanned<Selector>>,
    optional: Option<Spanned<String>>,
    rules: Vec<Rule>,
    protocol: Option<Protocol>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
struct Selector {
    match_labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    host: Spanned<Option<String>>,
    #[serde(default)]
    ports: Vec<IntOrString>,
}

#[derive(Debug, Deserialize, PartialEq)]
enum Protocol {
    #[serde(rename = "TCP")]
    Tcp,
    #[serde(rename = "UDP")]
    Udp,
}

fn read(text: &str, fields: UnknownFields) -> Deserialized<Object> {
    deserialize(document(text).root(), fields)
}

/// Reads what must be without fault.
#[expect(clippy::expect_used, reason = "a test that gets no value here fails")]
fn value(text: &str) -> Object {
    let read = read(text, UnknownFields::Report);
    assert_eq!(read.diagnostics, [], "in {text:?}");
    read.value.expect(text)
}

fn source(text: &str, at: Location) -> &str {
    at.span.of(text)
}

#[test]
fn values_are_read() {
    let text = "{name: x, labels: {a: b, on: 'yes'}, ready: yes, replicas: 0x10, port: 80.0, ratio: 2, protocol: UDP,\n\
                rules: [{host: h, ports: [80, http, '80']}, {host: ~}]}";
    let object = value(text);
    assert_eq!((object.name.as_str(), object.ready, object.replicas), ("x", true, Some(16)));
    assert_eq!((object.port, object.ratio, object.protocol), (80, 2.0, Some(Protocol::Udp)));
    let labels: Vec<_> =
        object.labels.iter().map(|(key, value)| (key.as_str(), value.value.as_str())).collect();
    assert_eq!(labels, [("a", "b"), ("true", "yes")]);
    let string = |text: &str| IntOrString::String(text.to_owned());
    assert_eq!(object.rules[0].ports, [IntOrString::Int(80), string("http"), string("80")]);
    assert_eq!(object.rules[1].host.value, None);
}

#[test]
fn places_are_kept() {
    let text = "labels: {a: b}\nannotations:\n  k: v\n  é: \"w\" # c\ntargetPort: http\n";
    let object = value(text);
    assert_eq!(source(text, object.labels["a"].at), "b");
    assert_eq!(source(text, object.target_port.expect("it is there").at), "http");
    let entries: Vec<_> =
        object.annotations.iter().map(|(key, value, at)| (key, value.as_str(), source(text, at))).collect();
    assert_eq!(entries, [("k", "v", "k: v"), ("é", "w", "é: \"w\"")]);
    assert_eq!(object.annotations.get("k").map(|value| source(text, value.at)), Some("v"));
}

#[test]
fn an_entry_whose_value_is_an_alias_is_placed_at_its_key() {
    let text = "name: &n v\nannotations: {k: *n}";
    let object = value(text);
    let places: Vec<_> = object.annotations.iter().map(|(_, _, at)| source(text, at)).collect();
    assert_eq!(places, ["k"]);
}

#[test]
fn null_is_what_go_makes_of_it() {
    let object =
        value("{name: , labels: , ready: ~, replicas: null, port: ~, rules: ~, annotations: ~, optional: ~}");
    assert_eq!((object.name.as_str(), object.ready, object.replicas, object.port), ("", false, None, 0));
    assert!(object.labels.is_empty() && object.rules.is_empty() && object.annotations.is_empty());
    assert_eq!(object.optional, None);
}

#[test]
fn absent_null_and_empty_are_told_apart() {
    let text = "selector: ~";
    let Nullable::Null(at) = value(text).selector else { panic!("it is null") };
    assert_eq!(source(text, at), "~");
    assert_eq!(value("name: x").selector, Nullable::Absent);
    let Nullable::Value(selector) = value("selector: {}").selector else { panic!("it is given") };
    assert_eq!(selector.value, Selector::default());
}

/// One diagnostic: its id, the text it points at, its path, message and help.
type Told<'t> = (&'static str, &'t str, &'t str, &'t str, Option<&'t str>);

#[test]
fn errors_have_a_path_a_place_and_words() {
    let cases: &[(&str, &[Told<'_>])] = &[
        (
            "labels: {enabled: yes, v: 1.20}",
            &[
                (
                    "wrong-type",
                    "yes",
                    "labels.enabled",
                    "cannot unmarshal bool into `labels.enabled` of type string",
                    Some("quote it: `\"yes\"`"),
                ),
                (
                    "wrong-type",
                    "1.20",
                    "labels.v",
                    "cannot unmarshal number into `labels.v` of type string",
                    Some("quote it: `\"1.20\"`"),
                ),
            ],
        ),
        (
            "labels: {a.b/c: [x]}",
            &[(
                "wrong-type",
                "[x]",
                "labels[a.b/c]",
                "cannot unmarshal array into `labels[a.b/c]` of type string",
                None,
            )],
        ),
        (
            "labels: {m: ~}",
            &[(
                "wrong-type",
                "~",
                "labels.m",
                "unknown object type \"nil\" in `labels.m`",
                Some("write a value, or remove it"),
            )],
        ),
        (
            "rules: [~]",
            &[(
                "wrong-type",
                "~",
                "rules[0]",
                "unknown object type \"nil\" in `rules[0]`",
                Some("write a value, or remove it"),
            )],
        ),
        (
            "port: 70000",
            &[(
                "wrong-type",
                "70000",
                "port",
                "cannot unmarshal number 70000 into `port` of type uint16",
                None,
            )],
        ),
        (
            "replicas: 1.5",
            &[(
                "wrong-type",
                "1.5",
                "replicas",
                "cannot unmarshal number 1.5 into `replicas` of type int32",
                None,
            )],
        ),
        (
            "port: \"80\"",
            &[(
                "wrong-type",
                "\"80\"",
                "port",
                "cannot unmarshal string into `port` of type uint16",
                Some("remove the quotes: `80`"),
            )],
        ),
        (
            "ready: 'true'",
            &[(
                "wrong-type",
                "'true'",
                "ready",
                "cannot unmarshal string into `ready` of type bool",
                Some("remove the quotes: `true`"),
            )],
        ),
        (
            "targetPort: 3000000000",
            &[(
                "wrong-type",
                "3000000000",
                "targetPort",
                "cannot unmarshal number 3000000000 into `targetPort` of type int32 or string",
                None,
            )],
        ),
        (
            "rules: {host: x}",
            &[(
                "wrong-type",
                "{host: x}",
                "rules",
                "cannot unmarshal object into `rules` of type array",
                Some("a list is wanted here: begin each item with `- `"),
            )],
        ),
        (
            "selector:\n- a",
            &[(
                "wrong-type",
                "- a",
                "selector",
                "cannot unmarshal array into `selector` of type object",
                Some("a map is wanted here: leave out the `- ` before its keys"),
            )],
        ),
        ("[]", &[("wrong-type", "[]", "", "cannot unmarshal array into the document of type object", None)]),
        (
            "rules: [{ports: []}]",
            &[(
                "missing-field",
                "{ports: []}",
                "rules[0].host",
                "missing required field `rules[0].host`",
                None,
            )],
        ),
        (
            "rules: [{host: 1}]",
            &[(
                "wrong-type",
                "1",
                "rules[0].host",
                "cannot unmarshal number into `rules[0].host` of type string",
                Some("quote it: `\"1\"`"),
            )],
        ),
        (
            "protocol: tcp",
            &[("invalid-value", "tcp", "protocol", "unknown variant `tcp`, expected `TCP` or `UDP`", None)],
        ),
        (
            "Name: x\nlables: {}\nnonsense: {deep: 1}\nselector: {matchlabels: {}}",
            &[
                ("unknown-field", "Name", "Name", "unknown field `Name`", Some("did you mean `name`?")),
                (
                    "unknown-field",
                    "lables",
                    "lables",
                    "unknown field `lables`",
                    Some("did you mean `labels`?"),
                ),
                ("unknown-field", "nonsense", "nonsense", "unknown field `nonsense`", None),
                (
                    "unknown-field",
                    "matchlabels",
                    "selector.matchlabels",
                    "unknown field `selector.matchlabels`",
                    Some("did you mean `matchLabels`?"),
                ),
            ],
        ),
        (
            "on: 1",
            &[(
                "unknown-field",
                "on",
                "true",
                "unknown field `true`",
                Some("`on` is a boolean in YAML 1.1: quote it if the text is meant"),
            )],
        ),
        // One wrong field hides no other.
        (
            "name: 1\nrules:\n- host: h\n  ports: [true]\n- host: 2\n  prots: []\nport: x",
            &[
                (
                    "wrong-type",
                    "1",
                    "name",
                    "cannot unmarshal number into `name` of type string",
                    Some("quote it: `\"1\"`"),
                ),
                (
                    "wrong-type",
                    "true",
                    "rules[0].ports[0]",
                    "cannot unmarshal bool into `rules[0].ports[0]` of type int32 or string",
                    None,
                ),
                (
                    "wrong-type",
                    "2",
                    "rules[1].host",
                    "cannot unmarshal number into `rules[1].host` of type string",
                    Some("quote it: `\"2\"`"),
                ),
                (
                    "unknown-field",
                    "prots",
                    "rules[1].prots",
                    "unknown field `rules[1].prots`",
                    Some("did you mean `ports`?"),
                ),
                ("wrong-type", "x", "port", "cannot unmarshal string into `port` of type uint16", None),
            ],
        ),
    ];
    for (text, expected) in cases {
        let read = read(text, UnknownFields::Report);
        let told: Vec<Told<'_>> = read
            .diagnostics
            .iter()
            .map(|told| {
                let at = told.at.map_or("", |at| source(text, at));
                (told.id, at, told.path.as_deref().unwrap_or(""), told.message.as_str(), told.help.as_deref())
            })
            .collect();
        assert_eq!(told, *expected, "in {text:?}");
        let is_only_unknown = expected.iter().all(|(id, ..)| *id == "unknown-field");
        assert_eq!(read.value.is_some(), is_only_unknown, "in {text:?}");
    }
}

#[test]
fn unknown_fields_are_passed_over_where_nobody_asks() {
    let read = read("{name: x, more: {deep: [1]}, on: 1}", UnknownFields::Ignore);
    assert_eq!(read.diagnostics, []);
    assert_eq!(read.value.map(|object| object.name).as_deref(), Some("x"));
}

#[test]
fn paths_go_on_from_their_base() {
    let document = document("items: [{name: x}, {name: 1}]");
    let item = document.root().get("items").and_then(|items| items.item(1)).expect("two items");
    let read: Deserialized<Object> = deserialize_at(item, "items[1]", UnknownFields::Report);
    assert_eq!(read.diagnostics[0].path.as_deref(), Some("items[1].name"));
}

#[test]
fn any_shape_can_be_read() {
    let text = "{a: [1, 2.5, null, true, {b: \"c\"}], big: 18446744073709551615}";
    let document = document(text);
    let read: Deserialized<serde_json::Value> = deserialize(document.root(), UnknownFields::Report);
    assert_eq!(
        read.value,
        serde_json::from_str(
            text.replace("a:", "\"a\":").replace("b:", "\"b\":").replace("big:", "\"big\":").as_str()
        )
        .ok()
    );
}
