//! The way through a proxy, and around it.

use flit_sdk::Secret;
use flit_sdk::model::{Connection, Outcome};

use crate::release::{Wheel, reached, shown};
use crate::server::Server;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// A connection with one proxy for everything.
fn through(proxy: &Server, no_proxy: Option<&str>) -> Connection {
    let url = Secret::new(format!("http://me:p%40ss@{}", proxy.address));
    Connection {
        http_proxy: Some(url.clone()),
        https_proxy: Some(url),
        no_proxy: no_proxy.map(str::to_owned),
        allows_plain_http: true,
        ..Connection::default()
    }
}

#[test]
fn plain_http_goes_through_the_proxy() {
    let proxy = Server::answering(OK);
    let repository = reached("http://index.example/legacy/", through(&proxy, None));
    assert_eq!(Wheel::new(b"bytes").put(&repository), Ok(Outcome::Created));
    let captured = proxy.captured();
    assert_eq!(captured.request_line(), "POST http://index.example/legacy/ HTTP/1.1");
    assert_eq!(captured.header("proxy-authorization"), Some("Basic bWU6cEBzcw=="));
    assert_eq!(captured.header("host"), Some("index.example"));
}

#[test]
fn a_proxy_needs_no_scheme() {
    let proxy = Server::answering(OK);
    let http_proxy = Some(Secret::new(proxy.address.to_string()));
    let connection = Connection { http_proxy, ..Connection::default() };
    let repository = reached("http://localhost:9/legacy/", connection);
    assert_eq!(Wheel::new(b"bytes").put(&repository), Ok(Outcome::Created));
}

#[test]
fn named_hosts_are_reached_directly() {
    let proxy = Server::start(Vec::<crate::server::Play>::new());
    let rows = ["127.0.0.1", "127.0.0.0/8", "*", "other.example, 127.0.0.1:{PORT}"];
    for no_proxy in rows {
        let server = Server::answering(OK);
        let no_proxy = no_proxy.replace("{PORT}", &server.address.port().to_string());
        let repository = reached(&server.url(), through(&proxy, Some(&no_proxy)));
        assert_eq!(Wheel::new(b"bytes").put(&repository), Ok(Outcome::Created), "{no_proxy}");
    }
}

#[test]
fn others_are_not() {
    for no_proxy in ["", "xample", "dex.example", "index.example:81", "127.0.0.1"] {
        let proxy = Server::answering(OK);
        let repository = reached("http://index.example/legacy/", through(&proxy, Some(no_proxy)));
        assert_eq!(Wheel::new(b"bytes").put(&repository), Ok(Outcome::Created), "{no_proxy}");
    }
}

#[test]
fn a_proxy_that_wants_a_password_is_named_without_one() {
    let wants = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
    for url in ["http://index.example/legacy/", "https://index.example/legacy/"] {
        let proxy = Server::answering(wants);
        let error = Wheel::new(b"bytes").put(&reached(url, through(&proxy, None))).unwrap_err();
        assert_eq!(
            shown(&error, &proxy.address),
            "Rejected: the proxy `HOST` wants a user name and a password, or others\n  \
             hint: write them into the URL of the proxy: `http://USER:PASSWORD@HOST:PORT`"
        );
    }
}

#[test]
fn a_proxy_that_fails_is_named() {
    let proxy = Server::answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    let repository = reached("https://index.example/legacy/", through(&proxy, None));
    let error = Wheel::new(b"bytes").put(&repository).unwrap_err();
    assert_eq!(
        shown(&error, &proxy.address),
        "Unreachable: cannot connect to `index.example` through the proxy `HOST`\n  cause: tunnel error: unsuccessful"
    );
    let captured = proxy.captured();
    assert_eq!(captured.request_line(), "CONNECT index.example:443 HTTP/1.1");
    assert_eq!(captured.header("proxy-authorization"), Some("Basic bWU6cEBzcw=="));
    assert_eq!(captured.header("authorization"), None);
}

#[test]
fn a_proxy_elsewhere_sees_no_credentials() {
    let http_proxy = Some(Secret::new("http://proxy.example:3128"));
    let connection = Connection { http_proxy, ..Connection::default() };
    let error =
        Wheel::new(b"bytes").put(&reached("http://localhost/legacy/", connection)).unwrap_err();
    assert_eq!(
        error.message,
        "the credentials for `localhost` would go over plain `http`, for all to read"
    );
}

#[test]
fn what_is_no_proxy_is_refused_without_showing_it() {
    for text in
        ["ftp://me:secret@proxy", "http://", "http://me:secret@[", "http://me:secret@proxy:x"]
    {
        let http_proxy = Some(Secret::new(text));
        let connection = Connection { http_proxy, ..Connection::default() };
        let error =
            Wheel::new(b"bytes").put(&reached("http://localhost/", connection)).unwrap_err();
        assert_eq!(
            shown(&error, &"0.0.0.0:0".parse().unwrap()),
            "Unsupported: what is set as proxy for `http` is not the URL of a proxy\n  \
             hint: write a URL such as `http://proxy.example:3128` (http, https, socks4, socks5, socks5h)"
        );
    }
}
