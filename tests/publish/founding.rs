//! What the founding README says about publishing holds, word for word.

use super::form::basic;
use super::scene::{SDIST, Scene};
use super::scripted::{Answer, Step};
use crate::support::{Program, demo};

/// The wheel of the README's project, which does not say which Pythons it is for.
const WHEEL: &str = "foobar-0.1-py2.py3-none-any.whl";

/// The file that its readers are told to write.
const PYPIRC: &str = "\
[distutils]
index-servers =
    pypi
    testpypi

[testpypi]
repository = https://test.pypi.org/legacy/
username:<your_testPyPI_username>
password:<your_testPyPI_password>

[pypi]
username:<your_PyPI_username>
password:<your_PyPI_password>
";

/// The demo project, at home with the file of the README; a server of ours stands in for TestPyPI.
fn scene() -> Scene {
    let scene = Scene::without_credentials(demo(Program::Linked));
    let pypirc = PYPIRC
        .replace("https://test.pypi.org/legacy/", &scene.server.url())
        .replace("<your_testPyPI_username>", "robin")
        .replace("<your_testPyPI_password>", "camelot%42#1")
        .replace("<your_PyPI_username>", "nobody")
        .replace("<your_PyPI_password>", "nothing");
    fs_err::write(scene.sandbox.home().join(".pypirc"), pypirc).unwrap();
    scene
}

#[test]
fn a_package_is_published_to_testpypi() {
    let scene = scene();
    insta::assert_snapshot!(scene.run(&["--repository", "testpypi", "publish"]).shown(), @"
    exit code: 0
    ----- stderr
    hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`
    warning: other users can read ~/.pypirc, which holds a password: `chmod 600 ~/.pypirc`
    info: sending foobar-0.1-py2.py3-none-any.whl ([SIZE])
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py2.py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
    assert_eq!(scene.server.uploaded(), [WHEEL, SDIST]);
    let authorization = format!("Basic {}", basic("robin", "camelot%42#1"));
    for upload in scene.server.uploads() {
        assert_eq!(upload.request.header("authorization"), Some(authorization.as_str()));
    }
}

#[test]
fn a_package_that_is_not_registered_is_registered_during_the_upload() {
    let scene = Scene::of_project(demo(Program::Linked));
    // As the PyPI of that time had it: its upload URL did not end in `/legacy`.
    let url = format!("http://{}/pypi", scene.server.address());
    let refused = Answer::refusal(403, "You are not allowed to store 'foobar' package information");
    let steps = [Step::answer(refused), Step::answer(Answer::ok()), Step::store(Answer::ok())];
    scene.server.then("/pypi", steps);
    let outcome =
        scene.run(&["publish", "--repository", &url, "--index-url", &scene.server.index_url()]);
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 0
    ----- stdout
    http://[SERVER]/simple/foobar/
    ----- stderr
    hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`
    info: sending foobar-0.1-py2.py3-none-any.whl ([SIZE])
    info: the server may want `foobar` to be registered first: trying
    info: sending foobar-0.1.tar.gz ([SIZE])
    info: published foobar-0.1-py2.py3-none-any.whl, confirmed by its index
    info: published foobar-0.1.tar.gz, confirmed by its index
    ");
    let actions: Vec<_> =
        scene.server.uploads().iter().map(|upload| action(&upload.request)).collect();
    assert_eq!(actions, ["file_upload", "submit", "file_upload", "file_upload"]);
    assert_eq!(scene.server.stored(), [WHEEL, SDIST]);
}

/// What a request asks the server to do, whatever kind of form it is.
fn action(request: &super::scripted::Request) -> String {
    if let Some(form) = request.form() {
        return form.field(":action").unwrap().to_owned();
    }
    let body = String::from_utf8(request.body.clone()).unwrap();
    let fields = body.split('&').find_map(|field| field.strip_prefix("%3Aaction="));
    fields.unwrap_or_default().to_owned()
}

#[test]
fn the_first_error_counts_where_registering_fails_as_well() {
    let scene = Scene::new();
    let url = format!("http://{}/pypi", scene.server.address());
    scene.server.always("/pypi", Step::answer(Answer::refusal(403, "You are not allowed")));
    let outcome =
        scene.run(&["publish", "--repository", &url, "--index-url", &scene.server.index_url()]);
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 1
    ----- stderr
    info: sending foobar-0.1-py3-none-any.whl ([SIZE])
    info: the server may want `foobar` to be registered first: trying
    info: held back foobar-0.1.tar.gz
    error: cannot publish `foobar` 0.1 to http://[SERVER]/pypi
      cause: 2 files of 2 not published
      cause: foobar-0.1-py3-none-any.whl: `[SERVER]` does not let us upload `foobar-0.1-py3-none-any.whl`: 403 You are not allowed: the user name and the password are from `FLIT_USERNAME` and `FLIT_PASSWORD`
      hint: some servers answer `403` also where the user name or the password is wrong
    ");
    assert_eq!(scene.server.uploads().len(), 2);
}

#[test]
fn a_package_is_registered_when_asked_for() {
    let scene = Scene::new();
    scene.server.always("/legacy/", Step::answer(Answer::refusal(410, "Project pre-registration is no longer required or supported, upload your files instead.")));
    let gone = scene.run(&["register", "--repository", &scene.server.url()]);
    insta::assert_snapshot!(gone.shown(), @"
    exit code: 1
    ----- stderr
    error: cannot register `foobar` with http://[SERVER]/legacy/
      cause: `[SERVER]` has no registration any more
      cause: 410 Project pre-registration is no longer required or supported, upload your files instead.
      hint: publish: the first upload makes the project
    ");
}
