// SPDX-License-Identifier: MIT OR Apache-2.0
//! The recipes: one row each.
//!
//! Traps:
//! - INV_CRITICAL_EXT is published for TLS certificates that lack a critical extension, the
//!   extendedKeyUsage; a critical extension too many is INV_UNKNOWN_EXT here.
//! - INV_CERT_POL of a TLS certificate is the policy of a server that authenticates, and critical.

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Encode;
use der::asn1::OctetString;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage,
    KeyUsages, NameConstraints, SubjectKeyIdentifier,
};

use super::{Flaw, Plan, Recipe};
use crate::error::PkiError;
use crate::extensions::PERMITTED_EINS;
use crate::issue::Draft;
use crate::roles::Role;
use crate::rows::{Attribute, Text};
use crate::variant::Variant;

const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
/// An extension that nobody knows, below the enterprise number that is reserved for examples.
const UNKNOWN_EXTENSION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");
/// A name that is nobody's.
const OTHER_NAME: &str = "other.test.example";
/// An EID that no EUM of the set may issue for, and one that is of the same EUM as the test EID.
const EID_OUT_OF_RANGE: &str = "89049033123451234512345678901234";
const OTHER_EID: &str = "89049032123451234512345678901299";

const fn recipe(flaw: Flaw, name: &'static str, sentence: &'static str) -> Recipe {
    Recipe {
        flaw,
        name,
        sentence,
        applies: |_, _| true,
        plan: |_| {},
        draft: |_, _| Ok(()),
    }
}

fn is_eim(role: Role, _: Variant) -> bool {
    matches!(role, Role::EimSign | Role::EimTls)
}

fn is_euicc(role: Role, _: Variant) -> bool {
    role == Role::Euicc
}

fn has_role(role: Role, variant: Variant) -> bool {
    !is_eim(role, variant)
}

fn has_server_oid(role: Role, variant: Variant) -> bool {
    !role.is_ca() && !is_eim(role, variant) && !is_euicc(role, variant)
}

pub(super) const RECIPES: [Recipe; 24] = [
    recipe(
        Flaw::Signature,
        "INV_SIGN",
        "the last 10 bytes of the certificate are 00 (P-256), the last 8 are 11 (brainpoolP256r1).",
    ),
    Recipe {
        applies: |role, _| !role.is_ca(),
        ..recipe(
            Flaw::Curve,
            "INV_CURVE",
            "the key is on the 192-bit curve of its family, in TLS certificates on P-384.",
        )
    },
    Recipe {
        applies: has_role,
        draft: |draft, _| {
            remove(draft, CertificatePolicies::OID);
            Ok(())
        },
        ..recipe(
            Flaw::NoRole,
            "INV_NO_ROLE",
            "certificatePolicies is left out.",
        )
    },
    Recipe {
        applies: has_role,
        plan: |plan| plan.row.policy = Some(another_role(plan.role, plan.variant)),
        draft: make_policy_critical,
        ..recipe(
            Flaw::WrongRole,
            "INV_CERT_POL",
            "certificatePolicies is critical and names another role.",
        )
    },
    Recipe {
        draft: |draft, plan| {
            let usage = if plan.role.is_ca() {
                KeyUsages::DigitalSignature
            } else {
                KeyUsages::KeyAgreement
            };
            replace(draft, true, &KeyUsage(usage.into()))
        },
        ..recipe(
            Flaw::KeyUsage,
            "INV_KEY_USAGE",
            "keyUsage is keyAgreement, in certificates of CAs digitalSignature.",
        )
    },
    Recipe {
        applies: |role, _| role.is_tls(),
        draft: |draft, _| replace(draft, true, &ExtendedKeyUsage(vec![CLIENT_AUTH])),
        ..recipe(
            Flaw::ExtendedKeyUsage,
            "INV_EXT_KEY_USAGE",
            "extendedKeyUsage is clientAuth alone.",
        )
    },
    Recipe {
        applies: |role, _| role.is_tls(),
        draft: |draft, _| {
            remove(draft, ExtendedKeyUsage::OID);
            Ok(())
        },
        ..recipe(
            Flaw::NoExtendedKeyUsage,
            "INV_CRITICAL_EXT",
            "extendedKeyUsage is left out.",
        )
    },
    Recipe {
        draft: |draft, plan| {
            let authority = BasicConstraints {
                ca: !plan.role.is_ca(),
                path_len_constraint: None,
            };
            replace(draft, true, &authority)
        },
        ..recipe(
            Flaw::Authority,
            "INV_AUTHORITY",
            "basicConstraints say CA in the certificate of a leaf, and no CA in that of a CA.",
        )
    },
    Recipe {
        applies: |role, _| role == Role::Eum,
        draft: wrong_path_length,
        ..recipe(
            Flaw::PathLength,
            "INV_PATH_LEN",
            "pathLenConstraint is left out, or 0 where the EUM has a sub-CA.",
        )
    },
    Recipe {
        draft: |draft, _| {
            draft.extensions.push(Extension {
                extn_id: UNKNOWN_EXTENSION,
                critical: true,
                extn_value: OctetString::new([0x05, 0x00])?,
            });
            Ok(())
        },
        ..recipe(
            Flaw::CriticalExtension,
            "INV_UNKNOWN_EXT",
            "there is a critical extension that nobody knows.",
        )
    },
    Recipe {
        applies: has_server_oid,
        draft: |draft, _| {
            remove(draft, SUBJECT_ALT_NAME);
            Ok(())
        },
        ..recipe(Flaw::NoOid, "INV_NO_OID", "subjectAltName is left out.")
    },
    Recipe {
        applies: has_server_oid,
        plan: |plan| plan.row.registered_id = Some("2.999.4711"),
        ..recipe(
            Flaw::WrongOid,
            "INV_OID",
            "the registeredID is 2.999.4711, which is no server's.",
        )
    },
    Recipe {
        applies: is_euicc,
        plan: |plan| plan.row.subject = OTHER_ORGANIZATION,
        ..recipe(
            Flaw::Organization,
            "INV_ORGANIZATION",
            "the organization in the subject is not that of the EUM.",
        )
    },
    Recipe {
        applies: is_euicc,
        plan: |plan| plan.row.subject = NO_SERIAL_NUMBER,
        ..recipe(
            Flaw::NoSerialNumber,
            "INV_NO_SERIAL",
            "the subject has no serialNumber.",
        )
    },
    Recipe {
        applies: is_euicc,
        plan: |plan| "890490321234512345123456789012AB".clone_into(&mut plan.text),
        ..recipe(
            Flaw::SerialNumber,
            "INV_SERIAL",
            "the serialNumber in the subject has letters and is no EID.",
        )
    },
    Recipe {
        applies: is_euicc,
        plan: |plan| EID_OUT_OF_RANGE.clone_into(&mut plan.text),
        ..recipe(
            Flaw::EidOutOfRange,
            "INV_EID_RANGE",
            "the EID begins with other digits than the EUM may issue for.",
        )
    },
    Recipe {
        applies: is_euicc,
        plan: |plan| OTHER_EID.clone_into(&mut plan.text),
        ..recipe(
            Flaw::OtherEid,
            "INV_EID",
            "the EID is another one of the same EUM.",
        )
    },
    Recipe {
        applies: |role, _| role == Role::Eum,
        draft: |draft, _| {
            remove(draft, NameConstraints::OID);
            remove(draft, PERMITTED_EINS);
            Ok(())
        },
        ..recipe(
            Flaw::NoEidRange,
            "INV_NO_EID_RANGE",
            "nameConstraints and permittedEins are left out.",
        )
    },
    Recipe {
        draft: self_sign,
        ..recipe(
            Flaw::SelfSigned,
            "INV_SELF_SIGNED",
            "it is its own issuer and signed with its own key.",
        )
    },
    recipe(
        Flaw::UnknownCi,
        "INV_CI",
        "its chain ends in a CI of the same name and another key.",
    ),
    Recipe {
        applies: |role, _| role.is_tls() || role == Role::EimSign,
        plan: |plan| {
            OTHER_NAME.clone_into(&mut plan.text);
            plan.hosts = vec![OTHER_NAME];
        },
        ..recipe(
            Flaw::Name,
            "INV_NAME",
            "it is for other.test.example and no other name.",
        )
    },
    Recipe {
        applies: is_eim,
        ..recipe(
            Flaw::Key,
            "INV_KEY",
            "it is over another key than the one that a peer pinned.",
        )
    },
    Recipe {
        plan: |plan| {
            let long_ago = matches!(plan.role, Role::Eum | Role::EumSubCa | Role::Euicc);
            (plan.row.not_before, plan.row.not_after) = if long_ago {
                ("2010-01-01T00:00:00Z", "2015-01-01T00:00:00Z")
            } else {
                ("2020-04-01T12:00:00Z", "2020-04-02T12:00:00Z")
            };
        },
        ..recipe(
            Flaw::Expired,
            "EXPIRED",
            "it was valid for a day in 2020; EUM and eUICC from 2010 to 2015.",
        )
    },
    Recipe {
        plan: |plan| {
            plan.row.not_before = "2049-12-30T12:00:00Z";
            plan.row.not_after = "2049-12-31T12:00:00Z";
        },
        ..recipe(
            Flaw::NotYetValid,
            "NOT_YET_VALID",
            "it is valid for a day in 2049.",
        )
    },
];

const OTHER_ORGANIZATION: &[Attribute] = &[
    Attribute::Country("ES"),
    Attribute::Organization(Text::Fixed("Another Test EUM")),
    Attribute::SerialNumber(Text::Holder),
    Attribute::CommonName(Text::Fixed("Test eUICC")),
];

const NO_SERIAL_NUMBER: &[Attribute] = &[
    Attribute::Country("ES"),
    Attribute::Organization(Text::Issuer),
    Attribute::CommonName(Text::Fixed("Test eUICC")),
];

/// The policy of another role: of TLS certificates that of a server that authenticates, as it is
/// published.
fn another_role(role: Role, variant: Variant) -> &'static [u32] {
    let (of_variant_o, v3): (&[u32], &[u32]) = match role {
        Role::DpAuth | Role::Dp2Auth => (&[3], &[0, 0, 1, 0]),
        Role::DpPb | Role::Dp2Pb | Role::DpTls | Role::Dp2Tls | Role::Dp4Tls | Role::Dp8Tls => {
            (&[4], &[0, 0, 1, 1])
        }
        Role::DsAuth => (&[6], &[0, 0, 2, 0]),
        // of Variant O that of an SM-DP+, as it is published
        Role::DsTls | Role::Ds2Tls => (&[4], &[0, 0, 2, 1]),
        Role::Euicc => (&[2], &[0, 0, 0]),
        Role::CiSubCa => (&[2], &[0, 0, 0]),
        Role::EumSubCa | Role::DsSubCa => (&[4], &[0, 0, 1]),
        Role::DpSubCa => (&[4], &[0, 0, 2]),
        Role::Eum | Role::Ci | Role::EimSign | Role::EimTls => (&[1], &[0, 0, 0, 0, 0]),
    };
    if variant.is_v3() { v3 } else { of_variant_o }
}

fn make_policy_critical(draft: &mut Draft, _: &Plan<'_>) -> Result<(), PkiError> {
    let mut extensions = draft.extensions.iter_mut();
    if let Some(policy) = extensions.find(|known| known.extn_id == CertificatePolicies::OID) {
        policy.critical = true;
    }
    Ok(())
}

fn wrong_path_length(draft: &mut Draft, plan: &Plan<'_>) -> Result<(), PkiError> {
    let authority = BasicConstraints {
        ca: true,
        path_len_constraint: plan.variant.has(Role::EumSubCa).then_some(0),
    };
    replace(draft, true, &authority)
}

/// Issuer and authority are the subject; who signs is up to the caller.
fn self_sign(draft: &mut Draft, _: &Plan<'_>) -> Result<(), PkiError> {
    draft.issuer = draft.subject.clone();
    let own = draft.extensions.iter();
    let mut own = own.filter(|known| known.extn_id == SubjectKeyIdentifier::OID);
    let Some(own) = own.next() else {
        remove(draft, AuthorityKeyIdentifier::OID);
        return Ok(());
    };
    let own = <SubjectKeyIdentifier as der::Decode>::from_der(own.extn_value.as_bytes())?;
    let authority = AuthorityKeyIdentifier {
        key_identifier: Some(own.0),
        ..AuthorityKeyIdentifier::default()
    };
    replace(draft, false, &authority)
}

fn remove(draft: &mut Draft, oid: ObjectIdentifier) {
    draft
        .extensions
        .retain(|extension| extension.extn_id != oid);
}

/// Puts an extension in the place of the one of its kind, or behind all others.
pub(super) fn replace<T: AssociatedOid + Encode>(
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
