// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which eUICC and device gets which profile (SGP.22 §5.6.3, Annex F).

use certs::Curve;
use rsp::sgp22::{PprIds, UiccCapability};
use rsp::tlv::{Tag, tlv};
use smdp::config::{OrderConfig, Version};
use smdp::order::Requirements;
use smdp::{Binding, Profile};

use crate::support::euicc::info::resources;
use crate::support::kit::{Kit, Setup, order};
use crate::support::lpa::Lpa;
use crate::support::profile::package;

/// Whether an eUICC and device gets the profile; a refusal is the one for all of this.
fn served(kit: &Kit, prepare: impl FnOnce(&mut Lpa)) -> bool {
    let mut lpa = Lpa::new(kit);
    prepare(&mut lpa);
    let open = kit.open_sessions();
    let answer = lpa.authenticate(kit);
    if let Err(failure) = answer.response() {
        assert!(failure.is("8.2.5", "4.3"), "{failure}");
        assert_eq!(kit.open_sessions(), open);
        return false;
    }
    true
}

#[test]
fn packages_of_older_versions_are_read_too() {
    let kit = Kit::new(order());
    let version =
        |version: [u8; 3]| served(&kit, |lpa| lpa.euicc.info2.profile_version = version.into());
    assert_eq!(
        [[1, 9, 9], [2, 2, 9], [2, 3, 0], [2, 4, 0], [3, 0, 0]].map(version),
        [false, false, true, true, true]
    );
    assert!(served(&kit, |lpa| {
        lpa.euicc.info2.profile_version = [2, 1, 0].into();
        lpa.euicc.info2.additional_profile_package_versions = Some(vec![[3, 3, 1].into()]);
    }));
}

/// The package of the kit with mandatory services: usim and javacard.
fn demanding() -> Profile {
    let services = tlv(Tag::new(0xA5), &[0x81, 0x00, 0x8B, 0x00]);
    let mut header = hex::decode("800102810103820154830A89000123456789012341").unwrap();
    header.extend(services);
    let mut package = tlv(Tag::new(0xA0), &header);
    package.extend([0xAA, 0x00]);
    Profile::from_der(package).unwrap()
}

#[test]
fn mandatory_services_of_the_package_are_looked_up() {
    let kit = |ignore_services| {
        Kit::with(Setup {
            profile: demanding(),
            orders: vec![OrderConfig {
                requires: Requirements {
                    ignore_services,
                    ..Requirements::default()
                },
                ..order()
            }],
            ..Setup::default()
        })
    };
    let usim_alone = |lpa: &mut Lpa| {
        lpa.euicc.info2.uicc_capability = UiccCapability::of(&[UiccCapability::USIM_SUPPORT]);
    };
    assert!(served(&kit(false), |_| ()));
    assert!(!served(&kit(false), usim_alone));
    assert!(served(&kit(true), usim_alone));
}

#[test]
fn an_order_may_ask_for_more() {
    let requires = Requirements {
        uicc_capabilities: vec!["isimSupport".to_owned()],
        ..Requirements::default()
    };
    let kit = Kit::new(OrderConfig {
        requires,
        ..order()
    });
    assert!(!served(&kit, |_| ()));
    assert!(served(&kit, |lpa| {
        let capability = &mut lpa.euicc.info2.uicc_capability;
        *capability = capability.clone().with(UiccCapability::ISIM_SUPPORT);
    }));
}

#[test]
fn a_device_has_to_support_what_the_order_asks_for() {
    let device = [("eutranSupportedRelease".to_owned(), Version([9, 0, 0]))];
    let requires = Requirements {
        device: device.into(),
        ..Requirements::default()
    };
    let kit = Kit::new(OrderConfig {
        requires,
        ..order()
    });
    assert!(!served(&kit, |_| ()));
    let release = |release: [u8; 3]| {
        served(&kit, |lpa| {
            let capabilities = &mut lpa.euicc.device_info.device_capabilities;
            capabilities.eutran_supported_release = Some(release.into());
        })
    };
    assert_eq!(
        [[8, 15, 0], [9, 0, 0], [15, 0, 0]].map(release),
        [false, true, true]
    );
}

#[test]
fn policy_rules_that_the_euicc_forbids_are_not_offered() {
    let mut config = order();
    config.metadata.profile_policy_rules = vec![1];
    let kit = Kit::new(config);
    let forbid = |rule| {
        served(&kit, |lpa| {
            lpa.euicc.info2.forbidden_profile_policy_rules = Some(PprIds::of(&[rule]));
        })
    };
    assert!(served(&kit, |_| ()));
    assert!(!forbid(PprIds::PPR1));
    assert!(forbid(PprIds::PPR2));
    // a profile without rules goes to any eUICC
    let kit = Kit::new(order());
    assert!(served(&kit, |lpa| {
        let forbidden = PprIds::of(&[PprIds::PPR1, PprIds::PPR2]);
        lpa.euicc.info2.forbidden_profile_policy_rules = Some(forbidden);
    }));
}

#[test]
fn a_package_that_does_not_fit_has_a_refusal_of_its_own() {
    let kit = Kit::new(order());
    let size = u32::try_from(package().size()).unwrap();
    for binding in Binding::ALL {
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        lpa.euicc.info2.ext_card_resource = resources(size - 1).into();
        lpa.authenticate(&kit).refused("8.1", "4.8");
    }
    let mut lpa = Lpa::new(&kit);
    lpa.euicc.info2.ext_card_resource = resources(size).into();
    lpa.authenticated(&kit);
    // without the information the server cannot know
    for unknown in [Vec::new(), vec![0x82], vec![1; 40]] {
        lpa.euicc.info2.ext_card_resource = unknown.into();
        lpa.authenticated(&kit);
    }
    // what cannot be installed at all is said before what does not fit now
    lpa.euicc.info2.ext_card_resource = resources(0).into();
    lpa.euicc.info2.profile_version = [1, 0, 0].into();
    lpa.authenticate(&kit).refused("8.2.5", "4.3");
}
