//! The `[project]` table (PEP 621), as flit 4 reads it.

mod dynamic;
mod import_names;
mod license;
mod people;

use flit_sdk::model::{CoreMetadata, EntryPoints, Field, Layout, Version};
use flit_sdk::{Fragment, Host, LogLevel};

pub(crate) use self::dynamic::DynamicProblem;
use self::dynamic::read_dynamic;
use self::import_names::set_import_names;
use self::license::set_license;
use self::people::set_people;
use crate::entry_points::{CONSOLE_SCRIPTS, GUI_SCRIPTS, add_group, check_group_name};
use crate::findings::Findings;
use crate::flit_tables::project_name;
use crate::line_ends::{has_line_end, with_lf_only};
use crate::links::read_links;
use crate::problem::Problem;
use crate::readme::Readme;
use crate::requirements::{
    Extras, read_extras, read_requirements, read_requires_python, set_requirements,
};
use crate::table::{Table, Text, single_lines};

/// The keys of the table.
const KEYS: &[&str] = &[
    "name",
    "version",
    "description",
    "readme",
    "requires-python",
    "license",
    "license-files",
    "authors",
    "maintainers",
    "keywords",
    "classifiers",
    "urls",
    "scripts",
    "gui-scripts",
    "entry-points",
    "dependencies",
    "optional-dependencies",
    "dynamic",
    "import-names",
    "import-namespaces",
];

/// Reads the table.
pub(crate) fn read_project(
    host: &dyn Host,
    layout: &Layout,
    project: &Table<'_>,
    findings: &mut Findings<'_>,
) -> Fragment {
    project.check_keys(KEYS, findings);
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::MetadataVersion, "2.5");
    if let Some(name) = project_name(project, findings) {
        metadata.set_text(Field::Name, name.value);
    }
    set_summary_fields(host, project, &mut metadata, findings);
    if let Some(entry) = project.get("readme")
        && let Some(readme) = Readme::declared(&entry, findings)
    {
        readme.read(host, &layout.source_tree, &mut metadata, findings);
    }
    if let Some(text) = project.text("requires-python", findings) {
        read_requires_python(&text, &mut metadata, findings);
    }
    set_license(host, &layout.source_tree, project, &mut metadata, findings);
    set_people(project, &mut metadata, findings);
    if let Some(urls) = project.table("urls", findings) {
        metadata.set_list(Field::ProjectUrl, read_links(&urls, findings));
    }
    let base = project.texts("dependencies", findings);
    let base = read_requirements(base, findings);
    let extras = match project.table("optional-dependencies", findings) {
        Some(extras) => read_extras(&extras, findings),
        None => Extras::new(),
    };
    set_requirements(&mut metadata, base, &extras);
    set_import_names(&layout.module, project, &mut metadata, findings);
    Fragment {
        metadata,
        dynamic: read_dynamic(layout.module.kind, project, findings),
        open_ended: false,
        entry_points: read_entry_points(host, project, findings),
        development_requires: Vec::new(),
        found_in_source: true,
    }
}

/// Sets the version, the summary, the keywords and the classifiers.
fn set_summary_fields(
    host: &dyn Host,
    project: &Table<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    if let Some(text) = project.text("version", findings) {
        set_version(host, text, metadata, findings);
    }
    if let Some(text) = project.text("description", findings) {
        if has_line_end(text.value.trim_end()) {
            let message = "`project.description` goes over several lines, which PyPI refuses";
            host.log(LogLevel::Warning, message);
        }
        metadata.set_text(Field::Summary, with_lf_only(text.value));
    }
    if let Some(entry) = project.get("keywords") {
        let keywords: Vec<_> = entry.texts(findings).iter().map(|text| text.value).collect();
        metadata.set_text(Field::Keywords, with_lf_only(&keywords.join(",")));
    }
    let classifiers = single_lines(project.texts("classifiers", findings), findings);
    metadata.set_list(Field::Classifier, classifiers);
}

fn set_version(
    host: &dyn Host,
    text: Text<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    match Version::parse(text.value) {
        Ok(version) => {
            if version.as_str() != text.value {
                let message = format!("the version `{}` is written as `{version}`", text.value);
                host.log(LogLevel::Warning, &message);
            }
            metadata.set_text(Field::Version, version.as_str());
        }
        Err(source) => {
            findings.add(Problem::Version { key: text.path, source }, text.span);
        }
    }
}

fn read_entry_points(
    host: &dyn Host,
    project: &Table<'_>,
    findings: &mut Findings<'_>,
) -> EntryPoints {
    let mut entry_points = EntryPoints::default();
    let groups = project.table("entry-points", findings);
    for entry in groups.iter().flat_map(Table::entries) {
        let instead = match entry.key {
            CONSOLE_SCRIPTS => Some("project.scripts"),
            GUI_SCRIPTS => Some("project.gui-scripts"),
            _ => None,
        };
        if let Some(instead) = instead {
            let problem = Problem::CommandsInEntryPoints { table: entry.path, instead };
            findings.add(problem, entry.key_span);
            continue;
        }
        check_group_name(&entry, findings);
        let Some(table) = entry.table(findings) else { continue };
        if let Some(nested) = table.entries().find(|inner| inner.as_table().is_some()) {
            let group = format!("{}.{}", entry.key, nested.key);
            findings.add(Problem::NestedGroup { key: nested.path, group }, nested.key_span);
            continue;
        }
        add_group(host, &mut entry_points, entry.key, &table, findings);
    }
    for (key, group) in [("scripts", CONSOLE_SCRIPTS), ("gui-scripts", GUI_SCRIPTS)] {
        if let Some(table) = project.table(key, findings) {
            add_group(host, &mut entry_points, group, &table, findings);
        }
    }
    entry_points
}
