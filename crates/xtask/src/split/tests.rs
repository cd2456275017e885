use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, MemorySection, MemoryType, Module, NameMap, NameSection, RefType,
    TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{ExternalKind, Parser, Payload};

use super::*;

/// Imports `restNow` and `alert`; `main` calls `share`, which calls `deflate` and `alert`; `share` stands in a
/// table, too. `main` calls `add`, and `deflate` its double, `sum`.
fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32, ValType::I64], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("wbg", "__wbg_restNow_0", EntityType::Function(0));
    imports.import("wbg", "__wbg_alert_0", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    for of in [0, 1, 0, 1, 1] {
        functions.function(of);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 1,
        maximum: None,
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export("main", ExportKind::Func, 2);
    let mut elements = ElementSection::new();
    elements.active(Some(0), &ConstExpr::i32_const(0), Elements::Functions([3].as_slice().into()));

    let mut code = CodeSection::new();
    let mut write = |body: &dyn Fn(&mut wasm_encoder::InstructionSink<'_>)| {
        let mut function = Function::new([]);
        body(&mut function.instructions());
        code.function(&function);
    };
    // main (2), share (3), deflate (4), add (5), sum (6)
    write(&|it| {
        it.i32_const(1).i64_const(2).call(3).drop().i32_const(1).i64_const(2).call(5).drop().end();
    });
    write(&|it| {
        it.call(4).call(1).local_get(0).end();
    });
    write(&|it| {
        it.i32_const(3).i64_const(4).call(6).drop().end();
    });
    for _ in ["add", "sum"] {
        write(&|it| {
            it.local_get(0).memory_size(0).i32_add().end();
        });
    }
    let mut names = NameSection::new();
    let mut map = NameMap::new();
    for (function, name) in (2..).zip(["main", "page::share", "deflate", "add", "sum"]) {
        map.append(function, name);
    }
    names.functions(&map);

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
    module.section(&exports).section(&elements).section(&code).section(&names);
    module.finish()
}

/// A module of which the linker left nothing: then everything in the table may be called by anybody.
fn unlinked() -> Vec<u8> {
    Module::new().finish()
}

/// Splits it in two.
fn halves(deferred: &str) -> (Vec<u8>, Vec<u8>, Parts) {
    let deferred = Deferred::of(deferred);
    let rest = LaterPart { name: "rest", fetch: "restNow", deferred: &deferred, brings_data: true };
    let mut parts = split(&module(), &unlinked(), &[rest]).unwrap();
    let rest = parts.later.remove(0);
    (std::mem::take(&mut parts.first), rest, parts)
}

fn functions_in(part: &[u8]) -> u32 {
    let payloads = Parser::new(0).parse_all(part).map(|payload| payload.unwrap());
    payloads.map(|payload| if let Payload::FunctionSection(it) = payload { it.count() } else { 0 }).sum()
}

fn names(part: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(part) {
        match payload.unwrap() {
            Payload::ImportSection(found) => {
                imports.extend(found.into_imports().map(|import| import.unwrap().name.to_owned()));
            }
            Payload::ExportSection(found) => {
                for export in found {
                    let export = export.unwrap();
                    exports.push(export.name.to_owned());
                    if export.name == "main" {
                        assert_eq!((export.kind, export.index), (ExternalKind::Func, 2));
                    }
                }
            }
            _ => {}
        }
    }
    (imports, exports)
}

#[test]
fn what_only_deferred_functions_use_goes_with_them() {
    let (first, rest, Parts { listing, .. }) = halves("share");
    // `main`, `add` and the stub of `share`; `deflate` and `share`, by their types.
    assert_eq!((functions_in(&first), functions_in(&rest)), (3, 2));
    let columns = |line: &str| {
        let mut columns = line.split_whitespace();
        [columns.next(), columns.next(), columns.nth(1)].map(|it| it.unwrap_or_default().to_owned()).join(" ")
    };
    let lines: Vec<String> = listing.lines().map(columns).collect();
    assert_eq!(
        lines,
        ["first 2 main", "first 3 add", "stub 4 page::share", "rest 2 deflate", "rest 3 page::share"]
    );
}

#[test]
fn the_rest_imports_what_the_first_part_exports() {
    let (first, rest, _) = halves("share");
    let ((_, exports), (imports, _)) = (names(&first), names(&rest));
    // Two tables, the memory, `alert` and `add`.
    assert_eq!(imports, ["0", "1", "2", "3", "4"]);
    assert_eq!(exports, ["main", "0", "1", "2", "3", "4"]);
}

#[test]
fn the_first_part_asks_by_number_for_what_wasm_bindgen_gives() {
    let (first, _, Parts { imports, .. }) = halves("share");
    let expected = [("__wbg_restNow_0", "0"), ("__wbg_alert_0", "1")];
    assert_eq!(imports, expected.map(|(name, short)| (name.to_owned(), short.to_owned())));
    assert_eq!(names(&first).0, ["0", "1"]);
}

#[test]
fn nothing_deferred_leaves_an_empty_rest() {
    let (first, rest, _) = halves("");
    assert_eq!((functions_in(&first), functions_in(&rest)), (4, 0));
}

#[test]
fn one_function_stands_for_its_doubles_and_is_deferred_where_all_are() {
    let functions = |deferred| {
        let (first, rest, _) = halves(deferred);
        (functions_in(&first), functions_in(&rest))
    };
    assert_eq!(functions("sum"), (4, 0));
    assert_eq!(functions("sum\nadd"), (4, 1));
}

#[test]
fn a_module_that_cannot_be_split_says_why() {
    let deferred = Deferred::of("share");
    let error = |bytes: &[u8], fetch: &str| {
        let rest = LaterPart { name: "rest", fetch, deferred: &deferred, brings_data: true };
        format!("{:#}", split(bytes, &unlinked(), &[rest]).err().unwrap())
    };
    assert!(error(b"<!doctype html>", "restNow").starts_with("cannot read the module: "));
    assert_eq!(error(&module(), "fetchNow"), "the module does not import `fetchNow`");
    assert_eq!(error(&Module::new().finish(), "restNow"), "cannot read the module: it has no names");
}

#[test]
fn a_third_part_takes_from_both_before_it() {
    let [rest, learn] = ["share\nadd\nsum", "deflate"].map(Deferred::of);
    let parts = [
        LaterPart { name: "rest", fetch: "restNow", deferred: &rest, brings_data: false },
        LaterPart { name: "learn", fetch: "alert", deferred: &learn, brings_data: true },
    ];
    let Parts { first, later, listing, .. } = split(&module(), &unlinked(), &parts).unwrap();
    let columns = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        format!("{} {}", columns[0], columns[3])
    };
    // `deflate` is called from the rest alone, and `add` from the first part and from `deflate`.
    let lines: Vec<String> = listing.lines().map(columns).collect();
    assert_eq!(
        lines,
        [
            "first main",
            "stub page::share",
            "stub add",
            "stub deflate",
            "rest page::share",
            "rest add",
            "learn deflate"
        ]
    );
    let modules = |part: &[u8]| {
        let mut from = Vec::new();
        for payload in Parser::new(0).parse_all(part) {
            if let Payload::ImportSection(found) = payload.unwrap() {
                from.extend(found.into_imports().map(|import| {
                    let import = import.unwrap();
                    (import.module.to_owned(), import.name.to_owned())
                }));
            }
        }
        from
    };
    let from = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(module, name)| ((*module).to_owned(), (*name).to_owned())).collect()
    };
    // Two tables and the memory; `alert` and the stub of `deflate`; `add` of the rest.
    assert_eq!(modules(&later[0]), from(&[("", "0"), ("", "1"), ("", "2"), ("", "3"), ("", "4")]));
    assert_eq!(modules(&later[1]), from(&[("", "0"), ("", "1"), ("", "2"), ("1", "5")]));
    assert_eq!(names(&later[0]).1, ["5"]);
    assert_eq!(functions_in(&first), 4);
}

#[test]
fn data_goes_with_the_one_part_that_uses_it() {
    let mut linked = Linked::default();
    linked.objects = vec![0..40, 40..80, 60..100, 100..104, 104..140];
    // The second shares bytes with the third, which the first part uses; the fourth and the fifth stand side by side.
    let home = [(0, None), (1, Some(1)), (2, None), (3, Some(1)), (4, Some(1))].into();
    assert_eq!(linked.brought(&home, |_| true), [(40..60, 1), (100..140, 1)]);
    assert_eq!(linked.brought(&home, |_| false), []);
}
