//! Builds wheels: zip archives of what a project installs.
//!
//! See <https://packaging.python.org/en/latest/specifications/binary-distribution-format/>. Read in this order: `members`
//! says what goes into a wheel and under which names, `pack` reads and compresses it on all cores, `archive` lays the
//! bytes out, and `record` lists what was packed.
//!
//! The same project gives the same bytes on every machine: modes are 644 or 755, the time is that of the request, the
//! order is that of the layout, how hard deflate tries depends on sizes alone, and no number of threads is visible in the
//! result. A member that deflate cannot shrink, such as an empty `__init__.py`, is stored; only members beyond 2 MiB, which are
//! written before that is known, are always deflated.

mod archive;
mod error;
mod licenses;
mod members;
mod pack;
mod record;
mod source;
mod tag;

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use flit_sdk::model::Field;
use flit_sdk::{BuildRequest, Builder, Host, LogLevel, Plugin, PluginError};

use archive::{Archive, DosTime};
use error::WheelError;
use licenses::license_files;
use members::{Content, Member, check_names, members, total_size};
use pack::{Threads, pack};
use record::Record;
use source::SourceTree;
use tag::PythonTag;

/// How much is written at once.
const WRITE_BUFFER: usize = 256 << 10;

/// The plugin.
pub const PLUGIN: Plugin = Plugin {
    build: Some(&WheelBuilder),
    ..Plugin::new("wheel", env!("CARGO_PKG_VERSION"), "builds wheels")
};

flit_sdk::register!(PLUGIN);

struct WheelBuilder;

impl Builder for WheelBuilder {
    fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError> {
        Ok(build(host, request)?)
    }
}

/// Builds the wheel; on failure nothing of it is left.
fn build(host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, WheelError> {
    let project = request.project;
    let requires_python = project.metadata.text(Field::RequiresPython);
    let tag = PythonTag::of(requires_python);
    if requires_python.is_none() {
        host.log(
            LogLevel::Hint,
            "`requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`",
        );
    }
    let file_name = format!("{}-{}.whl", project.file_stem(), tag.file_name_part());
    let path = request.output_dir.join(file_name);
    let licenses = license_files(&project.layout.source_tree, &project.metadata)?;
    let mut members = members(project, &licenses, tag)?;
    let record_name = format!("{}.dist-info/RECORD", project.file_stem());
    members.push(record_member(&record_name, Record { members: &[], entries: &[], name: "" }));
    check_names(&members)?;
    members.pop();
    let written = write(host, request, &path, &members, &record_name);
    if written.is_err() {
        // The first error is what matters; and there may be no file yet.
        drop(fs_err::remove_file(&path));
    }
    written.map(|()| path)
}

fn record_member<'a>(name: &'a str, record: Record<'a>) -> Member<'a> {
    Member { name: name.into(), content: Content::Record(Box::new(record)) }
}

fn write(
    host: &dyn Host,
    request: &BuildRequest<'_>,
    path: &Path,
    members: &[Member<'_>],
    record_name: &str,
) -> Result<(), WheelError> {
    let tree = SourceTree::open(&request.project.layout.source_tree)?;
    let file = fs_err::File::create(path).map_err(WheelError::Write)?;
    let output = BufWriter::with_capacity(WRITE_BUFFER, file);
    let archive = Archive::new(output, DosTime::from_timestamp(request.timestamp));
    let total = total_size(members);
    let report = |done: u64| host.progress(done.min(total), total);
    let mut archive = pack(host, &tree, members, archive, Threads::AsWorthwhile, &report)?;

    let entries = archive.take_entries();
    let record = Record { members, entries: &entries, name: record_name };
    let record = [record_member(record_name, record)];
    let mut archive = pack(host, &tree, &record, archive, Threads::AsWorthwhile, &|_| ())?;
    let record_entry = archive.take_entries();

    let names = members.iter().chain(&record);
    let listed = names
        .zip(entries.iter().chain(&record_entry))
        .map(|(member, entry)| (member.name.as_ref(), member.is_executable(), entry));
    archive.finish(listed).map_err(WheelError::Write)?;
    Ok(())
}
