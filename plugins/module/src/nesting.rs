//! How deeply a source is nested: what goes too deep is not parsed.
//!
//! The parser grows its stack as it needs, without end, and syntax trees are dropped and walked by recursion.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// What CPython allows of brackets within each other.
const MAX_BRACKETS: usize = 200;
/// What CPython allows of blocks within each other.
const MAX_BLOCKS: usize = 100;
/// How many levels an expression may have. CPython gives up between 1,000 and 10,000, depending on its version.
const MAX_LEVELS: usize = 4_000;

/// The stack that parsing, walking and dropping a tree of that depth takes: measured in a debug build at less than
/// 2 KB a level, with room to spare.
pub(crate) const STACK_BYTES: usize = 32 << 20;

/// Whether `text` is nested more deeply than anything that Python would accept.
pub(crate) fn is_too_deep(text: &str) -> bool {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut blocks = 0_usize;
    let mut levels = Levels::default();
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return false,
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Newline => levels = Levels::default(),
            kind => levels.count(kind),
        }
        let brackets = levels.outer.len();
        if blocks > MAX_BLOCKS || brackets > MAX_BRACKETS || levels.total > MAX_LEVELS {
            return true;
        }
    }
}

/// An upper limit for the depth of the statement that is being read, token by token.
#[derive(Default)]
struct Levels {
    /// The tokens that may have opened a level, in all brackets that are open and since the last comma in each.
    total: usize,
    /// Those within the innermost bracket.
    inner: usize,
    /// Of those, the ones that a comma does not end: a `lambda` may have one before its colon.
    inner_lambdas: usize,
    /// `inner` and `inner_lambdas` of the brackets around it.
    outer: Vec<(usize, usize)>,
}

impl Levels {
    fn count(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.open_level();
                self.outer.push((self.inner, self.inner_lambdas));
                (self.inner, self.inner_lambdas) = (0, 0);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                if let Some(outer) = self.outer.pop() {
                    self.total -= self.inner;
                    (self.inner, self.inner_lambdas) = outer;
                }
            }
            TokenKind::Comma | TokenKind::Semi => {
                self.total -= self.inner - self.inner_lambdas;
                self.inner = self.inner_lambdas;
            }
            TokenKind::Lambda => {
                self.open_level();
                self.inner_lambdas += 1;
            }
            // Parts of a literal, a comparison or a boolean expression lie beside each other.
            kind if kind.is_operator()
                || matches!(
                    kind,
                    TokenKind::If | TokenKind::Not | TokenKind::Async | TokenKind::Await
                ) =>
            {
                self.open_level();
            }
            _ => {}
        }
    }

    fn open_level(&mut self) {
        self.total += 1;
        self.inner += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_long_but_flat_sources() {
        let table = format!("x = [{}]", "(1, -2, 'a' 'b', f(x)), ".repeat(20_000));
        let strings = format!("x = ({})", "'a'\n".repeat(20_000));
        let branches = format!("if 1: pass\n{}", "elif 1: pass\n".repeat(20_000));
        let statements = "x = a.b(c)[d]\n".repeat(20_000);
        for source in [table, strings, branches, statements] {
            assert!(!is_too_deep(&source), "{}", &source[..40]);
        }
        for source in ["", ")]}", "x = (1", "x = f'{a:{b}}'", "'''", "\t x\n y"] {
            assert!(!is_too_deep(source), "{source}");
        }
    }

    #[test]
    fn refuses_what_would_take_too_much_stack() {
        let around = |open: &str, close: &str, count: usize| {
            format!("x = {}1{}", open.repeat(count), close.repeat(count))
        };
        let blocks =
            (0..200).fold(String::new(), |blocks, depth| blocks + &" ".repeat(depth) + "if 1:\n");
        for source in [
            around("(", ")", 10_000),
            around("[", "", 10_000),
            around("{1:", "}", 10_000),
            around("(x for x in ", ")", 10_000),
            around("f'{", "}'", 300),
            around("-", "", 100_000),
            around("not ", "", 100_000),
            around("lambda a, b: ", "", 100_000),
            around("1 if 1 else ", "", 100_000),
            around("", "+1", 100_000),
            around("", "**1", 100_000),
            around("", ".a", 100_000),
            around("", "()", 100_000),
            around("", "(a, b)", 100_000),
            around("", "[0]", 100_000),
            around("await ", "", 100_000),
            blocks,
        ] {
            assert!(is_too_deep(&source), "{}", &source[..40]);
        }
    }
}
