// SPDX-License-Identifier: MIT OR Apache-2.0
//! PrepareDownload and what the eUICC does with a bound profile package.

use rsp::bsp::{Bsp, SegmentTag, SessionKeys};
use rsp::chain::CertificateView;
use rsp::der;
use rsp::ecdsa::{PrivateKey, PublicKey};
use rsp::kdf::hash_cc;
use rsp::raw::Raw;
use rsp::sgp22::*;
use rsp::tlv::{Tag, Tlv, tlv, walk};

use super::Euicc;

impl Euicc {
    /// Verifies smdpSignature2 and answers PrepareDownload with the one-time key that is offered,
    /// when it is the one at hand.
    pub(crate) fn prepare(
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

    pub(crate) fn prepare_with(
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

    /// The public one-time key at hand, as a point.
    pub(crate) fn one_time_point(&self) -> Option<Vec<u8>> {
        let key = self.one_time_key.as_ref()?;
        Some(key.public_key().to_point().to_vec())
    }

    /// Forgets the one-time key, as an eUICC may.
    pub(crate) fn forget(&mut self) {
        self.one_time_key = None;
    }

    /// Opens a bound profile package: metadata and profile package, after every check the eUICC
    /// makes on keys and MACs.
    pub(crate) fn open(
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

    /// PrepareDownload that ends in an error of the eUICC.
    pub(crate) fn prepare_error(
        &self,
        transaction_id: &TransactionId,
        code: DownloadErrorCode,
    ) -> GetBoundProfilePackageRequest {
        GetBoundProfilePackageRequest {
            transaction_id: transaction_id.clone(),
            prepare_download_response: PrepareDownloadResponse::DownloadResponseError(
                PrepareDownloadResponseError {
                    transaction_id: transaction_id.clone(),
                    download_error_code: code,
                    additions: Default::default(),
                },
            ),
            additions: Default::default(),
        }
    }
}
