//! Whatever the other side answers, or asks, it is understood or refused in one line.

use super::{fragment, layout, upload_nouns as upload};
use crate::abi::convert::{
    CollectedFiles, UploadQuestion, accepts_from_record, accepts_to_record, built_from_record,
    built_to_record, error_from_record, error_to_record, existences_from_record,
    existences_to_record, findings_from_record, findings_to_record, fragment_from_record,
    fragment_to_record, layout_from_record, layout_to_record, minting_from_record,
    minting_to_record, outcome_from_record, outcome_to_record, receipt_from_record,
    receipt_to_record, session_from_record, session_to_record, sha256_from_record,
    sha256_to_record, target_request, with_file, with_identity, with_minted, with_release,
};
use crate::abi::malformed::Malformed;
use crate::abi::record::{Record, Value};
use crate::error::{ErrorKind, Location, PluginError};
use crate::model::Outcome;

type Reader = fn(&Record) -> Result<(), Malformed>;

/// What is answered, with who reads it.
fn answers() -> Vec<(Record, Reader)> {
    let location = Location { path: "f".into(), line: 1, column: 1, length: 1 };
    let error = PluginError::new(ErrorKind::Io, "cannot").at(location);
    let conflict = Outcome::Conflict { message: "there is one".into() };
    vec![
        (layout_to_record(&layout()), |record| {
            layout_from_record(record, CollectedFiles::new(&|| false)).map(drop)
        }),
        (fragment_to_record(&fragment()), |record| fragment_from_record(record).map(drop)),
        (built_to_record("/a".as_ref()), |record| built_from_record(record).map(drop)),
        (error_to_record(&error), |record| error_from_record(record).map(drop)),
        (accepts_to_record(true), |record| accepts_from_record(record).map(drop)),
        (findings_to_record(&upload::findings()), |record| findings_from_record(record).map(drop)),
        (existences_to_record(&upload::existences()), |record| {
            existences_from_record(record, upload::existences().len()).map(drop)
        }),
        (session_to_record("session"), |record| session_from_record(record).map(drop)),
        (outcome_to_record(&conflict), |record| outcome_from_record(record).map(drop)),
        (receipt_to_record(&upload::receipt()), |record| receipt_from_record(record).map(drop)),
        (sha256_to_record(&"0".repeat(64)), |record| sha256_from_record(record).map(drop)),
    ]
}

/// The parts of a request to an uploader, each with who reads it.
fn questions() -> Vec<(Record, Reader)> {
    let (repository, credentials) = (upload::repository(), upload::credentials());
    let target = crate::upload::Target { repository: &repository, credentials: Some(&credentials) };
    let builder = upload::builder();
    let release = builder.release();
    let mut questions: Vec<(Record, Reader)> = vec![
        (target_request(&target), |record| UploadQuestion(record).repository().map(drop)),
        (with_release(Record::default(), &release), |record| {
            UploadQuestion(record).release().map(drop)
        }),
        (with_file(Record::default(), &release.files[0]), |record| {
            UploadQuestion(record).file().map(drop)
        }),
        (with_minted(Record::default(), &credentials), |record| {
            UploadQuestion(record).minted().map(drop)
        }),
    ];
    for identity in upload::identities() {
        let request = with_identity(Record::default(), &identity);
        questions.push((request, |record| UploadQuestion(record).identity().map(drop)));
    }
    questions
}

/// The record with one thing wrong in it, at any depth, in all ways.
fn variations(record: &Record) -> Vec<Record> {
    let nested = Record::default().with_number(1, u64::MAX).with_number(2, "../..");
    let mut variations = Vec::new();
    for id in record.numbers() {
        let mut values = vec![
            Value::Flag(true),
            Value::Number(u64::MAX),
            Value::Text("/".into()),
            Value::Bytes(vec![0, 0xff].into()),
            Value::Numbers(vec![0, u64::MAX].into()),
            Value::Texts(vec!["..".into(), "".into()].into()),
            Value::Record(nested.clone()),
            Value::Records(vec![Record::default(), nested.clone()].into()),
            (&crate::Secret::new("hunter2")).into(),
        ];
        for (number, value) in record.numbered() {
            match value {
                Value::Record(inner) if number == id => {
                    values.extend(self::variations(inner).into_iter().map(Value::Record));
                }
                Value::Records(list) if number == id => values.extend(in_list(list)),
                _ => {}
            }
        }
        variations.push(record.replaced(id, None));
        variations.extend(values.into_iter().map(|value| record.replaced(id, Some(value))));
    }
    variations
}

/// The list with one record replaced by each of its variations.
fn in_list(list: &[Record]) -> Vec<Value> {
    let mut lists = Vec::new();
    for at in 0..list.len() {
        for variation in variations(&list[at]) {
            let mut list = list.to_vec();
            list[at] = variation;
            lists.push(Value::Records(list.into()));
        }
    }
    lists
}

#[test]
fn nothing_is_so_wrong_that_the_reader_would_panic() {
    for (record, read) in answers().into_iter().chain(questions()) {
        read(&record).unwrap();
        for variation in variations(&record) {
            if let Err(malformed) = read(&variation) {
                let said = malformed.to_string();
                assert!(said.starts_with("without `") || said.starts_with("with "), "{said}");
                assert_eq!(said.lines().count(), 1);
                assert!(!said.contains("hunter2"), "{said}");
            }
        }
        assert!(read(&Record::default()).unwrap_err().to_string().starts_with("without `"));
    }
}

#[test]
fn no_credentials_are_an_answer() {
    assert_eq!(minting_from_record(&minting_to_record(None)).unwrap(), None);
    let minted = minting_to_record(Some(&upload::minted()));
    for variation in variations(&minted) {
        if let Err(malformed) = minting_from_record(&variation) {
            assert!(!malformed.to_string().contains("hunter2"), "{malformed}");
        }
    }
}
