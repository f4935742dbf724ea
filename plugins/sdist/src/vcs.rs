//! What git or Mercurial knows of a source tree.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use flit_sdk::source_tree::SourceTreeError;
use flit_sdk::{Host, LogLevel};

use crate::error::SdistError;

/// The programs to run.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) git: OsString,
    pub(crate) hg: OsString,
}

impl Default for Programs {
    fn default() -> Self {
        Self { git: "git".into(), hg: "hg".into() }
    }
}

/// The files that a version control system tracks.
#[derive(Debug)]
pub(crate) struct Listing {
    /// Which system it is.
    pub(crate) program: &'static str,
    /// Paths relative to the source tree.
    pub(crate) paths: Vec<String>,
}

/// Variables that git sets for the hooks it runs: they name the repository of the hook, which need not be this one.
const HOOK_VARIABLES: [&str; 11] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Lists the tracked files below the source tree; `None` if no version control system is responsible for it.
///
/// Files in `dist/` and those that `is_left_out` names are as if they were not there. All others have to be committed,
/// or at least added.
pub(crate) fn tracked_files(
    host: &dyn Host,
    source_tree: &Path,
    programs: &Programs,
    is_left_out: impl Fn(&str) -> bool,
) -> Result<Option<Listing>, SdistError> {
    let source_tree = fs_err::canonicalize(source_tree)?;
    let Some((root, is_git)) = find_repository(&source_tree) else {
        host.log(
            LogLevel::Info,
            "no version control system found; the sdist takes the smallest set of files",
        );
        return Ok(None);
    };
    let program = if is_git { "git" } else { "hg" };
    let run = |arguments: &[&str]| {
        let command = if is_git {
            git(&programs.git, &source_tree, arguments)
        } else {
            hg(&programs.hg, &source_tree, arguments)
        };
        paths_of(command, program, arguments)
    };
    let [mut unclean, mut tracked] = if is_git {
        [
            run(&["ls-files", "--deleted", "--others", "--exclude-standard", "-z"])?,
            run(&["ls-files", "--recurse-submodules", "-z"])?,
        ]
    } else {
        let below = |paths| paths_below(paths, root, &source_tree);
        [
            below(run(&["status", "--unknown", "--deleted", "--no-status", "--print0"])?),
            below(run(&["status", "--clean", "--added", "--modified", "--no-status", "--print0"])?),
        ]
    };
    let is_relevant = |path: &String| !path.starts_with("dist/") && !is_left_out(path);
    unclean.retain(is_relevant);
    if !unclean.is_empty() {
        unclean.sort_unstable();
        unclean.dedup();
        return Err(SdistError::NotCommitted { paths: unclean, program });
    }
    tracked.retain(is_relevant);
    host.log(LogLevel::Debug, &format!("{} files are tracked by {program}", tracked.len()));
    Ok(Some(Listing { program, paths: tracked }))
}

/// The nearest working copy around a directory, and whether it is git's.
fn find_repository(source_tree: &Path) -> Option<(&Path, bool)> {
    source_tree.ancestors().find_map(|directory| {
        // In a worktree or a submodule `.git` is a file that says where the repository is.
        if directory.join(".git").exists() {
            Some((directory, true))
        } else if directory.join(".hg").is_dir() {
            Some((directory, false))
        } else {
            None
        }
    })
}

fn git(program: &OsString, source_tree: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        // The repository's own configuration may name a program to ask for changes; listing files runs no project code.
        .args(["--no-pager", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .current_dir(source_tree)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    for variable in HOOK_VARIABLES {
        command.env_remove(variable);
    }
    command
}

fn hg(program: &OsString, source_tree: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--noninteractive", "--pager=never", "--config=ui.relative-paths=no"])
        .arg("--config=commands.status.relative=no")
        .args(arguments)
        .current_dir(source_tree)
        .env("HGPLAIN", "1");
    command
}

/// Runs a command and splits what it prints at the zero bytes.
fn paths_of(
    mut command: Command,
    program: &'static str,
    arguments: &[&str],
) -> Result<Vec<String>, SdistError> {
    let output = command.stdin(Stdio::null()).output().map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => {
            SdistError::NoProgram { program, source }
        }
        _ => source.into(),
    })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        return Err(SdistError::ProgramFailed {
            command: format!("{program} {}", arguments.join(" ")),
            output: line.map_or_else(|| output.status.to_string(), String::from),
        });
    }
    let paths = output.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    let paths = paths.map(|path| {
        let path = String::from_utf8(path.to_vec()).map_err(|error| {
            let path = String::from_utf8_lossy(error.as_bytes()).into_owned().into();
            SourceTreeError::InvalidName { path }
        })?;
        Ok(path.replace(std::path::MAIN_SEPARATOR, "/"))
    });
    paths.collect()
}

/// Mercurial counts from the root of the working copy, of which the source tree may be a part.
fn paths_below(paths: Vec<String>, root: &Path, source_tree: &Path) -> Vec<String> {
    let below = source_tree.strip_prefix(root).unwrap_or(Path::new(""));
    let below = below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    if below.is_empty() {
        return paths;
    }
    let inside = |path: String| Some(path.strip_prefix(&below)?.strip_prefix('/')?.to_owned());
    paths.into_iter().filter_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use flit_sdk::PluginError;
    use flit_sdk::testing::{SourceTreeBuilder, TestHost};

    use super::*;

    /// Stands in for Mercurial: answers the two questions, and insists on how it is called.
    const FAKE_HG: &str = r#"#!/bin/sh
        test "$HGPLAIN" = 1 || { echo "abort: HGPLAIN is not set" >&2; exit 255; }
        for argument in "$@"; do
            case "$argument" in
                --unknown) printf "$(cat "$0.unknown")"; exit ;;
                --clean) printf 'a.py\0part/b.py\0part/sub/c.py\0partial.py\0part/dist/d.py\0'; exit ;;
            esac
        done
        exit 1
    "#;

    fn fake_hg(unknown: &str) -> (SourceTreeBuilder, Programs) {
        let bin = SourceTreeBuilder::new().file("hg", FAKE_HG).file("hg.unknown", unknown);
        let hg = bin.path().join("hg");
        let mode = <std::fs::Permissions as PermissionsExt>::from_mode(0o755);
        fs_err::set_permissions(&hg, mode).unwrap();
        (bin, Programs { hg: hg.into(), ..Programs::default() })
    }

    fn list(source_tree: &Path, programs: &Programs) -> Result<Vec<String>, SdistError> {
        let listing = tracked_files(&TestHost::default(), source_tree, programs, |_| false)?;
        let listing = listing.expect("there is a repository");
        assert_eq!(listing.program, "hg");
        Ok(listing.paths)
    }

    fn repository() -> SourceTreeBuilder {
        SourceTreeBuilder::new().file(".hg/store/x", "").file("part/b.py", "")
    }

    #[test]
    fn mercurial_counts_from_the_root_of_the_working_copy() {
        let (_bin, programs) = fake_hg("other/new.py\\0");
        let tree = repository();
        let paths = list(&tree.path().join("part"), &programs).unwrap();
        assert_eq!(paths, ["b.py", "sub/c.py"]);
        let (_bin, programs) = fake_hg("");
        let paths = list(&tree.path(), &programs).unwrap();
        assert_eq!(paths, ["a.py", "part/b.py", "part/sub/c.py", "partial.py", "part/dist/d.py"]);
    }

    #[test]
    fn what_mercurial_does_not_know_is_listed() {
        let (_bin, programs) = fake_hg("new.py\\0part/gone.py\\0");
        let error = list(&repository().path(), &programs).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the source tree has untracked or deleted files: `new.py`, `part/gone.py`"
        );
    }

    #[test]
    fn names_that_are_not_utf8() {
        let (_bin, programs) = fake_hg("\\377.py\\0");
        let error = list(&repository().path(), &programs).unwrap_err();
        assert_eq!(error.to_string(), "the name of \u{fffd}.py is not UTF-8");
    }

    #[test]
    fn a_program_that_is_missing_or_fails() {
        let tree = repository();
        let programs = Programs { hg: "/missing/hg".into(), ..Programs::default() };
        let error = PluginError::from(list(&tree.path(), &programs).unwrap_err());
        assert_eq!(error.message, "cannot run `hg`, which knows the files of this working copy");
        assert_eq!(error.causes, ["No such file or directory (os error 2)"]);
        assert_eq!(error.hints, ["install `hg`, or build without `--use-vcs`"]);
        let programs = Programs { hg: "false".into(), ..Programs::default() };
        let error = PluginError::from(list(&tree.path(), &programs).unwrap_err());
        assert_eq!(
            error.message,
            "`hg status --unknown --deleted --no-status --print0` failed: exit status: 1"
        );
    }
}
