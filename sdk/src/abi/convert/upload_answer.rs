//! What uploaders answer.
//!
//! As the requests, all answers are of one kind of record. A kind of existence or outcome that a later version has is
//! [`Unknown`](Outcome::Unknown) to this one, which makes the pipeline ask again or say that it does not know.

use super::release::digest;
use super::repository::{minted_from_record, minted_to_record};
use crate::abi::ids;
use crate::abi::ids::upload_answer as answers;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::model::{
    Existence, Finding, MintedCredentials, Outcome, PublishedFile, Receipt, Severity,
};

/// Why what a later version answers is unknown.
const LATER: &str = "the plugin gave an answer that this version does not know";

pub(crate) fn accepts_to_record(accepts: bool) -> Record {
    Record::default().with(answers::ACCEPTS, accepts)
}

pub(crate) fn accepts_from_record(record: &Record) -> Result<bool, Malformed> {
    record.get(answers::ACCEPTS)
}

pub(crate) fn wants_credentials_to_record(wants: bool) -> Record {
    Record::default().with(answers::WANTS_CREDENTIALS, wants)
}

pub(crate) fn wants_credentials_from_record(record: &Record) -> Result<bool, Malformed> {
    record.get(answers::WANTS_CREDENTIALS)
}

pub(crate) fn session_to_record(session: &str) -> Record {
    Record::default().with(answers::SESSION, session)
}

pub(crate) fn session_from_record(record: &Record) -> Result<String, Malformed> {
    record.get(answers::SESSION)
}

pub(crate) fn sha256_to_record(sha256: &str) -> Record {
    Record::default().with(answers::SHA256, sha256)
}

pub(crate) fn sha256_from_record(record: &Record) -> Result<String, Malformed> {
    digest(record, answers::SHA256)
}

pub(crate) fn minting_to_record(minted: Option<&MintedCredentials>) -> Record {
    Record::default().with_some(answers::MINTED, minted.map(minted_to_record))
}

pub(crate) fn minting_from_record(record: &Record) -> Result<Option<MintedCredentials>, Malformed> {
    record.find(answers::MINTED)?.map(minted_from_record).transpose()
}

pub(crate) fn findings_to_record(findings: &[Finding]) -> Record {
    let findings = findings.iter().map(finding_to_record).collect::<Vec<Record>>();
    Record::default().with(answers::FINDINGS, findings)
}

pub(crate) fn findings_from_record(record: &Record) -> Result<Vec<Finding>, Malformed> {
    record.get::<&[Record]>(answers::FINDINGS)?.iter().map(finding_from_record).collect()
}

fn finding_to_record(finding: &Finding) -> Record {
    let Finding { rule, severity, subject, message, hint } = finding;
    let severity: u32 = match severity {
        Severity::Warning => 1,
        Severity::Error => 2,
    };
    Record::default()
        .with(ids::finding::RULE, rule)
        .with(ids::finding::SEVERITY, severity)
        .with(ids::finding::SUBJECT, subject)
        .with(ids::finding::MESSAGE, message)
        .with_some(ids::finding::HINT, hint.as_ref())
}

fn finding_from_record(record: &Record) -> Result<Finding, Malformed> {
    Ok(Finding {
        rule: record.get(ids::finding::RULE)?,
        severity: match record.get::<u32>(ids::finding::SEVERITY)? {
            1 => Severity::Warning,
            // Whatever a later version has beside these, it is safe to stop.
            _ => Severity::Error,
        },
        subject: record.get(ids::finding::SUBJECT)?,
        message: record.get(ids::finding::MESSAGE)?,
        hint: record.find(ids::finding::HINT)?,
    })
}

pub(crate) fn existences_to_record(existences: &[Existence]) -> Record {
    let existences = existences.iter().map(existence_to_record).collect::<Vec<Record>>();
    Record::default().with(answers::EXISTENCES, existences)
}

/// Checks that there is one answer for each of `count` files.
pub(crate) fn existences_from_record(
    record: &Record,
    count: usize,
) -> Result<Vec<Existence>, Malformed> {
    let existences: &[Record] = record.get(answers::EXISTENCES)?;
    if existences.len() != count {
        let (field, found) = (answers::EXISTENCES.name, existences.len());
        return Err(Malformed::WrongCount { field, found, wanted: count });
    }
    existences.iter().map(existence_from_record).collect()
}

fn existence_to_record(existence: &Existence) -> Record {
    let of_kind = |number: u32| Record::default().with(ids::existence::KIND, number);
    match existence {
        Existence::Absent => of_kind(1),
        Existence::Same => of_kind(2),
        Existence::Other { sha256 } => of_kind(3).with(ids::existence::SHA256, sha256),
        Existence::Unknown { reason } => of_kind(4).with(ids::existence::REASON, reason),
    }
}

fn existence_from_record(record: &Record) -> Result<Existence, Malformed> {
    Ok(match record.get::<u32>(ids::existence::KIND)? {
        1 => Existence::Absent,
        2 => Existence::Same,
        3 => Existence::Other { sha256: digest(record, ids::existence::SHA256)? },
        4 => Existence::Unknown { reason: record.get(ids::existence::REASON)? },
        _ => Existence::Unknown { reason: LATER.into() },
    })
}

pub(crate) fn outcome_to_record(outcome: &Outcome) -> Record {
    let of_kind = |number: u32| Record::default().with(ids::outcome::KIND, number);
    let outcome = match outcome {
        Outcome::Created => of_kind(1),
        Outcome::AlreadyIdentical => of_kind(2),
        Outcome::Conflict { message } => of_kind(3).with(ids::outcome::MESSAGE, message),
        Outcome::Unknown { reason } => of_kind(4).with(ids::outcome::REASON, reason),
    };
    Record::default().with(answers::OUTCOME, outcome)
}

pub(crate) fn outcome_from_record(record: &Record) -> Result<Outcome, Malformed> {
    let record: &Record = record.get(answers::OUTCOME)?;
    Ok(match record.get::<u32>(ids::outcome::KIND)? {
        1 => Outcome::Created,
        2 => Outcome::AlreadyIdentical,
        3 => Outcome::Conflict { message: record.get(ids::outcome::MESSAGE)? },
        4 => Outcome::Unknown { reason: record.get(ids::outcome::REASON)? },
        _ => Outcome::Unknown { reason: LATER.into() },
    })
}

pub(crate) fn receipt_to_record(receipt: &Receipt) -> Record {
    let Receipt { page, files, hint } = receipt;
    let files: Vec<Record> = files
        .iter()
        .map(|PublishedFile { file_name, url }| {
            Record::default()
                .with(ids::published_file::FILE_NAME, file_name)
                .with_some(ids::published_file::URL, url.as_ref())
        })
        .collect();
    let receipt = Record::default()
        .with_some(ids::receipt::PAGE, page.as_ref())
        .with(ids::receipt::FILES, files)
        .with_some(ids::receipt::HINT, hint.as_ref());
    Record::default().with(answers::RECEIPT, receipt)
}

pub(crate) fn receipt_from_record(record: &Record) -> Result<Receipt, Malformed> {
    let receipt: &Record = record.get(answers::RECEIPT)?;
    let files: &[Record] = receipt.get(ids::receipt::FILES)?;
    let file = |record: &Record| {
        Ok(PublishedFile {
            file_name: record.get(ids::published_file::FILE_NAME)?,
            url: record.find(ids::published_file::URL)?,
        })
    };
    Ok(Receipt {
        page: receipt.find(ids::receipt::PAGE)?,
        files: files.iter().map(file).collect::<Result<_, _>>()?,
        hint: receipt.find(ids::receipt::HINT)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_later_version_answers_is_unknown() {
        let existence = Record::default().with(ids::existence::KIND, 99_u32);
        let unknown = Existence::Unknown { reason: LATER.into() };
        assert_eq!(existence_from_record(&existence).unwrap(), unknown);
        let outcome = Record::default().with(ids::outcome::KIND, 99_u32);
        let answer = Record::default().with(answers::OUTCOME, outcome).with_number(99, true);
        let unknown = Outcome::Unknown { reason: LATER.into() };
        assert_eq!(outcome_from_record(&answer).unwrap(), unknown);
    }

    #[test]
    fn a_severity_of_a_later_version_stops_the_work() {
        let finding = finding_to_record(&Finding::new(Severity::Warning, "a", "b", "c"));
        let later = finding.replaced(ids::finding::SEVERITY.number, Some(99_u32.into()));
        assert_eq!(finding_from_record(&later).unwrap().severity, Severity::Error);
    }
}
