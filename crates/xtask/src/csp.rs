//! The page's Content-Security-Policy, written into the built page.
//!
//! A static host sets no headers for us, so it is a `<meta>`. Trunk starts the page by an inline script, and the page's
//! styles stand in it: both are allowed by their hashes, which is why this can only be done after the build.

use std::fmt::Write;

use anyhow::{Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

const META: &str = "<meta http-equiv=\"Content-Security-Policy\"";

/// The page with a policy that fits it, in place of the one that it may have.
///
/// # Errors
///
/// Where the page has no `<meta charset>` for the policy to stand behind, or an element that is not closed.
pub(crate) fn secure(html: &str) -> Result<String> {
    let bare = remove_policy(html)?;
    let policy = policy(&hashes(&bare, "script")?, &hashes(&bare, "style")?);
    // As early as can be: a policy does not apply to what stands before it.
    let (before, rest) =
        bare.split_once("<meta charset").ok_or_else(|| anyhow!("the page has no `<meta charset>`"))?;
    let (charset, after) = rest.split_once('>').ok_or_else(|| anyhow!("`<meta charset>` is not closed"))?;
    Ok(format!("{before}<meta charset{charset}>\n    {META} content=\"{policy}\">{after}"))
}

/// Everything comes from the page's own place, or was made by it. The editor makes its styles within a shadow tree.
fn policy(scripts: &str, styles: &str) -> String {
    [
        "default-src 'none'",
        &format!("script-src 'self' 'wasm-unsafe-eval'{scripts}"),
        &format!("style-src 'self'{styles}"),
        "img-src 'self' data: blob:",
        "font-src 'self'",
        // Files that the address asks for by `?src=`, once the user agrees; of this machine also without encryption.
        "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    .join("; ")
}

fn remove_policy(html: &str) -> Result<String> {
    let Some((before, rest)) = html.split_once(META) else { return Ok(html.to_owned()) };
    let (_, after) = rest.split_once('>').ok_or_else(|| anyhow!("the policy's `<meta>` is not closed"))?;
    Ok(format!("{}{after}", before.trim_end()))
}

/// The hashes of what stands inline between `<script>` and `</script>`, or the tags of another name, as a policy lists
/// them: of each element that has no `src`.
fn hashes(html: &str, name: &str) -> Result<String> {
    let html = without_comments(html);
    let mut hashes = String::new();
    let mut rest = html.as_str();
    while let Some((_, element)) = rest.split_once(&format!("<{name}")) {
        let (attributes, body) =
            element.split_once('>').ok_or_else(|| anyhow!("a `<{name}` tag is not closed"))?;
        let (body, after) = body
            .split_once(&format!("</{name}>"))
            .ok_or_else(|| anyhow!("a `<{name}>` element is not closed"))?;
        if !attributes.contains(" src=") {
            // Writing to a string cannot fail.
            let _ = write!(hashes, " 'sha256-{}'", BASE64.encode(Sha256::digest(body)));
        }
        rest = after;
    }
    Ok(hashes)
}

/// What a page says without its comments.
pub(crate) fn without_comments(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<!-- <script>old()</script> -->\n\
        <script src=\"./a.js\"></script><script type=\"module\">alert('hi')</script>";

    #[test]
    fn allows_inline_scripts_by_their_hash_and_no_others() {
        let page = secure(PAGE).unwrap();
        // The hash of `alert('hi')`, as `openssl dgst -sha256 -binary | base64` gives it.
        assert!(
            page.contains(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-XTqNqFSUlZHAW7f/OGNYSOEzxKhjdAAGMXoid2VEbJk=';"
            ),
            "{page}"
        );
        assert!(!page.contains("unsafe-inline"));
    }

    #[test]
    fn allows_the_pages_own_styles_by_their_hash_and_no_others() {
        let page = secure(&format!("{PAGE}<style>a{{}}</style>")).unwrap();
        // The hash of `a{}`, by the same command.
        assert!(
            page.contains("style-src 'self' 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=';"),
            "{page}"
        );
        assert!(secure(PAGE).unwrap().contains("style-src 'self';"));
    }

    #[test]
    fn stands_right_behind_the_charset() {
        let page = secure(PAGE).unwrap();
        let (_, after) = page.split_once("<meta charset=\"utf-8\">").unwrap();
        assert!(after.trim_start().starts_with(META));
    }

    #[test]
    fn doing_it_twice_changes_nothing() {
        let once = secure(PAGE).unwrap();
        assert_eq!(secure(&once).unwrap(), once);
    }

    #[test]
    fn a_page_that_is_cut_short_is_an_error() {
        assert!(secure("<meta charset=\"utf-8\"><script>let a").is_err());
        assert!(secure("<title>no charset</title>").is_err());
    }
}
