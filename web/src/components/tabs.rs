//! A list of tabs: one stop for the tab key, arrow keys move within.

use gloo::utils::document;
use netpol_view::count;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One tab.
#[derive(Clone, PartialEq)]
pub struct Tab {
    /// Its name.
    pub label: AttrValue,
    /// How many problems it leads to.
    pub problems: usize,
}

/// What a list of tabs needs.
#[derive(PartialEq, Properties)]
pub struct TabsProps {
    /// Begins the ids of its tabs, so that a panel can name the one that labels it: `id-0`.
    pub id: AttrValue,
    /// Names it to screen readers.
    pub label: AttrValue,
    /// Its tabs.
    pub tabs: Vec<Tab>,
    /// The one that is chosen; none where none of them is.
    pub selected: Option<usize>,
    /// The panel that they change.
    pub controls: AttrValue,
    /// Told of the tab that is to be chosen.
    pub onselect: Callback<usize>,
    /// Told of a double click on a tab.
    #[prop_or_default]
    pub onrename: Option<Callback<usize>>,
}

/// The list.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let all = props.tabs.len();
    let onkeydown = {
        let (id, onselect, selected) = (props.id.clone(), props.onselect.clone(), props.selected);
        Callback::from(move |event: KeyboardEvent| {
            let at = selected.unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (at + 1) % all.max(1),
                "ArrowLeft" => (at + all.saturating_sub(1)) % all.max(1),
                "Home" => 0,
                "End" => all.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            onselect.emit(next);
            let tab = document().get_element_by_id(&format!("{id}-{next}"));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
                // An element that is on the page takes the focus.
                let _ = tab.focus();
            }
        })
    };
    let tabs = props.tabs.iter().enumerate().map(|(index, tab)| {
        let selected = props.selected == Some(index);
        let in_order = selected || (props.selected.is_none() && index == 0);
        let onclick = props.onselect.reform(move |_: MouseEvent| index);
        let ondblclick = props.onrename.as_ref().map(|onrename| onrename.reform(move |_: MouseEvent| index));
        html! {
            <button key={index} type="button" role="tab" id={format!("{}-{index}", props.id)}
                aria-selected={selected.to_string()} aria-controls={&props.controls}
                tabindex={if in_order { "0" } else { "-1" }} {onclick} {ondblclick}>
                { &tab.label }
                if tab.problems > 0 {
                    { badge(tab.problems) }
                }
            </button>
        }
    });
    let list = use_node_ref();
    use_effect_with((props.selected, all), {
        let (list, id) = (list.clone(), props.id.clone());
        move |(selected, _)| {
            let tab = selected.and_then(|selected| document().get_element_by_id(&format!("{id}-{selected}")));
            let tab = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
            if let (Some(tab), Some(list)) = (tab, list.cast::<HtmlElement>()) {
                bring_into_view(&list, &tab);
            }
        }
    });
    html! { <div ref={list} role="tablist" class="tabs" aria-label={&props.label} {onkeydown}>{ for tabs }</div> }
}

fn badge(problems: usize) -> Html {
    let text = AttrValue::from(count(problems, "problem", "problems"));
    html! {
        <em class="badge" title={&text}><span aria-hidden="true">{ problems }</span><span class="sr">{ text }</span></em>
    }
}

/// Scrolls the list, and nothing around it, as far as it must for all of a tab to be seen.
fn bring_into_view(list: &HtmlElement, tab: &HtmlElement) {
    let start = tab.offset_left() - list.offset_left();
    let end = start + tab.offset_width() - list.client_width();
    list.set_scroll_left(list.scroll_left().max(end).min(start));
}
