// SPDX-License-Identifier: MIT OR Apache-2.0
//! One whole download in process, card and SM-DP+ without sockets, beside the public-key and
//! symmetric operations that it cannot do without. The quotient of the two is what counts.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "the test programs use the rest")]
mod support;

use std::hint::black_box;

use certs::{Curve, Role};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rsp::bsp::{Bsp, SegmentTag, SessionKeys};
use rsp::ecdsa::PrivateKey;
use rsp::env::SeededEnv;
use smdp::Profile;
use support::card::CardRun;
use support::kit::{order, pki};
use support::profile::ts48;

/// Signatures made: serverSigned1, smdpSigned2, smdpSign; euiccSigned1, euiccSigned2, the
/// installation result and its notification.
const SIGNATURES: usize = 7;
/// Signatures verified. The card: two server certificates, serverSigned1, smdpSigned2, smdpSign. The
/// server: EUM and eUICC certificate, euiccSigned1, euiccSigned2, the installation result.
const VERIFICATIONS: usize = 10;

fn packages() -> Vec<(String, Profile)> {
    let profiles = ts48().unwrap_or_default();
    let one = profiles.iter().take(1);
    one.map(|(name, profile)| (name.display().to_string(), (**profile).clone()))
        .collect()
}

fn download(criterion: &mut Criterion) {
    let pki = pki();
    let mut group = criterion.benchmark_group("download");
    for (name, profile) in packages() {
        group.bench_function(format!("whole, {name}"), |bencher| {
            bencher.iter_batched(
                || CardRun::under(pki.clone(), &profile, order()),
                |mut run| {
                    let package = run.get_package(None).bound_profile_package;
                    black_box(run.install(&package))
                },
                BatchSize::SmallInput,
            );
        });
        let key = &pki.credential(Role::DpPb, Curve::NistP256).unwrap().key;
        group.bench_function(format!("bare cryptography, {name}"), |bencher| {
            bencher.iter(|| bare(key, &profile.package()));
        });
    }
    group.finish();
}

/// The operations of a download without anything around them.
fn bare(key: &PrivateKey, package: &[u8]) {
    let mut env = SeededEnv::new(1, "bench");
    let mut signature = [0; 64];
    for _ in 0..SIGNATURES {
        signature = key.sign(black_box(package.get(..256).unwrap()));
    }
    for _ in 0..VERIFICATIONS {
        let message = black_box(package.get(..256).unwrap());
        key.public_key().verify(message, &signature).unwrap();
    }
    for _ in 0..2 {
        let one_time = PrivateKey::generate(Curve::NistP256, &mut env);
        let shared = one_time.agree(key.public_key()).unwrap();
        let keys = SessionKeys::derive(&shared, &[1; 8], &certs::TEST_EID).unwrap();
        black_box(Bsp::new(&keys).protect_all(SegmentTag::Tag86, package));
    }
}

criterion_group!(benches, download);
criterion_main!(benches);
