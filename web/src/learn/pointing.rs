//! What stands out on the stage: what a step is about, and the way that a `curl` takes.

use std::cell::Cell;

use gloo::timers::future::TimeoutFuture;
use netpol_engine::{Analysis, Endpoint};
use netpol_kubectl::Leg;
use netpol_lessons::{Place, Point, Spot};
use netpol_view::EndKey;
use wasm_bindgen_futures::spawn_local;

use crate::dom::rest::stand_out;
use crate::state::Selection;

/// How long each part of a way stands out, in milliseconds: as long as it takes to see where it goes.
const PART: u32 = 500;
/// How long the last part does.
const LAST: u32 = 1_600;

thread_local! {
    /// Counts what was asked to stand out, so that what came before does not go on.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// What a lesson calls it, as the stage does; pods stand for their workloads.
pub fn selection(point: &Point, analysis: &Analysis) -> Option<Selection> {
    Some(match point {
        Point::End(spot) => Selection::End(end(spot, analysis)?),
        Point::Arrow(from, to) => Selection::Arrow(end(from, analysis)?, end(to, analysis)?),
    })
}

fn end(spot: &Spot, analysis: &Analysis) -> Option<EndKey> {
    let cluster = &analysis.cluster;
    Some(match spot {
        Spot::Internet => EndKey::Outside("0.0.0.0/0".into()),
        Spot::Namespace(name) => EndKey::Namespace(name.as_str().into()),
        Spot::Workload(Place::Address(address)) => key(analysis, Endpoint::at(cluster, *address)),
        Spot::Workload(Place::Named { namespace, name }) => match cluster.pod(namespace, name) {
            Some(pod) => key(analysis, Endpoint::Pod(pod)),
            None => EndKey::Workload(cluster.workload_name(cluster.workload(namespace, name)?).into()),
        },
    })
}

/// An end of a flow, as the stage calls it.
pub fn key(analysis: &Analysis, end: Endpoint) -> EndKey {
    let cluster = &analysis.cluster;
    match end {
        Endpoint::Pod(pod) => EndKey::Workload(cluster.workload_name(cluster.pods[pod].workload).into()),
        Endpoint::Address(_) => EndKey::Outside("0.0.0.0/0".into()),
    }
}

/// Has this stand out until something else does, or nothing.
pub fn show(what: Option<&Selection>) {
    ASKED.set(ASKED.get() + 1);
    stand_out(&what.map_or_else(String::new, |what| styles(what, "--accent")));
}

/// Has the way of a probe light up, part by part, and then what stood out before.
pub fn light(legs: &[Leg], before: Option<Selection>) {
    let key = |end: &Option<String>| match end {
        Some(workload) => EndKey::Workload(workload.as_str().into()),
        None => EndKey::Outside("0.0.0.0/0".into()),
    };
    let parts: Vec<(Selection, bool)> =
        legs.iter().map(|leg| (Selection::Arrow(key(&leg.from), key(&leg.to)), leg.passes)).collect();
    let asked = ASKED.get() + 1;
    ASKED.set(asked);
    spawn_local(async move {
        let count = parts.len();
        for (at, (part, passes)) in parts.into_iter().enumerate() {
            stand_out(&styles(&part, if passes { "--ok" } else { "--no" }));
            TimeoutFuture::new(if at + 1 == count { LAST } else { PART }).await;
            if ASKED.get() != asked {
                return;
            }
        }
        show(before.as_ref());
    });
}

fn styles(what: &Selection, colour: &str) -> String {
    let plain = |end: &EndKey| end.as_str().replace(['"', '\\', '\n'], "");
    match what {
        Selection::End(end) => {
            let end = plain(end);
            format!(
                "#stage [data-end=\"{end}\"]>rect{{stroke:var({colour});stroke-width:3px;filter:drop-shadow(0 0 5px var({colour}))}}"
            )
        }
        Selection::Arrow(from, to) => {
            let (from, to) = (plain(from), plain(to));
            let arrow = format!(
                "#stage .arrow:is([data-from=\"{from}\"][data-to=\"{to}\"],[data-members~=\"{from}>{to}\"])"
            );
            let back = format!(
                "#stage .arrow:is([data-from=\"{to}\"][data-to=\"{from}\"],[data-members~=\"{to}>{from}\"])"
            );
            format!(
                "{arrow}{{opacity:1;filter:drop-shadow(0 0 5px var({colour}))}}\
                 :is({arrow},{back}) .stroke{{stroke-width:4px;opacity:1}}\
                 #stage [data-end=\"{from}\"]>rect,#stage [data-end=\"{to}\"]>rect{{stroke:var({colour});stroke-width:2.5px}}"
            )
        }
    }
}
