//! What is refused, with the whole message, and that nothing is left behind.

use std::os::unix::ffi::OsStrExt as _;

use flit_sdk::model::{Field, Project};
use flit_sdk::testing::{SourceTreeBuilder, TestHost, make_fifo, symlink};
use flit_sdk::{Host, LogLevel};
use tempfile::TempDir;

use crate::support::{build, build_into, project, shown, tree, with_rules};

#[test]
fn an_sdist_from_which_nothing_can_be_built() {
    let tree = tree().file("entry_points.txt", "");
    let mut project = with_rules(
        project(&tree),
        &["LICENSE"],
        &["LIC*", "src/demo/*.py", "README.md", "pyproject.toml", "entry_points.*"],
    );
    project.layout.needed_files = vec!["entry_points.txt".into()];
    assert_eq!(
        build(&project).error(),
        "InvalidProject: the sdist would lack `LICENSE`, `README.md`, `entry_points.txt`, `pyproject.toml`, `src/demo/__init__.py`\n\
         hint: `LICENSE` is excluded by the pattern `LIC*`\n\
         hint: `README.md` is excluded by the pattern `README.md`\n\
         hint: `entry_points.txt` is excluded by the pattern `entry_points.*`\n\
         hint: `pyproject.toml` is excluded by the pattern `pyproject.toml`\n\
         hint: `src/demo/__init__.py` is excluded by the pattern `src/demo/*.py`\n"
    );
}

#[test]
fn an_sdist_of_which_everything_is_excluded() {
    for include in [&[][..], &["."], &["src"]] {
        let tree = tree();
        assert_eq!(
            build(&with_rules(project(&tree), include, &["."])).error(),
            "InvalidProject: the sdist would lack `LICENSE`, `README.md`, `pyproject.toml`, `src/demo/__init__.py`\n\
             hint: `LICENSE` is excluded by the pattern `.`\n\
             hint: `README.md` is excluded by the pattern `.`\n\
             hint: `pyproject.toml` is excluded by the pattern `.`\n\
             hint: `src/demo/__init__.py` is excluded by the pattern `.`\n"
        );
    }
}

#[test]
fn links_that_would_lead_out_of_the_unpacked_sdist() {
    for (target, shown) in [
        ("/etc/passwd", "/etc/passwd"),
        ("../../outside", "../../outside"),
        ("../docs/../../outside", "../docs/../../outside"),
    ] {
        let tree = tree().file("docs/a.txt", "a");
        symlink(target, tree.path().join("docs/link"));
        assert_eq!(
            build(&with_rules(project(&tree), &["docs"], &[])).error(),
            format!(
                "InvalidProject: `docs/link` is a link to `{shown}`, which is outside the sdist once it is unpacked\n\
                 hint: link to a path relative to the link and inside the source tree, or copy the file\n"
            )
        );
    }
}

#[test]
fn a_link_that_leaves_by_way_of_another_link() {
    let outside = SourceTreeBuilder::new().file("secret", "");
    let tree = tree().file("docs/a.txt", "a");
    symlink(outside.path(), tree.path().join("door"));
    symlink("../door/secret", tree.path().join("docs/link"));
    let error = build(&with_rules(project(&tree), &["docs"], &[])).error();
    assert!(
        error.starts_with("InvalidProject: `docs/link` is a link to `../door/secret`"),
        "{error}"
    );
    let error = build(&with_rules(project(&tree), &["door"], &[])).error();
    assert!(
        error.starts_with("InvalidProject: `door` is a link that leads out of the source tree"),
        "{error}"
    );
}

#[test]
fn files_that_are_none() {
    let tree = tree().file("docs/a.txt", "");
    make_fifo(tree.path().join("docs/pipe"));
    assert_eq!(
        build(&with_rules(project(&tree), &["docs"], &[])).error(),
        "InvalidProject: `docs/pipe` is a FIFO, which cannot be packed\n\
         hint: remove it from the directory that is packed\n"
    );
    let built = build(&with_rules(project(&tree), &["docs"], &["docs/pipe"]));
    assert_eq!(built.extra_paths(), ["docs/a.txt"]);
}

#[test]
fn a_fifo_in_place_of_a_pyproject_toml_that_is_read() {
    let tree = tree().file("flit.ini", "");
    fs_err::remove_file(tree.path().join("pyproject.toml")).unwrap();
    make_fifo(tree.path().join("pyproject.toml"));
    let mut beside = project(&tree);
    beside.layout.config_path = "flit.ini".into();
    let frozen = Project { frozen: vec![Field::Version], ..project(&tree) };
    for project in [beside, frozen.clone(), with_rules(frozen, &["."], &[])] {
        let error = build(&project).error();
        assert!(error.starts_with("InvalidProject: `pyproject.toml` is "), "{error}");
    }
}

#[test]
fn names_that_are_not_utf8() {
    let tree = tree().file("docs/a.txt", "");
    let name = std::ffi::OsStr::from_bytes(b"\xff.txt");
    fs_err::write(tree.path().join("docs").join(name), "").unwrap();
    assert_eq!(
        build(&with_rules(project(&tree), &["docs"], &[])).error(),
        format!(
            "InvalidProject: the name of {}/docs/\u{fffd}.txt is not UTF-8\nhint: rename the file\n",
            tree.path().display()
        )
    );
}

#[test]
fn files_that_changed_after_they_were_selected() {
    for content in ["longer than before", ""] {
        let tree = tree();
        let project = project(&tree);
        fs_err::write(tree.path().join("src/demo/sub/data.txt"), content).unwrap();
        assert_eq!(
            build(&project).error(),
            "Io: `src/demo/sub/data.txt` changed while it was packed: it had 4 bytes\n\
             hint: build again once nothing writes into the source tree\n"
        );
    }
}

#[test]
fn files_that_are_gone() {
    let tree = tree();
    let project = project(&tree);
    fs_err::remove_file(tree.path().join("src/demo/sub/data.txt")).unwrap();
    let error = build(&project).error();
    assert!(error.starts_with("Io: failed to open file `"), "{error}");
    assert!(error.contains("src/demo/sub/data.txt`"), "{error}");
    fs_err::remove_file(tree.path().join("README.md")).unwrap();
    assert_eq!(build(&project).error(), "InvalidProject: `README.md` does not exist\n");
}

#[test]
fn an_output_that_cannot_be_written() {
    let tree = tree();
    let output = TempDir::new().unwrap();
    // A device that is always full stands in for the disk.
    symlink("/dev/full", output.path().join("demo-1.0.tar.gz"));
    let error =
        build_into(&TestHost::default(), &project(&tree), output.path(), false).unwrap_err();
    let error = shown(&error);
    assert!(error.starts_with("Io: failed to write to file `"), "{error}");
    assert!(error.contains("demo-1.0.tar.gz`"), "{error}");
    assert!(error.contains("No space left on device"), "{error}");
    assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0);
    let missing = output.path().join("missing");
    let error = build_into(&TestHost::default(), &project(&tree), &missing, false).unwrap_err();
    assert!(shown(&error).starts_with("Io: failed to create file `"), "{error}");
}

#[test]
fn a_build_that_was_stopped() {
    let tree = tree();
    let host = TestHost::default();
    host.cancel();
    let output = TempDir::new().unwrap();
    let error = build_into(&host, &project(&tree), output.path(), false).unwrap_err();
    assert_eq!(shown(&error), "Cancelled: stopped\n");
    assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0);
}

/// A host that asks to stop once a third of the work is done.
#[derive(Default)]
struct Impatient(std::sync::atomic::AtomicBool);

impl Host for Impatient {
    fn log(&self, _: LogLevel, _: &str) {}

    fn progress(&self, done: u64, total: u64) {
        assert!(done <= total);
        self.0.fetch_or(done > total / 3, std::sync::atomic::Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn a_build_that_is_stopped_half_way() {
    let tree = tree().file("docs/large.txt", "x".repeat(3_000_000));
    let output = TempDir::new().unwrap();
    let project = with_rules(project(&tree), &["docs"], &[]);
    let error = build_into(&Impatient::default(), &project, output.path(), false).unwrap_err();
    assert_eq!(shown(&error), "Cancelled: stopped\n");
    assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0);
}
