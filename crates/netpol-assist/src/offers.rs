//! What there is in the cluster that a field may be about.

use netpol_engine::{Cluster, Labels};
use netpol_syntax::order;

/// The label that every namespace has by itself: its name.
const NAME: &str = "kubernetes.io/metadata.name";

/// What a field takes, each with a word about it.
pub(crate) fn values(cluster: &Cluster, offers: &str, key: Option<&str>) -> Vec<(String, String)> {
    match offers {
        "namespaces" => {
            let namespaces = cluster.namespaces.rows().iter();
            namespaces.map(|namespace| (namespace.name.to_string(), "namespace".to_owned())).collect()
        }
        "ports" => ports(cluster),
        "podLabels" => key.map(|key| label_values(pods(cluster), key, "pod")).unwrap_or_default(),
        "podLabelValues" => key.map(|key| label_values(pods(cluster), key, "pod")).unwrap_or_default(),
        "namespaceLabels" | "namespaceLabelValues" => {
            key.map(|key| label_values(namespaces(cluster), key, "namespace")).unwrap_or_default()
        }
        "podLabelKeys" => keys(pods(cluster), "pod"),
        "namespaceLabelKeys" => keys(namespaces(cluster), "namespace"),
        _ => Vec::new(),
    }
}

/// The keys of a map of labels.
pub(crate) fn label_keys(cluster: &Cluster, offers: &str) -> Vec<(String, String)> {
    match offers {
        "podLabels" => keys(pods(cluster), "pod"),
        "namespaceLabels" => keys(namespaces(cluster), "namespace"),
        _ => Vec::new(),
    }
}

fn pods(cluster: &Cluster) -> impl Iterator<Item = &Labels> {
    cluster.pods.rows().iter().map(|pod| &pod.labels)
}

fn namespaces(cluster: &Cluster) -> impl Iterator<Item = &Labels> {
    cluster.namespaces.rows().iter().map(|namespace| &namespace.labels)
}

/// What carries labels, by key, the usual one of a namespace first.
fn keys<'c>(labels: impl Iterator<Item = &'c Labels>, of: &str) -> Vec<(String, String)> {
    let mut found = counted(labels.flat_map(Labels::iter).map(|(key, _)| key), of);
    order::sort_by_key(&mut found, |(key, _)| key != NAME);
    found
}

fn label_values<'c>(labels: impl Iterator<Item = &'c Labels>, key: &str, of: &str) -> Vec<(String, String)> {
    counted(labels.filter_map(|labels| labels.get(key)), of)
}

/// Each once, with how many there are: "3 pods".
fn counted<'c>(names: impl Iterator<Item = &'c str>, of: &str) -> Vec<(String, String)> {
    let groups = order::groups(names.map(|name| (name, ())));
    let words = |count: usize| if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") };
    groups.into_iter().map(|(name, all)| (name.to_owned(), words(all.len()))).collect()
}

/// The ports that pods declare, by number and by name.
fn ports(cluster: &Cluster) -> Vec<(String, String)> {
    let declared = cluster.pods.rows().iter().flat_map(|pod| &pod.ports);
    let numbers = declared.clone().map(|each| (each.port.number, each.name.as_deref().unwrap_or_default()));
    let numbers = order::groups(numbers);
    let mut found: Vec<(String, String)> = numbers
        .into_iter()
        .map(|(number, names)| {
            let name = names.into_iter().find(|name| !name.is_empty());
            (number.to_string(), name.map_or("port".to_owned(), |name| format!("port {name}")))
        })
        .collect();
    let named = declared.filter_map(|each| Some((each.name.as_deref()?, each.port.number)));
    for (name, numbers) in order::groups(named) {
        if let Some(number) = numbers.first() {
            found.push((name.to_owned(), format!("port {number}")));
        }
    }
    found
}
