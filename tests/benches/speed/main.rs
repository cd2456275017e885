//! How long everything takes, as figures: nothing here passes or fails. `README.md` says how to read them.

mod clock;
#[cfg(not(target_arch = "wasm32"))]
mod memory;
#[cfg(not(target_arch = "wasm32"))]
mod pictures;
#[cfg(not(target_arch = "wasm32"))]
mod shell;
mod steps;

/// In WebAssembly the engine's steps alone: `cargo xtask bench` holds them against the native ones.
#[cfg(target_arch = "wasm32")]
fn main() {
    steps::steps();
}

/// The parts, by the names that choose them on the command line; all of them where none is named.
#[cfg(not(target_arch = "wasm32"))]
const PARTS: [(&str, fn()); 7] = [
    ("steps", steps::steps),
    ("memory", memory::memory),
    ("three-tiers", pictures::three_tiers),
    ("pictures", pictures::generated),
    ("refusals", pictures::refusals),
    ("heavy", pictures::heavy),
    ("shell", shell::lines),
];

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if let [child, work, path] = named.as_slice()
        && child == memory::CHILD
    {
        return memory::peak_of(work, path.into());
    }
    for (name, part) in PARTS {
        if named.is_empty() || named.iter().any(|it| it == name) {
            part();
        }
    }
}
