//! The stage: the bar, the diagram or the table, and what there is to say about it.

use std::rc::Rc;

use netpol_engine::{Port, Serves};
use netpol_view::{EndKey, Scene, Way, count};
use yew::prelude::*;

use super::Act;
use super::diagram::Diagram;
use super::empty::empty_stage;
use super::icons::{MINUS, PLUS, icon};
use super::legend::Legend;
use super::matrix_table::MatrixTable;
use super::menu::Menu;
use super::scene_svg::SceneSvg;
use super::stage_bar::stage_bar;
use crate::derive::{ByPointer, Derived};
use crate::dom::{focus, tab};
use crate::hooks::{Camera, use_camera};
use crate::state::{Action, AppState, Pane, Panel, Selection};

/// What the stage needs.
#[derive(PartialEq, Properties)]
pub struct StageProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// What follows from it.
    pub derived: ByPointer<Derived>,
    /// Takes the actions.
    pub act: Act,
}

/// The stage.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let (state, derived, act) = (&props.state, &props.derived, &props.act);
    let camera = use_camera(state.opening);
    let canvas = use_node_ref();

    let ports = use_memo(ByPointer(Rc::clone(&derived.shown)), |shown| {
        let mut ports: Vec<Port> = Vec::new();
        for workload in shown.analysis.cluster.workloads.rows() {
            let Serves::Ports(served) = &workload.serves else { continue };
            for port in served {
                if let Err(at) = ports.binary_search(port) {
                    ports.insert(at, *port);
                }
            }
        }
        ports
    });
    let onselect = {
        let act = act.clone();
        use_callback(state.allowing.is_some(), move |selection: Selection, allowing| {
            act.dispatch(Action::Select(Some(selection)));
            if *allowing {
                // It goes on there, with what would allow it.
                focus("#panel-body");
            }
        })
    };
    let onallow = {
        let act = act.clone();
        use_callback((), move |end: EndKey, ()| {
            if !tab::is_part() {
                act.dispatch(Action::Allow(Some(end)))
            }
        })
    };
    let onmove = {
        let act = act.clone();
        use_callback(derived.scene.clone().map(ByPointer), move |(node, way): (EndKey, Way), scene| {
            if let Some((from, to)) = scene.as_ref().and_then(|scene| scene.moved(&node, way))
                && !tab::is_part()
            {
                act.dispatch(Action::Move { node, from, to });
            }
        })
    };
    let shown = match &derived.scene {
        _ if state.is_blank() => empty_stage(act),
        Some(scene) => html! {
            <>
                <Diagram scene={ByPointer(Rc::clone(scene))} camera={camera.clone()} canvas={canvas.clone()} act={act.clone()}>
                    <SceneSvg scene={ByPointer(Rc::clone(scene))} selection={state.selection.clone()}
                        filter={state.filter} pulse={derived.pulse} {onselect} {onallow} {onmove} />
                </Diagram>
                { zoom_buttons(&camera, scene) }
            </>
        },
        None => html! {
            <MatrixTable shown={ByPointer(Rc::clone(&derived.shown))} pairs={ByPointer(Rc::clone(&derived.pairs))}
                changes={ByPointer(Rc::clone(&derived.changes))} filter={state.filter} hidden={Rc::clone(&state.hidden)} opening={state.opening}
                selection={state.selection.clone()} {onselect} />
        },
    };
    html! {
        <section id="stage" class="pane stage" aria-label="Stage">
            { stage_bar(state, derived, &ports, act) }
            <div class={classes!("canvas", state.allowing.is_some().then_some("allowing"))} ref={canvas.clone()}>
                { shown }
                { notes(state, derived, act) }
            </div>
            { callout(state, act) }
        </section>
    }
}

fn zoom_buttons(camera: &UseStateHandle<Camera>, scene: &Scene) -> Html {
    let (x, y) = (scene.width / 2.0, scene.height / 2.0);
    let zoom = |factor: f64| {
        let camera = camera.clone();
        Callback::from(move |_: MouseEvent| camera.set(camera.zoomed(factor, x, y)))
    };
    let onfit = {
        let camera = camera.clone();
        Callback::from(move |_: MouseEvent| camera.set(Camera::FIT))
    };
    html! {
        <div class="zoom" role="group" aria-label="Zoom">
            <Menu button={html! { { "?" } }} label="Legend" class="square" right=true><Legend /></Menu>
            <button type="button" class="btn square" aria-label="Zoom out" title="Zoom out" onclick={zoom(0.8)}>{ icon(MINUS) }</button>
            <button type="button" class="btn square" aria-label="Zoom in" title="Zoom in" onclick={zoom(1.25)}>{ icon(PLUS) }</button>
            <button type="button" class="btn square fit" title="See all of it" onclick={onfit}>{ "Fit" }</button>
        </div>
    }
}

/// What the picture does not show by itself.
fn notes(state: &AppState, derived: &Derived, act: &Act) -> Html {
    let to_problems = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPanel(Panel::Problems)))
    };
    let to_nobody = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::Allow(None)))
    };
    let refused = derived.shown.analysis.cluster.refused.len();
    let (lines, workloads) = match &derived.scene {
        Some(scene) => (scene.left_out_words(), scene.workloads_left_out),
        None => (None, derived.pairs.left_out()),
    };
    let unread = derived.shown.unread.len();
    html! {
        <div class="notes" role="status">
            if let Some(from) = &state.allowing {
                <button type="button" class="note" onclick={to_nobody}>
                    { format!("Choose whom {} may reach, or cancel", from.short()) }
                </button>
            }
            if derived.is_stale() {
                <button type="button" class="note stale" onclick={to_problems.clone()}>{ "Showing the last readable state" }</button>
            } else if unread > 0 {
                <button type="button" class="note" onclick={to_problems.clone()}>
                    { count(unread, "document cannot be read and is left out", "documents cannot be read and are left out") }
                </button>
            }
            if workloads > 0 {
                <span class="note">{ count(workloads, "more workload than can be drawn", "more workloads than can be drawn") }</span>
            } else if let Some(lines) = lines {
                <span class="note">{ lines }{ ": select a node to see its own" }</span>
            }
            if refused > 0 {
                <button type="button" class="note" onclick={to_problems}>
                    { count(refused, "policy is refused and left out", "policies are refused and left out") }
                </button>
            }
        </div>
    }
}

/// On a narrow screen, what is selected and the way to its reason.
fn callout(state: &AppState, act: &Act) -> Html {
    let Some(selection) = &state.selection else { return html! {} };
    let title = match selection {
        Selection::End(end) => end.short().to_owned(),
        Selection::Arrow(from, to) => from.pair(to),
    };
    let act = act.clone();
    let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPane(Pane::Why)));
    html! { <button type="button" class="callout" {onclick}><b>{ title }</b><span>{ "Why ›" }</span></button> }
}
