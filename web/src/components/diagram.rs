//! The diagram's frame: zoom by wheel or by two fingers, pan by dragging, both by keys; and what is dragged from a node: to
//! another one it allows something, and to a free place of its namespace it moves the node.

use std::cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use netpol_view::{Cell, EndKey, Rect, Scene, between};
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgElement, WheelEvent};
use yew::prelude::*;

use super::Act;
use super::scene_svg::{px, selection_at};
use crate::derive::ByPointer;
use crate::dom::tab;
use crate::hooks::Camera;
use crate::state::{Action, Selection};

/// How far the pointer moves before a press becomes a drag, in CSS pixels.
const DRAG_FROM: f64 = 4.0;

/// How much larger than drawn a small scene is shown at most.
pub const LARGEST: f64 = 1.25;

#[derive(PartialEq, Properties)]
pub struct DiagramProps {
    /// What there is to draw.
    pub scene: ByPointer<Scene>,
    /// From where it is seen.
    pub camera: UseStateHandle<Camera>,
    /// The element around it, over which the wheel zooms.
    pub canvas: NodeRef,
    /// Takes the actions.
    pub act: Act,
    /// What is drawn.
    pub children: Html,
}

/// The frame.
#[component]
pub fn Diagram(props: &DiagramProps) -> Html {
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

    let drag = use_memo((), |()| cell::Cell::new(None::<Drag>));
    let pinch = use_memo((), |()| cell::Cell::new(None::<Pinch>));
    let pencil = Pencil { wire: use_node_ref(), ghost: use_node_ref() };
    // A part of the page has nowhere to say what would allow it, nor to keep where things were put.
    let joins = !tab::is_part();
    let onpointerdown = {
        let (drag, pinch, svg, pencil) = (Rc::clone(&drag), Rc::clone(&pinch), svg.clone(), pencil.clone());
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
                pencil.draw(None);
                if let Some(svg) = svg.cast::<SvgElement>() {
                    let _ = svg.set_pointer_capture(event.pointer_id());
                    let _ = svg.style().remove_property("transform");
                }
            } else if event.button() == 0 {
                drag.set(Some(Drag {
                    began: at,
                    last: at,
                    moved: false,
                    joins: joins && end_at(at).is_some(),
                }));
            }
        })
    };
    let onpointermove = {
        let (drag, svg, pencil, scene) = (Rc::clone(&drag), svg.clone(), pencil.clone(), Rc::clone(&scene.0));
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
                let drawn = match led(current.began, (x, y), &scale, *latest.borrow(), &scene) {
                    Led::Nowhere | Led::To(..) if tab::is_read_only() => None,
                    Led::Nowhere | Led::To(..) => {
                        Some(Drawn::Wire(scale.point(current.began.0, current.began.1), scale.point(x, y)))
                    }
                    Led::Into { node, to, .. } => scene.cell_rect(&node, to).map(Drawn::Ghost),
                };
                pencil.draw(drawn);
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
        let (pencil, scene, act) = (pencil.clone(), Rc::clone(&scene.0), act.clone());
        Callback::from(move |event: PointerEvent| {
            if pinch.take().is_some() {
                return;
            }
            // One that has moved stays until the click that ends it, which it is not to count as.
            let Some(ended) = drag.get().filter(|ended| ended.moved) else { return drag.set(None) };
            let scale = Scale::of(&svg, width, height);
            if ended.joins {
                pencil.draw(None);
                let Some(scale) = scale.filter(|_| event.type_() == "pointerup") else { return };
                match led(ended.began, ended.last, &scale, *latest.borrow(), &scene) {
                    Led::To(from, to) if !tab::is_read_only() => {
                        act.dispatch(Action::Select(Some(Selection::Arrow(from, to))));
                    }
                    Led::Into { node, from, to } => act.dispatch(Action::Move { node, from, to }),
                    Led::To(..) | Led::Nowhere => {}
                }
                return;
            }
            if let Some(svg) = svg.cast::<SvgElement>() {
                let _ = svg.style().remove_property("transform");
            }
            let Some(scale) = scale else { return };
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
            <g transform={camera.transform()}>
                { children.clone() }
                <rect ref={&pencil.ghost} class="ghost" rx="8" />
            </g>
            <path ref={&pencil.wire} class="wire" />
        </svg>
    }
}

/// A pointer that is down.
#[derive(Clone, Copy)]
struct Drag {
    began: (f64, f64),
    last: (f64, f64),
    moved: bool,
    /// Whether it leads from a node to somewhere, and does not move the picture.
    joins: bool,
}

/// Where a pointer leads that was pressed on a node.
enum Led {
    /// To another node, or to what lies outside.
    To(EndKey, EndKey),
    /// Into another cell of its namespace.
    Into {
        node: EndKey,
        from: Cell,
        to: Cell,
    },
    Nowhere,
}

fn led(began: (f64, f64), at: (f64, f64), scale: &Scale, camera: Camera, scene: &Scene) -> Led {
    match (end_at(began), end_at(at)) {
        (Some(from), Some(to)) if from != to => Led::To(from, to),
        (Some(node), None) => {
            let (x, y) = scale.point(at.0, at.1);
            match scene.dropped(&node, camera.seen(x, y)) {
                Some((from, to)) => Led::Into { node, from, to },
                None => Led::Nowhere,
            }
        }
        _ => Led::Nowhere,
    }
}

/// What is drawn while a pointer leads from a node to somewhere.
#[derive(Clone)]
struct Pencil {
    wire: NodeRef,
    ghost: NodeRef,
}

enum Drawn {
    /// A line from one point of the fitted picture to another.
    Wire((f64, f64), (f64, f64)),
    /// A place for a node.
    Ghost(Rect),
}

impl Pencil {
    fn draw(&self, what: Option<Drawn>) {
        let set = |on: &NodeRef, name: &str, value: &str| {
            if let Some(element) = on.cast::<Element>() {
                let _ = element.set_attribute(name, value);
            }
        };
        let (path, place) = match what {
            Some(Drawn::Wire((x1, y1), (x2, y2))) => {
                (format!("M{} {}L{} {}", px(x1), px(y1), px(x2), px(y2)), Rect::default())
            }
            Some(Drawn::Ghost(place)) => (String::new(), place),
            None => (String::new(), Rect::default()),
        };
        set(&self.wire, "d", &path);
        for (name, value) in
            [("x", place.x), ("y", place.y), ("width", place.width), ("height", place.height)]
        {
            set(&self.ghost, name, &px(value));
        }
    }
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
