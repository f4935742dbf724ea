//! The names of members of archives: which of them can be trusted to lie inside.

/// What is wrong with the name of a member, to be read behind "the member"; `None` if nothing is.
pub(super) fn problem(name: &str) -> Option<&'static str> {
    let path = name.strip_suffix('/').unwrap_or(name);
    let bytes = path.as_bytes();
    if path.is_empty() {
        return Some("has no name");
    }
    if path.chars().any(char::is_control) {
        return Some("has a control character in its name");
    }
    if path.contains('\\') {
        return Some("has a backslash in its name");
    }
    if bytes[0] == b'/' || (bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':') {
        return Some("is an absolute path");
    }
    if path.split('/').any(|part| part == "..") {
        return Some("leads out of the archive");
    }
    if path.split('/').any(|part| part.is_empty() || part == ".") {
        return Some("is not written plainly: it has a part that is empty or `.`");
    }
    None
}

/// Where a link at `name` to `target` leads, if that is still inside of the top directory of `name`.
pub(super) fn leads_inside(name: &str, target: &str, is_hard: bool) -> bool {
    let mut place: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    let top = place.first().copied();
    // Hard links name a member, symbolic ones a path relative to where they lie.
    if is_hard {
        place.clear();
    } else {
        place.pop();
    }
    if target.starts_with('/') || target.contains(['\\', ':']) {
        return false;
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if place.pop().is_none() {
                    return false;
                }
            }
            part => place.push(part),
        }
    }
    top.is_some() && place.first().copied() == top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_with_a_name() {
        for name in ["a", "a/b.py", "a/", "ä b", "a..b", "...", "ab:c"] {
            assert_eq!(problem(name), None, "{name}");
        }
        for (name, expected) in [
            ("", "has no name"),
            ("/", "has no name"),
            ("a\nb", "has a control character in its name"),
            ("a\\b", "has a backslash in its name"),
            ("/etc/passwd", "is an absolute path"),
            ("C:a", "is an absolute path"),
            ("a/../../b", "leads out of the archive"),
            ("..", "leads out of the archive"),
            ("a//b", "is not written plainly: it has a part that is empty or `.`"),
            ("./a", "is not written plainly: it has a part that is empty or `.`"),
        ] {
            assert_eq!(problem(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn follows_links() {
        for (name, target, is_hard, inside) in [
            ("d/a", "b", false, true),
            ("d/e/a", "../b", false, true),
            ("d/a", "../d/b", false, true),
            ("d/a", ".", false, true),
            ("d/a", "../b", false, false),
            ("d/a", "..", false, false),
            ("d/a", "../../d/b", false, false),
            ("d/a", "/etc/passwd", false, false),
            ("d/a", "C:\\x", false, false),
            ("d/a", "d/b", true, true),
            ("d/a", "b", true, false),
            ("d/a", "d/../../x", true, false),
            ("", "", true, false),
        ] {
            assert_eq!(leads_inside(name, target, is_hard), inside, "{name} -> {target}");
        }
    }
}
