//! The bytes of a wheel depend on nothing but the project and the time of the request.

use std::time::{Duration, SystemTime};

use flit_sdk::testing::SourceTreeBuilder;

use crate::support::{project, wheel};

fn tree() -> SourceTreeBuilder {
    let mut tree = SourceTreeBuilder::new().file("demo/__init__.py", "");
    for number in 0..200 {
        let line = format!("value_{number} = {number}\n");
        tree = tree.file(&format!("demo/sub/m{number}.py"), line.repeat(number));
    }
    tree
}

#[test]
fn another_place_and_other_times_give_the_same_bytes() {
    let tree_1 = tree();
    let first = wheel(&project(&tree_1));
    let tree_2 = tree();
    assert!(wheel(&project(&tree_2)).bytes == first.bytes, "in another directory");
    for file in &project(&tree_1).layout.module.files {
        let on_disk = fs_err::File::options().append(true).open(tree_1.path().join(&file.path));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        on_disk.unwrap().set_modified(time).unwrap();
    }
    assert!(wheel(&project(&tree_1)).bytes == first.bytes, "after touching every file");
}

#[test]
fn a_file_that_changed_its_size_since_discovery_is_packed_as_it_is() {
    let tree = SourceTreeBuilder::new().file("demo.py", "x = 1\n".repeat(1000));
    let project = project(&tree);
    for content in
        ["x = 1\n".repeat(2000), "x = 2\n".repeat(900), String::new(), "x".repeat(3 << 20)]
    {
        fs_err::write(tree.path().join("demo.py"), &content).unwrap();
        assert!(wheel(&project).text("demo.py") == content, "{} bytes", content.len());
    }
}

#[test]
fn a_large_file_that_changed_its_size_is_packed_as_it_is() {
    let tree = SourceTreeBuilder::new().file("demo.py", "x".repeat(3 << 20));
    let project = project(&tree);
    for content in ["y".repeat(4 << 20), "y".repeat(1 << 20), String::new()] {
        fs_err::write(tree.path().join("demo.py"), &content).unwrap();
        assert!(wheel(&project).text("demo.py") == content, "{} bytes", content.len());
    }
}
