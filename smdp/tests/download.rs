// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole downloads: the real card on one side, the JSON binding of the server on the other, and
//! GSMA TS.48 packages in between.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/mod.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod support;

use std::path::PathBuf;
use std::sync::Arc;

use certs::{Curve, Pki};
use rsp::der;
use smdp::config::OrderConfig;
use smdp::{Credentials, Entity, KeyMode, OrderState, Profile};
use support::card::CardRun;
use support::kit::{order, pki};
use support::profile::ts48;

/// A run under the PKI of seed 1.
fn seeded(profile: &Profile, order: OrderConfig) -> CardRun {
    CardRun::under(pki(), profile, order)
}

#[test]
fn every_ts48_package_installs() {
    let Some(profiles) = ts48() else { return };
    assert_eq!(profiles.iter().count(), 4);
    for (name, profile) in profiles.iter() {
        let mut run = seeded(profile, order());
        let bpp = run.get_package(None).bound_profile_package;
        assert_eq!(
            run.install(&bpp),
            OrderState::Installed,
            "{}",
            name.display()
        );
        let installed = run.terminal.card().profiles();
        assert_eq!(installed.len(), 1);
    }
}

#[test]
fn profile_protection_keys_and_a_confirmation_code_work_with_the_card() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let mut config = OrderConfig {
        key_mode: KeyMode::ProfileProtectionKeys,
        confirmation_code: Some("1234".to_owned()),
        metadata_segment: Some(40),
        ..order()
    };
    config.metadata.fallback_allowed = Some(true);
    let mut run = seeded(profile, config);
    let bpp = run.get_package(Some("1234")).bound_profile_package;
    assert!(bpp.second_sequence_of87.is_some());
    assert!(bpp.sequence_of88.len() > 1);
    assert_eq!(run.install(&bpp), OrderState::Installed);
}

#[test]
fn a_package_that_got_lost_is_delivered_again() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let mut run = seeded(profile, order());
    let lost = run.get_package(None).bound_profile_package;
    let again = run.get_package(None).bound_profile_package;
    assert_ne!(
        lost.initialise_secure_channel_request.transaction_id,
        again.initialise_secure_channel_request.transaction_id
    );
    assert_eq!(run.install(&again), OrderState::Installed);
}

#[test]
fn the_published_test_certificates_work_on_both_sides() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/sgp26");
    let mut run = CardRun::under(Arc::new(Pki::load(folder).unwrap()), profile, order());
    let bpp = run.get_package(None).bound_profile_package;
    assert_eq!(run.install(&bpp), OrderState::Installed);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let package = || {
        let mut run = seeded(profile, order());
        der::encode(&run.get_package(None).bound_profile_package).unwrap()
    };
    assert_eq!(package(), package());
}

#[test]
fn brainpool_is_among_the_curves_of_the_server() {
    let credentials =
        Credentials::from_pki(&pki(), Entity::Second, &["smdp2.test.example"]).unwrap();
    let curves: Vec<Curve> = credentials.iter().map(|set| set.curve()).collect();
    assert_eq!(curves, Curve::ALL);
    assert_eq!(credentials.oid().to_string(), "2.999.12");
}
