//! Has the linker leave in the module what refers to what, where `cargo xtask build` asks for it: it divides the module by that.

fn main() {
    println!("cargo:rerun-if-env-changed=NETPOL_DIVIDED");
    if std::env::var_os("NETPOL_DIVIDED").is_some() {
        println!("cargo:rustc-link-arg-bins=--emit-relocs");
    }
}
