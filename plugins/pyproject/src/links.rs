//! Links of a project: `project.urls`, and `urls` of the older form.

use crate::findings::Findings;
use crate::line_ends::has_line_end;
use crate::problem::Problem;
use crate::table::Table;

/// The longest label that indexes accept, in characters.
const MAX_LABEL: usize = 32;

/// Reads the links as `Label, URL`, sorted by label.
pub(crate) fn read_links(table: &Table<'_>, findings: &mut Findings<'_>) -> Vec<String> {
    let mut links = Vec::new();
    for entry in table.entries() {
        if let Err(reason) = check_label(entry.key) {
            let problem = Problem::LinkLabel { label: entry.key.into(), reason };
            findings.add(problem, entry.key_span.clone());
        }
        let Some(url) = entry.text(findings) else { continue };
        if !is_link(url.value) {
            findings.add(Problem::LinkTarget { url: url.value.into() }, url.span);
        }
        links.push(format!("{}, {}", entry.key, url.value));
    }
    links
}

/// Checks the address of a home page or another link.
pub(crate) fn is_link(url: &str) -> bool {
    let rest = ["http://", "https://"].into_iter().find_map(|scheme| {
        let (start, rest) = url.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.is_some_and(|rest| !rest.is_empty()) && !has_line_end(url)
}

fn check_label(label: &str) -> Result<(), &'static str> {
    if label.trim().is_empty() {
        Err("it is empty")
    } else if label.chars().count() > MAX_LABEL {
        Err("it has more than 32 characters")
    } else if label.contains(',') {
        Err("the first comma would end it")
    } else if has_line_end(label) {
        Err("it goes over several lines")
    } else {
        Ok(())
    }
}
