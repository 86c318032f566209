// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which TLS a connection gets, once its ClientHello is there.
//!
//! Trap: a client that can check a certificate on brainpoolP256r1 says so in `supported_groups`
//! (RFC 8422 §5.1.1), where P-256 stands too if it takes both; the order is its preference.

use std::fmt;
use std::sync::Arc;

use rsp::activation::same_address;
use rsp::ecdsa::Curve;
use rustls::pki_types::CertificateDer;
use rustls::server::ClientHello;
use rustls::time_provider::TimeProvider;
use rustls::{NamedGroup, ServerConfig};

use super::client::ClientTrust;
use super::{TlsError, TlsOptions, brainpool, dns_names, server_config_with, signing_key};
use crate::credentials::TlsIdentity;
use crate::http::Client;

/// Chooses the TLS of each connection.
pub trait ChooseTls: Send + Sync + 'static {
    /// The configuration for a client that says `hello`; nothing when there is none for it.
    fn choose(&self, hello: &ClientHello<'_>) -> Option<Arc<ServerConfig>>;

    /// Whom these certificates of a client, leaf first, stand for; nobody, when not said otherwise.
    fn client(&self, certificates: &[CertificateDer<'_>]) -> Option<Client> {
        let _ = certificates;
        None
    }
}

/// The TLS of a listener.
#[derive(Clone)]
pub struct Tls(pub Arc<dyn ChooseTls>);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Offers certificates, see [`Identities`].
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(identities: &[TlsIdentity], options: &TlsOptions) -> Result<Self, TlsError> {
        Ok(Self(Arc::new(Identities::new(identities, options)?)))
    }
}

impl From<Arc<ServerConfig>> for Tls {
    fn from(config: Arc<ServerConfig>) -> Self {
        Self(Arc::new(Single(config)))
    }
}

/// One configuration for everybody.
struct Single(Arc<ServerConfig>);

impl ChooseTls for Single {
    fn choose(&self, _: &ClientHello<'_>) -> Option<Arc<ServerConfig>> {
        Some(Arc::clone(&self.0))
    }
}

/// One or more certificates on a listener: the one whose names have what the client asks for in
/// SNI, else any; among several on different curves the one on the curve that the client prefers;
/// then the first.
#[derive(Debug)]
pub struct Identities {
    identities: Vec<Offered>,
    clients: Option<Arc<ClientTrust>>,
    clock: Arc<dyn TimeProvider>,
}

#[derive(Debug)]
struct Offered {
    names: Vec<String>,
    curve: Curve,
    config: Arc<ServerConfig>,
}

impl Identities {
    /// Makes the configuration of each identity.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(identities: &[TlsIdentity], options: &TlsOptions) -> Result<Self, TlsError> {
        let offered = |identity: &TlsIdentity| {
            Ok(Offered {
                names: dns_names(identity.chain.first()),
                curve: signing_key(identity)?.1,
                config: server_config_with(identity, options)?,
            })
        };
        let identities: Vec<_> = identities.iter().map(offered).collect::<Result<_, _>>()?;
        if identities.is_empty() {
            return Err(TlsError::NoIdentity);
        }
        Ok(Self {
            identities,
            clients: options.clients.trust().cloned(),
            clock: Arc::clone(&options.clock),
        })
    }

    fn find(&self, server_name: Option<&str>, groups: &[NamedGroup]) -> Option<&Offered> {
        let named = |offered: &&Offered| {
            server_name
                .is_some_and(|asked| offered.names.iter().any(|name| same_address(name, asked)))
        };
        let any_named = self.identities.iter().any(|offered| named(&offered));
        let eligible = || self.identities.iter().filter(|it| !any_named || named(it));
        let preferred = preferred_curve(groups);
        eligible()
            .find(|offered| Some(offered.curve) == preferred)
            .or_else(|| eligible().next())
    }
}

/// The curve of certificates that stands first among the groups of a client.
fn preferred_curve(groups: &[NamedGroup]) -> Option<Curve> {
    groups.iter().find_map(|group| match *group {
        NamedGroup::secp256r1 => Some(Curve::NistP256),
        brainpool::NAME => Some(Curve::BrainpoolP256r1),
        _ => None,
    })
}

impl ChooseTls for Identities {
    fn choose(&self, hello: &ClientHello<'_>) -> Option<Arc<ServerConfig>> {
        let groups = hello.named_groups().unwrap_or_default();
        let offered = self.find(hello.server_name(), groups)?;
        Some(Arc::clone(&offered.config))
    }

    fn client(&self, certificates: &[CertificateDer<'_>]) -> Option<Client> {
        let now = self.clock.current_time()?;
        match self.clients.as_ref()?.judge(certificates, now) {
            Ok(client) => Some(client),
            Err(refused) => {
                tracing::info!(%refused, "client certificate not trusted");
                None
            }
        }
    }
}
