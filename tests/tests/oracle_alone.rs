//! The oracle uses none of the code that it is held against, though the library that it is in does.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

#[test]
fn the_oracle_names_none_of_our_crates() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/oracle");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let name = path.display();
            assert!(!line.contains("netpol_"), "{name}: {line}");
            // Of the library it may use the dice, which know nothing of clusters.
            let is_its_own = !line.contains("crate::") || line.contains("crate::dice");
            assert!(is_its_own, "{name}: {line}");
        }
        read += 1;
    }
    assert!(read >= 6, "only {read} files were looked at");
}
