//! What the linker knows and the finished module does not say: which static data there is, and who refers to it and to
//! functions by pointers. The linker leaves it where it is asked to (`--emit-relocs`, see `web/build.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result};
use rustc_demangle::demangle;
use wasmparser::{
    BinaryReader, DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationType, SymbolInfo,
};

use super::module::Module;

/// What refers to what.
#[derive(Default)]
pub(super) struct Linked {
    /// Static data: where each piece stands in memory.
    pub(super) objects: Vec<Range<u32>>,
    /// What each function refers to, by its name without mangling. Of several of one name all that they refer to.
    functions: BTreeMap<String, Pointers>,
    /// What each piece of data refers to.
    data: BTreeMap<usize, Pointers>,
    /// Where each piece of data begins.
    starts: BTreeMap<u32, usize>,
}

/// Runs of data that are shorter stay where they are: what says where they go would weigh more than they do.
const SHORTEST: u32 = 5;

/// What is referred to other than by calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pointers {
    /// Static data, by its position in [`Linked::objects`].
    pub(super) objects: BTreeSet<usize>,
    /// Functions, by their slot in the table.
    pub(super) slots: BTreeSet<u32>,
}

/// A data segment: where it stands in memory, and where its bytes begin within its section.
struct Segment {
    address: u32,
    within: Range<u32>,
}

impl Linked {
    /// From a module as the linker leaves it.
    ///
    /// # Errors
    ///
    /// Where it is none, or the linker left nothing.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut linked = Self::default();
        let mut names: BTreeMap<u32, &str> = BTreeMap::new();
        let mut bodies: Vec<Range<u32>> = Vec::new();
        let mut segments: Vec<Segment> = Vec::new();
        let mut imported = 0;
        let (mut code, mut data) = (0..0_u64, 0..0_u64);
        let mut symbols: Vec<Option<usize>> = Vec::new();
        let mut relocations = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { unchecked_range, .. } => code = unchecked_range,
                Payload::CodeSectionEntry(body) => bodies.push(within(body.range(), &code)?),
                Payload::DataSection(section) => {
                    data = section.range();
                    for segment in section {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = &segment.kind else { continue };
                        let address = constant(offset_expr).context("a segment's address is not constant")?;
                        let end = segment.range.end;
                        let start = end - segment.data.len() as u64;
                        segments.push(Segment { address, within: within(start..end, &data)? });
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Name(sections) => {
                        for section in sections {
                            if let Name::Function(naming) = section? {
                                for name in naming {
                                    let name = name?;
                                    names.insert(name.index, name.name);
                                }
                            }
                        }
                    }
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                for symbol in table {
                                    symbols.push(linked.symbol(&symbol?, &segments));
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(section) => relocations.push((custom.name(), section.entries())),
                    _ => {}
                },
                _ => {}
            }
        }
        let [code_start, data_start] = [code.start, data.start].map(usize::try_from);
        let (code_start, data_start) = (code_start?, data_start?);
        for (name, entries) in relocations {
            let of_code = name == "reloc.CODE";
            if !of_code && name != "reloc.DATA" {
                continue;
            }
            for entry in entries {
                let entry = entry?;
                let pointers = if of_code {
                    let at = bodies.partition_point(|body| body.end <= entry.offset);
                    let index = imported + u32::try_from(at)?;
                    let name = names.get(&index).map_or_else(String::new, |name| demangle(name).to_string());
                    linked.functions.entry(name).or_default()
                } else {
                    let Some(address) = address_of(&segments, entry.offset) else { continue };
                    let Some(object) = linked.object_at(address) else { continue };
                    linked.data.entry(object).or_default()
                };
                let at = entry.offset as usize + if of_code { code_start } else { data_start };
                let written = bytes.get(at..).context("a relocation lies outside")?;
                match entry.ty {
                    RelocationType::MemoryAddrLeb
                    | RelocationType::MemoryAddrSleb
                    | RelocationType::MemoryAddrI32 => {
                        pointers.objects.extend(symbols.get(entry.index as usize).copied().flatten());
                    }
                    RelocationType::TableIndexSleb => {
                        let slot = BinaryReader::new(written, 0).read_var_i32()?;
                        pointers.slots.insert(u32::try_from(slot)?);
                    }
                    RelocationType::TableIndexI32 => {
                        pointers.slots.insert(BinaryReader::new(written, 0).read_u32()?);
                    }
                    _ => {}
                }
            }
        }
        Ok(linked)
    }

    /// Takes note of a piece of data.
    fn symbol(&mut self, symbol: &SymbolInfo<'_>, segments: &[Segment]) -> Option<usize> {
        let SymbolInfo::Data { symbol: Some(symbol), .. } = symbol else { return None };
        let address = segments.get(symbol.index as usize)?.address + symbol.offset;
        let object = self.objects.len();
        self.objects.push(address..address + symbol.size);
        if symbol.size > 0 {
            self.starts.insert(address, object);
        }
        Some(object)
    }

    /// The piece of data that an address lies in.
    fn object_at(&self, address: u32) -> Option<usize> {
        let (_, object) = self.starts.range(..=address).next_back()?;
        self.objects.get(*object).is_some_and(|range| range.contains(&address)).then_some(*object)
    }

    /// What a function refers to; nothing where the linker does not know it by any of its names.
    pub(super) fn of_function(&self, names: &[&str]) -> Option<Pointers> {
        let known: Vec<&Pointers> = names.iter().filter_map(|name| self.functions.get(*name)).collect();
        let mut all = Pointers::default();
        for pointers in &known {
            all.objects.extend(&pointers.objects);
            all.slots.extend(&pointers.slots);
        }
        (!known.is_empty()).then_some(all)
    }

    /// What a piece of data refers to.
    pub(super) fn of_object(&self, object: usize) -> Option<&Pointers> {
        self.data.get(&object)
    }

    /// What a function may refer to that the linker does not know: every number in it that is an address.
    pub(super) fn within(&self, module: &Module<'_>, function: u32) -> Pointers {
        let mut pointers = Pointers::default();
        let operators = module.body(function).and_then(|body| body.get_operators_reader().ok());
        for operator in operators.into_iter().flatten().flatten() {
            if let Operator::I32Const { value } = operator
                && let Some(object) = u32::try_from(value).ok().and_then(|address| self.object_at(address))
            {
                pointers.objects.insert(object);
            }
        }
        pointers
    }

    /// What the parts that `brings` names bring of the data, where `home` tells whose each piece is: runs of bytes that belong to one part
    /// alone, in their order. What nobody refers to stays where it is.
    pub(super) fn brought(
        &self,
        home: &BTreeMap<usize, Option<usize>>,
        brings: impl Fn(usize) -> bool,
    ) -> Vec<(Range<u32>, usize)> {
        let mut owners: BTreeMap<u32, Option<usize>> = BTreeMap::new();
        for (object, range) in self.objects.iter().enumerate() {
            let owner = home.get(&object).copied().flatten().filter(|part| brings(*part));
            for address in range.clone() {
                // Pieces may share bytes: then those are the first one's who needs them.
                let known = owners.entry(address).or_insert(owner);
                *known = (*known).min(owner);
            }
        }
        let mut runs: Vec<(Range<u32>, usize)> = Vec::new();
        for (address, owner) in owners {
            let Some(owner) = owner else { continue };
            match runs.last_mut() {
                Some((run, part)) if run.end == address && *part == owner => run.end += 1,
                _ => runs.push((address..address + 1, owner)),
            }
        }
        runs.retain(|(run, _)| run.end - run.start >= SHORTEST);
        runs
    }

    /// The slots of the table that something refers to.
    pub(super) fn slots(&self) -> BTreeSet<u32> {
        self.functions.values().chain(self.data.values()).flat_map(|it| it.slots.iter().copied()).collect()
    }
}

fn within(range: Range<u64>, section: &Range<u64>) -> Result<Range<u32>> {
    Ok(u32::try_from(range.start - section.start)?..u32::try_from(range.end - section.start)?)
}

/// The address of what stands at an offset of the data section.
fn address_of(segments: &[Segment], offset: u32) -> Option<u32> {
    let segment = segments.iter().find(|segment| segment.within.contains(&offset))?;
    Some(segment.address + (offset - segment.within.start))
}

/// What a constant expression gives.
pub(super) fn constant(expression: &wasmparser::ConstExpr<'_>) -> Option<u32> {
    match expression.get_operators_reader().read().ok()? {
        Operator::I32Const { value } => u32::try_from(value).ok(),
        _ => None,
    }
}
