//! All pairs as a table: a row for each source, a column for each destination. Where there are too many
//! workloads for that, a row and a column for each namespace.

use netpol_view::{Arrow, ArrowVerdict, Counts, EndKey, EndKind, Reach};
use yew::prelude::*;

use super::scene_line::{mark, namespace_of};
use crate::derive::ByPointer;
use crate::state::Selection;

/// With more ends than this, nobody finds a cell any more, and the browser takes its time to draw them all.
const MOST: usize = 60;

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
    let table = use_memo(props.reach.clone(), |reach| {
        let table = Table::of(&reach.arrows, Clone::clone);
        if table.fits() { table } else { Table::of(&reach.arrows, namespace) }
    });
    let rows = table.rows.iter().take(MOST).zip(&table.cells).map(|(from, cells)| {
        let cells = table.columns.iter().enumerate().take(MOST).map(|(index, to)| {
            let counts = cells.get(index).copied().unwrap_or_default();
            cell(from, to, counts, props)
        });
        html! { <tr><th scope="row">{ heading(from) }</th>{ for cells }</tr> }
    });
    let columns = table.columns.iter().take(MOST).map(|end| html! { <th scope="col">{ heading(end) }</th> });
    html! {
        <div class="matrix" tabindex="0" role="region" aria-label="Who reaches whom, as a table">
            <table>
                <caption class="sr">{ "Rows are sources, columns are destinations." }</caption>
                <thead><tr><td class="corner">{ "from ↓  to →" }</td>{ for columns }</tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            if !table.fits() {
                <p class="hint">{ format!("The first {MOST} of {} are shown.", table.rows.len().max(table.columns.len())) }</p>
            }
        </div>
    }
}

/// How many arrows of each verdict lead from each row to each column.
struct Table {
    rows: Vec<EndKey>,
    columns: Vec<EndKey>,
    cells: Vec<Vec<Counts>>,
}

impl Table {
    /// Sums up `arrows`, whose ends count as what `end_of` makes of them.
    fn of(arrows: &[Arrow], end_of: impl Fn(&EndKey) -> EndKey) -> Self {
        let mut table = Self { rows: Vec::new(), columns: Vec::new(), cells: Vec::new() };
        let (mut row, mut column) = (0, 0);
        for arrow in arrows {
            row = position(&mut table.rows, end_of(&arrow.from), row);
            column = position(&mut table.columns, end_of(&arrow.to), column);
            table.cells.resize_with(table.rows.len(), Vec::new);
            let Some(cells) = table.cells.get_mut(row) else { continue };
            cells.resize(cells.len().max(column + 1), Counts::default());
            if let Some(counts) = cells.get_mut(column) {
                match arrow.verdict {
                    ArrowVerdict::Allowed => counts.allowed += 1,
                    ArrowVerdict::Partial => counts.partial += 1,
                    ArrowVerdict::Blocked => counts.blocked += 1,
                }
            }
        }
        table
    }

    fn fits(&self) -> bool {
        self.rows.len() <= MOST && self.columns.len() <= MOST
    }
}

/// Where `end` stands in `ends`, at its end if it is new. Arrows come in order, so it is mostly where the one
/// before was, or right behind.
fn position(ends: &mut Vec<EndKey>, end: EndKey, last: usize) -> usize {
    let near = [last, last + 1].into_iter().find(|at| ends.get(*at) == Some(&end));
    near.or_else(|| ends.iter().position(|known| *known == end)).unwrap_or_else(|| {
        ends.push(end);
        ends.len() - 1
    })
}

fn namespace(end: &EndKey) -> EndKey {
    match end {
        EndKey::Outside(_) => end.clone(),
        EndKey::Workload(_) | EndKey::Namespace(_) => {
            EndKey::new(EndKind::Namespace, namespace_of(end).unwrap_or_default())
        }
    }
}

fn heading(end: &EndKey) -> Html {
    let more = match end {
        EndKey::Workload(_) => namespace_of(end).unwrap_or_default().to_owned(),
        EndKey::Namespace(_) => String::new(),
        EndKey::Outside(block) => block.to_string(),
    };
    html! { <><span>{ end.short().to_owned() }</span><small>{ more }</small></> }
}

fn cell(from: &EndKey, to: &EndKey, counts: Counts, props: &MatrixTableProps) -> Html {
    let total = counts.allowed + counts.partial + counts.blocked;
    if total == 0 {
        return html! { <td class="none"></td> };
    }
    let verdict = match (total == counts.allowed, total == counts.blocked) {
        (true, _) => ArrowVerdict::Allowed,
        (_, true) => ArrowVerdict::Blocked,
        _ => ArrowVerdict::Partial,
    };
    let selection = Selection::Arrow(from.clone(), to.clone());
    let selected = props.selection.as_ref() == Some(&selection);
    let onclick = props.onselect.reform(move |_: MouseEvent| selection.clone());
    let mut label = format!("{} to {}: {}", from.short(), to.short(), verdict.as_str());
    if total > 1 {
        label += &format!(", {} of {total} arrows pass", counts.allowed);
    }
    let text = match verdict {
        ArrowVerdict::Partial if total > 1 => format!("{}/{total}", counts.allowed),
        _ => mark(verdict).to_owned(),
    };
    html! {
        <td>
            <button type="button" class={classes!("cell", verdict.as_str())} aria-label={label.clone()} title={label}
                aria-pressed={selected.to_string()} {onclick}>{ text }</button>
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(from: &str, to: &str, verdict: ArrowVerdict) -> Arrow {
        let end = |name: &str| EndKey::new(EndKind::Workload, name);
        Arrow { from: end(from), to: end(to), verdict, passes: "".into(), asked: "".into(), dns: false }
    }

    #[test]
    fn sums_up_by_namespace() {
        let arrows = [
            arrow("a/x", "a/y", ArrowVerdict::Allowed),
            arrow("a/x", "b/z", ArrowVerdict::Blocked),
            arrow("a/y", "a/x", ArrowVerdict::Blocked),
            arrow("a/y", "b/z", ArrowVerdict::Allowed),
            arrow("b/z", "a/x", ArrowVerdict::Partial),
        ];
        let single = Table::of(&arrows, Clone::clone);
        assert_eq!((single.rows.len(), single.columns.len()), (3, 3));
        let grouped = Table::of(&arrows, namespace);
        assert_eq!(grouped.rows.iter().map(EndKey::as_str).collect::<Vec<_>>(), ["a", "b"]);
        let half = Counts { allowed: 1, partial: 0, blocked: 1 };
        assert_eq!(grouped.cells[0], [half, half]);
        assert_eq!(grouped.cells[1], [Counts { allowed: 0, partial: 1, blocked: 0 }]);
    }
}
