//! What binds a name at the top level of a module.

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{
    Alias, Comprehension, ExceptHandler, Expr, ExprContext, Identifier, Pattern, Stmt, StmtImport,
    StmtImportFrom,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// One place that binds a name, in the order of the source.
#[derive(Debug)]
pub(crate) struct Binding<'a> {
    pub(crate) range: TextRange,
    pub(crate) what: Bound<'a>,
}

impl Binding<'_> {
    /// From where on the name has its value.
    pub(crate) fn in_effect(&self) -> TextSize {
        match self.what {
            Bound::Value(value) => value.range().end(),
            Bound::Member { .. } | Bound::Module(_) | Bound::Uncertain(_) => self.range.end(),
        }
    }
}

/// What a name is bound to.
#[derive(Debug)]
pub(crate) enum Bound<'a> {
    /// `name = value`, with other targets or an annotation perhaps.
    Value(&'a Expr),
    /// `from …module import member`, with `level` dots.
    Member { level: u32, module: &'a str, member: &'a str },
    /// `import module`, which binds the part before the first dot, or `import module as name`.
    Module(&'a str),
    /// Something that takes running the code: why.
    Uncertain(&'static str),
}

/// All that binds `name` in a module of these statements, where `from … import *` binds nothing but the name `*`.
pub(crate) fn bindings<'a>(statements: &'a [Stmt], name: &str) -> Vec<Binding<'a>> {
    let mut finder = Finder { name, is_inner: false, reason: "", found: Vec::new() };
    for statement in statements {
        finder.top_level(statement);
    }
    finder.found
}

struct Finder<'a, 'n> {
    name: &'n str,
    /// Whether we are in a function or a class, whose names are its own but for `global`.
    is_inner: bool,
    /// What the top-level statement in hand does, for what is found inside it.
    reason: &'static str,
    found: Vec<Binding<'a>>,
}

impl<'a> Finder<'a, '_> {
    fn top_level(&mut self, statement: &'a Stmt) {
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

    fn target(&mut self, target: &'a Expr, value: &'a Expr) {
        match target {
            Expr::Name(name) if name.id == self.name => {
                self.add(target.range(), Bound::Value(value));
            }
            target => self.visit_expr(target),
        }
    }

    fn import_from(&mut self, import: &'a StmtImportFrom) {
        for alias in &import.names {
            if bound_name(alias) == self.name {
                let what = Bound::Member {
                    level: import.level,
                    module: import.module.as_ref().map_or("", Identifier::as_str),
                    member: &alias.name,
                };
                self.add(import.range, what);
            }
        }
    }

    fn import(&mut self, import: &'a StmtImport) {
        for alias in &import.names {
            let is_whole = alias.asname.is_some();
            let first = alias.name.split('.').next().unwrap_or_default();
            let bound = if is_whole { bound_name(alias) } else { first };
            if bound == self.name {
                let module = if is_whole { alias.name.as_str() } else { first };
                self.add(import.range, Bound::Module(module));
            }
        }
    }

    fn add(&mut self, range: TextRange, what: Bound<'a>) {
        self.found.push(Binding { range, what });
    }

    fn add_uncertain(&mut self, range: TextRange) {
        self.add(range, Bound::Uncertain(self.reason));
    }

    fn identifier(&mut self, identifier: Option<&Identifier>) {
        if !self.is_inner && identifier.is_some_and(|identifier| identifier == self.name) {
            self.add_uncertain(identifier.map_or_else(TextRange::default, Ranged::range));
        }
    }

    /// Visits the body of a function or a class.
    fn inner(&mut self, statement: &'a Stmt) {
        let was_inner = std::mem::replace(&mut self.is_inner, true);
        walk_stmt(self, statement);
        self.is_inner = was_inner;
    }
}

impl<'a> Visitor<'a> for Finder<'a, '_> {
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
                if global.names.iter().any(|name| name == self.name) {
                    self.add(statement.range(), Bound::Uncertain("a function may bind it"));
                }
            }
            Stmt::Import(StmtImport { names, .. })
            | Stmt::ImportFrom(StmtImportFrom { names, .. }) => {
                let binds = |alias: &Alias| bound_name(alias).split('.').next() == Some(self.name);
                if !self.is_inner && names.iter().any(binds) {
                    self.add_uncertain(statement.range());
                }
            }
            statement => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                let is_bound = matches!(name.ctx, ExprContext::Store | ExprContext::Del);
                if is_bound && !self.is_inner && name.id == self.name {
                    self.add_uncertain(name.range);
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
        let shown = |binding: &Binding<'_>| match &binding.what {
            Bound::Value(value) => format!("= {}", &text[value.range()]),
            Bound::Member { level, module, member } => format!("from {level}{module}: {member}"),
            Bound::Module(module) => format!("import {module}"),
            Bound::Uncertain(reason) => (*reason).into(),
        };
        bindings(&suite, "v").iter().map(shown).collect()
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
            let what = |binding: &Binding<'_>| format!("{:?}", binding.what);
            bindings(&suite, "*").iter().map(what).collect::<Vec<_>>()
        };
        let star = "Member { level: 1, module: \"a\", member: \"*\" }";
        assert_eq!(stars("from .a import *\nimport b"), [star]);
        let uncertain = "Uncertain(\"a `try` decides on it\")";
        assert_eq!(stars("try:\n  from .a import *\nexcept E: pass"), [uncertain]);
        assert_eq!(stars("from a import b\nx = a * b"), [""; 0]);
    }
}
