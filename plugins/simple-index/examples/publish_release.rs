//! Publishes a release made on the spot, as a process of its own: `publish_release DIRECTORY NAME VERSION CONTENT [TIMES]`.
//!
//! The tests run several of these at once, and kill some. With `TIMES`, so many versions are published one after the other:
//! `VERSION.0`, `VERSION.1` and so on.

use std::error::Error;
use std::path::PathBuf;

use flit_plugin_simple_index::PLUGIN;
use flit_sdk::Target;
use flit_sdk::model::Repository;
use flit_sdk::testing::{ReleaseBuilder, TestHost};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [directory, name, version, content, times @ ..] = &arguments[..] else {
        return Err("usage: publish_release DIRECTORY NAME VERSION CONTENT [TIMES]".into());
    };
    let times = times.first().map_or(Ok(1), |times| times.parse())?;
    let uploader = PLUGIN.upload.ok_or("the plugin uploads")?;
    let directory =
        url::Url::from_file_path(PathBuf::from(directory)).map_err(|()| "not absolute")?;
    let repository = Repository { url: directory.into(), ..Repository::default() };
    let target = Target { repository: &repository, credentials: None };
    for round in 0..times {
        let builder = ReleaseBuilder::new(name, &format!("{version}.{round}"));
        let builder = builder.wheel(content.repeat(1000)).sdist(content);
        let release = builder.release();
        let host = TestHost::default();
        let session = uploader.begin(&host, &target, &release)?;
        for file in &release.files {
            uploader.put(&host, &target, &session, file)?;
        }
        uploader.commit(&host, &target, &session, &release)?;
    }
    Ok(())
}
