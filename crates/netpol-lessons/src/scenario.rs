//! The work a user has: what a draft keeps and a link carries.

use std::fmt;

use netpol_engine::{Port, Protocol};
use netpol_syntax::{FileId, Limits, Node, Severity, Value, parse};
use serde::{Serialize, Serializer};

use crate::json::to_json;

/// Files and what of them is looked at.
///
/// Its JSON is forward tolerant: fields that are not known are passed over, and a view option that cannot be
/// read is as if it were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The files, in the order of their tabs.
    pub files: Vec<ScenarioFile>,
    /// The file that is open in the editor, by name; the first where it is `None`.
    pub active: Option<String>,
    /// The port asked about; `None` for those that each destination serves.
    pub port: Option<Port>,
    /// What is selected on the stage.
    pub selection: Option<Selection>,
    /// The lesson that is being played.
    pub lesson: Option<LessonPlace>,
    /// Workloads that stand where the user put them.
    pub pins: Vec<Pin>,
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScenarioFile {
    /// What its tab says: `policies.yaml`.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl ScenarioFile {
    /// A file from its name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

/// What is selected on the stage. Its ends are named as the diagram names them: `namespace/workload`, a
/// namespace, or a CIDR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// One direction between two ends.
    Arrow {
        /// Where it comes from.
        from: String,
        /// Where it goes.
        to: String,
    },
    /// One end alone.
    Node(String),
}

/// A workload, and in which of its namespace's cells it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pin {
    /// The workload, as the diagram names it: `namespace/workload`.
    pub node: String,
    /// Its column, from 0.
    pub column: u16,
    /// Its row, from 0.
    pub row: u16,
}

/// A lesson and how far it has been played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LessonPlace {
    /// The lesson's id.
    pub id: String,
    /// The step, from 0.
    pub step: usize,
}

/// Why a text holds no scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioError {
    /// It is not the JSON of one.
    Damaged,
    /// It comes from a later version of this program.
    Newer,
    /// A file has no usable name, or two have the same.
    BadName,
    /// It has more files or longer names than are allowed.
    Oversized,
}

impl ScenarioError {
    /// `scenario-damaged`, `scenario-newer`, `scenario-names` or `scenario-oversized`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Damaged => "scenario-damaged",
            Self::Newer => "scenario-newer",
            Self::BadName => "scenario-names",
            Self::Oversized => "scenario-oversized",
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => "this scenario is damaged and cannot be read",
            Self::Newer => {
                "this scenario was made by a newer version of this page; reload to get that version"
            }
            Self::BadName => "a file of this scenario has no usable name, or two files have the same",
            Self::Oversized => "this scenario has more files or longer file names than this page opens",
        })
    }
}

impl std::error::Error for ScenarioError {}

/// The version that [`Scenario::to_json`] writes: it grows when older readers would misread the work itself,
/// not when a view option is added.
const VERSION: u32 = 1;

/// A scenario as JSON has it.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    files: &'a [ScenarioFile],
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<&'a str>,
    /// `TCP/80`.
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<&'a Selection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lesson: Option<&'a LessonPlace>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pins: &'a [Pin],
}

impl Serialize for Scenario {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            version: VERSION,
            files: &self.files,
            active: self.active.as_deref(),
            port: self.port.map(|port| format!("{}/{}", port.protocol, port.number)),
            selection: self.selection.as_ref(),
            lesson: self.lesson.as_ref(),
            pins: &self.pins,
        };
        written.serialize(serializer)
    }
}

impl Scenario {
    /// How many files one may have: more than anyone keeps in tabs.
    pub const MAX_FILES: usize = 100;
    /// How many bytes a file's name may have, as in most file systems.
    pub const MAX_NAME_BYTES: usize = 255;

    /// Compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Reads what [`Self::to_json`] wrote, now or in another version.
    ///
    /// # Errors
    /// Where it is damaged, from a newer version, past the limits, or its files have no fit names.
    pub fn from_json(json: &str) -> Result<Self, ScenarioError> {
        let document = parse(FileId(0), json, &Limits::PAGE);
        let is_whole = document.diagnostics.iter().all(|it| it.severity != Severity::Error);
        match document.documents.as_slice() {
            [document] if is_whole => Self::from_node(document.root()),
            _ => Err(ScenarioError::Damaged),
        }
    }

    /// Reads what [`Self::to_json`] wrote, from within other JSON.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_node(node: Node<'_>) -> Result<Self, ScenarioError> {
        // The version first: a newer scenario may look different in all else.
        let version = number(node, "version").ok_or(ScenarioError::Damaged)?;
        if version > u64::from(VERSION) {
            return Err(ScenarioError::Newer);
        }
        let files = node.get("files").filter(|files| files.is_sequence()).ok_or(ScenarioError::Damaged)?;
        let file = |file| Some(ScenarioFile { name: text(file, "name")?, text: text(file, "text")? });
        let scenario = Self {
            files: files.items().map(file).collect::<Option<_>>().ok_or(ScenarioError::Damaged)?,
            active: text(node, "active"),
            port: text(node, "port").and_then(|text| port(&text)),
            selection: node.get("selection").and_then(selection),
            lesson: node.get("lesson").and_then(|lesson| {
                let step = match lesson.get("step") {
                    Some(_) => usize::try_from(number(lesson, "step")?).ok()?,
                    None => 0,
                };
                Some(LessonPlace { id: text(lesson, "id")?, step })
            }),
            pins: node.get("pins").into_iter().flat_map(Node::items).filter_map(pin).collect(),
        };
        scenario.validate()?;
        Ok(scenario)
    }

    /// Whether it is one that [`Self::from_json`] takes.
    ///
    /// # Errors
    /// Where it has too many files, too long names, or names that are empty, alike, or hold control characters.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        if self.files.len() > Self::MAX_FILES
            || self.files.iter().any(|file| file.name.len() > Self::MAX_NAME_BYTES)
        {
            return Err(ScenarioError::Oversized);
        }
        let is_odd = |name: &str| name.trim().is_empty() || name.chars().any(char::is_control);
        let mut names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        netpol_syntax::order::sort_and_dedup(&mut names);
        if names.len() < self.files.len() || names.into_iter().any(is_odd) {
            return Err(ScenarioError::BadName);
        }
        Ok(())
    }
}

/// The text under `key`.
fn text(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key)?.as_str().map(str::to_owned)
}

/// The number under `key`.
fn number(node: Node<'_>, key: &str) -> Option<u64> {
    match node.get(key)?.value()? {
        Value::Int(number) => u64::try_from(number).ok(),
        Value::UInt(number) => Some(number),
        _ => None,
    }
}

fn selection(node: Node<'_>) -> Option<Selection> {
    if let Some(arrow) = node.get("arrow") {
        return Some(Selection::Arrow { from: text(arrow, "from")?, to: text(arrow, "to")? });
    }
    text(node, "node").map(Selection::Node)
}

fn pin(node: Node<'_>) -> Option<Pin> {
    let cell = |key| number(node, key).and_then(|number| u16::try_from(number).ok());
    Some(Pin { node: text(node, "node")?, column: cell("column")?, row: cell("row")? })
}

/// The port that `TCP/80` is.
fn port(text: &str) -> Option<Port> {
    let (protocol, number) = text.split_once('/')?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some(Port { protocol: Protocol::from_api(protocol)?, number })
}
