// SPDX-License-Identifier: MIT OR Apache-2.0
//! AuthenticateClient that succeeds (SGP.22 §5.6.3): the ways to find an order, and what newer
//! eUICCs and devices say besides.

use certs::{Curve, Role};
use rsp::chain::CertificateView;
use rsp::der;
use rsp::sgp22::{AuthenticateClientOk, UiccCapability};
use rsp::tlv::{Tag, tlv};
use smdp::config::OrderConfig;
use smdp::{Binding, Event, NotificationPoint};

use crate::support::euicc::Euicc;
use crate::support::kit::{Kit, order};
use crate::support::lpa::{Lpa, signed_part};
use crate::support::profile::ICCID;

/// How the profile is asked for.
#[derive(Clone, Copy)]
enum Use {
    /// The default SM-DP+ of the eUICC: an order for its EID, without a MatchingID.
    Default,
    /// An event of an SM-DS: the EventID is the MatchingID, and the EID is known.
    Event,
    /// An activation code for one eUICC.
    Bound,
    /// An activation code for whoever has it.
    Unbound,
}

impl Use {
    fn order(self, eid: &str) -> OrderConfig {
        let matching_id = match self {
            Self::Default => "",
            Self::Event => "EVENT-0815",
            Self::Bound | Self::Unbound => "MATCHING-1",
        };
        OrderConfig {
            matching_id: matching_id.to_owned(),
            eid: (!matches!(self, Self::Unbound)).then(|| eid.to_owned()),
            ..OrderConfig::default()
        }
    }
}

/// What is sent as MatchingID.
#[derive(Clone, Copy)]
enum Sent {
    TheOrders,
    Empty,
    Nothing,
}

fn test_eid() -> String {
    rsp::id::Eid::from_bytes(&certs::TEST_EID)
        .unwrap()
        .to_string()
}

/// Authenticates against one order in both bindings, and checks the whole answer.
fn run(how: Use, sent: Sent, code: Option<&str>, prepare: impl Fn(&Kit, &mut Lpa)) {
    for binding in Binding::ALL {
        let config = OrderConfig {
            confirmation_code: code.map(str::to_owned),
            ..how.order(&test_eid())
        };
        let kit = Kit::new(config.clone());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        lpa.matching_id = match sent {
            Sent::TheOrders => Some(config.matching_id),
            Sent::Empty => Some(String::new()),
            Sent::Nothing => None,
        };
        prepare(&kit, &mut lpa);
        let ok = verified(&kit, &mut lpa, Curve::NistP256);
        let (signed2, ..) = ok.download_parts().unwrap();
        assert_eq!(signed2.cc_required_flag, code.is_some());
        assert_eq!(signed2.bpp_euicc_otpk, None);
        let eligible = kit.journal().into_iter().any(|event| {
            matches!(
                event,
                Event::Progress { order, point: NotificationPoint::Eligibility, refusal: None, .. }
                    if order == kit.orders[0]
            )
        });
        assert!(eligible, "{:?}", kit.journal());
    }
}

/// Authenticates and verifies metadata, smdpSigned2 with its signature, and the certificate.
fn verified(kit: &Kit, lpa: &mut Lpa, curve: Curve) -> AuthenticateClientOk {
    let mut signature1 = Vec::new();
    let answer = lpa.authenticate_with(kit, |request| {
        signature1 = signed_part(request).euicc_signature1.to_vec();
    });
    let ok = answer.authenticated();
    let metadata = ok.profile_meta_data.as_ref().unwrap();
    assert_eq!(*metadata.iccid, ICCID);
    assert_eq!(
        der::encode(metadata).unwrap(),
        kit.order(|order| order.metadata.clone())
    );
    let (signed2, signature2, certificate) = ok.download_parts().unwrap();
    assert_eq!(signed2.transaction_id, ok.transaction_id);
    let dp_pb = kit.pki.credential(Role::DpPb, curve).unwrap();
    assert_eq!(certificate.as_der(), dp_pb.certificate);
    let key = CertificateView::parse(certificate.as_der()).unwrap();
    let mut message = signed2.bytes().to_vec();
    message.extend(tlv(Tag::new(0x5F37), &signature1));
    key.public_key()
        .unwrap()
        .verify(&message, signature2)
        .unwrap();
    ok
}

/// Another MatchingID first, which is refused and leaves the order alone.
fn after_a_wrong_matching_id(kit: &Kit, lpa: &mut Lpa) {
    let right = lpa.matching_id.replace("WRONG-1".to_owned());
    lpa.authenticate(kit).refused("8.2.6", "3.8");
    lpa.matching_id = right;
}

/// More bits of UICCCapability than the module names.
fn extend_uicc_capability(_: &Kit, lpa: &mut Lpa) {
    let more = (0..40).chain([47]).collect::<Vec<_>>();
    lpa.euicc.info2.uicc_capability = UiccCapability::of(&more);
}

/// Members of DeviceInfo that came later, and one that nobody knows.
fn extend_device_info(_: &Kit, lpa: &mut Lpa) {
    let info = &mut lpa.euicc.device_info;
    info.preferred_languages = Some(vec!["de-DE".to_owned(), "en".to_owned()]);
    info.device_test_mode = Some(());
    info.device_capabilities.eutran_supported_release = Some([15, 0, 0].into());
    info.device_capabilities.nr5gc_supported_release = Some([16, 0, 0].into());
    let unknown = [tlv(Tag::new(0x9E), &[1, 2])];
    info.device_capabilities.additions = unknown.clone().into_iter().collect();
    info.additions = unknown.into_iter().collect();
}

/// Members of EUICCInfo2 that came later, and some that nobody knows.
fn extend_euicc_info2(_: &Kit, lpa: &mut Lpa) {
    let info = &mut lpa.euicc.info2;
    info.highest_svn = Some([3, 1, 0].into());
    info.additional_profile_package_versions = Some(vec![[3, 3, 1].into()]);
    info.additional_euicc_info = Some([1, 2, 3].into());
    info.additions = [
        tlv(Tag::new(0xB4), &[0x80, 0x03, 1, 2, 0]),
        tlv(Tag::new(0x9F7F), &[0xAA]),
    ]
    .into_iter()
    .collect();
}

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $how:ident, $sent:ident, $code:expr, $prepare:expr;)+) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            run(Use::$how, Sent::$sent, $code, $prepare);
        }
    )+};
}

rows! {
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#01
    nist_01_default: Default, Empty, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#02
    nist_02_default_with_code: Default, Empty, Some("1234"), |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#03
    nist_03_after_an_invalid_matching_id: Bound, TheOrders, None, after_a_wrong_matching_id;
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#05
    nist_05_event: Event, TheOrders, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#06
    nist_06_event_with_code: Event, TheOrders, Some("1234"), |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#08
    nist_08_activation_code: Bound, TheOrders, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#09
    nist_09_activation_code_with_code: Bound, TheOrders, Some("1234"), |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#11
    nist_11_unbound: Unbound, TheOrders, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#12
    nist_12_unbound_with_code: Unbound, TheOrders, Some("1234"), |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#14
    nist_14_default_left_out: Default, Nothing, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#15
    nist_15_event_left_out: Event, Nothing, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#16
    nist_16_event_empty: Event, Empty, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#17
    nist_17_activation_code_left_out: Bound, Nothing, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#18
    nist_18_activation_code_empty: Bound, Empty, None, |_, _| ();
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#19
    nist_19_extended_uicc_capability: Bound, TheOrders, None, extend_uicc_capability;
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#20
    nist_20_extended_device_info: Bound, TheOrders, None, extend_device_info;
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST#21
    nist_21_extended_euicc_info2: Bound, TheOrders, None, extend_euicc_info2;
}

/// TC_SM-DP+_ES9+.AuthenticateClientBRP#01
#[test]
fn brp_01_nominal() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::BrainpoolP256r1, binding);
        verified(&kit, &mut lpa, Curve::BrainpoolP256r1);
    }
}

/// Downloads once, and authenticates again as after a lost package: the one-time key of the eUICC
/// is given back.
fn retry(how: Use, sent: Sent, eid_is_known: bool) {
    for binding in Binding::ALL {
        let eid = "89049032000000000000000000000066".parse().unwrap();
        let mut config = how.order(&test_eid());
        let kit = Kit::new(OrderConfig {
            eid: config.eid.take().filter(|_| eid_is_known),
            ..config.clone()
        });
        let euicc = if eid_is_known {
            Euicc::new(&kit.pki, Curve::NistP256)
        } else {
            Euicc::with_eid(&kit.pki, Curve::NistP256, eid)
        };
        let mut lpa = Lpa::around(euicc, binding);
        lpa.matching_id = match sent {
            Sent::TheOrders => Some(config.matching_id),
            Sent::Empty => Some(String::new()),
            Sent::Nothing => None,
        };
        let lost = lpa.downloaded(&kit);
        let ok = lpa.authenticated(&kit);
        assert_ne!(ok.transaction_id, lost.transaction_id);
        let (signed2, ..) = ok.download_parts().unwrap();
        let offered = signed2.bpp_euicc_otpk.as_ref().unwrap();
        assert_eq!(Some(offered.to_vec()), lpa.euicc.one_time_point());
        assert!(!signed2.cc_required_flag);
        // another eUICC is offered nothing, and has no part in the order any more
        let eid = "89049032000000000000000000000163".parse().unwrap();
        let mut other = Lpa::around(Euicc::with_eid(&kit.pki, Curve::NistP256, eid), binding);
        other.matching_id = lpa.matching_id.clone();
        other.authenticate(&kit).refused("8.1.1", "3.8");
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClient_RetryCases_Reuse_OTPK#01
#[test]
fn retry_01_default() {
    retry(Use::Default, Sent::Empty, true);
}

/// TC_SM-DP+_ES9+.AuthenticateClient_RetryCases_Reuse_OTPK#02
#[test]
fn retry_02_event() {
    retry(Use::Event, Sent::TheOrders, true);
}

/// TC_SM-DP+_ES9+.AuthenticateClient_RetryCases_Reuse_OTPK#03
#[test]
fn retry_03_activation_code() {
    retry(Use::Bound, Sent::TheOrders, true);
}

/// TC_SM-DP+_ES9+.AuthenticateClient_RetryCases_Reuse_OTPK#04
#[test]
fn retry_04_activation_code_of_an_unknown_euicc() {
    retry(Use::Unbound, Sent::TheOrders, false);
}

#[test]
fn the_order_that_may_be_downloaded_goes_first() {
    let eid = Some(test_eid());
    let default = OrderConfig {
        eid: eid.clone(),
        ..OrderConfig::default()
    };
    let mut kit = Kit::new(OrderConfig {
        attempts: Some(0),
        ..default.clone()
    });
    kit.add_order(OrderConfig {
        expires: Some(1),
        ..default.clone()
    });
    kit.add_order(OrderConfig { eid, ..order() });
    kit.add_order(default);
    let mut lpa = Lpa::new(&kit);
    lpa.matching_id = None;
    lpa.downloaded(&kit);
    let downloaded = |id| kit.order_of(id, |order| order.state) == smdp::OrderState::Downloaded;
    let all: Vec<bool> = kit.orders.iter().map(|id| downloaded(*id)).collect();
    assert_eq!(all, [false, false, false, true]);
}
