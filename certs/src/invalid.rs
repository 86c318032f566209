// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates with one thing wrong (SGP.26 §4): one row per recipe, for every role but the CI.
//!
//! Traps:
//! - The published damage of a signature is not the same on both curves, and leaves a readable
//!   ECDSA-Sig-Value.
//! - A key of 192 bits is the base point of its curve, which is a point everybody has; nobody signs
//!   with it, so the credential keeps the private key of the valid one.
//! - A card has no clock: what is expired or not valid yet is refused by servers and terminals only.

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Encode;
use der::asn1::OctetString;
use rsp::ecdsa::Curve;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, CertificatePolicies, KeyUsage, KeyUsages};

use crate::error::PkiError;
use crate::extensions::tlv;
use crate::issue::{Draft, Holder, Issuer};
use crate::roles::{Role, curve_suffix};
use crate::rows::Row;

const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
/// An extension that nobody knows, below the enterprise number that is reserved for examples.
const UNKNOWN_EXTENSION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// What is wrong with a certificate; everything else is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flaw {
    /// The last bytes of the signature are overwritten.
    Signature,
    /// The key is on the 192-bit curve of the same family.
    Curve,
    /// No policy gives it a role.
    NoRole,
    /// The policy is that of another role.
    WrongRole,
    /// keyUsage is keyAgreement.
    KeyUsage,
    /// It is a CA.
    Authority,
    /// It has a critical extension that nobody knows.
    CriticalExtension,
    /// No registeredID names the server.
    NoOid,
    /// The registeredID is that of nobody.
    WrongOid,
    /// A CI of the same name and another key issued it.
    UnknownCi,
    /// One day of validity, long ago.
    Expired,
    /// One day of validity, far ahead.
    NotYetValid,
}

/// How a flaw is made.
struct Recipe {
    flaw: Flaw,
    /// Between role and curve in the file name, as published where it is.
    name: &'static str,
    /// Changes what the role's row says.
    row: fn(Row) -> Row,
    /// Changes what is about to be signed.
    draft: fn(&mut Draft) -> Result<(), PkiError>,
}

const fn recipe(flaw: Flaw, name: &'static str) -> Recipe {
    Recipe {
        flaw,
        name,
        row: |row| row,
        draft: |_| Ok(()),
    }
}

const RECIPES: [Recipe; 12] = [
    recipe(Flaw::Signature, "INV_SIGN"),
    recipe(Flaw::Curve, "INV_CURVE"),
    Recipe {
        draft: |draft| {
            remove(draft, CertificatePolicies::OID);
            Ok(())
        },
        ..recipe(Flaw::NoRole, "INV_NO_ROLE")
    },
    Recipe {
        row: |row| Row {
            policy: row.policy.map(another_role),
            ..row
        },
        ..recipe(Flaw::WrongRole, "INV_CERT_POL")
    },
    Recipe {
        draft: |draft| replace(draft, true, &KeyUsage(KeyUsages::KeyAgreement.into())),
        ..recipe(Flaw::KeyUsage, "INV_KEY_USAGE")
    },
    Recipe {
        draft: |draft| {
            let authority = BasicConstraints {
                ca: true,
                path_len_constraint: None,
            };
            replace(draft, true, &authority)
        },
        ..recipe(Flaw::Authority, "INV_AUTHORITY")
    },
    Recipe {
        draft: |draft| {
            draft.extensions.push(Extension {
                extn_id: UNKNOWN_EXTENSION,
                critical: true,
                extn_value: OctetString::new([0x05, 0x00])?,
            });
            Ok(())
        },
        ..recipe(Flaw::CriticalExtension, "INV_CRITICAL_EXT")
    },
    Recipe {
        draft: |draft| {
            remove(draft, SUBJECT_ALT_NAME);
            Ok(())
        },
        ..recipe(Flaw::NoOid, "INV_NO_OID")
    },
    Recipe {
        row: |row| Row {
            registered_id: row.registered_id.map(|_| "2.999.4711"),
            ..row
        },
        ..recipe(Flaw::WrongOid, "INV_OID")
    },
    recipe(Flaw::UnknownCi, "INV_CI"),
    Recipe {
        row: |row| Row {
            not_before: "2020-04-01T12:00:00Z",
            not_after: "2020-04-02T12:00:00Z",
            ..row
        },
        ..recipe(Flaw::Expired, "EXPIRED")
    },
    Recipe {
        row: |row| Row {
            not_before: "2049-12-30T12:00:00Z",
            not_after: "2049-12-31T12:00:00Z",
            ..row
        },
        ..recipe(Flaw::NotYetValid, "NOT_YET_VALID")
    },
];

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Signature,
        Self::Curve,
        Self::NoRole,
        Self::WrongRole,
        Self::KeyUsage,
        Self::Authority,
        Self::CriticalExtension,
        Self::NoOid,
        Self::WrongOid,
        Self::UnknownCi,
        Self::Expired,
        Self::NotYetValid,
    ];

    fn recipe(self) -> Result<&'static Recipe, PkiError> {
        let mut recipes = RECIPES.iter();
        recipes
            .find(|recipe| recipe.flaw == self)
            .ok_or_else(|| PkiError::Encoding(format!("no recipe for {self:?}")))
    }

    /// File name without its `CERT_`, as published: `S_SM_DPauth_INV_SIGN_NIST`.
    #[must_use]
    pub fn file_name(self, role: Role, curve: Curve) -> String {
        let role = role.row().name;
        let role = role.strip_suffix("_ECDSA").unwrap_or(role);
        let flaw = self.recipe().map_or("INV", |recipe| recipe.name);
        let size = if self == Self::Curve { "192" } else { "" };
        format!("{role}_{flaw}_{}{size}", curve_suffix(curve))
    }

    /// The certificate, DER.
    pub(crate) fn issue(
        self,
        role: Role,
        holder: &Holder<'_>,
        issuer: &Issuer<'_>,
    ) -> Result<Vec<u8>, PkiError> {
        let recipe = self.recipe()?;
        let row = (recipe.row)(*role.row());
        let mut draft = Draft::new(&row, holder, Some(issuer))?;
        (recipe.draft)(&mut draft)?;
        let curve = holder.key.curve();
        match self {
            Self::Curve => draft.sign_key(&short_key(curve)?, issuer.key),
            Self::Signature => {
                let mut certificate = draft.sign(holder.key, issuer.key)?;
                damage(curve, &mut certificate);
                Ok(certificate)
            }
            _ => draft.sign(holder.key, issuer.key),
        }
    }
}

/// The policy arc of another role: for the TLS roles that of the SM-DP+ that authenticates, as it is
/// published, for all others the one before.
fn another_role(arc: u32) -> u32 {
    match arc {
        3 | 6 => 4,
        other => other.saturating_sub(1),
    }
}

fn remove(draft: &mut Draft, oid: ObjectIdentifier) {
    draft
        .extensions
        .retain(|extension| extension.extn_id != oid);
}

/// Puts an extension in the place of the one of its kind, or behind all others.
fn replace<T: AssociatedOid + Encode>(
    draft: &mut Draft,
    critical: bool,
    value: &T,
) -> Result<(), PkiError> {
    let extension = Extension {
        extn_id: T::OID,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    };
    let mut extensions = draft.extensions.iter_mut();
    match extensions.find(|known| known.extn_id == T::OID) {
        Some(place) => *place = extension,
        None => draft.extensions.push(extension),
    }
    Ok(())
}

/// Overwrites the end of the signature: 10 bytes 00 on P-256, 8 bytes 11 on brainpoolP256r1.
fn damage(curve: Curve, certificate: &mut [u8]) {
    let (count, value) = match curve {
        Curve::NistP256 => (10, 0x00),
        Curve::BrainpoolP256r1 => (8, 0x11),
    };
    for byte in certificate.iter_mut().rev().take(count) {
        *byte = value;
    }
}

/// SubjectPublicKeyInfo with the base point of P-192 (FIPS 186-4 D.1.2.1) or brainpoolP192r1
/// (RFC 5639 §3.2).
fn short_key(curve: Curve) -> Result<Vec<u8>, PkiError> {
    let (named, x, y) = match curve {
        Curve::NistP256 => (
            ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.1"),
            "188DA80EB03090F67CBF20EB43A18800F4FF0AFD82FF1012",
            "07192B95FFC8DA78631011ED6B24CDD573F977A11E794811",
        ),
        Curve::BrainpoolP256r1 => (
            ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.3"),
            "C0A0647EAAB6A48753B033C56CB0F0900A2F5C4853375FD6",
            "14B690866ABD5BB88B5F4828C1490002E6773FA2FA299B8F",
        ),
    };
    let algorithm = [EC_PUBLIC_KEY.to_der()?, named.to_der()?].concat();
    let point = hex::decode(format!("0004{x}{y}"));
    let point = point.map_err(|error| PkiError::Encoding(error.to_string()))?;
    tlv(0x30, &[tlv(0x30, &algorithm)?, tlv(0x03, &point)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flaw_has_one_recipe_and_a_name() {
        for flaw in Flaw::ALL {
            let recipes = RECIPES.iter().filter(|recipe| recipe.flaw == flaw);
            assert_eq!(recipes.count(), 1, "{flaw:?}");
        }
        let name = |flaw: Flaw, role, curve| flaw.file_name(role, curve);
        let nist = Curve::NistP256;
        assert_eq!(
            name(Flaw::Signature, Role::DpAuth, nist),
            "S_SM_DPauth_INV_SIGN_NIST"
        );
        assert_eq!(
            name(Flaw::Curve, Role::DsAuth, Curve::BrainpoolP256r1),
            "S_SM_DSauth_INV_CURVE_BRP192"
        );
        assert_eq!(
            name(Flaw::Expired, Role::DpTls, nist),
            "S_SM_DP_TLS_EXPIRED_NIST"
        );
    }
}
