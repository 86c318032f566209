// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults inside the segments of a bound profile package: ConfigureISDP, StoreMetadata,
//! ReplaceSessionKeys and the profile elements (SGP.22 §5.5.2 to §5.5.5). Their MACs are right.

use rsp::bsp::SessionKeys;
use rsp::der;
use rsp::sgp22::{
    ConfigureIsdpRequest, DpProprietaryData, ReplaceSessionKeysRequest, StoreMetadataRequest,
};
use rsp::tlv::{Tag, Tlv, tlv, walk};

use super::client::change;
use super::package::{SECOND_87, channel};
use super::{Act, Done, Fault, Hand, NotDone, Package, Parameter};

/// Tag of PE-End (TCA eUICC Profile Package §8.12).
const PE_END: Tag = Tag::new(0xAA);

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "isdp-foreign-oid",
        sentence: "dpProprietaryData is of another tree of OIDs than the SM-DP+: configureISDP, \
                   incorrectInputValues(1) (SGP.22 §5.5.2, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let dp_oid = "2.999.4711".parse().map_err(NotDone::new)?;
            let request = ConfigureIsdpRequest {
                dp_proprietary_data: Some(DpProprietaryData {
                    dp_oid,
                    additions: Default::default(),
                }),
                additions: Default::default(),
            };
            let request = der::encode(&request).map_err(NotDone::new)?;
            package.change(hand, |plain| {
                plain.configure = request;
                Ok(())
            })
        }),
    },
    Fault {
        name: "isdp-garbled",
        sentence: "ConfigureISDP is another command: configureISDP, incorrectInputValues(1) \
                   (SGP.22 §5.5.2, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            package.change(hand, |plain| {
                plain.configure = vec![0xBF, 0x2D, 0x00];
                Ok(())
            })
        }),
    },
    Fault {
        name: "metadata-mismatch",
        sentence: "StoreMetadata carries other metadata than AuthenticateClient has shown: the \
                   device may cancel with metadataMismatch(4); the eUICC refuses an ICCID that is \
                   not the header's (13), a PPR that nobody allows (15) and a class it does not \
                   take (6) (SGP.22 §5.5.3, §2.5.6)",
        parameter: Parameter::Choice(&["name", "iccid", "ppr", "class"]),
        act: Act::Package(|hand, package| {
            let member = hand.parameter.clone();
            package.change(hand, |plain| {
                let mut request: StoreMetadataRequest =
                    der::decode(&plain.metadata).map_err(NotDone::new)?;
                change(&mut request, &member);
                plain.metadata = der::encode(&request).map_err(NotDone::new)?;
                Ok(())
            })
        }),
    },
    Fault {
        name: "metadata-invalid",
        sentence: "StoreMetadata lacks a member, or one is longer than allowed: storeMetadata, \
                   incorrectInputValues(1) (SGP.22 §5.5.3, §2.5.6)",
        parameter: Parameter::Choice(&["no-iccid", "long-name", "long-provider", "icon-alone"]),
        act: Act::Package(|hand, package| {
            let (tag, value) = match hand.parameter.as_str() {
                "long-name" => (Tag::new(0x92), Some(vec![b'x'; 65])),
                "long-provider" => (Tag::new(0x91), Some(vec![b'x'; 33])),
                "icon-alone" => (Tag::new(0x94), Some(vec![0x89])),
                _ => (Tag::new(0x5A), None),
            };
            package.change(hand, |plain| {
                plain.metadata = member(&plain.metadata, tag, value.as_deref())?;
                Ok(())
            })
        }),
    },
    Fault {
        name: "metadata-garbled",
        sentence: "StoreMetadata is no TLV: storeMetadata, incorrectInputValues(1) \
                   (SGP.22 §5.5.3, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            package.change(hand, |plain| {
                plain.metadata = vec![0xFF; 8];
                Ok(())
            })
        }),
    },
    Fault {
        name: "replace-keys-missing",
        sentence: "the profile elements are under other keys, and no ReplaceSessionKeys brings \
                   them: loadProfileElements, scp03tSecurityError(8) (SGP.22 §5.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let keys = fresh(hand);
            let channel = channel(hand)?;
            let mut plain = package.open(channel)?;
            plain.replace = None;
            package.parts.retain(|part| part.tag != SECOND_87);
            package.close(channel, &plain, Some(&keys))
        }),
    },
    Fault {
        name: "replace-keys-wrong",
        sentence: "ReplaceSessionKeys brings other keys than the profile elements are under: \
                   loadProfileElements, scp03tSecurityError(8) (SGP.22 §5.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let (sent, used) = (fresh(hand), fresh(hand));
            let channel = channel(hand)?;
            let mut plain = package.open(channel)?;
            plain.replace = Some(replace(&sent, 16)?);
            package.close(channel, &plain, Some(&used))
        }),
    },
    Fault {
        name: "replace-keys-invalid",
        sentence: "a key of ReplaceSessionKeys has 15 octets: replaceSessionKeys, \
                   incorrectInputValues(1) (SGP.22 §5.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let keys = fresh(hand);
            let channel = channel(hand)?;
            let mut plain = package.open(channel)?;
            plain.replace = Some(replace(&keys, 15)?);
            package.close(channel, &plain, Some(&keys))
        }),
    },
    Fault {
        name: "element-damaged",
        sentence: "profile element n has contents that are none of its type: loadProfileElements, \
                   installFailedDueToPEProcessingError(12) (SGP.22 §5.5.5, §2.5.6)",
        parameter: Parameter::Number {
            what: "ELEMENT",
            default: 2,
            least: 1,
            most: 1000,
        },
        act: Act::Package(|hand, package| {
            let number = hand.number();
            elements(hand, package, |elements| {
                let element = number.checked_sub(1).and_then(|it| elements.get_mut(it));
                let element =
                    element.ok_or_else(|| NotDone::new("the profile has less elements"))?;
                let tag = Tlv::only(element).map_err(NotDone::new)?.tag;
                *element = tlv(tag, &[0x9F, 0x7F, 0x01, 0x00]);
                Ok(())
            })
        }),
    },
    Fault {
        name: "element-unknown",
        sentence: "the second profile element has a tag that no type has: loadProfileElements, \
                   installFailedDueToPEProcessingError(12) (SGP.22 §5.5.5, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            elements(hand, package, |elements| {
                elements.insert(1, vec![0xBF, 0x7E, 0x00]);
                Ok(())
            })
        }),
    },
    Fault {
        name: "elements-without-header",
        sentence: "the profile begins with another element than ProfileHeader: \
                   loadProfileElements, installFailedDueToPEProcessingError(12) (SGP.22 §5.5.5, \
                   §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            elements(hand, package, |elements| {
                elements.remove(0);
                Ok(())
            })
        }),
    },
    Fault {
        name: "elements-without-end",
        sentence: "the profile has no PE-End: loadProfileElements, \
                   installFailedDueToPEProcessingError(12) (SGP.22 §5.5.5, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            elements(hand, package, |elements| {
                elements.retain(|element| !element.starts_with(&[0xAA]));
                Ok(())
            })
        }),
    },
    Fault {
        name: "elements-empty",
        sentence: "the profile is a PE-End alone: loadProfileElements, \
                   installFailedDueToPEProcessingError(12) (SGP.22 §5.5.5, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            elements(hand, package, |elements| {
                *elements = vec![tlv(PE_END, &[])];
                Ok(())
            })
        }),
    },
    Fault {
        name: "elements-cut",
        sentence: "the profile ends in the middle of an element: loadProfileElements, \
                   installFailedDueToPEProcessingError(12) (SGP.22 §5.5.5, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            package.change(hand, |plain| {
                plain.elements.pop();
                Ok(())
            })
        }),
    },
    Fault {
        name: "header-iccid",
        sentence: "ProfileHeader has another ICCID than StoreMetadata: loadProfileElements, \
                   installFailedDueToIccidMismatch(13) (SGP.22 §5.5.5, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            elements(hand, package, |elements| {
                let header = elements.first_mut();
                let header = header.ok_or_else(|| NotDone::new("the profile is empty"))?;
                let old = Tlv::only(header)
                    .map_err(NotDone::new)?
                    .child(Tag::new(0x83));
                let iccid = old.map(|member| member.value.to_vec()).unwrap_or_default();
                let other: Vec<u8> = iccid.iter().map(|octet| octet ^ 0x01).collect();
                *header = member(header, Tag::new(0x83), Some(&other))?;
                Ok(())
            })
        }),
    },
];

/// Fresh keys.
fn fresh(hand: &mut Hand<'_>) -> SessionKeys {
    SessionKeys {
        initial_mac_chaining_value: hand.env.array(),
        enc: hand.env.array(),
        mac: hand.env.array(),
    }
}

/// ReplaceSessionKeys with so many octets of each key.
fn replace(keys: &SessionKeys, octets: usize) -> Result<Vec<u8>, NotDone> {
    let cut = |key: &[u8]| key.get(..octets).unwrap_or_default().to_vec();
    der::encode(&ReplaceSessionKeysRequest {
        initial_mac_chaining_value: keys.initial_mac_chaining_value.into(),
        ppk_enc: cut(&keys.enc).into(),
        ppk_cmac: keys.mac.into(),
        additions: Default::default(),
    })
    .map_err(NotDone::new)
}

/// Changes the row of profile elements.
fn elements(
    hand: &Hand<'_>,
    package: &mut Package,
    change: impl FnOnce(&mut Vec<Vec<u8>>) -> Done,
) -> Done {
    package.change(hand, |plain| {
        let row = walk(&plain.elements).map(|element| element.map(|it| it.raw.to_vec()));
        let mut row: Vec<_> = row.collect::<Result<_, _>>().map_err(NotDone::new)?;
        if row.len() < 2 {
            return Err(NotDone::new("the profile has less than two elements"));
        }
        change(&mut row)?;
        plain.elements = row.concat();
        Ok(())
    })
}

/// The same TLV with one member taken out, or put in its place; the rest keeps its bytes.
fn member(whole: &[u8], tag: Tag, value: Option<&[u8]>) -> Result<Vec<u8>, NotDone> {
    let whole = Tlv::only(whole).map_err(NotDone::new)?;
    let (mut content, mut there) = (Vec::new(), false);
    for child in whole.children() {
        let child = child.map_err(NotDone::new)?;
        // members stand in the order of their tags; what is put in comes behind 92 at the latest
        let behind = !there && tag.octets() == 0x94 && child.tag.octets() > 0x94;
        if let (true, Some(value)) = (child.tag == tag || behind, value) {
            content.extend(tlv(tag, value));
            there = true;
        }
        if child.tag != tag {
            content.extend_from_slice(child.raw);
        }
    }
    if let (false, Some(value)) = (there, value) {
        content.extend(tlv(tag, value));
    }
    Ok(tlv(whole.tag, &content))
}
