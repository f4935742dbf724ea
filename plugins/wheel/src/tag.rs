//! Which Pythons a wheel is for: its tag, and the text of WHEEL.

/// The Pythons that a wheel of pure Python code is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PythonTag {
    /// Python 3 alone.
    Py3,
    /// Python 2 as well.
    Py2Py3,
}

impl PythonTag {
    /// Decides as flit does: for Python 3 alone if a clause asks for a version that starts with a digit from 3 to 9.
    ///
    /// So `>=10`, which no release can mean yet, counts as Python 2; so do `!=2.7` and no `requires-python` at all.
    pub(crate) fn of(requires_python: Option<&str>) -> Self {
        let is_py3 = requires_python.unwrap_or_default().split(',').any(asks_for_python_3);
        if is_py3 { Self::Py3 } else { Self::Py2Py3 }
    }

    /// The last part of the name of the wheel.
    pub(crate) const fn file_name_part(self) -> &'static str {
        match self {
            Self::Py3 => "py3-none-any",
            Self::Py2Py3 => "py2.py3-none-any",
        }
    }

    /// The text of WHEEL.
    pub(crate) fn render_wheel(self) -> String {
        let tags = match self {
            Self::Py3 => "Tag: py3-none-any\n",
            Self::Py2Py3 => "Tag: py2-none-any\nTag: py3-none-any\n",
        };
        let generator = concat!("flit-rs ", env!("CARGO_PKG_VERSION"));
        format!("Wheel-Version: 1.0\nGenerator: {generator}\nRoot-Is-Purelib: true\n{tags}")
    }
}

fn asks_for_python_3(clause: &str) -> bool {
    let clause = clause.trim_start();
    let version = ["===", "==", ">=", "~=", ">"]
        .into_iter()
        .find_map(|operator| clause.strip_prefix(operator))
        .unwrap_or(clause);
    version.trim_start().starts_with(|first| matches!(first, '3'..='9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_as_flit_does() {
        for requires_python in [
            "3",
            ">3",
            ">=3",
            "~=3.8",
            "==3.*",
            "===3.9",
            " >= 3.6",
            ">=2.7, >=3.4",
            "!=2.7,>=3",
            ">=4",
            ">= 3.9 , <4",
            ">9",
        ] {
            assert_eq!(PythonTag::of(Some(requires_python)), PythonTag::Py3, "{requires_python}");
        }
        for requires_python in [
            "",
            ">=2.7",
            ">=10",
            "<4",
            "!=3.0",
            "<=3.9",
            ">=2.7,!=3.0.*,!=3.1.*",
            "=3",
            ">>3",
            "> =3",
        ] {
            assert_eq!(
                PythonTag::of(Some(requires_python)),
                PythonTag::Py2Py3,
                "{requires_python}"
            );
        }
        assert_eq!(PythonTag::of(None), PythonTag::Py2Py3);
    }

    #[test]
    fn renders_wheel() {
        assert_eq!(
            PythonTag::Py2Py3.render_wheel().replace(env!("CARGO_PKG_VERSION"), "1.2.3"),
            "Wheel-Version: 1.0\nGenerator: flit-rs 1.2.3\nRoot-Is-Purelib: true\n\
             Tag: py2-none-any\nTag: py3-none-any\n"
        );
        assert!(PythonTag::Py3.render_wheel().ends_with("true\nTag: py3-none-any\n"));
    }
}
