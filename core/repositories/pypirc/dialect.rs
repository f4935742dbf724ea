//! Which lines of a `.pypirc` are headers, keys, values and comments, as Python's `RawConfigParser` reads them.
//!
//! No library does this: what matters here are its exact rules for lines and doubles, and that no error shows a line.

use std::collections::BTreeMap;

use flit_sdk::Secret;

use super::PypircError;

/// A section.
#[derive(Debug)]
pub(super) struct RawSection {
    pub(super) name: String,
    line: usize,
    /// By key in lower case.
    pub(super) values: BTreeMap<String, RawValue>,
}

/// A value, which may be a password.
#[derive(Clone, Debug)]
pub(super) struct RawValue {
    /// The text; its lines end with LF.
    pub(super) text: Secret,
    /// Where the key stands, counted from 1.
    pub(super) line: usize,
}

/// What is being read.
#[derive(Default)]
struct Reader {
    sections: Vec<RawSection>,
    /// The key of the last section whose value may go on, and its lines so far.
    open: Option<(String, usize, Vec<String>)>,
    indent: usize,
}

/// Reads the sections of a file in their order. Values are taken as they are: no interpolation, no quotes, no comments
/// behind them.
pub(super) fn read(text: &str) -> Result<Vec<RawSection>, PypircError> {
    let mut reader = Reader::default();
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    for (number, line) in (1..).zip(lines.flat_map(|line| line.split('\r'))) {
        reader.read_line(number, line)?;
    }
    reader.close()?;
    Ok(reader.sections)
}

impl Reader {
    fn read_line(&mut self, number: usize, line: &str) -> Result<(), PypircError> {
        let content = line.trim();
        let indent = line.chars().take_while(|next| next.is_whitespace()).count();
        if content.is_empty() {
            // Part of the value above, if more of it follows.
            if let Some((_, _, lines)) = &mut self.open {
                lines.push(String::new());
            }
            return Ok(());
        }
        if content.starts_with(['#', ';']) {
            return Ok(());
        }
        if let Some((_, _, lines)) = &mut self.open
            && indent > self.indent
        {
            lines.push(content.into());
            return Ok(());
        }
        self.close()?;
        self.indent = indent;
        match content.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            Some((name, _)) if !name.is_empty() => self.add_section(number, name),
            Some(_) | None => self.open_value(number, content),
        }
    }

    fn add_section(&mut self, line: usize, name: &str) -> Result<(), PypircError> {
        if let Some(first) = self.sections.iter().find(|section| section.name == name) {
            let name = name.into();
            return Err(PypircError::DoubleSection { name, first_line: first.line, line });
        }
        self.sections.push(RawSection { name: name.into(), line, values: BTreeMap::new() });
        Ok(())
    }

    fn open_value(&mut self, line: usize, content: &str) -> Result<(), PypircError> {
        if self.sections.is_empty() {
            return Err(PypircError::NoHeader { line });
        }
        let at = content.find(['=', ':']).filter(|at| *at > 0);
        let at = at.ok_or(PypircError::NoDelimiter { line })?;
        let key = content[..at].trim_end().to_lowercase();
        self.open = Some((key, line, vec![content[at + 1..].trim_start().into()]));
        Ok(())
    }

    /// Adds the value that was being read to its section.
    fn close(&mut self) -> Result<(), PypircError> {
        let Some((key, line, lines)) = self.open.take() else { return Ok(()) };
        let section = self.sections.last_mut().expect("a value is opened within a section");
        if let Some(first) = section.values.get(&key) {
            let (name, first_line) = (section.name.clone(), first.line);
            return Err(PypircError::DoubleKey { key, name, first_line, line });
        }
        let text = Secret::new(lines.join("\n").trim_end());
        section.values.insert(key, RawValue { text, line });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sections as `[name] key=value key=value`, with `|` between the lines of a value.
    fn shown(text: &str) -> String {
        match read(text) {
            Err(error) => format!("error: {error}"),
            Ok(sections) => {
                let value = |(key, value): (&String, &RawValue)| {
                    format!(" {key}={}", value.text.expose().replace('\n', "|"))
                };
                let section = |section: &RawSection| {
                    format!(
                        "[{}]{}",
                        section.name,
                        section.values.iter().map(value).collect::<String>()
                    )
                };
                sections.iter().map(section).collect::<Vec<_>>().join("; ")
            }
        }
    }

    #[test]
    fn reads_what_configparser_reads() {
        for (text, expected) in [
            ("", ""),
            ("[a]\nusername:me\npassword = x", "[a] password=x username=me"),
            ("[a]\r\nk = v\r\n", "[a] k=v"),
            ("[a]\rk = v\r", "[a] k=v"),
            ("[a]\nKEY = V", "[a] key=V"),
            ("[A]\n[a]", "[A]; [a]"),
            ("[ a ]", "[ a ]"),
            ("[a]b]  rest", "[a]b]"),
            ("[a]\nk = x # no comment ; none", "[a] k=x # no comment ; none"),
            ("[a]\n# one\n  ; two\nk = %(x)s%", "[a] k=%(x)s%"),
            ("[a]\nk = \"x\"", "[a] k=\"x\""),
            ("[a]\nk = a=b:c", "[a] k=a=b:c"),
            ("[a]\nk : a=b", "[a] k=a=b"),
            ("[a]\nk=\n", "[a] k="),
            ("[a]\nk =\n  one\n\n  # none\n  two\n\nx=y", "[a] k=|one||two x=y"),
            ("[a]\n  k = v\n  l = w", "[a] k=v l=w"),
            ("  [a]\nk = v", "[a] k=v"),
            ("[a]\n  k = v\nl = w\n   x", "[a] k=v l=w|x"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn says_the_line_and_not_what_is_in_it() {
        for (text, expected) in [
            ("\nk = canary", "line 2 stands before the first section header"),
            ("[a]\ncanary", "line 2 is no `key = value`"),
            ("[a]\n= canary", "line 2 is no `key = value`"),
            ("[a]\nk = 1\n[canary", "line 3 is no `key = value`"),
            ("[a]\n[b]\n[a]", "[a] is there twice, in lines 1 and 3"),
            ("[a]\nusername=1\nUserName=2", "`username` is twice in [a], in lines 2 and 3"),
            ("[a]\ncanary=1\ncanary=2", "the same key is twice in [a], in lines 2 and 3"),
        ] {
            assert_eq!(shown(text), format!("error: {expected}"), "{text:?}");
        }
    }
}
