// SPDX-License-Identifier: MIT OR Apache-2.0
//! The checks themselves: finding the path to a CI, walking it downwards, one certificate at a time.

use super::role::may_issue;
use super::{Anchor, CertificateView, ChainError, Problem, Role, Variant, find_anchor};
use crate::ecdsa::PublicKey;
use crate::id::{Eid, Oid};

/// Most certificates between CI and leaf: variant C has three below the CI, leaf not counted.
const MAX_INTERMEDIATES: usize = 3;

/// What a certificate is checked against.
pub(super) struct Issuer<'a> {
    pub(super) key: &'a PublicKey,
    pub(super) key_id: &'a [u8],
    pub(super) name: Option<&'a [u8]>,
}

/// The role of a certificate above the leaf, as its policy tells. What issued an eUICC is a
/// manufacturer whatever it says of itself, so that another policy is the manufacturer's fault.
fn role_of(certificate: &CertificateView, below: Role) -> Role {
    let mut named = certificate.policies().iter().filter_map(Role::from_policy);
    let named = named.next().map(|(role, _)| role);
    let fits = |role: &Role| match below {
        Role::Euicc => matches!(role, Role::Eum | Role::EumSubCa),
        Role::EumSubCa => *role == Role::Eum,
        _ => true,
    };
    named.filter(fits).unwrap_or(below.presumed_issuer())
}

/// Whether a certificate is its own issuer. The name alone does not tell: EUM and EUM sub-CA may
/// have the same.
fn is_self_signed(certificate: &CertificateView) -> bool {
    let (own, issuer) = (certificate.subject_key_id(), certificate.authority_key_id());
    certificate.issuer() == certificate.subject()
        && (own.is_none() || issuer.is_none() || own == issuer)
}

/// The certificates from `first` up to the one a trusted CI issued, and that CI.
pub(super) fn path<'a>(
    role: Role,
    first: &'a CertificateView,
    others: &'a [CertificateView],
    anchors: &'a [Anchor],
) -> Result<(Vec<&'a CertificateView>, &'a Anchor), ChainError> {
    let mut chain = vec![first];
    let (mut top, mut top_role) = (first, role);
    loop {
        let key_id = top.authority_key_id().unwrap_or_default();
        // In a certificate the identifier is whole, so no prefix is looked up here.
        if let Some(anchor) = find_anchor(anchors, key_id).filter(|found| found.key_id() == key_id)
        {
            return Ok((chain, anchor));
        }
        if is_self_signed(top) {
            return Err(Problem::SelfSigned.of(top_role));
        }
        let unknown = || Problem::UnknownCi(hex::encode_upper(key_id)).of(top_role);
        let next = others
            .iter()
            .find(|other| other.subject_key_id() == top.authority_key_id() && !key_id.is_empty());
        let next = next.ok_or_else(unknown)?;
        if chain.len() > MAX_INTERMEDIATES {
            return Err(Problem::TooLong(MAX_INTERMEDIATES).of(top_role));
        }
        chain.push(next);
        (top, top_role) = (next, role_of(next, top_role));
    }
}

/// Checks a path, leaf first, from the CI downwards.
pub(super) fn check_path(
    role: Role,
    chain: &[&CertificateView],
    anchor: Issuer<'_>,
    now: Option<i64>,
) -> Result<(), ChainError> {
    let mut issuer = anchor;
    let mut issuer_policy: Option<Oid> = None;
    for (depth, certificate) in chain.iter().enumerate().rev() {
        let own = roles(role, chain, depth);
        let of_own = |problem: Problem| problem.of(own);
        check_link(certificate, &issuer).map_err(of_own)?;
        check_usage(certificate, depth).map_err(of_own)?;
        let policy = policy(certificate, own, role).map_err(of_own)?;
        if let (Some(parent), Some(child)) = (&issuer_policy, &policy)
            && !may_issue(parent, child)
        {
            return Err(Problem::PolicyNotIssuable(child.clone()).of(own));
        }
        if own == Role::Eum && role == Role::Euicc {
            check_path_length_of_eum(certificate).map_err(of_own)?;
        }
        if let Some(unknown) = certificate.unknown_critical().first() {
            return Err(Problem::CriticalExtension(unknown.clone()).of(own));
        }
        check_validity(certificate, now).map_err(of_own)?;
        issuer = Issuer {
            key: key(certificate).map_err(of_own)?,
            key_id: certificate.subject_key_id().unwrap_or_default(),
            name: Some(certificate.subject()),
        };
        issuer_policy = policy;
    }
    Ok(())
}

/// The role of the certificate at `depth`, 0 being the leaf.
fn roles(role: Role, chain: &[&CertificateView], depth: usize) -> Role {
    let above = chain.iter().take(depth + 1).skip(1);
    above.fold(role, |below, certificate| role_of(certificate, below))
}

/// Signature, names, key identifiers and curve.
fn check_link(certificate: &CertificateView, issuer: &Issuer<'_>) -> Result<(), Problem> {
    if !certificate.is_ecdsa_with_sha256() {
        return Err(Problem::Algorithm);
    }
    if is_self_signed(certificate) && certificate.authority_key_id() != Some(issuer.key_id) {
        return Err(Problem::SelfSigned);
    }
    issuer
        .key
        .verify_der(certificate.tbs(), certificate.signature())?;
    if issuer.name.is_some_and(|name| name != certificate.issuer()) {
        return Err(Problem::IssuerName);
    }
    let found = certificate.authority_key_id();
    if found != Some(issuer.key_id) {
        return Err(Problem::AuthorityKeyId {
            expected: hex::encode_upper(issuer.key_id),
            found: found.map_or_else(|| "none".to_owned(), hex::encode_upper),
        });
    }
    let (expected, found) = (issuer.key.curve(), key(certificate)?.curve());
    if expected != found {
        return Err(Problem::Curve { expected, found });
    }
    Ok(())
}

/// The key of a certificate, when it can be used.
pub(super) fn key(certificate: &CertificateView) -> Result<&PublicKey, Problem> {
    certificate
        .public_key()
        .map_err(|error| Problem::UnsupportedCurve(error.to_string()))
}

/// keyUsage and basicConstraints: CAs above, no CA at depth 0.
fn check_usage(certificate: &CertificateView, depth: usize) -> Result<(), Problem> {
    let Some(below) = depth.checked_sub(1) else {
        return match (certificate.may_sign_data(), certificate.is_ca()) {
            (false, _) => Err(Problem::KeyUsage("digitalSignature")),
            (true, true) => Err(Problem::IsCa),
            (true, false) => Ok(()),
        };
    };
    if !certificate.may_sign_certificates() {
        return Err(Problem::KeyUsage("keyCertSign"));
    }
    if !certificate.is_ca() {
        return Err(Problem::NotCa);
    }
    match certificate.path_length() {
        Some(allowed) if below > usize::from(allowed) => Err(Problem::PathLength {
            allowed,
            found: below,
        }),
        _ => Ok(()),
    }
}

/// An EUM certificate limits the CAs below it: to none in variant O, to some number in the others.
fn check_path_length_of_eum(eum: &CertificateView) -> Result<(), Problem> {
    let mut named = eum.policies().iter().filter_map(Role::from_policy);
    let found = eum.path_length();
    let of_variant_o = named.any(|named| named == (Role::Eum, Variant::O));
    let (fits, expected) = if of_variant_o {
        (found == Some(0), "0")
    } else {
        (found.is_some(), "of any length")
    };
    if fits {
        return Ok(());
    }
    Err(Problem::EumPathLength { expected, found })
}

/// The policy that gives the certificate its role; nothing in chains without policies.
fn policy(certificate: &CertificateView, own: Role, leaf: Role) -> Result<Option<Oid>, Problem> {
    if !leaf.has_policy() {
        return Ok(None);
    }
    let named = |policy: &&Oid| Role::from_policy(policy).is_some_and(|(role, _)| role == own);
    match certificate.policies().iter().find(named) {
        Some(policy) => Ok(Some(policy.clone())),
        None => Err(Problem::Policy {
            expected: own,
            found: certificate.policies().to_vec(),
        }),
    }
}

fn check_validity(certificate: &CertificateView, now: Option<i64>) -> Result<(), Problem> {
    match now {
        Some(now) if now < certificate.not_before() => Err(Problem::NotYetValid),
        Some(now) if now > certificate.not_after() => Err(Problem::Expired),
        _ => Ok(()),
    }
}

/// The EID of an eUICC, inside what its manufacturers may issue.
pub(super) fn eid(
    euicc: &CertificateView,
    next: &CertificateView,
    manufacturers: &[&CertificateView],
) -> Result<Eid, ChainError> {
    let of_euicc = |problem: Problem| problem.of(Role::Euicc);
    let text = euicc
        .subject_serial_number()
        .ok_or_else(|| of_euicc(Problem::EidMissing))?;
    let eid: Eid = text
        .parse()
        .map_err(|error| of_euicc(Problem::Eid(error)))?;
    let expected = next.subject_organization().unwrap_or_default();
    let found = euicc.subject_organization().unwrap_or_default();
    if expected != found {
        return Err(of_euicc(Problem::Organization { expected, found }));
    }
    let ranges = || {
        manufacturers
            .iter()
            .flat_map(|certificate| certificate.eid_ranges())
    };
    if !ranges().any(|range| range.limits_eids()) {
        return Err(Problem::NoEidRange.of(Role::Eum));
    }
    if ranges().any(|range| !range.contains(&found, &eid)) {
        return Err(of_euicc(Problem::EidOutOfRange(eid)));
    }
    Ok(eid)
}

/// Checks a self-signed CI certificate and makes it trusted.
pub(super) fn check_ci(ci: &CertificateView) -> Result<Anchor, Problem> {
    let key = key(ci)?;
    let key_id = ci.subject_key_id().ok_or_else(|| Problem::AuthorityKeyId {
        expected: "a subjectKeyIdentifier".into(),
        found: "none".into(),
    })?;
    if !ci.is_ecdsa_with_sha256() {
        return Err(Problem::Algorithm);
    }
    key.verify_der(ci.tbs(), ci.signature())?;
    if ci.issuer() != ci.subject() {
        return Err(Problem::IssuerName);
    }
    if !ci.may_sign_certificates() {
        return Err(Problem::KeyUsage("keyCertSign"));
    }
    if !ci.is_ca() {
        return Err(Problem::NotCa);
    }
    policy(ci, Role::Ci, Role::Ci)?;
    if let Some(unknown) = ci.unknown_critical().first() {
        return Err(Problem::CriticalExtension(unknown.clone()));
    }
    let name = Some(ci.subject().to_vec());
    Ok(Anchor {
        key_id: key_id.to_vec(),
        public_key: key.clone(),
        name,
    })
}
