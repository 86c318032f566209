// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signing results and errors of eUICC packages (SGP.32 §2.11.2.1).

use rsp::asn1::OctetString;
use rsp::association::token_tlv;
use rsp::raw::Additions;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimConfigurationData, EuiccPackageErrorCode, EuiccPackageErrorDataSigned,
    EuiccPackageErrorSigned, EuiccPackageResult, EuiccPackageResultDataSigned,
    EuiccPackageResultSigned, EuiccResultData,
};
use rsp::tlv::Tag;

use crate::config::EuiccCredential;
use crate::context::{Context, Fault};
use crate::dialect;
use crate::personality::{Keys, ResultSignature};
use crate::state::{Pending, PendingKind};

/// Which package a result belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) eim_id: String,
    pub(crate) counter_value: i64,
    pub(crate) eim_transaction_id: Option<Vec<u8>>,
    /// eimSignature of the package, which results of SGP.32 v1.0 are signed over.
    pub(crate) eim_signature: Vec<u8>,
}

/// What signs for one association.
#[derive(Debug)]
pub(crate) struct Signer<'a> {
    credential: &'a EuiccCredential,
    token: Option<i64>,
    keys: &'a Keys,
}

impl<'a> Signer<'a> {
    /// The credential under the eIM's euiccCiPKId, or the first (SGP.32 §2.11.1.1.1).
    pub(crate) fn new(
        card: &Context<'a>,
        configuration: &EimConfigurationData,
        token: Option<i64>,
    ) -> Result<Self, Fault> {
        let credential = match &configuration.euicc_ci_pk_id {
            None => card.first_credential()?,
            Some(id) => card
                .credential_for_signing(id)
                .ok_or_else(|| Fault::Credential(hex::encode(&**id)))?,
        };
        Ok(Self {
            credential,
            token,
            keys: card.keys(),
        })
    }

    fn sign(&self, data: &[u8], eim_signature: &[u8]) -> OctetString {
        let mut covered = data.to_vec();
        match self.keys.epr_sign {
            ResultSignature::Token => covered.extend(token_tlv(self.token)),
            ResultSignature::PackageSignature => {
                rsp::tlv::write(&mut covered, Tag::new(0x5F37), eim_signature);
            }
            ResultSignature::NoToken => {}
        }
        OctetString::from(self.credential.private_key.sign(&covered))
    }

    /// euiccPackageResultSigned under the next sequence number; it is kept until it is removed.
    pub(crate) fn result(
        &self,
        card: &mut Context<'_>,
        origin: Origin,
        results: Vec<EuiccResultData>,
    ) -> Result<(i64, Vec<u8>), Fault> {
        let sequence_number = card.state.take_result_number();
        let data = EuiccPackageResultDataSigned {
            eim_id: origin.eim_id,
            counter_value: origin.counter_value,
            eim_transaction_id: origin.eim_transaction_id.map(TransactionId::from),
            seq_number: sequence_number,
            euicc_result: results,
            additions: Additions::none(),
        };
        let data = dialect::result_data(self.keys, data)?;
        let result = EuiccPackageResult::EuiccPackageResultSigned(EuiccPackageResultSigned {
            euicc_sign_epr: self.sign(data.bytes(), &origin.eim_signature),
            euicc_package_result_data_signed: data,
            additions: Additions::none(),
        });
        let bytes = dialect::encode_result(self.keys, result)?;
        if self.keys.keep_epr {
            card.state.pending.push(Pending {
                sequence_number,
                kind: PendingKind::EuiccPackageResult,
                bytes: bytes.clone(),
            });
        }
        Ok((sequence_number, bytes))
    }

    /// euiccPackageErrorSigned; it has no sequence number and is not kept.
    pub(crate) fn error(
        &self,
        origin: Origin,
        code: EuiccPackageErrorCode,
    ) -> Result<Vec<u8>, Fault> {
        let data = EuiccPackageErrorDataSigned {
            eim_id: origin.eim_id,
            counter_value: origin.counter_value,
            eim_transaction_id: origin.eim_transaction_id.map(TransactionId::from),
            euicc_package_error_code: code,
            additions: Additions::none(),
        };
        let data = dialect::error_data(self.keys, data)?;
        let error = EuiccPackageResult::EuiccPackageErrorSigned(EuiccPackageErrorSigned {
            euicc_sign_epe: self.sign(data.bytes(), &origin.eim_signature),
            euicc_package_error_data_signed: data,
            additions: Additions::none(),
        });
        dialect::encode_result(self.keys, error)
    }
}
