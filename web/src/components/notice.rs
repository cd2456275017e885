//! A bar that says something and stays until it is dismissed.

use yew::prelude::*;

use super::Act;
use super::icons::{CLOSE, icon};
use crate::state::Action;

/// The bar, where there is something to say.
pub fn notice_bar(notice: Option<&str>, act: &Act) -> Html {
    let act = act.clone();
    let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetNotice(None)));
    html! {
        <div class="notice-place" role="alert">
            if let Some(notice) = notice {
                <div class="notice">
                    <span>{ notice.to_owned() }</span>
                    <button type="button" class="btn quiet" aria-label="Dismiss" {onclick}>{ icon(CLOSE) }</button>
                </div>
            }
        </div>
    }
}
