//! The pyproject.toml of an sdist whose own does not say everything.

use flit_sdk::model::{ExternalData, Field, Project};
use flit_sdk::testing::SourceTreeBuilder;

use crate::support::{build, project, tree, with_rules};

/// A project whose version is known from elsewhere than the source tree.
fn frozen(tree: &SourceTreeBuilder, fields: &[Field]) -> Project {
    Project { frozen: fields.to_vec(), ..project(tree) }
}

#[test]
fn frozen_values_are_written_between_what_the_author_wrote() {
    let original = "# Mine.\n[build-system]\nrequires = [\"flit_core >=3.11\"]\n\n[project] # this\n\
                    name = \"demo\"\ndynamic = [\"version\", \"description\"]  # that\n\n[tool.black]\nline-length = 90\n";
    let tree = tree().file("pyproject.toml", original);
    let built = build(&frozen(&tree, &[Field::Version]));
    assert_eq!(
        built.content("pyproject.toml"),
        "# Mine.\n[build-system]\nrequires = [\"flit_core >=3.11\"]\n\n[project] # this\n\
         name = \"demo\"\ndynamic = [\"description\"]  # that\nversion = \"1.0\"\n\n[tool.black]\nline-length = 90\n"
    );
    assert_eq!(built.content("pyproject.toml.orig"), original);
    assert_eq!(built.extra_paths(), ["pyproject.toml.orig"]);
}

#[test]
fn everything_may_be_frozen() {
    let tree = tree();
    let mut project = frozen(
        &tree,
        &[
            Field::Version,
            Field::Summary,
            Field::RequiresDist,
            Field::Description,
            Field::ImportName,
            Field::Platform,
        ],
    );
    project.metadata.set_list(Field::RequiresDist, vec!["a".into(), "b ; extra == \"x\"".into()]);
    project.metadata.set_list(Field::ImportName, vec!["demo".into()]);
    project.metadata.set_list(Field::Platform, vec!["any".into()]);
    let built = build(&project);
    assert_eq!(
        built.content("pyproject.toml"),
        r#"[project]
name = "demo"
version = "1.0"
description = "A demo."
dependencies = ["a"]
readme = { text = """
Read me.
""", content-type = "text/markdown" }
import-names = ["demo"]

[project.optional-dependencies]
x = ["b"]

[build-system]
requires = ["flit_core >=3.11,<5"]
build-backend = "flit_core.buildapi"
"#
    );
    assert_eq!(
        built.messages,
        [
            "warning: `platform` has no place in a pyproject.toml: a wheel built from the sdist will lack it"
        ]
    );
}

#[test]
fn a_pyproject_of_another_kind_becomes_one_for_flit() {
    let original = "[tool.flit.metadata]\nmodule = \"demo\"\n\n[tool.flit.scripts]\nd = \"demo:d\"\n\n[tool.x]\ny = 1\n";
    let tree = tree().file("pyproject.toml", original);
    let built = build(&frozen(&tree, &[Field::Version]));
    let text = built.content("pyproject.toml");
    assert!(text.starts_with("[tool.x]\ny = 1\n"), "{text}");
    assert!(text.contains("\n[project]\nname = \"demo\"\nversion = \"1.0\"\n"), "{text}");
    assert!(!text.contains("metadata") && !text.contains("x-generated"), "{text}");
    assert_eq!(built.content("pyproject.toml.orig"), original);
}

/// A project that is configured in flit.ini and uses all that `[project]` can express.
fn ini_project(tree: &SourceTreeBuilder) -> Project {
    let mut project = with_rules(project(tree), &["notes.txt"], &["**/*.tmp"]);
    project.layout.config_path = "flit.ini".into();
    project.name = flit_sdk::model::ProjectName::parse("Demo-Project").unwrap();
    project.version = flit_sdk::model::Version::parse("1.0").unwrap();
    project.layout.external_data =
        Some(ExternalData { directory: "data".into(), files: Vec::new() });
    let metadata = &mut project.metadata;
    for (field, text) in [
        (Field::MetadataVersion, "1.2"),
        (Field::HomePage, "https://demo.example"),
        (Field::DownloadUrl, "https://demo.example/get"),
        (Field::License, "Free"),
        (Field::Author, "A. Uthor"),
        (Field::AuthorEmail, "a@demo.example"),
        (Field::Maintainer, "M. Aintainer"),
        (Field::Keywords, "one, two"),
        (Field::RequiresPython, ">=3.6"),
    ] {
        metadata.set_text(field, text);
    }
    for (field, texts) in [
        (Field::Classifier, &["Topic :: Software Development", "Framework :: Flit"][..]),
        (Field::RequiresDist, &["a (>=1)", "b ; extra == \"x\" and (os_name == 'nt')"]),
        (Field::ProvidesExtra, &["x"]),
        (Field::ProjectUrl, &["Docs, https://demo.example/docs"]),
    ] {
        metadata.set_list(field, texts.iter().map(|&text| text.into()).collect());
    }
    for (group, name, reference) in [
        ("console_scripts", "demo", "demo:main"),
        ("gui_scripts", "demo-gui", "demo:gui"),
        ("a.group", "n", "demo"),
    ] {
        let entries = project.entry_points.groups.entry(group.into()).or_default();
        entries.insert(name.into(), reference.into());
    }
    project
}

/// As [`Built::content`](crate::support::Built::content), for a project of another name.
fn content_of(project: &Project, path: &str) -> Option<String> {
    use std::io::Read as _;
    let bytes = build(project).result.unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
    let path = format!("{}/{path}", project.file_stem());
    let entries = archive.entries().unwrap().map(Result::unwrap);
    let mut entry = entries.into_iter().find(|entry| *entry.path_bytes() == *path.as_bytes())?;
    let mut content = String::new();
    entry.read_to_string(&mut content).unwrap();
    Some(content)
}

const OF_THE_INI_PROJECT: &str = r#"# Written by flit, so that every build front end can build this sdist. The author's file is flit.ini.
[build-system]
requires = ["flit_core >=3.11,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "Demo-Project"
version = "1.0"
description = "A demo."
readme = { file = "README.md", content-type = "text/markdown" }
requires-python = ">=3.6"
license = { text = "Free" }
authors = [
    { name = "A. Uthor" },
    { email = "a@demo.example" },
]
maintainers = [{ name = "M. Aintainer" }]
keywords = [
    "one",
    " two",
]
classifiers = [
    "Topic :: Software Development",
    "Framework :: Flit",
]
dependencies = ["a (>=1)"]

[project.urls]
Docs = "https://demo.example/docs"
Download = "https://demo.example/get"
Homepage = "https://demo.example"

[project.scripts]
demo = "demo:main"

[project.gui-scripts]
demo-gui = "demo:gui"

[project.entry-points."a.group"]
n = "demo"

[project.optional-dependencies]
x = ["b;os_name == 'nt'"]

[tool.flit.module]
name = "demo"

[tool.flit.external-data]
directory = "data"

[tool.flit.sdist]
include = ["notes.txt"]
exclude = ["**/*.tmp"]

[tool.flit.x-generated]
from = "flit.ini"
"#;

#[test]
fn a_project_with_flit_ini_gets_a_pyproject() {
    let tree = tree().file("flit.ini", "[metadata]\nmodule = demo\n");
    fs_err::remove_file(tree.path().join("pyproject.toml")).unwrap();
    let project = ini_project(&tree);
    let text = content_of(&project, "pyproject.toml").unwrap();
    pretty(&text, OF_THE_INI_PROJECT);
    assert_eq!(content_of(&project, "flit.ini").unwrap(), "[metadata]\nmodule = demo\n");
    assert_eq!(content_of(&project, "pyproject.toml.orig"), None);
    // Built again from what was unpacked: the file is made anew, not merged with itself.
    let tree = tree.file("pyproject.toml", text);
    pretty(&content_of(&ini_project(&tree), "pyproject.toml").unwrap(), OF_THE_INI_PROJECT);
    assert_eq!(content_of(&ini_project(&tree), "pyproject.toml.orig"), None);
}

/// Compares texts so that a difference can be read.
fn pretty(left: &str, right: &str) {
    assert!(left == right, "--- built\n{left}\n--- expected\n{right}");
}

#[test]
fn what_plugins_settled_is_not_looked_up_again_in_flit_ini() {
    let tree = tree().file("flit.ini", "[metadata]\nmodule = demo\n");
    fs_err::remove_file(tree.path().join("pyproject.toml")).unwrap();
    let mut project = ini_project(&tree);
    project.frozen = vec![Field::Version];
    assert!(!content_of(&project, "pyproject.toml").unwrap().contains("x-generated"));
    project.frozen.clear();
    assert!(content_of(&project, "pyproject.toml").unwrap().contains("x-generated"));
    project.has_frozen_entry_points = true;
    assert!(!content_of(&project, "pyproject.toml").unwrap().contains("x-generated"));
    project.has_frozen_entry_points = false;
    project.layout.config_path = "other.ini".into();
    let tree = tree.file("other.ini", "[metadata]\nmodule = demo\n");
    assert!(!content_of(&project, "pyproject.toml").unwrap().contains("x-generated"));
    drop(tree);
}

#[test]
fn other_tables_of_a_pyproject_beside_flit_ini_are_kept() {
    let original =
        "# Mine.\n[tool.black]\nline-length = 90 # wide\n\n[build-system]\nrequires = []\n";
    let tree = tree().file("flit.ini", "[metadata]\n").file("pyproject.toml", original);
    let mut project = project(&tree);
    project.layout.config_path = "flit.ini".into();
    let built = build(&project);
    let text = built.content("pyproject.toml");
    assert!(text.starts_with("# Mine.\n[tool.black]\nline-length = 90 # wide\n"), "{text}");
    assert_eq!(text.matches("[build-system]").count(), 1, "{text}");
    assert!(text.contains("\n[tool.flit.x-generated]\nfrom = \"flit.ini\"\n"), "{text}");
    assert_eq!(built.content("pyproject.toml.orig"), original);
    let again = tree.file("pyproject.toml", &text).file("pyproject.toml.orig", original);
    let mut project = crate::support::project(&again);
    project.layout.config_path = "flit.ini".into();
    let again = build(&project);
    assert_eq!(again.content("pyproject.toml"), text);
    assert_eq!(again.content("pyproject.toml.orig"), original);
}

#[test]
fn a_pyproject_under_another_name_is_packed_under_its_usual_one_too() {
    let other = "[project]\nname = \"demo\" # here\ndynamic = [\"version\", \"description\"]\n";
    let tree = tree().file("other.toml", other);
    fs_err::remove_file(tree.path().join("pyproject.toml")).unwrap();
    let mut project = project(&tree);
    project.layout.config_path = "other.toml".into();
    let built = build(&project);
    let expected = format!(
        "{other}\n[build-system]\nrequires = [\"flit_core >=3.11,<5\"]\nbuild-backend = \"flit_core.buildapi\"\n"
    );
    assert_eq!(built.content("pyproject.toml"), expected);
    assert_eq!(built.content("other.toml"), other);
    let older = "[tool.flit.metadata]\nmodule = \"demo\"\n";
    let tree = tree.file("other.toml", older).file("pyproject.toml", "[tool.x]\ny = 1\n");
    let mut project = crate::support::project(&tree);
    project.layout.config_path = "other.toml".into();
    let built = build(&project);
    let expected = "[tool.x]\ny = 1\n\n[tool.flit.metadata]\nmodule = \"demo\"\n\n[build-system]\n\
        requires = [\"flit_core >=3.11,<4\"]\nbuild-backend = \"flit_core.buildapi\"\n";
    pretty(&built.content("pyproject.toml"), expected);
    assert_eq!(built.content("pyproject.toml.orig"), "[tool.x]\ny = 1\n");
}

#[test]
fn licenses_are_written_as_far_as_they_can_be() {
    for (field, text, files, expected) in [
        (
            Some(Field::LicenseExpression),
            "MIT",
            &["LICENSE"][..],
            "license = \"MIT\"\nlicense-files = [\"LICENSE\"]",
        ),
        (Some(Field::License), "Free", &["LICENSE"], "license = { text = \"Free\" }"),
        (
            Some(Field::License),
            "Free",
            &["doc/L [1]+.txt"],
            "license-files = [\"doc/L [[]1]?.txt\"]",
        ),
        (None, "", &[], "license-files = []"),
    ] {
        let tree = tree().file("flit.ini", "").file("doc/L [1]+.txt", "");
        let mut project = project(&tree);
        project.layout.config_path = "flit.ini".into();
        project
            .metadata
            .set_list(Field::LicenseFile, files.iter().map(|&file| file.into()).collect());
        if let Some(field) = field {
            project.metadata.set_text(field, text);
        }
        let text = build(&project).content("pyproject.toml");
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with("license")).collect();
        assert_eq!(lines.join("\n"), expected);
    }
}

#[test]
fn a_pyproject_that_cannot_be_read() {
    let tree = tree().file("pyproject.toml", "[project]\nname = demo\n");
    let built = build(&frozen(&tree, &[Field::Version]));
    assert_eq!(
        built.error(),
        "InvalidProject: cannot write settled values into `pyproject.toml`: string values must be quoted, expected literal string\n"
    );
    let location = built.result.unwrap_err().location.unwrap();
    assert_eq!(
        (location.path, location.line, location.column),
        (tree.path().join("pyproject.toml"), 2, 8)
    );
}

#[test]
fn a_file_that_has_the_name_of_the_original() {
    let tree = tree().file("pyproject.toml.orig", "of an editor");
    let project = Project {
        frozen: vec![Field::Version],
        ..with_rules(project(&tree), &["pyproject.toml.orig"], &[])
    };
    assert_eq!(
        build(&project).error(),
        "InvalidProject: `pyproject.toml.orig` cannot be packed: the sdist has a file of its own with that name\n\
         hint: rename `pyproject.toml.orig`, or exclude it\n"
    );
}

#[test]
fn tables_nested_without_end() {
    for text in
        [format!("[project]\na = {}", "[".repeat(10_000)), format!("[{}b]\n", "a.".repeat(10_000))]
    {
        let tree = tree().file("pyproject.toml", text);
        let built = build(&frozen(&tree, &[Field::Version]));
        assert!(built.error().starts_with("InvalidProject: cannot write settled values"));
    }
}
