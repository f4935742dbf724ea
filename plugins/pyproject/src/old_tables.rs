//! The older form: `[tool.flit.metadata]`, `[tool.flit.scripts]` and `[tool.flit.entrypoints]`, as flit 3.12 reads them.

use flit_sdk::model::{CoreMetadata, EntryPoints, Field, Layout, ProjectName};
use flit_sdk::{Fragment, Host, LogLevel};

use crate::entry_points::{CONSOLE_SCRIPTS, add_entry, add_group, check_group_name};
use crate::findings::Findings;
use crate::license_files::{OLD_PREFIXES, usual_license_files};
use crate::line_ends::with_lf_only;
use crate::links::{is_link, read_links};
use crate::problem::Problem;
use crate::readme::Readme;
use crate::requirements::{
    Extras, read_extras, read_requirements, read_requires_python, set_requirements,
};
use crate::table::{Entry, Table, Text, single_lines};

const KEYS: &[&str] = &[
    "module",
    "author",
    "author-email",
    "maintainer",
    "maintainer-email",
    "home-page",
    "license",
    "keywords",
    "requires-python",
    "dist-name",
    "description-file",
    "classifiers",
    "requires",
    "requires-extra",
    "dev-requires",
    "urls",
];

/// The keys whose strings are written as they are.
const TEXTS: &[(&str, Field)] = &[
    ("author", Field::Author),
    ("author-email", Field::AuthorEmail),
    ("maintainer", Field::Maintainer),
    ("maintainer-email", Field::MaintainerEmail),
    ("home-page", Field::HomePage),
    ("license", Field::License),
    ("keywords", Field::Keywords),
];

/// Reads the tables.
pub(crate) fn read_old_tables(
    host: &dyn Host,
    layout: &Layout,
    table: &Table<'_>,
    flit: Option<&Table<'_>>,
    findings: &mut Findings<'_>,
) -> Fragment {
    table.check_keys(KEYS, findings);
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::MetadataVersion, "2.4");
    metadata.set_text(Field::Name, name(layout, table, findings));
    if !table.contains("author") {
        let key = format!("{}.author", table.path);
        findings.add(Problem::MissingKey { key }, table.span.clone());
    }
    for (key, field) in TEXTS {
        if let Some(text) = table.text(key, findings) {
            set_text(*field, &text, &mut metadata, findings);
        }
    }
    if let Some(text) = table.text("requires-python", findings) {
        read_requires_python(&text, &mut metadata, findings);
    }
    if let Some(file) = table.text("description-file", findings) {
        Readme::of_file(file).read(host, &layout.source_tree, &mut metadata, findings);
    }
    let classifiers = table.texts("classifiers", findings);
    metadata.set_list(Field::Classifier, single_lines(classifiers, findings));
    if let Some(urls) = table.table("urls", findings) {
        metadata.set_list(Field::ProjectUrl, read_links(&urls, findings));
    }
    requirements(host, table, &mut metadata, findings);
    match usual_license_files(&layout.source_tree, OLD_PREFIXES) {
        Ok(mut files) => {
            files.sort_unstable();
            metadata.set_list(Field::LicenseFile, files);
        }
        Err(source) => {
            let problem = Problem::Path { key: "license file".into(), source };
            findings.add(problem, table.span.clone());
        }
    }
    Fragment {
        metadata,
        dynamic: vec![Field::Version, Field::Summary],
        open_ended: false,
        entry_points: flit
            .map_or_else(EntryPoints::default, |flit| entry_points(host, flit, findings)),
        // They became the extra `dev`, which is written.
        development_requires: Vec::new(),
        found_in_source: true,
    }
}

/// The name of the project: that of the module unless another is given.
fn name(layout: &Layout, table: &Table<'_>, findings: &mut Findings<'_>) -> String {
    let Some(text) = table.text("dist-name", findings) else { return layout.module.name.clone() };
    if let Err(source) = ProjectName::parse(text.value) {
        findings.add(Problem::Name { key: text.path, source }, text.span);
    }
    text.value.into()
}

fn set_text(
    field: Field,
    text: &Text<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    if field == Field::HomePage && !text.value.is_empty() && !is_link(text.value) {
        findings.add(Problem::LinkTarget { url: text.value.into() }, text.span.clone());
    }
    if field != Field::License || !text.value.is_empty() {
        metadata.set_text(field, with_lf_only(text.value));
    }
}

fn requirements(
    host: &dyn Host,
    table: &Table<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    let base = table.texts("requires", findings);
    let base = read_requirements(base, findings);
    let mut extras = match table.table("requires-extra", findings) {
        Some(extras) => read_extras(&extras, findings),
        None => Extras::new(),
    };
    if let Some(entry) = table.get("dev-requires") {
        let texts = entry.texts(findings);
        let requirements = read_requirements(texts, findings);
        if extras.insert("dev".into(), requirements).is_some() {
            let other = "`requires-extra.dev`, which replaces it";
            findings.add(Problem::MixedKeys { key: entry.path, other }, entry.key_span);
        } else {
            host.log(LogLevel::Warning, "`dev-requires` is obsolete: it becomes the extra `dev`");
        }
    }
    set_requirements(metadata, base, &extras);
}

fn entry_points(host: &dyn Host, flit: &Table<'_>, findings: &mut Findings<'_>) -> EntryPoints {
    let mut entry_points = EntryPoints::default();
    if let Some(groups) = flit.table("entrypoints", findings) {
        add_nested_groups(host, &groups, &mut entry_points, findings);
    }
    if let Some(scripts) = flit.table("scripts", findings)
        && scripts.entries().next().is_some()
    {
        if entry_points.groups.contains_key(CONSOLE_SCRIPTS) {
            let other = "the group `console_scripts` in [tool.flit.entrypoints]";
            let problem = Problem::MixedForms { table: scripts.path.clone(), other };
            findings.add(problem, scripts.span.clone());
        }
        add_group(host, &mut entry_points, CONSOLE_SCRIPTS, &scripts, findings);
    }
    entry_points
}

/// Adds groups whose dots made tables: `[tool.flit.entrypoints.a.b]` is the group `a.b`.
fn add_nested_groups(
    host: &dyn Host,
    groups: &Table<'_>,
    entry_points: &mut EntryPoints,
    findings: &mut Findings<'_>,
) {
    let mut pending: Vec<(String, Entry<'_>)> =
        groups.entries().map(|entry| (entry.key.into(), entry)).collect();
    while let Some((group, entry)) = pending.pop() {
        let Some(table) = entry.table(findings) else { continue };
        check_group_name(&entry, findings);
        for inner in table.entries() {
            if inner.as_table().is_some() {
                pending.push((format!("{group}.{}", inner.key), inner));
            } else {
                add_entry(host, entry_points, &group, &inner, findings);
            }
        }
    }
}
