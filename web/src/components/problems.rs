//! All diagnostics, the worst first; each leads to its lines.

use std::rc::Rc;

use netpol_syntax::{Fix, Severity, SourceFile};
use yew::prelude::*;

use super::Act;
use super::words::{link, with_code};
use crate::derive::{Problem, Problems};
use crate::dom::tab;
use crate::state::{Action, FileAction};

/// The panel: `problems` of `files`.
pub fn problems(problems: &Problems, files: &Rc<Vec<SourceFile>>, act: &Act) -> Html {
    if problems.listed.is_empty() {
        let said = match problems.is_whole {
            true => "Everything in the files was understood, and nothing in it looks unintended.",
            false => "Everything in the files was understood.",
        };
        return html! { <div class="hint-box"><h2>{ "No problems" }</h2><p>{ said }</p></div> };
    }
    let groups = [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Note, "Notes")];
    let groups = groups.into_iter().filter_map(|(severity, title)| {
        let count = problems.count(severity);
        let found = problems.listed.iter().filter(|problem| problem.diagnostic.severity == severity);
        let items = found.map(|problem| item(problem, files, act));
        (count > 0).then(|| {
            html! {
                <section class={classes!("problems", severity.as_str())}>
                    <h2>{ format!("{title} ") }<span class="count">{ count }</span></h2>
                    <ul>{ for items }</ul>
                </section>
            }
        })
    });
    html! { <>{ for groups }</> }
}

fn item(problem: &Problem, files: &Rc<Vec<SourceFile>>, act: &Act) -> Html {
    let diagnostic = &problem.diagnostic;
    let go = diagnostic.at.map(|at| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::GoTo(at)))
    });
    let related = diagnostic.related.iter().map(|related| {
        html! {
            <p class="help">{ link("See here", related.at, act) }{ ": " }{ with_code(&related.message) }</p>
        }
    });
    html! {
        <li data-id={diagnostic.id} data-severity={diagnostic.severity.as_str()}>
            <button type="button" class="item" disabled={go.is_none()} onclick={go}>
                <span class="message">{ with_code(&diagnostic.message) }</span>
                <small>
                    if let Some(path) = &diagnostic.path { <code>{ path.clone() }</code> }
                    if let Some(place) = &problem.place { <span>{ place.clone() }</span> }
                </small>
            </button>
            if let Some(help) = &diagnostic.help { <p class="help">{ with_code(help) }</p> }
            { for related }
            { for diagnostic.fix.as_ref().filter(|_| !tab::is_read_only()).map(|fix| button(fix, files, act)) }
        </li>
    }
}

/// What mends it.
fn button(fix: &Fix, files: &Rc<Vec<SourceFile>>, act: &Act) -> Html {
    let onclick = {
        let (act, files, edits) = (act.clone(), Rc::clone(files), fix.edits.clone());
        Callback::from(move |_: MouseEvent| {
            let change = FileAction::Change { of: Rc::clone(&files), edits: edits.clone() };
            act.dispatch(Action::File(change));
        })
    };
    html! { <button type="button" class="btn fix" {onclick}>{ with_code(&fix.title) }</button> }
}
