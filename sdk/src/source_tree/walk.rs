//! Walking directories: their files in a stable order, with one look at each.

use std::io;
use std::path::Path;

use super::SourceTreeError;
use super::collision::check_names;
use super::file::described;
use super::path::{check_target, joined, unresolved};
use crate::host::{Host, LogLevel};
use crate::model::SourceFile;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files: each directory's files sorted by code point, then its subdirectories in turn.
    pub files: Vec<SourceFile>,
    /// Symbolic links to directories, which are not followed. Whoever walks tells the user about them.
    pub skipped_links: Vec<String>,
    /// Pairs of paths that differ only in upper and lower case: file systems exist that cannot hold both.
    pub case_collisions: Vec<(String, String)>,
}

impl Walk {
    /// Warns the user of what was left out, and of what not every system can hold.
    pub fn tell(&self, host: &dyn Host) {
        for link in &self.skipped_links {
            host.log(
                LogLevel::Warning,
                &format!("`{link}` is a link to a directory; what it holds is not packed"),
            );
        }
        for (first, second) in &self.case_collisions {
            host.log(
                LogLevel::Warning,
                &format!(
                    "`{first}` and `{second}` differ only in case; not every system can hold both"
                ),
            );
        }
    }
}

/// Finds all files below `directory`, a path from [`relative_path`](super::relative_path); `__pycache__` and `*.pyc` left out.
///
/// # Errors
///
/// A directory cannot be read, or something in it can never be packed: a link that leads out of the tree or nowhere, a
/// FIFO, a socket, a device, a name that is not UTF-8, two names that are one in another Unicode form.
pub fn files_below(source_tree: &Path, directory: &str) -> Result<Walk, SourceTreeError> {
    let mut walk = Walk::default();
    // Depth first with a stack of our own: a tree may be deeper than the thread's stack.
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        let mut subdirectories = read_directory(source_tree, &directory, &mut walk)?;
        subdirectories.sort_unstable_by(|a, b| b.cmp(a));
        pending.append(&mut subdirectories);
    }
    Ok(walk)
}

/// Adds the files of one directory, sorted, and returns its subdirectories.
fn read_directory(
    source_tree: &Path,
    directory: &str,
    walk: &mut Walk,
) -> Result<Vec<String>, SourceTreeError> {
    let mut subdirectories = Vec::new();
    let first_new = walk.files.len();
    let listing = fs_err::read_dir(source_tree.join(directory))
        .map_err(|error| unreadable(directory, error))?;
    for entry in listing {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(SourceTreeError::InvalidName { path: entry.path() });
        };
        if name == "__pycache__" || name.as_bytes().ends_with(b".pyc") {
            continue;
        }
        let path = joined(directory, name);
        let file_type = entry.file_type()?;
        if file_type.is_dir() {
            subdirectories.push(path);
        } else if file_type.is_symlink() {
            match linked_file(source_tree, &path)? {
                Some(file) => walk.files.push(file),
                None => walk.skipped_links.push(path),
            }
        } else {
            let metadata = entry.metadata().map_err(|error| unreadable(&path, error))?;
            walk.files.push(described(path, &metadata, false)?);
        }
    }
    let new_files = &mut walk.files[first_new..];
    new_files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let paths = new_files.iter().map(|file| &file.path).chain(&subdirectories);
    let prefix = if directory.is_empty() { 0 } else { directory.len() + 1 };
    walk.case_collisions.append(&mut check_names(directory, paths.map(|path| &path[prefix..]))?);
    Ok(subdirectories)
}

/// The file that a link stands for; `None` if it is a directory.
fn linked_file(source_tree: &Path, path: &str) -> Result<Option<SourceFile>, SourceTreeError> {
    let on_disk = source_tree.join(path);
    let target =
        fs_err::canonicalize(&on_disk).map_err(|error| unresolved(&on_disk, path, error))?;
    check_target(source_tree, path, &target)?;
    let metadata = fs_err::metadata(&target)?;
    if metadata.is_dir() { Ok(None) } else { described(path.to_owned(), &metadata, true).map(Some) }
}

/// What it means that something in a directory that we were led to cannot be opened.
fn unreadable(path: &str, error: io::Error) -> SourceTreeError {
    // The operating system's limit for one path, which a tree can exceed by moving directories into each other.
    if error.kind() == io::ErrorKind::InvalidFilename {
        let shown = path.char_indices().nth(80).map_or(path, |(end, _)| &path[..end]);
        SourceTreeError::PathTooLong { start: shown.into(), bytes: path.len() }
    } else {
        error.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SourceTreeBuilder;

    fn paths(tree: &SourceTreeBuilder, directory: &str) -> Vec<String> {
        let walk = files_below(&tree.path(), directory).unwrap();
        walk.files.into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn files_come_before_subdirectories_and_both_by_code_point() {
        let tree = [
            "p/b.py", "p/a/z.py", "p/a/b/c", "p/a.py", "p/B", "p/ä", "p/a-b/c", "p/a0/c", "p/.x",
            "q",
        ]
        .into_iter()
        .fold(SourceTreeBuilder::new(), |tree, path| tree.file(path, ""));
        let expected = "p/.x p/B p/a.py p/b.py p/ä p/a/z.py p/a/b/c p/a-b/c p/a0/c";
        assert_eq!(paths(&tree, "p").join(" "), expected);
        assert_eq!(paths(&tree, "").join(" "), format!("q {expected}"));
    }

    #[test]
    fn bytecode_is_left_out_and_empty_directories_leave_no_trace() {
        let tree = [
            "p/__pycache__/a.cpython-311.pyc",
            "p/a.pyc",
            "p/.pyc",
            "p/x.pyc/y",
            "p/b/__pycache__",
            "p/a.pyo",
            "p/pyc",
        ]
        .into_iter()
        .fold(SourceTreeBuilder::new(), |tree, path| tree.file(path, "12345"));
        fs_err::create_dir(tree.path().join("p/empty")).unwrap();
        assert_eq!(paths(&tree, "p"), ["p/a.pyo", "p/pyc"]);
        assert_eq!(files_below(&tree.path(), "p").unwrap().files[0].size, 5);
    }

    #[test]
    fn a_directory_that_is_missing_or_a_file_is_an_error_with_its_path() {
        let tree = SourceTreeBuilder::new().file("f", "");
        for directory in ["f", "missing"] {
            let error = files_below(&tree.path(), directory).unwrap_err().to_string();
            assert!(error.contains(&*tree.path().join(directory).to_string_lossy()), "{error}");
        }
    }

    #[test]
    fn names_that_differ_in_case_are_reported() {
        let tree = SourceTreeBuilder::new().file("p/Aa/x", "").file("p/aA", "").file("p/b", "");
        let walk = files_below(&tree.path(), "p").unwrap();
        assert_eq!(walk.case_collisions, [("p/Aa".into(), "p/aA".into())]);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::PermissionsExt;

        use super::*;
        use crate::testing::symlink;

        fn refused(tree: &SourceTreeBuilder) -> String {
            files_below(&tree.path(), "p").unwrap_err().to_string()
        }

        #[test]
        fn links_to_files_inside_stand_for_them() {
            let tree = SourceTreeBuilder::new().file("p/a", "").file("data", "123");
            symlink("../data", tree.path().join("p/link"));
            symlink("link", tree.path().join("p/second"));
            let mode = PermissionsExt::from_mode(0o755);
            fs_err::set_permissions(tree.path().join("data"), mode).unwrap();
            let walk = files_below(&tree.path(), "p").unwrap();
            let linked = |path: &str| SourceFile {
                path: path.into(),
                size: 3,
                is_executable: true,
                is_link: true,
            };
            assert_eq!(walk.files[1..], [linked("p/link"), linked("p/second")]);
            assert!(!walk.files[0].is_executable && !walk.files[0].is_link);
        }

        #[test]
        fn links_to_directories_are_reported_and_not_followed() {
            let tree = SourceTreeBuilder::new().file("p/a", "").file("d/b", "");
            symlink("../d", tree.path().join("p/d"));
            symlink("..", tree.path().join("p/up"));
            let walk = files_below(&tree.path(), "p").unwrap();
            let mut links = walk.skipped_links;
            links.sort_unstable();
            assert_eq!(links, ["p/d", "p/up"]);
            assert_eq!(walk.files.len(), 1);
        }

        #[test]
        fn links_that_leave_the_tree_or_lead_nowhere_are_refused() {
            let outside = SourceTreeBuilder::new().file("secret", "");
            for (target, message) in [
                (
                    outside.path().join("secret"),
                    "`p/l` is a link that leads out of the source tree, to ",
                ),
                (outside.path(), "`p/l` is a link that leads out of the source tree, to "),
                ("../../".into(), "`p/l` is a link that leads out of the source tree, to "),
                ("nowhere".into(), "`p/l` is a link to something that does not exist"),
                ("l".into(), "`p/l` is a link to something that does not exist"),
            ] {
                let tree = SourceTreeBuilder::new().file("p/a", "");
                symlink(target, tree.path().join("p/l"));
                assert!(refused(&tree).starts_with(message), "{}", refused(&tree));
            }
        }

        #[test]
        fn special_files_are_refused_directly_and_through_links() {
            let tree = SourceTreeBuilder::new().file("p/a", "").file("q/a", "").file("r/a", "");
            let at = |path: &str| tree.path().join(path);
            let status = std::process::Command::new("mkfifo").arg(at("p/f")).status().unwrap();
            assert!(status.success());
            let _socket = std::os::unix::net::UnixListener::bind(at("q/s")).unwrap();
            symlink("../p/f", at("r/l"));
            for (directory, message) in [
                ("p", "`p/f` is a FIFO, which cannot be packed"),
                ("q", "`q/s` is a socket, which cannot be packed"),
                ("r", "`r/l` is a FIFO, which cannot be packed"),
            ] {
                let error = files_below(&tree.path(), directory).unwrap_err();
                assert_eq!(error.to_string(), message);
            }
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn names_that_no_archive_could_carry_are_refused() {
            use std::os::unix::ffi::OsStrExt as _;
            let tree = SourceTreeBuilder::new().file("p/a", "");
            fs_err::write(tree.path().join(std::ffi::OsStr::from_bytes(b"p/x\xff")), "").unwrap();
            let message = format!("the name of {}/p/x\u{fffd} is not UTF-8", tree.path().display());
            assert_eq!(refused(&tree), message);
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn names_in_two_unicode_forms_are_refused() {
            let tree = SourceTreeBuilder::new().file("p/\u{e9}", "").file("p/e\u{301}/x", "");
            let message =
                "`p/e\u{301}` and `p/\u{e9}` are the same name in different Unicode forms";
            assert_eq!(refused(&tree), message);
        }

        #[test]
        fn a_directory_that_may_not_be_read_is_an_error() {
            let tree = SourceTreeBuilder::new().file("p/d/a", "");
            let directory = tree.path().join("p/d");
            let set_mode = |mode| {
                fs_err::set_permissions(&directory, PermissionsExt::from_mode(mode)).unwrap();
            };
            set_mode(0o000);
            let walked = files_below(&tree.path(), "p").map_err(|error| error.to_string());
            let may_read_all = fs_err::read_dir(&directory).is_ok();
            set_mode(0o755);
            match walked {
                // Nothing is unreadable for root.
                Ok(walk) => assert!(may_read_all && walk.files.len() == 1),
                Err(error) => assert!(!may_read_all && error.contains("p/d"), "{error}"),
            }
        }

        #[test]
        fn deep_trees_are_walked_until_the_system_gives_up() {
            let deep = (0..400).fold("p".to_owned(), |path, _| path + "/d");
            let tree = SourceTreeBuilder::new().file(&format!("{deep}/a"), "");
            assert_eq!(paths(&tree, "p"), [format!("{deep}/a")]);

            // Each half can be named, the whole cannot.
            let half =
                |name: &str| (0..10).fold(name.to_owned(), |path, _| path + "/" + &"d".repeat(240));
            let tree = SourceTreeBuilder::new()
                .file(&format!("{}/a", half("p")), "")
                .file(&format!("{}/a", half("q")), "");
            let joint = tree.path().join(half("p")).join("q");
            fs_err::rename(tree.path().join("q"), &joint).unwrap();
            let error = refused(&tree);
            assert!(error.starts_with("the path that starts with `p/dddddd"), "{error}");
            assert!(error.contains("ddd` is too long: 4"), "{error}");
            // So that the directory can be removed.
            fs_err::rename(&joint, tree.path().join("q")).unwrap();
        }
    }
}
