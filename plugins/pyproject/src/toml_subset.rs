//! What a pyproject.toml may not have although the parser would take it: endless nesting, and TOML 1.1.
//!
//! The tables of a document are dropped by recursion, so their depth is bounded before they are made. TOML 1.1 is
//! refused because the installers of released Pythons read 1.0 alone, and an sdist must be readable for them.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::toml_problem::TomlProblem;

/// How deep tables and arrays may be nested, dots in keys counted. Real files stay below ten.
const MAX_DEPTH: usize = 64;

/// Checks the tokens of a document.
pub(crate) fn check_subset(text: &str) -> Result<(), (TomlProblem, Range<usize>)> {
    let mut nesting = Nesting::default();
    let mut previous = TokenKind::Newline;
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        let inline_table = nesting.inline_table();
        match token.kind() {
            TokenKind::Whitespace => continue,
            TokenKind::LeftSquareBracket => {
                nesting.open(false, span.clone(), previous == TokenKind::Newline);
            }
            TokenKind::LeftCurlyBracket => nesting.open(true, span.clone(), false),
            TokenKind::RightCurlyBracket
                if inline_table.is_some() && previous == TokenKind::Comma =>
            {
                return Err((TomlProblem::CommaAtEndOfInlineTable, span));
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => nesting.close(),
            TokenKind::Dot => nesting.dot(),
            TokenKind::Newline => match inline_table {
                Some(bracket) => return Err((TomlProblem::NewlineInInlineTable, bracket)),
                None => nesting.end_of_line(),
            },
            TokenKind::Comma => nesting.end_of_item(),
            TokenKind::BasicString | TokenKind::MlBasicString => {
                if let Some((escape, at)) = new_escape(&text[span.clone()]) {
                    let start = span.start + at;
                    return Err((TomlProblem::NewEscape { escape }, start..start + 2));
                }
            }
            TokenKind::Equals
            | TokenKind::Comment
            | TokenKind::LiteralString
            | TokenKind::MlLiteralString
            | TokenKind::Atom
            | TokenKind::Eof => {}
        }
        if nesting.depth > MAX_DEPTH {
            return Err((TomlProblem::TooDeep { max_depth: MAX_DEPTH }, span));
        }
        previous = token.kind();
    }
    Ok(())
}

/// Finds an escape that TOML 1.0 does not have.
fn new_escape(text: &str) -> Option<(char, usize)> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' {
            match bytes.next() {
                Some((_, b'e')) => return Some(('e', at)),
                Some((_, b'x')) => return Some(('x', at)),
                _ => {}
            }
        }
    }
    None
}

/// How deep the place between two tokens is nested, at most.
#[derive(Debug, Default)]
struct Nesting {
    /// The sum of all that follows.
    depth: usize,
    /// The depth of the table that the last header opened.
    header_depth: usize,
    /// The dots of the key outside of all brackets.
    line_dots: usize,
    brackets: Vec<Bracket>,
    is_in_header: bool,
}

#[derive(Debug)]
struct Bracket {
    is_inline_table: bool,
    span: Range<usize>,
    /// The dots of the last key in it.
    dots: usize,
}

impl Nesting {
    /// The opening bracket of the inline table that this place is in.
    fn inline_table(&self) -> Option<Range<usize>> {
        self.brackets.last().filter(|bracket| bracket.is_inline_table).map(|it| it.span.clone())
    }

    fn open(&mut self, is_inline_table: bool, span: Range<usize>, is_at_line_start: bool) {
        if is_at_line_start && self.brackets.is_empty() {
            self.is_in_header = true;
            self.depth -= self.header_depth;
            self.header_depth = 0;
        }
        self.brackets.push(Bracket { is_inline_table, span, dots: 0 });
        self.depth += 1;
    }

    fn close(&mut self) {
        if let Some(bracket) = self.brackets.pop() {
            let depth = bracket.dots + 1;
            if self.is_in_header {
                self.header_depth += depth;
            } else {
                self.depth -= depth;
            }
        }
    }

    fn dot(&mut self) {
        match self.brackets.last_mut() {
            Some(bracket) => bracket.dots += 1,
            None => self.line_dots += 1,
        }
        self.depth += 1;
    }

    fn end_of_item(&mut self) {
        let dots = match self.brackets.last_mut() {
            Some(bracket) => &mut bracket.dots,
            None => &mut self.line_dots,
        };
        self.depth -= std::mem::take(dots);
    }

    fn end_of_line(&mut self) {
        if self.brackets.is_empty() {
            self.is_in_header = false;
        }
        self.end_of_item();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Option<String> {
        check_subset(text).err().map(|(problem, span)| format!("{problem} at {}", span.start))
    }

    #[test]
    fn takes_toml_1_0() {
        let text = r#"
            [a.b."c.d"] # dots 1.5, in { comments
            e = [1.5, 2.5, {x.y.z = "\\e \\x {"}, [
            ], ]
            f = '\e \x'
            [[g.h]]
            "#;
        assert_eq!(problem(text), None);
    }

    #[test]
    fn refuses_toml_1_1() {
        assert_eq!(
            problem("a = {b = 1,\n}").unwrap(),
            "a line ends inside `{…}`, which is TOML 1.1 at 4"
        );
        assert_eq!(
            problem("a = {b = 1, }").unwrap(),
            "a comma before `}`, which is TOML 1.1 at 12"
        );
        assert_eq!(problem(r#"a = "b\\\e""#).unwrap(), "the escape `\\e`, which is TOML 1.1 at 8");
    }

    #[test]
    fn counts_depth() {
        let too_deep = |text: &str| problem(text).is_some_and(|told| told.starts_with("nested"));
        let parts = |number| vec!["a"; number].join(".");
        assert!(!too_deep(&format!("[{}]\n[{}]\na.b=1", parts(62), parts(62))));
        assert!(too_deep(&format!("[{}]\na.b=1", parts(64))));
        assert!(!too_deep(&format!("{0} = 1\n{0} = 1", parts(60))));
        assert!(too_deep(&format!("{} = 1", parts(70))));
        assert!(!too_deep(&"a = [[1.5], {b.c = 1}]\n".repeat(100)));
        assert!(!too_deep(&format!("a = [{}]", "{b.c = 1, d.e = 2}, ".repeat(100))));
        assert!(too_deep(&format!("a = {}", "[\n".repeat(65))));
        assert!(too_deep(&format!("a = {}", "{b.c.d.e = ".repeat(20))));
        assert!(too_deep(&format!("[{}]\nb = {}", parts(40), "[".repeat(30))));
    }
}
