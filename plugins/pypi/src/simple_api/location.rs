//! Where the index of a repository is, told from the repository alone.

use flit_sdk::model::Repository;
use reqwest::Url;

use crate::service::Service;

/// How sure a location is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Certainty {
    /// A service that has its index nowhere else: what it answers holds.
    Known,
    /// The user said so. An index all the same only once it looks like one: addresses are mistyped.
    Stated,
    /// Where servers of this kind often have it.
    Guessed,
}

/// A place where an index is, or may be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Location {
    /// The root of the index, with a slash at its end.
    pub(crate) root: Url,
    /// How sure that is.
    pub(crate) certainty: Certainty,
}

impl Location {
    /// The page of a project.
    pub(crate) fn project_page(&self, normalized_name: &str) -> Url {
        with_path(&self.root, &format!("{}{normalized_name}/", self.root.path()))
    }
}

/// The places to look for the index of a repository at, in order. Unless it is the last, one that is not sure is tried
/// before the next. Empty if the URLs of the repository are none of the web.
pub(crate) fn locations(repository: &Repository) -> Vec<Location> {
    if let Some(index_url) = &repository.index_url {
        let Some(root) = web_url(index_url) else { return vec![] };
        let certainty = if is_known_root(&root) { Certainty::Known } else { Certainty::Stated };
        return vec![Location { root, certainty }];
    }
    let Some(upload_url) = web_url(&repository.url) else { return vec![] };
    if let Some(root) = known_root(&upload_url) {
        return vec![Location { root, certainty: Certainty::Known }];
    }
    let guess = |root| Location { root, certainty: Certainty::Guessed };
    guessed_roots(&upload_url).into_iter().map(guess).collect()
}

/// The URL with a slash at the end of its path, and nothing behind it.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(with_path(&url, &format!("{}/", url.path().trim_end_matches('/'))))
}

fn with_path(url: &Url, path: &str) -> Url {
    let mut other = url.clone();
    other.set_path(path);
    other.set_query(None);
    other.set_fragment(None);
    other
}

/// The index of a service that is known by its host or by the shape of its upload URL.
fn known_root(upload_url: &Url) -> Option<Url> {
    let host = upload_url.host_str()?;
    let path = upload_url.path();
    let beside = |path: String| Some(with_path(upload_url, &path));
    if let Some(service) = Service::of(upload_url) {
        return Url::parse(&format!("{}/simple/", service.site())).ok();
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let is_code_artifact = host.contains(".d.codeartifact.") && host.ends_with(".amazonaws.com");
    let is_google = host.ends_with("-python.pkg.dev");
    match segments.as_slice() {
        [.., "api", "v4", "projects", _, "packages", "pypi"] // GitLab
        | [.., "api", "pypi", _] // Artifactory
        | [.., "api", "packages", _, "pypi"] // Gitea and Forgejo
            => beside(format!("{path}simple/")),
        [_, _] if is_google || is_code_artifact => beside(format!("{path}simple/")),
        [.., "_packaging", _, "pypi", "upload"] // Azure Artifacts
            => beside(format!("{}simple/", path.strip_suffix("upload/")?)),
        _ => None,
    }
}

/// Whether this is where a service that is known has its index; at many of those, the root itself answers nothing.
fn is_known_root(root: &Url) -> bool {
    let path = root.path();
    let uploads = path
        .strip_suffix("simple/")
        .into_iter()
        .flat_map(|base| [base.to_owned(), format!("{base}upload/"), format!("{base}legacy/")]);
    let mut roots = uploads.filter_map(|upload| known_root(&with_path(root, &upload)));
    let is_group_of_gitlab = path.contains("/api/v4/groups/");
    is_group_of_gitlab || roots.any(|known| known == *root)
}

/// Where servers that anyone may run have their index.
fn guessed_roots(upload_url: &Url) -> Vec<Url> {
    let path = upload_url.path();
    if let Some(base) = path.strip_suffix("legacy/") {
        // Pulp, ProGet, and who runs Warehouse.
        return vec![with_path(upload_url, &format!("{base}simple/"))];
    }
    let simple = with_path(upload_url, &format!("{path}simple/"));
    let segments = path.split('/').filter(|segment| !segment.is_empty()).count();
    if path.ends_with("simple/") {
        // Some take uploads where their index is.
        vec![upload_url.clone(), simple]
    } else if segments >= 2 && !path.contains("/repository/") {
        // devpi: a user and the name of an index.
        vec![with_path(upload_url, &format!("{path}+simple/")), simple]
    } else {
        vec![simple]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str, index_url: Option<&str>) -> String {
        let repository = Repository {
            url: url.into(),
            index_url: index_url.map(Into::into),
            ..Repository::default()
        };
        let show = |place: Location| format!("{:?} {}", place.certainty, place.root);
        locations(&repository).into_iter().map(show).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_index_is_told_from_the_upload_url() {
        for (url, expected) in [
            ("https://upload.pypi.org/legacy/", "Known https://pypi.org/simple/"),
            ("https://upload.pypi.org/legacy", "Known https://pypi.org/simple/"),
            ("https://test.pypi.org/legacy/", "Known https://test.pypi.org/simple/"),
            (
                "https://gitlab.example/api/v4/projects/17/packages/pypi",
                "Known https://gitlab.example/api/v4/projects/17/packages/pypi/simple/",
            ),
            (
                "https://host.example/git/api/v4/projects/a%2Fb/packages/pypi/",
                "Known https://host.example/git/api/v4/projects/a%2Fb/packages/pypi/simple/",
            ),
            (
                "https://acme.jfrog.example/artifactory/api/pypi/local",
                "Known https://acme.jfrog.example/artifactory/api/pypi/local/simple/",
            ),
            (
                "https://gitea.example/api/packages/me/pypi",
                "Known https://gitea.example/api/packages/me/pypi/simple/",
            ),
            (
                "https://pkgs.dev.azure.com/o/p/_packaging/feed/pypi/upload/",
                "Known https://pkgs.dev.azure.com/o/p/_packaging/feed/pypi/simple/",
            ),
            (
                "https://d-1.d.codeartifact.eu-west-1.amazonaws.com/pypi/repo/",
                "Known https://d-1.d.codeartifact.eu-west-1.amazonaws.com/pypi/repo/simple/",
            ),
            (
                "https://europe-python.pkg.dev/project/repo/",
                "Known https://europe-python.pkg.dev/project/repo/simple/",
            ),
            (
                "https://nexus.example/repository/hosted/",
                "Guessed https://nexus.example/repository/hosted/simple/",
            ),
            ("http://127.0.0.1:8080/", "Guessed http://127.0.0.1:8080/simple/"),
            ("http://127.0.0.1:8080", "Guessed http://127.0.0.1:8080/simple/"),
            (
                "http://127.0.0.1:8080/simple/",
                "Guessed http://127.0.0.1:8080/simple/, Guessed http://127.0.0.1:8080/simple/simple/",
            ),
            (
                "https://devpi.example/alice/dev?x=1#y",
                "Guessed https://devpi.example/alice/dev/+simple/, Guessed https://devpi.example/alice/dev/simple/",
            ),
            ("https://pulp.example/pypi/x/legacy/", "Guessed https://pulp.example/pypi/x/simple/"),
            ("file:///srv/index", ""),
            ("no URL", ""),
        ] {
            assert_eq!(shown(url, None), expected, "{url}");
        }
    }

    #[test]
    fn what_the_user_says_of_the_index_comes_first() {
        for (index_url, expected) in [
            ("https://other.example/simple", "Stated https://other.example/simple/"),
            ("https://pypi.org/simple/", "Known https://pypi.org/simple/"),
            (
                "https://gitlab.example/api/v4/groups/3/-/packages/pypi/simple",
                "Known https://gitlab.example/api/v4/groups/3/-/packages/pypi/simple/",
            ),
            (
                "https://p.example/_packaging/feed/pypi/simple/",
                "Known https://p.example/_packaging/feed/pypi/simple/",
            ),
            ("ftp://other.example/", ""),
        ] {
            assert_eq!(
                shown("https://a.example/legacy/", Some(index_url)),
                expected,
                "{index_url}"
            );
        }
    }

    #[test]
    fn pages_of_projects_are_below_the_root() {
        let root = Url::parse("https://h.example/%2B/simple/").unwrap();
        let location = Location { root, certainty: Certainty::Guessed };
        assert_eq!(location.project_page("a-b").as_str(), "https://h.example/%2B/simple/a-b/");
    }
}
