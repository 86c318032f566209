// SPDX-License-Identifier: MIT OR Apache-2.0
//! An associated eIM as the card describes it, and ESipa towards it.

use rasn::{Decode, Encode};
use rsp::der;
use rsp::sgp32::{
    EimConfigurationData, EimConfigurationDataTrustedPublicKeyDataTls as TrustedKey, EimIdType,
    EuiccPackageResult, ProvideEimPackageResultResponse,
};

use super::{Error, Ipa};
use crate::wire::esipa_client::Client;
use crate::wire::http::PostError;
use crate::wire::tls::Trust;

/// One eIM that the card is associated with.
#[derive(Debug)]
pub(crate) struct Eim {
    /// `eimId`.
    pub(crate) id: String,
    /// The association token, when the card has given one.
    pub(crate) association_token: Option<i64>,
    client: Client,
}

impl Eim {
    /// Reads one entry of the eIM configuration data (SGP.32 §2.11.1.1.1). The address is
    /// `eimFqdn`, or the `eimId` itself when that is an FQDN; trust comes from the card, or from
    /// the CI roots when the card names none (SGP.32 §6.1).
    pub(crate) fn new(data: &EimConfigurationData, ipa: &Ipa) -> Result<Self, Error> {
        let by_id = data.eim_id_type == Some(EimIdType::EIM_ID_TYPE_FQDN);
        let address = match &data.eim_fqdn {
            Some(fqdn) => fqdn.clone(),
            None if by_id => data.eim_id.clone(),
            None => return Err(Error::NoAddress(data.eim_id.clone())),
        };
        let trust = match &data.trusted_public_key_data_tls {
            Some(TrustedKey::TrustedEimPkTls(key)) => Trust::PublicKey(key.as_der().to_vec()),
            Some(TrustedKey::TrustedCertificateTls(certificate)) => {
                Trust::Certificate(certificate.as_der().to_vec())
            }
            None => Trust::Roots(ipa.roots.clone()),
        };
        let client = Client::new(&address, ipa.resolver.clone(), &trust, ipa.env.now()).map_err(
            |source| Error::Esipa {
                function: "TLS set-up",
                source,
            },
        )?;
        Ok(Self {
            id: data.eim_id.clone(),
            association_token: data.association_token,
            client: client.with_timeout(ipa.timeout),
        })
    }

    /// Posts one message and returns the answer's bytes.
    pub(crate) async fn post<Q: Encode>(
        &self,
        function: &'static str,
        message: &Q,
    ) -> Result<Vec<u8>, Error> {
        let body = der::encode(message)?;
        self.client
            .post(body)
            .await
            .map_err(|source| Error::Esipa { function, source })
    }

    /// Posts one message and decodes the answer.
    pub(crate) async fn call<Q: Encode, R: Decode>(
        &self,
        function: &'static str,
        message: &Q,
    ) -> Result<R, Error> {
        let answer = self.post(function, message).await?;
        der::decode(&answer).map_err(|source| Error::Answer { function, source })
    }

    /// ESipa.ProvideEimPackageResult (SGP.32 §5.14.6): the sequence numbers that the eIM
    /// acknowledges. An error of the eIM is an error here: the results stay on the card.
    pub(crate) async fn provide<Q: Encode>(&self, message: &Q) -> Result<Vec<i64>, Error> {
        match self.call("ProvideEimPackageResult", message).await? {
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

/// Whether an exchange failed because the network is gone, as opposed to a server that answers in a
/// way it should not: only the former justifies a rollback (SGP.32 §3.3.1).
pub(crate) const fn is_loss_of_network(error: &PostError) -> bool {
    match error {
        PostError::Host(_)
        | PostError::Connect { .. }
        | PostError::Http(_)
        | PostError::Timeout(_) => true,
        PostError::Tls(_) | PostError::Request(_) | PostError::Body(_) | PostError::Status(_) => {
            false
        }
    }
}
