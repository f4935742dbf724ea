//! The fields of core metadata: one table from which METADATA, PKG-INFO and the upload form are rendered.
//!
//! See <https://packaging.python.org/en/latest/specifications/core-metadata/>.

use std::fmt;

use super::core_metadata::MetadataVersion;

/// How often a field may occur.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cardinality {
    /// At most once.
    One,
    /// Any number of times.
    Many,
}

/// What the table says of one field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The field.
    pub field: Field,
    /// The name of the header.
    pub header: &'static str,
    /// The name in snake case: what the upload form and JSON call it.
    pub key: &'static str,
    /// How often it may occur.
    pub cardinality: Cardinality,
    /// The first version of core metadata that has the field.
    pub since: MetadataVersion,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $id:literal, $header:literal, $key:literal, $cardinality:ident, $major:literal, $minor:literal;)*) => {
        /// A field of core metadata. The number is what crosses the boundary and never changes.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[repr(u32)]
        #[non_exhaustive]
        pub enum Field { $($(#[$doc])* $field = $id),* }

        impl Field {
            /// The table: every field, in the order in which flit writes the headers.
            pub const TABLE: &'static [FieldSpec] = &[$(FieldSpec {
                field: Self::$field,
                header: $header,
                key: $key,
                cardinality: Cardinality::$cardinality,
                since: MetadataVersion { major: $major, minor: $minor },
            }),*];
        }
    };
}

fields! {
    /// The version of core metadata: what the layout's own source asks for at least.
    MetadataVersion = 1, "Metadata-Version", "metadata_version", One, 1, 0;
    /// The name of the project.
    Name = 2, "Name", "name", One, 1, 0;
    /// The version of the project.
    Version = 3, "Version", "version", One, 1, 0;
    /// A one-line description.
    Summary = 4, "Summary", "summary", One, 1, 0;
    /// The project's home page (deprecated in favor of `Project-URL`).
    HomePage = 5, "Home-page", "home_page", One, 1, 0;
    /// Where this version can be downloaded (deprecated in favor of `Project-URL`).
    DownloadUrl = 6, "Download-URL", "download_url", One, 1, 1;
    /// Keywords, separated by commas.
    Keywords = 7, "Keywords", "keywords", One, 1, 0;
    /// The names of the authors.
    Author = 8, "Author", "author", One, 1, 0;
    /// The addresses of the authors.
    AuthorEmail = 9, "Author-email", "author_email", One, 1, 0;
    /// The names of the maintainers.
    Maintainer = 10, "Maintainer", "maintainer", One, 1, 2;
    /// The addresses of the maintainers.
    MaintainerEmail = 11, "Maintainer-email", "maintainer_email", One, 1, 2;
    /// The versions of Python that the project works with.
    RequiresPython = 12, "Requires-Python", "requires_python", One, 1, 2;
    /// The media type of the description.
    DescriptionContentType = 13, "Description-Content-Type", "description_content_type", One, 2, 1;
    /// The license in words (deprecated in favor of `License-Expression`).
    License = 14, "License", "license", One, 1, 0;
    /// The license as an SPDX expression.
    LicenseExpression = 15, "License-Expression", "license_expression", One, 2, 4;
    /// Trove classifiers.
    Classifier = 16, "Classifier", "classifiers", Many, 1, 1;
    /// Paths of license files in the source tree, relative to it and with slashes. What is listed here is packed into
    /// every distribution; the header is written from metadata 2.4 on.
    LicenseFile = 17, "License-File", "license_file", Many, 2, 4;
    /// Platforms beyond what classifiers say.
    Platform = 18, "Platform", "platform", Many, 1, 0;
    /// The operating systems and processors that a binary distribution was built for.
    SupportedPlatform = 19, "Supported-Platform", "supported_platform", Many, 1, 1;
    /// The distributions that this one needs.
    RequiresDist = 20, "Requires-Dist", "requires_dist", Many, 1, 2;
    /// What the project needs that is no Python distribution.
    RequiresExternal = 21, "Requires-External", "requires_external", Many, 1, 2;
    /// Distributions that this one contains.
    ProvidesDist = 22, "Provides-Dist", "provides_dist", Many, 1, 2;
    /// Distributions that this one makes obsolete.
    ObsoletesDist = 23, "Obsoletes-Dist", "obsoletes_dist", Many, 1, 2;
    /// Links, each `Label, URL`.
    ProjectUrl = 24, "Project-URL", "project_urls", Many, 1, 2;
    /// The names of the optional features.
    ProvidesExtra = 25, "Provides-Extra", "provides_extra", Many, 2, 1;
    /// Fields whose values may differ between the sdist and the wheels.
    Dynamic = 26, "Dynamic", "dynamic", Many, 2, 2;
    /// What can be imported once the distribution is installed.
    ImportName = 27, "Import-Name", "import_name", Many, 2, 5;
    /// The namespaces that the distribution shares with others.
    ImportNamespace = 28, "Import-Namespace", "import_namespace", Many, 2, 5;
    /// The readme; written as the body of METADATA.
    Description = 29, "Description", "description", One, 1, 0;
}

impl Field {
    /// The row of the table.
    pub fn spec(self) -> &'static FieldSpec {
        // The table and the enum are made from the same list, so the numbers are the rows.
        &Self::TABLE[self as usize - 1]
    }

    /// The field with this number, unless it is one of a later version.
    pub fn from_id(id: u32) -> Option<Self> {
        Self::TABLE.iter().map(|spec| spec.field).find(|field| *field as u32 == id)
    }

    /// The number that crosses the boundary.
    pub fn id(self) -> u32 {
        self as u32
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec().header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_finds_its_own_row() {
        for spec in Field::TABLE {
            assert_eq!(spec.field.spec().header, spec.header);
            assert_eq!(Field::from_id(spec.field.id()), Some(spec.field));
        }
    }
}
