//! The way to a repository.

use flit_sdk::testing::TestHost;

use super::super::configure;
use super::*;

/// What a file with a certificate and its key looks like.
const PEM: &str =
    "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nx\n";

fn shown(request: RepositoryRequest, variables: &[(&str, &str)]) -> (String, Vec<String>) {
    let host = TestHost::default();
    let environment = Environment::of(variables.iter().copied());
    let typed = request.typed.clone().or(Some("https://a.test/".into()));
    let configured = configure(&host, &RepositoryRequest { typed, ..request }, &environment);
    let text = match &configured {
        Err(error) => [vec![format!("error: {error}")], error.hints()].concat().join("\nhint: "),
        Ok(configured) => {
            let Connection {
                ca_certs,
                client_cert,
                http_proxy,
                https_proxy,
                no_proxy,
                stall_timeout,
                allows_plain_http,
            } = &configured.repository.connection;
            let proxy = |proxy: &Option<Secret>| {
                proxy.as_ref().map(|proxy| proxy.expose().replace("canary", "CANARY"))
            };
            format!(
                "{ca_certs:?} {client_cert:?} {:?} {:?} {no_proxy:?} {stall_timeout:?} {allows_plain_http}",
                proxy(http_proxy),
                proxy(https_proxy),
            )
        }
    };
    assert!(!format!("{configured:?}{text}").contains("canary"), "{text}");
    (text.replace("None", "-"), host.messages())
}

#[test]
fn proxies_are_those_of_the_environment() {
    for (variables, expected) in [
        (&[][..], "- -"),
        (&[("http_proxy", "http://l:1"), ("HTTP_PROXY", "http://u:1")], r#"Some("http://l:1") -"#),
        (&[("HTTP_PROXY", "http://u:1")], r#"Some("http://u:1") -"#),
        (&[("HTTP_PROXY", "http://u:1"), ("REQUEST_METHOD", "GET")], "- -"),
        (&[("http_proxy", "http://l:1"), ("REQUEST_METHOD", "GET")], r#"Some("http://l:1") -"#),
        (&[("http_proxy", ""), ("HTTP_PROXY", "http://u:1")], "- -"),
        (&[("HTTPS_PROXY", "me:canary@p:1")], r#"- Some("http://me:CANARY@p:1")"#),
        (&[("ALL_PROXY", "socks5://p")], r#"Some("socks5://p") Some("socks5://p")"#),
        (
            &[("all_proxy", "http://p"), ("https_proxy", "http://q")],
            r#"Some("http://p") Some("http://q")"#,
        ),
    ] {
        let expected = format!("[] - {expected} - - false");
        assert_eq!(
            shown(RepositoryRequest::default(), variables),
            (expected, vec![]),
            "{variables:?}"
        );
    }
    let (text, _) = shown(RepositoryRequest::default(), &[("no_proxy", "a"), ("NO_PROXY", "b")]);
    assert_eq!(text, r#"[] - - - Some("a") - false"#);
}

#[test]
fn what_makes_no_sense_is_said() {
    for (variable, value, expected) in [
        (
            "HTTPS_PROXY",
            "http://me:canary/@p:1",
            "error: cannot read the URL of the proxy in `HTTPS_PROXY`: invalid port number\n\
             hint: set it to a URL such as `http://proxy.example.org:3128`, or unset it",
        ),
        (
            "FLIT_TIMEOUT",
            "soon",
            "error: `FLIT_TIMEOUT` is `soon`, which is not a number of seconds above 0, 86400 at most\n\
             hint: set it to a number of seconds above 0, 86400 at most, or unset it",
        ),
    ] {
        let (text, _) = shown(RepositoryRequest::default(), &[(variable, value)]);
        assert_eq!(text, expected, "{variable}");
    }
    let (text, _) = shown(RepositoryRequest::default(), &[("FLIT_TIMEOUT", "1.5")]);
    assert_eq!(text, "[] - - - - Some(1.5s) false");
}

#[test]
fn certificates_are_those_of_options_then_pypirc_and_the_environment() {
    let directory = tempfile::tempdir().unwrap();
    let base = directory.path().to_str().unwrap();
    for name in ["a.pem", "b.pem", "c.pem"] {
        fs_err::write(directory.path().join(name), PEM).unwrap();
    }
    let text = "[acme]\nrepository = https://a.test\nca_cert = b.pem\nclient_cert = ~/c.pem\n[bad]\nca_cert = d.pem\n\
                repository = https://b.test";
    fs_err::write(directory.path().join(".pypirc"), text).unwrap();
    let look = |typed: &str, ca_cert: Option<&str>, variables: &[(&str, &str)]| {
        let request = RepositoryRequest {
            typed: Some(typed.into()),
            ca_cert: ca_cert.map(Into::into),
            allows_plain_http: true,
            base: base.into(),
            ..RepositoryRequest::default()
        };
        let variables: Vec<_> = variables.iter().copied().chain([("HOME", base)]).collect();
        let (text, messages) = shown(request, &variables);
        (text.replace(base, ""), messages.join("\n").replace(base, ""))
    };
    let named = |text: &str| (text.to_owned(), String::new());
    let acme = r#"["/b.pem"] Some("/c.pem") - - - - true"#;
    assert_eq!(look("acme", None, &[]), named(acme));
    // A URL that a section names is that section's repository.
    assert_eq!(look("https://a.test/", None, &[]), named(acme));
    assert_eq!(
        look("acme", Some("a.pem"), &[("TWINE_CERT", "c.pem"), ("CURL_CA_BUNDLE", "c.pem")]),
        named(r#"["/a.pem", "/c.pem"] Some("/c.pem") - - - - true"#)
    );
    assert_eq!(
        look(
            "https://c.test",
            None,
            &[("SSL_CLIENT_CERT", "c.pem"), ("SSL_CERT_FILE", "/gone.pem")]
        ),
        (
            r#"[] Some("/c.pem") - - - - true"#.to_owned(),
            "warning: `ssl_cert_file` names /gone.pem, which is no file: it is left out".to_owned()
        )
    );
    assert_eq!(
        look("acme", Some("gone.pem"), &[]),
        named(
            "error: there is no file /gone.pem, which `--ca-cert` names\nhint: name a file in PEM format"
        )
    );
    assert_eq!(
        look("bad", None, &[]),
        named(
            "error: there is no file /d.pem, which `ca_cert` in [bad] of ~/.pypirc names\nhint: name a file in PEM format"
        )
    );
    // A directory is not reached over the network.
    assert_eq!(
        look("./index", Some("gone.pem"), &[("HTTPS_PROXY", ":")]),
        named("[] - - - - - false")
    );
}

#[test]
fn a_certificate_without_its_key_is_told_before_anything_is_built() {
    let directory = tempfile::tempdir().unwrap();
    let base = directory.path();
    // Messages come in lower case.
    let (lower, upper) = (base.to_str().unwrap().to_lowercase(), base.to_str().unwrap());
    let look = |option: Option<&str>, variables: &[(&str, &str)]| {
        let client_cert = option.map(Into::into);
        let request =
            RepositoryRequest { client_cert, base: base.into(), ..RepositoryRequest::default() };
        let (text, messages) = shown(request, variables);
        let text = [text, messages.join("\n")].join("\n");
        text.replace(upper, "").replace(&lower, "")
    };
    let hint = "hint: put the certificate and its private key, without a passphrase, into one file in PEM format";
    let certificate = "-----BEGIN CERTIFICATE-----\r\nx\r\n";
    for (text, expected) in [
        ("", "holds no certificate in PEM format"),
        ("-----BEGIN PRIVATE KEY-----", "holds no certificate in PEM format"),
        (certificate, "holds a certificate without its private key"),
        (
            &format!("{certificate}-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
            "holds a private key that wants a passphrase",
        ),
        (
            &format!("{certificate}-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
            "holds a private key that wants a passphrase",
        ),
    ] {
        fs_err::write(base.join("me.pem"), text).unwrap();
        let error = format!("error: /me.pem, which `--client-cert` names, {expected}\n{hint}\n");
        assert_eq!(look(Some("me.pem"), &[]), error, "{text}");
        let warning =
            format!("warning: `ssl_client_cert` names /me.pem, which {expected}: it is left out");
        let shown = look(None, &[("SSL_CLIENT_CERT", "me.pem")]);
        assert!(shown.ends_with(&warning.to_lowercase()), "{shown}");
    }
    for kind in ["PRIVATE", "RSA PRIVATE", "EC PRIVATE"] {
        fs_err::write(base.join("me.pem"), format!("{certificate}-----BEGIN {kind} KEY-----\n"))
            .unwrap();
        assert_eq!(look(Some("me.pem"), &[]), "[] Some(\"/me.pem\") - - - - false\n", "{kind}");
    }
}
