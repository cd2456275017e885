//! Pairs against the evaluator, and what is read from them, on random clusters: counts, changes and the table's sums.

use std::collections::BTreeMap;
use std::sync::Arc;

use netpol_engine::{Analysis, Session};
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::generate::{Form, Size, generate};
use netpol_view::{
    Arrangement, Arrow, ArrowVerdict, Changes, Counts, EndKey, Grouping, Line, Pairs, PortChoice, Table,
    TableCell, Turn, why,
};

fn analysed(text: String) -> Analysis {
    Analysis::read(&[SourceFile::new("all.yaml", text)], &Limits::COMMAND)
}

fn pairs(analysis: &Analysis) -> Pairs {
    Pairs::of(analysis, &analysis.matrix(), PortChoice::AsServed)
}

/// Every pair as an arrow.
fn arrows(pairs: &Pairs) -> Vec<Arrow> {
    let all = |ends: &[EndKey]| (0..ends.len()).collect::<Vec<_>>();
    pairs.arrows(&all(pairs.sources()), &all(pairs.destinations())).collect()
}

fn counted(verdicts: impl Iterator<Item = ArrowVerdict>) -> Counts {
    let mut counts = Counts::default();
    for verdict in verdicts {
        match verdict {
            ArrowVerdict::Allowed => counts.allowed += 1,
            ArrowVerdict::Partial => counts.partial += 1,
            ArrowVerdict::Blocked => counts.blocked += 1,
        }
    }
    counts
}

/// Clusters as people have them, and each with some of its policies.
fn clusters() -> impl Iterator<Item = (String, String)> {
    (1..6).map(|seed| {
        let generated = generate(seed, Size { pods: 120, policies: 25, form: Form::Deployments });
        let fewer =
            generated.policies.iter().step_by(2).map(String::as_str).collect::<Vec<_>>().join("---\n");
        (format!("{}---\n{fewer}", generated.without_policies()), generated.text())
    })
}

#[test]
fn each_pair_has_the_verdict_that_its_story_tells() {
    for (_, text) in clusters() {
        let analysis = analysed(text);
        let (pairs, matrix) = (pairs(&analysis), analysis.matrix());
        for arrow in arrows(&pairs).iter().step_by(13) {
            let story = why(&analysis, &matrix, &arrow.from, &arrow.to, PortChoice::AsServed);
            assert_eq!(
                story.map(|story| story.verdict),
                Some(arrow.verdict),
                "{} > {}",
                arrow.from,
                arrow.to
            );
        }
    }
}

#[test]
fn counts_are_those_of_the_pairs() {
    for (_, text) in clusters() {
        let pairs = pairs(&analysed(text));
        assert_eq!(pairs.counts(), counted(arrows(&pairs).iter().map(|arrow| arrow.verdict)));
        let (from, to): (Vec<usize>, Vec<usize>) = (
            (0..pairs.sources().len()).step_by(3).collect(),
            (0..pairs.destinations().len()).step_by(2).collect(),
        );
        let some = pairs.arrows(&from, &to).map(|arrow| arrow.verdict);
        assert_eq!(pairs.counts_between(&from, &to), counted(some));
    }
}

#[test]
fn changes_are_those_of_the_pairs() {
    for (before, after) in clusters() {
        let (before, after) = (pairs(&analysed(before)), pairs(&analysed(after)));
        let changes = Changes::between(&before, &after);
        let known: BTreeMap<(EndKey, EndKey), Arrow> = arrows(&before)
            .into_iter()
            .map(|arrow| ((arrow.from.clone(), arrow.to.clone()), arrow))
            .collect();
        let mut turned = 0;
        for (from, source) in after.sources().iter().enumerate() {
            for (to, destination) in after.destinations().iter().enumerate() {
                let (Some(arrow), Some(earlier)) =
                    (after.arrow(from, to), known.get(&(source.clone(), destination.clone())))
                else {
                    assert!(!changes.has(from, to));
                    continue;
                };
                let turns = earlier.verdict != arrow.verdict
                    || arrow.verdict == ArrowVerdict::Partial && earlier.passes != arrow.passes;
                assert_eq!(changes.has(from, to), turns, "{source} > {destination}");
                turned += usize::from(turns);
            }
        }
        assert!(turned > 0);
        assert_eq!(changes.len(), turned);
        assert!(changes.closed.iter().all(|change| change.turn == Turn::Closed));
        assert!(Changes::between(&after, &after).is_empty());
    }
}

/// A text that is edited, and one that is read as a whole, have the same pairs.
#[test]
fn a_session_has_the_pairs_of_a_first_reading() {
    let generated = generate(7, Size { pods: 120, policies: 20, form: Form::Deployments });
    let mut session = Session::new(&Limits::COMMAND);
    let mut held = Vec::new();
    for without in 0..generated.policies.len() {
        let mut policies = generated.policies.clone();
        policies.remove(without);
        // Before everything else, so that each edit moves all of it.
        let text = format!("{}---\n{}", policies.join("---\n"), generated.without_policies());
        session.update(&[SourceFile::new("all.yaml", text.clone())]);
        let now = Pairs::of(session.analysis(), session.matrix(), PortChoice::AsServed);
        assert_eq!(arrows(&now), arrows(&pairs(&analysed(text.clone()))));
        held.push((session.analysis().clone(), Arc::clone(session.matrix()), arrows(&now), text));
    }
    // What was cloned is as it was, places and all.
    for (analysis, matrix, then, text) in held {
        assert_eq!(arrows(&Pairs::of(&analysis, &matrix, PortChoice::AsServed)), then);
        for policy in analysis.cluster.policies.rows() {
            assert_eq!(policy.name_at.span.of(&text), policy.name.as_ref());
        }
        for workload in analysis.cluster.workloads.rows() {
            if let Some(at) = workload.at {
                assert_eq!(at.span.of(&text), workload.name.as_ref());
            }
        }
    }
}

const EVERYTHING: &dyn Fn(ArrowVerdict, bool) -> bool = &|_, _| true;

fn arranged<'a>(grouping: &'a Grouping, folded: &'a [Arc<str>]) -> Arrangement<'a> {
    Arrangement { grouping, folded, hidden: &[] }
}

fn cells(table: &Table, pairs: &Pairs) -> Vec<TableCell> {
    let rows = table.rows.lines.iter();
    let cells = rows.flat_map(|row| table.columns.lines.iter().map(move |column| (*row, *column)));
    cells.filter_map(|lines| table.cell(pairs, &Changes::default(), EVERYTHING, lines)).collect()
}

#[test]
fn a_table_has_every_pair_once_however_it_is_grouped_and_folded() {
    for (_, text) in clusters() {
        let analysis = analysed(text);
        let pairs = pairs(&analysis);
        let open: [Arc<str>; 0] = [];
        for grouping in [Grouping::Namespace, Grouping::Label("tier".into())] {
            let table = Table::of(&analysis, &pairs, arranged(&grouping, &open));
            let found = cells(&table, &pairs);
            assert_eq!(found.len(), pairs.sources().len() * pairs.destinations().len());
            assert_eq!(counted(found.iter().filter_map(|cell| cell.verdict)), pairs.counts());

            let folded = Table::of(&analysis, &pairs, arranged(&grouping, &table.group_names(|_| true)));
            assert_eq!(folded.rows.lines.len(), folded.rows.groups.len());
            let mut sum = Counts::default();
            for (row, column) in folded
                .rows
                .groups
                .iter()
                .flat_map(|row| folded.columns.groups.iter().map(move |it| (row, it)))
            {
                let counts = pairs.counts_between(&row.ends, &column.ends);
                sum = Counts {
                    allowed: sum.allowed + counts.allowed,
                    partial: sum.partial + counts.partial,
                    blocked: sum.blocked + counts.blocked,
                };
            }
            assert_eq!(sum, pairs.counts());
        }
    }
}

#[test]
fn ten_million_pairs_are_counted_without_being_held() {
    let generated = generate(1, Size { pods: 10_000, policies: 300, form: Form::Deployments });
    let analysis = analysed(generated.text());
    let pairs = pairs(&analysis);
    let workloads = analysis.cluster.workloads.rows().iter();
    let own = workloads.filter(|it| !analysis.cluster.namespaces[it.namespace].is_system()).count();
    assert_eq!(pairs.left_out(), 0);
    // All to all but themselves, and what lies outside besides.
    assert!(pairs.counts().total() >= own * (analysis.cluster.workloads.len() - 1));
    let table = Table::of(&analysis, &pairs, arranged(&Grouping::Namespace, &[]));
    let headings = table.rows.lines.iter().filter(|line| matches!(line, Line::Heading(_))).count();
    assert_eq!(table.rows.lines.len(), pairs.sources().len() + headings);
}
