// SPDX-License-Identifier: MIT OR Apache-2.0
//! InitialiseSecureChannel (SGP.22 §5.5.1), ConfigureISDP (§5.5.2) and ReplaceSessionKeys (§5.5.4).

use rsp::ecdsa::Curve;
use rsp::sgp22::*;
use veuicc::terminal::bpp_segments;

use crate::common::*;
use crate::result::{expect_error, expect_success, load_fails};

#[test]
fn secure_channel_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::INITIALISE_SECURE_CHANNEL;
    let wrap = |secure_channel: &[u8]| rsp::tlv::tlv(rsp::tlv::Tag::new(0xBF36), secure_channel);
    let flip = |mut bytes: Vec<u8>, at: usize| {
        bytes[at] ^= 1;
        bytes
    };
    load_fails(
        |server, otpk| {
            let channel = server.secure_channel(otpk, [0x88, 0x10]);
            let last = channel.len() - 1;
            wrap(&flip(channel, last))
        },
        command,
        Reason::INVALID_SIGNATURE,
    );
    load_fails(
        |server, _| wrap(&server.secure_channel(&[4; 65], [0x88, 0x10])),
        command,
        Reason::INVALID_SIGNATURE,
    );
    load_fails(
        |server, otpk| wrap(&server.secure_channel(otpk, [0x80, 0x10])),
        command,
        Reason::UNSUPPORTED_CRT_VALUES,
    );
    load_fails(
        |server, otpk| {
            let mut other = Server::new(server.curve);
            other.transaction = vec![0x44; 16];
            wrap(&other.secure_channel(otpk, [0x88, 0x10]))
        },
        command,
        Reason::INVALID_TRANSACTION_ID,
    );
}

#[test]
fn segment_errors() {
    use ErrorReason as Reason;
    // where a tag of the package is, counted from the start
    fn at(bpp: &[u8], nth: usize) -> usize {
        let segments = bpp_segments(bpp);
        segments[..nth].iter().map(|segment| segment.len()).sum()
    }
    let damage = |nth: usize, offset_from_end: usize| {
        move |server: &Server, otpk: &[u8]| {
            let mut bpp = server.bind(otpk, &Package::new());
            let end = at(&bpp, nth + 1) - 1 - offset_from_end;
            bpp[end] ^= 1;
            bpp
        }
    };
    // segments: 0 BF23, 1 A0, 2 A1 header, 3 the 88, 4 A3 header, 5.. the 86
    load_fails(
        damage(1, 0),
        BppCommandId::CONFIGURE_ISDP,
        Reason::SCP03T_SECURITY_ERROR,
    );
    load_fails(
        damage(3, 0),
        BppCommandId::STORE_METADATA,
        Reason::SCP03T_SECURITY_ERROR,
    );
    load_fails(
        damage(3, 20),
        BppCommandId::STORE_METADATA,
        Reason::SCP03T_SECURITY_ERROR,
    );
    let elements = BppCommandId::LOAD_PROFILE_ELEMENTS;
    load_fails(damage(5, 100), elements, Reason::SCP03T_SECURITY_ERROR);
    // a section with another tag than any that may come
    load_fails(
        |server, otpk| {
            let mut bpp = server.bind(otpk, &Package::new());
            let start = at(&bpp, 2);
            bpp[start] = 0xA3;
            bpp
        },
        BppCommandId::STORE_METADATA,
        Reason::SCP03T_STRUCTURE_ERROR,
    );
    // the segments of the elements swapped
    load_fails(
        |server, otpk| {
            let bpp = server.bind(otpk, &Package::new());
            let mut segments = bpp_segments(&bpp);
            segments.swap(5, 6);
            segments.concat()
        },
        elements,
        Reason::SCP03T_SECURITY_ERROR,
    );
}

const CRT: [u8; 2] = [0x88, 0x10];

#[test]
fn secure_channel_inputs() {
    use ErrorReason as Reason;
    let command = BppCommandId::INITIALISE_SECURE_CHANNEL;
    // signed, but no point of the curve
    load_fails(
        |server, otpk| bound(&[server.secure_channel_with(otpk, CRT, 1, &[4; 65])]),
        command,
        Reason::INCORRECT_INPUT_VALUES,
    );
    load_fails(
        |server, otpk| {
            let point = server.one_time_key.public_key().to_point();
            bound(&[server.secure_channel_with(otpk, CRT, 2, &point)])
        },
        command,
        Reason::UNSUPPORTED_REMOTE_OPERATION_TYPE,
    );
    // ConfigureISDP comes first
    load_fails(
        |server, otpk| {
            let mut sections = server.sections(otpk, &Package::new());
            sections.remove(0);
            bound(&sections)
        },
        command,
        Reason::SCP03T_STRUCTURE_ERROR,
    );
}

#[test]
fn configure_isdp_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::CONFIGURE_ISDP;
    let configured = |configure: &str| Package {
        configure: hex::decode(configure).unwrap(),
        ..Package::new()
    };
    for configure in [
        // another command, one cut off, proprietary data of another server, and too much of it
        "BF2500",
        "BF2405B8",
        "BF2406B80480028838",
        &format!("BF248189B8818680028837{}", "810100".repeat(43)),
    ] {
        load_fails(
            |server, otpk| server.bind(otpk, &configured(configure)),
            command,
            Reason::INCORRECT_INPUT_VALUES,
        );
    }
    load_fails(
        |server, otpk| {
            let mut sections = server.sections(otpk, &Package::new());
            sections.remove(1);
            bound(&sections)
        },
        command,
        Reason::SCP03T_STRUCTURE_ERROR,
    );
}

#[test]
fn proprietary_data_of_the_server_are_kept() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    // dpOid 2.999.10.1
    let data = hex::decode("B806800488370A01").unwrap();
    let package = Package {
        configure: rsp::tlv::tlv(rsp::tlv::Tag::new(0xBF24), &data),
        ..Package::new()
    };
    let bpp = server.bind(&otpk, &package);
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    let [profile] = terminal.card().profiles() else {
        panic!("no profile")
    };
    assert_eq!(profile.dp_proprietary_data.as_ref(), Some(&data));
}

#[test]
fn replace_session_keys_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::REPLACE_SESSION_KEYS;
    let keys = |keys| Package {
        profile_protection_keys: true,
        keys,
        ..Package::new()
    };
    for wrong in [replacement_keys(8), vec![0xBF, 0x26, 0x00]] {
        load_fails(
            |server, otpk| server.bind(otpk, &keys(wrong)),
            command,
            Reason::INCORRECT_INPUT_VALUES,
        );
    }
    load_fails(
        |server, otpk| {
            let mut sections = server.sections(otpk, &keys(replacement_keys(16)));
            *sections[3].last_mut().unwrap() ^= 1;
            bound(&sections)
        },
        command,
        Reason::SCP03T_SECURITY_ERROR,
    );
    load_fails(
        |server, otpk| {
            let mut sections = server.sections(otpk, &keys(replacement_keys(16)));
            // a segment of StoreMetadata
            sections[3][2] = 0x88;
            bound(&sections)
        },
        command,
        Reason::SCP03T_STRUCTURE_ERROR,
    );
}

#[test]
fn elements_come_in_segments_of_their_own() {
    load_fails(
        |server, otpk| {
            let mut sections = server.sections(otpk, &Package::new());
            let header = sections[3].len();
            assert!(header > 0x100);
            // A3 82 xx xx 86
            assert_eq!(sections[3][4], 0x86);
            sections[3][4] = 0x87;
            bound(&sections)
        },
        BppCommandId::LOAD_PROFILE_ELEMENTS,
        ErrorReason::SCP03T_STRUCTURE_ERROR,
    );
}

#[test]
fn a_card_that_fails_in_a_command_says_which() {
    let keys = || Package {
        profile_protection_keys: true,
        ..Package::new()
    };
    for (command, name) in [
        (0, "initialiseSecureChannel"),
        (1, "configureISDP"),
        (2, "storeMetadata"),
        (4, "replaceSessionKeys"),
        (5, "loadProfileElements"),
    ] {
        let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
        let otpk = prepare(&mut terminal, &server, None);
        terminal.card().arm_failure(name);
        let bpp = server.bind(&otpk, &keys());
        let response = terminal.load_bound_profile_package(&bpp).unwrap();
        let reason = ErrorReason::INSTALL_FAILED_DUE_TO_UNKNOWN_ERROR;
        expect_error(&response, BppCommandId(command), reason);
        assert!(terminal.card().profiles().is_empty());
        assert_eq!(terminal.card().state().pending.len(), 1);
    }
}
