//! The files of the module: read, decoded and parsed at most once each.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use flit_sdk::Location;
use flit_sdk::model::Layout;
use flit_sdk::source_tree::resolve_file;
use ruff_python_ast::{Stmt, Suite};
use ruff_text_size::{Ranged, TextRange};

use crate::bindings::Bindings;
use crate::encoding::decode;
use crate::error::ModuleError;
use crate::nesting::is_too_deep;

/// A longer source would take more memory than a build should: its tree is some thirty times as large.
const MAX_SOURCE_BYTES: u64 = 16 << 20;

/// A parsed file of the module.
pub(crate) struct Source {
    /// The path relative to the source tree.
    pub(crate) path: String,
    /// The text that the ranges in `suite` are of.
    text: String,
    /// The statements; or why they are better not looked at.
    suite: Result<Suite, &'static str>,
    /// What the statements bind, once somebody asked.
    bindings: OnceCell<Bindings>,
    /// Whether names may be bound by other means, once somebody asked.
    may_reflect: OnceCell<bool>,
}

impl Source {
    fn new(path: &str, text: String, suite: Result<Suite, &'static str>) -> Self {
        let (bindings, may_reflect) = (OnceCell::new(), OnceCell::new());
        Self { path: path.into(), text, suite, bindings, may_reflect }
    }

    fn parse(path: &str, text: String) -> Result<Self, ModuleError> {
        let suite = if is_too_deep(&text) {
            Err("it is nested too deeply")
        } else {
            match ruff_python_parser::parse_module(&text) {
                Ok(parsed) => Ok(parsed.into_suite()),
                Err(error) => {
                    return Err(ModuleError::Syntax {
                        path: path.into(),
                        reason: lowercase_first(&error.error.to_string()),
                        location: locate(path, &text, error.location),
                    });
                }
            }
        };
        Ok(Self::new(path, text, suite))
    }

    /// The statements at top level, or why they could not be looked at.
    pub(crate) fn statements(&self) -> Result<&[Stmt], Undecided> {
        match &self.suite {
            Ok(suite) => Ok(suite),
            Err(reason) => Err(Undecided { reason: (*reason).into(), location: None }),
        }
    }

    /// What the statements bind, or why they could not be looked at.
    pub(crate) fn bindings(&self) -> Result<&Bindings, Undecided> {
        let statements = self.statements()?;
        Ok(self.bindings.get_or_init(|| Bindings::find(statements)))
    }

    /// Where `node` stands.
    pub(crate) fn location(&self, node: &impl Ranged) -> Location {
        locate(&self.path, &self.text, node.range())
    }

    /// That `node` defeats us, because of `reason`.
    pub(crate) fn undecided(&self, node: &impl Ranged, reason: impl Into<String>) -> Undecided {
        Undecided { reason: reason.into(), location: Some(self.location(node)) }
    }

    /// Whether the module may bind names by other means than statements.
    pub(crate) fn may_bind_by_reflection(&self) -> bool {
        *self.may_reflect.get_or_init(|| self.calls_for_reflection())
    }

    fn calls_for_reflection(&self) -> bool {
        let is_called = |function: &str| {
            self.text.match_indices(function).any(|(at, _)| {
                // `database.exec(…)` and `my_vars(…)` are something else.
                let before = self.text[..at].chars().next_back();
                !before.is_some_and(|it| it == '.' || it == '_' || it.is_alphanumeric())
            })
        };
        ["globals(", "locals(", "vars(", "exec("].into_iter().any(is_called)
            || self.text.contains("sys.modules[__name__]")
    }
}

/// Why something cannot be found out without running code.
#[derive(Debug)]
pub(crate) struct Undecided {
    /// A fragment about what stands at `location`.
    pub(crate) reason: String,
    pub(crate) location: Option<Location>,
}

/// What reading a value from the syntax tree comes to, if not to the value.
pub(crate) enum Stop {
    Undecided(Undecided),
    Error(ModuleError),
}

impl From<Undecided> for Stop {
    fn from(undecided: Undecided) -> Self {
        Self::Undecided(undecided)
    }
}

impl From<ModuleError> for Stop {
    fn from(error: ModuleError) -> Self {
        Self::Error(error)
    }
}

/// All sources that were looked at so far.
pub(crate) struct Sources<'a> {
    pub(crate) layout: &'a Layout,
    read: RefCell<HashMap<String, Rc<Source>>>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(layout: &'a Layout) -> Self {
        Self { layout, read: RefCell::default() }
    }

    /// Whether the module has this file. Nothing else is ever read.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.layout.module.files.iter().any(|file| file.path == path)
    }

    /// Whether the module has files below this directory.
    pub(crate) fn has_directory(&self, path: &str) -> bool {
        self.layout
            .module
            .files
            .iter()
            .any(|file| file.path.strip_prefix(path).is_some_and(|below| below.starts_with('/')))
    }

    /// Reads a file of the module.
    pub(crate) fn get(&self, path: &str) -> Result<Rc<Source>, ModuleError> {
        if let Some(source) = self.read.borrow().get(path) {
            return Ok(Rc::clone(source));
        }
        let on_disk = resolve_file(&self.layout.source_tree, path)?;
        let source = if fs_err::metadata(&on_disk)?.len() > MAX_SOURCE_BYTES {
            Source::new(path, String::new(), Err("it is larger than 16 MiB"))
        } else {
            Source::parse(path, decode(path, fs_err::read(&on_disk)?)?)?
        };
        let source = Rc::new(source);
        self.read.borrow_mut().insert(path.into(), Rc::clone(&source));
        Ok(source)
    }
}

fn locate(path: &str, text: &str, range: TextRange) -> Location {
    Location::of_span(path, text, range.start().to_usize()..range.end().to_usize())
}

fn lowercase_first(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
