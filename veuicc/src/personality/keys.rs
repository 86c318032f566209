// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keys of a personality: one table. Every key has a sentence, the fact it comes from, the value
//! of a card that follows the specification, and a test of its name in `tests/personality`.

use rsp::dialect::Dialect;
use serde::{Deserialize, Serialize};

use super::records::*;
use super::values::*;
use crate::fault::ArmedFault;
use crate::state::AuthorisationRule;
use crate::status_word::StatusWord;

/// What there is to say about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub text: &'static str,
    /// The field report it comes from.
    pub source: &'static str,
}

macro_rules! keys {
    ($(
        $(#[doc = $doc:literal])+
        $(#[serde($($serde:tt)+)])?
        $source:literal $name:ident: $type:ty = $default:expr;
    )*) => {
        /// The ways in which a card can differ; the default is a card that does not.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Keys {$(
            $(#[doc = $doc])+
            $(#[serde($($serde)+)])?
            pub $name: $type,
        )*}

        impl Keys {
            /// All keys, in the order of the table.
            pub const ALL: &'static [Key] = &[$(Key {
                name: stringify!($name),
                text: concat!($($doc),+),
                source: $source,
            }),*];
        }

        impl Default for Keys {
            fn default() -> Self {
                Self {$($name: $default,)*}
            }
        }
    };
}

keys! {
    // transport

    /// How the card asks for the reset that a change of profile needs: by REFRESH, by nothing, or
    /// the change needs no reset at all.
    "CARD-01" refresh: Refresh = Refresh::Sw91;
    /// Qualifier of REFRESH: 4 is "UICC reset".
    "CARD-01" refresh_qualifier: u8 = 4;
    /// Which answers announce a waiting REFRESH with 91xx.
    "CARD-01" refresh_when: RefreshWhen = RefreshWhen::Command;
    /// Milliseconds that the card takes to come back from the reset that completes a change.
    "CARD-19" refresh_gap_ms: u32 = 0;
    /// Status word of every ES10 command after a change of profile, until something clears it.
    "CARD-02" block_after_change: Option<Block> = None;
    /// Status word of ListNotification (and of nothing else) after a change of profile, until reset.
    "CARD-22" bf28_after_change: Option<StatusWord> = None;
    /// Proactive commands that the card has to say before REFRESH, or after TERMINAL PROFILE.
    "CARD-03" proactive_queue: ProactiveQueue = ProactiveQueue::default();
    /// Whether FETCH, TERMINAL RESPONSE and TERMINAL PROFILE have to come on channel 0.
    "CARD-29" proactive_cla_check: bool = true;
    /// What the card wants of TERMINAL CAPABILITY.
    "CARD-05" termcap: TerminalCapability = TerminalCapability::default();
    /// How SELECT of the ISD-R returns the FCI.
    "CARD-06" select_reply: SelectReply = SelectReply::ByLe;
    /// Status word of SELECT ISD-R on a channel while the ISD-R is selected on the basic channel.
    "CARD-06" select_basic_then_supp: Option<StatusWord> = None;
    /// Which templates of SGP.22 (E0) and SGP.32 (E1) are in the FCI of the ISD-R.
    "CARD-07" fci: Fci = Fci::Both;
    /// AID of the ISD-R, if it is another than the standard one.
    #[serde(with = "crate::state::hex_bytes::option")]
    "CARD-08" isdr_aid: Option<Vec<u8>> = None;
    /// Which logical channels there are, and how MANAGE CHANNEL opens them.
    "CARD-09" channels: LogicalChannels = LogicalChannels::default();
    /// Class of GET RESPONSE that the card accepts.
    "CARD-10" getresp_cla: ClassAccepted = ClassAccepted::Any;
    /// How answers with data reach the terminal, where the card has an opinion.
    "CARD-11" response_mode: Option<Responses> = None;
    /// Most data bytes in one answer.
    "CARD-11" max_le: Option<u16> = None;
    /// Most data bytes in one command; more is answered 6700.
    "CARD-12" max_lc: Option<u8> = None;
    /// Whether the card understands extended length fields, and says so in its ATR.
    "CARD-11" extended_length: bool = true;
    /// Transmission protocols that the ATR offers; in a reader, T=0 alone has answers fetched.
    "CARD-11" protocol: Protocol = Protocol::T0;
    /// Number of the command, counted from the first, before which the power is lost.
    "ST-07" power_cut_at: Option<u32> = None;
    /// Faults that are armed from the beginning.
    "ASK-12" faults: Vec<ArmedFault> = Vec::new();
    /// Milliseconds that every answer takes.
    "CARD-19" slow_ms: u32 = 0;

    // content

    /// Version of SGP.22 that the card names (`svn`).
    "CARD-07" svn: Version = Version([2, 5, 0]);
    /// Version of profile packages that the card names; packages of a newer major version fail.
    "CARD-26" profile_version: Option<Version> = None;
    /// The version of SGP.32 whose ES10b the card speaks.
    #[serde(with = "crate::dialect::text")]
    "VER-01" dialect: Dialect = Dialect::V1_2;
    /// Versions of SGP.32 that the card names (`iotVersion`).
    "VER-06" iot_version: Vec<Version> = vec![Version([1, 2, 0])];
    /// `ipaMode` of EUICCInfo2: whether an IPA in the card is active.
    "CARD-31" ipa_mode: IpaModeTold = IpaModeTold::Ipad;
    /// First sequence number of notifications and eUICC package results of a new card.
    "CARD-20" seq_start: i64 = 1;
    /// First association token of a new card.
    "ENC-11" assoc_token_start: i64 = 1;
    /// Whether notifications and eUICC package results share one number space.
    "CARD-21" shared_seq: bool = true;
    /// Whether eUICC package results are kept until they are removed.
    "IPA-21" keep_epr: bool = true;
    /// Bytes of non-volatile memory for profiles.
    "CARD-25" free_nvm: Option<u32> = None;
    /// Whether a failed installation keeps the memory it had taken.
    "CARD-25" leak_on_fail: bool = false;
    /// Rules authorisation table of a new card.
    "CARD-34" rat: Option<Vec<AuthorisationRule>> = None;

    // what a conforming card may leave out, and how much it can take

    /// Whether the card has the fallback mechanism.
    "ST-04" fallback: Option<bool> = None;
    /// Whether the card has emergency profiles.
    "ST-04" ecall: Option<bool> = None;
    /// Whether the card has an IPA of its own.
    "CARD-31" ipae: Option<bool> = None;
    /// Whether EuiccMemoryReset can reset eIM configuration data.
    "ST-06" eim_reset: Option<bool> = None;
    /// Whether the card has immediate enabling.
    "IPA-16" immediate_enable: Option<bool> = None;
    /// Whether EuiccMemoryReset can reset the configuration of immediate enabling.
    "ST-06" immediate_enable_reset: Option<bool> = None;
    /// Whether the card takes test profiles.
    "CARD-34" test_profiles: Option<bool> = None;
    /// Whether a package that lost power is reported as interrupted, instead of never having been.
    "ST-07" package_journal: Option<bool> = None;
    /// Longest eUICC package, in bytes.
    "ST-08" max_package: Option<u32> = None;
    /// Most bytes of results that are kept for one eUICC package.
    "ST-08" max_result: Option<u32> = None;
    /// Most associated eIMs.
    "EIM-30" max_eims: Option<u8> = None;
    /// Highest counter value of an eIM.
    "ENC-11" max_counter: Option<i64> = None;
    /// Functions of ES10, and commands of eUICC packages, that the card always fails to carry out.
    "CARD-32" refuse: Vec<String> = Vec::new();

    // behaviour

    /// Form of EuiccPackageResult: with the tag of its arm, or bare.
    "ENC-03" epr_form: EprForm = EprForm::Spec;
    /// Form of the answer of GetProfilesInfo.
    "ENC-04" bf2d_form: ProfileListForm = ProfileListForm::Spec;
    /// Which form of searchCriteria RetrieveNotificationsList accepts; the other one is answered
    /// undefinedError.
    "ENC-02" bf2b_accept: CriteriaForm = CriteriaForm::Wrapped;
    /// What the card answers when no notification waits.
    "ENC-30" empty_notif: EmptyList = EmptyList::List;
    /// Tag of refreshFlag that the IoT functions accept.
    "ENC-14" refreshflag_tag: RefreshFlagTag = RefreshFlagTag::Context;
    /// Which requests to enable a profile the card carries out, and whether it tells the truth.
    "CARD-16" enable: EnableQuirks = EnableQuirks::default();
    /// Whether enabling the enabled profile is ok.
    "CARD-17" idempotent_enable: bool = false;
    /// Whether a reset brings back the profile with the fallback attribute after ES10c enabled
    /// another one.
    "CARD-18" auto_revert: AutoRevert = AutoRevert::Never;
    /// When GetProfilesInfo shows an installed or deleted profile.
    "CARD-33" state_visible: StateVisible = StateVisible::Immediate;
    /// Whether the last eIM can be deleted.
    "CARD-35" last_eim: LastEim = LastEim::Deleted;
    /// The command of a bound profile package at which loading fails, and why.
    "CARD-23" bpp_fail_at: Option<BppFailure> = None;
    /// Whether segments of a bound profile package have to be cut as SGP.22 §2.5.5 says; others
    /// are answered 6A80.
    "CARD-24" bpp_strict_segments: bool = false;
    /// Whether PrepareDownload uses the one-time key again that the server asks for.
    "DP-03" otpk: OneTimeKeys = OneTimeKeys::Reuse;
    /// What the signatures of eUICC package results cover.
    "SIG-02" epr_sign: ResultSignature = ResultSignature::Token;
    /// Form of the answer of AddInitialEim.
    "ENC-23" addeim_form: AddEimForm = AddEimForm::Spec;

    // encoding

    /// Whether signed data is encoded as the keys below say; otherwise they change only what no
    /// signature covers.
    "ENC-19" sign_over_ber: bool = false;
    /// Form of length fields.
    "ENC-17" len_form: LengthForm = LengthForm::Der;
    /// The octet of TRUE.
    "ENC-13" bool_true: TrueOctet = TrueOctet::Ff;
    /// Whether integers have an octet of padding.
    "ENC-12" nonminimal_int: bool = false;
    /// Whether non-negative integers are written without the octet that keeps them so.
    "ENC-11" unsigned_int: bool = false;
    /// Form of named bits.
    "ENC-15" bitstring: NamedBits = NamedBits::Der;
    /// Form of NULL.
    "ENC-24" null_form: NullForm = NullForm::Null;
    /// Whether every extensible SEQUENCE ends with a member that no module knows.
    "ENC-18" inject_unknown: bool = false;
    /// Whether a tagged CHOICE inside another message has its tag twice.
    "ENC-08" double_choice_tag: bool = false;
}
