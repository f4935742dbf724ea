//! The words of an error page: what servers say to people rather than to programs.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::server_text::one_line;

/// The parts of an HTML page, or of the XML errors that object stores answer, that may say what is wrong.
#[derive(Default)]
pub(crate) struct ErrorPage {
    pub(crate) title: String,
    /// The text of `<pre>`, and of the `<Message>` of XML: what a program said.
    pre: String,
    /// The text of the first paragraph that has one.
    paragraph: String,
}

impl ErrorPage {
    /// Reads a page, however broken.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut emitter = DefaultEmitter::default();
        // Without that, what looks like a tag in a script would be one.
        emitter.naively_switch_states(true);
        let mut html = Self::default();
        let mut within = None;
        for Ok(token) in Tokenizer::new_with_emitter(body, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let part = Part::of(&tag.name);
                    let is_further =
                        part == Some(Part::Paragraph) && !html.paragraph.trim().is_empty();
                    within = if is_further { None } else { part.or(within) };
                }
                Token::EndTag(tag) => {
                    within = within.filter(|open| Part::of(&tag.name) != Some(*open));
                }
                Token::String(text) => html.push(within, &String::from_utf8_lossy(&text.value)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        html
    }

    fn push(&mut self, part: Option<Part>, text: &str) {
        match part {
            Some(Part::Title) => self.title.push_str(text),
            Some(Part::Pre) => self.pre.push_str(text),
            Some(Part::Paragraph) => self.paragraph.push_str(text),
            Some(Part::Script) | None => {}
        }
    }

    /// What a program said. pypiserver says `None` where it has nothing to say.
    pub(crate) fn quoted(&self) -> Option<String> {
        let pre = self.pre.trim();
        (!pre.is_empty() && pre != "None").then(|| pre.to_owned())
    }

    /// The title and the first paragraph.
    pub(crate) fn headline(&self) -> Option<String> {
        // Bottle's first paragraph promises what stands in its `<pre>`.
        let is_told = |part: &String| !part.is_empty() && !part.ends_with(':');
        let parts = [&self.title, &self.paragraph].map(|part| one_line(part));
        let parts: Vec<_> = parts.into_iter().filter(is_told).collect();
        (!parts.is_empty()).then(|| parts.join(": "))
    }
}

/// A part of a page.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Part {
    Title,
    Pre,
    Paragraph,
    Script,
}

impl Part {
    fn of(tag: &[u8]) -> Option<Self> {
        match tag {
            b"title" => Some(Self::Title),
            b"pre" | b"message" => Some(Self::Pre),
            b"p" => Some(Self::Paragraph),
            b"script" | b"style" => Some(Self::Script),
            _ => None,
        }
    }
}
