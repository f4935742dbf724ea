//! What binds names at the top level of a module.

use std::collections::HashMap;

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{
    Alias, Comprehension, ExceptHandler, Expr, ExprContext, Identifier, Pattern, Stmt, StmtImport,
    StmtImportFrom,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// One place that binds a name.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) range: TextRange,
    /// From where on the name has its value.
    pub(crate) in_effect: TextSize,
    pub(crate) what: Bound,
}

/// What a name is bound to.
#[derive(Debug)]
pub(crate) enum Bound {
    /// `name = value`, with other targets or an annotation perhaps: the number of the statement, which
    /// [`assigned_value`] takes the value from.
    Value(usize),
    /// `from …module import member`, with `level` dots.
    Member { level: u32, module: String, member: String },
    /// `import module`, which binds the part before the first dot, or `import module as name`.
    Module(String),
    /// Something that takes running the code: why.
    Uncertain(&'static str),
}

/// All that is bound in a module, found in one walk through its statements.
#[derive(Debug, Default)]
pub(crate) struct Bindings(HashMap<String, Vec<Binding>>);

impl Bindings {
    /// Finds what binds names in a module of these statements.
    pub(crate) fn find(statements: &[Stmt]) -> Self {
        let mut finder =
            Finder { statement: 0, is_inner: false, reason: "", found: Self::default() };
        for (number, statement) in statements.iter().enumerate() {
            finder.statement = number;
            finder.top_level(statement);
        }
        finder.found
    }

    /// All that binds `name`, in the order of the source. `from … import *` binds nothing but the name `*`.
    pub(crate) fn of(&self, name: &str) -> &[Binding] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The value that a statement assigns, if it is an assignment.
pub(crate) fn assigned_value(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Assign(assign) => Some(&assign.value),
        Stmt::AnnAssign(assign) => assign.value.as_deref(),
        _ => None,
    }
}

struct Finder {
    /// The number of the top-level statement in hand.
    statement: usize,
    /// Whether we are in a function or a class, whose names are its own but for `global`.
    is_inner: bool,
    /// What the top-level statement in hand does, for what is found inside it.
    reason: &'static str,
    found: Bindings,
}

impl Finder {
    fn top_level(&mut self, statement: &Stmt) {
        self.reason = reason(statement);
        match statement {
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.target(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                // Without a value it is but a promise that somebody binds the name.
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                    self.target(&assign.target, value);
                }
            }
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Import(import) => self.import(import),
            statement => self.visit_stmt(statement),
        }
    }

    fn target(&mut self, target: &Expr, value: &Expr) {
        match target {
            Expr::Name(name) => {
                let what = Bound::Value(self.statement);
                self.add(&name.id, Binding { range: name.range, in_effect: value.end(), what });
            }
            target => self.visit_expr(target),
        }
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        for alias in &import.names {
            let what = Bound::Member {
                level: import.level,
                module: import.module.as_ref().map_or("", Identifier::as_str).into(),
                member: alias.name.as_str().into(),
            };
            self.add_whole(bound_name(alias), import.range, what);
        }
    }

    fn import(&mut self, import: &StmtImport) {
        for alias in &import.names {
            let first = alias.name.split('.').next().unwrap_or_default();
            let (name, module) = match &alias.asname {
                Some(name) => (name.as_str(), alias.name.as_str()),
                None => (first, first),
            };
            self.add_whole(name, import.range, Bound::Module(module.into()));
        }
    }

    fn add(&mut self, name: &str, binding: Binding) {
        match self.found.0.get_mut(name) {
            Some(bindings) => bindings.push(binding),
            None => drop(self.found.0.insert(name.to_owned(), vec![binding])),
        }
    }

    /// Adds what is in effect behind `range`.
    fn add_whole(&mut self, name: &str, range: TextRange, what: Bound) {
        self.add(name, Binding { range, in_effect: range.end(), what });
    }

    fn add_uncertain(&mut self, name: &str, range: TextRange) {
        self.add_whole(name, range, Bound::Uncertain(self.reason));
    }

    fn identifier(&mut self, identifier: Option<&Identifier>) {
        if let Some(identifier) = identifier.filter(|_| !self.is_inner) {
            self.add_uncertain(identifier, identifier.range);
        }
    }

    /// Visits the body of a function or a class.
    fn inner(&mut self, statement: &Stmt) {
        let was_inner = std::mem::replace(&mut self.is_inner, true);
        walk_stmt(self, statement);
        self.is_inner = was_inner;
    }
}

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.identifier(Some(&function.name));
                self.inner(statement);
            }
            Stmt::ClassDef(class) => {
                self.identifier(Some(&class.name));
                self.inner(statement);
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    let what = Bound::Uncertain("a function may bind it");
                    self.add_whole(name, statement.range(), what);
                }
            }
            Stmt::Import(StmtImport { names, .. })
            | Stmt::ImportFrom(StmtImportFrom { names, .. }) => {
                if self.is_inner {
                    return;
                }
                for alias in names {
                    let first = bound_name(alias).split('.').next().unwrap_or_default();
                    self.add_uncertain(first, statement.range());
                }
            }
            statement => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                let is_bound = matches!(name.ctx, ExprContext::Store | ExprContext::Del);
                if is_bound && !self.is_inner {
                    self.add_uncertain(&name.id, name.range);
                }
            }
            expression => walk_expr(self, expression),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        // Its target is its own.
        self.visit_expr(&comprehension.iter);
        comprehension.ifs.iter().for_each(|condition| self.visit_expr(condition));
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(except) = handler;
        self.identifier(except.name.as_ref());
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(capture) => self.identifier(capture.name.as_ref()),
            Pattern::MatchStar(capture) => self.identifier(capture.name.as_ref()),
            Pattern::MatchMapping(capture) => self.identifier(capture.rest.as_ref()),
            _ => {}
        }
        walk_pattern(self, pattern);
    }
}

fn bound_name(alias: &Alias) -> &str {
    alias.asname.as_ref().unwrap_or(&alias.name)
}

/// Why a binding inside this statement cannot be followed.
fn reason(statement: &Stmt) -> &'static str {
    match statement {
        Stmt::If(_) => "an `if` decides on it",
        Stmt::Try(_) => "a `try` decides on it",
        Stmt::For(_) | Stmt::While(_) => "a loop binds it",
        Stmt::With(_) => "it is bound inside a `with`",
        Stmt::Match(_) => "a `match` decides on it",
        Stmt::Delete(_) => "it is deleted",
        Stmt::AugAssign(_) => "it is changed in place",
        Stmt::FunctionDef(_) => "it is a function",
        Stmt::ClassDef(_) => "it is a class",
        Stmt::Assign(_) | Stmt::AnnAssign(_) => "it is bound by unpacking or inside an expression",
        _ => "it is bound inside a statement that takes running",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(text: &str) -> Vec<String> {
        let suite = ruff_python_parser::parse_module(text).unwrap().into_suite();
        let shown = |binding: &Binding| match &binding.what {
            Bound::Value(statement) => {
                let value = assigned_value(&suite[*statement]).unwrap();
                assert_eq!(binding.in_effect, value.end());
                format!("= {}", &text[value.range()])
            }
            Bound::Member { level, module, member } => format!("from {level}{module}: {member}"),
            Bound::Module(module) => format!("import {module}"),
            Bound::Uncertain(reason) => (*reason).into(),
        };
        Bindings::find(&suite).of("v").iter().map(shown).collect()
    }

    #[test]
    fn finds_every_way_to_bind_a_name() {
        for (text, expected) in [
            ("v = 1", "= 1"),
            ("a = v = 1", "= 1"),
            ("v: str = 1", "= 1"),
            ("from .a import b as v", "from 1a: b"),
            ("from . import v", "from 1: v"),
            ("from ..a.b import c, v", "from 2a.b: v"),
            ("import v", "import v"),
            ("import v.w", "import v"),
            ("import a.b as v", "import a.b"),
            ("v, w = 1, 2", "it is bound by unpacking or inside an expression"),
            ("[*v] = 1", "it is bound by unpacking or inside an expression"),
            ("w = (v := 1)", "it is bound by unpacking or inside an expression"),
            ("w = [(v := x) for x, in y]", "it is bound by unpacking or inside an expression"),
            ("if x:\n  v = 1", "an `if` decides on it"),
            ("try:\n  from a import v\nexcept E: pass", "a `try` decides on it"),
            ("try: pass\nexcept E as v: pass", "a `try` decides on it"),
            ("for v in x: pass", "a loop binds it"),
            ("while x:\n  v = 1", "a loop binds it"),
            ("with x as v: pass", "it is bound inside a `with`"),
            ("match x:\n  case [*v]: pass", "a `match` decides on it"),
            ("match x:\n  case {**v}: pass", "a `match` decides on it"),
            ("match x:\n  case v: pass", "a `match` decides on it"),
            ("del v", "it is deleted"),
            ("v += 1", "it is changed in place"),
            ("def v(): pass", "it is a function"),
            ("class v: pass", "it is a class"),
            ("def f():\n  def g():\n    global v", "a function may bind it"),
            ("type v = int", "it is bound inside a statement that takes running"),
        ] {
            assert_eq!(summary(text), [expected], "{text}");
        }
    }

    #[test]
    fn passes_over_what_binds_another_name() {
        for text in [
            "print(v)",
            "a.v = 1",
            "v[0] = 1",
            "v: str",
            "def f(v=v): v = 1",
            "class A:\n  v = 1\n  def v(self): pass",
            "def f():\n  import v",
            "x = [v for v, w in y]",
            "x = lambda v: v",
            "from a import v as w",
            "import a.v",
            "'v = 1'",
        ] {
            assert_eq!(summary(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn finds_star_imports() {
        let stars = |text| {
            let suite = ruff_python_parser::parse_module(text).unwrap().into_suite();
            let what = |binding: &Binding| format!("{:?}", binding.what);
            Bindings::find(&suite).of("*").iter().map(what).collect::<Vec<_>>()
        };
        let star = "Member { level: 1, module: \"a\", member: \"*\" }";
        assert_eq!(stars("from .a import *\nimport b"), [star]);
        let uncertain = "Uncertain(\"a `try` decides on it\")";
        assert_eq!(stars("try:\n  from .a import *\nexcept E: pass"), [uncertain]);
        assert_eq!(stars("from a import b\nx = a * b"), [""; 0]);
    }
}
