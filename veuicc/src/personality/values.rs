// SPDX-License-Identifier: MIT OR Apache-2.0
//! The named behaviours that keys choose between; the first of each list is the specification's.

use serde::{Deserialize, Serialize};

/// A choice between named behaviours.
macro_rules! choices {
    ($(
        $(#[$meta:meta])*
        $name:ident { $($(#[$arm_meta:meta])* $arm:ident = $text:literal,)+ }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {$(
            $(#[$arm_meta])*
            #[serde(rename = $text)]
            $arm,
        )+}
    )*};
}

choices! {
    /// See [`super::Keys::refresh`].
    Refresh {
        /// By REFRESH, announced with 91xx.
        Sw91 = "sw91",
        /// Nothing is said; the change waits for a reset.
        Silent = "silent",
        /// The change happens at once.
        None = "none",
    }
    /// See [`super::Keys::refresh_when`].
    RefreshWhen {
        /// Every command that ends well.
        Command = "command",
        /// GET RESPONSE with the last data.
        GetResponse = "get_response",
        /// STATUS only.
        Status = "status",
    }
    /// What clears [`super::Block`].
    Unblock {
        /// SELECT of the ISD-R.
        Select = "select",
        /// A logical channel opened since.
        Channel = "channel",
        /// Any reset.
        Warm = "warm",
        /// A cold reset.
        Cold = "cold",
    }
    /// When [`super::ProactiveQueue`] is said.
    QueueWhen {
        /// Before the REFRESH of a change of profile.
        Change = "change",
        /// After TERMINAL PROFILE.
        TerminalProfile = "terminal_profile",
    }
    /// Tag of the TERMINAL CAPABILITY that is wanted.
    CapabilityTag {
        /// Any template.
        Any = "any",
        /// '83', as an LPA sends it.
        Lpa = "83",
        /// '84', as an IPA sends it.
        Ipa = "84",
    }
    /// See [`super::Keys::select_reply`].
    SelectReply {
        /// As the terminal's Le and the response mode say.
        ByLe = "by_le",
        /// By GET RESPONSE, whatever Le is.
        More = "61",
        /// Directly, whatever Le is.
        Data = "data",
        /// Not at all.
        Empty = "empty",
    }
    /// See [`super::Keys::fci`].
    Fci {
        /// E0 and E1.
        Both = "both",
        /// E0 only, as a consumer card.
        E0 = "E0",
        /// E1 only.
        E1 = "E1",
        /// Neither.
        None = "none",
    }
    /// See [`super::Keys::getresp_cla`].
    ClassAccepted {
        /// Both.
        Any = "any",
        /// '0x'.
        Interindustry = "00",
        /// '8x'.
        Proprietary = "80",
    }
    /// See [`super::Keys::response_mode`].
    Responses {
        /// Up to Le bytes directly, 61xx for the rest.
        Direct = "direct",
        /// As over T=0: 61xx and GET RESPONSE, and 6Cxx where Le is too long.
        T0 = "t0",
    }
    /// See [`super::Keys::protocol`].
    Protocol {
        /// T=0.
        T0 = "t0",
        /// T=1.
        T1 = "t1",
        /// T=0 and T=1.
        Both = "both",
    }
    /// See [`super::Keys::ipa_mode`].
    IpaModeTold {
        /// `ipad(0)`.
        Ipad = "ipad",
        /// `ipae(1)`.
        Ipae = "ipae",
    }
    /// See [`super::Keys::epr_form`].
    EprForm {
        /// `BF51{A0{30…}}`.
        Spec = "spec",
        /// `BF51{30…}`.
        Bare = "bare",
    }
    /// See [`super::Keys::bf2d_form`].
    ProfileListForm {
        /// `BF2D{A0{E3…}}` and `BF2D{81…}`.
        Spec = "spec",
        /// `BF2D{30{E3…}}`.
        Sequence = "sequence",
        /// `BF2D{E3…}`.
        Bare = "bare",
        /// `BF2D{02…}` for an error.
        UniversalError = "universal_error",
    }
    /// See [`super::Keys::bf2b_accept`].
    CriteriaForm {
        /// `A0{80…}`.
        Wrapped = "wrapped",
        /// `80…`.
        Bare = "bare",
        /// Either.
        Both = "both",
    }
    /// See [`super::Keys::empty_notif`].
    EmptyList {
        /// A list of nothing.
        List = "list",
        /// `undefinedError(127)`.
        Error = "127",
        /// Status word 6A88.
        NotFound = "6A88",
        /// No data at all.
        Nothing = "nothing",
    }
    /// See [`super::Keys::refreshflag_tag`].
    RefreshFlagTag {
        /// `80`.
        Context = "80",
        /// `01`.
        Universal = "01",
        /// Either.
        Both = "both",
    }
    /// Which identifier enables a profile.
    EnableBy {
        /// Either.
        Both = "both",
        /// The ICCID.
        Iccid = "iccid",
        /// The AID of the ISD-P.
        Aid = "aid",
    }
    /// Which refreshFlag enables a profile.
    EnableRefresh {
        /// Either.
        Both = "both",
        /// TRUE.
        With = "with",
        /// FALSE.
        Without = "without",
    }
    /// See [`super::Keys::auto_revert`].
    AutoRevert {
        /// It never does.
        Never = "never",
        /// At the reset after the one that completed the change.
        OnReset = "on_reset",
    }
    /// See [`super::Keys::state_visible`].
    StateVisible {
        /// At once.
        Immediate = "immediate",
        /// After the next reset.
        AfterReset = "after_reset",
    }
    /// See [`super::Keys::last_eim`].
    LastEim {
        /// It is deleted: lastEimDeleted(2).
        Deleted = "deleted",
        /// It stays: undefinedError(127).
        Refused = "refused",
    }
    /// See [`super::Keys::otpk`].
    OneTimeKeys {
        /// It is used again.
        Reuse = "reuse",
        /// There is a new one every time.
        New = "new",
    }
    /// See [`super::Keys::epr_sign`].
    ResultSignature {
        /// The data and the association token.
        Token = "v1.1",
        /// The data and the signature of the package, as in SGP.32 v1.0.
        PackageSignature = "v1.0",
        /// The data.
        NoToken = "no_token",
    }
    /// See [`super::Keys::addeim_form`].
    AddEimForm {
        /// `A0{84…, 05 00}` and `81…`.
        Spec = "spec",
        /// The list without A0.
        Bare = "bare",
        /// `addOk` in the place of an error.
        OkOnFailure = "ok_on_failure",
    }
    /// See [`super::Keys::len_form`].
    LengthForm {
        /// The shortest.
        Der = "der",
        /// One octet more than needed.
        Long = "long",
    }
    /// See [`super::Keys::bool_true`].
    TrueOctet {
        /// FF.
        Ff = "FF",
        /// 01.
        One = "01",
    }
    /// See [`super::Keys::bitstring`].
    NamedBits {
        /// Without zero bits at the end.
        Der = "der",
        /// Whole octets, the last bits zero.
        TrailingZeros = "trailing_zeros",
    }
    /// See [`super::Keys::null_form`].
    NullForm {
        /// `05 00`.
        Null = "null",
        /// `30 00`.
        EmptySequence = "empty_sequence",
    }
}
