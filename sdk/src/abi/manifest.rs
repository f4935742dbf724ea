//! The manifest: what a library says of itself in a link section, to be read without running any of it.
//!
//! It is text, one `key value` a line, rendered while the plugin is compiled:
//!
//! ```text
//! flit-plugin 1
//! name hello
//! version 0.1.0
//! description greets
//! sdk 1.0.0
//! target x86_64-unknown-linux-gnu
//! panic unwind
//! stages metadata
//! yields-to
//! ```
//!
//! The number on the first line changes when an old reader would misunderstand a new manifest; keys that a reader does
//! not know are ignored.

use std::str::FromStr;

use crate::plugin::{Plugin, Stage};

/// The version of this crate, which is the version of the binary interface.
pub const SDK_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The target that this crate was compiled for, such as `x86_64-unknown-linux-gnu`.
pub const TARGET: &str = env!("FLIT_SDK_TARGET");

/// What a library says of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manifest {
    /// The name of the plugin.
    pub name: String,
    /// The version of the plugin, for people.
    pub version: String,
    /// What the plugin does, in one lowercase fragment.
    pub description: String,
    /// The version of `flit-sdk` that the plugin was built with.
    pub sdk_version: String,
    /// The target that the plugin was compiled for.
    pub target: String,
    /// Whether the plugin was compiled with `panic = "abort"`, which lets no panic be caught.
    pub aborts_on_panic: bool,
    /// The names of the stages that the plugin serves. A later version may know more than [`Stage`] does.
    pub stages: Vec<String>,
    /// The names of the plugins whose answer in the discover stage is preferred.
    pub yields_to: Vec<String>,
}

/// Why a manifest was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is not text, or the first line is not that of a manifest.
    #[error("the manifest is not one of a flit plugin")]
    Unknown,
    /// It is written in a later format.
    #[error("the manifest has format `{0}`, this flit reads `{FORMAT}`")]
    Format(String),
    /// Something that must be there is not.
    #[error("the manifest lacks `{0}`")]
    Missing(&'static str),
    /// The name is not one that a plugin may have.
    #[error("`{0}` cannot be the name of a plugin")]
    Name(String),
}

const FORMAT: &str = "1";

impl FromStr for Manifest {
    type Err = ManifestError;

    fn from_str(text: &str) -> Result<Self, ManifestError> {
        let mut lines = text.lines();
        match lines.next().and_then(|line| line.strip_prefix("flit-plugin ")) {
            None => return Err(ManifestError::Unknown),
            Some(FORMAT) => {}
            Some(format) => return Err(ManifestError::Format(format.into())),
        }
        let entries: Vec<_> =
            lines.map(|line| line.split_once(' ').unwrap_or((line, ""))).collect();
        let value = |key: &'static str| {
            let entry = entries.iter().find(|(name, _)| *name == key);
            entry.map(|(_, value)| (*value).to_owned()).ok_or(ManifestError::Missing(key))
        };
        let words =
            |key| value(key).map(|words| words.split_whitespace().map(str::to_owned).collect());
        let name = value("name")?;
        if !is_name(name.as_bytes()) {
            return Err(ManifestError::Name(name));
        }
        Ok(Self {
            name,
            version: value("version")?,
            description: value("description")?,
            sdk_version: value("sdk")?,
            target: value("target")?,
            aborts_on_panic: value("panic")? != "unwind",
            stages: words("stages")?,
            yields_to: words("yields-to")?,
        })
    }
}

/// Whether a plugin may have this name: lowercase letters, digits and hyphens, starting with a letter.
const fn is_name(name: &[u8]) -> bool {
    if name.is_empty() || !name[0].is_ascii_lowercase() || name[name.len() - 1] == b'-' {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        let byte = name[at];
        if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return false;
        }
        at += 1;
    }
    true
}

/// How many bytes the manifest of a plugin has.
pub const fn manifest_length(plugin: &Plugin) -> usize {
    render(plugin, [0; 0]).length
}

/// The manifest of a plugin.
///
/// # Panics
///
/// While the plugin is compiled, if one of its texts could not be written on one line or its name is not allowed.
pub const fn manifest_bytes<const LENGTH: usize>(plugin: &Plugin) -> [u8; LENGTH] {
    render(plugin, [0; LENGTH]).bytes
}

/// Text that grows as long as there is room, and is counted beyond.
struct Text<const ROOM: usize> {
    bytes: [u8; ROOM],
    length: usize,
}

impl<const ROOM: usize> Text<ROOM> {
    const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            if self.length < ROOM {
                self.bytes[self.length] = text[at];
            }
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn entry(self, key: &str, value: &str) -> Self {
        let bytes = value.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            assert!(!bytes[at].is_ascii_control(), "a plugin's texts may not hold line ends");
            at += 1;
        }
        self.push(key).push(" ").push(value).push("\n")
    }
}

const fn render<const ROOM: usize>(plugin: &Plugin, bytes: [u8; ROOM]) -> Text<ROOM> {
    assert!(
        is_name(plugin.name.as_bytes()),
        "a plugin's name is lowercase letters, digits and hyphens, starting with a letter"
    );
    let panic = if cfg!(panic = "unwind") { "unwind" } else { "abort" };
    let mut text = Text { bytes, length: 0 }
        .entry("flit-plugin", FORMAT)
        .entry("name", plugin.name)
        .entry("version", plugin.version)
        .entry("description", plugin.description)
        .entry("sdk", SDK_VERSION)
        .entry("target", TARGET)
        .entry("panic", panic)
        .push("stages");
    let mut at = 0;
    while at < Stage::ALL.len() {
        if plugin.serves(Stage::ALL[at]) {
            text = text.push(" ").push(Stage::ALL[at].name());
        }
        at += 1;
    }
    text = text.push("\nyields-to");
    at = 0;
    while at < plugin.yields_to.len() {
        assert!(is_name(plugin.yields_to[at].as_bytes()), "`yields_to` holds names of plugins");
        text = text.push(" ").push(plugin.yields_to[at]);
        at += 1;
    }
    text.push("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLUGIN: Plugin = Plugin {
        yields_to: &["pyproject", "flit-ini"],
        ..Plugin::new("hello-2", "0.1.0 beta", "greets: \"you\"")
    };
    const TEXT: [u8; manifest_length(&PLUGIN)] = manifest_bytes(&PLUGIN);

    fn text() -> &'static str {
        std::str::from_utf8(&TEXT).unwrap()
    }

    #[test]
    fn what_is_rendered_is_read() {
        let manifest: Manifest = text().parse().unwrap();
        assert_eq!(
            manifest,
            Manifest {
                name: "hello-2".into(),
                version: "0.1.0 beta".into(),
                description: "greets: \"you\"".into(),
                sdk_version: SDK_VERSION.into(),
                target: TARGET.into(),
                aborts_on_panic: false,
                stages: vec![],
                yields_to: vec!["pyproject".into(), "flit-ini".into()],
            }
        );
    }

    #[test]
    fn later_manifests_are_read_as_far_as_they_are_known() {
        let later = text().replace("stages", "secrets token\nstages metadata sign");
        assert_eq!(later.parse::<Manifest>().unwrap().stages, ["metadata", "sign"]);
    }

    #[test]
    fn refuses_what_is_no_manifest() {
        let refused = |text: &str| text.parse::<Manifest>().unwrap_err().to_string();
        assert_eq!(refused(""), "the manifest is not one of a flit plugin");
        assert_eq!(refused("flit-plugin 2\n"), "the manifest has format `2`, this flit reads `1`");
        assert_eq!(refused(&text().replace("target", "x")), "the manifest lacks `target`");
        for name in ["", "A", "a b", "-a", "a-", "1a", "ä", "a/b"] {
            let other = text().replace("hello-2", name);
            assert_eq!(refused(&other), format!("`{name}` cannot be the name of a plugin"));
        }
    }
}
