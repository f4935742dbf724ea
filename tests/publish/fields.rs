//! The form of an upload, against what twine sends for the same files.

use std::collections::BTreeMap;

use super::clients::{said, twine};
use super::form::Form;
use super::scene::Scene;
use super::scripted::ScriptedServer;
use crate::support::{Program, Sandbox};

/// A project with all that metadata can say.
fn rich() -> Sandbox {
    Sandbox::with(Program::Linked)
        .file(
            "up_demo/__init__.py",
            "\"\"\"Says “Grüß Gott” to the Knights of Ni.\"\"\"\n__version__ = '1.0'\n",
        )
        .file("LICENSE", "Do what you like.\n")
        .file("README.md", "# Up\n\nGrüße, “friends” 🐍\n\n---\nAuthor: not a header\n")
        .file("pyproject.toml", RICH_PROJECT)
}

const RICH_PROJECT: &str = r#"[build-system]
requires = ["flit_core >=3.11,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "Up.Demo"
dynamic = ["version", "description"]
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
requires-python = ">=3.8"
keywords = ["alpha", "beta"]
authors = [{name = "Sir Robin"}, {name = "Zoë Ünïcode", email = "zoe@camelot.example"}]
maintainers = [{name = "Tim", email = "tim@camelot.example"}]
classifiers = ["Programming Language :: Python :: 3", "Topic :: Software Development"]
dependencies = ["requests >=2.6", "tomli ; python_version < '3.11'"]
urls = {Homepage = "https://camelot.example", "Source code" = "https://camelot.example/src"}

[project.optional-dependencies]
test = ["pytest >=7"]

[tool.flit.module]
name = "up_demo"
"#;

/// A project that says next to nothing.
fn plain() -> Sandbox {
    Sandbox::with(Program::Linked)
        .file("plain_demo.py", "\"\"\"Plain.\"\"\"\n__version__ = '1.0'\n")
        .file("pyproject.toml", "[build-system]\nrequires = [\"flit_core >=3.11,<5\"]\nbuild-backend = \"flit_core.buildapi\"\n\n[project]\nname = \"plain-demo\"\ndynamic = [\"version\", \"description\"]\n")
}

/// The values of each field, in their order.
type Fields = BTreeMap<String, Vec<String>>;

fn fields(form: &Form) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in &form.fields {
        fields.entry(name.clone()).or_default().push(value.clone());
    }
    fields
}

/// The forms of all files of a project, by file name: flit's, and twine's for the same files.
fn both(sandbox: Sandbox) -> Vec<(String, Form, Form)> {
    let scene = Scene::of_project(sandbox);
    let published = scene.publish(&[]);
    assert_eq!(published.code, Some(0), "{}", published.shown());
    let files: Vec<_> =
        scene.sandbox.listing("dist").into_iter().map(|name| scene.dist().join(name)).collect();
    let witness = ScriptedServer::start();
    let uploaded = twine(&witness.url(), &files, &[]);
    assert!(uploaded.status.success(), "{}", said(&uploaded));
    let forms = |server: &ScriptedServer| -> BTreeMap<String, Form> {
        let forms = server.uploads().into_iter().filter_map(|upload| upload.form);
        forms.map(|form| (form.content().file_name.clone(), form)).collect()
    };
    let theirs = forms(&witness);
    let pairs = forms(&scene.server).into_iter();
    pairs.map(|(name, ours)| (name.clone(), ours, theirs[&name].clone())).collect()
}

/// Where flit and twine differ, for all files: `field: flit's value, twine's value`.
fn differences(pairs: &[(String, Form, Form)]) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, ours, theirs) in pairs {
        let (ours, theirs) = (fields(ours), fields(theirs));
        let names: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
        for field in names {
            let (our, their) = (ours.get(field), theirs.get(field));
            if our != their {
                differences.push(format!("{name} {field}: {our:?}, {their:?}"));
            }
        }
    }
    differences
}

#[test]
fn the_form_is_that_of_twine_but_for_what_is_listed_here() {
    let pairs = both(rich());
    assert_eq!(pairs.len(), 2);
    // - description: the line ending that METADATA closes with belongs to the file, not to the text;
    // - import_name: twine has no such field, and PyPI reads it;
    // - keywords: sent as METADATA has them, where they are a list with commas; twine writes them anew.
    insta::assert_debug_snapshot!(differences(&pairs), @r##"
    [
        "up_demo-1.0-py3-none-any.whl description: Some([\"# Up\\n\\nGrüße, “friends” 🐍\\n\\n---\\nAuthor: not a header\\n\"]), Some([\"# Up\\n\\nGrüße, “friends” 🐍\\n\\n---\\nAuthor: not a header\\n\\n\"])",
        "up_demo-1.0-py3-none-any.whl import_name: Some([\"up_demo\"]), None",
        "up_demo-1.0-py3-none-any.whl keywords: Some([\"alpha,beta\"]), Some([\"alpha, beta\"])",
        "up_demo-1.0.tar.gz description: Some([\"# Up\\n\\nGrüße, “friends” 🐍\\n\\n---\\nAuthor: not a header\\n\"]), Some([\"# Up\\n\\nGrüße, “friends” 🐍\\n\\n---\\nAuthor: not a header\\n\\n\"])",
        "up_demo-1.0.tar.gz import_name: Some([\"up_demo\"]), None",
        "up_demo-1.0.tar.gz keywords: Some([\"alpha,beta\"]), Some([\"alpha, beta\"])",
    ]
    "##);
    for (_, ours, theirs) in &pairs {
        let (our, their) = (ours.content(), theirs.content());
        assert_eq!((&our.content, &our.content_type), (&their.content, &their.content_type));
    }
}

#[test]
fn the_form_of_a_plain_project_is_that_of_twine_but_for_what_is_listed_here() {
    // - import_name: see above;
    // - requires_python: GitLab wants it, be it empty.
    insta::assert_debug_snapshot!(differences(&both(plain())), @r#"
    [
        "plain_demo-1.0-py2.py3-none-any.whl import_name: Some([\"plain_demo\"]), None",
        "plain_demo-1.0-py2.py3-none-any.whl requires_python: Some([\"\"]), None",
        "plain_demo-1.0.tar.gz import_name: Some([\"plain_demo\"]), None",
        "plain_demo-1.0.tar.gz requires_python: Some([\"\"]), None",
    ]
    "#);
}

#[test]
fn each_field_is_sent_in_a_fixed_order_and_the_file_last() {
    let pairs = both(rich());
    let orders: Vec<_> =
        pairs.iter().map(|(name, ours, _)| format!("{name}: {}", ours.order.join(" "))).collect();
    insta::assert_debug_snapshot!(orders, @r#"
    [
        "up_demo-1.0-py3-none-any.whl: :action protocol_version metadata_version name version summary keywords author author_email maintainer_email requires_python description_content_type license_expression classifiers classifiers license_file requires_dist requires_dist requires_dist project_urls project_urls provides_extra import_name description filetype pyversion sha256_digest blake2_256_digest content",
        "up_demo-1.0.tar.gz: :action protocol_version metadata_version name version summary keywords author author_email maintainer_email requires_python description_content_type license_expression classifiers classifiers license_file requires_dist requires_dist requires_dist project_urls project_urls provides_extra import_name description filetype pyversion sha256_digest blake2_256_digest content",
    ]
    "#);
}

#[test]
fn the_request_says_who_asks_and_what_is_understood() {
    let scene = Scene::new();
    assert_eq!(scene.publish(&["--format", "wheel"]).code, Some(0));
    let request = &scene.server.uploads()[0].request;
    let shown =
        ["user-agent", "accept", "content-length", "transfer-encoding", "expect", "authorization"]
            .map(|name| format!("{name}: {:?}", request.header(name)));
    assert_eq!(shown[2], format!("content-length: {:?}", Some(request.body.len().to_string())));
    insta::assert_debug_snapshot!([&shown[..2], &shown[3..]].concat(), @r#"
    [
        "user-agent: Some(\"flit/1.0.0\")",
        "accept: Some(\"application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7\")",
        "transfer-encoding: None",
        "expect: None",
        "authorization: Some(\"Basic YWxpY2U6czNjcmV0\")",
    ]
    "#);
}

#[test]
fn what_is_not_ascii_arrives_as_it_was_written() {
    let pairs = both(rich());
    for (name, ours, _) in &pairs {
        assert_eq!(ours.field("summary"), Some("Says “Grüß Gott” to the Knights of Ni."), "{name}");
        assert_eq!(
            ours.field("description"),
            Some("# Up\n\nGrüße, “friends” 🐍\n\n---\nAuthor: not a header\n"),
            "{name}"
        );
    }
}
