//! What texts say of places.

use std::fmt::Write as _;

use super::*;

fn read(text: &str) -> String {
    match Place::of_url(text, "`--repository`") {
        Err(error) => {
            assert!(!format!("{error} {error:?} {:?}", error.hints()).contains("canary"), "{text}");
            format!("error: {error}")
        }
        Ok(place) => {
            assert!(!format!("{place:?}").contains("canary"), "{text}");
            let (place, note) = place.mended();
            let mut shown = place.url.to_string();
            if let Some(username) = &place.username {
                write!(shown, " user={username}").unwrap();
            }
            if let Some(password) = &place.password {
                write!(shown, " password={}", password.expose()).unwrap();
            }
            if let Some(note) = note {
                write!(shown, " note={note}").unwrap();
            }
            shown
        }
    }
}

#[test]
fn takes_user_and_password_off_every_url() {
    for (text, expected) in [
        ("https://upload.pypi.org/legacy/", "https://upload.pypi.org/legacy/"),
        ("https://me:canary@a.test/x/", "https://a.test/x/ user=me password=canary"),
        ("https://m%40e:can%2Fary%20%25@a.test/", "https://a.test/ user=m@e password=can/ary %"),
        ("https://me:can@ary@a.test/", "https://a.test/ user=me password=can@ary"),
        ("https://:canary@a.test/", "https://a.test/ password=canary"),
        ("https://me@a.test/", "https://a.test/ user=me"),
        ("https://me:100%@a.test/", "https://a.test/ user=me password=100%"),
        ("https://a.test", "https://a.test/"),
        ("  https://a.test/x?y=z ", "https://a.test/x?y=z"),
        ("HTTP://A.Test:80/", "http://a.test/"),
        ("https://pkgs.a.test/feed@Release/upload", "https://pkgs.a.test/feed@Release/upload"),
        ("s3://key:canary@bucket/x", "s3://bucket/x user=key password=canary"),
        ("s3://bucket/x", "s3://bucket/x"),
        ("drop:/path", "drop:/path"),
        ("file:///srv/./a b/../index/", "file:///srv/index"),
        ("file://localhost/srv/index", "file:///srv/index"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn uploads_to_pypi_go_where_pypi_takes_them() {
    let pypi = "https://upload.pypi.org/legacy/";
    let testpypi = "https://test.pypi.org/legacy/";
    for (text, right) in [
        ("https://upload.pypi.org/legacy", pypi),
        ("http://upload.pypi.org/legacy/", pypi),
        ("https://pypi.org/legacy/", pypi),
        ("https://pypi.python.org/pypi", pypi),
        ("http://pypi.python.org/pypi", pypi),
        ("https://upload.pypi.io/legacy/", pypi),
        ("https://testpypi.python.org/pypi", testpypi),
        ("https://test.pypi.org/legacy", testpypi),
        ("https://test.pypi.org/simple/", testpypi),
    ] {
        let expected = format!("{right} note={text} is not where uploads go: using {right}");
        assert_eq!(read(text), expected, "{text}");
    }
    // Some keep a token for each project under a made-up query.
    assert_eq!(
        read("https://upload.pypi.org/legacy?demo"),
        "https://upload.pypi.org/legacy/?demo note=https://upload.pypi.org/legacy?demo is not where uploads go: using \
         https://upload.pypi.org/legacy/?demo"
    );
    // Who gives a port is not talking to PyPI.
    assert_eq!(read("https://upload.pypi.org:8443/x"), "https://upload.pypi.org:8443/x");
}

#[test]
fn an_error_never_shows_the_url() {
    let encode = "error: cannot read the URL that `--repository` gives";
    for (text, expected) in [
        ("https://", "empty host"),
        ("https://me:canary/x@a.test/", "invalid port number"),
        ("https://me:canary#x@a.test/", "invalid port number"),
        ("https://me:12/canary@a.test/", "there is an `@` behind its host"),
        ("https://me?canary@a.test/", "there is an `@` behind its host"),
        ("https://me:can%FFary@a.test/", "its user name or password is not UTF-8"),
        ("canary", "it does not begin with a scheme such as `https:`"),
        ("a.test:8080/canary", "it begins with a host, not with a scheme"),
        ("localhost:8080/canary", "it begins with a host, not with a scheme"),
        ("devpi:8080/canary", "it begins with a host, not with a scheme"),
        ("me:canary@a.test/", "it begins with a host, not with a scheme"),
        ("file://canary/srv/index", "a `file:` URL has no host, as in `file:///srv/index`"),
        ("file:canary", "a `file:` URL has an absolute path, as in `file:///srv/index`"),
        ("https://[canary/", "invalid IPv6 address"),
        ("https://can ary/", "invalid international domain name"),
    ] {
        assert_eq!(read(text), format!("{encode}: {expected}"), "{text}");
    }
}

#[test]
fn tells_urls_from_directories_and_names() {
    for (text, expected) in [
        ("https://a.test/", Kind::Url),
        ("s3:x", Kind::Url),
        ("localhost:8080", Kind::Url),
        ("./index", Kind::Directory),
        ("index/", Kind::Directory),
        ("/srv/index", Kind::Directory),
        ("~/index", Kind::Directory),
        ("..", Kind::Directory),
        (".", Kind::Directory),
        ("c:/index", Kind::Directory),
        ("testpypi", Kind::Word),
        ("test.pypi.org", Kind::Word),
        ("", Kind::Word),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn plain_protocols_to_another_machine_are_not_private() {
    for (text, expected) in [
        ("https://a.test/", true),
        ("file:///srv", true),
        ("s3://bucket/", true),
        ("http://localhost:8080/", true),
        ("http://localhost./", true),
        ("http://127.0.0.1/", true),
        ("http://127.9.9.9/", true),
        ("http://[::1]:8080/", true),
        ("http://[::ffff:127.0.0.1]/", true),
        ("http://a.test/", false),
        ("http://localhost.a.test/", false),
        ("http://10.0.0.1/", false),
        ("http://127.0.0.1.a.test/", false),
        ("http://0.0.0.0/", false),
        ("drop:/path", true),
        ("wss://a.test/", true),
        ("sftp://a.test/", true),
        ("mirror+https://a.test/", true),
        ("ftp://a.test/", false),
        ("ftp://[::1]/", true),
        ("ws://a.test/", false),
        ("mirror+http://a.test/", false),
        ("mirror+http://127.0.0.1:80/", true),
        ("mirror+http://localhost/", true),
        ("rsync://a.test/", false),
    ] {
        assert_eq!(Place::of_url(text, "x").unwrap().is_private(), expected, "{text}");
    }
}

#[test]
fn directories_are_absolute_and_need_not_exist() {
    let tree = tempfile::tempdir().unwrap();
    let base = tree.path().canonicalize().unwrap();
    fs_err::create_dir_all(base.join("real/inner")).unwrap();
    fs_err::write(base.join("file"), "").unwrap();
    let url = |path: &str| match Place::of_directory(&base.join(path), "`--repository`") {
        Ok(place) => place.url.to_string().replace(base.to_str().unwrap(), ""),
        Err(error) => error.to_string().replace(base.to_str().unwrap(), ""),
    };
    assert_eq!(url("./new/./index/"), "file:///new/index");
    assert_eq!(url("a b%/ü"), "file:///a%20b%25/%C3%BC");
    assert_eq!(url("new/../index"), "file:///index");
    assert_eq!(url("file"), "/file, which `--repository` names, is not a directory");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(base.join("real/inner"), base.join("link")).unwrap();
        assert_eq!(url("link"), "file:///link");
        assert_eq!(url("link/../index"), "file:///real/index");
    }
}
