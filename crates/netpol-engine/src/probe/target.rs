//! What is typed after `curl`: a host or an address, and a port.

use std::fmt;
use std::net::IpAddr;

/// Where a probe by URL goes, before anything is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlTarget {
    /// The host as it was typed, without brackets.
    pub host: String,
    /// The port: 80, or 443 for `https://`, where none is given.
    pub port: u16,
}

/// Why a text is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// There is no host.
    NoHost,
    /// What follows the colon is no port.
    BadPort,
    /// The host is neither a name nor an address.
    BadHost,
    /// A scheme that is not HTTP.
    OtherScheme,
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHost => "name a host or an address",
            Self::BadPort => "the port is a number from 1 to 65535",
            Self::BadHost => "a host is a name like `backend.default` or an address like `10.0.0.5`",
            Self::OtherScheme => "only `http://` and `https://` are known here",
        })
    }
}

impl std::error::Error for TargetError {}

/// As it may be typed: the host, with the port where it is not 80.
impl fmt::Display for UrlTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { host, port: 80 } => f.write_str(host),
            Self { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

impl UrlTarget {
    /// Reads `[http://]HOST[:PORT][/path]`; a `curl ` in front of it does no harm.
    ///
    /// # Errors
    /// Where there is no host, or it or the port is malformed.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        let text = text.strip_prefix("curl ").unwrap_or(text).trim();
        let (rest, default_port) = match text.split_once("://") {
            None => (text, 80),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (rest, 80),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (rest, 443),
            Some(_) => return Err(TargetError::OtherScheme),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = split_port(authority)?;
        if host.is_empty() {
            return Err(TargetError::NoHost);
        }
        if host.parse::<IpAddr>().is_err() && !is_name(host) {
            return Err(TargetError::BadHost);
        }
        let port = match port {
            None => default_port,
            Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or(TargetError::BadPort)?,
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), TargetError> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or(TargetError::BadHost)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(TargetError::BadHost),
        };
    }
    // More than one colon without brackets can only be an IPv6 address.
    match authority.split_once(':') {
        Some((host, port)) if !port.contains(':') => Ok((host, Some(port))),
        _ => Ok((authority, None)),
    }
}

fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_curl_reads_them() {
        let cases = [
            ("backend", Ok(("backend", 80))),
            ("backend:8080", Ok(("backend", 8080))),
            ("http://backend.ns/path?q", Ok(("backend.ns", 80))),
            ("https://backend.ns.svc", Ok(("backend.ns.svc", 443))),
            ("curl 10.0.0.5:5978", Ok(("10.0.0.5", 5978))),
            ("fd00::5", Ok(("fd00::5", 80))),
            ("[fd00::5]:8080", Ok(("fd00::5", 8080))),
            ("backend.ns.svc.cluster.local.", Ok(("backend.ns.svc.cluster.local.", 80))),
            ("", Err(TargetError::NoHost)),
            (":80", Err(TargetError::NoHost)),
            ("backend:0", Err(TargetError::BadPort)),
            ("backend:http", Err(TargetError::BadPort)),
            ("a..b", Err(TargetError::BadHost)),
            ("a b", Err(TargetError::BadHost)),
            ("[fd00::5", Err(TargetError::BadHost)),
            ("ftp://backend", Err(TargetError::OtherScheme)),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(host, port)| UrlTarget { host: host.into(), port });
            assert_eq!(UrlTarget::parse(text), expected, "{text}");
        }
    }
}
