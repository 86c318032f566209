// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is read from text is written to text that reads the same.

#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use rsp::activation::ActivationCode;
use rsp::asn1::ObjectIdentifier;
use rsp::id::{Aid, Eid, Iccid, MatchingId, Oid, TransactionId};

fn again<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(written.parse().ok().as_ref(), Some(&value), "{written:?}");
    }
}

fuzz_target!(|text: &str| {
    again::<ActivationCode>(text);
    again::<Aid>(text);
    again::<Eid>(text);
    again::<Iccid>(text);
    again::<MatchingId>(text);
    again::<ObjectIdentifier>(text);
    again::<Oid>(text);
    again::<TransactionId>(text);
});
