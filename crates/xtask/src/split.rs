//! Splits a WebAssembly module in two: what the first picture needs, and the rest, which is fetched after it.
//!
//! Both run as one program. The rest has no memory, tables or globals of its own: it imports those of the first
//! part, and the functions that it calls there. The first part has a stub in place of each function of the
//! rest that is called from it: the stub finds the function in a table that the rest fills when it comes.
//! Where it has not come yet, the stub first calls `restNow`, which fetches it and waits.
//!
//! What goes into the rest follows from a few names: functions whose name says that they are deferred, and
//! whatever is reachable through them alone.
//!
//! Each part is written so that it compresses well: its functions stand in an order of ours, those of one type together
//! and among them those that begin alike; of those that are the same there is one; and locals are numbered by how
//! often they are used.

mod deferred;
mod locals;
mod module;
mod parts;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wasmparser::{Validator, WasmFeatures};

pub(crate) use deferred::Deferred;
use module::Module;

/// The two parts of a module.
pub(crate) struct Parts {
    /// What is fetched first.
    pub(crate) first: Vec<u8>,
    /// What is fetched after it.
    pub(crate) rest: Vec<u8>,
    /// The names of what wasm-bindgen's script gives, each with the short one by which the first part asks for it.
    pub(crate) imports: Vec<(String, String)>,
    /// What went where: a line for each function, with the part, its index there, its size in bytes and its name.
    pub(crate) listing: String,
}

/// Splits `bytes`. `fetch` names the imported function that fetches the rest at once.
///
/// # Errors
///
/// Where these bytes are not a module, have no names, or do not import `fetch`.
pub(crate) fn split(bytes: &[u8], fetch: &str, deferred: &Deferred) -> Result<Parts> {
    let module = Module::read(bytes).context("cannot read the module")?;
    let fetch = module.imported(fetch).with_context(|| format!("the module does not import `{fetch}`"))?;
    let plan = Plan::of(&module, deferred);
    let first = parts::first(&module, &plan, fetch)?;
    let rest = parts::rest(&module, &plan)?;
    for part in [&first, &rest] {
        Validator::new_with_features(WasmFeatures::all()).validate_all(part)?;
    }
    Ok(Parts { first, rest, imports: parts::imports(&module), listing: plan.listing(&module) })
}

/// Which functions go where, by their index in the whole module, each list in the order in which it is written.
struct Plan {
    /// Those of the first part: its own, and those of the rest that it has a stub for.
    first: Vec<u32>,
    /// Those of the rest.
    rest: Vec<u32>,
    /// Those of the rest that the first part calls.
    entrances: Vec<u32>,
    /// Those of the first part that the rest calls.
    needed: Vec<u32>,
}

impl Plan {
    fn of(module: &Module<'_>, deferred: &Deferred) -> Self {
        let is_named = |function: u32| {
            module.body(function).is_some()
                && module.names.get(&function).is_some_and(|names| names.iter().all(|it| deferred.holds(it)))
        };
        // What can be reached without passing through a function that is named.
        let mut stays: BTreeSet<u32> = (0..module.imported_functions).collect();
        let mut entrances = BTreeSet::new();
        let mut open: Vec<u32> = module.roots.clone();
        while let Some(function) = open.pop() {
            if is_named(function) {
                entrances.insert(function);
            } else if stays.insert(function) {
                open.extend(module.references(function));
            }
        }
        let rest = module.alike(module.defined_functions().filter(|function| !stays.contains(function)));
        let entrances = module.alike(entrances.into_iter());
        let mut first = module.alike(module.defined_functions().filter(|function| stays.contains(function)));
        first.extend(&entrances);
        let called: BTreeSet<u32> = rest.iter().flat_map(|function| module.references(*function)).collect();
        let kept = (0..module.imported_functions).chain(first.iter().copied());
        let needed = kept.filter(|function| called.contains(function) && stays.contains(function)).collect();
        Self { first, rest, entrances, needed }
    }

    /// The functions of both parts by the index that a stack trace shows.
    fn listing(&self, module: &Module<'_>) -> String {
        let line = |part: &str, index: u32, function: u32| {
            let size = module.body(function).map_or(0, |body| body.range().end - body.range().start);
            let name =
                module.names.get(&function).and_then(|names| names.first()).copied().unwrap_or_default();
            format!("{part:<5} {index:>5} {size:>6} {name}\n")
        };
        let own = self.first.len() - self.entrances.len();
        let parts = std::iter::repeat_n("first", own).chain(std::iter::repeat("stub"));
        let first = (module.imported_functions..).zip(parts).zip(&self.first);
        let needed = u32::try_from(self.needed.len()).unwrap_or(u32::MAX);
        let rest = (needed..).zip(&self.rest).map(|(index, function)| line("rest", index, *function));
        first.map(|((index, part), function)| line(part, index, *function)).chain(rest).collect()
    }
}

#[cfg(test)]
mod tests;
