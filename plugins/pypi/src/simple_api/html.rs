//! Reads the HTML form of the Simple API (PEP 503, with what PEP 629 and PEP 792 add).

use flit_sdk::model::{DistributionName, ProjectName};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use percent_encoding::percent_decode_str;

use super::file_name::is_listed;
use super::json::check_version;
use super::page::{PageError, PageFile, ProjectPage, ProjectStatus, hash, one_line};

/// The titles that indexes give to their pages; each in lower case, and only its beginning.
const TITLES: [&str; 3] = ["simple index", "links for", "links in"];

/// What is on a page that matters to an index.
#[derive(Default)]
struct Page {
    /// The targets of the links, and their texts.
    links: Vec<(String, String)>,
    title: String,
    base: Option<String>,
    api_version: Option<String>,
    status: Option<String>,
    status_reason: Option<String>,
}

pub(super) fn project_page(
    project: &ProjectName,
    body: &[u8],
    is_simple_api: bool,
) -> Result<ProjectPage, PageError> {
    let page = Page::read(body);
    if let Some(version) = &page.api_version {
        check_version(version)?;
    }
    let files: Vec<PageFile> = page.links.iter().filter_map(page_file).collect();
    let is_ours = |file: &PageFile| {
        let name = DistributionName::parse(&file.file_name);
        name.is_ok_and(|name| name.name().normalized() == project.normalized())
    };
    if !is_simple_api && !page.has_marker() && !files.iter().any(is_ours) {
        return Err(PageError::NoIndex {
            title: Some(page.title).filter(|title| !title.is_empty()),
        });
    }
    let status = page.status.map(|status| ProjectStatus { status, reason: page.status_reason });
    Ok(ProjectPage { files, base: page.base, status })
}

/// Whether this is a list of projects: it says so, or has nothing but a directory for each, as a file server shows it.
pub(super) fn is_index_root(body: &[u8]) -> bool {
    let page = Page::read(body);
    let is_project = |(href, text): &(String, String)| {
        let path = href.strip_suffix('/').unwrap_or_default();
        let directory = path.rsplit('/').next().unwrap_or_default();
        let has_name = text.trim().trim_end_matches('/') == directory;
        has_name && ProjectName::parse(directory).is_ok()
    };
    let leads_up = |href: &str| href.starts_with(['?', '#']) || matches!(href, "../" | ".." | "/");
    let mut links = page.links.iter().filter(|(href, _)| !leads_up(href)).peekable();
    page.has_marker() || (links.peek().is_some() && links.all(is_project))
}

impl Page {
    fn read(body: &[u8]) -> Self {
        let mut emitter = DefaultEmitter::default();
        // Without that, what looks like a tag in a script would be one.
        emitter.naively_switch_states(true);
        let mut page = Self::default();
        let mut link: Option<(String, String)> = None;
        let mut is_in_title = false;
        for Ok(token) in Tokenizer::new_with_emitter(body, emitter) {
            match token {
                Token::StartTag(tag) if &tag.name[..] == b"a" => {
                    page.links.extend(link.take());
                    link = attribute(&tag, "href").map(|href| (href, String::new()));
                }
                Token::EndTag(tag) if &tag.name[..] == b"a" => page.links.extend(link.take()),
                Token::StartTag(tag) if &tag.name[..] == b"title" => {
                    is_in_title = page.title.is_empty();
                }
                Token::EndTag(tag) if &tag.name[..] == b"title" => is_in_title = false,
                Token::StartTag(tag) => page.note(&tag),
                Token::String(text) => {
                    let text = String::from_utf8_lossy(&text.value);
                    if let Some((_, link_text)) = &mut link {
                        link_text.push_str(&text);
                    }
                    if is_in_title {
                        page.title.push_str(&text);
                    }
                }
                Token::EndTag(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        page.links.extend(link);
        page.title = one_line(&page.title);
        page
    }

    fn note(&mut self, tag: &StartTag<()>) {
        match &tag.name[..] {
            b"base" if self.base.is_none() => self.base = attribute(tag, "href"),
            b"meta" => {
                let place = match attribute(tag, "name").as_deref() {
                    Some("pypi:repository-version") => &mut self.api_version,
                    Some("pypi:project-status") => &mut self.status,
                    Some("pypi:project-status-reason") => &mut self.status_reason,
                    Some(_) | None => return,
                };
                *place = attribute(tag, "content");
            }
            _ => {}
        }
    }

    /// Whether the page says of itself that it is one of an index.
    fn has_marker(&self) -> bool {
        let title = self.title.to_ascii_lowercase();
        self.api_version.is_some() || TITLES.iter().any(|known| title.starts_with(known))
    }
}

/// The file that a link leads to, if it is one that indexes list.
fn page_file((href, text): &(String, String)) -> Option<PageFile> {
    let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
    let segment = path.split('?').next().and_then(|path| path.rsplit('/').next());
    let of_url = percent_decode_str(segment.unwrap_or_default()).decode_utf8_lossy().into_owned();
    let names = [of_url, text.trim().to_owned()];
    let file_name = names.into_iter().find(|name| is_listed(name))?;
    let named_hash = |part: &str| {
        let (name, digits) = part.split_once('=')?;
        hash(name, digits)
    };
    let hashes = fragment.split('&').filter_map(named_hash).collect();
    Some(PageFile { file_name, url: href.clone(), hashes, size: None })
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value.value).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn read(body: &str) -> Result<ProjectPage, PageError> {
        let project = ProjectName::parse("Foo.Bar").unwrap();
        project_page(&project, body.replace("$SHA", SHA256).as_bytes(), false)
    }

    /// The names, the links and the hashes of a page, one file a line.
    fn shown(body: &str) -> String {
        let show = |file: &PageFile| {
            let hashes = file.hashes.iter().map(|(name, hash)| format!(" {name}={hash}"));
            format!("{} {}{}\n", file.file_name, file.url, hashes.collect::<String>())
        };
        let page = read(body).unwrap();
        page.files.iter().map(show).collect::<String>().replace(SHA256, "$SHA")
    }

    #[test]
    fn links_are_files_with_their_hashes() {
        for (body, expected) in [
            // As pypiserver, devpi and Warehouse write it.
            (
                r#"<title>Links for foo-bar</title><a href="/packages/foo_bar-1.0.tar.gz#sha256=$SHA">foo_bar-1.0.tar.gz</a>"#,
                "foo_bar-1.0.tar.gz /packages/foo_bar-1.0.tar.gz#sha256=$SHA sha256=$SHA\n",
            ),
            // Any case, any quotes, no end tags, entities, percent signs, a build of a local version.
            (
                "<A data-yanked HREF='../foo_bar-1.0%2Bl.1-py3-none-any.whl?a=1&amp;b=2#sha256=$SHA&amp;egg=x'>here<a href=foo_bar-1.0.zip#md5=0Aff>",
                "foo_bar-1.0+l.1-py3-none-any.whl ../foo_bar-1.0%2Bl.1-py3-none-any.whl?a=1&b=2#sha256=$SHA&egg=x sha256=$SHA\n\
                 foo_bar-1.0.zip foo_bar-1.0.zip#md5=0Aff md5=0aff\n",
            ),
            // The name is the text where the link has none; the hash of the metadata is none of the file.
            (
                r#"<a href="/get?id=7" data-dist-info-metadata="sha256=$SHA"> foo_bar-1.0.zip </a><a href="foo_bar-1.0.zip.asc">sig</a>"#,
                "foo_bar-1.0.zip /get?id=7\n",
            ),
            // What is in comments and scripts is no link, and half a hash no hash.
            (
                r#"<!-- <a href="foo_bar-2.0.zip">x</a> --><script>"<a href='foo_bar-3.0.zip'>"</script><a href="foo_bar-1.0.zip#sha256=abc">x</a>"#,
                "foo_bar-1.0.zip foo_bar-1.0.zip#sha256=abc\n",
            ),
            (r#"<meta name="pypi:repository-version" content="1.1"><p>nothing</p>"#, ""),
            ("<title>\n Simple  Index </title>", ""),
        ] {
            assert_eq!(shown(body), expected, "{body}");
        }
    }

    #[test]
    fn links_are_relative_to_the_base() {
        let page = read(r#"<base href="/files/"><a href="foo_bar-1.0.zip#sha256=$SHA">x</a>"#);
        let page = page.unwrap();
        let page_url = "https://h.example/simple/foo-bar/".parse().unwrap();
        let url = page.url_of(&page.files[0], &page_url).unwrap();
        assert_eq!(url.as_str(), "https://h.example/files/foo_bar-1.0.zip");
    }

    #[test]
    fn the_status_of_the_project_is_read() {
        let page = read(
            r#"<meta name="pypi:repository-version" content="1.4">
            <meta name="pypi:project-status" content="quarantined">
            <meta name="pypi:project-status-reason" content="mal&#119;are">"#,
        );
        let status = ProjectStatus { status: "quarantined".into(), reason: Some("malware".into()) };
        assert_eq!(page.unwrap().status, Some(status));
    }

    #[test]
    fn pages_of_something_else_are_errors() {
        let huge = "<div><a href='x'>".repeat(10_000);
        for (body, expected) in [
            ("", "the answer is no page of an index"),
            ("\0\u{fffd}<<<a <a<", "the answer is no page of an index"),
            (&huge, "the answer is no page of an index"),
            (
                "<title>Welcome to\n Free\u{7} WiFi</title><a href='/login'>log in</a>",
                "the answer is no page of an index, but one with the title `Welcome to Free WiFi`",
            ),
            ("<a href='other-1.0.zip'>other-1.0.zip</a>", "the answer is no page of an index"),
            (
                r#"<meta name="pypi:repository-version" content="2.0"><a href="foo_bar-1.0.zip">x</a>"#,
                "the index speaks version `2.0` of the Simple API, and only version 1 is understood",
            ),
        ] {
            assert_eq!(read(body).unwrap_err().to_string(), expected, "{body:.60}");
        }
    }

    #[test]
    fn the_root_of_an_index_is_a_list_of_directories() {
        for (body, expected) in [
            ("<title>Simple index</title>", true),
            ("<a href='../'>../</a><a href='foo/'>foo/</a><a href='/simple/b-c/'>b-c</a>", true),
            ("<meta name='pypi:repository-version' content='1.0'>", true),
            ("<a href='../'>../</a>", false),
            ("<a href='foo/'>foo</a><a href='/login'>Log in</a>", false),
            ("<a href='/about/'>About us</a>", false),
            ("", false),
        ] {
            assert_eq!(is_index_root(body.as_bytes()), expected, "{body}");
        }
    }
}
