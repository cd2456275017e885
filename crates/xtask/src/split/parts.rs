//! Writing the parts.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, ImportSection, MemorySection, RefType,
    StartSection, TableSection, TableType, TypeSection,
};
use wasmparser::{DataKind, ElementItems, ElementKind, Import, MemArg, Operator, Payload};

use super::Plan;
use super::linked::constant;
use super::locals::Locals;
use super::module::Module;

/// The part that is fetched first.
pub(super) fn first(module: &Module<'_>, plan: &Plan, fetches: &[u32]) -> Result<Vec<u8>> {
    let mut renumber =
        Renumber::of_all(module, (0..module.imported_functions).chain(plan.first.iter().copied()));
    let shared = Shared::of(module, plan)?;

    let mut written = wasm_encoder::Module::new();
    for section in &module.sections {
        match section {
            Payload::TypeSection(types) => {
                let mut section = TypeSection::new();
                renumber.parse_type_section(&mut section, types.clone())?;
                written.section(&section);
            }
            Payload::ImportSection(_) => {
                let mut section = ImportSection::new();
                for (at, import) in module.imports.iter().enumerate() {
                    let short = short_name(import, at);
                    let name = short.as_deref().unwrap_or(import.name);
                    section.import(import.module, name, renumber.entity_type(import.ty)?);
                }
                written.section(&section);
            }
            Payload::FunctionSection(_) => {
                written.section(&function_types(module, &plan.first)?);
            }
            Payload::TableSection(tables) => {
                let mut section = TableSection::new();
                renumber.parse_table_section(&mut section, tables.clone())?;
                section.table(entrance_table(plan));
                written.section(&section);
            }
            Payload::MemorySection(memories) => {
                let mut section = MemorySection::new();
                renumber.parse_memory_section(&mut section, memories.clone())?;
                written.section(&section);
            }
            Payload::GlobalSection(globals) => {
                let mut section = GlobalSection::new();
                renumber.parse_global_section(&mut section, globals.clone())?;
                written.section(&section);
            }
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                renumber.parse_export_section(&mut section, exports.clone())?;
                for item in shared.given(None) {
                    let index =
                        if item.kind == ExportKind::Func { renumber.of(item.index)? } else { item.index };
                    section.export(&item.name, item.kind, index);
                }
                written.section(&section);
            }
            Payload::StartSection { func, .. } => {
                written.section(&StartSection { function_index: renumber.of(*func)? });
            }
            Payload::ElementSection(segments) => {
                written.section(&elements(module, plan, segments, &mut renumber)?);
            }
            Payload::DataCountSection { count, .. } => {
                written.section(&DataCountSection { count: *count });
            }
            Payload::CodeSectionStart { .. } => {
                let mut section = CodeSection::new();
                let (own, _) = plan.first.split_at_checked(plan.own).unwrap_or_default();
                for function in own {
                    section.function(&body(module, &mut renumber, *function)?);
                }
                for (part, fetch) in plan.later.iter().zip(fetches) {
                    for (slot, function) in (part.slot..).zip(&part.entrances) {
                        section.function(&stub(module, &shared, *function, slot, *fetch)?);
                    }
                }
                written.section(&section);
            }
            Payload::DataSection(data) => {
                written.section(&remaining_data(data, plan)?);
            }
            // Names and the like, which only a debugger reads.
            _ => {}
        }
    }
    Ok(written.finish())
}

/// A part that is fetched after it. What the first part gives is imported from ``, and what a later one does from its
/// number, counted from 1.
pub(super) fn later(module: &Module<'_>, plan: &Plan, at: usize) -> Result<Vec<u8>> {
    let part = plan.later.get(at).context("there is no such part")?;
    let needed = part.needed.iter().map(|(function, _)| *function);
    let mut renumber = Renumber::of_all(module, needed.chain(part.functions.iter().copied()));
    let shared = Shared::of(module, plan)?;
    let mut written = wasm_encoder::Module::new();

    for section in &module.sections {
        if let Payload::TypeSection(types) = section {
            let mut section = TypeSection::new();
            renumber.parse_type_section(&mut section, types.clone())?;
            written.section(&section);
        }
    }
    let mut imports = ImportSection::new();
    for item in shared.items.iter().filter(|item| item.kind != ExportKind::Func) {
        imports.import("", &item.name, item.of);
    }
    for (function, home) in &part.needed {
        let of = EntityType::Function(module.type_of(*function)?);
        let from = home.map_or_else(String::new, |home| (home + 1).to_string());
        imports.import(&from, shared.name_of(*function, *home)?, of);
    }
    written.section(&imports);
    written.section(&function_types(module, &part.functions)?);

    let given: Vec<&Item> = shared.given(Some(at)).collect();
    if !given.is_empty() {
        let mut exports = ExportSection::new();
        for item in given {
            exports.export(&item.name, ExportKind::Func, renumber.of(item.index)?);
        }
        written.section(&exports);
    }

    let mut elements = ElementSection::new();
    let entrances: Vec<u32> =
        part.entrances.iter().map(|function| renumber.of(*function)).collect::<Result<_, _>>()?;
    elements.active(
        Some(shared.entrance_table),
        &ConstExpr::i32_const(i32::try_from(part.slot)?),
        Elements::Functions(entrances.into()),
    );
    for run in runs(&plan.slots, at) {
        let functions = run.clone().filter_map(|slot| module.slots.get(&slot));
        let functions: Vec<u32> =
            functions.map(|function| renumber.of(*function)).collect::<Result<_, _>>()?;
        let first = ConstExpr::i32_const(i32::try_from(run.start)?);
        elements.active(Some(0), &first, Elements::Functions(functions.into()));
    }
    let referred = referred(module, &part.functions)?;
    let referred: Vec<u32> =
        referred.into_iter().map(|function| renumber.of(function)).collect::<Result<_, _>>()?;
    if !referred.is_empty() {
        elements.declared(Elements::Functions(referred.into()));
    }
    written.section(&elements);

    let mut code = CodeSection::new();
    for function in &part.functions {
        code.function(&body(module, &mut renumber, *function)?);
    }
    written.section(&code);

    let mut data = DataSection::new();
    for (run, _) in plan.data.iter().filter(|(_, part)| *part == at) {
        data.active(0, &ConstExpr::i32_const(i32::try_from(run.start)?), module.data(run)?);
    }
    if !data.is_empty() {
        written.section(&data);
    }
    Ok(written.finish())
}

/// The table as the first part fills it. What is for a later one to fill holds any function until then: nobody calls it.
fn elements(
    module: &Module<'_>,
    plan: &Plan,
    segments: &wasmparser::ElementSectionReader<'_>,
    renumber: &mut Renumber,
) -> Result<ElementSection> {
    let mut section = ElementSection::new();
    for segment in segments.clone() {
        let segment = segment?;
        let first = match &segment.kind {
            ElementKind::Active { table_index: None | Some(0), offset_expr } => constant(offset_expr),
            _ => None,
        };
        let (Some(first), ElementItems::Functions(functions)) = (first, &segment.items) else {
            renumber.parse_element(&mut section, segment)?;
            continue;
        };
        let mut kept = Vec::new();
        for (slot, function) in (first..).zip(functions.clone()) {
            let function = renumber.of(function?).ok().filter(|_| !plan.slots.contains_key(&slot));
            kept.push(function.unwrap_or(module.imported_functions));
        }
        section.active(None, &ConstExpr::i32_const(i32::try_from(first)?), Elements::Functions(kept.into()));
    }
    Ok(section)
}

/// The slots of a part, those one after the other together.
fn runs(slots: &BTreeMap<u32, usize>, part: usize) -> Vec<Range<u32>> {
    let mut runs: Vec<Range<u32>> = Vec::new();
    for slot in slots.iter().filter(|(_, of)| **of == part).map(|(slot, _)| *slot) {
        match runs.last_mut() {
            Some(run) if run.end == slot => run.end += 1,
            _ => runs.push(slot..slot + 1),
        }
    }
    runs
}

/// The static data without what later parts bring.
fn remaining_data(data: &wasmparser::DataSectionReader<'_>, plan: &Plan) -> Result<DataSection> {
    let mut section = DataSection::new();
    for segment in data.clone() {
        let segment = segment?;
        let DataKind::Active { offset_expr, .. } = &segment.kind else {
            bail!("a data segment is not active")
        };
        let address = constant(offset_expr).context("a segment's address is not constant")?;
        let mut bytes = segment.data.to_vec();
        for (run, _) in &plan.data {
            let at = |address_in: u32| address_in.checked_sub(address).map(|at| at as usize);
            if let Some(moved) =
                at(run.start).zip(at(run.end)).and_then(|(start, end)| bytes.get_mut(start..end))
            {
                moved.fill(0);
            }
        }
        section.active(0, &ConstExpr::i32_const(i32::try_from(address)?), bytes);
    }
    Ok(section)
}

/// The names of what wasm-bindgen's script gives to the first part, with those that the first part has for them.
pub(super) fn imports(module: &Module<'_>) -> Vec<(String, String)> {
    let named = module.imports.iter().enumerate();
    named.filter_map(|(at, import)| Some((import.name.to_owned(), short_name(import, at)?))).collect()
}

/// A number for an import of wasm-bindgen's own, whose name is long and ends in a hash. What our scripts give keeps its
/// name.
fn short_name(import: &Import<'_>, at: usize) -> Option<String> {
    import.name.starts_with("__wb").then(|| at.to_string())
}

/// What parts give to later ones, under these names, each of which there is once among all parts.
struct Shared {
    items: Vec<Item>,
    entrance_table: u32,
}

struct Item {
    name: String,
    /// The part that gives it, `None` for the first.
    home: Option<usize>,
    kind: ExportKind,
    /// Its index in the whole module.
    index: u32,
    of: EntityType,
}

impl Shared {
    fn of(module: &Module<'_>, plan: &Plan) -> Result<Self> {
        let mut found: Vec<(ExportKind, EntityType)> = Vec::new();
        let mut types = reencode::RoundtripReencoder;
        for section in &module.sections {
            match section {
                Payload::TableSection(tables) => {
                    for table in tables.clone() {
                        found.push((ExportKind::Table, types.table_type(table?.ty)?.into()));
                    }
                    found.push((ExportKind::Table, entrance_table(plan).into()));
                }
                Payload::MemorySection(memories) => {
                    for memory in memories.clone() {
                        found.push((ExportKind::Memory, types.memory_type(memory?)?.into()));
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals.clone() {
                        found.push((ExportKind::Global, types.global_type(global?.ty)?.into()));
                    }
                }
                _ => {}
            }
        }
        let functions = module.imports.iter().all(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)));
        if !functions {
            bail!("it imports something other than functions");
        }
        let mut items: Vec<Item> = Vec::new();
        for (kind, of) in found {
            let before = items.iter().filter(|item| item.kind == kind).count();
            let index = u32::try_from(before)?;
            items.push(Item { name: name(items.len()), home: None, kind, index, of });
        }
        let tables = items.iter().filter(|item| item.kind == ExportKind::Table).count();
        let entrance_table = u32::try_from(tables)?.checked_sub(1).context("it has no table")?;
        for home in std::iter::once(None).chain((0..plan.later.len()).map(Some)) {
            for index in plan.given(home) {
                let of = EntityType::Function(module.type_of(index)?);
                items.push(Item { name: name(items.len()), home, kind: ExportKind::Func, index, of });
            }
        }
        Ok(Self { items, entrance_table })
    }

    /// What a part gives.
    fn given(&self, part: Option<usize>) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.home == part)
    }

    /// The name under which a part gives a function.
    fn name_of(&self, function: u32, part: Option<usize>) -> Result<&str> {
        let is_it = |item: &&Item| item.kind == ExportKind::Func && item.index == function;
        self.given(part).find(is_it).map(|item| item.name.as_str()).context("no part gives a function")
    }
}

/// A short name, a number as none of wasm-bindgen's own is.
fn name(at: usize) -> String {
    at.to_string()
}

/// The table that later parts fill.
fn entrance_table(plan: &Plan) -> TableType {
    let size = plan.entrances().count() as u64;
    TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: size,
        maximum: Some(size),
        shared: false,
    }
}

fn function_types(module: &Module<'_>, functions: &[u32]) -> Result<FunctionSection> {
    let mut section = FunctionSection::new();
    for function in functions {
        section.function(module.type_of(*function)?);
    }
    Ok(section)
}

fn body(module: &Module<'_>, renumber: &mut Renumber, function: u32) -> Result<Function> {
    let body = module.body(function).with_context(|| format!("function {function} has no body"))?;
    let locals = Locals::of(body, module.parameters(function)?)?;
    let mut written = locals.declared()?;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        written.instruction(&locals.renumbered(renumber.parse_instruction(&mut operators)?));
    }
    Ok(written)
}

/// Stands in for a function of a later part: calls it by way of the table, and first has that part fetched where
/// it is not there yet.
fn stub(module: &Module<'_>, shared: &Shared, function: u32, slot: usize, fetch: u32) -> Result<Function> {
    let slot = i32::try_from(slot)?;
    let mut stub = Function::new([]);
    {
        let mut write = stub.instructions();
        write.i32_const(slot).table_get(shared.entrance_table).ref_is_null();
        write.if_(wasm_encoder::BlockType::Empty).call(fetch).end();
        for parameter in 0..module.parameters(function)? {
            write.local_get(u32::try_from(parameter)?);
        }
        write.i32_const(slot).call_indirect(shared.entrance_table, module.type_of(function)?).end();
    }
    Ok(stub)
}

/// The functions that these take a reference to: a module must declare those.
fn referred(module: &Module<'_>, functions: &[u32]) -> Result<Vec<u32>> {
    let mut referred = Vec::new();
    for function in functions {
        let Some(body) = module.body(*function) else { continue };
        for operator in body.get_operators_reader()? {
            if let Operator::RefFunc { function_index } = operator? {
                referred.push(function_index);
            }
        }
    }
    referred.sort_unstable();
    referred.dedup();
    Ok(referred)
}

/// The new index of each function that a part has.
struct Renumber(BTreeMap<u32, u32>);

impl Renumber {
    /// For a part that has these, in this order.
    fn of_all(module: &Module<'_>, functions: impl Iterator<Item = u32>) -> Self {
        let mut numbers: BTreeMap<u32, u32> = functions.zip(0..).collect();
        let doubles = module.doubles.iter();
        let doubles: Vec<_> = doubles.filter_map(|(it, kept)| Some((*it, *numbers.get(kept)?))).collect();
        numbers.extend(doubles);
        Self(numbers)
    }

    fn of(&self, function: u32) -> Result<u32, Missing> {
        self.0.get(&function).copied().ok_or(Missing(function))
    }
}

impl Reencode for Renumber {
    type Error = Missing;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<Missing>> {
        self.of(function).map_err(reencode::Error::UserError)
    }

    /// With the alignment that what is read or written has by nature: it is a hint and changes no result, and so it is the
    /// same everywhere.
    fn mem_arg(&mut self, arg: MemArg) -> Result<wasm_encoder::MemArg, reencode::Error<Missing>> {
        reencode::utils::mem_arg(self, MemArg { align: arg.max_align, ..arg })
    }
}

/// A function that is named in a part that does not have it, which the plan rules out.
#[derive(Debug)]
struct Missing(u32);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {} is in the other part", self.0)
    }
}

impl std::error::Error for Missing {}
