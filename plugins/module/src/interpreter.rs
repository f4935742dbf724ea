//! The last resort: a Python interpreter that imports the module and says what it found.

use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use flit_sdk::model::{Layout, ModuleKind};
use flit_sdk::{ErrorKind, Host};
use serde::Deserialize;

use crate::evaluate::Value;

/// How long a module may take to be imported.
pub(crate) const TIME_LIMIT: Duration = Duration::from_mins(1);
/// How often we look whether it is done.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Imports the module and writes what it found to a file: what the module prints cannot get in between.
const SCRIPT: &str = include_str!("import_module.py");
/// Variables that the project's code has no business with.
const SECRETS: [&str; 2] = ["FLIT_PASSWORD", "FLIT_USERNAME"];

/// Why a module could not be imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("there is no Python interpreter `{python}`")]
    NoInterpreter { python: String },
    #[error("cannot run `{python}`")]
    CannotRun { python: String, source: io::Error },
    #[error("{error}")]
    Raised {
        error: String,
        /// Whether something that the module imports is not there.
        is_import_error: bool,
    },
    #[error("the interpreter ended without an answer ({0})")]
    NoAnswer(ExitStatus),
    #[error("it took longer than {} seconds", .0.as_secs())]
    TooSlow(Duration),
    #[error("the user asked to stop")]
    Cancelled,
    #[error("no place for the interpreter's answer")]
    NoAnswerFile(#[source] io::Error),
}

impl ImportError {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::NoInterpreter { .. } => ErrorKind::Unsupported,
            Self::CannotRun { .. } | Self::NoAnswerFile(_) => ErrorKind::Io,
            Self::Raised { .. } | Self::NoAnswer(_) | Self::TooSlow(_) => ErrorKind::InvalidProject,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NoInterpreter { .. } | Self::CannotRun { .. } => {
                Some("name an interpreter with `--python`".into())
            }
            Self::Raised { is_import_error: true, .. } => {
                Some("name an interpreter that has what the module imports with `--python`".into())
            }
            Self::Raised { is_import_error: false, .. }
            | Self::NoAnswer(_)
            | Self::TooSlow(_)
            | Self::Cancelled
            | Self::NoAnswerFile(_) => None,
        }
    }
}

/// What the import brought to light.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) version: Option<Value>,
    pub(crate) docstring: Option<Value>,
}

/// What the script answers.
#[derive(Deserialize)]
struct Answer {
    error: Option<String>,
    #[serde(default)]
    is_import_error: bool,
    #[serde(default)]
    version: Answered,
    #[serde(default)]
    docstring: Answered,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answered {
    #[default]
    Missing,
    Text(String),
    /// Something else.
    Other,
}

/// The name of the interpreter that is used when the user names none.
pub(crate) const fn default_interpreter() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

/// Imports the module's own file, at `path`, in a process of its own.
pub(crate) fn import(
    host: &dyn Host,
    layout: &Layout,
    path: &str,
    python: &Path,
    time_limit: Duration,
) -> Result<Imported, ImportError> {
    let answer_file = tempfile::NamedTempFile::new().map_err(ImportError::NoAnswerFile)?;
    let mut command = Command::new(python);
    command
        .args(["-B", "-c", SCRIPT])
        .arg(answer_file.path())
        .arg(layout.source_tree.join(path))
        .arg(layout.source_tree.join(&layout.module.root))
        .arg(if layout.module.kind == ModuleKind::Package { "package" } else { "module" })
        .current_dir(&layout.source_tree)
        .stdin(Stdio::null())
        // Only paths that were built go to our standard output.
        .stdout(io::stderr());
    for name in SECRETS {
        command.env_remove(name);
    }
    let shown = || python.display().to_string();
    let child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ImportError::NoInterpreter { python: shown() },
        _ => ImportError::CannotRun { python: shown(), source: error },
    })?;
    let status = wait(host, child, time_limit)
        .map_err(|source| ImportError::CannotRun { python: shown(), source })??;
    let answer = fs_err::read(answer_file.path()).map_err(ImportError::NoAnswerFile)?;
    let Ok(answer) = serde_json::from_slice::<Answer>(&answer) else {
        // An interrupted interpreter is what Ctrl-C leaves when it reaches the child before us.
        let is_cancelled = host.is_cancelled();
        return Err(if is_cancelled {
            ImportError::Cancelled
        } else {
            ImportError::NoAnswer(status)
        });
    };
    match answer.error {
        Some(error) => Err(ImportError::Raised { error, is_import_error: answer.is_import_error }),
        None => Ok(Imported { version: answer.version.into(), docstring: answer.docstring.into() }),
    }
}

/// Waits for the child, which never outlives this.
fn wait(
    host: &dyn Host,
    mut child: Child,
    time_limit: Duration,
) -> io::Result<Result<ExitStatus, ImportError>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ok(status));
        }
        let failure = if host.is_cancelled() {
            ImportError::Cancelled
        } else if start.elapsed() >= time_limit {
            ImportError::TooSlow(time_limit)
        } else {
            std::thread::sleep(POLL_INTERVAL);
            continue;
        };
        child.kill()?;
        child.wait()?;
        return Ok(Err(failure));
    }
}

impl From<Answered> for Option<Value> {
    fn from(answered: Answered) -> Self {
        match answered {
            Answered::Missing => None,
            Answered::Text(text) => Some(Value::Text(text)),
            Answered::Other => Some(Value::Other("something else")),
        }
    }
}

#[cfg(test)]
mod tests {
    use flit_sdk::model::SdistRules;
    use flit_sdk::source_tree::find_module;
    use flit_sdk::testing::{SourceTreeBuilder, TestHost};

    use super::*;

    #[test]
    fn a_module_that_takes_too_long_is_given_up() {
        let tree = SourceTreeBuilder::new().file("m.py", "while True: pass");
        let host = TestHost::default();
        let source_tree = tree.path();
        let layout = Layout {
            module: find_module(&host, &source_tree, "m").unwrap(),
            source_tree,
            config_path: "pyproject.toml".into(),
            external_data: None,
            sdist: SdistRules::default(),
            readme_path: None,
            needed_files: Vec::new(),
        };
        let python = Path::new(default_interpreter());
        let error = import(&host, &layout, "m.py", python, Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidProject);
        assert_eq!(error.to_string(), "it took longer than 0 seconds");
    }

    #[test]
    fn answers_are_read_as_the_script_writes_them() {
        let answer = |text: &str| -> serde_json::Result<Option<Value>> {
            serde_json::from_str::<Answer>(text).map(|it| it.version.into())
        };
        let version = answer(r#"{"version": {"text": "1"}, "docstring": "missing"}"#).unwrap();
        assert_eq!(version, Some(Value::Text("1".into())));
        let version = answer(r#"{"version": "other", "docstring": "missing"}"#).unwrap();
        assert_eq!(version, Some(Value::Other("something else")));
        assert!(answer("").is_err());
    }
}
