//! Which repository is meant.

use flit_sdk::testing::TestHost;
use tempfile::TempDir;

use super::super::{Configured, configure};
use super::*;

const PYPIRC: &str = "\
[distutils]
index-servers =
    pypi
    acme
    forgotten
[acme]
repository: https://me:can%61ry@acme.test/up
[old]
repository = https://testpypi.python.org/pypi
[testpypi]
username = me # note
[nowhere]
username = me
[broken]
repository = canary
[share]
repository = /srv/index
";

/// A home, and a directory to work in.
struct World {
    home: TempDir,
    base: TempDir,
}

impl World {
    fn with(pypirc: Option<&str>) -> Self {
        let world = Self { home: tempfile::tempdir().unwrap(), base: tempfile::tempdir().unwrap() };
        if let Some(text) = pypirc {
            fs_err::write(world.home.path().join(".pypirc"), text).unwrap();
        }
        fs_err::create_dir(world.base.path().join("public")).unwrap();
        fs_err::write(world.base.path().join("file"), "").unwrap();
        world
    }

    fn configure(
        &self,
        host: &TestHost,
        request: RepositoryRequest,
        variables: &[(&str, &str)],
    ) -> Result<Configured, RepositoryError> {
        let home = ("HOME", self.home.path().to_str().unwrap());
        let environment = Environment::of(variables.iter().copied().chain([home]));
        let request = RepositoryRequest { base: self.base.path().into(), ..request };
        let configured = configure(host, &request, &environment);
        assert!(!format!("{configured:?} {request:?} {environment:?}").contains("canary"));
        configured
    }

    /// The repository, or the error with its hints, and what was said.
    fn shown(&self, request: RepositoryRequest, variables: &[(&str, &str)]) -> String {
        let host = TestHost::default();
        let mut lines = match self.configure(&host, request, variables) {
            Ok(Configured { repository, .. }) => {
                let name = repository.name.map(|name| format!("{name}: ")).unwrap_or_default();
                let index = repository.index_url.map(|url| format!(" index {url}"));
                vec![format!("{name}{}{}", repository.url, index.unwrap_or_default())]
            }
            Err(error) => {
                let hints = error.hints().into_iter().map(|hint| format!("hint: {hint}"));
                std::iter::once(format!("error: {error}")).chain(hints).collect()
            }
        };
        lines.extend(host.messages());
        let text = lines.join("\n").replace(self.base.path().to_str().unwrap(), "[BASE]");
        assert!(!text.contains("canary"), "{text}");
        text.replace(self.home.path().to_str().unwrap(), "[HOME]")
    }

    fn typed(&self, typed: &str) -> String {
        let request =
            RepositoryRequest { typed: Some(typed.into()), ..RepositoryRequest::default() };
        self.shown(request, &[])
    }
}

#[test]
fn names_urls_and_directories() {
    let world = World::with(Some(PYPIRC));
    for (typed, expected) in [
        ("pypi", "pypi: https://upload.pypi.org/legacy/"),
        ("acme", "acme: https://acme.test/up"),
        ("share", "share: file:///srv/index"),
        ("https://me:canary@a.test/x", "https://a.test/x"),
        ("s3://bucket/x", "s3://bucket/x"),
        ("./public", "file://[BASE]/public"),
        ("new/", "file://[BASE]/new"),
        ("public/..", "file://[BASE]"),
        ("~/index", "file://[HOME]/index"),
        ("/srv/index", "file:///srv/index"),
        (
            "public",
            "file://[BASE]/public\nhint: no repository is named `public`: taking it for the directory ./public",
        ),
        (
            "old",
            "old: https://test.pypi.org/legacy/\nwarning: https://testpypi.python.org/pypi is not where uploads go: using \
             https://test.pypi.org/legacy/",
        ),
        (
            "testpypi",
            "testpypi: https://test.pypi.org/legacy/\nwarning: ~/.pypirc, line 11: `username` in [testpypi] has what looks \
             like a comment, which belongs to the value here",
        ),
    ] {
        assert_eq!(world.typed(typed), expected, "{typed}");
    }
}

#[test]
fn what_is_no_repository_is_said_with_what_to_do() {
    let world = World::with(Some(PYPIRC));
    for (typed, expected) in [
        (
            "acne",
            "error: no repository is named `acne`\n\
             hint: did you mean `acme`?\n\
             hint: known are `acme`, `old`, `testpypi`, `nowhere`, `broken`, `share`, `pypi`; others would be sections of \
             ~/.pypirc\n\
             hint: for a directory, write `./acne`",
        ),
        (
            "forgotten",
            "error: ~/.pypirc lists `forgotten` in `index-servers` and has no section [forgotten]\n\
             hint: add a section [forgotten] with `repository`, `username` and `password`, or take the name off the list",
        ),
        (
            "nowhere",
            "error: section [nowhere] of ~/.pypirc has no `repository`\n\
             hint: add `repository = ` with the URL that uploads go to",
        ),
        (
            "broken",
            "error: cannot read the URL that `repository` in [broken] of ~/.pypirc gives: it does not begin with a scheme \
             such as `https:`\n\
             hint: a repository is a URL such as `https://upload.example.org/legacy/`; characters other than letters and \
             digits in its user name and password are percent-encoded",
        ),
        (
            "me:canary@a.test/x",
            "error: cannot read the URL that `--repository` gives: it begins with a host, not with a scheme\n\
             hint: put `https://` before it",
        ),
        (
            "https://me:1/canary@a.test/x",
            "error: cannot read the URL that `--repository` gives: there is an `@` behind its host\n\
             hint: in a user name and a password, write `%2F` for `/`, `%3F` for `?`, `%23` for `#` and `%40` for `@`\n\
             hint: or leave them out of the URL: see `FLIT_USERNAME` and `FLIT_PASSWORD`",
        ),
        (
            "./file",
            "error: [BASE]/file, which `--repository` names, is not a directory\n\
             hint: name a directory to publish into; it need not exist yet",
        ),
    ] {
        assert_eq!(world.typed(typed), expected, "{typed}");
    }
    for (typed, meant) in
        [("pipy", "pypi"), ("PyPI", "pypi"), ("ACME", "acme"), ("test-pypi", "testpypi")]
    {
        let shown = world.typed(typed);
        assert!(shown.contains(&format!("\nhint: did you mean `{meant}`?\n")), "{shown}");
    }
    assert!(!world.typed("zzz").contains("did you mean"));
    assert_eq!(
        World::with(None).typed("file"),
        "error: no repository is named `file`\n\
         hint: known are `pypi`, `testpypi`; others would be sections of ~/.pypirc, which does not exist\n\
         hint: for a directory, write `./file`"
    );
}

#[test]
fn what_is_typed_comes_before_the_environment_and_that_before_pypi() {
    let world = World::with(Some(PYPIRC));
    let flit = ("FLIT_INDEX_URL", "https://me:canary@flit.test/");
    let twine_url = ("TWINE_REPOSITORY_URL", "https://twine.test/");
    let twine = ("TWINE_REPOSITORY", "acme");
    let uv = ("UV_PUBLISH_URL", "https://uv.test/");
    let shown = |typed: Option<&str>, variables: &[(&str, &str)]| {
        let typed = typed.map(str::to_owned);
        world.shown(RepositoryRequest { typed, ..RepositoryRequest::default() }, variables)
    };
    assert_eq!(shown(None, &[]), "pypi: https://upload.pypi.org/legacy/");
    assert_eq!(shown(None, &[uv]), "https://uv.test/");
    assert_eq!(shown(None, &[uv, twine]), "acme: https://acme.test/up");
    assert_eq!(shown(None, &[uv, twine, twine_url]), "https://twine.test/");
    assert_eq!(shown(None, &[uv, twine, twine_url, flit]), "https://flit.test/");
    assert_eq!(shown(None, &[("FLIT_INDEX_URL", "./index")]), "file://[BASE]/index");
    assert_eq!(
        shown(Some("pypi"), &[flit]),
        "pypi: https://upload.pypi.org/legacy/\ninfo: `--repository` was given, so `flit_index_url` is not used"
    );
    assert!(shown(None, &[("FLIT_INDEX_URL", "acme")]).starts_with(
        "error: cannot read the URL that `FLIT_INDEX_URL` gives: it does not begin with a scheme"
    ));
}

#[test]
fn the_index_is_where_the_user_says() {
    let world = World::with(None);
    let shown = |typed: Option<&str>, index_url: Option<&str>, variables: &[(&str, &str)]| {
        let (typed, index_url) = (typed.map(str::to_owned), index_url.map(str::to_owned));
        world.shown(
            RepositoryRequest { typed, index_url, ..RepositoryRequest::default() },
            variables,
        )
    };
    let url = Some("https://a.test/up");
    let check = ("UV_PUBLISH_CHECK_URL", "https://me:canary@a.test/simple/");
    let uv = ("UV_PUBLISH_URL", "https://uv.test/up");
    let typed_index = Some("https://me:canary@b.test/simple");
    assert_eq!(shown(url, None, &[]), "https://a.test/up");
    assert_eq!(shown(url, typed_index, &[check]), "https://a.test/up index https://b.test/simple");
    assert_eq!(shown(url, None, &[check]), "https://a.test/up index https://a.test/simple/");
    assert_eq!(shown(None, None, &[uv, check]), "https://uv.test/up index https://a.test/simple/");
    assert_eq!(shown(url, Some("./simple"), &[]), "https://a.test/up index file://[BASE]/simple");
    // The index of another repository would lie.
    assert_eq!(shown(url, None, &[uv, check]), "https://a.test/up");
    assert_eq!(shown(None, None, &[check]), "pypi: https://upload.pypi.org/legacy/");
}

#[test]
fn a_file_that_cannot_be_read_stops_who_needs_it() {
    let world = World::with(Some("[acme]\nusername = me\ncanary\n"));
    let expected = "error: cannot read ~/.pypirc: line 3 is no `key = value`\nhint: write `key = value`, or `key: value`";
    assert_eq!(world.typed("acme"), expected);
    assert_eq!(world.typed("pypi"), expected);
    assert_eq!(world.typed("https://a.test/"), "https://a.test/");
    assert_eq!(world.typed("./index"), "file://[BASE]/index");
    let named = |path: &str| RepositoryRequest {
        typed: Some("https://a.test/".into()),
        pypirc: Some(path.into()),
        ..RepositoryRequest::default()
    };
    let error = "error: cannot read [BASE]/missing: it cannot be read: there is no such file";
    assert_eq!(world.shown(named("missing"), &[]), error);
    let home = world.home.path().join(".pypirc");
    assert_eq!(world.shown(named(home.to_str().unwrap()), &[]), expected);
}
