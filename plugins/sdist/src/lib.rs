//! Builds source distributions: `NAME-VERSION.tar.gz` with what is needed to build the project again.
//!
//! The way of a build: `selection` says which files of the source tree go in, `stand_alone` adds the pyproject.toml
//! that lets any build front end build the result, and `archive` writes it all, with the metadata as last member.

mod archive;
mod chunk;
mod error;
mod include;
mod member;
mod own_output;
mod parallel_gzip;
mod patterns;
mod selection;
mod source_member;
mod stand_alone;
mod tar_header;
mod tar_stream;
mod vcs;

use std::path::PathBuf;

use flit_sdk::{BuildRequest, Builder, Host, Plugin, PluginError};

use crate::archive::write_archive;
use crate::error::SdistError;
use crate::member::{Content, Member};
use crate::selection::{PKG_INFO, select};
use crate::vcs::Programs;

/// The plugin.
pub const PLUGIN: Plugin = Plugin {
    build: Some(&Sdist),
    ..Plugin::new("sdist", env!("CARGO_PKG_VERSION"), "builds source distributions")
};

flit_sdk::register!(PLUGIN);

/// Builds source distributions.
struct Sdist;

impl Builder for Sdist {
    fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError> {
        Ok(build_sdist(host, request, &Programs::default())?)
    }
}

fn build_sdist(
    host: &dyn Host,
    request: &BuildRequest<'_>,
    programs: &Programs,
) -> Result<PathBuf, SdistError> {
    let project = request.project;
    let mut members = select(host, request, programs)?;
    stand_alone::complete(host, project, &mut members)?;
    members.push(Member {
        path: PKG_INFO.into(),
        content: Content::Generated(project.metadata.render().into_bytes()),
    });
    let path = request.output_dir.join(format!("{}.tar.gz", project.file_stem()));
    write_archive(host, request, &members, &path)?;
    Ok(path)
}
