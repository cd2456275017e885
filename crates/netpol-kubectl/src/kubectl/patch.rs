//! `kubectl patch`: a change of an object as JSON or YAML.

use super::{Call, flags, wanted};
use crate::args::Flags;
use crate::parts::{Object, Part};
use crate::shell::{Done, Shell};
use crate::value::Value;

pub(super) const FLAGS: Flags = flags!(
    values: [("patch", Some('p')), ("type", None), ("patch-file", None), ("output", Some('o')), ("dry-run", None)],
    switches: []
);

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let text = match (call.args.value("patch"), call.args.value("patch-file")) {
        (Some(text), _) => text.to_owned(),
        (None, Some(file)) => match shell.read(file) {
            Some(text) => text,
            None => {
                return Done::fail(
                    1,
                    format!("error: unable to read patch file: open {file}: no such file or directory"),
                );
            }
        },
        (None, None) => {
            return Done::fail(
                1,
                "error: must specify --patch or --patch-file containing the contents of the patch",
            );
        }
    };
    let Some(patch) = Value::read(&text) else {
        return Done::fail(1, format!("error: unable to parse \"{text}\": yaml: it cannot be read"));
    };
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let namespace = call.namespace(shell);
    let mut done = Done::default();
    for it in wanted {
        let Some(name) = it.name else {
            return Done::fail(1, "error: resource(s) were provided, but no name was specified");
        };
        let reference = it.resource.object(&namespace, &name);
        let Some(object) = shell.store.object(&reference) else {
            return Done::fail(1, it.resource.not_found(&name));
        };
        let mut value = object.value.clone();
        let patched = match call.args.value("type") {
            None | Some("strategic" | "merge") => {
                merge(&mut value, &patch, "", call.args.value("type") != Some("merge"));
                Ok(())
            }
            Some("json") => patch.items().iter().try_for_each(|step| take(&mut value, step)),
            Some(other) => {
                Err(format!("error: --type must be one of [json merge strategic], not \"{other}\""))
            }
        };
        if let Err(said) = patched {
            return Done::fail(1, said);
        }
        let said = format!("{}/{name}", it.resource.qualified());
        if value == object.value {
            done.out.push_str(&format!("{said} patched (no change)\n"));
            continue;
        }
        let text = value.to_manifest();
        let part = Part::of(&text);
        let Some(made) = part.objects.first().filter(|made| made.reference == reference) else {
            return Done::fail(
                1,
                format!(
                    "The {} \"{name}\" is invalid: metadata.name: Invalid value: field is immutable",
                    it.resource.kind
                ),
            );
        };
        if let Some(said) = refused(made, &text, it.resource.version) {
            return Done::fail(1, said);
        }
        if !call.is_dry() {
            shell.store.apply(made, || text.clone());
        }
        done.out.push_str(&format!("{said} patched{}\n", call.dry()));
    }
    done
}

/// What the API server says of an object that it does not take.
fn refused(object: &Object, text: &str, version: &str) -> Option<String> {
    let refusal = super::documents::refusal(text)?;
    Some(refusal.text(&object.reference, version, "patching"))
}

/// A merge patch (RFC 7386): maps are merged, `null` takes away, everything else replaces. A strategic one merges lists of
/// named things, such as containers, by their names; NetworkPolicies have none.
fn merge(value: &mut Value, patch: &Value, key: &str, is_strategic: bool) {
    match patch {
        Value::Map(entries) => {
            for (key, patch) in entries {
                if patch.is_null() {
                    value.remove(key);
                } else {
                    match value.get_mut(key) {
                        Some(known) => merge(known, patch, key, is_strategic),
                        None => {
                            let mut made = Value::Map(Vec::new());
                            merge(&mut made, patch, key, is_strategic);
                            value.set(key, made);
                        }
                    }
                }
            }
            if !matches!(value, Value::Map(_)) {
                *value = patch.clone();
            }
        }
        Value::List(items)
            if is_strategic && matches!(key, "containers" | "initContainers" | "env" | "volumes") =>
        {
            let mut all = value.items().to_vec();
            for item in items {
                let name = item.get("name");
                match all.iter_mut().find(|known| known.get("name") == name && !name.is_null()) {
                    Some(known) => merge(known, item, "", is_strategic),
                    None => all.push(item.clone()),
                }
            }
            *value = Value::List(all);
        }
        patch => *value = patch.clone(),
    }
}

/// A step of a JSON patch (RFC 6902): `add`, `replace`, `remove`, `test`.
fn take(value: &mut Value, step: &Value) -> Result<(), String> {
    let refused = |why: &str| {
        format!(
            "The request is invalid: the server rejected our request due to an error in our request: {why}"
        )
    };
    let path = step.get("path").as_str().unwrap_or_default();
    let keys: Vec<String> =
        path.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let Some((last, inner)) = keys.split_last() else { return Err(refused("a path is missing")) };
    let mut at = value;
    for key in inner {
        at = at.inner_mut(key).ok_or_else(|| refused(&format!("nothing is at {path}")))?;
    }
    let new = step.get("value").clone();
    match (step.get("op").as_str(), at) {
        (Some("add"), Value::List(items)) if last == "-" => items.push(new),
        (Some(op), Value::List(items)) => {
            let at = last
                .parse::<usize>()
                .ok()
                .filter(|at| *at < items.len() || (op == "add" && *at == items.len()));
            let at = at.ok_or_else(|| refused(&format!("nothing is at {path}")))?;
            match (op, items.get_mut(at)) {
                ("add", _) => items.insert(at, new),
                ("replace", Some(known)) => *known = new,
                ("remove", _) => drop(items.remove(at)),
                ("test", Some(known)) if *known == new => {}
                _ => return Err(refused(&format!("{op} cannot be done at {path}"))),
            }
        }
        (Some("add"), map @ Value::Map(_)) => map.set(last, new),
        (Some(op), map) if !map.get(last).is_null() => match op {
            "replace" => map.set(last, new),
            "remove" => map.remove(last),
            "test" if *map.get(last) == new => {}
            _ => return Err(refused(&format!("{op} cannot be done at {path}"))),
        },
        _ => return Err(refused(&format!("nothing is at {path}"))),
    }
    Ok(())
}
