//! WHEEL: what the wheel says of its own format, and of the Pythons it is for.

use std::collections::BTreeSet;

use flit_sdk::model::WheelName;

use crate::distribution::fault::{Fault, Report, shown};

/// The format of wheels that installers know: of another major number they refuse to install any.
const MAJOR: &str = "1";

/// How many tags the name of a file may stand for; those that are published stand for a few.
const MAX_TAGS: usize = 10_000;

/// Checks the text of WHEEL against the name of the file.
pub(super) fn check(content: &[u8], member: &str, name: &WheelName, report: &mut Report) {
    let Ok(text) = str::from_utf8(content) else {
        report.error(Fault::new("wheel.wheel", "is not UTF-8").of_member(member));
        return;
    };
    let headers: Vec<_> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key, value.trim()))
        .collect();
    let values = |wanted: &str| {
        let wanted = wanted.to_owned();
        let found = headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(&wanted));
        found.map(|(_, value)| *value)
    };
    let mut fault =
        |rule, message: String| report.error(Fault::new(rule, message).of_member(member));
    match values("Wheel-Version").next() {
        None => fault("wheel.wheel", "there is no `Wheel-Version`".into()),
        Some(version) if version.split('.').next() != Some(MAJOR) => {
            let version = shown(version);
            fault(
                "wheel.wheel",
                format!("`{version}` is a `Wheel-Version` that no installer knows"),
            );
        }
        Some(_) => {}
    }
    match values("Root-Is-Purelib").next().map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "false") => {}
        Some(_) | None => {
            fault("wheel.wheel", "`Root-Is-Purelib` is neither `true` nor `false`".into());
        }
    }
    check_tags(&values("Tag").collect::<Vec<_>>(), name, member, report);
    let build = values("Build").next();
    if build != name.build.as_deref() {
        let said =
            |build: Option<&str>| build.map_or("none".into(), |it| format!("`{}`", shown(it)));
        let message = format!(
            "the build number is {}, and in the file's name {}",
            said(build),
            said(name.build.as_deref())
        );
        report.warning(Fault::new("wheel.build", message).of_member(member));
    }
}

fn check_tags(tags: &[&str], name: &WheelName, member: &str, report: &mut Report) {
    // A line may itself be a set, as the parts of a file's name are.
    let listed: Vec<_> = tags.iter().flat_map(|tag| expanded(tag)).take(MAX_TAGS).collect();
    let listed: BTreeSet<_> = listed.iter().map(String::as_str).collect();
    let in_name: Vec<_> = name.tags().take(MAX_TAGS).collect();
    let in_name: BTreeSet<_> = in_name.iter().map(String::as_str).collect();
    let list = |tags: Vec<&&str>| {
        let tags: Vec<_> = tags.iter().map(|tag| format!("`{tag}`")).collect();
        shown(&tags.join(", "))
    };
    let hint = "build the wheel again, or change its tags with `wheel tags` instead of renaming it";
    if listed.is_empty() {
        report.error(Fault::new("wheel.tags", "there is no `Tag`").of_member(member));
        return;
    }
    let missing: Vec<_> = in_name.difference(&listed).collect();
    if !missing.is_empty() {
        let message = format!("the file's name says {}, and no `Tag` does", list(missing));
        report.error(Fault::new("wheel.tags", message).of_member(member).hint(hint));
    }
    let more: Vec<_> = listed.difference(&in_name).collect();
    if !more.is_empty() {
        let message = format!("`Tag` says {}, and the file's name does not", list(more));
        report.error(Fault::new("wheel.tags", message).of_member(member).hint(hint));
    }
}

/// The tags that a `Tag` line stands for.
fn expanded(tag: &str) -> Vec<String> {
    let parts: Vec<_> = tag.split('-').collect();
    let [python, abi, platform] = parts[..] else { return vec![tag.into()] };
    let mut tags = Vec::new();
    for python in python.split('.') {
        for abi in abi.split('.') {
            for platform in platform.split('.') {
                if tags.len() == MAX_TAGS {
                    return tags;
                }
                tags.push(format!("{python}-{abi}-{platform}"));
            }
        }
    }
    tags
}
