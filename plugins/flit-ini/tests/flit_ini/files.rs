//! The files beside flit.ini: the module, the readme, licenses and entry points.

use flit_sdk::model::{CoreMetadata, Field};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use flit_sdk::{Fragment, MetadataRequest};

use crate::support::{REQUIRED, discover, read, show, tree};

fn with(rest: &str) -> SourceTreeBuilder {
    tree(format!("{REQUIRED}{rest}"))
}

#[test]
fn the_suffix_tells_the_type_of_the_description() {
    for (path, content_type, version) in [
        ("README.rst", None, "1.2"),
        ("docs/README.MD", Some("text/markdown"), "2.1"),
        ("README.txt", Some("text/plain"), "2.1"),
    ] {
        let tree = with(&format!("description-file = ./{path}")).file(path, "Read\r\nme\n");
        let (layout, fragment, messages) = read(&tree).unwrap();
        assert_eq!(layout.readme_path.as_deref(), Some(path));
        assert_eq!(fragment.metadata.text(Field::DescriptionContentType), content_type);
        assert_eq!(fragment.metadata.metadata_version().to_string(), version);
        assert!(fragment.metadata.render().ends_with("\n\nRead\nme\n\n"));
        assert_eq!(messages, [""; 0]);
    }
    let (_, _, messages) = read(&with("description-file = README").file("README", "")).unwrap();
    assert_eq!(
        messages,
        [
            "warning: `readme` will be shown as restructuredtext: its suffix is not .rst, .md or .txt"
        ]
    );
}

#[test]
fn license_files_are_found_copying_first() {
    let tree = with("")
        .file("LICENSE.txt", "")
        .file("LICENSE", "")
        .file("COPYING.b", "")
        .file("COPYING.a", "")
        .file("LICENSES/MIT", "")
        .file("license", "")
        .file("NOTICE", "");
    let (_, fragment, _) = read(&tree).unwrap();
    assert_eq!(
        fragment.metadata.list(Field::LicenseFile),
        ["COPYING.a", "COPYING.b", "LICENSE", "LICENSE.txt"]
    );
}

#[test]
fn entry_points_come_from_the_file_that_is_named_or_the_one_beside() {
    let content =
        "[z.group]\nB = demo.b\na : demo:a [extra]\n[empty]\n[console_scripts]\nx=demo:x\n";
    let rendered = "[console_scripts]\nx=demo:x\n\n[z.group]\na=demo:a [extra]\nb=demo.b\n\n";
    let beside = with("").file("entry_points.txt", content);
    let named = with("entry-points-file = etc/points.ini")
        .file("etc/points.ini", content)
        .file("entry_points.txt", "not looked at");
    for (tree, path) in [(beside, "entry_points.txt"), (named, "etc/points.ini")] {
        let (layout, fragment, _) = read(&tree).unwrap();
        assert_eq!(layout.needed_files, [path]);
        assert_eq!(fragment.entry_points.render(), rendered);
    }
}

#[test]
fn scripts_join_the_entry_points_of_the_file() {
    let tree = with("[scripts]\nx=demo:x\n").file("entry_points.txt", "[g]\na=demo\n");
    let (_, fragment, _) = read(&tree).unwrap();
    assert_eq!(fragment.entry_points.render(), "[console_scripts]\nx=demo:x\n\n[g]\na=demo\n\n");
}

#[test]
fn messages_about_entry_points() {
    for (rest, content, message) in [
        (
            "[scripts]\nx=demo:x\n",
            "[console_scripts]\nx=demo:x\n",
            "flit.ini:6:2+7: commands are declared twice: in [scripts] and as `console_scripts` in entry_points.txt\
             \n  hint: declare all of them in one of the two places",
        ),
        (
            "",
            "[g]\nok=demo\na=no-module\n",
            "entry_points.txt:3:3+9: entry point `a` of group `g` cannot be used\
             \n  cause: `no-module` is not an object reference such as `package.module:function`",
        ),
        (
            "",
            "[g]\na=x\na=y\nb\n",
            "entry_points.txt:3:1+1: entry_points.txt has 2 problems\
             \n  cause: line 3: `a` is given twice in [g], in lines 2 and 3\
             \n  cause: line 4: this line has neither `=` nor `:` (write `key = value`; indent the line if it continues the value above)",
        ),
    ] {
        let error = read(&with(rest).file("entry_points.txt", content)).unwrap_err();
        assert_eq!(show(&error), message);
    }
}

#[test]
fn messages_about_named_files() {
    for (rest, message) in [
        (
            "description-file = README.rst",
            "flit.ini:6:20+10: the file that `description-file` names cannot be used\
             \n  cause: `README.rst` does not exist",
        ),
        (
            "description-file = ../README.rst",
            "flit.ini:6:20+13: the file that `description-file` names cannot be used\
             \n  cause: `../README.rst` is outside the source tree\
             \n  hint: name a path relative to the directory of the configuration file, and inside it",
        ),
        (
            "entry-points-file = /etc/passwd",
            "flit.ini:6:21+11: the file that `entry-points-file` names cannot be used\
             \n  cause: `/etc/passwd` is an absolute path\
             \n  hint: name a path relative to the directory of the configuration file, and inside it",
        ),
        (
            "entry-points-file =",
            "flit.ini:6:1+17: `entry-points-file` names no file\
             \n  hint: name a file, or remove the key",
        ),
        (
            "description-file =",
            "flit.ini:6:1+16: `description-file` names no file\
             \n  hint: name a file, or remove the key",
        ),
        (
            "description-file = ./docs/..",
            "flit.ini:6:20+9: `description-file` names no file\
             \n  hint: name a file, or remove the key",
        ),
    ] {
        assert_eq!(show(&read(&with(rest)).unwrap_err()), message);
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_tree_are_refused() {
    let elsewhere = SourceTreeBuilder::new().file("secret", "");
    let secret = elsewhere.path().join("secret");
    for (name, prefix) in [
        ("README.rst", "the file that `description-file` names cannot be used"),
        ("LICENSE", "`LICENSE` is a link that leads out of the source tree"),
    ] {
        let rest = if name == "LICENSE" { "" } else { "description-file = README.rst" };
        let tree = with(rest);
        flit_sdk::testing::symlink(&secret, tree.path().join(name));
        let error = read(&tree).unwrap_err();
        assert!(error.message.starts_with(prefix), "{error}");
        assert_eq!(error.hints, ["copy the file into the source tree instead of linking to it"]);
    }
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_what_a_fifo_will_say() {
    let named = "the file that `description-file` names cannot be used";
    for (name, rest, message) in [
        ("flit.ini", "", "`flit.ini` is not a file".into()),
        (
            "README.rst",
            "description-file = README.rst",
            format!("flit.ini:6:20+10: {named}\n  cause: `README.rst` is not a file"),
        ),
        (
            "points",
            "entry-points-file = points",
            "flit.ini:6:21+6: the file that `entry-points-file` names cannot be used\
             \n  cause: `points` is not a file"
                .into(),
        ),
        ("LICENSE", "", "`LICENSE` is not a file".into()),
    ] {
        let tree = with(rest);
        if name == "flit.ini" {
            fs_err::remove_file(tree.path().join(name)).unwrap();
        }
        flit_sdk::testing::make_fifo(tree.path().join(name));
        assert_eq!(show(&read(&tree).unwrap_err()), message);
    }
}

#[test]
fn a_readme_that_is_not_utf8() {
    let tree = with("description-file = README.rst").file("README.rst", b"one\nab\xff\n");
    assert_eq!(
        show(&read(&tree).unwrap_err()),
        "README.rst:2:3+1: `README.rst` is not UTF-8\
         \n  hint: the byte 0xff is where UTF-8 ends; save the file as UTF-8"
    );
}

#[test]
fn a_module_that_is_missing_or_ambiguous() {
    let tree = SourceTreeBuilder::new().file("flit.ini", REQUIRED);
    let path = tree.path().display().to_string();
    assert_eq!(
        show(&read(&tree).unwrap_err()).replace(&path, "TREE"),
        "flit.ini:2:8+4: no file or folder found for module `demo`\
         \n  hint: looked for demo/, demo.py, src/demo/, src/demo.py in TREE"
    );
    let tree = tree.file("demo.py", "").file("demo/__init__.py", "");
    assert_eq!(
        show(&read(&tree).unwrap_err()),
        "flit.ini:2:8+4: several files or folders could be module `demo`: demo/, demo.py\
         \n  hint: rename or remove all but one of them"
    );
}

#[test]
fn another_sources_layout_is_none_of_its_business() {
    let tree = tree(REQUIRED);
    let layout = discover(&tree.path(), None).unwrap().unwrap();
    let request = MetadataRequest {
        layout: &layout,
        is_layout_source: false,
        settled: &CoreMetadata::default(),
        wanted: &[Field::Version],
        python: None,
        may_run_project_code: true,
    };
    let plugin = flit_plugin_flit_ini::PLUGIN.metadata.unwrap();
    assert_eq!(plugin.metadata(&TestHost::default(), &request), Ok(Fragment::default()));
}
