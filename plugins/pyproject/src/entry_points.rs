//! Entry points: commands, and the groups of other programs.

use flit_sdk::model::{EntryPointError, EntryPoints};
use flit_sdk::{Host, LogLevel};

use crate::findings::Findings;
use crate::problem::Problem;
use crate::table::{Entry, Table};

/// The group of commands for a terminal.
pub(crate) const CONSOLE_SCRIPTS: &str = EntryPoints::CONSOLE_SCRIPTS;
/// The group of commands with a window of their own.
pub(crate) const GUI_SCRIPTS: &str = EntryPoints::GUI_SCRIPTS;

/// Adds a table of strings as one group. The group is there even if it is empty, as flit has it.
pub(crate) fn add_group(
    host: &dyn Host,
    entry_points: &mut EntryPoints,
    group: &str,
    table: &Table<'_>,
    findings: &mut Findings<'_>,
) {
    entry_points.groups.entry(group.into()).or_default();
    for entry in table.entries() {
        add_entry(host, entry_points, group, &entry, findings);
    }
}

/// Adds one entry to a group.
pub(crate) fn add_entry(
    host: &dyn Host,
    entry_points: &mut EntryPoints,
    group: &str,
    entry: &Entry<'_>,
    findings: &mut Findings<'_>,
) {
    let Some(reference) = entry.text(findings) else { return };
    let is_command = matches!(group, CONSOLE_SCRIPTS | GUI_SCRIPTS);
    let value = reference.value;
    match EntryPoints::check(entry.key, value) {
        Ok(()) if is_command && !value.contains(':') => {
            findings.add(Problem::CommandWithoutFunction { value: value.into() }, reference.span);
        }
        Ok(()) => {}
        // Whoever loads the group has the last word on what stands in it, but it has to stay on its line.
        Err(source @ EntryPointError::InvalidReference { .. })
            if !is_command && !value.contains(['\n', '\r']) =>
        {
            host.log(LogLevel::Warning, &format!("`{}` is not valid: {source}", reference.path));
        }
        Err(source @ EntryPointError::InvalidName { .. }) => {
            let key = reference.path;
            findings.add(Problem::EntryPoint { key, source }, entry.key_span.clone());
        }
        Err(source) => {
            findings.add(Problem::EntryPoint { key: reference.path, source }, reference.span);
        }
    }
    let entries = entry_points.groups.entry(group.into()).or_default();
    entries.insert(entry.key.into(), value.into());
}

/// Checks the name of a group: it stands between brackets on a line of its own.
pub(crate) fn check_group_name(entry: &Entry<'_>, findings: &mut Findings<'_>) {
    if EntryPoints::check_group(entry.key).is_err() {
        findings.add(Problem::GroupName { group: entry.key.into() }, entry.key_span.clone());
    }
}
