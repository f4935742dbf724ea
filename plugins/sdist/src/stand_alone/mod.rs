//! The pyproject.toml by which an sdist stands alone: built again with flit's own backend, without us or any plugin.

mod dependencies;
mod document;
mod people;
mod project_table;

use std::path::Path;

use flit_sdk::model::{Field, Project};
use flit_sdk::source_tree::{SourceTreeError, read_text, resolve_file};
use flit_sdk::{Host, Location, LogLevel};
use toml_edit::DocumentMut;

use crate::error::SdistError;
use crate::member::{Content, Member};

const PYPROJECT: &str = "pyproject.toml";
/// Where the file of the author is kept if the sdist has another in its place.
const ORIGINAL: &str = "pyproject.toml.orig";

/// The configuration file that is found without being named and read by a plugin that is always there: from its sdist
/// we build again what we built from the source tree.
const FLIT_INI: &str = "flit.ini";

/// Adds or replaces the pyproject.toml if the one of the source tree does not settle the whole project.
///
/// Members stay sorted by path.
pub(crate) fn complete(
    host: &dyn Host,
    project: &Project,
    members: &mut Vec<Member>,
) -> Result<(), SdistError> {
    let config_path = &project.layout.config_path;
    if config_path == PYPROJECT && project.is_found_in_source() {
        return Ok(());
    }
    warn_of_what_is_lost(host, &project.frozen);
    let (text, original) = if config_path == PYPROJECT {
        frozen_document(project)?
    } else {
        document_beside(project)?
    };
    put(members, project, PYPROJECT, text.into_bytes())?;
    if let Some(original) = original {
        put(members, project, ORIGINAL, original.into_bytes())?;
    }
    Ok(())
}

/// The text for a project whose pyproject.toml leaves values open, and the author's.
fn frozen_document(project: &Project) -> Result<(String, Option<String>), SdistError> {
    let source_tree = &project.layout.source_tree;
    let original = read_text(source_tree, PYPROJECT)?;
    let mut document = parse(source_tree, PYPROJECT, &original)?;
    if document::has_project(&document) {
        document::freeze(&mut document, project);
    } else {
        document::replace_flit_tables(
            &mut document,
            &mut document::generated(project, ORIGINAL, None),
        );
    }
    Ok((document::render(&document), Some(original)))
}

/// The text for a project that is configured in another file, and the author's pyproject.toml if there is one too.
fn document_beside(project: &Project) -> Result<(String, Option<String>), SdistError> {
    let source_tree = &project.layout.source_tree;
    let config_path = &project.layout.config_path;
    let mut other = read_if_there(source_tree, PYPROJECT)?;
    if let Some(text) = &other
        && document::is_generated(&parse(source_tree, PYPROJECT, text)?)
    {
        // The source tree is an unpacked sdist of ours.
        other = read_if_there(source_tree, ORIGINAL)?;
    }
    let own = match read_text(source_tree, config_path) {
        Ok(text) => text.parse::<DocumentMut>().ok(),
        Err(SourceTreeError::NotUtf8 { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut source = match own.filter(document::is_for_flit) {
        Some(mut own) if project.is_found_in_source() => {
            document::ensure_build_system(&mut own);
            own
        }
        Some(mut own) if document::has_project(&own) => {
            document::freeze(&mut own, project);
            own
        }
        Some(_) | None => {
            let is_found_again = config_path == FLIT_INI && project.is_found_in_source();
            document::generated(project, config_path, is_found_again.then_some(FLIT_INI))
        }
    };
    let Some(other) = other else { return Ok((document::render(&source), None)) };
    let mut document = parse(source_tree, PYPROJECT, &other)?;
    document::replace_flit_tables(&mut document, &mut source);
    Ok((document::render(&document), Some(other)))
}

fn warn_of_what_is_lost(host: &dyn Host, frozen: &[Field]) {
    let is_lost = |field: &&Field| {
        **field != Field::MetadataVersion && project_table::keys_of(**field).is_empty()
    };
    for field in frozen.iter().filter(is_lost) {
        host.log(
            LogLevel::Warning,
            &format!("`{field}` has no place in a pyproject.toml: a wheel built from the sdist will lack it"),
        );
    }
}

fn read_if_there(source_tree: &Path, path: &str) -> Result<Option<String>, SdistError> {
    match read_text(source_tree, path) {
        Ok(text) => Ok(Some(text)),
        Err(SourceTreeError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn parse(source_tree: &Path, path: &str, text: &str) -> Result<DocumentMut, SdistError> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let on_disk = source_tree.join(path);
        SdistError::InvalidToml {
            path: path.into(),
            reason: error.message().into(),
            location: error.span().map(|span| Location::of_span(on_disk, text, span)),
        }
    })
}

/// Puts a member in its place, over the file of the same path if there is one.
fn put(
    members: &mut Vec<Member>,
    project: &Project,
    path: &str,
    bytes: Vec<u8>,
) -> Result<(), SdistError> {
    let place = members.binary_search_by(|member| member.path.as_str().cmp(path));
    // The file may be the same one, in a source tree that is an unpacked sdist.
    if path == ORIGINAL && place.is_ok() {
        let on_disk = fs_err::read(resolve_file(&project.layout.source_tree, path)?)?;
        if on_disk != bytes {
            return Err(SdistError::NameTaken { path: path.into() });
        }
    }
    let member = Member { path: path.into(), content: Content::Generated(bytes) };
    match place {
        Ok(place) => members[place] = member,
        Err(place) => members.insert(place, member),
    }
    Ok(())
}
