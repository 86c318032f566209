// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the profile of an indirect download is, as far as the trigger tells the IPA, and the checks
//! that are the IPA's then.

use rsp::activation::ActivationCode;
use rsp::chain::CertificateView;
use rsp::sgp22::{EuiccConfiguredAddressesRequest, EuiccConfiguredAddressesResponse};
use rsp::sgp32::{
    InitiateAuthenticationOkEsipa, ProfileDownloadData, ProfileDownloadTriggerRequest,
};

use crate::defect::IpaDefect;
use crate::ipa::session::{Failure, check_address};
use crate::ipa::{Error, Ipa};

/// Where a profile is, when the trigger tells.
pub(super) struct Place {
    pub(super) address: String,
    /// Nothing when a matching id is for the eIM to give, or there is none.
    pub(super) matching_id: Option<String>,
    pub(super) oid: Option<rsp::id::Oid>,
}

impl Ipa {
    /// The source that a trigger tells; the inner nothing when it tells none.
    pub(super) fn place(
        &mut self,
        trigger: &ProfileDownloadTriggerRequest,
    ) -> Result<Result<Option<Place>, Failure>, Error> {
        let bare = |address: String| {
            Some(Place {
                address,
                matching_id: None,
                oid: None,
            })
        };
        Ok(match &trigger.profile_download_data {
            None => Ok(None),
            Some(ProfileDownloadData::ActivationCode(text)) => match text.parse() {
                Ok(ActivationCode {
                    smdp_address,
                    matching_id,
                    smdp_oid,
                    ..
                }) => Ok(Some(Place {
                    address: smdp_address,
                    matching_id: Some(matching_id.as_str().to_owned()).filter(|id| !id.is_empty()),
                    oid: smdp_oid,
                })),
                Err(error) => Err(Failure::new(format!("activation code {text:?}: {error}"))),
            },
            Some(ProfileDownloadData::ContactDefaultSmdp(())) => {
                let address = self.configured()?.default_dp_address;
                match address.filter(|address| !address.is_empty()) {
                    Some(address) => Ok(bare(address)),
                    None => Err(Failure::new(
                        "expected a default SM-DP+ address on the card",
                    )),
                }
            }
            Some(ProfileDownloadData::ContactSmds(smds)) => {
                let given = smds.smds_address.clone();
                match given.filter(|address| !address.is_empty()) {
                    Some(address) => Ok(bare(address)),
                    None => Ok(bare(self.configured()?.root_ds_address)),
                }
            }
        })
    }

    fn configured(&mut self) -> Result<EuiccConfiguredAddressesResponse, Error> {
        let request = EuiccConfiguredAddressesRequest {
            additions: Default::default(),
        };
        self.card.call("GetEuiccConfiguredAddresses", &request)
    }

    /// The checks of an IPA that knows where it wanted to go (SGP.22 §3.0.1 step 7).
    pub(super) fn check_place(
        &self,
        server: &InitiateAuthenticationOkEsipa,
        certificate: &CertificateView,
        place: &Place,
    ) -> Result<(), Failure> {
        if !self.has(IpaDefect::SkipsAddressCheck) {
            check_address(&server.server_signed1, &place.address)?;
        }
        match &place.oid {
            Some(oid)
                if certificate.registered_id() != Some(oid)
                    && !self.has(IpaDefect::SkipsOidCheck) =>
            {
                let cause = format!("serverCertificate: expected the SM-DP+ OID {oid}");
                Err(Failure::new(cause))
            }
            _ => Ok(()),
        }
    }
}
