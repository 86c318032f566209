// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card under a seeded PKI, and the few things of an SM-DP+ that a card test needs.

use std::path::Path;

use certs::{Credential, Pki, Role, TEST_EID};
use rsp::asn1::{Certificate, OctetString};
use rsp::bsp::{Bsp, KEY_LENGTH, KEY_TYPE, SegmentTag, SessionKeys};
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use rsp::env::SeededEnv;
use rsp::raw::{Additions, Raw};
use rsp::sgp22::*;
use rsp::sgp32::{Sgp32AuthenticateResponseOk, Sgp32AuthenticateServerResponse};
use rsp::tlv::{self, Tag};
use veuicc::coverage::Recorder;
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig};

pub(crate) const ADDRESS: &str = "testsmdpplus1.example.com";
pub(crate) const TRANSACTION: [u8; 16] = [0x11; 16];
pub(crate) const ICCID: [u8; 10] = [0x98, 0x00, 0x10, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0x14];

/// The PKI of seed 1; made once per test program.
pub(crate) fn pki() -> &'static Pki {
    static PKI: std::sync::OnceLock<Pki> = std::sync::OnceLock::new();
    PKI.get_or_init(|| Pki::seeded(1).unwrap())
}

pub(crate) fn config() -> CardConfig {
    CardConfig::from_pki(pki(), TEST_EID).unwrap()
}

pub(crate) fn card() -> Card {
    card_of(config())
}

/// A card whose answers are recorded for the coverage table.
pub(crate) fn card_of(config: CardConfig) -> Card {
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    card.set_tap(Box::new(Recorder::new(temporary, env!("CARGO_CRATE_NAME"))));
    card
}

pub(crate) fn terminal() -> Terminal<Card> {
    let options = TerminalOptions {
        toolkit: false,
        ..TerminalOptions::default()
    };
    Terminal::open(card(), options).unwrap()
}

/// Sends a typed request and reads a typed response.
pub(crate) fn es10<Q: rasn::Encode, A: rasn::Decode>(
    terminal: &mut Terminal<Card>,
    request: &Q,
) -> A {
    let response = terminal.es10(&rsp::der::encode(request).unwrap()).unwrap();
    rsp::der::decode(&response).unwrap()
}

/// An SM-DP+ in one session.
pub(crate) struct Server {
    pub(crate) curve: Curve,
    pub(crate) auth: Credential,
    pub(crate) pb: Credential,
    pub(crate) one_time_key: PrivateKey,
    pub(crate) transaction: Vec<u8>,
}

impl Server {
    pub(crate) fn new(curve: Curve) -> Self {
        Self {
            curve,
            auth: pki().credential(Role::DpAuth, curve).unwrap().clone(),
            pb: pki().credential(Role::DpPb, curve).unwrap().clone(),
            one_time_key: PrivateKey::generate(curve, &mut SeededEnv::new(7, "otsk")),
            transaction: TRANSACTION.to_vec(),
        }
    }

    pub(crate) fn authenticate_request(&self, challenge: [u8; 16]) -> AuthenticateServerRequest {
        let server_signed1 = Raw::new(ServerSigned1 {
            transaction_id: TransactionId::from(self.transaction.clone()),
            euicc_challenge: challenge.into(),
            server_address: ADDRESS.to_owned(),
            server_challenge: [0x22; 16].into(),
            session_context: None,
            server_rsp_capability: None,
            additions: Additions::none(),
        })
        .unwrap();
        AuthenticateServerRequest {
            server_signature1: OctetString::from(self.auth.key.sign(server_signed1.bytes())),
            server_signed1,
            euicc_ci_pk_id_to_be_used: Some(pki().ci_key_id(self.curve).unwrap().into()),
            server_certificate: Certificate::from_der(self.auth.certificate.clone()),
            ctx_params1: CtxParams1::for_device(
                Some("M-1".to_owned()),
                DeviceInfo {
                    tac: [0x35; 8].into(),
                    device_capabilities: DeviceCapabilities::default(),
                    imei: None,
                    preferred_languages: None,
                    device_test_mode: None,
                    lpa_rsp_capability: None,
                    additions: Additions::none(),
                },
            ),
            other_certs_in_chain: None,
            crl_list: None,
            additions: Additions::none(),
        }
    }

    pub(crate) fn prepare_request(
        &self,
        euicc_signature1: &[u8],
        bpp_euicc_otpk: Option<Vec<u8>>,
    ) -> PrepareDownloadRequest {
        let smdp_signed2 = Raw::new(SmdpSigned2 {
            transaction_id: TransactionId::from(self.transaction.clone()),
            cc_required_flag: false,
            bpp_euicc_otpk: bpp_euicc_otpk.map(OctetString::from),
            rpm_pending: None,
            additions: Additions::none(),
        })
        .unwrap();
        let mut signed = smdp_signed2.bytes().to_vec();
        tlv::write(&mut signed, Tag::new(0x5F37), euicc_signature1);
        PrepareDownloadRequest {
            smdp_signature2: OctetString::from(self.pb.key.sign(&signed)),
            smdp_signed2,
            hash_cc: None,
            smdp_certificate: Certificate::from_der(self.pb.certificate.clone()),
            additions: Additions::none(),
        }
    }

    /// BF23, signed over what the card must see.
    pub(crate) fn secure_channel(&self, euicc_otpk: &[u8], crt: [u8; 2]) -> Vec<u8> {
        let otpk = self.one_time_key.public_key().to_point();
        self.secure_channel_with(euicc_otpk, crt, 1, &otpk)
    }

    /// The same for another operation, and with anything for a key.
    pub(crate) fn secure_channel_with(
        &self,
        euicc_otpk: &[u8],
        crt: [u8; 2],
        operation: u8,
        otpk: &[u8],
    ) -> Vec<u8> {
        let mut content = vec![0x82, 1, operation];
        tlv::write(&mut content, Tag::new(0x80), &self.transaction);
        let mut template = vec![0x80, 1, crt[0], 0x81, 1, crt[1]];
        tlv::write(&mut template, Tag::new(0x84), b"host-1");
        tlv::write(&mut content, Tag::new(0xA6), &template);
        tlv::write(&mut content, Tag::new(0x5F49), otpk);
        let mut signed = content.clone();
        tlv::write(&mut signed, Tag::new(0x5F49), euicc_otpk);
        tlv::write(&mut content, Tag::new(0x5F37), &self.pb.key.sign(&signed));
        tlv::tlv(Tag::new(0xBF23), &content)
    }

    pub(crate) fn bsp(&self, euicc_otpk: &[u8]) -> Bsp {
        let euicc = PublicKey::from_point(self.curve, euicc_otpk).unwrap();
        let shared = self.one_time_key.agree(&euicc).unwrap();
        Bsp::new(&SessionKeys::derive(&shared, b"host-1", &TEST_EID).unwrap())
    }

    /// A bound profile package, with profile protection keys or without.
    pub(crate) fn bind(&self, euicc_otpk: &[u8], parts: &Package) -> Vec<u8> {
        bound(&self.sections(euicc_otpk, parts))
    }

    /// BF23, A0, A1, A2 if there are profile protection keys, A3.
    pub(crate) fn sections(&self, euicc_otpk: &[u8], parts: &Package) -> Vec<Vec<u8>> {
        let mut bsp = self.bsp(euicc_otpk);
        let section = |tag, segments: Vec<u8>| tlv::tlv(Tag::new(tag), &segments);
        let mut sections = vec![self.secure_channel(euicc_otpk, [KEY_TYPE, KEY_LENGTH])];
        let configure = bsp.protect(SegmentTag::Tag87, &parts.configure);
        sections.push(section(0xA0, configure));
        let metadata = bsp.protect_all(SegmentTag::Tag88, &parts.metadata).concat();
        sections.push(section(0xA1, metadata));
        if parts.profile_protection_keys {
            let keys = bsp.protect(SegmentTag::Tag87, &parts.keys);
            sections.push(section(0xA2, keys));
            bsp.replace_keys(&SessionKeys {
                initial_mac_chaining_value: [1; 16],
                enc: [2; 16],
                mac: [3; 16],
            });
        }
        let elements = bsp.protect_all(SegmentTag::Tag86, &parts.elements).concat();
        sections.push(section(0xA3, elements));
        sections
    }
}

/// The package of these sections.
pub(crate) fn bound(sections: &[Vec<u8>]) -> Vec<u8> {
    tlv::tlv(Tag::new(0xBF36), &sections.concat())
}

/// What a bound profile package is made of.
pub(crate) struct Package {
    /// ConfigureISDP.
    pub(crate) configure: Vec<u8>,
    pub(crate) metadata: Vec<u8>,
    pub(crate) elements: Vec<u8>,
    pub(crate) profile_protection_keys: bool,
    /// ReplaceSessionKeys, when there are such keys.
    pub(crate) keys: Vec<u8>,
}

impl Package {
    pub(crate) fn new() -> Self {
        Self {
            configure: vec![0xBF, 0x24, 0x00],
            metadata: rsp::der::encode(&metadata()).unwrap(),
            elements: elements("89000123456789012341"),
            profile_protection_keys: false,
            keys: replacement_keys(16),
        }
    }
}

/// ReplaceSessionKeys with keys of that length.
pub(crate) fn replacement_keys(length: usize) -> Vec<u8> {
    let request = ReplaceSessionKeysRequest {
        initial_mac_chaining_value: OctetString::from(vec![1; length]),
        ppk_enc: OctetString::from(vec![2; length]),
        ppk_cmac: OctetString::from(vec![3; length]),
        additions: Additions::none(),
    };
    rsp::der::encode(&request).unwrap()
}

pub(crate) fn metadata() -> StoreMetadataRequest {
    StoreMetadataRequest {
        iccid: ICCID.into(),
        service_provider_name: "Provider".to_owned(),
        profile_name: "Profile".to_owned(),
        icon_type: None,
        icon: None,
        profile_class: None,
        notification_configuration_info: Some(vec![NotificationConfigurationInformation {
            profile_management_operation: NotificationEvent::of(&[0, 1]),
            notification_address: "notify.example.com".to_owned(),
            additions: Additions::none(),
        }]),
        profile_owner: None,
        profile_policy_rules: None,
        service_specific_data_stored_in_euicc: None,
        service_specific_data_not_stored_in_euicc: None,
        rpm_configuration: None,
        hri_server_address: None,
        service_provider_message: None,
        lpr_configuration: None,
        enterprise_configuration: None,
        service_description: None,
        device_change_configuration: None,
        estimated_profile_size: None,
        additions: Additions::none(),
    }
}

/// A header for that ICCID, some weight, and an end.
pub(crate) fn elements(iccid: &str) -> Vec<u8> {
    let mut header = vec![0x80, 1, 2, 0x81, 1, 3];
    tlv::write(&mut header, Tag::new(0x83), &hex::decode(iccid).unwrap());
    tlv::write(&mut header, Tag::new(0xA5), &[0x81, 0]);
    tlv::write(&mut header, Tag::new(0xA6), &[]);
    let mut elements = tlv::tlv(Tag::new(0xA0), &header);
    // nonStandard { header, issuerID, content }
    let mut weight = vec![0xA0, 3, 0x81, 1, 1, 0x81, 2, 0x2A, 0x03];
    tlv::write(&mut weight, Tag::new(0x82), &[0x5A; 2500]);
    tlv::write(&mut elements, Tag::new(0xA9), &weight);
    elements.extend_from_slice(&[0xAA, 5, 0xA0, 3, 0x81, 1, 2]);
    elements
}

pub(crate) fn challenge(terminal: &mut Terminal<Card>) -> [u8; 16] {
    let response: GetEuiccChallengeResponse = es10(terminal, &GetEuiccChallengeRequest::default());
    response.euicc_challenge.to_array().unwrap()
}

/// Runs up to AuthenticateServer.
pub(crate) fn authenticate(
    terminal: &mut Terminal<Card>,
    server: &Server,
) -> Sgp32AuthenticateResponseOk {
    let challenge = challenge(terminal);
    match es10(terminal, &server.authenticate_request(challenge)) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(ok) => ok,
        other => panic!("expected authenticateResponseOk, got {other:?}"),
    }
}

/// Runs up to PrepareDownload; returns the card's one-time key.
pub(crate) fn prepare(
    terminal: &mut Terminal<Card>,
    server: &Server,
    bpp_euicc_otpk: Option<Vec<u8>>,
) -> Vec<u8> {
    let authenticated = authenticate(terminal, server);
    let request = server.prepare_request(&authenticated.euicc_signature1, bpp_euicc_otpk);
    match es10(terminal, &request) {
        PrepareDownloadResponse::DownloadResponseOk(ok) => {
            let mut signed = ok.euicc_signed2.bytes().to_vec();
            tlv::write(&mut signed, Tag::new(0x5F37), &request.smdp_signature2);
            euicc_key(&authenticated)
                .verify(&signed, &ok.euicc_signature2)
                .unwrap();
            ok.euicc_signed2.euicc_otpk.to_vec()
        }
        other => panic!("expected downloadResponseOk, got {other:?}"),
    }
}

pub(crate) fn euicc_key(authenticated: &Sgp32AuthenticateResponseOk) -> PublicKey {
    let der = authenticated.euicc_certificate.as_der();
    let view = rsp::chain::CertificateView::parse(der).unwrap();
    view.public_key().unwrap().clone()
}
