//! Builds that do not come to their end: killed, asked to stop, out of space. `dist/` is as it was before.

use std::process::Stdio;

use crate::support::{Program, Sandbox};

/// A project that takes long enough to be interrupted.
fn large() -> Sandbox {
    let mut sandbox = Sandbox::with(Program::Linked)
        .file("big/__init__.py", "\"\"\"Big.\"\"\"\n__version__ = \"1\"\n")
        .file("flit.ini", "[metadata]\nmodule=big\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\n");
    // Text that deflate has to work for.
    let mut state = 1_u64;
    let content: Vec<u8> = (0..1_000_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b"abcdefghijklmnop"[usize::try_from(state >> 60).unwrap()]
        })
        .collect();
    for number in 0..40 {
        sandbox = sandbox.file(&format!("big/{number}.txt"), &content);
    }
    sandbox
}

/// Waits until the build has begun to write.
fn wait_for_staging(sandbox: &Sandbox) {
    let started = std::time::Instant::now();
    while !sandbox.listing("dist").iter().any(|name| name.starts_with(".flit-")) {
        assert!(started.elapsed().as_secs() < 60, "the build never began");
        std::thread::yield_now();
    }
}

#[test]
fn a_killed_build_leaves_no_file_under_its_final_name_and_the_next_one_cleans_up() {
    let sandbox = large();
    let mut child = sandbox.command(&["build"]).stdout(Stdio::null()).spawn().unwrap();
    wait_for_staging(&sandbox);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(sandbox.listing("dist").iter().all(|name| name.starts_with(".flit-")));
    sandbox.succeeds(&["build", "--format", "wheel"]);
    assert_eq!(sandbox.listing("dist"), ["big-1-py2.py3-none-any.whl"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_build_and_leaves_nothing() {
    let sandbox = large();
    let child =
        sandbox.command(&["build"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for_staging(&sandbox);
    let killed =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let outcome = sandbox.outcome(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, Some(130), "{}", outcome.shown());
    assert_eq!(sandbox.listing("dist"), Vec::<String>::new());
    assert!(outcome.stderr.contains("error: cannot build `big` 1\n"), "{}", outcome.shown());
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_leaves_what_was_there() {
    let sandbox = large().file("dist/big-1-py2.py3-none-any.whl", "the last one");
    // A limit on the size of files stands for a full disk: writing fails in the same place, and needs no privileges.
    let mut command = std::process::Command::new("bash");
    sandbox.make_hermetic(&mut command);
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" build --format wheel"]);
    command.arg(env!("CARGO_BIN_EXE_flit"));
    let outcome = sandbox.outcome(command.output().unwrap());
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    assert!(outcome.stderr.contains("File too large"), "{}", outcome.shown());
    assert_eq!(sandbox.listing("dist"), ["big-1-py2.py3-none-any.whl"]);
    assert_eq!(sandbox.read("dist/big-1-py2.py3-none-any.whl"), b"the last one");
}
