// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which events ES11.AuthenticateClient lists (SGP.22 §5.8.2).

use certs::Curve;
use rsp::id::Eid;
use rsp::json::Es9Request;
use rsp::raw::Raw;
use serde_json::Value;
use smdp::Binding;

use crate::kit::{
    ALTERNATIVE, DsKit, ROOT, SMDP, Wires, client, entries, entry, register, register_forwarded,
    registration, smdp1, smdp2,
};
use crate::support::euicc::Euicc;

/// TC_SM-DS_ES11.AuthenticateClient (group)
#[test]
fn an_event_is_found_by_its_event_id_or_by_none() {
    for curve in Curve::ALL {
        for binding in Binding::ALL {
            for event_id in [None, Some(""), Some("EVENT-1")] {
                let kit = DsKit::new();
                kit.register(&smdp1(), "EVENT-1").unwrap();
                let mut lpa = kit.lpa_on(curve, binding);
                lpa.matching_id = event_id.map(str::to_owned);
                let ok = lpa.authenticate(&kit).events();
                assert_eq!(entries(&ok), [entry("EVENT-1", SMDP)]);
            }
        }
    }
}

#[test]
fn the_answer_has_the_members_of_the_clause() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    let answer = kit.lpa().authenticate(&kit);
    let body: Value = serde_json::from_slice(&answer.http.body).unwrap();
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["header", "transactionId", "eventEntries"]);
    assert_eq!(
        body["eventEntries"],
        serde_json::json!([{"eventId": "EVENT-1", "rspServerAddress": SMDP}])
    );
    let answer = kit
        .lpa_on(Curve::NistP256, Binding::Asn1)
        .authenticate(&kit);
    let tag = rsp::tlv::Tlv::only(&answer.http.body).unwrap().value;
    assert!(tag.starts_with(&[0xBF, 0x40]), "{}", hex::encode(tag));
}

/// TC_SM-DS_ES11.AuthenticateClient_Nominal#D01
#[test]
fn nominal_d01_no_event_is_an_empty_list() {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        let ok = kit
            .lpa_on(Curve::NistP256, binding)
            .authenticate(&kit)
            .events();
        assert_eq!(entries(&ok), []);
    }
}

/// TC_SM-DS_ES11.AuthenticateClient_Nominal#D02
#[test]
fn nominal_d02_two_events_are_listed_in_the_order_of_their_registration() {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        for event_id in ["EVENT-2", "EVENT-1"] {
            kit.register(&smdp1(), event_id).unwrap();
        }
        let ok = kit
            .lpa_on(Curve::NistP256, binding)
            .authenticate(&kit)
            .events();
        assert_eq!(
            entries(&ok),
            [entry("EVENT-2", SMDP), entry("EVENT-1", SMDP)]
        );
    }
}

/// TC_SM-DS_ES11.AuthenticateClient_Nominal#D03
#[test]
fn nominal_d03_an_event_of_an_alternative_sm_ds_points_to_it() {
    let (root, alternative) = (DsKit::new(), DsKit::alternative());
    let wires = Wires::new(client(certs::Role::DsTls), &[(ROOT, &root)]);
    alternative.service.set_peers(wires);
    alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    let listed = root.listed();
    assert_eq!(listed.len(), 1);
    let (event_id, address) = &listed[0];
    assert_eq!(address, ALTERNATIVE);
    assert_ne!(event_id, "EVENT-1");
    // The device goes there with the EventID of the root, and learns the one of the SM-DP+.
    for event_id in [Some(event_id.clone()), Some("EVENT-1".to_owned()), None] {
        let mut lpa = alternative.lpa();
        lpa.matching_id = event_id;
        let ok = lpa.authenticate(&alternative).events();
        assert_eq!(entries(&ok), [entry("EVENT-1", SMDP)]);
    }
}

/// TC_SM-DS_ES11.AuthenticateClient_Nominal#D04
#[test]
fn nominal_d04_an_eim_in_the_role_of_the_client_is_served() {
    // What an eIM sends differs by a header in JSON, by its version, and by what an IoT eUICC
    // signs.
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    let mut lpa = kit.lpa();
    let iot = vec![0xB4, 0x05, 0x80, 0x03, 0x01, 0x02, 0x00];
    lpa.euicc.info2.additions = [iot].into_iter().collect();
    let ok = lpa.initiated(&kit);
    let signed = Raw::new(lpa.euicc.signed1(&ok, None)).unwrap();
    let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate_with(&ok, signed));
    let mut body: Value = serde_json::from_slice(&request.to_json().unwrap()).unwrap();
    body["header"] = serde_json::json!({
        "functionRequesterIdentifier": "eim1.test.example",
        "functionCallIdentifier": "1"
    });
    let mut call = crate::kit::call(
        None,
        &request.function().path(),
        body.to_string().as_bytes(),
    );
    call.protocol = Some("gsma/rsp/v2.1.0".parse().unwrap());
    let answer = kit.send(call);
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["eventEntries"][0]["eventId"], "EVENT-1");
}

/// TC_SM-DS_ES11.AuthenticateClient_Nominal#D05
#[test]
fn nominal_d05_a_deleted_event_is_not_listed() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    kit.register(&smdp1(), "EVENT-2").unwrap();
    kit.delete(&smdp1(), "EVENT-1").unwrap();
    assert_eq!(kit.listed(), [entry("EVENT-2", SMDP)]);
    let mut lpa = kit.lpa();
    lpa.matching_id = Some("EVENT-1".to_owned());
    lpa.authenticate(&kit).refused("8.9.5", "3.9");
}

#[test]
fn events_of_other_euiccs_are_not_listed() {
    let kit = DsKit::new();
    let other: Eid = "89049032000000000000000000000001".parse().unwrap();
    let mut registration = registration("EVENT-2");
    registration.eid = other;
    kit.register(&smdp1(), "EVENT-1").unwrap();
    kit.es12(
        &smdp1(),
        &rsp::json::Es12Request::RegisterEvent(registration),
    )
    .unwrap();
    assert_eq!(kit.listed(), [entry("EVENT-1", SMDP)]);
    let euicc = Euicc::with_eid(&kit.pki, Curve::NistP256, other);
    let ok = kit
        .lpa_around(euicc, Binding::Json)
        .authenticate(&kit)
        .events();
    assert_eq!(entries(&ok), [entry("EVENT-2", SMDP)]);
}

#[test]
fn one_event_id_of_two_servers_gives_two_entries() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    kit.register(&smdp1(), "EVENT-2").unwrap();
    let mut second = registration("EVENT-1");
    second.rsp_server_address = "smdp2.test.example".to_owned();
    kit.es12(&smdp2(), &rsp::json::Es12Request::RegisterEvent(second))
        .unwrap();
    let mut lpa = kit.lpa();
    lpa.matching_id = Some("EVENT-1".to_owned());
    let ok = lpa.authenticate(&kit).events();
    assert_eq!(
        entries(&ok),
        [
            entry("EVENT-1", SMDP),
            entry("EVENT-1", "smdp2.test.example")
        ]
    );
}

#[test]
fn a_registration_that_the_root_has_not_accepted_yet_is_not_listed() {
    let alternative = DsKit::alternative();
    // No peers: the root is not accessible.
    assert!(
        alternative
            .es12(&smdp1(), &register_forwarded("EVENT-1"))
            .is_err()
    );
    assert_eq!(alternative.listed(), []);
    alternative.es12(&smdp1(), &register("EVENT-1")).unwrap();
    assert_eq!(alternative.listed(), [entry("EVENT-1", SMDP)]);
}
