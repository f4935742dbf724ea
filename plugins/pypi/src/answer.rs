//! What the answer to an upload means: one table, read from top to bottom.

use std::ops::RangeInclusive;

use flit_sdk::PluginError;
use flit_sdk::model::{Credentials, Outcome};
use reqwest::Url;

use crate::client::{Answer, BodyEnd};
use crate::explain;
use crate::server_text::is_html;

/// The answer to an upload, and what it is the answer to.
pub(crate) struct Answered<'a> {
    pub(crate) answer: &'a Answer,
    pub(crate) url: &'a Url,
    pub(crate) file_name: &'a str,
    pub(crate) credentials: Option<&'a Credentials>,
    /// The proxy on the way, as messages name it.
    pub(crate) proxy: Option<String>,
    /// Whether the answer came before the file was sent.
    pub(crate) is_early: bool,
}

/// What an answer means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    /// The file was taken.
    Created,
    /// The repository had the very same file.
    Identical,
    /// The repository has a file of that name.
    Exists,
    /// A good answer that is odd in this way: to be asked.
    Odd(&'static str),
    /// A page for people: of a login, or of a network that wants one.
    Page,
    /// Uploads go to another URL.
    Moved,
    /// This is not the URL that uploads go to.
    WrongUrl,
    /// Other credentials are wanted.
    Unauthorized,
    /// The project may have to be registered first.
    Unregistered,
    /// The proxy wants credentials.
    ProxyUnauthorized,
    /// Later.
    Unavailable,
    /// Never, and what to do about it.
    Refused(Option<&'static str>),
}

/// What is looked for in an answer, beside its status.
enum When {
    Always,
    /// The server says one of these, in lower case.
    Says(&'static [&'static str]),
    /// The answer came before the file was sent.
    Early,
    /// The end of the answer was lost.
    Lost,
    /// The answer is a page for people.
    Page,
    /// It may be one of the servers that want projects to be registered, and not one that wants other credentials.
    MayWantRegistration,
}

/// The first row that fits holds. What servers say is from their sources or was seen; it is matched in lower case.
#[rustfmt::skip]
const TABLE: &[(RangeInclusive<u16>, When, Meaning)] = &[
    // Taken, or so it seems.
    (200..=299, When::Early, Meaning::Odd("the answer came before the whole file was sent")),
    (200..=299, When::Lost, Meaning::Odd("the answer ends in the middle")),
    (200..=299, When::Page, Meaning::Page),
    (200..=200, When::Says(&["upload of identical file"]), Meaning::Identical),
    (200..=201, When::Always, Meaning::Created),
    (204..=204, When::Always, Meaning::Created),
    (200..=299, When::Always, Meaning::Odd("the status is none that indexes answer to an upload")),
    // Before all that a 404 may mean else.
    (400..=404, When::Says(&["ever registered", "not registered", "be registered"]), Meaning::Unregistered),
    // Elsewhere.
    (300..=399, When::Always, Meaning::Moved),
    (404..=405, When::Always, Meaning::WrongUrl),
    (410..=410, When::Always, Meaning::WrongUrl),
    (400..=400, When::Says(&["must have another '/'"]), Meaning::WrongUrl),
    // What is there already, or may never be there.
    (400..=409, When::Says(&["has since been deleted"]), Meaning::Refused(Some(NAME_IS_USED_UP))),
    (400..=409, When::Says(&["older than 14 days"]), Meaning::Refused(Some(RELEASE_IS_CLOSED))),
    (400..=409, When::Says(&["only one sdist"]), Meaning::Refused(Some(SECOND_SDIST))),
    (409..=409, When::Says(&["conflicts with an existing project"]), Meaning::Refused(Some(NAME_IS_TAKEN))),
    (400..=400, When::Says(&["already exist", "updating asset", "cannot be updated", "already been taken"]), Meaning::Exists),
    (403..=403, When::Says(&["already exist", "overwrite"]), Meaning::Exists),
    (409..=409, When::Always, Meaning::Exists),
    // Later.
    (403..=403, When::Says(&["project registration temporarily disabled"]), Meaning::Refused(None)),
    (403..=403, When::Says(&["temporarily disabled", "read-only mode"]), Meaning::Unavailable),
    (429..=429, When::Says(&["too many new projects"]), Meaning::Refused(Some(TOO_MANY_PROJECTS))),
    (408..=408, When::Always, Meaning::Unavailable),
    (425..=425, When::Always, Meaning::Unavailable),
    (429..=429, When::Always, Meaning::Unavailable),
    (501..=501, When::Always, Meaning::WrongUrl),
    (505..=505, When::Always, Meaning::Refused(None)),
    (500..=599, When::Always, Meaning::Unavailable),
    // Who are you?
    (403..=403, When::MayWantRegistration, Meaning::Unregistered),
    (401..=401, When::Always, Meaning::Unauthorized),
    (403..=403, When::Always, Meaning::Unauthorized),
    (407..=407, When::Always, Meaning::ProxyUnauthorized),
    // No.
    (400..=400, When::Says(&["invalid attestations"]), Meaning::Refused(Some(ATTESTATIONS))),
    (413..=413, When::Always, Meaning::Refused(Some(TOO_LARGE))),
    (0..=999, When::Always, Meaning::Refused(None)),
];

const NAME_IS_USED_UP: &str =
    "a file name can be used once, even if the file is deleted: publish under another version";
const RELEASE_IS_CLOSED: &str =
    "PyPI closes a release to new files 14 days after its first one: publish under another version";
const SECOND_SDIST: &str =
    "a release has one sdist, which cannot be replaced: publish under another version";
const NAME_IS_TAKEN: &str = "choose another name for the project";
const TOO_MANY_PROJECTS: &str =
    "PyPI limits how many projects one may create in a day: publish again tomorrow";
const ATTESTATIONS: &str = "PyPI takes attestations only from the CI job that made them, with trusted publishing; `--attestations no` leaves them out";
const TOO_LARGE: &str = "the limit is the server's, or that of a proxy before it; PyPI takes files of up to 100 MB, and more on request";

/// Reads the table.
pub(crate) fn outcome(answered: &Answered<'_>) -> Result<Outcome, PluginError> {
    let heard = format!("{} {}", answered.answer.reason, answered.answer.text()).to_lowercase();
    let status = answered.answer.status;
    let fits = |(statuses, when, _): &&(RangeInclusive<u16>, When, Meaning)| {
        statuses.contains(&status) && when.holds(answered, &heard)
    };
    let (_, _, meaning) = TABLE.iter().find(fits).expect("the last row fits all statuses");
    explain::meaning(*meaning, answered)
}

impl When {
    fn holds(&self, answered: &Answered<'_>, heard: &str) -> bool {
        match self {
            Self::Always => true,
            Self::Says(texts) => texts.iter().any(|text| heard.contains(text)),
            Self::Early => answered.is_early,
            Self::Lost => answered.answer.end != BodyEnd::Complete,
            Self::Page => is_html(answered.answer),
            Self::MayWantRegistration => {
                // All servers of that age want a password, and only PyPI has ended registration.
                let path = answered.url.path().trim_end_matches('/');
                let speaks_of_credentials =
                    ["authentication", "token", "password", "credential", "unauthorized"];
                answered.credentials.is_some()
                    && !path.ends_with("/legacy")
                    && !speaks_of_credentials.iter().any(|word| heard.contains(word))
            }
        }
    }
}
