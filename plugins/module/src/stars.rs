//! What `from … import *` may bring along.

use ruff_text_size::TextRange;

use crate::bindings::Bound;
use crate::modules::{Found, absolute_name, find};
use crate::source::{Source, Sources, Undecided};

/// The first `from … import *` of a module that may bind `name`.
pub(crate) fn star_that_may_bind(
    sources: &Sources<'_>,
    source: &Source,
    name: &str,
) -> Result<Option<TextRange>, Undecided> {
    let stars = source.bindings()?.of("*");
    let star = stars.iter().find(|star| match &star.what {
        Bound::Member { level, module, .. } => {
            let dotted = absolute_name(sources, &source.path, *level, module);
            dotted.is_none_or(|dotted| may_export(sources, &dotted, name))
        }
        Bound::Value(_) | Bound::Module(_) | Bound::Uncertain(_) => true,
    });
    Ok(star.map(|star| star.range))
}

/// Whether a star takes `name` from the module `dotted`. It may unless everything in there can be seen.
fn may_export(sources: &Sources<'_>, dotted: &str, name: &str) -> bool {
    let Found::File(path) = find(sources, dotted) else { return true };
    let Ok(source) = sources.get(&path) else { return true };
    let Ok(bindings) = source.bindings() else { return true };
    let binds = |name: &str| !bindings.of(name).is_empty();
    if source.may_bind_by_reflection() || ["*", "__all__", "__getattr__"].into_iter().any(binds) {
        return true;
    }
    let is_submodule = || !matches!(find(sources, &format!("{dotted}.{name}")), Found::Nothing);
    !name.starts_with('_') && (binds(name) || is_submodule())
}
