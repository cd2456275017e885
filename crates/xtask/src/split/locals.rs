//! The numbers of a function's locals.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Result;
use wasm_encoder::{Function, Instruction};
use wasmparser::{FunctionBody, Operator, ValType};

/// New numbers for the locals of a function, by which functions are more alike: of each type, those that are used most
/// come first.
pub(super) struct Locals {
    /// The types in the new order.
    types: Vec<ValType>,
    /// The new number of each local, parameters and all.
    numbers: Vec<u32>,
}

impl Locals {
    /// Those of a function with so many parameters, which keep their numbers.
    pub(super) fn of(body: &FunctionBody<'_>, parameters: usize) -> Result<Self> {
        let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
        for operator in body.get_operators_reader()? {
            if let Operator::LocalGet { local_index }
            | Operator::LocalSet { local_index }
            | Operator::LocalTee { local_index } = operator?
            {
                *uses.entry(local_index).or_default() += 1;
            }
        }
        let mut locals: Vec<(ValType, Reverse<usize>, u32)> = Vec::new();
        let mut next = u32::try_from(parameters)?;
        for declared in body.get_locals_reader()? {
            let (count, of) = declared?;
            for local in next..next + count {
                locals.push((of, Reverse(uses.get(&local).copied().unwrap_or_default()), local));
            }
            next += count;
        }
        locals.sort_unstable();

        let mut numbers: Vec<u32> = (0..next).collect();
        for (new, (_, _, old)) in (0..).skip(parameters).zip(&locals) {
            if let Some(number) = numbers.get_mut(*old as usize) {
                *number = new;
            }
        }
        Ok(Self { types: locals.into_iter().map(|(of, ..)| of).collect(), numbers })
    }

    /// A function that has these and no code yet.
    pub(super) fn declared(&self) -> Result<Function> {
        let types: Result<Vec<_>, _> =
            self.types.iter().map(|of| wasm_encoder::ValType::try_from(*of)).collect();
        Ok(Function::new_with_locals_types(types?))
    }

    /// The instruction with the new numbers.
    pub(super) fn renumbered<'a>(&self, instruction: Instruction<'a>) -> Instruction<'a> {
        let new = |local: u32| self.numbers.get(local as usize).copied().unwrap_or(local);
        match instruction {
            Instruction::LocalGet(local) => Instruction::LocalGet(new(local)),
            Instruction::LocalSet(local) => Instruction::LocalSet(new(local)),
            Instruction::LocalTee(local) => Instruction::LocalTee(new(local)),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::ValType::{I32, I64};
    use wasmparser::BinaryReader;

    use super::*;

    #[test]
    fn what_is_used_most_comes_first_among_its_type() {
        let mut function = Function::new([(1, I64), (2, I32)]);
        function.instructions().local_get(2).local_get(3).local_set(3).local_get(1).local_get(0).end();
        let bytes = function.into_raw_body();
        let locals = Locals::of(&FunctionBody::new(BinaryReader::new(&bytes, 0)), 1).unwrap();
        assert_eq!(locals.declared().unwrap().into_raw_body(), [2, 2, 0x7f, 1, 0x7e]);
        // The parameter keeps its number.
        for (old, new) in (0..).zip([0, 3, 2, 1]) {
            let renumbered = locals.renumbered(Instruction::LocalTee(old));
            assert!(matches!(renumbered, Instruction::LocalTee(it) if it == new), "{old}: {renumbered:?}");
        }
    }
}
