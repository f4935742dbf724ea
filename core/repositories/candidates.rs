//! Who we may be at a repository: all that the environment, the URL and `.pypirc` say, in the order in which it counts.

use flit_sdk::Secret;

use super::choice::{Choice, Namer, PypircFile};
use super::environment::Environment;
use super::error::RepositoryError;
use super::place::Place;
use super::pypirc::Section;

/// The user of an API token.
pub(super) const TOKEN_USER: &str = "__token__";

/// A user name, and where it is from, as errors name the place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Username {
    pub(super) name: String,
    pub(super) source: String,
}

/// What one place says of us.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The place of the password, as errors name it.
    pub(super) source: String,
    /// The user name, and its place.
    pub(super) username: Option<Username>,
    pub(super) password: Option<Secret>,
    /// Why there is no password.
    pub(super) absence: String,
    /// What is to be said if the password is used.
    pub(super) caution: Option<String>,
}

/// A user name and a password that stand in variables of one program.
struct Family {
    username: &'static str,
    password: &'static str,
    /// The variables with which the program names a repository.
    repositories: &'static [&'static str],
    namer: Namer,
}

const FAMILIES: [Family; 3] = [
    Family {
        username: "FLIT_USERNAME",
        password: "FLIT_PASSWORD",
        repositories: &["FLIT_INDEX_URL"],
        namer: Namer::Flit,
    },
    Family {
        username: "TWINE_USERNAME",
        password: "TWINE_PASSWORD",
        repositories: &["TWINE_REPOSITORY_URL", "TWINE_REPOSITORY"],
        namer: Namer::Twine,
    },
    Family {
        username: "UV_PUBLISH_USERNAME",
        password: "UV_PUBLISH_PASSWORD",
        repositories: &["UV_PUBLISH_URL"],
        namer: Namer::Uv,
    },
];

/// Lists what is known without asking another program. `index` is the place of the index, if somebody named it.
pub(super) fn candidates(
    environment: &Environment,
    choice: &Choice,
    file: &PypircFile,
    index: Option<&Place>,
) -> Result<Vec<Candidate>, RepositoryError> {
    let mut candidates = Vec::new();
    for family in &FAMILIES {
        candidates.push(family.candidate(environment, choice, file));
    }
    candidates.push(of_place(&choice.place, "the URL"));
    // The index of the same server has the same users.
    if let Some(index) = index.filter(|index| index.has_origin_of(&choice.place))
        && (index.username.is_some() || index.password.is_some())
    {
        candidates.push(of_place(index, "the URL of the index"));
    }
    candidates.extend(of_pypirc(choice, file)?);
    Ok(candidates)
}

impl Candidate {
    fn nothing(source: String, absence: &str) -> Self {
        Self { source, username: None, password: None, absence: absence.into(), caution: None }
    }
}

impl Family {
    fn candidate(
        &self,
        environment: &Environment,
        choice: &Choice,
        file: &PypircFile,
    ) -> Candidate {
        let is_uv = self.namer == Namer::Uv;
        let token = environment.text("UV_PUBLISH_TOKEN").filter(|_| is_uv);
        let is_set = |name| environment.text(name).is_some();
        let is_any_set = token.is_some() || is_set(self.username) || is_set(self.password);
        if is_any_set && let Some(absence) = self.is_for_another(environment, choice, file) {
            let variable = if token.is_some() { "UV_PUBLISH_TOKEN" } else { self.password };
            return Candidate::nothing(format!("`{variable}`"), &absence);
        }
        if let Some(token) = token {
            let source = "`UV_PUBLISH_TOKEN`".to_owned();
            return Candidate {
                username: Some(Username { name: TOKEN_USER.into(), source: source.clone() }),
                source,
                password: Some(Secret::new(token)),
                absence: String::new(),
                caution: None,
            };
        }
        let username = environment
            .text(self.username)
            .map(|name| Username { name: name.into(), source: format!("`{}`", self.username) });
        let password = environment.text(self.password).map(Secret::new);
        let absence =
            if environment.is_empty(self.password) { "set to nothing" } else { "not set" };
        let source = match (&username, &password, is_uv) {
            (_, Some(_), _) | (Some(_), None, _) => format!("`{}`", self.password),
            (None, None, false) => format!("`{}` and `{}`", self.username, self.password),
            (None, None, true) => "`UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`".into(),
        };
        Candidate { source, username, password, absence: absence.into(), caution: None }
    }

    /// Why the variables are not for the repository of this run, if they are not: they are for the one that the same
    /// program's variables name; where they name none, for the one that was typed, or that nobody named.
    fn is_for_another(
        &self,
        environment: &Environment,
        choice: &Choice,
        file: &PypircFile,
    ) -> Option<String> {
        let own = self.repositories.iter().find_map(|name| Some((name, environment.text(name)?)));
        if let Some((variable, text)) = own {
            let is_this = choice.namer == self.namer || choice.is_named_by(text, file);
            return (!is_this).then(|| format!("for another repository, the one in `{variable}`"));
        }
        let variables = match choice.namer {
            Namer::Typed | Namer::Default => return None,
            Namer::Flit => "FLIT_INDEX_URL",
            Namer::Twine => "TWINE_REPOSITORY_URL` or `TWINE_REPOSITORY",
            Namer::Uv => "UV_PUBLISH_URL",
        };
        Some(format!("not for the repository that `{variables}` names"))
    }
}

fn of_place(place: &Place, source: &str) -> Candidate {
    let absence = if place.username.is_some() { "no password in it" } else { "no user name in it" };
    Candidate {
        source: source.into(),
        username: place.username.clone().map(|name| Username { name, source: source.into() }),
        password: place.password.clone(),
        absence: absence.into(),
        caution: None,
    }
}

fn of_pypirc(choice: &Choice, file: &PypircFile) -> Result<Vec<Candidate>, RepositoryError> {
    let Some(content) = &file.content else {
        let absence = match (&file.failure, &file.path) {
            (Some(failure), _) => failure,
            (None, Some(_)) => "not there",
            (None, None) => "there is no home directory",
        };
        return Ok(vec![Candidate::nothing(file.shown.clone(), absence)]);
    };
    let mut candidates = Vec::new();
    for section in &choice.sections {
        let source = format!("[{}] of {}", section.name, file.shown);
        let candidate = of_section(section, source, file)?;
        // A key of its own comes before what stands in the URL.
        let has_password = candidate.password.is_some();
        candidates.push(candidate);
        if !has_password && let Some(place) = file.place_of(section)?.filter(has_userinfo) {
            let source = format!("the URL in [{}] of {}", section.name, file.shown);
            candidates.push(of_place(&place, &source));
        }
    }
    if choice.sections.is_empty() {
        let absence = match &choice.name {
            Some(name) => format!("no section [{name}]"),
            None => "no section with this `repository`".into(),
        };
        candidates.push(Candidate::nothing(file.shown.clone(), &absence));
    }
    // `[server-login]` is for the repositories that a `.pypirc` names, not for any URL.
    if let (Some(login), Some(_)) = (&content.login, &choice.name) {
        let place = file.place_of(login)?.map(|place| place.mended().0);
        if place.is_none_or(|place| place.is_same(&choice.place)) {
            candidates.push(of_section(login, format!("[server-login] of {}", file.shown), file)?);
        }
    }
    Ok(candidates)
}

fn has_userinfo(place: &Place) -> bool {
    place.username.is_some() || place.password.is_some()
}

fn of_section(
    section: &Section,
    source: String,
    file: &PypircFile,
) -> Result<Candidate, RepositoryError> {
    let password = section.value("password").map_err(|source| file.failed(source))?;
    let is_exposed = file.content.as_ref().is_some_and(|content| content.is_readable_by_others);
    let caution = is_exposed.then(|| {
        let shown = &file.shown;
        format!("other users can read {shown}, which holds a password: `chmod 600 {shown}`")
    });
    let username = file.text(section, "username")?;
    Ok(Candidate {
        username: username.map(|name| Username { name, source: source.clone() }),
        source,
        password: password.cloned(),
        absence: "no `password`".into(),
        caution,
    })
}
