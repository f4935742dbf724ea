//! The links of an HTML page, whoever wrote it.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};

/// How our pages are marked.
pub(super) const GENERATOR: &str = "flit";

/// What an index page can say in HTML.
#[derive(Debug, Default)]
pub(super) struct HtmlPage {
    /// Whether it says of itself that it is the page of an index.
    pub(super) is_marked: bool,
    /// Whether we wrote it.
    pub(super) is_ours: bool,
    /// What its links are relative to, if not to itself.
    pub(super) base: Option<String>,
    /// The links, in order.
    pub(super) anchors: Vec<Anchor>,
}

/// A link.
#[derive(Debug, Default)]
pub(super) struct Anchor {
    pub(super) href: String,
    /// The attributes, `href` too, with their names in lower case.
    pub(super) attributes: BTreeMap<String, String>,
    /// What is shown, without space around it.
    pub(super) text: String,
}

impl HtmlPage {
    /// Reads a page. There is no HTML that cannot be read.
    pub(super) fn parse(text: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut page = Self::default();
        let mut is_in_anchor = false;
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    is_in_anchor |= page.take_tag(&tag);
                }
                Token::EndTag(tag) if *tag.name == b"a" => is_in_anchor = false,
                Token::String(shown) => {
                    if let Some(anchor) = page.anchors.last_mut().filter(|_| is_in_anchor) {
                        anchor.text.push_str(&lossy(&shown));
                    }
                }
                Token::EndTag(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        for anchor in &mut page.anchors {
            anchor.text = anchor.text.trim().to_owned();
        }
        page
    }

    /// Whether the tag is a link.
    fn take_tag(&mut self, tag: &StartTag<()>) -> bool {
        let attribute =
            |name: &[u8]| tag.attributes.get(name).map(|value| lossy(value).trim().to_owned());
        match tag.name.as_slice() {
            b"meta" => {
                let [name, content] = [b"name".as_slice(), b"content"]
                    .map(|name| attribute(name).unwrap_or_default());
                self.is_marked |= ["pypi:repository-version", "api-version"].contains(&&*name);
                self.is_ours |= name == "generator" && content == GENERATOR;
            }
            b"base" => self.base = self.base.take().or_else(|| attribute(b"href")),
            b"a" => {
                if let Some(href) = attribute(b"href") {
                    let attributes =
                        tag.attributes.iter().map(|(name, value)| (lossy(name), lossy(value)));
                    let attributes = attributes.collect();
                    self.anchors.push(Anchor { href, attributes, text: String::new() });
                    return true;
                }
            }
            _ => {}
        }
        false
    }
}

fn lossy(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whatever_is_called_html() {
        let page = HtmlPage::parse(
            "<!doctype html><META NAME='api-version' value=2><BASE href=https://example.org/>\
             <!-- <a href=hidden> --><script>'<a href=no>'</script><a name=x>no link</a>\
             <A HREF='a%20b.whl#sha256=1&amp;2' Data-Requires-Python='&gt;=3'> a\n<b>b</b>.whl\n</A>\
             text<a href=\"b.zip\">unclosed <a href=c.zip>c</a",
        );
        assert!(page.is_marked);
        assert_eq!(page.base.as_deref(), Some("https://example.org/"));
        let shown: Vec<_> = page
            .anchors
            .iter()
            .map(|anchor| (anchor.href.as_str(), anchor.text.as_str()))
            .collect();
        assert_eq!(
            shown,
            [("a%20b.whl#sha256=1&2", "a\nb.whl"), ("b.zip", "unclosed"), ("c.zip", "c")]
        );
        assert_eq!(page.anchors[0].attributes["data-requires-python"], ">=3");
        for text in ["", "<", "<a", "<a href", "\0<a href='", "<a href=\u{0}>"] {
            assert!(!HtmlPage::parse(text).is_marked, "{text}");
        }
    }
}
