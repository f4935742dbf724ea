//! Finding the module that a project distributes.

use std::io;
use std::path::Path;

use super::SourceTreeError;
use super::path::check_inside;
use super::walk::{files_below, source_file};
use crate::host::{Host, LogLevel};
use crate::model::{Module, ModuleKind};

/// Finds module `name` (dotted for a module in a namespace) and its files.
///
/// Looks for a directory and for a `.py` file of that name, in the source tree and in `src/`; exactly one may exist. A
/// directory needs no `__init__.py`, and a parent's is not packed: it belongs to the namespace.
///
/// # Errors
///
/// There is no such module or more than one, or something among its files cannot be packed.
pub fn find_module(
    host: &dyn Host,
    source_tree: &Path,
    name: &str,
) -> Result<Module, SourceTreeError> {
    let stem = name.replace('.', "/");
    let candidates = ["", "src"].into_iter().flat_map(|root| {
        let base = if root.is_empty() { stem.clone() } else { format!("{root}/{stem}") };
        [(root, base.clone(), true), (root, format!("{base}.py"), false)]
    });
    let mut looked_for = Vec::new();
    let mut found = Vec::new();
    for (root, path, is_directory) in candidates {
        let shown = if is_directory { format!("{path}/") } else { path.clone() };
        let on_disk = source_tree.join(&path);
        if if is_directory { on_disk.is_dir() } else { on_disk.is_file() } {
            found.push((root, path, is_directory, shown));
        } else {
            looked_for.push(shown);
        }
    }
    if found.len() > 1 {
        let candidates = found.into_iter().map(|(.., shown)| shown).collect();
        return Err(SourceTreeError::AmbiguousModule { name: name.into(), candidates });
    }
    let Some((root, path, is_directory, _)) = found.pop() else {
        return Err(SourceTreeError::ModuleNotFound {
            name: name.into(),
            candidates: looked_for,
            source_tree: source_tree.into(),
        });
    };
    check_inside(source_tree, &path, &fs_err::canonicalize(source_tree.join(&path))?)?;
    let kind = if !is_directory {
        ModuleKind::File
    } else if name.ends_with("-stubs") {
        ModuleKind::Stubs
    } else {
        ModuleKind::Package
    };
    let files = match kind {
        ModuleKind::File => vec![single_file(source_tree, &path)?],
        ModuleKind::Package | ModuleKind::Stubs => package_files(host, source_tree, &path)?,
    };
    Ok(Module { name: name.into(), kind, root: root.into(), path, files })
}

fn single_file(source_tree: &Path, path: &str) -> io::Result<crate::model::SourceFile> {
    let on_disk = source_tree.join(path);
    let is_link = on_disk.is_symlink();
    Ok(source_file(path.into(), &fs_err::metadata(&on_disk)?, is_link))
}

fn package_files(
    host: &dyn Host,
    source_tree: &Path,
    path: &str,
) -> Result<Vec<crate::model::SourceFile>, SourceTreeError> {
    let walk = files_below(source_tree, path)?;
    for link in walk.skipped_links {
        host.log(
            LogLevel::Warning,
            &format!("`{link}` is a link to a directory; what it holds is not packed"),
        );
    }
    Ok(walk.files)
}
