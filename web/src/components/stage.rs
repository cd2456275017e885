//! The stage: the bar, the diagram or the table, and what there is to say about it.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use netpol_engine::{Port, Serves};
use netpol_view::{EndKey, Scene, between};
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgElement, WheelEvent};
use yew::prelude::*;

use super::Act;
use super::empty::EmptyStage;
use super::icons::{MINUS, PLUS, icon};
use super::legend::Legend;
use super::matrix_table::MatrixTable;
use super::menu::Menu;
use super::scene_svg::{SceneSvg, px, selection_at};
use super::stage_bar::StageBar;
use crate::derive::{ByPointer, Derived};
use crate::dom::{focus, tab};
use crate::hooks::{Camera, use_camera};
use crate::state::{Action, AppState, Pane, Panel, Selection};

/// How far the pointer moves before a press becomes a drag, in CSS pixels.
const DRAG_FROM: f64 = 4.0;

/// How much larger than drawn a small scene is shown at most.
pub const LARGEST: f64 = 1.25;

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
    let view = derived.view;
    let shown = match &derived.scene {
        _ if state.is_blank() => html! { <EmptyStage act={act.clone()} /> },
        Some(scene) => html! {
            <>
                <Diagram scene={ByPointer(Rc::clone(scene))} camera={camera.clone()} canvas={canvas.clone()} act={act.clone()}>
                    <SceneSvg scene={ByPointer(Rc::clone(scene))} selection={state.selection.clone()}
                        filter={state.filter} pulse={derived.pulse} {onselect} {onallow} />
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
            <StageBar {view} ports={state.ports} known_ports={ports.as_ref().clone()} filter={state.filter}
                counts={derived.counts} changed={derived.changes.len()} shown={ByPointer(Rc::clone(&derived.shown))}
                hidden={Rc::clone(&state.hidden)} act={act.clone()} />
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
    let counted = |count: usize, one: &str, many: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
    };
    let refused = derived.shown.analysis.cluster.refused.len();
    let (lines, workloads) = match &derived.scene {
        Some(scene) => (scene.left_out, scene.workloads_left_out),
        None => (0, derived.pairs.left_out()),
    };
    let unread = derived.shown.unread.len();
    html! {
        <div class="notes" role="status">
            if let Some(from) = &state.allowing {
                <button type="button" class="note" onclick={to_nobody}>
                    { format!("Choose whom {} may reach, or Esc", from.short()) }
                </button>
            }
            if derived.is_stale() {
                <button type="button" class="note stale" onclick={to_problems.clone()}>{ "Showing the last readable state" }</button>
            } else if unread > 0 {
                <button type="button" class="note" onclick={to_problems.clone()}>
                    { counted(unread, "document cannot be read and is left out", "documents cannot be read and are left out") }
                </button>
            }
            if workloads > 0 {
                <span class="note">{ counted(workloads, "more workload than can be drawn", "more workloads than can be drawn") }</span>
            } else if lines > 0 {
                <span class="note">
                    { counted(lines, "more arrow than can be read: select a node to see its own", "more arrows than can be read: select a node to see its own") }
                </span>
            }
            if refused > 0 {
                <button type="button" class="note" onclick={to_problems}>
                    { counted(refused, "policy is refused and left out", "policies are refused and left out") }
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
        Selection::Arrow(from, to) => format!("{} → {}", from.short(), to.short()),
    };
    let act = act.clone();
    let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPane(Pane::Why)));
    html! { <button type="button" class="callout" {onclick}><b>{ title }</b><span>{ "Why ›" }</span></button> }
}

#[derive(PartialEq, Properties)]
struct DiagramProps {
    scene: ByPointer<Scene>,
    camera: UseStateHandle<Camera>,
    canvas: NodeRef,
    act: Act,
    children: Html,
}

/// The diagram's frame: zoom by wheel, pan by dragging, both by keys.
#[component]
fn Diagram(props: &DiagramProps) -> Html {
    let DiagramProps { scene, camera, canvas, act, children } = props;
    let svg = use_node_ref();
    let latest = use_mut_ref(|| **camera);
    *latest.borrow_mut() = **camera;
    let (width, height) = (scene.width, scene.height);

    // The wheel must be kept from scrolling the page, which a passive listener may not.
    use_effect_with((width.to_bits(), height.to_bits()), {
        let (canvas, svg, camera, latest) = (canvas.clone(), svg.clone(), camera.clone(), Rc::clone(&latest));
        move |_| {
            let listener = canvas.cast::<Element>().map(|canvas| {
                EventListener::new_with_options(
                    &canvas,
                    "wheel",
                    EventListenerOptions::enable_prevent_default(),
                    move |event| {
                        let (Some(event), Some(scale)) =
                            (event.dyn_ref::<WheelEvent>(), Scale::of(&svg, width, height))
                        else {
                            return;
                        };
                        // Within another page it is that one that scrolls.
                        if tab::is_embedded() && !event.ctrl_key() {
                            return;
                        }
                        event.prevent_default();
                        let (x, y) = scale.point(f64::from(event.client_x()), f64::from(event.client_y()));
                        // Lines and pages, where the wheel counts in those, as pixels.
                        let unit = if event.delta_mode() == 0 { 1.0 } else { 20.0 };
                        let factor = between(-event.delta_y() * unit * 0.0016, -0.6, 0.6).exp();
                        let next = latest.borrow().zoomed(factor, x, y);
                        *latest.borrow_mut() = next;
                        camera.set(next);
                    },
                )
            });
            move || drop(listener)
        }
    });

    let drag = use_memo((), |()| Cell::new(None::<Drag>));
    let pinch = use_memo((), |()| Cell::new(None::<Pinch>));
    let wire = use_node_ref();
    // A part of the page has nowhere to say what would allow it.
    let can_allow = !tab::is_part() && !tab::is_read_only();
    let onpointerdown = {
        let (drag, pinch, svg, wire) = (Rc::clone(&drag), Rc::clone(&pinch), svg.clone(), wire.clone());
        let (camera, latest) = (camera.clone(), Rc::clone(&latest));
        Callback::from(move |event: PointerEvent| {
            let at = (f64::from(event.client_x()), f64::from(event.client_y()));
            if !event.is_primary() {
                // A second finger: both zoom from here on. What the first has moved stays there; a line it drew is given up.
                let first = drag.take();
                if let (Some(first), Some(scale)) =
                    (first.filter(|first| first.moved && !first.joins), Scale::of(&svg, width, height))
                {
                    let (right, down) = (first.last.0 - first.began.0, first.last.1 - first.began.1);
                    let next = latest.borrow().moved(right / scale.by, down / scale.by);
                    *latest.borrow_mut() = next;
                    camera.set(next);
                }
                pinch.set(first.map(|first| Pinch { first: first.last, second: at }));
                draw(&wire, "");
                if let Some(svg) = svg.cast::<SvgElement>() {
                    let _ = svg.set_pointer_capture(event.pointer_id());
                    let _ = svg.style().remove_property("transform");
                }
            } else if event.button() == 0 {
                drag.set(Some(Drag {
                    began: at,
                    last: at,
                    moved: false,
                    joins: can_allow && end_at(at).is_some(),
                }));
            }
        })
    };
    let onpointermove = {
        let (drag, svg, wire) = (Rc::clone(&drag), svg.clone(), wire.clone());
        let (pinch, camera, latest) = (Rc::clone(&pinch), camera.clone(), Rc::clone(&latest));
        Callback::from(move |event: PointerEvent| {
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            if let Some(before) = pinch.get() {
                let Some(scale) = Scale::of(&svg, width, height) else { return };
                let after = before.with(event.is_primary(), (x, y));
                pinch.set(Some(after));
                let next = after.zoomed_since(before, &scale, *latest.borrow());
                *latest.borrow_mut() = next;
                return camera.set(next);
            }
            let Some(current) = drag.get() else { return };
            let (right, down) = (x - current.began.0, y - current.began.1);
            let Some(element) = svg.cast::<SvgElement>() else { return };
            if !current.moved {
                if right.hypot(down) < DRAG_FROM {
                    return;
                }
                // From here on all moves are the diagram's, wherever the pointer goes.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            if current.joins {
                let Some(scale) = Scale::of(&svg, width, height) else { return };
                let ((x1, y1), (x2, y2)) = (scale.point(current.began.0, current.began.1), scale.point(x, y));
                draw(&wire, &format!("M{} {}L{} {}", px(x1), px(y1), px(x2), px(y2)));
            } else {
                // What is drawn already is moved as a whole, which costs the same however much it is.
                let moved = format!("translate({}px,{}px)", px(right), px(down));
                let _ = element.style().set_property("transform", &moved);
            }
            drag.set(Some(Drag { last: (x, y), moved: true, ..current }));
        })
    };
    let end_drag = {
        let (drag, svg, camera, latest) = (Rc::clone(&drag), svg.clone(), camera.clone(), Rc::clone(&latest));
        let (wire, act) = (wire.clone(), act.clone());
        Callback::from(move |event: PointerEvent| {
            if pinch.take().is_some() {
                return;
            }
            // One that has moved stays until the click that ends it, which it is not to count as.
            let Some(ended) = drag.get().filter(|ended| ended.moved) else { return drag.set(None) };
            if ended.joins {
                draw(&wire, "");
                let ends = (end_at(ended.began), end_at(ended.last));
                if let (Some(from), Some(to)) = ends
                    && from != to
                    && event.type_() == "pointerup"
                {
                    act.dispatch(Action::Select(Some(Selection::Arrow(from, to))));
                }
                return;
            }
            if let Some(svg) = svg.cast::<SvgElement>() {
                let _ = svg.style().remove_property("transform");
            }
            let Some(scale) = Scale::of(&svg, width, height) else { return };
            let (right, down) = (ended.last.0 - ended.began.0, ended.last.1 - ended.began.1);
            let next = latest.borrow().moved(right / scale.by, down / scale.by);
            *latest.borrow_mut() = next;
            camera.set(next);
        })
    };
    let onclick = {
        let (drag, act) = (Rc::clone(&drag), act.clone());
        Callback::from(move |_: MouseEvent| {
            if drag.take().is_none_or(|drag| !drag.moved) {
                act.dispatch(Action::Select(None));
            }
        })
    };
    let onkeydown = {
        let (camera, act) = (camera.clone(), act.clone());
        Callback::from(move |event: KeyboardEvent| {
            const STEP: f64 = 40.0;
            let (x, y) = (width / 2.0, height / 2.0);
            camera.set(match event.key().as_str() {
                "ArrowLeft" => camera.moved(STEP, 0.0),
                "ArrowRight" => camera.moved(-STEP, 0.0),
                "ArrowUp" => camera.moved(0.0, STEP),
                "ArrowDown" => camera.moved(0.0, -STEP),
                "+" | "=" => camera.zoomed(1.25, x, y),
                "-" => camera.zoomed(1.0 / 1.25, x, y),
                "0" => Camera::FIT,
                "Escape" => return act.dispatch(Action::Select(None)),
                _ => return,
            });
            event.prevent_default();
        })
    };
    html! {
        <svg ref={svg} class="diagram" viewBox={format!("0 0 {} {}", px(width), px(height))}
            width={px(width * LARGEST)} height={px(height * LARGEST)} role="group" tabindex="0"
            aria-label="Diagram. Arrow keys move it, plus and minus zoom, 0 fits it."
            {onpointerdown} {onpointermove} onpointerup={end_drag.clone()} onpointercancel={end_drag} {onclick} {onkeydown}>
            <rect class="ground" x="-5000" y="-5000" width="20000" height="20000" />
            <g transform={camera.transform()}>{ children.clone() }</g>
            <path ref={wire} class="wire" />
        </svg>
    }
}

/// A pointer that is down.
#[derive(Clone, Copy)]
struct Drag {
    began: (f64, f64),
    last: (f64, f64),
    moved: bool,
    /// Whether it leads from one end to another, and does not move the picture.
    joins: bool,
}

/// Two fingers that are down.
#[derive(Clone, Copy)]
struct Pinch {
    first: (f64, f64),
    second: (f64, f64),
}

impl Pinch {
    /// The same with one of them elsewhere.
    fn with(self, is_first: bool, at: (f64, f64)) -> Self {
        if is_first { Self { first: at, ..self } } else { Self { second: at, ..self } }
    }

    fn middle(self) -> (f64, f64) {
        ((self.first.0 + self.second.0) / 2.0, (self.first.1 + self.second.1) / 2.0)
    }

    fn apart(self) -> f64 {
        (self.first.0 - self.second.0).hypot(self.first.1 - self.second.1)
    }

    /// The camera after the fingers have moved: what was between them stays there.
    fn zoomed_since(self, before: Self, scale: &Scale, camera: Camera) -> Camera {
        let (from, to) = (before.middle(), self.middle());
        let (x, y) = scale.point(from.0, from.1);
        let factor = if before.apart() > 1.0 { self.apart() / before.apart() } else { 1.0 };
        camera.zoomed(factor, x, y).moved((to.0 - from.0) / scale.by, (to.1 - from.1) / scale.by)
    }
}

/// The workload, or what lies outside, at a place on the screen.
fn end_at((x, y): (f64, f64)) -> Option<EndKey> {
    let element = gloo::utils::document().element_from_point(x as f32, y as f32)?;
    match selection_at(Some(element.into()))? {
        Selection::End(end) if !matches!(end, EndKey::Namespace(_)) => Some(end),
        Selection::End(_) | Selection::Arrow(..) => None,
    }
}

fn draw(path: &NodeRef, to: &str) {
    if let Some(path) = path.cast::<Element>() {
        let _ = path.set_attribute("d", to);
    }
}

/// Where the diagram is on the screen: CSS pixels for each of its units.
struct Scale {
    left: f64,
    top: f64,
    by: f64,
}

impl Scale {
    /// Of a scene so large, which is fitted into its element and stands in its middle.
    fn of(svg: &NodeRef, width: f64, height: f64) -> Option<Self> {
        let rect = svg.cast::<Element>()?.get_bounding_client_rect();
        let by = (rect.width() / width).min(rect.height() / height);
        let (left, top) = (
            rect.left() + (rect.width() - width * by) / 2.0,
            rect.top() + (rect.height() - height * by) / 2.0,
        );
        (by > 0.0).then_some(Self { left, top, by })
    }

    fn point(&self, x: f64, y: f64) -> (f64, f64) {
        ((x - self.left) / self.by, (y - self.top) / self.by)
    }
}
