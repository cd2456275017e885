//! JSONPath as `kubectl` understands it (`k8s.io/client-go/util/jsonpath`), which no other reader of JSONPath shares:
//! templates with `{range}` and `{end}`, fields without quotes, results side by side.

mod parse;

use crate::print::{self, Form, Part};

/// A template: what stands between its braces is looked up, the rest is printed as it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template(Vec<Action>);

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Text(String),
    Path(Vec<Step>),
    /// `{range PATH}…{end}`.
    Range(Vec<Step>, Vec<Action>),
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    /// `*`, of maps and lists.
    All,
    /// `..`: the value and everything within it.
    Within,
    /// `[0]`, `[1:3]`, `[*]` of a list.
    Items(Slice),
    /// `[0,2]`, `['a','b']`: each of them.
    Either(Vec<Step>),
    /// `[?(@.a == "b")]`.
    Where(Vec<Step>, Option<(Compare, Operand)>),
}

/// Which items of a list. Numbers below 0 count from its end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Slice {
    One(i64),
    /// From, to (without it), and every how manieth.
    Many(Option<i64>, Option<i64>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Literal(String),
    Path(Vec<Step>),
}

/// So many values one path may come to.
const FOUND: usize = 100_000;

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, as `kubectl` says it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        parse::template(text).map(Self).map_err(|why| format!("error parsing jsonpath {text}, {why}"))
    }

    /// Reads a path as `--sort-by` and `custom-columns` take it: with braces and a dot before it or without.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn relaxed(path: &str) -> Result<Self, String> {
        let bare = path.strip_prefix('{').and_then(|path| path.strip_suffix('}')).unwrap_or(path);
        let dot = if bare.starts_with(['.', '[', '$', '@']) { "" } else { "." };
        Self::read(&format!("{{{dot}{bare}}}"))
    }

    /// What the template prints of a value. What is not there is nothing.
    ///
    /// # Errors
    /// Where a list has no such item, or something else is no list.
    pub(crate) fn print(&self, value: Part<'_>) -> Result<String, String> {
        let mut out = String::new();
        print_all(&self.0, value, &mut out)?;
        Ok(out)
    }

    /// The texts of all that the template's path comes to.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub(crate) fn texts(&self, value: Part<'_>) -> Result<Vec<String>, String> {
        match self.0.as_slice() {
            [Action::Path(path)] => Ok(follow(path, value)?.into_iter().map(text).collect()),
            _ => Ok(vec![self.print(value)?]),
        }
    }
}

fn print_all(actions: &[Action], value: Part<'_>, out: &mut String) -> Result<(), String> {
    for action in actions {
        match action {
            Action::Text(text) => out.push_str(text),
            Action::Path(path) => {
                let texts: Vec<String> = follow(path, value)?.into_iter().map(text).collect();
                out.push_str(&texts.join(" "));
            }
            Action::Range(path, body) => {
                for item in follow(path, value)? {
                    print_all(body, item, out)?;
                }
            }
        }
        if out.len() > 64 * FOUND {
            return Err("the template prints too much".to_owned());
        }
    }
    Ok(())
}

/// Everything that a path comes to from a value.
fn follow<'a>(path: &[Step], value: Part<'a>) -> Result<Vec<Part<'a>>, String> {
    let mut found = vec![value];
    for step in path {
        let mut next = Vec::new();
        for value in found {
            take(step, value, &mut next)?;
            if next.len() > FOUND {
                return Err("the path comes to too many values".to_owned());
            }
        }
        found = next;
    }
    Ok(found)
}

fn take<'a>(step: &Step, value: Part<'a>, found: &mut Vec<Part<'a>>) -> Result<(), String> {
    match step {
        Step::Field(name) => {
            found.extend(value.entries().into_iter().find(|(key, _)| key == name).map(|(_, value)| value));
        }
        Step::All => found.extend(value.inner()),
        Step::Within => {
            found.push(value);
            for inner in value.inner() {
                take(step, inner, found)?;
            }
        }
        Step::Items(slice) => match value.form() {
            Form::List(count) => found.extend(slice.of(count)?.into_iter().map(|at| value.item(at))),
            Form::Word("null") => {}
            _ => return Err(format!("{} is not array or slice", text(value))),
        },
        Step::Either(steps) => {
            for step in steps {
                take(step, value, found)?;
            }
        }
        Step::Where(path, wanted) => {
            for item in value.inner() {
                if is_wanted(path, wanted.as_ref(), item)? {
                    found.push(item);
                }
            }
        }
    }
    Ok(())
}

fn is_wanted(path: &[Step], wanted: Option<&(Compare, Operand)>, item: Part<'_>) -> Result<bool, String> {
    let first = |path: &[Step]| Ok::<_, String>(follow(path, item)?.into_iter().next().map(text));
    let Some(left) = first(path)? else { return Ok(false) };
    let Some((compare, operand)) = wanted else { return Ok(true) };
    let right = match operand {
        Operand::Literal(text) => Some(text.clone()),
        Operand::Path(path) => first(path)?,
    };
    let Some(right) = right else { return Ok(false) };
    let order = match (billionths(&left), billionths(&right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(&right),
    };
    Ok(match compare {
        Compare::Equal => order.is_eq(),
        Compare::NotEqual => order.is_ne(),
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
    })
}

/// A number in billionths, which compare as the number does; past nine places nothing in an object differs.
fn billionths(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    if ![whole, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    let places = format!("{fraction:0<9}");
    let fraction = places.get(..9)?.parse::<i128>().ok()?;
    Some(sign * (i128::from(whole.parse::<u64>().ok()?) * 1_000_000_000 + fraction))
}

impl Slice {
    /// The positions of a list of so many items.
    fn of(self, count: usize) -> Result<Vec<usize>, String> {
        let from_end = |at: i64| match usize::try_from(at) {
            Ok(at) => Some(at),
            Err(_) => count.checked_sub(usize::try_from(at.unsigned_abs()).ok()?),
        };
        match self {
            Self::One(at) => match from_end(at).filter(|at| *at < count) {
                Some(at) => Ok(vec![at]),
                None => Err(format!("array index out of bounds: index {at}, length {count}")),
            },
            Self::Many(from, to, step) => {
                let from = from.map_or(Some(0), from_end).unwrap_or_default();
                let to = to.map_or(Some(count), from_end).unwrap_or_default().min(count);
                Ok((from..to).step_by(step.max(1)).collect())
            }
        }
    }
}

/// As it is printed: texts as they are, maps and lists as JSON in one line.
fn text(value: Part<'_>) -> String {
    match value.form() {
        Form::Text(text) => text.to_owned(),
        Form::Word("null") => String::new(),
        Form::Word(word) => word.to_owned(),
        Form::List(_) | Form::Map(_) => print::compact(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    /// The examples of Kubernetes' documentation of JSONPath support, and what it says they print.
    const DOCUMENTED: &str = r#"
kind: List
items:
- kind: None
  metadata: {name: 127.0.0.1, labels: {kubernetes.io/hostname: 127.0.0.1}}
  status: {capacity: {cpu: "4"}, addresses: [{type: LegacyHostIP, address: 127.0.0.1}]}
- kind: None
  metadata: {name: 127.0.0.2}
  status: {capacity: {cpu: "8"}, addresses: [{type: LegacyHostIP, address: 127.0.0.2}, {type: another, address: 127.0.0.3}]}
users:
- {name: myself, user: {}}
- {name: e2e, user: {username: admin, password: secret}}
"#;

    fn value(text: &str) -> Value {
        let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
        Value::of(parsed.documents[0].root())
    }

    fn prints(template: &str, yaml: &str) -> Result<String, String> {
        Template::read(template)?.print(Part::Value(&value(yaml)))
    }

    #[test]
    fn templates_print_what_the_documentation_says() {
        let cases = [
            ("kind is {.kind}", "kind is List"),
            ("{.kind}", "List"),
            ("{['kind']}", "List"),
            ("{.users[0].name}", "myself"),
            ("{.users[-1].name}", "e2e"),
            ("{.users[-1:].name}", "e2e"),
            ("{.items[*].metadata.name}", "127.0.0.1 127.0.0.2"),
            ("{.users[?(@.name==\"e2e\")].user.password}", "secret"),
            ("{..name}", "127.0.0.1 127.0.0.2 myself e2e"),
            ("{.items[*]['metadata.name', 'status.capacity']}", ""),
            ("{.items[*]['kind','none']}", "None None"),
            (
                "{range .items[*]}[{.metadata.name}, {.status.capacity.cpu}] {end}",
                "[127.0.0.1, 4] [127.0.0.2, 8] ",
            ),
            (
                r#"{range .items[*]}{.metadata.name}{"\t"}{.status.capacity}{"\n"}{end}"#,
                "127.0.0.1\t{\"cpu\":\"4\"}\n127.0.0.2\t{\"cpu\":\"8\"}\n",
            ),
            (r"{.items[0].metadata.labels.kubernetes\.io/hostname}", "127.0.0.1"),
            ("{.items[0].metadata.labels['kubernetes\\.io/hostname']}", "127.0.0.1"),
            ("{.items[*].status.addresses[?(@.type=='another')].address}", "127.0.0.3"),
            ("{.items[0:1].metadata.name}{.items[0,1].kind}", "127.0.0.1None None"),
            ("{$.kind}{@.kind}", "ListList"),
            ("{.nothing.at.all}|{.users[0].name.more}", "|"),
            (
                "{.users[0].user}{.items[0].status.addresses}",
                "{}[{\"address\":\"127.0.0.1\",\"type\":\"LegacyHostIP\"}]",
            ),
            (
                "{range .items[*]}{range .status.addresses[*]}{.type} {end}{end}",
                "LegacyHostIP LegacyHostIP another ",
            ),
            ("{.items[?(@.status.capacity.cpu > 5)].metadata.name}", "127.0.0.2"),
            ("{.items[?(@.metadata.labels)].metadata.name}", "127.0.0.1"),
            ("{.users[?(@.name != 'e2e')].name}{.users.*.name}", "myselfmyself e2e"),
            (".kind", ".kind"),
        ];
        for (template, expected) in cases {
            assert_eq!(prints(template, DOCUMENTED).as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("{.kind", "error parsing jsonpath {.kind, unclosed action"),
            ("{.users[0}", "error parsing jsonpath {.users[0}, unterminated array"),
            ("{range .items[*]}x", "error parsing jsonpath {range .items[*]}x, unclosed range"),
            ("{end}", "error parsing jsonpath {end}, not in range, nothing to end"),
            ("{'a}", "error parsing jsonpath {'a}, unterminated quoted string"),
            ("{kind}", "error parsing jsonpath {kind}, unrecognized identifier kind"),
            ("{.users[7].name}", "array index out of bounds: index 7, length 2"),
            ("{.kind[0]}", "List is not array or slice"),
        ];
        for (template, expected) in cases {
            assert_eq!(prints(template, DOCUMENTED), Err(expected.to_owned()), "{template}");
        }
        let wide = format!("{{{}}}", ".. ".repeat(40));
        assert!(prints(&wide, DOCUMENTED).is_err());
    }

    #[test]
    fn paths_of_columns_need_no_braces() {
        for path in ["kind", ".kind", "{.kind}", "{kind}"] {
            assert_eq!(
                Template::relaxed(path).unwrap().texts(Part::Value(&value(DOCUMENTED))),
                Ok(vec!["List".to_owned()])
            );
        }
    }

    #[test]
    fn numbers_compare_as_such() {
        let mut texts = ["10.5", "2", "-3", "-0.5", "0", "10"];
        texts.sort_by_key(|text| billionths(text));
        assert_eq!(texts, ["-3", "-0.5", "0", "2", "10", "10.5"]);
        for text in ["", "-", "1.", ".5", "1e3", "10.20.0.1", "two"] {
            assert_eq!(billionths(text), None, "{text}");
        }
    }
}
