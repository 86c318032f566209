// SPDX-License-Identifier: MIT OR Apache-2.0
//! Contents of well-known files in words.

use rsp::id::Iccid;
use rsp::tlv::{Tag, Tlv, walk};

use super::super::names;

/// Services that a line names before it only counts them.
const NAMED_SERVICES: usize = 80;

/// What a content says, for a file named by its template member or its identifier.
pub(super) fn remark(file: &str, content: &[u8]) -> Option<String> {
    match file {
        "ef-iccid" | "2fe2" => {
            let iccid = Iccid::from_bytes(content).ok()?;
            Some(format!("ICCID {iccid}"))
        }
        "ef-imsi" => imsi(content).map(|imsi| format!("IMSI {imsi}")),
        "ef-dir" | "2f00" => directory_entry(content),
        "ef-arr" | "2f06" | "6f06" => access_rule(content),
        "ef-ust" | "ef-ist" | "ef-est" => Some(services(content)),
        "ef-spn" => text(content.get(1..)?),
        "ef-acc" => access_classes(content),
        "ef-ad" => content
            .get(3)
            .map(|digits| format!("MNC of {} digits", digits & 0x0F)),
        "ef-impi" | "ef-impu" | "ef-domain" => {
            let object = Tlv::read(content).ok()?.0;
            text(object.value)
        }
        _ => None,
    }
}

/// Digits of EF.IMSI (TS 31.102 §4.2.2): a length, a parity nibble, digits with swapped nibbles.
pub(in super::super) fn imsi(content: &[u8]) -> Option<String> {
    let (&length, digits) = content.split_first()?;
    let digits = digits.get(..usize::from(length))?;
    let nibbles = digits.iter().flat_map(|byte| [byte & 0x0F, byte >> 4]);
    let digits: String = nibbles
        .skip(1)
        .take_while(|nibble| *nibble != 0x0F)
        .map(|nibble| char::from_digit(u32::from(nibble), 16).unwrap_or('?'))
        .collect();
    Some(digits)
}

/// The numbers of the bits that are set, the first bit of the first byte being 1.
pub(in super::super) fn service_numbers(content: &[u8]) -> Vec<usize> {
    content
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
        .zip(1..)
        .filter_map(|(set, number)| set.then_some(number))
        .collect()
}

fn services(content: &[u8]) -> String {
    let numbers = service_numbers(content);
    match numbers.len() {
        0 => "no service".to_owned(),
        count if count > NAMED_SERVICES => format!("{count} services"),
        _ => {
            let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
            format!("services {}", numbers.join(" "))
        }
    }
}

fn access_classes(content: &[u8]) -> Option<String> {
    let bytes: [u8; 2] = content.try_into().ok()?;
    let classes = u16::from_be_bytes(bytes);
    let set: Vec<_> = (0..16)
        .filter(|class| classes >> class & 1 == 1)
        .map(|class| class.to_string())
        .collect();
    Some(format!("access classes {}", set.join(" ")))
}

/// Text up to the padding.
fn text(bytes: &[u8]) -> Option<String> {
    let text: Vec<u8> = bytes
        .iter()
        .copied()
        .take_while(|byte| *byte != 0xFF)
        .collect();
    (!text.is_empty()).then(|| format!("\"{}\"", String::from_utf8_lossy(&text)))
}

/// Application template of EF.DIR (TS 102 221 §13.1).
fn directory_entry(content: &[u8]) -> Option<String> {
    let template = Tlv::read(content).ok()?.0;
    let aid = template.child(Tag::new(0x4F))?.value;
    let name = names::application(&hex::encode(aid)).unwrap_or("application");
    let label = template
        .child(Tag::new(0x50))
        .and_then(|label| text(label.value));
    Some(
        format!("{name} {}", label.unwrap_or_default())
            .trim_end()
            .to_owned(),
    )
}

/// Access rule in expanded format (TS 102 221 §9.2.4): what may be done, and under which condition.
fn access_rule(content: &[u8]) -> Option<String> {
    let mut said = Vec::new();
    let mut what = String::new();
    for object in walk(content).map_while(Result::ok) {
        match (object.tag, object.value) {
            (tag, [mode]) if tag == Tag::new(0x80) => what = operations(*mode),
            (tag, [_]) if tag == Tag::new(0x84) => what = "resize".to_owned(),
            (tag, _) if tag == Tag::new(0x90) => said.push(format!("{what}: always")),
            (tag, _) if tag == Tag::new(0x97) => said.push(format!("{what}: never")),
            (tag, _) if tag == Tag::new(0xA4) => {
                let key = object.child(Tag::new(0x83))?.value.first().copied()?;
                said.push(format!("{what}: {}", names::key(key)));
            }
            (tag, _) if tag == Tag::new(0xA0) => said.push(format!("{what}: one of several")),
            (tag, _) if tag == Tag::new(0xAF) => said.push(format!("{what}: all of several")),
            _ => break,
        }
    }
    (!said.is_empty()).then(|| said.join(", "))
}

/// Access mode byte of an EF (TS 102 221 §9.2.1, ISO/IEC 7816-4 table 17).
fn operations(mode: u8) -> String {
    const BITS: &[(u8, &str)] = &[
        (0x01, "read"),
        (0x02, "update"),
        (0x04, "write"),
        (0x08, "deactivate"),
        (0x10, "activate"),
        (0x20, "terminate"),
        (0x40, "delete"),
    ];
    let named: Vec<_> = BITS
        .iter()
        .filter(|(bit, _)| mode & bit != 0)
        .map(|(_, name)| *name)
        .collect();
    named.join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str, hex: &str) -> String {
        remark(file, &hex::decode(hex).unwrap()).unwrap_or_default()
    }

    #[test]
    fn contents_say_what_they_mean() {
        for (file, content, said) in [
            (
                "ef-iccid",
                "98001032547698103214",
                "ICCID 89000123456789012341",
            ),
            ("ef-imsi", "080910101032547698", "IMSI 001010123456789"),
            (
                "ef-dir",
                "61144f0ca0000000871002ff49ff058950045553494d",
                "USIM \"USIM\"",
            ),
            (
                "ef-arr",
                "800103a406830101950108800158a40683010a950108",
                "read+update: PIN, deactivate+activate+delete: ADM1",
            ),
            (
                "ef-arr",
                "8001019000800102970080",
                "read: always, update: never",
            ),
            ("ef-ust", "00000404", "services 19 27"),
            ("ef-spn", "00426f6fff", "\"Boo\""),
            ("ef-acc", "0002", "access classes 1"),
            ("ef-ad", "00000002", "MNC of 2 digits"),
            ("ef-impi", "8003616263ff", "\"abc\""),
            ("ef-ecc", "11f2ff00", ""),
        ] {
            assert_eq!(of(file, content), said);
        }
    }

    #[test]
    fn damaged_contents_say_nothing() {
        for file in [
            "ef-iccid", "ef-imsi", "ef-dir", "ef-arr", "ef-spn", "ef-acc", "ef-ad", "ef-impi",
        ] {
            assert_eq!(of(file, ""), "");
            assert_eq!(of(file, "ff").replace("\"\"", ""), "", "{file}");
        }
    }
}
