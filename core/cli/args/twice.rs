//! Options that may stand before and behind the command: given in both places, one of them would be lost.

use std::ffi::OsString;

use clap::error::{Error, ErrorKind};
use clap::{CommandFactory as _, Parser as _};

use super::{GlobalArgs, TypedArgs};

/// Parses the command line. Of an option that takes one value, a second is an error wherever it stands; of one that takes
/// several, those of both places count.
pub(in crate::cli) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<TypedArgs, Error> {
    let args: Vec<OsString> = args.into_iter().collect();
    let mut typed = TypedArgs::try_parse_from(&args)?;
    let Some((before, behind)) = halves(&args, &typed) else { return Ok(typed) };
    let given = |global: &GlobalArgs| {
        [
            ("-C <DIR>", global.directory.is_some()),
            ("--ini-file <FILE>", global.config_file.is_some()),
            ("--repository <NAME|URL|DIR>", global.repository.is_some()),
        ]
    };
    let pairs = given(&before).into_iter().zip(given(&behind));
    let twice = pairs.filter(|((_, before), (_, behind))| *before && *behind);
    if let Some(((option, _), _)) = twice.into_iter().next() {
        let message = format!("the argument '{option}' cannot be used multiple times");
        return Err(TypedArgs::command().error(ErrorKind::ArgumentConflict, message));
    }
    typed.global.plugins = [before.plugins, behind.plugins].concat();
    Ok(typed)
}

/// What stands before the command, and what behind it; `None` if nothing stands before it.
fn halves(args: &[OsString], typed: &TypedArgs) -> Option<(GlobalArgs, GlobalArgs)> {
    typed.command.as_ref()?;
    let (program, rest) = args.split_first()?;
    let first_of = |part: &[OsString]| {
        let args = [std::slice::from_ref(program), part].concat();
        TypedArgs::try_parse_from(args).ok()
    };
    // The command is the first word behind which a command line begins, before which one ends.
    (1..rest.len()).find_map(|at| {
        let before = first_of(&rest[..at]).filter(|before| before.command.is_none())?;
        let behind = first_of(&rest[at..]).filter(|behind| behind.command.is_some())?;
        Some((before.global, behind.global))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        match parse(line.split(' ').map(OsString::from)) {
            Ok(TypedArgs { global, .. }) => {
                format!("{:?} {:?} {:?}", global.repository, global.directory, global.plugins)
            }
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn an_option_in_both_places_is_not_lost() {
        let twice =
            "error: the argument '--repository <NAME|URL|DIR>' cannot be used multiple times";
        for (line, expected) in [
            ("flit --repository a publish --repository b", twice),
            ("flit --repo a publish --repo=a", twice),
            ("flit publish --repository a --repository b", twice),
            ("flit --repository a -q publish", r#"Some("a") None []"#),
            ("flit publish --repository a", r#"Some("a") None []"#),
            ("flit --repository publish publish --dry-run", r#"Some("publish") None []"#),
            ("flit -q build", "None None []"),
            (
                "flit -C a build -C b",
                "error: the argument '-C <DIR>' cannot be used multiple times",
            ),
            ("flit --plugin a build --plugin b", r#"None None ["a", "b"]"#),
            ("flit --plugin a build", r#"None None ["a"]"#),
            ("flit build --plugin b", r#"None None ["b"]"#),
            ("flit", "None None []"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
