//! What the manifests of a case are after each of its steps.
//!
//! Texts stay as they are written, since how they are written may be what a case is about. Only an object that
//! is labelled is written anew.

use serde_yaml::Value;

use crate::cases::Step;
use crate::plain::documents;

/// The manifests at one step.
#[derive(Clone, Debug)]
pub struct State {
    texts: Vec<Text>,
}

#[derive(Clone, Debug)]
struct Text {
    /// `Kind/namespace/name`, or `Kind/name` for what is in no namespace; nothing for a text that is not one
    /// object that a plain YAML reader takes.
    key: Option<String>,
    text: String,
}

impl State {
    /// The manifests before the first step.
    pub fn new(cluster: &str) -> Self {
        Self { texts: split(cluster) }
    }

    /// Deletes, applies and labels.
    ///
    /// # Errors
    /// A label of something that cannot have one.
    pub fn take(&mut self, step: &Step) -> Result<(), String> {
        self.texts.retain(|text| !text.key.as_ref().is_some_and(|key| step.delete.contains(key)));
        for new in split(&step.apply) {
            self.texts.retain(|old| new.key.is_none() || old.key != new.key);
            self.texts.push(new);
        }
        step.label.iter().try_for_each(|label| self.label(label))
    }

    /// All of them, as one text.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.texts.iter().map(|text| text.text.as_str()).collect();
        texts.join("---\n")
    }

    fn label(&mut self, label: &str) -> Result<(), String> {
        let mut words = label.split_whitespace();
        let wanted = words.next().unwrap_or_default();
        let known = self.texts.iter().position(|text| text.key.as_deref() == Some(wanted));
        let mut object = match known.and_then(|place| self.texts.get(place)) {
            Some(text) => documents(&text.text)?.pop(),
            // A namespace that is only used has no text yet.
            None => documents(&format!(
                "{{apiVersion: v1, kind: Namespace, metadata: {{name: {}}}}}",
                name_of(wanted)
            ))?
            .pop(),
        }
        .ok_or(format!("nothing to label: `{label}`"))?;
        let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
        let labels = metadata.ok_or(format!("no metadata: `{label}`"))?.entry("labels".into());
        let labels = labels.or_insert_with(|| Value::Mapping(Default::default())).as_mapping_mut();
        let labels = labels.ok_or(format!("labels are no mapping: `{label}`"))?;
        for word in words {
            match word.split_once('=') {
                Some((key, value)) => labels.insert(key.into(), value.into()),
                None => labels.remove(word.trim_end_matches('-')),
            };
        }
        let text = serde_yaml::to_string(&object).map_err(|error| error.to_string())?;
        let labelled = Text { key: Some(wanted.to_owned()), text };
        match known.and_then(|place| self.texts.get_mut(place)) {
            Some(old) => *old = labelled,
            None => self.texts.push(labelled),
        }
        Ok(())
    }
}

fn name_of(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// The documents of a text, by the lines that are `---` and nothing else.
fn split(text: &str) -> Vec<Text> {
    let mut texts = vec![String::new()];
    for line in text.lines() {
        match texts.last_mut() {
            Some(last) if line != "---" => last.extend([line, "\n"]),
            _ => texts.push(String::new()),
        }
    }
    texts.into_iter().map(|text| Text { key: key_of(&text), text }).collect()
}

fn key_of(text: &str) -> Option<String> {
    let objects = documents(text).ok()?;
    let [object] = objects.as_slice() else { return None };
    let kind = object.get("kind")?.as_str()?;
    let metadata = object.get("metadata")?;
    let name = metadata.get("name")?.as_str()?;
    let namespace = metadata.get("namespace").and_then(Value::as_str).unwrap_or("default");
    Some(match kind {
        "Namespace" | "Node" => format!("{kind}/{name}"),
        _ => format!("{kind}/{namespace}/{name}"),
    })
}
