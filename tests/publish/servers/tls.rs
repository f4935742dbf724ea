//! Servers behind TLS, with a certificate authority that only the tests know.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tempfile::TempDir;

use super::pypiserver::prepare;
use super::{Server, program, script};

/// A certificate authority of a company, so to speak.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    /// Writes the certificate of the authority and returns its path.
    pub(crate) fn write_certificate(&self, directory: &Path) -> PathBuf {
        let path = directory.join("authority.pem");
        fs_err::write(&path, self.issuer.pem()).unwrap();
        path
    }

    /// Writes a certificate for a name with its key, in one file, and returns the path.
    pub(crate) fn issue(
        &self,
        directory: &Path,
        name: &str,
        purpose: ExtendedKeyUsagePurpose,
    ) -> PathBuf {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let path = directory.join(format!("{name}.pem"));
        fs_err::write(&path, certificate.pem() + &key.serialize_pem()).unwrap();
        path
    }

    /// A certificate that a client can show.
    pub(crate) fn issue_to_client(&self, directory: &Path) -> PathBuf {
        self.issue(directory, "client", ExtendedKeyUsagePurpose::ClientAuth)
    }
}

/// A pypiserver behind TLS.
pub(crate) struct TlsPyPiServer {
    server: Server,
    packages: PathBuf,
}

impl TlsPyPiServer {
    /// A server called `localhost`, with a certificate of the authority.
    pub(crate) fn start(authority: &Authority) -> Self {
        Self::start_as(authority, "localhost", false)
    }

    /// A server that asks for a certificate of the authority from each client.
    pub(crate) fn start_asking_for_certificates(authority: &Authority) -> Self {
        Self::start_as(authority, "localhost", true)
    }

    /// A server whose certificate is for another name.
    pub(crate) fn start_with_wrong_name(authority: &Authority) -> Self {
        Self::start_as(authority, "elsewhere.example", false)
    }

    fn start_as(authority: &Authority, name: &str, asks_for_certificates: bool) -> Self {
        let directory = TempDir::new().unwrap();
        let (packages, password_file) = prepare(directory.path());
        let certificate =
            authority.issue(directory.path(), name, ExtendedKeyUsagePurpose::ServerAuth);
        let client_authority =
            asks_for_certificates.then(|| authority.write_certificate(directory.path()));
        let server = Server::start(directory, |port, _| {
            let mut command = program("python");
            command.arg(script("tls_pypiserver.py")).arg(port.to_string());
            command.args([&packages, &password_file, &certificate, &certificate]);
            command.args(&client_authority);
            command
        });
        Self { server, packages }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where uploads go.
    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}/", self.address().port())
    }

    /// Where the server keeps what it was sent.
    pub(crate) fn stored(&self, file_name: &str) -> PathBuf {
        self.packages.join(file_name)
    }
}
