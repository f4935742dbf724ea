//! Did you mean: the nearest of the names that would have been right.

/// How alike two names must be, from 0 to 1, for one to be suggested in place of the other.
const LIKENESS: f64 = 0.6;

/// Returns the candidate that is most like `name`, if one is like it at all.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_like_the_name() {
        assert_eq!(nearest("licence", ["license", "readme"]), Some("license"));
        assert_eq!(
            nearest("requires_python", ["requires-python", "requires"]),
            Some("requires-python")
        );
        assert_eq!(nearest("zzz", ["license", "readme"]), None);
    }
}
