//! The diagram as SVG elements. It is drawn again only when the scene, the selection or the filter is another;
//! what is pointed at changes classes alone, and zoom and pan nothing in here.

use std::rc::Rc;

use netpol_view::{EndKey, EndKind, LineDirection, Scene, Way, tenths};
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgElement};
use yew::prelude::*;

use super::{scene_line, scene_node};
use crate::derive::ByPointer;
use crate::state::{Filter, Selection};

/// What the diagram needs.
#[derive(PartialEq, Properties)]
pub struct SceneSvgProps {
    /// What there is to draw.
    pub scene: ByPointer<Scene>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// Which arrows are shown.
    pub filter: Filter,
    /// Counts the edits that changed verdicts.
    pub pulse: u32,
    /// Told of what was clicked.
    pub onselect: Callback<Selection>,
    /// Told of an end from where something is to be allowed.
    pub onallow: Callback<EndKey>,
    /// Told of an end that is to stand a cell further.
    pub onmove: Callback<(EndKey, Way)>,
}

/// How things look at the moment: what is selected, pointed at and filtered.
pub struct Look<'a> {
    selection: Option<&'a Selection>,
    hot: Option<&'a Selection>,
    filter: Filter,
    /// Counts the edits that changed verdicts.
    pub pulse: u32,
    /// Whether what the last of them changed is still to pulse.
    pub pulses: bool,
}

impl Look<'_> {
    /// Whether the filter leaves it out.
    pub fn hides(&self, direction: &LineDirection) -> bool {
        !self.filter.shows(direction.verdict, direction.changed)
    }

    /// Whether this arrow is selected, alone or in its bundle.
    pub fn is_selected(&self, from: &EndKey, to: &EndKey) -> bool {
        matches!(self.selection, Some(Selection::Arrow(one, other)) if one == from && other == to)
    }

    /// Whether this end is selected.
    pub fn is_end_selected(&self, end: &EndKey) -> bool {
        matches!(self.selection, Some(Selection::End(selected)) if selected == end)
    }

    /// Whether it stands out or steps back.
    pub fn of_arrow(&self, direction: &LineDirection) -> Option<&'static str> {
        if self.is_selected(&direction.from, &direction.to) {
            return Some("selected");
        }
        match self.hot.or(self.selection) {
            Some(Selection::End(end)) if touches(direction, end) => Some("front"),
            Some(Selection::End(_)) => Some("back"),
            Some(Selection::Arrow(from, to)) if self.hot.is_some() => {
                Some(if *from == direction.from && *to == direction.to { "front" } else { "back" })
            }
            _ => None,
        }
    }

    /// Whether an end of what is selected or pointed at.
    pub fn of_end(&self, end: &EndKey) -> Option<&'static str> {
        let ends = |selection: &Selection| match selection {
            Selection::End(selected) => selected == end,
            Selection::Arrow(from, to) => from == end || to == end,
        };
        if self.selection.is_some_and(ends) {
            Some("selected")
        } else if self.hot.is_some_and(ends) {
            Some("front")
        } else {
            None
        }
    }
}

/// Whether a line, bundled or not, begins or ends at `end`.
fn touches(direction: &LineDirection, end: &EndKey) -> bool {
    let is_at = |other: &EndKey| {
        other == end
            || (matches!(other, EndKey::Namespace(_)) || matches!(end, EndKey::Namespace(_)))
                && other.namespace().is_some()
                && other.namespace() == end.namespace()
    };
    is_at(&direction.from) || is_at(&direction.to)
}

/// The diagram.
#[component]
pub fn SceneSvg(props: &SceneSvgProps) -> Html {
    let hot = use_state_eq(|| None::<Selection>);
    // An animation begins anew whenever its element is moved, so its class goes when it has been played.
    let settled = use_state_eq(|| props.pulse);
    let onanimationend = {
        let (settled, pulse) = (settled.clone(), props.pulse);
        Callback::from(move |_: AnimationEvent| settled.set(pulse))
    };
    let look = Look {
        selection: props.selection.as_ref(),
        hot: hot.as_ref(),
        filter: props.filter,
        pulse: props.pulse,
        pulses: *settled != props.pulse,
    };
    let onclick = {
        let onselect = props.onselect.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(selection) = selection_at(event.target()) {
                event.stop_propagation();
                onselect.emit(selection);
            }
        })
    };
    // A node that stands elsewhere among the others loses the focus on its way.
    let focused = use_mut_ref(|| None::<SvgElement>);
    use_effect_with(props.scene.clone(), {
        let focused = Rc::clone(&focused);
        move |_| {
            if let Some(element) = focused.take() {
                let _ = element.focus();
            }
        }
    });
    let onkeydown = {
        let (onselect, onallow, onmove) =
            (props.onselect.clone(), props.onallow.clone(), props.onmove.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() {
                return;
            }
            match (event.key().as_str(), event.alt_key(), selection_at(event.target())) {
                ("Enter" | " ", false, Some(selection)) => onselect.emit(selection),
                ("a" | "A", false, Some(Selection::End(end))) => onallow.emit(end),
                (key, true, Some(Selection::End(end))) => {
                    let Some(way) = way(key) else { return };
                    *focused.borrow_mut() = event.target().and_then(|it| it.dyn_into::<SvgElement>().ok());
                    onmove.emit((end, way));
                }
                _ => return,
            }
            event.prevent_default();
            // An arrow key alone moves the picture.
            event.stop_propagation();
        })
    };
    let point = {
        let hot = hot.clone();
        move |target: Option<web_sys::EventTarget>| hot.set(selection_at(target))
    };
    let onpointerover = {
        let point = point.clone();
        Callback::from(move |event: PointerEvent| {
            // A finger points at nothing before it touches.
            if event.pointer_type() != "touch" {
                point(event.target());
            }
        })
    };
    let onpointerleave = {
        let hot = hot.clone();
        Callback::from(move |_: PointerEvent| hot.set(None))
    };
    let onfocusin = Callback::from(move |event: FocusEvent| point(event.target()));
    let onfocusout = {
        let hot = hot.clone();
        Callback::from(move |_: FocusEvent| hot.set(None))
    };

    let scene = &props.scene.0;
    let boxes = scene.boxes.iter().map(|each| scene_node::namespace(each, &look));
    let headings = scene.boxes.iter().map(|each| scene_node::heading(each, &look));
    let nodes = scene.nodes.iter().map(|each| scene_node::node(each, &look));
    let lines = scene.lines.iter().map(|each| scene_line::line(each, &look));
    let within = scene.boxes.iter().filter_map(|place| place.within.as_ref());
    let labels = scene.lines.iter().chain(within).filter_map(|line| Some((line, line.label.as_ref()?)));
    let labels = labels.map(|(line, label)| scene_line::label(line, label, &look));
    html! {
        <g class="scene" {onclick} {onkeydown} {onpointerover} {onpointerleave} {onfocusin} {onfocusout}
            {onanimationend}>
            <g>{ for boxes }</g>
            <g>{ for nodes }</g>
            <g>{ for lines }</g>
            <g>{ for headings }</g>
            <g>{ for labels }</g>
        </g>
    }
}

/// The way that an arrow key points.
fn way(key: &str) -> Option<Way> {
    Some(match key {
        "ArrowLeft" => Way::Left,
        "ArrowRight" => Way::Right,
        "ArrowUp" => Way::Up,
        "ArrowDown" => Way::Down,
        _ => return None,
    })
}

/// What the element under an event stands for.
pub fn selection_at(target: Option<web_sys::EventTarget>) -> Option<Selection> {
    let target = target?.dyn_into::<Element>().ok()?;
    let element = target.closest("[data-from],[data-end]").ok()??;
    let end = |name: &str, kind: &str| {
        let kind = EndKind::from_name(&element.get_attribute(kind)?)?;
        Some(EndKey::new(kind, element.get_attribute(name)?))
    };
    match end("data-end", "data-end-kind") {
        Some(end) => Some(Selection::End(end)),
        None => Some(Selection::Arrow(end("data-from", "data-from-kind")?, end("data-to", "data-to-kind")?)),
    }
}

/// A coordinate or length of the diagram as an attribute.
pub fn px(number: f64) -> String {
    tenths(number).to_string()
}
