//! Whether the interface of a library fits: checked in both directions, and told in one line.

use abi_stable::StableAbi as _;
use abi_stable::abi_stability::abi_checking::{
    AbiInstability, AbiInstabilityError, AbiInstabilityErrors, CheckingGlobals, ExpectedFound,
    check_layout_compatibility_with_globals,
};
use abi_stable::type_layout::{TLFieldOrFunction, TypeLayout};

use super::objects::PluginModuleRef;

/// Checks the layout of a library's root module against this side's, or says what the first difference is.
pub(super) fn check(theirs: &'static TypeLayout) -> Result<(), String> {
    check_pair(PluginModuleRef::LAYOUT, theirs)
}

/// The check of `abi_stable` accepts only what has grown since, so a library that is older has to be checked the other
/// way round. And each check needs a fresh state, for what one finds out about prefixes is wrong for the next.
fn check_pair(ours: &'static TypeLayout, theirs: &'static TypeLayout) -> Result<(), String> {
    let fits = |interface, implementation| {
        check_layout_compatibility_with_globals(interface, implementation, &CheckingGlobals::new())
    };
    let Err(errors) = fits(ours, theirs) else { return Ok(()) };
    if fits(theirs, ours).is_ok() {
        return Ok(());
    }
    Err(first_difference(&errors))
}

/// `HostApi.progress.param_2: flit has u64, the plugin has u32`.
fn first_difference(errors: &AbiInstabilityErrors) -> String {
    let differences = errors.errors.iter().flat_map(|error| {
        error.errs.iter().map(move |difference| (vagueness(difference), error, difference))
    });
    let first = differences.min_by_key(|(vagueness, error, _)| (*vagueness, error.index));
    let Some((_, error, difference)) = first else {
        return "its layout is another".into();
    };
    let (what, flit, plugin) = words(difference);
    format!("{}{what}: flit has {flit}, the plugin has {plugin}", place_of(errors.interface, error))
}

/// Sizes differ because something else does, which says more.
fn vagueness(difference: &AbiInstability) -> u8 {
    use AbiInstability as AI;
    match difference {
        AI::Size(_) | AI::Alignment(_) | AI::MismatchedPrefixSize(_) => 2,
        AI::FieldCountMismatch(_) | AI::TooManyVariants(_) => 1,
        _ => 0,
    }
}

/// What differs, and how it is on either side.
fn words(difference: &AbiInstability) -> (&'static str, String, String) {
    use AbiInstability as AI;
    match difference {
        AI::Name(pair) => sides("", pair, |kind| kind.name().to_owned()),
        AI::Package(pair) => sides(" (crate)", pair, ToString::to_string),
        AI::PackageVersion(pair) => sides(" (version of its crate)", pair, ToString::to_string),
        AI::Size(pair) => sides(" (size)", pair, |size| format!("{size} bytes")),
        AI::Alignment(pair) => sides(" (alignment)", pair, |size| format!("{size} bytes")),
        AI::FieldCountMismatch(pair) => sides(" (number of fields)", pair, ToString::to_string),
        AI::TooManyVariants(pair) => sides(" (number of variants)", pair, ToString::to_string),
        AI::UnexpectedField(pair) => sides("", pair, |field| format!("`{}`", field.name())),
        AI::UnexpectedVariant(pair) => sides("", pair, |name| format!("`{name}`")),
        AI::MismatchedPrimitive(pair) => sides("", pair, |kind| format!("{kind:?}")),
        AI::MismatchedPrefixSize(pair) => sides(" (size of its prefix)", pair, ToString::to_string),
        _ => (" (shape)", "one".into(), "another".into()),
    }
}

fn sides<T>(
    what: &'static str,
    pair: &ExpectedFound<T>,
    show: impl Fn(&T) -> String,
) -> (&'static str, String, String) {
    (what, show(&pair.expected), show(&pair.found))
}

/// Where it differs, from the innermost type of this crate on: `HostApi.progress.param_2`.
fn place_of(whole: &'static TypeLayout, error: &AbiInstabilityError) -> String {
    let mut place = vec![whole.name().trim_end_matches("_TO")];
    for step in &error.stack_trace {
        let (name, layout) = match step.expected {
            TLFieldOrFunction::Field(field) => (field.name(), Some(field.layout())),
            TLFieldOrFunction::Function(function) => (function.name.as_str(), None),
        };
        // The field that holds a function and the function, and what a trait object is made of, are nothing to readers.
        let is_wrapping = matches!(name, "obj" | "vtable") || name.starts_with(char::is_numeric);
        if !is_wrapping && place.last() != Some(&name) {
            place.push(name);
        }
        let own = layout.filter(|layout| layout.package() == env!("CARGO_PKG_NAME"));
        if let Some(own) = own.filter(|layout| layout.name() != "VTable") {
            place = vec![own.name().trim_end_matches("_TO")];
        }
    }
    place.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::objects::HostRef;

    macro_rules! host_api {
        ($(#[$attribute:meta])* $name:ident, $($method:tt)*) => {
            $(#[$attribute])*
            mod $name {
                #![expect(
                    non_local_definitions,
                    clippy::used_underscore_binding,
                    reason = "what the macros of `abi_stable` expand to"
                )]
                use abi_stable::sabi_trait;
                use abi_stable::sabi_types::RRef;
                use abi_stable::std_types::RStr;

                #[sabi_trait]
                pub(in crate::abi) trait HostApi: Send + Sync {
                    $($method)*
                }

                pub(in crate::abi) type HostRef<'a> = HostApi_TO<'a, RRef<'a, ()>>;
            }
        };
    }

    host_api! { other_type,
        fn log(&self, level: u32, message: RStr<'_>);
        fn progress(&self, done: u64, total: u32);
        #[sabi(last_prefix_field)]
        fn is_cancelled(&self) -> bool;
    }
    host_api! { in_the_middle,
        fn log(&self, level: u32, message: RStr<'_>);
        fn clock(&self) -> u64;
        fn progress(&self, done: u64, total: u64);
        #[sabi(last_prefix_field)]
        fn is_cancelled(&self) -> bool;
    }
    host_api! {
        #[expect(clippy::cast_ptr_alignment, reason = "how `sabi_trait` finds methods with defaults")]
        later,
        fn log(&self, level: u32, message: RStr<'_>);
        fn progress(&self, done: u64, total: u64);
        #[sabi(last_prefix_field)]
        fn is_cancelled(&self) -> bool;
        fn clock(&self) -> u64 {
            77
        }
    }

    #[test]
    fn what_grew_at_the_end_fits_both_ways() {
        assert_eq!(check_pair(HostRef::LAYOUT, later::HostRef::LAYOUT), Ok(()));
        assert_eq!(check_pair(later::HostRef::LAYOUT, HostRef::LAYOUT), Ok(()));
        assert_eq!(check(PluginModuleRef::LAYOUT), Ok(()));
    }

    #[test]
    fn what_changed_is_named_in_one_line() {
        let refused = |theirs| check_pair(HostRef::LAYOUT, theirs).unwrap_err();
        assert_eq!(
            refused(other_type::HostRef::LAYOUT),
            "HostApi.progress.param_2: flit has u64, the plugin has u32"
        );
        assert_eq!(
            refused(in_the_middle::HostRef::LAYOUT),
            "HostApi: flit has `progress`, the plugin has `clock`"
        );
    }
}
