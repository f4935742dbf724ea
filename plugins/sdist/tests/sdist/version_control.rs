//! What `--use-vcs` takes, with a real git.

use std::path::Path;
use std::process::Command;

use flit_sdk::testing::{SourceTreeBuilder, symlink};

use crate::support::{build_as, project, tree, with_rules};

fn git(directory: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@x.example",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(["-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .expect("these tests need git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with all files of the tree added.
fn repository(tree: SourceTreeBuilder) -> SourceTreeBuilder {
    git(&tree.path(), &["init", "--quiet"]);
    git(&tree.path(), &["add", "--all"]);
    tree
}

#[test]
fn tracked_files_are_packed_and_ignored_ones_are_not() {
    let tree = repository(
        tree()
            .file(".gitignore", "*.log\nbuild/\n")
            .file("tests/größe_test.py", "")
            .file("dist/x", ""),
    );
    let tree =
        tree.file("a.log", "").file("build/x", "").file("dist/new", "").file("src/demo/x.pyc", "");
    let built = build_as(&project(&tree), true);
    assert_eq!(built.extra_paths(), [".gitignore", "notes.txt", "tests/größe_test.py"]);
    let built =
        build_as(&with_rules(project(&tree), &["a.log"], &["tests", "**/.gitignore"]), true);
    assert_eq!(built.extra_paths(), ["a.log", "notes.txt"]);
}

#[test]
fn untracked_and_deleted_files_are_listed() {
    let tree = repository(tree().file("gone.txt", "")).file("new.txt", "").file("b/new.txt", "");
    fs_err::remove_file(tree.path().join("gone.txt")).unwrap();
    let built = build_as(&project(&tree), true);
    assert_eq!(
        built.error(),
        "InvalidProject: the source tree has untracked or deleted files: `b/new.txt`, `gone.txt`, `new.txt`\n\
         hint: commit, restore or ignore them in git, or exclude them with `[tool.flit.sdist] exclude`\n\
         hint: without `--use-vcs` the sdist does not depend on what is committed\n"
    );
    let built = build_as(&with_rules(project(&tree), &[], &["b", "new.txt"]), true);
    assert!(built.error().contains("deleted files: `gone.txt`\n"));
}

#[test]
fn many_untracked_files_are_counted() {
    let tree = repository(tree());
    let tree = (10..40).fold(tree, |tree, number| tree.file(&format!("new{number}"), ""));
    let error = build_as(&project(&tree), true).error();
    assert!(error.contains("`new28`, `new29` and 10 more\n"), "{error}");
}

#[test]
fn a_needed_file_that_git_does_not_know() {
    let tree = repository(tree().file(".gitignore", "LICENSE\nsub/\n"));
    assert_eq!(
        build_as(&project(&tree), true).error(),
        "InvalidProject: the sdist would lack `LICENSE`\nhint: `LICENSE` is not tracked by git\n"
    );
    let built = build_as(&with_rules(project(&tree), &["LICENSE"], &[]), true);
    assert!(built.result.is_ok());
    assert_eq!(
        built.messages[1],
        "warning: a wheel built from the sdist will lack `src/demo/sub/data.txt` (the first is not tracked by git)"
    );
}

#[test]
fn a_project_in_a_part_of_a_repository() {
    let outer = SourceTreeBuilder::new().file("outer.txt", "").file("part/notes.txt", "");
    git(&outer.path(), &["init", "--quiet"]);
    git(&outer.path(), &["add", "--all"]);
    let outer = outer.file("untracked.txt", "");
    let inner = tree();
    for name in ["pyproject.toml", "README.md", "LICENSE"] {
        fs_err::copy(inner.path().join(name), outer.path().join("part").join(name)).unwrap();
    }
    let outer = outer.file("part/src/demo/__init__.py", "").file("part/src/demo/sub/data.txt", "");
    git(&outer.path().join("part"), &["add", "--all", "."]);
    let mut project = project(&inner);
    project.layout.source_tree = outer.path().join("part");
    for file in &mut project.layout.module.files {
        file.size = fs_err::metadata(project.layout.source_tree.join(&file.path)).unwrap().len();
    }
    assert_eq!(build_as(&project, true).extra_paths(), ["notes.txt"]);
}

#[test]
fn worktrees_and_submodules_have_a_git_file() {
    let library = repository(SourceTreeBuilder::new().file("vendored.py", ""));
    git(&library.path(), &["commit", "--quiet", "--message=all"]);
    let tree = repository(tree());
    let url = library.path().display().to_string();
    git(&tree.path(), &["submodule", "--quiet", "add", &url, "vendor"]);
    git(&tree.path(), &["commit", "--quiet", "--message=all"]);
    let expected = [".gitmodules", "notes.txt", "vendor/vendored.py"];
    assert_eq!(build_as(&project(&tree), true).extra_paths(), expected);

    let place = tempfile::TempDir::new().unwrap();
    let worktree = fs_err::canonicalize(place.path()).unwrap().join("worktree");
    git(&tree.path(), &["worktree", "add", "--quiet", &worktree.display().to_string()]);
    let mut project = project(&tree);
    project.layout.source_tree = worktree;
    // The submodule is not checked out there: an empty directory.
    assert_eq!(build_as(&project, true).extra_paths(), expected[..2]);
}

#[test]
fn tracked_links_to_directories_are_packed_as_links() {
    let tree = tree().file("docs/a.txt", "");
    symlink("docs", tree.path().join("manual"));
    let tree = repository(tree);
    let entries = build_as(&project(&tree), true).entries();
    assert_eq!(entries.iter().find(|entry| entry.path == "manual").unwrap().kind, "-> docs");
}

#[test]
fn a_program_that_the_repository_names_is_not_run() {
    let tree = repository(tree());
    let ran = tree.path().join(".git/ran");
    let command = format!("touch '{}'; false", ran.display());
    git(&tree.path(), &["config", "core.fsmonitor", &command]);
    build_as(&project(&tree), true).result.unwrap();
    assert!(!ran.exists());
}

#[test]
fn a_broken_repository() {
    let tree = tree().file(".git", "gitdir: nowhere\n");
    let error = build_as(&project(&tree), true).error();
    assert!(
        error.starts_with(
            "Io: `git ls-files --deleted --others --exclude-standard -z` failed: fatal: not a git repository"
        ),
        "{error}"
    );
    assert!(
        error.ends_with("hint: without `--use-vcs` the sdist does not depend on it\n"),
        "{error}"
    );
}

#[test]
fn without_version_control_the_smallest_set_is_packed() {
    let built = build_as(&project(&tree()), true);
    assert_eq!(built.extra_paths(), [""; 0]);
    assert_eq!(
        built.messages,
        ["info: no version control system found; the sdist takes the smallest set of files"]
    );
}
