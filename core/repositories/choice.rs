//! Which repository: what was typed, then what the environment names, then PyPI.

use std::path::{Path, PathBuf};

use flit_sdk::{Host, LogLevel, nearest};

use super::environment::Environment;
use super::error::RepositoryError;
use super::place::{Kind, PYPI_URL, Place, TESTPYPI_URL, kind};
use super::pypirc::{Pypirc, Section, named_path};
use super::{RepositoryRequest, shown_path};

/// The repositories that need no `.pypirc`.
const BUILT_IN: [(&str, &str); 2] = [("pypi", PYPI_URL), ("testpypi", TESTPYPI_URL)];

/// The repository of a run.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) place: Place,
    /// What `.pypirc` calls it.
    pub(super) name: Option<String>,
    pub(super) namer: Namer,
    /// What `.pypirc` says about it.
    pub(super) sections: Vec<Section>,
}

/// Who said which repository.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Namer {
    /// The command line.
    Typed,
    /// `FLIT_INDEX_URL`.
    Flit,
    /// `TWINE_REPOSITORY_URL` or `TWINE_REPOSITORY`.
    Twine,
    /// `UV_PUBLISH_URL`.
    Uv,
    /// Nobody.
    Default,
}

impl Choice {
    /// Whether a text of the environment means this repository, too. A directory never does: nobody has credentials there.
    pub(super) fn is_named_by(&self, text: &str, file: &PypircFile) -> bool {
        let text = text.trim();
        let place = match kind(text) {
            Kind::Word if self.name.as_deref() == Some(text) => return true,
            Kind::Word => {
                let section = file.content.as_ref().and_then(|content| content.section(text));
                match section {
                    Some(section) => file.place_of(section).ok().flatten(),
                    None => built_in(text).and_then(|url| Place::of_url(url, "flit").ok()),
                }
            }
            Kind::Url => Place::of_url(text, "the environment").ok(),
            Kind::Directory => None,
        };
        place.is_some_and(|place| place.mended().0.is_same(&self.place))
    }
}

/// The URL of a repository that needs no `.pypirc`.
fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(built_in, _)| *built_in == name).map(|(_, url)| *url)
}

/// The `.pypirc` of a run.
#[derive(Debug)]
pub(super) struct PypircFile {
    /// Where it is; `None` if there is no home.
    pub(super) path: Option<PathBuf>,
    /// The path for people.
    pub(super) shown: String,
    home: Option<PathBuf>,
    /// What it says, if it is there and could be read.
    pub(super) content: Option<Pypirc>,
    /// Why it could not be read, where that is no error.
    pub(super) failure: Option<String>,
}

/// What names the repository, before anybody looked what it means.
struct Named<'a> {
    text: &'a str,
    origin: &'static str,
    namer: Namer,
    may_be_name: bool,
}

/// Finds the repository, and what `.pypirc` says about it.
pub(super) fn choose(
    host: &dyn Host,
    request: &RepositoryRequest,
    environment: &Environment,
) -> Result<(Choice, PypircFile), RepositoryError> {
    let named = named(request, environment);
    if let (Namer::Typed, Some(_)) = (named.namer, environment.text("FLIT_INDEX_URL")) {
        host.log(LogLevel::Info, "`--repository` was given, so `FLIT_INDEX_URL` is not used");
    }
    let kind = match kind(named.text) {
        Kind::Word if !named.may_be_name => Kind::Url,
        kind => kind,
    };
    // A name means nothing without the file; a URL can do without it.
    let file = PypircFile::read(request, environment, kind == Kind::Word)?;
    let origin = named.origin;
    let mut choice = match kind {
        Kind::Url => by_url(Place::of_url(named.text, origin)?, &named, &file),
        Kind::Directory => {
            let path = directory(named.text, &request.base, environment);
            by_url(Place::of_directory(&path, origin)?, &named, &file)
        }
        Kind::Word => by_name(host, &named, &file, request, environment)?,
    };
    let (place, note) = choice.place.mended();
    choice.place = place;
    if let Some(note) = note {
        host.log(LogLevel::Warning, &note);
    }
    for section in &choice.sections {
        for key in ["repository", "username", "password"] {
            if let Some(oddity) = section.oddity(key) {
                host.log(LogLevel::Warning, &format!("{}, {oddity}", file.shown));
            }
        }
    }
    Ok((choice, file))
}

/// The directory that a text names; a shell does not always see a `~`.
pub(super) fn directory(text: &str, base: &Path, environment: &Environment) -> PathBuf {
    // What is relative starts where the (imagined) file in `base` lies.
    named_path(text, &base.join(".pypirc"), environment.home().as_deref())
}

fn named<'a>(request: &'a RepositoryRequest, environment: &'a Environment) -> Named<'a> {
    let typed = request.typed.as_deref().map(|text| (text, "`--repository`", Namer::Typed, true));
    let variable = |name: &'static str, origin, namer, may_be_name| {
        Some((environment.text(name)?, origin, namer, may_be_name))
    };
    let (text, origin, namer, may_be_name) = typed
        .or_else(|| variable("FLIT_INDEX_URL", "`FLIT_INDEX_URL`", Namer::Flit, false))
        .or_else(|| variable("TWINE_REPOSITORY_URL", "`TWINE_REPOSITORY_URL`", Namer::Twine, false))
        .or_else(|| variable("TWINE_REPOSITORY", "`TWINE_REPOSITORY`", Namer::Twine, true))
        .or_else(|| variable("UV_PUBLISH_URL", "`UV_PUBLISH_URL`", Namer::Uv, false))
        .unwrap_or(("pypi", "flit", Namer::Default, true));
    Named { text: text.trim(), origin, namer, may_be_name }
}

/// A repository by its URL: the sections that name the same URL are about it.
fn by_url(place: Place, named: &Named<'_>, file: &PypircFile) -> Choice {
    let content = file.content.as_ref();
    let mended = place.clone().mended().0;
    let is_about = |section: &&Section| {
        let place = file.place_of(section).ok().flatten();
        place.is_some_and(|other| other.mended().0.is_same(&mended))
    };
    let sections = content.map(|content| content.sections.iter().filter(is_about).cloned());
    let sections = sections.into_iter().flatten().collect();
    Choice { place, name: None, namer: named.namer, sections }
}

fn by_name(
    host: &dyn Host,
    named: &Named<'_>,
    file: &PypircFile,
    request: &RepositoryRequest,
    environment: &Environment,
) -> Result<Choice, RepositoryError> {
    let Named { text: name, origin, namer, .. } = *named;
    let choice = |place, sections| Choice { place, name: Some(name.into()), namer, sections };
    let content = file.content.as_ref();
    if let Some(section) = content.and_then(|content| content.section(name)) {
        let place = file.place_of(section)?.ok_or_else(|| RepositoryError::NoRepository {
            name: name.into(),
            pypirc: file.shown.clone(),
        })?;
        // Who we are is looked up in the section, where a key comes before what stands in the URL.
        let place = Place { username: None, password: None, ..place };
        return Ok(choice(place, vec![section.clone()]));
    }
    if let Some(url) = built_in(name) {
        return Ok(choice(Place::of_url(url, origin)?, vec![]));
    }
    if content.is_some_and(|content| content.listed.iter().any(|listed| listed == name)) {
        let pypirc = file.shown.clone();
        return Err(RepositoryError::NoSection { name: name.into(), pypirc });
    }
    let path = directory(name, &request.base, environment);
    if !name.is_empty() && path.is_dir() {
        let message =
            format!("no repository is named `{name}`: taking it for the directory ./{name}");
        host.log(LogLevel::Hint, &message);
        return Ok(Choice { name: None, ..choice(Place::of_directory(&path, origin)?, vec![]) });
    }
    Err(unknown(name, file))
}

fn unknown(name: &str, file: &PypircFile) -> RepositoryError {
    let content = file.content.as_ref();
    let sections = content.into_iter().flat_map(|content| &content.sections);
    let mut known: Vec<String> = sections.map(|section| section.name.clone()).collect();
    for (built_in, _) in BUILT_IN {
        if !known.iter().any(|name| name == built_in) {
            known.push(built_in.into());
        }
    }
    let place = match (&file.path, content) {
        (Some(_), Some(_)) => format!("others would be sections of {}", file.shown),
        (Some(_), None) => {
            format!("others would be sections of {}, which does not exist", file.shown)
        }
        (None, _) => "there is no home directory with a .pypirc".into(),
    };
    RepositoryError::Unknown { name: name.into(), suggestion: meant(name, &known), known, place }
}

/// The name that was most likely meant: the same in other cases, the same letters in another order, or one like it.
fn meant(name: &str, known: &[String]) -> Option<String> {
    let letters = |name: &str| {
        let mut letters: Vec<char> = name.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let lower: Vec<String> = known.iter().map(|known| known.to_lowercase()).collect();
    let name = name.to_lowercase();
    let is_like = |wanted: &str| lower.iter().position(|known| known == wanted);
    is_like(&name)
        .or_else(|| lower.iter().position(|known| letters(known) == letters(&name)))
        .or_else(|| is_like(nearest(&name, lower.iter().map(String::as_str))?))
        .map(|at| known[at].clone())
}

impl PypircFile {
    /// Reads the file that was asked for, which must be there, or the one in the home directory, which need not.
    fn read(
        request: &RepositoryRequest,
        environment: &Environment,
        is_needed: bool,
    ) -> Result<Self, RepositoryError> {
        let typed = request.pypirc.as_ref().map(|path| request.base.join(path));
        let is_typed = typed.is_some();
        let home = environment.home();
        let path = typed.or_else(|| home.as_ref().map(|home| home.join(".pypirc")));
        let shown = match &path {
            Some(path) => shown_path(path, environment),
            None => "~/.pypirc".into(),
        };
        let file = Self { path, shown, home, content: None, failure: None };
        let Some(path) = &file.path else { return Ok(file) };
        let failed = |problem| RepositoryError::Pypirc { pypirc: file.shown.clone(), problem };
        match Pypirc::read(path) {
            Ok(None) if is_typed => Err(failed(super::pypirc::missing())),
            Ok(content) => Ok(Self { content, ..file }),
            Err(source) if is_typed || is_needed => Err(failed(source)),
            Err(source) => Ok(Self { failure: Some(source.to_string()), ..file }),
        }
    }

    /// Where the repository of a section is; `None` if the section does not say, and it is none that everybody knows.
    pub(super) fn place_of(&self, section: &Section) -> Result<Option<Place>, RepositoryError> {
        let Some(text) = self.text(section, "repository")? else {
            return built_in(&section.name).map(|url| Place::of_url(url, "flit")).transpose();
        };
        let origin = format!("`repository` in [{}] of {}", section.name, self.shown);
        match kind(&text) {
            Kind::Directory if text.starts_with(['/', '~']) => {
                Place::of_directory(&self.named_path(&text), &origin).map(Some)
            }
            Kind::Url | Kind::Directory | Kind::Word => Place::of_url(&text, &origin).map(Some),
        }
    }

    /// The value of a key that is no secret.
    pub(super) fn text(
        &self,
        section: &Section,
        key: &'static str,
    ) -> Result<Option<String>, RepositoryError> {
        section.text(key).map_err(|problem| self.failed(problem))
    }

    /// An error of this file.
    pub(super) fn failed(&self, problem: super::PypircError) -> RepositoryError {
        RepositoryError::Pypirc { pypirc: self.shown.clone(), problem }
    }

    /// A path that the file names.
    pub(super) fn named_path(&self, text: &str) -> PathBuf {
        let path = self.path.as_deref().unwrap_or(Path::new(""));
        named_path(text, path, self.home.as_deref())
    }
}

#[cfg(test)]
mod tests;
