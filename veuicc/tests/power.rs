// SPDX-License-Identifier: MIT OR Apache-2.0
//! The power may go at any moment: between two commands, between a command and its answer, before
//! or after the state is written. Afterwards a thing has happened wholly or not at all, what the
//! terminal was told is still so, and no number is given out a second time.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "common/mod.rs"]
mod common;
#[path = "power/files.rs"]
mod files;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "package/fixture.rs"]
mod fixture;
#[path = "power/kill.rs"]
mod kill;
#[path = "power/scene.rs"]
mod scene;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "uicc/fixture.rs"]
mod uicc;
#[path = "power/whole.rs"]
mod whole;
#[path = "power/world.rs"]
mod world;

use veuicc::Event;

use files::Files;
use scene::{Association, Download, Scene, Switch};
use whole::{Journal, Whole};
use world::{Cut, World};

/// Runs the scene once for every command and every write that it takes, with the power lost there,
/// and has it judge what is left.
fn cut_everywhere(scene: &dyn Scene) {
    cut_commands(scene);
    cut_by(scene, &Cut::WRITES);
}

fn cut_commands(scene: &dyn Scene) {
    cut_by(scene, &Cut::COMMANDS);
}

fn cut_by(scene: &dyn Scene, cuts: &[Cut]) {
    for &cut in cuts {
        let mut at = 1;
        loop {
            let world = World::new(scene.start());
            let (log, struck) = world.play(scene, Some((cut, at)), at);
            if !struck {
                break;
            }
            let place = format!("{} {cut:?} {at}", scene.name());
            let state = world.restarted(scene, at);
            scene.judge(&state, &log, &place);
            // and now without a fault: whatever is left is no obstacle
            let (log, _) = world.play(scene, None, 1000 + at);
            scene.judge_end(&world.restarted(scene, at), &log, &place);
            at += 1;
        }
        assert!(at > 1, "{} was never cut by {cut:?}", scene.name());
    }
}

#[test]
fn a_download_happens_wholly_or_not_at_all() {
    cut_everywhere(&Download::new());
}

#[test]
fn an_enable_with_rollback_happens_wholly_or_not_at_all() {
    cut_everywhere(&Switch::enable(false));
}

#[test]
fn so_it_does_with_a_refresh() {
    cut_everywhere(&Switch::enable(true));
}

#[test]
fn a_rollback_happens_wholly_or_not_at_all() {
    cut_everywhere(&Switch::rollback(false));
    cut_everywhere(&Switch::rollback(true));
}

#[test]
fn a_memory_reset_happens_wholly_or_not_at_all() {
    // every option of SGP.32, and the operational profiles by SGP.22
    for (name, request) in [("BF64", "BF6404820201FE"), ("BF34", "BF340482020780")] {
        for toolkit in [false, true] {
            cut_everywhere(&Whole::new(name, toolkit, hex::decode(request).unwrap()));
        }
    }
}

#[test]
fn what_an_lpa_asks_for_happens_wholly_or_not_at_all() {
    for (name, request) in [
        ("EnableProfile", "BF3111A00C5A0A98000000000000000002 8101FF"),
        (
            "DisableProfile",
            "BF3211A00C5A0A98000000000000000001 8101FF",
        ),
        ("DeleteProfile", "BF330C5A0A98000000000000000002"),
        (
            "SetNickname",
            "BF29135A0A98000000000000000002 9005737061726 5",
        ),
        ("SetDefaultDpAddress", "BF3F0D800B736D6470312E6C6F63616C"),
        ("ListNotification", "BF2800"),
    ] {
        let request = hex::decode(request.replace(' ', "")).unwrap();
        cut_commands(&Whole::new(name, true, request));
    }
}

#[test]
fn a_package_of_ecos_happens_wholly_or_not_at_all() {
    cut_everywhere(&Whole::ecos());
}

#[test]
fn tries_are_never_given_back_and_files_are_written_whole() {
    cut_everywhere(&Files::new());
}

#[test]
fn with_a_journal_an_interrupted_package_is_reported_as_such() {
    let scene = Journal::new();
    cut_everywhere(&scene);
    assert!(scene.was_interrupted());
}

#[test]
fn association_tokens_are_given_once() {
    cut_everywhere(&Association::new());
}

#[test]
fn an_interrupted_download_is_reported_as_such() {
    let scene = Download::new();
    let mut world = World::new(scene.start());
    // in the middle of the profile elements
    let (_, commands) = world.count(&scene);
    world = World::new(scene.start());
    let (log, struck) = world.play(&scene, Some((Cut::BeforeCommand, commands - 2)), 1);
    assert!(struck && log.result.is_none());
    let state = world.restarted(&scene, 1);
    assert_eq!(state.profiles, []);
    let [pending] = state.pending.as_slice() else {
        panic!("{:?}", state.pending);
    };
    assert!(matches!(
        pending.kind,
        veuicc::PendingKind::Notification {
            event: Event::Install,
            ..
        }
    ));
    let error = scene::installation_error(&pending.bytes).unwrap();
    let reason = rsp::sgp22::ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION;
    assert_eq!(error.error_reason, reason);
}
