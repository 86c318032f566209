// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which answer belongs to which request of ESipa.

use rsp::sgp32::{
    AuthenticateClientRequestEsipa, AuthenticateClientResponseEsipa, CancelSessionRequestEsipa,
    CancelSessionResponseEsipa, EsipaMessageFromEimToIpa, EsipaMessageFromIpaToEim,
    GetBoundProfilePackageRequestEsipa, GetBoundProfilePackageResponseEsipa,
    InitiateAuthenticationRequestEsipa, InitiateAuthenticationResponseEsipa,
    ProvideEimPackageResult, ProvideEimPackageResultResponse,
};

/// A request that the eIM answers with one message. GetEimPackage has [`super::read_package`],
/// because its answer may hold what only the card can read; HandleNotification has no answer.
pub trait Function: Sized {
    /// Its answer.
    type Answer;
    /// Its name.
    const NAME: &'static str;

    /// The request as a message.
    fn into_message(self) -> EsipaMessageFromIpaToEim;

    /// The answer in a message; nothing when the message is that of another function.
    fn answer(message: EsipaMessageFromEimToIpa) -> Option<Self::Answer>;
}

macro_rules! functions {
    ($($name:literal $request:ident $answer:ident)*) => {$(
        impl Function for $request {
            type Answer = $answer;
            const NAME: &'static str = $name;

            fn into_message(self) -> EsipaMessageFromIpaToEim {
                EsipaMessageFromIpaToEim::$request(self)
            }

            fn answer(message: EsipaMessageFromEimToIpa) -> Option<$answer> {
                match message {
                    EsipaMessageFromEimToIpa::$answer(answer) => Some(answer),
                    _ => None,
                }
            }
        }
    )*};
}

functions! {
    "InitiateAuthentication" InitiateAuthenticationRequestEsipa InitiateAuthenticationResponseEsipa
    "AuthenticateClient" AuthenticateClientRequestEsipa AuthenticateClientResponseEsipa
    "GetBoundProfilePackage" GetBoundProfilePackageRequestEsipa GetBoundProfilePackageResponseEsipa
    "CancelSession" CancelSessionRequestEsipa CancelSessionResponseEsipa
    "ProvideEimPackageResult" ProvideEimPackageResult ProvideEimPackageResultResponse
}
