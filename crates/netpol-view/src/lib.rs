//! What people see of a cluster's verdicts, as plain data: the diagram, the sentences, the tables.
//!
//! Nothing here decides anything: verdicts and evidence come from the engine. And nothing here knows the DOM:
//! the page and the command line turn the same data into elements and bytes.
//!
//! From an [`Analysis`](netpol_engine::Analysis) and its [`Matrix`](netpol_engine::Matrix): [`Pairs`] holds who
//! reaches whom, and [`Reach`] the arrows of it that are drawn; [`Changes`] tells two states apart, and [`Table`] puts
//! pairs in rows and columns. [`Layout`] is where things stand, which depends on the cluster alone, and [`Scene`] both,
//! routed and labelled. [`why`] tells a story about one arrow, [`deciding_flows`] which flows decide it, [`about`] about
//! one node, [`tell`] about a probe.

mod about;
mod advice;
mod bundle;
mod cells;
mod changes;
mod decimal;
mod keeping;
mod keys;
mod label;
mod layout;
mod marks;
mod measure;
mod opening;
mod outside;
mod pairs;
mod proposal;
mod question;
mod reach;
mod route;
mod scene;
mod story;
mod stroke;
mod svg;
mod table;
mod tell;
mod why;
mod words;

pub use about::{About, Fact, about};
pub use advice::advice;
pub use cells::{Cell, Pins, Way};
pub use changes::{Change, Changes, Turn};
pub use decimal::{Decimal, between, decimal, tenths};
pub use keeping::keeping;
pub use keys::{EndKey, EndKind, PortChoice};
pub use layout::{BoxPlace, Layout, NodePlace, Point, Rect};
pub use marks::{Globe, Mark};
pub use opening::{NoOpening, openings};
pub use outside::OutsideEnd;
pub use pairs::{Pair, Pairs};
pub use proposal::{Hunk, Proposal, hunks};
pub use question::deciding_flows;
pub use reach::{Arrow, ArrowVerdict, Counts, Passage, Reach};
pub use scene::{LineDirection, LineLabel, NamespaceBox, Scene, SceneLine, SceneNode, SceneOptions, Stroke};
pub use story::{Piece, Stage, Status, Story, Words};
pub use svg::{Theme, svg};
pub use table::{Arrangement, Group, Grouping, Line, Shows, Side, Table, TableCell, grouping_labels};
pub use tell::tell;
pub use why::{caveat_words, why};
pub use words::count;
