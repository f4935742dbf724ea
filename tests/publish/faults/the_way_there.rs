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
    let args = ["publish", "--format", "wheel", "--allow-http", "--repository", "http://index.example/legacy/"];
    let outcome = sandbox.run(&[&args[..], &["--index-url", "http://index.example/simple/"]].concat());
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
fn a_proxy_that_wants_a_password_is_told() {
    let proxy = ScriptedServer::start();
    proxy.always("/", Step::answer(Answer::new("407 Proxy Authentication Required")));
    let url = format!("http://{}", proxy.address());
    insta::assert_snapshot!(publish_through(&proxy, &[("HTTP_PROXY", &url)]), @"");
}

#[test]
fn a_proxy_that_does_not_listen_is_named_without_its_password() {
    let proxy = ScriptedServer::start();
    let closed = format!("127.0.0.1:{}", super::super::servers::free_port());
    let url = format!("http://robin:camelot-42@{closed}");
    let shown = publish_through(&proxy, &[("HTTP_PROXY", &url), ("FLIT_RETRIES", "0")]);
    insta::assert_snapshot!(shown.replace(&closed, "[PROXY]"), @"");
}

#[test]
fn hosts_without_a_proxy_are_reached_directly() {
    let scene = Scene::new()
        .variable("http_proxy", "http://127.0.0.1:9")
        .variable("no_proxy", "127.0.0.1");
    let outcome = scene.publish(&["--format", "wheel"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    assert_eq!(scene.server.uploaded(), [WHEEL]);
}
