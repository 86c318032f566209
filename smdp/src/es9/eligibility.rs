// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether an eUICC and its device can take a profile (SGP.22 §5.6.3, Annex F).
//!
//! Everything that makes another eUICC necessary is one refusal, with the particulars in its
//! message; too little memory has one of its own and is judged last, since it may pass.

use rsp::json::Failure;
use rsp::sgp22::{
    DeviceInfo, EuiccInfo2, EuiccSigned1, PprIds, StoreMetadataRequest, UiccCapability,
};
use rsp::status::{EUICC_MEMORY_INSUFFICIENT, NO_ELIGIBLE_PROFILE, Refusal};
use rsp::tlv::{Tag, find};

use crate::order::Order;
use crate::order::requirements::{RELEASES, Requirements};

/// Why an eUICC does not get a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ineligible {
    pub(super) refusal: Refusal,
    because: String,
}

impl From<Refusal> for Ineligible {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            because: String::new(),
        }
    }
}

impl From<Ineligible> for Failure {
    fn from(ineligible: Ineligible) -> Self {
        if ineligible.because.is_empty() {
            ineligible.refusal.into()
        } else {
            Self::because(ineligible.refusal, &ineligible.because)
        }
    }
}

fn not_eligible(because: String) -> Ineligible {
    Ineligible {
        refusal: NO_ELIGIBLE_PROFILE,
        because,
    }
}

/// Judges the profile of an order against what an eUICC has signed of itself and its device.
pub(super) fn check(
    order: &Order,
    metadata: &StoreMetadataRequest,
    signed: &EuiccSigned1,
    device: &DeviceInfo,
) -> Result<(), Ineligible> {
    let info = &signed.euicc_info2;
    check_version(order, info)?;
    check_capabilities(order, info)?;
    check_device(&order.requires, device)?;
    check_policy_rules(metadata, info)?;
    check_memory(order, info)
}

/// The eUICC reads packages of one major version up to a minor one, and of all majors before.
fn check_version(order: &Order, info: &EuiccInfo2) -> Result<(), Ineligible> {
    let [major, minor] = order.profile.version();
    let reads = |version: &[u8]| {
        matches!(version, [m, n, ..] if *m == major && *n >= minor)
            || version.first() > Some(&major)
    };
    let mut supported = std::iter::once(&info.profile_version)
        .chain(info.additional_profile_package_versions.iter().flatten());
    if supported.any(|version| reads(version)) {
        return Ok(());
    }
    Err(not_eligible(format!(
        "the package is of version {major}.{minor}"
    )))
}

/// The mandatory services of the package and what the order asks for besides, against
/// `uiccCapability`.
fn check_capabilities(order: &Order, info: &EuiccInfo2) -> Result<(), Ineligible> {
    let services = if order.requires.ignore_services {
        &[]
    } else {
        order.profile.mandatory_services()
    };
    let named = order.requires.uicc_capabilities.iter();
    let named = named.filter_map(|name| {
        let mut known = UiccCapability::NAMED.iter();
        known.find(|known| known.1 == name).map(|known| known.0)
    });
    let wanted = services.iter().copied().chain(named);
    match wanted
        .into_iter()
        .find(|bit| !info.uicc_capability.has(*bit))
    {
        Some(missing) => Err(not_eligible(format!(
            "the eUICC lacks {:?}",
            UiccCapability::of(&[missing])
        ))),
        None => Ok(()),
    }
}

/// What the order asks of the device, against `deviceCapabilities`.
fn check_device(requires: &Requirements, device: &DeviceInfo) -> Result<(), Ineligible> {
    for (name, wanted) in &requires.device {
        let Some((_, release)) = RELEASES.iter().find(|known| known.0 == name) else {
            continue;
        };
        let seen = release(&device.device_capabilities);
        if seen.is_none_or(|seen| **seen < wanted.0[..]) {
            let because = format!("the device is not known to support {name} {wanted}");
            return Err(not_eligible(because));
        }
    }
    Ok(())
}

/// Policy rules that the eUICC forbids altogether.
fn check_policy_rules(
    metadata: &StoreMetadataRequest,
    info: &EuiccInfo2,
) -> Result<(), Ineligible> {
    let Some(forbidden) = &info.forbidden_profile_policy_rules else {
        return Ok(());
    };
    let rules = metadata.profile_policy_rules.as_ref();
    let clashes = |bit: &usize| rules.is_some_and(|rules| rules.has(*bit)) && forbidden.has(*bit);
    match [PprIds::PPR1, PprIds::PPR2, PprIds::PPR3]
        .iter()
        .find(|bit| clashes(bit))
    {
        Some(bit) => Err(not_eligible(format!("the eUICC forbids PPR{bit}"))),
        None => Ok(()),
    }
}

fn check_memory(order: &Order, info: &EuiccInfo2) -> Result<(), Ineligible> {
    let needed = order.profile.size();
    match free_memory(&info.ext_card_resource) {
        Some(free) if usize::try_from(free).is_ok_and(|free| free < needed) => Err(Ineligible {
            refusal: EUICC_MEMORY_INSUFFICIENT,
            because: format!("{needed} bytes needed, {free} free"),
        }),
        _ => Ok(()),
    }
}

/// Free non-volatile memory in bytes: tag 82 of the extended card resources (ETSI TS 102 226).
fn free_memory(ext_card_resource: &[u8]) -> Option<u64> {
    let value = find(ext_card_resource, Tag::new(0x82))?.value;
    (value.len() <= 8).then(|| {
        value
            .iter()
            .fold(0, |sum, octet| sum << 8 | u64::from(*octet))
    })
}
