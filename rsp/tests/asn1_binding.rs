// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bodies of the ASN.1 binding of ES9+ and ES11 (SGP.22 §6.6), against golden bytes that other
//! encoders agree on.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;

use rsp::json::{
    Es9Request, Function, Interface, asn1_function, response_from_asn1, response_to_asn1,
};

/// The bytes of one golden vector.
fn golden(folder: &str, name: &str) -> Vec<u8> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let text = std::fs::read_to_string(vectors.join(folder).join(name).with_extension("json"));
    let vector: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
    hex::decode(vector.get("der").and_then(|der| der.as_str()).unwrap()).unwrap()
}

#[test]
fn requests_are_read_and_written_as_others_do() {
    for (name, function) in [
        ("initiate_authentication", Function::InitiateAuthentication),
        ("authenticate_client", Function::AuthenticateClient),
        (
            "get_bound_profile_package",
            Function::GetBoundProfilePackage,
        ),
        ("handle_notification", Function::HandleNotification),
        ("cancel_session", Function::CancelSession),
    ] {
        let body = golden("RemoteProfileProvisioningRequest", name);
        assert_eq!(asn1_function(&body), Ok(function), "{name}");
        let request = Es9Request::from_asn1(&body).unwrap();
        assert_eq!(request.function(), function);
        assert_eq!(request.to_asn1().unwrap(), body, "{name}");
        // and the same by way of JSON
        let json = request.to_json().unwrap();
        let again = Es9Request::from_json(function, &json).unwrap();
        assert_eq!(again.to_asn1().unwrap(), body, "{name}");
    }
}

#[test]
fn answers_are_read_and_written_as_others_do() {
    let es9 = |name, function| (name, Interface::Es9, function);
    let es11 = |name| (name, Interface::Es11, Function::AuthenticateClient);
    for (name, interface, function) in [
        es9("initiate_authentication", Function::InitiateAuthentication),
        es9("authenticate_client", Function::AuthenticateClient),
        es9(
            "get_bound_profile_package",
            Function::GetBoundProfilePackage,
        ),
        es9("cancel_session", Function::CancelSession),
        es11("authenticate_client_es11"),
    ] {
        for (arm, succeeded) in [("ok", true), ("error", false)] {
            let name = format!("{name}_{arm}");
            let body = golden("RemoteProfileProvisioningResponse", &name);
            let response = response_from_asn1(interface, function, &body).unwrap();
            assert_eq!(response.is_ok(), succeeded, "{name}");
            let written = response_to_asn1(interface, function, &response).unwrap();
            assert_eq!(written, body, "{name}");
        }
    }
}
