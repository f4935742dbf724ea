//! Publishes into a directory that is a static package index.
//!
//! The directory is the root of a Simple API, so that its path is all that an installer needs to be told:
//!
//! ```text
//! index/
//!   index.html                                  the projects (PEP 503), for people and installers
//!   index.json                                  the same (PEP 691)
//!   demo/
//!     index.html                                the files of `demo`
//!     index.json                                the same with sizes and times (PEP 691, PEP 700)
//!     demo-1.0-py3-none-any.whl
//!     demo-1.0-py3-none-any.whl.metadata        its METADATA (PEP 658)
//!     demo-1.0.tar.gz
//!   .flit.lock                                  empty; held while pages are written
//! ```
//!
//! Files lie beside their page and all URLs are relative. So the directory can be moved, copied to a USB stick, checked
//! into the branch of a web site, and read from `file:` as well as through any web server, with no configuration: a server
//! that answers `demo/` with `demo/index.html` is enough. This is all that nginx wants to answer with JSON too:
//!
//! ```text
//! map $http_accept $simple_page {
//!     default                                         index.html;
//!     "~*application/vnd\.pypi\.simple\.v1\+json"     index.json;
//! }
//! server {
//!     listen 80;
//!     root /srv/index;
//!     index $simple_page;
//!     add_header Vary Accept;
//!     location ~ /index\.json$ {
//!         types { }
//!         default_type application/vnd.pypi.simple.v1+json;
//!     }
//! }
//! ```
//!
//! # What holds
//!
//! - A file is copied under a hidden name, hashed while it is copied, and gets its name once all of it is on the disk.
//!   No file is ever overwritten.
//! - A release becomes visible at once: its files first, then the pages, and `demo/index.json` last. Each page is replaced
//!   as a whole. A run that is killed leaves either page, never half of one, and its remains are removed by the next run.
//! - The pages are the data base: there is no other. Entries that others wrote stay for as long as their file does, and
//!   `yanked`, set by hand in either page, stays too. To take a file out of the index, delete it: the next run takes it off
//!   the page.
//! - Pages are changed under a lock, so that several runs at once all end up in them.
//! - A project page that another tool wrote, as HTML alone, is read and goes on as ours: its links stay. A page that is no
//!   index page is never replaced.
//! - Nothing is written through a link that leads out of the directory.

mod abandoned;
mod error;
mod existence;
mod file_name;
mod hashing;
mod index;
mod lock;
mod new_file;
mod page;
mod preflight;
mod publishing;
mod session;
mod store;
mod uploader;

use flit_sdk::Plugin;

/// The plugin.
pub const PLUGIN: Plugin = Plugin {
    upload: Some(&uploader::SimpleIndex),
    ..Plugin::new(
        "simple-index",
        env!("CARGO_PKG_VERSION"),
        "publishes into a directory that is a static package index",
    )
};

flit_sdk::register!(PLUGIN);
