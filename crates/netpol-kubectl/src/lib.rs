//! A shell in which `kubectl`, `curl` and their like are played on the engine: what a learner types beside a cluster, without
//! the cluster.
//!
//! A [`Shell`] is a session over the files of a scenario. Objects that commands make are text in these files, as if they had
//! been written there; what is tried from a pod is asked of the engine. What is printed is what kubectl 1.36 prints, but for
//! what depends on time: everything is two minutes old.
//!
//! ```
//! use netpol_kubectl::Shell;
//!
//! let mut shell = Shell::new(&[]);
//! shell.run("kubectl run web --image=nginx --port=80 --expose");
//! shell.run("kubectl run client --image=curlimages/curl");
//! let reached = shell.run("kubectl exec client -- curl -s web");
//! assert!(reached.text.contains("Welcome to nginx!"));
//! ```
//!
//! Architecture invariant: nothing here decides what traffic may do, does I/O, reads a clock or panics.

mod args;
mod complete;
mod files;
mod jsonpath;
mod kubectl;
mod line;
mod parts;
mod pod;
mod pods;
mod print;
mod programs;
mod resource;
mod run;
mod shell;
mod store;
mod table;
mod text;
mod time;
mod tutor;
mod value;

pub use complete::Completions;
pub use parts::Object;
pub use shell::{Event, Leg, Output, Shell};
pub use store::{Applied, Store};
pub use tutor::Tutor;
pub use value::Value;
