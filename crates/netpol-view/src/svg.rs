//! The diagram as a self-contained SVG: the same picture for the command line, for tests and for exports.

use std::fmt::Write as _;

use crate::decimal::tenths;
use crate::layout::{Point, Rect};
use crate::marks::{Globe, Mark};
use crate::scene::{LineDirection, LineLabel, NamespaceBox, Scene, SceneLine, SceneNode, Stroke};
use crate::{ArrowVerdict, EndKey};

/// Colours for a light or a dark page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

struct Palette {
    page: &'static str,
    line: &'static str,
    ink: &'static str,
    dim: &'static str,
    node: &'static str,
    namespace: &'static str,
    verdicts: [(&'static str, &'static str); 3],
}

const LIGHT: Palette = Palette {
    page: "#f6f7f9",
    line: "#dfe3e8",
    ink: "#1c2430",
    dim: "#5b6675",
    node: "#ffffff",
    namespace: "#f9fafb",
    verdicts: [("#0f7352", "#e6f5ef"), ("#8f5600", "#fdf3e1"), ("#bb2f2f", "#fdeeee")],
};

const DARK: Palette = Palette {
    page: "#0f141b",
    line: "#2a3340",
    ink: "#e6eaf0",
    dim: "#9aa6b8",
    node: "#1d2531",
    namespace: "#141a22",
    verdicts: [("#4cc79a", "#12302a"), ("#f0b354", "#37290f"), ("#ff7b7b", "#3a1e22")],
};

impl Theme {
    fn palette(self) -> Palette {
        if self == Self::Light { LIGHT } else { DARK }
    }

    /// The colour of a line of this verdict, as `#rrggbb`.
    #[must_use]
    pub fn verdict_colour(self, verdict: ArrowVerdict) -> &'static str {
        self.palette().verdict(verdict).0
    }
}

impl Palette {
    /// The ink of a verdict, and its ground.
    fn verdict(&self, verdict: ArrowVerdict) -> (&'static str, &'static str) {
        let [allowed, partial, blocked] = self.verdicts;
        match verdict {
            ArrowVerdict::Allowed => allowed,
            ArrowVerdict::Partial => partial,
            ArrowVerdict::Blocked => blocked,
        }
    }
}

const FONT: &str = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif";

/// Draws `scene`.
#[must_use]
pub fn svg(scene: &Scene, theme: Theme) -> String {
    let mut drawing = Drawing { palette: theme.palette(), text: String::new() };
    drawing.document(scene);
    drawing.text
}

struct Drawing {
    palette: Palette,
    text: String,
}

/// Appends formatted text. Writing to a string cannot fail.
macro_rules! put {
    ($drawing:expr, $($format:tt)*) => {{ let _ = write!($drawing.text, $($format)*); }};
}

impl Drawing {
    fn document(&mut self, scene: &Scene) {
        let Rect { x, y, width, height } = scene.content;
        let (x, y, width, height) = (tenths(x), tenths(y), tenths(width), tenths(height));
        put!(
            self,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-family=\"{FONT}\" role=\"img\">"
        );
        put!(self, "<title>Who reaches whom</title>");
        put!(
            self,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{}\"/>",
            self.palette.page
        );
        for namespace in &scene.boxes {
            self.namespace(namespace);
        }
        for line in &scene.lines {
            self.line(line);
        }
        for node in &scene.nodes {
            self.node(node);
        }
        for namespace in &scene.boxes {
            self.title(namespace);
        }
        let within = scene.boxes.iter().filter_map(|place| place.within.as_ref());
        for label in scene.lines.iter().chain(within).filter_map(|line| line.label.as_ref()) {
            self.label(label);
        }
        if let Some(words) = scene.left_out_words() {
            let Rect { x, .. } = scene.content;
            self.words(
                x + 14.0,
                scene.content.bottom() - 8.0,
                11.0,
                false,
                "start",
                Some(self.palette.dim),
                &words,
            );
        }
        self.text.push_str("</svg>\n");
    }

    fn namespace(&mut self, namespace: &NamespaceBox) {
        let Palette { line, namespace: fill, .. } = self.palette;
        self.rect(&namespace.rect, 10.0, fill, line);
        if let Some(within) = &namespace.within {
            self.line(within);
        }
    }

    /// A box's title lies over the lines, with an edge of the box's own colour, so that both can be read.
    fn title(&mut self, namespace: &NamespaceBox) {
        let Palette { dim, namespace: fill, .. } = self.palette;
        put!(
            self,
            "<g stroke=\"{fill}\" stroke-width=\"5\" stroke-linejoin=\"round\" paint-order=\"stroke\">"
        );
        let Rect { x, y, .. } = namespace.rect;
        self.words(x + 14.0, y + 22.0, 12.5, true, "start", None, &namespace.title);
        if !namespace.labels.is_empty() {
            self.words(
                namespace.rect.right() - 14.0,
                y + 22.0,
                11.0,
                false,
                "end",
                Some(dim),
                &namespace.labels,
            );
        }
        put!(self, "</g>");
    }

    fn node(&mut self, node: &SceneNode) {
        let Palette { line, dim, node: fill, .. } = self.palette;
        let outside = matches!(node.key, EndKey::Outside(_));
        let radius = if outside { node.rect.height / 2.0 } else { 8.0 };
        put!(self, "<g data-node=\"{}\">", escape(node.key.as_str()));
        put!(self, "<title>{}</title>", escape(&node.text));
        self.rect(&node.rect, radius, fill, line);
        let anchor = if outside { "middle" } else { "start" };
        let [title, subtitle] = node.text_at();
        self.words(title.x, title.y, 13.0, true, anchor, None, &node.title);
        self.words(subtitle.x, subtitle.y, 11.0, false, anchor, Some(dim), &node.subtitle);
        for (mark, at) in node.marks() {
            self.mark(mark, at);
        }
        put!(self, "</g>");
    }

    fn mark(&mut self, mark: Mark, at: Point) {
        let colour = match mark {
            Mark::Isolated | Mark::Unprotected => self.palette.dim,
            Mark::Internet(Globe::Open) => self.palette.verdict(ArrowVerdict::Allowed).0,
            Mark::Internet(Globe::Partly) => self.palette.verdict(ArrowVerdict::Partial).0,
            Mark::Internet(Globe::Closed) => self.palette.verdict(ArrowVerdict::Blocked).0,
        };
        let (outline, filled) = mark.paths();
        let (x, y) = (tenths(at.x), tenths(at.y));
        put!(
            self,
            "<path transform=\"translate({x} {y})\" d=\"{outline}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.2\"/>"
        );
        if !filled.is_empty() {
            put!(self, "<path transform=\"translate({x} {y})\" d=\"{filled}\" fill=\"{colour}\"/>");
        }
    }

    fn line(&mut self, line: &SceneLine) {
        for direction in &line.directions {
            self.direction(direction, line.stroke);
        }
    }

    fn direction(&mut self, direction: &LineDirection, stroke: Stroke) {
        let (colour, _) = self.palette.verdict(direction.verdict);
        let width = if stroke == Stroke::Thin { "1.3" } else { "2" };
        let dashes =
            if direction.verdict == ArrowVerdict::Blocked { " stroke-dasharray=\"6 4\"" } else { "" };
        put!(
            self,
            "<g data-from=\"{}\" data-to=\"{}\" data-kind=\"{} {}\" data-verdict=\"{}\"",
            escape(direction.from.as_str()),
            escape(direction.to.as_str()),
            direction.from.kind().as_str(),
            direction.to.kind().as_str(),
            direction.verdict.as_str()
        );
        if !direction.members.is_empty() {
            let members = direction.members.iter().map(|(from, to)| format!("{from}>{to}"));
            put!(self, " data-members=\"{}\"", escape(&members.collect::<Vec<_>>().join(" ")));
        }
        put!(self, "><title>{}</title>", escape(&direction.text));
        if !direction.path.is_empty() {
            let path = &direction.path;
            put!(
                self,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dashes}/>"
            );
        }
        if direction.stop {
            let head = &direction.head;
            put!(self, "<path d=\"{head}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.6\"/>");
        } else {
            put!(self, "<path d=\"{}\" fill=\"{colour}\"/>", direction.head);
        }
        put!(self, "</g>");
    }

    fn label(&mut self, label: &LineLabel) {
        let (colour, plate) = self.palette.verdict(label.verdict);
        let (x, y) = (label.at.x - label.width / 2.0, label.at.y - 9.5);
        put!(
            self,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"19\" rx=\"9.5\" fill=\"{plate}\"/>",
            tenths(x),
            tenths(y),
            tenths(label.width)
        );
        self.words(label.at.x, label.at.y + 3.8, 11.0, true, "middle", Some(colour), &label.text);
    }

    fn rect(&mut self, rect: &Rect, radius: f64, fill: &str, stroke: &str) {
        put!(
            self,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" \
             stroke-width=\"1.3\"/>",
            tenths(rect.x),
            tenths(rect.y),
            tenths(rect.width),
            tenths(rect.height),
            tenths(radius)
        );
    }

    #[expect(clippy::too_many_arguments, reason = "a text's place and looks are all of them its own")]
    fn words(
        &mut self,
        x: f64,
        y: f64,
        size: f64,
        bold: bool,
        anchor: &str,
        colour: Option<&str>,
        text: &str,
    ) {
        if text.is_empty() {
            return;
        }
        let weight = if bold { " font-weight=\"600\"" } else { "" };
        let colour = colour.unwrap_or(self.palette.ink);
        put!(
            self,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} text-anchor=\"{anchor}\" fill=\"{colour}\" \
             xml:space=\"preserve\">{}</text>",
            tenths(x),
            tenths(y),
            tenths(size),
            escape(text)
        );
    }
}

/// Text as XML takes it; characters that XML has no place for become a replacement character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}
