// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults that the card notices, by the code that SGP.22 §5.7.5, §5.7.13 or §2.5.6 gives it, and
//! those that only a device notices which compares.

use certs::{Flaw, Role, Variant};
use rsp::chain::CertificateView;
use rsp::der;
use rsp::sgp22::*;
use rsp::tlv::{Tag, Tlv};
use smdp::KeyMode;
use smdp::config::OrderConfig;

use crate::device::{Device, Outcome, profile, reusable};

type Code1 = AuthenticateErrorCode;
type Code2 = DownloadErrorCode;

/// Downloads with a fault and then, unless the profile is installed, without it.
fn check(fault: &str, order: OrderConfig, expected: Outcome) {
    let Some(profile) = profile() else { return };
    let mut device = Device::new(profile, order);
    device.arm(&format!("{fault}@x1"));
    assert_eq!(device.download(), expected, "{fault}");
    let left = device.run.kit.service.faults().list();
    assert!(left.is_empty(), "{fault} has not struck: {left:?}");
    if expected != Outcome::Installed {
        assert_eq!(device.download(), Outcome::Installed, "without {fault}");
    }
}

fn with_code() -> OrderConfig {
    OrderConfig {
        confirmation_code: Some("1234".to_owned()),
        ..reusable()
    }
}

fn with_ppk() -> OrderConfig {
    OrderConfig {
        key_mode: KeyMode::ProfileProtectionKeys,
        ..reusable()
    }
}

macro_rules! faults {
    ($($test:ident: $fault:literal, $order:expr => $expected:expr;)+) => {
        pub(crate) const BY_CARD: &[&str] = &[$($fault),+];
        $(#[test]
        fn $test() {
            check($fault, $order, $expected);
        })+
    };
}

const CHANNEL: BppCommandId = BppCommandId::INITIALISE_SECURE_CHANNEL;
const ISDP: BppCommandId = BppCommandId::CONFIGURE_ISDP;
const METADATA: BppCommandId = BppCommandId::STORE_METADATA;
const KEYS: BppCommandId = BppCommandId::REPLACE_SESSION_KEYS;
const ELEMENTS: BppCommandId = BppCommandId::LOAD_PROFILE_ELEMENTS;
const SECURITY: ErrorReason = ErrorReason::SCP03T_SECURITY_ERROR;
const STRUCTURE: ErrorReason = ErrorReason::SCP03T_STRUCTURE_ERROR;
const INPUT: ErrorReason = ErrorReason::INCORRECT_INPUT_VALUES;
const ELEMENT: ErrorReason = ErrorReason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR;
const ICCID: ErrorReason = ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_MISMATCH;

faults! {
    server_signature1_wrong: "server-signature1-wrong", reusable()
        => Outcome::Authenticate(Code1::INVALID_SIGNATURE);
    auth_certificate_of_another: "auth-certificate-of-another", reusable()
        => Outcome::Authenticate(Code1::INVALID_SIGNATURE);
    auth_oid_of_another: "auth-oid-of-another", reusable()
        => Outcome::Prepare(Code2::INVALID_CERTIFICATE);
    auth_by_smds: "auth-by-smds", reusable()
        => Outcome::Prepare(Code2::NO_SESSION_CONTEXT);
    auth_certificate_of_binding: "auth-certificate-of-binding", reusable()
        => Outcome::Authenticate(Code1::INVALID_OID);
    auth_certificate_garbled: "auth-certificate-garbled", reusable()
        => Outcome::Authenticate(Code1::INVALID_CERTIFICATE);
    auth_certificate_damaged: "auth-certificate:INV_SIGN", reusable()
        => Outcome::Authenticate(Code1::INVALID_CERTIFICATE);
    auth_certificate_of_unknown_ci: "auth-certificate:INV_CI", reusable()
        => Outcome::Authenticate(Code1::CI_PK_UNKNOWN);
    auth_certificate_on_another_curve: "auth-certificate:INV_CURVE", reusable()
        => Outcome::Authenticate(Code1::UNSUPPORTED_CURVE);
    auth_certificate_of_another_role: "auth-certificate:INV_CERT_POL", reusable()
        => Outcome::Authenticate(Code1::INVALID_OID);
    auth_certificate_without_oid: "auth-certificate:INV_NO_OID", reusable()
        => Outcome::Authenticate(Code1::INVALID_CERTIFICATE);
    ci_key_id_unknown: "ci-key-id-unknown", reusable()
        => Outcome::Authenticate(Code1::CI_PK_UNKNOWN);
    signed1_transaction_id: "signed1-transaction-id", reusable()
        => Outcome::Refused("authenticateClient", "8.10.1/3.9".to_owned());
    signed1_euicc_challenge: "signed1-euicc-challenge", reusable()
        => Outcome::Authenticate(Code1::EUICC_CHALLENGE_MISMATCH);
    signed1_server_address: "signed1-server-address", reusable()
        => Outcome::Refused("authenticateClient", "8.1/6.1".to_owned());
    signed1_of_another_session: "signed1-of-another-session", reusable()
        => Outcome::Authenticate(Code1::EUICC_CHALLENGE_MISMATCH);
    smdp_signature2_wrong: "smdp-signature2-wrong", reusable()
        => Outcome::Prepare(Code2::INVALID_SIGNATURE);
    signed2_of_another_session: "signed2-of-another-session", reusable()
        => Outcome::Prepare(Code2::INVALID_SIGNATURE);
    signed2_transaction_id: "signed2-transaction-id", reusable()
        => Outcome::Prepare(Code2::INVALID_TRANSACTION_ID);
    pb_certificate_of_another: "pb-certificate-of-another", reusable()
        => Outcome::Prepare(Code2::INVALID_CERTIFICATE);
    pb_oid_of_another: "pb-oid-of-another", reusable()
        => Outcome::Prepare(Code2::INVALID_CERTIFICATE);
    pb_certificate_of_auth: "pb-certificate-of-auth", reusable()
        => Outcome::Prepare(Code2::INVALID_CERTIFICATE);
    pb_certificate_damaged: "pb-certificate:INV_SIGN", reusable()
        => Outcome::Prepare(Code2::INVALID_CERTIFICATE);
    pb_certificate_on_another_curve: "pb-certificate:INV_CURVE", reusable()
        => Outcome::Prepare(Code2::UNSUPPORTED_CURVE);
    pb_certificate_garbled: "pb-certificate-garbled", reusable()
        => Outcome::Prepare(Code2::INVALID_CERTIFICATE);
    cc_required_flipped: "cc-required-flipped", reusable()
        => Outcome::Prepare(Code2::UNDEFINED_ERROR);
    bpp_euicc_otpk_bogus: "bpp-euicc-otpk-bogus", reusable() => Outcome::Installed;
    bpp_euicc_otpk_malformed: "bpp-euicc-otpk-malformed", reusable() => Outcome::Installed;
    smdp_sign_wrong: "smdp-sign-wrong", reusable()
        => Outcome::Result(CHANNEL, ErrorReason::INVALID_SIGNATURE);
    channel_transaction_id: "channel-transaction-id", reusable()
        => Outcome::Result(CHANNEL, ErrorReason::INVALID_TRANSACTION_ID);
    channel_remote_operation: "channel-remote-operation", reusable()
        => Outcome::Result(CHANNEL, ErrorReason::UNSUPPORTED_REMOTE_OPERATION_TYPE);
    channel_key_type: "channel-key-type", reusable()
        => Outcome::Result(CHANNEL, ErrorReason::UNSUPPORTED_CRT_VALUES);
    channel_key_length: "channel-key-length", reusable()
        => Outcome::Result(CHANNEL, ErrorReason::UNSUPPORTED_CRT_VALUES);
    channel_host_id: "channel-host-id", reusable() => Outcome::Result(ISDP, SECURITY);
    channel_key_agreement: "channel-key-agreement", reusable() => Outcome::Result(ISDP, SECURITY);
    channel_key_off_curve: "channel-key-off-curve", reusable() => Outcome::Result(CHANNEL, INPUT);
    channel_euicc_key_not_signed: "channel-euicc-key-not-signed", reusable()
        => Outcome::Result(CHANNEL, ErrorReason::INVALID_SIGNATURE);
    mac_broken_87: "mac-broken-87", reusable() => Outcome::Result(ISDP, SECURITY);
    mac_broken_88: "mac-broken-88", reusable() => Outcome::Result(METADATA, SECURITY);
    mac_broken_replace_keys: "mac-broken-replace-keys", with_ppk()
        => Outcome::Result(KEYS, SECURITY);
    mac_broken_86: "mac-broken-86", reusable() => Outcome::Result(ELEMENTS, SECURITY);
    mac_broken_86_later: "mac-broken-86:3", reusable() => Outcome::Result(ELEMENTS, SECURITY);
    segments_swapped: "segments-swapped", reusable() => Outcome::Result(ELEMENTS, SECURITY);
    segment_missing: "segment-missing:2", reusable() => Outcome::Result(ELEMENTS, SECURITY);
    segment_doubled: "segment-doubled:2", reusable() => Outcome::Result(ELEMENTS, SECURITY);
    segment_truncated: "segment-truncated", reusable() => Outcome::Result(ELEMENTS, STRUCTURE);
    segment_too_long: "segment-too-long", reusable() => Outcome::Result(ELEMENTS, STRUCTURE);
    segment_too_long_under_ppk: "segment-too-long", with_ppk()
        => Outcome::Result(ELEMENTS, STRUCTURE);
    segment_unknown_tag: "segment-unknown-tag", reusable()
        => Outcome::Result(ELEMENTS, STRUCTURE);
    package_unknown_tag: "package-unknown-tag", reusable()
        => Outcome::Result(ELEMENTS, STRUCTURE);
    package_parts_swapped: "package-parts-swapped", reusable()
        => Outcome::Result(ISDP, STRUCTURE);
    package_without_metadata: "package-without-metadata", reusable()
        => Outcome::Result(METADATA, STRUCTURE);
    package_empty: "package-empty", reusable() => Outcome::Result(ELEMENTS, STRUCTURE);
    isdp_foreign_oid: "isdp-foreign-oid", reusable() => Outcome::Result(ISDP, INPUT);
    isdp_garbled: "isdp-garbled", reusable() => Outcome::Result(ISDP, INPUT);
    metadata_mismatch_iccid: "metadata-mismatch:iccid", reusable()
        => Outcome::Result(ELEMENTS, ICCID);
    metadata_mismatch_ppr: "metadata-mismatch:ppr", reusable()
        => Outcome::Result(METADATA, ErrorReason::PPR_NOT_ALLOWED);
    metadata_invalid: "metadata-invalid", reusable() => Outcome::Result(METADATA, INPUT);
    metadata_invalid_name: "metadata-invalid:long-name", reusable()
        => Outcome::Result(METADATA, INPUT);
    metadata_invalid_provider: "metadata-invalid:long-provider", reusable()
        => Outcome::Result(METADATA, INPUT);
    metadata_invalid_icon: "metadata-invalid:icon-alone", reusable()
        => Outcome::Result(METADATA, INPUT);
    metadata_garbled: "metadata-garbled", reusable() => Outcome::Result(METADATA, INPUT);
    replace_keys_missing: "replace-keys-missing", with_ppk()
        => Outcome::Result(ELEMENTS, SECURITY);
    replace_keys_missing_without_ppk: "replace-keys-missing", reusable()
        => Outcome::Result(ELEMENTS, SECURITY);
    replace_keys_wrong: "replace-keys-wrong", reusable() => Outcome::Result(ELEMENTS, SECURITY);
    replace_keys_invalid: "replace-keys-invalid", reusable() => Outcome::Result(KEYS, INPUT);
    element_damaged: "element-damaged", reusable() => Outcome::Result(ELEMENTS, ELEMENT);
    element_unknown: "element-unknown", reusable() => Outcome::Result(ELEMENTS, ELEMENT);
    elements_without_header: "elements-without-header", reusable()
        => Outcome::Result(ELEMENTS, ELEMENT);
    elements_without_end: "elements-without-end", reusable()
        => Outcome::Result(ELEMENTS, ELEMENT);
    elements_empty: "elements-empty", reusable() => Outcome::Result(ELEMENTS, ELEMENT);
    elements_cut: "elements-cut", reusable() => Outcome::Result(ELEMENTS, ELEMENT);
    header_iccid: "header-iccid", reusable() => Outcome::Result(ELEMENTS, ICCID);
}

/// What the card says to each flaw of a certificate in the place of CERT.DPauth and of CERT.DPpb.
fn flaws() -> Vec<(Flaw, Outcome, Outcome)> {
    let auth = Outcome::Authenticate;
    let pb = Outcome::Prepare;
    let invalid = || {
        (
            auth(Code1::INVALID_CERTIFICATE),
            pb(Code2::INVALID_CERTIFICATE),
        )
    };
    let outcome = |flaw| match flaw {
        Flaw::Curve => (auth(Code1::UNSUPPORTED_CURVE), pb(Code2::UNSUPPORTED_CURVE)),
        Flaw::WrongRole | Flaw::NoRole => {
            (auth(Code1::INVALID_OID), pb(Code2::INVALID_CERTIFICATE))
        }
        Flaw::UnknownCi => (auth(Code1::CI_PK_UNKNOWN), pb(Code2::INVALID_CERTIFICATE)),
        // the server is another, which shows when both certificates are there
        Flaw::WrongOid => (
            pb(Code2::INVALID_CERTIFICATE),
            pb(Code2::INVALID_CERTIFICATE),
        ),
        // a card has no clock
        Flaw::Expired | Flaw::NotYetValid => (Outcome::Installed, Outcome::Installed),
        _ => invalid(),
    };
    let flaws = Flaw::ALL.into_iter();
    flaws
        .filter(|flaw| flaw.applies_to(Role::DpAuth, Variant::O))
        .map(|flaw| {
            let (auth, pb) = outcome(flaw);
            (flaw, auth, pb)
        })
        .collect()
}

#[test]
fn every_flaw_of_a_certificate_can_be_shown() {
    let Some(profile) = profile() else { return };
    let mut surprises = Vec::new();
    for (flaw, auth, pb) in flaws() {
        for (place, expected) in [("auth", auth), ("pb", pb)] {
            let mut device = Device::new(profile, reusable());
            let fault = format!("{place}-certificate:{}@x1", flaw.name());
            device.arm(&fault);
            let outcome = device.download();
            if outcome != expected {
                surprises.push(format!("{fault}: {outcome:?}, expected {expected:?}"));
            }
            assert!(device.run.kit.service.faults().list().is_empty(), "{fault}");
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
}

/// Tested below, or with the SM-DS.
pub(crate) const BY_DEVICE: &[&str] = &["shown-metadata", "metadata-mismatch"];

#[test]
fn a_flag_that_hides_the_confirmation_code_is_noticed_by_the_server() {
    let expected = "8.2.7/2.2".to_owned();
    let Some(profile) = profile() else { return };
    let mut device = Device::new(profile, with_code());
    device.code = Some("1234");
    device.arm("cc-required-flipped@x1");
    let outcome = Outcome::Refused("getBoundProfilePackage", expected);
    assert_eq!(device.download(), outcome);
    assert_eq!(device.download(), Outcome::Installed);
}

/// StoreMetadata as it is in the clear in a bound profile package.
fn stored(package: &[u8]) -> StoreMetadataRequest {
    let sequence = Tlv::only(package).unwrap().child(Tag::new(0xA1)).unwrap();
    let parts = sequence.children().map(Result::unwrap);
    let plain: Vec<u8> = parts
        .flat_map(|part| part.value[..part.value.len() - 8].to_vec())
        .collect();
    der::decode(&plain).unwrap()
}

/// Shown and stored metadata of a download, and what the card says to it.
fn metadata(fault: Option<&str>) -> Option<(StoreMetadataRequest, StoreMetadataRequest, Outcome)> {
    let mut device = Device::new(profile()?, reusable());
    if let Some(fault) = fault {
        device.arm(&format!("{fault}@x1"));
    }
    let ok = device.authenticate().unwrap();
    let shown = ok.profile_meta_data.clone().unwrap();
    let request = device.prepare(&ok).unwrap();
    let package = device.package(request).unwrap();
    Some((shown, stored(&package), device.load(&package)))
}

#[test]
fn metadata_is_compared() {
    let Some((shown, stored, outcome)) = metadata(None) else {
        return;
    };
    assert_eq!(shown, stored);
    assert_eq!(outcome, Outcome::Installed);
}

#[test]
fn shown_metadata() {
    let Some((right, ..)) = metadata(None) else {
        return;
    };
    for member in ["name", "iccid", "ppr", "class"] {
        let (shown, stored, outcome) = metadata(Some(&format!("shown-metadata:{member}"))).unwrap();
        assert_ne!(shown, right, "{member}");
        assert_eq!(stored, right, "{member}");
        assert_eq!(outcome, Outcome::Installed, "{member}");
    }
}

#[test]
fn metadata_mismatch() {
    let Some((right, ..)) = metadata(None) else {
        return;
    };
    let (shown, stored, outcome) = metadata(Some("metadata-mismatch")).unwrap();
    assert_eq!(shown, right);
    assert_eq!(stored.profile_name, "Another profile");
    assert_eq!(outcome, Outcome::Installed);
    let (shown, stored, _) = metadata(Some("metadata-mismatch:class")).unwrap();
    assert_eq!(shown, right);
    assert_eq!(stored.profile_class, Some(ProfileClass::TEST));
}

#[test]
fn a_device_that_knows_the_oid_notices_another_server() {
    let Some(profile) = profile() else { return };
    let mut device = Device::new(profile, reusable());
    let oid = |ok: &InitiateAuthenticationOkEs9| {
        let view = CertificateView::parse(ok.server_certificate.as_der()).unwrap();
        view.registered_id().unwrap().to_string()
    };
    assert_eq!(oid(&device.initiate()), "2.999.10");
    device.arm("auth-oid-of-another@x1");
    assert_ne!(oid(&device.initiate()), "2.999.10");
}

#[test]
fn a_device_that_compares_notices_another_session_or_server() {
    let Some(profile) = profile() else { return };
    let mut device = Device::new(profile, reusable());
    let right = |ok: &InitiateAuthenticationOkEs9| {
        let signed = &ok.server_signed1;
        (
            signed.transaction_id == ok.transaction_id,
            signed.server_address == "smdp1.test.example",
        )
    };
    assert_eq!(right(&device.initiate()), (true, true));
    for (fault, expected) in [
        ("signed1-transaction-id@x1", (false, true)),
        ("json-transaction-id@x1", (false, true)),
        ("signed1-server-address@x1", (true, false)),
    ] {
        device.arm(fault);
        assert_eq!(right(&device.initiate()), expected, "{fault}");
    }
    assert_eq!(right(&device.initiate()), (true, true));
}
