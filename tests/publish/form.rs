//! The form of an upload as a server reads it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem;

/// What a client sent as `multipart/form-data`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Form {
    /// The plain fields with their values, in the order in which they came.
    pub(crate) fields: Vec<(String, String)>,
    /// The files, likewise.
    pub(crate) files: Vec<FilePart>,
    /// The names of all parts, in the order in which they came.
    pub(crate) order: Vec<String>,
}

/// A part of a form that is a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FilePart {
    pub(crate) name: String,
    pub(crate) file_name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Vec<u8>,
}

impl Form {
    /// Reads a whole body; `None` if it is not a form, or not all of one.
    pub(crate) fn parse(content_type: &str, body: &[u8]) -> Option<Self> {
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?;
        let delimiter = format!("\r\n--{}", boundary.trim_matches('"'));
        let mut form = Self::default();
        let mut rest = body.strip_prefix(&delimiter.as_bytes()[2..])?;
        while rest != b"--\r\n" && rest != b"--" {
            let part = rest.strip_prefix(b"\r\n")?;
            let end = memmem::find(part, delimiter.as_bytes())?;
            form.add(&part[..end])?;
            rest = &part[end + delimiter.len()..];
        }
        Some(form)
    }

    fn add(&mut self, part: &[u8]) -> Option<()> {
        let end = memmem::find(part, b"\r\n\r\n")?;
        let headers = str::from_utf8(&part[..end]).ok()?;
        let content = &part[end + 4..];
        let parameter = |name: &str| {
            let value = headers.split_once(&format!(" {name}=\""))?.1;
            Some(value.split_once('"')?.0.to_owned())
        };
        let name = parameter("name")?;
        self.order.push(name.clone());
        match parameter("filename") {
            Some(file_name) => self.files.push(FilePart {
                name,
                file_name,
                content_type: headers
                    .lines()
                    .find_map(|line| line.strip_prefix("Content-Type: "))
                    .map(str::to_owned),
                content: content.to_vec(),
            }),
            None => self.fields.push((name, String::from_utf8(content.to_vec()).ok()?)),
        }
        Some(())
    }

    /// The value of a field that is sent once.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The file that is uploaded.
    pub(crate) fn content(&self) -> &FilePart {
        let [content] = self.files.as_slice() else {
            panic!("a form has one file: {:?}", self.order)
        };
        content
    }
}

/// What the header `Authorization: Basic` says of a user.
pub(crate) fn basic(user: &str, password: &str) -> String {
    BASE64_STANDARD.encode(format!("{user}:{password}"))
}
