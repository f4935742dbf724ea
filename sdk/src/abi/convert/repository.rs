//! Repositories, the way to them, and who we are there.

use std::path::Path;

use crate::abi::ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::model::{CiIdentity, Connection, Credentials, MintedCredentials, Repository};

pub(super) fn repository_to_record(repository: &Repository) -> Record {
    let Repository { name, url, index_url, connection } = repository;
    Record::default()
        .with_some(ids::repository::NAME, name.as_ref())
        .with(ids::repository::URL, url)
        .with_some(ids::repository::INDEX_URL, index_url.as_ref())
        .with(ids::repository::CONNECTION, connection_to_record(connection))
}

pub(super) fn repository_from_record(record: &Record) -> Result<Repository, Malformed> {
    Ok(Repository {
        name: record.find(ids::repository::NAME)?,
        url: record.get(ids::repository::URL)?,
        index_url: record.find(ids::repository::INDEX_URL)?,
        connection: connection_from_record(record.get(ids::repository::CONNECTION)?)?,
    })
}

fn connection_to_record(connection: &Connection) -> Record {
    let Connection {
        ca_certs,
        client_cert,
        http_proxy,
        https_proxy,
        no_proxy,
        stall_timeout,
        allows_plain_http,
    } = connection;
    let ca_certs: Vec<Record> = ca_certs
        .iter()
        .map(|path| Record::default().with(ids::ca_cert::PATH, path.as_path()))
        .collect();
    Record::default()
        .with(ids::connection::CA_CERTS, ca_certs)
        .with_some(ids::connection::CLIENT_CERT, client_cert.as_deref().map(Path::new))
        .with_some(ids::connection::HTTP_PROXY, http_proxy.as_ref())
        .with_some(ids::connection::HTTPS_PROXY, https_proxy.as_ref())
        .with_some(ids::connection::NO_PROXY, no_proxy.as_ref())
        .with_some(ids::connection::STALL_TIMEOUT, *stall_timeout)
        .with(ids::connection::ALLOWS_PLAIN_HTTP, *allows_plain_http)
}

fn connection_from_record(record: &Record) -> Result<Connection, Malformed> {
    let ca_certs: &[Record] = record.get(ids::connection::CA_CERTS)?;
    Ok(Connection {
        ca_certs: ca_certs
            .iter()
            .map(|cert| cert.get(ids::ca_cert::PATH))
            .collect::<Result<_, _>>()?,
        client_cert: record.find(ids::connection::CLIENT_CERT)?,
        http_proxy: record.find(ids::connection::HTTP_PROXY)?,
        https_proxy: record.find(ids::connection::HTTPS_PROXY)?,
        no_proxy: record.find(ids::connection::NO_PROXY)?,
        stall_timeout: record.find(ids::connection::STALL_TIMEOUT)?,
        allows_plain_http: record.get(ids::connection::ALLOWS_PLAIN_HTTP)?,
    })
}

pub(super) fn credentials_to_record(credentials: &Credentials) -> Record {
    let Credentials { username, password, source } = credentials;
    Record::default()
        .with(ids::credentials::USERNAME, username)
        .with(ids::credentials::PASSWORD, password)
        .with(ids::credentials::SOURCE, source)
}

pub(super) fn credentials_from_record(record: &Record) -> Result<Credentials, Malformed> {
    Ok(Credentials {
        username: record.get(ids::credentials::USERNAME)?,
        password: record.get(ids::credentials::PASSWORD)?,
        source: record.get(ids::credentials::SOURCE)?,
    })
}

pub(super) fn minted_to_record(minted: &MintedCredentials) -> Record {
    let MintedCredentials { credentials, expires_at } = minted;
    Record::default()
        .with(ids::minted_credentials::CREDENTIALS, credentials_to_record(credentials))
        .with_some(ids::minted_credentials::EXPIRES_AT, *expires_at)
}

pub(super) fn minted_from_record(record: &Record) -> Result<MintedCredentials, Malformed> {
    let credentials = record.get(ids::minted_credentials::CREDENTIALS)?;
    Ok(MintedCredentials {
        credentials: credentials_from_record(credentials)?,
        expires_at: record.find(ids::minted_credentials::EXPIRES_AT)?,
    })
}

pub(super) fn identity_to_record(identity: &CiIdentity) -> Record {
    let of_kind = |number: u32| Record::default().with(ids::ci_identity::KIND, number);
    match identity {
        CiIdentity::GitHub { request_url, request_token } => of_kind(1)
            .with(ids::ci_identity::REQUEST_URL, request_url)
            .with(ids::ci_identity::REQUEST_TOKEN, request_token),
        CiIdentity::GitLab { id_tokens } => {
            let id_tokens: Vec<Record> = id_tokens
                .iter()
                .map(|(audience, token)| {
                    Record::default()
                        .with(ids::id_token::AUDIENCE, audience)
                        .with(ids::id_token::TOKEN, token)
                })
                .collect();
            of_kind(2).with(ids::ci_identity::ID_TOKENS, id_tokens)
        }
        CiIdentity::GoogleCloud { service_account } => {
            of_kind(3).with_some(ids::ci_identity::SERVICE_ACCOUNT, service_account.as_ref())
        }
        CiIdentity::Buildkite { program } => {
            of_kind(4).with_some(ids::ci_identity::PROGRAM, program.as_deref())
        }
        CiIdentity::CircleCi { program } => {
            of_kind(5).with_some(ids::ci_identity::PROGRAM, program.as_deref())
        }
    }
}

pub(super) fn identity_from_record(record: &Record) -> Result<CiIdentity, Malformed> {
    let number: u32 = record.get(ids::ci_identity::KIND)?;
    Ok(match number {
        1 => CiIdentity::GitHub {
            request_url: record.get(ids::ci_identity::REQUEST_URL)?,
            request_token: record.get(ids::ci_identity::REQUEST_TOKEN)?,
        },
        2 => {
            let id_tokens: &[Record] = record.get(ids::ci_identity::ID_TOKENS)?;
            let id_token = |record: &Record| {
                Ok((record.get(ids::id_token::AUDIENCE)?, record.get(ids::id_token::TOKEN)?))
            };
            CiIdentity::GitLab {
                id_tokens: id_tokens.iter().map(id_token).collect::<Result<_, _>>()?,
            }
        }
        3 => CiIdentity::GoogleCloud {
            service_account: record.find(ids::ci_identity::SERVICE_ACCOUNT)?,
        },
        4 => CiIdentity::Buildkite { program: record.find(ids::ci_identity::PROGRAM)? },
        5 => CiIdentity::CircleCi { program: record.find(ids::ci_identity::PROGRAM)? },
        _ => {
            let field = ids::ci_identity::KIND.name;
            return Err(Malformed::invalid(field, number, "which is unknown here"));
        }
    })
}
