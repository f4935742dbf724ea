//! RECORD: whether it lists all members with their hashes and sizes, and nothing else.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::distribution::fault::{Fault, Report, shown};
use crate::distribution::work::{Cancelled, Work};
use crate::distribution::zip_archive::{Member, ReadError, ZipArchive};

const RULE: &str = "wheel.record";
const HINT: &str = "build the wheel again instead of changing it";

/// What RECORD says of a member.
#[derive(Debug)]
struct Row {
    /// `ALGORITHM=DIGEST`; empty if none is given.
    hash: String,
    /// Digits; empty if none are given.
    size: String,
}

/// Checks all members against the text of RECORD, which is the member `name`.
pub(super) fn check(
    work: &Work<'_>,
    zip: &ZipArchive,
    content: &[u8],
    name: &str,
    report: &mut Report,
) -> Result<(), Cancelled> {
    let Some(rows) = rows(content, name, report) else { return Ok(()) };
    let mut names = HashSet::new();
    for member in zip.members.iter().filter(|member| !member.is_directory()) {
        names.insert(member.name.as_str());
        if is_record(&member.name, name) {
            continue;
        }
        match rows.get(&member.name) {
            None => {
                let fault = Fault::new(RULE, "is not listed in RECORD").of_member(&member.name);
                report.error(fault.hint(HINT));
            }
            Some(row) => check_member(work, zip, member, row, report)?,
        }
    }
    let mut missing: Vec<_> = rows.keys().filter(|row| !names.contains(row.as_str())).collect();
    missing.sort();
    for row in missing.into_iter().filter(|row| !is_record(row, name)) {
        let fault = Fault::new(RULE, "is listed in RECORD, and is missing").of_member(row);
        report.error(fault.hint(HINT));
    }
    Ok(())
}

/// RECORD cannot hold its own hash, and its signatures are made when it is done.
fn is_record(member: &str, record: &str) -> bool {
    member.strip_prefix(record).is_some_and(|suffix| ["", ".jws", ".p7s"].contains(&suffix))
}

/// The rows by the names of members; `None` if the text cannot be read.
fn rows(content: &[u8], name: &str, report: &mut Report) -> Option<HashMap<String, Row>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content);
    let mut rows = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let message = format!("cannot be read as CSV: {error}");
                report.error(Fault::new(RULE, message).of_member(name));
                return None;
            }
        };
        let field = |index| record.get(index).unwrap_or_default().to_owned();
        if record.len() != 3 {
            let line = record.position().map_or(0, csv::Position::line);
            let message = format!("line {line} has {} parts, and not 3", record.len());
            report.error(Fault::new(RULE, message).of_member(name));
        }
        if rows.insert(field(0), Row { hash: field(1), size: field(2) }).is_some() {
            let message = format!("lists `{}` twice", shown(&field(0)));
            report.warning(Fault::new(RULE, message).of_member(name));
        }
    }
    Some(rows)
}

/// Checks hash and size of one member.
fn check_member(
    work: &Work<'_>,
    zip: &ZipArchive,
    member: &Member,
    row: &Row,
    report: &mut Report,
) -> Result<(), Cancelled> {
    let mut fault = |message: String| {
        report.error(Fault::new(RULE, message).of_member(&member.name).hint(HINT));
    };
    let has_size = row.size.is_empty() || row.size.parse() == Ok(member.size);
    if !has_size {
        let listed = shown(&row.size);
        fault(format!("has {} bytes, and RECORD says {listed}", member.size));
    }
    if !member.is_readable() {
        return Ok(());
    }
    let (algorithm, digest) = row.hash.split_once('=').unwrap_or((&row.hash, ""));
    let content = match algorithm {
        "sha256" => hashed::<Sha256>(work, zip, member),
        "sha384" => hashed::<Sha384>(work, zip, member),
        "sha512" => hashed::<Sha512>(work, zip, member),
        _ => {
            fault(match algorithm {
                "" => "has no hash in RECORD".into(),
                weak => format!(
                    "has a hash in RECORD of a kind that may not be used: `{}`",
                    shown(weak)
                ),
            });
            // Its content is unpacked all the same.
            hashed::<Sha256>(work, zip, member).map(|_| digest.to_owned())
        }
    };
    match content {
        // Some write the padding that the specification leaves out.
        Ok(actual) if actual == digest.trim_end_matches('=') => {}
        Ok(_) if has_size => fault("has another hash than RECORD says".into()),
        // Of another size, it has another hash as well.
        Ok(_) => {}
        Err(ReadError::Cancelled(cancelled)) => return Err(cancelled),
        Err(error) => {
            let fault = Fault::new("archive.member", error.to_string());
            report.error(fault.of_member(&member.name));
        }
    }
    Ok(())
}

/// The digest of a member's content, as RECORD writes it.
fn hashed<D: Digest>(
    work: &Work<'_>,
    zip: &ZipArchive,
    member: &Member,
) -> Result<String, ReadError> {
    let mut hash = D::new();
    zip.read(work, member, |piece| hash.update(piece))?;
    Ok(URL_SAFE_NO_PAD.encode(hash.finalize()))
}
