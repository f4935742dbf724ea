//! The name of the file, the tag, and what the user is told about it.

use flit_sdk::model::{Field, ProjectName, Version};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};

use crate::support::{TIMESTAMP, build_into, project, wheel};

#[test]
fn names_are_normalized_and_versions_kept() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let mut project = project(&tree);
    for (name, version, stem) in [
        ("Demo.Pkg", "1.0", "demo_pkg-1.0"),
        ("a-_.B", "1.0-Alpha_2", "a_b-1.0a2"),
        ("x", "1!2+Local.1", "x-1!2+local.1"),
    ] {
        project.name = ProjectName::parse(name).unwrap();
        project.version = Version::parse(version).unwrap();
        let wheel = wheel(&project);
        assert_eq!(wheel.file_name, format!("{stem}-py3-none-any.whl"));
        assert_eq!(wheel.names()[1], format!("{stem}.dist-info/WHEEL"));
    }
}

#[test]
fn a_project_for_python_2_gets_both_tags_and_a_hint_only_if_that_was_not_asked_for() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let mut project = project(&tree);
    let mut build = |requires_python: Option<&str>| {
        let values = requires_python.map(String::from).into_iter().collect();
        project.metadata.set_list(Field::RequiresPython, values);
        let host = TestHost::default();
        let output = SourceTreeBuilder::new();
        let path = build_into(&output.path(), &host, &project, TIMESTAMP).unwrap();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), host.messages())
    };
    let py2 = "demo_pkg-1.0-py2.py3-none-any.whl";
    assert_eq!(build(Some(">=3.9")), ("demo_pkg-1.0-py3-none-any.whl".into(), vec![]));
    assert_eq!(build(Some(">=2.7")), (py2.into(), vec![]));
    let (name, messages) = build(None);
    assert_eq!(name, py2);
    assert_eq!(
        messages,
        [
            "hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`"
        ]
    );
}

#[test]
fn wheel_names_the_generator_and_the_tags() {
    let tree = SourceTreeBuilder::new().file("demo.py", "");
    let mut project = project(&tree);
    let name = "demo_pkg-1.0.dist-info/WHEEL";
    let lines = format!(
        "Wheel-Version: 1.0\nGenerator: flit-rs {}\nRoot-Is-Purelib: true\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(wheel(&project).text(name), format!("{lines}Tag: py3-none-any\n"));
    project.metadata.set_text(Field::RequiresPython, ">=2.7");
    assert_eq!(
        wheel(&project).text(name),
        format!("{lines}Tag: py2-none-any\nTag: py3-none-any\n")
    );
}
