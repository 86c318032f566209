// SPDX-License-Identifier: MIT OR Apache-2.0
//! An associated eIM as the card describes it, and ESipa towards it.

use rsp::der::CodecError;
use rsp::dialect::Dialect;
use rsp::sgp32::{
    EimConfigurationData, EimConfigurationDataTrustedPublicKeyDataTls as TrustedKey, EimIdType,
    EimSupportedProtocol, EsipaMessageFromIpaToEim, EuiccPackageResult, GetEimPackageRequest,
    HandleNotificationEsipa, ProvideEimPackageResult, ProvideEimPackageResultResponse,
};

use super::{Error, Ipa, misencode};
use crate::defect::{Defects, IpaDefect};
use crate::wire::binding::Binding;
use crate::wire::coap::Psk;
use crate::wire::dialect::{Function, Package, read_answer, read_package, write_request};
use crate::wire::esipa_client::{Client, Speech};
use crate::wire::tls::Trust;

/// One eIM that the card is associated with.
#[derive(Debug)]
pub(crate) struct Eim {
    /// `eimId`.
    pub(crate) id: String,
    /// The association token, when the card has given one.
    pub(crate) association_token: Option<i64>,
    /// The wire version that is spoken with it.
    pub(crate) dialect: Dialect,
    client: Client,
    /// How its TLS certificate is checked.
    pub(crate) trust: Trust,
    /// Deliberate mistakes in what is sent.
    defects: Defects<IpaDefect>,
}

impl Eim {
    /// Reads one entry of the eIM configuration data (SGP.32 §2.11.1.1.1). The address is
    /// `eimFqdn`, or the `eimId` itself when that is an FQDN; trust comes from the card, or from
    /// the CI roots when the card names none (SGP.32 §6.1).
    pub(crate) fn new(data: &EimConfigurationData, ipa: &Ipa) -> Result<Self, Error> {
        if ipa.has(IpaDefect::RefusesUnknownMembers) && !data.additions.is_empty() {
            return Err(Error::NoAddress(data.eim_id.clone()));
        }
        let by_id = data.eim_id_type == Some(EimIdType::EIM_ID_TYPE_FQDN);
        let address = match &data.eim_fqdn {
            Some(_) if ipa.has(IpaDefect::ContactsEimId) => data.eim_id.clone(),
            Some(fqdn) => fqdn.clone(),
            None if by_id => data.eim_id.clone(),
            None => return Err(Error::NoAddress(data.eim_id.clone())),
        };
        let trust = match &data.trusted_public_key_data_tls {
            _ if ipa.has(IpaDefect::SkipsTlsVerification) => Trust::Anyone,
            _ if ipa.has(IpaDefect::TrustsEveryCi) => Trust::Roots(ipa.roots.clone()),
            Some(TrustedKey::TrustedEimPkTls(key)) => Trust::PublicKey(key.as_der().to_vec()),
            Some(TrustedKey::TrustedCertificateTls(certificate)) => {
                Trust::Certificate(certificate.as_der().to_vec())
            }
            None => Trust::Roots(ipa.roots.clone()),
        };
        let (resolver, now) = (ipa.resolver.clone(), ipa.env.now());
        let client = if is_for_coap(data, ipa.settings.binding) {
            let mut settings = ipa.settings.coap.clone();
            if ipa.has(IpaDefect::OffersPreSharedKey) {
                settings.psk = Some(Psk::laboratory());
            }
            Ok(Client::coap(&address, resolver, &trust, now, settings))
        } else {
            Client::new(&address, resolver, &trust, now)
        };
        let client = client.map_err(|source| Error::Esipa {
            function: "TLS set-up",
            source,
        })?;
        let dialect = ipa.card.dialect;
        let speech = Speech {
            binding: binding_of(ipa.settings.binding, dialect),
            dialect,
            caller: ipa.settings.caller,
            defects: ipa.settings.defects.clone(),
        };
        Ok(Self {
            id: data.eim_id.clone(),
            association_token: data.association_token,
            dialect,
            client: client.with_timeout(ipa.timeout).speaking(speech),
            trust,
            defects: ipa.settings.defects.clone(),
        })
    }

    /// Asks for the next package (ESipa.GetEimPackage, SGP.32 §5.14.5).
    pub(crate) async fn package(&self, request: GetEimPackageRequest) -> Result<Package, Error> {
        const FUNCTION: &str = "GetEimPackage";
        let request = EsipaMessageFromIpaToEim::GetEimPackageRequest(request);
        let answer = self.post(FUNCTION, &request).await?;
        if self.defects.has(IpaDefect::SearchesForPackage)
            && let Some(package) = misencode::found_package(&answer)
        {
            return Ok(Package::Euicc(package));
        }
        let answer = match misencode::last_arm(&answer) {
            Some(last) if self.defects.has(IpaDefect::TakesLastArm) => last,
            _ => answer,
        };
        read_package(self.dialect, &answer).map_err(|source| Error::Message {
            function: FUNCTION,
            source,
        })
    }

    /// Delivers a notification or a late result; there is nothing to read (ESipa.HandleNotification,
    /// SGP.32 §5.14.7).
    pub(crate) async fn notify(&self, message: HandleNotificationEsipa) -> Result<(), Error> {
        let message = EsipaMessageFromIpaToEim::HandleNotificationEsipa(message);
        self.post("HandleNotification", &message).await.map(drop)
    }

    /// Calls a function of ESipa that has an answer.
    pub(crate) async fn call<F: Function>(&self, request: F) -> Result<F::Answer, Error> {
        let answer = self.post(F::NAME, &request.into_message()).await?;
        let message = read_answer(self.dialect, &answer).map_err(|source| Error::Message {
            function: F::NAME,
            source,
        })?;
        F::answer(message).ok_or_else(|| Error::Answer {
            function: F::NAME,
            source: CodecError::Decode {
                expected: F::NAME,
                reason: "got the answer of another function".to_owned(),
            },
        })
    }

    async fn post(
        &self,
        function: &'static str,
        message: &EsipaMessageFromIpaToEim,
    ) -> Result<Vec<u8>, Error> {
        let body = write_request(self.dialect, message)
            .map_err(|source| Error::Message { function, source })?;
        self.client
            .post(misencode::message(body, &self.defects))
            .await
            .map_err(|source| Error::Esipa { function, source })
    }

    /// ESipa.ProvideEimPackageResult (SGP.32 §5.14.6): the sequence numbers that the eIM
    /// acknowledges. An error of the eIM is an error here: the results stay on the card.
    pub(crate) async fn provide(
        &self,
        message: ProvideEimPackageResult,
    ) -> Result<Vec<i64>, Error> {
        match self.call(message).await? {
            ProvideEimPackageResultResponse::EimAcknowledgements(list) => {
                Ok(list.0.iter().map(|number| number.0).collect())
            }
            ProvideEimPackageResultResponse::EmptyResponse(_) => Ok(Vec::new()),
            ProvideEimPackageResultResponse::ProvideEimPackageResultError(code) => {
                Err(Error::Refused {
                    function: "ProvideEimPackageResult",
                    code: code.to_string(),
                })
            }
        }
    }

    /// Whether a result was made for this eIM.
    pub(crate) fn owns(&self, result: &EuiccPackageResult) -> bool {
        let id = match result {
            EuiccPackageResult::EuiccPackageResultSigned(signed) => {
                &signed.euicc_package_result_data_signed.eim_id
            }
            EuiccPackageResult::EuiccPackageErrorSigned(signed) => {
                &signed.euicc_package_error_data_signed.eim_id
            }
            EuiccPackageResult::EuiccPackageErrorUnsigned(unsigned) => &unsigned.eim_id,
        };
        *id == self.id
    }
}

/// JSON came with v1.1: before, there is ASN.1 alone (SGP.32 §6.4).
fn binding_of(preferred: Binding, dialect: Dialect) -> Binding {
    match (preferred, dialect) {
        (Binding::Json, Dialect::V1_0) => Binding::Asn1,
        (preferred, _) => preferred,
    }
}

/// Whether an eIM is spoken to over CoAP: when that is preferred, or the eIM retrieves in no other
/// way (`eimSupportedProtocol`, SGP.32 §2.11.1.1.1).
fn is_for_coap(data: &EimConfigurationData, preferred: Binding) -> bool {
    let only = data.eim_supported_protocol.as_ref().is_some_and(|known| {
        known.has(EimSupportedProtocol::EIM_RETRIEVE_COAPS)
            && !known.has(EimSupportedProtocol::EIM_RETRIEVE_HTTPS)
    });
    only || preferred == Binding::Coap
}
