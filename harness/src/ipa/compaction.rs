// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an IPA that minimizes bytes leaves out (minimizeEsipaBytes, SGP.32 §2.11.2.2, §6.3.2): what
//! it has told the eIM in an answer to a data request, and what the eIM saw when it relayed.
//!
//! Nothing is left out on a guess: an eIM that was told nothing gets full forms, and a compact form
//! that would not lead back to the bytes of the card is not sent.

use rsp::asn1::ObjectIdentifier;
use rsp::chain::CertificateView;
use rsp::compact::{authenticate, cancel, download, notification};
use rsp::der;
use rsp::raw::Raw;
use rsp::sgp22::{
    CancelSessionReason, EuiccInfo1, ServerSigned1, SubjectKeyIdentifier, TransactionId,
};
use rsp::sgp32::{
    AuthenticateClientOkDpEsipa, InitiateAuthenticationOkEsipa, IpaEuiccData,
    Sgp32AuthenticateServerResponse as Authenticated, Sgp32CancelSessionResponse as Cancelled,
    Sgp32PendingNotification as Pending, Sgp32PrepareDownloadResponse as Prepared,
    Sgp32ProfileInstallationResult,
};
use rsp::tlv::{self, Tag};

use super::eim::Eim;
use super::{Ipa, misencode};
use crate::defect::IpaDefect;
use crate::wire::reencode;

/// What an eIM has been told of this card.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    info1: bool,
    info2: Option<Vec<u8>>,
    /// CERT.EUICC and CERT.EUM.
    certificates: Option<(Vec<u8>, Vec<u8>)>,
}

impl Told {
    fn hear(&mut self, data: &IpaEuiccData) {
        self.info1 |= data.euicc_info1.is_some();
        if let Some(info2) = &data.euicc_info2 {
            self.info2 = der::encode(info2).ok();
        }
        let pair = data
            .euicc_certificate
            .as_ref()
            .zip(data.eum_certificate.as_ref());
        if let Some((euicc, eum)) = pair {
            self.certificates = Some((euicc.as_der().to_vec(), eum.as_der().to_vec()));
        }
    }
}

/// What the eIM knows of the session that it relays.
#[derive(Debug)]
pub(crate) struct Session {
    /// The server's transaction, as the eIM told it.
    pub(crate) transaction_id: TransactionId,
    signed1: Raw<ServerSigned1>,
    oid: ObjectIdentifier,
    ctx_params1: Option<Vec<u8>>,
    hash_cc: Option<[u8; 32]>,
    bpp_euicc_otpk: Option<Vec<u8>>,
    iccid: Option<Vec<u8>>,
    /// Why the eIM refused to go on, when it did.
    pub(crate) refused: Option<CancelSessionReason>,
}

impl Session {
    /// A session as it begins. The eIM may leave `transactionId` out; the signed one is the same
    /// (SGP.32 §5.14.1).
    pub(crate) fn new(
        server: &InitiateAuthenticationOkEsipa,
        certificate: &CertificateView,
    ) -> Self {
        let signed1 = server.server_signed1.clone();
        let told = server.transaction_id.clone();
        let oid = certificate.registered_id();
        let oid = oid.map(|oid| oid.as_bytes().to_vec()).unwrap_or_default();
        Self {
            transaction_id: told.unwrap_or_else(|| signed1.transaction_id.clone()),
            signed1,
            oid: ObjectIdentifier::from_content(oid),
            ctx_params1: server
                .ctx_params1
                .as_ref()
                .and_then(|it| der::encode(it).ok()),
            hash_cc: None,
            bpp_euicc_otpk: None,
            iccid: None,
            refused: None,
        }
    }

    /// Notes what AuthenticateClient gave.
    pub(crate) fn offered(&mut self, client: &AuthenticateClientOkDpEsipa) {
        self.hash_cc = client.hash_cc.as_ref().and_then(|hash| hash.to_array());
        let otpk = client.smdp_signed2.bpp_euicc_otpk.as_deref();
        self.bpp_euicc_otpk = otpk.map(<[u8]>::to_vec);
    }

    /// Notes the metadata of the package.
    pub(crate) fn bound(&mut self, metadata: Option<&[u8]>) {
        let metadata = metadata.and_then(|bytes| tlv::find(bytes, Tag::new(0xBF25)));
        let iccid = metadata.and_then(|metadata| metadata.child(Tag::new(0x5A)));
        self.iccid = iccid.map(|iccid| iccid.value.to_vec());
    }
}

impl Ipa {
    fn minimizes(&self) -> bool {
        self.settings.features.minimize_bytes || self.has(IpaDefect::CompactUnasked)
    }

    /// A compact form, when this IPA minimizes. `forget` takes away too much.
    fn shortened<T>(&self, short: Option<T>, forget: impl FnOnce(&mut T)) -> Option<T> {
        let mut short = short.filter(|_| self.minimizes())?;
        if self.has(IpaDefect::WrongCompaction) {
            forget(&mut short);
        }
        Some(short)
    }

    /// Notes what the eIM has taken of an answer to a data request.
    pub(crate) fn has_told(&mut self, eim: &Eim, data: &IpaEuiccData) {
        self.told.entry(eim.id.clone()).or_default().hear(data);
    }

    /// Whether the eIM knows `EUICCInfo1`.
    pub(crate) fn may_omit_info1(&self, eim: &Eim) -> bool {
        self.minimizes() && self.told.get(&eim.id).is_some_and(|told| told.info1)
    }

    /// The card's answer to AuthenticateServer as it is sent.
    pub(crate) fn short_authenticated(
        &self,
        eim: &Eim,
        session: &Session,
        response: Authenticated,
    ) -> Authenticated {
        let Authenticated::AuthenticateResponseOk(mut full) = response else {
            return response;
        };
        if self.has(IpaDefect::ReencodesCardAnswer) {
            full.euicc_signed1 = reencode::longer(&full.euicc_signed1);
        }
        let told = self.told.get(&eim.id).cloned().unwrap_or_default();
        let pair = told.certificates.as_ref();
        let known = authenticate::Known {
            server_signed1: &session.signed1,
            euicc_info2: told.info2.as_deref(),
            ctx_params1: session.ctx_params1.as_deref(),
            euicc_certificate: pair.map(|(euicc, _)| euicc.as_slice()),
            eum_certificate: pair.map(|(_, eum)| eum.as_slice()),
        };
        let short = self.shortened(
            authenticate::shorten(&full, &known),
            misencode::forget_context,
        );
        short.map_or(
            Authenticated::AuthenticateResponseOk(full),
            Authenticated::CompactAuthenticateResponseOk,
        )
    }

    /// The card's answer to PrepareDownload as it is sent.
    pub(crate) fn short_prepared(&self, session: &Session, response: Prepared) -> Prepared {
        let Prepared::DownloadResponseOk(full) = response else {
            return response;
        };
        let known = download::Known {
            transaction_id: &session.signed1.transaction_id,
            bpp_euicc_otpk: session.bpp_euicc_otpk.as_deref(),
            hash_cc: session.hash_cc.as_ref(),
        };
        let short = self.shortened(download::shorten(&full, &known), |short| {
            short.compact_euicc_signed2.euicc_otpk = None;
        });
        short.map_or(
            Prepared::DownloadResponseOk(full),
            Prepared::CompactDownloadResponseOk,
        )
    }

    /// The card's answer to CancelSession as it is sent.
    pub(crate) fn short_cancelled(&self, session: &Session, response: Cancelled) -> Cancelled {
        let Cancelled::CancelSessionResponseOk(full) = response else {
            return response;
        };
        let known = cancel::Known {
            transaction_id: &session.signed1.transaction_id,
            smdp_oid: &session.oid,
            reason: session.refused,
        };
        let short = self.shortened(cancel::shorten(&full, &known), |short| {
            short.compact_euicc_cancel_session_signed.reason = None;
        });
        short.map_or(
            Cancelled::CancelSessionResponseOk(full),
            Cancelled::CompactCancelSessionResponseOk,
        )
    }

    /// The installation result of a session as it is sent.
    pub(crate) fn short_result(
        &self,
        session: &Session,
        full: &Sgp32ProfileInstallationResult,
    ) -> Pending {
        let known = notification::Known {
            address: &session.signed1.server_address,
            smdp_oid: &session.oid,
            iccid: session.iccid.as_deref(),
        };
        let short = self.shortened(notification::shorten_result(full, &known), |short| {
            short.compact_profile_installation_result_data.iccid_present = false;
        });
        short.map_or_else(
            || Pending::ProfileInstallationResult(full.clone()),
            Pending::CompactProfileInstallationResult,
        )
    }

    /// A notification as it is sent: without certificates that the eIM has.
    pub(crate) fn short_notification(&self, eim: &Eim, notification: Pending) -> Pending {
        let told = self.told.get(&eim.id);
        let pair = told.and_then(|told| told.certificates.as_ref());
        let (Pending::OtherSignedNotification(full), Some((euicc, eum))) = (&notification, pair)
        else {
            return notification;
        };
        let short = notification::shorten_other(full, &self.eid, euicc, eum);
        self.shortened(short, |short| short.eid_value = None)
            .map_or(notification, Pending::CompactOtherSignedNotification)
    }
}

/// The CI key identifier of the card that begins like this; as it came when none does.
pub(crate) fn whole_key_id(start: &[u8], info1: &EuiccInfo1) -> SubjectKeyIdentifier {
    let mut ids = info1.euicc_ci_pk_id_list_for_signing.iter();
    let whole = ids.find(|id| !start.is_empty() && id.starts_with(start));
    whole
        .cloned()
        .unwrap_or_else(|| SubjectKeyIdentifier::from(start.to_vec()))
}
