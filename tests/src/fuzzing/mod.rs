//! What the fuzzers feed: a function a target, which panics where something is not as it must always be.
//!
//! They are ordinary functions, so that stable Rust runs the very same code on what a fuzzer once found
//! (`fuzz/regressions`) and on the [`seeds`] that it begins with. `fuzz/fuzz_targets` hands them to libFuzzer.

mod cluster;
#[cfg(not(target_arch = "wasm32"))]
pub mod command_input;
mod deserialize;
mod evaluate;
mod parse;
#[cfg(not(target_arch = "wasm32"))]
pub mod seeds;
mod share_link;
mod swell;

pub use deserialize::deserialize;
pub use evaluate::evaluate;
pub use parse::parse;
pub use share_link::share_link;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by the names of their files in `fuzz/fuzz_targets`.
#[cfg(not(target_arch = "wasm32"))]
pub const TARGETS: [Target; 5] = [
    ("command_input", command_input::command_input),
    ("deserialize", deserialize),
    ("evaluate", evaluate),
    ("parse", parse),
    ("share_link", share_link),
];
