// SPDX-License-Identifier: MIT OR Apache-2.0
//! File control parameters (TS 102 221 §11.1.1.4).

use rsp::tlv::{self, Tag};

use super::Uicc;
use super::image::{DirId, EfId, MF, Security, Structure};

/// Universal PIN.
const UNIVERSAL_PIN: u8 = 0x11;
/// File descriptor byte of a directory: shareable.
const DIRECTORY: u8 = 0x78;
/// Bit of the file descriptor byte of a shareable file.
const SHAREABLE: u8 = 0x40;
/// Data coding byte: write-once, in bytes (ISO/IEC 7816-4 §8.1.1.2.7).
const DATA_CODING: u8 = 0x21;
/// UICC characteristics: clock stop allowed on either level, all voltage classes; TERMINAL
/// CAPABILITY is supported.
const MF_CHARACTERISTICS: [u8; 6] = [0x80, 0x01, 0x71, 0x87, 0x01, 0x01];
/// Access rules in compact form: none, so that nobody may do anything (TS 102 221 §11.1.1.4.7.1).
const NO_ACCESS: [u8; 1] = [0x00];
/// PIN 1, which is not enabled (TS 102 221 §11.1.1.4.10).
const PIN_1_DISABLED: [u8; 6] = [0x90, 0x01, 0x00, 0x83, 0x01, 0x01];
/// Life cycle status byte of an active file and of a deactivated one.
const ACTIVE: u8 = 0x05;
const DEACTIVATED: u8 = 0x04;

/// FCP of the MF of a card that has no profile to show: a terminal looks there for what the card
/// can do, TERMINAL CAPABILITY above all.
pub(crate) fn empty_mf() -> Vec<u8> {
    let mut fcp = Vec::with_capacity(40);
    put(&mut fcp, 0x82, &[DIRECTORY, DATA_CODING]);
    put(&mut fcp, 0x83, &MF.to_be_bytes());
    put(&mut fcp, 0xA5, &MF_CHARACTERISTICS);
    put(&mut fcp, 0x8A, &[ACTIVE]);
    put(&mut fcp, 0x8C, &NO_ACCESS);
    put(&mut fcp, 0xC6, &PIN_1_DISABLED);
    tlv::tlv(Tag::new(0x62), &fcp)
}

impl Uicc<'_> {
    /// FCP of a directory.
    pub(super) fn directory_fcp(&self, id: DirId) -> Vec<u8> {
        let Some(dir) = self.image.dir(id) else {
            return Vec::new();
        };
        let mut fcp = Vec::with_capacity(64);
        put(&mut fcp, 0x82, &[DIRECTORY, DATA_CODING]);
        if let Some(fid) = dir.fid {
            put(&mut fcp, 0x83, &fid.to_be_bytes());
        }
        if let Some(adf) = &dir.adf {
            put(&mut fcp, 0x84, &adf.aid);
        }
        if id == DirId::MF {
            put(&mut fcp, 0xA5, &MF_CHARACTERISTICS);
        }
        put(&mut fcp, 0x8A, &[dir.life_cycle]);
        put_security(&mut fcp, dir.security);
        put(&mut fcp, 0xC6, &self.pin_status(id, &dir.pin_status));
        tlv::tlv(Tag::new(0x62), &fcp)
    }

    /// FCP of an EF.
    pub(super) fn file_fcp(&self, id: EfId) -> Vec<u8> {
        let Some(ef) = self.image.ef(id) else {
            return Vec::new();
        };
        let mut fcp = Vec::with_capacity(48);
        let shareable = if ef.shareable { SHAREABLE } else { 0 };
        let mut descriptor = vec![shareable | ef.structure.descriptor(), DATA_CODING];
        if let Some(records) = ef.structure.records() {
            descriptor.extend_from_slice(&[0, records.length, records.count]);
        }
        put(&mut fcp, 0x82, &descriptor);
        put(&mut fcp, 0x83, &ef.fid.to_be_bytes());
        let mut proprietary = Vec::new();
        if ef.special != 0 {
            put(&mut proprietary, 0xC0, &[ef.special]);
        }
        if let Structure::BerTlv { maximum, .. } = ef.structure
            && let Some(maximum) = maximum
        {
            put(&mut proprietary, 0x86, &number(maximum));
        }
        if !proprietary.is_empty() {
            put(&mut fcp, 0xA5, &proprietary);
        }
        let life_cycle = match self.overlay.active(self.image, id) {
            None => ef.life_cycle,
            Some(true) => ACTIVE,
            Some(false) => DEACTIVATED,
        };
        put(&mut fcp, 0x8A, &[life_cycle]);
        put_security(&mut fcp, ef.security);
        put(&mut fcp, 0x80, &number(ef.structure.size()));
        match ef.sfi {
            Some(sfi) => put(&mut fcp, 0x88, &[sfi << 3]),
            // present and empty: there is none; absent would mean the low bits of the identifier
            None => put(&mut fcp, 0x88, &[]),
        }
        tlv::tlv(Tag::new(0x62), &fcp)
    }

    /// PIN status template DO: one bit per key reference, first the highest, set when the PIN is
    /// enabled; then the key references (TS 102 221 §9.5.2).
    fn pin_status(&self, directory: DirId, references: &[u8]) -> Vec<u8> {
        let mut enabled = vec![0_u8; references.len().div_ceil(8).max(1)];
        let mut keys = Vec::new();
        for (index, &reference) in references.iter().enumerate() {
            let pin = self.pin_state(directory, reference);
            if pin.is_none_or(|pin| pin.enabled)
                && let Some(byte) = enabled.get_mut(index / 8)
            {
                *byte |= 0x80 >> (index % 8);
            }
            if reference == UNIVERSAL_PIN {
                let used = self.overlay.is_replacement(reference);
                put(&mut keys, 0x95, &[if used { 0x08 } else { 0x00 }]);
            }
            put(&mut keys, 0x83, &[reference]);
        }
        let mut template = Vec::new();
        put(&mut template, 0x90, &enabled);
        template.extend_from_slice(&keys);
        template
    }
}

fn put(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    tlv::write(out, Tag::new(tag), value);
}

fn put_security(out: &mut Vec<u8>, security: Security) {
    let [high, low] = security.arr.to_be_bytes();
    put(out, 0x8B, &[high, low, security.record]);
}

/// A size in two bytes or as many as it needs.
fn number(size: u32) -> Vec<u8> {
    match size.to_be_bytes() {
        [0, 0, high, low] => vec![high, low],
        [0, rest @ ..] => rest.to_vec(),
        all => all.to_vec(),
    }
}
