//! The page's colours: the system's until others are chosen.

use gloo::events::EventListener;
use gloo::utils::{document_element, window};
use yew::prelude::*;

use crate::dom::tab;
use crate::state::ThemeChoice;

/// Gives the page the theme of `choice` and remembers it; whether that is the dark one.
#[hook]
pub fn use_theme(choice: ThemeChoice) -> bool {
    let query = use_memo((), |()| window().match_media("(prefers-color-scheme: dark)").ok().flatten());
    let system_is_dark = use_state(|| query.as_ref().as_ref().is_some_and(|query| query.matches()));
    use_effect_with((), {
        let (query, system_is_dark) = (query, system_is_dark.clone());
        move |()| {
            let listener = query.as_ref().clone().map(|query| {
                let asked = query.clone();
                EventListener::new(&query, "change", move |_| system_is_dark.set(asked.matches()))
            });
            move || drop(listener)
        }
    });
    let dark = match choice {
        ThemeChoice::System => *system_is_dark,
        ThemeChoice::Light => false,
        ThemeChoice::Dark => true,
    };
    use_effect_with(dark, |dark| {
        // The class is the page's alone; nothing else writes it.
        document_element().set_class_name(if *dark { "dark" } else { "" });
    });
    use_effect_with(choice, |choice| {
        if tab::remembered_theme().as_deref().unwrap_or(ThemeChoice::System.as_str()) != choice.as_str() {
            tab::remember_theme(choice.as_str());
        }
    });
    dark
}
