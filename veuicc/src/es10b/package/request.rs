// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading an eUICC package (SGP.32 §2.11.1.1) as far as it can be read.
//!
//! The list of commands is left as TLVs, because a command that the card does not know must not
//! make those before it undecodable.

use rsp::tlv::{Tag, Tlv, walk};

use crate::status_word::StatusWord;

/// Tags of EuiccPackageRequest and its members.
const EUICC_PACKAGE_REQUEST: Tag = Tag::new(0xBF51);
const EIM_SIGNATURE: Tag = Tag::new(0x5F37);
const EIM_ID: Tag = Tag::new(0x80);
const EID_VALUE: Tag = Tag::new(0x5A);
const COUNTER_VALUE: Tag = Tag::new(0x81);
const EIM_TRANSACTION_ID: Tag = Tag::new(0x82);
const PSMO_LIST: Tag = Tag::new(0xA0);
const ECO_LIST: Tag = Tag::new(0xA1);

/// Longest eimTransactionId.
const LONGEST_TRANSACTION_ID: usize = 16;

/// What an error answer needs, and the package when it could be read.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) eim_id: String,
    pub(crate) eim_transaction_id: Option<Vec<u8>>,
    /// Nothing when a member is missing or damaged.
    pub(crate) package: Option<Package<'a>>,
}

/// A package whose members, but for the commands, are readable.
#[derive(Debug)]
pub(crate) struct Package<'a> {
    /// The euiccPackageSigned TLV, which the signature covers.
    pub(crate) signed: &'a [u8],
    pub(crate) eim_signature: &'a [u8],
    pub(crate) eid_value: &'a [u8],
    pub(crate) counter_value: i64,
    pub(crate) commands: Commands<'a>,
}

/// The commands: PSMOs and eCOs share tags, so the list decides what a tag means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commands<'a> {
    /// Contents of psmoList.
    Psmo(&'a [u8]),
    /// Contents of ecoList.
    Eco(&'a [u8]),
}

impl<'a> Received<'a> {
    /// Reads BF51. Without a readable eimId there is nobody to answer.
    pub(crate) fn read(request: &'a [u8]) -> Result<Self, StatusWord> {
        let whole = Tlv::only(request).map_err(|_| StatusWord::INCORRECT_DATA)?;
        let signed = whole
            .child(Tag::SEQUENCE)
            .ok_or(StatusWord::INCORRECT_DATA)?;
        let eim_id = signed
            .child(EIM_ID)
            .ok_or(StatusWord::INCORRECT_DATA)?
            .value;
        let eim_id = std::str::from_utf8(eim_id).map_err(|_| StatusWord::INCORRECT_DATA)?;
        if whole.tag != EUICC_PACKAGE_REQUEST {
            return Err(StatusWord::INCORRECT_DATA);
        }
        Ok(Self {
            eim_id: eim_id.to_owned(),
            eim_transaction_id: signed
                .child(EIM_TRANSACTION_ID)
                .map(|tlv| tlv.value.to_vec())
                .filter(|id| (1..=LONGEST_TRANSACTION_ID).contains(&id.len())),
            package: Package::read(whole.value),
        })
    }
}

impl<'a> Package<'a> {
    /// Reads the contents of BF51: the members in their order, unknown ones only at the end.
    fn read(contents: &'a [u8]) -> Option<Self> {
        let mut members = walk(contents);
        let signed = members
            .next()?
            .ok()
            .filter(|tlv| tlv.tag == Tag::SEQUENCE)?;
        let eim_signature = members
            .next()?
            .ok()
            .filter(|tlv| tlv.tag == EIM_SIGNATURE)?;
        members.try_for_each(|member| member.map(drop)).ok()?;

        let members = signed.children().collect::<Result<Vec<_>, _>>().ok()?;
        let mut members = members.into_iter().peekable();
        members.next_if(|tlv| tlv.tag == EIM_ID)?;
        let eid_value = members.next_if(|tlv| tlv.tag == EID_VALUE)?.value;
        let counter_value = members.next_if(|tlv| tlv.tag == COUNTER_VALUE)?.value;
        if let Some(id) = members.next_if(|tlv| tlv.tag == EIM_TRANSACTION_ID)
            && !(1..=LONGEST_TRANSACTION_ID).contains(&id.value.len())
        {
            return None;
        }
        let commands = match members.next()? {
            tlv if tlv.tag == PSMO_LIST => Commands::Psmo(tlv.value),
            tlv if tlv.tag == ECO_LIST => Commands::Eco(tlv.value),
            _ => return None,
        };
        // PSMOs and eCOs in one package: neither list may be taken for an unknown member
        if members.any(|tlv| [PSMO_LIST, ECO_LIST].contains(&tlv.tag)) {
            return None;
        }
        Some(Self {
            signed: signed.raw,
            eim_signature: eim_signature.value,
            eid_value,
            counter_value: integer(counter_value)?,
            commands,
        })
    }
}

/// The value of an INTEGER.
fn integer(contents: &[u8]) -> Option<i64> {
    rsp::der::decode(&rsp::tlv::tlv(Tag::INTEGER, contents)).ok()
}
