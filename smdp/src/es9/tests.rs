// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every refusal of the five functions, each from a real request with one thing wrong.

mod authenticate_client;
mod cancel_session;
mod euicc;
mod get_bound_profile_package;
mod handle_notification;
mod initiate_authentication;
mod robustness;

use std::sync::OnceLock;

use certs::{Curve, Pki};
use rsp::env::SeededEnv;
use rsp::json::{Es9Ok, Es9Request, Es9Response};
use rsp::sgp22::*;

use crate::config::{Config, OrderConfig};
use crate::{Credentials, Entity, OrderId, Profile, Profiles, SmDp};
use euicc::Euicc;

/// ICCID of the package, as in EF.ICCID.
const ICCID: [u8; 10] = [0x98, 0x00, 0x10, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0x14];

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::seeded(1).unwrap())
}

fn credentials() -> Credentials {
    static CREDENTIALS: OnceLock<Credentials> = OnceLock::new();
    let make = || Credentials::from_pki(pki(), Entity::First, &["smdp1.test.example"]).unwrap();
    CREDENTIALS.get_or_init(make).clone()
}

/// A header of version 2.3 and enough content for three segments.
fn package() -> Vec<u8> {
    let mut package =
        hex::decode("A0158001028101038201548 30A89000123456789012341A500".replace(' ', ""))
            .unwrap();
    package[1] = u8::try_from(package.len() - 2).unwrap();
    package.extend(rsp::tlv::tlv(rsp::tlv::Tag::new(0xA7), &[0x5A; 2500]));
    package.extend([0xAA, 0x00]);
    package
}

/// A server, its randomness and clock, and an eUICC that talks to it.
struct Bench {
    smdp: SmDp,
    env: SeededEnv,
    euicc: Euicc,
    order: OrderId,
}

impl Bench {
    fn new(order: OrderConfig) -> Self {
        Self::on(Curve::NistP256, order)
    }

    fn on(curve: Curve, order: OrderConfig) -> Self {
        let mut profiles = Profiles::default();
        profiles.insert("one.der", Profile::from_der(package()).unwrap());
        let mut smdp = SmDp::new(Config::default(), credentials());
        let order = smdp
            .add_order(
                &OrderConfig {
                    profile: "one.der".into(),
                    ..order
                },
                &profiles,
            )
            .unwrap();
        let env = SeededEnv::new(1, "smdp");
        Self {
            smdp,
            env,
            euicc: Euicc::new(pki(), curve),
            order,
        }
    }

    fn call(&mut self, request: Es9Request) -> Es9Response {
        // Every request also has to survive the JSON binding.
        let json = request.to_json().unwrap();
        let read = Es9Request::from_json(request.function(), &json).unwrap();
        assert_eq!(read.to_der().unwrap(), request.to_der().unwrap());
        self.smdp.handle(&read, &mut self.env)
    }

    fn initiated(&mut self) -> InitiateAuthenticationOkEs9 {
        let request = self.euicc.initiate();
        match self
            .call(Es9Request::InitiateAuthentication(request))
            .unwrap()
        {
            Es9Ok::InitiateAuthentication(ok) => ok,
            other => panic!("{other:?}"),
        }
    }

    fn authenticated(&mut self) -> AuthenticateClientOk {
        let initiated = self.initiated();
        let request = self.euicc.authenticate(&initiated, "MATCHING-1");
        match self.call(Es9Request::AuthenticateClient(request)).unwrap() {
            Es9Ok::AuthenticateClient(ok) => ok,
            other => panic!("{other:?}"),
        }
    }

    fn downloaded(&mut self) -> GetBoundProfilePackageOk {
        let ok = self.authenticated();
        let request = self.euicc.prepare(&ok, None);
        self.get(request).unwrap()
    }

    fn get(
        &mut self,
        request: GetBoundProfilePackageRequest,
    ) -> Result<GetBoundProfilePackageOk, rsp::json::Failure> {
        match self.call(Es9Request::GetBoundProfilePackage(request))? {
            Es9Ok::GetBoundProfilePackage(ok) => Ok(ok),
            other => panic!("{other:?}"),
        }
    }

    fn order(&mut self) -> &mut crate::Order {
        self.smdp.orders_mut().get_mut(self.order).unwrap()
    }
}

/// An order with the MatchingID that the eUICC sends.
fn order() -> OrderConfig {
    OrderConfig {
        matching_id: "MATCHING-1".to_owned(),
        ..OrderConfig::default()
    }
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(
    response: Result<T, rsp::json::Failure>,
    subject: &str,
    reason: &str,
) {
    let failure = response.unwrap_err();
    assert!(
        failure.is(subject, reason),
        "expected {subject}/{reason}, got {failure}"
    );
}
