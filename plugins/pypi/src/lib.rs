//! Uploads to PyPI and to every server that speaks its upload API.

mod answer;
mod client;
mod error_page;
mod explain;
mod fault;
mod form;
mod multipart;
mod preflight;
mod register;
mod retry_after;
mod route;
mod server_text;
mod service;
mod simple_api;
mod trust;
mod trusted_publishing;
mod upload;
mod uploader;
mod waiting;

use flit_sdk::Plugin;

/// The plugin.
pub const PLUGIN: Plugin = Plugin {
    upload: Some(&uploader::Pypi),
    ..Plugin::new(
        "pypi",
        env!("CARGO_PKG_VERSION"),
        "uploads to PyPI and to every server that speaks its upload API",
    )
};

flit_sdk::register!(PLUGIN);
