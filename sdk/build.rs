//! Tells the crate what it is compiled for, which goes into the manifest of every plugin.
#![expect(clippy::disallowed_methods, reason = "cargo tells the target by the environment")]

fn main() {
    let target = std::env::var("TARGET").expect("cargo sets it");
    println!("cargo::rustc-env=FLIT_SDK_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
