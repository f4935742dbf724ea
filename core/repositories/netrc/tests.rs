//! What `.netrc` files say.

use super::*;

fn shown(text: &str, host_name: &str) -> String {
    let login = |login: Login| {
        let password = login.password.map(|password| password.expose().to_owned());
        format!("{}:{}", login.username.unwrap_or_default(), password.unwrap_or_default())
    };
    logins(text, host_name).into_iter().map(login).collect::<Vec<_>>().join(" ")
}

#[test]
fn reads_logins() {
    for (text, expected) in [
        ("machine a.test login me password canary", "me:canary"),
        ("machine a.test\n  login me\n  password canary\n", "me:canary"),
        ("machine A.Test user me password canary", "me:canary"),
        ("machine b.test login me password x\nmachine a.test password canary", ":canary"),
        ("machine a.test login me password \"can \\\"ary\" account x", "me:can \"ary"),
        ("machine a.test login me password #canary", "me:#canary"),
        ("# machine a.test login x\nmachine a.test login me # no\npassword canary", "me:canary"),
        ("macdef x\nmachine a.test login no\n\nmachine a.test login me password c", "me:c"),
        ("machine a.test login a password 1 machine a.test login b password 2", "a:1 b:2"),
        ("default login me password canary", ""),
        ("login me password canary", ""),
        ("machine a.test", ":"),
        ("machine", ""),
        ("machine a.test password", ":"),
        ("machine a.test password \"can", ":can"),
        ("machine a.test password \\", ":"),
        ("macdef", ""),
        ("", ""),
    ] {
        assert_eq!(shown(text, "a.test"), expected, "{text}");
    }
}

#[test]
fn finds_the_login_of_the_user_and_says_why_not() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| (directory.path().join(name), format!("~/{name}"));
    let netrc = Netrc::at(vec![file(".netrc"), file("_netrc")]);
    let look = |host_name: &str, username: Option<&str>| match netrc.login(host_name, username) {
        Answer::Found(file, login) => format!("{file}: {login:?}"),
        Answer::Nothing(file, reason) => format!("{file}: {reason}"),
    };
    assert_eq!(look("a.test", None), "~/.netrc: not there");
    let text = "machine a.test login me\nmachine a.test login you password canary";
    fs_err::write(directory.path().join("_netrc"), text).unwrap();
    let found = r#"~/_netrc: Login { username: Some("you"), password: Some([redacted]) }"#;
    assert_eq!(look("a.test", None), found);
    assert_eq!(look("a.test", Some("you")), found);
    assert_eq!(look("a.test", Some("me")), "~/_netrc: no password of this user on this host");
    assert_eq!(look("b.test", None), "~/_netrc: no login on this host");
    fs_err::create_dir(directory.path().join(".netrc")).unwrap();
    assert_eq!(look("a.test", None), "~/.netrc: it is no regular file");
}
