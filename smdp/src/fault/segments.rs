// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in the segments of a bound profile package: their MACs, their order, their tags, their
//! lengths (SGP.22 §2.5.4, §2.6.4). Segments are counted from 1.

use rsp::bsp::{Bsp, SegmentTag};
use rsp::tlv::{Tag, Tlv, tlv};

use super::package::{FIRST_87, Part, SECOND_87, SEQUENCE_86, SEQUENCE_88, channel, replacement};
use super::{Act, Done, Fault, NotDone, Parameter};

const SEGMENT: Parameter = Parameter::Number {
    what: "SEGMENT",
    default: 1,
    least: 1,
    most: 10_000,
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "mac-broken-87",
        sentence: "the MAC of segment n of the first sequence of 87 is damaged: configureISDP, \
                   scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| damage(package.segment(FIRST_87, hand.number())?)),
    },
    Fault {
        name: "mac-broken-88",
        sentence: "the MAC of segment n of the sequence of 88 is damaged: storeMetadata, \
                   scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| damage(package.segment(SEQUENCE_88, hand.number())?)),
    },
    Fault {
        name: "mac-broken-replace-keys",
        sentence: "the MAC of segment n of the second sequence of 87 is damaged: \
                   replaceSessionKeys, scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| damage(package.segment(SECOND_87, hand.number())?)),
    },
    Fault {
        name: "mac-broken-86",
        sentence: "the MAC of segment n of the sequence of 86 is damaged: loadProfileElements, \
                   scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| damage(package.segment(SEQUENCE_86, hand.number())?)),
    },
    Fault {
        name: "segments-swapped",
        sentence: "segments n and n+1 of the sequence of 86 have changed places: the MAC chain \
                   fails, loadProfileElements, scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| {
            let number = hand.number();
            package.segment(SEQUENCE_86, number + 1)?;
            package.part(SEQUENCE_86)?.swap(number - 1, number);
            Ok(())
        }),
    },
    Fault {
        name: "segment-missing",
        sentence: "segment n of the sequence of 86 is left out: the MAC chain fails, \
                   loadProfileElements, scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| {
            let number = hand.number();
            package.segment(SEQUENCE_86, number)?;
            package.part(SEQUENCE_86)?.remove(number - 1);
            Ok(())
        }),
    },
    Fault {
        name: "segment-doubled",
        sentence: "segment n of the sequence of 86 comes twice: the MAC chain fails, \
                   loadProfileElements, scp03tSecurityError(8) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| {
            let number = hand.number();
            let again = package.segment(SEQUENCE_86, number)?.clone();
            package.part(SEQUENCE_86)?.insert(number, again);
            Ok(())
        }),
    },
    Fault {
        name: "segment-truncated",
        sentence: "the last octet of segment n of the sequence of 86 is gone and its length tells \
                   so: loadProfileElements, scp03tStructureError(7) (SGP.22 §2.6.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| {
            let segment = package.segment(SEQUENCE_86, hand.number())?;
            let whole = Tlv::only(segment).map_err(NotDone::new)?;
            let kept = whole.value.split_last().map_or(&[][..], |(_, kept)| kept);
            *segment = tlv(whole.tag, kept);
            Ok(())
        }),
    },
    Fault {
        name: "segment-too-long",
        sentence: "the profile elements come in segments of more than 1020 octets: \
                   loadProfileElements, scp03tStructureError(7) (SGP.22 §2.5.3, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let channel = channel(hand)?;
            let plain = package.open(channel)?;
            let mut bsp = Bsp::new(&channel.keys);
            // the chain begins with the segments before, unless the keys are replaced
            bsp.protect_all(SegmentTag::Tag87, &plain.configure);
            let before = package.part(SEQUENCE_88)?.clone();
            for segment in &before {
                bsp.unprotect(SegmentTag::Tag88, segment)
                    .map_err(NotDone::new)?;
            }
            if let Some(replace) = &plain.replace {
                bsp.replace_keys(&replacement(replace)?);
            }
            let longer = plain.elements.chunks(2000);
            let longer = longer.map(|part| bsp.protect(SegmentTag::Tag86, part));
            *package.part(SEQUENCE_86)? = longer.collect();
            Ok(())
        }),
    },
    Fault {
        name: "segment-unknown-tag",
        sentence: "segment n of the sequence of 86 has the tag 89: loadProfileElements, \
                   scp03tStructureError(7) (SGP.22 §2.5.4, §2.5.6)",
        parameter: SEGMENT,
        act: Act::Package(|hand, package| {
            let segment = package.segment(SEQUENCE_86, hand.number())?;
            let whole = Tlv::only(segment).map_err(NotDone::new)?;
            *segment = tlv(Tag::new(0x89), whole.value);
            Ok(())
        }),
    },
    Fault {
        name: "package-unknown-tag",
        sentence: "a member A4 stands in the package before its profile elements: \
                   loadProfileElements, scp03tStructureError(7) (SGP.22 §2.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|_, package| {
            let unknown = Part {
                tag: Tag::new(0xA4),
                segments: vec![vec![0x86, 0x00]],
            };
            let last = package.parts.len().saturating_sub(1);
            package.parts.insert(last, unknown);
            Ok(())
        }),
    },
    Fault {
        name: "package-parts-swapped",
        sentence: "StoreMetadata comes before ConfigureISDP: configureISDP, \
                   scp03tStructureError(7) (SGP.22 §2.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|_, package| {
            package.parts.get_mut(..2).map(<[Part]>::reverse);
            Ok(())
        }),
    },
    Fault {
        name: "package-without-metadata",
        sentence: "the sequence of 88 is left out: storeMetadata, scp03tStructureError(7) \
                   (SGP.22 §2.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|_, package| {
            package.parts.retain(|part| part.tag != SEQUENCE_88);
            Ok(())
        }),
    },
    Fault {
        name: "package-empty",
        sentence: "the sequence of 86 has no segment: loadProfileElements, \
                   scp03tStructureError(7) (SGP.22 §2.5.4, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|_, package| {
            package.part(SEQUENCE_86)?.clear();
            Ok(())
        }),
    },
];

/// Inverts the last octet, which belongs to the MAC.
fn damage(segment: &mut [u8]) -> Done {
    if let Some(last) = segment.last_mut() {
        *last = !*last;
    }
    Ok(())
}
