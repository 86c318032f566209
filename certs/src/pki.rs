// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole PKI: the credentials of every role of a variant on both curves, and fresh leaves under
//! its CI.
//!
//! Traps: eUICC subjects repeat the organization of the EUM and their EID must begin with the
//! digits that the EUM's nameConstraints permit, so an EID of another range has an EUM of its own
//! ([`Pki::eum_for`]).

use std::net::IpAddr;
use std::sync::OnceLock;

use rsp::chain::CertificateView;
use rsp::ecdsa::Curve;
use rsp::id::Eid;

use crate::credential::Credential;
use crate::error::PkiError;
use crate::issue::{Draft, Holder, Issuer, Seed};
use crate::roles::{EUM_EID_PREFIX, Role, TEST_EID};
use crate::tls;
use crate::variant::Variant;

/// The place of one credential, issued when first asked for.
#[derive(Debug, Clone)]
struct Slot {
    role: Role,
    curve: Curve,
    credential: OnceLock<Credential>,
}

/// A test PKI. For tests only: every private key in it is public or follows from a seed.
///
/// Credentials are issued when first asked for; the order of asking changes no byte.
#[derive(Clone)]
pub struct Pki {
    pub(crate) seed: Seed,
    variant: Variant,
    slots: Vec<Slot>,
}

impl std::fmt::Debug for Pki {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let curves: Vec<Curve> = self.curves().collect();
        f.debug_struct("Pki")
            .field("variant", &self.variant)
            .field("curves", &curves)
            .finish_non_exhaustive()
    }
}

impl Pki {
    /// Every role of Variant O on both curves, from a seed: the same seed gives the same bytes.
    ///
    /// # Errors
    /// The encoder refuses, which no seed causes.
    pub fn seeded(seed: u64) -> Result<Self, PkiError> {
        Self::seeded_variant(seed, Variant::O)
    }

    /// The same of any variant. The CI of a seed is the same in all of them.
    ///
    /// # Errors
    /// The encoder refuses, which no seed causes.
    pub fn seeded_variant(seed: u64, variant: Variant) -> Result<Self, PkiError> {
        let pki = Self::new(Seed::from_number(seed), variant, &Curve::ALL);
        for curve in Curve::ALL {
            pki.credential(Role::Ci, curve)?;
        }
        Ok(pki)
    }

    /// An empty place for every role of the variant on these curves.
    pub(crate) fn new(seed: Seed, variant: Variant, curves: &[Curve]) -> Self {
        let on = |curve: Curve| {
            variant.roles().map(move |role| Slot {
                role,
                curve,
                credential: OnceLock::new(),
            })
        };
        Self {
            seed,
            variant,
            slots: curves.iter().copied().flat_map(on).collect(),
        }
    }

    /// Puts a credential that exists already into its place.
    pub(crate) fn insert(&mut self, role: Role, curve: Curve, credential: Credential) {
        let mut slots = self.slots.iter_mut();
        if let Some(slot) = slots.find(|slot| slot.role == role && slot.curve == curve) {
            slot.credential = OnceLock::from(credential);
        }
    }

    /// The variant of its chains.
    #[must_use]
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The roles that have a credential, issuers before those they issue to.
    pub fn roles(&self) -> impl Iterator<Item = Role> + use<> {
        self.variant.roles()
    }

    /// The credential of a role.
    ///
    /// # Errors
    /// The variant has no such role, or a loaded PKI has no CI on this curve.
    pub fn credential(&self, role: Role, curve: Curve) -> Result<&Credential, PkiError> {
        let slot = self
            .slots
            .iter()
            .find(|slot| slot.role == role && slot.curve == curve)
            .ok_or_else(|| self.absent(role, curve))?;
        if let Some(credential) = slot.credential.get() {
            return Ok(credential);
        }
        let issued = self.issue_default(role, curve)?;
        Ok(slot.credential.get_or_init(|| issued))
    }

    /// The curves that have a CI.
    pub fn curves(&self) -> impl Iterator<Item = Curve> {
        Curve::ALL
            .into_iter()
            .filter(|curve| self.credential(Role::Ci, *curve).is_ok())
    }

    /// The CI's subjectKeyIdentifier: what euiccCiPKIdListForVerification and
    /// euiccCiPKIdToBeUsed hold (SGP.22 §5.7.8).
    ///
    /// # Errors
    /// A loaded PKI has no CI on this curve.
    pub fn ci_key_id(&self, curve: Curve) -> Result<Vec<u8>, PkiError> {
        self.credential(Role::Ci, curve)?.key_id()
    }

    /// The certificates between a role's own and the CI's, the nearest issuer first: what goes
    /// behind the leaf in TLS, and into otherCertsInChain of a server. Empty in the variants O and
    /// Ov3.
    ///
    /// # Errors
    /// The variant has no such role, or there is no CI on this curve.
    pub fn chain(&self, role: Role, curve: Curve) -> Result<Vec<Vec<u8>>, PkiError> {
        let mut chain = Vec::new();
        let mut role = self.variant.issuer(role);
        while role != Role::Ci {
            chain.push(self.credential(role, curve)?.certificate.clone());
            role = self.variant.issuer(role);
        }
        Ok(chain)
    }

    /// The certificates between the eUICC certificate of an EID and the CI's: the first is the
    /// eumCertificate (nextCertInChain of version 3), the others are the eUICC's otherCertsInChain.
    ///
    /// # Errors
    /// The EID is not 32 decimal digits, or there is no CI on this curve.
    pub fn euicc_chain(&self, eid: &[u8; 16], curve: Curve) -> Result<Vec<Vec<u8>>, PkiError> {
        let manufacturers = self.manufacturers(eid, curve)?.into_iter();
        let mut chain: Vec<_> = manufacturers.map(|it| it.certificate).collect();
        chain.extend(self.chain(Role::Eum, curve)?);
        Ok(chain)
    }

    fn absent(&self, role: Role, curve: Curve) -> PkiError {
        if self.variant.has(role) {
            PkiError::NotInPki { role, curve }
        } else {
            PkiError::NotInVariant {
                role,
                variant: self.variant,
            }
        }
    }

    fn issue_default(&self, role: Role, curve: Curve) -> Result<Credential, PkiError> {
        let row = role.row(self.variant);
        match role {
            Role::Euicc => self.issue_euicc(&TEST_EID, curve),
            Role::Eum | Role::EumSubCa => self.issue(&Order {
                text: EUM_NAME,
                eid_prefix: EUM_EID_PREFIX,
                ..Order::of(role, curve)
            }),
            Role::EimSign => {
                self.issue_eim_signing(row.hosts.first().copied().unwrap_or_default(), curve)
            }
            role if role.is_tls() => self.issue_tls(role, row.hosts, curve),
            role => self.issue(&Order::of(role, curve)),
        }
    }

    /// An eUICC certificate for an EID, under the EUM that [`Self::eum_for`] names for it.
    ///
    /// # Errors
    /// The EID is not 32 decimal digits, or there is no CI on this curve.
    pub fn issue_euicc(&self, eid: &[u8; 16], curve: Curve) -> Result<Credential, PkiError> {
        let digits = checked_eid(eid)?.to_string();
        let manufacturers = self.manufacturers(eid, curve)?;
        let label = if *eid == TEST_EID {
            ""
        } else {
            digits.as_str()
        };
        let order = Order {
            label,
            text: &digits,
            ..Order::of(Role::Euicc, curve)
        };
        self.issue_under(&order, manufacturers.first())
    }

    /// The EUM responsible for an EID: the PKI's own when its certificate permits the EID, else one
    /// issued for the EID's first eight digits (SGP.29).
    ///
    /// # Errors
    /// The EID is not 32 decimal digits, or there is no CI on this curve.
    pub fn eum_for(&self, eid: &[u8; 16], curve: Curve) -> Result<Credential, PkiError> {
        match self.foreign_prefix(eid, curve)? {
            None => self.credential(Role::Eum, curve).cloned(),
            Some(prefix) => self.issue_manufacturer(Role::Eum, &prefix, curve, None),
        }
    }

    /// The EUM of an EID and, before it, its sub-CA where there is one.
    fn manufacturers(&self, eid: &[u8; 16], curve: Curve) -> Result<Vec<Credential>, PkiError> {
        let eum = self.eum_for(eid, curve)?;
        if !self.variant.has(Role::EumSubCa) {
            return Ok(vec![eum]);
        }
        let sub_ca = match self.foreign_prefix(eid, curve)? {
            None => self.credential(Role::EumSubCa, curve)?.clone(),
            Some(prefix) => self.issue_manufacturer(Role::EumSubCa, &prefix, curve, Some(&eum))?,
        };
        Ok(vec![sub_ca, eum])
    }

    /// The first digits of an EID that the PKI's own EUM may not issue for.
    fn foreign_prefix(&self, eid: &[u8; 16], curve: Curve) -> Result<Option<String>, PkiError> {
        let eid = checked_eid(eid)?;
        let eum = self.credential(Role::Eum, curve)?;
        let view = CertificateView::parse(&eum.certificate)
            .map_err(|error| PkiError::Encoding(error.to_string()))?;
        let organization = view.subject_organization().unwrap_or_default();
        let mut ranges = view.eid_ranges().iter();
        if ranges.all(|range| range.contains(&organization, &eid)) {
            return Ok(None);
        }
        let digits = eid.to_string();
        Ok(Some(digits.chars().take(EUM_EID_PREFIX.len()).collect()))
    }

    fn issue_manufacturer(
        &self,
        role: Role,
        prefix: &str,
        curve: Curve,
        issuer: Option<&Credential>,
    ) -> Result<Credential, PkiError> {
        let order = Order {
            label: prefix,
            text: &format!("{EUM_NAME} {prefix}"),
            eid_prefix: prefix,
            ..Order::of(role, curve)
        };
        match issuer {
            Some(issuer) => self.issue_under(&order, Some(issuer)),
            None => self.issue(&order),
        }
    }

    /// A TLS certificate for host names, DNS or IP addresses; the first is the common name.
    ///
    /// # Errors
    /// The role has no TLS certificate, there is no host name or one is not a host name, or there
    /// is no CI on this curve.
    pub fn issue_tls(
        &self,
        role: Role,
        hosts: &[&str],
        curve: Curve,
    ) -> Result<Credential, PkiError> {
        if !role.is_tls() {
            return Err(PkiError::NotTls(role));
        }
        for host in hosts {
            check_host(host)?;
        }
        let Some(first) = hosts.first() else {
            return Err(PkiError::Holder {
                expected: "a host name",
                seen: String::new(),
            });
        };
        let label = if hosts == role.host_names(self.variant) {
            String::new()
        } else {
            hosts.join(",")
        };
        let order = Order {
            label: &label,
            text: first,
            hosts,
            ..Order::of(role, curve)
        };
        self.issue(&order)
    }

    /// A certificate for the key that signs an eIM's eUICC packages; the common name is the eIM's
    /// identifier (SGP.32 §2.11.1).
    ///
    /// # Errors
    /// The identifier is empty, or there is no CI on this curve.
    pub fn issue_eim_signing(&self, eim_id: &str, curve: Curve) -> Result<Credential, PkiError> {
        if eim_id.is_empty() || eim_id.chars().any(char::is_control) {
            return Err(PkiError::Holder {
                expected: "an eIM identifier",
                seen: eim_id.to_owned(),
            });
        }
        let own = Role::EimSign.host_names(self.variant).first() == Some(&eim_id);
        let label = if own { "" } else { eim_id };
        self.issue(&Order {
            label,
            text: eim_id,
            ..Order::of(Role::EimSign, curve)
        })
    }

    fn issue(&self, order: &Order<'_>) -> Result<Credential, PkiError> {
        match order.role {
            Role::Ci => self.issue_under(order, None),
            role => {
                let issuer = self.credential(self.variant.issuer(role), order.curve)?;
                self.issue_under(order, Some(issuer))
            }
        }
    }

    fn issue_under(
        &self,
        order: &Order<'_>,
        issuer: Option<&Credential>,
    ) -> Result<Credential, PkiError> {
        let mut name = order.role.stem(self.label_variant(order.role), order.curve);
        if !order.label.is_empty() {
            name = format!("{name} {}", order.label);
        }
        let key = self.seed.key(order.curve, &name);
        let issuer = issuer.map(Issuer::of).transpose()?;
        let holder = Holder {
            key: key.public_key(),
            text: order.text,
            hosts: order.hosts,
            eid_prefix: order.eid_prefix,
            serial: self.seed.serial(&name),
        };
        let draft = Draft::new(&order.role.row(self.variant), &holder, issuer.as_ref())?;
        let signer = issuer.as_ref().map_or(&key, |issuer| issuer.key);
        let certificate = if order.role.is_tls() {
            tls::sign(draft, key.public_key(), signer)?
        } else {
            draft.sign(key.public_key(), signer)?
        };
        Ok(Credential {
            name,
            certificate,
            key,
            other_key: None,
        })
    }

    /// The variant by whose names keys and serial numbers are drawn: the CI, and with it what it
    /// issues in all variants alike, is always that of Variant O.
    fn label_variant(&self, role: Role) -> Variant {
        match role {
            Role::Ci => Variant::O,
            _ => self.variant,
        }
    }
}

/// Common name of the EUM.
pub(crate) const EUM_NAME: &str = "EUM Test";

/// What is to be issued.
struct Order<'a> {
    role: Role,
    curve: Curve,
    /// Sets the key and the name apart from those of the role's own credential.
    label: &'a str,
    text: &'a str,
    hosts: &'a [&'a str],
    eid_prefix: &'a str,
}

impl Order<'_> {
    fn of(role: Role, curve: Curve) -> Self {
        Self {
            role,
            curve,
            label: "",
            text: "",
            hosts: &[],
            eid_prefix: "",
        }
    }
}

pub(crate) fn checked_eid(eid: &[u8; 16]) -> Result<Eid, PkiError> {
    Eid::from_bytes(eid).map_err(|_| PkiError::Holder {
        expected: "an EID of 32 decimal digits",
        seen: hex::encode(eid),
    })
}

pub(crate) fn check_host(host: &str) -> Result<(), PkiError> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_name = host.len() <= 253 && host.split('.').all(is_label);
    if is_name || host.parse::<IpAddr>().is_ok() {
        Ok(())
    } else {
        Err(PkiError::Holder {
            expected: "a host name or an IP address, without port",
            seen: host.to_owned(),
        })
    }
}
