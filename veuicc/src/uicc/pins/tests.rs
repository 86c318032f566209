// SPDX-License-Identifier: MIT OR Apache-2.0
//! The universal PIN, which profile packages cannot have: one PIN that replaces others.

use std::borrow::Cow;

use rsp::env::SeededEnv;

use super::*;
use crate::uicc::image::{Dir, Image, PinContext, PinContextId, Security};
use crate::uicc::{Command, Current, Overlay, Session};

const PIN: [u8; 8] = *b"1234\xFF\xFF\xFF\xFF";
const UNIVERSAL: [u8; 8] = *b"8888\xFF\xFF\xFF\xFF";

fn pin(reference: u8, value: [u8; 8]) -> PinCode {
    PinCode {
        reference,
        value,
        puk: None,
        enabled: true,
        changeable: true,
        can_be_disabled: true,
        retries: 3,
        left: 3,
    }
}

fn image() -> Image {
    Image {
        dirs: vec![Dir {
            fid: Some(0x3F00),
            adf: None,
            parent: None,
            security: Security {
                arr: 0x2F06,
                record: 1,
            },
            life_cycle: 5,
            pin_status: Box::new([0x01, UNIVERSAL_PIN]),
            pins: Some(PinContextId(0)),
            link: None,
            dirs: Vec::new(),
            efs: Vec::new(),
        }],
        pin_contexts: vec![PinContext {
            pins: vec![pin(0x01, PIN), pin(UNIVERSAL_PIN, UNIVERSAL)],
        }],
        ..Image::default()
    }
}

/// Runs commands; returns their status words, whether PIN 01 counts as verified afterwards, and
/// the FCP of the MF.
fn run(commands: &[Command<'_>]) -> (Vec<u16>, bool, String) {
    let (image, overlay) = (image(), Overlay::default());
    let mut uicc = Uicc {
        image: &image,
        overlay: Cow::Borrowed(&overlay),
        session: &mut Session::default(),
        current: &mut Current::default(),
        env: &mut SeededEnv::new(1, "uicc"),
    };
    let answers = commands.iter().map(|command| {
        let answer = uicc.execute(*command);
        answer
            .map_or_else(|status| status, |answer| answer.status)
            .0
    });
    let answers = answers.collect();
    let verified = uicc.is_verified(DirId::MF, 0x01);
    (answers, verified, hex::encode_upper(uicc.current_fcp()))
}

fn disable(replacement: Option<u8>) -> Command<'static> {
    Command::DisablePin {
        reference: 0x01,
        replacement,
        data: &PIN,
    }
}

const VERIFY_UNIVERSAL: Command<'static> = Command::VerifyPin {
    reference: UNIVERSAL_PIN,
    data: &UNIVERSAL,
};

#[test]
fn a_replaced_pin_is_verified_by_the_other_one() {
    let (answers, verified, fcp) = run(&[disable(Some(UNIVERSAL_PIN))]);
    assert_eq!((answers, verified), (vec![0x9000], false));
    // PIN 01 disabled, the universal PIN enabled and in use
    assert!(fcp.ends_with("C60C900140830101950108830111"), "{fcp}");
    let (answers, verified, _) = run(&[disable(Some(UNIVERSAL_PIN)), VERIFY_UNIVERSAL]);
    assert_eq!((answers, verified), (vec![0x9000, 0x9000], true));
}

#[test]
fn without_a_replacement_nothing_is_asked() {
    let (answers, verified, fcp) = run(&[disable(None)]);
    assert_eq!((answers, verified), (vec![0x9000], true));
    assert!(fcp.ends_with("C60C900140830101950100830111"), "{fcp}");
}

#[test]
fn enabling_ends_the_replacement() {
    let enable = Command::EnablePin {
        reference: 0x01,
        data: &PIN,
    };
    let commands = [disable(Some(UNIVERSAL_PIN)), VERIFY_UNIVERSAL, enable];
    let (answers, verified, fcp) = run(&commands);
    assert_eq!((answers, verified), (vec![0x9000; 3], true));
    assert!(fcp.ends_with("C60C9001C0830101950100830111"), "{fcp}");
}

#[test]
fn a_pin_does_not_replace_itself() {
    let itself = Command::DisablePin {
        reference: UNIVERSAL_PIN,
        replacement: Some(UNIVERSAL_PIN),
        data: &UNIVERSAL,
    };
    let (answers, _, _) = run(&[itself, disable(Some(0x01))]);
    assert_eq!(answers, [0x6A86, 0x6A86]);
}
