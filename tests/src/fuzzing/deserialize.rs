//! Documents to manifests, and from there as far as there is a way.

use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile, parse_all};

use super::swell::{swells, swollen};
use crate::whole_way::{Places, survives};

/// Clusters of so many pods are compared down to the last field; one line may ask for 50,000.
const COMPARED: usize = 500;

/// Reads manifests. Every diagnostic and every object must have a place in the text, and reading document by document
/// must give what reading all at once does. Where there is something to ask about, the text goes
/// [the whole way](crate::whole_way).
pub fn deserialize(data: &[u8]) {
    let text = swollen(data);
    // Two files, so that a place in the wrong one is noticed.
    let files = [SourceFile::new("empty.yaml", "# é\n"), SourceFile::new("input.yaml", &*text)];
    let analysis = Analysis::read(&files, &Limits::PAGE);
    let places = Places { files: &files };
    places.diagnostics(&analysis.diagnostics);
    places.cluster(&analysis);

    if swells(data) {
        // What the page does at every key, and nothing else that takes its time.
        std::hint::black_box(analysis.matrix());
        return;
    }
    let at_once = Analysis::of(&parse_all(&files, &Limits::PAGE));
    assert_eq!(analysis.diagnostics, at_once.diagnostics);
    assert_eq!(analysis.documents, at_once.documents);
    if analysis.cluster.pods.rows().len() <= COMPARED {
        assert_eq!(format!("{:?}", analysis.cluster), format!("{:?}", at_once.cluster));
    }

    // Without a policy and somebody whom it could be about there is nothing that the random clusters do not have.
    if !analysis.cluster.policies.rows().is_empty() && !analysis.cluster.pods.rows().is_empty() {
        survives(&text);
    }
}
