//! pyproject.toml documents: made from nothing, changed, or put together from two.

use flit_sdk::model::{ExternalData, Layout, Project};
use toml_edit::{Array, DocumentMut, Item, RawString, Table, Value, value};

use super::project_table::{in_lines, keys_of, project_table, put_import_names};

/// The tables by which flit takes a pyproject.toml for its own.
const OWN_TABLES: [&str; 2] = ["build-system", "project"];

/// Makes a document that configures the whole project, from what is settled.
///
/// `config_name` is where people find what the author wrote; `builds_again_from` is the configuration that we ourselves
/// read in place of this document.
pub(super) fn generated(
    project: &Project,
    config_name: &str,
    builds_again_from: Option<&str>,
) -> DocumentMut {
    let layout = &project.layout;
    let mut document = DocumentMut::new();
    let mut build_system = build_system("flit_core >=3.11,<5");
    build_system.decor_mut().set_prefix(format!(
        "# Written by flit, so that every build front end can build this sdist. The author's file is {config_name}.\n"
    ));
    document.insert("build-system", Item::Table(build_system));
    document.insert("project", Item::Table(project_table(project)));
    let mut flit = Table::new();
    flit.set_implicit(true);
    let module = &layout.module.name;
    if *module != project.name.as_str().replace('-', "_") {
        flit.insert("module", Item::Table([("name", value(module))].into_iter().collect()));
    }
    if let Some(ExternalData { directory, .. }) = &layout.external_data {
        let table = [("directory", value(directory))].into_iter().collect();
        flit.insert("external-data", Item::Table(table));
    }
    if let Some(sdist) = sdist_table(layout) {
        flit.insert("sdist", Item::Table(sdist));
    }
    if let Some(config_name) = builds_again_from {
        let table = [("from", value(config_name))].into_iter().collect();
        flit.insert("x-generated", Item::Table(table));
    }
    if !flit.is_empty() {
        let mut tool = Table::new();
        tool.set_implicit(true);
        tool.insert("flit", Item::Table(flit));
        document.insert("tool", Item::Table(tool));
    }
    document
}

/// Whether a document configures a flit project in a way that flit's backend of some version understands.
pub(super) fn is_for_flit(document: &DocumentMut) -> bool {
    has_project(document) || flit_table(document).is_some_and(|flit| flit.get("metadata").is_some())
}

/// Whether a document has the table that values can be written into.
pub(super) fn has_project(document: &DocumentMut) -> bool {
    document.get("project").is_some_and(Item::is_table_like)
}

/// Whether a document is one that [`generated`] made beside another configuration file.
pub(super) fn is_generated(document: &DocumentMut) -> bool {
    flit_table(document).is_some_and(|flit| flit.get("x-generated").is_some())
}

/// Writes the frozen values into `[project]`, and whatever else of the project's entry points is not there.
pub(super) fn freeze(document: &mut DocumentMut, project: &Project) {
    let mut settled = project_table(project);
    put_import_names(&mut settled, &project.metadata);
    ensure_build_system(document);
    let Some(table) = document.get_mut("project").and_then(Item::as_table_like_mut) else {
        return;
    };
    let frozen = project.frozen.iter().flat_map(|field| keys_of(*field)).copied();
    for key in frozen {
        if let Some(item) = settled.remove(key) {
            table.insert(key, item);
        }
        remove_from_dynamic(table.get_mut("dynamic"), key);
    }
    if table.get("dynamic").and_then(Item::as_array).is_some_and(Array::is_empty) {
        table.remove("dynamic");
    }
    for key in ["scripts", "gui-scripts", "entry-points"] {
        if let (false, Some(item)) = (table.contains_key(key), settled.remove(key)) {
            table.insert(key, item);
        }
    }
}

/// Replaces all that concerns flit in `document` by what `source` says.
pub(super) fn replace_flit_tables(document: &mut DocumentMut, source: &mut DocumentMut) {
    for key in OWN_TABLES {
        document.remove(key);
        if let Some(mut item) = source.remove(key) {
            adopt(&mut item);
            document.insert(key, item);
        }
    }
    let flit = source.get_mut("tool").and_then(Item::as_table_like_mut);
    let flit = flit.and_then(|tool| tool.remove("flit"));
    let mut implicit = Table::new();
    implicit.set_implicit(true);
    let tool = document.entry("tool").or_insert(Item::Table(implicit));
    if let Some(tool) = tool.as_table_like_mut() {
        tool.remove("flit");
        if let Some(mut flit) = flit {
            adopt(&mut flit);
            tool.insert("flit", flit);
        }
    }
}

/// Adds the table that names the backend, unless the author wrote one.
pub(super) fn ensure_build_system(document: &mut DocumentMut) {
    if !document.contains_key("build-system") {
        let requirement =
            if has_project(document) { "flit_core >=3.11,<5" } else { "flit_core >=3.11,<4" };
        document.insert("build-system", Item::Table(build_system(requirement)));
    }
}

fn build_system(requirement: &str) -> Table {
    let requires: Array = [requirement].into_iter().collect();
    [("requires", value(requires)), ("build-backend", value("flit_core.buildapi"))]
        .into_iter()
        .collect()
}

fn sdist_table(layout: &Layout) -> Option<Table> {
    let mut table = Table::new();
    for (key, patterns) in [("include", &layout.sdist.include), ("exclude", &layout.sdist.exclude)]
    {
        if !patterns.is_empty() {
            table.insert(key, value(in_lines(patterns.iter().map(Value::from).collect())));
        }
    }
    (!table.is_empty()).then_some(table)
}

fn flit_table(document: &DocumentMut) -> Option<&Item> {
    document.get("tool")?.get("flit")
}

fn remove_from_dynamic(dynamic: Option<&mut Item>, key: &str) {
    if let Some(dynamic) = dynamic.and_then(Item::as_array_mut) {
        dynamic.retain(|element| element.as_str() != Some(key));
        // The space that stood between the removed one and the next.
        let first = dynamic.iter_mut().next().map(Value::decor_mut);
        if let Some(decor) = first
            && decor.prefix().and_then(RawString::as_str) == Some(" ")
        {
            decor.set_prefix("");
        }
    }
}

/// Lets the tables of another document follow on what they are inserted behind, with an empty line before each.
fn adopt(item: &mut Item) {
    // Tables lie as deep as the parser lets them, which is not deep.
    if let Item::Table(table) = item {
        table.set_position(None);
        let prefix = table.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
        if !prefix.starts_with('\n') {
            let prefix = format!("\n{prefix}");
            table.decor_mut().set_prefix(prefix);
        }
        table.iter_mut().for_each(|(_, item)| adopt(item));
    }
}

/// The text of a document, without the empty lines before what is now its first table.
pub(super) fn render(document: &DocumentMut) -> String {
    document.to_string().trim_start_matches('\n').to_owned()
}
