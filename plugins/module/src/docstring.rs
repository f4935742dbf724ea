//! The summary: the first line of the module's docstring.

use flit_sdk::Location;
use flit_sdk::python_text::{LINE_ENDS, is_blank};
use ruff_python_ast::{ExprStringLiteral, Stmt};

use crate::error::{Item, ModuleError};
use crate::evaluate::{Evaluator, Value};
use crate::module_path;
use crate::source::{Sources, Stop, Undecided};

/// What `__doc__` was found to be.
pub(crate) struct FoundDocstring {
    /// The file that has it.
    pub(crate) path: String,
    pub(crate) value: Value,
    pub(crate) location: Option<Location>,
}

/// Reads the docstring without running anything.
pub(crate) fn read(sources: &Sources<'_>) -> Result<FoundDocstring, Stop> {
    let path = module_path(sources.layout, Item::Docstring)?;
    let source = sources.get(&path)?;
    let docstring = docstring(source.statements()?);
    let location = docstring.map(|string| source.location(string));
    if let Some(string) = docstring
        && !string.value.to_str().chars().all(is_blank)
    {
        return Ok(FoundDocstring {
            path,
            value: Value::Text(string.value.to_str().into()),
            location,
        });
    }
    let mut evaluator = Evaluator::new(sources);
    match evaluator.lookup(&source, Item::Docstring.name(), None)? {
        Some(value) => Ok(FoundDocstring { path, value, location: evaluator.location() }),
        None if source.may_bind_by_reflection() => Err(Stop::Undecided(Undecided {
            reason: "no statement binds it, but a call may".into(),
            location,
        })),
        None if location.is_some() => Err(ModuleError::EmptyDocstring { path, location }.into()),
        None => Err(ModuleError::NoDocstring { path }.into()),
    }
}

/// The string that a module of these statements begins with.
pub(crate) fn docstring(statements: &[Stmt]) -> Option<&ExprStringLiteral> {
    match statements.first()? {
        Stmt::Expr(statement) => statement.value.as_string_literal_expr(),
        _ => None,
    }
}

/// The summary that a docstring gives.
pub(crate) fn summary(found: FoundDocstring) -> Result<String, ModuleError> {
    let FoundDocstring { path, value, location } = found;
    match value {
        Value::Text(text) => {
            first_line(&text).ok_or(ModuleError::EmptyDocstring { path, location })
        }
        value => {
            let found = value.kind().into();
            Err(ModuleError::DocstringNotText { path, found, location })
        }
    }
}

/// The first line that is not blank, without indentation and with tabs as spaces: what `inspect.cleandoc` leaves of it.
fn first_line(docstring: &str) -> Option<String> {
    let start = docstring.find(|character| !is_blank(character))?;
    let line_start = docstring[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let mut column = docstring[line_start..start].chars().fold(0, next_column);
    let mut line = String::new();
    for character in
        docstring[start..].chars().take_while(|character| !LINE_ENDS.contains(character))
    {
        let next = next_column(column, character);
        if character == '\t' {
            line.extend(std::iter::repeat_n(' ', next - column));
        } else {
            line.push(character);
        }
        column = next;
    }
    Some(line)
}

fn next_column(column: usize, character: char) -> usize {
    if character == '\t' { (column / 8 + 1) * 8 } else { column + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_line_that_cleandoc_leaves_first() {
        for (docstring, line) in [
            ("One.", Some("One.")),
            ("\n\n    One.  \n    Two.", Some("One.  ")),
            ("a\tb", Some("a       b")),
            ("\n  a\tb", Some("a     b")),
            ("a\x0cb", Some("a")),
            ("a\u{2028}b", Some("a")),
            ("\u{a0}a\u{a0}b", Some("a\u{a0}b")),
            ("\x1f a", Some("a")),
            ("", None),
            (" \n\t\x0c", None),
        ] {
            assert_eq!(first_line(docstring).as_deref(), line, "{docstring:?}");
        }
    }
}
