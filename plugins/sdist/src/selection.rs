//! Which files of the source tree go into the sdist.

use std::collections::BTreeMap;

use flit_sdk::model::{Field, ModuleKind, Project, SourceFile};
use flit_sdk::source_tree::composed;
use flit_sdk::{BuildRequest, Host, LogLevel};

use crate::error::{SdistError, listed};
use crate::include::included_files;
use crate::member::{Content, Member};
use crate::own_output::OwnOutput;
use crate::patterns::Matches;
use crate::source_member::{describe, store_unpacked_targets};
use crate::vcs::{self, Programs};

/// The member that every sdist ends with. A file of that name in the source tree comes from an unpacked sdist.
pub(crate) const PKG_INFO: &str = "PKG-INFO";

/// What is selected: paths, with what the discover stage already knows of them.
type Selected<'a> = BTreeMap<String, Option<&'a SourceFile>>;

/// Selects what the sdist holds, sorted by code point of the paths.
pub(crate) fn select(
    host: &dyn Host,
    request: &BuildRequest<'_>,
    programs: &Programs,
) -> Result<Vec<Member>, SdistError> {
    let project = request.project;
    let source_tree = &project.layout.source_tree;
    let rules = &project.layout.sdist;
    let own = OwnOutput::new(source_tree, request.output_dir, &project.name.file_name_part());
    let excludes = Matches::find(source_tree, &rules.exclude)?;
    let is_left_out =
        |path: &str| excludes.pattern_for_file(path).is_some() || own.is_foreign_file(path);

    let listing = if request.use_vcs {
        vcs::tracked_files(host, source_tree, programs, is_left_out)?
    } else {
        None
    };
    let program = listing.as_ref().map(|listing| listing.program);
    let mut selected: Selected<'_> = match listing {
        Some(listing) => listing.paths.into_iter().map(|path| (path, None)).collect(),
        None => smallest_set(project),
    };
    for path in included_files(host, source_tree, &rules.include, &excludes, &own)? {
        selected.entry(path).or_default();
    }
    selected.remove(PKG_INFO);
    selected.retain(|path, _| !is_left_out(path));
    check_completeness(host, project, &selected, |path| match excludes.pattern_for_file(path) {
        Some(pattern) => format!("excluded by the pattern `{pattern}`"),
        None if own.is_foreign_file(path) => "made by builds, and so never packed".into(),
        None => program.map_or("gone".into(), |program| format!("not tracked by {program}")),
    })?;

    let mut members = Vec::with_capacity(selected.len() + 2);
    for (path, known) in selected {
        let content = match known {
            Some(SourceFile { size, is_executable, is_link: false, .. }) => {
                Some(Content::File { size: *size, is_executable: *is_executable })
            }
            Some(SourceFile { is_link: true, .. }) | None => describe(source_tree, &path)?,
        };
        members.extend(content.map(|content| Member { path, content }));
    }
    store_unpacked_targets(source_tree, &mut members)?;
    Ok(members)
}

/// What a build of the project needs, and no more.
fn smallest_set(project: &Project) -> Selected<'_> {
    let distributed = distributed_files(project).map(|file| (file.path.clone(), Some(file)));
    let mut selected: Selected<'_> = distributed.collect();
    for path in named_files(project) {
        selected.entry(path.to_owned()).or_default();
    }
    selected
}

/// The files that wheels have, apart from those about the project.
fn distributed_files(project: &Project) -> impl Iterator<Item = &SourceFile> {
    let data = project.layout.external_data.iter().flat_map(|data| &data.files);
    project.layout.module.files.iter().chain(data)
}

/// The files that configuration or metadata names.
fn named_files(project: &Project) -> impl Iterator<Item = &str> {
    let layout = &project.layout;
    [&layout.config_path]
        .into_iter()
        .chain(&layout.readme_path)
        .chain(&layout.needed_files)
        .chain(project.metadata.list(Field::LicenseFile))
        .map(String::as_str)
}

/// Refuses a selection from which nothing can be built, and warns of one from which something else is built.
///
/// Without a file that is named no build succeeds, and without the module's own file there is no module; flit refuses
/// these as well. Other files of the module may be excluded on purpose (tests, mostly): projects that flit builds do
/// that. A wheel from their sdist then lacks what a wheel from the source tree has, as it does with flit; so it is said.
fn check_completeness(
    host: &dyn Host,
    project: &Project,
    selected: &Selected<'_>,
    reason: impl Fn(&str) -> String,
) -> Result<(), SdistError> {
    let is_missing = |path: &str| {
        let composed_path = composed(path);
        !selected.contains_key(path)
            && !selected.keys().any(|selected| composed(selected) == composed_path)
    };
    let own_file = own_file(project);
    let crucial = named_files(project).chain(own_file.as_deref());
    let mut missing: Vec<_> = crucial.filter(|path| is_missing(path)).map(String::from).collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        let reasons = missing.iter().map(|path| format!("`{path}` is {}", reason(path))).collect();
        return Err(SdistError::Incomplete { paths: missing, reasons });
    }
    let is_distributed_only = |file: &&SourceFile| !selected.contains_key(&file.path);
    let left_out: Vec<_> = distributed_files(project)
        .filter(is_distributed_only)
        .map(|file| file.path.clone())
        .collect();
    if let Some(first) = left_out.first() {
        let (paths, why) = (listed(&left_out), reason(first));
        host.log(
            LogLevel::Warning,
            &format!("a wheel built from the sdist will lack {paths} (the first is {why})"),
        );
    }
    Ok(())
}

/// The file that makes the module a module, if there is one.
fn own_file(project: &Project) -> Option<String> {
    let module = &project.layout.module;
    let path = match module.kind {
        ModuleKind::File => module.path.clone(),
        ModuleKind::Package => format!("{}/__init__.py", module.path),
        ModuleKind::Stubs => return None,
    };
    module.files.iter().any(|file| file.path == path).then_some(path)
}
