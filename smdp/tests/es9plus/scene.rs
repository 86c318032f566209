// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests of packages, notifications and cancellations have in common: a server with one
//! order and a device, in one binding.

use certs::Curve;
use rsp::der;
use rsp::json::Es9Request;
use rsp::sgp22::*;
use rsp::tlv::{Tlv, walk};
use smdp::config::OrderConfig;
use smdp::{Binding, Event, KeyMode, NotificationPoint, OrderState};

use crate::support::answer::Answer;
use crate::support::kit::{Kit, Setup, order};
use crate::support::lpa::Lpa;
use crate::support::profile::{ICCID, package};

/// Octets of a segment at most, with tag, length and MAC (SGP.22 §2.5.3).
const SEGMENT: usize = 1020;

/// A server and a device.
pub(crate) struct Scene {
    pub(crate) kit: Kit,
    pub(crate) lpa: Lpa,
}

impl Scene {
    pub(crate) fn new(order: OrderConfig) -> Self {
        Self::on(Curve::NistP256, Binding::Json, order)
    }

    pub(crate) fn on(curve: Curve, binding: Binding, order: OrderConfig) -> Self {
        let setup = Setup {
            orders: vec![order],
            ..Setup::default()
        };
        Self::of(setup, curve, binding)
    }

    /// The device types the confirmation code of the order.
    pub(crate) fn of(setup: Setup, curve: Curve, binding: Binding) -> Self {
        let code = setup.orders[0].confirmation_code.clone();
        let kit = Kit::with(setup);
        let mut lpa = Lpa::on(&kit, curve, binding);
        lpa.code = code;
        Self { kit, lpa }
    }

    /// The same in both bindings.
    pub(crate) fn both(order: &OrderConfig) -> [Self; 2] {
        Binding::ALL.map(|binding| Self::on(Curve::NistP256, binding, order.clone()))
    }

    pub(crate) fn authenticated(&mut self) -> AuthenticateClientOk {
        self.lpa.authenticated(&self.kit)
    }

    #[track_caller]
    pub(crate) fn downloaded(&mut self) -> GetBoundProfilePackageOk {
        self.lpa.downloaded(&self.kit)
    }

    #[track_caller]
    pub(crate) fn download(&mut self) -> Answer {
        self.lpa.download(&self.kit)
    }

    #[track_caller]
    pub(crate) fn get(&self, request: GetBoundProfilePackageRequest) -> Answer {
        self.lpa
            .call(&self.kit, Es9Request::GetBoundProfilePackage(request))
    }

    #[track_caller]
    pub(crate) fn state(&self) -> OrderState {
        self.kit.state()
    }

    /// Opens a package as the eUICC does, with every check of keys, signature and MACs, and
    /// compares metadata and profile with those of the order.
    #[track_caller]
    pub(crate) fn opens(&self, ok: &GetBoundProfilePackageOk) -> StoreMetadataRequest {
        let key = self.kit.service.with_smdp(|smdp| {
            let set = smdp.credentials().by_ci(&self.lpa.euicc.ci_key_id).unwrap();
            set.dp_pb.key.public_key().clone()
        });
        let bpp = &ok.bound_profile_package;
        let channel = &bpp.initialise_secure_channel_request;
        assert_eq!(channel.transaction_id, ok.transaction_id);
        let (metadata, profile) = self.lpa.euicc.open(bpp, &key);
        let (expected, of_order) = self
            .kit
            .order(|order| (order.profile.package().into_owned(), order.metadata.clone()));
        assert_eq!(profile, expected);
        assert_eq!(der::encode(&metadata).unwrap(), of_order);
        for size in segments(bpp) {
            assert!(size <= SEGMENT, "a segment of {size} octets");
        }
        metadata
    }

    /// Delivers the success of an installation.
    #[track_caller]
    pub(crate) fn installed(&self, transaction_id: &TransactionId) {
        let answer = self.lpa.report(&self.kit, transaction_id, ICCID, None);
        acknowledged(&answer);
        assert_eq!(self.state(), OrderState::Installed);
    }

    /// The steps of the download that an operator would be told of, after AuthenticateClient.
    pub(crate) fn progress(
        &self,
    ) -> Vec<(NotificationPoint, Option<(&'static str, &'static str)>)> {
        let journal = self.kit.journal();
        let steps = journal.iter().filter_map(|event| match event {
            Event::Progress { point, refusal, .. } if *point > NotificationPoint::Eligibility => {
                Some((*point, refusal.map(|it| (it.subject, it.reason))))
            }
            _ => None,
        });
        steps.collect()
    }
}

/// HTTP 204 without a body, and nothing else.
#[track_caller]
pub(crate) fn acknowledged(answer: &Answer) {
    assert_eq!((answer.http.status, answer.http.body.len()), (204, 0));
}

/// Sizes of all segments with their tags.
pub(crate) fn segments(bpp: &BoundProfilePackage) -> Vec<usize> {
    let encoded = der::encode(bpp).unwrap();
    let parts = Tlv::only(&encoded).unwrap();
    parts
        .children()
        .map(Result::unwrap)
        .skip(1)
        .flat_map(|part| {
            let segments = walk(part.value).map(|segment| segment.unwrap().raw.len());
            segments.collect::<Vec<_>>()
        })
        .collect()
}

/// What a row of SGP.23 wants of an order.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    pub(crate) ppk: bool,
    pub(crate) code: bool,
    pub(crate) split: bool,
}

impl Wanted {
    pub(crate) const PLAIN: Self = Self {
        ppk: false,
        code: false,
        split: false,
    };
    pub(crate) const CODE: Self = Self {
        code: true,
        ..Self::PLAIN
    };
    pub(crate) const PPK: Self = Self {
        ppk: true,
        ..Self::PLAIN
    };
    pub(crate) const PPK_CODE: Self = Self {
        code: true,
        ..Self::PPK
    };
    pub(crate) const SPLIT: Self = Self {
        split: true,
        ..Self::PLAIN
    };
    pub(crate) const PPK_SPLIT: Self = Self {
        split: true,
        ..Self::PPK
    };

    /// Metadata goes over two segments because of its icon, not because it is cut smaller.
    pub(crate) fn order(self) -> OrderConfig {
        let mut config = order();
        if self.ppk {
            config.key_mode = KeyMode::ProfileProtectionKeys;
        }
        config.confirmation_code = self.code.then(|| "1234".to_owned());
        config.metadata.icon_png = self.split.then(|| "89".repeat(1024));
        config
    }
}

/// The kit's package has this many segments of '86'.
pub(crate) fn full_segments() -> usize {
    package().size().div_ceil(1007)
}
