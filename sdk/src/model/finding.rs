//! What a check found, before anyone else sees it.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Worth a look; the work goes on.
    Warning,
    /// The work stops.
    Error,
}

/// Something that a check found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// What was checked: lowercase words with hyphens, parts separated by dots, such as `metadata.classifier`.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: the name of a file, or of a member of it as `FILE: MEMBER`; empty for the release as a whole.
    pub subject: String,
    /// What is wrong, as a lowercase fragment without a period, names in backticks.
    pub message: String,
    /// What the user could do.
    pub hint: Option<String>,
}

impl Finding {
    /// A finding without a hint.
    pub fn new(
        severity: Severity,
        rule: impl Into<String>,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            severity,
            subject: subject.into(),
            message: message.into(),
            hint: None,
        }
    }

    /// The same finding with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
