//! Speaking to the user: the only place that prints.
//!
//! stdout carries what a program would read, stderr everything else.

use std::io::{self, IsTerminal as _, Write};
use std::iter;
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use flit_sdk::model::Distribution;
use flit_sdk::{Location, LogLevel};
use serde_json::json;

use super::args::ColorWhen;
use super::settings::OutputSettings;
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

const BOLD: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const CAUSE: Style = Style::new().bold();

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
    pub(super) fn message(self, plugin: Option<&str>, level: LogLevel, text: &str) {
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
            self.to_stderr(&format!("{style}{label}{style:#}: {text}\n"));
        }
        if self.is_json && matches!(level, LogLevel::Warning | LogLevel::Hint) {
            self.json(&json!({"reason": label, "plugin": plugin, "message": text}));
        }
    }

    /// Shows a file that was built.
    pub(super) fn distribution(self, distribution: &Distribution, shown_path: &Path) {
        if self.is_json {
            self.json(&json!({
                "reason": "distribution",
                "format": distribution.format,
                "path": shown_path,
                "size": distribution.size,
                "sha256": distribution.sha256,
            }));
        } else {
            self.to_stdout(&format!("{}\n", shown_path.display()));
        }
    }

    /// Shows why the command failed.
    pub(super) fn error(self, report: &Report) {
        let cause = |cause: &String| format!("  {CAUSE}cause{CAUSE:#}: {}", indented(cause));
        let hint = |hint: &String| format!("  {HINT}hint{HINT:#}: {}", indented(hint));
        let place = report.location.as_ref().map(|location| {
            snippet::render(location)
                .unwrap_or_else(|| format!("  {CAUSE}at{CAUSE:#}: {}", place_of(location)))
        });
        let lines: Vec<String> = iter::once(format!("{ERROR}error{ERROR:#}: {}", report.message))
            .chain(report.causes.iter().map(cause))
            .chain(place)
            .chain(report.hints.iter().map(hint))
            .collect();
        let text = lines.join("\n") + "\n";
        self.to_stderr(&text);
        if self.is_json {
            self.json(&json!({
                "reason": "error",
                "message": report.message,
                "causes": report.causes,
                "hints": report.hints,
                "location": report.location.as_ref().map(|location| json!({
                    "path": location.path,
                    "line": location.line,
                    "column": location.column,
                    "length": location.length,
                })),
            }));
        }
    }

    /// Prints text that is data.
    pub(super) fn data(self, text: &str) {
        self.to_stdout(text);
    }

    fn json(self, object: &serde_json::Value) {
        self.to_stdout(&format!("{object}\n"));
    }

    fn to_stdout(self, text: &str) {
        // A reader that went away has all it wanted.
        drop(AutoStream::new(io::stdout(), self.color).write_all(text.as_bytes()));
    }

    fn to_stderr(self, text: &str) {
        drop(AutoStream::new(io::stderr(), self.color).write_all(text.as_bytes()));
    }
}

/// Further lines of a cause or hint line up with its first.
fn indented(text: &str) -> String {
    text.replace('\n', "\n         ")
}

fn place_of(location: &Location) -> String {
    match location {
        Location { line: 0, path, .. } => path.display().to_string(),
        Location { column: 0, line, path, .. } => format!("{}:{line}", path.display()),
        Location { column, line, path, .. } => format!("{}:{line}:{column}", path.display()),
    }
}
