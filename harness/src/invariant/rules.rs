// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules: name, clause, and what they say.

use std::fmt;

/// A rule that every message of an implementation holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rule {
    /// Which.
    pub name: RuleName,
    /// Its name in reports.
    pub text: &'static str,
    /// Where it stands.
    pub clause: &'static str,
    /// What it says.
    pub sentence: &'static str,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}; always: {})",
            self.sentence, self.clause, self.text
        )
    }
}

impl Rule {
    /// The rule that reports call `text`.
    #[must_use]
    pub fn called(text: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.text == text)
    }
}

macro_rules! rules {
    ($($name:ident $text:literal $clause:literal $sentence:literal;)*) => {
        /// The name of a rule.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub enum RuleName {
            $(#[doc = $sentence] $name,)*
        }

        /// Every rule.
        pub static RULES: &[Rule] = &[$(Rule {
            name: RuleName::$name,
            text: $text,
            clause: $clause,
            sentence: $sentence,
        }),*];

        impl RuleName {
            /// What it says, and where it stands.
            #[must_use]
            pub fn row(self) -> &'static Rule {
                match self {
                    $(Self::$name => {
                        const ROW: Rule = Rule {
                            name: RuleName::$name,
                            text: $text,
                            clause: $clause,
                            sentence: $sentence,
                        };
                        &ROW
                    })*
                }
            }
        }
    };
}

rules! {
    Der "der" "SGP.32 §6.3, SGP.22 §2.7.1"
        "a message is a TLV of its interface in DER, as its type says";
    Answer "answer" "SGP.32 §6.3"
        "an answer is that of the function which was called";
    RequestHeaders "request-headers" "SGP.32 §6.1"
        "a request on ESipa has User-Agent (since v1.2), X-Admin-Protocol, and Content-Type, path and form of its binding";
    AnswerHeaders "answer-headers" "SGP.32 §6.1, SGP.22 §6.3"
        "an answer has HTTP status 200 with X-Admin-Protocol and Content-Type of its binding, or 204 without a body";
    Eid "eid" "SGP.32 §5.14.5, §5.14.6"
        "eidValue is the EID of the eUICC";
    Challenge "challenge" "SGP.22 §5.6.1"
        "euiccChallenge is one that was given for this session";
    Transaction "transaction" "SGP.22 §5.6, SGP.32 §5.14"
        "transactionId is one that the server gave";
    EimTransaction "eim-transaction" "SGP.32 §2.11.2"
        "eimTransactionId of a result is that of the package it belongs to";
    AsReceived "as-received" "SGP.22 §3.1, SGP.32 §3.2, §3.3"
        "what others signed is handed on byte for byte";
    PackageOf "package-of" "SGP.32 §2.11.1.1, §5.14.5"
        "an eUICC package is for the eUICC that asked, from the eIM that it knows";
    Counter "counter" "SGP.32 §2.11.1.1"
        "counterValue is higher than in every earlier package, unless it is the same package again";
    Commands "commands" "SGP.32 §2.11.1.1.3"
        "an eUICC package has at most one enable and at most one disable";
    OneTransaction "one-transaction" "SGP.32 §2.11.1.1"
        "an eimTransactionId stands for one package of an eIM and no other";
    Acknowledged "acknowledged" "SGP.32 §5.14.6"
        "an eIM acknowledges sequence numbers of what it was sent";
    Removed "removed" "SGP.32 §5.14.6, SGP.22 §5.7.11"
        "a notification or result leaves the eUICC after it was delivered and acknowledged";
    EimSignature "eim-signature" "SGP.32 §2.11.1.1"
        "eimSignature verifies over euiccPackageSigned and the association token";
    EuiccSignature "euicc-signature" "SGP.22 §5.7.13, §5.7.5, SGP.32 §2.11.2.1"
        "a signature of the eUICC verifies with its certificate";
    ServerSignature "server-signature" "SGP.22 §5.6.1, §5.6.3"
        "a signature of the SM-DP+ verifies with the certificate that comes with it";
}
