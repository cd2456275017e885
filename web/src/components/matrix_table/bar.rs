//! What one may do with the table as a whole: how it is grouped, what is folded, and taking it along.

use std::rc::Rc;
use std::sync::Arc;

use netpol_view::Grouping;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::menu::Menu;
use crate::dom::{clipboard, download};

/// The table as a text, made when asked for.
#[derive(Clone)]
pub struct Export(pub Rc<dyn Fn(Format) -> String>);

impl PartialEq for Export {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What the text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// A table of Markdown.
    Markdown,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
        }
    }

    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("matrix.csv", "text/csv"),
            Self::Markdown => ("matrix.md", "text/markdown"),
        }
    }
}

/// What the bar needs.
#[derive(PartialEq, Properties)]
pub struct MatrixBarProps {
    /// How the table is grouped.
    pub grouping: Grouping,
    /// The labels that it can be grouped by.
    pub labels: Vec<Arc<str>>,
    /// Whether every group is folded.
    pub all_folded: bool,
    /// Told of another grouping.
    pub ongroup: Callback<Grouping>,
    /// Told to fold all groups, or to unfold them.
    pub onfold: Callback<bool>,
    /// The table as a text.
    pub export: Export,
}

/// The bar.
#[component]
pub fn MatrixBar(props: &MatrixBarProps) -> Html {
    let said = use_state_eq(|| "");
    let onchange = {
        let (ongroup, labels) = (props.ongroup.clone(), props.labels.clone());
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let chosen = select.and_then(|select| usize::try_from(select.selected_index()).ok());
            // The first is the namespace.
            let label = chosen.and_then(|chosen| labels.get(chosen.checked_sub(1)?));
            ongroup.emit(label.map_or(Grouping::Namespace, |label| Grouping::Label(Arc::clone(label))));
        })
    };
    let options = props.labels.iter().map(|label| {
        let selected = props.grouping == Grouping::Label(Arc::clone(label));
        html! { <option {selected}>{ format!("Label {label}") }</option> }
    });
    let fold = {
        let all = !props.all_folded;
        props.onfold.reform(move |_: MouseEvent| all)
    };
    let items = [Format::Csv, Format::Markdown].map(|format| {
        let copy = {
            let (export, said) = (props.export.clone(), said.clone());
            Callback::from(move |_: MouseEvent| {
                let (text, said) = ((export.0)(format), said.clone());
                spawn_local(async move {
                    said.set(if clipboard::copy(&text).await { "Copied" } else { "The browser did not allow it" });
                });
            })
        };
        let save = {
            let (export, said) = (props.export.clone(), said.clone());
            Callback::from(move |_: MouseEvent| {
                let (name, kind) = format.file();
                let saved = download::save(name, kind, &(export.0)(format));
                said.set(if saved.is_ok() { "Saved" } else { "There is no room for it" });
            })
        };
        html! {
            <>
                <button type="button" class="item" onclick={copy}>{ format!("Copy as {}", format.name()) }</button>
                <button type="button" class="item" onclick={save}>{ format!("Download {}", format.file().0) }</button>
            </>
        }
    });
    html! {
        <div class="matrix-bar">
            <label>{ "Group by " }
                <select {onchange}>
                    <option selected={props.grouping == Grouping::Namespace}>{ "Namespace" }</option>
                    { for options }
                </select>
            </label>
            <button type="button" class="btn" onclick={fold}>{ if props.all_folded { "Unfold all" } else { "Fold all" } }</button>
            <Menu button={html! { "Export" }}>{ for items }</Menu>
            <span role="status" class="hint">{ *said }</span>
        </div>
    }
}
