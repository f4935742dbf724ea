//! `flit info`: the settled metadata and who set each field.

use crate::support::{Program, demo};

#[test]
fn shows_the_metadata_and_who_set_it() {
    for program in Program::ALL {
        let outcome = demo(program).run(&["info", "--explain"]);
        insta::allow_duplicates! { insta::assert_snapshot!(outcome.shown(), @"
        exit code: 0
        ----- stdout
        Metadata-Version: 1.2
        Name: foobar  (flit-ini)
        Version: 0.1  (module)
        Summary: An amazing sample package!  (module)
        Home-page: http://github.com/sirrobin/foobar  (flit-ini)
        Author: Sir Robin  (flit-ini)
        Author-email: robin@camelot.uk  (flit-ini)
        License: UNKNOWN  (flit-ini)
        Module: foobar (foobar.py, 1 file)
        Entry-Point: console_scripts: foobar = foobar:main
        "); }
    }
}

#[test]
fn with_json_messages_the_object_is_one_line_among_them() {
    let stdout = demo(Program::Linked).run(&["info", "--message-format", "json"]).success();
    let info: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&info["reason"], &info["metadata"]["name"]), (&"project".into(), &"foobar".into()));
    assert_eq!(stdout.lines().count(), 1);
}

#[test]
fn nothing_that_is_shown_steers_the_terminal() {
    let sandbox = demo(Program::Linked).file(
        "flit.ini",
        "[metadata]\nmodule=foobar\nauthor=\u{1b}]0;x\u{7}\nauthor-email=a@b.org\nhome-page=http://b.org\n",
    );
    let stdout = sandbox.run(&["info"]).success();
    assert!(stdout.contains(r"Author: \u{1b}]0;x\u{7}"), "{stdout}");
}

#[test]
fn json_is_one_object() {
    let stdout = demo(Program::Linked).run(&["info", "--json"]).success();
    let info: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(info["metadata"]["name"], "foobar");
    assert_eq!(info["metadata"]["version"], "0.1");
    assert_eq!(info["origins"]["version"], "module");
    assert_eq!(info["entry_points"]["console_scripts"]["foobar"], "foobar:main");
    assert_eq!(info["module"]["files"], serde_json::json!(["foobar.py"]));
}
