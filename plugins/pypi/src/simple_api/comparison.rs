//! Compares a file with what the page of its project lists.

use std::collections::BTreeSet;

use flit_sdk::model::{DistributionName, Existence, ReleaseFile};

use super::file_name::is_same;
use super::page::{PageFile, ProjectPage};

/// What the page says of `file`.
///
/// Only a SHA-256 proves anything: whoever can make a file with a given MD5 can also make a second one with it.
pub(super) fn existence(page: &ProjectPage, file: &ReleaseFile) -> Existence {
    let entries = entries(page, file);
    if entries.is_empty() {
        return Existence::Absent;
    }
    let digests: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.sha256()).collect();
    let mut digests = digests.into_iter();
    match (digests.next(), digests.next()) {
        (Some(sha256), None) if sha256 == file.sha256 => Existence::Same,
        (Some(sha256), None) => Existence::Other { sha256: sha256.into() },
        (Some(_), Some(_)) => Existence::Unknown {
            reason: format!(
                "the index lists `{}` several times, with different bytes",
                file.file_name
            ),
        },
        (None, _) => Existence::Unknown { reason: no_proof(&entries, file) },
    }
}

/// What the page lists under the name of `file`; under another spelling of it only if there is nothing under that.
pub(super) fn entries<'a>(page: &'a ProjectPage, file: &ReleaseFile) -> Vec<&'a PageFile> {
    let by_name = |entry: &&PageFile| entry.file_name == file.file_name;
    let exact: Vec<&PageFile> = page.files.iter().filter(by_name).collect();
    let ours = DistributionName::parse(&file.file_name);
    let (Ok(ours), true) = (ours, exact.is_empty()) else { return exact };
    let means_same = |entry: &&PageFile| {
        DistributionName::parse(&entry.file_name).is_ok_and(|theirs| is_same(&ours, &theirs))
    };
    page.files.iter().filter(means_same).collect()
}

fn no_proof(entries: &[&PageFile], file: &ReleaseFile) -> String {
    let name = &file.file_name;
    let other_size = entries.iter().find_map(|entry| entry.size.filter(|size| *size != file.size));
    if let Some(size) = other_size {
        let ours = file.size;
        return format!(
            "the index lists `{name}` with {size} bytes instead of {ours}, and no SHA-256"
        );
    }
    let weak: BTreeSet<&str> =
        entries.iter().flat_map(|entry| &entry.hashes).map(|(name, _)| name.as_str()).collect();
    if weak.is_empty() {
        return format!("the index lists `{name}` without a hash");
    }
    let weak: Vec<&str> = weak.into_iter().collect();
    format!("the index lists `{name}` without a SHA-256 (only {})", weak.join(", "))
}

#[cfg(test)]
mod tests {
    use flit_sdk::testing::ReleaseBuilder;

    use super::*;

    /// A file on a page: its name, its hashes, its size.
    type Listed<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<u64>);

    /// Compares a wheel of five bytes with a page.
    fn compared(listed: &[Listed<'_>]) -> String {
        let builder = ReleaseBuilder::new("Foo.Bar", "1.0").wheel("bytes");
        let release = builder.release();
        let file = &release.files[0];
        let files = listed.iter().map(|(file_name, hashes, size)| PageFile {
            file_name: (*file_name).into(),
            url: String::new(),
            hashes: hashes
                .iter()
                .map(|(name, hash)| ((*name).into(), hash.replace("OURS", &file.sha256)))
                .collect(),
            size: *size,
        });
        let page = ProjectPage { files: files.collect(), ..ProjectPage::default() };
        match existence(&page, file) {
            Existence::Absent => "absent".into(),
            Existence::Same => "same".into(),
            Existence::Other { sha256 } => format!("other: {sha256}"),
            Existence::Unknown { reason } => reason,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn only_a_sha256_proves_anything() {
        const WHEEL: &str = "foo_bar-1.0-py3-none-any.whl";
        const SPELLED: &str = "Foo.Bar-1.0-py3-none-any.whl";
        let ours: &[(&str, &str)] = &[("md5", "00"), ("sha256", "OURS")];
        let theirs: &[(&str, &str)] = &[("sha256", "1234")];
        let md5: &[(&str, &str)] = &[("md5", "00"), ("blake2b", "00")];
        for (listed, expected) in [
            (&[][..], "absent"),
            (&[("foo_bar-1.0.tar.gz", ours, None)], "absent"),
            (&[("foo_bar-1.0-1-py3-none-any.whl", ours, None)], "absent"),
            (&[(WHEEL, ours, None)], "same"),
            (&[(WHEEL, ours, Some(7))], "same"),
            (&[(WHEEL, theirs, None)], "other: 1234"),
            (&[(SPELLED, ours, None)], "same"),
            (&[(SPELLED, theirs, None)], "other: 1234"),
            (&[(SPELLED, theirs, None), (WHEEL, ours, None)], "same"),
            (&[(WHEEL, ours, None), (WHEEL, &[], None)], "same"),
            (
                &[(WHEEL, ours, None), (WHEEL, theirs, None)],
                "the index lists `foo_bar-1.0-py3-none-any.whl` several times, with different bytes",
            ),
            (
                &[(WHEEL, &[], Some(5))],
                "the index lists `foo_bar-1.0-py3-none-any.whl` without a hash",
            ),
            (
                &[(WHEEL, md5, None)],
                "the index lists `foo_bar-1.0-py3-none-any.whl` without a SHA-256 (only blake2b, md5)",
            ),
            (
                &[(WHEEL, md5, Some(7))],
                "the index lists `foo_bar-1.0-py3-none-any.whl` with 7 bytes instead of 5, and no SHA-256",
            ),
        ] {
            assert_eq!(compared(listed), expected, "{listed:?}");
        }
    }
}
