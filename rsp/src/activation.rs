// SPDX-License-Identifier: MIT OR Apache-2.0
//! Activation codes (SGP.22 §4.1): `1$address$MatchingID$OID$confirmation code flag$CI…`.
//!
//! Traps: the delimiters before a field that is present are mandatory, trailing ones are not
//! written; the prefix `LPA:` belongs to the QR code and not to the code itself, yet arrives with
//! it; the address is a bare FQDN, without scheme, port or path.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::id::{IdError, MatchingId, Oid};

/// The longest activation code (SGP.22 §4.1).
pub const MAX_LENGTH: usize = 255;

/// A parsed activation code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationCode {
    /// FQDN of the SM-DP+, as written.
    pub smdp_address: String,
    /// MatchingID (AC_Token), possibly empty.
    pub matching_id: MatchingId,
    /// OID the SM-DP+ must show in its certificate.
    pub smdp_oid: Option<Oid>,
    /// Whether the user must enter a confirmation code.
    pub confirmation_code_required: bool,
    /// Beginning of the CI key identifier to use (SGP.22 v3 §4.1).
    pub ci_key_id: Option<Vec<u8>>,
    /// Whether the delete notification serves a device change (SGP.22 v3 §4.1).
    pub delete_notification_for_device_change: bool,
    /// Fields of later versions as written, up to the last that is not empty.
    pub additional: Vec<String>,
}

/// Why text is no activation code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ActivationCodeError {
    /// Longer than [`MAX_LENGTH`].
    #[error("expected an activation code of at most 255 characters, found {0}")]
    TooLong(usize),
    /// A format other than `1`.
    #[error("expected activation code format 1, found {0:?}")]
    Format(String),
    /// A mandatory delimiter or field is missing.
    #[error("expected a {0}, found the end of the activation code")]
    Missing(&'static str),
    /// The address is no FQDN.
    #[error("expected an FQDN as SM-DP+ address, found {0:?}")]
    Address(String),
    /// The MatchingID has other characters than it may.
    #[error("MatchingID: {0}")]
    MatchingId(IdError),
    /// The SM-DP+ OID is none.
    #[error("SM-DP+ OID: {0}")]
    Oid(IdError),
    /// A flag is neither 1 nor absent.
    #[error("expected 1 or nothing as {what}, found {found:?}")]
    Flag {
        /// The flag.
        what: &'static str,
        /// Its text.
        found: String,
    },
    /// The CI key identifier is not hexadecimal.
    #[error("expected up to 40 hexadecimal digits as CI key identifier, found {0:?}")]
    CiKeyId(String),
}

impl ActivationCode {
    /// A code with address and MatchingID only.
    pub fn new(smdp_address: &str, matching_id: MatchingId) -> Self {
        Self {
            smdp_address: smdp_address.to_owned(),
            matching_id,
            smdp_oid: None,
            confirmation_code_required: false,
            ci_key_id: None,
            delete_notification_for_device_change: false,
            additional: Vec::new(),
        }
    }

    /// The form of the QR code.
    pub fn to_qr_text(&self) -> String {
        format!("LPA:{self}")
    }
}

/// Whether text is a fully qualified domain name as far as its characters tell.
pub fn is_fqdn(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(label)
}

/// Whether two server addresses are the same: case and one trailing dot do not matter.
pub fn same_address(left: &str, right: &str) -> bool {
    let bare = |text: &'_ str| text.strip_suffix('.').map_or(text.len(), str::len);
    let (left, right) = (left.get(..bare(left)), right.get(..bare(right)));
    left.zip(right)
        .is_some_and(|(left, right)| left.eq_ignore_ascii_case(right))
}

fn flag(what: &'static str, text: Option<&str>) -> Result<bool, ActivationCodeError> {
    match text {
        None | Some("") => Ok(false),
        Some("1") => Ok(true),
        Some(found) => Err(ActivationCodeError::Flag {
            what,
            found: found.to_owned(),
        }),
    }
}

fn ci_key_id(text: &str) -> Result<Vec<u8>, ActivationCodeError> {
    let bytes = hex::decode(text).ok().filter(|bytes| bytes.len() <= 20);
    bytes.ok_or_else(|| ActivationCodeError::CiKeyId(text.to_owned()))
}

impl FromStr for ActivationCode {
    type Err = ActivationCodeError;

    fn from_str(text: &str) -> Result<Self, ActivationCodeError> {
        let text = match text.split_at_checked(4) {
            Some((prefix, code)) if prefix.eq_ignore_ascii_case("LPA:") => code,
            _ => text,
        };
        if text.len() > MAX_LENGTH {
            return Err(ActivationCodeError::TooLong(text.len()));
        }
        let mut fields = text.split('$');
        let format = fields.next().unwrap_or_default();
        if format != "1" {
            return Err(ActivationCodeError::Format(format.to_owned()));
        }
        let address = fields
            .next()
            .ok_or(ActivationCodeError::Missing("SM-DP+ address"))?;
        if !is_fqdn(address) {
            return Err(ActivationCodeError::Address(address.to_owned()));
        }
        let token = fields
            .next()
            .ok_or(ActivationCodeError::Missing("MatchingID"))?;
        let matching_id = token.parse().map_err(ActivationCodeError::MatchingId)?;
        let mut code = Self::new(address, matching_id);
        let oid = fields.next().filter(|oid| !oid.is_empty());
        code.smdp_oid = oid
            .map(str::parse)
            .transpose()
            .map_err(ActivationCodeError::Oid)?;
        code.confirmation_code_required = flag("confirmation code flag", fields.next())?;
        let ci = fields.next().filter(|ci| !ci.is_empty());
        code.ci_key_id = ci.map(ci_key_id).transpose()?;
        code.delete_notification_for_device_change =
            flag("delete notification for device change", fields.next())?;
        // delimiters at the end stand for nothing, as they do behind the known fields
        let fields: Vec<_> = fields.map(str::to_owned).collect();
        let last = fields.iter().rposition(|field| !field.is_empty());
        let kept = last.map_or(0, |last| last + 1);
        code.additional = fields.into_iter().take(kept).collect();
        Ok(code)
    }
}

impl fmt::Display for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = |set: bool| if set { "1" } else { "" }.to_owned();
        let mut optional = vec![
            self.smdp_oid
                .as_ref()
                .map(Oid::to_string)
                .unwrap_or_default(),
            flag(self.confirmation_code_required),
            self.ci_key_id
                .as_ref()
                .map(hex::encode_upper)
                .unwrap_or_default(),
            flag(self.delete_notification_for_device_change),
        ];
        optional.extend(self.additional.iter().cloned());
        let last = optional.iter().rposition(|field| !field.is_empty());
        optional.truncate(last.map_or(0, |last| last + 1));
        write!(f, "1${}${}", self.smdp_address, self.matching_id)?;
        optional.iter().try_for_each(|field| write!(f, "${field}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<ActivationCode, ActivationCodeError> {
        text.parse()
    }

    #[test]
    fn the_forms_of_the_specification_are_read_and_written() {
        for text in [
            "1$SMDP.EXAMPLE.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746$1",
            "1$SMDP.EXAMPLE.COM$04386-AGYFT-A74Y8-3F815$$1",
            "1$SMDP.EXAMPLE.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746",
            "1$SMDP.EXAMPLE.COM$04386-AGYFT-A74Y8-3F815",
            "1$SMDP.EXAMPLE.COM$$1.3.6.1.4.1.31746",
            "1$SMDP.EXAMPLE.COM$",
            "1$smdp.example.com$A$2.999.10$$F54172BD",
            "1$smdp.example.com$A$$1$F54172BD$1",
            "1$smdp.example.com$A$$$$$later$$more",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
            assert_eq!(parse(&format!("LPA:{text}")).unwrap(), parse(text).unwrap());
            assert_eq!(parse(&format!("lpa:{text}")).unwrap(), parse(text).unwrap());
        }
    }

    #[test]
    fn fields_land_where_they_belong() {
        let code = parse("LPA:1$smdp.example.com$A-1$2.999.10$1$F541").unwrap();
        assert_eq!(code.smdp_address, "smdp.example.com");
        assert_eq!(code.matching_id.as_str(), "A-1");
        assert_eq!(code.smdp_oid.unwrap().to_string(), "2.999.10");
        assert!(code.confirmation_code_required);
        assert_eq!(code.ci_key_id.unwrap(), [0xF5, 0x41]);
        assert!(!code.delete_notification_for_device_change);
    }

    #[test]
    fn trailing_delimiters_are_read_but_not_written() {
        assert_eq!(parse("1$a.b$X$$$$").unwrap().to_string(), "1$a.b$X");
        assert_eq!(parse("1$a.b$X$$$$$$$").unwrap(), parse("1$a.b$X").unwrap());
        assert_eq!(parse("1$a.b$X$$$$$$y$$").unwrap().additional, ["", "y"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        use ActivationCodeError as E;
        assert_eq!(parse(""), Err(E::Format(String::new())));
        assert_eq!(parse("2$a.b$X"), Err(E::Format("2".into())));
        assert_eq!(parse("LPA:LPA:1$a.b$X"), Err(E::Format("LPA:1".into())));
        assert_eq!(parse("1"), Err(E::Missing("SM-DP+ address")));
        assert_eq!(parse("1$a.b"), Err(E::Missing("MatchingID")));
        for address in [
            "",
            "a b",
            "https://a.b",
            "a.b:8443",
            "a.b/c",
            "-a.b",
            "a..b",
        ] {
            assert_eq!(
                parse(&format!("1${address}$X")),
                Err(E::Address(address.into()))
            );
        }
        assert!(matches!(parse("1$a.b$x"), Err(E::MatchingId(_))));
        assert!(matches!(parse("1$a.b$X$1"), Err(E::Oid(_))));
        assert!(matches!(parse("1$a.b$X$$0"), Err(E::Flag { .. })));
        assert!(matches!(parse("1$a.b$X$$$xy"), Err(E::CiKeyId(_))));
        assert_eq!(
            parse(&format!("1$a.b${}", "X".repeat(250))),
            Err(E::TooLong(256))
        );
    }

    #[test]
    fn addresses_compare_without_case_and_trailing_dot() {
        assert!(same_address("SMDP.Example.com.", "smdp.example.COM"));
        assert!(!same_address("smdp.example.com", "smdp.example.org"));
        assert!(!same_address("smdp.example.com:443", "smdp.example.com"));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics_and_round_trips(text in "(LPA:)?1?[$a-zA-Z0-9.:ä-]{0,60}") {
            if let Ok(code) = parse(&text) {
                prop_assert_eq!(parse(&code.to_string()).unwrap(), code);
            }
        }
    }
}
