//! The cells of a namespace's box, in which its workloads stand: in reading order, but for those that the user put
//! into a cell of their own.

use netpol_syntax::order::{sort_and_dedup, sort_by};

use crate::layout::{Point, Rect};
use crate::{EndKey, Scene};

/// A place among the workloads of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// From the left, from 0.
    pub column: u16,
    /// From the top, from 0.
    pub row: u16,
}

impl Cell {
    /// The nearest cell that is no further than `last`.
    fn within(self, last: Self) -> Self {
        Self { column: self.column.min(last.column), row: self.row.min(last.row) }
    }
}

/// The workloads that the user put somewhere, and where. Others flow around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    pins: Vec<(EndKey, Cell)>,
}

impl Pins {
    /// Whether nothing is pinned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pins.is_empty()
    }

    /// All of them, in the order in which they were pinned.
    pub fn iter(&self) -> impl Iterator<Item = &(EndKey, Cell)> {
        self.pins.iter()
    }

    /// Where `node` is pinned.
    #[must_use]
    pub fn get(&self, node: &EndKey) -> Option<Cell> {
        self.pins.iter().find(|(known, _)| known == node).map(|(_, cell)| *cell)
    }

    /// Pins `node` to a cell. What of its namespace is pinned there goes to `before`, where `node` stood.
    pub fn pin(&mut self, node: EndKey, cell: Cell, before: Cell) {
        self.unpin(&node);
        let rival =
            self.pins.iter_mut().find(|(known, at)| *at == cell && known.namespace() == node.namespace());
        if let Some((_, at)) = rival {
            *at = before;
        }
        self.pins.push((node, cell));
    }

    /// Lets `node` flow with the others again.
    pub fn unpin(&mut self, node: &EndKey) {
        self.pins.retain(|(known, _)| known != node);
    }
}

/// The cells of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The top left of the first cell.
    pub(crate) origin: Point,
    /// From one cell to the next, to the right and down.
    pub(crate) step: Point,
    /// A cell's width and height.
    pub(crate) size: Point,
    /// How many columns there are.
    pub(crate) columns: u16,
}

impl Grid {
    /// Where a cell is.
    #[must_use]
    pub fn rect(&self, cell: Cell) -> Rect {
        Rect {
            x: self.origin.x + f64::from(cell.column) * self.step.x,
            y: self.origin.y + f64::from(cell.row) * self.step.y,
            width: self.size.x,
            height: self.size.y,
        }
    }

    /// The cell at a point; between two of them, the one behind.
    fn at(&self, point: Point) -> Cell {
        let column = ((point.x - self.origin.x - self.size.x) / self.step.x).ceil();
        let row = ((point.y - self.origin.y - self.size.y) / self.step.y).ceil();
        Cell { column: column as u16, row: row as u16 }
    }

    /// Its position in reading order.
    fn position(&self, cell: Cell) -> u32 {
        u32::from(cell.row) * u32::from(self.columns) + u32::from(cell.column)
    }
}

/// A direction in which a workload can be moved by a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A column to the left.
    Left,
    /// A column to the right.
    Right,
    /// A row up.
    Up,
    /// A row down.
    Down,
}

impl Scene {
    /// The cells that `node` stands among, its own, and the last one that it can be moved to: a column and a row more than
    /// there are, but where it would leave its own empty by that, and nothing would change.
    fn cells_of(&self, node: &EndKey) -> Option<(&Grid, Cell, Cell)> {
        let home = self.boxes.iter().find(|place| Some(place.key.as_str()) == node.namespace())?;
        let own = self.nodes.iter().find(|known| known.key == *node)?.cell?;
        let others = self.nodes.iter().filter(|other| other.key.namespace() == node.namespace());
        let others = others.filter(|other| other.key != *node).filter_map(|other| other.cell);
        let (mut column, mut row) = (0, 0);
        for other in others {
            (column, row) = (column.max(other.column + 1), row.max(other.row + 1));
        }
        Some((&home.grid, own, Cell { column, row }))
    }

    /// Where `node` stands now and where it would stand, were it dropped at a point of its namespace's box.
    ///
    /// Dropped between two workloads it comes to stand between them: where it stood before them, they move up.
    #[must_use]
    pub fn dropped(&self, node: &EndKey, at: Point) -> Option<(Cell, Cell)> {
        let (grid, from, last) = self.cells_of(node)?;
        let place = self.boxes.iter().find(|place| Some(place.key.as_str()) == node.namespace())?;
        if !place.rect.contains(at) {
            return None;
        }
        let mut to = grid.at(at).within(last);
        let holds = |cell: Cell| {
            let others = self.nodes.iter().filter(|other| other.key.namespace() == node.namespace());
            others.into_iter().any(|other| other.cell == Some(cell))
        };
        if to.column < grid.columns && holds(to) && grid.position(from) < grid.position(to) {
            let (position, columns) = (grid.position(to) - 1, u32::from(grid.columns));
            to = Cell { column: (position % columns) as u16, row: (position / columns) as u16 };
        }
        (to != from).then_some((from, to))
    }

    /// Where `node` stands now and where it would stand, a cell further in a direction.
    #[must_use]
    pub fn moved(&self, node: &EndKey, way: Way) -> Option<(Cell, Cell)> {
        let (_, from, last) = self.cells_of(node)?;
        let (column, row) = (from.column, from.row);
        let to = match way {
            Way::Left => Cell { column: column.saturating_sub(1), row },
            Way::Right => Cell { column: column.saturating_add(1), row },
            Way::Up => Cell { column, row: row.saturating_sub(1) },
            Way::Down => Cell { column, row: row.saturating_add(1) },
        }
        .within(last);
        (to != from).then_some((from, to))
    }

    /// Where on the picture a cell of `node`'s namespace is.
    #[must_use]
    pub fn cell_rect(&self, node: &EndKey, cell: Cell) -> Option<Rect> {
        Some(self.cells_of(node)?.0.rect(cell))
    }
}

/// Gives each of `nodes` a cell of a box `columns` wide: pinned ones theirs, the others the free ones in reading order.
/// Rows and columns in which nobody stands are left out. With the nodes, which are in reading order then, comes how many
/// columns and rows there are.
pub(crate) fn seat<T>(
    nodes: Vec<T>,
    columns: usize,
    pinned: impl Fn(&T) -> Option<Cell>,
) -> (Vec<(T, Cell)>, usize, usize) {
    let mut taken: Vec<Cell> = Vec::new();
    let mut pins: Vec<Option<Cell>> = Vec::new();
    for node in &nodes {
        // Of two that are pinned to the same cell the first has it.
        let cell = pinned(node).filter(|cell| !taken.contains(cell));
        taken.extend(cell);
        pins.push(cell);
    }
    let mut free = (0..=u16::MAX)
        .flat_map(|row| (0..columns).map(move |column| Cell { column: column as u16, row }))
        .filter(|cell| !taken.contains(cell));
    let seats = nodes.into_iter().zip(pins);
    let mut seats: Vec<(T, Cell)> =
        seats.filter_map(|(node, pin)| Some((node, pin.or_else(|| free.next())?))).collect();
    let columns = close_up(&mut seats, |cell| &mut cell.column);
    let rows = close_up(&mut seats, |cell| &mut cell.row);
    sort_by(&mut seats, |(_, one), (_, other)| (one.row, one.column).cmp(&(other.row, other.column)));
    (seats, columns, rows)
}

/// Numbers the columns, or rows, in which somebody stands from 0 on; gives how many they are.
fn close_up<T>(seats: &mut [(T, Cell)], part: fn(&mut Cell) -> &mut u16) -> usize {
    let mut used: Vec<u16> = seats.iter_mut().map(|(_, cell)| *part(cell)).collect();
    sort_and_dedup(&mut used);
    for (_, cell) in seats {
        let at = part(cell);
        *at = used.partition_point(|other| *other < *at) as u16;
    }
    used.len()
}
