//! Help with writing manifests: what a field is about, and what may stand at a place.
//!
//! [`Assistant`] knows the fields of the kinds that matter to NetworkPolicies (`fields.yaml`) and the objects that are often
//! wanted (`snippets.yaml`). Where the cursor is it finds by indentation, so that a text that cannot be read as YAML,
//! as one that is being typed, is no hindrance. What labels, namespaces and ports there are comes from the cluster.
//!
//! ```
//! use netpol_assist::Assistant;
//! use netpol_engine::Analysis;
//! use netpol_syntax::{Limits, SourceFile};
//!
//! let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}";
//! let analysis = Analysis::read(&[SourceFile::new("pods.yaml", pod)], &Limits::PAGE);
//! let assistant = Assistant::new();
//! let before = "kind: NetworkPolicy\nspec:\n  podSelector:\n    matchLabels:\n      app: ";
//! let found = assistant.complete(before, "", &analysis.cluster);
//! assert_eq!(found.options[0].label, "web");
//! ```

mod complete;
mod explain;
mod fields;
mod format;
mod offers;
mod place;

use netpol_engine::Cluster;

pub use complete::{Completions, Insertion, Offer};
pub use explain::{Explained, ExplainedField};
pub use format::format;

use fields::Library;
use place::{At, Place};

/// What knows the fields and helps with them.
#[derive(Debug)]
pub struct Assistant {
    library: Library,
}

impl Default for Assistant {
    fn default() -> Self {
        Self::new()
    }
}

impl Assistant {
    /// Reads what there is to know, once.
    #[must_use]
    pub fn new() -> Self {
        Self { library: Library::new() }
    }

    /// What may be written at the cursor. `before` and `after` are the text of its document on either side of it.
    #[must_use]
    pub fn complete(&self, before: &str, after: &str, cluster: &Cluster) -> Completions {
        complete::complete(&self.library, before, after, cluster)
    }

    /// What the field is about whose name ends where `before` does, a sentence or two.
    #[must_use]
    pub fn describe(&self, before: &str, after: &str) -> Option<String> {
        let place = Place::of(before, after)?;
        let At::Key { prefix } = place.at else { return None };
        self.library.field(place.kind?, &place.path)?.get(prefix)?.doc().map(str::to_owned)
    }
}
