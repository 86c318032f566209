// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every name that stands for something in a description.

use crate::case::RoleName;

/// What a description must say for a name to exist.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// `card.link` of that name.
    Link(&'static str),
    /// `reach` of that name.
    Reach(&'static str),
    /// The member of `[trust]` that says where the file goes.
    Trust(&'static str),
    /// The template of an order.
    Order,
}

/// A name that the harness replaces.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// As it is written between the braces.
    pub name: &'static str,
    /// The roles of the programs that it is for.
    pub roles: &'static [RoleName],
    /// What the description must say for it.
    pub needs: Needs,
    /// What stands in its place.
    pub meaning: &'static str,
}

const fn name(
    name: &'static str,
    roles: &'static [RoleName],
    needs: Needs,
    meaning: &'static str,
) -> Name {
    Name {
        name,
        roles,
        needs,
        meaning,
    }
}

const IPA: &[RoleName] = &[RoleName::Ipa];
const EIM: &[RoleName] = &[RoleName::Eim];
const LPA: &[RoleName] = &[RoleName::Lpa];
/// Those that have the card.
const CARD: &[RoleName] = &[RoleName::Ipa, RoleName::Lpa];
const ALL: &[RoleName] = &RoleName::TESTED;
/// Those that are told of an eIM.
const IOT: &[RoleName] = &[RoleName::Ipa, RoleName::Eim];

/// Every name, in the order in which help shows them.
pub const NAMES: &[Name] = &[
    name(
        "scratch",
        ALL,
        Needs::Nothing,
        "a folder of this case alone, removed after it",
    ),
    name("here", ALL, Needs::Nothing, "the folder of this file"),
    name(
        "harness",
        ALL,
        Needs::Nothing,
        "the program `harness` itself",
    ),
    name(
        "function",
        IPA,
        Needs::Nothing,
        "what the device is told on the spot (`device`)",
    ),
    name(
        "argument",
        IPA,
        Needs::Nothing,
        "what it is to reset or set (`device`)",
    ),
    name("case", ALL, Needs::Nothing, "the id of the case"),
    name("seed", ALL, Needs::Nothing, "the seed of the run"),
    name("eid", ALL, Needs::Nothing, "the EID of the case's eUICC"),
    name(
        "confirmation_code",
        IPA,
        Needs::Nothing,
        "the confirmation code that the device of the case knows, or nothing",
    ),
    name("eim_id", IOT, Needs::Nothing, "the eimId of the case's eIM"),
    name(
        "card",
        CARD,
        Needs::Link("tcp"),
        "HOST:PORT at which the card is served",
    ),
    name(
        "reader",
        CARD,
        Needs::Link("vpcd"),
        "the PC/SC reader with the card",
    ),
    name("tty", CARD, Needs::Link("at"), "the device of the modem"),
    name(
        "resolve",
        ALL,
        Needs::Reach("resolve"),
        "HOST=ADDRESS:PORT, once per host of the case",
    ),
    name(
        "proxy",
        ALL,
        Needs::Reach("proxy"),
        "http://HOST:PORT of a proxy that knows the hosts of the case",
    ),
    name(
        "ca",
        ALL,
        Needs::Trust("ca"),
        "the file of CI certificates, PEM",
    ),
    name(
        "ca_folder",
        ALL,
        Needs::Trust("ca-folder"),
        "the folder of CI certificates, DER",
    ),
    name(
        "initial_eim",
        IPA,
        Needs::Trust("initial-eim"),
        "the file of AddInitialEimRequest, DER",
    ),
    name(
        "esipa_port",
        EIM,
        Needs::Nothing,
        "the port on which it has to serve ESipa",
    ),
    name(
        "api_port",
        EIM,
        Needs::Nothing,
        "a free port for its northbound interface",
    ),
    name(
        "tls_certificate",
        EIM,
        Needs::Trust("tls"),
        "the certificate of its ESipa server, PEM",
    ),
    name("tls_key", EIM, Needs::Trust("tls"), "the key to it, PEM"),
    name(
        "signing_certificate",
        EIM,
        Needs::Trust("signing"),
        "the certificate with which it signs, PEM",
    ),
    name(
        "signing_key",
        EIM,
        Needs::Trust("signing"),
        "the key to it, PEM",
    ),
    name(
        "euicc_certificate",
        EIM,
        Needs::Trust("euicc"),
        "the certificate of the case's eUICC, DER",
    ),
    name(
        "eum_certificate",
        EIM,
        Needs::Trust("euicc"),
        "the certificate of its EUM, DER",
    ),
    name("order", EIM, Needs::Order, "the kind of the order"),
    name(
        "value",
        EIM,
        Needs::Order,
        "the order as JSON, in the words of ASN.1",
    ),
    name("der", EIM, Needs::Order, "the order as DER, in hex"),
    name(
        "id",
        EIM,
        Needs::Order,
        "what the program called the order when it took it",
    ),
    name(
        "operation",
        EIM,
        Needs::Order,
        "the one operation of the list: enable, disable, ...",
    ),
    name(
        "arguments",
        EIM,
        Needs::Order,
        "what that operation says, JSON in the words of ASN.1",
    ),
    name("iccid", EIM, Needs::Order, "the ICCID as on the card, hex"),
    name(
        "iccid_digits",
        EIM,
        Needs::Order,
        "the ICCID as it is printed",
    ),
    name(
        "activation_code",
        EIM,
        Needs::Order,
        "the activation code of a download",
    ),
    name("smdp", EIM, Needs::Order, "the SM-DP+ of a download"),
    name("smds", EIM, Needs::Order, "the SM-DS of a download"),
    name(
        "matching_id",
        EIM,
        Needs::Order,
        "the MatchingID of a download",
    ),
    name(
        "confirmation_code",
        EIM,
        Needs::Order,
        "the confirmation code of a download",
    ),
    name(
        "counter",
        EIM,
        Needs::Order,
        "the counter value that the eUICC has seen",
    ),
    name(
        "token",
        EIM,
        Needs::Order,
        "the association token; null without one",
    ),
    name(
        "euicc_certificate_hex",
        EIM,
        Needs::Order,
        "the certificate of the eUICC, DER in hex",
    ),
    name(
        "euicc_public_key_hex",
        EIM,
        Needs::Order,
        "the public key of the eUICC, an uncompressed point in hex",
    ),
    name(
        "eum_certificate_hex",
        EIM,
        Needs::Order,
        "the certificate of its EUM, DER in hex",
    ),
    name(
        "activation_code",
        LPA,
        Needs::Nothing,
        "the activation code; with the argument before it left out where there is none",
    ),
    name(
        "confirmation_code",
        LPA,
        Needs::Nothing,
        "the confirmation code, or nothing",
    ),
    name("smds", LPA, Needs::Nothing, "the SM-DS to ask, or nothing"),
    name(
        "iccid",
        LPA,
        Needs::Nothing,
        "the ICCID of the profile as on the card, hex",
    ),
    name(
        "iccid_digits",
        LPA,
        Needs::Nothing,
        "the ICCID of the profile as it is printed",
    ),
    name("nickname", LPA, Needs::Nothing, "the name for the profile"),
    name(
        "address",
        LPA,
        Needs::Nothing,
        "the address of the default SM-DP+",
    ),
];
