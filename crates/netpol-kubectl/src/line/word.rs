//! Words, and what becomes of them once what stands for something else is put in.

use super::Pipeline;

/// A word as it is typed, its quotes taken off.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Word {
    pub(super) pieces: Vec<Piece>,
    /// Whether any of it is in quotes.
    is_quoted: bool,
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Letters that stand for themselves.
    Text(String),
    /// `$NAME`.
    Variable {
        /// Its name, without the `$`.
        name: String,
        /// Whether it stands in double quotes, where white space parts nothing.
        is_quoted: bool,
    },
    /// What commands print: `$(…)`.
    Commands {
        /// The commands.
        list: Vec<Pipeline>,
        /// As for variables.
        is_quoted: bool,
    },
}

/// As many words a range in braces stands for at most.
const RANGE: i64 = 1000;

impl Word {
    /// The word, where all of it stands for itself and without quotes.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Text(text)] if !self.is_quoted => Some(text),
            _ => None,
        }
    }

    /// Whether commands are to be put in.
    pub fn has_commands(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Commands { .. }))
    }

    /// The words that it stands for: white space in what is put in without quotes parts them, and of nothing none is made.
    /// `value` says what a variable or commands stand for.
    pub fn fields(&self, value: &mut impl FnMut(&Piece) -> String) -> Vec<String> {
        if let Some(numbers) = self.plain().and_then(range) {
            return numbers;
        }
        let mut fields = Vec::new();
        // The last one, to which what follows may belong.
        let mut open: Option<String> = None;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => open.get_or_insert_default().push_str(text),
                Piece::Variable { is_quoted: true, .. } | Piece::Commands { is_quoted: true, .. } => {
                    open.get_or_insert_default().push_str(&value(piece));
                }
                piece => {
                    let value = value(piece);
                    if value.starts_with(char::is_whitespace) {
                        fields.extend(open.take());
                    }
                    for (at, part) in value.split_whitespace().enumerate() {
                        if at > 0 {
                            fields.extend(open.take());
                        }
                        open.get_or_insert_default().push_str(part);
                    }
                    if value.ends_with(char::is_whitespace) {
                        fields.extend(open.take());
                    }
                }
            }
        }
        fields.extend(open);
        fields
    }

    /// The text that it stands for, in which nothing parts words: a file's name, or what a variable is set to.
    pub fn text(&self, value: &mut impl FnMut(&Piece) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            piece => value(piece),
        };
        self.pieces.iter().map(piece).collect()
    }

    /// Cuts `NAME=` off its beginning; gives the word back where there is none.
    pub(super) fn assignment(mut self) -> Result<(String, Self), Self> {
        let Some(Piece::Text(text)) = self.pieces.first_mut() else { return Err(self) };
        let name = match text.split_once('=') {
            Some((name, _)) if is_name(name) => name.to_owned(),
            _ => return Err(self),
        };
        text.drain(..=name.len());
        Ok((name, self))
    }

    /// Whether it is in quotes, or a part of it.
    pub(super) fn is_quoted(&self) -> bool {
        self.is_quoted
    }

    /// Notes that something of it is in quotes, be it nothing: of which a word is made all the same.
    pub(super) fn quote(&mut self) {
        self.is_quoted = true;
        self.push_str("");
    }

    pub(super) fn push(&mut self, letter: char) {
        self.push_str(letter.encode_utf8(&mut [0; 4]));
    }

    pub(super) fn push_str(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(known)) => known.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    pub(super) fn push_piece(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }
}

/// Whether it can be a variable's name.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// `{1..3}`.
fn range(word: &str) -> Option<Vec<String>> {
    let (first, last) = word.strip_prefix('{')?.strip_suffix('}')?.split_once("..")?;
    let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
    if first.checked_sub(last)?.checked_abs()? >= RANGE {
        return None;
    }
    let numbers = first.min(last)..=first.max(last);
    let words = |numbers: &mut dyn Iterator<Item = i64>| numbers.map(|it| it.to_string()).collect();
    Some(if first <= last { words(&mut numbers.into_iter()) } else { words(&mut numbers.rev()) })
}
