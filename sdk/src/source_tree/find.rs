//! Finding the module that a project distributes.

use std::path::Path;

use super::SourceTreeError;
use super::file::source_file;
use super::path::{check_inside, unresolved};
use super::walk::files_below;
use crate::host::Host;
use crate::model::{Module, ModuleKind, SourceFile};

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
        if is_there(source_tree, &path, is_directory)? {
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
    check_inside(source_tree, &path)?;
    let kind = if !is_directory {
        ModuleKind::File
    } else if name.ends_with("-stubs") {
        ModuleKind::Stubs
    } else {
        ModuleKind::Package
    };
    let files = match kind {
        ModuleKind::File => vec![source_file(source_tree, &path)?],
        ModuleKind::Package | ModuleKind::Stubs => package_files(host, source_tree, &path)?,
    };
    Ok(Module { name: name.into(), kind, root: root.into(), path, files })
}

/// Whether there is a directory, or a file, at this path.
fn is_there(source_tree: &Path, path: &str, is_directory: bool) -> Result<bool, SourceTreeError> {
    let on_disk = source_tree.join(path);
    match fs_err::metadata(&on_disk) {
        Ok(metadata) => Ok(if is_directory { metadata.is_dir() } else { metadata.is_file() }),
        Err(error) => match unresolved(&on_disk, path, error) {
            SourceTreeError::Missing { .. } => Ok(false),
            error => Err(error),
        },
    }
}

fn package_files(
    host: &dyn Host,
    source_tree: &Path,
    path: &str,
) -> Result<Vec<SourceFile>, SourceTreeError> {
    let walk = files_below(source_tree, path)?;
    walk.tell(host);
    Ok(walk.files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::PluginError;
    use crate::testing::{SourceTreeBuilder, TestHost};

    fn tree(paths: &[&str]) -> SourceTreeBuilder {
        paths.iter().fold(SourceTreeBuilder::new(), |tree, path| tree.file(path, ""))
    }

    fn found(tree: &SourceTreeBuilder, name: &str) -> Result<Module, PluginError> {
        Ok(find_module(&TestHost::default(), &tree.path(), name)?)
    }

    #[test]
    fn finds_every_kind_of_module() {
        use ModuleKind::{File, Package, Stubs};
        for (paths, name, kind, root, path) in [
            (&["m.py"][..], "m", File, "", "m.py"),
            (&["m/__init__.py"], "m", Package, "", "m"),
            (&["m/other.txt"], "m", Package, "", "m"),
            (&["src/m.py"], "m", File, "src", "src/m.py"),
            (&["src/m/__init__.py", "m.pyi"], "m", Package, "src", "src/m"),
            (&["a/b/m.py"], "a.b.m", File, "", "a/b/m.py"),
            (&["src/a/m/__init__.py"], "a.m", Package, "src", "src/a/m"),
            (&["m-stubs/__init__.pyi"], "m-stubs", Stubs, "", "m-stubs"),
            (&["src/m-stubs/__init__.pyi"], "m-stubs", Stubs, "src", "src/m-stubs"),
            (&["größe.py"], "größe", File, "", "größe.py"),
            // A directory that ends like a file, and a file that has no ending, are something else.
            (&["m.py", "src/m.py/x", "src/m", "m.pyi"], "m", File, "", "m.py"),
        ] {
            let module = found(&tree(paths), name).unwrap();
            assert_eq!(
                (module.name.as_str(), module.kind, module.root.as_str(), module.path.as_str()),
                (name, kind, root, path)
            );
        }
    }

    #[test]
    fn the_files_of_a_namespace_are_not_the_modules() {
        let tree = tree(&["a/__init__.py", "a/other.py", "a/b/__init__.py", "a/b/c.py"]);
        let files = found(&tree, "a.b").unwrap().files;
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a/b/__init__.py", "a/b/c.py"]);
    }

    #[test]
    fn says_where_it_looked() {
        let tree = tree(&["n.py"]);
        let error = found(&tree, "a.m").unwrap_err();
        assert_eq!(error.message, "no file or folder found for module `a.m`");
        let place = tree.path();
        let hint = format!("looked for a/m/, a/m.py, src/a/m/, src/a/m.py in {}", place.display());
        assert_eq!(error.hints, [hint]);
    }

    #[test]
    fn refuses_to_choose() {
        let error = found(&tree(&["m.py", "m/a", "src/m/a", "src/m.py"]), "m").unwrap_err();
        assert_eq!(
            error.message,
            "several files or folders could be module `m`: m/, m.py, src/m/, src/m.py"
        );
        assert_eq!(error.hints, ["rename or remove all but one of them"]);
    }

    #[test]
    fn tells_the_user_about_names_that_differ_in_case() {
        let host = TestHost::default();
        find_module(&host, &tree(&["m/a.py", "m/A.py"]).path(), "m").unwrap();
        assert_eq!(
            host.messages(),
            ["warning: `m/a.py` and `m/a.py` differ only in case; not every system can hold both"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn follows_the_module_itself_through_a_link_inside_the_tree() {
        use crate::testing::symlink;
        let tree = tree(&["lib/real/__init__.py", "lib/one.py"]);
        symlink("lib/real", tree.path().join("m"));
        symlink("lib/one.py", tree.path().join("n.py"));
        assert_eq!(found(&tree, "m").unwrap().files[0].path, "m/__init__.py");
        assert!(found(&tree, "n").unwrap().files[0].is_link);
        symlink("../../lib", tree.path().join("lib/real/sub"));
        let host = TestHost::default();
        find_module(&host, &tree.path(), "m").unwrap();
        let message = "warning: `m/sub` is a link to a directory; what it holds is not packed";
        assert_eq!(host.messages(), [message]);
    }

    #[cfg(unix)]
    #[test]
    fn refuses_a_module_behind_a_link_that_leaves_the_tree_or_leads_nowhere() {
        use crate::testing::symlink;
        let outside = tree(&["m/__init__.py"]);
        let linked = tree(&[]);
        symlink(outside.path().join("m"), linked.path().join("m"));
        let error = found(&linked, "m").unwrap_err();
        let target = outside.path().join("m");
        let message =
            format!("`m` is a link that leads out of the source tree, to {}", target.display());
        assert_eq!(error.message, message);
        assert_eq!(error.hints, ["copy the file into the source tree instead of linking to it"]);
        let dangling = tree(&[]);
        symlink("gone.py", dangling.path().join("m.py"));
        let error = found(&dangling, "m").unwrap_err();
        assert_eq!(error.message, "`m.py` is a link to something that does not exist");
        assert_eq!(error.hints, ["remove the link, or restore what it links to"]);
    }
}
