//! From a template's text to what it looks up.

use super::{Action, Compare, Operand, Slice, Step};

/// Reads a template; what is wrong with it otherwise.
pub(super) fn template(text: &str) -> Result<Vec<Action>, String> {
    let mut reader = Reader { rest: text };
    // What was read before a range and is still to be gone on with, and the range's own path.
    let mut open: Vec<(Vec<Action>, Vec<Step>)> = Vec::new();
    let mut actions = Vec::new();
    while !reader.rest.is_empty() {
        let (text, inside) = match reader.rest.split_once('{') {
            Some((text, inside)) => (text, Some(inside)),
            None => (reader.rest, None),
        };
        if !text.is_empty() {
            actions.push(Action::Text(text.to_owned()));
        }
        reader.rest = inside.unwrap_or_default();
        if inside.is_none() {
            break;
        }
        match reader.action()? {
            Inside::Nothing => {}
            Inside::Text(text) => actions.push(Action::Text(text)),
            Inside::Path(path) => actions.push(Action::Path(path)),
            Inside::Range(path) => open.push((std::mem::take(&mut actions), path)),
            Inside::End => {
                let (before, path) = open.pop().ok_or("not in range, nothing to end")?;
                let body = std::mem::replace(&mut actions, before);
                actions.push(Action::Range(path, body));
            }
        }
    }
    if open.is_empty() { Ok(actions) } else { Err("unclosed range".to_owned()) }
}

/// What stands between braces.
enum Inside {
    Nothing,
    Text(String),
    Path(Vec<Step>),
    Range(Vec<Step>),
    End,
}

/// What ends a path.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    /// `}`.
    Brace,
    /// `)`, white space or an operator: it is one side of a comparison.
    Operator,
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn action(&mut self) -> Result<Inside, String> {
        self.space();
        let inside = match self.peek() {
            None => return Err("unclosed action".to_owned()),
            Some('}') => Inside::Nothing,
            Some(quote @ ('"' | '\'')) => Inside::Text(self.quoted(quote)?),
            Some(letter) if letter.is_ascii_alphabetic() => match self.word() {
                "range" => Inside::Range(self.path(Until::Brace)?),
                "end" => Inside::End,
                other => return Err(format!("unrecognized identifier {other}")),
            },
            Some(_) => Inside::Path(self.path(Until::Brace)?),
        };
        self.space();
        match self.next() {
            Some('}') => Ok(inside),
            None => Err("unclosed action".to_owned()),
            Some(letter) => {
                Err(format!("unrecognized character in action: U+{:04X} '{letter}'", u32::from(letter)))
            }
        }
    }

    fn path(&mut self, until: Until) -> Result<Vec<Step>, String> {
        let mut path = Vec::new();
        loop {
            match self.peek() {
                None => return Err("unclosed action".to_owned()),
                Some('}') if until == Until::Brace => return Ok(path),
                Some(')' | '=' | '!' | '<' | '>' | ' ') if until == Until::Operator => return Ok(path),
                Some(' ' | '\t' | '\n' | '\r' | '$' | '@') => drop(self.next()),
                Some('.') => {
                    self.next();
                    if self.skip(".") {
                        path.push(Step::Within);
                        // What follows may stand without a dot of its own.
                        if self.peek().is_some_and(|it| it.is_ascii_alphabetic() || it == '*') {
                            path.push(self.field());
                        }
                    } else if self.peek() != Some('[') {
                        path.push(self.field());
                    }
                }
                Some('[') => {
                    self.next();
                    path.push(self.brackets()?);
                }
                Some(letter) => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{letter}'",
                        u32::from(letter)
                    ));
                }
            }
        }
    }

    /// A name up to what ends one, a backslash taking its meaning from the letter behind it; or `*`.
    fn field(&mut self) -> Step {
        let mut name = String::new();
        while let Some(letter) = self.peek() {
            match letter {
                '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}' | '(' | ')' | '=' | '!' | '<' | '>' => break,
                letter if letter.is_whitespace() => break,
                '\\' => {
                    self.next();
                    name.extend(self.next());
                }
                letter => {
                    self.next();
                    name.push(letter);
                }
            }
        }
        if name == "*" { Step::All } else { Step::Field(name) }
    }

    /// What stands behind `[`, and the `]`.
    fn brackets(&mut self) -> Result<Step, String> {
        if self.skip("?(") {
            return self.filter();
        }
        let mut steps = Vec::new();
        loop {
            self.space();
            let step = match self.peek() {
                Some(quote @ ('"' | '\'')) => Step::Field(self.quoted(quote)?.replace('\\', "")),
                _ => {
                    let end = self.rest.find([',', ']']).ok_or("unterminated array")?;
                    let (slice, rest) = self.rest.split_at(end);
                    self.rest = rest;
                    Step::Items(slice_of(slice.trim()).ok_or_else(|| format!("invalid array index {slice}"))?)
                }
            };
            steps.push(step);
            self.space();
            match self.next() {
                Some(',') => {}
                Some(']') => break,
                _ => return Err("unterminated array".to_owned()),
            }
        }
        match steps.pop() {
            Some(only) if steps.is_empty() => Ok(only),
            last => Ok(Step::Either(steps.into_iter().chain(last).collect())),
        }
    }

    /// `@.a == "b")]`.
    fn filter(&mut self) -> Result<Step, String> {
        self.space();
        let path = self.path(Until::Operator)?;
        self.space();
        let known = [
            ("==", Compare::Equal),
            ("!=", Compare::NotEqual),
            ("<=", Compare::LessOrEqual),
            (">=", Compare::GreaterOrEqual),
            ("<", Compare::Less),
            (">", Compare::Greater),
        ];
        let compare = known.into_iter().find_map(|(sign, compare)| self.skip(sign).then_some(compare));
        let wanted = match compare {
            None => None,
            Some(compare) => {
                self.space();
                let operand = match self.peek() {
                    Some(quote @ ('"' | '\'')) => Operand::Literal(self.quoted(quote)?),
                    Some('@' | '$' | '.') => Operand::Path(self.path(Until::Operator)?),
                    _ => {
                        let end = self.rest.find([')', ' ']).ok_or("unterminated filter")?;
                        let (word, rest) = self.rest.split_at(end);
                        self.rest = rest;
                        Operand::Literal(word.to_owned())
                    }
                };
                Some((compare, operand))
            }
        };
        self.space();
        if self.skip(")]") { Ok(Step::Where(path, wanted)) } else { Err("unterminated filter".to_owned()) }
    }

    /// A text in quotes, what backslashes say taken for what it means.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err("unterminated quoted string".to_owned()),
                Some(letter) if letter == quote => return Ok(text),
                Some('\\') => match self.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some(letter @ ('\\' | '"' | '\'')) => text.push(letter),
                    Some(letter) => text.extend(['\\', letter]),
                    None => return Err("unterminated quoted string".to_owned()),
                },
                Some(letter) => text.push(letter),
            }
        }
    }

    fn word(&mut self) -> &str {
        let end = self.rest.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
        Some(letter)
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
}

/// `*`, `0`, `-1`, `1:3`, `::2`.
fn slice_of(text: &str) -> Option<Slice> {
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        text => text.parse::<i64>().ok().map(Some),
    };
    if text == "*" {
        return Some(Slice::Many(None, None, 1));
    }
    let mut parts = text.split(':');
    let first = number(parts.next()?)?;
    let Some(second) = parts.next() else { return first.map(Slice::One) };
    let step = match parts.next() {
        Some(step) => {
            number(step)?.map_or(Some(1), |step| usize::try_from(step).ok().filter(|step| *step > 0))?
        }
        None => 1,
    };
    if parts.next().is_some() { None } else { Some(Slice::Many(first, number(second)?, step)) }
}
