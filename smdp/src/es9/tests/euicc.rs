// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eUICC's side of ES9+, just enough to ask the server real questions.

use certs::{Credential, Curve, Pki};
use rsp::asn1::Certificate;
use rsp::bsp::{Bsp, SegmentTag, SessionKeys};
use rsp::chain::CertificateView;
use rsp::der;
use rsp::ecdsa::{PrivateKey, PublicKey};
use rsp::env::SeededEnv;
use rsp::id::Eid;
use rsp::kdf::hash_cc;
use rsp::raw::Raw;
use rsp::sgp22::*;
use rsp::tlv::{Tag, Tlv, tlv, walk};

/// A software eUICC with one certificate.
pub(super) struct Euicc {
    pub(super) eid: Eid,
    pub(super) euicc: Credential,
    pub(super) eum: Credential,
    pub(super) ci_key_id: Vec<u8>,
    pub(super) env: SeededEnv,
    pub(super) free_memory: [u8; 4],
    pub(super) profile_version: [u8; 3],
    one_time_key: Option<PrivateKey>,
    euicc_signature1: Vec<u8>,
}

impl Euicc {
    pub(super) fn new(pki: &Pki, curve: Curve) -> Self {
        let eid = Eid::from_bytes(&certs::TEST_EID).unwrap();
        Self::with_eid(pki, curve, eid)
    }

    pub(super) fn with_eid(pki: &Pki, curve: Curve, eid: Eid) -> Self {
        Self {
            eid,
            euicc: pki.issue_euicc(eid.as_bytes(), curve).unwrap(),
            eum: pki.eum_for(eid.as_bytes(), curve).unwrap(),
            ci_key_id: pki.ci_key_id(curve).unwrap(),
            env: SeededEnv::new(7, "euicc"),
            free_memory: [0, 8, 0, 0],
            profile_version: [2, 3, 1],
            one_time_key: None,
            euicc_signature1: Vec::new(),
        }
    }

    pub(super) fn initiate(&mut self) -> InitiateAuthenticationRequest {
        let challenge: [u8; 16] = (&mut self.env as &mut dyn rsp::env::Env).array();
        InitiateAuthenticationRequest {
            euicc_challenge: challenge.into(),
            smdp_address: "smdp1.test.example".to_owned(),
            euicc_info1: EuiccInfo1 {
                svn: [2, 5, 0].into(),
                euicc_ci_pk_id_list_for_verification: vec![self.ci_key_id.as_slice().into()],
                euicc_ci_pk_id_list_for_signing: vec![self.ci_key_id.as_slice().into()],
                euicc_ci_pk_id_list_for_signing_v3: None,
                euicc_rsp_capability: None,
                highest_svn: None,
                additions: Default::default(),
            },
            lpa_rsp_capability: None,
            additions: Default::default(),
        }
    }

    fn info2(&self) -> EuiccInfo2 {
        let mut resources = vec![0x81, 0x01, 0x00, 0x82, 0x04];
        resources.extend(self.free_memory);
        resources.extend([0x83, 0x02, 0x10, 0x00]);
        EuiccInfo2 {
            profile_version: self.profile_version.into(),
            svn: [2, 5, 0].into(),
            euicc_firmware_ver: [1, 0, 0].into(),
            ext_card_resource: resources.into(),
            uicc_capability: UiccCapability::of(&[UiccCapability::USIM_SUPPORT]),
            javacard_version: None,
            globalplatform_version: None,
            rsp_capability: RspCapability::default(),
            euicc_ci_pk_id_list_for_verification: vec![self.ci_key_id.as_slice().into()],
            euicc_ci_pk_id_list_for_signing: vec![self.ci_key_id.as_slice().into()],
            euicc_category: None,
            forbidden_profile_policy_rules: None,
            pp_version: [1, 0, 0].into(),
            sas_acreditation_number: "TEST-1".to_owned(),
            certification_data_object: None,
            tre_properties: None,
            tre_product_reference: None,
            additional_profile_package_versions: None,
            lpa_mode: None,
            euicc_ci_pk_id_list_for_signing_v3: None,
            additional_euicc_info: None,
            highest_svn: None,
            // iotSpecificInfo of SGP.32, which SGP.22 does not know
            additions: [vec![0xB4, 0x05, 0x80, 0x03, 0x01, 0x02, 0x00]]
                .into_iter()
                .collect(),
        }
    }

    /// What the eUICC signs in AuthenticateServer.
    pub(super) fn signed1(
        &self,
        ok: &InitiateAuthenticationOkEs9,
        matching_id: Option<&str>,
    ) -> EuiccSigned1 {
        let params = CtxParamsForCommonAuthentication {
            matching_id: matching_id.map(str::to_owned),
            device_info: DeviceInfo {
                tac: [0x35; 8].into(),
                device_capabilities: DeviceCapabilities::default(),
                imei: None,
                preferred_languages: None,
                device_test_mode: None,
                lpa_rsp_capability: None,
                additions: Default::default(),
            },
            operation_type: None,
            iccid: None,
            matching_id_source: None,
            vendor_specific_extension: None,
            additions: Default::default(),
        };
        EuiccSigned1 {
            transaction_id: ok.transaction_id.clone(),
            server_address: ok.server_signed1.server_address.clone(),
            server_challenge: ok.server_signed1.server_challenge.clone(),
            euicc_info2: self.info2(),
            ctx_params1: CtxParams1::CtxParamsForCommonAuthentication(params),
            additions: Default::default(),
        }
    }

    /// A signed AuthenticateServer answer around any content.
    pub(super) fn authenticate_with(
        &mut self,
        ok: &InitiateAuthenticationOkEs9,
        signed: Raw<EuiccSigned1>,
    ) -> AuthenticateClientRequest {
        let signature = self.euicc.key.sign(signed.bytes());
        self.euicc_signature1 = signature.to_vec();
        AuthenticateClientRequest {
            transaction_id: ok.transaction_id.clone(),
            authenticate_server_response: AuthenticateServerResponse::AuthenticateResponseOk(
                AuthenticateResponseOk {
                    euicc_signed1: signed,
                    euicc_signature1: signature.into(),
                    euicc_certificate: Certificate::from_der(self.euicc.certificate.clone()),
                    eum_certificate: Certificate::from_der(self.eum.certificate.clone()),
                    other_certs_in_chain: None,
                    additions: Default::default(),
                },
            ),
            use_matching_id_for_acr: None,
            additions: Default::default(),
        }
    }

    pub(super) fn authenticate(
        &mut self,
        ok: &InitiateAuthenticationOkEs9,
        matching_id: &str,
    ) -> AuthenticateClientRequest {
        let signed = Raw::new(self.signed1(ok, Some(matching_id))).unwrap();
        self.authenticate_with(ok, signed)
    }

    /// Verifies smdpSignature2 and answers PrepareDownload with the one-time key that is offered,
    /// when it is the one at hand.
    pub(super) fn prepare(
        &mut self,
        ok: &AuthenticateClientOk,
        code: Option<&str>,
    ) -> GetBoundProfilePackageRequest {
        let (signed2, signature2, certificate) = ok.download_parts().unwrap();
        let mut message = signed2.bytes().to_vec();
        message.extend(tlv(Tag::new(0x5F37), &self.euicc_signature1));
        let dp_pb = CertificateView::parse(certificate.as_der()).unwrap();
        dp_pb
            .public_key()
            .unwrap()
            .verify(&message, signature2)
            .unwrap();
        let offered = signed2.bpp_euicc_otpk.as_deref();
        let kept = self
            .one_time_key
            .take()
            .filter(|key| offered == Some(key.public_key().to_point().as_slice()));
        let curve = self.euicc.key.curve();
        let key = kept.unwrap_or_else(|| PrivateKey::generate(curve, &mut self.env));
        let otpk = key.public_key().to_point();
        self.one_time_key = Some(key);
        let signed = EuiccSigned2 {
            transaction_id: ok.transaction_id.clone(),
            euicc_otpk: otpk.into(),
            hash_cc: code.map(|code| hash_cc(code, &ok.transaction_id).into()),
            additional_information: None,
            additions: Default::default(),
        };
        self.prepare_with(&ok.transaction_id, signed, signature2)
    }

    pub(super) fn prepare_with(
        &self,
        transaction_id: &TransactionId,
        signed: EuiccSigned2,
        signature2: &[u8],
    ) -> GetBoundProfilePackageRequest {
        let signed = Raw::new(signed).unwrap();
        let mut message = signed.bytes().to_vec();
        message.extend(tlv(Tag::new(0x5F37), signature2));
        GetBoundProfilePackageRequest {
            transaction_id: transaction_id.clone(),
            prepare_download_response: PrepareDownloadResponse::DownloadResponseOk(
                PrepareDownloadResponseOk {
                    euicc_signed2: signed,
                    euicc_signature2: self.euicc.key.sign(&message).into(),
                    additions: Default::default(),
                },
            ),
            additions: Default::default(),
        }
    }

    /// Forgets the one-time key, as an eUICC may.
    pub(super) fn forget(&mut self) {
        self.one_time_key = None;
    }

    /// Opens a bound profile package: metadata and profile package, after every check the eUICC
    /// makes on keys and MACs.
    pub(super) fn open(
        &self,
        bpp: &BoundProfilePackage,
        dp_pb: &PublicKey,
    ) -> (StoreMetadataRequest, Vec<u8>) {
        let one_time_key = self.one_time_key.as_ref().unwrap();
        let channel = &bpp.initialise_secure_channel_request;
        let mut signed = Vec::new();
        for part in Tlv::only(channel.bytes())
            .unwrap()
            .children()
            .map(Result::unwrap)
        {
            if part.tag != Tag::new(0x5F37) {
                signed.extend_from_slice(part.raw);
            }
        }
        signed.extend(tlv(Tag::new(0x5F49), &one_time_key.public_key().to_point()));
        dp_pb.verify(&signed, &channel.smdp_sign).unwrap();

        let smdp_otpk = PublicKey::from_point(dp_pb.curve(), &channel.smdp_otpk).unwrap();
        let shared = one_time_key.agree(&smdp_otpk).unwrap();
        let host_id = &channel.control_ref_template.host_id;
        let keys = SessionKeys::derive(&shared, host_id, self.eid.as_bytes()).unwrap();
        let mut bsp = Bsp::new(&keys);
        let encoded = der::encode(bpp).unwrap();
        let parts: Vec<Tlv<'_>> = Tlv::only(&encoded)
            .unwrap()
            .children()
            .map(Result::unwrap)
            .collect();
        let join = |bsp: &mut Bsp, sequence: &Tlv<'_>, tag| {
            let segments = walk(sequence.value).map(Result::unwrap);
            segments
                .flat_map(|segment| bsp.unprotect(tag, segment.raw).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            join(&mut bsp, &parts[1], SegmentTag::Tag87),
            [0xBF, 0x24, 0x00]
        );
        let metadata = join(&mut bsp, &parts[2], SegmentTag::Tag88);
        if parts.len() == 5 {
            let replace = join(&mut bsp, &parts[3], SegmentTag::Tag87);
            let keys: ReplaceSessionKeysRequest = der::decode(&replace).unwrap();
            bsp.replace_keys(&SessionKeys {
                initial_mac_chaining_value: keys.initial_mac_chaining_value.to_array().unwrap(),
                enc: keys.ppk_enc.to_array().unwrap(),
                mac: keys.ppk_cmac.to_array().unwrap(),
            });
        }
        let package = join(&mut bsp, parts.last().unwrap(), SegmentTag::Tag86);
        (der::decode(&metadata).unwrap(), package)
    }

    /// A signed cancellation.
    pub(super) fn cancel(
        &self,
        transaction_id: &TransactionId,
        signed: EuiccCancelSessionSigned,
    ) -> CancelSessionRequestEs9 {
        let signed = Raw::new(signed).unwrap();
        let signature = self.euicc.key.sign(signed.bytes());
        CancelSessionRequestEs9 {
            transaction_id: transaction_id.clone(),
            cancel_session_response: CancelSessionResponse::CancelSessionResponseOk(
                CancelSessionResponseOk {
                    euicc_cancel_session_signed: signed,
                    euicc_cancel_session_signature: signature.into(),
                    additions: Default::default(),
                },
            ),
            additions: Default::default(),
        }
    }

    fn metadata(&self, event: usize, iccid: [u8; 10]) -> NotificationMetadata {
        NotificationMetadata {
            seq_number: 1,
            profile_management_operation: NotificationEvent::of(&[event]),
            notification_address: "smdp1.test.example".to_owned(),
            iccid: Some(iccid.into()),
            additions: Default::default(),
        }
    }

    /// A signed installation result; `None` is success.
    pub(super) fn result(
        &self,
        transaction_id: &TransactionId,
        iccid: [u8; 10],
        error: Option<ErrorReason>,
    ) -> HandleNotification {
        let final_result = match error {
            None => ProfileInstallationResultDataFinalResult::SuccessResult(SuccessResult {
                aid: [0xA0, 0, 0, 5, 0x59, 0x10, 0x10, 0xFF].into(),
                sima_response: vec![0x30, 0x00].into(),
                additions: Default::default(),
            }),
            Some(error_reason) => {
                ProfileInstallationResultDataFinalResult::ErrorResult(ErrorResult {
                    bpp_command_id: BppCommandId::LOAD_PROFILE_ELEMENTS,
                    error_reason,
                    sima_response: None,
                    additions: Default::default(),
                })
            }
        };
        let data = Raw::new(ProfileInstallationResultData {
            transaction_id: transaction_id.clone(),
            notification_metadata: self.metadata(NotificationEvent::NOTIFICATION_INSTALL, iccid),
            smdp_oid: Some("2.999.10".parse().unwrap()),
            final_result,
            additions: Default::default(),
        })
        .unwrap();
        let signature = self.euicc.key.sign(data.bytes());
        HandleNotification {
            pending_notification: PendingNotification::ProfileInstallationResult(
                ProfileInstallationResult {
                    profile_installation_result_data: data,
                    euicc_sign_pir: signature.into(),
                    additions: Default::default(),
                },
            ),
            additions: Default::default(),
        }
    }

    /// A signed notification about a profile that changed.
    pub(super) fn notify(&self, event: usize, iccid: [u8; 10]) -> OtherSignedNotification {
        let tbs = Raw::new(self.metadata(event, iccid)).unwrap();
        let signature = self.euicc.key.sign(tbs.bytes());
        OtherSignedNotification {
            tbs_other_notification: tbs,
            euicc_notification_signature: signature.into(),
            euicc_certificate: Certificate::from_der(self.euicc.certificate.clone()),
            eum_certificate: Certificate::from_der(self.eum.certificate.clone()),
            other_certs_in_chain: None,
            additions: Default::default(),
        }
    }
}

/// A certificate with some text replaced by text of the same length, signed anew.
pub(super) fn reissue(certificate: &[u8], from: &str, to: &str, issuer: &PrivateKey) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let parts: Vec<Tlv<'_>> = Tlv::only(certificate)
        .unwrap()
        .children()
        .map(Result::unwrap)
        .collect();
    let mut tbs = parts[0].raw.to_vec();
    let mut found = false;
    for start in 0..tbs.len() - from.len() {
        let window = &mut tbs[start..start + from.len()];
        if window == from.as_bytes() {
            window.copy_from_slice(to.as_bytes());
            found = true;
        }
    }
    assert!(found, "{from} is not in the certificate");
    let mut signature = vec![0];
    signature.extend(issuer.sign_der(&tbs));
    let mut content = tbs;
    content.extend_from_slice(parts[1].raw);
    content.extend(tlv(Tag::new(0x03), &signature));
    tlv(Tag::SEQUENCE, &content)
}
