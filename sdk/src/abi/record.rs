//! The one value that crosses the boundary: a record of numbered fields.
//!
//! These types are frozen: a change of any of them makes every plugin that was ever built unloadable. What grows is the
//! set of numbers in [`ids`](super::ids), and whoever reads a record ignores the numbers that it does not know.

#![expect(unreachable_pub, reason = "the objects that hold these types are public to their macros")]

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use abi_stable::StableAbi;
use abi_stable::std_types::{RString, RVec};

use super::ids::Id;
use super::malformed::Malformed;
use crate::secret::Secret;

/// Numbered fields in any order; the first of a number counts.
#[repr(C)]
#[derive(Clone, Debug, Default, StableAbi)]
pub struct Record {
    fields: RVec<FieldValue>,
}

#[repr(C)]
#[derive(Clone, Debug, StableAbi)]
pub struct FieldValue {
    id: u32,
    value: Value,
}

/// What a field may hold. A path is `Text` if it is Unicode, and else `Bytes` as the operating system has them.
#[repr(u8)]
#[derive(Clone, Debug, StableAbi)]
pub enum Value {
    Flag(bool),
    Number(u64),
    Text(RString),
    Bytes(RVec<u8>),
    Numbers(RVec<u64>),
    Texts(RVec<RString>),
    Record(Record),
    Records(RVec<Record>),
    Secret(SecretText),
}

/// A text that nobody may see, on its way from a [`Secret`] to a [`Secret`].
#[repr(transparent)]
#[derive(Clone, StableAbi)]
pub struct SecretText(RString);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Record {
    /// The same record with one more field.
    #[must_use]
    pub(super) fn with(self, id: Id, value: impl Into<Value>) -> Self {
        self.with_number(id.number, value)
    }

    /// The same record with one more field, if there is a value for it.
    #[must_use]
    pub(super) fn with_some(self, id: Id, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(id, value),
            None => self,
        }
    }

    /// As [`with`](Self::with), for tables whose numbers are kept elsewhere.
    #[must_use]
    pub(super) fn with_number(mut self, id: u32, value: impl Into<Value>) -> Self {
        self.fields.push(FieldValue { id, value: value.into() });
        self
    }

    /// The value of a field that must be there.
    pub(super) fn get<'a, T: Read<'a>>(&'a self, id: Id) -> Result<T, Malformed> {
        self.find(id)?.ok_or(Malformed::Missing(id.name))
    }

    /// The value of a field that may be missing.
    pub(super) fn find<'a, T: Read<'a>>(&'a self, id: Id) -> Result<Option<T>, Malformed> {
        match self.fields.iter().find(|field| field.id == id.number) {
            None => Ok(None),
            Some(field) => match T::read(&field.value) {
                Some(value) => Ok(Some(value)),
                None => Err(Malformed::WrongType(id.name)),
            },
        }
    }

    /// All fields with their numbers, for tables whose numbers are kept elsewhere.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u32, &Value)> {
        self.fields.iter().map(|field| (field.id, &field.value))
    }
}

#[cfg(test)]
impl Record {
    /// The numbers of the fields.
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.fields.iter().map(|field| field.id).collect()
    }

    /// The same record with another value in a field, or without the field.
    pub(super) fn replaced(&self, id: u32, value: Option<Value>) -> Self {
        let others = self.fields.iter().filter(|field| field.id != id).cloned();
        let replaced = value.into_iter().map(|value| FieldValue { id, value });
        Self { fields: others.chain(replaced).collect() }
    }
}

/// What can be read from a [`Value`] of the right type.
pub(super) trait Read<'a>: Sized {
    fn read(value: &'a Value) -> Option<Self>;
}

macro_rules! read {
    ($($type:ty: $pattern:pat => $result:expr;)*) => { $(
        impl<'a> Read<'a> for $type {
            fn read(value: &'a Value) -> Option<Self> {
                if let $pattern = value { $result } else { None }
            }
        }
    )* };
}

read! {
    bool: Value::Flag(flag) => Some(*flag);
    u64: Value::Number(number) => Some(*number);
    u32: Value::Number(number) => Self::try_from(*number).ok();
    &'a str: Value::Text(text) => Some(text.as_str());
    String: Value::Text(text) => Some(text.as_str().to_owned());
    Vec<String>: Value::Texts(texts) => Some(texts.iter().map(RString::to_string).collect());
    &'a [u64]: Value::Numbers(numbers) => Some(numbers.as_slice());
    &'a Record: Value::Record(record) => Some(record);
    &'a [Record]: Value::Records(records) => Some(records.as_slice());
    Secret: Value::Secret(text) => Some(Self::new(text.0.as_str()));
    Duration: Value::Number(nanoseconds) => Some(Self::from_nanos(*nanoseconds));
}

impl Read<'_> for PathBuf {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(Self::from(text.as_str())),
            Value::Bytes(bytes) => path_from_bytes(bytes),
            Value::Flag(_)
            | Value::Number(_)
            | Value::Numbers(_)
            | Value::Texts(_)
            | Value::Record(_)
            | Value::Records(_)
            | Value::Secret(_) => None,
        }
    }
}

macro_rules! write {
    ($($type:ty: $value:ident => $result:expr;)*) => { $(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $result
            }
        }
    )* };
}

write! {
    bool: flag => Self::Flag(flag);
    u64: number => Self::Number(number);
    u32: number => Self::Number(number.into());
    &str: text => Self::Text(text.into());
    &String: text => Self::Text(text.as_str().into());
    &[String]: texts => Self::Texts(texts.iter().map(|text| text.as_str().into()).collect());
    &Vec<String>: texts => texts.as_slice().into();
    Vec<u64>: numbers => Self::Numbers(numbers.into());
    Record: record => Self::Record(record);
    Vec<Record>: records => Self::Records(records.into());
    &Secret: secret => Self::Secret(SecretText(secret.expose().into()));
    Duration: time => Self::Number(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    &Path: path => match path.to_str() {
        Some(text) => text.into(),
        None => Self::Bytes(path_to_bytes(path).into()),
    };
}

#[cfg(unix)]
fn path_to_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every sequence of bytes is a path")]
fn path_from_bytes(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(std::ffi::OsStr::from_bytes(bytes).into())
}

/// UTF-16 with unpaired surrogates, two bytes each, the low one first.
#[cfg(windows)]
fn path_to_bytes(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt as _;
    path.as_os_str().encode_wide().flat_map(u16::to_le_bytes).collect()
}

#[cfg(windows)]
fn path_from_bytes(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::windows::ffi::OsStringExt as _;
    let (units, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    rest.is_empty().then(|| std::ffi::OsString::from_wide(&units).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Id = Id { number: 7, name: "thing" };

    #[test]
    fn the_first_of_a_number_counts_and_others_are_ignored() {
        let record = Record::default().with_number(8, true).with(ID, "a").with(ID, "b");
        assert_eq!(record.get::<&str>(ID).unwrap(), "a");
    }

    #[test]
    fn says_what_is_missing_or_of_the_wrong_type() {
        let text = |result: Result<u32, Malformed>| result.unwrap_err().to_string();
        assert_eq!(text(Record::default().get(ID)), "without `thing`");
        let wrong = "with `thing` of the wrong type";
        assert_eq!(text(Record::default().with(ID, "a").get(ID)), wrong);
        assert_eq!(text(Record::default().with(ID, u64::MAX).get(ID)), wrong);
        assert!(Record::default().with(ID, true).find::<PathBuf>(ID).is_err());
    }

    #[test]
    fn secrets_arrive_and_are_not_shown() {
        let record = Record::default().with(ID, &Secret::new("hunter2"));
        assert_eq!(record.get::<Secret>(ID).unwrap().expose(), "hunter2");
        let shown = [format!("{record:?}"), record.get::<String>(ID).unwrap_err().to_string()];
        assert!(shown.iter().all(|text| !text.contains("hunter2")), "{shown:?}");
        assert!(Record::default().with(ID, "hunter2").get::<Secret>(ID).is_err());
    }

    #[test]
    fn times_are_exact_for_five_centuries() {
        let arrived =
            |time: Duration| Record::default().with(ID, time).get::<Duration>(ID).unwrap();
        assert_eq!(arrived(Duration::new(3, 1)), Duration::new(3, 1));
        assert_eq!(arrived(Duration::MAX), Duration::from_nanos(u64::MAX));
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_unicode() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a/\xff"));
        let record = Record::default().with(ID, path);
        assert_eq!(record.get::<PathBuf>(ID).unwrap(), path);
        assert!(record.get::<&str>(ID).is_err());
    }
}
