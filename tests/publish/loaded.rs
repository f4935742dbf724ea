//! A flit that links no plugin and loads them all publishes just the same.

use super::scene::{SDIST, Scene, WHEEL};
use super::scripted::{Answer, ScriptedServer, Step};
use crate::support::Program;

/// What a scene answers in both forms of the program: the same.
fn same(prepare: impl Fn(&ScriptedServer), args: &[&str]) -> [Scene; 2] {
    let scenes = Program::ALL.map(Scene::with);
    let shown = scenes.each_ref().map(|scene| {
        prepare(&scene.server);
        scene.publish(args).shown()
    });
    assert_eq!(shown[0], shown[1]);
    let requests = scenes.each_ref().map(|scene| {
        let requests = scene.server.requests().into_iter();
        requests.map(|request| (request.method, request.path)).collect::<Vec<_>>()
    });
    assert_eq!(requests[0], requests[1]);
    scenes
}

#[test]
fn a_release_is_published() {
    for scene in same(|_| {}, &["--verify", "download"]) {
        assert_eq!(scene.server.stored(), [WHEEL, SDIST]);
    }
}

#[test]
fn faults_are_met_in_the_same_way() {
    let busy = || Step::answer(Answer::refusal(503, "Later"));
    let meets_faults = |server: &ScriptedServer| {
        server.uploads_meet([busy(), Step::store_and_reset()]);
    };
    same(meets_faults, &[]);
    for status in [400, 403] {
        let refuses = |server: &ScriptedServer| {
            server.always("/legacy/", Step::answer(Answer::refusal(status, "No")));
        };
        same(refuses, &[]);
    }
    let lies = |server: &ScriptedServer| {
        server.lie_about(SDIST, &"0".repeat(64));
    };
    same(lies, &[]);
    let is_closed = |server: &ScriptedServer| {
        server.always("/simple/", Step::answer(Answer::new("401 Unauthorized")));
    };
    same(is_closed, &[]);
}

#[test]
fn a_directory_is_published_to() {
    for program in Program::ALL {
        let scene = Scene::with(program);
        let outcome = scene.run(&["publish", "--repository", "./index"]);
        assert_eq!(outcome.code, Some(0), "{program:?}: {}", outcome.shown());
        assert!(
            scene.sandbox.listing("index").contains(&"simple".to_owned())
                || !scene.sandbox.listing("index").is_empty()
        );
    }
}
