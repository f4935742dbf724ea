//! What must not go into a wheel, or cannot: each a clear error, and nothing left behind.

use std::os::unix::net::UnixListener;

use flit_sdk::model::Field;
use flit_sdk::testing::{SourceTreeBuilder, TestHost, symlink};
use flit_sdk::{ErrorKind, PluginError};

use crate::support::{
    TIMESTAMP, build_into, linked_refusal, project, project_of, refusal, source_file, wheel,
};

/// A project of `demo/a.py` and `demo/b.py`, of which the latter is replaced by what `replace` makes of its path.
fn refused_after(replace: impl FnOnce(&std::path::Path)) -> PluginError {
    let tree = SourceTreeBuilder::new().file("demo/a.py", "a").file("demo/b.py", "b");
    let project = project(&tree);
    let path = tree.path().join("demo/b.py");
    fs_err::remove_file(&path).unwrap();
    replace(&path);
    refusal(&project)
}

#[test]
fn a_file_that_became_a_link_out_of_the_tree() {
    let outside = SourceTreeBuilder::new().file("secret", "secret");
    let target = outside.path().join("secret");
    let refused = refused_after(|path| symlink(&target, path));
    assert_eq!(refused.kind, ErrorKind::InvalidProject);
    assert_eq!(
        refused.message,
        format!("`demo/b.py` is a link that leads out of the source tree, to {}", target.display())
    );
}

#[test]
fn a_directory_that_became_a_link_out_of_the_tree() {
    let outside = SourceTreeBuilder::new().file("demo/a.py", "secret");
    let tree = SourceTreeBuilder::new().file("src/demo/a.py", "a");
    let project = project(&tree);
    fs_err::remove_dir_all(tree.path().join("src")).unwrap();
    symlink(outside.path(), tree.path().join("src"));
    let message = refusal(&project).message;
    assert!(
        message.starts_with("`src/demo/a.py` is a link that leads out of the source tree"),
        "{message}"
    );
}

#[test]
fn links_inside_the_tree_are_packed_by_content() {
    let tree = SourceTreeBuilder::new().file("demo/a.py", "a").file("lib/real.py", "real");
    symlink("../lib/real.py", tree.path().join("demo/relative.py"));
    symlink(tree.path().join("lib/real.py"), tree.path().join("demo/absolute.py"));
    let before = project(&tree);
    let built = wheel(&before);
    assert_eq!(built.text("demo/relative.py"), "real");
    assert_eq!(built.text("demo/absolute.py"), "real");
    assert_eq!(built.member("demo/absolute.py").mode, Some(0o100_644));

    // The same for a file, and for a directory on the way, that became a link since.
    fs_err::rename(tree.path().join("demo"), tree.path().join("moved")).unwrap();
    symlink(tree.path().join("moved"), tree.path().join("demo"));
    assert!(wheel(&before).bytes == built.bytes);
}

#[test]
fn a_file_that_became_something_else() {
    let fifo = refused_after(|path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.expect("mkfifo is there").success());
    });
    assert_eq!(fifo.message, "`demo/b.py` is a FIFO, a socket or a device, which cannot be packed");
    let directory = refused_after(|path| fs_err::create_dir(path).unwrap());
    assert_eq!(directory.message, "`demo/b.py` is not a file");
    let dangling = refused_after(|path| symlink("nowhere", path));
    assert_eq!(dangling.message, "`demo/b.py` is a link to something that does not exist");
    let missing = refused_after(|_| ());
    assert_eq!(missing.message, "`demo/b.py` does not exist");
    assert_eq!(missing.kind, ErrorKind::InvalidProject);
}

#[test]
fn a_file_that_cannot_be_opened() {
    let mut listener = None;
    let refused = refused_after(|path| listener = Some(UnixListener::bind(path).unwrap()));
    assert_eq!(refused.kind, ErrorKind::Io);
    assert_eq!(refused.message, "cannot read `demo/b.py`");
    assert!(refused.causes[0].starts_with("No such device or address"), "{refused}");
}

#[test]
fn a_file_that_is_much_larger_than_discovery_found_it() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let project = project(&tree);
    let file = fs_err::File::create(tree.path().join("demo.py")).unwrap();
    file.set_len(1 << 30).unwrap();
    let refused = refusal(&project);
    assert_eq!(refused.kind, ErrorKind::Io);
    assert_eq!(
        refused.message,
        "`demo.py` had 0 bytes when the build started, and has more than 67108864 now"
    );
}

#[test]
fn a_layout_that_says_what_cannot_be() {
    let tree = SourceTreeBuilder::new().file("src/demo.py", "").file("other.py", "");
    let mut project = project(&tree);
    project.layout.module.files.push(source_file("other.py", 0));
    assert_eq!(
        linked_refusal(&project).message,
        "`other.py` is not inside `src`, so it has no place in the wheel"
    );
    let mut module = project.layout.module;
    module.root = String::new();
    module.files = vec![source_file("../other.py", 0)];
    let outside = linked_refusal(&project_of(&tree, module));
    assert_eq!(outside.message, "`../other.py` is not inside ``, so it has no place in the wheel");
    assert_eq!(outside.kind, ErrorKind::InvalidProject);
}

#[test]
fn a_license_file_that_is_not_in_the_tree() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let mut project = project(&tree);
    for (path, message) in [
        ("LICENSE", "`LICENSE` does not exist"),
        ("../LICENSE", "`../LICENSE` is outside the source tree"),
        ("/LICENSE", "`/LICENSE` is an absolute path"),
    ] {
        project.metadata.set_list(Field::LicenseFile, vec![path.into()]);
        assert_eq!(refusal(&project).message, message);
    }
}

#[test]
fn a_source_tree_that_is_gone() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let mut project = project(&tree);
    project.layout.source_tree = tree.path().join("gone");
    let refused = refusal(&project);
    assert_eq!(refused.kind, ErrorKind::Io);
    assert_eq!(
        refused.to_string(),
        format!(
            "cannot read `{}`: No such file or directory (os error 2)",
            tree.path().join("gone").display()
        )
    );
}

#[test]
fn an_output_directory_that_cannot_be_written() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let output_dir = tree.path().join("gone");
    let refused = build_into(&output_dir, &TestHost::default(), &project(&tree), TIMESTAMP);
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Io);
    assert_eq!(refused.message, "cannot write the wheel");
    let path = output_dir.join("demo_pkg-1.0-py3-none-any.whl");
    assert!(refused.causes[0].contains(path.to_str().unwrap()), "{refused}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full() {
    let tree = SourceTreeBuilder::new().file("demo/a.py", "a").file("demo/b", vec![b'x'; 3 << 20]);
    let output = SourceTreeBuilder::new();
    let path = output.path().join("demo_pkg-1.0-py3-none-any.whl");
    symlink("/dev/full", &path);
    let refused = build_into(&output.path(), &TestHost::default(), &project(&tree), TIMESTAMP);
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Io);
    assert_eq!(refused.message, "cannot write the wheel");
    assert!(refused.causes[0].contains(path.to_str().unwrap()), "{refused}");
    assert!(refused.to_string().contains("No space left on device"), "{refused}");
    assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0, "something was left");
}

#[test]
fn a_user_who_asks_to_stop() {
    let tree = SourceTreeBuilder::new().file("demo/a.py", "a").file("demo/b.py", "b");
    let host = TestHost::default();
    host.cancel();
    let output = SourceTreeBuilder::new();
    let refused = build_into(&output.path(), &host, &project(&tree), TIMESTAMP).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Cancelled);
    assert_eq!(refused.message, "stopped while the wheel was being built");
    assert_eq!(fs_err::read_dir(output.path()).unwrap().count(), 0, "something was left");
}
