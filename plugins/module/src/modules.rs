//! Which file an import means, as long as it stays inside the module that is distributed.

use crate::source::Sources;

/// What a dotted name means inside the module.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Found {
    /// A module or a package: its file.
    File(String),
    /// A directory without `__init__.py`, or a parent of the module that is distributed.
    Namespace,
    /// Something inside the module that is not there.
    Nothing,
    /// Something that is no part of the module.
    Outside,
}

/// Finds the file of the module with this dotted name.
pub(crate) fn find(sources: &Sources<'_>, dotted: &str) -> Found {
    let module = &sources.layout.module;
    if module.name.strip_prefix(dotted).is_some_and(|rest| rest.starts_with('.')) {
        return Found::Namespace;
    }
    let Some(below) = dotted.strip_prefix(&module.name) else { return Found::Outside };
    if below.is_empty() && sources.has(&module.path) {
        return Found::File(module.path.clone());
    }
    if !below.is_empty() && !below.starts_with('.') {
        return Found::Outside;
    }
    let base = format!("{}{}", module.path, below.replace('.', "/"));
    let package = format!("{base}/__init__.py");
    let file = format!("{base}.py");
    if sources.has(&package) {
        Found::File(package)
    } else if sources.has(&file) {
        Found::File(file)
    } else if sources.has_directory(&base) {
        Found::Namespace
    } else {
        Found::Nothing
    }
}

/// The dotted name that `from …module import` means in the file at `path`; `None` if it has more dots than there are packages.
pub(crate) fn absolute_name(
    sources: &Sources<'_>,
    path: &str,
    level: u32,
    module: &str,
) -> Option<String> {
    if level == 0 {
        return Some(module.into());
    }
    let distributed = &sources.layout.module;
    let below = path.strip_prefix(&distributed.path)?;
    let dotted = |below: &str| format!("{}{}", distributed.name, below.replace('/', "."));
    let name = if let Some(package) = below.strip_suffix("/__init__.py") {
        dotted(package)
    } else {
        let file = dotted(below.strip_suffix(".py").unwrap_or(below));
        file.rsplit_once('.')?.0.to_owned()
    };
    let mut package = name.as_str();
    for _ in 1..level {
        package = package.rsplit_once('.')?.0;
    }
    Some(if module.is_empty() { package.into() } else { format!("{package}.{module}") })
}
