//! Compressed tars, read from the start to the end: each member, and whatever lies behind the last.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};

use tar::{Archive, EntryType, PaxExtensions};

use super::contents::{self, Contents};
use super::unpacked::{End, Unpacked};
use crate::distribution::fault::{Fault, Report, shown};
use crate::distribution::member_name;
use crate::distribution::work::{Cancelled, Work};
use crate::distribution::zip_archive::{TEXT_LIMIT, bomb, too_many_members};

/// How much of the tar is read at once, in bytes.
const BUFFER: usize = 64 * 1024;
/// How long a header that stands for the next member may be, in bytes: names and links are of some hundred.
const HEADER_LIMIT: u64 = 1 << 20;
/// How far from the end of a file the record may be that makes it a zip.
const ZIP_END_BYTES: u64 = 65_536 + 22;

/// Reads all members; `None` if it is no compressed tar or cannot be read without risk.
pub(super) fn read(
    work: &Work<'_>,
    mut file: File,
    size: u64,
    report: &mut Report,
) -> Result<Option<Contents>, Cancelled> {
    if is_zip(&mut file, size).unwrap_or_default() {
        report.error(Fault::new("archive.framing", "is a compressed tar and a zip at once"));
    }
    let (unpacked, end) = Unpacked::new(work, file, size);
    let mut archive = Archive::new(unpacked);
    let mut contents = Contents::default();
    let mut read = members(&mut archive, &mut contents, report);
    if contents.is_too_much() {
        report.error(too_many_members());
        return Ok(None);
    }
    if read.is_ok() {
        read = rest(&mut archive.into_inner(), report);
    }
    work.check()?;
    if end.get() == End::Trailing {
        let message = "bytes lie behind the end of the compressed stream";
        report.error(Fault::new("archive.framing", message));
    }
    match read {
        Ok(()) => {}
        Err(_) if end.get() == End::Bomb => {
            report.error(bomb());
            return Ok(None);
        }
        Err(error) => {
            let message = format!("is not a compressed tar: {}", shown(&error.to_string()));
            let hint = "build it again: it may be cut off";
            report.error(Fault::new("archive.format", message).hint(hint));
            return Ok(None);
        }
    }
    Ok(Some(contents))
}

/// What extra headers say of the member behind them.
#[derive(Debug, Default)]
struct Extra {
    path: Option<String>,
    link: Option<String>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Reads the members. The library only splits the tar into headers and contents: it would hold extra headers of any size
/// in memory.
fn members<R: Read>(
    archive: &mut Archive<R>,
    contents: &mut Contents,
    report: &mut Report,
) -> io::Result<()> {
    let mut extra = Extra::default();
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::XHeader => pax(&header_text(&mut entry)?, &mut extra),
            EntryType::GNULongName => extra.path = Some(until_nul(&header_text(&mut entry)?)),
            EntryType::GNULongLink => extra.link = Some(until_nul(&header_text(&mut entry)?)),
            // Of the archive as a whole: comments, such as the commit of `git archive`.
            EntryType::XGlobalHeader => drop(header_text(&mut entry)?),
            _ => {
                let extra = std::mem::take(&mut extra);
                member(&mut entry, kind, extra, contents, report)?;
                if contents.is_too_much() {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn header_text<R: Read>(entry: &mut tar::Entry<'_, R>) -> io::Result<Vec<u8>> {
    if entry.header().entry_size()? > HEADER_LIMIT {
        return Err(io::Error::other("it has a header that is too large"));
    }
    let mut text = Vec::new();
    entry.read_to_end(&mut text)?;
    Ok(text)
}

fn until_nul(text: &[u8]) -> String {
    let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    String::from_utf8_lossy(&text[..end]).into_owned()
}

fn pax(text: &[u8], extra: &mut Extra) {
    for extension in PaxExtensions::new(text).flatten() {
        let value = || String::from_utf8_lossy(extension.value_bytes()).into_owned();
        match extension.key().unwrap_or_default() {
            "path" => extra.path = Some(value()),
            "linkpath" => extra.link = Some(value()),
            // A size that cannot be read differs from the header's as well.
            "size" => extra.size = Some(value().parse().unwrap_or(u64::MAX)),
            key if key.starts_with("GNU.sparse.") => extra.is_sparse = true,
            _ => {}
        }
    }
}

/// Checks one member, and keeps it if it is PKG-INFO.
fn member<R: Read>(
    entry: &mut tar::Entry<'_, R>,
    kind: EntryType,
    extra: Extra,
    contents: &mut Contents,
    report: &mut Report,
) -> io::Result<()> {
    let size = entry.header().entry_size()?;
    if extra.size.is_some_and(|own| own != size) {
        return Err(io::Error::other("two headers of a member name different sizes"));
    }
    let own_name = || String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let name = extra.path.unwrap_or_else(own_name);
    let own_link = || entry.link_name_bytes().map(|it| String::from_utf8_lossy(&it).into_owned());
    let link = extra.link.or_else(own_link).unwrap_or_default();
    let mut fault =
        |rule, message: String| report.error(Fault::new(rule, message).of_member(&name));
    if let Some(problem) = member_name::problem(&name) {
        fault("archive.member-name", format!("it {problem}"));
    }
    if name.contains(char::REPLACEMENT_CHARACTER) {
        fault("archive.member-name", "its name is not UTF-8".into());
    }
    match kind {
        _ if extra.is_sparse => fault("archive.sparse", "is a sparse file".into()),
        EntryType::Regular | EntryType::Continuous | EntryType::Directory => {}
        EntryType::GNUSparse => fault("archive.sparse", "is a sparse file".into()),
        EntryType::Symlink | EntryType::Link => {
            if !member_name::leads_inside(&name, &link, kind == EntryType::Link) {
                let link = shown(&link);
                fault(
                    "archive.link",
                    format!("is a link that leads out of the sdist, to `{link}`"),
                );
            }
        }
        other => {
            let code = char::from(other.as_byte());
            fault(
                "archive.kind",
                format!(
                    "is neither a file, a directory nor a link (type `{}`)",
                    code.escape_default()
                ),
            );
        }
    }
    if contents::is_pkg_info(&name) && kind.is_file() && !contents.has_pkg_info() {
        if size > TEXT_LIMIT {
            let message = format!("is larger than {} MiB", TEXT_LIMIT >> 20);
            fault("sdist.pkg-info", message);
        } else {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            contents.add_pkg_info(&name, content);
        }
    }
    if !contents.add(&name) && !kind.is_dir() {
        let fault = Fault::new("archive.duplicate", "is in it twice").of_member(&name);
        report.error(fault);
    }
    Ok(())
}

/// Reads on to the end of the file: behind the tar there may only be zeros.
fn rest(unpacked: &mut impl Read, report: &mut Report) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut has_more = false;
    loop {
        match unpacked.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => has_more |= buffer[..read].iter().any(|byte| *byte != 0),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if has_more {
        report.error(Fault::new("archive.framing", "bytes lie behind the end of the tar"));
    }
    Ok(())
}

/// Whether a program that looks for the end of a zip would find one.
fn is_zip(file: &mut File, size: u64) -> io::Result<bool> {
    file.seek(SeekFrom::Start(size.saturating_sub(ZIP_END_BYTES)))?;
    let mut tail = Vec::new();
    file.take(ZIP_END_BYTES).read_to_end(&mut tail)?;
    file.rewind()?;
    let ends_there = |window: (usize, &[u8])| {
        let (place, record) = window;
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && place + record.len() + comment == tail.len()
    };
    Ok(tail.windows(22).enumerate().any(ends_there))
}
