//! Columns, as Go's `text/tabwriter` sets them for `kubectl`.

/// Rows of cells below their headings, three columns between the widest cell of one and the next one, as `kubectl get`
/// prints them (`GetNewTabWriter` in `k8s.io/cli-runtime/pkg/printers`: at least six wide, three apart).
#[must_use]
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let heading = headings.iter().map(|&it| it.to_owned()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(heading).chain(rows.iter().cloned()).collect();
    columns(&lines, 6, 3)
}

/// Lines of cells, each but the last of a line as wide as the widest that is above or below it without a line between that
/// does not have it, and `apart` more; at least `least`.
#[must_use]
pub fn columns(lines: &[Vec<String>], least: usize, apart: usize) -> String {
    let mut widths: Vec<Vec<usize>> =
        lines.iter().map(|line| vec![0; line.len().saturating_sub(1)]).collect();
    let deepest = widths.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..deepest {
        let mut first = 0;
        while first < lines.len() {
            let has = |at: usize| widths.get(at).is_some_and(|line| line.len() > column);
            let end = (first..lines.len()).find(|at| !has(*at)).unwrap_or(lines.len());
            let cells = lines.get(first..end).unwrap_or_default();
            let widest = cells.iter().filter_map(|line| line.get(column)).map(|it| it.chars().count()).max();
            let width = widest.map_or(0, |widest| (widest + apart).max(least));
            for line in widths.get_mut(first..end).unwrap_or_default() {
                if let Some(cell) = line.get_mut(column) {
                    *cell = width;
                }
            }
            first = end.max(first) + 1;
        }
    }
    let mut out = String::new();
    for (line, widths) in lines.iter().zip(&widths) {
        for (at, cell) in line.iter().enumerate() {
            out.push_str(cell);
            if let Some(width) = widths.get(at) {
                out.push_str(&" ".repeat(width.saturating_sub(cell.chars().count())));
            }
        }
        out.push('\n');
    }
    out
}

/// A text whose tabs part cells, as `kubectl describe` sets it (`tabbedString` in `k8s.io/kubectl/pkg/describe`: two apart).
#[must_use]
pub fn tabbed(text: &str) -> String {
    let lines: Vec<Vec<String>> =
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    columns(&lines, 0, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".to_owned(), "10.0.0.1".to_owned(), "1m".to_owned()]];
        assert_eq!(table(&["NAME", "IP", "AGE"], &rows), "NAME   IP         AGE\na      10.0.0.1   1m\n");
    }

    #[test]
    fn a_line_without_the_column_parts_what_is_above_from_what_is_below() {
        assert_eq!(
            tabbed("Name:\tx\nLabels:\ta=1\nSpec:\n  A:\tb"),
            "Name:    x\nLabels:  a=1\nSpec:\n  A:  b\n"
        );
    }
}
