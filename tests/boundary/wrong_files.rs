//! Files that are no plugin for this program: one line each, and never a crash.

use std::path::Path;

use flit_sdk::abi::{self, LoadError};

use super::builds::Edition;

/// The content of a library with a text replaced by another of the same length.
pub(super) fn with_text(library: &Path, old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len(), "the file must keep its shape");
    let mut bytes = fs_err::read(library).unwrap();
    let places: Vec<usize> = bytes
        .windows(old.len())
        .enumerate()
        .filter(|(_, window)| *window == old.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "{old:?} is in the library");
    for at in places {
        bytes[at..at + old.len()].copy_from_slice(new.as_bytes());
    }
    bytes
}

fn hello_with(old: &str, new: &str) -> Vec<u8> {
    with_text(&Edition::CURRENT.plugin("hello"), old, new)
}

fn refusal(path: &Path) -> String {
    match abi::load(path) {
        Ok(plugin) => panic!("{plugin:?} was loaded"),
        Err(error) => {
            let line = error.to_string();
            assert_eq!(line.lines().count(), 1, "{line}");
            match error.hint() {
                Some(hint) => format!("{line}; {hint}"),
                None => line,
            }
        }
    }
}

fn refusal_of(bytes: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library");
    fs_err::write(&path, bytes).unwrap();
    refusal(&path)
}

#[test]
fn what_is_not_there_or_no_library() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(
        refusal(&directory.path().join("missing.so")),
        "there is no such file; build the plugin first, or correct the path"
    );
    assert_eq!(refusal(directory.path()), "it is a directory; name the library inside it");
    let not_a_library =
        "it is not a dynamic library; a plugin is what cargo builds from a crate of type `cdylib`";
    assert_eq!(refusal_of(b""), not_a_library);
    assert_eq!(refusal_of(b"[project]\nname = \"demo\"\n"), not_a_library);
    assert_eq!(refusal_of(b"#!/bin/sh\nexit 1\n"), not_a_library);
    assert_eq!(refusal_of(&[0; 4096]), not_a_library);
    let object = fs_err::read(std::env::current_exe().unwrap()).unwrap();
    assert!(refusal_of(&object).starts_with("it is "), "a program is no plugin");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert!(refusal(&fifo).starts_with("it is not a dynamic library"));
    let looping = directory.path().join("looping");
    std::os::unix::fs::symlink(&looping, &looping).unwrap();
    assert!(refusal(&looping).contains("looping"), "the error of the system names the path");
}

#[test]
fn libraries_that_are_no_plugin() {
    assert_eq!(
        refusal(&Edition::CURRENT.plugin("nosdk")),
        "it is a dynamic library, but not a flit plugin; a plugin is made with `flit_sdk::export!`"
    );
    assert_eq!(
        refusal_of(&hello_with("flit-plugin 1", "flit-plugin 9")),
        "the manifest has format `9`, this flit reads `1`; build the plugin with the flit-sdk of this flit"
    );
    assert_eq!(
        refusal_of(&hello_with("name hello", "name HELLO")),
        "`HELLO` cannot be the name of a plugin; build the plugin with the flit-sdk of this flit"
    );
}

#[test]
fn libraries_that_are_cut_off() {
    let whole = fs_err::read(Edition::CURRENT.plugin("hello")).unwrap();
    let damaged = "it is a dynamic library that is cut off or damaged; copy or build it again";
    for length in [64, 65, 1000, whole.len() / 2, whole.len() - 1000, whole.len() - 1] {
        assert_eq!(refusal_of(&whole[..length]), damaged, "{length} bytes of {}", whole.len());
    }
}

#[test]
fn damaged_headers_never_crash_the_reader() {
    let mut bytes = fs_err::read(Edition::CURRENT.plugin("hello")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library");
    // The file header and the program headers, and then the section headers at the end.
    let places = (0..1024).step_by(3).chain((bytes.len() - 2048..bytes.len()).step_by(7));
    for at in places {
        let byte = std::mem::replace(&mut bytes[at], 0xff);
        fs_err::write(&path, &bytes).unwrap();
        // Read, not loaded: what matters is that this returns.
        drop(abi::read_manifest(&path));
        bytes[at] = byte;
    }
}

#[test]
fn libraries_for_other_machines() {
    let mut bytes = fs_err::read(Edition::CURRENT.plugin("hello")).unwrap();
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        // The machine in the header of an ELF file: aarch64.
        bytes[18] = 183;
        assert_eq!(
            refusal_of(&bytes),
            "it was built for the processor aarch64, this flit for x86_64; \
             take the plugin that was built for this machine"
        );
    }
    let target = format!("target {}", abi::TARGET);
    let other = format!("target {}", "x".repeat(abi::TARGET.len()));
    assert_eq!(
        refusal_of(&hello_with(&target, &other)),
        format!(
            "it was built for {}, this flit for {}; take the plugin that was built for this machine",
            "x".repeat(abi::TARGET.len()),
            abi::TARGET
        )
    );
}

#[test]
fn libraries_that_do_not_fit() {
    assert_eq!(
        refusal_of(&hello_with("panic unwind", "panic abort ")),
        "it was built with `panic = \"abort\"`; remove `panic = \"abort\"` from the profile of the plugin"
    );
    assert_eq!(
        refusal_of(&hello_with("sdk 1.0.0", "sdk 2.0.0")),
        "it was built with flit-sdk 2.0.0, this flit has 1.0.0; \
         take a flit and a plugin whose flit-sdk has the same major version"
    );
    // The module hands out the same text, so a patch of it does not show; the stages it can tell by itself.
    assert_eq!(
        refusal_of(&hello_with("stages metadata", "stages discover")),
        "it disagrees with its own manifest about the stages it serves; \
         this is a mistake in the plugin: tell its author"
    );
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn libraries_that_need_what_is_not_here() {
    assert_eq!(
        refusal_of(&hello_with("_Unwind_Resume\0", "_Unwind_Retire\0")),
        "it needs the symbol `_Unwind_Retire`, which nothing here provides; \
         link the library that has it into the plugin, or install it"
    );
    let line = refusal_of(&hello_with("GLIBC_2.3.4\0", "GLIBC_2.9.9\0"));
    assert_eq!(
        line,
        "it needs GLIBC_2.9.9, which is newer than this system; build the plugin on a system as old as this one"
    );
}

#[test]
fn every_refusal_is_an_error_with_a_source_that_says_no_more() {
    let error: Box<dyn std::error::Error> = Box::new(LoadError::Panicked);
    assert_eq!(error.to_string(), "it panicked while it was loaded");
    assert!(error.source().is_none());
}
