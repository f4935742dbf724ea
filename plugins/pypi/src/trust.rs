//! Whom we trust on `https`, and who we say we are: the certificates of the system and of the user.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use flit_sdk::model::Connection;
use flit_sdk::{ErrorKind, PluginError};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// What TLS is done with.
pub(crate) fn tls_config(connection: &Connection) -> Result<ClientConfig, PluginError> {
    let provider = Arc::new(ring::default_provider());
    let mut trusted = Vec::new();
    for path in &connection.ca_certs {
        let certificates = certificates(path)?;
        for certificate in &certificates {
            // Tried here, where the file that it is from is known.
            let usable = RootCertStore::empty().add(certificate.clone());
            usable.map_err(|error| no_certificate(path, &error))?;
        }
        trusted.extend(certificates);
    }
    let verifier =
        LazyVerifier { trusted, provider: Arc::clone(&provider), inner: OnceLock::new() };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let Some(path) = &connection.client_cert else { return Ok(config.with_no_client_auth()) };
    let key = PrivateKeyDer::from_pem_slice(&fs_err::read(path)?)
        .map_err(|error| no_private_key(path, &error))?;
    config.with_client_auth_cert(certificates(path)?, key).map_err(|error| {
        let message = format!("`{}` cannot be used as a client certificate", path.display());
        unsupported(message, &error)
    })
}

/// Whose certificates are trusted, for a message.
pub(crate) fn trusted(connection: &Connection) -> String {
    let mut places = vec!["this system".to_owned()];
    places.extend(connection.ca_certs.iter().map(|path| format!("`{}`", path.display())));
    format!("trusted are the certificates of {}", places.join(" and of "))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, PluginError> {
    let text = fs_err::read(path)?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| no_certificate(path, &error))?;
    if certificates.is_empty() {
        let message = format!("`{}` holds no certificate", path.display());
        return Err(PluginError::new(ErrorKind::Unsupported, message).hint(BEGINNING));
    }
    Ok(certificates)
}

const BEGINNING: &str = "a certificate in PEM format begins with `-----BEGIN CERTIFICATE-----`";

fn no_certificate(path: &Path, error: &(dyn Error + 'static)) -> PluginError {
    let message = format!("`{}` holds no certificate that can be read", path.display());
    unsupported(message, error).hint(BEGINNING)
}

fn no_private_key(path: &Path, error: &(dyn Error + 'static)) -> PluginError {
    let message = format!("`{}` holds no private key that can be read", path.display());
    unsupported(message, error)
        .hint("the file of a client certificate holds its private key as well, without a password")
}

fn unsupported(message: String, error: &(dyn Error + 'static)) -> PluginError {
    PluginError::from_error(ErrorKind::Unsupported, error).context(message)
}

/// The verifier of the operating system, made when the first certificate is to be judged: reading some 150 certificates
/// takes time, and a system that has none can still talk to a server without TLS.
#[derive(Debug)]
struct LazyVerifier {
    /// Trusted beside those of the system.
    trusted: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    inner: OnceLock<Result<Verifier, rustls::Error>>,
}

impl LazyVerifier {
    fn inner(&self) -> Result<&Verifier, rustls::Error> {
        let make =
            || Verifier::new_with_extra_roots(self.trusted.clone(), Arc::clone(&self.provider));
        self.inner.get_or_init(make).as_ref().map_err(Clone::clone)
    }
}

impl ServerCertVerifier for LazyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.inner()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
