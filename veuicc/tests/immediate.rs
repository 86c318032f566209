// SPDX-License-Identifier: MIT OR Apache-2.0
//! ConfigureImmediateProfileEnabling (SGP.32 §5.9.17) and ImmediateEnable (SGP.32 §5.9.15), after
//! real downloads.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "the fixture serves other tests as well")]

mod common;

use common::*;
use rsp::asn1::SubjectPublicKeyInfo;
use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp32::*;
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig, Event, Metadata, PendingKind, PolicyRules, ProfileClass as Class};

/// OID of the SM-DP+ of the PKI, and its address in another spelling.
fn smdp_oid() -> String {
    let role = certs::Role::DpAuth;
    let credential = pki().credential(role, Curve::NistP256).unwrap();
    let view = rsp::chain::CertificateView::parse(&credential.certificate).unwrap();
    let anchors = config().trusted_cis;
    let identity = rsp::chain::verify_server(rsp::chain::Role::DpAuth, &view, &[], &anchors, None);
    identity.unwrap().oid.unwrap().to_string()
}

/// A card with profile 1 enabled.
fn bench(toolkit: bool, change: impl FnOnce(&mut CardConfig)) -> Terminal<Card> {
    let mut config = config();
    change(&mut config);
    let mut card = card_of(config);
    let metadata = Metadata::for_iccid(&[0x98, 0, 0, 0, 0, 0, 0, 0, 0, 1], "Profile 1");
    let package = elements("89000000000000000010");
    card.install_profile(&package, metadata).unwrap();
    card.edit_state(|state| {
        state.profiles.iter_mut().for_each(|profile| {
            profile.state = veuicc::ProfileState::Enabled;
        });
    })
    .unwrap();
    let options = TerminalOptions {
        toolkit,
        ..TerminalOptions::default()
    };
    Terminal::open(card, options).unwrap()
}

fn configure(terminal: &mut Terminal<Card>, oid: Option<&str>, address: Option<&str>) -> i64 {
    let response: ConfigureImmediateProfileEnablingResponse = es10(
        terminal,
        &ConfigureImmediateProfileEnablingRequest {
            immediate_enable_flag: Some(()),
            default_smdp_oid: oid.map(|oid| oid.parse().unwrap()),
            default_smdp_address: address.map(str::to_owned),
            additions: Additions::none(),
        },
    );
    response.config_immediate_enable_result.0
}

fn enable(terminal: &mut Terminal<Card>) -> i64 {
    let request = ImmediateEnableRequest::default();
    let response: ImmediateEnableResponse = es10(terminal, &request);
    response.immediate_enable_result.0
}

/// A whole download.
fn download(terminal: &mut Terminal<Card>) {
    let server = Server::new(Curve::NistP256);
    let otpk = prepare(terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    terminal.load_bound_profile_package(&bpp).unwrap();
    assert_eq!(terminal.card().profiles().len(), 2);
}

fn enabled(terminal: &mut Terminal<Card>) -> Vec<u8> {
    let enabled = terminal.card().state().enabled_profile();
    enabled.unwrap().metadata.iccid.clone()
}

#[test]
fn a_profile_is_enabled_right_after_its_download() {
    let oid = smdp_oid();
    for (oid, address) in [
        (None, None),
        (Some(oid.as_str()), None),
        (None, Some("TestSmdpPlus1.Example.com.")),
        (Some(oid.as_str()), Some(ADDRESS)),
    ] {
        let mut terminal = bench(false, |_| {});
        assert_eq!(configure(&mut terminal, oid, address), 0);
        download(&mut terminal);
        assert_eq!(enable(&mut terminal), 0);
        assert_eq!(enabled(&mut terminal), ICCID);
        let pending = &terminal.card().state().pending;
        let events: Vec<_> = pending
            .iter()
            .filter_map(|pending| match &pending.kind {
                PendingKind::Notification { event, .. } => Some(*event),
                PendingKind::EuiccPackageResult => None,
            })
            .collect();
        // the result of the installation, and what its metadata asks for
        assert_eq!(events, [Event::Install, Event::Install, Event::Enable]);
        // good for one download
        assert_eq!(enable(&mut terminal), 4);
    }
}

#[test]
fn what_is_not_configured_is_not_available() {
    let mut terminal = bench(false, |_| {});
    download(&mut terminal);
    assert_eq!(enable(&mut terminal), 1);
    for (oid, address) in [
        (Some("2.999.7"), None),
        (None, Some("other.example.com")),
        (Some("2.999.7"), Some(ADDRESS)),
    ] {
        assert_eq!(configure(&mut terminal, oid, address), 0);
        assert_eq!(enable(&mut terminal), 1);
    }
    assert_ne!(enabled(&mut terminal), ICCID);
    // the session is still there
    assert_eq!(configure(&mut terminal, None, None), 0);
    assert_eq!(enable(&mut terminal), 0);
}

#[test]
fn the_session_of_the_download_is_needed() {
    let mut terminal = bench(false, |_| {});
    assert_eq!(configure(&mut terminal, None, None), 0);
    assert_eq!(enable(&mut terminal), 4);
    download(&mut terminal);
    // reading and delivering the result in between is fine, another session or a reset is not
    let pending = terminal.es10(&[0xBF, 0x2B, 0]).unwrap();
    assert!(pending.len() > 100);
    terminal.restart().unwrap();
    assert_eq!(enable(&mut terminal), 4);

    let mut terminal = bench(false, |_| {});
    assert_eq!(configure(&mut terminal, None, None), 0);
    download(&mut terminal);
    challenge(&mut terminal);
    assert_eq!(enable(&mut terminal), 4);
    // a failed download is none
    let server = Server::new(Curve::NistP256);
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    terminal.load_bound_profile_package(&bpp).unwrap();
    assert_eq!(terminal.card().profiles().len(), 2);
    assert_eq!(enable(&mut terminal), 4);
}

#[test]
fn a_profile_that_is_gone_or_held_off_is_not_enabled() {
    let mut terminal = bench(false, |_| {});
    assert_eq!(configure(&mut terminal, None, None), 0);
    download(&mut terminal);
    let ppr1 = PolicyRules {
        ppr1: true,
        ..PolicyRules::default()
    };
    let hold = |rules| {
        move |state: &mut veuicc::State| {
            let first = state.profiles.first_mut().unwrap();
            first.metadata.profile_policy_rules = rules;
        }
    };
    terminal.card().edit_state(hold(Some(ppr1))).unwrap();
    assert_eq!(enable(&mut terminal), 1);
    terminal.card().edit_state(hold(None)).unwrap();
    let delete = hex::decode("BF330C5A0A98001032547698103214").unwrap();
    assert_eq!(hex::encode(terminal.es10(&delete).unwrap()), "bf3303800100");
    assert_eq!(enable(&mut terminal), 4);
}

#[test]
fn while_refresh_waits_it_is_busy() {
    let mut terminal = bench(true, |_| {});
    assert_eq!(configure(&mut terminal, None, None), 0);
    download(&mut terminal);
    let mut raw = |request: &str| {
        let request = hex::decode(request).unwrap();
        let mut command = vec![0x81, 0xE2, 0x91, 0, u8::try_from(request.len()).unwrap()];
        command.extend_from_slice(&request);
        let (response, status) = terminal.exchange(&command).unwrap();
        (hex::encode(response), status.0 >> 8)
    };
    let disable = "BF3211A00C5A0A980000000000000000018101FF";
    assert_eq!(raw(disable), ("bf3203800100".to_owned(), 0x91));
    assert_eq!(raw("BF5A038001FF").0, "bf5a03800105");
}

#[test]
fn refresh_is_asked_for_where_it_is_wanted() {
    let mut terminal = bench(true, |_| {});
    assert_eq!(configure(&mut terminal, None, None), 0);
    download(&mut terminal);
    let command = hex::decode("81E2910006BF5A038001FF").unwrap();
    let (response, status) = terminal.exchange(&command).unwrap();
    assert_eq!(
        (hex::encode(response).as_str(), status.0 >> 8),
        ("bf5a03800100", 0x91)
    );
    assert_ne!(enabled(&mut terminal), ICCID);
    terminal.restart().unwrap();
    assert_eq!(enabled(&mut terminal), ICCID);
}

#[test]
fn configuration_is_for_a_card_without_eim_that_has_room() {
    let mut terminal = bench(false, |_| {});
    assert_eq!(
        configure(&mut terminal, Some("2.999.1"), Some("dp.test")),
        0
    );
    assert_eq!(configure(&mut terminal, None, Some(&"a".repeat(256))), 127);
    let kept = terminal.card().state().immediate_enable.clone().unwrap();
    assert_eq!(kept.default_smdp_oid.as_deref(), Some("2.999.1"));
    assert_eq!(kept.default_smdp_address.as_deref(), Some("dp.test"));
    // an empty request switches it off
    let off = terminal.es10(&[0xBF, 0x59, 0]).unwrap();
    assert_eq!(hex::encode(off), "bf5903800100");
    assert_eq!(terminal.card().state().immediate_enable, None);

    let used = terminal.card().profiles()[0].profile_elements.len();
    let mut full = bench(false, |config| {
        config.memory = u32::try_from(used).unwrap() + 5;
    });
    assert_eq!(configure(&mut full, None, Some("dp.test")), 1);
    assert_eq!(configure(&mut full, None, Some("dp")), 0);

    let key =
        rsp::ecdsa::PrivateKey::generate(Curve::NistP256, &mut rsp::env::SeededEnv::new(1, "eim"));
    let spki = SubjectPublicKeyInfo::from_der(key.public_key().to_spki());
    let added: AddInitialEimResponse = es10(
        &mut terminal,
        &AddInitialEimRequest {
            eim_configuration_data_list: vec![EimConfigurationData {
                eim_id: "eim1".to_owned(),
                counter_value: Some(0),
                eim_public_key_data: Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(spki)),
                ..Default::default()
            }],
            additions: Additions::none(),
        },
    );
    assert!(matches!(added, AddInitialEimResponse::AddInitialEimOk(_)));
    assert_eq!(configure(&mut terminal, None, None), 2);

    let mut without = bench(false, |config| config.capabilities.immediate_enable = false);
    assert_eq!(configure(&mut without, None, None), 127);
    assert_eq!(enable(&mut without), 1);
}

#[test]
fn no_download_begins_in_an_emergency() {
    let mut terminal = bench(false, |_| {});
    let emergency = |state: &mut veuicc::State| {
        let first = state.profiles.first_mut().unwrap();
        first.metadata.ecall_indication = Some(true);
    };
    terminal.card().edit_state(emergency).unwrap();
    let challenge = challenge(&mut terminal);
    let request = Server::new(Curve::NistP256).authenticate_request(challenge);
    let response: Sgp32AuthenticateServerResponse = es10(&mut terminal, &request);
    let Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) = response else {
        panic!("{response:?}");
    };
    assert_eq!(error.authenticate_error_code.0, 127);
}

#[test]
fn a_card_without_test_profiles_installs_none() {
    let mut terminal = bench(false, |config| config.capabilities.test_profiles = false);
    let server = Server::new(Curve::NistP256);
    let otpk = prepare(&mut terminal, &server, None);
    let mut metadata = metadata();
    metadata.profile_class = Some(ProfileClass(Class::Test.value()));
    let package = Package {
        metadata: rsp::der::encode(&metadata).unwrap(),
        ..Package::new()
    };
    let bpp = server.bind(&otpk, &package);
    let result = terminal.load_bound_profile_package(&bpp).unwrap();
    let result: rsp::sgp22::ProfileInstallationResult = rsp::der::decode(&result).unwrap();
    let data = &result.profile_installation_result_data;
    let rsp::sgp22::ProfileInstallationResultDataFinalResult::ErrorResult(error) =
        &data.final_result
    else {
        panic!("{data:?}");
    };
    assert_eq!(
        error.error_reason,
        rsp::sgp22::ErrorReason::UNSUPPORTED_PROFILE_CLASS
    );
}
