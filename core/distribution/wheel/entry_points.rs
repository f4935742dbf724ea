//! `entry_points.txt`: whether installers can read it.

use flit_sdk::model::EntryPoints;

use crate::distribution::fault::{Fault, Report, shown};

const RULE: &str = "wheel.entry-points";

/// Checks the text as `configparser` reads it, with `=` alone between names and values.
pub(super) fn check(content: &[u8], member: &str, report: &mut Report) {
    let Ok(text) = str::from_utf8(content) else {
        report.error(Fault::new(RULE, "is not UTF-8").of_member(member));
        return;
    };
    let mut group: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let entry = line.trim();
        if entry.is_empty() || entry.starts_with(['#', ';']) {
            continue;
        }
        let problem = if let Some(name) = entry.strip_prefix('[') {
            match name.split_once(']') {
                Some((name, _)) => {
                    group = Some(name);
                    None
                }
                None => Some(format!("`{}` is no group: the bracket is not closed", shown(entry))),
            }
        } else {
            match (group, entry.split_once('=')) {
                (None, _) => Some(format!("`{}` stands before the first group", shown(entry))),
                (Some(_), None) => Some(format!("`{}` has no `=`", shown(entry))),
                (Some(group), Some((name, value))) => {
                    check_entry(group, name.trim(), value.trim(), member, report);
                    None
                }
            }
        };
        if let Some(problem) = problem {
            let message = format!("line {}: {problem}", index + 1);
            report.error(Fault::new(RULE, message).of_member(member));
        }
    }
}

/// Installers make programs of the commands, and so refuse what is none; what other groups hold is between plugins and
/// who loads them.
fn check_entry(group: &str, name: &str, value: &str, member: &str, report: &mut Report) {
    let is_command = [EntryPoints::CONSOLE_SCRIPTS, EntryPoints::GUI_SCRIPTS].contains(&group);
    let problem = match EntryPoints::check(name, value) {
        Ok(()) if is_command && !value.contains(':') => {
            Some(format!("`{}` names no function: write `package.module:function`", shown(value)))
        }
        Ok(()) => None,
        Err(error) => Some(shown(&error.to_string())),
    };
    let Some(problem) = problem else { return };
    let fault = Fault::new(RULE, format!("[{}] {}: {problem}", shown(group), shown(name)));
    if is_command {
        report.error(fault.of_member(member));
    } else {
        report.warning(fault.of_member(member));
    }
}
