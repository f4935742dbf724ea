//! Looks at files of the source tree: what each is, and where links lead.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::Path;

use flit_sdk::source_tree::{SourceTreeError, is_executable, kind_of_special_file, relative_path};

use crate::error::SdistError;
use crate::member::{Content, Member};

/// Describes what lies at `path`; `None` if it is a directory, as a submodule is that was not checked out.
pub(crate) fn describe(source_tree: &Path, path: &str) -> Result<Option<Content>, SdistError> {
    let metadata = match fs_err::symlink_metadata(source_tree.join(path)) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SourceTreeError::Missing { path: path.into() }.into());
        }
        Err(error) => return Err(error.into()),
    };
    let file_type = metadata.file_type();
    if file_type.is_file() {
        Ok(Some(file(&metadata)))
    } else if file_type.is_symlink() {
        Ok(Some(Content::Link { target: link_target(source_tree, path)? }))
    } else if file_type.is_dir() {
        Ok(None)
    } else {
        let what = kind_of_special_file(file_type);
        Err(SourceTreeError::SpecialFile { path: path.into(), what }.into())
    }
}

/// Turns links to files that are not packed into copies of these files: where the sdist is unpacked they would lead
/// nowhere.
///
/// Takes members that are sorted by path.
pub(crate) fn store_unpacked_targets(
    source_tree: &Path,
    members: &mut [Member],
) -> Result<(), SdistError> {
    let is_link = |member: &Member| matches!(member.content, Content::Link { .. });
    if !members.iter().any(is_link) {
        return Ok(());
    }
    let packed: HashSet<String> = members
        .iter()
        .flat_map(|member| {
            let directories = member.path.match_indices('/').map(|(at, _)| &member.path[..at]);
            directories.chain([member.path.as_str()]).map(String::from)
        })
        .collect();
    for member in members {
        let Content::Link { target } = &member.content else { continue };
        if packed.contains(&relative_path(&from_directory_of(&member.path, target))?) {
            continue;
        }
        match fs_err::metadata(source_tree.join(&member.path)) {
            Ok(metadata) if metadata.is_file() => member.content = file(&metadata),
            // It leads nowhere in the source tree either, or to a directory: the project's own affair.
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn file(metadata: &Metadata) -> Content {
    Content::File { size: metadata.len(), is_executable: is_executable(metadata) }
}

/// Where a link leads, unless that is outside the source tree: then whoever unpacks the sdist would follow it to a file
/// of their own.
fn link_target(source_tree: &Path, path: &str) -> Result<String, SdistError> {
    let on_disk = source_tree.join(path);
    let target = fs_err::read_link(&on_disk)?;
    let Some(text) = target.to_str() else {
        return Err(SourceTreeError::InvalidName { path: target }.into());
    };
    let text = text.replace(std::path::MAIN_SEPARATOR, "/");
    // The first part of a path on another system may be a drive, which only a path of its own shows.
    let first_part = text.split('/').next().unwrap_or_default();
    let is_rooted =
        first_part != ".." && relative_path(first_part).is_err() || text.starts_with('/');
    let escapes = is_rooted || relative_path(&from_directory_of(path, &text)).is_err();
    // A link may be inside by its text and still leave the tree by way of another link.
    let leaves = |resolved| -> io::Result<bool> {
        Ok(!Path::starts_with(resolved, fs_err::canonicalize(source_tree)?))
    };
    let escapes = escapes
        || match fs_err::canonicalize(&on_disk) {
            Ok(resolved) => leaves(&resolved)?,
            Err(_) => false, // leads nowhere
        };
    if escapes {
        return Err(SdistError::EscapingLink { path: path.into(), target: text });
    }
    Ok(text)
}

/// The path that `target` means in a link at `path`.
fn from_directory_of(path: &str, target: &str) -> String {
    match path.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{target}"),
        None => target.to_owned(),
    }
}
