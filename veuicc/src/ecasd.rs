// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ECASD as a terminal sees it: it can be selected and tells the EID (SGP.02 §2.2.2).

use rsp::tlv::{self, Tag};

/// AID of the ECASD (SGP.02 Annex H).
pub const ECASD_AID: [u8; 16] = [
    0xA0, 0, 0, 5, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0, 0, 2, 0,
];

/// Tag of the EID, for GET DATA.
const EID: u16 = 0x005A;

/// The FCI: the AID and the longest data field of a command.
pub(crate) fn fci() -> Vec<u8> {
    let mut content = tlv::tlv(Tag::new(0x84), &ECASD_AID);
    tlv::write(&mut content, Tag::new(0xA5), &[0x9F, 0x65, 1, 0xFF]);
    tlv::tlv(Tag::new(0x6F), &content)
}

/// The data object of that tag, if there is one.
pub(crate) fn data_object(tag: u16, eid: &[u8; 16]) -> Option<Vec<u8>> {
    (tag == EID).then(|| tlv::tlv(Tag::new(0x5A), eid))
}
