//! `netpol explain`, `netpol share` and `netpol completions`.

mod common;

use common::{netpol, netpol_with_input};

#[test]
fn both_sides_are_told_with_their_places() {
    let ran = netpol("explain shop.yaml --from shop/web --to shop/db --port 5432");
    assert_eq!((ran.code, ran.last_line()), (Some(0), "allowed"));
    assert!(ran.out.starts_with("web → db, TCP 5432"), "{}", ran.out);
    assert!(ran.out.contains("(shop.yaml:"), "{}", ran.out);
}

#[test]
fn what_does_not_pass_exits_with_1_and_says_what_was_missed() {
    let ran = netpol("explain shop.yaml --from street/guest --to shop/db");
    assert_eq!((ran.code, ran.last_line()), (Some(1), "blocked"));
    assert!(ran.out.contains("`shop/db`") || ran.out.contains("`db`"), "{}", ran.out);
    let ran = netpol("explain shop.yaml --from shop/web --to shop/db");
    assert_eq!((ran.code, ran.last_line()), (Some(1), "partial"));
}

#[test]
fn the_internet_is_an_end() {
    let ran = netpol("explain shop.yaml --from shop/web --to internet");
    assert_eq!((ran.code, ran.last_line()), (Some(0), "allowed"), "{}{}", ran.out, ran.err);
}

#[test]
fn an_end_that_is_unknown_exits_with_2_and_names_the_nearest() {
    let ran = netpol("explain shop.yaml --from shop/wbe --to shop/db");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("did you mean `shop/web`?"), "{}", ran.err);
    let ran = netpol("explain shop.yaml --from 192.0.2.1 --to shop/db");
    assert_eq!((ran.code, ran.last_line()), (Some(1), "blocked"));
}

#[test]
fn a_link_holds_the_input() {
    let ran = netpol("share shop.yaml --site https://playground.example/");
    assert_eq!(ran.code, Some(0));
    let link = ran.out.trim_end();
    let fragment = link.strip_prefix("https://playground.example/").unwrap();
    let scenario = netpol_lessons::share::decode(fragment).unwrap().unwrap();
    let names: Vec<&str> = scenario.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["shop.yaml"]);
    let piped = netpol_with_input("share -", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
    assert!(piped.out.starts_with("http://127.0.0.1:8080/#v1="), "{}", piped.out);
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = netpol(&format!("completions {shell}"));
        assert_eq!(ran.code, Some(0));
        assert!(ran.out.contains("explain"), "{shell}");
    }
}
