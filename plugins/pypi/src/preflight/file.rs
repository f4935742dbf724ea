//! One file: its name, its size and its attestations, as PyPI wants them.

use flit_sdk::model::{DistributionName, FileKind, Release, ReleaseFile};

use super::platform_tag::is_platform_tag;
use super::{Problem, Weight};

/// What a project may upload without asking for more, in bytes.
const USUAL_LIMIT: u64 = 100 << 20;
/// What a project may upload at most, in bytes.
const HARD_LIMIT: u64 = 1 << 30;

/// How many attestations a file may have: one of each kind.
const MAX_ATTESTATIONS: usize = 2;

/// All that is wrong with one file of the release.
pub(super) fn problems(release: &Release, file: &ReleaseFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(name(release, file));
    problems.extend(platform_tags(file));
    problems.extend(size(file.size));
    problems.extend(attestations(file));
    problems
}

/// The name must start with that of the project, normalized; that of an sdist is known to the letter.
fn name(release: &Release, file: &ReleaseFile) -> Option<Problem> {
    let part = release.name.file_name_part();
    let sdist = format!("{part}-{}.tar.gz", release.version);
    let prefix = format!("{part}-");
    let is_right = match &file.kind {
        FileKind::Sdist => file.file_name == sdist,
        _ => file.file_name.starts_with(&prefix),
    };
    let message = match &file.kind {
        FileKind::Sdist => format!("the name of this sdist must be `{sdist}`"),
        _ => format!("the name of this wheel must start with `{prefix}`"),
    };
    (!is_right).then(|| {
        let hint = "build it again with a newer tool, which names it as the specification says";
        Problem::new(Weight::Pypi, "file.name", message).hint(hint)
    })
}

fn platform_tags(file: &ReleaseFile) -> Vec<Problem> {
    let Ok(DistributionName::Wheel(wheel)) = DistributionName::parse(&file.file_name) else {
        return vec![];
    };
    let tags = wheel.platform_tag.split('.').filter(|tag| !is_platform_tag(tag));
    let problem = |tag: &str| {
        let message = format!("PyPI does not take wheels for the platform `{tag}`");
        let hint = if tag.starts_with("linux_") {
            "repair it with `auditwheel`, which finds out the `manylinux` or `musllinux` tag"
        } else {
            "see https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/"
        };
        Problem::new(Weight::Pypi, "file.platform-tag", message).hint(hint)
    };
    tags.map(problem).collect()
}

fn size(size: u64) -> Option<Problem> {
    if size > HARD_LIMIT {
        let message = format!("the file has {size} bytes, and PyPI takes no more than 1 GiB");
        return Some(Problem::new(Weight::Pypi, "file.size", message));
    }
    (size > USUAL_LIMIT).then(|| {
        let message =
            format!("the file has {size} bytes: more than 100 MiB is taken only of projects that asked for it");
        let hint = "see https://docs.pypi.org/project-management/storage-limits/";
        Problem::new(Weight::Doubtful, "file.size", message).hint(hint)
    })
}

fn attestations(file: &ReleaseFile) -> Option<Problem> {
    let count = file.attestations.len();
    (count > MAX_ATTESTATIONS).then(|| {
        let message = format!("there are {count} attestations, and PyPI takes {MAX_ATTESTATIONS}");
        Problem::new(Weight::Pypi, "file.attestations", message)
    })
}
