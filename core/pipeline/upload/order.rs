//! Which file is put when, and what becomes of the others if one fails.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;

use flit_sdk::model::{FileKind, ReleaseFile};

use super::error::{Failed, UploadError};
use super::plan::Step;
use super::report::{Confirmation, FileReport};
use super::transfer::Transfer;

/// Puts the wheels, then the sdist: an installer that sees a version with nothing but an sdist builds it. So a wheel that
/// fails holds the sdist back; the other wheels are independent of each other.
pub(super) fn put_all(
    transfer: &Transfer<'_>,
    steps: &[Step],
    jobs: usize,
) -> Result<Vec<FileReport>, UploadError> {
    let files = &transfer.release.files;
    let run = Run { transfer, results: Mutex::new(files.iter().map(|_| None).collect()) };
    let is_wheel = |file: &ReleaseFile| matches!(file.kind, FileKind::Wheel { .. });
    let todo = |wheels: bool| -> VecDeque<_> {
        let numbered = files.iter().zip(steps).enumerate();
        let wanted = numbered.filter(|(_, (file, _))| is_wheel(file) == wheels);
        let to_put = wanted.filter_map(|(index, (_, step))| match step {
            Step::Put { may_have_arrived } => Some((index, *may_have_arrived)),
            Step::Keep { .. } => None,
        });
        to_put.collect()
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
    fn put(&self, todo: VecDeque<(usize, bool)>, jobs: usize) {
        let workers = jobs.min(todo.len());
        let todo = Mutex::new(todo);
        // A function, so that the lock is free again before the work begins.
        let next = || locked(&todo).pop_front();
        let work = || {
            while let Some((index, may_have_arrived)) = next() {
                let file = &self.transfer.release.files[index];
                let host = self.transfer.access.observer().host_of(file);
                let result = self.transfer.put(&*host, file, may_have_arrived);
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
                    failed.push(Failed { what: file.file_name.clone(), error: Box::new(error) });
                    FileReport::Failed
                }
                (Step::Keep { is_listed: true }, None) => {
                    FileReport::AlreadyThere(Confirmation::ByIndex)
                }
                (Step::Keep { is_listed: false }, None) => {
                    FileReport::AlreadyThere(Confirmation::NotAsked)
                }
                (Step::Put { .. }, None) => FileReport::HeldBack,
            });
        }
        if failed.is_empty() {
            return Ok(reports);
        }
        Err(UploadError::Incomplete { failed, reports })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A thread that panicked takes the run down when it is joined.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
