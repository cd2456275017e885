//! All pairs as a table: a row for each source, a column for each destination, in groups that fold. Only what is in
//! view is in the document.

mod bar;
mod grid;
mod window;

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use gloo::events::EventListener;
use netpol_syntax::order;
use netpol_view::{Arrangement, Changes, Grouping, Line, Pairs, Table, grouping_labels};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};
use yew::prelude::*;

use crate::derive::{ByPointer, Evaluated};
use crate::state::{Filter, Selection};

use bar::{Export, Format, MatrixBar};
use grid::{CELLS, Drawing, Shown, cell_id, place_of};
use window::{Size, Window};

/// With more ends than this, the table begins with its groups folded.
const LARGE: usize = 60;

/// So many rows a page key goes.
const PAGE: usize = 15;

/// What the table needs.
#[derive(PartialEq, Properties)]
pub struct MatrixTableProps {
    /// The state of the files.
    pub shown: ByPointer<Evaluated>,
    /// Its pairs.
    pub pairs: ByPointer<Pairs>,
    /// What the last edit opened and closed.
    pub changes: ByPointer<Changes>,
    /// Which arrows are shown.
    pub filter: Filter,
    /// The namespaces that are left out, sorted.
    pub hidden: Rc<Vec<Arc<str>>>,
    /// Counts what was opened as a whole.
    pub opening: u32,
    /// What is selected.
    pub selection: Option<Selection>,
    /// Told of a cell that was chosen.
    pub onselect: Callback<Selection>,
}

/// Which groups are folded: those that were chosen, or, as long as none was, all of a large table.
#[derive(Clone, Debug, PartialEq, Default)]
struct Folding {
    opening: u32,
    grouping: Grouping,
    chosen: Option<Vec<Arc<str>>>,
}

/// The table.
#[component]
pub fn MatrixTable(props: &MatrixTableProps) -> Html {
    let MatrixTableProps { shown, pairs, changes, filter, .. } = props;
    let folding = use_state_eq(|| Folding { opening: props.opening, ..Folding::default() });
    // Another work has other groups.
    let folding_now = if folding.opening == props.opening {
        (*folding).clone()
    } else {
        Folding { opening: props.opening, ..Folding::default() }
    };
    let asked = (shown.clone(), pairs.clone(), folding_now.clone(), props.hidden.clone());
    let table = use_memo(asked, |(shown, pairs, folding, hidden)| {
        let table = |folded: &[Arc<str>]| {
            let arrangement = Arrangement { grouping: &folding.grouping, folded, hidden };
            Table::of(&shown.analysis, pairs, arrangement)
        };
        match &folding.chosen {
            Some(chosen) => table(chosen),
            None if pairs.destinations().len() <= LARGE => table(&[]),
            None => table(&table(&[]).group_names(|_| true)),
        }
    });
    let labels = use_memo(shown.clone(), |shown| grouping_labels(&shown.analysis));
    let scroller = use_node_ref();
    let window = use_state_eq(Window::default);
    let active = use_state_eq(|| (0_usize, 1_usize));
    let hot = use_state_eq(|| None::<usize>);
    let cells = Shown {
        table: ByPointer(Rc::clone(&table)),
        pairs: pairs.clone(),
        changes: changes.clone(),
        filter: *filter,
        selection: props.selection.clone(),
    };
    let size = cells.size();
    // It may have shrunk since it was last scrolled.
    let clipped = |range: &Range<usize>, count: usize| range.start.min(count)..range.end.min(count);
    let drawing = Drawing {
        shown: cells,
        window: Window {
            rows: clipped(&window.rows, size.rows),
            columns: clipped(&window.columns, size.columns),
        },
        active: (active.0.min(size.rows.saturating_sub(1)), active.1.min(size.columns)),
        hot: *hot,
    };
    let active_now = drawing.active;
    // Only what is in the document can be named.
    let described = drawing.active_cell().map(cell_id);

    let look = {
        let (scroller, window) = (scroller.clone(), window.clone());
        move || {
            if let Some(scroller) = scroller.cast::<Element>() {
                window.set(size.window(&scroller));
            }
        }
    };
    use_effect_with(size, {
        let (look, window) = (look.clone(), window.clone());
        move |_| keep_in_view(size, &Rc::new(look), &window)
    });
    let onscroll = Callback::from(move |_: Event| look());

    let fold = {
        let (folding, table) = (folding.clone(), Rc::clone(&table));
        let folding_now = folding_now.clone();
        move |name: &str| {
            let mut chosen = folded(&table);
            let name: Arc<str> = name.into();
            if !order::remove(&mut chosen, &name) {
                order::insert(&mut chosen, name);
            }
            folding.set(Folding { chosen: Some(chosen), ..folding_now.clone() });
        }
    };
    let choose = {
        let (onselect, table, pairs, fold) =
            (props.onselect.clone(), Rc::clone(&table), pairs.clone(), fold.clone());
        move |(row, column): (usize, usize)| {
            let Some(row) = table.rows.lines.get(row).copied() else { return };
            let from = Table::key(&table.rows, pairs.sources(), row);
            let column = column.checked_sub(1).and_then(|at| table.columns.lines.get(at).copied());
            match (row, column) {
                (Line::Heading(_) | Line::Folded(_), None) | (Line::Heading(_), _) => {
                    fold(Table::name(&table.rows, pairs.sources(), row));
                }
                (Line::End { .. }, None) => {
                    from.into_iter().for_each(|end| onselect.emit(Selection::End(end)))
                }
                (_, Some(column)) => {
                    let to = Table::key(&table.columns, pairs.destinations(), column);
                    if let Some((from, to)) = from.zip(to) {
                        onselect.emit(Selection::Arrow(from, to));
                    }
                }
            }
        }
    };
    let onclick = {
        let (active, choose, fold) = (active.clone(), choose.clone(), fold.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some(group) = attribute_at(event.target(), "data-group") {
                fold(&group);
            } else if let Some(place) = place_at(event.target()) {
                active.set(place);
                choose(place);
            }
        })
    };
    let onpointermove = {
        let hot = hot.clone();
        Callback::from(move |event: PointerEvent| {
            // What moves is the table under it: crosses that keep up with that would cost a paint of all for each frame.
            if (event.movement_x(), event.movement_y()) == (0, 0) {
                return;
            }
            let cell = cell_at(event.target());
            hot.set(cell.as_ref().and_then(|cell| place_of(&cell.id())?.1.checked_sub(1)));
            // What a cell says is its tooltip as well, once it is pointed at.
            if let Some(cell) = cell
                && let Some(label) = cell.get_attribute("aria-label")
            {
                let _ = cell.set_attribute("title", &label);
            }
        })
    };
    let onpointerleave = Callback::from(move |_: PointerEvent| hot.set(None));
    let onkeydown = {
        let (active, scroller) = (active.clone(), scroller.clone());
        Callback::from(move |event: KeyboardEvent| {
            // A button within has keys of its own.
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if target != scroller.cast::<Element>() {
                return;
            }
            let (row, column) = active_now;
            let (last_row, whole) = (size.rows.saturating_sub(1), event.ctrl_key() || event.meta_key());
            let next = match event.key().as_str() {
                "ArrowUp" => (row.saturating_sub(1), column),
                "ArrowDown" => ((row + 1).min(last_row), column),
                "ArrowLeft" => (row, column.saturating_sub(1)),
                "ArrowRight" => (row, (column + 1).min(size.columns)),
                "PageUp" => (row.saturating_sub(PAGE), column),
                "PageDown" => ((row + PAGE).min(last_row), column),
                "Home" => (if whole { 0 } else { row }, 0),
                "End" => (if whole { last_row } else { row }, size.columns),
                "Enter" | " " => {
                    event.prevent_default();
                    return choose(active_now);
                }
                _ => return,
            };
            event.prevent_default();
            active.set(next);
            if let Some(scroller) = scroller.cast::<Element>() {
                size.reveal(&scroller, next.0, next.1.checked_sub(1));
            }
        })
    };

    let export = Export({
        let (table, pairs, changes, filter) = (Rc::clone(&table), pairs.clone(), changes.clone(), *filter);
        Rc::new(move |format| {
            let shows = |verdict, changed| filter.shows(verdict, changed);
            match format {
                Format::Csv => table.csv(&pairs, &changes, &shows),
                Format::Markdown => table.markdown(&pairs, &changes, &shows),
            }
        })
    });
    let ongroup = {
        let (folding, opening) = (folding.clone(), props.opening);
        Callback::from(move |grouping| folding.set(Folding { opening, grouping, chosen: None }))
    };
    let names = table.group_names(|_| true);
    let all_folded = folded(&table) == names;
    let onfold = {
        let folding_now = folding_now.clone();
        Callback::from(move |all: bool| {
            let chosen = Some(if all { names.clone() } else { Vec::new() });
            folding.set(Folding { chosen, ..folding_now.clone() });
        })
    };
    html! {
        <div class="matrix-pane">
            <MatrixBar grouping={folding_now.grouping.clone()} labels={labels.as_ref().clone()} {all_folded}
                {ongroup} {onfold} {export} />
            <div ref={scroller} class="matrix" tabindex="0" role="grid" aria-label="Who reaches whom: rows are sources, columns are destinations"
                aria-rowcount={(size.rows + 2).to_string()} aria-colcount={(size.columns + 1).to_string()}
                aria-activedescendant={described} {onscroll} {onclick} {onkeydown} {onpointermove} {onpointerleave}>
                { drawing.table() }
            </div>
        </div>
    }
}

/// Looks what is in view, again whenever that changes; on paper, which does not scroll, it is all of the table.
#[inline(never)]
fn keep_in_view(
    size: Size,
    look: &Rc<impl Fn() + 'static>,
    window: &UseStateHandle<Window>,
) -> Box<dyn FnOnce()> {
    look();
    let listeners = ["resize", "beforeprint", "afterprint"].map(|event| {
        let (look, window) = (Rc::clone(look), window.clone());
        EventListener::new(&gloo::utils::window(), event, move |_| {
            match size.printable().filter(|_| event == "beforeprint") {
                Some(whole) => window.set(whole),
                None => look(),
            }
        })
    });
    Box::new(move || drop(listeners))
}

/// The names of the groups that are folded.
fn folded(table: &Table) -> Vec<Arc<str>> {
    table.group_names(|group| group.folded)
}

/// The attribute of the element under an event, or of what holds it.
fn attribute_at(target: Option<EventTarget>, name: &str) -> Option<String> {
    let element = target?.dyn_into::<HtmlElement>().ok()?;
    element.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// The cell under an event, or a row's name.
fn cell_at(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(CELLS).ok()?
}

/// Its row and its column, which its id says.
fn place_at(target: Option<EventTarget>) -> Option<(usize, usize)> {
    place_of(&cell_at(target)?.id())
}
