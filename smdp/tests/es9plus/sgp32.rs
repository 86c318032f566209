// SPDX-License-Identifier: MIT OR Apache-2.0
//! What IPA and eIM bring to ES9+ and ES9+' (SGP.32 §3.2.3, §5.6).

use rsp::json::{Es9Request, Function};
use rsp::tlv::{Tag, tlv};
use serde_json::{Map, Value, json};
use smdp::{ASN1_PATH, Binding};

use crate::binding::on_the_wire;
use crate::support::answer::Answer;
use crate::support::kit::{Kit, order};
use crate::support::lpa::Lpa;
use crate::support::wire::Wire;

/// TC_SM-DP+_SGP32#D01
#[test]
fn d01_ipa() {
    on_the_wire(|_, lpa, wire| {
        for agent in [
            "gsma-rsp-ipad",
            "gsma-rsp-ipae; ipa 1.0",
            "gsma-rsp-lpae",
            "",
        ] {
            let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
            for (path, media_type, body) in [
                (
                    Function::InitiateAuthentication.path(),
                    smdp::JSON,
                    request.to_json().unwrap(),
                ),
                (ASN1_PATH.to_owned(), smdp::ASN1, request.to_asn1().unwrap()),
            ] {
                let headers = format!(
                    "User-Agent: {agent}\r\nContent-Type: {media_type}\r\n\
                     X-Admin-Protocol: gsma/rsp/v2.1.0\r\n"
                );
                let reply = wire.post(&path, &headers, &body);
                assert_eq!(reply.status, 200, "{}", reply.head);
                assert!(!reply.text().contains("Failed"));
            }
        }
    });
}

/// Calls as an eIM in the role of the LPA is seen to: a header object in every request, a media
/// type with its character set, an older version, no User-Agent.
fn as_eim(wire: &mut Wire<'_>, request: &Es9Request) -> Answer {
    let mut body: Map<String, Value> = serde_json::from_slice(&request.to_json().unwrap()).unwrap();
    let header = json!({
        "functionRequesterIdentifier": "2.25.311782205282738360923618091971140414400",
        "functionCallIdentifier": "eIM-1",
    });
    body.insert("header".to_owned(), header);
    let headers = "Content-Type: application/json;charset=UTF-8\r\n\
                   X-Admin-Protocol: gsma/rsp/v2.1.0\r\n";
    let body = Value::Object(body).to_string();
    wire.post_json(request.function(), headers, body.as_bytes())
}

/// TC_SM-DP+_SGP32#D02
#[test]
fn d02_eim() {
    on_the_wire(|kit, lpa, wire| {
        let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
        let ok = as_eim(wire, &request).initiated();
        let request = lpa.euicc.authenticate(&ok, "MATCHING-1");
        let ok = as_eim(wire, &Es9Request::AuthenticateClient(request)).authenticated();
        let request = Es9Request::GetBoundProfilePackage(lpa.euicc.prepare(&ok, None));
        let id = as_eim(wire, &request).package().transaction_id;
        let iccid = crate::support::profile::ICCID;
        let result = Es9Request::HandleNotification(lpa.euicc.result(&id, iccid, None));
        as_eim(wire, &result).response().unwrap();
        assert_eq!(kit.state(), smdp::OrderState::Installed);
    });
}

/// Downloads in both bindings with what eUICC and device say changed.
fn downloads(change: impl Fn(&mut Lpa)) {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, certs::Curve::NistP256, binding);
        change(&mut lpa);
        lpa.downloaded(&kit);
    }
}

/// `iotSpecificInfo` with one version of SGP.32.
fn iot_specific_info() -> Vec<u8> {
    tlv(
        Tag::new(0xB4),
        &tlv(Tag::new(0xA0), &tlv(Tag::new(0x04), &[1, 2, 0])),
    )
}

/// TC_SM-DP+_SGP32#D03
#[test]
fn d03_iot_specific_info() {
    downloads(|lpa| {
        lpa.euicc.info2.lpa_mode = Some(rsp::sgp22::LpaMode(1));
        lpa.euicc.info2.additions = [iot_specific_info()].into_iter().collect();
    });
}

/// TC_SM-DP+_SGP32#D04
#[test]
fn d04_device_info_without_imei() {
    downloads(|lpa| lpa.euicc.device_info.imei = None);
    downloads(|lpa| lpa.euicc.device_info.imei = Some([0x53; 8].into()));
    // four octets of TAC, as every device sends it
    downloads(|lpa| lpa.euicc.device_info.tac = vec![0x35; 4].into());
}

/// TC_SM-DP+_SGP32#D08
#[test]
fn d08_minimum_security_level() {
    downloads(|lpa| {
        let level = tlv(Tag::new(0x95), &[0x16]);
        lpa.euicc.info2.additions = [iot_specific_info(), level].into_iter().collect();
    });
}
