// SPDX-License-Identifier: MIT OR Apache-2.0
//! LoadProfileElements (SGP.22 §5.5.5).

use rsp::ecdsa::Curve;
use rsp::sgp22::*;

use crate::common::*;
use crate::metadata::with_metadata;
use crate::result::{expect_success, load_fails};

#[test]
fn element_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::LOAD_PROFILE_ELEMENTS;
    let fails = |elements: Vec<u8>, reason| {
        let package = Package {
            elements,
            ..Package::new()
        };
        load_fails(|server, otpk| server.bind(otpk, &package), command, reason)
    };
    fails(
        elements("89000123456789012358"),
        Reason::INSTALL_FAILED_DUE_TO_ICCID_MISMATCH,
    );
    let processing = Reason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR;
    // the end element is missing
    let whole = elements("89000123456789012341");
    let error = fails(whole[..whole.len() - 7].to_vec(), processing);
    let sima: rsp::pe::EuiccResponse = rsp::der::decode(&error.sima_response.unwrap()).unwrap();
    assert_eq!(
        sima.pe_status[0].status,
        rsp::pe::PeStatusStatus::INVALID_REQUEST_FORMAT
    );
    assert!(sima.profile_installation_aborted.is_some());
    // a profile package of a version to come
    let mut newer = whole.clone();
    newer[4] = 9;
    let error = fails(newer, processing);
    let sima: rsp::pe::EuiccResponse = rsp::der::decode(&error.sima_response.unwrap()).unwrap();
    assert_eq!(
        sima.pe_status[0].status,
        rsp::pe::PeStatusStatus::UNSUPPORTED_PROFILE_VERSION
    );
    // something behind the end
    fails(
        [whole.as_slice(), &[0xAA, 5, 0xA0, 3, 0x81, 1, 3]].concat(),
        processing,
    );
    // more than the card can hold
    let mut heavy = rsp::tlv::tlv(rsp::tlv::Tag::new(0xA9), &[0; 600_000]);
    heavy.splice(0..0, whole[..whole.len() - 7].iter().copied());
    fails(
        heavy,
        Reason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE,
    );
}

/// The test package of the file system with other authentication parameters.
fn with_key(algorithm: &str, options: &str, key: &str) -> Vec<u8> {
    let package = include_str!("../uicc/package.yaml");
    let mut elements: Vec<serde_json::Value> = serde_saphyr::from_str(package).unwrap();
    for element in &mut elements {
        if let Some(header) = element.get_mut("header") {
            header["iccid"] = "89000123456789012341".into();
        }
        if let Some(parameters) = element.get_mut("akaParameter") {
            let parameters = &mut parameters["algoConfiguration"]["algoParameter"];
            parameters["algorithmID"] = algorithm.into();
            parameters["algorithmOptions"] = options.into();
            parameters["key"] = key.into();
        }
    }
    rsp::package::build(&elements).unwrap()
}

#[test]
fn a_test_profile_has_a_key_that_everybody_knows() {
    let known = "000102030405060708090a0b0c0d0eff";
    let secret = "465b5ce8b199b49faa5f0a2ee238a6bc";
    let of_class = |class, elements| Package {
        elements,
        ..with_metadata(|metadata| metadata.profile_class = Some(class))
    };
    let package = of_class(ProfileClass::TEST, with_key("milenage", "01", secret));
    load_fails(
        |server, otpk| server.bind(otpk, &package),
        BppCommandId::LOAD_PROFILE_ELEMENTS,
        ErrorReason::TEST_PROFILE_INSTALL_FAILED_DUE_TO_INVALID_NAA_KEY,
    );
    for (class, elements) in [
        (ProfileClass::TEST, with_key("milenage", "01", known)),
        (
            ProfileClass::TEST,
            with_key("usim-test-algorithm", "02", secret),
        ),
        (
            ProfileClass::OPERATIONAL,
            with_key("milenage", "01", secret),
        ),
    ] {
        let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
        let otpk = prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &of_class(class, elements));
        expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    }
}

/// Elements between the header and the end.
fn elements_with(more: &[serde_json::Value]) -> Vec<u8> {
    let mut whole = elements("89000123456789012341");
    let end = whole.len() - 7;
    whole.splice(end..end, rsp::package::build(more).unwrap());
    whole
}

#[test]
fn the_response_names_the_element_that_fails() {
    use rsp::pe::PeStatusStatus as Status;
    use serde_json::json;
    let mf = json!({"mf": {
        "mf-header": {"mandated": {}, "identification": 7}, "templateID": "2.23.143.1.2.1",
        "mf": [], "ef-iccid": [], "ef-dir": [], "ef-arr": [],
    }});
    let file = |size: &str| {
        json!({"genericFileManagement": {
            "gfm-header": {"mandated": {}, "identification": 8},
            "fileManagementCMD": [[{"createFCP": {
                "fileDescriptor": "4121", "fileID": "2f01", "efFileSize": size,
                "securityAttributesReferenced": "01",
            }}]],
        }})
    };
    let sized = json!([{"fileDescriptor": {"fileDescriptor": "42210010", "efFileSize": "10"}}]);
    let mut whole_mf = mf.clone();
    whole_mf["mf"]["ef-dir"] = sized.clone();
    whole_mf["mf"]["ef-arr"] = sized;
    let processing = ErrorReason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR;
    let memory = ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE;
    for (more, reason, status, identification) in [
        // EF.DIR has no size
        (vec![mf], processing, Status::BAD_VALUES, 7),
        (
            vec![file("10")],
            processing,
            Status::INVALID_REQUEST_FORMAT,
            8,
        ),
        (
            vec![whole_mf, file("7fffffff")],
            memory,
            Status::NOT_ENOUGH_MEMORY,
            8,
        ),
    ] {
        let package = Package {
            elements: elements_with(&more),
            ..Package::new()
        };
        let error = load_fails(
            |server, otpk| server.bind(otpk, &package),
            BppCommandId::LOAD_PROFILE_ELEMENTS,
            reason,
        );
        let sima: rsp::pe::EuiccResponse = rsp::der::decode(&error.sima_response.unwrap()).unwrap();
        let named = &sima.pe_status[0];
        assert_eq!(
            (named.status, named.identification),
            (status, Some(identification))
        );
    }
}

#[test]
fn an_element_that_was_left_out_is_in_the_response() {
    let unknown = serde_json::json!({"cd": {
        "cd-header": {"identification": 12}, "templateID": "2.23.143.1.2.200", "df-cd": [],
    }});
    let sized = [serde_json::json!({"fileDescriptor": {
        "fileDescriptor": "42210010", "efFileSize": "10",
    }})];
    let mf = serde_json::json!({"mf": {
        "mf-header": {"mandated": {}, "identification": 7}, "templateID": "2.23.143.1.2.1",
        "mf": [], "ef-iccid": [], "ef-dir": sized, "ef-arr": sized,
    }});
    let package = Package {
        elements: elements_with(&[mf, unknown]),
        ..Package::new()
    };
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &package);
    let response = terminal.load_bound_profile_package(&bpp).unwrap();
    let sima = expect_success(&response).sima_response;
    let sima: rsp::pe::EuiccResponse = rsp::der::decode(&sima).unwrap();
    let statuses: Vec<_> = sima
        .pe_status
        .iter()
        .map(|status| (status.status, status.identification))
        .collect();
    let left_out = rsp::pe::PeStatusStatus::TEMPLATE_NOT_SUPPORTED;
    let ok = rsp::pe::PeStatusStatus::OK;
    assert_eq!(statuses, [(left_out, Some(12)), (ok, None)]);
    assert_eq!(sima.profile_installation_aborted, None);
}
