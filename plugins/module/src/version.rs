//! The version that a module gives itself.

use flit_sdk::model::{ModuleKind, Version};
use flit_sdk::{Host, Location, LogLevel};
use ruff_python_ast::{Expr, Stmt};

use crate::error::{Item, ModuleError};
use crate::evaluate::{Evaluator, Value};
use crate::module_path;
use crate::source::{Source, Sources, Stop};

/// The files of a package that flit looks for a version in, behind the package's own.
const VERSION_FILES: [&str; 3] = ["version.py", "_version.py", "__version__.py"];

/// What `__version__` was found to be.
pub(crate) struct FoundVersion {
    /// The file that gives it, or that was imported for it.
    pub(crate) path: String,
    pub(crate) value: Value,
    pub(crate) location: Option<Location>,
}

/// Reads the version without running anything.
///
/// A plain string counts before everything else, as in flit: the first in the module's own file, then in the version files.
/// Only then are other expressions and imports followed, as Python would.
pub(crate) fn read(sources: &Sources<'_>) -> Result<FoundVersion, Stop> {
    let main_path = module_path(sources.layout, Item::Version)?;
    for path in version_files(sources, &main_path) {
        let source = sources.get(&path)?;
        let Some(constant) = first_constant(source.statements()?) else { continue };
        let value = Evaluator::new(sources).evaluate(&source, constant)?;
        if is_falsy(constant) {
            // flit takes it for missing and imports the module: something later may give another.
            break;
        }
        return Ok(FoundVersion { location: Some(source.location(constant)), path, value });
    }
    follow(sources, &main_path)
}

fn version_files(sources: &Sources<'_>, main_path: &str) -> Vec<String> {
    let mut paths = vec![main_path.to_owned()];
    let module = &sources.layout.module;
    if module.kind == ModuleKind::Package {
        let candidates = VERSION_FILES.iter().map(|name| format!("{}/{name}", module.path));
        paths.extend(candidates.filter(|path| sources.has(path)));
    }
    paths
}

/// Evaluates `__version__` of the module's own file.
fn follow(sources: &Sources<'_>, path: &str) -> Result<FoundVersion, Stop> {
    let source = sources.get(path)?;
    let mut evaluator = Evaluator::new(sources);
    match evaluator.lookup(&source, Item::Version.name(), None)? {
        Some(value) => {
            Ok(FoundVersion { path: path.into(), value, location: evaluator.location() })
        }
        None => Err(undefined(&source)),
    }
}

fn undefined(source: &Source) -> Stop {
    if source.may_bind_by_reflection() {
        return Stop::Undecided(crate::source::Undecided {
            reason: "no statement binds it, but a call may".into(),
            location: None,
        });
    }
    ModuleError::NoVersion { path: source.path.clone() }.into()
}

/// The value of the first assignment of a constant to `__version__`.
fn first_constant(statements: &[Stmt]) -> Option<&Expr> {
    let is_version =
        |target: &Expr| matches!(target, Expr::Name(name) if name.id == Item::Version.name());
    statements.iter().find_map(|statement| {
        let value = match statement {
            Stmt::Assign(assign) if assign.targets.iter().any(is_version) => &assign.value,
            Stmt::AnnAssign(assign) if is_version(&assign.target) => assign.value.as_ref()?,
            _ => return None,
        };
        is_constant(value).then_some(&**value)
    })
}

/// Whether Python's own parser makes a constant of it.
fn is_constant(value: &Expr) -> bool {
    matches!(
        value,
        Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
    )
}

fn is_falsy(constant: &Expr) -> bool {
    match constant {
        Expr::StringLiteral(string) => string.value.is_empty(),
        Expr::BytesLiteral(bytes) => bytes.value.is_empty(),
        Expr::BooleanLiteral(boolean) => !boolean.value,
        Expr::NoneLiteral(_) => true,
        _ => false,
    }
}

/// Checks and normalizes the version; the user is told if that changes it.
pub(crate) fn check(host: &dyn Host, found: FoundVersion) -> Result<Version, ModuleError> {
    let FoundVersion { path, value, location } = found;
    let text = match value {
        Value::Text(text) if text.is_empty() => {
            return Err(ModuleError::EmptyVersion { path, location });
        }
        Value::Text(text) => text,
        value => {
            let found = value.kind().into();
            return Err(ModuleError::VersionNotText { path, found, location });
        }
    };
    let version = Version::parse(&text).map_err(|source| ModuleError::InvalidVersion {
        path,
        source,
        location,
    })?;
    if version.as_str() != text {
        host.log(LogLevel::Warning, &format!("the version `{text}` is written as `{version}`"));
    }
    Ok(version)
}
