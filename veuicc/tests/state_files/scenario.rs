// SPDX-License-Identifier: MIT OR Apache-2.0
//! The states that are kept as files: each was reached by using a card.

use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp22::Iccid;
use rsp::sgp32::*;
use veuicc::terminal::bpp_segments;
use veuicc::{
    AcceptedPackage, AuthorisationRule, Metadata, Operator, PolicyRules, ProfileClass, State,
};

use crate::common::{Package, Server, card, prepare, terminal};
use crate::fixture::{Bench, enable_with_rollback, iccid, metadata, wire_iccid};
use crate::uicc;

/// Name and maker of a state.
type Scenario = (&'static str, fn() -> State);

/// Name of a file, and the state in it.
pub(crate) const ALL: [Scenario; 6] = [
    ("factory", factory),
    ("downloaded", downloaded),
    ("interrupted", interrupted),
    ("package", package),
    ("everything", everything),
    ("used", used),
];

/// Fresh from the factory.
fn factory() -> State {
    card().state().clone()
}

/// One profile downloaded, and the one-time key of a download that went no further.
fn downloaded() -> State {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    assert!(
        !terminal
            .load_bound_profile_package(&bpp)
            .unwrap()
            .is_empty()
    );
    prepare(&mut terminal, &Server::new(Curve::BrainpoolP256r1), None);
    terminal.card().state().clone()
}

/// In the middle of a bound profile package.
fn interrupted() -> State {
    let (mut terminal, server) = (terminal(), Server::new(Curve::BrainpoolP256r1));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    for segment in bpp_segments(&bpp).into_iter().take(5) {
        assert!(terminal.segment(segment).unwrap().is_empty());
    }
    let state = terminal.card().state().clone();
    assert!(state.installation.is_some());
    state
}

/// A package that enables with rollback, before its REFRESH is done.
fn package() -> State {
    let mut bench = Bench::with(true, [metadata(1), metadata(2), metadata(3)]);
    let package = bench
        .eim
        .package(EuiccPackage::PsmoList(vec![enable_with_rollback(2)]));
    let request = bench.eim.request(package);
    let mut command = vec![0x81, 0xE2, 0x91, 0, u8::try_from(request.len()).unwrap()];
    command.extend_from_slice(&request);
    bench.terminal.exchange(&command).unwrap();
    let state = bench.card().state().clone();
    assert!(state.rollback.is_some() && state.profile_change.is_some());
    state
}

/// A profile whose PIN was missed once and one of whose files was written.
fn used() -> State {
    let mut card = uicc::card();
    let file = ("00A4000C022F15", "9000");
    let write = (&*format!("00D6000004{}", "A5".repeat(4)), "9000");
    let verify = (&*format!("0020000108{}", uicc::WRONG), "63C2");
    uicc::answers(&mut card, &[file, write, (&uicc::usim(), "9000"), verify]);
    card.state().clone()
}

/// Whatever members a state can have.
fn everything() -> State {
    let mut rich = Metadata {
        icon_type: Some(1),
        icon: Some(vec![0x89, 0x50, 0x4E, 0x47]),
        profile_class: ProfileClass::Provisioning,
        profile_owner: Some(Operator {
            mcc_mnc: vec![0x62, 0xF2, 0x20],
            gid1: Some(vec![1, 2]),
            gid2: Some(vec![3]),
        }),
        profile_policy_rules: Some(PolicyRules {
            update_control: true,
            ppr1: false,
            ppr2: true,
        }),
        service_specific_data_stored_in_euicc: Some(vec![0xBF, 0x22, 0]),
        ecall_indication: Some(true),
        fallback_allowed: Some(true),
        ..metadata(2)
    };
    rich.iccid = iccid(2).to_vec();
    let fallback = Metadata {
        fallback_allowed: Some(true),
        ..metadata(3)
    };
    let mut bench = Bench::with(false, [metadata(1), rich, fallback]);
    bench.psmo(vec![
        Psmo::SetFallbackAttribute(PsmoSetFallbackAttribute {
            iccid: wire_iccid(3),
            additions: Additions::none(),
        }),
        Psmo::ConfigureImmediateEnable(PsmoConfigureImmediateEnable {
            immediate_enable_flag: Some(()),
            default_smdp_oid: None,
            default_smdp_address: Some("smdp.example.com".to_owned()),
            additions: Additions::none(),
        }),
        crate::fixture::delete(9),
    ]);
    let _: rsp::sgp22::SetNicknameResponse = bench.es10(&rsp::sgp22::SetNicknameRequest {
        iccid: Iccid::from(iccid(1)),
        profile_nickname: "spare".to_owned(),
        additions: Additions::none(),
    });
    bench
        .card()
        .edit_state(|state| {
            state.package = Some(AcceptedPackage {
                eim_id: "eim1".to_owned(),
                counter_value: 1,
                eim_transaction_id: Some(vec![0xE1, 2]),
                eim_signature: Vec::new(),
            });
            state.lost_memory = 1234;
            state.next_result_number = Some(9);
            state.default_dp_address = Some("smdp.example.com".to_owned());
            state.fallback_return = Some(state.profiles[0].aid.clone());
            state.profiles[0].pre_loaded = true;
            state.profiles[1].dp_proprietary_data = Some(vec![0xB8, 0]);
            state.rules_authorisation_table.push(AuthorisationRule {
                rules: PolicyRules {
                    update_control: false,
                    ppr1: true,
                    ppr2: false,
                },
                allowed_operators: Vec::new(),
                consent_required: true,
            });
        })
        .unwrap();
    bench.card().state().clone()
}
