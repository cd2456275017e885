//! How much is read before the reader says no.

/// The bounds of one input. Past them the input gets a diagnostic, not a hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The text of all files together, in bytes.
    pub bytes: usize,
    /// Nodes of all trees together, each alias counted as often as it is used.
    pub nodes: usize,
    /// Documents of all files together, broken ones and empty ones included.
    pub documents: usize,
    /// How deep a value may stand within others.
    pub depth: usize,
}

impl Limits {
    /// In the page. 8 MiB is some 5,000 pods as `kubectl get -o yaml` prints them and parses in well
    /// under a second; 500,000 nodes after alias expansion is what such a text holds, and keeps an
    /// alias bomb's cost bounded; 20,000 documents is four times those pods, each on its own, and keeps
    /// the cost of a million empty or broken ones bounded; 100 levels is ten times what any Kubernetes object has, and is what
    /// recursive readers can hold on WebAssembly's stack of 1 MiB.
    pub const PAGE: Self = Self { bytes: 8 << 20, nodes: 500_000, documents: 20_000, depth: 100 };

    /// On the command line, where a cluster of 10,000 pods (some 2 million lines) is ordinary input and
    /// is read document by document. Nodes and documents are bounded as the text is: each takes a byte or
    /// more, so only aliases could exceed it.
    pub const COMMAND: Self = Self { bytes: 512 << 20, nodes: 512 << 20, documents: 512 << 20, depth: 100 };
}
