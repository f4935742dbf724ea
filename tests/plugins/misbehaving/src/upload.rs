//! The uploader: it has `misbehave:` URLs, and does what is asked for in the method that does the work, or in another
//! one that is named as if it were a stage of its own.

use flit_sdk::model::{Existence, Outcome, Receipt, Release, ReleaseFile, Repository};
use flit_sdk::{Host, PluginError, Target, Uploader};

use crate::{Misbehaving, deeds, perform};

impl Uploader for Misbehaving {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        if let Some(deed) = deeds::asked("accepts") {
            deeds::perform(&deed);
        }
        Ok(repository.url.starts_with("misbehave:"))
    }

    fn exists(
        &self,
        host: &dyn Host,
        _: &Target<'_>,
        _: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        let mut existences = vec![Existence::Absent; release.files.len()];
        match deeds::asked("exists").as_deref() {
            None => {}
            Some("short") => drop(existences.pop()),
            Some("long") => existences.push(Existence::Same),
            Some("digest") => existences[0] = Existence::Other { sha256: "nonsense".into() },
            Some(deed) => perform(deed, host)?,
        }
        Ok(existences)
    }

    fn put(
        &self,
        host: &dyn Host,
        _: &Target<'_>,
        _: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        if let Some(deed) = deeds::asked("upload") {
            perform(&deed, host)?;
        }
        host.progress(file.size, file.size);
        Ok(Outcome::Created)
    }

    fn commit(
        &self,
        host: &dyn Host,
        _: &Target<'_>,
        _: &str,
        _: &Release,
    ) -> Result<Receipt, PluginError> {
        if let Some(deed) = deeds::asked("commit") {
            perform(&deed, host)?;
        }
        Ok(Receipt::default())
    }
}
