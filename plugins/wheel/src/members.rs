//! What goes into a wheel: every member with its name and where its content comes from.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use flit_sdk::model::{Project, SourceFile};
use flit_sdk::source_tree::composed;

use crate::archive::LONGEST_NAME;
use crate::error::WheelError;
use crate::record::Record;
use crate::tag::PythonTag;

/// A member of the wheel. There is one for each file, so it is kept small.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    /// The name, with slashes.
    pub(crate) name: Cow<'a, str>,
    pub(crate) content: Content<'a>,
}

/// Where the content of a member comes from.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// A file of the source tree.
    File(&'a SourceFile),
    /// This text.
    Text(String),
    /// The list of the other members.
    Record(Box<Record<'a>>),
}

/// A license file that is packed.
#[derive(Debug)]
pub(crate) struct LicenseFile {
    /// The file.
    pub(crate) file: SourceFile,
    /// Where it is put below dist-info.
    pub(crate) name: String,
}

impl Member<'_> {
    /// How many bytes the content has, as far as that is known before it is read.
    pub(crate) fn size(&self) -> u64 {
        match &self.content {
            Content::File(file) => file.size,
            Content::Text(text) => text.len() as u64,
            Content::Record(record) => record.size_bound(),
        }
    }

    /// Whether the owner may execute it.
    pub(crate) fn is_executable(&self) -> bool {
        match &self.content {
            Content::File(file) => file.is_executable,
            Content::Text(_) | Content::Record(_) => false,
        }
    }

    /// What the content comes from, for people.
    fn origin(&self) -> String {
        match &self.content {
            Content::File(file) => format!("`{}`", file.path),
            Content::Text(_) | Content::Record(_) => format!("the generated `{}`", self.name),
        }
    }
}

/// How many bytes the contents have in all. Sizes come from the layout, which may be a plugin's: they may be any number.
pub(crate) fn total_size(members: &[Member<'_>]) -> u64 {
    members.iter().map(Member::size).fold(0, u64::saturating_add)
}

/// All members but RECORD, in the order of the wheel.
pub(crate) fn members<'a>(
    project: &'a Project,
    licenses: &'a [LicenseFile],
    tag: PythonTag,
) -> Result<Vec<Member<'a>>, WheelError> {
    let stem = project.file_stem();
    let layout = &project.layout;
    let data_files = layout.external_data.as_ref().map_or(0, |data| data.files.len());
    // With entry_points.txt, WHEEL, METADATA and RECORD.
    let mut members =
        Vec::with_capacity(layout.module.files.len() + data_files + licenses.len() + 4);
    for file in &layout.module.files {
        members.push(member(below(&layout.module.root, file)?.into(), file));
    }
    if let Some(data) = &layout.external_data {
        for file in &data.files {
            let path = below(&data.directory, file)?;
            members.push(member(format!("{stem}.data/data/{path}").into(), file));
        }
    }
    let text = |name: &str, text: String| Member {
        name: format!("{stem}.dist-info/{name}").into(),
        content: Content::Text(text),
    };
    if !project.entry_points.is_empty() {
        members.push(text("entry_points.txt", project.entry_points.render()));
    }
    members.extend(licenses.iter().map(|license| Member {
        name: format!("{stem}.dist-info/{}", license.name).into(),
        content: Content::File(&license.file),
    }));
    members.push(text("WHEEL", tag.render_wheel()));
    members.push(text("METADATA", project.metadata.render()));
    Ok(members)
}

fn member<'a>(name: Cow<'a, str>, file: &'a SourceFile) -> Member<'a> {
    Member { name, content: Content::File(file) }
}

/// The path of a file relative to the directory it must be in.
fn below<'a>(directory: &str, file: &'a SourceFile) -> Result<&'a str, WheelError> {
    let path = file.path.as_str();
    let rest = match directory {
        "" => Some(path),
        directory => path.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')),
    };
    // An installer would refuse, or follow, a name that leads elsewhere.
    let is_plain = |rest: &&str| !rest.split('/').any(|part| matches!(part, "" | "." | ".."));
    rest.filter(is_plain)
        .ok_or_else(|| WheelError::Misplaced { path: path.into(), directory: directory.into() })
}

/// Checks that no two members have the same name, nor names that look the same, and that a zip archive can carry them.
///
/// Names that differ only in how accents are composed (Unicode NFC) are one name to some file systems.
pub(crate) fn check_names(members: &[Member<'_>]) -> Result<(), WheelError> {
    let mut seen: HashMap<Cow<'_, str>, &Member<'_>> = HashMap::with_capacity(members.len());
    for member in members {
        let name = member.name.as_ref();
        if name.len() > LONGEST_NAME {
            let start = name.chars().take(40).collect();
            return Err(WheelError::LongName { start, bytes: name.len() });
        }
        match seen.entry(composed(name)) {
            Entry::Vacant(place) => {
                place.insert(member);
            }
            Entry::Occupied(first) => {
                let name = name.into();
                let (first, second) = (first.get().origin(), member.origin());
                return Err(WheelError::Duplicate { name, first, second });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> Member<'static> {
        Member { name: name.to_owned().into(), content: Content::Text(String::new()) }
    }

    fn refusal(members: &[Member<'_>]) -> String {
        check_names(members).unwrap_err().to_string()
    }

    #[test]
    fn names_must_differ() {
        check_names(&[text("a"), text("A"), text("a/b"), text("ä")]).unwrap();
        assert_eq!(
            refusal(&[text("b"), text("a"), text("a")]),
            "the generated `a` and the generated `a` would both be `a` in the wheel"
        );
        // Composed and decomposed.
        assert!(refusal(&[text("\u{e4}"), text("a\u{308}")]).ends_with("in the wheel"));
    }

    #[test]
    fn a_name_must_fit_into_16_bits() {
        check_names(&[text(&"a".repeat(65_535))]).unwrap();
        assert_eq!(
            refusal(&[text(&"a".repeat(65_536))]),
            "`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` is 65536 bytes long, too long for a name in a wheel"
        );
    }

    #[test]
    fn files_must_be_below_their_directory() {
        let file = |path: &str| SourceFile {
            path: path.into(),
            size: 0,
            is_executable: false,
            is_link: false,
        };
        assert_eq!(below("", &file("a/b")).unwrap(), "a/b");
        assert_eq!(below("src", &file("src/a.py")).unwrap(), "a.py");
        for (directory, path) in [
            ("src", "lib/a.py"),
            ("src", "srca"),
            ("src", "src"),
            ("", "/a"),
            ("", "a/../../b"),
            ("", ""),
        ] {
            let refused = below(directory, &file(path)).unwrap_err().to_string();
            assert_eq!(
                refused,
                format!("`{path}` is not inside `{directory}`, so it has no place in the wheel")
            );
        }
    }
}
