//! The description: whether PyPI can make a page of it.

use flit_sdk::model::{CoreMetadata, Field, is_readme_content_type};

use super::{Problem, Weight};

/// The kinds of Markdown that PyPI renders.
const VARIANTS: [&str; 2] = ["GFM", "CommonMark"];

/// What is wrong with the type of the description. The text itself is not rendered: Markdown and plain text always can
/// be, and reStructuredText only by its own tools.
pub(super) fn problems(metadata: &CoreMetadata) -> Vec<Problem> {
    let rule = "metadata.description-content-type";
    let description = metadata.text(Field::Description);
    let Some(content_type) = metadata.text(Field::DescriptionContentType) else {
        let is_markdown = description.is_some_and(looks_like_markdown);
        let message = "the description has no type, so it is taken for reStructuredText, and looks like Markdown";
        let hint = "say `text/markdown`, or give the readme the suffix `.md`";
        let problem = Problem::new(Weight::Doubtful, rule, message).hint(hint);
        return is_markdown.then_some(problem).into_iter().collect();
    };
    let mut problems = Vec::new();
    let mut wrong = |message: String, hint: &str| {
        problems.push(Problem::new(Weight::Wrong, rule, message).hint(hint));
    };
    if !is_readme_content_type(content_type) {
        let message = format!("`{content_type}` is not a type that a description may have");
        wrong(message, "use `text/markdown`, `text/x-rst` or `text/plain`");
    }
    for parameter in content_type.split(';').skip(1) {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "charset" if !value.eq_ignore_ascii_case("utf-8") => {
                wrong(format!("the description is not encoded as `{value}`"), "use `UTF-8`");
            }
            "variant"
                if content_type.starts_with("text/markdown") && !VARIANTS.contains(&value) =>
            {
                let message = format!("`{value}` is not a variant of Markdown that is rendered");
                wrong(message, "use `GFM` or `CommonMark`");
            }
            _ => {}
        }
    }
    problems
}

/// Headings with `#` and fences mean nothing in reStructuredText.
fn looks_like_markdown(description: &str) -> bool {
    let is_markdown = |line: &str| {
        line.starts_with("```")
            || line.trim_start_matches('#').starts_with(' ') && line.starts_with('#')
    };
    description.lines().any(is_markdown)
}
