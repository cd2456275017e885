//! Takes the `name` section out of a WebAssembly module.
//!
//! wasm-bindgen writes the names of all functions, which only a debugger reads and which are a quarter of the
//! download. What wasm-opt would gain beyond that is within two per cent, for a hundred megabytes of it.

use std::ops::Range;

use anyhow::{Result, bail};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// The module without its `name` section; everything else is as it was.
///
/// # Errors
///
/// Where these bytes are not a module.
pub(crate) fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let Some(mut rest) = module.strip_prefix(HEADER) else { bail!("not a WebAssembly module") };
    let mut slim = HEADER.to_vec();
    while !rest.is_empty() {
        let Some((whole, name)) = section(rest) else { bail!("a WebAssembly section is cut short") };
        let (bytes, after) = rest.split_at(whole);
        if name.and_then(|range| bytes.get(range)) != Some(b"name") {
            slim.extend_from_slice(bytes);
        }
        rest = after;
    }
    Ok(slim)
}

/// The length of the section that begins here, and where its name stands if it is a custom one.
fn section(bytes: &[u8]) -> Option<(usize, Option<Range<usize>>)> {
    let id = *bytes.first()?;
    let (length, start) = leb128(bytes, 1)?;
    let end = start.checked_add(length)?;
    if end > bytes.len() {
        return None;
    }
    if id != CUSTOM {
        return Some((end, None));
    }
    let (name_length, name) = leb128(bytes, start)?;
    Some((end, Some(name..name.checked_add(name_length)?)))
}

/// The unsigned 32-bit number at `at`, and where the byte after it stands.
fn leb128(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, at + index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[&[u8]]) -> Vec<u8> {
        [HEADER, &sections.concat()].concat()
    }

    #[test]
    fn takes_out_the_name_section_alone() {
        let types: &[u8] = &[1, 1, 0];
        let names: &[u8] = b"\x00\x06\x04name\x07";
        let features: &[u8] = b"\x00\x04\x03abc";
        let slim = without_names(&module(&[types, names, features])).unwrap();
        assert_eq!(slim, module(&[types, features]));
    }

    #[test]
    fn reads_lengths_of_more_than_one_byte() {
        let long = [&[10, 0x80, 0x01][..], &[7; 128]].concat();
        assert_eq!(without_names(&module(&[&long])).unwrap(), module(&[&long]));
    }

    #[test]
    fn refuses_what_is_no_module() {
        assert!(without_names(b"<!doctype html>").is_err());
        assert!(without_names(&module(&[&[1, 9, 0]])).is_err());
    }
}
