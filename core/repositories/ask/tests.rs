//! Questions and answers.

use std::cell::RefCell;

use flit_sdk::testing::TestHost;

#[cfg(unix)]
use super::super::testing::install;
use super::super::{Environment, RepositoryRequest, configure};
use super::*;

/// Somebody who knows what to say, or presses a key that ends the conversation.
#[derive(Default)]
struct Fake {
    answers: RefCell<Vec<io::Result<String>>>,
    questions: RefCell<Vec<String>>,
}

impl Fake {
    fn saying<const N: usize>(answers: [io::Result<&str>; N]) -> Self {
        let answers = answers.into_iter().rev().map(|answer| answer.map(str::to_owned)).collect();
        Self { answers: RefCell::new(answers), ..Self::default() }
    }

    fn answer(&self, kind: &str, question: &str) -> io::Result<String> {
        self.questions.borrow_mut().push(format!("{kind} {question}"));
        self.answers.borrow_mut().pop().unwrap_or(Err(io::ErrorKind::UnexpectedEof.into()))
    }
}

impl Prompt for Fake {
    fn is_possible(&self) -> bool {
        true
    }

    fn line(&self, question: &str) -> io::Result<String> {
        self.answer("shown:", question)
    }

    fn hidden(&self, question: &str) -> io::Result<String> {
        self.answer("hidden:", question)
    }
}

struct Nobody;

impl Prompt for Nobody {
    fn is_possible(&self) -> bool {
        false
    }

    fn line(&self, _: &str) -> io::Result<String> {
        unreachable!("nobody is asked")
    }

    fn hidden(&self, _: &str) -> io::Result<String> {
        unreachable!("nobody is asked")
    }
}

fn configured(url: &str, variables: &[(&str, &str)]) -> Configured {
    let request = RepositoryRequest { typed: Some(url.into()), ..RepositoryRequest::default() };
    let environment = Environment::of(variables.iter().copied());
    configure(&TestHost::default(), &request, &environment).unwrap()
}

fn asked(configured: &Configured, prompt: &dyn Prompt) -> Result<Credentials, RepositoryError> {
    let host = TestHost::default();
    let found = configured.find(&host, &ProjectName::parse("demo").unwrap()).unwrap();
    configured.ask(&host, prompt, found)
}

fn shown(answer: Result<Credentials, RepositoryError>) -> String {
    match answer {
        Ok(Credentials { username, password, source }) => {
            format!("{username}:{} from {source}", password.expose())
        }
        Err(error) => [vec![format!("error: {error}")], error.hints()].concat().join("\nhint: "),
    }
}

#[test]
fn pypi_needs_a_token_alone() {
    let prompt = Fake::saying([Ok(""), Ok(""), Ok("pypi-canary ")]);
    let answer = asked(&configured("pypi", &[]), &prompt);
    assert_eq!(shown(answer), "__token__:pypi-canary from your answer");
    assert_eq!(
        *prompt.questions.borrow(),
        [
            "shown: User name at https://upload.pypi.org/legacy/ [__token__]: ",
            "hidden: API token for https://upload.pypi.org/legacy/: ",
            "hidden: API token for https://upload.pypi.org/legacy/: ",
        ]
    );
}

#[test]
fn others_are_asked_for_both_until_there_is_an_answer() {
    let prompt = Fake::saying([Ok(""), Ok(" me "), Ok(""), Ok(" canary")]);
    let answer = asked(&configured("https://a.test/", &[]), &prompt);
    assert_eq!(shown(answer), "me: canary from your answer");
    assert_eq!(
        *prompt.questions.borrow(),
        [
            "shown: User name at https://a.test/: ",
            "shown: User name at https://a.test/: ",
            "hidden: Password of me at https://a.test/: ",
            "hidden: Password of me at https://a.test/: ",
        ]
    );
}

#[test]
fn only_what_is_missing_is_asked_for() {
    let knows_user = configured("https://a.test/", &[("FLIT_USERNAME", "me")]);
    let answer = asked(&knows_user, &Fake::saying([Ok("canary")]));
    assert_eq!(shown(answer), "me:canary from `FLIT_USERNAME` and your answer");
    let knows_password = configured("https://a.test/", &[("FLIT_PASSWORD", "canary")]);
    let answer = asked(&knows_password, &Fake::saying([Ok("me")]));
    assert_eq!(shown(answer), "me:canary from your answer and `FLIT_PASSWORD`");
    let knows_both = configured("https://me:canary@a.test/", &[]);
    assert_eq!(shown(asked(&knows_both, &Nobody)), "me:canary from the URL");
}

#[test]
fn who_does_not_answer_gets_an_error() {
    let eof = || Err(io::ErrorKind::UnexpectedEof.into());
    let a_test = configured("https://a.test/", &[]);
    let hint = "hint: to be asked nothing, set `FLIT_USERNAME` and `FLIT_PASSWORD`";
    for (prompt, expected) in [
        (
            Fake::saying([eof()]),
            format!(
                "error: no credentials for https://a.test/: the question for the user name was not answered\n{hint}"
            ),
        ),
        (
            Fake::saying([Ok("me"), eof()]),
            format!(
                "error: no credentials for https://a.test/: the question for the password was not answered\n{hint}"
            ),
        ),
        (
            Fake::saying([const { Ok("") }; 30]),
            format!(
                "error: no credentials for https://a.test/: the question for the user name was not answered\n{hint}"
            ),
        ),
        (
            Fake::saying([Err(io::ErrorKind::PermissionDenied.into())]),
            format!(
                "error: cannot ask for the user name on the terminal: permission denied\n{hint}"
            ),
        ),
        (Fake::saying([Ok("me"), Err(io::ErrorKind::Interrupted.into())]), "error: stopped".into()),
    ] {
        assert_eq!(shown(asked(&a_test, &prompt)), expected);
    }
}

#[test]
fn nobody_types_a_password_that_is_not_sent() {
    let prompt = Fake::default();
    assert_eq!(
        shown(asked(&configured("http://a.test/", &[]), &prompt)),
        "error: refusing to send credentials to http://a.test/: anybody on the way could read them\n\
         hint: use the `https` URL of the repository\n\
         hint: if nobody else is on the way, allow it with `--allow-http`"
    );
    assert!(prompt.questions.borrow().is_empty());
}

#[test]
fn without_a_terminal_the_error_says_where_it_looked_and_what_to_do() {
    assert_eq!(
        shown(asked(&configured("pypi", &[("HOME", "/nowhere")]), &Nobody)),
        "error: no credentials for https://upload.pypi.org/legacy/\n\
         hint: looked for them here, in this order:\n\
         `FLIT_USERNAME` and `FLIT_PASSWORD`: not set\n\
         `TWINE_USERNAME` and `TWINE_PASSWORD`: not set\n\
         `UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`: not set\n\
         the URL: no user name in it\n\
         ~/.pypirc: not there\n\
         the keyring: there is no program `keyring`\n\
         ~/.netrc: not there\n\
         hint: set `FLIT_PASSWORD` to an API token, which begins with `pypi-`\n\
         hint: or add `username` and `password` to [pypi] in ~/.pypirc\n\
         hint: or run `keyring set https://upload.pypi.org/legacy/ __token__` once"
    );
    assert_eq!(
        shown(asked(
            &configured(
                "https://a.test/x",
                &[("GITHUB_ACTIONS", "true"), ("FLIT_PASSWORD", ""), ("TWINE_USERNAME", "me")]
            ),
            &Nobody
        )),
        "error: no credentials for https://a.test/x\n\
         hint: looked for them here, in this order:\n\
         `FLIT_USERNAME` and `FLIT_PASSWORD`: set to nothing\n\
         `TWINE_PASSWORD`: not set\n\
         `UV_PUBLISH_TOKEN` and `UV_PUBLISH_PASSWORD`: not set\n\
         the URL: no user name in it\n\
         ~/.pypirc: there is no home directory\n\
         the keyring: there is no program `keyring`\n\
         trusted publishing: this GitHub Actions job has no permission `id-token: write`, or it runs for a fork\n\
         hint: set `FLIT_PASSWORD` to the password of `me`\n\
         hint: or add a section with `repository = https://a.test/x`, `username = me` and `password` to ~/.pypirc\n\
         hint: or run `keyring set https://a.test/x me` once"
    );
    let nobody = shown(asked(&configured("https://a.test/x", &[]), &Nobody));
    let advice = "\nhint: set `FLIT_USERNAME` and `FLIT_PASSWORD`\n\
         hint: or add a section with `repository = https://a.test/x`, `username` and `password` to ~/.pypirc\n\
         hint: or run `keyring set https://a.test/x USER` once, and set `FLIT_USERNAME` to USER";
    assert!(nobody.ends_with(advice), "{nobody}");
}

#[cfg(unix)]
#[test]
fn what_was_typed_is_kept_only_if_wanted_and_never_in_an_argument() {
    let home = tempfile::tempdir().unwrap();
    let script = "echo \"$@\" >> args\n[ $1 = get ] && exit 1\ncat > stdin";
    install(&home.path().join("keyring"), script);
    let path = format!("{}:/usr/bin:/bin", home.path().display());
    let variables = [("HOME", home.path().to_str().unwrap()), ("PATH", &path)];
    let configured = configured("pypi", &variables);
    let project = ProjectName::parse("De.mo").unwrap();
    let keep = |answer: &str, credentials: &Credentials| {
        let host = TestHost::default();
        configured.offer_to_keep(&host, &Fake::saying([Ok(answer)]), &project, credentials);
        host.messages()
    };
    let typed = asked(&configured, &Fake::saying([Ok(""), Ok("canary")])).unwrap();
    let from_file = Credentials { source: "a file".into(), ..typed.clone() };
    assert_eq!((keep("n", &typed).len(), keep("y", &from_file).len()), (0, 0));
    let half = Credentials { source: "your answer and `FLIT_PASSWORD`".into(), ..typed.clone() };
    assert_eq!(keep("y", &half).len(), 0);
    assert!(!home.path().join("stdin").exists());
    assert_eq!(keep("y", &typed), ["info: kept in the keyring as `pypi_token:project:de-mo`"]);
    assert_eq!(fs_err::read_to_string(home.path().join("stdin")).unwrap(), "canary\n");
    let args = fs_err::read_to_string(home.path().join("args")).unwrap();
    assert!(
        args.ends_with("set https://upload.pypi.org/legacy/ pypi_token:project:de-mo\n"),
        "{args}"
    );
    assert!(!args.contains("canary"));
}
