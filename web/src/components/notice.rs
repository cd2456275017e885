//! A bar that says something and stays until it is dismissed.

use std::rc::Rc;

use yew::prelude::*;

use super::Act;
use super::icons::{CLOSE, icon};
use crate::state::Action;

/// What the bar needs.
#[derive(PartialEq, Properties)]
pub struct NoticeBarProps {
    /// What it says.
    pub notice: Option<Rc<str>>,
    /// Takes the actions.
    pub act: Act,
}

/// The bar, where there is something to say.
#[component]
pub fn NoticeBar(props: &NoticeBarProps) -> Html {
    let act = props.act.clone();
    let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetNotice(None)));
    html! {
        <div class="notice-place" role="alert">
            if let Some(notice) = &props.notice {
                <div class="notice">
                    <span>{ notice.to_string() }</span>
                    <button type="button" class="btn quiet" aria-label="Dismiss" {onclick}>{ icon(CLOSE) }</button>
                </div>
            }
        </div>
    }
}
