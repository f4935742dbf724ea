//! The plugin as the pipeline sees it, against servers of this process that do as they are told.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail them")]

mod answers;
mod boundary;
mod form;
mod proxies;
mod redirects;
mod refusals;
mod register;
mod release;
mod server;
mod simple_api;
mod stalls;
mod tls;
mod trusted_publishing;
