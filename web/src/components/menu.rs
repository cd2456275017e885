//! A button that opens a small panel under itself. Escape, a click elsewhere or leaving it closes it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};
use yew::prelude::*;

/// What a menu needs.
#[derive(PartialEq, Properties)]
pub struct MenuProps {
    /// What the button shows.
    pub button: Html,
    /// Names the button, where it shows no words.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// More classes of the button.
    #[prop_or_default]
    pub class: Classes,
    /// Whether the panel keeps to the button's right edge.
    #[prop_or_default]
    pub right: bool,
    /// Whether choosing something in it leaves it open.
    #[prop_or_default]
    pub stays: bool,
    /// What the panel holds: buttons with the class `item`, or anything else.
    pub children: Html,
}

/// The button and, where it is open, its panel.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let open = use_state_eq(|| false);
    let root = use_node_ref();
    let button = use_node_ref();

    // The first item takes the focus when the panel opens.
    use_effect_with(*open, {
        let root = root.clone();
        move |open| {
            if *open && let Some(first) = items(&root).into_iter().next() {
                let _ = first.focus();
            }
        }
    });

    let close = {
        let (open, button) = (open.clone(), button.clone());
        move || {
            open.set(false);
            if let Some(button) = button.cast::<HtmlElement>() {
                let _ = button.focus();
            }
        }
    };
    let onkeydown = {
        let (open, root, close) = (open.clone(), root.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            if !*open {
                return;
            }
            let step: isize = match event.key().as_str() {
                "Escape" => {
                    event.stop_propagation();
                    return close();
                }
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                _ => return,
            };
            let items = items(&root);
            let Ok(count) = isize::try_from(items.len()) else { return };
            if count == 0 {
                return;
            }
            event.prevent_default();
            let active = gloo::utils::document().active_element();
            let at = items.iter().position(|item| active.as_ref() == Some(item.as_ref()));
            let at = at.and_then(|at| isize::try_from(at).ok()).unwrap_or(-step.min(0) - 1);
            let next = usize::try_from((at + step).rem_euclid(count)).unwrap_or(0);
            if let Some(item) = items.get(next) {
                let _ = item.focus();
            }
        })
    };
    let onfocusout = {
        let (open, root) = (open.clone(), root.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
            if root.cast::<Node>().is_some_and(|root| !root.contains(to.as_ref())) {
                open.set(false);
            }
        })
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onchoose = {
        let stays = props.stays;
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let chose = target.and_then(|target| target.closest("button.item").ok().flatten()).is_some();
            if chose && !stays {
                close();
            }
        })
    };
    html! {
        <div class="menu" ref={root} {onkeydown} {onfocusout}>
            <button type="button" ref={button} class={classes!("btn", props.class.clone())} onclick={toggle}
                aria-expanded={open.to_string()} aria-label={props.label.clone()} title={props.label.clone()}>
                { props.button.clone() }
            </button>
            if *open {
                <div class={classes!("pop", props.right.then_some("right"))} tabindex="-1" onclick={onchoose}>
                    { props.children.clone() }
                </div>
            }
        </div>
    }
}

fn items(root: &NodeRef) -> Vec<HtmlElement> {
    let found =
        root.cast::<Element>().and_then(|root| root.query_selector_all(".pop button, .pop input").ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}
