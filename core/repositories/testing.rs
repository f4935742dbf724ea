//! What the tests of this module share.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a shell script that can be started at once.
///
/// Another program writes it: if we did, and another test started a program just then, that one would hold the script open
/// for a moment, and nobody can start a program that is open for writing.
pub(super) fn install(path: &Path, script: &str) {
    let mut writer = Command::new("sh")
        .args(["-c", r#"cat > "$0" && chmod +x "$0""#])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text = format!("#!/bin/sh\n{script}\n");
    writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(writer.wait().unwrap().success());
}
