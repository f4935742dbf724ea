//! Settled metadata as a `[project]` table: what flit's own backend makes the same METADATA from.
//!
//! `[project]` cannot express all of core metadata. A home page and a download page become links (`Project-URL`);
//! `License` becomes a text that flit reads and drops; `Platform`, `Supported-Platform`, `Requires-External`,
//! `Provides-Dist`, `Obsoletes-Dist` and `Dynamic` have no place at all.

use std::collections::BTreeMap;

use flit_sdk::model::{
    CoreMetadata, EntryPoints, Field, LICENSE_FILE_PREFIXES, Project, is_readme_content_type,
};
use toml_edit::{Array, InlineTable, Item, Table, Value, value};

use super::dependencies::Dependencies;
use super::people::people;

/// The keys of `[project]` that hold the value of a field; none if there is no place for it.
pub(super) fn keys_of(field: Field) -> &'static [&'static str] {
    match field {
        Field::Name => &["name"],
        Field::Version => &["version"],
        Field::Summary => &["description"],
        Field::HomePage | Field::DownloadUrl | Field::ProjectUrl => &["urls"],
        Field::Keywords => &["keywords"],
        Field::Author | Field::AuthorEmail => &["authors"],
        Field::Maintainer | Field::MaintainerEmail => &["maintainers"],
        Field::RequiresPython => &["requires-python"],
        Field::Description | Field::DescriptionContentType => &["readme"],
        // One of the two, whichever can be written; see `put_license`.
        Field::License | Field::LicenseExpression | Field::LicenseFile => {
            &["license", "license-files"]
        }
        Field::Classifier => &["classifiers"],
        Field::RequiresDist | Field::ProvidesExtra => &["dependencies", "optional-dependencies"],
        Field::ImportName => &["import-names"],
        Field::ImportNamespace => &["import-namespaces"],
        // The others, and those of later versions.
        _ => &[],
    }
}

/// Makes the table, with nothing left to find out: each value is written down.
///
/// flit's backend could find a version in the module again, but not in every way that we can: it would import what it
/// cannot read, and what the import needs may not be there when the sdist is built.
pub(super) fn project_table(project: &Project) -> Table {
    let metadata = &project.metadata;
    let mut table = Table::new();
    table.insert("name", value(project.name.as_str()));
    table.insert("version", value(project.version.as_str()));
    put_text(&mut table, "description", metadata.text(Field::Summary));
    if let Some(readme) = readme(project) {
        table.insert("readme", value(readme));
    }
    put_text(&mut table, "requires-python", metadata.text(Field::RequiresPython));
    put_license(&mut table, metadata);
    let text = |field| metadata.text(field);
    put_list(&mut table, "authors", people(text(Field::Author), text(Field::AuthorEmail)));
    put_list(
        &mut table,
        "maintainers",
        people(text(Field::Maintainer), text(Field::MaintainerEmail)),
    );
    // Not trimmed: flit joins them with bare commas.
    put_list(
        &mut table,
        "keywords",
        text(Field::Keywords).and_then(|keywords| list(keywords.split(','))),
    );
    put_list(&mut table, "classifiers", list(metadata.list(Field::Classifier)));
    let dependencies = Dependencies::split(metadata);
    put_list(&mut table, "dependencies", list(&dependencies.always));
    put_table(&mut table, "urls", urls(metadata));
    put_entry_points(&mut table, project);
    let by_extra = dependencies.by_extra.into_iter();
    let by_extra = by_extra
        .map(|(extra, list_of_extra)| (extra, value(list(&list_of_extra).unwrap_or_default())));
    put_table(&mut table, "optional-dependencies", by_extra.collect());
    table
}

/// Adds what flit derives from the module: written only where somebody else settled it.
pub(super) fn put_import_names(table: &mut Table, metadata: &CoreMetadata) {
    for (key, field) in
        [("import-names", Field::ImportName), ("import-namespaces", Field::ImportNamespace)]
    {
        put_list(table, key, list(metadata.list(field)));
    }
}

/// Puts each element on a line of its own if there are several.
pub(super) fn in_lines(mut list: Array) -> Array {
    if list.len() > 1 {
        for element in list.iter_mut() {
            element.decor_mut().set_prefix("\n    ");
        }
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    }
    list
}

fn list(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Option<Array> {
    let list: Array = texts.into_iter().map(|text| Value::from(text.as_ref())).collect();
    (!list.is_empty()).then(|| in_lines(list))
}

fn put_text(table: &mut Table, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        table.insert(key, value(text));
    }
}

fn put_list(table: &mut Table, key: &str, list: Option<Array>) {
    if let Some(list) = list {
        table.insert(key, value(list));
    }
}

fn put_table(table: &mut Table, key: &str, entries: BTreeMap<String, Item>) {
    if !entries.is_empty() {
        table.insert(key, Item::Table(entries.into_iter().collect()));
    }
}

fn inline(entries: [(&str, &str); 2]) -> Value {
    entries.into_iter().collect::<InlineTable>().into()
}

/// The readme, by name if the values came from a file.
fn readme(project: &Project) -> Option<Value> {
    let description = project.metadata.text(Field::Description).filter(|text| !text.is_empty())?;
    let media_type = project.metadata.text(Field::DescriptionContentType);
    let known_type = media_type.filter(|media_type| is_readme_content_type(media_type));
    let is_from_file = !project.frozen.contains(&Field::Description);
    Some(match (&project.layout.readme_path, known_type) {
        (Some(path), Some(known_type)) if is_from_file => {
            inline([("file", path), ("content-type", known_type)])
        }
        (Some(path), None) if is_from_file => path.into(),
        (_, known_type) => {
            inline([("text", description), ("content-type", known_type.unwrap_or("text/plain"))])
        }
    })
}

/// Writes the license, and which files hold it.
///
/// flit takes no list of files beside a license in words, but then finds the files with the usual names.
fn put_license(table: &mut Table, metadata: &CoreMetadata) {
    let files = metadata.list(Field::LicenseFile);
    // What flit.ini projects have always had for want of a license.
    let in_words = metadata.text(Field::License).filter(|license| *license != "UNKNOWN");
    if let Some(expression) = metadata.text(Field::LicenseExpression) {
        table.insert("license", value(expression));
    } else if let Some(in_words) = in_words.filter(|_| files.iter().all(|path| is_usual(path))) {
        let license: InlineTable = [("text", in_words)].into_iter().collect();
        table.insert("license", value(license));
        return;
    }
    let patterns: Array = files.iter().map(|path| Value::from(as_pattern(path))).collect();
    table.insert("license-files", value(in_lines(patterns)));
}

/// Whether flit takes a file for a license by its name alone.
fn is_usual(path: &str) -> bool {
    LICENSE_FILE_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) && !path.contains('/')
}

/// A pattern that matches the path and has only the characters that flit allows.
fn as_pattern(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for character in path.chars() {
        match character {
            '[' => pattern.push_str("[[]"),
            '_' | '-' | '.' | '/' | ']' | ' ' => pattern.push(character),
            character if character.is_alphanumeric() => pattern.push(character),
            _ => pattern.push('?'),
        }
    }
    pattern
}

fn urls(metadata: &CoreMetadata) -> BTreeMap<String, Item> {
    let mut urls = BTreeMap::new();
    for link in metadata.list(Field::ProjectUrl) {
        if let Some((label, url)) = link.split_once(',') {
            urls.insert(label.trim().to_owned(), value(url.trim()));
        }
    }
    for (label, field) in [("Homepage", Field::HomePage), ("Download", Field::DownloadUrl)] {
        if let Some(url) = metadata.text(field) {
            urls.entry(label.into()).or_insert_with(|| value(url));
        }
    }
    urls
}

fn put_entry_points(table: &mut Table, project: &Project) {
    let mut others = Table::new();
    others.set_implicit(true);
    for (group, entries) in &project.entry_points.groups {
        let entries = entries.iter().map(|(name, reference)| (name.clone(), value(reference)));
        let entries: BTreeMap<_, _> = entries.collect();
        match group.as_str() {
            EntryPoints::CONSOLE_SCRIPTS => put_table(table, "scripts", entries),
            EntryPoints::GUI_SCRIPTS => put_table(table, "gui-scripts", entries),
            group => put_table(&mut others, group, entries),
        }
    }
    if !others.is_empty() {
        table.insert("entry-points", Item::Table(others));
    }
}
