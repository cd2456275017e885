//! What the site keeps for use without a network: the list of its files, written into its service worker.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// The worker's file. Its name never changes: browsers look there for a newer build.
pub(crate) const WORKER: &str = "service-worker.js";

/// What registers the worker, when the page is there.
pub(crate) const PAGE_SIDE: &str = "offline.js";

/// Tells the worker in `dist` what to keep: all else that is there. Last of all, since any change of a file comes
/// too late afterwards.
///
/// # Errors
///
/// Where a file cannot be read, has a name that an address would spell in another way, or is no worker's.
pub(crate) fn stamp(dist: &Path) -> Result<()> {
    let path = dist.join(WORKER);
    let worker = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut files = BTreeMap::new();
    list(dist, "", &mut files)?;
    fs::write(&path, stamped(&worker, &files)?).with_context(|| format!("cannot write {}", path.display()))
}

/// The worker behind what it is to know. The same files and the same worker give the same build.
fn stamped(worker: &str, files: &BTreeMap<String, String>) -> Result<String> {
    let files = serde_json::to_string(files)?;
    let hash = Sha256::digest(format!("{files}\n{worker}"));
    let build: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("const BUILD=\"{build}\",FILES={files};\n{worker}"))
}

/// Every file below `dir` but the worker, with its hash as `integrity` has it. The page goes by its folder's
/// address, which no host leads elsewhere.
fn list(dir: &Path, before: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.chars().all(is_plain) {
            bail!("`{name}` would be spelt in another way in an address");
        }
        let name = format!("{before}{name}");
        if path.is_dir() {
            list(&path, &format!("{name}/"), files)?;
        } else if name != WORKER {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = if name == "index.html" { "./".to_owned() } else { name };
            files.insert(name, format!("sha256-{}", BASE64.encode(Sha256::digest(bytes))));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const SOURCE: &str = "addEventListener('install', keep);";

    fn site(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("netpol-xtask-{}-{name}", std::process::id()));
        for (file, text) in [(WORKER, SOURCE)].iter().chain(files) {
            let path = dir.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn built(dir: &Path) -> String {
        fs::write(dir.join(WORKER), SOURCE).unwrap();
        stamp(dir).unwrap();
        fs::read_to_string(dir.join(WORKER)).unwrap()
    }

    #[test]
    fn the_worker_knows_each_file_by_its_hash_and_keeps_its_own_text() {
        let dir = site("stamp", &[("index.html", "alert('hi')"), ("snippets/a/b.js", "")]);
        let worker = built(&dir);
        let (head, rest) = worker.split_once('\n').unwrap();
        assert_eq!(rest, SOURCE);
        // The hashes of `alert('hi')` and of nothing, as `openssl dgst -sha256 -binary | base64` gives them.
        let list = "FILES={\"./\":\"sha256-XTqNqFSUlZHAW7f/OGNYSOEzxKhjdAAGMXoid2VEbJk=\",\
            \"snippets/a/b.js\":\"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"};";
        assert!(head.ends_with(list), "{head}");
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn the_same_files_are_the_same_build_and_others_are_not() {
        let dir = site("build", &[("index.html", "one")]);
        let first = built(&dir);
        assert_eq!(built(&dir), first);
        fs::write(dir.join("index.html"), "other").unwrap();
        let (before, after) = (first, built(&dir));
        let build = |worker: &str| worker.split(',').next().map(str::to_owned);
        assert_ne!(build(&before), build(&after));
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_name_that_an_address_would_change_is_refused() {
        let dir = site("names", &[("a b.css", "")]);
        assert!(stamp(&dir).is_err());
        fs::remove_dir_all(dir).unwrap();
    }
}
