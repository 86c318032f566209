// SPDX-License-Identifier: MIT OR Apache-2.0
//! LoadCRL (SGP.22 §5.7.12).

use certs::{Credential, Flaw, Role};
use rsp::asn1::CertificateList;
use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp22::*;
use rsp::sgp32::Sgp32AuthenticateServerResponse;
use rsp::tlv::{Tag, Tlv, tlv, walk};
use veuicc::Card;
use veuicc::terminal::Terminal;

use crate::common::*;

/// A list that a CI signs.
struct List {
    ci: Credential,
    ci_key_id: Vec<u8>,
    number: u8,
    /// Part and number of parts.
    part: Option<(u8, u8)>,
    serials: Vec<Vec<u8>>,
    version: u8,
}

impl List {
    fn of(number: u8, serials: &[Vec<u8>]) -> Self {
        let ci = pki().credential(Role::Ci, Curve::NistP256).unwrap().clone();
        Self {
            ci_key_id: ci.key_id().unwrap(),
            ci,
            number,
            part: None,
            serials: serials.to_vec(),
            version: 1,
        }
    }

    fn signed(&self) -> Vec<u8> {
        let sequence = |content: &[Vec<u8>]| tlv(Tag::SEQUENCE, &content.concat());
        let of = |tag, value: &[u8]| tlv(Tag::new(tag), value);
        let algorithm = hex::decode("300A06082A8648CE3D040302").unwrap();
        let date = of(0x17, b"260101000000Z");
        let revoked = |serial: &Vec<u8>| sequence(&[of(0x02, serial), date.clone()]);
        let extension = |oid: &str, value: Vec<u8>| {
            sequence(&[of(0x06, &hex::decode(oid).unwrap()), of(0x04, &value)])
        };
        let distribution_point = [
            of(0x06, &[0x55, 0x1D, 0x1C]),
            of(0x01, &[0xFF]),
            of(0x04, &[0x30, 0x00]),
        ];
        let mut extensions = vec![
            sequence(&distribution_point),
            extension("551D23", sequence(&[of(0x80, &self.ci_key_id)])),
            extension("551D14", of(0x02, &[self.number])),
        ];
        if let Some((part, parts)) = self.part {
            extensions.push(extension("67811201020002", of(0x02, &[parts])));
            extensions.push(extension("67811201020003", of(0x02, &[part])));
        }
        let tbs = sequence(&[
            of(0x02, &[self.version]),
            algorithm.clone(),
            sequence(&[]),
            date.clone(),
            sequence(&self.serials.iter().map(revoked).collect::<Vec<_>>()),
            of(0xA0, &sequence(&extensions)),
        ]);
        let mut signature = vec![0];
        signature.extend(self.ci.key.sign_der(&tbs));
        sequence(&[tbs, algorithm, of(0x03, &signature)])
    }
}

fn load(terminal: &mut Terminal<Card>, crl: Vec<u8>) -> LoadCrlResponse {
    es10(
        terminal,
        &LoadCrlRequest {
            crl: CertificateList::from_der(crl),
            additions: Additions::none(),
        },
    )
}

#[track_caller]
fn missing(response: LoadCrlResponse) -> Vec<i64> {
    match response {
        LoadCrlResponse::LoadCrlResponseOk(ok) => {
            let parts = ok.missing_parts.unwrap_or_default();
            parts.iter().map(|part| part.number).collect()
        }
        other => panic!("expected loadCRLResponseOk, got {other:?}"),
    }
}

#[track_caller]
fn refused(response: LoadCrlResponse, expected: LoadCrlResponseError) {
    match response {
        LoadCrlResponse::LoadCrlResponseError(code) => assert_eq!(code, expected),
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

fn serial(credential: &Credential) -> Vec<u8> {
    let certificate = Tlv::only(&credential.certificate).unwrap();
    let tbs = walk(certificate.value).next().unwrap().unwrap();
    let mut members = walk(tbs.value).map(Result::unwrap);
    let serial = members.find(|member| member.tag == Tag::new(0x02));
    serial.unwrap().value.to_vec()
}

/// The code of AuthenticateServer; nothing when it succeeds.
fn authentication(terminal: &mut Terminal<Card>, server: &Server) -> Option<i64> {
    let challenge = challenge(terminal);
    match es10(terminal, &server.authenticate_request(challenge)) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(_) => None,
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            Some(error.authenticate_error_code.0)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn revoked_servers_are_refused_until_a_newer_list_has_them_no_more() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let revoked = serial(&server.auth);
    assert_eq!(authentication(&mut terminal, &server), None);
    let list = List::of(2, &[vec![1, 2, 3], revoked.clone()]);
    assert_eq!(missing(load(&mut terminal, list.signed())), [0; 0]);
    assert_eq!(authentication(&mut terminal, &server), Some(1));
    // another CI's server is not concerned
    let other = Server::new(Curve::BrainpoolP256r1);
    assert_eq!(authentication(&mut terminal, &other), None);
    // an older list changes nothing, a newer one all
    assert_eq!(
        missing(load(&mut terminal, List::of(1, &[]).signed())),
        [0; 0]
    );
    assert_eq!(authentication(&mut terminal, &server), Some(1));
    assert_eq!(
        missing(load(&mut terminal, List::of(3, &[]).signed())),
        [0; 0]
    );
    assert_eq!(authentication(&mut terminal, &server), None);
    // the binding certificate has a serial number of its own
    let list = List::of(4, &[serial(&server.pb)]);
    assert_eq!(missing(load(&mut terminal, list.signed())), [0; 0]);
    let authenticated = authenticate(&mut terminal, &server);
    let request = server.prepare_request(&authenticated.euicc_signature1, None);
    match es10(&mut terminal, &request) {
        PrepareDownloadResponse::DownloadResponseError(error) => {
            let code = error.download_error_code;
            assert_eq!(code, DownloadErrorCode::INVALID_CERTIFICATE);
        }
        other => panic!("expected invalidCertificate, got {other:?}"),
    }
}

#[test]
fn a_list_in_parts_counts_part_by_part() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let part = |part, serials: &[Vec<u8>]| List {
        part: Some((part, 3)),
        ..List::of(7, serials)
    };
    assert_eq!(missing(load(&mut terminal, part(2, &[]).signed())), [1, 3]);
    assert_eq!(authentication(&mut terminal, &server), None);
    let second = part(3, &[serial(&server.auth)]);
    assert_eq!(missing(load(&mut terminal, second.signed())), [1]);
    assert_eq!(authentication(&mut terminal, &server), Some(1));
    assert_eq!(missing(load(&mut terminal, part(1, &[]).signed())), [0; 0]);
    assert_eq!(authentication(&mut terminal, &server), Some(1));
}

#[test]
fn load_crl_codes() {
    use LoadCrlResponseError as Code;
    let mut terminal = terminal();
    let mut damaged = List::of(1, &[]).signed();
    *damaged.last_mut().unwrap() ^= 1;
    refused(load(&mut terminal, damaged), Code::INVALID_SIGNATURE);
    let mut other = List::of(1, &[]);
    other.version = 0;
    refused(
        load(&mut terminal, other.signed()),
        Code::INVALID_CRL_FORMAT,
    );
    for part in [(0, 2), (3, 2), (1, 65)] {
        let mut other = List::of(1, &[]);
        other.part = Some(part);
        refused(
            load(&mut terminal, other.signed()),
            Code::INVALID_CRL_FORMAT,
        );
    }
    // the lists of a CI of the same name and another key
    let foreign = pki().invalid(Role::DpAuth, Curve::NistP256, Flaw::UnknownCi);
    let foreign = rsp::chain::CertificateView::parse(&foreign.unwrap().certificate).unwrap();
    let mut other = List::of(1, &[]);
    other.ci_key_id = foreign.authority_key_id().unwrap().to_vec();
    refused(
        load(&mut terminal, other.signed()),
        Code::VERIFICATION_KEY_NOT_FOUND,
    );
    let many: Vec<_> = (0..500_u16)
        .map(|number| [&number.to_be_bytes()[..], &[0x5A; 6]].concat())
        .collect();
    refused(
        load(&mut terminal, List::of(1, &many).signed()),
        Code::NOT_ENOUGH_MEMORY_SPACE,
    );
    assert!(terminal.card().state().revocation_lists.is_empty());
    terminal.card().arm_failure("LoadCrl");
    refused(
        load(&mut terminal, List::of(1, &[]).signed()),
        Code::UNDEFINED_ERROR,
    );
}
