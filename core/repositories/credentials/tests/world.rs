//! A home directory, and what is found from there.

#[cfg(unix)]
use std::fmt::Write as _;

use flit_sdk::testing::TestHost;
use tempfile::TempDir;

#[cfg(unix)]
use super::super::super::testing::install;
use super::super::super::{Environment, RepositoryRequest, configure};
use super::super::{Credentials, Found, ProjectName, first_line};

const PYPIRC: &str = "\
[acme]
repository = https://acme.test/up
username = me
password = canary-file
[half]
repository = https://half.test/
username = me
[inline]
repository = https://me:canary-inline@inline.test/
[both]
repository = https://me:canary-url@both.test/
password = canary-key
username = me
[pypi]
username = somebody
[server-login]
username = me
password = canary-login
";

/// A home with a `.pypirc`, and perhaps more.
pub(super) struct World(pub(super) TempDir);

impl World {
    pub(super) fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.file(".pypirc", PYPIRC)
    }

    pub(super) fn file(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        fs_err::write(&path, text).unwrap();
        self.mode(name, 0o600)
    }

    #[cfg_attr(not(unix), expect(unused_variables, reason = "there are no modes"))]
    pub(super) fn mode(self, name: &str, mode: u32) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            let permissions = std::fs::Permissions::from_mode(mode);
            fs_err::set_permissions(self.0.path().join(name), permissions).unwrap();
        }
        self
    }

    /// A keyring that holds these entries, and writes down what it was asked.
    #[cfg(unix)]
    pub(super) fn keyring(self, entries: &[(&str, &str)]) -> Self {
        // It is started in the home directory.
        let mut script = "echo \"$3\" >> asked\ncase \"$2 $3\" in\n".to_owned();
        for (entry, password) in entries {
            writeln!(script, "'{entry}') echo '{password}';;").unwrap();
        }
        install(&self.0.path().join("keyring"), &(script + "*) exit 1;; esac"));
        self
    }

    pub(super) fn find(
        &self,
        typed: &str,
        username: Option<&str>,
        variables: &[(&str, &str)],
    ) -> String {
        let request = RepositoryRequest {
            typed: (!typed.is_empty()).then(|| typed.into()),
            username: username.map(str::to_owned),
            reads_password_from_stdin: variables.iter().any(|(name, _)| *name == "stdin"),
            ..RepositoryRequest::default()
        };
        self.found(&request, variables).0
    }

    /// `user:password from source`, or what was tried; and what was said.
    pub(super) fn found(
        &self,
        request: &RepositoryRequest,
        variables: &[(&str, &str)],
    ) -> (String, Vec<String>) {
        let host = TestHost::default();
        let home = self.0.path().to_str().unwrap();
        let own = [("HOME", home), ("PATH", home)];
        let environment = Environment::of(variables.iter().copied().chain(own));
        let configured = configure(&host, request, &environment).unwrap();
        let project = ProjectName::parse("De_mo").unwrap();
        let input = variables.iter().find(|(name, _)| *name == "stdin").map(|(_, value)| *value);
        let stdin = || first_line(input.unwrap().as_bytes());
        let found = configured.find_with(&host, &project, stdin);
        let debug = format!("{found:?} {configured:?} {:?}", host.messages());
        assert!(!debug.contains("canary"), "{debug}");
        let text = match found {
            Ok(Found { credentials: Some(Credentials { username, password, source }), .. }) => {
                format!("{username}:{} from {source}", password.expose())
            }
            Ok(found) => {
                let only = found.password.map(|(password, _)| format!("({})", password.expose()));
                let only = only.or(found.username.map(|username| format!("({})", username.name)));
                format!("{}\n{}", only.unwrap_or_default(), found.tried.join("\n"))
            }
            Err(error) => format!("error: {error}"),
        };
        (text, host.messages())
    }
}
