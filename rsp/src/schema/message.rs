// SPDX-License-Identifier: MIT OR Apache-2.0
//! The messages of every interface, and the guess which one some bytes are.

use super::tables;
use super::tree::Tree;
use super::types::{Kind, Type};
use crate::tlv::Tag;

/// One function of one interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// `ES10b`, `ESipa`, …
    pub interface: &'static str,
    /// The function's name in the specification.
    pub function: &'static str,
    /// The clause that describes it.
    pub clause: &'static str,
    /// The first tag of request and response.
    pub tag: Tag,
    /// The type of the request.
    pub request: &'static str,
    /// The type of the response; none where the function has no output.
    pub response: Option<&'static str>,
}

macro_rules! messages {
    ($($tag:literal $interface:literal $function:literal $clause:literal $request:literal
       $($response:literal)?;)*) => {
        /// Every function whose messages are ASN.1, by interface. Where SGP.32 widens a message of
        /// SGP.22, its type comes first; the types of both specifications fit the plain messages.
        pub static MESSAGES: &[Message] = &[$(Message {
            interface: $interface,
            function: $function,
            clause: $clause,
            tag: Tag::new($tag),
            request: $request,
            response: messages!(@response $($response)?),
        }),*];
    };
    (@response) => { None };
    (@response $response:literal) => { Some($response) };
}

messages! {
    0xBF3C "ES10a" "GetEuiccConfiguredAddresses" "SGP.22 §5.7.3" "EuiccConfiguredAddressesRequest" "EuiccConfiguredAddressesResponse";
    0xBF3F "ES10a" "SetDefaultDpAddress" "SGP.22 §5.7.4" "SetDefaultDpAddressRequest" "SetDefaultDpAddressResponse";
    0xBF21 "ES10b" "PrepareDownload" "SGP.22 §5.7.5" "PrepareDownloadRequest" "SGP32-PrepareDownloadResponse";
    0xBF36 "ES10b" "LoadBoundProfilePackage" "SGP.22 §5.7.6" "BoundProfilePackage";
    0xBF37 "ES10b" "LoadBoundProfilePackage" "SGP.22 §5.7.6" "BoundProfilePackage" "SGP32-ProfileInstallationResult";
    0xBF2E "ES10b" "GetEUICCChallenge" "SGP.22 §5.7.7" "GetEuiccChallengeRequest" "GetEuiccChallengeResponse";
    0xBF20 "ES10b" "GetEUICCInfo" "SGP.22 §5.7.8" "GetEuiccInfo1Request" "EUICCInfo1";
    0xBF22 "ES10b" "GetEUICCInfo" "SGP.22 §5.7.8" "GetEuiccInfo2Request" "SGP32-EUICCInfo2";
    0xBF22 "ES10b" "GetEUICCInfo" "SGP.22 §5.7.8" "GetEuiccInfo2Request" "EUICCInfo2";
    0xBF28 "ES10b" "ListNotification" "SGP.22 §5.7.9" "ListNotificationRequest" "ListNotificationResponse";
    0xBF2B "ES10b" "RetrieveNotificationsList" "SGP.32 §5.9.11" "SGP32-RetrieveNotificationsListRequest" "SGP32-RetrieveNotificationsListResponse";
    0xBF2B "ES10b" "RetrieveNotificationsList" "SGP.22 §5.7.10" "RetrieveNotificationsListRequest" "RetrieveNotificationsListResponse";
    0xBF30 "ES10b" "RemoveNotificationFromList" "SGP.22 §5.7.11" "NotificationSentRequest" "NotificationSentResponse";
    0xBF35 "ES10b" "LoadCRL" "SGP.22 §5.7.12" "LoadCRLRequest" "LoadCRLResponse";
    0xBF38 "ES10b" "AuthenticateServer" "SGP.22 §5.7.13" "AuthenticateServerRequest" "SGP32-AuthenticateServerResponse";
    0xBF38 "ES10b" "AuthenticateServer" "SGP.22 §5.7.13" "AuthenticateServerRequest" "AuthenticateServerResponse";
    0xBF41 "ES10b" "CancelSession" "SGP.22 §5.7.14" "CancelSessionRequest" "SGP32-CancelSessionResponse";
    0xBF43 "ES10b" "GetRAT" "SGP.22 §5.7.22" "GetRatRequest" "GetRatResponse";
    0xBF42 "ES10b" "LpaeActivation" "SGP.22 §5.7.1" "LpaeActivationRequest" "LpaeActivationResponse";
    0xBF2D "ES10c" "GetProfilesInfo" "SGP.32 §5.9.14" "ProfileInfoListRequest" "SGP32-ProfileInfoListResponse";
    0xBF2D "ES10c" "GetProfilesInfo" "SGP.22 §5.7.15" "ProfileInfoListRequest" "ProfileInfoListResponse";
    0xBF31 "ES10c" "EnableProfile" "SGP.22 §5.7.16" "EnableProfileRequest" "EnableProfileResponse";
    0xBF32 "ES10c" "DisableProfile" "SGP.22 §5.7.17" "DisableProfileRequest" "DisableProfileResponse";
    0xBF33 "ES10c" "DeleteProfile" "SGP.22 §5.7.18" "DeleteProfileRequest" "DeleteProfileResponse";
    0xBF34 "ES10c" "eUICCMemoryReset" "SGP.22 §5.7.19" "EuiccMemoryResetRequest" "EuiccMemoryResetResponse";
    0xBF3E "ES10c" "GetEID" "SGP.22 §5.7.20" "GetEuiccDataRequest" "GetEuiccDataResponse";
    0xBF29 "ES10c" "SetNickname" "SGP.22 §5.7.21" "SetNicknameRequest" "SetNicknameResponse";
    0xBF51 "ES10b" "LoadEuiccPackage" "SGP.32 §5.9.1" "EuiccPackageRequest" "EuiccPackageResult";
    0xBF57 "ES10b" "AddInitialEim" "SGP.32 §5.9.4" "AddInitialEimRequest" "AddInitialEimResponse";
    0xBF64 "ES10b" "eUICCMemoryReset" "SGP.32 §5.9.5" "SGP32-EuiccMemoryResetRequest" "SGP32-EuiccMemoryResetResponse";
    0xBF56 "ES10b" "GetCerts" "SGP.32 §5.9.10" "GetCertsRequest" "GetCertsResponse";
    0xBF5A "ES10b" "ImmediateEnable" "SGP.32 §5.9.15" "ImmediateEnableRequest" "ImmediateEnableResponse";
    0xBF58 "ES10b" "ProfileRollback" "SGP.32 §5.9.16" "ProfileRollbackRequest" "ProfileRollbackResponse";
    0xBF59 "ES10b" "ConfigureImmediateProfileEnabling" "SGP.32 §5.9.17" "ConfigureImmediateProfileEnablingRequest" "ConfigureImmediateProfileEnablingResponse";
    0xBF55 "ES10b" "GetEimConfigurationData" "SGP.32 §5.9.18" "GetEimConfigurationDataRequest" "GetEimConfigurationDataResponse";
    0xBF5D "ES10b" "ExecuteFallbackMechanism" "SGP.32 §5.9.20" "ExecuteFallbackMechanismRequest" "ExecuteFallbackMechanismResponse";
    0xBF5E "ES10b" "ReturnFromFallback" "SGP.32 §5.9.21" "ReturnFromFallbackRequest" "ReturnFromFallbackResponse";
    0xBF5B "ES10b" "EnableEmergencyProfile" "SGP.32 §5.9.22" "EnableEmergencyProfileRequest" "EnableEmergencyProfileResponse";
    0xBF5C "ES10b" "DisableEmergencyProfile" "SGP.32 §5.9.23" "DisableEmergencyProfileRequest" "DisableEmergencyProfileResponse";
    0xBF5F "ES10b" "GetConnectivityParameters" "SGP.32 §5.9.24" "GetConnectivityParametersRequest" "GetConnectivityParametersResponse";
    0xBF65 "ES10b" "SetDefaultDpAddress" "SGP.32 §5.9.25" "SGP32-SetDefaultDpAddressRequest" "SGP32-SetDefaultDpAddressResponse";
    0xBF42 "ES10b" "IpaeActivation" "SGP.32 §3.8.4" "IpaeActivationRequest" "IpaeActivationResponse";
    0xBF39 "ESipa" "InitiateAuthentication" "SGP.32 §5.14.1" "InitiateAuthenticationRequestEsipa" "InitiateAuthenticationResponseEsipa";
    0xBF3A "ESipa" "GetBoundProfilePackage" "SGP.32 §5.14.2" "GetBoundProfilePackageRequestEsipa" "GetBoundProfilePackageResponseEsipa";
    0xBF3B "ESipa" "AuthenticateClient" "SGP.32 §5.14.3" "AuthenticateClientRequestEsipa" "AuthenticateClientResponseEsipa";
    0xBF4E "ESipa" "TransferEimPackage" "SGP.32 §5.14.4" "TransferEimPackageRequest" "TransferEimPackageResponse";
    0xBF4F "ESipa" "GetEimPackage" "SGP.32 §5.14.5" "GetEimPackageRequest" "GetEimPackageResponse";
    0xBF50 "ESipa" "ProvideEimPackageResult" "SGP.32 §5.14.6" "ProvideEimPackageResult" "ProvideEimPackageResultResponse";
    0xBF3D "ESipa" "HandleNotification" "SGP.32 §5.14.7" "HandleNotificationEsipa";
    0xBF41 "ESipa" "CancelSession" "SGP.32 §5.14.8" "CancelSessionRequestEsipa" "CancelSessionResponseEsipa";
    0xA2 "ES9+" "RemoteProfileProvisioning" "SGP.22 §6.6" "RemoteProfileProvisioningRequest" "RemoteProfileProvisioningResponse";
    0xBF39 "ES9+" "InitiateAuthentication" "SGP.22 §5.6.1" "InitiateAuthenticationRequest" "InitiateAuthenticationResponse";
    0xBF3A "ES9+" "GetBoundProfilePackage" "SGP.22 §5.6.2" "GetBoundProfilePackageRequest" "GetBoundProfilePackageResponse";
    0xBF3B "ES9+" "AuthenticateClient" "SGP.22 §5.6.3" "AuthenticateClientRequest" "AuthenticateClientResponseEs9";
    0xBF3D "ES9+" "HandleNotification" "SGP.22 §5.6.4" "HandleNotification";
    0xBF41 "ES9+" "CancelSession" "SGP.22 §5.6.5" "CancelSessionRequestEs9" "CancelSessionResponseEs9";
    0xBF40 "ES11" "AuthenticateClient" "SGP.22 §5.8.2" "AuthenticateClientRequest" "AuthenticateClientResponseEs11";
    0xBF23 "ES8+" "InitialiseSecureChannel" "SGP.22 §5.5.1" "InitialiseSecureChannelRequest";
    0xBF24 "ES8+" "ConfigureISDP" "SGP.22 §5.5.2" "ConfigureISDPRequest";
    0xBF25 "ES8+" "StoreMetadata" "SGP.22 §5.5.3" "SGP32-StoreMetadataRequest";
    0xBF25 "ES8+" "StoreMetadata" "SGP.22 §5.5.3" "StoreMetadataRequest";
    0xBF26 "ES8+" "ReplaceSessionKeys" "SGP.22 §5.5.4" "ReplaceSessionKeysRequest";
    0xBF2A "ES6" "UpdateMetadata" "SGP.22 §5.4.1" "UpdateMetadataRequest";
}

impl Message {
    /// The function of ES9+ that a function of ESipa stands for, under the same tag.
    fn taken_over(&self) -> Option<&'static Self> {
        let same = |other: &&Self| other.interface == "ES9+" && other.tag == self.tag;
        let esipa = self.interface == "ESipa";
        MESSAGES.iter().find(same).filter(|_| esipa)
    }
}

/// What some bytes are taken for.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The function and whether the bytes are its request, for messages of [`MESSAGES`].
    pub message: Option<(&'static Message, bool)>,
    /// Whether only the v1.0 dialect of SGP.32 explains the bytes.
    pub v1_0: bool,
    /// The bytes, read leniently as the type that fits best.
    pub tree: Tree,
}

impl Guess {
    /// `ES10b.LoadEuiccPackage response, SGP.32 §5.9.1`, or the name of the type. ESipa takes over
    /// functions of ES9+ with their tags, and the bytes seldom tell which: such a title names both.
    #[must_use]
    pub fn title(&self) -> String {
        match self.message {
            Some((message, request)) => {
                let function = message.function;
                let direction = if request { "request" } else { "response" };
                let (interface, clause) = match message.taken_over() {
                    Some(es9) => (
                        format!("{} or {}", es9.interface, message.interface),
                        format!("{} or {}", es9.clause, message.clause),
                    ),
                    None => (message.interface.to_owned(), message.clause.to_owned()),
                };
                format!("{interface}.{function} {direction}, {clause}")
            }
            None if self.v1_0 => format!("{} of SGP.32 v1.0", self.tree.type_name()),
            None => self.tree.type_name().to_owned(),
        }
    }
}

/// Types without a function of their own that are met as whole messages.
const OTHERS: [&str; 14] = [
    "SGP32-PendingNotification",
    "PendingNotificationList",
    "EuiccPackageSigned",
    "EuiccPackageResultDataSigned",
    "ServerSigned1",
    "SGP32-EuiccSigned1",
    "IpaEuiccDataRequest",
    "IpaEuiccDataResponse",
    "EimAcknowledgements",
    "ProfileDownloadTriggerRequest",
    "ProfileDownloadTriggerResult",
    "ISDRProprietaryApplicationTemplate",
    "ISDRProprietaryApplicationTemplateIoT",
    "SGP32-ProfileInfo",
];

/// Which message these bytes are, by first tag and shape; none for bytes of no known message.
///
/// Request and response of a function often share their tag, and so do functions of different
/// interfaces: the type that leaves the fewest octets unexplained wins, the earlier in
/// [`MESSAGES`] among equals, a request before its response.
#[must_use]
pub fn guess(bytes: &[u8]) -> Option<Guess> {
    guess_direction(bytes, None)
}

/// The same where it is known that the bytes are a request, or are not.
pub(super) fn guess_direction(bytes: &[u8], request: Option<bool>) -> Option<Guess> {
    let tag = Tag::read(bytes).ok()?;
    let mut best: Option<(usize, Guess)> = None;
    for (ty, message) in candidates(tag) {
        let wrong_way = |(_, is_request)| request.is_some_and(|wanted| wanted != is_request);
        if message.is_some_and(wrong_way) {
            continue;
        }
        let tree = super::lenient_type(ty, bytes);
        let cost = cost(&tree);
        // tags such as 30 and A0 begin anything: only a perfect fit says something
        let fits = cost == 0 || tag.size() > 1 || message.is_some();
        if fits && best.as_ref().is_none_or(|(least, _)| cost < *least) {
            let guess = Guess {
                message,
                v1_0: false,
                tree,
            };
            best = Some((cost, guess));
        }
        if cost == 0 {
            break;
        }
    }
    match best {
        Some((0, guess)) => Some(guess),
        Some((_, guess)) => Some(guess_v1_0(tag, bytes).unwrap_or(guess)),
        None => None,
    }
}

/// The message of the v1.0 dialect that explains all of the bytes.
fn guess_v1_0(tag: Tag, bytes: &[u8]) -> Option<Guess> {
    tables::all()
        .filter(|(table, ty)| *table == "sgp32_v1_0" && ty.tag() == Some(tag))
        .map(|(_, ty)| super::lenient_type(ty, bytes))
        .find(|tree| cost(tree) == 0)
        .map(|tree| Guess {
            message: None,
            v1_0: true,
            tree,
        })
}

type Candidate = (&'static Type, Option<(&'static Message, bool)>);

fn candidates(tag: Tag) -> impl Iterator<Item = Candidate> {
    let functions = MESSAGES.iter().filter(move |message| message.tag == tag);
    let typed = functions.flat_map(|message| {
        let request = Some((message.request, Some((message, true))));
        let response = message.response.map(|name| (name, Some((message, false))));
        [request, response].into_iter().flatten()
    });
    typed
        .chain(OTHERS.into_iter().map(|name| (name, None)))
        .filter_map(|(name, message)| Some((tables::find(name)?, message)))
        .filter(move |(ty, _)| ty.slot().accepts(tag))
}

/// How badly a tree explains its bytes.
fn cost(tree: &Tree) -> usize {
    node_cost(tree) + tree.children.iter().map(cost).sum::<usize>()
}

fn node_cost(node: &Tree) -> usize {
    let unknown = usize::from(node.ty.is_none());
    // a number under the tag of a text is a text of control characters
    let odd = matches!(node.ty.map(Type::kind), Some(Kind::Text))
        && node.contents().iter().any(u8::is_ascii_control);
    let deviations = node
        .notes
        .iter()
        .filter(|note| note.starts_with("deviates"));
    unknown + usize::from(odd) + deviations.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_names_types_that_begin_with_its_tag() {
        for message in MESSAGES {
            let response = message.response.into_iter();
            for name in std::iter::once(message.request).chain(response) {
                let ty = tables::find(name).unwrap_or_else(|| panic!("{name}"));
                let special = ["BoundProfilePackage", "AuthenticateClientRequest"].contains(&name);
                assert!(
                    ty.slot().accepts(message.tag) || special,
                    "{name} {}",
                    message.tag
                );
            }
        }
        for name in OTHERS {
            assert!(tables::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn shapes_tell_requests_from_responses() {
        for (hex, type_name, title) in [
            (
                "BF2E00",
                "GetEuiccChallengeRequest",
                "ES10b.GetEUICCChallenge request, SGP.22 §5.7.7",
            ),
            (
                "BF510BA209800161820101840101",
                "EuiccPackageResult",
                "ES10b.LoadEuiccPackage response, SGP.32 §5.9.1",
            ),
            (
                "BF4F03020101",
                "GetEimPackageResponse",
                "ESipa.GetEimPackage response, SGP.32 §5.14.5",
            ),
            (
                "BF5A038001FF",
                "ImmediateEnableRequest",
                "ES10b.ImmediateEnable request, SGP.32 §5.9.15",
            ),
            (
                "BF3003800105",
                "NotificationSentRequest",
                "ES10b.RemoveNotificationFromList request, SGP.22 §5.7.11",
            ),
            (
                "A206BF3903810101",
                "RemoteProfileProvisioningResponse",
                "ES9+.RemoteProfileProvisioning response, SGP.22 §6.6",
            ),
            (
                "BF4108800101A103810105",
                "CancelSessionRequestEsipa",
                "ES9+ or ESipa.CancelSession request, SGP.22 §5.6.5 or SGP.32 §5.14.8",
            ),
            (
                "BF5207A0058003612E62",
                "IpaEuiccDataResponse",
                "IpaEuiccDataResponse of SGP.32 v1.0",
            ),
            (
                "BF5307800101800200C8",
                "EimAcknowledgements",
                "EimAcknowledgements",
            ),
        ] {
            let guess = guess(&hex::decode(hex).unwrap()).unwrap();
            assert_eq!(
                (guess.tree.type_name(), guess.title().as_str()),
                (type_name, title)
            );
        }
        assert!(guess(&[0x7F, 0x10, 0x00]).is_none());
        assert!(guess(&[]).is_none());
    }
}
