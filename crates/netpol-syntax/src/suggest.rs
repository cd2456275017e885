//! "Did you mean": the closest of the names that would have been right.

use crate::order;

/// The name closest to `wrong` among `known`, where it is close enough to be what was meant: at most
/// a third of its letters differ and no more than three, or only upper and lower case. Of several the first.
#[must_use]
pub fn closest<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let letters: Vec<char> = wrong.chars().collect();
    let mut rows = Rows::new(&letters, allowed(&letters));
    let mut distance = |name: &str| match name.eq_ignore_ascii_case(wrong) {
        true => Some(0),
        false => rows.spell(name).ok().flatten(),
    };
    let near = known.into_iter().filter_map(|name| Some((distance(name)?, name)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Names among which many wrong ones are looked up: those that begin alike are passed by together where that is too far
/// off already, and not looked at one by one.
#[derive(Clone, Debug)]
pub struct Names<'k> {
    /// In order, each once.
    names: Vec<&'k str>,
    /// The same without regard to capitals, then in order.
    folded: Vec<(String, &'k str)>,
}

impl<'k> Names<'k> {
    /// All of `names`, in whatever order.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = &'k str>) -> Self {
        let mut names: Vec<&str> = names.into_iter().collect();
        order::sort_and_dedup(&mut names);
        let mut folded: Vec<(String, &str)> =
            names.iter().map(|name| (name.to_ascii_lowercase(), *name)).collect();
        order::sort_by(&mut folded, Ord::cmp);
        Self { names, folded }
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'k str> {
        self.names.iter().copied()
    }

    /// What [`closest`] gives of those names for which `is_meant` holds.
    #[must_use]
    pub fn closest(&self, wrong: &str, is_meant: impl Fn(&str) -> bool) -> Option<&'k str> {
        let folded = wrong.to_ascii_lowercase();
        let start = self.folded.partition_point(|(name, _)| *name < folded);
        let alike = self.folded.iter().skip(start).take_while(|(name, _)| *name == folded);
        let mut alike = alike.map(|(_, name)| *name);
        if let Some(name) = alike.find(|name| is_meant(name)) {
            return Some(name);
        }
        let letters: Vec<char> = wrong.chars().collect();
        // What is near is found sooner where less is let pass.
        (1..=allowed(&letters)).find_map(|most| self.within(&letters, most, &is_meant))
    }

    /// The first that is at most so many edits away.
    fn within(&self, wrong: &[char], most: usize, is_meant: impl Fn(&str) -> bool) -> Option<&'k str> {
        let mut rows = Rows::new(wrong, most);
        let mut at = 0;
        while let Some(name) = self.names.get(at) {
            match rows.spell(name) {
                Ok(near) if near.is_some() && is_meant(name) => return Some(name),
                Ok(_) => at += 1,
                Err(beginning) => {
                    let left = self.names.get(at..).unwrap_or_default();
                    at += left.partition_point(|name| name.starts_with(beginning));
                }
            }
        }
        None
    }
}

/// How many edits a name may be away that was meant by one of these letters.
fn allowed(wrong: &[char]) -> usize {
    (wrong.len() / 3).min(3)
}

/// The edits that turn a wrong name into others: letters added, left out, replaced, or two neighbours swapped. A row says
/// for a beginning of the other name how far it is from each beginning of the wrong one; names that begin like the one
/// before share its rows.
struct Rows<'w> {
    wrong: &'w [char],
    /// What is further away is not counted.
    most: usize,
    spelt: Vec<char>,
    /// Row by row, that of no letters first.
    cells: Vec<usize>,
}

impl<'w> Rows<'w> {
    fn new(wrong: &'w [char], most: usize) -> Self {
        Self { wrong, most, spelt: Vec::new(), cells: (0..=wrong.len()).collect() }
    }

    /// How far `name` is away, `None` for too far; or the beginning of it with which every name is too far away.
    fn spell<'n>(&mut self, name: &'n str) -> Result<Option<usize>, &'n str> {
        let shared = self.spelt.iter().zip(name.chars()).take_while(|(one, other)| *one == other).count();
        self.spelt.truncate(shared);
        self.cells.truncate((shared + 1) * self.width());
        for (at, letter) in name.char_indices().skip(shared) {
            if !self.push(letter) {
                return Err(name.get(..at + letter.len_utf8()).unwrap_or(name));
            }
        }
        Ok(self.cells.last().copied().filter(|distance| *distance <= self.most))
    }

    /// Adds the row of a further letter. Whether a name that begins so may be near.
    fn push(&mut self, letter: char) -> bool {
        let before = self.spelt.last().copied();
        self.spelt.push(letter);
        let row = self.spelt.len();
        let far = self.most + 1;
        // Each letter more or less is an edit, so that only cells about the diagonal can be near.
        let (from, to) = (row.saturating_sub(self.most), (row + self.most).min(self.wrong.len()));
        let mut nearest = far;
        for at in 0..=self.wrong.len() {
            let mut cost = far;
            if (from..=to).contains(&at) {
                cost = cost.min(self.cell(row - 1, at) + 1);
                if let Some(left) = at.checked_sub(1) {
                    let other = self.wrong.get(left).copied();
                    let replaced = usize::from(other != Some(letter));
                    cost = cost.min(self.cell(row - 1, left) + replaced).min(self.cell(row, left) + 1);
                    let is_swap = at > 1 && before == other && self.wrong.get(at - 2) == Some(&letter);
                    if is_swap && row > 1 {
                        cost = cost.min(self.cell(row - 2, at - 2) + 1);
                    }
                }
            }
            nearest = nearest.min(cost);
            self.cells.push(cost.min(far));
        }
        // By a swap the next row may go on from the one before this.
        let swapped = self.row(row - 1).iter().min().map_or(far, |nearest| nearest + 1);
        nearest.min(swapped) <= self.most
    }

    fn width(&self) -> usize {
        self.wrong.len() + 1
    }

    fn row(&self, row: usize) -> &[usize] {
        self.cells.get(row * self.width()..(row + 1) * self.width()).unwrap_or_default()
    }

    fn cell(&self, row: usize, at: usize) -> usize {
        self.cells.get(row * self.width() + at).copied().unwrap_or(self.most + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_meant_and_nothing_else() {
        let cases = [
            ("podSelectr", "podSelector", true),
            ("podSelctor", "podSelector", true),
            ("POD", "pod", true),
            ("form", "from", true),
            ("to", "of", false),
            ("app", "run", false),
            ("web-00001", "wbe-00002", true),
            ("aaaaaaaaa", "aaaaabbbb", false),
            ("überall", "ueberall", true),
        ];
        for (wrong, name, is_near) in cases {
            assert_eq!(closest(wrong, [name]).is_some(), is_near, "{wrong} {name}");
        }
        assert_eq!(closest("app", ["apq", "apr", "APP", "app"]), Some("APP"));
    }

    /// The edits by the definition, letter by letter.
    fn edits(one: &[char], other: &[char]) -> usize {
        match (one, other) {
            ([], rest) | (rest, []) => rest.len(),
            ([.., a], [.., b]) => {
                let (less, fewer) = (&one[..one.len() - 1], &other[..other.len() - 1]);
                let least = (edits(less, fewer) + usize::from(a != b))
                    .min(edits(less, other) + 1)
                    .min(edits(one, fewer) + 1);
                match (one, other) {
                    ([start @ .., a, b], [begun @ .., c, d]) if (a, b) == (d, c) => {
                        least.min(edits(start, begun) + 1)
                    }
                    _ => least,
                }
            }
        }
    }

    /// Every word of so many letters out of three.
    fn words(letters: u32) -> Vec<String> {
        let word = |number: u32| {
            (0..letters).map(|at| ['a', 'b', 'C'][(number / 3_u32.pow(at) % 3) as usize]).collect()
        };
        (0..3_u32.pow(letters)).map(word).collect()
    }

    #[test]
    fn rows_count_the_edits_and_names_find_what_a_look_at_each_finds() {
        let known: Vec<String> = (1..=5).flat_map(words).collect();
        let names = Names::new(known.iter().map(String::as_str));
        let mut sorted = known.clone();
        sorted.sort();
        for wrong in ["abc", "cab", "abCaba", "cccbbb", "bbbbbbbbb", "CaCa", "", "ab"] {
            let letters: Vec<char> = wrong.chars().collect();
            let most = allowed(&letters);
            let mut rows = Rows::new(&letters, most);
            for name in &known {
                let edits = edits(&letters, &name.chars().collect::<Vec<_>>());
                assert_eq!(
                    rows.spell(name).ok().flatten(),
                    Some(edits).filter(|edits| *edits <= most),
                    "{wrong} {name}"
                );
            }
            for letter in ["", "a", "b"] {
                let is_meant = |name: &str| name.ends_with(letter);
                let each = sorted.iter().map(String::as_str).filter(|name| is_meant(name));
                assert_eq!(names.closest(wrong, is_meant), closest(wrong, each), "{wrong} {letter}");
            }
        }
    }
}
