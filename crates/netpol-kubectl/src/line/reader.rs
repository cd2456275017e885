//! From letters to commands, by recursive descent.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use super::word::is_name;
use super::{Command, Each, Input, LineError, Piece, Pipeline, Redirect, When, Word};

/// Takes apart what was typed, which may be several lines.
///
/// # Errors
/// Where it cannot be run, or not yet.
pub fn read(text: &str) -> Result<Vec<Pipeline>, LineError> {
    read_within(text, 0)
}

fn read_within(text: &str, depth: usize) -> Result<Vec<Pipeline>, LineError> {
    let mut reader = Reader { rest: text, back: None, waiting: Vec::new(), depth };
    reader.list(Until::End)
}

/// How deep commands may stand within others.
const DEPTH: usize = 16;

/// What ends a list of commands.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    /// The end of the text.
    End,
    /// `)`.
    Close,
    /// `done`.
    Done,
}

enum Token {
    Word(Word),
    Pipe,
    And,
    Or,
    Then,
    In,
    Out { appends: bool },
    Errors,
    ErrorsToOutput,
    AllOut,
    HereDocument { strips: bool },
    Close,
    Line,
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Word(word) => word.plain().unwrap_or_default(),
            Self::Pipe => "|",
            Self::And => "&&",
            Self::Or => "||",
            Self::Then => ";",
            Self::In => "<",
            Self::Out { appends: false } => ">",
            Self::Out { appends: true } => ">>",
            Self::Errors => "2>",
            Self::ErrorsToOutput => "2>&1",
            Self::AllOut => "&>",
            Self::HereDocument { .. } => "<<",
            Self::Close => ")",
            Self::Line | Self::End => "newline",
        })
    }
}

impl Token {
    /// What is wrong with it where it stands.
    fn unexpected(&self) -> LineError {
        match self {
            // More may come.
            Self::End => LineError::Unfinished,
            token => LineError::Unexpected(token.to_string()),
        }
    }

    /// A word that stands for itself.
    fn plain(&self) -> Option<&str> {
        match self {
            Self::Word(word) => word.plain(),
            _ => None,
        }
    }
}

/// A here-document whose lines are still to come.
struct Waiting {
    end: String,
    /// Whether tabs at the beginning of its lines are left out.
    strips: bool,
    /// Whether variables are put in.
    is_plain: bool,
    to: Rc<OnceCell<Word>>,
}

struct Reader<'t> {
    rest: &'t str,
    /// A token that was read and not used.
    back: Option<Token>,
    waiting: Vec<Waiting>,
    /// So many commands stand around what is being read.
    depth: usize,
}

impl Reader<'_> {
    fn list(&mut self, until: Until) -> Result<Vec<Pipeline>, LineError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(LineError::Unsupported("so many commands within others"));
        }
        let mut pipelines = Vec::new();
        let mut when = When::Always;
        loop {
            let token = self.token()?;
            let is_end = match &token {
                Token::Line => {
                    self.here_documents()?;
                    continue;
                }
                Token::End => until == Until::End,
                Token::Close => until == Until::Close,
                token => until == Until::Done && token.plain() == Some("done"),
            };
            if is_end {
                if when != When::Always || (until == Until::Done && pipelines.is_empty()) {
                    return Err(token.unexpected());
                }
                if until == Until::End {
                    self.here_documents()?;
                }
                self.depth -= 1;
                return Ok(pipelines);
            }
            let (commands, end) = self.commands(token)?;
            pipelines.push(Pipeline { when, commands });
            when = match end {
                Token::And => When::Succeeded,
                Token::Or => When::Failed,
                Token::Then => When::Always,
                end => {
                    self.back = Some(end);
                    When::Always
                }
            };
        }
    }

    /// The commands of a pipeline that begins with a token, and what ends it.
    fn commands(&mut self, first: Token) -> Result<(Vec<Command>, Token), LineError> {
        let mut commands = Vec::new();
        let mut first = first;
        loop {
            let (command, end) = self.command(first)?;
            commands.push(command);
            if !matches!(end, Token::Pipe) {
                return Ok((commands, end));
            }
            // The next one may stand on the next line.
            first = self.token_behind_lines()?;
        }
    }

    fn command(&mut self, first: Token) -> Result<(Command, Token), LineError> {
        let mut command = Command::default();
        let mut token = first;
        loop {
            match token {
                Token::Word(word) => self.add(&mut command, word)?,
                Token::In => command.input = Some(Input::File(self.file()?)),
                Token::Out { appends } => command.output = Some(Redirect { file: self.file()?, appends }),
                Token::ErrorsToOutput => command.joins_errors = true,
                Token::Errors => match self.file()?.plain() {
                    Some("/dev/null") => command.drops_errors = true,
                    _ => return Err(LineError::Unsupported("a file for errors")),
                },
                Token::AllOut => {
                    command.output = Some(Redirect { file: self.file()?, appends: false });
                    command.joins_errors = true;
                }
                Token::HereDocument { strips } => {
                    let end = self.file()?;
                    let to = Rc::default();
                    command.input = Some(Input::Text(Rc::clone(&to)));
                    let is_plain = !end.is_quoted();
                    self.waiting.push(Waiting {
                        end: end.text(&mut |_| String::new()),
                        strips,
                        is_plain,
                        to,
                    });
                }
                end if command == Command::default() => return Err(end.unexpected()),
                end => return Ok((command, end)),
            }
            token = self.token()?;
        }
    }

    /// A word more of a command.
    fn add(&mut self, command: &mut Command, word: Word) -> Result<(), LineError> {
        if command.each.is_some() {
            return Err(Token::Word(word).unexpected());
        }
        if !command.words.is_empty() {
            command.words.push(word);
            return Ok(());
        }
        if command.sets.is_empty() {
            match word.plain() {
                Some("for") => {
                    command.each = Some(self.each()?);
                    return Ok(());
                }
                Some("do" | "done" | "then" | "fi" | "else" | "elif" | "esac" | "}") => {
                    return Err(Token::Word(word).unexpected());
                }
                Some("while" | "until") => return Err(LineError::Unsupported("a loop without an end")),
                Some("if" | "case" | "select" | "function" | "{" | "[[") => {
                    return Err(LineError::Unsupported("`if` and its like"));
                }
                _ => {}
            }
        }
        match word.assignment() {
            Ok(set) => command.sets.push(set),
            Err(word) => command.words.push(word),
        }
        Ok(())
    }

    /// `NAME in WORDS; do …; done`.
    fn each(&mut self) -> Result<Each, LineError> {
        let name = self.token()?;
        let variable = match name.plain() {
            Some(variable) if is_name(variable) => variable.to_owned(),
            _ => return Err(name.unexpected()),
        };
        let within = self.token_behind_lines()?;
        if within.plain() != Some("in") {
            return Err(within.unexpected());
        }
        let mut of = Vec::new();
        loop {
            match self.token()? {
                Token::Word(word) => of.push(word),
                Token::Then | Token::Line => break,
                token => return Err(token.unexpected()),
            }
        }
        let begins = self.token_behind_lines()?;
        if begins.plain() != Some("do") {
            return Err(begins.unexpected());
        }
        Ok(Each { variable, of, body: self.list(Until::Done)? })
    }

    /// The file that a redirection names, or the word that ends a here-document.
    fn file(&mut self) -> Result<Word, LineError> {
        match self.token()? {
            Token::Word(word) => Ok(word),
            other => Err(other.unexpected()),
        }
    }

    fn token_behind_lines(&mut self) -> Result<Token, LineError> {
        loop {
            match self.token()? {
                Token::Line => self.here_documents()?,
                token => return Ok(token),
            }
        }
    }

    fn token(&mut self) -> Result<Token, LineError> {
        if let Some(token) = self.back.take() {
            return Ok(token);
        }
        loop {
            if self.skip("\\\n") {
                continue;
            }
            match self.rest.chars().next() {
                Some(' ' | '\t' | '\r') => drop(self.next()),
                Some('#') => {
                    self.rest = self.rest.find('\n').map_or("", |at| self.rest.get(at..).unwrap_or_default())
                }
                _ => break,
            }
        }
        if self.rest.is_empty() {
            return Ok(Token::End);
        }
        let known = [
            ("\n", Token::Line),
            ("2>&1", Token::ErrorsToOutput),
            ("2>", Token::Errors),
            ("&>", Token::AllOut),
            ("&&", Token::And),
            ("||", Token::Or),
            ("|", Token::Pipe),
            (";", Token::Then),
            ("<<-", Token::HereDocument { strips: true }),
            ("<<", Token::HereDocument { strips: false }),
            ("<", Token::In),
            (">>", Token::Out { appends: true }),
            (">", Token::Out { appends: false }),
            (")", Token::Close),
        ];
        for (prefix, token) in known {
            if self.skip(prefix) {
                return Ok(token);
            }
        }
        for (prefix, what) in [("&", "`&`"), ("(", "a subshell")] {
            if self.rest.starts_with(prefix) {
                return Err(LineError::Unsupported(what));
            }
        }
        self.word().map(Token::Word)
    }

    fn word(&mut self) -> Result<Word, LineError> {
        let mut word = Word::default();
        while let Some(letter) = self.rest.chars().next() {
            match letter {
                ' ' | '\t' | '\r' | '\n' | '|' | ';' | '<' | '>' | '&' | '(' | ')' => break,
                '$' | '`' => self.expansion(&mut word, false)?,
                '\'' => {
                    self.next();
                    let (inner, rest) = self.rest.split_once('\'').ok_or(LineError::Unfinished)?;
                    word.quote();
                    word.push_str(inner);
                    self.rest = rest;
                }
                '"' => {
                    self.next();
                    word.quote();
                    self.quoted(&mut word, true)?;
                }
                '\\' => {
                    self.next();
                    match self.next() {
                        Some('\n') => {}
                        Some(letter) => {
                            word.quote();
                            word.push(letter);
                        }
                        None => return Err(LineError::Unfinished),
                    }
                }
                letter => {
                    self.next();
                    word.push(letter);
                }
            }
        }
        Ok(word)
    }

    /// Up to the closing double quote, or to the end of a here-document, where such a quote means nothing.
    fn quoted(&mut self, word: &mut Word, closes: bool) -> Result<(), LineError> {
        loop {
            match self.rest.chars().next() {
                None if closes => return Err(LineError::Unfinished),
                None => return Ok(()),
                Some('"') if closes => {
                    self.next();
                    return Ok(());
                }
                Some('$' | '`') => self.expansion(word, true)?,
                Some('\\') => {
                    self.next();
                    match self.next() {
                        Some('"') if !closes => word.push_str("\\\""),
                        Some(letter @ ('"' | '\\' | '$' | '`')) => word.push(letter),
                        Some('\n') => {}
                        Some(letter) => {
                            word.push('\\');
                            word.push(letter);
                        }
                        None if closes => return Err(LineError::Unfinished),
                        None => word.push('\\'),
                    }
                }
                Some(letter) => {
                    self.next();
                    word.push(letter);
                }
            }
        }
    }

    /// A variable, commands, or a `$` that begins neither.
    fn expansion(&mut self, word: &mut Word, is_quoted: bool) -> Result<(), LineError> {
        if self.skip("`") {
            let list = self.between_backticks()?;
            word.push_piece(Piece::Commands { list, is_quoted });
            return Ok(());
        }
        self.next();
        if self.rest.starts_with("((") {
            return Err(LineError::Unsupported("arithmetic"));
        }
        if self.skip("(") {
            let list = self.list(Until::Close)?;
            word.push_piece(Piece::Commands { list, is_quoted });
            return Ok(());
        }
        let (name, rest) = match self.rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}').ok_or(LineError::Unfinished)?,
            None if self.rest.starts_with('?') => self.rest.split_at(1),
            None => {
                let end = self.rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
                self.rest.split_at(end.unwrap_or(self.rest.len()))
            }
        };
        if name.is_empty() {
            word.push('$');
        } else if name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '?')) {
            word.push_piece(Piece::Variable { name: name.to_owned(), is_quoted });
            self.rest = rest;
        } else {
            return Err(LineError::Unsupported("more than a name in `${}`"));
        }
        Ok(())
    }

    /// Commands up to the next backtick; within them one has a backslash before it.
    fn between_backticks(&mut self) -> Result<Vec<Pipeline>, LineError> {
        let mut inner = String::new();
        loop {
            match self.next() {
                None => return Err(LineError::Unfinished),
                Some('`') => break,
                Some('\\') => match self.next() {
                    Some(letter @ ('`' | '\\' | '$')) => inner.push(letter),
                    Some(letter) => inner.extend(['\\', letter]),
                    None => return Err(LineError::Unfinished),
                },
                Some(letter) => inner.push(letter),
            }
        }
        match read_within(&inner, self.depth) {
            // Nothing can come any more.
            Err(LineError::Unfinished) => Err(LineError::Unexpected("`".to_owned())),
            read => read,
        }
    }

    /// Reads the here-documents that the line has named.
    fn here_documents(&mut self) -> Result<(), LineError> {
        for Waiting { end, strips, is_plain, to } in std::mem::take(&mut self.waiting) {
            let mut text = String::new();
            loop {
                if self.rest.is_empty() {
                    return Err(LineError::Unfinished);
                }
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                let line = line.strip_suffix('\r').unwrap_or(line);
                let line = if strips { line.trim_start_matches('\t') } else { line };
                if line == end {
                    break;
                }
                text.push_str(line);
                text.push('\n');
            }
            let mut word = Word::default();
            if is_plain {
                let mut inner = Reader { rest: &text, back: None, waiting: Vec::new(), depth: self.depth };
                match inner.quoted(&mut word, false) {
                    Err(LineError::Unfinished) => return Err(LineError::Unexpected("$(".to_owned())),
                    read => read?,
                }
            } else {
                word.push_str(&text);
            }
            // Each is named once.
            let _ = to.set(word);
        }
        Ok(())
    }

    fn skip(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
        Some(letter)
    }
}
