//! The configuration: the sections and keys of a flit.ini, checked.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use flit_sdk::source_tree::{SourceTreeError, relative_path, resolve_file};
use flit_sdk::{PluginError, nearest};

use crate::document::{Document, Setting};
use crate::entry_points::checked_scripts;
use crate::keys::{
    DESCRIPTION_FILE, DEV_REQUIRES, DIST_NAME, ENTRY_POINTS_FILE, KEYS, MODULE, REQUIRES, Shape,
};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::text_file::read_ini_file;
use crate::values::{check_name, check_single, requirements, similar_key, single_text};

const METADATA: &str = "metadata";
const SCRIPTS: &str = "scripts";

/// The file of entry points that is used if it exists and none is named.
const ENTRY_POINTS_TXT: &str = "entry_points.txt";

/// All that a flit.ini says.
#[derive(Debug)]
pub(crate) struct Config {
    /// The path relative to the source tree.
    pub(crate) path: String,
    /// The content, its lines ending with LF; all places are places in it.
    pub(crate) text: String,
    /// The settings of `[metadata]`, all of them known and valid.
    pub(crate) metadata: BTreeMap<String, Setting>,
    /// The file that `description-file` names.
    pub(crate) readme_path: Option<String>,
    /// The file with entry points.
    pub(crate) entry_points_path: Option<String>,
    /// The requirements as they are to be written.
    pub(crate) requires: Vec<String>,
    /// Those of developers alone.
    pub(crate) development_requires: Vec<String>,
    /// The commands: name to `module:function`.
    pub(crate) scripts: BTreeMap<String, String>,
    /// The place of the name of `[scripts]`.
    pub(crate) scripts_span: Range<usize>,
    /// What the user should look at.
    pub(crate) warnings: Vec<String>,
}

impl Config {
    /// Reads and checks the file at `path`, which is relative to the source tree.
    ///
    /// Everything that is wrong is told at once; only where lines or references cannot be read, what they say is not
    /// looked at.
    pub(crate) fn read(source_tree: &Path, path: &str) -> Result<Self, PluginError> {
        let text = read_ini_file(source_tree, path)?;
        let mut problems = Problems::default();
        let document = Document::read(&text, &mut problems);
        let mut settings = |name| {
            let section = document.section(name)?;
            Some((section.span.clone(), document.settings(section, &mut problems)))
        };
        let (metadata, scripts) = (settings(METADATA), settings(SCRIPTS));
        problems.check(path, &text)?;

        let mut problems = Problems::default();
        check_sections(&document, &mut problems);
        let mut config = Self {
            path: path.into(),
            text,
            metadata: BTreeMap::new(),
            readme_path: None,
            entry_points_path: None,
            requires: Vec::new(),
            development_requires: Vec::new(),
            scripts: BTreeMap::new(),
            scripts_span: 0..0,
            warnings: Vec::new(),
        };
        if let Some((span, settings)) = metadata {
            check_keys(&settings, &span, &mut problems);
            config.metadata = settings;
            config.read_lists(&mut problems);
            config.resolve_files(source_tree, &mut problems);
        }
        if let Some((span, settings)) = scripts {
            config.scripts_span = span;
            config.scripts = checked_scripts(settings, &mut problems);
        }
        problems.check(path, &config.text)?;
        Ok(config)
    }

    /// The value of a key that is no list, if it is set.
    pub(crate) fn single(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(single_text)
    }

    fn read_lists(&mut self, problems: &mut Problems) {
        let Self { text, metadata, warnings, .. } = self;
        let mut read = |key| {
            metadata.get(key).map_or_else(Vec::new, |setting| {
                requirements(key, setting, text, problems, warnings)
            })
        };
        self.requires = read(REQUIRES);
        self.development_requires = read(DEV_REQUIRES);
    }

    fn resolve_files(&mut self, source_tree: &Path, problems: &mut Problems) {
        let mut resolve = |key| {
            let setting = self.metadata.get(key)?;
            named_file(source_tree, key, single_text(setting))
                .map_err(|kind| problems.push(Problem::new(setting.span(), kind)))
                .ok()
        };
        self.readme_path = resolve(DESCRIPTION_FILE);
        self.entry_points_path = resolve(ENTRY_POINTS_FILE);
        let has_default = || source_tree.join(ENTRY_POINTS_TXT).is_file();
        if !self.metadata.contains_key(ENTRY_POINTS_FILE) && has_default() {
            self.entry_points_path = Some(ENTRY_POINTS_TXT.into());
        }
    }
}

fn check_sections(document: &Document, problems: &mut Problems) {
    if document.section(METADATA).is_none() {
        problems.push(Problem::new(0..0, ProblemKind::NoMetadata));
    }
    for section in &document.sections {
        let lowercase = section.name.to_lowercase();
        if [METADATA, SCRIPTS].contains(&section.name.as_str()) || lowercase.starts_with("x-") {
            continue;
        }
        let suggestion = nearest(lowercase.trim(), [METADATA, SCRIPTS]);
        let kind = ProblemKind::UnknownSection { name: section.name.clone(), suggestion };
        problems.push(Problem::new(section.span.clone(), kind));
    }
}

/// Checks that all keys are known and that none is missing, and the values of those that are no lists.
fn check_keys(
    settings: &BTreeMap<String, Setting>,
    section: &Range<usize>,
    problems: &mut Problems,
) {
    for (key, setting) in settings {
        match KEYS.iter().find(|spec| spec.name == key) {
            Some(spec) if spec.shape == Shape::List => {}
            Some(spec) => check_single(spec, setting, problems),
            None => {
                let suggestion = similar_key(key);
                let kind = ProblemKind::UnknownKey { key: key.clone(), suggestion };
                problems.push(Problem::new(setting.key.clone(), kind));
            }
        }
    }
    let missing = KEYS.iter().filter(|spec| spec.is_required && !settings.contains_key(spec.name));
    let keys: Vec<_> = missing.map(|spec| spec.name).collect();
    if !keys.is_empty() {
        problems.push(Problem::new(section.clone(), ProblemKind::MissingKeys { keys }));
    }
    check_default_name(settings, problems);
}

/// Without `dist-name` the module's name is the project's, and not every module's name can be.
fn check_default_name(settings: &BTreeMap<String, Setting>, problems: &mut Problems) {
    let Some(module) = settings.get(MODULE) else { return };
    let is_module = |name: &&str| flit_sdk::model::is_identifier(name);
    if let Some(name) = Some(single_text(module)).filter(is_module)
        && !settings.contains_key(DIST_NAME)
        && let Some(kind) = check_name(MODULE, name)
    {
        problems.push(Problem::new(module.span(), kind));
    }
}

/// The path of a file that a value names, if it is a file inside the source tree.
fn named_file(source_tree: &Path, key: &'static str, value: &str) -> Result<String, ProblemKind> {
    let unusable = |error: SourceTreeError| ProblemKind::NamedFile { key, source: error.into() };
    let path = relative_path(value).map_err(unusable)?;
    if path.is_empty() {
        return Err(ProblemKind::NamesNoFile { key });
    }
    resolve_file(source_tree, &path).map_err(unusable)?;
    Ok(path)
}
