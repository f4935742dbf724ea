//! Globs in configuration, with the meaning that Python gives them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use glob::{MatchOptions, Pattern};

use super::SourceTreeError;
use super::path::{is_absolute, joined};

/// What wildcards do with names that start with a dot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hidden {
    /// They pass over them, as Python's `glob` does.
    Skipped,
    /// They match them like all others, as Python's `pathlib` does.
    Matched,
}

impl Hidden {
    /// Within one name, upper and lower case differing.
    fn options(self) -> MatchOptions {
        MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: self == Self::Skipped,
        }
    }
}

/// Finds all files and directories that `pattern` matches, sorted by code point, as paths relative to the source tree.
///
/// `*`, `?` and `[…]` match within one name, and `**` any number of directories; whether what they match may start with
/// a dot, `hidden` says. Upper and lower case differ. A pattern that matches nothing gives an empty list; the source tree itself is the empty path.
/// `**` does not go through links to directories. Whoever reads what was found checks where it leads
/// ([`resolve_file`](super::resolve_file)).
///
/// # Errors
///
/// The pattern is absolute or has `..`, a directory cannot be read, or a name that is matched is not UTF-8.
pub fn matching_paths(
    source_tree: &Path,
    pattern: &str,
    hidden: Hidden,
) -> Result<Vec<String>, SourceTreeError> {
    if is_absolute(pattern) {
        return Err(SourceTreeError::AbsolutePath { path: pattern.into() });
    }
    let mut paths = BTreeSet::from([String::new()]);
    let mut components = pattern.split('/').filter(|it| !matches!(*it, "" | ".")).peekable();
    while let Some(component) = components.next() {
        let is_last = components.peek().is_none();
        paths = match component {
            ".." => return Err(SourceTreeError::OutsidePath { path: pattern.into() }),
            "**" => below(source_tree, paths, hidden, is_last)?,
            component if component.contains(['*', '?', '[']) => {
                let name = name_pattern(pattern, component)?;
                named_alike(source_tree, &paths, &name, hidden, is_last)?
            }
            component => named(source_tree, paths, component, is_last),
        };
    }
    Ok(paths.into_iter().collect())
}

/// What in these directories has this very name.
fn named(
    source_tree: &Path,
    directories: BTreeSet<String>,
    name: &str,
    is_last: bool,
) -> BTreeSet<String> {
    let paths = directories.into_iter().map(|directory| joined(&directory, name));
    paths
        .filter(|path| {
            let on_disk = source_tree.join(path);
            // A link that leads nowhere is there all the same.
            if is_last { fs_err::symlink_metadata(on_disk).is_ok() } else { on_disk.is_dir() }
        })
        .collect()
}

/// What in these directories has a name that the pattern matches.
fn named_alike(
    source_tree: &Path,
    directories: &BTreeSet<String>,
    pattern: &Pattern,
    hidden: Hidden,
    is_last: bool,
) -> Result<BTreeSet<String>, SourceTreeError> {
    let mut found = BTreeSet::new();
    for directory in directories {
        for entry in entries(source_tree, directory)? {
            if pattern.matches_with(&entry.name, hidden.options())
                && (is_last || source_tree.join(joined(directory, &entry.name)).is_dir())
            {
                found.insert(entry.checked_path(source_tree, directory)?);
            }
        }
    }
    Ok(found)
}

/// These directories, and all that is below them: directories, and files too if nothing follows.
fn below(
    source_tree: &Path,
    directories: BTreeSet<String>,
    hidden: Hidden,
    is_last: bool,
) -> Result<BTreeSet<String>, SourceTreeError> {
    let mut pending: Vec<_> = directories.iter().cloned().collect();
    let mut found = directories;
    while let Some(directory) = pending.pop() {
        for entry in entries(source_tree, &directory)? {
            let is_passed_over = hidden == Hidden::Skipped && entry.name.starts_with('.');
            if !is_passed_over && (entry.is_directory || is_last) {
                let path = entry.checked_path(source_tree, &directory)?;
                if found.insert(path.clone()) && entry.is_directory {
                    pending.push(path);
                }
            }
        }
    }
    Ok(found)
}

/// One name in a directory.
struct Entry {
    /// The name, with replacement characters if it is not UTF-8.
    name: String,
    is_utf8: bool,
    /// Links to directories are not.
    is_directory: bool,
}

impl Entry {
    fn checked_path(&self, source_tree: &Path, directory: &str) -> Result<String, SourceTreeError> {
        let path = joined(directory, &self.name);
        if self.is_utf8 {
            Ok(path)
        } else {
            Err(SourceTreeError::InvalidName { path: source_tree.join(path) })
        }
    }
}

/// What a directory holds; nothing if it is none.
fn entries(source_tree: &Path, directory: &str) -> io::Result<Vec<Entry>> {
    let listing = match fs_err::read_dir(source_tree.join(directory)) {
        Ok(listing) => listing,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(Vec::new()),
                _ => Err(error),
            };
        }
    };
    listing
        .map(|entry| {
            let entry = entry?;
            let name = entry.file_name();
            Ok(Entry {
                is_utf8: name.to_str().is_some(),
                name: name.to_string_lossy().into_owned(),
                is_directory: entry.file_type()?.is_dir(),
            })
        })
        .collect()
}

/// The pattern of one name as the library wants it: Python takes `**` beside other characters for `*`, and a bracket
/// that is not closed for itself.
fn name_pattern(pattern: &str, component: &str) -> Result<Pattern, SourceTreeError> {
    let mut component = Cow::Borrowed(component);
    while component.contains("**") {
        component = component.replace("**", "*").into();
    }
    let mut text = String::new();
    let mut rest = &*component;
    while let Some((before, behind)) = rest.split_once('[') {
        text.push_str(before);
        // A bracket right behind the opening one, or behind `!`, belongs to the set.
        let first = usize::from(behind.starts_with('!'));
        let first = first + usize::from(behind[first..].starts_with(']'));
        if let Some(length) = behind[first..].find(']') {
            let end = first + length + 1;
            text.push('[');
            text.push_str(&behind[..end]);
            rest = &behind[end..];
        } else {
            text.push_str("[[]");
            rest = behind;
        }
    }
    text.push_str(rest);
    Pattern::new(&text).map_err(|error| SourceTreeError::InvalidPattern {
        pattern: pattern.into(),
        reason: error.msg,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SourceTreeBuilder;

    fn tree() -> SourceTreeBuilder {
        [
            "a.py",
            "b.txt",
            "B.py",
            ".hidden",
            ".dir/x.py",
            "a/x.py",
            "a/.y.py",
            "a/b/x.py",
            "a/b/c/z.txt",
            "a/.git/x.py",
            "[b].py",
            "é.py",
            "a[1]/q",
            "]",
            "!x",
        ]
        .into_iter()
        .fold(SourceTreeBuilder::new(), |tree, path| tree.file(path, ""))
    }

    fn matched(source_tree: &Path, pattern: &str) -> Result<Vec<String>, SourceTreeError> {
        matching_paths(source_tree, pattern, Hidden::Skipped)
    }

    /// The expected are what Python 3.11 answers, without the slash behind directories; but it takes a file for `a.py/**`.
    #[test]
    fn matches_what_python_matches() {
        let tree = tree();
        for (pattern, expected) in [
            ("*.py", "B.py [b].py a.py é.py"),
            ("?.py", "B.py a.py é.py"),
            ("[ab]*", "a a.py a[1] b.txt"),
            ("[!ab]*", "!x B.py [b].py ] é.py"),
            ("[A-Z].py", "B.py"),
            ("[[]b].py", "[b].py"),
            ("[b].py", ""),
            ("[]]", "]"),
            ("[!]]", "a"),
            ("[!x", ""),
            ("a[", ""),
            ("a[1]", ""),
            ("a[[]1]/*", "a[1]/q"),
            ("a[[]1*", "a[1]"),
            (".*", ".dir .hidden"),
            ("[.]*", ""),
            (".dir/*", ".dir/x.py"),
            ("*/x.py", "a/x.py"),
            ("a/*", "a/b a/x.py"),
            ("a/.*", "a/.git a/.y.py"),
            ("a/**", "a a/b a/b/c a/b/c/z.txt a/b/x.py a/x.py"),
            ("a/**/*.py", "a/b/x.py a/x.py"),
            ("**/x.py", "a/b/x.py a/x.py"),
            ("**/**/x.py", "a/b/x.py a/x.py"),
            ("**/b/**/z.txt", "a/b/c/z.txt"),
            ("a**y", "a.py"),
            ("a***", "a a.py a[1]"),
            ("a", "a"),
            ("a/", "a"),
            ("./a//b", "a/b"),
            ("a/nothing", ""),
            ("a.py/*", ""),
            ("a.py/**", ""),
            ("nothing/*", ""),
            ("A.py", ""),
            ("", ""),
        ] {
            let found = matched(&tree.path(), pattern).unwrap();
            assert_eq!(found.join(" "), expected, "{pattern}");
        }
    }

    #[test]
    fn wildcards_match_hidden_names_if_they_are_asked_to() {
        let tree = tree();
        for (pattern, expected) in [
            ("*dde?", ".hidden"),
            ("[.]*", ".dir .hidden"),
            ("*/x.py", ".dir/x.py a/x.py"),
            ("a/*/x.py", "a/.git/x.py a/b/x.py"),
            ("**/x.py", ".dir/x.py a/.git/x.py a/b/x.py a/x.py"),
            (".hidden", ".hidden"),
        ] {
            let found = matching_paths(&tree.path(), pattern, Hidden::Matched).unwrap();
            assert_eq!(found.join(" "), expected, "{pattern}");
        }
    }

    #[test]
    fn the_path_of_the_source_tree_is_no_pattern() {
        let tree = SourceTreeBuilder::new().file("p[x]*?/a.py", "").file("px/b.py", "");
        assert_eq!(matched(&tree.path().join("p[x]*?"), "*").unwrap(), ["a.py"]);
        assert_eq!(matched(&tree.path().join("p[x]*?"), "**").unwrap(), ["", "a.py"]);
    }

    #[test]
    fn patterns_stay_in_the_source_tree() {
        let tree = tree();
        for pattern in ["../*", "a/../../*", ".."] {
            let error = matched(&tree.path(), pattern).unwrap_err();
            assert_eq!(error.to_string(), format!("`{pattern}` is outside the source tree"));
        }
        let error = matched(&tree.path(), "/etc/*").unwrap_err();
        assert_eq!(error.to_string(), "`/etc/*` is an absolute path");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_matched_but_not_searched() {
        use crate::testing::symlink;
        let tree = tree();
        symlink(".", tree.path().join("loop"));
        symlink("nowhere", tree.path().join("dangling"));
        let found = matched(&tree.path(), "**/x.py").unwrap();
        assert_eq!(found, ["a/b/x.py", "a/x.py"]);
        assert_eq!(matched(&tree.path(), "[dl]*").unwrap(), ["dangling", "loop"]);
        assert_eq!(matched(&tree.path(), "dangling").unwrap(), ["dangling"]);
        assert_eq!(matched(&tree.path(), "loop/*.txt").unwrap(), ["loop/b.txt"]);
        assert_eq!(matched(&tree.path(), "lo*/b.txt").unwrap(), ["loop/b.txt"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_utf8_matter_only_if_they_match() {
        use std::os::unix::ffi::OsStrExt as _;
        let tree = tree();
        fs_err::write(tree.path().join(std::ffi::OsStr::from_bytes(b"x\xff.c")), "").unwrap();
        assert_eq!(matched(&tree.path(), "*.txt").unwrap(), ["b.txt"]);
        let error = matched(&tree.path(), "*.c").unwrap_err();
        assert!(error.to_string().ends_with("x\u{fffd}.c is not UTF-8"), "{error}");
    }
}
