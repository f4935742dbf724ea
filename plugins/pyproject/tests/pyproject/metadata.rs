//! The metadata stage: what goes beyond the texts that flit writes.

use flit_sdk::model::{Field, Layout};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};
use flit_sdk::{ErrorKind, Fragment};

use crate::support::{discover, metadata, project, read, rendered, shown, tree};

fn fragment(tree: &SourceTreeBuilder) -> Fragment {
    read(&TestHost::default(), tree).expect("the tree is fine").1
}

fn messages(tree: &SourceTreeBuilder) -> Vec<String> {
    let host = TestHost::default();
    read(&host, tree).expect("the tree is fine");
    host.messages()
}

fn layout(tree: &SourceTreeBuilder) -> Layout {
    let layout = discover(&TestHost::default(), tree, None).expect("the tree is fine");
    layout.expect("the tree is of the plugin's kind")
}

#[test]
fn says_nothing_of_the_layouts_of_others() {
    let layout = layout(&project(""));
    assert_eq!(metadata(&TestHost::default(), &layout, false), Ok(Fragment::default()));
}

#[test]
fn only_dynamic_fields_stay_open() {
    let fixed = fragment(&project(""));
    assert_eq!((fixed.dynamic, fixed.open_ended, fixed.found_in_source), (vec![], false, true));
    let open = |dynamic: &str| {
        let toml = format!("[project]\nname = \"demo\"\ndynamic = {dynamic}\n");
        fragment(&tree(toml)).dynamic
    };
    assert_eq!(open("[\"description\", \"version\"]"), [Field::Version, Field::Summary]);
    assert_eq!(
        open("[\"version\", \"description\", \"readme\", \"dependencies\", \"import-names\"]"),
        [
            Field::Version,
            Field::Summary,
            Field::DescriptionContentType,
            Field::RequiresDist,
            Field::Description
        ]
    );
    let old = fragment(&tree("[tool.flit.metadata]\nmodule = \"demo\"\nauthor = \"A\"\n"));
    assert_eq!(old.dynamic, [Field::Version, Field::Summary]);
    assert!(!old.open_ended);
}

#[test]
fn line_ends_are_those_of_python() {
    let fragment = fragment(
        &project("readme = \"README.md\"\nkeywords = [\"a\\u2028b\", \"c\\fd\"]")
            .file("README.md", "\u{feff}one\r\ntwo\rthree"),
    );
    assert!(rendered(&fragment).contains("\nKeywords: a\n        b,c\n        d\n"));
    assert!(rendered(&fragment).ends_with("\n\n\u{feff}one\ntwo\nthree\n"));
}

#[test]
fn a_file_may_have_crlf() {
    let text = "[project]\r\nname = \"demo\"\r\nversion = \"1\"\r\ndescription = '''a\r\nb'''\r\n";
    assert!(rendered(&fragment(&tree(text))).contains("\nSummary: a\n        b\n"));
}

#[test]
fn tells_what_the_user_should_look_at() {
    for (more, files, expected) in [
        (
            "readme = \"README\"",
            &["README"][..],
            &[
                "warning: the type of the readme `readme` is not known by its suffix",
                "hint: the known suffixes are .rst, .md and .txt",
            ][..],
        ),
        (
            "license = {text = \"mit\"}",
            &[],
            &[
                "warning: the text of `project.license` is not written into the metadata",
                "hint: write the license as an expression: `license = \"mit\"`",
            ],
        ),
        (
            "license = {text = \"All mine\"}",
            &[],
            &["warning: the text of `project.license` is not written into the metadata"],
        ),
        (
            "license = {text = \"MIT\"}\nclassifiers = [\"Topic :: A\", \"License :: B\"]",
            &[],
            &[
                "hint: write the license as an expression: `license = \"mit\"`, without the classifier `license :: b`",
            ],
        ),
        ("license = {text = \"All mine\"}\nclassifiers = [\"License :: B\"]", &[], &[]),
        (
            "[project.entry-points.g]\na = \"x y\"",
            &[],
            &[
                "warning: `project.entry-points.g.a` is not valid: `x y` is not an object reference \
               such as `package.module:function`",
            ],
        ),
    ] {
        let tree = files.iter().fold(project(more), |tree, name| tree.file(name, "x"));
        assert_eq!(messages(&tree), expected, "{more}");
    }
    let version = tree("[project]\nname='demo'\nversion='v1.0-1'\ndescription='''a\nb'''\n");
    assert_eq!(
        messages(&version),
        [
            "warning: the version `v1.0-1` is written as `1.0.post1`",
            "warning: `project.description` goes over several lines, which pypi refuses",
        ]
    );
    let old = "[tool.flit.metadata]\nmodule='demo'\nauthor='A'\ndev-requires=['a']\n";
    assert_eq!(
        messages(&tree(old)),
        ["warning: `dev-requires` is obsolete: it becomes the extra `dev`"]
    );
}

#[test]
fn stubs_have_nothing_to_read_a_version_from() {
    let toml = "[project]\nname = \"a-stubs\"\ndescription = \"d\"\ndynamic = [\"version\"]\n";
    let tree = tree(toml).file("a-stubs/__init__.pyi", "");
    let error = metadata(&TestHost::default(), &layout(&tree), true).unwrap_err();
    assert_eq!(
        shown(&error, &tree.path()),
        "pyproject.toml:4:12+9: `version` cannot be dynamic in a package of stubs, which has no module \
         to read it from\nhint: set `version` in [project]\n"
    );
}

#[test]
fn findings_are_told_together_in_the_order_of_the_file() {
    let tree = tree(
        "[project]\nname = \"demo\"\nversion = \"x\"\nlicence = \"MIT\"\nkeywords = \"a\"\n\
         dynamic = [\"description\"]\n",
    );
    let error = read(&TestHost::default(), &tree).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidProject);
    assert_eq!(
        shown(&error, &tree.path()),
        "pyproject.toml:3:11+3: `project.version` is not valid: `x` is not a valid version: \
         expected version to start with a number, but no leading ASCII digits were found\n\
         hint: also wrong: pyproject.toml:4: `project.licence` is not a key of [project] \
         (did you mean `license`?)\n\
         hint: also wrong: pyproject.toml:5: `project.keywords` must be a list of strings, not a string\n"
    );
    let keys = ('a'..='z').map(|key| format!("{key} = 1")).collect::<Vec<_>>().join("\n");
    let error = read(&TestHost::default(), &project(&keys)).unwrap_err();
    assert_eq!(error.hints.len(), 10);
    assert_eq!(error.hints[9], "there are more errors of this kind");
}

#[test]
fn a_file_that_vanished_between_the_stages_is_told() {
    let tree = project("");
    let layout = layout(&tree);
    fs_err::write(tree.path().join("pyproject.toml"), "").unwrap();
    let error = metadata(&TestHost::default(), &layout, true).unwrap_err();
    assert!(error.message.starts_with("no metadata in pyproject.toml"), "{error}");
    fs_err::remove_file(tree.path().join("pyproject.toml")).unwrap();
    let error = metadata(&TestHost::default(), &layout, true).unwrap_err();
    assert_eq!(error.message, "`pyproject.toml` is no longer there");
}

#[cfg(unix)]
#[test]
fn nothing_is_read_through_links_out_of_the_tree() {
    let outside = SourceTreeBuilder::new().file("secret", "");
    for (more, link) in [
        ("readme = \"README.md\"", "README.md"),
        ("license-files = [\"L*\"]", "LICENSE"),
        ("license = {file = \"mine\"}", "mine"),
        ("", "LICENSE"),
    ] {
        let tree = project(more);
        flit_sdk::testing::symlink(outside.path().join("secret"), tree.path().join(link));
        let error = read(&TestHost::default(), &tree).unwrap_err();
        assert!(
            error.to_string().contains("is a link that leads out of the source tree"),
            "{error}"
        );
    }
    let tree = project("license-files = [\"COPYING\"]").file("LICENSE", "");
    flit_sdk::testing::symlink("LICENSE", tree.path().join("COPYING"));
    assert_eq!(fragment(&tree).metadata.list(Field::LicenseFile), ["COPYING"]);
}
