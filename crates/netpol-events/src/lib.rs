//! YAML text to events: `granit-parser`, behind one function.
//!
//! The parser is generic over where its text comes from, so that its code is made in the crate that calls it, at that
//! crate's `opt-level`. `netpol-syntax` is compiled for speed, of which the parser makes little: here it is compiled
//! for size, as the rest of the page is, which ARCHITECTURE.md has figures for.

pub use granit_parser::{
    ErrorKind, Event, Options, ScalarStyle, ScanError, Span, StructureStyle, Tag, options,
};

/// What comes next in a text, and from where to where; an error is the last.
pub type Item<'t> = Result<(Event<'t>, Span), ScanError>;

/// The events of `text`, as far as it can be read.
#[must_use]
pub fn events<'t>(text: &'t str, options: Options) -> Box<dyn Iterator<Item = Item<'t>> + 't> {
    Box::new(granit_parser::Parser::new_from_str_with_options(text, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_the_order_of_the_text_until_an_error() {
        let told = |text: &str| -> Vec<&'static str> {
            events(text, options! {})
                .map(|event| match event {
                    Ok((Event::Scalar(..), _)) => "scalar",
                    Ok((Event::MappingStart(..), _)) => "map",
                    Ok((Event::MappingEnd, _)) => "end",
                    Ok(_) => "other",
                    Err(_) => "error",
                })
                .collect()
        };
        assert_eq!(told("a: 1"), ["other", "other", "map", "scalar", "scalar", "end", "other", "other"]);
        assert_eq!(told("a: [").last(), Some(&"error"));
    }
}
