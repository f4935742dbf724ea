//! What cannot be published, told before a byte is sent.

use super::files::Wheel;
use super::scene::{Scene, project, publisher};
use crate::support::{Program, Sandbox};

#[test]
fn no_credentials_and_nobody_to_ask() {
    let scene = Scene::without_credentials(project(Program::Linked)).variable("PATH", "/nowhere");
    insta::assert_snapshot!(scene.publish(&[]).shown(), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://[SERVER]/legacy/
      cause: no credentials for http://[SERVER]/legacy/
      hint: looked for them here, in this order:
            `FLIT_USERNAME` and `FLIT_PASSWORD`: not set
            `TWINE_USERNAME` and `TWINE_PASSWORD`: not set
            `UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`: not set
            the URL: no user name in it
            ~/.pypirc: not there
            the keyring: there is no program `keyring`
            ~/.netrc: not there
      hint: set `FLIT_USERNAME` and `FLIT_PASSWORD`
      hint: or add a section with `repository = http://[SERVER]/legacy/`, `username` and `password` to ~/.pypirc
      hint: or run `keyring set http://[SERVER]/legacy/ USER` once, and set `FLIT_USERNAME` to USER
    ");
    assert_eq!(scene.server.uploads().len(), 0);
}

#[test]
fn a_repository_that_nobody_knows() {
    let sandbox = publisher(project(Program::Linked));
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "testpipy"]).shown(), @"
    exit code: 1
    ----- stderr
    error: no repository is named `testpipy`
      hint: did you mean `testpypi`?
      hint: known are `pypi`, `testpypi`; others would be sections of ~/.pypirc, which does not exist
      hint: for a directory, write `./testpipy`
    ");
    let pypirc = "[distutils]\nindex-servers =\n    internal\n    pypi\n\n[internal]\nrepository = https://index.example/\n\n[staging]\nrepository = https://staging.example/\n";
    fs_err::write(sandbox.home().join(".pypirc"), pypirc).unwrap();
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "interal"]).shown(), @"
    exit code: 1
    ----- stderr
    error: no repository is named `interal`
      hint: did you mean `internal`?
      hint: known are `internal`, `staging`, `pypi`, `testpypi`; others would be sections of ~/.pypirc
      hint: for a directory, write `./interal`
    ");
}

#[test]
fn a_server_that_is_listed_and_not_described() {
    let sandbox = publisher(project(Program::Linked));
    fs_err::write(sandbox.home().join(".pypirc"), "[distutils]\nindex-servers =\n    internal\n")
        .unwrap();
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "internal"]).shown(), @"
    exit code: 1
    ----- stderr
    error: ~/.pypirc lists `internal` in `index-servers` and has no section [internal]
      hint: add a section [internal] with `repository`, `username` and `password`, or take the name off the list
    ");
}

#[test]
fn a_file_that_is_no_distribution() {
    let scene = Scene::with_wheels(&[Wheel::new("one")]);
    fs_err::write(scene.dist().join("notes.txt"), "hello").unwrap();
    fs_err::write(scene.dist().join("two-1.0-py3-none-any.whl"), "not a zip").unwrap();
    insta::assert_snapshot!(scene.publish(&["dist/notes.txt"]).shown(), @"
    exit code: 1
    ----- stderr
    error: notes.txt: not a distribution: it does not end in `.whl` or `.tar.gz`
      hint: a wheel is called `NAME-VERSION-PYTHON-ABI-PLATFORM.whl`, and an sdist `NAME-VERSION.tar.gz`
    error: cannot publish dist/notes.txt to http://[SERVER]/legacy/
      cause: 1 problem with the files, nothing was sent
    ");
    insta::assert_snapshot!(scene.publish(&["dist/*.whl"]).shown(), @"
    exit code: 1
    ----- stderr
    error: two-1.0-py3-none-any.whl: is not a zip: Missing end of central directory
      hint: build it again: it may be cut off
    error: cannot publish 2 files to http://[SERVER]/legacy/
      cause: 1 problem with the files, nothing was sent
    ");
    insta::assert_snapshot!(scene.publish(&["dist/no-such.whl"]).shown(), @"
    exit code: 1
    ----- stderr
    error: no-such.whl: there is no file [DIR]/project/dist/no-such.whl
    error: cannot publish dist/no-such.whl to http://[SERVER]/legacy/
      cause: 1 problem with the files, nothing was sent
    ");
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
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "pypi", "dist/*"]).shown(), @"
    exit code: 1
    ----- stderr
    error: bad-1.0-py3-none-any.whl: METADATA: `Foo :: Bar` is not a classifier that PyPI knows
      hint: see https://pypi.org/classifiers/
    error: bad-1.0-py3-none-any.whl: METADATA: `Programming Language :: Pyton :: 3` is not a classifier that PyPI knows
      hint: did you mean `Programming Language :: Python :: 3`?
    error: bad-1.0-py3-none-any.whl: METADATA: `Requires-Dist: other @ https://files.example/other.whl` refers to a URL, which PyPI does not take
      hint: require a version that is on the index
    error: bad-1.0-py3-none-any.whl: METADATA: the label `A label of more than thirty-two characters` of a link has 42 characters, and may have 32
      hint: shorten it
    error: bad-1.0-cp312-cp312-linux_x86_64.whl: PyPI does not take wheels for the platform `linux_x86_64`
      hint: repair it with `auditwheel`, which finds out the `manylinux` or `musllinux` tag
    error: cannot publish 2 files to `pypi`
      cause: 5 problems with the files, nothing was sent
    ");
}

#[test]
fn a_version_for_this_machine_alone_is_not_for_pypi() {
    let sandbox = publisher(project(Program::Linked))
        .file("foobar.py", "\"\"\"Demo\"\"\"\n__version__ = '0.1+local.1'\n");
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "testpypi"]).shown(), @"
    exit code: 1
    ----- stderr
    error: foobar-0.1+local.1-py3-none-any.whl: METADATA: `0.1+local.1` is a local version, which PyPI does not take
      hint: publish a public version such as `0.1`
    error: cannot publish `foobar` 0.1+local.1 to `testpypi`
      cause: 1 problem with the files, nothing was sent
    ");
}

#[test]
fn a_project_that_must_not_be_published_is_not() {
    let sandbox = publisher(project(Program::Linked)).file(
        "flit.ini",
        "[metadata]\nmodule=foobar\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\nclassifiers=Private :: Do Not Upload\n",
    );
    insta::assert_snapshot!(sandbox.run(&["publish", "--repository", "pypi"]).shown(), @"
    exit code: 1
    ----- stderr
    hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`
    error: foobar-0.1-py2.py3-none-any.whl: METADATA: `Private :: Do Not Upload` keeps the project from being published on PyPI
      hint: publish it to another repository, or take the classifier out
    error: cannot publish `foobar` 0.1 to `pypi`
      cause: 1 problem with the files, nothing was sent
    ");
}

#[test]
fn options_that_contradict_each_other() {
    let scene = Scene::with_wheels(&[Wheel::new("one")]);
    for args in [
        &["dist/*.whl", "--no-build"][..],
        &["dist/*.whl", "--format", "wheel"],
        &["--jobs", "0"],
        &["--verify", "maybe"],
    ] {
        let outcome = scene.publish(args);
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.shown());
    }
}
