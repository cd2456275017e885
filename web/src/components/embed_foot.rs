//! The way out of a part of the page that stands inside another one.

use netpol_lessons::share;
use web_sys::HtmlAnchorElement;
use yew::prelude::*;

use crate::derive::ByPointer;
use crate::dom::tab;
use crate::state::AppState;

/// A link to the whole page, with what is on this one.
pub fn embed_foot(state: &ByPointer<AppState>) -> Html {
    // Nobody follows it who has not pointed at it or given it the focus; until then it need not be up to date.
    let update = |link: &HtmlAnchorElement, state: &AppState| {
        if let Ok(fragment) = share::encode(&state.work().to_scenario()) {
            link.set_href(&(tab::page() + &fragment));
        }
    };
    let onpointerover = {
        let state = state.clone();
        Callback::from(move |event: PointerEvent| update(&event.target_unchecked_into(), &state))
    };
    let onfocus = {
        let state = state.clone();
        Callback::from(move |event: FocusEvent| update(&event.target_unchecked_into(), &state))
    };
    html! {
        <footer class="embed-foot">
            <a href={tab::page()} target="_blank" rel="noopener" {onpointerover} {onfocus}>{ "Open in the playground" }</a>
        </footer>
    }
}
