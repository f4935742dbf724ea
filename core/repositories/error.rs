//! Why there is no repository, or nobody to be there.

use std::io;
use std::path::PathBuf;

use super::number::NumberError;
use super::pypirc::PypircError;

/// Why there is no repository, or nobody to be there. No text in here is a secret, nor a URL with one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RepositoryError {
    /// A text that should be a URL is none.
    #[error("cannot read the URL that {origin} gives: {reason}")]
    NotAUrl { origin: String, reason: String },
    /// A URL without a scheme.
    #[error("cannot read the URL that {origin} gives: it begins with a host, not with a scheme")]
    NoScheme { origin: String },
    /// A URL whose user name or password was not encoded.
    #[error("cannot read the URL that {origin} gives: there is an `@` behind its host")]
    MisplacedAt { origin: String },
    /// A file is where a directory should be.
    #[error("{}, which {origin} names, is not a directory", .path.display())]
    NotADirectory { origin: String, path: PathBuf },
    /// Nobody knows a repository of this name.
    #[error("no repository is named `{name}`")]
    Unknown { name: String, suggestion: Option<String>, known: Vec<String>, place: String },
    /// `.pypirc` lists a repository and says nothing about it.
    #[error("{pypirc} lists `{name}` in `index-servers` and has no section [{name}]")]
    NoSection { name: String, pypirc: String },
    /// `.pypirc` does not say where a repository is.
    #[error("section [{name}] of {pypirc} has no `repository`")]
    NoRepository { name: String, pypirc: String },
    /// `.pypirc` cannot be read.
    #[error("cannot read {pypirc}: {problem}")]
    Pypirc { pypirc: String, problem: PypircError },
    /// A file with certificates is not there.
    #[error("there is no file {}, which {origin} names", .path.display())]
    NoCertificate { origin: String, path: PathBuf },
    /// The file with our certificate is not what it should be.
    #[error("{}, which {origin} names, {problem}", .path.display())]
    ClientCertificate { origin: String, path: PathBuf, problem: String },
    /// A variable names a proxy that is none.
    #[error("cannot read the URL of the proxy in `{variable}`: {reason}")]
    Proxy { variable: &'static str, reason: String },
    /// A variable that holds a number holds none.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The credentials would be readable on their way.
    #[error("refusing to send credentials to {url}: anybody on the way could read them")]
    PlainHttp { url: String },
    /// The password cannot be read from stdin.
    #[error("cannot read the password from stdin: {reason}")]
    Stdin { reason: String },
    /// Nothing was found.
    #[error("no credentials for {url}")]
    NoCredentials { url: String, tried: Vec<String>, advice: Vec<String> },
    /// Nobody answered on the terminal.
    #[error("no credentials for {url}: the question for the {what} was not answered")]
    NotAnswered { url: String, what: &'static str },
    /// The terminal cannot be used.
    #[error("cannot ask for the {what} on the terminal: {reason}")]
    Terminal { what: &'static str, reason: io::ErrorKind },
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

impl RepositoryError {
    /// Whether the user asked to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::NoScheme { .. } => vec!["put `https://` before it".into()],
            Self::MisplacedAt { .. } => vec![
                "in a user name and a password, write `%2F` for `/`, `%3F` for `?`, `%23` for `#` and `%40` for `@`"
                    .into(),
                "or leave them out of the URL: see `FLIT_USERNAME` and `FLIT_PASSWORD`".into(),
            ],
            Self::NotAUrl { .. } => vec![
                "a repository is a URL such as `https://upload.example.org/legacy/`; characters other than letters and \
                 digits in its user name and password are percent-encoded"
                    .into(),
            ],
            Self::NotADirectory { .. } => {
                vec!["name a directory to publish into; it need not exist yet".into()]
            }
            Self::Unknown { name, suggestion, known, place } => {
                unknown_hints(name, suggestion.as_deref(), known, place)
            }
            Self::NoSection { name, .. } => vec![format!(
                "add a section [{name}] with `repository`, `username` and `password`, or take the name off the list"
            )],
            Self::NoRepository { .. } => {
                vec!["add `repository = ` with the URL that uploads go to".into()]
            }
            Self::Pypirc { problem, .. } => problem.hint().map(str::to_owned).into_iter().collect(),
            Self::NoCertificate { .. } => vec!["name a file in PEM format".into()],
            Self::Proxy { .. } => vec!["set it to a URL such as `http://proxy.example.org:3128`, or unset it".into()],
            Self::ClientCertificate { .. } => vec![
                "put the certificate and its private key, without a passphrase, into one file in PEM format".into(),
            ],
            Self::Number(error) => vec![error.hint()],
            Self::PlainHttp { .. } => vec![
                "use the `https` URL of the repository".into(),
                "if nobody else is on the way, allow it with `--allow-http`".into(),
            ],
            Self::Stdin { .. } => vec!["pipe the password into flit: `--password-stdin` takes the first line".into()],
            Self::NoCredentials { tried, advice, .. } => {
                let looked = format!("looked for them here, in this order:\n{}", tried.join("\n"));
                std::iter::once(looked).chain(advice.iter().cloned()).collect()
            }
            Self::NotAnswered { .. } | Self::Terminal { .. } => {
                vec!["to be asked nothing, set `FLIT_USERNAME` and `FLIT_PASSWORD`".into()]
            }
            Self::Cancelled => vec![],
        }
    }
}

fn unknown_hints(
    name: &str,
    suggestion: Option<&str>,
    known: &[String],
    place: &str,
) -> Vec<String> {
    let quoted: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    let mut hints: Vec<_> =
        suggestion.map(|suggestion| format!("did you mean `{suggestion}`?")).into_iter().collect();
    hints.push(format!("known are {}; {place}", quoted.join(", ")));
    hints.push(format!("for a directory, write `./{name}`"));
    hints
}
