//! The e-mail addresses of authors and maintainers.

use flit_sdk::model::{CoreMetadata, Field};

use super::{Problem, Weight};

/// Top-level domains that are kept for other things than mail (RFC 6761 and others).
const SPECIAL_DOMAINS: [&str; 5] = ["invalid", "local", "localhost", "onion", "test"];

/// Punctuation that the part before the `@` may have, beside letters and digits (RFC 5322).
const LOCAL_PUNCTUATION: &str = "!#$%&'*+-/=?^_`{|}~.";

/// All addresses that are none. PyPI looks at the first of a list only.
pub(super) fn problems(metadata: &CoreMetadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in [Field::AuthorEmail, Field::MaintainerEmail] {
        for (number, entry) in entries(metadata.text(field).unwrap_or_default()).iter().enumerate()
        {
            let address = address(entry);
            let Some(reason) = reason(address) else { continue };
            let weight = if number == 0 { Weight::Wrong } else { Weight::Doubtful };
            let message = format!("`{field}`: `{address}` is not an e-mail address: {reason}");
            problems.push(Problem::new(weight, "metadata.email", message));
        }
    }
    problems
}

/// The entries of a list such as `"Doe, J." <j@x.org>, k@x.org`.
fn entries(list: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let entries = list.split(|character: char| {
        let is_plain = !is_escaped;
        is_escaped = is_plain && is_quoted && character == '\\';
        is_quoted ^= is_plain && character == '"';
        character == ',' && !is_quoted
    });
    entries.map(str::trim).filter(|entry| !entry.is_empty()).collect()
}

/// The address of an entry, without the name before it.
fn address(entry: &str) -> &str {
    match entry.rsplit_once('<') {
        Some((_, address)) => address.split('>').next().unwrap_or_default().trim(),
        None => entry,
    }
}

/// Why a text is no address; `None` if it is one.
fn reason(address: &str) -> Option<&'static str> {
    let Some((local, domain)) = address.rsplit_once('@') else { return Some("it has no `@`") };
    let is_local =
        |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || LOCAL_PUNCTUATION.contains(c);
    if local.is_empty() || local.split('.').any(str::is_empty) || !local.chars().all(is_local) {
        return Some("the part before the `@` is not right");
    }
    let is_label = |label: &str| {
        let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii();
        !label.is_empty()
            && label.len() < 64
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(is_inner)
    };
    if !domain.split('.').all(is_label) {
        return Some("the part behind the `@` is not a domain");
    }
    let Some((_, top)) = domain.rsplit_once('.') else { return Some("the domain has no dot") };
    let is_special = SPECIAL_DOMAINS.iter().any(|special| top.eq_ignore_ascii_case(special));
    is_special.then_some("the domain is not one of the internet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_lists_apart() {
        let addresses =
            |list: &'static str| entries(list).into_iter().map(address).collect::<Vec<_>>();
        assert_eq!(addresses("a@x.org"), ["a@x.org"]);
        assert_eq!(
            addresses("\"Doe, \\\"J\\\", <j>\" <j@x.org>, K <k@x.org>, l@x.org,"),
            ["j@x.org", "k@x.org", "l@x.org"]
        );
        assert_eq!(addresses(" , "), [""; 0]);
    }

    #[test]
    fn says_why_an_address_is_none() {
        for address in ["a@x.org", "a.b+c@sub.x-y.org", "ä@x.org", "a@müller.de", "1@2.io"] {
            assert_eq!(reason(address), None, "{address}");
        }
        for (address, expected) in [
            ("nobody", "it has no `@`"),
            ("", "it has no `@`"),
            ("@x.org", "the part before the `@` is not right"),
            ("a..b@x.org", "the part before the `@` is not right"),
            ("a b@x.org", "the part before the `@` is not right"),
            ("a@x..org", "the part behind the `@` is not a domain"),
            ("a@-x.org", "the part behind the `@` is not a domain"),
            ("a@x org", "the part behind the `@` is not a domain"),
            ("a@localhost", "the domain has no dot"),
            ("a@host.local", "the domain is not one of the internet"),
        ] {
            assert_eq!(reason(address), Some(expected), "{address}");
        }
    }
}
