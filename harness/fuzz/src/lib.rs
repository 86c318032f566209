// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the targets act on: a card, an eIM associated with it, an SM-DP+ and the mock eIM. All are
//! made fresh for each input, from keys that are made once.

pub mod server;

use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use certs::{Curve, Pki, Role, TEST_EID};
use harness::eim::roots;
use harness::iut::{EimEnvironment, EuiccCertificates, KnownEuicc, Order};
use harness::wire::net::Resolver;
use harness::wire::tls::Identity;
use rsp::asn1::SubjectPublicKeyInfo;
use rsp::ecdsa::PrivateKey;
use rsp::env::SeededEnv;
use rsp::raw::Additions;
use rsp::sgp32::{
    AddInitialEimRequest, EimConfigurationData, EimConfigurationDataEimPublicKeyData,
    EuiccPackageResult,
};
use rsp::tlv::{Tag, tlv, write};
use smdp::config::OrderConfig;
use smdp::{Credentials, Entity, SmDpService, Profile, Profiles, SmDp};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig, Metadata, ProfileState, State};

/// `eimId` of the eIM of the targets.
const EIM_ID: &str = "eim1.test.example";
/// `matchingId` of the order of the SM-DP+.
const MATCHING_ID: &str = "MATCHING-1";

/// The ICCID that [`HEADER`] names, as in EF.ICCID.
pub const ICCID: [u8; 10] = [0x98, 0x00, 0x10, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0x14];
/// A profile header of version 2.3.
pub const HEADER: &[u8] = &[
    0xA0, 0x16, 0x80, 1, 2, 0x81, 1, 3, 0x83, 10, 0x89, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0x01,
    0x23, 0x41, 0xA5, 0, 0xA6, 0,
];
/// The element that ends a profile package.
const END: &[u8] = &[0xAA, 5, 0xA0, 3, 0x81, 1, 2];
/// The command listProfileInfo.
const LIST: &[u8] = &[0xBF, 0x2D, 0];

/// The ICCID of [`package`], as in EF.ICCID.
pub const PACKAGE_ICCID: [u8; 10] = [0x98, 0x00, 0x10, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0xF4];
/// The AID of its USIM.
pub const USIM_AID: [u8; 16] = [
    0xA0, 0, 0, 0, 0x87, 0x10, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0, 1, 0, 0,
];

/// A package with every kind of file.
pub fn package() -> &'static [u8] {
    static PACKAGE: OnceLock<Vec<u8>> = OnceLock::new();
    let text = include_str!("../profile.yaml");
    PACKAGE.get_or_init(|| veuicc::profile_tool::build(text).expect("a package"))
}

/// A card with [`package`] enabled.
#[must_use]
pub fn enabled() -> Card {
    static STATE: OnceLock<State> = OnceLock::new();
    let state = STATE.get_or_init(|| {
        let mut card = card();
        let metadata = Metadata::for_iccid(&PACKAGE_ICCID, "Profile");
        card.install_profile(package(), metadata).expect("a profile");
        let enable = |state: &mut State| {
            for profile in &mut state.profiles {
                profile.state = ProfileState::Enabled;
            }
        };
        card.edit_state(enable).expect("a state");
        card.state().clone()
    });
    Card::with_state(config(), env("card"), state.clone(), None)
}

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::seeded(1).expect("a PKI"))
}

fn config() -> CardConfig {
    static CONFIG: OnceLock<CardConfig> = OnceLock::new();
    CONFIG
        .get_or_init(|| CardConfig::from_pki(pki(), TEST_EID).expect("a card of the PKI"))
        .clone()
}

fn env(label: &str) -> Box<SeededEnv> {
    Box::new(SeededEnv::new(1, label))
}

/// A card fresh from the factory.
#[must_use]
pub fn card() -> Card {
    Card::new(config(), env("card"))
}

/// A card with an enabled profile that knows [`Eim`].
#[must_use]
pub fn associated() -> Card {
    static STATE: OnceLock<State> = OnceLock::new();
    let state = STATE.get_or_init(|| {
        let mut card = card();
        let metadata = Metadata::for_iccid(&ICCID, "Profile");
        card.install_profile(&[HEADER, END].concat(), metadata)
            .expect("a profile");
        card.edit_state(|state| {
            for profile in &mut state.profiles {
                profile.state = ProfileState::Enabled;
            }
        })
        .expect("a state");
        let request = rsp::der::encode(&Eim::new().association()).expect("a request");
        let mut terminal = Terminal::open(card, TerminalOptions::default()).expect("an ISD-R");
        terminal.es10(&request).expect("an answer");
        let state = terminal.card().state().clone();
        let answer = terminal.es10(&Eim::new().request(&Eim::new().package(0xA0, LIST)));
        let answer = answer.expect("an answer");
        let result = rsp::der::decode(&answer).expect("a result");
        assert!(matches!(
            result,
            EuiccPackageResult::EuiccPackageResultSigned(_)
        ));
        state
    });
    Card::with_state(config(), env("card"), state.clone(), None)
}

/// The eIM that the card of [`associated`] knows, with its key only.
#[derive(Debug)]
pub struct Eim(PrivateKey);

impl Default for Eim {
    fn default() -> Self {
        Self::new()
    }
}

impl Eim {
    /// Always the same one.
    #[must_use]
    pub fn new() -> Self {
        static KEY: OnceLock<PrivateKey> = OnceLock::new();
        let generate = || PrivateKey::generate(Curve::NistP256, &mut *env("eim"));
        Self(KEY.get_or_init(generate).clone())
    }

    fn association(&self) -> AddInitialEimRequest {
        let key = SubjectPublicKeyInfo::from_der(self.0.public_key().to_spki());
        let configuration = EimConfigurationData {
            eim_id: EIM_ID.to_owned(),
            counter_value: Some(0),
            eim_public_key_data: Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(key)),
            ..Default::default()
        };
        AddInitialEimRequest {
            eim_configuration_data_list: vec![configuration],
            additions: Additions::none(),
        }
    }

    /// `EuiccPackageSigned` with bytes for commands, under the tag of their list.
    #[must_use]
    pub fn package(&self, list: u32, commands: &[u8]) -> Vec<u8> {
        let mut content = tlv(Tag::new(0x80), EIM_ID.as_bytes());
        write(&mut content, Tag::new(0x5A), &TEST_EID);
        write(&mut content, Tag::new(0x81), &[1]);
        write(&mut content, Tag::new(list), commands);
        tlv(Tag::SEQUENCE, &content)
    }

    /// An `EuiccPackageRequest` around bytes in the place of `euiccPackageSigned`, signed for a
    /// card without association token.
    #[must_use]
    pub fn request(&self, signed: &[u8]) -> Vec<u8> {
        let signature = self.0.sign(&[signed, &[0x84, 1, 0]].concat());
        let mut content = signed.to_vec();
        write(&mut content, Tag::new(0x5F37), &signature);
        tlv(Tag::new(0xBF51), &content)
    }
}

/// An SM-DP+ with one order.
#[must_use]
pub fn smdp() -> SmDpService {
    static CREDENTIALS: OnceLock<Credentials> = OnceLock::new();
    let make = || Credentials::from_pki(pki(), Entity::First, &["smdp1.test.example"]);
    let credentials = CREDENTIALS.get_or_init(|| make().expect("credentials"));
    let mut profiles = Profiles::default();
    let profile = Profile::from_der([HEADER, END].concat()).expect("a profile");
    profiles.insert("one.der", profile);
    let order = OrderConfig {
        profile: "one.der".into(),
        matching_id: MATCHING_ID.to_owned(),
        ..OrderConfig::default()
    };
    let mut smdp = SmDp::new(smdp::Config::default(), credentials.clone());
    smdp.add_order(&order, &profiles).expect("an order");
    SmDpService::new(smdp, env("smdp"))
}

/// The runtime that the mock eIM needs.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    })
}

/// A mock eIM with one eUICC, and an order for it that was handed out. Its resolver knows no host.
pub async fn eim() -> Arc<harness::eim::Eim> {
    static PARTS: OnceLock<(certs::Credential, Identity, EuiccCertificates)> = OnceLock::new();
    let (signing, tls, certificates) = PARTS.get_or_init(|| {
        let curve = Curve::NistP256;
        let tls = pki()
            .issue_tls(Role::EimTls, &[EIM_ID], curve)
            .expect("TLS");
        let identity = Identity {
            key: tls.key_der().expect("a key"),
            chain: vec![tls.certificate],
        };
        let certificates = EuiccCertificates {
            euicc: pki()
                .issue_euicc(&TEST_EID, curve)
                .expect("an eUICC")
                .certificate,
            eum: pki().eum_for(&TEST_EID, curve).expect("an EUM").certificate,
        };
        let signing = pki().issue_eim_signing(EIM_ID, curve).expect("an eIM");
        (signing, identity, certificates)
    });
    let eim = harness::eim::Eim::new(EimEnvironment {
        eim_id: EIM_ID.to_owned(),
        signing: signing.clone(),
        tls: tls.clone(),
        listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port"),
        resolver: Resolver::new(),
        roots: roots(pki()),
        euiccs: vec![KnownEuicc {
            eid: TEST_EID,
            counter_value: 0,
            association_token: None,
            certificates: Some(certificates.clone()),
        }],
        env: env("eim"),
        timeout: Duration::from_secs(1),
        settings: Default::default(),
    })
    .expect("an eIM");
    let package = [&[0xA0, 0x0E, 0xA3, 0x0C, 0x5A, 10], &ICCID[..]].concat();
    eim.order(TEST_EID, Order::EuiccPackage(package))
        .expect("an order");
    let ask = [&[0xBF, 0x4F, 0x12, 0x5A, 16], &TEST_EID[..]].concat();
    eim.handle(&ask).await;
    eim
}
