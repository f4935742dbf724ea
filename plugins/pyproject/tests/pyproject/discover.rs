//! The discover stage: whose source tree it is, and what lies where.

use flit_sdk::model::{ModuleKind, SdistRules};
use flit_sdk::testing::{SourceTreeBuilder, TestHost};

use crate::support::{MINIMAL, discover, project, shown, tree};

/// Tells what the discover stage answers: the module's path, `nobody`, or the error.
fn told(tree: &SourceTreeBuilder, config_name: Option<&str>) -> String {
    match discover(&TestHost::default(), tree, config_name) {
        Ok(Some(layout)) => layout.module.path,
        Ok(None) => "nobody".into(),
        Err(error) => shown(&error, &tree.path()),
    }
}

#[test]
fn leaves_other_peoples_trees_alone() {
    assert_eq!(told(&SourceTreeBuilder::new(), None), "nobody");
    assert_eq!(told(&tree("[tool.black]\nline-length = 100\n"), None), "nobody");
    assert_eq!(told(&tree(""), None), "nobody");
    assert_eq!(told(&project("").file("flit.ini", ""), Some("flit.ini")), "nobody");
}

#[test]
fn a_file_that_the_user_names_must_be_right() {
    let named = tree("").file("other.toml", MINIMAL);
    assert_eq!(told(&named, Some("other.toml")), "demo.py");
    assert_eq!(
        told(&named, Some("pyproject.toml")),
        "no metadata in pyproject.toml: there is neither [project] nor [tool.flit.metadata]\n\
         hint: add a [project] table with `name`, `version` and `description`\n"
    );
    assert_eq!(told(&named, Some("third.toml")), "there is no `third.toml` in TREE\n");
}

#[test]
fn a_generated_file_gives_way_to_what_it_was_generated_from() {
    let generated = || project("[tool.flit.x-generated]\nfrom = \"flit.ini\"");
    assert_eq!(told(&generated().file("flit.ini", ""), None), "nobody");
    assert_eq!(told(&generated().file("flit.ini", ""), Some("pyproject.toml")), "demo.py");
    assert_eq!(told(&generated(), None), "demo.py");
    let other = project("[tool.flit.x-generated]\nfrom = \"demo.py\"");
    assert_eq!(told(&other, None), "demo.py");
    let odd = project("[tool.flit]\nx-generated = 1");
    assert_eq!(told(&odd, None), "demo.py");
}

#[test]
fn finds_the_module_by_the_name_of_the_project() {
    let found = |toml: &str, path: &str| {
        let tree = SourceTreeBuilder::new().file("pyproject.toml", toml).file(path, "");
        let layout = discover(&TestHost::default(), &tree, None).unwrap().unwrap();
        (layout.module.name, layout.module.kind, layout.module.path)
    };
    let named = |name: &str| format!("[project]\nname = \"{name}\"\nversion = \"1\"\n");
    assert_eq!(
        found(&named("My-Pkg.Sub-mod"), "src/My_Pkg/Sub_mod/__init__.py"),
        ("My_Pkg.Sub_mod".into(), ModuleKind::Package, "src/My_Pkg/Sub_mod".into())
    );
    assert_eq!(
        found(&named("a-b-stubs"), "a_b-stubs/__init__.pyi"),
        ("a_b-stubs".into(), ModuleKind::Stubs, "a_b-stubs".into())
    );
    assert_eq!(
        found(&format!("{MINIMAL}[tool.flit.module]\nname = \"a.b\"\n"), "a/b.py"),
        ("a.b".into(), ModuleKind::File, "a/b.py".into())
    );
}

#[test]
fn reads_where_everything_lies() {
    let tree = project(
        "readme = \"./docs/../README.md\"\n\
         [tool.flit.sdist]\ninclude = [\"docs/\", \"./a//*.txt\"]\nexclude = [\"docs/b/..\"]\n\
         [tool.flit.external-data]\ndirectory = \"./data/\"\n",
    )
    .file("README.md", "")
    .file("data/share/b", "")
    .file("data/a", "");
    let layout = discover(&TestHost::default(), &tree, None).unwrap().unwrap();
    assert_eq!(layout.source_tree, tree.path());
    assert_eq!(layout.config_path, "pyproject.toml");
    assert_eq!(layout.readme_path.as_deref(), Some("README.md"));
    assert_eq!(layout.needed_files, [""; 0]);
    assert_eq!(
        layout.sdist,
        SdistRules { include: vec!["docs".into(), "a/*.txt".into()], exclude: vec!["docs".into()] }
    );
    let data = layout.external_data.unwrap();
    let files: Vec<_> = data.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!((data.directory.as_str(), files), ("data", vec!["data/a", "data/share/b"]));
}

#[test]
fn every_pattern_for_the_whole_tree_is_a_dot() {
    for pattern in [".", "", "./", "a/.."] {
        let tree = project(&format!(
            "[tool.flit.sdist]\ninclude = [{pattern:?}, \"dist/app.js\"]\nexclude = [{pattern:?}]"
        ));
        let layout = discover(&TestHost::default(), &tree, None).unwrap().unwrap();
        assert_eq!(layout.sdist.include, [".", "dist/app.js"]);
        assert_eq!(layout.sdist.exclude, ["."]);
    }
}

#[cfg(unix)]
#[test]
fn data_outside_of_the_tree_is_refused() {
    let outside = SourceTreeBuilder::new().file("f", "");
    let tree = project("[tool.flit.external-data]\ndirectory = \"data\"");
    flit_sdk::testing::symlink(outside.path(), tree.path().join("data"));
    assert_eq!(
        told(&tree, None).replace(&outside.path().display().to_string(), "OUTSIDE"),
        "pyproject.toml:6:13+6: `tool.flit.external-data.directory` cannot be used: \
         `data` is a link that leads out of the source tree, to OUTSIDE\n\
         hint: copy the file into the source tree instead of linking to it\n"
    );
}

#[cfg(unix)]
#[test]
fn links_to_directories_are_told() {
    let tree = project("[tool.flit.external-data]\ndirectory = \"data\"")
        .file("data/f", "")
        .file("docs/f", "");
    flit_sdk::testing::symlink("../docs", tree.path().join("data/docs"));
    let host = TestHost::default();
    discover(&host, &tree, None).unwrap().unwrap();
    assert_eq!(
        host.messages(),
        ["warning: `data/docs` is a link to a directory; what it holds is not packed"]
    );
}

#[test]
fn tells_of_names_and_keys_that_have_no_effect() {
    let tree =
        project("[tool.flit.external-data]\ndir = \"data\"\n[tool.flit.module]\nname = \"2demo\"")
            .file("2demo.py", "");
    let host = TestHost::default();
    discover(&host, &tree, None).unwrap().unwrap();
    assert_eq!(
        host.messages(),
        [
            "warning: `tool.flit.external-data.dir` is ignored: it is not a key of flit",
            "warning: `2demo` is not a name that python can import",
        ]
    );
}

#[test]
fn keys_beside_the_name_of_the_module_matter_only_if_there_is_no_module() {
    let extra = "[tool.flit.module]\nnam = \"x\"\nother = 1\n";
    assert_eq!(told(&project(extra), None), "demo.py");
    let tree = SourceTreeBuilder::new().file("pyproject.toml", format!("{MINIMAL}{extra}"));
    assert_eq!(
        told(&tree, None),
        "pyproject.toml:2:8+6: no file or folder found for module `demo`\n\
         hint: looked for demo/, demo.py, src/demo/, src/demo.py in TREE\n\
         hint: if the module has another name than the project, set `name` in [tool.flit.module]\n\
         hint: `tool.flit.module.nam` is not a key of flit; did you mean `name`?\n\
         hint: `tool.flit.module.other` is not a key of flit\n"
    );
}
