//! Authors and maintainers as `[project]` has them.

use toml_edit::{Array, InlineTable, Value};

use super::project_table::in_lines;

/// Makes the list from a header with names and one with addresses, so that flit writes the same two headers from it.
pub(super) fn people(names: Option<&str>, addresses: Option<&str>) -> Option<Array> {
    let mut list = Array::new();
    if let Some(names) = names {
        list.push(person(Some(names), None));
    }
    for address in mailboxes(addresses.unwrap_or_default()) {
        list.push(match named_address(address) {
            Some((name, address)) => person(Some(&name), Some(address)),
            None => person(None, Some(address)),
        });
    }
    (!list.is_empty()).then(|| in_lines(list))
}

fn person(name: Option<&str>, email: Option<&str>) -> Value {
    let mut person = InlineTable::new();
    for (key, text) in [("name", name), ("email", email)] {
        if let Some(text) = text {
            person.insert(key, text.into());
        }
    }
    person.into()
}

/// Splits at the commas between mailboxes: those outside of quotes.
fn mailboxes(header: &str) -> Vec<&str> {
    let mut mailboxes = Vec::new();
    let mut start = 0;
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, character) in header.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                mailboxes.push(header[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    mailboxes.push(header[start..].trim());
    mailboxes.retain(|mailbox| !mailbox.is_empty());
    mailboxes
}

/// Takes apart `Name <address>` and `"Quoted name" <address>`.
fn named_address(mailbox: &str) -> Option<(String, &str)> {
    let (name, address) = mailbox.strip_suffix('>')?.rsplit_once('<')?;
    let name = name.trim();
    let unquoted = match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    };
    (!unquoted.is_empty()).then_some((unquoted, address.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_two_headers_apart() {
        for (names, addresses, expected) in [
            (None, None, ""),
            (Some("A, B"), None, r#"{ name = "A, B" }"#),
            (Some("A"), Some("a@x.example"), r#"{ name = "A" }, { email = "a@x.example" }"#),
            (None, Some("A B <a@x>, b@x"), r#"{ name = "A B", email = "a@x" }, { email = "b@x" }"#),
            (None, Some(r#""B, \"C\"" <a@x>"#), r#"{ name = 'B, "C"', email = "a@x" }"#),
        ] {
            let list = people(names, addresses).map(|list| list.to_string()).unwrap_or_default();
            let flat = list.split_whitespace().collect::<Vec<_>>().join(" ");
            let inner = flat.trim_start_matches('[').trim_end_matches([']', ',', ' ']).trim();
            assert_eq!(inner, expected, "{names:?} {addresses:?}");
        }
    }
}
