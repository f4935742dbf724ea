//! The tables below [tool.flit], and which form the metadata of a document has.

use std::path::Path;

use flit_sdk::model::ProjectName;
use flit_sdk::nearest;

use crate::findings::Findings;
use crate::problem::Problem;
use crate::table::{Table, Text};

/// The tables of current flit.
const TABLES: &[&str] = &["module", "sdist", "external-data"];
/// The tables of the older form.
const OLD_TABLES: &[&str] = &["metadata", "scripts", "entrypoints"];

/// The tables of a document that are flit's business.
#[derive(Clone, Debug)]
pub(crate) struct FlitTables<'a> {
    /// The metadata.
    pub(crate) form: Form<'a>,
    /// `[tool.flit]`.
    pub(crate) flit: Option<Table<'a>>,
}

/// The form that the metadata of a document has.
#[derive(Clone, Debug)]
pub(crate) enum Form<'a> {
    /// `[project]` (PEP 621).
    Project(Table<'a>),
    /// `[tool.flit.metadata]`, as flit 0.12 to 3 have it.
    Old(Table<'a>),
    /// Neither; there is only `[tool.flit]`.
    None,
}

impl<'a> FlitTables<'a> {
    /// Finds the tables; `None` if the document has nothing for flit.
    pub(crate) fn find(root: &Table<'a>, findings: &mut Findings<'_>) -> Option<Self> {
        let project = root.table("project", findings);
        let flit = root.get("tool").and_then(|tool| tool.table(findings)?.table("flit", findings));
        let form = match (project, flit.as_ref().and_then(|flit| flit.table("metadata", findings)))
        {
            (Some(project), _) => Form::Project(project),
            (None, Some(metadata)) => Form::Old(metadata),
            (None, None) if flit.is_none() => return None,
            (None, None) => Form::None,
        };
        Some(Self { form, flit })
    }

    /// Whether the document was generated from another configuration file that still lies beside it.
    pub(crate) fn is_generated_from_neighbor(&self, source_tree: &Path) -> bool {
        let generated = self.flit.as_ref().and_then(|flit| flit.get("x-generated"));
        let from = generated.and_then(|entry| entry.as_table()?.get("from")?.as_text());
        from.is_some_and(|from| from == "flit.ini" && source_tree.join(from).is_file())
    }

    /// Finds fault with tables that flit does not have, or that do not go together.
    pub(crate) fn check(&self, findings: &mut Findings<'_>) {
        let Some(flit) = &self.flit else { return };
        for entry in flit.entries() {
            let is_old = OLD_TABLES.contains(&entry.key);
            let other = match &self.form {
                Form::Project(_) if is_old => Some("[project]"),
                Form::Old(_) if entry.key == "module" => Some("[tool.flit.metadata]"),
                Form::Project(_) | Form::Old(_) | Form::None => None,
            };
            if let Some(other) = other {
                let problem = Problem::MixedForms { table: entry.path.clone(), other };
                findings.add(problem, entry.key_span);
            } else if !is_old
                && !TABLES.contains(&entry.key)
                && !entry.key.to_ascii_lowercase().starts_with("x-")
            {
                let known = TABLES.iter().chain(OLD_TABLES).copied();
                let suggestion = nearest(entry.key, known).map(|name| format!("tool.flit.{name}"));
                let problem = Problem::UnknownTable { table: entry.path.clone(), suggestion };
                findings.add(problem, entry.key_span);
            }
        }
    }

    /// What keys of `[tool.flit.module]` were perhaps meant to be, for when there is no module. Otherwise flit's habit
    /// holds: it never looked at keys that it does not know there.
    pub(crate) fn module_key_hints(&self) -> Vec<String> {
        let module = self.flit.as_ref().and_then(|flit| flit.get("module")?.as_table());
        let unknown = module.iter().flat_map(|module| module.unknown_keys(&["name"]));
        unknown
            .map(|entry| match nearest(entry.key, ["name"]) {
                Some(name) => {
                    format!("`{}` is not a key of flit; did you mean `{name}`?", entry.path)
                }
                None => format!("`{}` is not a key of flit", entry.path),
            })
            .collect()
    }

    /// The import name of what is distributed, with the place that it was read from.
    pub(crate) fn module_name(&self, findings: &mut Findings<'_>) -> Option<ModuleName<'a>> {
        match &self.form {
            Form::Project(project) => {
                let module = self.flit.as_ref().and_then(|flit| flit.table("module", findings));
                let explicit = module.and_then(|module| module.text("name", findings));
                let project_name = project_name(project, findings);
                match explicit {
                    Some(text) => Some(ModuleName { name: text.value.to_owned(), text }),
                    None => {
                        project_name.map(|text| ModuleName { name: import_name(text.value), text })
                    }
                }
            }
            Form::Old(metadata) => {
                let text = metadata.text("module", findings);
                if text.is_none() && !metadata.contains("module") {
                    let key = format!("{}.module", metadata.path);
                    findings.add(Problem::MissingKey { key }, metadata.span.clone());
                }
                text.map(|text| ModuleName { name: text.value.to_owned(), text })
            }
            Form::None => None,
        }
    }
}

/// The import name of what is distributed.
#[derive(Clone, Debug)]
pub(crate) struct ModuleName<'a> {
    /// The name, with dots for a module in a namespace.
    pub(crate) name: String,
    /// What it was made from.
    pub(crate) text: Text<'a>,
}

/// The name of the project, checked.
pub(crate) fn project_name<'a>(
    project: &Table<'a>,
    findings: &mut Findings<'_>,
) -> Option<Text<'a>> {
    let Some(entry) = project.get("name") else {
        let problem = Problem::MissingKey { key: "project.name".into() };
        findings.add(problem, project.span.clone());
        return None;
    };
    let text = entry.text(findings)?;
    match ProjectName::parse(text.value) {
        Ok(_) => Some(text),
        Err(source) => {
            findings.add(Problem::Name { key: text.path, source }, text.span);
            None
        }
    }
}

/// The import name that goes with the name of a project, if no other is given.
fn import_name(project_name: &str) -> String {
    match project_name.strip_suffix("-stubs") {
        Some(stem) => format!("{}-stubs", stem.replace('-', "_")),
        None => project_name.replace('-', "_"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_import_names() {
        for (project_name, name) in
            [("a-b.c", "a_b.c"), ("Foo", "Foo"), ("a-b-stubs", "a_b-stubs"), ("-stubs", "-stubs")]
        {
            assert_eq!(import_name(project_name), name);
        }
    }
}
