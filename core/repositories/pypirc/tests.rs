//! What `.pypirc` files say, and what is odd about them.

use super::*;

fn parse(bytes: &[u8]) -> Result<Pypirc, PypircError> {
    Pypirc::parse(&decoded(bytes)?)
}

#[test]
fn reads_the_one_of_the_founding_readme() {
    let text = b"[distutils]\nindex-servers =\n    pypi\n    testpypi\n\n\
                 [testpypi]\nrepository = https://test.pypi.org/legacy/\nusername:me\npassword:canary\n\n\
                 [pypi]\nusername:you\npassword:secret\n";
    let pypirc = parse(text).unwrap();
    assert_eq!(pypirc.listed, ["pypi", "testpypi"]);
    let section = pypirc.section("testpypi").unwrap();
    assert_eq!(section.text("username").unwrap().as_deref(), Some("me"));
    assert_eq!(section.value("password").unwrap(), Some(&Secret::new("canary")));
    assert_eq!(
        section.value("repository").unwrap().unwrap().expose(),
        "https://test.pypi.org/legacy/"
    );
    assert!(!format!("{pypirc:?}").contains("canary"));
}

#[test]
fn lists_inherits_and_decodes() {
    for (bytes, expected) in [
        (&b"[distutils]\nindex-servers = a  b\tc"[..], "a b c | "),
        (b"[a]\n[server-login]\n[distutils]\n[b]", " | a b login"),
        (b"[DEFAULT]\nusername = me\n[a]\n[b]\nusername = you", " | a=me b=you"),
        (b"\xef\xbb\xbf[a]\r\nUSERNAME: me\r\n", " | a=me"),
        (b"[a]\nusername = b\xe4r", " | a=bär"),
        ("[a]\nusername = bär".as_bytes(), " | a=bär"),
        (b"[a]\nusername =", " | a"),
        (b"", " | "),
    ] {
        let pypirc = parse(bytes).unwrap();
        let username = |section: &Section| {
            let username = section.text("username").unwrap();
            section.name.clone() + &username.map(|name| format!("={name}")).unwrap_or_default()
        };
        let mut shown: Vec<_> = pypirc.sections.iter().map(username).collect();
        shown.extend(pypirc.login.map(|_| "login".to_owned()));
        let shown = format!("{} | {}", pypirc.listed.join(" "), shown.join(" "));
        assert_eq!(shown, expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn refuses_what_is_no_text_and_no_line() {
    let utf_16 = b"\xff\xfe[\0a\0]\0";
    let error = parse(utf_16).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.hint()),
        ("it is not a text in UTF-8", Some("save it as UTF-8"))
    );
    let pypirc = parse(b"[a]\nusername = me\n  password = canary\n").unwrap();
    let error = pypirc.sections[0].text("username").unwrap_err();
    assert_eq!(error.to_string(), "`username` in [a] goes over several lines, from line 2 on");
    assert_eq!(
        error.hint(),
        Some("an indented line continues the value above it: do not indent the next key")
    );
    let directory = tempfile::tempdir().unwrap();
    let error = Pypirc::read(directory.path()).unwrap_err();
    assert_eq!(error.to_string(), "it is no regular file");
    assert!(Pypirc::read(&directory.path().join("x")).unwrap().is_none());
}

#[test]
fn says_what_looks_as_if_it_were_not_part_of_the_value() {
    let comment =
        "line 2: `password` in [a] has what looks like a comment, which belongs to the value here";
    let quotes = "line 2: `password` in [a] has quotes, which belongs to the value here";
    for (value, expected) in [
        ("canary # comment", Some(comment)),
        ("canary ;comment", Some(comment)),
        ("can#ary", None),
        ("can;ary#", None),
        ("#canary", None),
        ("\"canary\"", Some(quotes)),
        ("'canary'", Some(quotes)),
        ("\"canary", None),
        ("\"", None),
        ("", None),
    ] {
        let pypirc = parse(format!("[a]\npassword = {value}").as_bytes()).unwrap();
        assert_eq!(pypirc.sections[0].oddity("password").as_deref(), expected, "{value}");
    }
}

#[test]
fn paths_start_at_home_or_beside_the_file() {
    let path = |text| named_path(text, Path::new("/etc/pypirc"), Some(Path::new("/home/me")));
    for (text, expected) in [
        ("~/ca.pem", "/home/me/ca.pem"),
        ("~", "/home/me"),
        ("~you/ca.pem", "/etc/~you/ca.pem"),
        ("ca.pem", "/etc/ca.pem"),
        ("/ca.pem", "/ca.pem"),
    ] {
        assert_eq!(path(text), Path::new(expected), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn knows_whether_others_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let file = tempfile::NamedTempFile::new().unwrap();
    for (mode, expected) in [(0o600, false), (0o640, true), (0o644, true), (0o700, false)] {
        fs_err::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let pypirc = Pypirc::read(file.path()).unwrap().unwrap();
        assert_eq!(pypirc.is_readable_by_others, expected, "{mode:o}");
    }
}
