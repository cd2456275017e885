//! What went wrong, as a value: never a string put together where it occurs to be printed.

use std::fmt;

use crate::{Fix, Location};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something was left out because of it.
    Error,
    /// It was read, but hardly means what its author wanted.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One finding about the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable and in kebab case, such as `yaml-syntax` or `duplicate-key`.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Lower case, without a full stop, code in `backticks`.
    pub message: String,
    /// Where; `None` only where it concerns the input as a whole.
    pub at: Option<Location>,
    /// The field, as the API server spells it: `spec.ingress[0].from[1].ipBlock.cidr`.
    pub path: Option<String>,
    /// What to do about it, in the message's style.
    pub help: Option<String>,
    /// Other places that matter, such as the earlier of two like names.
    pub related: Vec<Related>,
    /// What mends it, where that is mechanical.
    pub fix: Option<Box<Fix>>,
}

/// A further place that a diagnostic speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub at: Location,
    /// What is there, in the message's style.
    pub message: String,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(id: &'static str, at: Location, message: impl Into<String>) -> Self {
        Self::new(id, Severity::Error, Some(at), message)
    }

    /// A warning at a place.
    pub fn warning(id: &'static str, at: Location, message: impl Into<String>) -> Self {
        Self::new(id, Severity::Warning, Some(at), message)
    }

    /// A note at a place.
    pub fn note(id: &'static str, at: Location, message: impl Into<String>) -> Self {
        Self::new(id, Severity::Note, Some(at), message)
    }

    /// A diagnostic of any severity, with or without a place.
    pub fn new(
        id: &'static str,
        severity: Severity,
        at: Option<Location>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            id,
            severity,
            message: message.into(),
            at,
            path: None,
            help: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// The same, naming the field.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same, with a line of help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with what mends it.
    #[must_use]
    pub fn with_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.map(Box::new);
        self
    }

    /// The same, pointing at a further place.
    #[must_use]
    pub fn with_related(mut self, at: Location, message: impl Into<String>) -> Self {
        self.related.push(Related { at, message: message.into() });
        self
    }
}
