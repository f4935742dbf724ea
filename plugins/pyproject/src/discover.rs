//! The discover stage: is this a project of flit's, and what lies where in it?

use std::path::Path;

use flit_sdk::model::{Layout, Module};
use flit_sdk::source_tree::{SourceTreeError, find_module, relative_path};
use flit_sdk::{Discover, DiscoverRequest, ErrorKind, Host, LogLevel, PluginError};

use crate::Pyproject;
use crate::document::Document;
use crate::external_data::read_external_data;
use crate::findings::Findings;
use crate::flit_tables::{FlitTables, Form, ModuleName};
use crate::problem::Problem;
use crate::readme::Readme;
use crate::sdist_rules::read_sdist_rules;
use crate::table::Table;

/// The file that is looked for if the user names none.
const CONFIG_NAME: &str = "pyproject.toml";

impl Discover for Pyproject {
    fn discover(
        &self,
        host: &dyn Host,
        request: &DiscoverRequest<'_>,
    ) -> Result<Option<Layout>, PluginError> {
        let is_named = request.config_name.is_some();
        let name = request.config_name.unwrap_or(CONFIG_NAME);
        if !Path::new(name).extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("toml")) {
            return Ok(None);
        }
        let Some(document) = Document::read(request.source_tree, name)? else {
            if !is_named {
                return Ok(None);
            }
            let message = format!("there is no `{name}` in {}", request.source_tree.display());
            return Err(PluginError::new(ErrorKind::InvalidProject, message));
        };
        let root = document.parse()?;
        let mut findings = Findings::new(&document);
        let tables = FlitTables::find(&Table::root(&root), &mut findings);
        if !is_named {
            // The configuration file of the project is another one.
            let Some(tables) = &tables else { return findings.result().map(|()| None) };
            if tables.is_generated_from_neighbor(request.source_tree) {
                return Ok(None);
            }
        }
        if let Some(tables) = tables {
            return layout(host, request.source_tree, &document, &tables, findings).map(Some);
        }
        findings.result()?;
        Err(no_metadata(&document))
    }
}

fn no_metadata(document: &Document) -> PluginError {
    Problem::NoMetadata { path: document.path.clone() }.lower()
}

fn layout(
    host: &dyn Host,
    source_tree: &Path,
    document: &Document,
    tables: &FlitTables<'_>,
    mut findings: Findings<'_>,
) -> Result<Layout, PluginError> {
    tables.check(&mut findings);
    let name = tables.module_name(&mut findings);
    if let Some(name) = &name {
        check_module_name(name, &tables.form, &mut findings);
    }
    let part = |key: &str, findings: &mut Findings<'_>| tables.flit.as_ref()?.table(key, findings);
    let sdist = part("sdist", &mut findings)
        .map(|sdist| read_sdist_rules(&sdist, &mut findings))
        .unwrap_or_default();
    let external_data = part("external-data", &mut findings)
        .and_then(|table| read_external_data(host, source_tree, &table, &mut findings));
    let readme_path = readme_path(&tables.form, &mut findings);
    findings.result()?;
    // Only a document without metadata has no module, and no findings either.
    let Some(name) = name else { return Err(no_metadata(document)) };
    Ok(Layout {
        source_tree: source_tree.into(),
        config_path: document.path.clone(),
        module: module(host, source_tree, document, tables, &name)?,
        external_data,
        sdist,
        readme_path,
        needed_files: Vec::new(),
    })
}

/// Refuses names that could lead anywhere. That Python can import it is not asked for `[project]`: flit never did.
fn check_module_name(name: &ModuleName<'_>, form: &Form<'_>, findings: &mut Findings<'_>) {
    let is_safe = !name.name.contains(['\\', '\0'])
        && !name.name.starts_with('/')
        && name.name.split(['.', '/']).all(|part| !part.is_empty());
    let is_importable = match form {
        Form::Old(_) => flit_sdk::model::is_dotted_identifier(&name.name),
        Form::Project(_) | Form::None => true,
    };
    if !is_safe || !is_importable {
        let problem = Problem::ModuleName { name: name.name.clone() };
        findings.add(problem, name.text.span.clone());
    }
}

fn module(
    host: &dyn Host,
    source_tree: &Path,
    document: &Document,
    tables: &FlitTables<'_>,
    name: &ModuleName<'_>,
) -> Result<Module, PluginError> {
    let importable = name.name.strip_suffix("-stubs").unwrap_or(&name.name);
    if !flit_sdk::model::is_dotted_identifier(importable) {
        let message = format!("`{}` is not a name that Python can import", name.name);
        host.log(LogLevel::Warning, &message);
    }
    find_module(host, source_tree, &name.name).map_err(|error| {
        let is_missing = matches!(error, SourceTreeError::ModuleNotFound { .. });
        let is_about_name = error.is_about_module_name();
        let mut error = PluginError::from(error);
        if is_missing && name.text.path == "project.name" {
            let hint =
                "if the module has another name than the project, set `name` in [tool.flit.module]";
            error.hints.push(hint.into());
            error.hints.extend(tables.module_key_hints());
        }
        if is_about_name {
            error.location.get_or_insert(document.location(name.text.span.clone()));
        }
        error
    })
}

/// The path of the readme, if it is a file. Whether the file can be read is seen when it is.
fn readme_path(form: &Form<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let readme = match form {
        Form::Project(project) => Readme::declared(&project.get("readme")?, findings)?,
        Form::Old(metadata) => Readme::of_file(metadata.text("description-file", findings)?),
        Form::None => return None,
    };
    let file = readme.file()?;
    match relative_path(file.value) {
        Ok(path) => Some(path),
        Err(source) => {
            findings.add(Problem::Path { key: file.path.clone(), source }, file.span.clone());
            None
        }
    }
}
