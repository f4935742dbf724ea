//! The nouns of the upload stage, with nothing in them empty.

use std::time::Duration;

use crate::model::{
    CiIdentity, Connection, Credentials, Existence, Field, Finding, MintedCredentials,
    PublishedFile, Receipt, Release, Repository, Severity,
};
use crate::secret::Secret;
use crate::testing::ReleaseBuilder;

/// A repository in which nothing is empty.
pub(super) fn repository() -> Repository {
    Repository {
        name: Some("ours".into()),
        url: "https://repository.example/upload/".into(),
        index_url: Some("https://repository.example/simple/".into()),
        connection: Connection {
            ca_certs: vec!["/etc/ca.pem".into(), "/größe.pem".into()],
            client_cert: Some("/home/us/client.pem".into()),
            http_proxy: Some(Secret::new("http://us:hunter2@proxy.example")),
            https_proxy: Some(Secret::new("http://we:hunter2@proxy.example")),
            no_proxy: Some("localhost".into()),
            stall_timeout: Some(Duration::from_micros(1)),
            allows_plain_http: true,
        },
    }
}

pub(super) fn credentials() -> Credentials {
    Credentials {
        username: "us".into(),
        password: Secret::new("hunter2"),
        source: "`FLIT_PASSWORD`".into(),
    }
}

pub(super) fn minted() -> MintedCredentials {
    MintedCredentials { credentials: credentials(), expires_at: Some(1_700_000_000) }
}

pub(super) fn identities() -> [CiIdentity; 5] {
    let token = || Secret::new("hunter2");
    let request_url = "https://token.example/?a=b".to_owned();
    [
        CiIdentity::GitHub { request_url, request_token: token() },
        CiIdentity::GitLab { id_tokens: vec![("PYPI".into(), token()), ("B".into(), token())] },
        CiIdentity::GoogleCloud { service_account: Some("us@example".into()) },
        CiIdentity::Buildkite { program: Some("/usr/bin/größe".into()) },
        CiIdentity::CircleCi { program: None },
    ]
}

/// A release of a wheel, an sdist with attestations, and two more.
pub(super) fn builder() -> ReleaseBuilder {
    ReleaseBuilder::new("De.mo", "1!2.0a1")
        .list(Field::Classifier, &["A", "B"])
        .text(Field::Description, "Größe\n")
        .wheel("wheel")
        .sdist("sdist")
        .wheel_for("cp312-cp312-win_amd64", "Windows")
        .wheel_for("cp313-cp313-win_amd64", "Windows")
}

pub(super) fn release(builder: &ReleaseBuilder) -> Release {
    let mut release = builder.release();
    release.files[1].attestations = vec!["{}".into(), "{\"a\": 1}".into()];
    release
}

pub(super) fn findings() -> Vec<Finding> {
    let warning = Finding::new(Severity::Warning, "a.b", "file", "`x` is odd");
    vec![warning.hint("change it"), Finding::new(Severity::Error, "a", "", "`y` is wrong")]
}

pub(super) fn existences() -> Vec<Existence> {
    vec![
        Existence::Absent,
        Existence::Same,
        Existence::Other { sha256: "0a".repeat(32) },
        Existence::Unknown { reason: "there is no hash".into() },
    ]
}

pub(super) fn receipt() -> Receipt {
    let file = |file_name: &str, url: Option<&str>| PublishedFile {
        file_name: file_name.into(),
        url: url.map(Into::into),
    };
    let page = Some("https://repository.example/demo/1/".into());
    let files = vec![file("a", None), file("b", Some("https://repository.example/b"))];
    Receipt { page, files, hint: Some("install it with `pip install demo`".into()) }
}
