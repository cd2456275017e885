//! How answers are printed: one place for each format, so that all commands print alike.
//!
//! A command says in its arguments which formats it offers ([`Plain`], [`Pairs`], …) and hands its data to the
//! format's writer. Standard output comes as a stream that leaves out colours where nobody can see them, so that
//! writers colour without asking.

pub mod csv;
pub mod dot;
pub mod json;
pub mod markdown;
pub mod table;

use clap::ValueEnum;
use netpol_view::{ArrowVerdict, Status};

/// The formats of an answer about single connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Plain {
    /// For people
    #[default]
    Table,
    /// For programs; `netpol schema` describes it
    Json,
}

/// The formats of an answer about pairs of ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Pairs {
    /// For people
    #[default]
    Table,
    /// For programs; `netpol schema` describes it
    Json,
    /// For spreadsheets: a line for each pair
    Csv,
    /// For reviews and wikis
    Markdown,
    /// For Graphviz: an edge for each pair
    Dot,
}

/// The formats of an answer that is a list of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Rows {
    /// For people
    #[default]
    Table,
    /// For programs; `netpol schema` describes it
    Json,
    /// For spreadsheets
    Csv,
    /// For reviews and wikis
    Markdown,
}

/// The formats of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Reports {
    /// For people, as a compiler prints them
    #[default]
    Table,
    /// For programs; `netpol schema` describes it
    Json,
    /// For spreadsheets
    Csv,
    /// For reviews and wikis
    Markdown,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// The formats of a change of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Patches {
    /// For people
    #[default]
    Table,
    /// For programs; `netpol schema` describes it
    Json,
    /// For `patch -p0`: the best change alone
    Patch,
}

/// How something turned out, which is what colours are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// It passes, it holds.
    Good,
    /// Some of it does.
    Mixed,
    /// It does not.
    Bad,
    /// A heading.
    Head,
}

impl From<ArrowVerdict> for Tone {
    fn from(verdict: ArrowVerdict) -> Self {
        match verdict {
            ArrowVerdict::Allowed => Self::Good,
            ArrowVerdict::Partial => Self::Mixed,
            ArrowVerdict::Blocked => Self::Bad,
        }
    }
}

impl From<Status> for Tone {
    fn from(status: Status) -> Self {
        match status {
            Status::Passes => Self::Good,
            Status::Partly => Self::Mixed,
            Status::Blocks => Self::Bad,
            Status::Neutral => Self::Plain,
        }
    }
}
