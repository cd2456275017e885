//! What is typed, taken apart as a shell takes it apart: words and quotes, variables, pipes, loops, redirections,
//! here-documents. What stands for something else, as variables do, is put in when a command runs ([`Word::fields`]).

mod reader;
mod word;

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

pub use reader::read;
pub use word::{Piece, Word};

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

/// A command with its words, or a loop.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Command {
    /// Its name and arguments. Empty where there are only assignments.
    pub words: Vec<Word>,
    /// Variables that it sets.
    pub sets: Vec<(String, Word)>,
    /// What is done again and again; then there are no words.
    pub each: Option<Each>,
    /// What it reads, where that is not what comes through a pipe.
    pub input: Option<Input>,
    /// Where its output goes, where that is not the screen.
    pub output: Option<Redirect>,
    /// Whether what it complains of goes where its output goes.
    pub joins_errors: bool,
    /// Whether nothing is to be heard of what it complains of.
    pub drops_errors: bool,
}

/// `for NAME in WORDS; do …; done`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each {
    /// The variable that is each of them in turn.
    pub variable: String,
    /// What it is.
    pub of: Vec<Word>,
    /// What is done with each.
    pub body: Vec<Pipeline>,
}

/// What a command reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(Word),
    /// A here-document: its lines are read behind the line that names it.
    Text(Rc<OnceCell<Word>>),
}

/// Where output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The file.
    pub file: Word,
    /// Whether it is put behind what the file holds.
    pub appends: bool,
}

/// Why a line cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// More lines have to come: a quote, a loop or a here-document is open, or a backslash ends the line.
    Unfinished,
    /// Something stands where it cannot.
    Unexpected(String),
    /// It is something that this shell does not do.
    Unsupported(&'static str),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished => f.write_str("syntax error: unexpected end of file"),
            Self::Unexpected(what) => write!(f, "syntax error near unexpected token `{what}'"),
            Self::Unsupported(what) => write!(f, "{what} cannot be used here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word as one reads it: quotes taken off, what stands for something else in angle brackets.
    fn shown(word: &Word) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable { name, is_quoted } => format!("<{name}{}>", if *is_quoted { "\"" } else { "" }),
            Piece::Commands { list, is_quoted } => {
                format!(
                    "<({}){}>",
                    list.iter().map(shown_pipeline).collect::<Vec<_>>().join("; "),
                    if *is_quoted { "\"" } else { "" }
                )
            }
        };
        word.pieces.iter().map(piece).collect()
    }

    fn shown_pipeline(pipeline: &Pipeline) -> String {
        let words = |command: &Command| command.words.iter().map(shown).collect::<Vec<_>>().join(" ");
        pipeline.commands.iter().map(words).collect::<Vec<_>>().join(" | ")
    }

    fn words(text: &str) -> Vec<String> {
        let lines = read(text).unwrap();
        assert_eq!(lines.len(), 1, "{text}");
        lines[0].commands[0].words.iter().map(shown).collect()
    }

    fn input(command: &Command) -> String {
        match &command.input {
            Some(Input::Text(text)) => shown(text.get().unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_are_what_quotes_make_of_them() {
        assert_eq!(words("k get  po -l 'a in (b, c)'"), ["k", "get", "po", "-l", "a in (b, c)"]);
        assert_eq!(
            words(r#"echo "a $do \"b\"" '$do' \$do a\ b ${x}y $ $?"#),
            ["echo", "a <do\"> \"b\"", "$do", "$do", "a b", "<x>y", "$", "<?>"]
        );
        assert_eq!(words("echo a\\\n b # c"), ["echo", "a", "b"]);
        assert_eq!(words("echo $nothing ''"), ["echo", "<nothing>", ""]);
    }

    #[test]
    fn variables_without_quotes_part_words() {
        let fields = |text: &str, value: &str| {
            let lines = read(text).unwrap();
            lines[0].commands[0]
                .words
                .iter()
                .flat_map(|it| it.fields(&mut |_| value.to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(fields("echo a$x \"$x\" 'b'$x''", "b  c"), ["echo", "ab", "c", "b  c", "bb", "c"]);
        assert_eq!(fields("echo a${x}b", " c "), ["echo", "a", "c", "b"]);
        assert_eq!(fields("echo $x '' \"$x\"", ""), ["echo", "", ""]);
        assert_eq!(fields("echo $x", "  "), ["echo"]);
    }

    #[test]
    fn ranges_in_braces_are_counted() {
        let fields = |text: &str| words(text).len() - 1;
        let counted = |text: &str| {
            let lines = read(text).unwrap();
            lines[0].commands[0].words[0].fields(&mut |_| String::new())
        };
        assert_eq!(counted("{1..3}"), ["1", "2", "3"]);
        assert_eq!(counted("{3..1}"), ["3", "2", "1"]);
        assert_eq!(counted("'{1..3}'"), ["{1..3}"]);
        assert_eq!(counted("{1..999999999}"), ["{1..999999999}"]);
        assert_eq!(counted("{a..}"), ["{a..}"]);
        assert_eq!(fields("echo {1..3}"), 1);
    }

    #[test]
    fn pipes_and_conditions_part_commands() {
        let found = read("a | b && c; d || e\nf &&\n g |\n\nh").unwrap();
        let shape: Vec<_> = found.iter().map(|it| (it.when, it.commands.len())).collect();
        let expected = [
            (When::Always, 2),
            (When::Succeeded, 1),
            (When::Always, 1),
            (When::Failed, 1),
            (When::Always, 1),
            (When::Succeeded, 2),
        ];
        assert_eq!(shape, expected);
    }

    #[test]
    fn commands_stand_within_others() {
        assert_eq!(words("echo $(k get po | wc -l; true)x"), ["echo", "<(k get po | wc -l; true)>x"]);
        assert_eq!(words("echo \"$(echo \"a b\")\""), ["echo", "<(echo a b)\">"]);
        assert_eq!(words("echo `echo \\`a\\``"), ["echo", "<(echo <(a)>)>"]);
        assert_eq!(words("echo $(\n)"), ["echo", "<()>"]);
    }

    #[test]
    fn a_loop_has_its_words_and_its_body() {
        for text in [
            "for x in a $b; do echo $x; k get po; done | wc",
            "for x in a $b\n\ndo\necho $x\nk get po\n\ndone | wc",
        ] {
            let found = read(text).unwrap();
            let [Pipeline { commands, .. }] = found.as_slice() else { panic!("{found:?}") };
            let each = commands[0].each.as_ref().unwrap();
            assert_eq!(
                (each.variable.as_str(), each.of.len(), each.body.len(), commands.len()),
                ("x", 2, 2, 2)
            );
        }
        // What a here-document within a loop says stands behind the line that names it.
        let found = read("for x in a; do cat <<EOF; done\nsays $x\nEOF\n").unwrap();
        let each = found[0].commands[0].each.as_ref().unwrap();
        assert_eq!(input(&each.body[0].commands[0]), "says <x\">\n");
        assert_eq!(words("echo for do done"), ["echo", "for", "do", "done"]);
    }

    #[test]
    fn here_documents_belong_to_the_command_before_them() {
        let found = read("cat <<EOF | k apply -f -\nkind: Pod # $do `a` \\$x \"\nEOF\nk get po").unwrap();
        assert_eq!(input(&found[0].commands[0]), "kind: Pod # <do\"> <(a)\"> $x \"\n");
        assert_eq!(shown_pipeline(&found[0]), "cat | k apply -f -");
        assert_eq!(shown_pipeline(&found[1]), "k get po");
        let quoted = read("cat > a.yaml <<'EOF'\n$do\nEOF").unwrap();
        assert_eq!(input(&quoted[0].commands[0]), "$do\n");
        let output = quoted[0].commands[0].output.as_ref().unwrap();
        assert_eq!((shown(&output.file).as_str(), output.appends), ("a.yaml", false));
    }

    #[test]
    fn what_is_open_waits_for_more() {
        for text in [
            "echo 'a",
            "echo \"a",
            "cat <<EOF\na",
            "cat <<EOF",
            "a |",
            "a &&",
            "echo a \\",
            "echo $(a",
            "echo `a",
            "echo ${a",
            "for",
            "for x",
            "for x in a",
            "for x in a; do",
            "for x in a; do b",
            "for x in a; do b;",
            "echo \"$(a\"",
        ] {
            assert_eq!(read(text), Err(LineError::Unfinished), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        for text in [
            "| a",
            "a && && b",
            "a >\n",
            "a; ; b",
            "; a",
            "a | ; b",
            "&& a",
            "done",
            "do",
            "a )",
            "for x in a; b; done",
            "for 1 in a; do b; done",
            "for x in a; do b; done c",
            "for x in a; do; done",
            "a <<| b",
        ] {
            assert!(matches!(read(text), Err(LineError::Unexpected(_))), "{text}: {:?}", read(text));
        }
        for text in
            ["a &", "(a)", "echo $((1 + 2))", "while true; do a; done", "if a; then b; fi", "echo ${x:-y}"]
        {
            assert!(matches!(read(text), Err(LineError::Unsupported(_))), "{text}: {:?}", read(text));
        }
        let deep = "echo $(".repeat(10_000);
        assert!(matches!(read(&deep), Err(LineError::Unsupported(_))));
        assert_eq!(read(""), Ok(Vec::new()));
        let sets = &read("do=1 # set").unwrap()[0].commands[0].sets;
        assert_eq!((sets[0].0.as_str(), shown(&sets[0].1).as_str()), ("do", "1"));
    }
}
