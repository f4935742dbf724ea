//! The metadata stage: from a layout to the settled metadata of a project.

use std::path::Path;

use crate::error::PluginError;
use crate::host::Host;
use crate::model::{CoreMetadata, EntryPoints, Field, Layout};

/// What a metadata source is asked.
#[derive(Clone, Copy, Debug)]
pub struct MetadataRequest<'a> {
    /// What the discover stage found.
    pub layout: &'a Layout,
    /// Whether this plugin also made the layout: then it is asked first, and opens or closes fields.
    pub is_layout_source: bool,
    /// What the sources before this one supplied.
    pub settled: &'a CoreMetadata,
    /// The fields that must be supplied and that nobody has supplied yet. Empty for the layout's own source.
    pub wanted: &'a [Field],
    /// The Python interpreter to use where nothing else helps; `None` means `python3` on the path.
    pub python: Option<&'a Path>,
    /// Whether code of the project may be run as a last resort (`--no-import` forbids it).
    pub may_run_project_code: bool,
}

/// What one metadata source knows.
///
/// Metadata is merged by rule: a source may only set fields that are still open. The layout's own source comes first
/// and decides which are: those it lists in `dynamic`, and, if it is `open_ended`, all that it leaves unset.
///
/// Always write `..Fragment::default()` at the end, even if every field is filled in: later versions have further fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fragment {
    /// The fields that this source supplies.
    pub metadata: CoreMetadata,
    /// From the layout's own source: fields that later sources must supply. A field cannot be both here and in `metadata`.
    pub dynamic: Vec<Field>,
    /// From the layout's own source: whether later sources may set the fields that it left unset.
    pub open_ended: bool,
    /// The commands and other entry points.
    pub entry_points: EntryPoints,
    /// The requirements that only the developers of the project have: never written into a distribution.
    pub development_requires: Vec<String>,
    /// Whether the values stand in the source tree, where flit's own backend finds them again. What does not is
    /// written into the sdist, so that it can be built again without this plugin.
    pub found_in_source: bool,
}

/// Supplies metadata: a version, a summary, dependencies, a readme…
///
/// ```
/// use flit_sdk::model::Field;
/// use flit_sdk::{ErrorKind, Fragment, Host, MetadataRequest, MetadataSource, PluginError};
///
/// /// Takes the version from a file `VERSION` in the source tree.
/// struct VersionFile;
///
/// impl MetadataSource for VersionFile {
///     fn metadata(&self, _: &dyn Host, request: &MetadataRequest<'_>) -> Result<Fragment, PluginError> {
///         let mut fragment = Fragment { found_in_source: true, ..Fragment::default() };
///         if request.wanted.contains(&Field::Version) {
///             let path = request.layout.source_tree.join("VERSION");
///             let version = std::fs::read_to_string(&path).map_err(|error| {
///                 PluginError::from_error(ErrorKind::Io, &error)
///                     .context(format!("cannot read `{}`", path.display()))
///             })?;
///             fragment.metadata.set_text(Field::Version, version.trim());
///         }
///         Ok(fragment)
///     }
/// }
/// ```
pub trait MetadataSource: Send + Sync {
    /// Answers what this source knows of the project; an empty fragment if nothing.
    ///
    /// # Errors
    ///
    /// The source is responsible for a value that it cannot read, or that is not valid.
    fn metadata(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
    ) -> Result<Fragment, PluginError>;
}
