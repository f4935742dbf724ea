//! What `flit publish` tells in the end: the plan of a dry run, or what became of each file and where it can be seen.

use flit_sdk::model::ReleaseFile;
use serde_json::json;

use super::output::{Output, OutputError, json_line};
use crate::pipeline::upload::{Confirmation, Plan, ReleaseReport, Step};

/// Shows what would be sent.
pub(super) fn plan(output: Output, plan: &Plan, repository: &str) -> Result<(), OutputError> {
    let release = &plan.release;
    if output.is_json() {
        for (file, step) in release.files.iter().zip(&plan.steps) {
            json_line(&json!({
                "reason": "plan",
                "repository": repository,
                "project": release.name.as_str(),
                "version": release.version.as_str(),
                "file": file.file_name,
                "size": file.size,
                "sha256": file.sha256,
                "action": match step {
                    Step::Put { .. } => "publish",
                    Step::Keep { .. } => "keep",
                },
            }))?;
        }
        return Ok(());
    }
    let head = format!("`{}` {} would go to {repository}:\n", release.name, release.version);
    let steps = release.files.iter().zip(&plan.steps).map(|(file, step)| {
        let ReleaseFile { file_name, size, sha256, .. } = file;
        match step {
            Step::Put { .. } => format!("  publish {file_name} ({size} bytes, sha256 {sha256})\n"),
            Step::Keep { .. } => format!("  keep {file_name}, which is published already\n"),
        }
    });
    let text: Vec<_> = std::iter::once(head).chain(steps).collect();
    Output::text(&text.concat())
}

/// Shows where the release can be seen: its page, or else its files.
pub(super) fn release(
    output: Output,
    report: &ReleaseReport,
    repository: &str,
) -> Result<(), OutputError> {
    let ReleaseReport { release, files, receipt } = report;
    let url = |file: &ReleaseFile| {
        let mut published = receipt.iter().flat_map(|receipt| &receipt.files);
        let published = published.find(|published| published.file_name == file.file_name)?;
        published.url.as_deref()
    };
    if output.is_json() {
        for (file, report) in release.files.iter().zip(files) {
            json_line(&json!({
                "reason": "file",
                "repository": repository,
                "file": file.file_name,
                "sha256": file.sha256,
                "state": report.state(),
                "confirmed-by": report.confirmation().map(Confirmation::word),
                "url": url(file),
            }))?;
        }
        let Some(receipt) = receipt else { return Ok(()) };
        return json_line(&json!({
            "reason": "release",
            "repository": repository,
            "project": release.name.as_str(),
            "version": release.version.as_str(),
            "page": receipt.page,
        }));
    }
    let Some(receipt) = receipt else { return Ok(()) };
    match &receipt.page {
        Some(page) => Output::text(&format!("{page}\n")),
        None => release
            .files
            .iter()
            .filter_map(url)
            .try_for_each(|url| Output::text(&format!("{url}\n"))),
    }
}
