//! Reads the docstring and the version of the module without running it.
//!
//! | file | what it does |
//! |---|---|
//! | `encoding`, `nesting`, `source` | from a file to its syntax tree |
//! | `bindings`, `stars`, `modules` | who binds a name, and which file an import means |
//! | `evaluate`, `calls`, `format` | the values of simple expressions |
//! | `version`, `docstring` | what is wanted |
//! | `interpreter` | the last resort: an interpreter imports the module |

mod bindings;
mod calls;
mod docstring;
mod encoding;
mod error;
mod evaluate;
mod format;
mod interpreter;
mod modules;
mod nesting;
mod source;
mod stars;
mod version;

use std::path::Path;
use std::time::Duration;

use flit_sdk::model::{Field, Layout, ModuleKind};
use flit_sdk::{Fragment, Host, LogLevel, MetadataRequest, MetadataSource, Plugin, PluginError};

use crate::docstring::FoundDocstring;
use crate::error::{Item, ModuleError};
use crate::interpreter::{Imported, TIME_LIMIT, default_interpreter, import};
use crate::source::{Sources, Stop, Undecided};
use crate::version::FoundVersion;

/// The metadata source that reads the module itself.
pub const PLUGIN: Plugin = Plugin {
    metadata: Some(&ModuleSource { time_limit: TIME_LIMIT }),
    ..Plugin::new(
        "module",
        env!("CARGO_PKG_VERSION"),
        "takes the version and the summary from the module itself",
    )
};
flit_sdk::register!(PLUGIN);

struct ModuleSource {
    /// How long the module may take to be imported, where nothing else helps.
    time_limit: Duration,
}

impl MetadataSource for ModuleSource {
    fn metadata(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
    ) -> Result<Fragment, PluginError> {
        let wanted = Wanted {
            version: request.wanted.contains(&Field::Version),
            summary: request.wanted.contains(&Field::Summary),
        };
        let mut fragment = Fragment::default();
        if !wanted.version && !wanted.summary {
            return Ok(fragment);
        }
        let found = self.find(host, request, wanted)?;
        if let Some(version) = found.version {
            let version = version::check(host, version)?;
            fragment.metadata.set_text(Field::Version, version.as_str());
        }
        if let Some(docstring) = found.docstring {
            fragment.metadata.set_text(Field::Summary, docstring::summary(docstring)?);
        }
        fragment.found_in_source = true;
        Ok(fragment)
    }
}

#[derive(Clone, Copy)]
struct Wanted {
    version: bool,
    summary: bool,
}

/// What of the wanted was found; all of it.
struct Found {
    version: Option<FoundVersion>,
    docstring: Option<FoundDocstring>,
}

impl ModuleSource {
    fn find(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
        wanted: Wanted,
    ) -> Result<Found, ModuleError> {
        let layout = request.layout;
        // Syntax trees are as deep as the source says.
        let (version, docstring) = stacker::grow(nesting::STACK_BYTES, || {
            let sources = Sources::new(layout);
            let version = wanted.version.then(|| decided(version::read(&sources))).transpose()?;
            let docstring =
                wanted.summary.then(|| decided(docstring::read(&sources))).transpose()?;
            Ok::<_, ModuleError>((version, docstring))
        })?;
        let (version, open_version) = split(version);
        let (docstring, open_docstring) = split(docstring);
        let mut found = Found { version, docstring };
        let Some((item, undecided)) = open_version
            .map(|undecided| (Item::Version, undecided))
            .or(open_docstring.map(|undecided| (Item::Docstring, undecided)))
        else {
            return Ok(found);
        };
        let path = module_path(layout, item)?;
        let imported = self.import(host, request, item, &path, undecided)?;
        if wanted.version && found.version.is_none() {
            let value = imported.version.ok_or(ModuleError::NoVersion { path: path.clone() })?;
            found.version = Some(FoundVersion { path: path.clone(), value, location: None });
        }
        if wanted.summary && found.docstring.is_none() {
            let value =
                imported.docstring.ok_or(ModuleError::NoDocstring { path: path.clone() })?;
            found.docstring = Some(FoundDocstring { path, value, location: None });
        }
        Ok(found)
    }

    /// Imports the module because of `undecided`, and says so; unless that is forbidden.
    fn import(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
        item: Item,
        path: &str,
        undecided: Undecided,
    ) -> Result<Imported, ModuleError> {
        let python = request.python.unwrap_or(Path::new(default_interpreter()));
        let Undecided { reason, location } = undecided;
        let place = location.as_ref().map_or_else(
            || path.to_owned(),
            |location| format!("{}:{}", location.path.display(), location.line),
        );
        let undecided = ModuleError::Undecided { item, path: path.into(), reason, location };
        if !request.may_run_project_code {
            return Err(undecided);
        }
        let python_name = python.display();
        let message = format!("{undecided} ({place}); importing it with `{python_name}`");
        host.log(LogLevel::Warning, &message);
        import(host, request.layout, path, python, self.time_limit)
            .map_err(|source| ModuleError::Import { path: path.into(), item, source })
    }
}

/// Keeps apart what nothing can be done about and what an import may answer.
fn decided<T>(result: Result<T, Stop>) -> Result<Result<T, Undecided>, ModuleError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Undecided(undecided)) => Ok(Err(undecided)),
        Err(Stop::Error(error)) => Err(error),
    }
}

fn split<T>(item: Option<Result<T, Undecided>>) -> (Option<T>, Option<Undecided>) {
    match item {
        None => (None, None),
        Some(Ok(value)) => (Some(value), None),
        Some(Err(undecided)) => (None, Some(undecided)),
    }
}

/// The module's own file: what `import` runs first.
fn module_path(layout: &Layout, item: Item) -> Result<String, ModuleError> {
    let module = &layout.module;
    match module.kind {
        ModuleKind::File => Ok(module.path.clone()),
        ModuleKind::Stubs => Err(ModuleError::Stubs { name: module.name.clone() }),
        ModuleKind::Package => {
            let path = format!("{}/__init__.py", module.path);
            let has = module.files.iter().any(|file| file.path == path);
            if has {
                Ok(path)
            } else {
                Err(ModuleError::NoInit { path: module.path.clone(), item })
            }
        }
    }
}
