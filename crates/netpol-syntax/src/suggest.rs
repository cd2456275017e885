//! "Did you mean": the closest of the names that would have been right.

/// The name closest to `wrong` among `known`, where it is close enough to be what was meant: at most
/// a third of its letters differ, or only upper and lower case.
pub fn closest<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let length = wrong.chars().count();
    let allowed = (length / 3).min(3);
    known
        .into_iter()
        // Each letter more or less is an edit.
        .filter(|name| name.chars().count().abs_diff(length) <= allowed)
        .map(|name| (if name.eq_ignore_ascii_case(wrong) { 0 } else { distance(wrong, name) }, name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The edits that turn `a` into `b`: letters added, left out, replaced, or two neighbours swapped.
fn distance(a: &str, b: &str) -> usize {
    // No name is this long, and the cost grows with the product.
    const LONGEST: usize = 64;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut cost =
                (cell(&last, j) + usize::from(from != to)).min(cell(&last, j + 1) + 1).min(cell(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if is_swap {
                cost = cost.min(cell(&before_last, j - 1) + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}
