// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers of ES9+ and ES11 (SGP.22 §6.5.2.6 to §6.5.2.12).

use serde_json::{Map, Value};

use super::header;
use super::member::{
    base64, chain, key_identifier, signature, string, to_base64, to_chain, to_hex,
    to_key_identifier, to_signature, transaction_id,
};
use super::request::{encoded, typed};
use super::{Failure, Function, JsonError, parse};
use crate::asn1::Certificate;
use crate::raw::Raw;
use crate::sgp22::{
    AuthenticateClientOk, AuthenticateClientOkEs11, EventEntries, GetBoundProfilePackageOk,
    InitiateAuthenticationOkEs9, TransactionId,
};

/// Which server answers: the two differ in what AuthenticateClient gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// An SM-DP+.
    Es9,
    /// An SM-DS.
    Es11,
}

/// A successful answer, as typed message.
#[expect(
    clippy::large_enum_variant,
    reason = "one value per exchange, and the typed message is wanted as it is"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Es9Ok {
    /// SGP.22 §5.6.1, §5.8.1.
    InitiateAuthentication(InitiateAuthenticationOkEs9),
    /// SGP.22 §5.6.2.
    GetBoundProfilePackage(GetBoundProfilePackageOk),
    /// SGP.22 §5.6.3.
    AuthenticateClient(AuthenticateClientOk),
    /// SGP.22 §5.8.2.
    AuthenticateClientEs11(AuthenticateClientOkEs11),
    /// SGP.22 §5.6.4: HTTP 204 without a body.
    HandleNotification,
    /// SGP.22 §5.6.5: the header alone.
    CancelSession,
}

/// What a function answers.
pub type Es9Response = Result<Es9Ok, Failure>;

/// Writes the body of an answer; HandleNotification has none, whatever its outcome.
///
/// # Errors
/// A member has no encoding.
pub fn encode_response(response: &Es9Response) -> Result<Vec<u8>, JsonError> {
    let mut body = Map::new();
    body.insert("header".to_owned(), header::encode(response.as_ref().err()));
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    match response {
        Err(_) | Ok(Es9Ok::CancelSession) => {}
        Ok(Es9Ok::HandleNotification) => return Ok(Vec::new()),
        Ok(Es9Ok::InitiateAuthentication(ok)) => {
            put("transactionId", to_hex(&ok.transaction_id));
            put("serverSigned1", to_base64(ok.server_signed1.bytes()));
            put("serverSignature1", to_signature(&ok.server_signature1));
            if let Some(key_id) = &ok.euicc_ci_pk_id_to_be_used {
                put("euiccCiPKIdToBeUsed", to_key_identifier(key_id));
            }
            put(
                "serverCertificate",
                to_base64(ok.server_certificate.as_der()),
            );
            if let Some(chain) = &ok.other_certs_in_chain {
                put("otherCertsInChain", to_chain(chain));
            }
        }
        Ok(Es9Ok::GetBoundProfilePackage(ok)) => {
            put("transactionId", to_hex(&ok.transaction_id));
            put("boundProfilePackage", encoded(&ok.bound_profile_package)?);
        }
        Ok(Es9Ok::AuthenticateClient(ok)) => {
            put("transactionId", to_hex(&ok.transaction_id));
            if let Some(metadata) = &ok.profile_meta_data {
                put("profileMetadata", encoded(metadata)?);
            }
            if let Some((signed2, signature2, certificate)) = ok.download_parts() {
                put("smdpSigned2", to_base64(signed2.bytes()));
                put("smdpSignature2", to_signature(signature2));
                put("smdpCertificate", to_base64(certificate.as_der()));
            }
        }
        Ok(Es9Ok::AuthenticateClientEs11(ok)) => {
            put("transactionId", to_hex(&ok.transaction_id));
            let entries = ok.event_entries.iter().map(event_entry).collect();
            put("eventEntries", Value::Array(entries));
        }
    }
    Ok(Value::Object(body).to_string().into_bytes())
}

fn event_entry(entry: &EventEntries) -> Value {
    let mut object = Map::new();
    object.insert("eventId".to_owned(), Value::from(entry.event_id.as_str()));
    object.insert(
        "rspServerAddress".to_owned(),
        Value::from(entry.rsp_server_address.as_str()),
    );
    Value::Object(object)
}

/// Reads the body of an answer.
///
/// # Errors
/// The body is no JSON object, has no readable header, or lacks a member of a success.
pub fn decode_response(
    interface: Interface,
    function: Function,
    body: &[u8],
) -> Result<Es9Response, JsonError> {
    if function == Function::HandleNotification && body.is_empty() {
        return Ok(Ok(Es9Ok::HandleNotification));
    }
    let body = &parse(body)?;
    if let Some(failure) = header::decode(body)? {
        return Ok(Err(failure));
    }
    Ok(Ok(match (function, interface) {
        (Function::InitiateAuthentication, _) => {
            Es9Ok::InitiateAuthentication(initiate_authentication(body)?)
        }
        (Function::GetBoundProfilePackage, _) => {
            Es9Ok::GetBoundProfilePackage(GetBoundProfilePackageOk {
                transaction_id: TransactionId(transaction_id(body)?),
                bound_profile_package: typed(body, "boundProfilePackage")?,
                additions: Default::default(),
            })
        }
        (Function::AuthenticateClient, Interface::Es9) => {
            Es9Ok::AuthenticateClient(authenticate_client(body)?)
        }
        (Function::AuthenticateClient, Interface::Es11) => {
            Es9Ok::AuthenticateClientEs11(authenticate_client_es11(body)?)
        }
        (Function::HandleNotification, _) => Es9Ok::HandleNotification,
        (Function::CancelSession, _) => Es9Ok::CancelSession,
    }))
}

fn initiate_authentication(
    body: &Map<String, Value>,
) -> Result<InitiateAuthenticationOkEs9, JsonError> {
    Ok(InitiateAuthenticationOkEs9 {
        transaction_id: TransactionId(transaction_id(body)?),
        server_signed1: raw(body, "serverSigned1")?,
        server_signature1: signature(body, "serverSignature1")?.into(),
        euicc_ci_pk_id_to_be_used: Some(key_identifier(body, "euiccCiPKIdToBeUsed")?.into()),
        server_certificate: certificate(body, "serverCertificate")?,
        other_certs_in_chain: chain(body, "otherCertsInChain")?,
        crl_list: None,
        additions: Default::default(),
    })
}

fn authenticate_client(body: &Map<String, Value>) -> Result<AuthenticateClientOk, JsonError> {
    Ok(AuthenticateClientOk {
        transaction_id: TransactionId(transaction_id(body)?),
        profile_meta_data: Some(typed(body, "profileMetadata")?),
        prepare_download_request: None,
        smdp_signed2: Some(raw(body, "smdpSigned2")?),
        smdp_signature2: Some(signature(body, "smdpSignature2")?.into()),
        smdp_certificate: Some(certificate(body, "smdpCertificate")?),
        additions: Default::default(),
    })
}

fn authenticate_client_es11(
    body: &Map<String, Value>,
) -> Result<AuthenticateClientOkEs11, JsonError> {
    let entries = body
        .get("eventEntries")
        .ok_or(JsonError::Missing {
            member: "eventEntries",
        })?
        .as_array()
        .ok_or_else(|| JsonError::invalid("eventEntries", "expected an array".to_owned()))?;
    let entry = |value: &Value| {
        let object = value.as_object().ok_or_else(|| {
            JsonError::invalid("eventEntries", "expected an array of objects".to_owned())
        })?;
        Ok(EventEntries {
            event_id: string(object, "eventId")?.to_owned(),
            rsp_server_address: string(object, "rspServerAddress")?.to_owned(),
            additions: Default::default(),
        })
    };
    Ok(AuthenticateClientOkEs11 {
        transaction_id: TransactionId(transaction_id(body)?),
        event_entries: entries
            .iter()
            .map(entry)
            .collect::<Result<_, JsonError>>()?,
        additions: Default::default(),
    })
}

/// A mandatory signed structure, kept as its exact bytes.
fn raw<T: rasn::Decode>(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<Raw<T>, JsonError> {
    Raw::from_bytes(base64(body, name)?)
        .map_err(|error| JsonError::invalid(name, error.to_string()))
}

fn certificate(body: &Map<String, Value>, name: &'static str) -> Result<Certificate, JsonError> {
    typed(body, name)
}
