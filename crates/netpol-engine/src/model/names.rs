//! What the API takes as a name (Kubernetes, `apimachinery/pkg/util/validation`).

/// Why a text is not what it should be, in the API server's words.
pub(super) struct Malformed(pub(super) &'static str);

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
    '.', and must start and end with an alphanumeric character";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
    start and end with an alphanumeric character";
const LABEL_KEY: &str = "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start \
    and end with an alphanumeric character, with an optional DNS subdomain prefix and '/'";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or \
    '.', and must start and end with an alphanumeric character";

/// An object's name: an RFC 1123 subdomain.
pub(super) fn subdomain(text: &str) -> Result<(), Malformed> {
    if text.len() > 253 {
        return Err(Malformed("must be no more than 253 bytes"));
    }
    if text.split('.').all(is_dns_label) { Ok(()) } else { Err(Malformed(SUBDOMAIN)) }
}

/// A namespace's or a service's name: an RFC 1123 label.
pub(super) fn label(text: &str) -> Result<(), Malformed> {
    if text.len() > 63 {
        return Err(Malformed("must be no more than 63 bytes"));
    }
    if is_dns_label(text) { Ok(()) } else { Err(Malformed(LABEL)) }
}

fn is_dns_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bounded(text, fits, |byte| fits(byte) || byte == b'-')
}

/// A label's key: an optional subdomain and `/`, then a name of at most 63 bytes.
pub(super) fn label_key(text: &str) -> Result<(), Malformed> {
    let name = match text.split_once('/') {
        Some(("", _)) => return Err(Malformed("prefix part must be non-empty")),
        Some((prefix, name)) => {
            subdomain(prefix)?;
            name
        }
        None => text,
    };
    match name.len() {
        0 => Err(Malformed("name part must be non-empty")),
        64.. => Err(Malformed("name part must be no more than 63 bytes")),
        _ if is_label(name) => Ok(()),
        _ => Err(Malformed(LABEL_KEY)),
    }
}

/// A label's value: empty, or like a key's name.
pub(super) fn label_value(text: &str) -> Result<(), Malformed> {
    match text.len() {
        0 => Ok(()),
        64.. => Err(Malformed("must be no more than 63 bytes")),
        _ if is_label(text) => Ok(()),
        _ => Err(Malformed(LABEL_VALUE)),
    }
}

/// A port's name: an IANA service name.
pub(super) fn port(text: &str) -> Result<(), Malformed> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if text.len() > 15 {
        Err(Malformed("must be no more than 15 characters long"))
    } else if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Err(Malformed("must contain at least one letter (a-z)"))
    } else if text.contains("--") {
        Err(Malformed("must not contain consecutive hyphens"))
    } else if !text.bytes().all(|byte| fits(byte) || byte == b'-') {
        Err(Malformed("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"))
    } else if !bounded(text, fits, |_| true) {
        Err(Malformed("must not begin or end with a hyphen"))
    } else {
        Ok(())
    }
}

fn is_label(text: &str) -> bool {
    bounded(
        text,
        |byte| byte.is_ascii_alphanumeric(),
        |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'),
    )
}

/// Whether a text is not empty, begins and ends with what `edge` takes and holds nothing but what `inner` takes.
fn bounded(text: &str, edge: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let ends = bytes.first().zip(bytes.last());
    ends.is_some_and(|(first, last)| edge(*first) && edge(*last)) && bytes.iter().all(|byte| inner(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_the_server_takes_them() {
        type Check = fn(&str) -> Result<(), Malformed>;
        let long = "a".repeat(64);
        let cases: [(Check, &[&str], &[&str]); 5] = [
            (label, &["a", "a-b", "1"], &["", "A", "a.b", "-a", &long]),
            (subdomain, &["a", "a-b.c1"], &["", "A", "a_b", "-a", "a.", "a..b"]),
            (
                label_key,
                &["app", "App_1.x", "kubernetes.io/name"],
                &["", "a/", "/a", "a b", "A/b", "-a", &long],
            ),
            (label_value, &["", "v1.2", "A_b"], &["-a", "a b", "ä", &long]),
            (port, &["http", "a", "web-8080"], &["8080", "Http", "-a", "a-", "a--b", "abcdefghijklmnop", ""]),
        ];
        for (check, good, bad) in cases {
            for text in good {
                assert!(check(text).is_ok(), "{text:?} is refused");
            }
            for text in bad {
                assert!(check(text).is_err(), "{text:?} is taken");
            }
        }
    }
}
