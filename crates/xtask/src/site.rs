//! Building the site with Trunk, and what is done to it afterwards.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::csp;
use crate::offline;
use crate::run::{Cmd, path_with, say};
use crate::setup::Tools;
use crate::split::{Deferred, LaterPart, Parts, split};
use crate::workspace::Workspace;

/// Builds the release site into `dist/`: relative URLs, a Content-Security-Policy, nothing from elsewhere.
pub(crate) fn build(workspace: &Workspace, tools: &Tools) -> Result<()> {
    say("building the site");
    small_library(trunk(workspace, tools)?).args(["build", "--release"]).run()?;
    let [rest, learn] =
        ["web/deferred.txt", "web/learning.txt"].map(|file| read(&workspace.root().join(file)));
    let linked = workspace.linked();
    let linked = fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
    finish(&workspace.dist(), &linked, [&Deferred::of(&rest?), &Deferred::of(&learn?)], &workspace.listing())
}

/// Serves the site as it is being written, until interrupted. It is built elsewhere: `dist/` is always a
/// release, which can be published, weighed and tested.
pub(crate) fn serve_dev(workspace: &Workspace, tools: &Tools, port: u16, open: bool) -> Result<()> {
    let mut command = trunk(workspace, tools)?
        .args(["serve", "--address", "127.0.0.1", "--port", &port.to_string(), "--dist"])
        .arg(workspace.dev_site());
    if open {
        command = command.arg("--open");
    }
    command.run()
}

/// Fails where there is no built site.
pub(crate) fn require(workspace: &Workspace) -> Result<()> {
    if workspace.dist().join("index.html").is_file() {
        return Ok(());
    }
    bail!("there is no `dist/` yet: run `cargo xtask build` first")
}

fn trunk(workspace: &Workspace, tools: &Tools) -> Result<Cmd> {
    Ok(Cmd::new(&tools.trunk)
        .arg("--skip-version-check")
        // Trunk wants `true` or `false` here, while everyone else takes any value.
        .without_env("NO_COLOR")
        // Its backtraces would bury what the compiler says.
        .without_env("RUST_BACKTRACE")
        .env("PATH", path_with(&tools.wasm_bindgen)?)
        .dir(workspace.root()))
}

/// Has the standard library compiled with the page: for size, and with panics that stop at once and say nothing. Cargo calls
/// that unstable, for what is written here may have to change with the next compiler; `rust-toolchain.toml` pins this one.
fn small_library(trunk: Cmd) -> Cmd {
    trunk
        .env("NETPOL_DIVIDED", "1")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        // Besides those of `.cargo/config.toml`.
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort")
}

/// What Trunk leaves to be done.
fn finish(dist: &Path, linked: &[u8], deferred: [&Deferred; 2], listing: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let mut html = read(&page)?;
    for module in files_with_extension(dist, "wasm")? {
        html = divide(&module, linked, &html, deferred, listing)
            .with_context(|| format!("cannot split {}", module.display()))?;
    }
    let html = inline_styles(dist, &without_comments(&html))?;
    let html = csp::secure(&html)?;
    refuse_outside_urls("index.html", &html)?;
    for style in files_with_extension(dist, "css")? {
        refuse_outside_urls(&style.display().to_string(), &read(&style)?)?;
    }
    fs::write(&page, html).with_context(|| format!("cannot write {}", page.display()))?;
    offline::stamp(dist)
}

/// Splits a module of the site into what is fetched first, what is fetched after it, and what is fetched where somebody
/// wants to learn, and names them in the page. Each has a hash of its content in its name, so that no browser pairs an old
/// one with a new one.
fn divide(
    path: &Path,
    linked: &[u8],
    html: &str,
    deferred: [&Deferred; 2],
    listing: &Path,
) -> Result<String> {
    const NAMES: [(&str, &str, bool); 2] = [("rest", "restNow", false), ("learn", "learnNow", true)];
    let whole = fs::read(path)?;
    let parts: Vec<LaterPart<'_>> = NAMES
        .into_iter()
        .zip(deferred)
        .map(|((name, fetch, brings_data), deferred)| LaterPart { name, fetch, deferred, brings_data })
        .collect();
    let Parts { first, later, imports, listing: lines } = split(&whole, linked, &parts)?;
    let file = path.file_name().and_then(OsStr::to_str).context("it has no name")?;
    let stem = file.strip_suffix("_bg.wasm").context("it is not wasm-bindgen's")?;
    let script = path.with_file_name(format!("{stem}.js"));
    fs::write(&script, renamed(read(&script)?, &imports)?)?;

    let first_name = format!("{stem}-{}.wasm", hash(&first));
    if !html.contains(file) {
        bail!("the page does not name it");
    }
    let mut html = html.replace(file, &first_name);
    fs::write(path.with_file_name(&first_name), first)?;
    for ((name, ..), bytes) in NAMES.into_iter().zip(later) {
        let meta = format!("<meta name=\"netpol-{name}\" content=\"");
        let file = format!("{stem}-{name}-{}.wasm", hash(&bytes));
        if !html.contains(&meta) {
            bail!("the page has no place for the name of its part `{name}`");
        }
        html = html.replace(&meta, &format!("{meta}./{file}"));
        fs::write(path.with_file_name(&file), bytes)?;
    }
    fs::remove_file(path)?;
    fs::write(listing, lines).with_context(|| format!("cannot write {}", listing.display()))?;
    Ok(html)
}

/// wasm-bindgen's script with other names for what it gives to the module.
fn renamed(mut script: String, names: &[(String, String)]) -> Result<String> {
    for (old, new) in names {
        let [old, new] = [old, new].map(|name| format!(",{name}:"));
        if !script.contains(&old) {
            bail!("wasm-bindgen's script has no `{old}`");
        }
        script = script.replace(&old, &new);
    }
    Ok(script)
}

/// Puts the page's style sheets into the page, in their order: nothing is painted before they have come, and so they come
/// with the page and not a way there and back later. One that is for a medium of its own, as paper, stays apart.
fn inline_styles(dist: &Path, html: &str) -> Result<String> {
    const LINK: &str = "<link rel=\"stylesheet\" href=\"./";
    let mut parts = html.split(LINK);
    let mut page = parts.next().unwrap_or_default().to_owned();
    let mut styles = String::new();
    let mut place = None;
    for part in parts {
        let (name, rest) = part.split_once('"').context("a style sheet's link is not closed")?;
        let (attributes, after) = rest.split_once('>').context("a style sheet's link is not closed")?;
        if attributes.contains("media=") {
            page += &format!("{LINK}{part}");
            continue;
        }
        let path = dist.join(name);
        styles += read(&path)?.trim_end();
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        place.get_or_insert(page.len());
        page += after.trim_start();
    }
    let Some(place) = place else { bail!("the page has no style sheets") };
    if styles.contains("</") || styles.contains("<!--") {
        bail!("the style sheets hold what would end them in the page");
    }
    page.insert_str(place, &format!("<style>{styles}</style>\n    "));
    Ok(page)
}

/// The page without what only its authors read: indentation, and comments of its own and of its scripts, where those
/// have a line for themselves.
fn without_comments(html: &str) -> String {
    let bare = csp::without_comments(html);
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Sixteen digits of a content's hash.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A URL that begins with a slash would break under a sub-path, one with a host would fetch from elsewhere.
fn refuse_outside_urls(file: &str, text: &str) -> Result<()> {
    const BEFORE_A_URL: [&str; 7] =
        ["href=\"", "src=\"", "from '", "module_or_path: '", "url(", "url('", "url(\""];
    for before in BEFORE_A_URL {
        for after in text.split(before).skip(1) {
            let url = after.split(['"', '\'', ')']).next().unwrap_or_default();
            if url.starts_with('/') || url.contains("://") {
                bail!("{file} refers to `{url}`, which is not relative to the page");
            }
        }
    }
    Ok(())
}

fn files_with_extension(dir: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_stand_in_the_page_in_their_order() {
        let dist = std::env::temp_dir().join(format!("inline-styles-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("a-1.css"), "a{}\n").unwrap();
        fs::write(dist.join("b-2.css"), "b{}\n").unwrap();
        let link = |name: &str| {
            format!("    <link rel=\"stylesheet\" href=\"./{name}\" data-integrity=\"none\"/>\n")
        };
        let print = "<link rel=\"stylesheet\" href=\"./p.css\" media=\"print\"/>";
        let html = format!("<head>\n{}{}    {print}\n", link("a-1.css"), link("b-2.css"));
        let page = inline_styles(&dist, &html).unwrap();
        assert_eq!(page, format!("<head>\n    <style>a{{}}b{{}}</style>\n    {print}\n"));
        assert!(files_with_extension(&dist, "css").unwrap().is_empty());
        fs::write(dist.join("a-1.css"), "a{content:'</style>'}").unwrap();
        assert!(inline_styles(&dist, &link("a-1.css")).is_err());
        fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn what_a_script_gives_is_renamed() {
        let names = [("__wbg_a_1".to_owned(), "0".to_owned()), ("__wbg_b_2".to_owned(), "1".to_owned())];
        let script = "k={__proto__:null,__wbg_a_1:a,__wbg_b_2:function(){}}";
        assert_eq!(renamed(script.to_owned(), &names).unwrap(), "k={__proto__:null,0:a,1:function(){}}");
        assert!(renamed("k={}".to_owned(), &names).is_err());
    }

    #[test]
    fn what_only_authors_read_is_left_out() {
        let page = "<head>\n  <!-- Why\n  so. -->\n  <script>\n    // Why.\n    go(\"http://a\");\n  </script>\n</head>\n";
        assert_eq!(without_comments(page), "<head>\n<script>\ngo(\"http://a\");\n</script>\n</head>\n");
    }

    #[test]
    fn relative_urls_pass_and_others_do_not() {
        let check = |text| refuse_outside_urls("index.html", text).is_ok();
        assert!(check("<link href=\"./a.css\"><img src=\"data:image/svg+xml,x\"> from './b.js'"));
        assert!(check("a { background: url(\"icons/a.svg\") }"));
        assert!(!check("<link href=\"/a.css\">"));
        assert!(!check("<script src=\"https://example.org/a.js\"></script>"));
        assert!(!check("import init from '/a.js'"));
        assert!(!check("a { background: url(//example.org/a.png) }"));
    }
}
