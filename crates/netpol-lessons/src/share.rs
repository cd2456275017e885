//! A scenario in a link: `#v1=` and its compact JSON, deflated (RFC 1951), as base64url without padding.
//!
//! It stands in the fragment, which browsers do not send to any server.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use netpol_syntax::{FileId, Limits, parse};

use crate::json::to_json;
use crate::{ChallengeFiles, Scenario, ScenarioError};

/// From this many characters on, a link may not survive everywhere: some mail and chat programs cut it.
pub const WARN_CHARACTERS: usize = 2_000;

/// Past this many characters a link is neither made nor read; Firefox goes no further than 2^20.
pub const MAX_CHARACTERS: usize = 1_000_000;

/// What a link may inflate to: what the page reads. Deflate can shrink a thousandfold, so a short link could
/// otherwise fill the memory.
const MAX_INFLATED: usize = Limits::PAGE.bytes;

/// miniz's best: scenarios are small, and each character of a link counts.
const DEFLATE_LEVEL: u8 = 10;

const PREFIX: &str = "v1=";

/// What a link to a challenge begins with.
const CHALLENGE: &str = "challenge=";

/// Padding is not written, and does no harm where another program added it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a link cannot be opened, or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It was one of ours, and something of it is missing or changed.
    Damaged,
    /// It is no link of this page.
    Foreign,
    /// It comes from a newer version of this page.
    Newer,
    /// A file of it has no usable name, or two have the same.
    BadName,
    /// It is too long, or holds too much.
    Oversized,
}

impl LinkError {
    /// `link-damaged`, `link-foreign`, `link-newer`, `link-names` or `link-oversized`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Damaged => "link-damaged",
            Self::Foreign => "link-foreign",
            Self::Newer => "link-newer",
            Self::BadName => "link-names",
            Self::Oversized => "link-oversized",
        }
    }
}

/// A sentence for people.
impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => {
                "This link is damaged: part of it is missing or was changed on the way. \
                 Ask for it again, and copy all of it."
            }
            Self::Foreign => "What follows the # in this link is not a scenario of this page.",
            Self::Newer => {
                "This link was made by a newer version of this page. Reload to get that version, \
                 then open the link again."
            }
            Self::BadName => "A file of this scenario has no usable name, or two files have the same.",
            Self::Oversized => "The scenario is too large for a link. Share its files instead.",
        })
    }
}

impl std::error::Error for LinkError {}

impl From<ScenarioError> for LinkError {
    fn from(error: ScenarioError) -> Self {
        match error {
            ScenarioError::Damaged => Self::Damaged,
            ScenarioError::Newer => Self::Newer,
            ScenarioError::BadName => Self::BadName,
            ScenarioError::Oversized => Self::Oversized,
        }
    }
}

/// The fragment, `#` included, that [`decode`] makes `scenario` of again.
///
/// # Errors
/// [`LinkError::Oversized`] or [`LinkError::BadName`] where [`decode`] would refuse it: a link that cannot be
/// opened is not made.
#[inline(never)]
pub fn encode(scenario: &Scenario) -> Result<String, LinkError> {
    scenario.validate()?;
    let json = scenario.to_json();
    if json.len() > MAX_INFLATED {
        return Err(LinkError::Oversized);
    }
    packed(PREFIX, &json)
}

/// `#`, the prefix and a text.
fn packed(prefix: &str, json: &str) -> Result<String, LinkError> {
    let deflated = compress_to_vec(json.as_bytes(), DEFLATE_LEVEL);
    let link = format!("#{prefix}{}", BASE64URL.encode(deflated));
    if link.len() > MAX_CHARACTERS { Err(LinkError::Oversized) } else { Ok(link) }
}

/// The text behind a prefix.
fn unpacked(data: &str) -> Result<String, LinkError> {
    let deflated = BASE64URL.decode(data).map_err(|_| LinkError::Damaged)?;
    let json = decompress_to_vec_with_limit(&deflated, MAX_INFLATED).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::Oversized,
        _ => LinkError::Damaged,
    })?;
    String::from_utf8(json).map_err(|_| LinkError::Damaged)
}

/// The fragment of a link that holds a challenge.
///
/// # Errors
/// [`LinkError::Oversized`] where [`decode_challenge`] would refuse it.
#[inline(never)]
pub fn encode_challenge(challenge: &ChallengeFiles) -> Result<String, LinkError> {
    let ChallengeFiles { structure, words } = challenge;
    let json = to_json(&[structure, words]);
    if json.len() > MAX_INFLATED {
        return Err(LinkError::Oversized);
    }
    packed(CHALLENGE, &json)
}

/// The challenge in a fragment; `None` where it holds none.
///
/// # Errors
/// See [`LinkError`].
#[inline(never)]
pub fn decode_challenge(fragment: &str) -> Option<Result<ChallengeFiles, LinkError>> {
    let fragment = fragment.trim();
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    // Some programs escape the `=` when they pass a link on.
    let data = fragment.strip_prefix(CHALLENGE).or_else(|| fragment.strip_prefix("challenge%3D"))?;
    if fragment.len() > MAX_CHARACTERS {
        return Some(Err(LinkError::Oversized));
    }
    Some(unpacked(data).and_then(|json| {
        let parsed = parse(FileId(0), json.as_str(), &Limits::PAGE);
        let [document] = parsed.documents.as_slice() else { return Err(LinkError::Damaged) };
        let mut texts = document.root().items().map(|text| text.as_str().map(str::to_owned));
        match (texts.next().flatten(), texts.next().flatten(), texts.next()) {
            (Some(structure), Some(words), None) => Ok(ChallengeFiles { structure, words }),
            _ => Err(LinkError::Damaged),
        }
    }))
}

/// The scenario in a fragment, with or without its `#`; `None` where there is no fragment.
///
/// # Errors
/// See [`LinkError`]. The time it takes is bounded, whatever the link.
#[inline(never)]
pub fn decode(fragment: &str) -> Result<Option<Scenario>, LinkError> {
    let fragment = fragment.trim();
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    if fragment.is_empty() {
        return Ok(None);
    }
    if fragment.len() > MAX_CHARACTERS {
        return Err(LinkError::Oversized);
    }
    // Some programs escape the `=` when they pass a link on.
    let Some(data) = fragment.strip_prefix(PREFIX).or_else(|| fragment.strip_prefix("v1%3D")) else {
        return Err(if is_other_version(fragment) { LinkError::Newer } else { LinkError::Foreign });
    };
    let json = unpacked(data)?;
    Ok(Some(Scenario::from_json(&json)?))
}

/// Whether it begins with `v`, a number and `=`.
fn is_other_version(fragment: &str) -> bool {
    let Some((version, _)) = fragment.strip_prefix('v').and_then(|rest| rest.split_once('=')) else {
        return false;
    };
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
}
