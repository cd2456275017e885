//! On clusters at random: a fix silences what it is for and changes no more than it says.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use netpol_engine::{Analysis, Diff};
use netpol_syntax::{Diagnostic, FileId, Limits, Severity, SourceFile, Sources, TextEdit, apply};
use netpol_tests::oracle::render;
use netpol_tests::random::{clusters, config};
use proptest::prelude::*;

fn read(text: &str) -> (Analysis, Vec<SourceFile>) {
    let files = vec![SourceFile::new("cluster.yaml", text)];
    (Analysis::read(&files, &Limits::PAGE), files)
}

fn lint((analysis, files): &(Analysis, Vec<SourceFile>)) -> Vec<Diagnostic> {
    analysis.lint(&Sources::new(files, &Limits::PAGE))
}

/// Where an offset is after the edits; `None` where they replace what is there.
fn moved(offset: u32, edits: &[TextEdit]) -> Option<u32> {
    let mut moved = i64::from(offset);
    for TextEdit { at, text } in edits {
        if at.span.start <= offset && offset < at.span.end {
            return None;
        }
        if at.span.end <= offset {
            moved += i64::try_from(text.len()).expect("it is short") - i64::from(at.span.end - at.span.start);
        }
    }
    u32::try_from(moved).ok()
}

/// Whether a finding is there still, wherever the edits moved it.
fn is_still_there(diagnostic: &Diagnostic, edits: &[TextEdit], left: &[Diagnostic]) -> bool {
    let start = |diagnostic: &Diagnostic| diagnostic.at.map(|at| at.span.start);
    let Some(place) = start(diagnostic).and_then(|offset| moved(offset, edits)) else { return false };
    left.iter().any(|it| (it.id, &it.message, start(it)) == (diagnostic.id, &diagnostic.message, Some(place)))
}

fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|it| it.severity == Severity::Error).count()
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn a_fix_silences_its_lint_and_changes_no_verdict_that_it_did_not_name(
        cluster in clusters(),
        style in any::<u64>(),
    ) {
        let text = render(&cluster, style);
        let before = read(&text);
        let found = lint(&before);
        for diagnostic in &found {
            let at = diagnostic.at.expect("what is found has a place").span;
            prop_assert!(text.get(at.start as usize..at.end as usize).is_some(), "{diagnostic:?}");
            let Some(fix) = &diagnostic.fix else { continue };
            let mended = apply(FileId(0), &text, &fix.edits);
            let after = read(&mended);
            let left = lint(&after);
            let id = diagnostic.id;
            prop_assert!(!is_still_there(diagnostic, &fix.edits, &left), "{id} is still there\n{text}\n->\n{mended}");
            prop_assert!(errors(&left) <= errors(&found), "{id} {left:?}\n{text}\n->\n{mended}");
            let diff = Diff::between((&before.0, &before.0.matrix()), (&after.0, &after.0.matrix()));
            if fix.keeps_meaning {
                prop_assert!(diff.is_empty(), "{id} {diff:?}\n{text}\n->\n{mended}");
            }
            // What a policy's fix changes is that policy, and nothing of the cluster.
            prop_assert!(diff.added.is_empty() && diff.removed.is_empty(), "{id} {diff:?}");
            let names: std::collections::BTreeSet<_> = diff.edits.iter().map(|edit| &edit.name).collect();
            prop_assert!(names.len() <= 1, "{id} {diff:?}\n{text}\n->\n{mended}");
            prop_assert!(diff.changes.iter().all(|change| !change.causes.is_empty()), "{id} {diff:?}");
        }
    }
}
