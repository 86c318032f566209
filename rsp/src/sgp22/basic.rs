// SPDX-License-Identifier: MIT OR Apache-2.0
//! Basic types: sized octet strings, versions, ICCID, transaction identifiers.

use crate::asn1::{integer_names, octet_strings};

octet_strings! {
    /// `Octet8`.
    Octet8: 8..=8;
}

octet_strings! {
    /// `Octet16`.
    Octet16: 16..=16;
}

octet_strings! {
    /// `OctetTo16`.
    OctetTo16: 1..=16;
}

octet_strings! {
    /// `Octet32`.
    Octet32: 32..=32;
}

octet_strings! {
    /// `Octet1`.
    Octet1: 1..=1;
}

octet_strings! {
    /// `Octet2`.
    Octet2: 2..=2;
}

octet_strings! {
    /// `VersionType`.
    VersionType: 3..=3;
}

octet_strings! {
    /// `Iccid` (5A).
    Iccid: 10..=10, rasn::types::Tag::new(rasn::types::Class::Application, 26);
}

integer_names! {
    /// `RemoteOpId` (82) (SGP.22 §5.5.1).
    RemoteOpId(rasn::types::Tag::new(rasn::types::Class::Context, 2)) {
        /// `installBoundProfilePackage`.
        INSTALL_BOUND_PROFILE_PACKAGE = 1 "installBoundProfilePackage",
    }
}

octet_strings! {
    /// `TransactionId`.
    TransactionId: 1..=16;
}
