//! Scalars and keys mean what they mean to `kubectl`.

mod common;

use common::{document, show};

#[test]
fn scalars_resolve_as_go_yaml_has_them() {
    let cases = [
        ("", "null"),
        ("~", "null"),
        ("null", "null"),
        ("Null", "null"),
        ("NULL", "null"),
        ("nULL", "\"nULL\""),
        ("y", "true"),
        ("Yes", "true"),
        ("ON", "true"),
        ("True", "true"),
        ("tRUE", "\"tRUE\""),
        ("n", "false"),
        ("no", "false"),
        ("Off", "false"),
        ("FALSE", "false"),
        ("yep", "\"yep\""),
        ("0", "0"),
        ("-0", "0"),
        ("+12", "12"),
        ("-12", "-12"),
        ("1_000", "1000"),
        ("_1", "\"_1\""),
        ("0x_1F", "31"),
        ("-0xF", "-15"),
        ("0x", "\"0x\""),
        ("0b101", "5"),
        ("0o17", "15"),
        ("017", "15"),
        ("08", "8.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808u"),
        ("+9223372036854775808", "9.223372036854776e18"),
        ("18446744073709551616", "1.8446744073709552e19"),
        ("1.5", "1.5"),
        ("1.", "1.0"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        (".", "\".\""),
        ("--1", "\"--1\""),
        ("1e3", "1000.0"),
        ("12e03", "12000.0"),
        ("1e", "\"1e\""),
        ("1e999", "\"1e999\""),
        (".inf", "inf"),
        ("-.INF", "-inf"),
        ("+.inf", "inf"),
        ("inf", "\"inf\""),
        (".NaN", "NaN"),
        ("nan", "\"nan\""),
        ("1.2.3", "\"1.2.3\""),
        ("10.0.0.0/8", "\"10.0.0.0/8\""),
        ("1:30", "\"1:30\""),
        ("2026-01-02", "\"2026-01-02\""),
        ("2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05Z\""),
        ("'yes'", "\"yes\""),
        ("\"1\"", "\"1\""),
        ("''", "\"\""),
        ("\"a\\tb\\u00e9\\n\"", "\"a\\tbé\\n\""),
        ("'it''s'", "\"it's\""),
        ("|\n  1\n  2\n", "\"1\\n2\\n\""),
        (">-\n  a\n  b\n\n", "\"a b\""),
        ("!!str 12", "\"12\""),
        ("!!str", "\"\""),
        ("!!int \"12\"", "12"),
        ("!!float 12", "12.0"),
        ("!!float 1.5", "1.5"),
        ("!!bool \"yes\"", "true"),
        ("!!null ''", "null"),
        ("!!binary aGk=", "\"hi\""),
        ("!custom 12", "\"12\""),
    ];
    for (text, expected) in cases {
        let document = document(&format!("k: {text}"));
        let value = document.root().get("k").expect(text);
        assert_eq!(show(value), expected, "for {text:?}");
    }
}

#[test]
fn keys_become_the_strings_that_json_would_have() {
    let cases = [
        ("on", "true"),
        ("no", "false"),
        ("1", "1"),
        ("0x10", "16"),
        ("1.50", "1.5"),
        ("2.0", "2"),
        ("1e21", "1e+21"),
        ("1e-5", "1e-05"),
        (".inf", ".inf"),
        ("'on'", "on"),
        ("plain", "plain"),
        ("\"esc\\u0061ped\"", "escaped"),
    ];
    for (text, expected) in cases {
        let document = document(&format!("{text}: here"));
        let (key, value) = document.root().entry(expected).expect(text);
        assert_eq!((key.source(), value.as_str()), (text, Some("here")), "for {text:?}");
    }
}
