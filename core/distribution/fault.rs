//! What is wrong with one file: its faults, told as findings, and not too many of one kind.

use std::collections::BTreeMap;

use flit_sdk::model::{Finding, Severity};

/// How many faults of one kind are told of one file; of more, only the number.
const TOLD: usize = 10;

/// How much of a text that somebody else chose is shown, in characters.
const SHOWN_CHARACTERS: usize = 200;

/// Something that is wrong with a file or a member of it.
#[derive(Debug)]
pub(super) struct Fault {
    rule: &'static str,
    member: Option<String>,
    message: String,
    hint: Option<String>,
}

impl Fault {
    pub(super) fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, member: None, message: message.into(), hint: None }
    }

    /// The same fault of a member of the file.
    pub(super) fn of_member(mut self, member: &str) -> Self {
        self.member = Some(shown(member));
        self
    }

    /// The same fault with what the user could do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The faults of one file.
#[derive(Debug)]
pub(super) struct Report {
    file_name: String,
    findings: Vec<Finding>,
    counts: BTreeMap<(Severity, &'static str), usize>,
}

impl Report {
    pub(super) fn new(file_name: &str) -> Self {
        Self { file_name: shown(file_name), findings: Vec::new(), counts: BTreeMap::new() }
    }

    /// Adds what makes the file unusable, or a lie.
    pub(super) fn error(&mut self, fault: Fault) {
        self.add(Severity::Error, fault);
    }

    /// Adds what is doubtful.
    pub(super) fn warning(&mut self, fault: Fault) {
        self.add(Severity::Warning, fault);
    }

    fn add(&mut self, severity: Severity, fault: Fault) {
        let count = self.counts.entry((severity, fault.rule)).or_default();
        *count += 1;
        if *count <= TOLD {
            let subject = match &fault.member {
                Some(member) => format!("{}: {member}", self.file_name),
                None => self.file_name.clone(),
            };
            let finding = Finding::new(severity, fault.rule, subject, fault.message);
            self.findings.push(Finding { hint: fault.hint, ..finding });
        }
    }

    /// Whether something is wrong with this member.
    pub(super) fn has_error_of(&self, member: &str) -> bool {
        let subject = format!("{}: {}", self.file_name, shown(member));
        self.findings.iter().any(|it| it.severity == Severity::Error && it.subject == subject)
    }

    /// All of it, the faults of which there were too many with their number.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        for ((severity, rule), count) in self.counts {
            if let Some(more) = count.checked_sub(TOLD).filter(|more| *more > 0) {
                let message = format!("and {more} more of this kind");
                self.findings.push(Finding::new(severity, rule, &self.file_name, message));
            }
        }
        self.findings
    }
}

/// A text as it can be printed on a line: without control characters, and not too long.
pub(super) fn shown(name: &str) -> String {
    let mut shown = String::new();
    for character in name.chars().take(SHOWN_CHARACTERS) {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    if name.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_few_of_many() {
        let mut report = Report::new("a.whl");
        for number in 0..15 {
            report.error(Fault::new("a.b", format!("fault {number}")).of_member("m\n"));
        }
        report.warning(Fault::new("a.b", "doubtful").hint("look"));
        let findings = report.into_findings();
        assert_eq!(findings.len(), 12);
        assert_eq!(findings[9].subject, "a.whl: m\\n");
        assert_eq!(findings[10].hint.as_deref(), Some("look"));
        assert_eq!(findings[11].message, "and 5 more of this kind");
        assert_eq!(findings[11].severity, Severity::Error);
    }

    #[test]
    fn shows_no_more_than_a_line() {
        assert_eq!(shown("ä\u{1b}[31m\r"), "ä\\u{1b}[31m\\r");
        assert_eq!(shown(&"x".repeat(5000)).chars().count(), SHOWN_CHARACTERS + 1);
    }
}
