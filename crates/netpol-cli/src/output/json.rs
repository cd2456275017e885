//! What the JSON outputs have in common. Each is described by a schema of its own, in `schemas/`, which a test
//! holds it against.

use std::fmt;
use std::io::{self, Write};

use netpol_engine::{Port, PortSet, Protocol};
use netpol_syntax::{Location, Span, TextEdit};
use netpol_view::{Piece, Story, Words};
use serde::Serialize;

use crate::lines::Lines;

/// The form of all JSON outputs: it grows when a field of any changes its meaning or goes. New fields come
/// without, together with their place in the schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Versioned<'a, T> {
    version: u32,
    #[serde(flatten)]
    answer: &'a T,
}

/// Writes an answer on one line, its version first.
///
/// # Errors
/// Where `out` has one.
pub fn write(answer: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Versioned { version: VERSION, answer })?;
    writeln!(out)
}

/// Ports of one protocol, both ends included.
#[derive(Serialize)]
pub struct JsonRange {
    protocol: &'static str,
    first: u16,
    last: u16,
}

/// A set of ports, by protocol and ascending.
pub fn ranges(set: &PortSet) -> Vec<JsonRange> {
    let of = |protocol: Protocol| {
        let range = move |(first, last): &(u16, u16)| JsonRange {
            protocol: protocol.as_str(),
            first: *first,
            last: *last,
        };
        set.ranges(protocol).iter().map(range)
    };
    Protocol::ALL.into_iter().flat_map(of).collect()
}

/// A place in the input, as people count: both from 1, columns in characters.
#[derive(Clone, Debug, Serialize)]
pub struct JsonPlace {
    /// The file's name.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: usize,
}

impl JsonPlace {
    /// File, line and column, each as text.
    pub fn parts(&self) -> (String, String, String) {
        (self.file.clone(), self.line.to_string(), self.column.to_string())
    }
}

/// A stretch of the input.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonSpan {
    /// Where it begins.
    #[serde(flatten)]
    pub start: JsonPlace,
    /// The line of its end.
    pub end_line: u32,
    /// The column that follows it.
    pub end_column: usize,
}

/// A replacement of a stretch of the input.
#[derive(Clone, Debug, Serialize)]
pub struct JsonEdit {
    #[serde(flatten)]
    span: JsonSpan,
    text: String,
}

/// Edits with their places.
pub fn edits(edits: &[TextEdit], lines: &mut Lines<'_>) -> Vec<JsonEdit> {
    let edit = |edit: &TextEdit| Some(JsonEdit { span: span(edit.at, lines)?, text: edit.text.clone() });
    edits.iter().filter_map(edit).collect()
}

/// As a compiler names it: `file:line:column`.
impl fmt::Display for JsonPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What a connection is aimed at.
#[derive(Serialize)]
#[serde(untagged)]
pub enum JsonTarget {
    /// What `curl` is given.
    Curl {
        /// `HOST[:PORT]`.
        curl: String,
    },
    /// A bare connection.
    Connect {
        /// `namespace/name` or an address.
        to: String,
        /// The destination's own.
        port: u16,
        /// `TCP`, `UDP` or `SCTP`.
        protocol: &'static str,
    },
}

impl JsonTarget {
    /// A bare connection.
    pub fn connect(to: String, port: Port) -> Self {
        Self::Connect { to, port: port.number, protocol: port.protocol.as_str() }
    }
}

/// Where `at` is; `None` where it lies in none of the files.
pub fn place(at: Location, lines: &mut Lines<'_>) -> Option<JsonPlace> {
    let line = lines.line(at)?;
    Some(JsonPlace { file: line.file.to_owned(), line: line.number, column: lines.column(at) })
}

/// From where to where `at` is; `None` where it lies in none of the files.
pub fn span(at: Location, lines: &mut Lines<'_>) -> Option<JsonSpan> {
    let start = place(at, lines)?;
    let end = Location { file: at.file, span: Span::new(at.span.end, at.span.end) };
    let end = place(end, lines)?;
    Some(JsonSpan { start, end_line: end.line, end_column: end.column })
}

/// What happened to a connection, or may happen, in words.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonStory {
    title: String,
    subtitle: JsonWords,
    summary: String,
    stages: Vec<JsonStage>,
    caveats: Vec<JsonWords>,
}

#[derive(Serialize)]
struct JsonStage {
    status: &'static str,
    headline: String,
    lines: Vec<JsonWords>,
}

/// A sentence, and where what it names is written.
#[derive(Serialize)]
pub struct JsonWords {
    text: String,
    places: Vec<JsonNamed>,
}

#[derive(Serialize)]
struct JsonNamed {
    name: String,
    #[serde(flatten)]
    place: JsonPlace,
}

/// A sentence with its places.
pub fn words(words: &Words, lines: &mut Lines<'_>) -> JsonWords {
    let named = |piece: &Piece| match piece {
        Piece::Link { text, at } => Some(JsonNamed { name: text.clone(), place: place(*at, lines)? }),
        Piece::Text(_) | Piece::Code(_) => None,
    };
    JsonWords { text: words.to_string(), places: words.0.iter().filter_map(named).collect() }
}

/// A story with its places.
pub fn story(story: &Story, lines: &mut Lines<'_>) -> JsonStory {
    let mut words = |it: &Words| words(it, lines);
    let subtitle = words(&story.subtitle);
    let stages = story.stages.iter().map(|stage| JsonStage {
        status: stage.status.as_str(),
        headline: stage.headline.clone(),
        lines: stage.lines.iter().map(&mut words).collect(),
    });
    let stages = stages.collect();
    JsonStory {
        title: story.title.clone(),
        subtitle,
        summary: story.verdict_text.clone(),
        stages,
        caveats: story.caveats.iter().map(words).collect(),
    }
}
