//! Where boxes and nodes stand. It depends on the cluster and on what the user put elsewhere, alone: an edit of policies
//! moves nothing.
//!
//! Namespaces stand in columns. Those that offer services make up the main columns, in the order of the
//! text, which is how three-tier tutorials draw them; those that only hold clients, and the system's own,
//! stand beside them. Between the columns of nodes run *gutters*, which is where lines go up and down.

use std::sync::Arc;

use netpol_engine::{Analysis, Cluster, NamespaceId, ServiceKind, WorkloadId};

use crate::EndKey;
use crate::cells::{Cell, Grid, Pins, seat};
use crate::marks::{ROOM_LEFT, ROOM_RIGHT};
use crate::measure::{bold_width, width};
use crate::reach::{Asked, Drawn, drawn, namespace_key};
use crate::{PortChoice, words};

/// A point of the picture, in CSS pixels at zoom 1, from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A rectangle of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Rect {
    /// The x of its right edge.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The y of its bottom edge.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its middle.
    #[must_use]
    pub fn center(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Whether a point lies in it.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        (self.x..=self.right()).contains(&point.x) && (self.y..=self.bottom()).contains(&point.y)
    }

    /// Whether the two share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The same with `by` more on every side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }
}

/// Where everything of the cluster stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Namespaces, in reading order.
    pub boxes: Vec<BoxPlace>,
    /// Workloads, in reading order.
    pub nodes: Vec<NodePlace>,
    /// The columns that nodes stand in, from the left.
    pub(crate) columns: Vec<Column>,
    /// The width of every node.
    pub(crate) node_width: f64,
    /// The whole, the lane at the top included.
    pub width: f64,
    /// The whole, the lane at the top included.
    pub height: f64,
}

/// Where a namespace stands.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxPlace {
    /// Its key.
    pub key: EndKey,
    /// Its box.
    pub rect: Rect,
    pub(crate) namespace: NamespaceId,
    /// Its first and its last column of nodes.
    pub(crate) columns: (usize, usize),
    /// The cells that its nodes stand in.
    pub(crate) grid: Grid,
}

/// Where a workload stands.
#[derive(Clone, Debug, PartialEq)]
pub struct NodePlace {
    /// Its key.
    pub key: EndKey,
    /// Its node.
    pub rect: Rect,
    pub(crate) workload: WorkloadId,
    pub(crate) column: usize,
    /// The cell of its box that it stands in.
    pub(crate) cell: Cell,
}

/// A column of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) left: f64,
    pub(crate) right: f64,
    /// How far its boxes reach past its nodes on the left, where lines have no business.
    pub(crate) before: f64,
    /// The same on the right.
    pub(crate) after: f64,
}

/// The lane for what lies outside, at the top; it is always kept free, so that a policy that names an
/// address moves nothing.
pub(crate) const LANE_TOP: f64 = 24.0;
/// The height of every node.
pub(crate) const NODE_HEIGHT: f64 = 46.0;
/// The height of a box's title.
pub(crate) const BOX_HEAD: f64 = 36.0;
/// From the lane down to the first boxes.
pub(crate) const LANE_GAP: f64 = 62.0;
const TOP: f64 = LANE_TOP + NODE_HEIGHT + LANE_GAP;
const MARGIN: f64 = 24.0;
/// Free room left of the first column and right of the last, for lines that go round.
const SIDE: f64 = 66.0;
const BOX_FOOT: f64 = 18.0;
const BOX_PADDING: f64 = 30.0;
const SIDE_PADDING: f64 = 22.0;
const COLUMN_GAP: f64 = 138.0;
const INNER_GAP: f64 = 60.0;
const EMPTY_BODY: f64 = 26.0;
/// The stage that a picture is laid out for: a window's, between the editor and the side panel.
const STAGE: (f64, f64) = (760.0, 800.0);

/// A namespace that is to be placed.
struct Block<'a> {
    namespace: NamespaceId,
    /// Its workloads in reading order, each in its cell.
    workloads: Vec<(&'a Drawn, Cell)>,
    /// How many columns its nodes stand in.
    columns: usize,
    /// How many rows.
    rows: usize,
    padding: f64,
}

impl Block<'_> {
    /// Few nodes stand far enough apart for a label between them.
    fn node_gap(&self) -> f64 {
        if self.rows <= 6 { 56.0 } else { 18.0 }
    }

    fn height(&self) -> f64 {
        if self.workloads.is_empty() {
            return BOX_HEAD + EMPTY_BODY;
        }
        let rows = self.rows as f64;
        BOX_HEAD + rows * NODE_HEIGHT + (rows - 1.0) * self.node_gap() + BOX_FOOT
    }
}

/// Boxes above one another.
struct Stack<'a> {
    blocks: Vec<Block<'a>>,
    gap: f64,
}

impl Stack<'_> {
    fn height(&self) -> f64 {
        let gaps = self.blocks.len().saturating_sub(1) as f64 * self.gap;
        self.blocks.iter().map(Block::height).sum::<f64>() + gaps
    }

    fn columns(&self) -> usize {
        self.blocks.iter().map(|block| block.columns).max().unwrap_or(1)
    }
}

impl Layout {
    /// Lays a cluster out.
    #[must_use]
    pub fn of(analysis: &Analysis) -> Self {
        Self::arranged(analysis, &[], &Pins::default())
    }

    /// The same, but for the namespaces of some names, which are sorted, and with workloads where the user put them.
    #[must_use]
    pub fn arranged(analysis: &Analysis, hidden: &[Arc<str>], pins: &Pins) -> Self {
        let cluster = &analysis.cluster;
        let mut drawn = drawn(analysis);
        drawn.retain(|drawn| !drawn.key.is_in(hidden));
        let node_width = node_width(cluster, &drawn);
        let (mains, side, system) = stacks(cluster, &drawn, (hidden, pins), node_width);
        let mut placer = Placer {
            boxes: Vec::new(),
            nodes: Vec::new(),
            columns: Vec::new(),
            node_width,
            x: MARGIN + SIDE,
        };
        let main_height = mains.iter().map(Stack::height).fold(0.0, f64::max);
        for stack in &mains {
            // Shorter columns begin at the top, like the first: text is read from there.
            placer.stack(cluster, stack, TOP);
        }
        let system_height = system.height();
        let side_height = side.height();
        let needed = side_height + if side.blocks.is_empty() { 0.0 } else { side.gap } + system_height;
        let height = main_height.max(needed);
        // Beside the main columns: clients in the middle, as far as the system leaves room at the bottom.
        let free = height - system_height - if side.blocks.is_empty() { 0.0 } else { side.gap };
        let side_top = TOP + ((height - side_height) / 2.0).min(free - side_height).max(0.0);
        let blocks = side.blocks.into_iter().chain(system.blocks).collect();
        let last = Stack { blocks, gap: side.gap };
        let system_top = TOP + height - system_height;
        // Where there is no system's box, the last one is a client's like the others.
        if system_height > 0.0 {
            placer.beside(cluster, &last, side_top, system_top);
        } else {
            placer.stack(cluster, &last, side_top);
        }
        // Lines go round on the right only where three stand above one another there.
        let last_column = placer.columns.len().saturating_sub(1);
        let round = placer.nodes.iter().filter(|node| node.column == last_column).count() > 2;
        let width = placer.x - COLUMN_GAP + if round { SIDE } else { 0.0 } + MARGIN;
        Self {
            boxes: placer.boxes,
            nodes: placer.nodes,
            columns: placer.columns,
            node_width: placer.node_width,
            // Where nothing is drawn there is still room for what lies outside.
            width: width.max(2.0 * (MARGIN + SIDE)),
            height: TOP + height + MARGIN,
        }
    }
}

/// The main columns, the clients' column, and the system's box.
fn stacks<'a>(
    cluster: &Cluster,
    drawn: &'a [Drawn],
    (hidden, pins): (&[Arc<str>], &Pins),
    width_of_node: f64,
) -> (Vec<Stack<'a>>, Stack<'a>, Stack<'a>) {
    let block = |namespace: NamespaceId, padding: f64| {
        let workloads: Vec<&Drawn> =
            drawn.iter().filter(|it| cluster.workloads[it.id].namespace == namespace).collect();
        let columns = inner_columns(workloads.len());
        let (workloads, columns, rows) = seat(workloads, columns, |it| pins.get(&it.key));
        Block { namespace, workloads, columns: columns.max(1), rows, padding }
    };
    let holds = |id: NamespaceId| drawn.iter().any(|it| cluster.workloads[it.id].namespace == id);
    let is_shown = |id: NamespaceId| cluster.namespaces[id].at.is_some() || holds(id);
    let shown = cluster.namespaces.iter();
    let shown = shown.filter(|(id, _)| is_shown(*id) && !namespace_key(cluster, *id).is_in(hidden));
    let (system, users): (Vec<_>, Vec<_>) = shown.partition(|(_, namespace)| namespace.is_system());
    let serves = |id: NamespaceId| {
        let mut services = cluster.services.rows().iter().filter(|service| service.namespace == id);
        services.any(|service| !matches!(service.kind, ServiceKind::ExternalName(_)))
    };
    let users: Vec<NamespaceId> = users.into_iter().map(|(id, _)| id).collect();
    let (mut main, mut side): (Vec<NamespaceId>, Vec<NamespaceId>) =
        users.iter().partition(|id| serves(**id));
    // Where hardly anything serves or much does not, telling the two apart explains nothing.
    if main.is_empty() || side.len() > 3 {
        (main, side) = (users, Vec::new());
    }

    let main: Vec<Block<'_>> = main.into_iter().map(|id| block(id, BOX_PADDING)).collect();
    let gap = match main.len() {
        0..=3 => 88.0,
        4..=6 => 64.0,
        _ => 44.0,
    };
    let mains = split(main, gap, width_of_node, !side.is_empty());
    let beside = |ids: Vec<NamespaceId>| Stack {
        blocks: ids.into_iter().map(|id| block(id, SIDE_PADDING)).collect(),
        gap: 56.0,
    };
    (mains, beside(side), beside(system.into_iter().map(|(id, _)| id).collect()))
}

/// Puts blocks into columns, in reading order: into as many as let the whole stand largest on a stage.
fn split<'a>(mut blocks: Vec<Block<'a>>, gap: f64, node_width: f64, has_side: bool) -> Vec<Stack<'a>> {
    let heights: Vec<f64> = blocks.iter().map(Block::height).collect();
    let column = node_width + 2.0 * BOX_PADDING + COLUMN_GAP;
    let inner = |block: &Block<'_>| (block.columns as f64 - 1.0) * (node_width + INNER_GAP);
    let widest = blocks.iter().map(inner).fold(0.0, f64::max);
    let mut best: (f64, Vec<usize>) = (0.0, vec![blocks.len()]);
    for count in 1..=blocks.len() {
        let counts = fill(&heights, gap, count);
        let mut rest = heights.as_slice();
        let mut tallest: f64 = 0.0;
        for taken in &counts {
            let (these, others) = rest.split_at((*taken).min(rest.len()));
            tallest = tallest.max(these.iter().sum::<f64>() + gap * these.len().saturating_sub(1) as f64);
            rest = others;
        }
        // One more column beside them for the system, and clients if there are any.
        let beside = if has_side { column } else { column * 0.8 };
        let width = counts.len() as f64 * (column + widest) + beside + SIDE + MARGIN;
        let scale = (STAGE.0 / width).min(STAGE.1 / (tallest + TOP + MARGIN));
        if scale > best.0 * 1.02 {
            best = (scale, counts);
        }
    }
    let mut stacks = Vec::new();
    for count in best.1 {
        let rest = blocks.split_off(count.min(blocks.len()));
        stacks.push(Stack { blocks: std::mem::replace(&mut blocks, rest), gap });
    }
    stacks.retain(|stack| !stack.blocks.is_empty());
    stacks
}

/// How many blocks go into each of about `columns` columns of like height.
fn fill(heights: &[f64], gap: f64, columns: usize) -> Vec<usize> {
    let total: f64 = heights.iter().map(|height| height + gap).sum();
    let target = total / columns.max(1) as f64;
    let mut counts: Vec<usize> = Vec::new();
    let mut filled = 0.0;
    for height in heights {
        // A block goes where more than half of it still fits.
        let fits = filled + (height + gap) / 2.0 <= target;
        match counts.last_mut() {
            Some(count) if fits => {
                *count += 1;
                filled += height + gap;
            }
            _ => {
                counts.push(1);
                filled = height + gap;
            }
        }
    }
    counts
}

/// How many columns so many nodes stand in: wider than high only when there are many.
fn inner_columns(nodes: usize) -> usize {
    match nodes {
        0..=4 => 1,
        5..=12 => 2,
        13..=21 => 3,
        22..=40 => 4,
        _ => ((nodes as f64 / 2.5).sqrt().ceil() as usize).max(4),
    }
}

/// One width for all nodes, so that columns are straight; long names are shortened.
fn node_width(cluster: &Cluster, drawn: &[Drawn]) -> f64 {
    let widths = drawn.iter().map(|it| {
        let workload = &cluster.workloads[it.id];
        let asked = Asked::of(workload, PortChoice::AsServed);
        let subtitle = words::subtitle(workload.pods.len(), &asked);
        bold_width(&workload.name, 13.0).max(width(&subtitle, 11.0)) + ROOM_LEFT + ROOM_RIGHT
    });
    widths.fold(160.0, f64::max).min(230.0).ceil()
}

struct Placer {
    boxes: Vec<BoxPlace>,
    nodes: Vec<NodePlace>,
    columns: Vec<Column>,
    node_width: f64,
    x: f64,
}

impl Placer {
    /// Places boxes from `top` down, in a column of their own.
    fn stack(&mut self, cluster: &Cluster, stack: &Stack<'_>, top: f64) {
        self.place(cluster, stack, top, None);
    }

    /// Places clients' boxes from `top` down and the last one, the system's, at `bottom`.
    fn beside(&mut self, cluster: &Cluster, stack: &Stack<'_>, top: f64, bottom: f64) {
        self.place(cluster, stack, top, Some(bottom));
    }

    fn place(&mut self, cluster: &Cluster, stack: &Stack<'_>, top: f64, last_top: Option<f64>) {
        if stack.blocks.is_empty() {
            return;
        }
        let count = stack.columns();
        let first = self.columns.len();
        let padding = stack.blocks.iter().map(|block| block.padding).fold(0.0, f64::max);
        let inner = count as f64 * self.node_width + (count as f64 - 1.0) * INNER_GAP;
        for column in 0..count {
            let left = self.x + padding + column as f64 * (self.node_width + INNER_GAP);
            self.columns.push(Column {
                left,
                right: left + self.node_width,
                before: if column == 0 { padding } else { 0.0 },
                after: if column + 1 == count { padding } else { 0.0 },
            });
        }
        let width = inner + 2.0 * padding;
        let mut y = top;
        for (at, block) in stack.blocks.iter().enumerate() {
            if let (Some(last_top), true) = (last_top, at + 1 == stack.blocks.len()) {
                y = last_top;
            }
            let rect = Rect { x: self.x, y, width, height: block.height() };
            let grid = self.block(block, first, y);
            self.boxes.push(BoxPlace {
                key: namespace_key(cluster, block.namespace),
                rect,
                namespace: block.namespace,
                columns: (first, first + count - 1),
                grid,
            });
            y += block.height() + stack.gap;
        }
        self.x += width + COLUMN_GAP;
    }

    /// Places a box's nodes, from its first column on and below its top.
    fn block(&mut self, block: &Block<'_>, first: usize, top: f64) -> Grid {
        let grid = Grid {
            origin: Point {
                x: self.columns.get(first).map_or(self.x, |column| column.left),
                y: top + BOX_HEAD,
            },
            step: Point { x: self.node_width + INNER_GAP, y: NODE_HEIGHT + block.node_gap() },
            size: Point { x: self.node_width, y: NODE_HEIGHT },
            columns: block.columns as u16,
        };
        for (workload, cell) in &block.workloads {
            self.nodes.push(NodePlace {
                key: workload.key.clone(),
                rect: grid.rect(*cell),
                workload: workload.id,
                column: first + usize::from(cell.column),
                cell: *cell,
            });
        }
        grid
    }
}
