//! Plays a case on the engine.

use std::collections::BTreeSet;

use netpol_engine::{Analysis, Endpoint, Matrix, Port, Probe, Protocol, Report, Step, Target, UrlTarget};
use netpol_syntax::{Limits, Severity, SourceFile};
use netpol_tests::cases::{self, Case, Expectation, ExpectedDiagnostic, Outcome};
use netpol_tests::replay::State;

/// What differs between what a case expects and what the engine says.
pub fn play(case: &Case) -> Result<Vec<String>, String> {
    let mut state = State::new(&case.cluster);
    let mut differences = diagnostics(&analyse(&state), case.diagnostics.as_deref(), "cluster");
    for step in &case.steps {
        state.take(step)?;
        let analysis = analyse(&state);
        let matrix = analysis.matrix();
        differences.extend(diagnostics(&analysis, step.diagnostics.as_deref(), &step.title));
        for row in &step.expect {
            let found = probe(&analysis, row);
            let same =
                |report: &Report| compare(row, report).and_then(|()| agree(&analysis, &matrix, report));
            if let Err(difference) = found.and_then(|reports| reports.iter().try_for_each(same)) {
                differences.push(format!("{}: {row:?}: {difference}", step.title));
            }
        }
    }
    Ok(differences)
}

fn analyse(state: &State) -> Analysis {
    Analysis::read(&[SourceFile::new("cluster.yaml", state.text())], &Limits::PAGE)
}

/// What differs between the diagnostics that are raised and those that are asked for.
fn diagnostics(analysis: &Analysis, asked: Option<&[ExpectedDiagnostic]>, title: &str) -> Vec<String> {
    let Some(asked) = asked else { return vec![] };
    let severity = |severity| match severity {
        Severity::Error => cases::Severity::Error,
        Severity::Warning => cases::Severity::Warning,
        Severity::Note => cases::Severity::Note,
    };
    let is = |asked: &ExpectedDiagnostic, found: &netpol_syntax::Diagnostic| {
        asked.id == found.id
            && asked.path.as_ref().is_none_or(|path| found.path.as_ref() == Some(path))
            && asked.severity.is_none_or(|asked| asked == severity(found.severity))
    };
    let missing = asked.iter().filter(|asked| !analysis.diagnostics.iter().any(|found| is(asked, found)));
    let raised: Vec<_> = analysis.diagnostics.iter().map(|found| (found.id, found.path.as_deref())).collect();
    let mut differences: Vec<String> =
        missing.map(|missing| format!("{title}: not raised: {missing:?}, only {raised:?}")).collect();
    let too_much = analysis.diagnostics.iter().filter(|found| {
        let counts = match found.severity {
            Severity::Error => true,
            Severity::Warning => asked.is_empty(),
            Severity::Note => false,
        };
        counts && !asked.iter().any(|asked| is(asked, found))
    });
    differences.extend(too_much.map(|found| format!("{title}: raised as well: {found:?}")));
    differences
}

/// The row's probe, from and to each pod that its names stand for.
fn probe(analysis: &Analysis, row: &Expectation) -> Result<Vec<Report>, String> {
    let targets = match row.target()? {
        cases::Target::Curl(host) => {
            vec![Target::Url(UrlTarget::parse(host).map_err(|error| format!("`{host}`: {error}"))?)]
        }
        cases::Target::Bare { to, port, protocol } => {
            let protocol = match protocol {
                cases::Protocol::Tcp => Protocol::Tcp,
                cases::Protocol::Udp => Protocol::Udp,
                cases::Protocol::Sctp => Protocol::Sctp,
            };
            let port = Port { protocol, number: port };
            ends(analysis, to)?.into_iter().map(|to| Target::Direct(to, port)).collect()
        }
    };
    let mut reports = Vec::new();
    for from in ends(analysis, &row.from)? {
        for target in &targets {
            reports.push(analysis.probe(&Probe { from, target: target.clone() }));
        }
    }
    Ok(reports)
}

/// A pod, the pods of a workload, or an address.
fn ends(analysis: &Analysis, name: &str) -> Result<Vec<Endpoint>, String> {
    let cluster = &analysis.cluster;
    if let Ok(address) = name.parse() {
        return Ok(vec![Endpoint::at(cluster, address)]);
    }
    let (namespace, name) = name.split_once('/').ok_or(format!("`{name}` has no namespace"))?;
    if let Some(pod) = cluster.pod(namespace, name) {
        return Ok(vec![Endpoint::Pod(pod)]);
    }
    let workload = cluster.workload(namespace, name).ok_or(format!("`{namespace}/{name}` is not there"))?;
    let pods: Vec<Endpoint> =
        cluster.workloads[workload].pods.iter().map(|pod| Endpoint::Pod(*pod)).collect();
    if pods.is_empty() { Err(format!("`{namespace}/{name}` has no pods")) } else { Ok(pods) }
}

fn compare(row: &Expectation, report: &Report) -> Result<(), String> {
    let got = match row.got {
        Outcome::Ok => "ok",
        Outcome::NoDns => "no-dns",
        Outcome::UnknownHost => "unknown-host",
        Outcome::Timeout => "timeout",
        Outcome::Refused => "refused",
        Outcome::Mixed => "mixed",
    };
    if report.outcome.as_str() != got {
        return Err(format!("is `{}`", report.outcome.as_str()));
    }
    let Some(asked) = &row.caveats else { return Ok(()) };
    let mut found: BTreeSet<&str> = report.caveats.iter().map(|caveat| caveat.id()).collect();
    for step in &report.steps {
        if let Step::Connection(connection) = step {
            found.extend(connection.evaluation.caveats.iter().map(|caveat| caveat.id()));
        }
    }
    let missing = asked.iter().any(|caveat| !found.contains(caveat.as_str()));
    if missing || (asked.is_empty() && !found.is_empty()) {
        return Err(format!("has the caveats {found:?}"));
    }
    Ok(())
}

/// The matrix says the same of every connection that a probe opens between two different ends.
fn agree(analysis: &Analysis, matrix: &Matrix, report: &Report) -> Result<(), String> {
    for step in &report.steps {
        let Step::Connection(connection) = step else { continue };
        let flow = connection.evaluation.flow;
        if flow.from == flow.to || (flow.from.pod().is_none() && flow.to.pod().is_none()) {
            continue;
        }
        let (from, to) = (analysis.index.class_of(flow.from), analysis.index.class_of(flow.to));
        if matrix.allows(from, to, flow.port) != connection.evaluation.verdict().is_allowed() {
            return Err(format!("the matrix says otherwise of {flow:?}"));
        }
    }
    Ok(())
}
