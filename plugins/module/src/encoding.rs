//! From the bytes of a Python source to its text (PEP 263).

use encoding_rs::Encoding;
use flit_sdk::Location;
use flit_sdk::python_text::with_universal_newlines;

use crate::error::{ModuleError, whole_line};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a source says that it is encoded.
enum Declared<'a> {
    Utf8,
    Ascii,
    /// Every byte is the character of that number.
    Latin1,
    Other(&'a str, &'static Encoding),
}

/// Decodes the source of the file at `path`, without its byte order mark and with LF line ends, as Python reads it.
///
/// # Errors
///
/// It names an encoding that nobody knows, or is not in the encoding that it names.
pub(crate) fn decode(path: &str, bytes: Vec<u8>) -> Result<String, ModuleError> {
    let has_mark = bytes.starts_with(BYTE_ORDER_MARK);
    let declared = match cookie(&bytes) {
        None => Declared::Utf8,
        Some((label, line)) => declared(label)
            .filter(|declared| !has_mark || matches!(declared, Declared::Utf8))
            .ok_or_else(|| ModuleError::UnknownEncoding {
                path: path.into(),
                encoding: label.into(),
                location: whole_line(path, line),
            })?,
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(ModuleError::NullByte {
            path: path.into(),
            location: line_of(path, &bytes, at),
        });
    }
    let text = match declared {
        Declared::Utf8 => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            not_decodable(path, "UTF-8", error.as_bytes(), at)
        })?,
        Declared::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            Some(at) => return Err(not_decodable(path, "ASCII", &bytes, at)),
            None => bytes.into_iter().map(char::from).collect(),
        },
        Declared::Latin1 => bytes.into_iter().map(char::from).collect(),
        Declared::Other(label, encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .ok_or_else(|| not_decodable(path, label, &bytes, 0))?
            .into_owned(),
    };
    Ok(as_python_reads(text))
}

fn declared(label: &str) -> Option<Declared<'_>> {
    let normalized = label.to_ascii_lowercase().replace('_', "-");
    let is_one_of = |names: &[&str]| {
        names.iter().any(|name| {
            normalized == *name
                || normalized.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
        })
    };
    if is_one_of(&["utf-8", "utf8"]) {
        Some(Declared::Utf8)
    } else if is_one_of(&["latin-1", "iso-8859-1", "iso-latin-1", "latin1", "iso8859-1", "l1"]) {
        Some(Declared::Latin1)
    } else if is_one_of(&["ascii", "us-ascii"]) {
        Some(Declared::Ascii)
    } else {
        let label_there = match normalized.as_str() {
            "cp932" | "ms932" => "shift_jis",
            "cp936" => "gbk",
            "cp949" => "euc-kr",
            "cp950" => "big5",
            "mac-roman" => "macintosh",
            label => label,
        };
        // What is not a superset of ASCII cannot have been read up to here.
        Encoding::for_label(label_there.as_bytes())
            .filter(|encoding| encoding.is_ascii_compatible())
            .map(|encoding| Declared::Other(label, encoding))
    }
}

/// The encoding that a comment in the first two lines names, and in which of them.
fn cookie(bytes: &[u8]) -> Option<(&str, u32)> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    for number in 1..=2 {
        let line = lines.next()?;
        if let Some(label) = cookie_in(line) {
            return Some((label, number));
        }
        let first = line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'));
        if first.is_some_and(|byte| *byte != b'#') {
            return None;
        }
        // CR LF is one line end: skip the empty piece between the two.
        let end = line.as_ptr() as usize - bytes.as_ptr() as usize + line.len();
        if bytes[end..].starts_with(b"\r\n") {
            lines.next();
        }
    }
    None
}

/// What stands behind `coding:` or `coding=` in a line that is a comment.
fn cookie_in(line: &[u8]) -> Option<&str> {
    let comment = line.trim_ascii_start().strip_prefix(b"#")?;
    (0..comment.len()).find_map(|at| {
        let rest = comment[at..].strip_prefix(b"coding")?;
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?.trim_ascii_start();
        let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let length = rest.iter().position(|byte| !is_label(byte)).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..length]).ok().filter(|label| !label.is_empty())
    })
}

/// The text without a byte order mark, with LF line ends.
fn as_python_reads(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    with_universal_newlines(text)
}

fn not_decodable(path: &str, encoding: &str, bytes: &[u8], at: usize) -> ModuleError {
    let location = line_of(path, bytes, at);
    ModuleError::NotDecodable { path: path.into(), encoding: encoding.into(), location }
}

fn line_of(path: &str, bytes: &[u8], at: usize) -> Location {
    let lines = bytes[..at].split(|byte| *byte == b'\n').count();
    whole_line(path, u32::try_from(lines).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<String, String> {
        decode("m.py", bytes.to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_what_python_reads() {
        for (bytes, text) in [
            (&b"x"[..], "x"),
            (b"\xef\xbb\xbfx = 1\r\ny\rz\n", "x = 1\ny\nz\n"),
            (b"\xef\xbb\xbf# coding: utf-8\n\xc3\xa4", "# coding: utf-8\n\u{e4}"),
            (b"# -*- coding: latin-1 -*-\n\xe4\x80", "# -*- coding: latin-1 -*-\n\u{e4}\u{80}"),
            (
                b"#!/bin/x\r\n# vim:fileencoding=cp1252\r\n\x80",
                "#!/bin/x\n# vim:fileencoding=cp1252\n\u{20ac}",
            ),
            (b"\n#coding=koi8-r\n\xc1", "\n#coding=koi8-r\n\u{430}"),
            (b"# coding: UTF_8_sig\n\xc3\xa4", "# coding: UTF_8_sig\n\u{e4}"),
            (b"# coding: cp932\n\x82\xa0", "# coding: cp932\n\u{3042}"),
            (b"# coding: euc-jp\n\xa4\xa2", "# coding: euc-jp\n\u{3042}"),
            // A cookie in the third line, behind code, or in a string is none.
            (b"\n\n# coding: nonsense", "\n\n# coding: nonsense"),
            (b"x = 1\n# coding: nonsense", "x = 1\n# coding: nonsense"),
            (b"'# coding: nonsense'", "'# coding: nonsense'"),
            (b"# coding: \n", "# coding: \n"),
        ] {
            assert_eq!(decoded(bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn says_what_cannot_be_read() {
        for (bytes, message) in [
            (&b"\xff"[..], "`m.py` is not valid UTF-8"),
            (b"# coding: ascii\n\xc3\xa4", "`m.py` is not valid ASCII"),
            (b"# coding: gbk\n\xff\xff", "`m.py` is not valid gbk"),
            (b"# coding: rot13\n", "`m.py` names an encoding that is not known: `rot13`"),
            (b"# coding: utf-16\n", "`m.py` names an encoding that is not known: `utf-16`"),
            (
                b"\xef\xbb\xbf# coding: latin-1\n",
                "`m.py` names an encoding that is not known: `latin-1`",
            ),
            (b"x = 1\n\0", "`m.py` is not text: it holds a null byte"),
        ] {
            assert_eq!(decoded(bytes), Err(message.into()));
        }
    }

    #[test]
    fn points_at_the_line() {
        let error = decode("m.py", b"x\ny\n\xff".to_vec()).unwrap_err();
        let location = flit_sdk::PluginError::from(error).location.unwrap();
        assert_eq!((location.line, location.column), (3, 0));
    }
}
