// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates with one thing wrong: the set of SGP.26 §4 by its published names, and the same
//! recipes for EUM, eUICC, sub-CAs and eIM, of which nothing is published.
//!
//! [`Flaw`] names a recipe, the table in [`recipes`] says how it is made, in one sentence each, and
//! [`Pki::invalid_set`] lists what a PKI can make by name.
//!
//! Traps:
//! - A flawed certificate is over the key of the valid one, so that what an EUM with a flaw issued
//!   is still its own; only [`Flaw::Key`] and [`Flaw::Curve`] are over another.
//! - A card has no clock: what is expired or not valid yet is refused by servers and terminals only.

mod keys;
mod recipes;

use rsp::ecdsa::Curve;

use crate::credential::Credential;
use crate::error::PkiError;
use crate::issue::{Draft, Holder, Issuer};
use crate::pki::{EUM_NAME, Pki, check_host, checked_eid};
use crate::roles::{EUM_EID_PREFIX, Role, TEST_EID, curve_suffix};
use crate::rows::Row;
use crate::variant::Variant;
use recipes::RECIPES;

/// What is wrong with a certificate; everything else is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flaw {
    /// The last bytes of the signature are overwritten.
    Signature,
    /// The key is on a curve of another size.
    Curve,
    /// No policy gives it a role.
    NoRole,
    /// The policy is that of another role.
    WrongRole,
    /// keyUsage does not allow what the role does.
    KeyUsage,
    /// extendedKeyUsage is clientAuth alone.
    ExtendedKeyUsage,
    /// extendedKeyUsage is left out.
    NoExtendedKeyUsage,
    /// basicConstraints say CA of a leaf, or no CA of a CA.
    Authority,
    /// pathLenConstraint of the EUM does not fit.
    PathLength,
    /// It has a critical extension that nobody knows.
    CriticalExtension,
    /// No registeredID names the server.
    NoOid,
    /// The registeredID is that of nobody.
    WrongOid,
    /// The organization of the eUICC is not that of its EUM.
    Organization,
    /// The subject of the eUICC has no serialNumber.
    NoSerialNumber,
    /// The serialNumber of the eUICC's subject is no EID.
    SerialNumber,
    /// The EID is outside of what the EUM may issue for.
    EidOutOfRange,
    /// The EID is another one of the EUM's range.
    OtherEid,
    /// Nothing limits the EIDs of the EUM.
    NoEidRange,
    /// It is signed with its own key.
    SelfSigned,
    /// A CI of the same name and another key is at the top of its chain.
    UnknownCi,
    /// It is for another host, or another eIM.
    Name,
    /// It is over another key than the one that a peer expects.
    Key,
    /// Its validity is over.
    Expired,
    /// One day of validity, far ahead.
    NotYetValid,
}

/// How a flaw is made.
struct Recipe {
    flaw: Flaw,
    /// Between holder and curve in the file name, as published where it is.
    name: &'static str,
    sentence: &'static str,
    /// Which certificates can have it.
    applies: fn(Role, Variant) -> bool,
    /// Changes what is to be issued.
    plan: fn(&mut Plan<'_>),
    /// Changes what is about to be signed.
    draft: fn(&mut Draft, &Plan<'_>) -> Result<(), PkiError>,
}

/// What a recipe changes before the certificate takes shape.
struct Plan<'a> {
    role: Role,
    variant: Variant,
    row: Row,
    /// EID, host name or eIM identifier.
    text: String,
    hosts: Vec<&'a str>,
}

/// A certificate with one thing wrong, and what belongs to it.
#[derive(Debug, Clone)]
pub struct Invalid {
    /// Whose certificate it is.
    pub role: Role,
    /// The curve of its CI.
    pub curve: Curve,
    /// What is wrong.
    pub flaw: Flaw,
    /// Certificate and private key.
    pub credential: Credential,
    /// The certificates between it and the CI, the nearest issuer first.
    pub chain: Vec<Vec<u8>>,
}

/// One row of the set: a certificate that [`Pki::invalid_named`] makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName {
    /// Published file name without `CERT_` and ending: `S_SM_DPauth_INV_SIGN_NIST_VARO`.
    pub name: String,
    /// Whose certificate it is.
    pub role: Role,
    /// The curve of its CI.
    pub curve: Curve,
    /// What is wrong.
    pub flaw: Flaw,
    /// Whether SGP.26 §4 has it; the others follow its recipes.
    pub published: bool,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Signature,
        Self::Curve,
        Self::NoRole,
        Self::WrongRole,
        Self::KeyUsage,
        Self::ExtendedKeyUsage,
        Self::NoExtendedKeyUsage,
        Self::Authority,
        Self::PathLength,
        Self::CriticalExtension,
        Self::NoOid,
        Self::WrongOid,
        Self::Organization,
        Self::NoSerialNumber,
        Self::SerialNumber,
        Self::EidOutOfRange,
        Self::OtherEid,
        Self::NoEidRange,
        Self::SelfSigned,
        Self::UnknownCi,
        Self::Name,
        Self::Key,
        Self::Expired,
        Self::NotYetValid,
    ];

    fn recipe(self) -> Option<&'static Recipe> {
        RECIPES.iter().find(|recipe| recipe.flaw == self)
    }

    /// The name in file names: `INV_SIGN`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.recipe().map_or("INV", |recipe| recipe.name)
    }

    /// The flaw of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut recipes = RECIPES.iter();
        let recipe = recipes.find(|recipe| recipe.name == name)?;
        Some(recipe.flaw)
    }

    /// The flaw of a file name of that role, of any variant and on either curve, with or without
    /// `CERT_` and `.der`; also of the part that names the flaw alone.
    #[must_use]
    pub fn from_file_name(role: Role, name: &str) -> Option<Self> {
        let name = name.strip_suffix(".der").unwrap_or(name);
        let name = name.strip_prefix("CERT_").unwrap_or(name);
        let is_named = |flaw: &Self, variant: Variant, curve: Curve| {
            let file = flaw.file_name(role, variant, curve);
            let bare = file.strip_suffix(variant.mark());
            let bare = bare.and_then(|bare| bare.strip_suffix('_'));
            file == name || bare == Some(name)
        };
        Self::ALL.into_iter().find(|flaw| {
            flaw.applies_to_any(role)
                && (flaw.name() == name
                    || Variant::ALL.iter().any(|variant| {
                        Curve::ALL
                            .iter()
                            .any(|curve| is_named(flaw, *variant, *curve))
                    }))
        })
    }

    fn applies_to_any(self, role: Role) -> bool {
        let mut variants = Variant::ALL.into_iter();
        variants.any(|variant| self.applies_to(role, variant))
    }

    /// How it is made, in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        self.recipe().map_or("", |recipe| recipe.sentence)
    }

    /// Whether a certificate of the role can have it.
    #[must_use]
    pub fn applies_to(self, role: Role, variant: Variant) -> bool {
        let recipe = self.recipe();
        role != Role::Ci
            && variant.has(role)
            && recipe.is_some_and(|recipe| (recipe.applies)(role, variant))
    }

    /// Whether SGP.26 §4 has the certificate.
    #[must_use]
    pub fn is_published(self, role: Role, variant: Variant, curve: Curve) -> bool {
        let either_curve = match role {
            Role::DpAuth | Role::DpPb | Role::DsAuth => {
                matches!(self, Self::Signature | Self::Curve)
            }
            Role::DpTls | Role::DsTls => self == Self::Signature,
            _ => false,
        };
        let on_nist = matches!(role, Role::DpTls | Role::DsTls)
            && curve == Curve::NistP256
            && matches!(
                self,
                Self::Curve
                    | Self::WrongRole
                    | Self::NoExtendedKeyUsage
                    | Self::ExtendedKeyUsage
                    | Self::KeyUsage
                    | Self::Expired
            );
        variant != Variant::Ov3 && (either_curve || on_nist)
    }

    /// File name without its `CERT_` and its ending, as published or after that pattern:
    /// `S_SM_DPauth_INV_SIGN_NIST_VARO`, `S_SM_DP_TLS_EXPIRED_VARA`.
    #[must_use]
    pub fn file_name(self, role: Role, variant: Variant, curve: Curve) -> String {
        let tls = if role.is_tls() { "_TLS" } else { "" };
        let curve = match (role.is_tls(), self, curve) {
            // published TLS certificates are on P-256 and do not say so, but for this one
            (true, Self::Signature, _) | (true, _, Curve::BrainpoolP256r1) => curve_suffix(curve),
            (true, _, Curve::NistP256) => "",
            (false, Self::Curve, Curve::NistP256) => "NIST192",
            (false, Self::Curve, Curve::BrainpoolP256r1) => "BRP192",
            (false, _, _) => curve_suffix(curve),
        };
        let parts = [self.name(), curve, variant.mark()];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let rest: String = parts.flat_map(|part| ["_", part]).collect();
        format!("{}{tls}{rest}", role.base())
    }
}

impl Pki {
    /// A certificate of a role with one thing wrong.
    ///
    /// # Errors
    /// The role cannot have this flaw, or there is no CI on this curve.
    pub fn invalid(&self, role: Role, curve: Curve, flaw: Flaw) -> Result<Credential, PkiError> {
        Ok(self.flawed(role, curve, flaw)?.credential)
    }

    /// The same with its chain.
    ///
    /// # Errors
    /// The role cannot have this flaw, or there is no CI on this curve.
    pub fn flawed(&self, role: Role, curve: Curve, flaw: Flaw) -> Result<Invalid, PkiError> {
        self.make(role, curve, flaw, role.host_names(self.variant()))
    }

    /// The same of a TLS role for host names of one's own, DNS or IP addresses.
    ///
    /// # Errors
    /// The role has no TLS certificate or cannot have this flaw, there is no host name or one is
    /// not a host name, or there is no CI on this curve.
    pub fn flawed_tls(
        &self,
        role: Role,
        hosts: &[&str],
        curve: Curve,
        flaw: Flaw,
    ) -> Result<Invalid, PkiError> {
        if !role.is_tls() {
            return Err(PkiError::NotTls(role));
        }
        for host in hosts {
            check_host(host)?;
        }
        self.make(role, curve, flaw, hosts)
    }

    /// Every certificate that [`Self::invalid_named`] makes.
    #[must_use]
    pub fn invalid_set(&self) -> Vec<InvalidName> {
        let variant = self.variant();
        let mut rows = Vec::new();
        for curve in self.curves() {
            for role in self.roles() {
                let flaws = Flaw::ALL.into_iter();
                let flaws = flaws.filter(|flaw| flaw.applies_to(role, variant));
                rows.extend(flaws.map(|flaw| InvalidName {
                    name: flaw.file_name(role, variant, curve),
                    role,
                    curve,
                    flaw,
                    published: flaw.is_published(role, variant, curve),
                }));
            }
        }
        rows
    }

    /// The certificate of a name of [`Self::invalid_set`]; `CERT_` before it may be there, the
    /// variant behind it may be left out.
    ///
    /// # Errors
    /// No invalid certificate of this variant has the name.
    pub fn invalid_named(&self, name: &str) -> Result<Invalid, PkiError> {
        let bare = name.strip_prefix("CERT_").unwrap_or(name);
        let mark = format!("_{}", self.variant().mark());
        let set = self.invalid_set();
        let row = set
            .iter()
            .find(|row| row.name == bare || row.name.strip_suffix(&mark) == Some(bare));
        let Some(row) = row else {
            return Err(PkiError::NoInvalid {
                variant: self.variant(),
                name: name.to_owned(),
            });
        };
        self.flawed(row.role, row.curve, row.flaw)
    }

    fn make(
        &self,
        role: Role,
        curve: Curve,
        flaw: Flaw,
        hosts: &[&str],
    ) -> Result<Invalid, PkiError> {
        let variant = self.variant();
        let recipe = flaw.recipe().filter(|_| flaw.applies_to(role, variant));
        let recipe = recipe.ok_or(PkiError::NoRecipe {
            role,
            variant,
            flaw: flaw.name(),
        })?;
        let name = flaw.file_name(role, variant, curve);
        let valid = self.credential(role, curve)?;
        let mut plan = Plan::new(role, variant, hosts)?;
        (recipe.plan)(&mut plan);

        let foreign = match flaw {
            Flaw::UnknownCi => Some(Self::new(self.seed.foreign(), variant, &[curve])),
            _ => None,
        };
        let above = foreign.as_ref().unwrap_or(self);
        let issuer = above.credential(variant.issuer(role), curve)?;
        let issuer = Issuer::of(issuer)?;
        let key = match flaw {
            Flaw::Key => self.seed.key(curve, &name),
            _ => valid.key.clone(),
        };
        let holder = Holder {
            key: key.public_key(),
            text: &plan.text,
            hosts: &plan.hosts,
            eid_prefix: EUM_EID_PREFIX,
            serial: self.seed.serial(&name),
        };
        let mut draft = Draft::new(&plan.row, &holder, Some(&issuer))?;
        (recipe.draft)(&mut draft, &plan)?;
        let (certificate, other_key) = keys::sign(flaw, draft, role, &key, &issuer, &self.seed)?;
        Ok(Invalid {
            role,
            curve,
            flaw,
            chain: above.chain(role, curve)?,
            credential: Credential {
                name,
                certificate,
                key,
                other_key,
            },
        })
    }
}

impl<'a> Plan<'a> {
    fn new(role: Role, variant: Variant, hosts: &[&'a str]) -> Result<Self, PkiError> {
        let text = match role {
            Role::Euicc => checked_eid(&TEST_EID)?.to_string(),
            Role::Eum | Role::EumSubCa => EUM_NAME.to_owned(),
            _ => hosts.first().copied().unwrap_or_default().to_owned(),
        };
        Ok(Self {
            role,
            variant,
            row: role.row(variant),
            text,
            hosts: hosts.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests;
