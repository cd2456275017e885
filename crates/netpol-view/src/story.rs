//! Explanations as data: stages with a status, and words in which names are links to their lines.

use netpol_syntax::Location;

use crate::ArrowVerdict;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// A name or value, to be set as code.
    Code(String),
    /// A name that leads to its place in the text.
    Link {
        /// The words.
        text: String,
        /// Where they lead.
        at: Location,
    },
}

/// A sentence in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Words(pub Vec<Piece>);

impl Words {
    /// No words yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same and plain words.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// The same and a name or value.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Code(text.into()));
        self
    }

    /// The same and a name that leads to `at`; code where it leads nowhere.
    #[must_use]
    pub fn link(mut self, text: impl Into<String>, at: Option<Location>) -> Self {
        let text = text.into();
        self.0.push(match at {
            Some(at) => Piece::Link { text, at },
            None => Piece::Code(text),
        });
        self
    }

    /// The same and all of `more`.
    #[must_use]
    pub fn then(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As plain text, code in backticks.
impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) | Piece::Link { text, .. } => f.write_str(text)?,
                Piece::Code(text) => write!(f, "`{text}`")?,
            }
        }
        Ok(())
    }
}

/// How a stage of a story went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It passes.
    Passes,
    /// It is where it ends.
    Blocks,
    /// It passes for some.
    Partly,
    /// It has no say in it.
    Neutral,
}

impl Status {
    /// `passes`, `blocks`, `partly` or `neutral`, for class names and attributes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Blocks => "blocks",
            Self::Partly => "partly",
            Self::Neutral => "neutral",
        }
    }
}

/// One stage on the way from source to destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// How it went.
    pub status: Status,
    /// What it is and how it went: "Leaving frontend: blocked".
    pub headline: String,
    /// Why, a paragraph each.
    pub lines: Vec<Words>,
}

/// The story of an arrow or a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Who to whom: "frontend → database".
    pub title: String,
    /// About what: "TCP 80, by name: `curl database.database-tier`".
    pub subtitle: Words,
    /// The verdict; `None` for a probe, whose outcome stands in `verdict_text`.
    pub verdict: ArrowVerdict,
    /// The verdict in words: "Blocked at both ends".
    pub verdict_text: String,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// Where clusters differ, a sentence each.
    pub caveats: Vec<Words>,
}
