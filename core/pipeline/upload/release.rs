//! One release: its session, its files in order, and the receipt.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;

use flit_sdk::model::{FileKind, Receipt, Release, ReleaseFile};
use flit_sdk::{Host, LogLevel, Target};

use super::access::Access;
use super::confirm::confirm;
use super::error::{FailedFile, UploadError};
use super::journal::{FileState, Journal};
use super::plan::{EarlierSession, Plan, Step};
use super::report::{FileReport, ReleaseReport};
use super::retry::persistently;
use super::transfer::Transfer;
use super::{UploadOptions, directory_of};

/// Publishes one release as planned.
pub(super) fn publish(
    host: &dyn Host,
    access: &Access<'_>,
    plan: Plan,
    options: &UploadOptions,
) -> Result<ReleaseReport, UploadError> {
    let Plan { release, steps, session } = plan;
    let journal = Journal::of(directory_of(&release));
    let session = match session {
        Some(EarlierSession::Resumed(session)) => session,
        Some(EarlierSession::Abandoned(session)) => {
            abort(host, access, &session);
            begin(host, access, &release, &steps)?
        }
        None => begin(host, access, &release, &steps)?,
    };
    let states: Vec<_> = steps
        .iter()
        .map(|step| match step {
            Step::Put => FileState::Pending,
            Step::Keep => FileState::Put,
        })
        .collect();
    journal.begin(access.repository(), &release, &session, &states)?;
    let transfer = Transfer {
        access,
        release: &release,
        session: &session,
        journal: &journal,
        skips_existing: options.skips_existing,
    };
    let mut reports = match put_all(&transfer, &steps, options.jobs) {
        Ok(reports) => reports,
        Err(error) => {
            give_up(host, access, &release, &journal, &error)?;
            return Err(error);
        }
    };
    let receipt = commit(host, access, &release, &session)?;
    confirm(host, access, &release, &mut reports, options.verify)?;
    journal.end(access.repository(), &release)?;
    for (file, report) in release.files.iter().zip(&reports) {
        access.observer().done(file, report);
    }
    Ok(ReleaseReport { release, files: reports, receipt })
}

/// After a failure: keeps what the next run can go on with, and nothing else.
fn give_up(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
    journal: &Journal,
    error: &UploadError,
) -> Result<(), UploadError> {
    let repository = access.repository();
    let Some(entry) = journal.entry(host, repository, &release.name, &release.version) else {
        return Ok(());
    };
    if !entry.session.is_empty() && !error.may_succeed_later() {
        // Nothing of it is visible, and the same files would fail again.
        abort(host, access, &entry.session);
        journal.end(repository, release)?;
    } else if !entry.is_begun() {
        journal.end(repository, release)?;
    }
    Ok(())
}

/// Gives a session up. What the repository keeps of it is in nobody's way for long.
fn abort(host: &dyn Host, access: &Access<'_>, session: &str) {
    let told = access.credentials(host).and_then(|credentials| {
        let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
        access
            .uploader()
            .abort(host, &target, session)
            .map_err(|source| UploadError::Plugin { plugin: access.plugin().name, source })
    });
    if let Err(error) = told {
        let reason = error.plugin_error().map_or_else(|| error.to_string(), ToString::to_string);
        host.log(LogLevel::Warning, &format!("cannot take back what was sent: {reason}"));
    }
}

/// Begins a session, unless the repository has all there is to put.
fn begin(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
    steps: &[Step],
) -> Result<String, UploadError> {
    if !steps.contains(&Step::Put) {
        return Ok(String::new());
    }
    let credentials = access.credentials(host)?;
    let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
    persistently(host, access.retry(), "begin", || access.uploader().begin(host, &target, release))
        .map_err(|source| UploadError::Plugin { plugin: access.plugin().name, source })
}

fn commit(
    host: &dyn Host,
    access: &Access<'_>,
    release: &Release,
    session: &str,
) -> Result<Receipt, UploadError> {
    let credentials = access.credentials(host)?;
    let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
    persistently(host, access.retry(), "finish", || {
        access.uploader().commit(host, &target, session, release)
    })
    .map_err(|source| UploadError::Plugin { plugin: access.plugin().name, source })
}

/// Puts the wheels, then the sdist: an installer that sees a version with nothing but an sdist builds it. So a wheel that
/// fails holds the sdist back; the other wheels are independent of each other.
fn put_all(
    transfer: &Transfer<'_>,
    steps: &[Step],
    jobs: usize,
) -> Result<Vec<FileReport>, UploadError> {
    let files = &transfer.release.files;
    let run = Run { transfer, results: Mutex::new(files.iter().map(|_| None).collect()) };
    let is_wheel = |file: &ReleaseFile| matches!(file.kind, FileKind::Wheel { .. });
    let todo = |wheels: bool| {
        let numbered = files.iter().zip(steps).enumerate();
        let wanted =
            numbered.filter(|(_, (file, step))| **step == Step::Put && is_wheel(file) == wheels);
        wanted.map(|(index, _)| index).collect::<VecDeque<_>>()
    };
    run.put(todo(true), jobs);
    if !run.has_failed() {
        run.put(todo(false), 1);
    }
    run.finish(steps)
}

/// The transfers of a release, some of them at once.
struct Run<'a> {
    transfer: &'a Transfer<'a>,
    results: Mutex<Vec<Option<Result<FileReport, UploadError>>>>,
}

impl Run<'_> {
    fn put(&self, todo: VecDeque<usize>, jobs: usize) {
        let workers = jobs.min(todo.len());
        let todo = Mutex::new(todo);
        // A function, so that the lock is free again before the work begins.
        let next = || locked(&todo).pop_front();
        let work = || {
            while let Some(index) = next() {
                let file = &self.transfer.release.files[index];
                let host = self.transfer.access.observer().host_of(file);
                let result = self.transfer.put(&*host, file);
                if result.as_ref().is_err_and(UploadError::stops_everything) {
                    locked(&todo).clear();
                }
                locked(&self.results)[index] = Some(result);
            }
        };
        if workers <= 1 {
            return work();
        }
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
    }

    fn has_failed(&self) -> bool {
        locked(&self.results).iter().flatten().any(Result::is_err)
    }

    /// What became of each file, or the error that tells of all that failed.
    fn finish(self, steps: &[Step]) -> Result<Vec<FileReport>, UploadError> {
        let files = &self.transfer.release.files;
        let results = self.results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut reports = Vec::with_capacity(files.len());
        let mut failed = Vec::new();
        for ((file, step), result) in files.iter().zip(steps).zip(results) {
            reports.push(match (step, result) {
                (_, Some(Ok(report))) => report,
                (_, Some(Err(error))) => {
                    failed.push(FailedFile {
                        file_name: file.file_name.clone(),
                        error: Box::new(error),
                    });
                    FileReport::Failed
                }
                (Step::Keep, None) => FileReport::AlreadyThere,
                (Step::Put, None) => FileReport::HeldBack,
            });
        }
        match failed.as_slice() {
            [] => return Ok(reports),
            [only] if only.error.is_cancelled() => return Err(UploadError::Cancelled),
            _ => {}
        }
        for (file, report) in files.iter().zip(&reports) {
            self.transfer.access.observer().done(file, report);
        }
        let held_back = reports.iter().filter(|report| **report == FileReport::HeldBack).count();
        Err(UploadError::Incomplete { failed, held_back, all: files.len() })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A thread that panicked takes the run down when it is joined.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
