//! Time, natively and in WebAssembly, and what to say of it.

use std::hint::black_box;

/// How long a measurement is repeated, in milliseconds.
const BUDGET: f64 = 400.0;

/// How long something took, in milliseconds, of as many runs as the budget allows.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// In the middle.
    pub median: f64,
    /// At least: what is left where other programs disturb.
    pub fastest: f64,
}

/// Runs `run` again and again.
pub fn time<T>(mut run: impl FnMut() -> T) -> Took {
    let begun = now();
    let mut times = Vec::new();
    while times.len() < 3 || (now() - begun < BUDGET && times.len() < 101) {
        let at = now();
        let result = black_box(run());
        times.push(now() - at);
        drop(result);
    }
    took(times)
}

/// What so many runs took, in milliseconds.
pub fn took(mut times: Vec<f64>) -> Took {
    times.sort_by(f64::total_cmp);
    let at = |at: usize| times.get(at).copied().unwrap_or_default();
    Took { median: at(times.len() / 2), fastest: at(0) }
}

/// Prints what `name` took: the form that `cargo xtask bench` reads.
pub fn say(name: &str, took: Took) {
    print(&format!("  {name:<36} {:>10.3} ms, at least {:>10.3} ms", took.median, took.fastest));
}

#[cfg(not(target_arch = "wasm32"))]
mod host {
    use std::sync::LazyLock;
    use std::time::Instant;

    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

    /// Milliseconds since some moment.
    pub fn now() -> f64 {
        BEGUN.elapsed().as_secs_f64() * 1_000.0
    }

    /// Prints a line.
    pub fn print(line: &str) {
        println!("{line}");
    }
}

#[cfg(target_arch = "wasm32")]
mod host {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        /// Milliseconds since some moment.
        #[wasm_bindgen(js_namespace = performance)]
        pub fn now() -> f64;

        /// Prints a line.
        #[wasm_bindgen(js_namespace = console, js_name = log)]
        pub fn print(line: &str);
    }
}

pub use host::{now, print};
