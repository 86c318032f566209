// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a case can set up and do, each feature by a case of its own; they are no part of the suite.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::path::Path;
use std::sync::Arc;

use certs::Pki;
use harness::case::{Case, Context};
use harness::fixture::Fixtures;
use harness::run::RunOptions;
use harness::schedule::{Stop, alone};
use harness::verdict::Verdict;

/// Runs every case of a file with the implementations of this harness.
fn all_pass(name: &str) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let suite = here.join("../testcases");
    let root = here.join("tests/engine_cases/cases");
    let context = Context::of(&suite);
    let options = RunOptions::built_in(1, Arc::new(Pki::seeded(1).unwrap()), Fixtures::new(&suite));
    let cases = Case::load(&root, &root.join(format!("{name}.yaml")), &context);
    assert!(!cases.is_empty(), "{name} holds no case");
    for (id, case) in cases {
        let case = case.unwrap_or_else(|error| panic!("{error}"));
        let outcome = alone(&case, &options, &Stop::default()).unwrap();
        assert_eq!(
            outcome.verdict,
            Verdict::Pass,
            "{id}: {:#?}\nthe implementation: {:?}\n{}",
            outcome.finding,
            outcome.iut,
            outcome.tape.to_text()
        );
    }
}

macro_rules! cases {
    ($($test:ident $name:literal)*) => {$(
        #[test]
        fn $test() {
            all_pass($name);
        }
    )*};
}

cases! {
    a_scripted_eim_speaks_every_binding "bindings"
    a_scripted_eim_speaks_v1_0 "v1-0-package"
    a_scripted_ipa_speaks_every_version_and_binding "scripted-ipa"
    the_reference_ipa_is_an_actor "eim-bindings"
    an_smds_leads_to_a_profile "smds"
    a_card_fails_and_comes_and_goes "card-steps"
    servers_misbehave_by_name "server-faults"
    packages_are_injected_into_an_ipa "injected-into-ipa"
    packages_are_injected_by_an_eim "injected-by-eim"
    each_eim_injects_by_itself "injected-by-the-second"
    orders_go_to_the_eim_that_is_named "two-eims"
    coverage_belongs_to_profiles "coverage"
}
