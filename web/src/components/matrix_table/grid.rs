//! The part of the table that is in view, as elements.

use std::ops::Range;

use netpol_view::{Changes, EndKey, Line, Pairs, Table};
use yew::prelude::*;

use super::window::{NAMES, ROW, STEP, Size, Window};
use crate::derive::ByPointer;
use crate::state::{Filter, Selection};

/// What the cells say.
#[derive(Clone, PartialEq)]
pub struct Shown {
    pub table: ByPointer<Table>,
    pub pairs: ByPointer<Pairs>,
    pub changes: ByPointer<Changes>,
    pub filter: Filter,
    pub selection: Option<Selection>,
}

/// What there is to draw.
pub struct Drawing {
    pub shown: Shown,
    pub window: Window,
    /// The cell that keys are about: its row, and its column counted from 1, the rows' names being 0.
    pub active: (usize, usize),
    /// The column that is pointed at.
    pub hot: Option<usize>,
}

/// A cell's id, by which the grid says which one keys are about.
pub fn cell_id((row, column): (usize, usize)) -> String {
    format!("cell-{row}-{column}")
}

/// The row and the column that an id names.
pub fn place_of(id: &str) -> Option<(usize, usize)> {
    let (row, column) = id.strip_prefix("cell-")?.split_once('-')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

/// All that have such ids, as a CSS selector.
pub const CELLS: &str = "[id^=cell-]";

impl Shown {
    pub fn size(&self) -> Size {
        Size { rows: self.table.rows.lines.len(), columns: self.table.columns.lines.len() }
    }
}

impl Drawing {
    /// The cell that keys are about, where it is drawn: of a heading, which has no cells, its name.
    pub fn active_cell(&self) -> Option<(usize, usize)> {
        let (row, column) = self.active;
        let line = self.shown.table.rows.lines.get(row).filter(|_| self.window.rows.contains(&row))?;
        if column == 0 || matches!(line, Line::Heading(_)) {
            return Some((row, 0));
        }
        self.window.columns.contains(&(column - 1)).then_some((row, column))
    }

    /// The table. What is not in view is left out, and empty space stands in for it.
    pub fn table(&self) -> Html {
        let size = self.shown.size();
        let Window { rows, columns } = &self.window;
        let wide = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(size.column());
        let high = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(ROW);
        let space = |height: u32| {
            html! { if height > 0 { <tr role="presentation"><td class="space" height={height.to_string()}></td></tr> } }
        };
        let cols = columns.clone().map(|at| {
            html! { <col class={(self.hot == Some(at)).then_some("hot")} width={size.column().to_string()} /> }
        });
        html! {
            <table role="presentation" class={classes!(size.is_upright().then_some("upright"))}
                width={NAMES.saturating_add(wide(size.columns)).to_string()}>
                <colgroup>
                    <col width={NAMES.to_string()} />
                    <col width={wide(columns.start).to_string()} />
                    { for cols }
                    <col width={wide(size.columns - columns.end).to_string()} />
                </colgroup>
                { self.head() }
                <tbody role="rowgroup">
                    { space(high(rows.start)) }
                    { for rows.clone().map(|at| self.row(at)) }
                    { space(high(size.rows - rows.end)) }
                </tbody>
            </table>
        }
    }

    fn head(&self) -> Html {
        let Window { columns, .. } = &self.window;
        let side = &self.shown.table.columns;
        let lines = side.lines.get(columns.clone()).unwrap_or_default();
        let groups = lines.chunk_by(|one, other| one.group() == other.group()).map(|lines| {
            let group = lines.first().and_then(|line| side.groups.get(line.group()));
            let Some(group) = group else { return html! {} };
            html! {
                <th class="group" scope="colgroup" role="columnheader" colspan={lines.len().to_string()}>
                    { fold_button(&group.name, group.folded, lines.len() > 1 || !self.shown.size().is_upright()) }
                </th>
            }
        });
        let names = columns.clone().zip(lines).map(|(at, line)| {
            let name = Table::name(side, self.shown.pairs.destinations(), *line).to_owned();
            let whole = Table::full_name(side, self.shown.pairs.destinations(), *line).to_owned();
            html! {
                <th scope="col" role="columnheader" aria-colindex={(at + 2).to_string()} title={whole}
                    class={(self.hot == Some(at)).then_some("hot")}><span>{ name }</span></th>
            }
        });
        html! {
            <thead role="rowgroup">
                <tr role="row" aria-rowindex="1"><td class="corner" rowspan="2">{ "from ↓  to →" }</td><td></td>{ for groups }<td></td></tr>
                <tr role="row" aria-rowindex="2"><td></td>{ for names }<td></td></tr>
            </thead>
        }
    }

    fn row(&self, at: usize) -> Html {
        let active = self.active_cell().filter(|(row, _)| *row == at).map(|(_, column)| column);
        html! {
            <MatrixRow key={at} shown={self.shown.clone()} {at} columns={self.window.columns.clone()} {active} />
        }
    }
}

/// A row, or some of its cells: drawn again only where they are others, so that scrolling draws what comes into view alone.
#[derive(PartialEq, Properties)]
pub struct MatrixRowProps {
    /// What the cells say.
    pub shown: Shown,
    /// Which row.
    pub at: usize,
    /// The columns in view.
    pub columns: Range<usize>,
    /// The column of the cell that keys are about, if it is here.
    pub active: Option<usize>,
}

/// A row of the table.
#[component]
pub fn MatrixRow(props: &MatrixRowProps) -> Html {
    props.row()
}

impl MatrixRowProps {
    fn row(&self) -> Html {
        let (at, shown) = (self.at, &self.shown);
        let Some(row) = shown.table.rows.lines.get(at).copied() else { return html! {} };
        let side = &shown.table.rows;
        let whole = Table::full_name(side, shown.pairs.sources(), row).to_owned();
        let folds = match row {
            Line::End { .. } => None,
            Line::Heading(group) | Line::Folded(group) => side.groups.get(group),
        };
        let name = match folds {
            Some(group) => fold_button(&group.name, group.folded, true),
            None => html! { <span>{ Table::name(side, shown.pairs.sources(), row).to_owned() }</span> },
        };
        let is_heading = matches!(row, Line::Heading(_));
        let blocks = self.columns.clone().step_by(STEP).filter(|_| !is_heading).map(|first| {
            let columns = first..(first + STEP).min(self.columns.end);
            let active =
                self.active.filter(|column| columns.contains(&column.saturating_sub(1)) && *column > 0);
            html! { <MatrixCells key={first} shown={shown.clone()} {at} {columns} {active} /> }
        });
        html! {
            <tr role="row" aria-rowindex={(at + 3).to_string()} class={is_heading.then_some("heading")}>
                <th scope="row" role="rowheader" aria-colindex="1" title={whole} id={cell_id((at, 0))}
                    class={(self.active == Some(0)).then_some("active")}>{ name }</th>
                <td role="presentation"></td>
                { for blocks }
            </tr>
        }
    }
}

/// A few cells of a row, which stay as they are while others come into view beside them.
#[component]
pub fn MatrixCells(props: &MatrixRowProps) -> Html {
    let row = props.shown.table.rows.lines.get(props.at).copied();
    let cells =
        row.into_iter().flat_map(|row| props.columns.clone().map(move |column| props.cell(row, column)));
    html! { <>{ for cells }</> }
}

impl MatrixRowProps {
    fn cell(&self, row: Line, column: usize) -> Html {
        let (at, shown) = (self.at, &self.shown);
        let side = &shown.table.columns;
        let Some(line) = side.lines.get(column).copied() else { return html! {} };
        let shows = |verdict, changed| shown.filter.shows(verdict, changed);
        let Some(cell) = shown.table.cell(&shown.pairs, &shown.changes, &shows, (row, line)) else {
            return html! {};
        };
        let place = (at, column + 1);
        let verdict = cell.verdict.filter(|_| cell.shown);
        let class = classes!(
            "cell",
            verdict.map(|verdict| verdict.as_str()),
            cell.changed.then_some("changed"),
            (self.active == Some(place.1)).then_some("active"),
        );
        let selected = shown.is_selected(row, line);
        html! {
            <td key={column} id={cell_id(place)} role="gridcell" aria-colindex={(column + 2).to_string()} {class}
                aria-label={if cell.shown { cell.label } else { format!("{}, not shown", cell.label) }}
                aria-selected={selected.then_some("true")} data-verdict={verdict.map(|verdict| verdict.as_str())}>
                if verdict.is_some() && !cell.text.is_empty() { { cell.text } }
            </td>
        }
    }
}

impl Shown {
    fn is_selected(&self, row: Line, column: Line) -> bool {
        let Some(Selection::Arrow(from, to)) = &self.selection else { return false };
        let is = |side, ends: &[EndKey], line, wanted: &EndKey| match line {
            Line::End { end, .. } => ends.get(end) == Some(wanted),
            Line::Heading(_) | Line::Folded(_) => Table::key(side, ends, line).as_ref() == Some(wanted),
        };
        is(&self.table.rows, self.pairs.sources(), row, from)
            && is(&self.table.columns, self.pairs.destinations(), column, to)
    }
}

/// The name of a group, by which it is folded and unfolded. It is found by its name.
fn fold_button(name: &str, folded: bool, in_words: bool) -> Html {
    let label = if folded { format!("Unfold {name}") } else { format!("Fold {name}") };
    html! {
        <button type="button" class="fold" tabindex="-1" aria-expanded={(!folded).to_string()} aria-label={label.clone()}
            title={label} data-group={name.to_owned()}>
            <i aria-hidden="true">{ if folded { "▸" } else { "▾" } }</i>
            if in_words { <span>{ name.to_owned() }</span> }
        </button>
    }
}
