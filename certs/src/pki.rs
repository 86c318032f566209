// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole PKI: the credentials of every role on both curves, and fresh leaves under its CI.
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
use crate::invalid::Flaw;
use crate::issue::{Draft, Holder, Issuer, Seed};
use crate::roles::{EUM_EID_PREFIX, Role, TEST_EID};
use crate::tls;

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
    seed: Seed,
    slots: Vec<Slot>,
}

impl std::fmt::Debug for Pki {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let curves: Vec<Curve> = self.curves().collect();
        f.debug_struct("Pki")
            .field("curves", &curves)
            .finish_non_exhaustive()
    }
}

impl Pki {
    /// Every role on both curves, from a seed: the same seed gives the same bytes.
    ///
    /// # Errors
    /// The encoder refuses, which no seed causes.
    pub fn seeded(seed: u64) -> Result<Self, PkiError> {
        let pki = Self::new(Seed::from_number(seed), &Curve::ALL);
        for curve in Curve::ALL {
            pki.credential(Role::Ci, curve)?;
        }
        Ok(pki)
    }

    /// An empty place for every role on these curves.
    pub(crate) fn new(seed: Seed, curves: &[Curve]) -> Self {
        let on = |curve: Curve| {
            Role::ALL.map(|role| Slot {
                role,
                curve,
                credential: OnceLock::new(),
            })
        };
        Self {
            seed,
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

    /// The credential of a role.
    ///
    /// # Errors
    /// A loaded PKI has no CI on this curve.
    pub fn credential(&self, role: Role, curve: Curve) -> Result<&Credential, PkiError> {
        let slot = self
            .slots
            .iter()
            .find(|slot| slot.role == role && slot.curve == curve)
            .ok_or(PkiError::NotInPki { role, curve })?;
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

    /// A certificate of a role with one thing wrong, over the key of the role's own credential.
    ///
    /// # Errors
    /// A CI was asked for, which has nobody above it to refuse it, or there is no CI on this curve.
    pub fn invalid(&self, role: Role, curve: Curve, flaw: Flaw) -> Result<Credential, PkiError> {
        let issuer = match (role, flaw) {
            (Role::Ci, _) => return Err(PkiError::NotInPki { role, curve }),
            (_, Flaw::UnknownCi) => {
                let foreign = Self::new(self.seed.foreign(), &[curve]);
                foreign.credential(role.issuer(), curve)?.clone()
            }
            _ => self.credential(role.issuer(), curve)?.clone(),
        };
        let valid = self.credential(role, curve)?;
        let name = flaw.file_name(role, curve);
        let eid = checked_eid(&TEST_EID)?.to_string();
        let row = role.row();
        let holder = Holder {
            key: valid.key.public_key(),
            text: match role {
                Role::Euicc => &eid,
                Role::Eum => "EUM Test",
                _ => row.hosts.first().copied().unwrap_or_default(),
            },
            hosts: row.hosts,
            eid_prefix: EUM_EID_PREFIX,
            serial: self.seed.serial(&name),
        };
        Ok(Credential {
            certificate: flaw.issue(role, &holder, &Issuer::of(&issuer)?)?,
            name,
            key: valid.key.clone(),
        })
    }

    fn issue_default(&self, role: Role, curve: Curve) -> Result<Credential, PkiError> {
        let row = role.row();
        match role {
            Role::Euicc => self.issue_euicc(&TEST_EID, curve),
            Role::Eum => self.issue_eum(EUM_EID_PREFIX, curve),
            Role::DpTls | Role::Dp2Tls | Role::DsTls | Role::EimTls => {
                self.issue_tls(role, row.hosts, curve)
            }
            Role::EimSign => {
                self.issue_eim_signing(row.hosts.first().copied().unwrap_or_default(), curve)
            }
            Role::Ci | Role::DpAuth | Role::DpPb | Role::Dp2Auth | Role::Dp2Pb | Role::DsAuth => {
                self.issue(&Order::of(role, curve))
            }
        }
    }

    /// An eUICC certificate for an EID, under the EUM that [`Self::eum_for`] names for it.
    ///
    /// # Errors
    /// The EID is not 32 decimal digits, or there is no CI on this curve.
    pub fn issue_euicc(&self, eid: &[u8; 16], curve: Curve) -> Result<Credential, PkiError> {
        let digits = checked_eid(eid)?.to_string();
        let eum = self.eum_for(eid, curve)?;
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
        self.issue_under(&order, Some(&eum))
    }

    /// The EUM responsible for an EID: the PKI's own when its nameConstraints permit the EID, else
    /// one issued for the EID's first eight digits (SGP.29).
    ///
    /// # Errors
    /// The EID is not 32 decimal digits, or there is no CI on this curve.
    pub fn eum_for(&self, eid: &[u8; 16], curve: Curve) -> Result<Credential, PkiError> {
        let eid = checked_eid(eid)?;
        let eum = self.credential(Role::Eum, curve)?;
        let view = CertificateView::parse(&eum.certificate)
            .map_err(|error| PkiError::Encoding(error.to_string()))?;
        let organization = view.subject_organization().unwrap_or_default();
        if view
            .eid_ranges()
            .iter()
            .all(|range| range.contains(&organization, &eid))
        {
            return Ok(eum.clone());
        }
        let prefix: String = eid.to_string().chars().take(EUM_EID_PREFIX.len()).collect();
        self.issue_eum(&prefix, curve)
    }

    fn issue_eum(&self, prefix: &str, curve: Curve) -> Result<Credential, PkiError> {
        let own = prefix == EUM_EID_PREFIX;
        let (label, text) = if own {
            ("", "EUM Test".to_owned())
        } else {
            (prefix, format!("EUM Test {prefix}"))
        };
        let order = Order {
            label,
            text: &text,
            eid_prefix: prefix,
            ..Order::of(Role::Eum, curve)
        };
        self.issue(&order)
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
        let label = if hosts == role.host_names() {
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
        let own = Role::EimSign.host_names().first() == Some(&eim_id);
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
                let issuer = self.credential(role.issuer(), order.curve)?;
                self.issue_under(order, Some(issuer))
            }
        }
    }

    fn issue_under(
        &self,
        order: &Order<'_>,
        issuer: Option<&Credential>,
    ) -> Result<Credential, PkiError> {
        let mut name = order.role.stem(order.curve);
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
        let draft = Draft::new(order.role.row(), &holder, issuer.as_ref())?;
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
        })
    }
}

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

fn checked_eid(eid: &[u8; 16]) -> Result<Eid, PkiError> {
    Eid::from_bytes(eid).map_err(|_| PkiError::Holder {
        expected: "an EID of 32 decimal digits",
        seen: hex::encode(eid),
    })
}

fn check_host(host: &str) -> Result<(), PkiError> {
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
