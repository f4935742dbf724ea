//! An uploader that does what a test says, and runs of the stage on it.

mod judgement;
mod resuming;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use flit_sdk::model::{CoreMetadata, Existence, MintedCredentials, Outcome, Receipt};
use flit_sdk::testing::{ReleaseBuilder, TestHost};
use flit_sdk::{ErrorKind, PluginError, Secret};

use super::*;
use crate::repositories::{Environment, RepositoryRequest, configure};

/// An uploader that follows a script, and writes down what it was asked.
#[derive(Default)]
struct Scripted {
    puts: Mutex<VecDeque<Result<Outcome, PluginError>>>,
    existences: Mutex<VecDeque<Existence>>,
    calls: Mutex<Vec<String>>,
    mints: bool,
    registers: bool,
    has_sessions: bool,
}

impl Scripted {
    fn puts(self, answers: impl IntoIterator<Item = Result<Outcome, PluginError>>) -> Self {
        Self { puts: Mutex::new(answers.into_iter().collect()), ..self }
    }

    /// What the index says, question by question; `Absent` in the end.
    fn index(self, existences: impl IntoIterator<Item = Existence>) -> Self {
        Self { existences: Mutex::new(existences.into_iter().collect()), ..self }
    }

    fn note(&self, call: impl Into<String>) {
        self.calls.lock().unwrap().push(call.into());
    }

    fn calls(&self) -> String {
        self.calls.lock().unwrap().join(", ")
    }
}

impl Uploader for Scripted {
    fn accepts(&self, _: &Repository) -> Result<bool, PluginError> {
        Ok(true)
    }

    fn wants_credentials(&self, _: &Repository) -> Result<bool, PluginError> {
        Ok(self.mints)
    }

    fn exists(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        self.note("ask");
        let mut script = self.existences.lock().unwrap();
        let mut next = || script.pop_front().unwrap_or(Existence::Absent);
        Ok(release.files.iter().map(|_| next()).collect())
    }

    fn put(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        _: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        let kind = file.file_name.rsplit('.').next().unwrap_or_default();
        let token = target.credentials.map(|credentials| credentials.password.expose());
        self.note(format!(
            "put {kind}{}",
            token.map(|token| format!(" as {token}")).unwrap_or_default()
        ));
        self.puts.lock().unwrap().pop_front().unwrap_or(Ok(Outcome::Created))
    }

    fn begin(&self, _: &dyn Host, _: &Target<'_>, _: &Release) -> Result<String, PluginError> {
        if !self.has_sessions {
            return Ok(String::new());
        }
        self.note("begin");
        Ok("session".into())
    }

    fn abort(&self, _: &dyn Host, _: &Target<'_>, session: &str) -> Result<(), PluginError> {
        self.note(format!("abort {session}"));
        Ok(())
    }

    fn commit(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &str,
        _: &Release,
    ) -> Result<Receipt, PluginError> {
        self.note("commit");
        Ok(Receipt::default())
    }

    fn register(&self, _: &dyn Host, _: &Target<'_>, _: &CoreMetadata) -> Result<(), PluginError> {
        self.note("register");
        if self.registers { Ok(()) } else { Err(error(ErrorKind::Rejected, "410 Gone")) }
    }

    fn mint(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _: &CiIdentity,
    ) -> Result<Option<MintedCredentials>, PluginError> {
        self.note("mint");
        let number = self.calls.lock().unwrap().iter().filter(|call| *call == "mint").count();
        let credentials = Credentials {
            username: "__token__".into(),
            password: Secret::new(format!("token-{number}")),
            source: "trusted publishing".into(),
        };
        Ok(Some(MintedCredentials { credentials, expires_at: None }))
    }

    fn burn(&self, _: &dyn Host, _: &Target<'_>, _: &Credentials) -> Result<(), PluginError> {
        self.note("burn");
        Ok(())
    }
}

fn error(kind: ErrorKind, message: &str) -> PluginError {
    PluginError::new(kind, message)
}

/// Shows nothing, and is no terminal.
struct Quiet(TestHost, Mutex<Vec<FileReport>>);

impl Prompt for Quiet {
    fn is_possible(&self) -> bool {
        false
    }

    fn line(&self, _: &str) -> std::io::Result<String> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn hidden(&self, _: &str) -> std::io::Result<String> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

impl Observer for Quiet {
    fn prompt(&self) -> &dyn Prompt {
        self
    }

    fn host_of<'a>(&'a self, _: &ReleaseFile) -> Box<dyn Host + 'a> {
        struct Passed<'a>(&'a TestHost);
        impl Host for Passed<'_> {
            fn log(&self, level: flit_sdk::LogLevel, message: &str) {
                self.0.log(level, message);
            }
            fn progress(&self, _: u64, _: u64) {}
            fn is_cancelled(&self) -> bool {
                self.0.is_cancelled()
            }
        }
        Box::new(Passed(&self.0))
    }

    fn finding(&self, _: &Finding) {}

    fn released(&self, report: ReleaseReport) {
        *self.1.lock().unwrap() = report.files;
    }

    fn hide(&self, _: &Credentials) {}

    fn minted(&self, _: &Credentials, _: &CiIdentity) {}
}

fn options() -> UploadOptions {
    let retry = RetryOptions { retries: 3, delay: Duration::ZERO };
    UploadOptions::new(retry, Some(CiIdentity::Buildkite { program: None }))
}

/// A run over a wheel and an sdist: what the uploader was asked, and what became of it.
fn publish(scripted: Scripted, options: &UploadOptions) -> (String, String) {
    publish_in(&ReleaseBuilder::new("demo", "1.0").wheel("w").sdist("s"), scripted, options)
}

fn publish_in(
    files: &ReleaseBuilder,
    scripted: Scripted,
    options: &UploadOptions,
) -> (String, String) {
    let uploader: &'static Scripted = Box::leak(Box::new(scripted));
    let observer = Quiet(TestHost::default(), Mutex::default());
    let request = RepositoryRequest {
        typed: Some("fake://host/".into()),
        base: files.path(),
        ..RepositoryRequest::default()
    };
    let configured = configure(&observer.0, &request, &Environment::default()).unwrap();
    let plugin = Plugin::new("scripted", "1", "follows a script");
    let asker = Asker {
        configured: &configured,
        identity: options.identity.as_ref(),
        mode: options.trusted_publishing,
        plugin: &plugin,
        uploader,
        observer: &observer,
        retry: options.retry,
    };
    let release = files.release();
    let access = Access::obtain(&observer.0, asker, &release.name).unwrap();
    let published = publish_all(&observer.0, &access, vec![release], options);
    access.burn(&observer.0);
    let outcome = match published {
        Ok(Published::Done) => {
            let files = observer.1.lock().unwrap();
            files.iter().map(|file| format!("{file:?}")).collect::<Vec<_>>().join(", ")
        }
        Ok(Published::Planned(plans)) => format!("{:?}", plans[0].steps),
        Err(error) => {
            let report = crate::error::Error::Publish {
                what: "demo".into(),
                repository: "fake".into(),
                source: error,
            };
            report.report().causes.join("\n")
        }
    };
    (uploader.calls(), outcome)
}
