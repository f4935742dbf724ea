//! The upload stage: every method crosses with all that it is asked and answers, from any thread, to the right host.

use std::sync::Barrier;

use super::echo_uploader::{Echo, called};
use super::upload_nouns::{builder, credentials, identities, repository};
use crate::abi::convert::{target_request, with_identity, with_minted};
use crate::abi::through;
use crate::error::{ErrorKind, PluginError};
use crate::host::Host;
use crate::model::{
    CiIdentity, CoreMetadata, Existence, Outcome, Receipt, Release, ReleaseFile, Repository,
};
use crate::plugin::Plugin;
use crate::testing::{ReleaseBuilder, TestHost};
use crate::upload::{Target, Uploader};

/// An uploader that overrides what it must, and goes wrong as the name of the repository says.
struct Wrong;

impl Uploader for Wrong {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        assert_ne!(repository.name.as_deref(), Some("accepts"), "boom");
        Ok(true)
    }

    fn wants_credentials(&self, repository: &Repository) -> Result<bool, PluginError> {
        assert_ne!(repository.name.as_deref(), Some("wants"), "boom");
        Ok(false)
    }

    fn exists(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        _: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        let mut existences = vec![Existence::Absent; release.files.len()];
        match target.repository.name.as_deref() {
            Some("short") => drop(existences.pop()),
            Some("long") => existences.push(Existence::Same),
            _ => existences[0] = Existence::Other { sha256: "ABC".into() },
        }
        Ok(existences)
    }

    fn put(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &str,
        _: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        panic!("boom")
    }

    fn commit(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &str,
        _: &Release,
    ) -> Result<Receipt, PluginError> {
        Ok(Receipt::default())
    }

    fn downloaded_sha256(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        Ok(file.sha256.to_uppercase())
    }
}

const PLUGIN: Plugin = Plugin { upload: Some(&Echo), ..Plugin::new("echo", "1", "echoes") };
const WRONG: Plugin = Plugin { upload: Some(&Wrong), ..Plugin::new("wrong", "1", "is wrong") };

fn foreign(plugin: &Plugin) -> &'static dyn Uploader {
    through(plugin).upload.unwrap()
}

#[test]
fn every_method_crosses_with_all_it_is_asked_and_answers() {
    let (host, foreign_host) = (TestHost::default(), TestHost::default());
    let (answers, asked) = called(&Echo, &host);
    assert_eq!(asked.len(), answers.len() - identities().len());
    assert_eq!(called(foreign(&PLUGIN), &foreign_host), (answers, asked));
    assert_eq!(host.progress_calls(), [(5, 5), (5, 5), (7, 7), (7, 7), (5, 5)]);
    assert_eq!(foreign_host.progress_calls(), host.progress_calls());
}

#[test]
fn what_a_plugin_does_not_override_is_its_default() {
    let host = TestHost::default();
    let builder = builder();
    let (release, repository) = (builder.release(), repository());
    let target = &Target { repository: &repository, credentials: None };
    let wrong = foreign(&WRONG);
    assert_eq!(wrong.wants_credentials(&repository), Ok(false));
    assert_eq!(wrong.preflight(&host, target, &release), Ok(vec![]));
    assert_eq!(wrong.begin(&host, target, &release), Ok(String::new()));
    assert_eq!(wrong.abort(&host, target, ""), Ok(()));
    assert_eq!(wrong.mint(&host, target, &CiIdentity::Buildkite { program: None }), Ok(None));
    assert_eq!(wrong.burn(&host, target, &credentials()), Ok(()));
    let metadata = CoreMetadata::default();
    let (of_foreign, own) =
        (wrong.register(&host, target, &metadata), Wrong.register(&host, target, &metadata));
    assert_eq!(of_foreign, own);
    assert_eq!(own.unwrap_err().kind, ErrorKind::Unsupported);
}

#[test]
fn answers_that_cannot_be_are_refused_by_name() {
    let host = TestHost::default();
    let builder = builder();
    let release = builder.release();
    let error = |name: &str| {
        let repository = Repository { name: Some(name.into()), ..repository() };
        let target = Target { repository: &repository, credentials: None };
        foreign(&WRONG).exists(&host, &target, "", &release).unwrap_err().to_string()
    };
    assert_eq!(error("short"), "plugin `wrong` answered with 3 `existences` instead of 4");
    assert_eq!(error("long"), "plugin `wrong` answered with 5 `existences` instead of 4");
    assert_eq!(
        error("digest"),
        "plugin `wrong` answered with the existence.sha256 `ABC`, which is not 64 lowercase hexadecimal digits"
    );
    let (repository, file) = (repository(), &release.files[0]);
    let target = Target { repository: &repository, credentials: None };
    let error = foreign(&WRONG).downloaded_sha256(&host, &target, file).unwrap_err();
    assert!(error.message.starts_with("plugin `wrong` answered with the sha256 `"), "{error}");
    let error = foreign(&WRONG).put(&host, &target, "", file).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Panicked);
    assert_eq!(error.message, "plugin `wrong` panicked in upload: boom");
}

#[test]
fn a_panic_is_named_wherever_it_happens() {
    let uploader = foreign(&WRONG);
    let named = |name: &str| Repository { name: Some(name.into()), ..repository() };
    for error in [
        uploader.accepts(&named("accepts")).unwrap_err(),
        uploader.wants_credentials(&named("wants")).unwrap_err(),
    ] {
        assert_eq!(error.kind, ErrorKind::Panicked);
        assert!(error.message.starts_with("plugin `wrong` panicked in upload: "), "{error}");
    }
    assert_eq!(uploader.accepts(&repository()), Ok(true), "it is asked anew each time");
}

/// An uploader whose `put` waits until as many run as there are files.
struct Together(Barrier);

impl Uploader for Together {
    fn accepts(&self, _: &Repository) -> Result<bool, PluginError> {
        Ok(true)
    }

    fn exists(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &str,
        _: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        Ok(vec![])
    }

    fn put(
        &self,
        host: &dyn Host,
        _: &Target<'_>,
        _: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        self.0.wait();
        host.progress(0, file.size);
        self.0.wait();
        host.progress(file.size, file.size);
        Ok(Outcome::Created)
    }

    fn commit(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &str,
        _: &Release,
    ) -> Result<Receipt, PluginError> {
        Ok(Receipt::default())
    }
}

#[test]
fn several_files_are_put_at_once_and_each_host_hears_of_its_own() {
    let builder = (1..=6).fold(ReleaseBuilder::new("demo", "1"), |builder, size| {
        builder.wheel_for(&format!("cp3{size}-none-any"), vec![0; size])
    });
    let release = builder.release();
    let together = Box::leak(Box::new(Together(Barrier::new(release.files.len()))));
    let uploader =
        foreign(&Plugin { upload: Some(together), ..Plugin::new("together", "1", "waits") });
    let repository = repository();
    let target = &Target { repository: &repository, credentials: None };
    std::thread::scope(|scope| {
        for file in &release.files {
            scope.spawn(move || {
                let host = TestHost::default();
                assert_eq!(uploader.put(&host, target, "", file), Ok(Outcome::Created));
                assert_eq!(host.progress_calls(), [(0, file.size), (file.size, file.size)]);
            });
        }
    });
}

#[test]
fn no_record_shows_a_secret() {
    let (repository, credentials) = (repository(), credentials());
    let target = Target { repository: &repository, credentials: Some(&credentials) };
    for identity in identities() {
        let request = with_minted(with_identity(target_request(&target), &identity), &credentials);
        let shown = format!("{request:?} {target:?} {identity:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("[redacted]") && shown.contains("repository.example"), "{shown}");
    }
}
