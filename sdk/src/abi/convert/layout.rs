//! Layouts: the record, and what must hold of its paths.

use std::path::PathBuf;

use super::files::CollectedFiles;
use crate::abi::ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::model::{
    ExternalData, Layout, Module, ModuleKind, SdistRules, SourceFile, is_dotted_identifier,
};
use crate::source_tree::relative_path;

pub(crate) fn layout_to_record(layout: &Layout) -> Record {
    let Layout {
        source_tree,
        config_path,
        module,
        external_data,
        sdist,
        readme_path,
        needed_files,
    } = layout;
    let SdistRules { include, exclude } = sdist;
    let sdist =
        Record::default().with(ids::sdist::INCLUDE, include).with(ids::sdist::EXCLUDE, exclude);
    let external_data = external_data.as_ref().map(|ExternalData { directory, files: _pushed }| {
        Record::default().with(ids::external_data::DIRECTORY, directory)
    });
    Record::default()
        .with(ids::layout::SOURCE_TREE, source_tree.as_path())
        .with(ids::layout::CONFIG_PATH, config_path)
        .with(ids::layout::MODULE, module_to_record(module))
        .with_some(ids::layout::EXTERNAL_DATA, external_data)
        .with(ids::layout::SDIST, sdist)
        .with_some(ids::layout::README_PATH, readme_path.as_ref())
        .with(ids::layout::NEEDED_FILES, needed_files)
}

fn module_to_record(module: &Module) -> Record {
    let Module { name, kind, root, path, files: _pushed } = module;
    Record::default()
        .with(ids::module::NAME, name)
        .with(ids::module::KIND, kind_number(*kind))
        .with(ids::module::ROOT, root)
        .with(ids::module::PATH, path)
}

/// The layout with all its files, checked.
pub(crate) fn layout_from_record(
    record: &Record,
    files: CollectedFiles<'_>,
) -> Result<Layout, Malformed> {
    let sdist: &Record = record.get(ids::layout::SDIST)?;
    let external_data: Option<&Record> = record.find(ids::layout::EXTERNAL_DATA)?;
    let mut layout = Layout {
        source_tree: record.get::<PathBuf>(ids::layout::SOURCE_TREE)?,
        config_path: record.get(ids::layout::CONFIG_PATH)?,
        module: module_from_record(record.get(ids::layout::MODULE)?)?,
        external_data: match external_data {
            None => None,
            Some(data) => Some(ExternalData {
                directory: data.get(ids::external_data::DIRECTORY)?,
                files: Vec::new(),
            }),
        },
        sdist: SdistRules {
            include: sdist.get(ids::sdist::INCLUDE)?,
            exclude: sdist.get(ids::sdist::EXCLUDE)?,
        },
        readme_path: record.find(ids::layout::README_PATH)?,
        needed_files: record.get(ids::layout::NEEDED_FILES)?,
    };
    files.move_into(&mut layout);
    check(&layout)?;
    Ok(layout)
}

fn module_from_record(record: &Record) -> Result<Module, Malformed> {
    let number: u32 = record.get(ids::module::KIND)?;
    let Some(kind) = kind(number) else {
        return Err(Malformed::invalid(ids::module::KIND.name, number, "which is unknown here"));
    };
    Ok(Module {
        name: record.get(ids::module::NAME)?,
        kind,
        root: record.get(ids::module::ROOT)?,
        path: record.get(ids::module::PATH)?,
        files: Vec::new(),
    })
}

fn kind_number(kind: ModuleKind) -> u32 {
    match kind {
        ModuleKind::File => 1,
        ModuleKind::Package => 2,
        ModuleKind::Stubs => 3,
    }
}

fn kind(number: u32) -> Option<ModuleKind> {
    match number {
        1 => Some(ModuleKind::File),
        2 => Some(ModuleKind::Package),
        3 => Some(ModuleKind::Stubs),
        _ => None,
    }
}

/// Checks what the model promises of a layout: all paths inside the source tree, all files where they belong.
fn check(layout: &Layout) -> Result<(), Malformed> {
    let Layout {
        source_tree,
        config_path,
        module,
        external_data,
        sdist: SdistRules { include, exclude },
        readme_path,
        needed_files,
    } = layout;
    if !source_tree.is_absolute() {
        let field = ids::layout::SOURCE_TREE.name;
        return Err(Malformed::invalid(field, source_tree.display(), "which is not absolute"));
    }
    check_path(ids::layout::CONFIG_PATH.name, config_path)?;
    check_module(module)?;
    if let Some(ExternalData { directory, files }) = external_data {
        let field = ids::external_data::DIRECTORY.name;
        check_path(field, directory)?;
        check_files(files, "external_data.files", directory)?;
    }
    for pattern in include.iter().chain(exclude) {
        check_path("sdist pattern", pattern)?;
    }
    if let Some(path) = readme_path {
        check_path(ids::layout::README_PATH.name, path)?;
    }
    needed_files.iter().try_for_each(|path| check_path(ids::layout::NEEDED_FILES.name, path))
}

fn check_module(module: &Module) -> Result<(), Malformed> {
    let Module { name, kind, root, path, files } = module;
    let importable = match kind {
        ModuleKind::File | ModuleKind::Package => Some(name.as_str()),
        ModuleKind::Stubs => name.strip_suffix("-stubs"),
    };
    if !importable.is_some_and(is_dotted_identifier) {
        let reason = "which cannot be imported";
        return Err(Malformed::invalid(ids::module::NAME.name, name, reason));
    }
    if !root.is_empty() {
        check_path(ids::module::ROOT.name, root)?;
    }
    check_path(ids::module::PATH.name, path)?;
    if !is_below(path, root) {
        let reason = "which is not below the root of the module";
        return Err(Malformed::invalid(ids::module::PATH.name, path, reason));
    }
    match (kind, &files[..]) {
        (ModuleKind::File, [file]) if file.path == *path => Ok(()),
        (ModuleKind::File, _) => {
            let reason = "which is not the one file of the module";
            Err(Malformed::invalid(ids::module::PATH.name, path, reason))
        }
        (ModuleKind::Package | ModuleKind::Stubs, files) => {
            check_files(files, "module.files", path)
        }
    }
}

fn check_files(
    files: &[SourceFile],
    field: &'static str,
    directory: &str,
) -> Result<(), Malformed> {
    files.iter().try_for_each(|file| {
        check_path(field, &file.path)?;
        if is_below(&file.path, directory) {
            Ok(())
        } else {
            Err(Malformed::invalid(field, &file.path, "which is not below its directory"))
        }
    })
}

fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// Checks that a path is as [`relative_path`] would have written it, and not the source tree itself.
fn check_path(field: &'static str, path: &str) -> Result<(), Malformed> {
    match relative_path(path) {
        Err(_) => Err(Malformed::invalid(field, path, "which is not inside the source tree")),
        Ok(normal) if normal.is_empty() || normal != path => {
            Err(Malformed::invalid(field, path, "which is not a normal path"))
        }
        Ok(_) => Ok(()),
    }
}
