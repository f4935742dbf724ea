//! `[tool.flit.external-data]`: the directory whose files are installed outside the module.

use std::path::Path;

use flit_sdk::model::ExternalData;
use flit_sdk::source_tree::{check_inside, files_below, relative_path};
use flit_sdk::{Host, LogLevel};

use crate::findings::Findings;
use crate::problem::Problem;
use crate::table::{Table, Text};

/// Reads the table, and finds the files.
pub(crate) fn read_external_data(
    host: &dyn Host,
    source_tree: &Path,
    table: &Table<'_>,
    findings: &mut Findings<'_>,
) -> Option<ExternalData> {
    for entry in table.unknown_keys(&["directory"]) {
        host.log(
            LogLevel::Warning,
            &format!("`{}` is ignored: it is not a key of flit", entry.path),
        );
    }
    let text = table.text("directory", findings)?;
    let directory = directory(source_tree, &text, findings)?;
    let walk = match files_below(source_tree, &directory) {
        Ok(walk) => walk,
        Err(source) => {
            findings.add(Problem::Path { key: text.path, source }, text.span);
            return None;
        }
    };
    walk.tell(host);
    Some(ExternalData { directory, files: walk.files })
}

/// Checks and normalizes the path of the directory.
fn directory(source_tree: &Path, text: &Text<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let checked = relative_path(text.value).and_then(|path| {
        if source_tree.join(&path).is_dir() {
            check_inside(source_tree, &path)?;
        }
        Ok(path)
    });
    let problem = match checked {
        Ok(path) if path.is_empty() => Problem::WholeTree { path: text.value.into() },
        Ok(path) if !source_tree.join(&path).is_dir() => Problem::NotADirectory { path },
        Ok(path) => return Some(path),
        Err(source) => Problem::Path { key: text.path.clone(), source },
    };
    findings.add(problem, text.span.clone());
    None
}
