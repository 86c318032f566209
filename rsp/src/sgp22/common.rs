// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types the module imports or leaves without a name.

use rasn::types::{Any, Class, Constraints, GeneralizedTime, Identifier, Tag, TagTree, UtcTime};
use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use crate::asn1::{ObjectIdentifier, OctetString, octet_strings};
use crate::raw::{Additions, Raw};

use super::{
    AuthenticateClientOk, AuthenticateServerRequest, CtxParams1, CtxParamsForCommonAuthentication,
    DeviceInfo, InitiateAuthenticationOkEs9, SmdpSigned2,
};

/// An optional member that stands where another optional member of the same tag may come
/// before it; rasn's check of neighbouring tags does not see through the name.
pub type Optional<T> = Option<T>;

octet_strings! {
    /// `SubjectKeyIdentifier` (RFC 5280 §4.2.1.2): a CI public key identifier, usually the 20
    /// octets of a SHA-1; minimised ESipa messages may truncate it.
    SubjectKeyIdentifier: 1..=64;

    /// One `86` TLV of a Bound Profile Package: enciphered and MACed profile data.
    Segment86: 0..=1024, Tag::new(Class::Context, 6);

    /// One `87` TLV of a Bound Profile Package: enciphered and MACed.
    Segment87: 0..=1024, Tag::new(Class::Context, 7);

    /// One `88` TLV of a Bound Profile Package: MACed, in clear.
    Segment88: 0..=1024, Tag::new(Class::Context, 8);
}

/// `Time` (RFC 5280 §4.1.2.5).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum Time {
    /// `utcTime`: years 1950 to 2049.
    #[rasn(identifier = "utcTime")]
    UtcTime(UtcTime),
    /// `generalTime`.
    #[rasn(identifier = "generalTime")]
    GeneralTime(GeneralizedTime),
}

/// `VendorSpecificExtension` (from SGP.22 v2.4).
pub type VendorSpecificExtension = Vec<VendorSpecificExtensionElement>;

/// One vendor's data in a `VendorSpecificExtension`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct VendorSpecificExtensionElement {
    /// `vendorOid` (80): the vendor who defined the extension.
    #[rasn(identifier = "vendorOid", tag(context, 0))]
    pub vendor_oid: ObjectIdentifier,
    /// `vendorSpecificData` (A1): one value of the vendor's own type, tag explicit.
    #[rasn(identifier = "vendorSpecificData", tag(context, 1))]
    pub vendor_specific_data: OpenType,
    /// Members this version does not know.
    pub additions: Additions,
}

/// A value of a type the module leaves open, as its whole TLV.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenType(pub Vec<u8>);

impl core::fmt::Debug for OpenType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OpenType({})", hex::encode(&self.0))
    }
}

impl AsnType for OpenType {
    const TAG: Tag = Tag::EOC;
    const TAG_TREE: TagTree = TagTree::Leaf(Tag::EOC);
}

impl Encode for OpenType {
    fn encode_with_tag_and_constraints<'b, E: Encoder<'b>>(
        &self,
        encoder: &mut E,
        tag: Tag,
        _: &Constraints,
        identifier: Identifier,
    ) -> Result<(), E::Error> {
        encoder
            .encode_any(tag, &Any::new(self.0.clone()), identifier)
            .map(drop)
    }
}

impl Decode for OpenType {
    fn decode_with_tag_and_constraints<D: Decoder>(
        decoder: &mut D,
        tag: Tag,
        _: &Constraints,
    ) -> Result<Self, D::Error> {
        Ok(Self(decoder.decode_any(tag)?.into_bytes()))
    }
}

impl CtxParams1 {
    /// What a device says of itself for a download or for its events (SGP.22 §5.7.13): the
    /// MatchingID or EventID, when it has one, and the device.
    pub fn for_device(matching_id: Option<String>, device_info: DeviceInfo) -> Self {
        Self::CtxParamsForCommonAuthentication(CtxParamsForCommonAuthentication {
            matching_id,
            device_info,
            operation_type: None,
            iccid: None,
            matching_id_source: None,
            vendor_specific_extension: None,
            additions: Additions::none(),
        })
    }
}

impl InitiateAuthenticationOkEs9 {
    /// What the device hands to the eUICC: the parts of the server as they came (SGP.22 §5.7.13).
    #[must_use]
    pub fn into_authenticate_server(self, ctx_params1: CtxParams1) -> AuthenticateServerRequest {
        AuthenticateServerRequest {
            server_signed1: self.server_signed1,
            server_signature1: self.server_signature1,
            euicc_ci_pk_id_to_be_used: self.euicc_ci_pk_id_to_be_used,
            server_certificate: self.server_certificate,
            ctx_params1,
            other_certs_in_chain: self.other_certs_in_chain,
            crl_list: self.crl_list,
            additions: Additions::none(),
        }
    }
}

impl AuthenticateClientOk {
    /// `smdpSigned2`, `smdpSignature2` and `smdpCertificate`, from whichever of the two forms
    /// the server used: in the message itself, or inside `prepareDownloadRequest`.
    pub fn download_parts(
        &self,
    ) -> Option<(&Raw<SmdpSigned2>, &OctetString, &crate::asn1::Certificate)> {
        if let Some(request) = &self.prepare_download_request {
            return Some((
                &request.smdp_signed2,
                &request.smdp_signature2,
                &request.smdp_certificate,
            ));
        }
        Some((
            self.smdp_signed2.as_ref()?,
            self.smdp_signature2.as_ref()?,
            self.smdp_certificate.as_ref()?,
        ))
    }
}
