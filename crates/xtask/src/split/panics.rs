//! Leaves out what a panic would say.
//!
//! A panic of the page that is released ends in `unreachable` whatever it says, and nothing can go on after it. That the
//! console tells of, with the functions by their index, which `target/functions.txt` has by name; the message and its
//! place in the source are for whoever builds the page, and plain Trunk leaves both in.
//! `-Cpanic=immediate-abort` leaves them out as well, but for a nightly compiler that compiles the standard library.

use std::collections::BTreeSet;
use std::ops::Range;

use wasmparser::Operator;

use super::deferred::without_hashes;
use super::module::Module;

/// What does nothing but panic, by the beginnings of names without hashes.
const PANICS: [&str; 11] = [
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::handle_error",
    "core::cell::lazy::panic_poisoned",
    "core::cell::panic_already",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_",
    "core::str::slice_error_fail",
];

/// How many bytes a `core::panic::Location` takes: where the file's name is, its length, line and column.
const LOCATION: usize = 16;

/// Ends what panics at once, and blanks the places that only panics named.
pub(super) fn leave_out(module: &mut Module<'_>) {
    let mut panics: BTreeSet<u32> = module
        .names
        .iter()
        .filter(|(_, name)| {
            let name = without_hashes(name);
            PANICS.iter().any(|start| name.starts_with(start))
        })
        .map(|(function, _)| *function)
        .collect();
    let mut dropped = BTreeSet::new();
    // What is left of a function that only panicked is such a function itself.
    loop {
        let before = panics.len();
        for (function, code) in (module.imported_functions..).zip(&mut module.code) {
            end_at_panics(code, &panics, &mut dropped);
            if matches!(code.as_slice(), [Operator::Unreachable, ..]) {
                panics.insert(function);
            }
        }
        if panics.len() == before {
            break;
        }
    }
    blank(module, &dropped);
}

/// Puts `unreachable` in place of calls that do not come back, and of what was computed for them alone: all since
/// the last branch or call. The constants among it go to `dropped`.
fn end_at_panics(code: &mut Vec<Operator<'_>>, panics: &BTreeSet<u32>, dropped: &mut BTreeSet<u32>) {
    let mut kept: Vec<Operator<'_>> = Vec::with_capacity(code.len());
    let mut operators = code.drain(..).peekable();
    while let Some(operator) = operators.next() {
        let panics = matches!(operator, Operator::Call { function_index } if panics.contains(&function_index))
            && matches!(operators.peek(), Some(Operator::Unreachable));
        if !panics {
            kept.push(operator);
            continue;
        }
        while let Some(last) = kept.pop_if(|last| computes(last)) {
            if let Operator::I32Const { value } = last {
                dropped.insert(value.cast_unsigned());
            }
        }
    }
    drop(operators);
    *code = kept;
}

/// Whether an operator does no more than to compute, load and store: nobody sees what it did once a panic has ended
/// everything.
fn computes(operator: &Operator<'_>) -> bool {
    !matches!(
        operator,
        Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable
            | Operator::Call { .. }
            | Operator::CallIndirect { .. }
    )
}

/// Blanks the places among `dropped` that nothing names any more, and then the names of files that no place is in.
/// Zeros weigh nothing once compressed, and nothing else moves.
fn blank(module: &mut Module<'_>, dropped: &BTreeSet<u32>) {
    let mut named = named(module);
    let mut files = BTreeSet::new();
    for place in dropped {
        let whole = *place..place.saturating_add(LOCATION as u32);
        if named.range(whole.clone()).next().is_some() {
            continue;
        }
        if let Some(file) = file_of(module, *place) {
            files.insert((file.start, file.end));
            zero(module, whole);
        }
    }
    for segment in &module.data {
        for offset in 0..segment.bytes.len().saturating_sub(3) {
            named.extend(word(&segment.bytes, offset));
        }
    }
    for (start, end) in files {
        if named.range(start..end).next().is_none() {
            zero(module, start..end);
        }
    }
}

/// All numbers that the code has, any of which may be an address.
fn named(module: &Module<'_>) -> BTreeSet<u32> {
    let address = |operator: &Operator<'_>| match operator {
        Operator::I32Const { value } => Some(value.cast_unsigned()),
        Operator::I64Const { value } => u32::try_from(*value).ok(),
        Operator::I32Load { memarg }
        | Operator::I64Load { memarg }
        | Operator::I32Load8U { memarg }
        | Operator::I32Load8S { memarg }
        | Operator::I32Load16U { memarg }
        | Operator::I32Load16S { memarg }
        | Operator::I32Store { memarg }
        | Operator::I64Store { memarg }
        | Operator::I32Store8 { memarg }
        | Operator::I32Store16 { memarg } => u32::try_from(memarg.offset).ok(),
        _ => None,
    };
    module.code.iter().flatten().filter_map(address).collect()
}

/// Where the name of the file is that this place is in, if it is a place: the name ends in `.rs`, and lines and
/// columns have the size of such.
fn file_of(module: &Module<'_>, place: u32) -> Option<Range<u32>> {
    let (bytes, at) = module.data.iter().find_map(|segment| Some((&segment.bytes, segment.place(place)?)))?;
    let [start, length, line, column] = [0, 4, 8, 12].map(|offset| word(bytes, at + offset));
    let file = start?..start?.checked_add(length?)?;
    let name = module.data.iter().find_map(|segment| {
        let from = segment.place(file.start)?;
        segment.bytes.get(from..from.checked_add(length? as usize)?)
    })?;
    let is_place = name.ends_with(b".rs") && (1..100_000).contains(&line?) && (1..1_000).contains(&column?);
    is_place.then_some(file)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}

fn zero(module: &mut Module<'_>, addresses: Range<u32>) {
    for segment in &mut module.data {
        let Some(from) = segment.place(addresses.start) else { continue };
        let length = addresses.len();
        if let Some(bytes) = segment.bytes.get_mut(from..from + length) {
            bytes.fill(0);
        }
    }
}
