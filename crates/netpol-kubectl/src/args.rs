//! Flags and arguments, as `kubectl` and the programs in pods take them.

/// What flags a command has.
#[derive(Clone, Copy, Debug)]
pub struct Flags {
    /// Those with a value, each with its long name, or a letter.
    pub values: &'static [(&'static str, Option<char>)],
    /// Those without.
    pub switches: &'static [(&'static str, Option<char>)],
    /// Whether flags end where the first argument stands, as they do for `sh`.
    pub stops: bool,
}

/// A command's arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// What is no flag, before `--`.
    pub plain: Vec<String>,
    /// What comes behind `--`.
    pub behind: Option<Vec<String>>,
    flags: Vec<(&'static str, String)>,
}

/// Why arguments cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgsError {
    /// There is no such flag.
    Unknown(String),
    /// There is no such letter, in these letters.
    UnknownLetter(char, String),
    /// A value is missing.
    NoValue(String),
}

impl ArgsError {
    /// As `kubectl` says it.
    #[must_use]
    pub fn kubectl(&self, command: &str) -> String {
        let what = match self {
            Self::Unknown(flag) => format!("unknown flag: {flag}"),
            Self::UnknownLetter(letter, letters) => {
                format!("unknown shorthand flag: '{letter}' in {letters}")
            }
            Self::NoValue(flag) => format!("flag needs an argument: {flag}"),
        };
        format!("error: {what}\nSee 'kubectl {command} --help' for usage.")
    }
}

impl Args {
    /// Takes `words` apart.
    ///
    /// # Errors
    /// Where there is a flag that the command does not have, or one without its value.
    pub fn read(words: &[String], known: &Flags) -> Result<Self, ArgsError> {
        let mut args = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                args.behind = Some(words.cloned().collect());
                break;
            }
            if let Some(long) = word.strip_prefix("--") {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (long, None),
                };
                let flag = format!("--{name}");
                if let Some((name, _)) = known.values.iter().find(|(known, _)| *known == name) {
                    // Of these a value stands behind a `=` or nowhere (`NoOptDefVal`).
                    let alone = match *name {
                        "dry-run" => Some("client".to_owned()),
                        "cascade" => Some("background".to_owned()),
                        _ => None,
                    };
                    let value = value.or(alone);
                    let value = value.or_else(|| words.next().cloned()).ok_or(ArgsError::NoValue(flag))?;
                    args.flags.push((name, value));
                } else if let Some((name, _)) = known.switches.iter().find(|(known, _)| *known == name) {
                    args.flags.push((name, value.unwrap_or_else(|| "true".to_owned())));
                } else {
                    return Err(ArgsError::Unknown(flag));
                }
            } else if word.len() > 1 && word.starts_with('-') {
                args.letters(word, &mut words, known)?;
            } else {
                args.plain.push(word.clone());
                if known.stops {
                    args.plain.extend(words.by_ref().cloned());
                }
            }
        }
        Ok(args)
    }

    fn letters<'w>(
        &mut self,
        word: &str,
        words: &mut impl Iterator<Item = &'w String>,
        known: &Flags,
    ) -> Result<(), ArgsError> {
        let mut letters = word.chars();
        letters.next();
        while let Some(letter) = letters.next() {
            if let Some((name, _)) = known.switches.iter().find(|(_, known)| *known == Some(letter)) {
                self.flags.push((name, "true".to_owned()));
            } else if let Some((name, _)) = known.values.iter().find(|(_, known)| *known == Some(letter)) {
                let rest = letters.as_str();
                let rest = rest.strip_prefix('=').unwrap_or(rest);
                let value = match rest {
                    "" => words
                        .next()
                        .cloned()
                        .ok_or_else(|| ArgsError::NoValue(format!("'{letter}' in {word}")))?,
                    rest => rest.to_owned(),
                };
                self.flags.push((name, value));
                return Ok(());
            } else {
                return Err(ArgsError::UnknownLetter(letter, format!("-{letter}{}", letters.as_str())));
            }
        }
        Ok(())
    }

    /// The same flags with other plain arguments.
    #[must_use]
    pub fn about(&self, plain: &[String]) -> Self {
        Self { plain: plain.to_vec(), behind: None, flags: self.flags.clone() }
    }

    /// The value of a flag, the last one where it stands more than once.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).last()
    }

    /// All values of a flag.
    pub fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a flag without a value is set.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value != "false")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: Flags = Flags {
        values: &[("namespace", Some('n')), ("output", Some('o'))],
        switches: &[("all-namespaces", Some('A')), ("stdin", Some('i')), ("tty", Some('t'))],
        stops: false,
    };

    fn read(text: &str) -> Result<Args, ArgsError> {
        Args::read(&text.split(' ').map(str::to_owned).collect::<Vec<_>>(), &FLAGS)
    }

    #[test]
    fn flags_are_taken_in_all_their_forms() {
        for text in
            ["-n a pod", "--namespace a pod", "--namespace=a pod", "-na pod", "pod -n=a", "-n b pod -n a"]
        {
            let args = read(text).unwrap();
            assert_eq!(
                (args.value("namespace"), args.plain.as_slice()),
                (Some("a"), &["pod".to_owned()][..]),
                "{text}"
            );
        }
        let args = read("-itn a p -- ls -l").unwrap();
        assert!(args.has("stdin") && args.has("tty") && !args.has("all-namespaces"));
        assert_eq!(args.behind, Some(vec!["ls".to_owned(), "-l".to_owned()]));
    }

    #[test]
    fn what_is_wrong_is_said_as_kubectl_says_it() {
        let said = |text: &str| read(text).unwrap_err().kubectl("get");
        assert_eq!(said("--foo"), "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.");
        assert_eq!(
            said("-x"),
            "error: unknown shorthand flag: 'x' in -x\nSee 'kubectl get --help' for usage."
        );
        assert_eq!(
            said("-n"),
            "error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage."
        );
    }
}
