//! Reading in place knows what reading with serde knows.

mod common;

use common::document;
use netpol_syntax::{IntOrString, Read, Reader, Spanned, SpannedMap, UnknownFields, deserialize_at, read_at};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Object {
    name: String,
    ready: Option<bool>,
    labels: Option<Spanned<SpannedMap<String>>>,
    rules: Vec<Spanned<Rule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    port: Spanned<i64>,
    #[serde(default)]
    end_port: i32,
    target: Option<IntOrString>,
}

impl Read for Object {
    fn read(&mut self, from: Reader<'_, '_>) {
        from.object(&["name", "ready", "labels", "rules"], &[], &mut |at, value| match at {
            0 => self.name.read(value),
            1 => self.ready.read(value),
            2 => self.labels.read(value),
            _ => self.rules.read(value),
        });
    }
}

impl Read for Rule {
    fn read(&mut self, from: Reader<'_, '_>) {
        from.object(&["port", "endPort", "target"], &["port"], &mut |at, value| match at {
            0 => self.port.read(value),
            1 => self.end_port.read(value),
            _ => self.target.read(value),
        });
    }
}

#[test]
fn in_place_is_as_with_serde() {
    let sound = [
        "{}",
        "{name: x, ready: yes, labels: {app: web, on: 'off'}, rules: [{port: 80, target: http}]}",
        "{name: ~, ready: ~, labels: ~, rules: ~}",
        "rules: [{port: 80.0, endPort: 0x51, target: 8080}, {port: ~, endPort: ~, target: '80'}]",
        "{name: x, labels: {n: x}}",
    ];
    let wrong = [
        "[]",
        "text",
        "{name: 1, ready: 'yes', labels: [a], rules: {a: b}}",
        "{name: [x], nmae: x, on: x, rules: [{ports: 80}]}",
        "labels: {app: 1, tier: ~, zone: {a: b}, 1: a}",
        "rules: [~, 1, [2], {}, {port: http}, {port: 80, endPort: 3000000000}, {port: 1.5}, {port: 1, target: 1.5}]",
        "rules: [{port: 1, target: [a]}, {port: 1, target: yes}, {port: 1, target: 3000000000}, {port: '80'}]",
    ];
    for (text, is_sound) in sound.map(|text| (text, true)).into_iter().chain(wrong.map(|text| (text, false)))
    {
        let document = document(text);
        for fields in [UnknownFields::Report, UnknownFields::Ignore] {
            let in_place = read_at::<Object>(document.root(), "items[1]", fields);
            let with_serde = deserialize_at::<Object>(document.root(), "items[1]", fields);
            assert_eq!(in_place.value.is_some(), is_sound, "{text}: {in_place:#?}");
            assert_eq!(format!("{in_place:#?}"), format!("{with_serde:#?}"), "{text}");
        }
    }
}
