//! Reading the files: all of their bytes for the hashes, and then what is in them, several files at a time.

use std::io::{self, Read as _, Seek as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use blake2::Blake2b256;
use flit_sdk::hexadecimal;
use flit_sdk::model::{DistributionName, FileKind, Finding, ProjectName, ReleaseFile};
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, Report};
use super::selection::Selected;
use super::work::{Cancelled, Work};
use super::{ReadFile, sdist, wheel};

/// How much of a file is hashed at once, in bytes.
const HASH_BUFFER: usize = 256 * 1024;

/// What came of a file, with all that is wrong with it.
type Outcome = (Option<ReadFile>, Vec<Finding>);

/// Reads all files, as many at a time as there are processors. The outcomes are in the order of the files.
pub(super) fn read_all(work: &Work<'_>, files: &[Selected]) -> Result<Vec<Outcome>, Cancelled> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let next = AtomicUsize::new(0);
    let read_some = || {
        let mut outcomes = Vec::new();
        while let Some((index, file)) = nth(files, next.fetch_add(1, Ordering::Relaxed)) {
            outcomes.push((index, read(work, file)?));
        }
        Ok(outcomes)
    };
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(files.len());
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(read_some)).collect();
        for thread in running {
            // A panic here is one of our own code.
            let read = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outcomes.extend(read?);
        }
        Ok(())
    })?;
    outcomes.sort_by_key(|(index, _)| *index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

fn nth(files: &[Selected], index: usize) -> Option<(usize, &Selected)> {
    files.get(index).map(|file| (index, file))
}

fn read(work: &Work<'_>, selected: &Selected) -> Result<Outcome, Cancelled> {
    let mut report = Report::new(&selected.file_name);
    let opened = fs_err::File::open(&selected.path).and_then(|mut file| {
        let hashes = Hashes::of(work, &mut file)?;
        file.rewind()?;
        Ok((file, hashes))
    });
    work.check()?;
    let (file, hashes) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            report.error(Fault::new("file.unreadable", error.to_string()));
            return Ok((None, report.into_findings()));
        }
    };
    let (file, _) = file.into_parts();
    let (read, kind) = match &selected.name {
        DistributionName::Wheel(name) => (
            wheel::read(work, file, hashes.size, name, &mut report)?,
            FileKind::Wheel { python_tag: name.python_tag.clone() },
        ),
        DistributionName::Sdist(name) => {
            (sdist::read(work, file, hashes.size, name, &mut report)?, FileKind::Sdist)
        }
    };
    let file = read.map(|read| {
        let own_name = read.metadata.text(flit_sdk::model::Field::Name).map(ProjectName::parse);
        ReadFile {
            // As the project spells it; the name of the file is normalized.
            name: own_name.and_then(Result::ok).unwrap_or_else(|| selected.name.name().clone()),
            version: selected.name.version().clone(),
            file: ReleaseFile {
                path: selected.path.clone(),
                file_name: selected.file_name.clone(),
                kind,
                size: hashes.size,
                sha256: hashes.sha256,
                blake2_256: hashes.blake2_256,
                metadata: read.metadata,
                metadata_text: read.text,
                attestations: selected.attestations.clone(),
            },
        }
    });
    Ok((file, report.into_findings()))
}

/// What a file's bytes come to.
struct Hashes {
    size: u64,
    sha256: String,
    blake2_256: String,
}

impl Hashes {
    fn of(work: &Work<'_>, file: &mut fs_err::File) -> io::Result<Self> {
        let mut sha256 = Sha256::new();
        let mut blake2_256 = Blake2b256::new();
        let mut size = 0;
        let mut buffer = vec![0; HASH_BUFFER];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            sha256.update(&buffer[..read]);
            blake2_256.update(&buffer[..read]);
            size += read as u64;
            work.advance(read as u64).map_err(io::Error::other)?;
        }
        let (sha256, blake2_256) =
            (hexadecimal(&sha256.finalize()), hexadecimal(&blake2_256.finalize()));
        Ok(Self { size, sha256, blake2_256 })
    }
}
