//! `project.import-names` and `project.import-namespaces` (PEP 794): what can be imported.

use std::fmt;

use flit_sdk::model::{CoreMetadata, Field, Module, is_dotted_identifier};

use crate::findings::Findings;
use crate::problem::Problem;
use crate::table::{Table, Text};

/// Sets the import names. What the file says of them must be what the module is; if it says nothing, they are filled in.
pub(super) fn set_import_names(
    module: &Module,
    project: &Table<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    for (key, field, present) in [
        ("import-names", Field::ImportName, vec![module.name.clone()]),
        ("import-namespaces", Field::ImportNamespace, module.namespaces()),
    ] {
        let Some(entry) = project.get(key) else {
            metadata.set_list(field, present);
            continue;
        };
        let Some(items) = entry.as_list() else {
            entry.wrong_type::<()>("a list of strings", findings);
            continue;
        };
        let texts = items.iter().filter_map(|item| item.text(findings)).collect::<Vec<_>>();
        if texts.len() < items.len() {
            continue;
        }
        let names: Option<Vec<_>> = texts.iter().map(|text| import_name(text, findings)).collect();
        let Some(names) = names else { continue };
        let said: Vec<String> = names.iter().map(|name| name.name.to_owned()).collect();
        // Namespaces may come in any order, and there is but one module.
        let is_same = said.iter().all(|name| present.contains(name))
            && present.iter().all(|name| said.contains(name))
            && (field != Field::ImportName || said.len() == present.len());
        if !is_same {
            let problem = Problem::ImportNames { key: entry.path, said, present };
            findings.add(problem, entry.span);
        }
        metadata.set_list(field, names.iter().map(ToString::to_string).collect());
    }
}

/// A name, and whether it is not meant for other projects.
struct ImportName<'a> {
    name: &'a str,
    is_private: bool,
}

impl fmt::Display for ImportName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.is_private { f.write_str("; private") } else { Ok(()) }
    }
}

fn import_name<'a>(text: &Text<'a>, findings: &mut Findings<'_>) -> Option<ImportName<'a>> {
    let (name, annotation) = match text.value.split_once(';') {
        Some((name, annotation)) => (name.trim_end(), Some(annotation.trim_start())),
        None => (text.value, None),
    };
    let problem = match annotation {
        Some(annotation) if annotation != "private" => {
            Problem::ImportAnnotation { annotation: annotation.into() }
        }
        Some(_) | None if !is_dotted_identifier(name) => Problem::ImportName { name: name.into() },
        Some(_) | None => return Some(ImportName { name, is_private: annotation.is_some() }),
    };
    findings.add(problem, text.span.clone());
    None
}
