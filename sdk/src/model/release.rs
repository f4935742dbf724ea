//! What is published: the files of one version of a project, and what a repository says it has of them.

use std::path::PathBuf;

use super::core_metadata::CoreMetadata;
use super::name::ProjectName;
use super::version::Version;

/// The files of one version of one project.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// The name of the project, the same in all files.
    pub name: ProjectName,
    /// The version, the same in all files.
    pub version: Version,
    /// The files, in the order in which they are put.
    pub files: Vec<ReleaseFile>,
}

/// A distribution as it is published: its bytes have been read once, and were found to be what the name says.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name, which repositories know it by.
    pub file_name: String,
    /// What it is.
    pub kind: FileKind,
    /// How many bytes it has.
    pub size: u64,
    /// The SHA-256 of its bytes, in lowercase hexadecimal digits.
    pub sha256: String,
    /// The BLAKE2b of its bytes with a digest of 32 bytes, in lowercase hexadecimal digits.
    pub blake2_256: String,
    /// What its METADATA or PKG-INFO says.
    pub metadata: CoreMetadata,
    /// The text of its METADATA or PKG-INFO, byte for byte.
    pub metadata_text: String,
    /// Attestations made for it: JSON texts (PEP 740).
    pub attestations: Vec<String>,
}

/// What kind of distribution a file is.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FileKind {
    /// A wheel.
    Wheel {
        /// The versions of Python, as the file's name has them: `py3`, `py2.py3`.
        python_tag: String,
    },
    /// A source distribution.
    Sdist,
}

/// What a repository says of a file, asked by its name.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Existence {
    /// There is no file of that name.
    Absent,
    /// The very same bytes are there.
    Same,
    /// Other bytes are there under that name.
    Other {
        /// Their SHA-256, in lowercase hexadecimal digits.
        sha256: String,
    },
    /// The repository cannot say: it lists no hash, or it cannot be asked.
    Unknown {
        /// Why, as a lowercase fragment.
        reason: String,
    },
}

/// What came of putting a file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The repository took it.
    Created,
    /// The repository has these very bytes already.
    AlreadyIdentical,
    /// The repository says that it has a file of that name. Whether its bytes are the same is to be asked.
    Conflict {
        /// What it said.
        message: String,
    },
    /// The file was sent, and the answer says neither yes nor no: to be asked.
    Unknown {
        /// What is odd about the answer, as a lowercase fragment.
        reason: String,
    },
}

/// What a repository has of a release when all is done.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Receipt {
    /// The page of the release, for people; `None` if there is none or it cannot be told.
    pub page: Option<String>,
    /// The files.
    pub files: Vec<PublishedFile>,
    /// What people can do now, as a fragment with commands in backticks: "install it with `pip install demo`".
    pub hint: Option<String>,
}

/// A file of a release that a repository has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedFile {
    /// Its name.
    pub file_name: String,
    /// Where it can be downloaded; `None` if that cannot be told.
    pub url: Option<String>,
}
