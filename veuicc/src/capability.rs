// SPDX-License-Identifier: MIT OR Apache-2.0
//! TERMINAL CAPABILITY (TS 102 221 §11.1.19, SGP.22 §3.4.2, SGP.32 §3.8.4).

use rsp::tlv::{Tag, Tlv};

use crate::status_word::StatusWord;

/// What the terminal said it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalCapability {
    /// '81': logical channels 4 to 19.
    pub extended_channels: bool,
    /// '82': additional interfaces.
    pub additional_interfaces: u8,
    /// '83': functions for an eUICC: local user interface, profile download, discovery.
    pub euicc: u8,
    /// '84': functions for an IoT eUICC: IPAd.
    pub iot: u8,
}

impl TerminalCapability {
    /// Reads the template 'A9'. Members this card does not know are no mistake.
    pub(crate) fn parse(data: &[u8]) -> Result<Self, StatusWord> {
        let template = Tlv::only(data).map_err(|_| StatusWord::INCORRECT_DATA)?;
        if template.tag != Tag::new(0xA9) {
            return Err(StatusWord::INCORRECT_DATA);
        }
        let mut capability = Self::default();
        let mut rest = template.value;
        while !rest.is_empty() {
            let (member, after) = Tlv::read(rest).map_err(|_| StatusWord::INCORRECT_DATA)?;
            let bits = member.value.first().copied();
            match (member.tag.octets(), bits) {
                (0x81, _) => capability.extended_channels = true,
                (0x82, Some(bits)) => capability.additional_interfaces = bits,
                (0x83, Some(bits)) => capability.euicc = bits,
                (0x84, Some(bits)) => capability.iot = bits,
                (0x82..=0x84, None) => return Err(StatusWord::INCORRECT_DATA),
                _ => {}
            }
            rest = after;
        }
        Ok(capability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_and_unknown_ones_passed_over() {
        let data = hex::decode("A90F 8003FF0000 8100 820101 840103 8F00".replace(' ', "")).unwrap();
        let expected = TerminalCapability {
            extended_channels: true,
            additional_interfaces: 1,
            euicc: 0,
            iot: 3,
        };
        assert_eq!(TerminalCapability::parse(&data), Ok(expected));
    }

    #[test]
    fn damaged_templates_are_refused() {
        for text in [
            "",
            "A903",
            "A9028301",
            "A9028300",
            "AA03830107",
            "A90383010700",
        ] {
            let data = hex::decode(text).unwrap();
            let parsed = TerminalCapability::parse(&data);
            assert_eq!(parsed, Err(StatusWord::INCORRECT_DATA), "{text}");
        }
    }
}
