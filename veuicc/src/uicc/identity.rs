// SPDX-License-Identifier: MIT OR Apache-2.0
//! GET IDENTITY (TS 31.102 §7.5): the SUCI that the USIM calculates itself.
//!
//! The answer is the 5GS mobile identity of TS 24.501 §9.11.3.4 from octet 4 on, in tag 'A1'. The
//! caller has checked the PIN and read the files; files that are not there are empty slices.

use rsp::env::Env;
use rsp::tlv::{Tag, Tlv, tlv};

use super::authenticate::service_available;
use super::suci::{CalculationInfo, Protection, SchemeOutput, conceal};
use crate::status_word::StatusWord;

/// SUCI TLV data object.
const SUCI: Tag = Tag::new(0xA1);
/// P2 of the SUCI context, with and without the bit for keys of the application.
const SUCI_CONTEXT: [u8; 2] = [0x01, 0x81];
/// Subscription identifier privacy support, SUCI calculation by the USIM, SUPI of other types
/// (TS 31.102 §4.2.8).
const PRIVACY: usize = 124;
const BY_USIM: usize = 125;
const OTHER_SUPI: usize = 130;
/// Routing indicator that is not configured: 0 (TS 24.501 §9.11.3.4).
const NO_ROUTING_INDICATOR: [u8; 2] = [0xF0, 0xFF];
/// Type of identity "SUCI" in octet 4.
const TYPE_SUCI: u8 = 0x01;

/// Content of the files that the calculation reads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IdentityFiles<'a> {
    /// EF.UST.
    pub(crate) service_table: &'a [u8],
    /// EF.IMSI.
    pub(crate) imsi: &'a [u8],
    /// EF.AD, which has the length of the MNC.
    pub(crate) administrative_data: &'a [u8],
    /// DF.5GS/EF.SUPI_NAI.
    pub(crate) supi_nai: &'a [u8],
    /// DF.5GS/EF.Routing_Indicator.
    pub(crate) routing_indicator: &'a [u8],
    /// DF.SAIP/EF.SUCI_Calc_Info_USIM.
    pub(crate) calculation_info: &'a [u8],
}

/// Runs the command with P1, P2 and data.
///
/// # Errors
/// `6A86` for another context, `6700` for command data, `6985` where the USIM does not calculate
/// the SUCI or has nothing to conceal.
pub(crate) fn get_identity(
    (p1, p2): (u8, u8),
    data: &[u8],
    files: &IdentityFiles<'_>,
    env: &mut dyn Env,
) -> Result<Vec<u8>, StatusWord> {
    if p1 != 0 || !SUCI_CONTEXT.contains(&p2) {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    if !data.is_empty() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let available = |service| service_available(files.service_table, service);
    let suci = (available(PRIVACY) && available(BY_USIM))
        .then(|| match available(OTHER_SUPI) {
            true => Supi::other(files.supi_nai),
            false => Supi::imsi(files.imsi, files.administrative_data),
        })
        .flatten()
        .and_then(|supi| supi.conceal(files, env))
        .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
    Ok(tlv(SUCI, &suci))
}

/// A subscription permanent identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Supi<'a> {
    /// IMSI: home network identifier of three bytes, and the digits of the MSIN.
    Imsi {
        home_network: [u8; 3],
        msin: Vec<u8>,
    },
    /// NAI of a network specific identifier (1), GCI (2) or GLI (3).
    Nai {
        format: u8,
        username: &'a str,
        realm: &'a str,
    },
}

impl<'a> Supi<'a> {
    /// Out of EF.IMSI (TS 31.102 §4.2.2) and EF.AD (§4.2.18).
    fn imsi(file: &[u8], administrative_data: &[u8]) -> Option<Self> {
        let (length, bytes) = file.split_first()?;
        let digits: Vec<u8> = bytes
            .get(..usize::from(*length))?
            .iter()
            .flat_map(|byte| [byte & 0x0F, byte >> 4])
            .skip(1)
            .take_while(|digit| *digit != 0x0F)
            .collect();
        if digits.iter().any(|digit| *digit > 9) {
            return None;
        }
        let mnc_digits = match administrative_data.get(3).map(|byte| byte & 0x0F) {
            Some(3) => 3,
            _ => 2,
        };
        let (mcc, rest) = digits.split_first_chunk::<3>()?;
        let (mnc, msin) = rest.split_at_checked(mnc_digits)?;
        let [mcc1, mcc2, mcc3] = *mcc;
        let (mnc1, mnc2, mnc3) = match *mnc {
            [mnc1, mnc2, mnc3] => (mnc1, mnc2, mnc3),
            [mnc1, mnc2] => (mnc1, mnc2, 0x0F),
            _ => return None,
        };
        (!msin.is_empty()).then(|| Self::Imsi {
            home_network: [mcc2 << 4 | mcc1, mnc3 << 4 | mcc3, mnc2 << 4 | mnc1],
            msin: msin.to_vec(),
        })
    }

    /// Out of EF.SUPI_NAI (TS 31.102 §4.4.11.10): one object, its tag says which.
    fn other(file: &'a [u8]) -> Option<Self> {
        let (object, _) = Tlv::read(file).ok()?;
        let format = match object.tag.octets() {
            0x80 => 1,
            0x81 => 3,
            0x82 => 2,
            _ => return None,
        };
        let nai = std::str::from_utf8(object.value).ok()?;
        let (username, realm) = nai.rsplit_once('@')?;
        Some(Self::Nai {
            format,
            username,
            realm,
        })
    }

    /// The SUCI, from octet 4 of the mobile identity.
    fn conceal(&self, files: &IdentityFiles<'_>, env: &mut dyn Env) -> Option<Vec<u8>> {
        let (protection, key) = CalculationInfo::read(files.calculation_info).choose();
        let routing = match files.routing_indicator {
            [first, second, ..] if *first != 0xFF => [*first, *second],
            _ => NO_ROUTING_INDICATOR,
        };
        match self {
            Self::Imsi { home_network, msin } => {
                let output = conceal(&protection, &packed(msin), env)?;
                let mut suci = vec![TYPE_SUCI];
                suci.extend(home_network);
                suci.extend(routing);
                suci.extend([protection.identifier(), key]);
                suci.extend(output.to_bytes());
                Some(suci)
            }
            Self::Nai {
                format,
                username,
                realm,
            } => {
                let output = conceal(&protection, username.as_bytes(), env)?;
                let rid = routing_digits(routing);
                let scheme = scheme_text(&protection, key, username, &output);
                let nai = format!("type{format}.rid{rid}.{scheme}@{realm}");
                let mut suci = vec![format << 4 | TYPE_SUCI];
                suci.extend(nai.into_bytes());
                Some(suci)
            }
        }
    }
}

/// Digits two in a byte, the first in the low half, filled with F (TS 24.501 §9.11.3.4).
fn packed(digits: &[u8]) -> Vec<u8> {
    digits
        .chunks(2)
        .map(|pair| match pair {
            [low, high] => high << 4 | low,
            [low] => 0xF0 | low,
            _ => 0xFF,
        })
        .collect()
}

/// The digits of a routing indicator as text.
fn routing_digits(routing: [u8; 2]) -> String {
    routing
        .iter()
        .flat_map(|byte| [byte & 0x0F, byte >> 4])
        .take_while(|digit| *digit <= 9)
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// Scheme and output in the user part of a NAI (TS 23.003 §28.7.3).
fn scheme_text(protection: &Protection, key: u8, username: &str, output: &SchemeOutput) -> String {
    let scheme = protection.identifier();
    match protection {
        Protection::Null => format!("schid{scheme}.userid{username}"),
        Protection::ProfileA(_) | Protection::ProfileB(_) => {
            let [ephemeral, text, mac] =
                [&output.ephemeral, &output.text, &output.mac].map(hex::encode_upper);
            format!("schid{scheme}.hnkey{key}.ecckey{ephemeral}.cip{text}.mac{mac}")
        }
    }
}

#[cfg(test)]
mod tests;
