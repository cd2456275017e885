//! Clusters to verdicts.

use arbitrary::Unstructured;

use super::cluster::{cluster, ports};
use crate::agreement::compare;
use crate::oracle::render;

/// Makes a small cluster of the bytes, and holds the engine's verdicts, their evidence and the matrix against the oracle.
pub fn evaluate(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let Ok(style) = bytes.arbitrary() else { return };
    let (Ok(ports), Ok(cluster)) = (ports(&mut bytes), cluster(&mut bytes)) else { return };
    let text = render(&cluster, style);
    let compared = compare(&cluster, &text, &ports);
    assert!(compared.is_ok(), "{}\n\n{text}", compared.err().unwrap_or_default());
}
