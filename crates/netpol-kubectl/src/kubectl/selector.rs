//! Label selectors: as `-l` takes them, and as commands print those of manifests.

use crate::value::Value;

/// What a label has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Demand {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
}

/// A selector as `-l` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector(Vec<Demand>);

impl Selector {
    /// `a=b,c!=d,e in (f, g),h notin (i),j,!k`; `None` where it cannot be read.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut demands = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = match (rest.find(','), rest.find('(')) {
                (Some(comma), Some(open)) if open < comma => rest.get(open..)?.find(')')? + open + 1,
                (None, Some(open)) => rest.get(open..)?.find(')')? + open + 1,
                (Some(comma), _) => comma,
                (None, None) => rest.len(),
            };
            demands.push(demand(rest.get(..end)?.trim())?);
            rest = rest.get(end..)?.trim_start().trim_start_matches(',').trim_start();
        }
        Some(Self(demands))
    }

    /// Whether it selects what has these labels.
    pub(crate) fn matches(&self, labels: &[(&str, &str)]) -> bool {
        let value = |key: &str| labels.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
        let is_in = |values: &[String], value: &str| values.iter().any(|known| known == value);
        self.0.iter().all(|demand| match demand {
            Demand::In(key, values) => value(key).is_some_and(|value| is_in(values, value)),
            Demand::NotIn(key, values) => value(key).is_none_or(|value| !is_in(values, value)),
            Demand::Exists(key) => value(key).is_some(),
            Demand::Absent(key) => value(key).is_none(),
        })
    }
}

fn demand(text: &str) -> Option<Demand> {
    let is_key =
        |key: &str| !key.is_empty() && !key.contains(|it: char| it.is_whitespace() || "=!(),".contains(it));
    let key = |text: &str| Some(text.trim().to_owned()).filter(|key| is_key(key));
    if let Some((head, set)) = text.split_once('(') {
        let values = set.trim_end_matches(')').split(',').map(|it| it.trim().to_owned()).collect();
        let head = head.trim();
        return match (head.strip_suffix(" notin"), head.strip_suffix(" in")) {
            (Some(name), _) => Some(Demand::NotIn(key(name)?, values)),
            (None, Some(name)) => Some(Demand::In(key(name)?, values)),
            (None, None) => None,
        };
    }
    if let Some((name, value)) = text.split_once("!=") {
        return Some(Demand::NotIn(key(name)?, vec![value.trim().to_owned()]));
    }
    if let Some((name, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return Some(Demand::In(key(name)?, vec![value.trim().to_owned()]));
    }
    match text.strip_prefix('!') {
        Some(name) => Some(Demand::Absent(key(name)?)),
        None => Some(Demand::Exists(key(text)?)),
    }
}

/// A manifest's selector in a line (`FormatLabelSelector` in `k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go`): demands
/// by their keys, the values of sets in order, `<none>` for one that selects everything.
pub(crate) fn format(selector: &Value) -> String {
    let mut demands: Vec<(String, String)> = selector
        .get("matchLabels")
        .texts()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), format!("{key}={value}")))
        .collect();
    for expression in selector.get("matchExpressions").items() {
        let key = expression.get("key").printed().unwrap_or_default().to_owned();
        let mut values: Vec<&str> =
            expression.get("values").items().iter().filter_map(Value::printed).collect();
        netpol_syntax::order::sort_and_dedup(&mut values);
        let values = values.join(",");
        let text = match expression.get("operator").as_str() {
            Some("In") => format!("{key} in ({values})"),
            Some("NotIn") => format!("{key} notin ({values})"),
            Some("Exists") => key.clone(),
            Some("DoesNotExist") => format!("!{key}"),
            _ => return "<error>".to_owned(),
        };
        demands.push((key, text));
    }
    if demands.is_empty() {
        return "<none>".to_owned();
    }
    netpol_syntax::order::sort_by(&mut demands, |(one, _), (other, _)| one.cmp(other));
    demands.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_select() {
        let labels = [("app", "web"), ("tier", "front")];
        let cases = [
            ("app=web", true),
            ("app==web,tier=front", true),
            ("app!=web", false),
            ("app in (db, web),tier", true),
            ("app notin (db),!role", true),
            ("!app", false),
            ("role", false),
            ("", true),
        ];
        for (text, expected) in cases {
            assert_eq!(Selector::read(text).unwrap().matches(&labels), expected, "{text}");
        }
        for text in ["a b", "=x", "a in b(", "in (x)"] {
            assert_eq!(Selector::read(text), None, "{text}");
        }
    }
}
