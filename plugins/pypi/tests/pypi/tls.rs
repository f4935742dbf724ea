//! Who is trusted on `https`, and who we say we are.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use flit_sdk::ErrorKind;
use flit_sdk::model::{Connection, Outcome, Repository};
use flit_sdk::testing::SourceTreeBuilder;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, SigningKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::release::{Wheel, reached, shown};
use crate::server::{Captured, Play, Server, converse};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// A key that rcgen signs with: its own would need a parser for certificates.
struct Key {
    pair: EcdsaKeyPair,
    pkcs8: Vec<u8>,
}

impl Key {
    fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap().as_ref().to_vec();
        Self { pair: EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8, &random).unwrap(), pkcs8 }
    }
}

impl rcgen::PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature = self.pair.sign(&SystemRandom::new(), message).unwrap();
        Ok(signature.as_ref().to_vec())
    }
}

/// An authority that nobody knows, and what it signed: certificates for the server and for the client.
struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, Key>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = params(&[]);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = Key::new();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    fn sign(&self, name: &str) -> (CertificateDer<'static>, Key) {
        let key = Key::new();
        (params(&[name]).signed_by(&key, &self.issuer).unwrap().der().clone(), key)
    }

    /// A server on TLS, which wants a certificate of this authority from its clients if so told.
    fn server(&self, name: &str, asks_client: bool) -> Server {
        let (certificate, key) = self.sign(name);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = if asks_client {
            let roots = Arc::new(roots);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
            config.with_client_cert_verifier(verifier.unwrap())
        } else {
            config.with_no_client_auth()
        };
        let key = PrivatePkcs8KeyDer::from(key.pkcs8).into();
        let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
        Server::start_with(vec![Play::Answer(OK.into())], move |stream, play| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            converse(StreamOwned::new(connection, stream), play)
        })
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.serial_number = Some(1.into());
    params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![]);
    params
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
}

/// Files of certificates, and how a repository is reached with them.
struct Files(SourceTreeBuilder);

impl Files {
    fn new(files: &[(&str, String)]) -> Self {
        let tree = SourceTreeBuilder::new();
        Self(files.iter().fold(tree, |tree, (name, text)| tree.file(name, text)))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(
        &self,
        url: &str,
        ca: Option<&str>,
        client: Option<&str>,
    ) -> Result<Outcome, flit_sdk::PluginError> {
        Wheel::new(b"bytes").put(&self.repository(url, ca, client))
    }

    fn repository(&self, url: &str, ca: Option<&str>, client: Option<&str>) -> Repository {
        let connection = Connection {
            ca_certs: ca.map(|name| self.path(name)).into_iter().collect(),
            client_cert: client.map(|name| self.path(name)),
            ..Connection::default()
        };
        reached(url, connection)
    }

    /// What is shown of an error, the directory replaced.
    fn shown(&self, error: &flit_sdk::PluginError, server: &Server) -> String {
        shown(error, &server.address).replace(&self.0.path().display().to_string(), "DIR")
    }
}

fn https(server: &Server) -> String {
    server.url().replace("http:", "https:")
}

#[test]
fn an_authority_of_the_users_own_is_trusted() {
    let authority = Authority::new("ours");
    let server = authority.server("127.0.0.1", false);
    let files = Files::new(&[("ca.pem", pem("CERTIFICATE", &authority.certificate))]);
    assert_eq!(files.put(&https(&server), Some("ca.pem"), None), Ok(Outcome::Created));
    assert!(server.captured().body.ends_with(b"--\r\n"));
}

#[test]
fn an_authority_that_nobody_knows_is_not() {
    let authority = Authority::new("ours");
    let files =
        Files::new(&[("other.pem", pem("CERTIFICATE", &Authority::new("others").certificate))]);
    let hint = "\n  hint: if the server is the right one, name the file with the certificate of its authority (`--ca-cert`)";
    for (ca, trusted) in [(None, ""), (Some("other.pem"), " and of `DIR/other.pem`")] {
        let server = authority.server("127.0.0.1", false);
        let error = files.put(&https(&server), ca, None).unwrap_err();
        assert_eq!(
            files.shown(&error, &server),
            format!(
                "Untrusted: `HOST` shows a certificate that is not trusted\n  \
                 cause: invalid peer certificate: UnknownIssuer\n  \
                 cause: trusted are the certificates of this system{trusted}{hint}"
            )
        );
    }
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let authority = Authority::new("ours");
    let server = authority.server("index.example", false);
    let files = Files::new(&[("ca.pem", pem("CERTIFICATE", &authority.certificate))]);
    let error = files.put(&https(&server), Some("ca.pem"), None).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Untrusted);
    assert_eq!(
        error.causes[0],
        "invalid peer certificate: certificate not valid for name \"127.0.0.1\"; certificate is only valid for \
         DnsName(\"index.example\")"
    );
    assert_eq!(error.hints, ["is the URL of the repository the right one?"]);
}

#[test]
fn we_show_our_certificate() {
    let authority = Authority::new("ours");
    let (certificate, key) = authority.sign("me");
    let certificate = pem("CERTIFICATE", &certificate);
    let key = pem("PRIVATE KEY", &key.pkcs8);
    let files = Files::new(&[
        ("ca.pem", pem("CERTIFICATE", &authority.certificate)),
        ("client.pem", format!("{certificate}{key}")),
        ("reversed.pem", format!("{key}{certificate}")),
    ]);
    for client in ["client.pem", "reversed.pem"] {
        let server = authority.server("127.0.0.1", true);
        let outcome = files.put(&https(&server), Some("ca.pem"), Some(client));
        assert_eq!(outcome, Ok(Outcome::Created));
    }
    let server = authority.server("127.0.0.1", true);
    let error = files.put(&https(&server), Some("ca.pem"), None).unwrap_err();
    assert_eq!(
        files.shown(&error, &server),
        "Unauthorized: `HOST` wants to see a certificate, or another one\n  \
         cause: received fatal alert: CertificateRequired\n  \
         hint: name the file with the certificate and its key (`--client-cert`)"
    );
}

#[test]
fn a_file_that_is_no_certificate_is_named() {
    let authority = Authority::new("ours");
    let certificate = pem("CERTIFICATE", &authority.certificate);
    let other_key = pem("PRIVATE KEY", &Key::new().pkcs8);
    let files = Files::new(&[
        ("empty.pem", String::new()),
        ("broken.pem", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n".into()),
        ("keyless.pem", certificate.clone()),
        ("mismatch.pem", format!("{certificate}{other_key}")),
        ("garbage.pem", pem("CERTIFICATE", b"garbage")),
    ]);
    let server = authority.server("127.0.0.1", false);
    let begins = "\n  hint: a certificate in PEM format begins with `-----BEGIN CERTIFICATE-----`";
    let with_key = "\n  hint: the file of a client certificate holds its private key as well, without a password";
    let rows = [
        (Some("empty.pem"), None, format!("Unsupported: `DIR/empty.pem` holds no certificate{begins}")),
        (Some("broken.pem"), None, format!("Unsupported: `DIR/broken.pem` holds no certificate that can be read\n  cause: base64 decode error: InvalidCharacter(42){begins}")),
        (Some("garbage.pem"), None, format!("Unsupported: `DIR/garbage.pem` holds no certificate that can be read\n  cause: invalid peer certificate: BadEncoding{begins}")),
        (None, Some("keyless.pem"), format!("Unsupported: `DIR/keyless.pem` holds no private key that can be read\n  cause: no items found{with_key}")),
        (None, Some("mismatch.pem"), "Unsupported: `DIR/mismatch.pem` cannot be used as a client certificate\n  cause: keys may not be consistent: KeyMismatch".to_owned()),
    ];
    for (ca, client, expected) in rows {
        let error = files.put(&https(&server), ca, client).unwrap_err();
        assert_eq!(files.shown(&error, &server), expected);
    }
    let error = files.put(&https(&server), Some("gone.pem"), None).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert!(error.message.contains("gone.pem"), "{error}");
}

#[test]
fn a_server_without_tls_is_told_so() {
    let server = Server::start_with(vec![()], |mut stream, ()| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // What it does not read would be met by a reset.
        stream.read_to_end(&mut Vec::new()).unwrap_or_default();
        Captured::default()
    });
    let error = Files::new(&[]).put(&https(&server), None, None).unwrap_err();
    assert_eq!(
        shown(&error, &server.address),
        "Unreachable: `HOST` does not speak TLS as it should\n  \
         cause: received corrupt message of type InvalidContentType\n  \
         hint: is `https` right for this server, and its port?"
    );
}
