//! What `curl` in a pod would see, step by step.

use std::net::IpAddr;

use netpol_engine::{Endpoint, Probe, Target, UrlTarget};
use netpol_view::tell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Act;
use super::why::story;
use crate::derive::{ByPointer, Evaluated};
use crate::state::{Action, Question};

/// What the panel needs.
#[derive(PartialEq, Properties)]
pub struct ProbePanelProps {
    /// What the files say.
    pub now: ByPointer<Evaluated>,
    /// The questions asked so far, the latest first.
    pub probes: ByPointer<Vec<Question>>,
    /// Takes the actions.
    pub act: Act,
}

/// The choice that stands for an address outside.
const OUTSIDE: &str = "";

/// The panel.
#[component]
pub fn ProbePanel(props: &ProbePanelProps) -> Html {
    let latest = props.probes.first();
    let cluster = &props.now.analysis.cluster;
    let from = use_state_eq(|| {
        let first = cluster.pods.iter().find(|(_, pod)| !cluster.namespaces[pod.namespace].is_system());
        let first = first.map_or_else(String::new, |(pod, _)| cluster.pod_name(pod));
        latest.map_or(first, |question| question.from.to_string())
    });
    let command =
        use_state_eq(|| latest.map_or_else(|| "curl ".to_owned(), |question| question.command.to_string()));
    let outside = from.parse::<IpAddr>().is_ok() || from.is_empty() || source(&props.now, &from).is_none();

    let ask = {
        let (act, from, command) = (props.act.clone(), from.clone(), command.clone());
        move || {
            let question = Question { from: from.as_str().into(), command: command.trim().into() };
            act.dispatch(Action::Ask(question));
        }
    };
    let onfrom = {
        let from = from.clone();
        Callback::from(move |event: Event| {
            if let Some(select) =
                event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
            {
                from.set(select.value());
            }
        })
    };
    let onaddress = text_input(&from);
    let oncommand = text_input(&command);
    let onkeydown = {
        let ask = ask.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                ask();
            }
        })
    };
    let onask = Callback::from(move |_: MouseEvent| ask());
    html! {
        <>
            <div class="probe-form">
                <label class="field">{ "From" }
                    <select onchange={onfrom}>
                        { for pods(&props.now, &from) }
                        <option value={OUTSIDE} selected={outside}>{ "An address outside" }</option>
                    </select>
                </label>
                if outside {
                    <label class="field">{ "Address" }
                        <input type="text" placeholder="198.51.100.7" value={from.to_string()} oninput={onaddress}
                            onkeydown={onkeydown.clone()} spellcheck="false" autocomplete="off" />
                    </label>
                }
                <label class="field">{ "Command" }
                    <span class="with-button">
                        <input type="text" class="mono" placeholder="curl backend" value={command.to_string()}
                            oninput={oncommand} {onkeydown} spellcheck="false" autocomplete="off" autocapitalize="off" />
                        <button type="button" class="btn pri" onclick={onask}>{ "Run" }</button>
                    </span>
                </label>
            </div>
            <div aria-live="polite">
                if let Some(question) = latest { { answer(&props.now, question, &props.act) } }
            </div>
            { earlier(props) }
        </>
    }
}

fn text_input(state: &UseStateHandle<String>) -> Callback<InputEvent> {
    let state = state.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            state.set(input.value());
        }
    })
}

/// The pods as options, by namespace.
fn pods(now: &Evaluated, from: &str) -> Vec<Html> {
    let cluster = &now.analysis.cluster;
    let groups = cluster.namespaces.iter().filter_map(|(id, namespace)| {
        let pods = cluster.pods.iter().filter(|(_, pod)| pod.namespace == id);
        let options: Vec<Html> = pods
            .map(|(pod, _)| {
                let name = cluster.pod_name(pod);
                let short = name.split_once('/').map_or(name.as_str(), |(_, short)| short).to_owned();
                html! { <option value={name.clone()} selected={name == from}>{ short }</option> }
            })
            .collect();
        let label = namespace.name.to_string();
        (!options.is_empty()).then(|| html! { <optgroup {label}>{ for options }</optgroup> })
    });
    groups.collect()
}

/// Who asks: a pod by name, or an address.
fn source(now: &Evaluated, from: &str) -> Option<Endpoint> {
    let cluster = &now.analysis.cluster;
    match from.split_once('/') {
        Some((namespace, pod)) => cluster.pod(namespace, pod).map(Endpoint::Pod),
        None => from.trim().parse().ok().map(|address| Endpoint::at(cluster, address)),
    }
}

/// The answer to a question, as the files are now.
fn answer(now: &Evaluated, question: &Question, act: &Act) -> Html {
    let target = UrlTarget::parse(&question.command);
    let fault = |text: String| html! { <p class="fault" role="alert">{ text }</p> };
    let Some(from) = source(now, &question.from) else {
        return fault(format!("There is no pod {} any more, and it is no address either.", question.from));
    };
    let target = match target {
        Ok(target) => target,
        Err(error) => return fault(format!("Not understood: {error}.")),
    };
    let probe = Probe { from, target: Target::Url(target) };
    let report = now.analysis.probe(&probe);
    html! {
        <div class="answer" data-outcome={report.outcome.as_str()}>
            { story(&tell(&now.analysis, &probe, &report), Some(report.outcome), act) }
        </div>
    }
}

/// The questions before the latest, to be asked again.
fn earlier(props: &ProbePanelProps) -> Html {
    if props.probes.len() < 2 {
        return html! {};
    }
    let items = props.probes.iter().skip(1).map(|question| {
        let outcome = source(&props.now, &question.from).zip(UrlTarget::parse(&question.command).ok());
        let outcome = outcome.map(|(from, target)| {
            props.now.analysis.probe(&Probe { from, target: Target::Url(target) }).outcome.as_str()
        });
        let (act, again) = (props.act.clone(), question.clone());
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::Ask(again.clone())));
        html! {
            <li>
                <button type="button" class="item" {onclick}>
                    <span><code>{ question.command.to_string() }</code><small>{ format!("from {}", question.from) }</small></span>
                    if let Some(outcome) = outcome { <b class={classes!("chip-outcome", outcome)}>{ outcome }</b> }
                </button>
            </li>
        }
    });
    html! { <section><h3>{ "Earlier" }</h3><ul class="history">{ for items }</ul></section> }
}
