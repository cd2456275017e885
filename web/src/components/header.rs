//! The header: what this is, which lesson is on, and what concerns the whole page.

use yew::prelude::*;

use super::Act;
use super::empty::lesson_lists;
use super::icons::{MOON, MORE, SUN, SYSTEM, icon, logo};
use super::menu::Menu;
use super::step_bar::step_dots;
use crate::hooks::{Learning, open_learning};
use crate::lessons::Place;
use crate::state::{Action, Dialog, ThemeChoice, Work};

/// The header: at a place of a lesson, whose files may have been edited since and whose expectations hold or not, and with
/// the colours that are chosen.
pub fn header(place: Option<Place>, (edited, holds): (bool, bool), theme: ThemeChoice, act: &Act) -> Html {
    let open = |work: fn() -> Work| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::Open(Box::new(work()))))
    };
    let dialog = |dialog: Dialog| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::SetDialog(Some(dialog))))
    };
    let learn = |what: Learning| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| open_learning(what, &act))
    };
    let next_theme = {
        let (act, next) = (act.clone(), theme.next());
        Callback::from(move |_: MouseEvent| act.dispatch(Action::SetTheme(next)))
    };
    let (theme_icon, theme_name) = match theme {
        ThemeChoice::System => (SYSTEM, "Theme: as the system"),
        ThemeChoice::Light => (SUN, "Theme: light"),
        ThemeChoice::Dark => (MOON, "Theme: dark"),
    };
    html! {
        <header class="top">
            { logo() }
            <h1>{ "NetworkPolicy Playground" }</h1>
            { step_dots(place, edited, holds, act) }
            <span class="space"></span>
            <button type="button" class="btn wide-only" onclick={learn(Learning::Course)}>{ "Learn" }</button>
            <Menu button={html! { "Examples" }} right=true class="wide-only">
                { lesson_lists(act) }
                <hr />
                <button type="button" class="item" onclick={open(Work::empty)}>{ "Start empty" }</button>
            </Menu>
            <button type="button" class="btn square wide-only" aria-label={theme_name} title={theme_name} onclick={next_theme.clone()}>
                { icon(theme_icon) }
            </button>
            <Menu button={icon(MORE)} label="More" class="square" right=true>
                <button type="button" class="item" onclick={open(Work::empty)}>{ "New, empty" }</button>
                <button type="button" class="item" onclick={dialog(Dialog::Palette)}><span>{ "Go to or do…" }</span><small>{ "Ctrl K" }</small></button>
                <button type="button" class="item" onclick={dialog(Dialog::Drafts)}>{ "Recent drafts…" }</button>
                <div class="narrow-only">
                    <button type="button" class="item" onclick={learn(Learning::Course)}>{ "Learn: course and challenges" }</button>
                    <button type="button" class="item" onclick={learn(Learning::Terminal)}>{ "Terminal" }</button>
                    <button type="button" class="item" onclick={next_theme}>{ theme_name }</button>
                    <hr />
                    { lesson_lists(act) }
                </div>
            </Menu>
            <button type="button" class="btn pri" onclick={dialog(Dialog::Share)}>{ "Share" }</button>
        </header>
    }
}
