//! From the parser's events to a tree: anchors, merges, duplicate keys and the limits.

mod mapping;

use std::cell::OnceCell;
use std::sync::Arc;

use netpol_events::{Event, ScalarStyle, Span as EventSpan, StructureStyle, Tag};

use crate::order::Map;
use crate::scalar::Reading;
use crate::tree::{Content, Document, NodeData, NodeId, TextRef, Tree};
use crate::{Diagnostic, FileId, Location, Span, Value, fault};

/// The id of what is said where nodes are too many.
pub(crate) const TOO_MANY_NODES: &str = "too-many-nodes";

/// Why a document was given up.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is at fault; the documents after it are read all the same.
    Document(Box<Diagnostic>),
    /// The budget of nodes is used up, so nothing more is read.
    Everything(Box<Diagnostic>),
}

/// Builds the tree of one document.
pub(crate) struct Builder {
    tree: Tree,
    /// Where in the file the parsed piece begins; the parser counts from there.
    offset: usize,
    depth_limit: usize,
    node_limit: usize,
    /// Nodes so far, aliases counted with all that they stand for.
    expanded: usize,
    /// Nodes so far that the text itself holds.
    written: usize,
    frames: Vec<Frame>,
    /// The finished children of all open frames, the innermost frame's last.
    children: Vec<NodeId>,
    anchors: Map<usize, Anchor>,
    root: Option<NodeId>,
    warnings: Vec<Diagnostic>,
}

/// A list or map that is still open.
struct Frame {
    is_mapping: bool,
    is_flow: bool,
    /// The innermost `[` or `{` that is open here. A pair within a list, `[a: b]`, is a map without one of its own.
    bracket: Option<Span>,
    anchor: usize,
    span: Span,
    first_child: usize,
    expanded_before: usize,
    /// How many levels the highest child has.
    height: usize,
}

#[derive(Clone, Copy)]
struct Anchor {
    node: NodeId,
    weight: usize,
    height: usize,
}

impl Builder {
    pub(crate) fn new(
        file: FileId,
        text: Arc<str>,
        offset: usize,
        depth_limit: usize,
        node_limit: usize,
    ) -> Self {
        let (nodes, items, entries, strings) = Default::default();
        Self {
            tree: Tree { file, text, nodes, items, entries, strings, places: OnceCell::new() },
            offset,
            depth_limit,
            node_limit,
            expanded: 0,
            written: 0,
            frames: Vec::new(),
            children: Vec::new(),
            anchors: Map::new(),
            root: None,
            warnings: Vec::new(),
        }
    }

    /// The document, unless it is null; how many nodes it has; and what is odd about it.
    pub(crate) fn finish(self) -> (Option<Document>, usize, Vec<Diagnostic>) {
        let document = self.root.map(|root| Document { tree: self.tree, root });
        (document.filter(|document| !document.root().is_null()), self.expanded, self.warnings)
    }

    /// How many nodes it has so far, aliases counted with all that they stand for.
    pub(crate) fn expanded(&self) -> usize {
        self.expanded
    }

    /// Where the innermost open `[` or `{` stands.
    pub(crate) fn open_flow(&self) -> Option<Span> {
        self.frames.last().and_then(|frame| frame.bracket)
    }

    pub(crate) fn event(&mut self, event: Event<'_>, at: &EventSpan) -> Result<(), Refusal> {
        let span = self.span(at);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), span)
            }
            Event::SequenceStart(style, anchor, _) => self.open(false, style, anchor, span),
            Event::MappingStart(style, anchor, _) => self.open(true, style, anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Ok(()),
        }
    }

    fn span(&self, at: &EventSpan) -> Span {
        let range = at.byte_range().unwrap_or_default();
        let offset = |byte: usize| u32::try_from(self.offset.saturating_add(byte)).unwrap_or(u32::MAX);
        Span::new(offset(range.start), offset(range.end))
    }

    fn location(&self, span: Span) -> Location {
        Location { file: self.tree.file, span }
    }

    fn fault(&self, id: &'static str, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(id, self.location(span), message))
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(), Refusal> {
        // The parser gives `~` for a value that is not there.
        let is_absent = style == ScalarStyle::Plain && span.start == span.end;
        let span = if is_absent { self.place_of_absent(span) } else { self.without_blank_end(span, style) };
        self.count(1, span)?;
        let content = if is_absent && tag.is_none() {
            Content::Scalar(Reading::Plain, TextRef::Source(Span::new(span.start, span.start)))
        } else {
            self.scalar_content(if is_absent { "" } else { text }, style, tag, span)?
        };
        let node = self.add(span, content)?;
        self.anchor(anchor, node, 1, 0);
        self.push(node, span, 0);
        Ok(())
    }

    fn scalar_content(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<Content, Refusal> {
        let plain = if style == ScalarStyle::Plain { Reading::Plain } else { Reading::Text };
        let core = tag.and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"));
        let reading = match (tag, core.as_deref()) {
            (None, _) => plain,
            (Some(_), Some(name @ ("bool" | "int" | "float" | "null"))) => self.tagged(name, text, span)?,
            (Some(_), Some("binary")) => return self.binary(text, span),
            (Some(_), _) => Reading::Text,
        };
        Ok(Content::Scalar(reading, self.text_ref(text, style, span)))
    }

    /// How to read a scalar with the tag `!!name`, which must resolve to that type.
    fn tagged(&self, name: &str, text: &str, span: Span) -> Result<Reading, Refusal> {
        match (name, crate::scalar::resolve(text)) {
            ("bool", Value::Bool(_))
            | ("int", Value::Int(_) | Value::UInt(_))
            | ("float", Value::Float(_))
            | ("null", Value::Null) => Ok(Reading::Plain),
            ("float", Value::Int(_)) => Ok(Reading::Float),
            _ => {
                let message = format!("cannot read `{text}` as the `!!{name}` that its tag says");
                Err(Refusal::Document(self.fault("yaml-syntax", span, message)))
            }
        }
    }

    fn binary(&mut self, text: &str, span: Span) -> Result<Content, Refusal> {
        let packed: String = text.split_whitespace().collect();
        let Some(bytes) = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, packed).ok()
        else {
            return Err(Refusal::Document(self.fault(
                "yaml-syntax",
                span,
                "`!!binary` is not followed by valid base64",
            )));
        };
        Ok(Content::Scalar(Reading::Text, self.own(String::from_utf8_lossy(&bytes).into_owned())))
    }

    /// Where `text` stands in the source, or a string of its own where it was unescaped or folded.
    fn text_ref(&mut self, text: &str, style: ScalarStyle, span: Span) -> TextRef {
        let quote = u32::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
        let inner = Span::new(span.start + quote, span.end.saturating_sub(quote));
        if inner.of(&self.tree.text) == text { TextRef::Source(inner) } else { self.own(text.to_owned()) }
    }

    fn own(&mut self, text: String) -> TextRef {
        let at = u32::try_from(self.tree.strings.len()).unwrap_or(u32::MAX);
        self.tree.strings.push(text.into_boxed_str());
        TextRef::String(at)
    }

    /// Behind the `:` or `-` that announces the value that is not there.
    fn place_of_absent(&self, span: Span) -> Span {
        let (before, after) = self.tree.text.split_at_checked(span.start as usize).unwrap_or_default();
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        let at = if after.get(blanks..).is_some_and(|rest| rest.starts_with(':')) {
            span.start as usize + blanks + 1
        } else {
            before.trim_end_matches([' ', '\t']).len().max(self.offset)
        };
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(at, at)
    }

    /// Block scalars come with the blank lines behind them.
    fn without_blank_end(&self, span: Span, style: ScalarStyle) -> Span {
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return span;
        }
        let content = span.of(&self.tree.text).trim_end();
        Span::new(span.start, span.start + u32::try_from(content.len()).unwrap_or(0))
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Refusal> {
        let Some(Anchor { node, weight, height }) = self.anchors.get(&anchor).copied() else {
            let name = span.of(&self.tree.text);
            let message = format!("`{name}` stands within the value that it stands for");
            return Err(Refusal::Document(self.fault("yaml-syntax", span, message)));
        };
        self.written += 1;
        self.expanded = self.expanded.saturating_add(weight);
        self.check_count(span)?;
        self.check_depth(self.frames.len() + height, span)?;
        self.push(node, span, height);
        Ok(())
    }

    fn open(
        &mut self,
        is_mapping: bool,
        style: StructureStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Refusal> {
        self.check_depth(self.frames.len() + 1, span)?;
        if style == StructureStyle::Block {
            self.check_indentation(span)?;
        }
        let expanded_before = self.expanded;
        self.count(1, span)?;
        let span =
            if is_mapping || style == StructureStyle::Flow { span } else { self.with_first_dash(span) };
        let (is_flow, first_child) = (style == StructureStyle::Flow, self.children.len());
        let is_bracket = is_flow && matches!(span.of(&self.tree.text), "[" | "{");
        let outer = self.frames.last().filter(|_| is_flow).and_then(|frame| frame.bracket);
        let bracket = if is_bracket { Some(span) } else { outer };
        self.frames.push(Frame {
            is_mapping,
            is_flow,
            bracket,
            anchor,
            span,
            first_child,
            expanded_before,
            height: 0,
        });
        Ok(())
    }

    /// A list that is indented no further than its key comes with the place of its first item, not of its dash.
    fn with_first_dash(&self, span: Span) -> Span {
        if !self.frames.last().is_some_and(|frame| frame.is_mapping) {
            return span;
        }
        let before = self.tree.text.get(self.offset..span.start as usize).unwrap_or("").trim_end();
        let dash = before.strip_suffix('-').filter(|rest| {
            let line = rest.trim_end_matches([' ', '\t']);
            line.is_empty() || line.ends_with(['\n', '\r'])
        });
        match dash.map(|rest| u32::try_from(self.offset + rest.len())) {
            Some(Ok(start)) => Span::new(start, span.end),
            _ => span,
        }
    }

    /// Refuses a block indented by a tab, as `kubectl` does; our parser takes one before the first key.
    fn check_indentation(&self, span: Span) -> Result<(), Refusal> {
        let before = self.tree.text.get(self.offset..span.start as usize).unwrap_or("");
        let indentation = before.trim_end_matches([' ', '\t']).len();
        let blanks = before.get(indentation..).unwrap_or("");
        let is_at_line_start = matches!(before.as_bytes().get(..indentation), Some([] | [.., b'\n' | b'\r']));
        if !is_at_line_start || !blanks.contains('\t') {
            return Ok(());
        }
        let (message, help) = fault::TAB;
        let blanks = Span::new(span.start - u32::try_from(blanks.len()).unwrap_or(0), span.start);
        Err(Refusal::Document(Box::new(self.fault("yaml-syntax", blanks, message).with_help(help))))
    }

    fn close(&mut self, end: Span) -> Result<(), Refusal> {
        let Some(mut frame) = self.frames.pop() else {
            return Ok(());
        };
        // A block's end event comes where the next token begins, behind blank lines and comments.
        if frame.is_flow {
            frame.span = frame.span.to(end);
        }
        let children = self.children.split_off(frame.first_child.min(self.children.len()));
        let content = if frame.is_mapping { self.mapping(&children)? } else { self.sequence(&children) };
        let node = self.add(frame.span, content)?;
        let height = frame.height + 1;
        self.anchor(frame.anchor, node, self.expanded - frame.expanded_before, height);
        self.push(node, frame.span, height);
        Ok(())
    }

    fn anchor(&mut self, anchor: usize, node: NodeId, weight: usize, height: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node, weight, height });
        }
    }

    /// Makes `node` the next child of the innermost frame; `span` is where it is used.
    fn push(&mut self, node: NodeId, span: Span, height: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.span.end = frame.span.end.max(span.end);
            frame.height = frame.height.max(height);
            self.children.push(node);
        } else {
            self.root = Some(node);
        }
    }

    fn add(&mut self, span: Span, content: Content) -> Result<NodeId, Refusal> {
        let id = u32::try_from(self.tree.nodes.len()).map_err(|_| self.too_many(span))?;
        self.tree.nodes.push(NodeData { span, content });
        Ok(NodeId(id))
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Refusal> {
        self.written += nodes;
        self.expanded = self.expanded.saturating_add(nodes);
        self.check_count(span)
    }

    fn check_count(&self, span: Span) -> Result<(), Refusal> {
        if self.expanded <= self.node_limit { Ok(()) } else { Err(self.too_many(span)) }
    }

    fn too_many(&self, span: Span) -> Refusal {
        if self.written <= self.node_limit {
            let fault =
                self.fault(TOO_MANY_NODES, span, "the aliases of this document stand for too many values");
            return Refusal::Document(Box::new(
                fault.with_help("write out what is meant, or split the input"),
            ));
        }
        let fault = self.fault(
            TOO_MANY_NODES,
            span,
            "the input holds too many values; it is read up to this document",
        );
        Refusal::Everything(Box::new(fault.with_help("leave out what does not matter, or split the input")))
    }

    fn check_depth(&self, depth: usize, span: Span) -> Result<(), Refusal> {
        if depth <= self.depth_limit {
            return Ok(());
        }
        Err(Refusal::Document(Box::new(too_deep(self.location(span), self.depth_limit))))
    }

    fn sequence(&mut self, children: &[NodeId]) -> Content {
        let start = self.tree.items.len();
        self.tree.items.extend_from_slice(children);
        Content::Sequence(range(start, self.tree.items.len()))
    }
}

/// The diagnostic of a value that stands deeper than `limit`.
pub(crate) fn too_deep(at: Location, limit: usize) -> Diagnostic {
    Diagnostic::error("too-deep", at, format!("a value stands more than {limit} levels deep"))
}

fn range(start: usize, end: usize) -> std::ops::Range<u32> {
    u32::try_from(start).unwrap_or(u32::MAX)..u32::try_from(end).unwrap_or(u32::MAX)
}
