//! What is typed, taken apart as a shell takes it apart: words and quotes, variables, pipes, redirections, here-documents.

use std::fmt;

/// Commands whose output goes from one to the next.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Pipeline {
    /// What it takes for it to be run.
    pub when: When,
    /// The commands, at least one.
    pub commands: Vec<Command>,
}

/// What it takes for a pipeline to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum When {
    /// Nothing: `;` or the beginning of a line.
    #[default]
    Always,
    /// That the one before succeeded: `&&`.
    Succeeded,
    /// That the one before failed: `||`.
    Failed,
}

impl When {
    /// Whether it is run where the one before ended with this status.
    #[must_use]
    pub fn is_due(self, status: u8) -> bool {
        match self {
            Self::Always => true,
            Self::Succeeded => status == 0,
            Self::Failed => status != 0,
        }
    }
}

/// A command with its words.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Command {
    /// Its name and arguments, quotes taken off and variables put in. Empty where there are only assignments.
    pub words: Vec<String>,
    /// Variables that it sets.
    pub sets: Vec<(String, String)>,
    /// What it reads, where that is not what comes through a pipe.
    pub input: Option<Input>,
    /// Where its output goes, where that is not the screen.
    pub output: Option<Redirect>,
    /// Whether what it complains of goes where its output goes.
    pub joins_errors: bool,
    /// Whether nothing is to be heard of what it complains of.
    pub drops_errors: bool,
}

/// What a command reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(String),
    /// A here-document.
    Text(String),
}

/// Where output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The file.
    pub file: String,
    /// Whether it is put behind what the file holds.
    pub appends: bool,
}

/// Why a line cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// More lines have to come: a quote or a here-document is open, or a backslash ends the line.
    Unfinished,
    /// Something stands where it cannot.
    Unexpected(String),
    /// It is something that this shell does not do.
    Unsupported(&'static str),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished => f.write_str("bash: syntax error: unexpected end of file"),
            Self::Unexpected(what) => write!(f, "bash: syntax error near unexpected token `{what}'"),
            Self::Unsupported(what) => write!(f, "bash: {what} cannot be used here"),
        }
    }
}

/// Takes apart what was typed, which may be several lines. `variable` knows the variables.
///
/// # Errors
/// Where it cannot be run, or not yet.
pub fn read(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Pipeline>, LineError> {
    let mut reader = Reader { rest: text, variable, documents: Vec::new() };
    let mut pipelines = Vec::new();
    let mut current = Pipeline::default();
    let mut command = Command::default();
    loop {
        let token = reader.token()?;
        let is_empty = command == Command::default();
        match token {
            Token::Words(words, is_plain) => match words.as_slice() {
                [word] if is_plain && command.words.is_empty() && assignment(word).is_some() => {
                    let (name, value) = assignment(word).unwrap_or_default();
                    command.sets.push((name.to_owned(), value.to_owned()));
                }
                _ => command.words.extend(words),
            },
            Token::In => command.input = Some(Input::File(reader.file()?)),
            Token::Out { appends } => command.output = Some(Redirect { file: reader.file()?, appends }),
            Token::ErrorsToOutput => command.joins_errors = true,
            Token::Errors => {
                if reader.file()? != "/dev/null" {
                    return Err(LineError::Unsupported("a file for errors"));
                }
                command.drops_errors = true;
            }
            Token::HereDocument { strips } => {
                let (words, is_plain) = match reader.token()? {
                    Token::Words(words, is_plain) => (words, is_plain),
                    other => return Err(LineError::Unexpected(other.to_string())),
                };
                reader.documents.push(Waiting { end: words.concat(), strips, is_plain, to: None });
                command.input = Some(Input::Text(String::new()));
            }
            Token::Pipe if is_empty => return Err(LineError::Unexpected("|".to_owned())),
            Token::Pipe => {
                reader.wait_for(pipelines.len(), current.commands.len());
                current.commands.push(std::mem::take(&mut command));
            }
            Token::End | Token::Line | Token::Then | Token::And | Token::Or => {
                reader.wait_for(pipelines.len(), current.commands.len());
                if !is_empty {
                    current.commands.push(std::mem::take(&mut command));
                } else if !current.commands.is_empty() {
                    // After a pipe there has to be something; on the next line, too.
                    match token {
                        Token::Line => continue,
                        Token::End => return Err(LineError::Unfinished),
                        _ => return Err(LineError::Unexpected(token.to_string())),
                    }
                } else if matches!(token, Token::And | Token::Or | Token::Then) {
                    return Err(LineError::Unexpected(token.to_string()));
                } else if matches!(token, Token::Line) && current.when != When::Always {
                    continue;
                } else if matches!(token, Token::End) && current.when != When::Always {
                    return Err(LineError::Unfinished);
                }
                if !current.commands.is_empty() {
                    pipelines.push(std::mem::take(&mut current));
                }
                current.when = match token {
                    Token::And => When::Succeeded,
                    Token::Or => When::Failed,
                    _ => When::Always,
                };
                if matches!(token, Token::Line | Token::End) {
                    reader.documents(&mut pipelines)?;
                }
                if matches!(token, Token::End) {
                    return Ok(pipelines);
                }
            }
        }
    }
}

/// `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.chars().next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_')
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    is_name.then_some((name, value))
}

enum Token {
    /// A word, or what a variable makes several of, or none; and whether its beginning was without quotes.
    Words(Vec<String>, bool),
    Pipe,
    And,
    Or,
    Then,
    In,
    Out {
        appends: bool,
    },
    Errors,
    ErrorsToOutput,
    HereDocument {
        strips: bool,
    },
    Line,
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Words(words, _) => words.first().map_or("", String::as_str),
            Self::Pipe => "|",
            Self::And => "&&",
            Self::Or => "||",
            Self::Then => ";",
            Self::In => "<",
            Self::Out { appends: false } => ">",
            Self::Out { appends: true } => ">>",
            Self::Errors => "2>",
            Self::ErrorsToOutput => "2>&1",
            Self::HereDocument { .. } => "<<",
            Self::Line | Self::End => "newline",
        })
    }
}

/// A here-document whose lines are still to come.
struct Waiting {
    end: String,
    /// Whether tabs at the beginning of its lines are left out.
    strips: bool,
    /// Whether variables are put in.
    is_plain: bool,
    /// Whose input it is: a pipeline and a command of it.
    to: Option<(usize, usize)>,
}

struct Reader<'t> {
    rest: &'t str,
    variable: &'t dyn Fn(&str) -> Option<String>,
    documents: Vec<Waiting>,
}

impl Reader<'_> {
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

    fn token(&mut self) -> Result<Token, LineError> {
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
            ("&>", Token::Errors),
            ("&&", Token::And),
            ("||", Token::Or),
            ("|", Token::Pipe),
            (";", Token::Then),
            ("<<-", Token::HereDocument { strips: true }),
            ("<<", Token::HereDocument { strips: false }),
            ("<", Token::In),
            (">>", Token::Out { appends: true }),
            (">", Token::Out { appends: false }),
        ];
        for (prefix, token) in known {
            if self.skip(prefix) {
                return Ok(token);
            }
        }
        for (prefix, what) in
            [("&", "`&`"), ("(", "a subshell"), (")", "a subshell"), ("`", "a command within another")]
        {
            if self.rest.starts_with(prefix) {
                return Err(LineError::Unsupported(what));
            }
        }
        self.word()
    }

    /// The file that a redirection names.
    fn file(&mut self) -> Result<String, LineError> {
        match self.token()? {
            Token::Words(words, _) => Ok(words.concat()),
            other => Err(LineError::Unexpected(other.to_string())),
        }
    }

    fn word(&mut self) -> Result<Token, LineError> {
        let mut words = Vec::new();
        let mut word = String::new();
        // Quotes make a word of nothing; a variable without them does not.
        let mut is_word = false;
        let is_plain = !self.rest.starts_with(['\'', '"']);
        while let Some(letter) = self.rest.chars().next() {
            match letter {
                ' ' | '\t' | '\r' | '\n' | '|' | ';' | '<' | '>' | '&' | '(' | ')' => break,
                '$' => {
                    let mut value = String::new();
                    self.expand(&mut value)?;
                    // Without quotes its white space parts words.
                    for (at, part) in value.split_whitespace().enumerate() {
                        if at > 0 || (value.starts_with(char::is_whitespace) && is_word) {
                            words.push(std::mem::take(&mut word));
                        }
                        word.push_str(part);
                        is_word = true;
                    }
                    continue;
                }
                '\'' => {
                    self.next();
                    let (inner, rest) = self.rest.split_once('\'').ok_or(LineError::Unfinished)?;
                    word.push_str(inner);
                    self.rest = rest;
                }
                '"' => {
                    self.next();
                    self.quoted(&mut word)?;
                }
                '\\' => {
                    self.next();
                    match self.next() {
                        Some('\n') => {}
                        Some(letter) => word.push(letter),
                        None => return Err(LineError::Unfinished),
                    }
                }
                '`' => return Err(LineError::Unsupported("a command within another")),
                letter => {
                    self.next();
                    word.push(letter);
                }
            }
            is_word = true;
        }
        if is_word {
            words.push(word);
        }
        Ok(Token::Words(words, is_plain))
    }

    /// Up to the closing double quote.
    fn quoted(&mut self, word: &mut String) -> Result<(), LineError> {
        loop {
            match self.rest.chars().next() {
                None => return Err(LineError::Unfinished),
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('$') => self.expand(word)?,
                Some('\\') => {
                    self.next();
                    match self.next() {
                        Some(letter @ ('"' | '\\' | '$' | '`')) => word.push(letter),
                        Some('\n') => {}
                        Some(letter) => word.extend(['\\', letter]),
                        None => return Err(LineError::Unfinished),
                    }
                }
                Some(letter) => {
                    self.next();
                    word.push(letter);
                }
            }
        }
    }

    /// A variable, or a `$` that begins none.
    fn expand(&mut self, word: &mut String) -> Result<(), LineError> {
        self.next();
        if self.rest.starts_with('(') {
            return Err(LineError::Unsupported("a command within another"));
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
        } else {
            word.push_str(&(self.variable)(name).unwrap_or_default());
            self.rest = rest;
        }
        Ok(())
    }

    /// The here-documents that have just been named are this command's.
    fn wait_for(&mut self, pipeline: usize, command: usize) {
        for document in &mut self.documents {
            document.to.get_or_insert((pipeline, command));
        }
    }

    /// Reads the here-documents that the line has named.
    fn documents(&mut self, pipelines: &mut [Pipeline]) -> Result<(), LineError> {
        for Waiting { end, strips, is_plain, to } in std::mem::take(&mut self.documents) {
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
            if is_plain {
                text = self.expanded(&text)?;
            }
            let command =
                to.and_then(|(pipeline, command)| pipelines.get_mut(pipeline)?.commands.get_mut(command));
            if let Some(command) = command {
                command.input = Some(Input::Text(text));
            }
        }
        Ok(())
    }

    fn expanded(&self, text: &str) -> Result<String, LineError> {
        let mut inner = Reader { rest: text, variable: self.variable, documents: Vec::new() };
        let mut out = String::new();
        while let Some(letter) = inner.rest.chars().next() {
            match letter {
                '$' => inner.expand(&mut out)?,
                letter => {
                    inner.next();
                    out.push(letter);
                }
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<Pipeline>, LineError> {
        read(text, &|name| (name == "do").then(|| "--dry-run=client".to_owned()))
    }

    fn words(text: &str) -> Vec<String> {
        let lines = lines(text).unwrap();
        assert_eq!(lines.len(), 1, "{text}");
        lines[0].commands[0].words.clone()
    }

    #[test]
    fn words_are_what_quotes_make_of_them() {
        assert_eq!(words("k get  po -l 'a in (b, c)'"), ["k", "get", "po", "-l", "a in (b, c)"]);
        assert_eq!(
            words(r#"echo "a $do \"b\"" '$do' \$do a\ b"#),
            ["echo", "a --dry-run=client \"b\"", "$do", "$do", "a b"]
        );
        assert_eq!(words("echo a\\\n b # c"), ["echo", "a", "b"]);
        assert_eq!(words("echo $nothing ''"), ["echo", ""]);
        let two = read("echo a$x \"$x\"", &|_| Some("b  c".to_owned())).unwrap();
        assert_eq!(two[0].commands[0].words, ["echo", "ab", "c", "b  c"]);
    }

    #[test]
    fn pipes_and_conditions_part_commands() {
        let found = lines("a | b && c; d || e\nf").unwrap();
        let shape: Vec<_> = found.iter().map(|it| (it.when, it.commands.len())).collect();
        let expected = [
            (When::Always, 2),
            (When::Succeeded, 1),
            (When::Always, 1),
            (When::Failed, 1),
            (When::Always, 1),
        ];
        assert_eq!(shape, expected);
    }

    #[test]
    fn here_documents_belong_to_the_command_before_them() {
        let found = lines("cat <<EOF | k apply -f -\nkind: Pod # $do\nEOF\nk get po").unwrap();
        assert_eq!(
            found[0].commands[0].input,
            Some(Input::Text("kind: Pod # --dry-run=client\n".to_owned()))
        );
        assert_eq!(found[0].commands[1].words, ["k", "apply", "-f", "-"]);
        assert_eq!(found[1].commands[0].words, ["k", "get", "po"]);
        let quoted = lines("cat > a.yaml <<'EOF'\n$do\nEOF").unwrap();
        assert_eq!(quoted[0].commands[0].input, Some(Input::Text("$do\n".to_owned())));
        assert_eq!(
            quoted[0].commands[0].output,
            Some(Redirect { file: "a.yaml".to_owned(), appends: false })
        );
    }

    #[test]
    fn what_is_open_waits_for_more() {
        for text in ["echo 'a", "echo \"a", "cat <<EOF\na", "cat <<EOF", "a |", "a &&", "echo a \\"] {
            assert_eq!(lines(text), Err(LineError::Unfinished), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        for text in ["| a", "a && && b", "a >", "a; ; b"] {
            assert!(matches!(lines(text), Err(LineError::Unexpected(_) | LineError::Unfinished)), "{text}");
        }
        for text in ["a &", "(a)", "echo $(a)", "echo `a`"] {
            assert!(matches!(lines(text), Err(LineError::Unsupported(_))), "{text}");
        }
        assert_eq!(lines(""), Ok(Vec::new()));
        assert_eq!(lines("do=1 # set").unwrap()[0].commands[0].sets, [("do".to_owned(), "1".to_owned())]);
    }
}
