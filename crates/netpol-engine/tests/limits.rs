//! What would take more than a page has is left out, and told.
#![expect(clippy::expect_used, clippy::panic, reason = "it is how a test fails")]

use netpol_engine::{Analysis, Backends, Endpoint, Flow, Port, Protocol};
use netpol_syntax::{Limits, SourceFile};

fn service(name: &str, selector: &str, ports: usize) -> String {
    let ports: Vec<String> = (1..=ports).map(|port| format!("{{name: p{port}, port: {port}}}")).collect();
    format!(
        "---\n{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{selector: {{{selector}}}, ports: [{}]}}}}\n",
        ports.join(", ")
    )
}

/// How many pods stand behind a service.
fn backends(analysis: &Analysis, name: &str) -> usize {
    let service = analysis.cluster.service("default", name).expect("it is there");
    match &analysis.cluster.services[service].backends {
        Backends::Selected(pods) => pods.len(),
        Backends::Listed(_) => panic!("{name} has a selector"),
    }
}

/// 10,000 services in front of 10,000 pods took 14 s and 500 MiB, and with a port for each 1.7 GiB.
#[test]
fn services_have_no_more_endpoints_than_fit() {
    let mut text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 10000, template: {metadata: {labels: {app: web}}}}\n".to_owned();
    // 900,000 endpoints, and 100,000 more.
    text += &service("wide", "app: web", 90);
    text += &service("last", "app: web", 10);
    text += &service("none", "app: web", 1);
    let read = |text: &str| Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    let analysis = read(&text);
    assert_eq!(["wide", "last", "none"].map(|name| backends(&analysis, name)), [10_000, 10_000, 0]);
    let [told] = analysis.diagnostics.as_slice() else { panic!("one is told: {:?}", analysis.diagnostics) };
    assert_eq!((told.id, told.path.as_deref()), ("too-many-endpoints", Some("spec.selector")));
    assert!(told.at.is_some_and(|at| at.span.of(&text).contains("name: none")));

    // A service that fits has its own wherever it stands.
    let analysis = read(
        &text
            .replace("name: last", "name: other")
            .replace("p10, port: 10}]", "p10, port: 10}, {name: more, port: 11}]"),
    );
    assert_eq!(["wide", "other", "none"].map(|name| backends(&analysis, name)), [10_000, 0, 10_000]);
}

/// Each endpoint had a copy of its slice's ports: 4 GiB.
#[test]
fn a_slices_endpoints_share_its_ports() {
    let ports: Vec<String> = (1..=3_000).map(|port| format!("{{name: p{port}, port: {port}}}")).collect();
    let endpoints: Vec<String> =
        (0..20_000).map(|at| format!("{{addresses: [10.0.{}.{}]}}", at / 250, at % 250)).collect();
    let text = format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{ports: [{{port: 80}}]}}}}\n---\n\
         {{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{name: e, labels: {{kubernetes.io/service-name: s}}}}, \
         addressType: IPv4, ports: [{}], endpoints: [{}]}}\n",
        ports.join(", "),
        endpoints.join(", ")
    );
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    assert!(analysis.diagnostics.is_empty(), "{:?}", analysis.diagnostics);
    let service = analysis.cluster.service("default", "s").expect("it is there");
    let Backends::Listed(listed) = &analysis.cluster.services[service].backends else {
        panic!("it has a slice")
    };
    assert_eq!((listed.len(), listed[0].ports.len()), (20_000, 3_000));
    assert!(std::sync::Arc::ptr_eq(&listed[0].ports, &listed[19_999].ports));
}

/// Each range of addresses was held against each exception: 60,000 of them took minutes.
#[test]
fn exceptions_hide_what_they_cover_however_many_there_are() {
    let holes: Vec<String> = (0..8_000).map(|at| format!("20.{}.{}.0/24", at / 250, at % 250)).collect();
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
         metadata: {{name: q}}\nspec:\n  podSelector: {{}}\n  egress: [{{to: [{{ipBlock: {{cidr: 20.0.0.0/8, \
         except: [20.3.0.0/16, {}, 20.200.0.0/13, 20.202.1.0/24]}}}}]}}]\n",
        holes.join(", ")
    );
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    assert!(analysis.diagnostics.is_empty(), "{:?}", analysis.diagnostics);
    let cluster = &analysis.cluster;
    let from = Endpoint::Pod(cluster.pod("default", "p").expect("it is there"));
    for (address, passes) in [
        ("19.255.255.255", false),
        ("20.0.0.0", false),
        ("20.0.249.255", false),
        ("20.0.250.0", true),
        ("20.3.255.1", false),
        ("20.4.0.1", false),
        ("20.31.249.7", false),
        ("20.32.0.0", true),
        ("20.199.255.255", true),
        ("20.202.1.7", false),
        ("20.202.2.7", false),
        ("20.207.255.255", false),
        ("20.208.0.0", true),
        ("20.255.255.255", true),
        ("21.0.0.0", false),
    ] {
        let to = Endpoint::at(cluster, address.parse().expect("an address"));
        let flow = Flow { from, to, port: Port { protocol: Protocol::Tcp, number: 80 } };
        assert_eq!(analysis.evaluate(flow).verdict().is_allowed(), passes, "{address}");
    }
}

/// 50,000 blocks that each hold nearly all addresses would be as many ranges, each in as many blocks.
#[test]
fn blocks_with_exceptions_are_no_more_than_fit() {
    let policy = |name: &str, first: usize, count: usize| {
        let blocks: Vec<String> = (first..first + count)
            .map(|at| {
                format!("{{ipBlock: {{cidr: 0.0.0.0/0, except: [20.{}.{}.0/24]}}}}", at / 250, at % 250)
            })
            .collect();
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec:\n  podSelector: {{}}\n  \
             egress: [{{to: [{}]}}]\n",
            blocks.join(", ")
        )
    };
    let text = policy("wide", 0, 2_000) + &policy("same", 500, 1_000) + &policy("more", 1_999, 2);
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text.as_str())], &Limits::PAGE);
    let named = |names: &[std::sync::Arc<str>]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let cluster = &analysis.cluster;
    let kept: Vec<_> = cluster.policies.rows().iter().map(|policy| policy.name.clone()).collect();
    let refused: Vec<_> = cluster.refused.iter().map(|policy| policy.name.clone()).collect();
    assert_eq!(
        (named(&kept), named(&refused)),
        (vec!["wide".into(), "same".into()], vec!["more".to_owned()])
    );
    let [told] = analysis.diagnostics.as_slice() else { panic!("one is told: {:?}", analysis.diagnostics) };
    assert_eq!((told.id, told.path.as_deref()), ("too-many-blocks", Some("spec.egress[0].to[1].ipBlock")));
    assert!(told.at.is_some_and(|at| at.span.of(&text).contains("20.8.0.0/24")));
}

/// 20,000 ports would be a set of as many for each of thousands of sources.
#[test]
fn ports_are_no_more_than_fit() {
    let policy = |name: &str, first: usize, count: usize| {
        let ports: Vec<String> = (first..first + count).map(|at| format!("{{port: {at}}}")).collect();
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec:\n  podSelector: {{}}\n  \
             ingress: [{{ports: [{}]}}]\n",
            ports.join(", ")
        )
    };
    // One that is left out takes no room from others.
    let text = policy("far-too-many", 1, 1_500) + &policy("many", 1_001, 999) + &policy("same", 1_001, 500);
    let text = text + &policy("more", 1_999, 3) + &policy("one", 2_000, 1);
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text.as_str())], &Limits::PAGE);
    let kept: Vec<_> = analysis.cluster.policies.rows().iter().map(|it| it.name.to_string()).collect();
    let refused: Vec<_> = analysis.cluster.refused.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(kept, ["many", "same", "one"]);
    assert_eq!(refused, ["far-too-many", "more"]);
    let told: Vec<_> = analysis.diagnostics.iter().map(|it| (it.id, it.path.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("too-many-ports", Some("spec.ingress[0].ports[1000]")),
            ("too-many-ports", Some("spec.ingress[0].ports[2]"))
        ]
    );
}
