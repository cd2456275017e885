//! What the oracle hands to the engine is YAML, and says the same in whatever style.

use std::collections::BTreeMap;

use netpol_tests::oracle::{Cluster, render};
use netpol_tests::random::{clusters, config};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_yaml::Value;

/// Every object in a text, with those of `List`s in their place.
fn objects(text: &str) -> Result<Vec<Value>, String> {
    let mut all = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| error.to_string())?;
        match value.get("items").and_then(Value::as_sequence) {
            Some(items) => all.extend(items.clone()),
            None => all.push(value),
        }
    }
    Ok(all)
}

/// Namespace, name, labels and address of each pod, in an order of its own. A label that is no string is
/// `None`.
fn pods(objects: &[Value]) -> Vec<String> {
    let text = |value: Option<&Value>, field: &str| Some(value?.get(field)?.as_str()?.to_owned());
    let mut pods: Vec<String> = objects
        .iter()
        .filter(|object| object.get("kind").and_then(Value::as_str) == Some("Pod"))
        .map(|pod| {
            let metadata = pod.get("metadata");
            let namespace = text(metadata, "namespace").unwrap_or("default".to_owned());
            let labels = metadata.and_then(|metadata| metadata.get("labels")).and_then(Value::as_mapping);
            let labels: BTreeMap<Option<&str>, Option<&str>> =
                labels.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let (name, address) = (text(metadata, "name"), text(pod.get("status"), "podIP"));
            format!("{namespace} {name:?} {labels:?} {address:?}")
        })
        .collect();
    pods.sort();
    pods
}

/// The same, from the cluster itself.
fn pods_of(cluster: &Cluster) -> Vec<String> {
    let some = |(key, value): (&'_ String, &'_ String)| (Some(key.clone()), Some(value.clone()));
    let mut pods: Vec<String> = cluster
        .pods
        .iter()
        .map(|pod| {
            let labels: BTreeMap<_, _> = pod.labels.iter().map(some).collect();
            let address = pod.ips.first().map(ToString::to_string);
            format!("{} {:?} {labels:?} {address:?}", pod.namespace, Some(&pod.name))
        })
        .collect();
    pods.sort();
    pods
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn every_style_says_what_the_cluster_is(cluster in clusters(), style: u64) {
        let objects = objects(&render(&cluster, style)).map_err(TestCaseError::fail)?;
        prop_assert_eq!(pods(&objects), pods_of(&cluster));
    }

    #[test]
    fn equal_styles_give_equal_text(cluster in clusters(), style: u64) {
        prop_assert_eq!(render(&cluster, style), render(&cluster, style));
    }
}
