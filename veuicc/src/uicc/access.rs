// SPDX-License-Identifier: MIT OR Apache-2.0
//! Access rules in the expanded format, as the records of an EF.ARR hold them (TS 102 221 §9.2.4,
//! ISO/IEC 7816-4 §9.3.3).
//!
//! A record is a row of rules, each one or more access mode objects followed by one or more
//! security condition objects. What no rule names is not allowed.

use rsp::tlv::{Tag, Tlv};

/// Deepest nesting of OR, AND and NOT.
const MAX_DEPTH: u8 = 8;

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// READ, SEARCH, RETRIEVE DATA.
    Read,
    /// UPDATE, SET DATA.
    Update,
    /// INCREASE.
    Increase,
    /// DEACTIVATE FILE.
    Deactivate,
    /// ACTIVATE FILE.
    Activate,
}

impl Mode {
    /// Its bit in an access mode byte; INCREASE has none.
    fn bit(self) -> u8 {
        match self {
            Self::Read => 0x01,
            Self::Update => 0x02,
            Self::Increase => 0x00,
            Self::Deactivate => 0x08,
            Self::Activate => 0x10,
        }
    }

    /// Its instructions, for rules that name those.
    fn instructions(self) -> &'static [u8] {
        match self {
            Self::Read => &[0xB0, 0xB2, 0xA2, 0xCB],
            Self::Update => &[0xD6, 0xDC, 0xDB],
            Self::Increase => &[0x32],
            Self::Deactivate => &[0x04],
            Self::Activate => &[0x44],
        }
    }
}

/// Whether a record allows `mode`; `verified` answers for key references.
pub(super) fn allows(record: &[u8], mode: Mode, verified: &dyn Fn(u8) -> bool) -> bool {
    let mut named = false;
    let mut conditions = false;
    for object in objects(record) {
        let tag = object.tag.octets();
        if !matches!(tag, 0x80..=0x8F) {
            conditions = true;
            if named && fulfilled(object, verified, 0) {
                return true;
            }
            continue;
        }
        if std::mem::take(&mut conditions) {
            named = false;
        }
        named |= match (tag, object.value) {
            // with bit 8 the bits above the fourth mean something else
            (0x80, [byte]) if byte & 0x80 != 0 => byte & mode.bit() & 0x07 != 0,
            (0x80, [byte]) => byte & mode.bit() != 0,
            (0x84, [instruction]) => mode.instructions().contains(instruction),
            _ => false,
        };
    }
    false
}

/// The objects of a record; FF pads it.
fn objects(mut rest: &[u8]) -> impl Iterator<Item = Tlv<'_>> {
    std::iter::from_fn(move || {
        if rest.first() == Some(&0xFF) {
            return None;
        }
        let (object, after) = Tlv::read(rest).ok()?;
        rest = after;
        Some(object)
    })
}

fn fulfilled(condition: Tlv<'_>, verified: &dyn Fn(u8) -> bool, depth: u8) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let mut inner = objects(condition.value);
    let holds = |inner: Tlv<'_>| fulfilled(inner, verified, depth + 1);
    match condition.tag.octets() {
        // always
        0x90 => true,
        // one security condition byte: 00 is always, all others need a security environment
        0x9E => condition.value == [0x00],
        // user authentication with a key reference
        0xA4 => key_reference(condition).is_some_and(verified),
        0xA0 => inner.any(holds),
        0xAF => {
            let mut inner = inner.peekable();
            inner.peek().is_some() && inner.all(holds)
        }
        0xA7 => inner.next().is_some_and(|inner| !holds(inner)),
        // never, and what this card cannot check
        _ => false,
    }
}

/// Key reference of a control reference template whose usage qualifier says verification.
fn key_reference(template: Tlv<'_>) -> Option<u8> {
    let mut reference = None;
    let mut verification = true;
    for object in objects(template.value) {
        match (object.tag, object.value) {
            (tag, [value]) if tag == Tag::new(0x83) => reference = Some(*value),
            (tag, [value]) if tag == Tag::new(0x95) => verification = value & 0x08 != 0,
            _ => {}
        }
    }
    reference.filter(|_| verification)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(record: &str, mode: Mode, verified: &[u8]) -> bool {
        let record = hex::decode(record.replace(' ', "")).unwrap();
        allows(&record, mode, &|reference| verified.contains(&reference))
    }

    // record 5 of EF.ARR of the generic test profile, padded
    const PIN_PIN2: &str = "800103A406830101950108 800118A406830181950108 \
                            800140A40683010A950108 8401D4A40683010A950108 FFFF";

    #[test]
    fn a_mode_needs_the_key_of_its_own_rule() {
        assert!(!allowed(PIN_PIN2, Mode::Read, &[]));
        assert!(allowed(PIN_PIN2, Mode::Read, &[0x01]));
        assert!(allowed(PIN_PIN2, Mode::Update, &[0x01]));
        assert!(!allowed(PIN_PIN2, Mode::Deactivate, &[0x01]));
        assert!(allowed(PIN_PIN2, Mode::Activate, &[0x81]));
        assert!(!allowed(PIN_PIN2, Mode::Increase, &[0x01, 0x81, 0x0A]));
    }

    #[test]
    fn always_never_and_what_is_not_named() {
        let record = "8001019000 80010297 00 FFFFFF";
        assert!(allowed(record, Mode::Read, &[]));
        assert!(!allowed(record, Mode::Update, &[0x01, 0x0A]));
        assert!(!allowed(record, Mode::Activate, &[0x01, 0x0A]));
        assert!(!allowed("FFFFFFFF", Mode::Read, &[0x0A]));
        assert!(!allowed("", Mode::Read, &[0x0A]));
    }

    #[test]
    fn rules_by_instruction_and_templates() {
        let record = "840132 A406830101950108 \
                      800102 A010 A406830101950108 A406830181950108 \
                      800101 AF10 A406830101950108 A406830181950108";
        assert!(allowed(record, Mode::Increase, &[0x01]));
        assert!(!allowed(record, Mode::Increase, &[0x81]));
        assert!(allowed(record, Mode::Update, &[0x81]));
        assert!(!allowed(record, Mode::Read, &[0x81]));
        assert!(allowed(record, Mode::Read, &[0x81, 0x01]));
    }

    #[test]
    fn damaged_rules_allow_nothing() {
        for record in ["800101", "800101A4", "8001", "800101A403830101", "80"] {
            let verified: &[u8] = if record.len() > 10 { &[] } else { &[0x01] };
            assert!(!allowed(record, Mode::Read, verified), "{record}");
        }
        let mut nested = "9000".to_owned();
        for _ in 0..20 {
            nested = format!("A0{:02X}{nested}", nested.len() / 2);
        }
        assert!(!allowed(&format!("800101{nested}"), Mode::Read, &[]));
    }
}
