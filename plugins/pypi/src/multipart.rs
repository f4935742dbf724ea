//! The body of a form: `multipart/form-data` (RFC 7578), the file read from disk as it is sent.

use std::io::Read;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use flit_sdk::model::ReleaseFile;
use flit_sdk::{ErrorKind, PluginError, hexadecimal};
use fs_err::File;
use http_body::{Frame, SizeHint};
use sha2::{Digest, Sha256};

use crate::form::FormField;
use crate::waiting::{Activity, Phase};

/// What is read of the file at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// A form without a file: the media type with the boundary, and the body.
pub(crate) fn text_form(fields: &[FormField]) -> (String, Vec<u8>) {
    let boundary = boundary(fields, "");
    let mut body = Vec::new();
    push_fields(&mut body, fields, &boundary);
    body.extend_from_slice(end(&boundary).as_bytes());
    (content_type(&boundary), body)
}

/// A form whose last field is a file: the media type with the boundary, and the body.
pub(crate) fn file_form(
    fields: &[FormField],
    file: &ReleaseFile,
) -> Result<(String, FileForm), PluginError> {
    let opened = File::open(&file.path)?;
    let found = opened.metadata()?.len();
    if found != file.size {
        return Err(changed(file, &format!("it had {} bytes and has {found}", file.size)));
    }
    let boundary = boundary(fields, &file.sha256);
    let mut head = Vec::new();
    push_fields(&mut head, fields, &boundary);
    let name = quoted(&file.file_name);
    let part = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    head.extend_from_slice(part.as_bytes());
    let form = FileForm {
        head: Some(head.into()),
        end: Some(format!("\r\n{}", end(&boundary)).into()),
        opened,
        hasher: Sha256::new(),
        left: file.size,
        file: file.clone(),
        fault: Arc::default(),
        activity: Activity::new(Phase::Sending, file.size),
        has_yielded: false,
    };
    Ok((content_type(&boundary), form))
}

/// The body of a form with a file. If the file is not what was announced, the body fails before its last chunk, so that
/// no server ever has a whole form.
pub(crate) struct FileForm {
    /// All before the bytes of the file.
    head: Option<Bytes>,
    opened: File,
    /// The bytes of the file that are not read yet.
    left: u64,
    hasher: Sha256,
    file: ReleaseFile,
    /// All behind the bytes of the file.
    end: Option<Bytes>,
    fault: Arc<OnceLock<PluginError>>,
    activity: Arc<Activity>,
    /// Whether the network was looked at since the last piece was handed out.
    has_yielded: bool,
}

impl FileForm {
    /// Where it will be said what was wrong with the file.
    pub(crate) fn fault(&self) -> Arc<OnceLock<PluginError>> {
        Arc::clone(&self.fault)
    }

    /// What is told while the body is read.
    pub(crate) fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity)
    }

    /// The next piece; `None` at the end.
    fn next(&mut self) -> Result<Option<Bytes>, PluginError> {
        self.activity.happened(Phase::Sending);
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        if self.left > 0 {
            return self.chunk().map(Some);
        }
        let end = self.end.take();
        if end.is_some() {
            if self.file.size == 0 {
                self.check()?;
            }
            self.activity.happened(Phase::Thinking);
        }
        Ok(end)
    }

    fn chunk(&mut self) -> Result<Bytes, PluginError> {
        let wanted = self.left.min(CHUNK_BYTES as u64);
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = self.opened.by_ref().take(wanted).read_to_end(&mut chunk)? as u64;
        if read < wanted {
            return Err(changed(&self.file, "it became shorter"));
        }
        self.hasher.update(&chunk);
        self.left -= read;
        if self.left == 0 {
            self.check()?;
        }
        self.activity.sent(read);
        Ok(chunk.into())
    }

    /// Whether the bytes that were read are those that were announced.
    fn check(&mut self) -> Result<(), PluginError> {
        if self.opened.read(&mut [0])? > 0 {
            return Err(changed(&self.file, "it became longer"));
        }
        let digest = std::mem::take(&mut self.hasher).finalize();
        if hexadecimal(&digest) != self.file.sha256 {
            return Err(changed(&self.file, "its SHA-256 is another"));
        }
        Ok(())
    }

    /// The bytes that are still to come.
    pub(crate) fn bytes_left(&self) -> u64 {
        let length = |piece: &Option<Bytes>| piece.as_ref().map_or(0, |piece| piece.len() as u64);
        length(&self.head) + self.left + length(&self.end)
    }
}

impl http_body::Body for FileForm {
    type Data = Bytes;
    type Error = PluginError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, PluginError>>> {
        // Looks at the network between any two pieces: an answer that is there already is the last that will come.
        self.has_yielded = !self.has_yielded;
        if self.has_yielded {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = self.next().inspect_err(|error| {
            // Only the first fault counts, and there is no second.
            self.fault.set(error.clone()).unwrap_or_default();
        });
        Poll::Ready(piece.transpose().map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes_left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes_left())
    }
}

/// A body of so many bytes, none of which ever comes.
pub(crate) struct Withheld(pub(crate) u64);

impl http_body::Body for Withheld {
    type Data = Bytes;
    type Error = PluginError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, PluginError>>> {
        Poll::Pending
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

fn changed(file: &ReleaseFile, how: &str) -> PluginError {
    let message = format!("`{}` changed while it was uploaded: {how}", file.path.display());
    PluginError::new(ErrorKind::InvalidProject, message)
        .hint("nothing of it was stored; make sure that nobody else writes it, and publish again")
}

fn push_fields(body: &mut Vec<u8>, fields: &[FormField], boundary: &str) {
    for (name, value) in fields {
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
}

/// A boundary that no field contains, as it is their hash; the same for the same form.
fn boundary(fields: &[FormField], sha256: &str) -> String {
    let mut hasher = Sha256::new_with_prefix(sha256);
    for (name, value) in fields {
        hasher.update(name);
        hasher.update(value);
    }
    format!("flit-{}", &hexadecimal(&hasher.finalize())[..32])
}

fn content_type(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

fn end(boundary: &str) -> String {
    format!("--{boundary}--\r\n")
}

/// The name of a file, escaped as browsers do it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
