// SPDX-License-Identifier: MIT OR Apache-2.0
//! T=0 and T=1 as a reader shows them, and commands with extended length fields.

use veuicc_pcsc::{Code, Disposition, Protocol};

use crate::readers::{Reader, answers, collected, send};
use crate::served::{EID, GET_EID, SELECT};

const SELECT_ISD_R: &str = "00A40404 10 A0000005591010FFFFFFFF8900000100";

/// What GetEID answers.
fn eid() -> String {
    format!("BF3E125A10{EID}")
}

#[test]
fn the_atr_decides_the_protocol() {
    use Protocol::{Any, T0, T1};
    let Some(reader) = Reader::take(0) else {
        return;
    };
    for (personality, wanted) in [
        ("t0-only", [(T0, Some(T0)), (T1, None), (Any, Some(T0))]),
        ("t1-only", [(T0, None), (T1, Some(T1)), (Any, Some(T1))]),
        // pcscd prefers blocks where there are both
        (
            "t0-and-t1",
            [(T0, Some(T0)), (T1, Some(T1)), (Any, Some(T1))],
        ),
    ] {
        let served = reader.serve(&["--personality", personality]);
        reader.atr();
        for (asked, chosen) in wanted {
            match (reader.context.connect_over(&reader.name, asked), chosen) {
                (Ok(mut card), Some(chosen)) => {
                    assert_eq!(card.protocol(), Some(chosen), "{personality} {asked:?}");
                    assert!(collected(&card, SELECT_ISD_R).ends_with("9000"));
                    // the next one chooses anew
                    card.leave_with(Disposition::Unpower);
                }
                (Err(error), None) => {
                    let code = error.code();
                    assert_eq!(code, Some(Code::PROTO_MISMATCH), "{personality} {asked:?}");
                }
                (other, _) => panic!("{personality} {asked:?}: {other:?}"),
            }
        }
        drop(served);
        reader.await_empty();
    }
}

#[test]
fn over_t0_answers_are_fetched_and_over_t1_they_come_at_once() {
    let Some(reader) = Reader::take(1) else {
        return;
    };
    let with_le = format!("{SELECT_ISD_R} 00");
    for (personality, form) in [
        ("spec", Protocol::T0),
        ("t0-only", Protocol::T0),
        ("t1-only", Protocol::T1),
        ("t0-and-t1", Protocol::T1),
        ("t0-and-t1", Protocol::T0),
    ] {
        let served = reader.serve(&["--personality", personality]);
        let mut card = reader.card_over(form);
        let asked = match (personality, form) {
            // a terminal that speaks T=0 sends no Le behind data
            (_, Protocol::T0) => SELECT_ISD_R,
            _ => &with_le,
        };
        let selected = send(&card, asked);
        if form == Protocol::T0 {
            assert_eq!(selected, "6126", "{personality}");
            let fci = send(&card, "00C0000026");
            assert!(
                fci.starts_with("6F248410A0") && fci.ends_with("9000"),
                "{fci}"
            );
            answers(
                &card,
                &[
                    ("80E2910006 BF3E035C015A", "6115"),
                    ("00C0000015", &format!("{} 9000", eid())),
                ],
            );
        } else {
            assert!(selected.ends_with("9000"), "{selected}");
            assert_eq!(send(&card, GET_EID), format!("{}9000", eid()));
        }
        // and how a Le is judged that is not the length of the answer
        if personality == "t0-and-t1" {
            assert_eq!(send(&card, "0070000000"), "019000");
        } else if form == Protocol::T0 {
            answers(
                &card,
                &[
                    ("80E2910006 BF3E035C015A 00", "6115"),
                    ("00C0000000", "6C15"),
                    ("00C00000FF", "6C15"),
                    ("00C0000010", &format!("{} 6105", &eid()[..32])),
                    ("00C0000005", &format!("{} 9000", &eid()[32..])),
                    ("00C0000005", "6985"),
                    ("0070000000", "6C01"),
                    ("0070000001", "01 9000"),
                ],
            );
        } else {
            answers(
                &card,
                &[
                    ("80E2910006 BF3E035C015A FF", &format!("{} 9000", eid())),
                    ("0070000000", "01 9000"),
                ],
            );
        }
        card.leave_with(Disposition::Unpower);
        drop(card);
        drop(served);
        reader.await_empty();
    }
}

/// AddInitialEim with the certificate of an eIM: more than one block of 255 bytes.
fn add_initial_eim() -> Vec<u8> {
    use rsp::tlv::{Tag, Tlv, tlv};
    let pki = certs::Pki::seeded(1).unwrap();
    let name = "eim1.test.example";
    let issued = pki.issue_eim_signing(name, certs::Curve::NistP256).unwrap();
    let certificate = Tlv::only(&issued.certificate).unwrap();
    // eimPublicKeyData [5] { eimCertificate [1] }
    let key = tlv(Tag::new(0xA5), &tlv(Tag::new(0xA1), certificate.value));
    let id = tlv(Tag::new(0x80), name.as_bytes());
    // eimIdType, counterValue
    let numbers = [0x82, 1, 2, 0x83, 1, 0];
    let configuration = [id.as_slice(), &numbers, &key].concat();
    let list = tlv(Tag::new(0xA0), &tlv(Tag::SEQUENCE, &configuration));
    tlv(Tag::new(0xBF57), &list)
}

/// STORE DATA of one block, whose lengths are extended.
fn whole(function: &[u8]) -> String {
    format!(
        "80E2910000{:04X}{}0000",
        function.len(),
        hex::encode(function)
    )
}

#[test]
fn a_whole_function_fits_into_one_extended_command_and_answer() {
    let Some(reader) = Reader::take(2) else {
        return;
    };
    let request = add_initial_eim();
    assert!(request.len() > 255, "{}", request.len());
    let served = reader.serve(&["--personality", "t1-only"]);
    let card = reader.card();
    assert!(send(&card, &format!("{SELECT_ISD_R} 00")).ends_with("9000"));
    assert_eq!(send(&card, &whole(&request)), "BF5704A00205009000");
    let certificates = send(&card, &whole(&[0xBF, 0x56, 0]));
    assert!(certificates.starts_with("BF568204"), "{certificates}");
    assert!(certificates.len() > 2 * 1000 && certificates.ends_with("9000"));
    // an extended Le of less than that gives as much, and the rest is asked for
    let start = send(&card, "80E2910000 0003 BF5600 0200");
    assert_eq!(start, format!("{}6100", &certificates[..2 * 0x200]));
    let rest = send(&card, "00C00000 000000");
    assert_eq!(rest, certificates[2 * 0x200..]);
    drop((card, served));
    reader.await_empty();
    // over T=0 it is fetched in pieces
    let served = reader.serve(&[]);
    let card = reader.card();
    assert_eq!(send(&card, SELECT_ISD_R), "6126");
    assert_eq!(collected(&card, &whole(&request)), "BF5704A00205009000");
    assert_eq!(send(&card, &whole(&[0xBF, 0x56, 0])), "6100");
    assert!(send(&card, "00C0000000").starts_with("BF568204"));
    drop((card, served));
}

#[test]
fn a_card_without_extended_lengths_says_so_and_refuses_them() {
    let Some(reader) = Reader::take(3) else {
        return;
    };
    /// "Extended Lc and Le fields" in the third byte of the card capabilities, before the name of
    /// the card and the check byte.
    fn announced(atr: &[u8]) -> bool {
        atr[atr.len() - 7] & 0x40 != 0
    }
    for (personality, extended) in [
        ("spec", true),
        ("no-extended-length", false),
        ("t0-only", false),
    ] {
        let served = reader.serve(&["--personality", personality]);
        let atr = reader.atr();
        assert_eq!(announced(&atr), extended, "{personality}: {atr:02X?}");
        let card = reader.card();
        assert!(collected(&card, SELECT).ends_with("9000"));
        let answer = collected(&card, &whole(&hex::decode("BF3E035C015A").unwrap()));
        let expected = match extended {
            true => format!("{}9000", eid()),
            false => "6700".to_owned(),
        };
        assert_eq!(answer, expected, "{personality}");
        // the same in a short command
        assert_eq!(collected(&card, GET_EID), format!("{}9000", eid()));
        drop((card, served));
        reader.await_empty();
    }
}
