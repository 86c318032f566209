// SPDX-License-Identifier: MIT OR Apache-2.0
//! Misbehaviour of a CoAP server and of the datagrams on its way, by name: the part of the faults
//! of an eIM that no HTTP has. Each strikes in one place and leaves everything else right.
//!
//! As text: `NAME[:PARAMETER][@FUNCTION][@xN]`, as the faults of `smdp`.

use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rsp::json::esipa::Function;

use super::options::code_byte;

/// Where and how a fault strikes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// This code, without a payload.
    Status,
    /// This code beside the payload of a success.
    StatusBesideBody,
    /// 5.03 with Max-Age.
    Busy,
    /// A Reset.
    Reset,
    /// An empty acknowledgement, and the answer as a confirmable message.
    Separate,
    /// The same with a non-confirmable message.
    NonConfirmable,
    /// The answer twice.
    Twice,
    /// The acknowledgement is lost.
    Lost,
    /// An unknown critical option in the answer.
    CriticalOption,
    /// This Content-Format in the answer.
    ContentFormat,
    /// The token of nobody.
    Token,
    /// Blocks of this size, in both directions.
    BlockSize,
    /// A block is left out of an answer.
    BlockHole,
    /// A block of an answer is of another one.
    BlockOfOther,
    /// The last block of an upload is 4.08.
    UploadIncomplete,
    /// The first block of an upload is 4.13.
    UploadTooLarge,
    /// The server closes the session instead of an answer.
    Close,
    /// The datagrams of the server have at most this size.
    Mtu,
    /// The server knows this version of DTLS alone.
    Version,
    /// The server knows a pre-shared key and no certificate.
    PskOnly,
    /// What begins a handshake is lost.
    LoseFlight,
    /// Two datagrams of the server change places.
    Reorder,
    /// Every datagram of the server comes twice.
    Duplicate,
    /// A protected datagram of the server comes again behind the next.
    Replay,
    /// A damaged copy comes before each protected datagram of the server.
    Damaged,
    /// The server forgets the session.
    Restart,
}

/// One row of the table.
#[derive(Debug)]
pub struct CoapFault {
    /// Its name.
    pub name: &'static str,
    /// Where it strikes.
    pub effect: Effect,
    /// What stands behind the colon when nothing is said; nothing for a fault without parameter.
    pub default: Option<&'static str>,
    /// What goes wrong, and by which clause a correct client notices.
    pub sentence: &'static str,
}

/// Every fault.
#[rustfmt::skip]
pub const FAULTS: [CoapFault; 26] = [
    row("coap-status", Effect::Status, Some("5.00"), "this code without a payload: the function has no result (RFC 7252 §5.9)"),
    row("coap-status-beside-body", Effect::StatusBesideBody, Some("5.00"), "this code beside the payload of a success: the code counts (RFC 7252 §5.9)"),
    row("coap-busy", Effect::Busy, Some("120"), "5.03 with a Max-Age of so many seconds: the device comes back later (RFC 7252 §5.9.3.4)"),
    row("coap-reset", Effect::Reset, None, "the request is answered by a Reset: the exchange is over (RFC 7252 §4.2)"),
    row("coap-separate", Effect::Separate, None, "an empty acknowledgement, and the answer as a message of its own, which is acknowledged (RFC 7252 §5.2.2)"),
    row("coap-non", Effect::NonConfirmable, None, "an empty acknowledgement, and the answer as a non-confirmable message (RFC 7252 §5.2.3)"),
    row("coap-twice", Effect::Twice, None, "the answer comes twice: the second is ignored (RFC 7252 §4.5)"),
    row("coap-lost", Effect::Lost, None, "the acknowledgement is lost: the request is repeated with its message id (RFC 7252 §4.2)"),
    row("coap-critical-option", Effect::CriticalOption, None, "the answer has a critical option that nobody knows: it is rejected (RFC 7252 §5.4.1)"),
    row("coap-content-format", Effect::ContentFormat, Some("0"), "the answer has this Content-Format, 0 is text/plain (RFC 7252 §5.10.3)"),
    row("coap-token", Effect::Token, None, "the answer has the token of another request: it is rejected (RFC 7252 §5.3.2)"),
    row("coap-block-size", Effect::BlockSize, Some("64"), "the server works with blocks of this size: the client follows (RFC 7959 §2.4)"),
    row("coap-block-hole", Effect::BlockHole, None, "a block of the answer is left out: the client asks again or gives up (RFC 7959 §2.4)"),
    row("coap-block-of-other", Effect::BlockOfOther, None, "a block has another ETag and content than the ones before: they are not put together (RFC 7959 §2.4)"),
    row("coap-upload-incomplete", Effect::UploadIncomplete, None, "the last block of a request is answered by 4.08: the client begins again or gives up (RFC 7959 §2.9.2)"),
    row("coap-upload-too-large", Effect::UploadTooLarge, Some("64"), "the first block of a request is answered by 4.13 with a smaller size: the client uses it or gives up (RFC 7959 §2.9.3)"),
    row("dtls-close", Effect::Close, None, "close_notify comes instead of an answer: the session is over (RFC 6347 §4.1.2.7)"),
    row("dtls-mtu", Effect::Mtu, Some("256"), "the datagrams of the server have at most so many octets, so that its handshake messages come in fragments (RFC 6347 §4.2.3)"),
    row("dtls-version", Effect::Version, Some("1.2"), "the server knows this version alone, 1.2 or 1.3 (SGP.32 §2.6.3)"),
    row("dtls-psk-only", Effect::PskOnly, None, "the server knows a pre-shared key and no certificate: the handshake fails (SGP.32 §2.6.3)"),
    row("dtls-lose-flight", Effect::LoseFlight, None, "what begins a handshake is lost: the client repeats it (RFC 6347 §4.2.4)"),
    row("dtls-reorder", Effect::Reorder, None, "two datagrams of the server change places (RFC 6347 §4.2.2)"),
    row("dtls-duplicate", Effect::Duplicate, None, "every datagram of the server comes twice (RFC 6347 §4.1.2.6)"),
    row("dtls-replay", Effect::Replay, None, "a protected datagram of the server comes again behind the next: it is dropped (RFC 6347 §4.1.2.6)"),
    row("dtls-damaged", Effect::Damaged, None, "a damaged copy comes before each protected datagram: it is dropped without a word (RFC 6347 §4.1.2.7)"),
    row("dtls-restart", Effect::Restart, None, "the server forgets the session once: the client begins a new one (RFC 6347 §4.2.8)"),
];

const fn row(
    name: &'static str,
    effect: Effect,
    default: Option<&'static str>,
    sentence: &'static str,
) -> CoapFault {
    CoapFault {
        name,
        effect,
        default,
        sentence,
    }
}

/// A fault that waits for its turn.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ArmedCoapFault {
    effect: Effect,
    parameter: String,
    function: Option<&'static str>,
    times: Option<u32>,
}

/// Text that names no fault, or says something about it that cannot be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CoapFaultError {
    /// No row of the table has the name.
    #[error("expected one of {known}, got {seen:?}", known = names())]
    Unknown {
        /// What was said.
        seen: String,
    },
    /// The parameter does not fit.
    #[error("{name}: expected {expected}, got {seen:?}")]
    Parameter {
        /// The fault.
        name: &'static str,
        /// What would fit.
        expected: &'static str,
        /// What was said.
        seen: String,
    },
}

fn names() -> String {
    FAULTS.map(|fault| fault.name).join(", ")
}

impl FromStr for ArmedCoapFault {
    type Err = CoapFaultError;

    fn from_str(text: &str) -> Result<Self, CoapFaultError> {
        let mut parts = text.split('@');
        let fault = parts.next().unwrap_or_default();
        let (name, parameter) = match fault.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (fault, None),
        };
        let known = FAULTS.iter().find(|row| row.name == name);
        let row = known.ok_or_else(|| CoapFaultError::Unknown {
            seen: name.to_owned(),
        })?;
        let wrong = |expected, seen: &str| CoapFaultError::Parameter {
            name: row.name,
            expected,
            seen: seen.to_owned(),
        };
        let parameter = match (row.default, parameter) {
            (None, Some(seen)) => return Err(wrong("no parameter", seen)),
            (default, given) => given.or(default).unwrap_or_default(),
        };
        if let Some(expected) = row.effect.problem(parameter) {
            return Err(wrong(expected, parameter));
        }
        let mut armed = Self {
            effect: row.effect,
            parameter: parameter.to_owned(),
            function: None,
            times: (row.effect == Effect::Restart).then_some(1),
        };
        for scope in parts {
            let times = scope.strip_prefix('x').and_then(|times| times.parse().ok());
            let function = Function::ALL.iter().find(|it| it.name() == scope);
            match (times, function) {
                (Some(times), _) if times > 0 => armed.times = Some(times),
                (_, Some(function)) => armed.function = Some(function.name()),
                _ => return Err(wrong("a function of ESipa or xN behind @", scope)),
            }
        }
        Ok(armed)
    }
}

impl Effect {
    /// What would be a parameter, when this is none.
    fn problem(self, parameter: &str) -> Option<&'static str> {
        let number = parameter.parse::<u32>().ok();
        let (fits, expected) = match self {
            Self::Status | Self::StatusBesideBody => {
                (code_byte(parameter).is_some(), "a code such as 4.04")
            }
            Self::BlockSize | Self::UploadTooLarge => (
                number.is_some_and(|size| (16..=1024).contains(&size)),
                "a size from 16 to 1024",
            ),
            Self::Mtu => (
                number.is_some_and(|size| (200..=1500).contains(&size)),
                "a size from 200 to 1500",
            ),
            Self::Busy | Self::ContentFormat => (number.is_some(), "a number"),
            Self::Version => (matches!(parameter, "1.2" | "1.3"), "1.2 or 1.3"),
            _ => return None,
        };
        (!fits).then_some(expected)
    }
}

/// The faults that are armed; empty, they do nothing.
#[derive(Debug, Default)]
pub struct CoapFaults(Mutex<Vec<ArmedCoapFault>>);

impl CoapFaults {
    /// Arms a fault.
    pub fn arm(&self, fault: ArmedCoapFault) {
        self.armed().push(fault);
    }

    /// Whether it is the turn of a fault with this effect, and its parameter; it is counted.
    /// `function` is the one that is answered, where that is known.
    pub fn strike(&self, effect: Effect, function: Option<&str>) -> Option<String> {
        let mut armed = self.armed();
        let place = armed.iter().position(|fault| {
            let fits = fault.function.is_none() || fault.function == function;
            fault.effect == effect && fits
        })?;
        let fault = armed.get_mut(place)?;
        let parameter = fault.parameter.clone();
        tracing::info!(?effect, parameter, "fault struck");
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                armed.remove(place);
            }
        }
        Some(parameter)
    }

    /// The same as a number.
    pub fn strike_number(&self, effect: Effect, function: Option<&str>) -> Option<usize> {
        self.strike(effect, function)?.parse().ok()
    }

    fn armed(&self) -> MutexGuard<'_, Vec<ArmedCoapFault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_with_its_parameter_and_scopes() {
        let fault: ArmedCoapFault = "coap-status:4.04@getEimPackage@x1".parse().unwrap();
        let faults = CoapFaults::default();
        faults.arm(fault);
        assert_eq!(faults.strike(Effect::Status, Some("cancelSession")), None);
        let struck = faults.strike(Effect::Status, Some("getEimPackage"));
        assert_eq!(struck.as_deref(), Some("4.04"));
        assert_eq!(faults.strike(Effect::Status, Some("getEimPackage")), None);
        for wrong in [
            "coap-stat",
            "coap-status:x",
            "dtls-mtu:1",
            "coap-reset:1",
            "coap-reset@x",
        ] {
            assert!(wrong.parse::<ArmedCoapFault>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_default_is_a_parameter() {
        for row in &FAULTS {
            let armed = row.name.parse::<ArmedCoapFault>();
            assert_eq!(armed.map(|armed| armed.effect), Ok(row.effect));
        }
    }
}
