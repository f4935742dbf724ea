//! Which password counts, and which user name goes with it.

mod world;

use flit_sdk::testing::TestHost;

use self::world::World;
use super::super::{Environment, RepositoryRequest, configure};
use super::*;

#[test]
fn the_first_password_counts() {
    let world = World::new();
    let flit = ("FLIT_PASSWORD", "canary-flit\n");
    let flit_user = ("FLIT_USERNAME", "me");
    let twine = ("TWINE_PASSWORD", "canary-twine");
    let uv = ("UV_PUBLISH_PASSWORD", "canary-uv");
    let uv_user = ("UV_PUBLISH_USERNAME", "me");
    let stdin = ("stdin", "canary-stdin\r\nmore");
    let with_user = "https://me@acme.test/up";
    for (typed, variables, expected) in [
        ("acme", &[][..], "me:canary-file from [acme] of ~/.pypirc"),
        ("https://acme.test/up/", &[], "me:canary-file from [acme] of ~/.pypirc"),
        (with_user, &[], "me:canary-file from [acme] of ~/.pypirc"),
        ("https://me:canary%20url@acme.test/up", &[], "me:canary url from the URL"),
        (
            "https://me:canary-url@acme.test/up",
            &[uv],
            "me:canary-uv from the URL and `UV_PUBLISH_PASSWORD`",
        ),
        (with_user, &[uv, twine], "me:canary-twine from the URL and `TWINE_PASSWORD`"),
        (with_user, &[uv, twine, flit], "me:canary-flit from the URL and `FLIT_PASSWORD`"),
        (with_user, &[uv, twine, flit, stdin], "me:canary-stdin from the URL and stdin"),
        ("acme", &[flit], "me:canary-flit from [acme] of ~/.pypirc and `FLIT_PASSWORD`"),
        ("acme", &[flit_user], "me:canary-file from [acme] of ~/.pypirc"),
        (
            "https://a.test/",
            &[flit, uv_user],
            "me:canary-flit from `UV_PUBLISH_USERNAME` and `FLIT_PASSWORD`",
        ),
        (
            "https://a.test/",
            &[uv, uv_user],
            "me:canary-uv from `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`",
        ),
        (
            "https://a.test/",
            &[uv, uv_user, ("UV_PUBLISH_TOKEN", "canary-token")],
            "__token__:canary-token from `UV_PUBLISH_TOKEN`",
        ),
        ("inline", &[], "me:canary-inline from the URL in [inline] of ~/.pypirc"),
        ("both", &[], "me:canary-key from [both] of ~/.pypirc"),
        ("https://both.test", &[], "me:canary-key from [both] of ~/.pypirc"),
        ("https://inline.test", &[], "me:canary-inline from the URL in [inline] of ~/.pypirc"),
        ("half", &[], "me:canary-login from [server-login] of ~/.pypirc"),
    ] {
        assert_eq!(world.find(typed, None, variables), expected, "{typed} {variables:?}");
    }
    let request = RepositoryRequest {
        typed: Some("https://a.test/up".into()),
        index_url: Some("https://me:canary-index@a.test/simple".into()),
        ..RepositoryRequest::default()
    };
    assert_eq!(world.found(&request, &[]).0, "me:canary-index from the URL of the index");
    let elsewhere = RepositoryRequest {
        index_url: Some("https://me:canary-index@b.test/simple".into()),
        ..request
    };
    assert!(!world.found(&elsewhere, &[]).0.contains("canary-index"));
}

#[test]
fn a_token_has_a_user_of_its_own() {
    let world = World::new();
    let token = ("FLIT_PASSWORD", " pypi-canary ");
    for (typed, username, variables, expected) in [
        ("pypi", None, &[token][..], "__token__:pypi-canary from `FLIT_PASSWORD`"),
        ("pypi", Some("me"), &[token], "__token__:pypi-canary from `FLIT_PASSWORD`"),
        (
            "testpypi",
            None,
            &[("FLIT_PASSWORD", "canary")],
            "me:canary from [server-login] of ~/.pypirc and `FLIT_PASSWORD`",
        ),
        (
            "https://test.pypi.org/legacy/",
            None,
            &[("FLIT_PASSWORD", "x")],
            "__token__:x from `FLIT_PASSWORD`",
        ),
        (
            "https://a.test",
            Some(""),
            &[("FLIT_PASSWORD", "canary")],
            ":canary from `--username` and `FLIT_PASSWORD`",
        ),
        ("https://a.test", None, &[token], "__token__:pypi-canary from `FLIT_PASSWORD`"),
        (
            "https://a.test",
            Some("me"),
            &[token],
            "me:pypi-canary from `--username` and `FLIT_PASSWORD`",
        ),
        (
            "pypi",
            None,
            &[("TWINE_USERNAME", "me"), ("TWINE_PASSWORD", "canary")],
            "me:canary from `TWINE_USERNAME` and `TWINE_PASSWORD`",
        ),
    ] {
        assert_eq!(world.find(typed, username, variables), expected, "{typed} {username:?}");
    }
}

#[test]
fn a_password_of_somebody_else_or_for_elsewhere_is_not_used() {
    let world = World::new();
    let twine = ("TWINE_PASSWORD", "canary-twine");
    let twine_user = ("TWINE_USERNAME", "me");
    let twine_url = ("TWINE_REPOSITORY_URL", "https://twine.test/");
    let flit_url = ("FLIT_INDEX_URL", "https://flit.test/");
    let uv_url = ("UV_PUBLISH_URL", "https://uv.test/");
    let uv = ("UV_PUBLISH_TOKEN", "canary-uv");
    let tried = |typed: &str, username: Option<&str>, variables: &[(&str, &str)]| {
        let found = world.find(typed, username, variables);
        assert!(!found.contains("canary"), "{found}");
        found
    };
    let other_user =
        tried("acme", Some("you"), &[("FLIT_USERNAME", "me"), ("FLIT_PASSWORD", "canary")]);
    assert!(other_user.contains("`FLIT_PASSWORD`: for another user name\n"), "{other_user}");
    assert!(other_user.contains("[acme] of ~/.pypirc: for another user name\n"), "{other_user}");
    let elsewhere = tried("", None, &[flit_url, twine_url, twine, twine_user, uv_url, uv]);
    assert!(
        elsewhere.contains(
            "`TWINE_PASSWORD`: for another repository, the one in `TWINE_REPOSITORY_URL`\n"
        ),
        "{elsewhere}"
    );
    assert!(elsewhere.contains("`UV_PUBLISH_TOKEN`: for another repository"), "{elsewhere}");
    // No section is for a URL that it does not name, nor is `[server-login]`.
    let url = tried("https://acme.test/other", None, &[]);
    assert!(url.contains("~/.pypirc: no section with this `repository`\n"), "{url}");
}

/// Each program: the variables with a user and a password, and the one that names a repository.
const PROGRAMS: [([(&str, &str); 2], &str); 4] = [
    ([("FLIT_USERNAME", "me"), ("FLIT_PASSWORD", "canary")], "FLIT_INDEX_URL"),
    ([("TWINE_USERNAME", "me"), ("TWINE_PASSWORD", "canary")], "TWINE_REPOSITORY_URL"),
    ([("UV_PUBLISH_USERNAME", "me"), ("UV_PUBLISH_PASSWORD", "canary")], "UV_PUBLISH_URL"),
    ([("UV_PUBLISH_USERNAME", "me"), ("UV_PUBLISH_TOKEN", "canary")], "UV_PUBLISH_URL"),
];

#[test]
fn a_password_never_goes_where_its_program_does_not_name() {
    let (here, there) = ("https://here.test/up", "https://there.test/up");
    let world = World::new();
    let is_used = |typed: &str, variables: &[(&str, &str)]| {
        let found = world.find(typed, None, variables);
        assert_eq!(found.contains("canary"), !found.starts_with('\n'), "{found}");
        found.contains("canary")
    };
    for (own, own_url) in PROGRAMS {
        let with = |url: &[(&'static str, &'static str)]| [&own[..], url].concat();
        let shown = format!("{own:?}");
        // Its own variable alone, the command line, or nobody names the repository.
        assert!(is_used("", &with(&[(own_url, here)])), "{shown}");
        assert!(is_used(here, &with(&[])), "{shown}");
        assert!(is_used("", &with(&[])), "{shown}");
        // The command line names the same one, or another.
        assert!(is_used(here, &with(&[(own_url, "https://here.test/up/")])), "{shown}");
        assert!(!is_used(here, &with(&[(own_url, there)])), "{shown}");
        for (_, other_url) in PROGRAMS.into_iter().filter(|(_, url)| *url != own_url) {
            let shown = format!("{shown} {other_url}");
            assert!(!is_used("", &with(&[(other_url, here)])), "{shown}");
            assert!(is_used("", &with(&[(own_url, here), (other_url, here)])), "{shown}");
            assert!(is_used(here, &with(&[(own_url, here), (other_url, there)])), "{shown}");
            assert!(!is_used(here, &with(&[(own_url, there), (other_url, here)])), "{shown}");
        }
    }
}

#[test]
fn a_name_in_the_environment_means_what_it_means_to_twine() {
    let world = World::new();
    let twine = [("TWINE_USERNAME", "me"), ("TWINE_PASSWORD", "canary-twine")];
    let is_used = |typed: &str, more: &[(&str, &str)]| {
        world.find(typed, None, &[&twine, more].concat()).contains("canary-twine")
    };
    let both = ("TWINE_REPOSITORY", "both");
    assert!(is_used("", &[both]));
    assert!(is_used("both", &[both]));
    assert!(is_used("https://both.test", &[both]));
    assert!(!is_used("inline", &[both]));
    assert!(is_used("https://test.pypi.org/legacy/", &[("TWINE_REPOSITORY", "testpypi")]));
    assert!(!is_used("pypi", &[("TWINE_REPOSITORY", "testpypi")]));
    // The URL counts where both are set.
    assert!(!is_used("both", &[both, ("TWINE_REPOSITORY_URL", "https://a.test/")]));
    // Who is left out is told why.
    let variables = [&twine[..], &[("UV_PUBLISH_URL", "https://a.test/")]].concat();
    let found = world.find("", None, &variables);
    let reason = "`TWINE_PASSWORD`: not for the repository that `UV_PUBLISH_URL` names\n";
    assert!(found.contains(reason), "{found}");
}

#[cfg(unix)]
#[test]
fn the_keyring_is_asked_for_what_flit_keeps_there() {
    let pypi = "https://upload.pypi.org/legacy/";
    let asked = |world: &World| {
        fs_err::read_to_string(world.0.path().join("asked")).unwrap_or_default().replace('\n', " ")
    };
    for (typed, username, entry, expected, questions) in [
        (
            "pypi",
            None,
            format!("{pypi} pypi_token:project:de-mo"),
            "__token__:canary from the keyring (`pypi_token:project:de-mo`)",
            "pypi_token:project:de-mo ",
        ),
        (
            "pypi",
            None,
            format!("{pypi} pypi_token:user:somebody"),
            "__token__:canary from the keyring (`pypi_token:user:somebody`)",
            "pypi_token:project:de-mo pypi_token:user:somebody ",
        ),
        (
            "https://a.test/",
            Some("me"),
            "https://a.test/ me".into(),
            "me:canary from `--username` and the keyring (`me`)",
            "pypi_token:project:de-mo pypi_token:user:me me ",
        ),
        (
            "testpypi",
            Some("__token__"),
            "https://test.pypi.org/legacy/ __token__".into(),
            "__token__:canary from `--username` and the keyring (`__token__`)",
            "pypi_token:project:de-mo __token__ ",
        ),
        (
            "https://a.test/",
            None,
            "https://b.test/ me".into(),
            "\n`FLIT_USERNAME` and `FLIT_PASSWORD`: not set\n\
             `TWINE_USERNAME` and `TWINE_PASSWORD`: not set\n\
             `UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`: not set\n\
             the URL: no user name in it\n\
             ~/.pypirc: no section with this `repository`\n\
             the keyring: no `pypi_token:project:de-mo` for this URL\n\
             ~/.netrc: not there",
            "pypi_token:project:de-mo ",
        ),
    ] {
        // The `[pypi]` section has a user name alone; `[server-login]` is another user's.
        let world = World::new().keyring(&[(&entry, "canary")]);
        assert_eq!(world.find(typed, username, &[]), expected, "{entry}");
        assert_eq!(asked(&world), questions, "{entry}");
    }
    let world = World::new().keyring(&[]);
    drop(world.find("acme", None, &[]));
    assert_eq!(asked(&world), "", "nobody asks for what is known");
}

#[cfg(unix)]
#[test]
fn netrc_is_the_last_place() {
    let netrc = "machine a.test login me password canary-netrc";
    let world = World::new().file(".netrc", netrc).keyring(&[]);
    let found = "me:canary-netrc from ~/.netrc";
    assert_eq!(world.find("https://a.test:8443/", None, &[]), found);
    assert_eq!(world.find("https://a.test/", Some("me"), &[]), found);
    let elsewhere = world.0.path().join("elsewhere");
    fs_err::write(&elsewhere, "machine a.test login me password canary-2").unwrap();
    let variable = [("NETRC", elsewhere.to_str().unwrap())];
    assert_eq!(world.find("https://a.test/", None, &variable), "me:canary-2 from ~/elsewhere");
    let broken = world.keyring(&[("https://a.test/ me", "x\ny")]);
    assert_eq!(broken.find("https://a.test/", Some("me"), &[]), found);
    let nobody = broken.find("https://a.test/", Some("you"), &[]);
    assert!(nobody.ends_with("\n~/.netrc: no password of this user on this host"), "{nobody}");
}

#[test]
fn half_of_it_is_kept_for_the_question() {
    let world = World::new();
    assert!(world.find("https://a.test/", Some("me"), &[]).starts_with("(me)\n"));
    let password = world.find("https://a.test/", None, &[("FLIT_PASSWORD", "canary")]);
    assert!(password.starts_with("(canary)\n"), "{password}");
    assert!(password.ends_with("\n`FLIT_PASSWORD`: a password without a user name"), "{password}");
}

#[test]
fn a_certificate_may_be_all_that_is_wanted() {
    let world =
        World::new().file("me.pem", "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n");
    let request = RepositoryRequest {
        typed: Some("https://a.test/".into()),
        client_cert: Some(world.0.path().join("me.pem")),
        ..RepositoryRequest::default()
    };
    let is_enough = |request: &RepositoryRequest, username: Option<&str>| {
        let request =
            RepositoryRequest { username: username.map(str::to_owned), ..request.clone() };
        let host = TestHost::default();
        let configured = configure(&host, &request, &Environment::default()).unwrap();
        configured.find(&host, &ProjectName::parse("demo").unwrap()).unwrap().is_certificate_enough
    };
    assert!(is_enough(&request, None));
    assert!(!is_enough(&request, Some("me")));
    assert!(!is_enough(&RepositoryRequest { client_cert: None, ..request }, None));
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    let world = World::new();
    let url = "http://me:canary@a.test/";
    assert_eq!(
        world.find(url, None, &[]),
        "error: refusing to send credentials to http://a.test/: anybody on the way could read them"
    );
    assert_eq!(world.find("http://me:canary@127.0.0.1:1/", None, &[]), "me:canary from the URL");
    let request = RepositoryRequest {
        typed: Some(url.into()),
        allows_plain_http: true,
        ..RepositoryRequest::default()
    };
    assert_eq!(world.found(&request, &[]).0, "me:canary from the URL");
}

#[cfg(unix)]
#[test]
fn a_password_that_others_can_read_is_used_with_a_warning() {
    let world = World::new().mode(".pypirc", 0o644);
    let typed = |typed: &str| RepositoryRequest { typed: Some(typed.into()), ..Default::default() };
    assert_eq!(
        world.found(&typed("acme"), &[]),
        (
            "me:canary-file from [acme] of ~/.pypirc".into(),
            vec!["warning: other users can read ~/.pypirc, which holds a password: `chmod 600 ~/.pypirc`".into()]
        )
    );
    assert!(world.found(&typed("acme"), &[("FLIT_PASSWORD", "x")]).1.is_empty());
}

#[test]
fn what_stdin_does_not_say_is_an_error() {
    for (input, expected) in [
        (&b""[..], "cannot read the password from stdin: it is empty"),
        (b"\n", "cannot read the password from stdin: it is empty"),
        (b"\xff", "cannot read the password from stdin: it is not UTF-8"),
    ] {
        assert_eq!(first_line(input).unwrap_err().to_string(), expected);
    }
    assert_eq!(first_line("\u{feff}can ary \r\n".as_bytes()).unwrap(), Secret::new("can ary "));
}

#[test]
fn variables_that_are_no_text_are_left_out_with_a_warning() {
    #[cfg(unix)]
    {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        let environment = Environment::of([("FLIT_PASSWORD", OsStr::from_bytes(b"canary\xff"))]);
        let host = TestHost::default();
        drop(configure(&host, &RepositoryRequest::default(), &environment).unwrap());
        assert_eq!(host.messages(), ["warning: `flit_password` is not utf-8: it is left out"]);
    }
}
