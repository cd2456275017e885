//! `netpol svg`.

mod common;

use common::netpol;

#[test]
fn the_picture_names_who_is_in_it() {
    let ran = netpol("svg shop.yaml");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("<svg ") && ran.out.ends_with("</svg>\n"), "{}", ran.out);
    for name in ["shop", "street", ">web<", ">db<", ">guest<"] {
        assert!(ran.out.contains(name), "{name}\n{}", ran.out);
    }
}

#[test]
fn port_and_theme_change_it() {
    let pictures =
        ["", "--theme dark", "--port 9187"].map(|options| netpol(&format!("svg shop.yaml {options}")).out);
    let [plain, dark, port] = &pictures;
    assert!(plain != dark && plain != port && dark != port);
    assert_eq!(*plain, netpol("svg shop.yaml").out);
}
