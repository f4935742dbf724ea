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
        Module: foobar (foobar.py, 1 files)
        Entry-Point: console_scripts: foobar = foobar:main
        "); }
    }
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
