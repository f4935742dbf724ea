//! `[tool.flit.sdist]`: what an sdist takes along, and what it leaves out.

use flit_sdk::model::SdistRules;
use flit_sdk::source_tree::relative_path;

use crate::findings::Findings;
use crate::problem::Problem;
use crate::table::{Table, Text};

/// Reads the table.
pub(crate) fn read_sdist_rules(sdist: &Table<'_>, findings: &mut Findings<'_>) -> SdistRules {
    sdist.check_keys(&["include", "exclude"], findings);
    let include = sdist.texts("include", findings);
    let exclude = sdist.texts("exclude", findings);
    SdistRules {
        include: include.into_iter().filter_map(|text| pattern(text, findings)).collect(),
        exclude: exclude.into_iter().filter_map(|text| pattern(text, findings)).collect(),
    }
}

/// Checks and normalizes a pattern; `.` for the source tree itself.
fn pattern(text: Text<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let is_bad =
        |character: char| character < ' ' || matches!(character, '<' | '>' | ':' | '"' | '\\');
    if text.value.contains(is_bad) {
        let pattern = text.value.into();
        let reason = "it has a control character or one of < > : \" \\";
        findings.add(Problem::SdistPattern { pattern, reason }, text.span);
        return None;
    }
    match relative_path(text.value) {
        Ok(path) if path.is_empty() => Some(".".into()),
        Ok(path) => Some(path),
        Err(source) => {
            findings.add(Problem::Path { key: text.path, source }, text.span);
            None
        }
    }
}
