//! The file `.netrc`: logins by host, as curl and requests read them.

use std::path::PathBuf;

use flit_sdk::Secret;

use super::small_file;

/// The files that may be there, the first one first.
#[derive(Clone, Debug)]
pub(super) struct Netrc {
    /// Each with its path for people.
    files: Vec<(PathBuf, String)>,
}

/// A login on a host.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Login {
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret>,
}

/// What came of looking for a login.
#[derive(Debug)]
pub(super) enum Answer {
    /// The file, and the login.
    Found(String, Login),
    /// The file, and why there is none in it.
    Nothing(String, String),
}

impl Netrc {
    pub(super) fn at(files: Vec<(PathBuf, String)>) -> Self {
        Self { files }
    }

    /// The login on a host, of the user if one is known. `default` is left out: whoever wrote it did not think of us.
    pub(super) fn login(&self, host_name: &str, username: Option<&str>) -> Answer {
        let first = self.files.first().map(|(_, shown)| shown.clone()).unwrap_or_default();
        for (path, shown) in &self.files {
            let bytes = match small_file::read(path) {
                Ok(bytes) => bytes,
                Err(error) if error.is_missing() => continue,
                Err(error) => return Answer::Nothing(shown.clone(), error.to_string()),
            };
            let mut logins = logins(&String::from_utf8_lossy(&bytes), host_name);
            if logins.is_empty() {
                return Answer::Nothing(shown.clone(), "no login on this host".into());
            }
            logins.retain(|login| login.password.is_some());
            logins.retain(|login| username.is_none() || login.username.as_deref() == username);
            let shown = shown.clone();
            return match logins.into_iter().next() {
                Some(login) => Answer::Found(shown, login),
                None => Answer::Nothing(shown, "no password of this user on this host".into()),
            };
        }
        Answer::Nothing(first, "not there".into())
    }
}

/// The logins on a host.
fn logins(text: &str, host_name: &str) -> Vec<Login> {
    let mut logins: Vec<(bool, Login)> = Vec::new();
    let mut rest = text;
    while let Some(word) = next_word(&mut rest) {
        match word.as_str() {
            "machine" => {
                let name = next_word(&mut rest).unwrap_or_default();
                logins.push((name.eq_ignore_ascii_case(host_name), Login::default()));
            }
            "default" => logins.push((false, Login::default())),
            "login" | "user" | "password" | "account" => {
                let value = next_word(&mut rest).filter(|value| !value.is_empty());
                if let Some((_, login)) = logins.last_mut() {
                    match word.as_str() {
                        "login" | "user" => login.username = value,
                        "password" => login.password = value.map(Secret::new),
                        _ => {}
                    }
                }
            }
            // A macro goes on to the next blank line.
            "macdef" => rest = rest.split_once("\n\n").map_or("", |(_, behind)| behind),
            comment if comment.starts_with('#') => {
                rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
            }
            _ => {}
        }
    }
    logins.into_iter().filter(|(is_here, _)| *is_here).map(|(_, login)| login).collect()
}

/// Takes the next word off the text. One in quotes may hold blanks, and anything behind a backslash.
fn next_word(rest: &mut &str) -> Option<String> {
    *rest = rest.trim_start();
    let is_quoted = rest.starts_with('"');
    if is_quoted {
        *rest = &rest[1..];
    }
    let mut word = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' if is_quoted => {
                *rest = &rest[at + 1..];
                return Some(word);
            }
            '\\' => word.extend(characters.next().map(|(_, next)| next)),
            blank if !is_quoted && blank.is_whitespace() => {
                *rest = &rest[at..];
                return Some(word);
            }
            other => word.push(other),
        }
    }
    *rest = "";
    (is_quoted || !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests;
