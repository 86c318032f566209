// SPDX-License-Identifier: MIT OR Apache-2.0
//! What people call the things that packages name by numbers.

/// Object identifiers of the templates (TCA eUICC Profile Package Annex B), below 2.23.143.1.2.
const TEMPLATES: &[(&str, &str)] = &[
    ("1", "MF"),
    ("2", "CD"),
    ("3", "TELECOM"),
    ("3.2", "TELECOM v2"),
    ("4", "USIM"),
    ("4.2", "USIM v2"),
    ("5", "OPT-USIM"),
    ("5.2", "OPT-USIM v2"),
    ("5.3", "OPT-USIM v3"),
    ("6", "PHONEBOOK"),
    ("7", "GSM-ACCESS"),
    ("8", "ISIM"),
    ("9", "OPT-ISIM"),
    ("9.2", "OPT-ISIM v2"),
    ("10", "CSIM"),
    ("10.2", "CSIM v2"),
    ("11", "OPT-CSIM"),
    ("11.2", "OPT-CSIM v2"),
    ("12", "EAP"),
    ("13", "DF-5GS"),
    ("13.2", "DF-5GS v2"),
    ("13.3", "DF-5GS v3"),
    ("13.4", "DF-5GS v4"),
    ("14", "DF-SAIP"),
    ("15", "DF-SNPN"),
    ("16", "DF-5GPROSE"),
    ("17", "IoT"),
    ("18", "OPT-IoT"),
];

/// Directories whose identifiers are the same on every card (TS 102 221 §13, TS 31.102 §4).
const DIRECTORIES: &[(&str, &str)] = &[
    ("3f00", "MF"),
    ("7f10", "DF.TELECOM"),
    ("7f20", "DF.GSM"),
    ("7f25", "DF.CDMA"),
    ("7fff", "current ADF"),
    ("7f11", "DF.CD"),
    ("5f3a", "DF.PHONEBOOK"),
    ("5f3b", "DF.GSM-ACCESS"),
    ("5fc0", "DF.5GS"),
    ("5fd0", "DF.SAIP"),
];

/// Applications by the beginning of their AID.
const APPLICATIONS: &[(&str, &str)] = &[
    ("a0000000871002", "USIM"),
    ("a0000000871004", "ISIM"),
    ("a0000003431002", "CSIM"),
    ("a000000151", "GlobalPlatform"),
    ("a0000005591010", "GSMA"),
];

/// Keys of TS 102 221 §9.5.1 as access rules name them.
const KEYS: &[(u8, &str)] = &[
    (0x0A, "ADM1"),
    (0x0B, "ADM2"),
    (0x0C, "ADM3"),
    (0x0D, "ADM4"),
    (0x0E, "ADM5"),
    (0x8A, "ADM6"),
    (0x8B, "ADM7"),
    (0x8C, "ADM8"),
    (0x8D, "ADM9"),
    (0x8E, "ADM10"),
    (0x11, "universal PIN"),
];

fn find<'a>(table: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    table
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| *value)
}

/// The template with this object identifier.
pub(super) fn template(oid: &str) -> Option<&'static str> {
    find(TEMPLATES, oid.strip_prefix("2.23.143.1.2.")?)
}

/// The file identifier that the template of an element gives a member.
pub(super) fn identifier(element: &str, member: &str) -> Option<u16> {
    crate::profile::template_identifier(element, member)
}

/// The directory with this file identifier, in hexadecimal.
pub(super) fn directory(fid: &str) -> Option<&'static str> {
    find(DIRECTORIES, fid)
}

/// The kind of application that an AID, in hexadecimal, belongs to.
pub(super) fn application(aid: &str) -> Option<&'static str> {
    APPLICATIONS
        .iter()
        .find(|(start, _)| aid.starts_with(start))
        .map(|(_, name)| *name)
}

/// The key with this reference.
pub(super) fn key(reference: u8) -> String {
    let local = match reference {
        0x01..=0x08 => format!(
            "PIN{}",
            if reference == 1 {
                String::new()
            } else {
                format!(" {reference}")
            }
        ),
        0x81..=0x88 => format!(
            "PIN2{}",
            if reference == 0x81 {
                String::new()
            } else {
                format!(" {}", reference - 0x80)
            }
        ),
        _ => String::new(),
    };
    if !local.is_empty() {
        return local;
    }
    KEYS.iter()
        .find(|(number, _)| *number == reference)
        .map_or_else(
            || format!("key {reference:02X}"),
            |(_, name)| (*name).to_owned(),
        )
}
