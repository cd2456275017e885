//! Where a cursor is, told by indentation: of which object, below which keys, in a key or in a value.

/// Where a cursor is within a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'t> {
    /// The object's kind, where it says one.
    pub(crate) kind: Option<&'t str>,
    /// The keys above the cursor, outermost first. Items of lists leave no trace.
    pub(crate) path: Vec<&'t str>,
    /// What is being written there.
    pub(crate) at: At<'t>,
    /// The column of the key, or of the item, that is being written.
    pub(crate) column: usize,
    /// Whether it stands in an item of what the path leads to.
    pub(crate) in_item: bool,
    /// The keys beside it in the same map, with their values.
    pub(crate) beside: Vec<(&'t str, &'t str)>,
    /// Those beside the innermost key of the path.
    pub(crate) around: Vec<(&'t str, &'t str)>,
}

/// What is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At<'t> {
    /// A key, or an item of a list; of it there is so much.
    Key { prefix: &'t str },
    /// The value of a key; of a list in brackets, an item of it.
    Value { key: &'t str, prefix: &'t str, in_brackets: bool },
}

/// A line as far as keys go.
pub(crate) struct Line<'t> {
    /// The columns of its dashes.
    pub(crate) dashes: Vec<usize>,
    /// The column behind them.
    pub(crate) column: usize,
    /// What stands there.
    pub(crate) rest: &'t str,
}

impl<'t> Line<'t> {
    /// `None` for what is blank or a comment.
    pub(crate) fn of(text: &'t str) -> Option<Self> {
        let mut rest = text.trim_start_matches(' ');
        let mut column = text.len() - rest.len();
        let mut dashes = Vec::new();
        while let Some(after) =
            rest.strip_prefix('-').filter(|after| after.is_empty() || after.starts_with(' '))
        {
            dashes.push(column);
            let within = after.trim_start_matches(' ');
            column += rest.len() - within.len();
            rest = within;
        }
        let is_empty = rest.trim_end().is_empty() && dashes.is_empty();
        (!is_empty && !rest.starts_with('#')).then_some(Self { dashes, column, rest })
    }

    /// Its key, and what stands behind the colon.
    pub(crate) fn entry(&self) -> Option<(&'t str, &'t str)> {
        let colon = self.rest.char_indices().find(|(at, c)| {
            *c == ':'
                && self
                    .rest
                    .get(at + 1..)
                    .is_none_or(|after| after.is_empty() || after.starts_with([' ', '\r']))
        });
        let (key, value) = self.rest.split_at_checked(colon?.0)?;
        let value = value.get(1..)?.trim();
        let value = value.split(" #").next().unwrap_or_default().trim_end();
        Some((unquoted(key.trim_end()), value))
    }
}

impl<'t> Place<'t> {
    /// Where the cursor is that stands between `before` and `after`, which are of one document. `None` within a comment, and
    /// where the line is indented by tabs.
    pub(crate) fn of(before: &'t str, after: &'t str) -> Option<Self> {
        let (above, current) = before.rsplit_once('\n').unwrap_or(("", before));
        if current.contains('\t') || current.trim_start().starts_with('#') || current.contains(" #") {
            return None;
        }
        let blank = Line { dashes: Vec::new(), column: current.len(), rest: "" };
        let line = Line::of(current).unwrap_or(blank);
        let at = match line.entry() {
            Some((key, _)) => {
                let (prefix, in_brackets) = value_prefix(line.rest);
                At::Value { key, prefix, in_brackets }
            }
            None => At::Key { prefix: line.rest },
        };
        let below = after.split_once('\n').map_or("", |(_, below)| below);
        let mut climb = Climb::from(&line);
        for line in above.lines().rev().filter_map(Line::of) {
            climb.pass(&line);
        }
        let Climb { mut path, beside: [mut beside, around], .. } = climb;
        path.reverse();
        for line in below.lines().filter_map(Line::of) {
            let first = line.dashes.first().copied().unwrap_or(line.column);
            if first < climb.column {
                break;
            }
            beside.extend(line.entry().filter(|_| line.column == climb.column));
        }
        let kind = |text: &'t str| {
            let entries = text.lines().filter_map(Line::of).filter(|line| line.column == 0);
            let mut kinds = entries.filter_map(|line| line.entry()).filter(|(key, _)| *key == "kind");
            kinds.next().map(|(_, value)| unquoted(value))
        };
        let kind = kind(above).or_else(|| kind(below));
        Some(Self { kind, path, at, column: climb.column, in_item: climb.in_item, beside, around })
    }
}

/// The way from a line up to the keys that it is below.
struct Climb<'t> {
    /// The column of the key, or of the item, that the way begins at.
    column: usize,
    /// The keys above, innermost first.
    path: Vec<&'t str>,
    /// What stands beside where the way begins, and beside the first key above that.
    beside: [Vec<(&'t str, &'t str)>; 2],
    /// The column that is climbed from at the moment, while in its own map.
    level: Option<usize>,
    /// Keys that are above stand before this column.
    keys: usize,
    /// Dashes of lists that are around stand before this one.
    dashes: usize,
    /// Whether there is one between where the way begins and the first key above.
    in_item: bool,
}

impl<'t> Climb<'t> {
    fn from(line: &Line<'t>) -> Self {
        let column = line.column;
        let beside = [Vec::new(), Vec::new()];
        let mut climb = Self {
            column,
            path: Vec::new(),
            beside,
            level: Some(column),
            keys: column,
            dashes: column,
            in_item: false,
        };
        climb.leave(&line.dashes);
        climb
    }

    /// Takes in the next line above.
    fn pass(&mut self, line: &Line<'t>) {
        let entry = line.entry();
        if line.column < self.keys
            && let Some((key, _)) = entry
        {
            self.path.push(key);
            (self.keys, self.dashes, self.level) = (line.column, line.column, Some(line.column));
        } else if self.level == Some(line.column)
            && let Some(beside) = self.beside.get_mut(self.path.len())
        {
            beside.extend(entry);
        }
        self.leave(&line.dashes);
    }

    /// Goes out of the items that these dashes begin, where they are around. A list may stand at the column of its own key.
    fn leave(&mut self, dashes: &[usize]) {
        for dash in dashes.iter().rev().filter(|dash| **dash < self.dashes).copied().collect::<Vec<_>>() {
            self.dashes = dash;
            self.keys = self.keys.min(dash + 1);
            self.level = None;
            self.in_item |= self.path.is_empty();
        }
    }
}

/// What has been written of a value, of a list in brackets its last item, and whether it is one.
fn value_prefix(rest: &str) -> (&str, bool) {
    let value = rest.split_once(':').map_or("", |(_, value)| value);
    let item = value.rsplit(['[', ',']).next().unwrap_or_default();
    (item.trim_start(), value.contains('['))
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of `|` in a text.
    fn place(text: &str) -> Place<'_> {
        let (before, after) = text.split_once('|').unwrap();
        Place::of(before, after).unwrap()
    }

    #[test]
    fn keys_are_found_by_their_columns() {
        let text = "kind: NetworkPolicy\nspec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              ap|\n";
        let found = place(text);
        assert_eq!(found.kind, Some("NetworkPolicy"));
        assert_eq!(found.path, ["spec", "ingress", "from", "podSelector", "matchLabels"]);
        assert_eq!((found.at, found.column), (At::Key { prefix: "ap" }, 14));
    }

    #[test]
    fn a_list_may_stand_at_the_column_of_its_key() {
        let found = place("spec:\n  ingress:\n  - ports:\n    - port: 80\n    from:\n    - ip|");
        assert_eq!(found.path, ["spec", "ingress", "from"]);
        let found = place("spec:\n  policyTypes:\n  - Ingress\n  - E|");
        assert_eq!((found.path, found.at), (vec!["spec", "policyTypes"], At::Key { prefix: "E" }));
    }

    #[test]
    fn what_stands_beside_is_told_from_other_items() {
        let found = place(
            "spec:\n  ports:\n    - name: a\n      port: 1\n    - name: b\n      |\n      protocol: TCP\n    - name: c\n",
        );
        assert_eq!(found.path, ["spec", "ports"]);
        assert_eq!(found.beside, [("name", "b"), ("protocol", "TCP")]);
        let found = place("spec:\n  |\nkind: Pod\nmetadata:\n  name: a\n");
        assert_eq!((found.kind, found.beside), (Some("Pod"), vec![]));
    }

    #[test]
    fn values_know_their_key_and_what_is_around() {
        let found = place("a:\n  - key: app\n    operator: In\n    values:\n      - we|");
        assert_eq!((found.path, found.at), (vec!["a", "values"], At::Key { prefix: "we" }));
        assert_eq!(found.around, [("operator", "In"), ("key", "app")]);
        let found = place("a:\n  - key: app\n    values: [web, a|]");
        assert_eq!(found.at, At::Value { key: "values", prefix: "a", in_brackets: true });
        assert_eq!(found.beside, [("key", "app")]);
    }

    #[test]
    fn comments_and_tabs_have_no_place() {
        for text in ["# a|", "a: b # c|", "\ta|"] {
            let (before, after) = text.split_once('|').unwrap();
            assert_eq!(Place::of(before, after), None, "{text}");
        }
        assert_eq!(place("|").path, [""; 0]);
    }
}
