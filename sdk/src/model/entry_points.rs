//! Entry points: the commands and other hooks that a distribution offers once it is installed.
//!
//! See <https://packaging.python.org/en/latest/specifications/entry-points/>.

use std::collections::BTreeMap;

use super::name::is_dotted_identifier;

/// Entry points by group and name; each value is an object reference such as `package.module:function [extra]`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EntryPoints {
    /// Group to name to object reference.
    pub groups: BTreeMap<String, BTreeMap<String, String>>,
}

/// Why an entry point was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryPointError {
    /// The value is not `module`, `module:object` or either with extras.
    #[error("`{value}` is not an object reference such as `package.module:function`")]
    InvalidReference {
        /// The value.
        value: String,
    },
    /// The name cannot be written into `entry_points.txt`.
    #[error("`{name}` cannot be the name of an entry point")]
    InvalidName {
        /// The name.
        name: String,
    },
    /// The name of the group cannot be written into `entry_points.txt`.
    #[error("`{group}` cannot be the name of a group of entry points")]
    InvalidGroup {
        /// The name of the group.
        group: String,
    },
}

impl EntryPoints {
    /// The group of commands for a terminal.
    pub const CONSOLE_SCRIPTS: &'static str = "console_scripts";
    /// The group of commands with a window of their own.
    pub const GUI_SCRIPTS: &'static str = "gui_scripts";

    /// Whether there is nothing to render: not even a group without entries.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Checks one entry point: `a.b` or `a.b:c.d`, both of identifiers, with optional extras in brackets.
    ///
    /// # Errors
    ///
    /// The name could not be written into `entry_points.txt`, or the value is no object reference on a line of its own.
    pub fn check(name: &str, value: &str) -> Result<(), EntryPointError> {
        let is_plain = !name.is_empty()
            && name.trim() == name
            && !name.starts_with(['#', ';', '['])
            && !name.contains(['=', '\n', '\r']);
        if !is_plain {
            return Err(EntryPointError::InvalidName { name: name.into() });
        }
        let reference = without_extras(value);
        let is_reference = reference.is_some_and(|reference| match reference.split_once(':') {
            None => is_dotted_identifier(reference),
            Some((module, object)) => {
                is_dotted_identifier(module.trim()) && is_dotted_identifier(object.trim())
            }
        });
        if is_reference && !value.contains(['\n', '\r']) {
            Ok(())
        } else {
            Err(EntryPointError::InvalidReference { value: value.into() })
        }
    }

    /// Checks the name of a group, which stands between brackets on a line of its own.
    ///
    /// # Errors
    ///
    /// The name could not be written there.
    pub fn check_group(group: &str) -> Result<(), EntryPointError> {
        if group.is_empty() || group.trim() != group || group.contains(['[', ']', '\n', '\r']) {
            return Err(EntryPointError::InvalidGroup { group: group.into() });
        }
        Ok(())
    }

    /// Renders `entry_points.txt`: groups and names sorted, a blank line behind each group.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for (group, entries) in &self.groups {
            text.extend(["[", group, "]\n"]);
            for (name, value) in entries {
                text.extend([name, "=", value, "\n"]);
            }
            text.push('\n');
        }
        text
    }
}

/// The object reference before `[extras]`; `None` if the bracket is not closed at the end.
fn without_extras(value: &str) -> Option<&str> {
    match value.split_once('[') {
        None => Some(value.trim()),
        Some((reference, extras)) => extras.trim_end().ends_with(']').then(|| reference.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_object_references() {
        for value in ["a", "a.b", "a.b:c.d", "a:b [x]", "a:b[x,y]", "größe:f"] {
            assert_eq!(EntryPoints::check("n", value), Ok(()), "{value}");
        }
        for value in
            ["", "a:", ":b", "a:b:c", "a b", "a-b:c", "a:b[x", "a..b", "a\n:b", "a:b [x\ny = z]"]
        {
            assert!(EntryPoints::check("n", value).is_err(), "{value}");
        }
        for name in ["", " a", "a=b", "[a", "#a", "a\nb"] {
            assert!(EntryPoints::check(name, "a:b").is_err(), "{name}");
        }
    }

    #[test]
    fn checks_names_of_groups() {
        for group in ["console_scripts", "a.b", "a b", "ä"] {
            assert_eq!(EntryPoints::check_group(group), Ok(()), "{group}");
        }
        for group in ["", " a", "a]", "[a", "a\nb", "a\r"] {
            let message = EntryPoints::check_group(group).unwrap_err().to_string();
            assert_eq!(message, format!("`{group}` cannot be the name of a group of entry points"));
        }
    }

    #[test]
    fn a_group_without_entries_is_rendered_too() {
        let mut entry_points = EntryPoints::default();
        assert!(entry_points.is_empty());
        entry_points.groups.entry("g".into()).or_default();
        assert!(!entry_points.is_empty());
        assert_eq!(entry_points.render(), "[g]\n\n");
    }

    #[test]
    fn renders_sorted_groups_with_a_blank_line_behind_each() {
        let mut entry_points = EntryPoints::default();
        entry_points.groups.entry("z".into()).or_default().insert("n".into(), "m:f".into());
        let commands = entry_points.groups.entry("console_scripts".into()).or_default();
        commands.insert("b".into(), "m:b".into());
        commands.insert("a".into(), "m:a".into());
        assert_eq!(entry_points.render(), "[console_scripts]\na=m:a\nb=m:b\n\n[z]\nn=m:f\n\n");
    }
}
