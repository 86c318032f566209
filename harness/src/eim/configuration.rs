// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIM of `harness eim serve` as others have to know it: its keys and its configuration data.

use certs::{Credential, Pki, PkiError, Role};
use rsp::ecdsa::Curve;
use rsp::schema::EncodeError;
use serde_json::{Value, json};

/// The eIM's own credentials; the same PKI and eimId always give the same ones.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Signs eUICC packages.
    pub(crate) signing: Credential,
    /// Serves ESipa.
    pub(crate) tls: Credential,
}

impl Keys {
    pub(crate) fn new(pki: &Pki, eim_id: &str) -> Result<Self, PkiError> {
        Ok(Self {
            signing: pki.issue_eim_signing(eim_id, Curve::NistP256)?,
            tls: issue_tls(pki, eim_id)?,
        })
    }
}

/// The certificate of an eIM's servers, for its own name and, on one machine, `localhost`.
pub(crate) fn issue_tls(pki: &Pki, eim_id: &str) -> Result<Credential, PkiError> {
    pki.issue_tls(Role::EimTls, &[eim_id, "localhost"], Curve::NistP256)
}

/// `EimConfigurationData` (SGP.32 §2.11.1.1.1). The first package has a counter above
/// `counter_value`.
pub(super) fn configuration(
    eim_id: &str,
    spki: &[u8],
    tls_certificate: &[u8],
    counter_value: i64,
    with_token: bool,
) -> Value {
    let mut configuration = json!({
        "eimId": eim_id,
        "eimFqdn": eim_id,
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": counter_value,
        "eimPublicKeyData": { "eimPublicKey": hex::encode(spki) },
        "trustedPublicKeyDataTls": { "trustedCertificateTls": hex::encode(tls_certificate) },
        "eimSupportedProtocol": ["eimRetrieveHttps"],
        "indirectProfileDownload": {},
    });
    if let (true, Some(members)) = (with_token, configuration.as_object_mut()) {
        // -1 asks the card for one
        members.insert("associationToken".to_owned(), json!(-1));
    }
    configuration
}

/// `AddInitialEimRequest` (SGP.32 §5.9.4) for this eIM alone.
pub(crate) fn add_initial_eim(
    keys: &Keys,
    eim_id: &str,
    counter_value: i64,
    with_token: bool,
) -> Result<Vec<u8>, EncodeError> {
    let spki = keys.signing.key.public_key().to_spki();
    let certificate = &keys.tls.certificate;
    let data = configuration(eim_id, &spki, certificate, counter_value, with_token);
    let request = json!({ "eimConfigurationDataList": [data] });
    rsp::schema::from_value("AddInitialEimRequest", &request)
}
