//! Sentences as markup: what leads somewhere is a link, what is code is set as code.

use netpol_syntax::Location;
use netpol_view::{Piece, Words};
use yew::prelude::*;

use super::Act;
use crate::state::Action;

/// A sentence whose links lead into the editor.
pub fn words(words: &Words, act: &Act) -> Html {
    let pieces = words.0.iter().map(|piece| match piece {
        Piece::Text(text) => html! { {text} },
        Piece::Code(text) => html! { <code>{text}</code> },
        Piece::Link { text, at } => link(text, *at, act),
    });
    html! { <>{ for pieces }</> }
}

/// A name that leads to its lines.
pub fn link(text: &str, at: Location, act: &Act) -> Html {
    let onclick = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::GoTo(at)))
    };
    html! { <button type="button" class="link" {onclick}>{text}</button> }
}

/// A diagnostic's text, in which `backticks` hold code.
pub fn with_code(text: &str) -> Html {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 0 {
            html! { {part} }
        } else {
            html! { <code>{part}</code> }
        }
    });
    html! { <>{ for parts }</> }
}
