//! All pairs as a table: a row for each source, a column for each destination.

use std::rc::Rc;

use netpol_view::{Arrow, EndKey, Reach};
use yew::prelude::*;

use super::scene_line::mark;
use crate::derive::ByPointer;
use crate::state::Selection;

/// What the table needs.
#[derive(PartialEq, Properties)]
pub struct MatrixTableProps {
    /// The arrows.
    pub reach: ByPointer<Reach>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// Told of a cell that was clicked.
    pub onselect: Callback<Selection>,
}

/// The table.
#[component]
pub fn MatrixTable(props: &MatrixTableProps) -> Html {
    let reach = Rc::clone(&props.reach.0);
    let (rows, columns) = ends(&reach.arrows);
    let heading = |end: &EndKey| html! { <><span>{ end.short().to_owned() }</span><small>{ namespace(end) }</small></> };
    let cell = |row: &[&Arrow], to: &EndKey| {
        let Some(arrow) = row.iter().find(|arrow| arrow.to == *to) else {
            return html! { <td class="none"></td> };
        };
        let from = &arrow.from;
        let selection = Selection::Arrow(from.clone(), to.clone());
        let selected = props.selection.as_ref() == Some(&selection);
        let onclick = props.onselect.reform(move |_: MouseEvent| selection.clone());
        let passes = if arrow.passes.is_empty() { "nothing passes" } else { arrow.passes.as_ref() };
        let label = format!("{} to {}: {}, {passes}", from.short(), to.short(), arrow.verdict.as_str());
        html! {
            <td>
                <button type="button" class={classes!("cell", arrow.verdict.as_str())} aria-label={label.clone()} title={label}
                    aria-pressed={selected.to_string()} {onclick}>{ mark(arrow.verdict) }</button>
            </td>
        }
    };
    html! {
        <div class="matrix" tabindex="0" role="region" aria-label="Who reaches whom, as a table">
            <table>
                <caption class="sr">{ "Rows are sources, columns are destinations." }</caption>
                <thead><tr>
                    <td class="corner">{ "from ↓  to →" }</td>
                    { for columns.iter().map(|end| html! { <th scope="col">{ heading(end) }</th> }) }
                </tr></thead>
                <tbody>
                    { for rows.iter().map(|(from, row)| html! {
                        <tr><th scope="row">{ heading(from) }</th>{ for columns.iter().map(|to| cell(row, to)) }</tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

/// The sources, each with its arrows, and the destinations, all in the order in which they come first.
fn ends(arrows: &[Arrow]) -> (Vec<(&EndKey, Vec<&Arrow>)>, Vec<&EndKey>) {
    let mut rows: Vec<(&EndKey, Vec<&Arrow>)> = Vec::new();
    let mut columns: Vec<&EndKey> = Vec::new();
    for arrow in arrows {
        match rows.iter_mut().find(|(from, _)| **from == arrow.from) {
            Some((_, row)) => row.push(arrow),
            None => rows.push((&arrow.from, vec![arrow])),
        }
        if !columns.contains(&&arrow.to) {
            columns.push(&arrow.to);
        }
    }
    (rows, columns)
}

fn namespace(end: &EndKey) -> String {
    match end {
        EndKey::Workload(name) => name.split_once('/').map_or("", |(namespace, _)| namespace).to_owned(),
        EndKey::Namespace(_) => String::new(),
        EndKey::Outside(block) => block.to_string(),
    }
}
