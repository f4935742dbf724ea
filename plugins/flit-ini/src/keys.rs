//! The keys of `[metadata]`: one table of what each is.

use flit_sdk::model::Field;

/// How a value is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// On a single line.
    Line,
    /// As text of one line or more.
    Text,
    /// As a list with one item on each line.
    List,
}

/// What the table says of one key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
    /// The field that the value goes into as it is, if there is one.
    pub(crate) field: Option<Field>,
}

pub(crate) const MODULE: &str = "module";
pub(crate) const DIST_NAME: &str = "dist-name";
pub(crate) const HOME_PAGE: &str = "home-page";
pub(crate) const REQUIRES_PYTHON: &str = "requires-python";
pub(crate) const DESCRIPTION_FILE: &str = "description-file";
pub(crate) const ENTRY_POINTS_FILE: &str = "entry-points-file";
pub(crate) const CLASSIFIERS: &str = "classifiers";
pub(crate) const REQUIRES: &str = "requires";
pub(crate) const DEV_REQUIRES: &str = "dev-requires";

/// All keys.
pub(crate) const KEYS: [KeySpec; 15] = [
    required(MODULE, None),
    required("author", Some(Field::Author)),
    required("author-email", Some(Field::AuthorEmail)),
    required(HOME_PAGE, Some(Field::HomePage)),
    optional("maintainer", Some(Field::Maintainer)),
    optional("maintainer-email", Some(Field::MaintainerEmail)),
    KeySpec { shape: Shape::Text, ..optional("license", Some(Field::License)) },
    optional("keywords", Some(Field::Keywords)),
    optional(REQUIRES_PYTHON, Some(Field::RequiresPython)),
    optional(DIST_NAME, None),
    optional(DESCRIPTION_FILE, None),
    optional(ENTRY_POINTS_FILE, None),
    list(CLASSIFIERS, Some(Field::Classifier)),
    list(REQUIRES, Some(Field::RequiresDist)),
    list(DEV_REQUIRES, None),
];

const fn required(name: &'static str, field: Option<Field>) -> KeySpec {
    KeySpec { name, shape: Shape::Line, is_required: true, field }
}

const fn optional(name: &'static str, field: Option<Field>) -> KeySpec {
    KeySpec { is_required: false, ..required(name, field) }
}

const fn list(name: &'static str, field: Option<Field>) -> KeySpec {
    KeySpec { shape: Shape::List, ..optional(name, field) }
}
