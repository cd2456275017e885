//! What a module is made of, as far as splitting it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasmparser::{
    CompositeInnerType, DataKind, ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, Import,
    KnownCustom, Name, Operator, Parser, Payload, TypeRef,
};

use super::linked::constant;

/// A module whose sections have been read.
pub(super) struct Module<'a> {
    /// All sections, to be written again.
    pub(super) sections: Vec<Payload<'a>>,
    pub(super) imports: Vec<Import<'a>>,
    /// How many functions are imported: these have the first indices.
    pub(super) imported_functions: u32,
    /// The names of functions, demangled: more than one where one stands for others.
    pub(super) names: BTreeMap<u32, Vec<&'a str>>,
    /// Functions that do the very same as another, which stands for them.
    pub(super) doubles: BTreeMap<u32, u32>,
    /// What is called from outside.
    pub(super) roots: Vec<u32>,
    /// What is called through the table, by its slot.
    pub(super) slots: BTreeMap<u32, u32>,
    types: Vec<FuncType>,
    /// The type of each function, imported or not.
    function_types: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    /// The functions that each body names.
    references: Vec<Vec<u32>>,
}

impl<'a> Module<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Self {
            sections: Vec::new(),
            imports: Vec::new(),
            imported_functions: 0,
            names: BTreeMap::new(),
            doubles: BTreeMap::new(),
            roots: Vec::new(),
            slots: BTreeMap::new(),
            types: Vec::new(),
            function_types: Vec::new(),
            bodies: Vec::new(),
            references: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            module.take(&payload)?;
            module.sections.push(payload);
        }
        if module.names.is_empty() {
            bail!("it has no names");
        }
        module.fold();
        Ok(module)
    }

    /// Has one function stand for all that have its type and its code.
    fn fold(&mut self) {
        let mut seen: BTreeMap<(Option<&u32>, &[u8]), u32> = BTreeMap::new();
        for (function, body) in (self.imported_functions..).zip(&self.bodies) {
            let of = self.function_types.get(function as usize);
            let kept = *seen.entry((of, body.as_bytes())).or_insert(function);
            if kept != function {
                self.doubles.insert(function, kept);
                let names = self.names.remove(&function).unwrap_or_default();
                self.names.entry(kept).or_default().extend(names);
            }
        }
        let named =
            self.references.iter_mut().flatten().chain(&mut self.roots).chain(self.slots.values_mut());
        for function in named {
            *function = self.doubles.get(function).copied().unwrap_or(*function);
        }
    }

    fn take(&mut self, payload: &Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for group in types.clone() {
                    for of in group?.into_types() {
                        let CompositeInnerType::Func(of) = of.composite_type.inner else {
                            bail!("it has a type that is no function's");
                        };
                        self.types.push(of);
                    }
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    let import = import?;
                    if let TypeRef::Func(of) = import.ty {
                        self.function_types.push(of);
                        self.imported_functions += 1;
                    }
                    self.imports.push(import);
                }
            }
            Payload::FunctionSection(types) => {
                for of in types.clone() {
                    self.function_types.push(of?);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports.clone() {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        self.roots.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => self.roots.push(*func),
            Payload::ElementSection(segments) => {
                for segment in segments.clone() {
                    let segment = segment?;
                    let ElementItems::Functions(functions) = segment.items else {
                        bail!("a table is filled with something other than functions");
                    };
                    match segment.kind {
                        ElementKind::Active { table_index: None | Some(0), offset_expr } => {
                            let first = constant(&offset_expr).context("a table's slot is not constant")?;
                            for (slot, function) in (first..).zip(functions) {
                                self.slots.insert(slot, function?);
                            }
                        }
                        _ => {
                            for function in functions {
                                self.roots.push(function?);
                            }
                        }
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                let mut named = BTreeSet::new();
                for operator in body.get_operators_reader()? {
                    match operator? {
                        Operator::Call { function_index: function }
                        | Operator::ReturnCall { function_index: function }
                        | Operator::RefFunc { function_index: function } => {
                            named.insert(function);
                        }
                        _ => {}
                    }
                }
                self.references.push(named.into_iter().collect());
                self.bodies.push(body.clone());
            }
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(sections) = custom.as_known() {
                    for section in sections {
                        if let Name::Function(names) = section? {
                            for naming in names {
                                let naming = naming?;
                                self.names.insert(naming.index, vec![naming.name]);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The function of this name that JavaScript gives.
    pub(super) fn imported(&self, name: &str) -> Option<u32> {
        let functions = self.imports.iter().filter(|import| matches!(import.ty, TypeRef::Func(_)));
        let at = functions.into_iter().position(|import| import.name.contains(name))?;
        u32::try_from(at).ok()
    }

    /// The functions that are not imported, without doubles.
    pub(super) fn defined_functions(&self) -> impl Iterator<Item = u32> {
        let all = (self.imported_functions..).zip(&self.bodies).map(|(function, _)| function);
        all.filter(|function| !self.doubles.contains_key(function))
    }

    /// These functions in the order in which they compress best: by their types, and then by their code.
    pub(super) fn alike(&self, functions: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut functions: Vec<u32> = functions.collect();
        functions.sort_by_key(|function| {
            (self.function_types.get(*function as usize), self.body(*function).map(FunctionBody::as_bytes))
        });
        functions
    }

    /// The body of a function, unless it is imported.
    pub(super) fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(self.defined(function)?)
    }

    /// The static data at these addresses.
    pub(super) fn data(&self, range: &Range<u32>) -> Result<Vec<u8>> {
        for section in &self.sections {
            let Payload::DataSection(segments) = section else { continue };
            for segment in segments.clone() {
                let segment = segment?;
                let DataKind::Active { offset_expr, .. } = &segment.kind else { continue };
                let Some(address) = constant(offset_expr) else { continue };
                let at = |end: u32| end.checked_sub(address).map(|at| at as usize);
                if let Some(data) =
                    at(range.start).zip(at(range.end)).and_then(|(start, end)| segment.data.get(start..end))
                {
                    return Ok(data.to_vec());
                }
            }
        }
        bail!("there is no data at {range:?}")
    }

    /// The functions that a function names.
    pub(super) fn references(&self, function: u32) -> impl Iterator<Item = u32> + use<'_> {
        self.defined(function).and_then(|at| self.references.get(at)).into_iter().flatten().copied()
    }

    /// The index of a function's type.
    pub(super) fn type_of(&self, function: u32) -> Result<u32> {
        let of = self.function_types.get(function as usize);
        of.copied().with_context(|| format!("there is no function {function}"))
    }

    /// How many parameters a function has.
    pub(super) fn parameters(&self, function: u32) -> Result<usize> {
        let of = self.types.get(self.type_of(function)? as usize);
        Ok(of.with_context(|| format!("function {function} has no type"))?.params().len())
    }

    fn defined(&self, function: u32) -> Option<usize> {
        usize::try_from(function.checked_sub(self.imported_functions)?).ok()
    }
}
