//! `project.authors` and `project.maintainers`: names, and addresses quoted as RFC 5322 has it.

use flit_sdk::model::{CoreMetadata, Field};

use crate::findings::Findings;
use crate::line_ends::{has_line_end, with_lf_only};
use crate::problem::Problem;
use crate::table::Table;

/// The characters that a name or the local part of an address can only have in quotes.
const SPECIALS: &str = "()<>@,:;.\\\"[]";

/// Sets the fields of the authors and the maintainers.
pub(super) fn set_people(
    project: &Table<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    for (key, name_field, email_field) in [
        ("authors", Field::Author, Field::AuthorEmail),
        ("maintainers", Field::Maintainer, Field::MaintainerEmail),
    ] {
        let mut names = Vec::new();
        let mut emails = Vec::new();
        let people = project.get(key).and_then(|entry| entry.list(findings)).unwrap_or_default();
        for person in people {
            let Some(person) = person.table(findings) else { continue };
            person.check_keys(&["name", "email"], findings);
            let name = person.text("name", findings);
            match (name, person.text("email", findings)) {
                (Some(name), Some(email)) => match mailbox(name.value, email.value) {
                    Ok(mailbox) => emails.push(mailbox),
                    Err(reason) => {
                        let problem = Problem::Address { address: email.value.into(), reason };
                        findings.add(problem, email.span);
                    }
                },
                (None, Some(email)) => emails.push(email.value.into()),
                (Some(name), None) => names.push(name.value),
                (None, None) => {}
            }
        }
        if !names.is_empty() {
            metadata.set_text(name_field, with_lf_only(&names.join(", ")));
        }
        if !emails.is_empty() {
            metadata.set_text(email_field, with_lf_only(&emails.join(", ")));
        }
    }
}

/// Writes `name <email>`, with quotes where they are needed.
fn mailbox(name: &str, email: &str) -> Result<String, &'static str> {
    if has_line_end(name) || has_line_end(email) {
        return Err("an address stands on one line");
    }
    let address = address(email)?;
    Ok(match name {
        "" => address,
        name if name.contains(|character| SPECIALS.contains(character)) => {
            format!("{} <{address}>", quoted(name))
        }
        name => format!("{name} <{address}>"),
    })
}

/// Checks an address: `local@domain`, the local part ASCII, perhaps in quotes.
fn address(email: &str) -> Result<String, &'static str> {
    let email = email.trim();
    let Some((local, domain)) = email.rsplit_once('@') else {
        return Err("it has no `@`");
    };
    let is_domain = match domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => !literal.contains(['[', ']', '\\']),
        None => is_dot_atom(domain),
    };
    if !is_domain {
        return Err("what stands behind the `@` is not a domain");
    }
    if !local.is_ascii() {
        return Err("what stands before the `@` may only have ASCII characters");
    }
    // Quotes that nothing needs are not written.
    let bare = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match bare.filter(|bare| is_dot_atom(bare)) {
        Some(bare) => Ok(format!("{bare}@{domain}")),
        None if is_dot_atom(local) || is_quoted(local) => Ok(format!("{local}@{domain}")),
        None => Err("what stands before the `@` needs quotes"),
    }
}

/// Whether `text` is words with dots between them, without blanks and other special characters.
fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|word| {
        !word.is_empty()
            && !word.contains(|character: char| {
                character.is_control() || character == ' ' || SPECIALS.contains(character)
            })
    })
}

fn is_quoted(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| {
        let mut is_escaped = false;
        let is_fine = inner.chars().all(|character| {
            let is_fine = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
            is_fine
        });
        is_fine && !is_escaped
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_names_and_checks_addresses() {
        for (name, email, told) in [
            ("Ada", "ada@x.example", "Ada <ada@x.example>"),
            ("Größe 变", "a@b", "Größe 变 <a@b>"),
            ("Ada B. C", "a+b_c@x.example", "\"Ada B. C\" <a+b_c@x.example>"),
            ("A, \"B\"\\", "a@b", "\"A, \\\"B\\\"\\\\\" <a@b>"),
            ("", "a@b", "a@b"),
            ("A", "\"a b\"@c", "A <\"a b\"@c>"),
            ("A", "\"a.b\"@c", "A <a.b@c>"),
            ("A", "a@[127.0.0.1]", "A <a@[127.0.0.1]>"),
            ("A", "a@bücher.example", "A <a@bücher.example>"),
        ] {
            assert_eq!(mailbox(name, email).as_deref(), Ok(told));
        }
        for (email, reason) in [
            ("", "it has no `@`"),
            ("a at b", "it has no `@`"),
            ("a@", "what stands behind the `@` is not a domain"),
            ("a@b c", "what stands behind the `@` is not a domain"),
            ("a@b..c", "what stands behind the `@` is not a domain"),
            ("ä@b", "what stands before the `@` may only have ASCII characters"),
            ("a b@c", "what stands before the `@` needs quotes"),
            (".a@c", "what stands before the `@` needs quotes"),
            ("@c", "what stands before the `@` needs quotes"),
            ("\"a\"b\"@c", "what stands before the `@` needs quotes"),
            ("a\nb@c", "an address stands on one line"),
        ] {
            assert_eq!(mailbox("A", email), Err(reason), "{email}");
        }
    }
}
