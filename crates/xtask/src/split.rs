//! Splits a WebAssembly module: what the first picture needs, and parts that are fetched after it.
//!
//! All run as one program. Later parts have no memory, tables or globals of their own: they import those of the first
//! part, and the functions that they call in earlier parts. The first part has a stub in place of each function of
//! another that is called from before it: the stub finds the function in a table that each part fills when it comes.
//! Where it has not come yet, the stub first calls what fetches it and waits.
//!
//! What goes into a part follows from a few names: functions whose name says that they are deferred, and
//! whatever is reachable through them alone, static data and what is called through the table included.
//!
//! Each part is written so that it compresses well: its functions stand in an order of ours, those of one type together
//! and among them those that begin alike; of those that are the same there is one; and locals are numbered by how
//! often they are used.

mod deferred;
mod linked;
mod locals;
mod module;
mod parts;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{Validator, WasmFeatures};

pub(crate) use deferred::Deferred;
use linked::Linked;
use module::Module;

/// The parts of a module.
pub(crate) struct Parts {
    /// What is fetched first.
    pub(crate) first: Vec<u8>,
    /// What is fetched after it, in the order in which it must be.
    pub(crate) later: Vec<Vec<u8>>,
    /// The names of what wasm-bindgen's script gives, each with the short one by which the first part asks for it.
    pub(crate) imports: Vec<(String, String)>,
    /// What went where: a line for each function, with the part, its index there, its size in bytes and its name.
    pub(crate) listing: String,
}

/// A part that is fetched later.
pub(crate) struct LaterPart<'a> {
    /// What the listing calls it.
    pub(crate) name: &'a str,
    /// The imported function that fetches it at once.
    pub(crate) fetch: &'a str,
    /// The functions that go there.
    pub(crate) deferred: &'a Deferred,
    /// Whether the static data goes along that only they use. It compresses worse in pieces, and so it stays in the first
    /// part where this part is fetched anyway.
    pub(crate) brings_data: bool,
}

/// Splits `bytes` into what is fetched first and these parts, each of which may call those before it. What is deferred to
/// several of them goes into the last. `linked` is the module as the linker left it, from which it was made: it tells
/// who refers to what through pointers, so that static data and what is called through the table go where they are used.
///
/// # Errors
///
/// Where these bytes are not a module, have no names, or do not import what fetches a part.
pub(crate) fn split(bytes: &[u8], linked: &[u8], later: &[LaterPart<'_>]) -> Result<Parts> {
    let module = Module::read(bytes).context("cannot read the module")?;
    let linked = Linked::read(linked).context("cannot read what the linker left")?;
    let fetches = later.iter().map(|part| {
        let name = part.fetch;
        module.imported(name).with_context(|| format!("the module does not import `{name}`"))
    });
    let fetches = fetches.collect::<Result<Vec<u32>>>()?;
    let plan = Plan::of(&module, &linked, later);
    let first = parts::first(&module, &plan, &fetches)?;
    let written = (0..later.len()).map(|at| parts::later(&module, &plan, at)).collect::<Result<Vec<_>>>()?;
    for part in std::iter::once(&first).chain(&written) {
        Validator::new_with_features(WasmFeatures::all()).validate_all(part)?;
    }
    let listing = plan.listing(&module, later);
    Ok(Parts { first, later: written, imports: parts::imports(&module), listing })
}

/// Which functions go where, by their index in the whole module, each list in the order in which it is written.
struct Plan {
    /// Those of the first part: its own, and those of other parts that it has a stub for.
    first: Vec<u32>,
    /// How many of those are its own.
    own: usize,
    /// The parts that come later.
    later: Vec<PlannedPart>,
    /// The slots of the table that are a later part's to fill.
    slots: BTreeMap<u32, usize>,
    /// The static data that later parts bring: where it stands, and which part's it is.
    data: Vec<(Range<u32>, usize)>,
}

struct PlannedPart {
    /// Its functions.
    functions: Vec<u32>,
    /// Those of them that earlier parts call.
    entrances: Vec<u32>,
    /// Where its entrances begin in the table of all.
    slot: usize,
    /// Those of earlier parts, or stubs, that it calls: each with the part that gives it, `None` for the first.
    needed: Vec<(u32, Option<usize>)>,
}

/// What can be reached.
enum Item {
    Function(u32),
    /// Static data, by its position.
    Data(usize),
}

impl Plan {
    fn of(module: &Module<'_>, linked: &Linked, later: &[LaterPart<'_>]) -> Self {
        let named = |function: u32| {
            module.body(function)?;
            let names = module.names.get(&function)?;
            later.iter().rposition(|part| names.iter().all(|it| part.deferred.holds(it)))
        };
        // Part by part: what can be reached without passing through a function that belongs to a later one.
        let mut home: BTreeMap<u32, Option<usize>> =
            (0..module.imported_functions).map(|it| (it, None)).collect();
        let mut data_home: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut entrances: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); later.len()];
        // What nobody is known to refer to may be anybody's.
        let referred = linked.slots();
        let unknown = module.slots.iter().filter(|(slot, _)| !referred.contains(slot));
        let roots: Vec<u32> =
            module.roots.iter().copied().chain(unknown.map(|(_, function)| *function)).collect();
        for part in std::iter::once(None).chain((0..later.len()).map(Some)) {
            let mut open: Vec<Item> = match part {
                None => roots.iter().copied().map(Item::Function).collect(),
                Some(part) => {
                    entrances.get(part).into_iter().flatten().copied().map(Item::Function).collect()
                }
            };
            while let Some(item) = open.pop() {
                let pointers = match item {
                    Item::Function(function) => {
                        let later = named(function).filter(|named| part.is_none_or(|part| *named > part));
                        if let Some(entrances) = later.and_then(|named| entrances.get_mut(named)) {
                            entrances.insert(function);
                            continue;
                        }
                        let Entry::Vacant(vacant) = home.entry(function) else { continue };
                        vacant.insert(part);
                        open.extend(module.references(function).map(Item::Function));
                        let names = module.names.get(&function).map(Vec::as_slice).unwrap_or_default();
                        linked.of_function(names).unwrap_or_else(|| linked.within(module, function))
                    }
                    Item::Data(object) => {
                        let Entry::Vacant(vacant) = data_home.entry(object) else { continue };
                        vacant.insert(part);
                        linked.of_object(object).cloned().unwrap_or_default()
                    }
                };
                open.extend(pointers.objects.into_iter().map(Item::Data));
                open.extend(
                    pointers
                        .slots
                        .iter()
                        .filter_map(|slot| module.slots.get(slot))
                        .copied()
                        .map(Item::Function),
                );
            }
        }
        let slots = module.slots.iter().filter_map(|(slot, function)| {
            Some((
                *slot,
                home.get(function).copied().flatten().filter(|part| {
                    !entrances.get(*part).is_some_and(|entrances| entrances.contains(function))
                })?,
            ))
        });
        let slots = slots.collect();
        let data = linked.brought(&data_home, |part| later.get(part).is_some_and(|part| part.brings_data));
        let of_part = |part: Option<usize>| {
            let defined = module.defined_functions();
            module.alike(defined.filter(|function| home.get(function) == Some(&part)))
        };
        let mut first = of_part(None);
        let own = first.len();
        let mut planned = Vec::new();
        let mut slot = 0;
        for (at, entrances) in entrances.into_iter().enumerate() {
            let entrances = module.alike(entrances.into_iter());
            first.extend(&entrances);
            let functions = of_part(Some(at));
            let called: BTreeSet<u32> = functions.iter().flat_map(|it| module.references(*it)).collect();
            let needed = called.into_iter().filter_map(|function| {
                let home = home.get(&function).copied().flatten();
                // What belongs to a later part is called by its stub.
                (home != Some(at)).then(|| (function, home.filter(|home| *home < at)))
            });
            let needed = needed.collect();
            let count = entrances.len();
            planned.push(PlannedPart { functions, entrances, slot, needed });
            slot += count;
        }
        Self { first, own, later: planned, slots, data }
    }

    /// All entrances, in the order of their slots.
    fn entrances(&self) -> impl Iterator<Item = u32> {
        self.later.iter().flat_map(|part| part.entrances.iter().copied())
    }

    /// The functions that later parts ask `part` for, the first where it is `None`.
    fn given(&self, part: Option<usize>) -> BTreeSet<u32> {
        let needed = self.later.iter().flat_map(|later| &later.needed);
        needed.filter(|(_, home)| *home == part).map(|(function, _)| *function).collect()
    }

    /// The functions of all parts by the index that a stack trace shows.
    fn listing(&self, module: &Module<'_>, later: &[LaterPart<'_>]) -> String {
        let line = |part: &str, index: u32, function: u32| {
            let size = module.body(function).map_or(0, |body| body.range().end - body.range().start);
            let name =
                module.names.get(&function).and_then(|names| names.first()).copied().unwrap_or_default();
            format!("{part:<5} {index:>5} {size:>6} {name}\n")
        };
        let parts = std::iter::repeat_n("first", self.own).chain(std::iter::repeat("stub"));
        let first = (module.imported_functions..).zip(parts).zip(&self.first);
        let mut lines: String = first.map(|((index, part), function)| line(part, index, *function)).collect();
        for (part, LaterPart { name, .. }) in self.later.iter().zip(later) {
            let needed = u32::try_from(part.needed.len()).unwrap_or(u32::MAX);
            lines.extend(
                (needed..).zip(&part.functions).map(|(index, function)| line(name, index, *function)),
            );
        }
        lines
    }
}

#[cfg(test)]
mod tests;
