//! PyPI and TestPyPI: their hosts and addresses, all of them here.

use reqwest::Url;

/// One of the two indexes whose rules and addresses are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Service {
    Pypi,
    TestPypi,
}

impl Service {
    /// The service that `url` is of, whatever is at that path.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        match url.host_str()?.trim_end_matches('.') {
            "pypi.org" | "www.pypi.org" | "upload.pypi.org" => Some(Self::Pypi),
            "test.pypi.org" => Some(Self::TestPypi),
            _ => None,
        }
    }

    /// The service that `url` was of, long ago. Nothing useful answers there.
    pub(crate) fn formerly_of(url: &Url) -> Option<Self> {
        match url.host_str()?.trim_end_matches('.') {
            "pypi.python.org" => Some(Self::Pypi),
            "testpypi.python.org" => Some(Self::TestPypi),
            _ => None,
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pypi => "PyPI",
            Self::TestPypi => "TestPyPI",
        }
    }

    /// Where uploads go.
    pub(crate) const fn upload_url(self) -> &'static str {
        match self {
            Self::Pypi => "https://upload.pypi.org/legacy/",
            Self::TestPypi => "https://test.pypi.org/legacy/",
        }
    }

    /// The site for people, without a slash at the end.
    pub(crate) const fn site(self) -> &'static str {
        match self {
            Self::Pypi => "https://pypi.org",
            Self::TestPypi => "https://test.pypi.org",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_is_of_its_service() {
        for service in [Service::Pypi, Service::TestPypi] {
            for address in [service.upload_url(), service.site()] {
                assert_eq!(Service::of(&Url::parse(address).unwrap()), Some(service), "{address}");
            }
        }
        for address in ["https://pypi.python.org/pypi", "https://pypi.example/legacy/", "file:///"]
        {
            assert_eq!(Service::of(&Url::parse(address).unwrap()), None, "{address}");
        }
        let of_old = Url::parse("https://testpypi.python.org/pypi").unwrap();
        assert_eq!(Service::formerly_of(&of_old).map(Service::name), Some("TestPyPI"));
    }
}
