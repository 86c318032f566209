// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options that a case may need and an implementation may have.

use super::role::RoleName;

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct ImplementationOption {
    /// The name: that of the test specification where it has one, else a word in lower case.
    pub name: &'static str,
    /// Who can have it.
    pub roles: &'static [RoleName],
    /// What an implementation with it does.
    pub meaning: &'static str,
}

const IPA: &[RoleName] = &[RoleName::Ipa];
const EIM: &[RoleName] = &[RoleName::Eim];
const BOTH: &[RoleName] = &[RoleName::Ipa, RoleName::Eim];
const CARD: &[RoleName] = &[RoleName::Ipa, RoleName::Lpa];
const ALL: &[RoleName] = &RoleName::TESTED;

const fn option(
    name: &'static str,
    roles: &'static [RoleName],
    meaning: &'static str,
) -> ImplementationOption {
    ImplementationOption {
        name,
        roles,
        meaning,
    }
}

/// Every option.
#[rustfmt::skip]
pub const OPTIONS: [ImplementationOption; 45] = [
    option("O_S_PKG_RETRIEVAL", EIM, "hands out packages on request (GetEimPackage)"),
    option("O_S_INJECTION", EIM, "sends packages to the IPA (TransferEimPackage)"),
    option("O_S_ESIPA_HTTPS", EIM, "serves ESipa over HTTPS"),
    option("O_S_ESIPA_COAP", EIM, "serves ESipa over CoAP and DTLS"),
    option("O_S_JSON", EIM, "speaks the JSON binding of ESipa"),
    option("O_S_TRID", EIM, "puts eimTransactionId into its packages"),
    option("O_S_BRP", EIM, "takes brainpoolP256r1 certificates in TLS"),
    option("notification-forwarding", EIM, "forwards notifications to the SM-DP+"),
    option("code-order", EIM, "takes the confirmation code of an indirect download with its order"),
    option("closed-fleet", EIM, "takes orders only for the eUICCs that it has been told of"),
    option("several-euiccs", EIM, "manages more eUICCs than the one that it is told of"),
    option("sm-ds", EIM, "retrieves events from an SM-DS (ES11')"),
    option("psmo", EIM, "takes orders for profile state management"),
    option("eco", EIM, "takes orders for eIM configuration"),
    option("data-order", EIM, "takes orders for data of IPA and eUICC"),
    option("trigger-order", EIM, "takes orders for a profile download by trigger"),
    option("compact", EIM, "takes the compact messages of minimizeEsipaBytes"),
    option("direct-download", IPA, "downloads from the SM-DP+ itself"),
    option("indirect-download", BOTH, "downloads through the eIM"),
    option("package-retrieval", IPA, "asks the eIM for packages"),
    option("injection-https", IPA, "takes packages that the eIM sends over HTTPS"),
    option("injection-coaps", IPA, "takes packages that the eIM sends over CoAP and DTLS"),
    option("esipa-https", IPA, "speaks ESipa over HTTPS"),
    option("esipa-coaps", IPA, "speaks ESipa over CoAP and DTLS"),
    option("esipa-json", IPA, "speaks the JSON binding of ESipa"),
    option("download-data-handling", IPA, "eimDownloadDataHandling: leaves download data to the eIM"),
    option("ctx-params-generation", IPA, "eimCtxParams1Generation: leaves ctxParams1 to the eIM"),
    option("metadata-verification", IPA, "eimProfileMetadataVerification: leaves the check of metadata to the eIM"),
    option("minimize-esipa-bytes", IPA, "minimizeEsipaBytes: speaks the compact messages"),
    option("euicc-package", IPA, "executes eUICC packages"),
    option("ipa-euicc-data", IPA, "answers data requests"),
    option("rollback", IPA, "rolls back when the eIM is out of reach"),
    option("immediate-enable", IPA, "enables a downloaded profile at once when the card allows it"),
    option("fallback", IPA, "uses the fallback mechanism of the card"),
    option("emergency", IPA, "uses the Emergency Profile of the card"),
    option("event-retrieval", CARD, "retrieves events from an SM-DS (ES11)"),
    option("default-smdp", IPA, "downloads from the default SM-DP+ of the card"),
    option("confirmation-code", IPA, "can be told a confirmation code before a download ({confirmation_code})"),
    option("local-reset", IPA, "offers the reset of the card's memory on the device"),
    option("eim-configuration", IPA, "adds the first eIM by AddInitialEim"),
    option("several-eims", IPA, "asks every eIM that the card has"),
    option("compact-notification", IPA, "shortens notifications where the eIM asks for it"),
    option("ipae", IPA, "is in the eUICC: no ES10 can be seen"),
    option("nist", ALL, "takes NIST P-256 certificates"),
    option("brainpool", ALL, "takes brainpoolP256r1 certificates"),
];

/// The option called `name`.
#[must_use]
pub fn find_option(name: &str) -> Option<&'static ImplementationOption> {
    OPTIONS.iter().find(|option| option.name == name)
}
