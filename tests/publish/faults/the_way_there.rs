//! Proxies.

use super::super::scene::{Scene, WHEEL, project, publisher, steady};
use super::super::scripted::{Answer, ScriptedServer, Step};
use crate::support::Program;

/// Publishes to a machine that only the proxy knows.
fn publish_through(proxy: &ScriptedServer, variables: &[(&str, &str)]) -> String {
    let mut sandbox = publisher(project(Program::Linked));
    for (name, value) in variables {
        sandbox = sandbox.variable(name, value);
    }
    let args = [
        "publish",
        "--format",
        "wheel",
        "--allow-http",
        "--repository",
        "http://index.example/legacy/",
    ];
    let outcome =
        sandbox.run(&[&args[..], &["--index-url", "http://index.example/simple/"]].concat());
    steady(&proxy.hide(&outcome.shown()))
}

#[test]
fn a_proxy_is_used_in_upper_and_lower_case() {
    for variable in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        let proxy = ScriptedServer::start();
        let url = format!("http://robin:camelot-42@{}", proxy.address());
        let shown = publish_through(&proxy, &[(variable, &url)]);
        assert_eq!(proxy.uploaded(), [WHEEL], "{variable}: {shown}");
        assert!(!shown.contains("camelot-42"), "{shown}");
        let request = &proxy.uploads()[0].request;
        assert_eq!(request.header("host"), Some("index.example"));
        assert_eq!(request.header("proxy-authorization"), Some("Basic cm9iaW46Y2FtZWxvdC00Mg=="));
    }
}

#[test]
fn a_proxy_for_https_is_asked_for_a_tunnel_and_sees_no_password() {
    for variable in ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        let proxy = ScriptedServer::start();
        let sandbox = publisher(project(Program::Linked))
            .variable(variable, &format!("http://{}", proxy.address()))
            .variable("FLIT_RETRIES", "0");
        let outcome = sandbox.run(&["publish", "--repository", "https://index.example/legacy/"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
        let asked = proxy.requests();
        assert_eq!(
            (asked[0].method.as_str(), asked[0].path.as_str()),
            ("CONNECT", "index.example:443")
        );
        assert!(asked.iter().all(|request| request.header("authorization").is_none()));
    }
}

#[test]
fn a_proxy_that_wants_a_password_is_told() {
    let proxy = ScriptedServer::start();
    proxy.always("/", Step::answer(Answer::new("407 Proxy Authentication Required")));
    let url = format!("http://{}", proxy.address());
    insta::assert_snapshot!(publish_through(&proxy, &[("HTTP_PROXY", &url)]), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://index.example/legacy/
      cause: cannot tell what the repository has already
      cause: a proxy wants a user name and a password, or others
      hint: write them into the URL of the proxy: `http://USER:PASSWORD@HOST:PORT`
      hint: `--index-url` says where its index is; `--verify none` publishes without asking
    ");
}

#[test]
fn a_proxy_that_does_not_listen_is_named_without_its_password() {
    let proxy = ScriptedServer::start();
    let closed = format!("127.0.0.1:{}", super::super::servers::free_port());
    let url = format!("http://robin:camelot-42@{closed}");
    let shown = publish_through(&proxy, &[("HTTP_PROXY", &url), ("FLIT_RETRIES", "0")]);
    insta::assert_snapshot!(shown.replace(&closed, "[PROXY]"), @"
    exit code: 1
    ----- stderr
    error: cannot publish `foobar` 0.1 to http://index.example/legacy/
      cause: cannot tell what the repository has already
      cause: cannot connect to `index.example` through the proxy `[PROXY]`
      cause: Connection refused (os error 111)
    ");
}

#[test]
fn hosts_without_a_proxy_are_reached_directly() {
    let scene =
        Scene::new().variable("http_proxy", "http://127.0.0.1:9").variable("no_proxy", "127.0.0.1");
    let outcome = scene.publish(&["--format", "wheel"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL]);
}
