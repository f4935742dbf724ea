//! The same project gives the same bytes.

use std::time::{Duration, SystemTime};

use fs_err::File;

use crate::support::{build, numbered_lines, project, tree, with_rules};

#[test]
fn times_of_files_and_the_order_on_disk_do_not_matter() {
    let large = numbered_lines(30_000);
    let forwards = tree().file("docs/a.txt", "a").file("docs/b.txt", &large);
    let first = build(&with_rules(project(&forwards), &["docs"], &[])).result.unwrap();
    for path in ["docs/a.txt", "docs/b.txt", "src/demo/__init__.py", "pyproject.toml"] {
        let file = File::options().write(true).open(forwards.path().join(path)).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        file.into_parts().0.set_modified(time).unwrap();
    }
    let backwards = tree().file("docs/b.txt", &large).file("docs/a.txt", "a");
    for tree in [&forwards, &backwards] {
        let again = build(&with_rules(project(tree), &["docs"], &[])).result.unwrap();
        assert!(again == first);
    }
}

#[test]
fn the_file_says_nothing_of_the_machine() {
    let bytes = build(&project(&tree())).result.unwrap();
    // No name of a file, no operating system; the time is that of the request.
    assert_eq!(bytes[..10], [0x1f, 0x8b, 8, 0, 0x80, 0xc1, 0x85, 0x56, 0, 255]);
}
