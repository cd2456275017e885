//! Cases as data, and what checks them.
//!
//! - [`agreement`] holds the engine against the oracle.
//! - [`cases`] reads walkthroughs and the named cases of `cases/semantics`.
//! - [`corpus`] reads manifests with known reachability from a folder beside the repository.
//! - [`crowded`] is as much as the limits let in.
//! - [`dice`] throws numbers that are the same everywhere.
//! - [`fuzzing`] is what the fuzzers feed, in plain functions.
//! - [`generate`] writes clusters as people have them, of any size.
//! - [`hostile`] is what nobody should paste, and somebody will.
//! - [`oracle`] is a second, naive evaluator of network policies. It shares no code with the engine.
//! - [`plain`] reads simple manifests for it, where test data is to be held against it.
//! - [`replay`] applies the steps of a case.
//! - [`random`] makes small clusters for the two evaluators to agree on.
//! - [`whole_way`] takes a text through everything that the page does with it.

pub mod agreement;
pub mod cases;
pub mod corpus;
pub mod crowded;
pub mod dice;
pub mod fuzzing;
pub mod generate;
pub mod hostile;
pub mod oracle;
pub mod plain;
pub mod random;
pub mod replay;
pub mod whole_way;
