//! The engine on manifests with known reachability.

use netpol_engine::{Analysis, Cluster, Endpoint, Flow, Outcome, Port, Probe, Protocol, Target, UrlTarget};
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::cases;
use netpol_tests::corpus::{self, Row, RowTarget};

#[test]
fn k8s_e2e() -> Result<(), String> {
    check("k8s-e2e")
}

#[test]
fn recipes() -> Result<(), String> {
    check("recipes")
}

fn check(suite: &str) -> Result<(), String> {
    let Some(folder) = corpus::folder()? else {
        println!("skipped: no corpus at NETPOL_CORPUS or ../shared/corpus");
        return Ok(());
    };
    let mut rows = 0;
    let mut differences = Vec::new();
    for case in corpus::load(&folder, suite)? {
        let files = [SourceFile::new("manifests.yaml", case.manifests)];
        let analysis = Analysis::read(&files, &Limits::PAGE);
        for row in &case.rows {
            let allowed = passes(&analysis, row).map_err(|error| format!("{}: {error}", case.name))?;
            if allowed != row.allowed {
                differences.push(format!("{}: {row:?}", case.name));
            }
        }
        rows += case.rows.len();
    }
    println!("{suite}: {rows} checks, {} differences", differences.len());
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

fn passes(analysis: &Analysis, row: &Row) -> Result<bool, String> {
    let from = end(&analysis.cluster, &row.from)?;
    match &row.to {
        RowTarget::Direct(to) => {
            let protocol = match row.protocol {
                cases::Protocol::Tcp => Protocol::Tcp,
                cases::Protocol::Udp => Protocol::Udp,
                cases::Protocol::Sctp => Protocol::Sctp,
            };
            let port = Port { protocol, number: row.port };
            let flow = Flow { from, to: end(&analysis.cluster, to)?, port };
            Ok(analysis.evaluate(flow).verdict().is_allowed())
        }
        RowTarget::Service(service) => {
            if row.protocol != cases::Protocol::Tcp {
                return Err(format!("only TCP can be asked of a service here: {row:?}"));
            }
            let (namespace, name) = service.split_once('/').ok_or(format!("`{service}` has no namespace"))?;
            let url = UrlTarget::parse(&format!("{name}.{namespace}:{}", row.port));
            let target = Target::Url(url.map_err(|error| error.to_string())?);
            Ok(analysis.probe(&Probe { from, target }).outcome == Outcome::Ok)
        }
    }
}

fn end(cluster: &Cluster, name: &str) -> Result<Endpoint, String> {
    if let Ok(address) = name.parse() {
        return Ok(Endpoint::at(cluster, address));
    }
    let pod = name.split_once('/').and_then(|(namespace, name)| cluster.pod(namespace, name));
    pod.map(Endpoint::Pod).ok_or(format!("no pod `{name}`"))
}
