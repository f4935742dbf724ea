//! Speaking to the user: the only place that prints.
//!
//! stdout carries what a program would read, stderr everything else.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use std::iter;
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use flit_sdk::model::{Distribution, Finding, Severity};
use flit_sdk::{Location, LogLevel, Secret};
use serde_json::json;

use super::args::ColorWhen;
use super::mask;
use super::settings::OutputSettings;
use super::shown_path::ShownPaths;
use super::snippet;
use crate::error::Report;

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// Errors, warnings, hints and what is worth knowing.
    Normal,
    /// Also what each stage did.
    Verbose,
}

/// Both streams, with how the user wants them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    verbosity: Verbosity,
    color: ColorChoice,
    is_json: bool,
}

/// Why what a program would read could not be printed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The stream cannot be written.
    #[error("cannot write to stdout")]
    Stdout(#[source] io::Error),
}

const BOLD: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const CAUSE: Style = BOLD;

impl Output {
    pub(super) fn new(settings: OutputSettings) -> Self {
        let color = match settings.color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self { verbosity: settings.verbosity, color, is_json: settings.is_json }
    }

    /// Whether a progress bar may be drawn.
    pub(super) fn shows_progress(self) -> bool {
        self.verbosity != Verbosity::Quiet && io::stderr().is_terminal()
    }

    /// Shows a message of the pipeline or of a plugin.
    pub(super) fn message(self, level: LogLevel, text: &str) {
        let (style, label) = match level {
            LogLevel::Debug => (BOLD, "debug"),
            LogLevel::Info => (BOLD, "info"),
            LogLevel::Warning => (WARNING, "warning"),
            LogLevel::Hint => (HINT, "hint"),
        };
        let is_shown = match self.verbosity {
            Verbosity::Quiet => false,
            Verbosity::Normal => level != LogLevel::Debug,
            Verbosity::Verbose => true,
        };
        if is_shown {
            self.to_stderr(&format!("{style}{label}{style:#}: {}\n", printable(text)));
        }
        if self.is_json && matches!(level, LogLevel::Warning | LogLevel::Hint) {
            // If this does not arrive, what was built will not either, and that is an error.
            drop(json_line(&json!({"reason": label, "message": text})));
        }
    }

    /// Shows a file that was built.
    pub(super) fn distribution(
        self,
        distribution: &Distribution,
        shown_path: &Path,
    ) -> Result<(), OutputError> {
        if self.is_json {
            json_line(&json!({
                "reason": "distribution",
                "format": distribution.format,
                "path": shown_path.to_string_lossy(),
                "size": distribution.size,
                "sha256": distribution.sha256,
            }))
        } else {
            // The bytes of the path as they are: whoever reads them opens the file.
            to_stdout(&[shown_path.as_os_str().as_encoded_bytes(), b"\n"].concat())
        }
    }

    /// Shows why the command failed.
    pub(super) fn error(self, report: &Report, shown_paths: &ShownPaths) {
        let cause =
            |cause: &String| format!("  {CAUSE}cause{CAUSE:#}: {}", indented(cause, "  cause: "));
        let hint = |hint: &String| format!("  {HINT}hint{HINT:#}: {}", indented(hint, "  hint: "));
        let shown_path =
            |location: &Location| shown_paths.path(&location.path).to_string_lossy().into_owned();
        let place = report.location.as_ref().map(|location| {
            let path = shown_path(location);
            let shown_path = printable(&path);
            snippet::render(location, &shown_path).unwrap_or_else(|| {
                format!("  {CAUSE}at{CAUSE:#}: {}", place_of(location, &shown_path))
            })
        });
        let message = printable(&report.message);
        let lines: Vec<String> = iter::once(format!("{ERROR}error{ERROR:#}: {message}"))
            .chain(report.causes.iter().map(cause))
            .chain(place)
            .chain(report.hints.iter().map(hint))
            .collect();
        let text = lines.join("\n") + "\n";
        self.to_stderr(&text);
        if self.is_json {
            // Whoever cannot be told is told by the exit code.
            drop(json_line(&json!({
                "reason": "error",
                "message": report.message,
                "causes": report.causes,
                "hints": report.hints,
                "location": report.location.as_ref().map(|location| json!({
                    "path": shown_path(location),
                    "line": location.line,
                    "column": location.column,
                    "length": location.length,
                })),
            })));
        }
    }

    /// Shows a finding of a check.
    pub(super) fn finding(self, finding: &Finding) {
        let Finding { rule, severity, subject, message, hint } = finding;
        let (style, label) = match severity {
            Severity::Error => (ERROR, "error"),
            Severity::Warning => (WARNING, "warning"),
        };
        if *severity == Severity::Error || self.verbosity != Verbosity::Quiet {
            let subject = if subject.is_empty() { String::new() } else { format!("{subject}: ") };
            let line = format!("{style}{label}{style:#}: {}", printable(&(subject + message)));
            let hint = hint
                .iter()
                .map(|hint| format!("\n  {HINT}hint{HINT:#}: {}", indented(hint, "  hint: ")));
            self.to_stderr(&(line + &hint.collect::<String>() + "\n"));
        }
        if self.is_json {
            // Whoever cannot be told is told by the exit code.
            drop(json_line(&json!({
                "reason": "finding",
                "severity": label,
                "rule": rule,
                "subject": subject,
                "message": message,
                "hint": hint,
            })));
        }
    }

    /// Has the log of a GitHub job hide a secret that was made for it: the one place that shows one, to the one reader
    /// that must know it.
    pub(super) fn hide_from_github(secret: &Secret) {
        let line = format!("::add-mask::{}\n", secret.expose());
        drop(io::stderr().write_all(line.as_bytes()));
    }

    /// Whether stdout carries one JSON object a line.
    pub(super) fn is_json(self) -> bool {
        self.is_json
    }

    /// Prints text that people read.
    pub(super) fn text(text: &str) -> Result<(), OutputError> {
        to_stdout(printable(text).as_bytes())
    }

    /// Prints one JSON object: on several lines, unless every line is to be an object.
    pub(super) fn object(self, object: &serde_json::Value) -> Result<(), OutputError> {
        if self.is_json {
            json_line(object)
        } else {
            to_stdout(format!("{:#}\n", mask::masked_json(object)).as_bytes())
        }
    }

    /// Prints the help, which has styles.
    pub(super) fn help(self, text: &str) {
        drop(AutoStream::new(io::stdout(), self.color).write_all(text.as_bytes()));
    }

    fn to_stderr(self, text: &str) {
        let text = mask::masked(text);
        drop(AutoStream::new(io::stderr(), self.color).write_all(text.as_bytes()));
    }
}

pub(super) fn json_line(object: &serde_json::Value) -> Result<(), OutputError> {
    to_stdout(format!("{}\n", mask::masked_json(object)).as_bytes())
}

fn to_stdout(bytes: &[u8]) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        // A reader that went away has all it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(OutputError::Stdout),
    }
}

/// Text without secrets, and without what would steer a terminal: most of it comes from files that nobody vouches for.
fn printable(text: &str) -> Cow<'_, str> {
    let steers = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    // Before anything is escaped: a secret may hold what is.
    let text = mask::masked(text);
    if !text.contains(steers) {
        return text;
    }
    let shown = text.chars().map(|character| {
        if steers(character) { character.escape_default().to_string() } else { character.into() }
    });
    Cow::Owned(shown.collect())
}

/// Further lines of a cause or hint line up with the first, behind its label.
fn indented(text: &str, label: &str) -> String {
    printable(text).replace('\n', &format!("\n{:1$}", "", label.len()))
}

fn place_of(location: &Location, shown_path: &str) -> String {
    match location {
        Location { line: 0, .. } => shown_path.into(),
        Location { column: 0, line, .. } => format!("{shown_path}:{line}"),
        Location { column, line, .. } => format!("{shown_path}:{line}:{column}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(printable("a\tb\nä"), "a\tb\nä");
        mask::hide_secret("", "\u{1b}-secret-\u{7}");
        assert_eq!(printable("<\u{1b}-secret-\u{7}>\r"), r"<[redacted]>\r");
        assert_eq!(printable("\u{1b}]0;x\u{7}\r\u{9b}1m"), r"\u{1b}]0;x\u{7}\r\u{9b}1m");
    }
}
