//! What cannot be published, told before a byte is sent.

use super::files::Wheel;
use super::scene::{Scene, project, publisher};
use crate::support::{Program, Sandbox};

#[test]
fn no_credentials_and_nobody_to_ask() {
    let scene = Scene::without_credentials(project(Program::Linked)).variable("PATH", "/nowhere");
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"");
    assert_eq!(scene.server.uploads().len(), 0);
}

#[test]
fn a_repository_that_nobody_knows() {
    let sandbox = publisher(project(Program::Linked));
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "testpipy"]).shown(), @"");
    let pypirc = "[distutils]\nindex-servers =\n    internal\n    pypi\n\n[internal]\nrepository = https://index.example/\n\n[staging]\nrepository = https://staging.example/\n";
    fs_err::write(sandbox.home().join(".pypirc"), pypirc).unwrap();
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "interal"]).shown(), @"");
}

#[test]
fn a_server_that_is_listed_and_not_described() {
    let sandbox = publisher(project(Program::Linked));
    fs_err::write(sandbox.home().join(".pypirc"), "[distutils]\nindex-servers =\n    internal\n").unwrap();
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "internal"]).shown(), @"");
}

#[test]
fn a_file_that_is_no_distribution() {
    let scene = Scene::with_wheels(&[Wheel::new("one")]);
    fs_err::write(scene.dist().join("notes.txt"), "hello").unwrap();
    fs_err::write(scene.dist().join("two-1.0-py3-none-any.whl"), "not a zip").unwrap();
    insta::assert_snapshot!(scene.publish(&["dist/notes.txt"]).shown(), @"");
    insta::assert_snapshot!(scene.publish(&["dist/*.whl"]).shown(), @"");
    insta::assert_snapshot!(scene.publish(&["dist/no-such.whl"]).shown(), @"");
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn metadata_that_pypi_would_refuse_is_told_all_at_once() {
    let sandbox = publisher(Sandbox::new());
    let bad = Wheel::new("bad")
        .metadata("Classifier: Foo :: Bar\nClassifier: Programming Language :: Pyton :: 3\n")
        .metadata("Requires-Dist: other @ https://files.example/other.whl\n")
        .metadata("Project-URL: A label of more than thirty-two characters, https://b.example\n");
    let good = Wheel::new("bad").tag("cp312-cp312-linux_x86_64");
    bad.write(&sandbox.project().join("dist"));
    good.write(&sandbox.project().join("dist"));
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "pypi", "dist/*"]).shown(), @"");
}

#[test]
fn a_version_for_this_machine_alone_is_not_for_pypi() {
    let sandbox = publisher(project(Program::Linked)).file("foobar.py", "\"\"\"Demo\"\"\"\n__version__ = '0.1+local.1'\n");
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "testpypi"]).shown(), @"");
}

#[test]
fn a_project_that_must_not_be_published_is_not() {
    let sandbox = publisher(project(Program::Linked)).file(
        "flit.ini",
        "[metadata]\nmodule=foobar\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\nclassifiers=Private :: Do Not Upload\n",
    );
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "pypi"]).shown(), @"");
}

#[test]
fn options_that_contradict_each_other() {
    let scene = Scene::with_wheels(&[Wheel::new("one")]);
    for args in [&["dist/*.whl", "--no-build"][..], &["dist/*.whl", "--format", "wheel"], &["--jobs", "0"], &["--verify", "maybe"]] {
        let outcome = scene.publish(args);
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.shown());
    }
}
