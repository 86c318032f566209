// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everybody in a run: the card, the SM-DP+, the eIM and the IPA, each real or scripted, and the
//! sockets between them.

use std::sync::Arc;
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role as CertificateRole};
use rsp::env::{Env, SeededEnv};
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{Config, Credentials, Entity, Profiles, SmDp, SmDpService};
use tokio::net::TcpListener;

use super::card::{SharedCard, make};
use super::tap::{CardTap, ServerTap};
use super::{RunOptions, SetUpError};
use crate::case::{Actor, Case, Interface, Role, RoleName};
use crate::eim::Eim;
use crate::engine::Engine;
use crate::fixture::{EimFixture, EuiccFixture, SmdpFixture};
use crate::iut::{EimEnvironment, EimSettings, EuiccCertificates, KnownEuicc};
use crate::mutate::{EimKey, Keyring};
use crate::wire::esipa::{Gate, Handler, Server, handler};
use crate::wire::esipa_client::Client;
use crate::wire::net::Resolver;
use crate::wire::tls::{Identity, Trust, server_config};

/// What the fixtures of a case say, before anybody starts.
pub(super) struct Cast {
    pub(super) card: Arc<SharedCard>,
    euicc: EuiccFixture,
    server: SmdpFixture,
    credentials: Credentials,
    options: RunOptions,
    id: String,
}

/// Everybody, started.
pub(super) struct Actors {
    pub(super) resolver: Resolver,
    pub(super) eim: Option<Arc<Eim>>,
    pub(super) esipa: Option<Client>,
    _servers: Vec<Server>,
    _smdp: smdp::http::Server,
}

impl Cast {
    /// Reads the fixtures and makes the card.
    pub(super) fn new(case: &Case, options: &RunOptions) -> Result<Self, SetUpError> {
        let fixture = |role| match case.file.roles.role(role).map(|role| &**role) {
            Some(Role::Actor(Actor {
                fixture: Some(name),
                ..
            })) => Ok(name.clone()),
            _ => Err(SetUpError::Value(format!("{role} has no fixture"))),
        };
        let euicc = options.fixtures.euicc(&fixture(RoleName::Euicc)?)?;
        let server = options.fixtures.smdp(&fixture(RoleName::Smdp)?)?;
        let card = make(
            &options.pki,
            &euicc,
            &options.fixtures,
            env(options, &case.id, "card"),
        )?;
        let credentials = Credentials::from_pki(&options.pki, Entity::First, &[&server.address])
            .map_err(SetUpError::of("SM-DP+"))?;
        Ok(Self {
            card,
            euicc,
            server,
            credentials,
            options: options.clone(),
            id: case.id.clone(),
        })
    }

    /// The keys with which answers can be signed again.
    pub(super) fn keys(&self) -> Result<Keyring, SetUpError> {
        let pki = &self.options.pki;
        let own = pki
            .ci_key_id(Curve::NistP256)
            .map_err(SetUpError::of("PKI"))?;
        let set = self.credentials.by_ci(&own);
        let mut eims = Vec::new();
        for eim in &self.euicc.eims {
            eims.push(EimKey {
                eim_id: eim.id.clone(),
                key: eim_signing(pki, &eim.id)?.key,
                association_token: self.token(eim),
            });
        }
        Ok(Keyring {
            dp_auth: set.map(|set| set.dp_auth.key.clone()),
            dp_pb: set.map(|set| set.dp_pb.key.clone()),
            eims,
        })
    }

    fn token(&self, eim: &EimFixture) -> Option<i64> {
        let card = self.card.card();
        let found = card
            .state()
            .eims
            .iter()
            .find(|known| known.eim_id == eim.id);
        found.and_then(|known| known.association_token)
    }

    /// Randomness and clock for `who`.
    pub(super) fn env(&self, who: &str) -> Box<dyn Env> {
        env(&self.options, &self.id, who)
    }

    /// The CI certificates.
    pub(super) fn roots(&self) -> Result<Vec<Vec<u8>>, SetUpError> {
        let ci = self
            .options
            .pki
            .credential(CertificateRole::Ci, Curve::NistP256);
        Ok(vec![ci.map_err(SetUpError::of("PKI"))?.certificate.clone()])
    }

    /// Opens the sockets and starts everybody but the IPA.
    pub(super) async fn start(
        &self,
        case: &Case,
        engine: &Arc<Engine>,
    ) -> Result<Actors, SetUpError> {
        self.card
            .card()
            .set_tap(Box::new(CardTap::new(engine.clone())));
        let resolver = Resolver::new();
        let smdp = self.start_smdp(engine, &resolver).await?;
        let mut actors = Actors {
            resolver,
            eim: None,
            esipa: None,
            _servers: Vec::new(),
            _smdp: smdp,
        };
        for eim in &self.euicc.eims {
            self.start_eim(case, engine, eim, &mut actors).await?;
        }
        Ok(actors)
    }

    async fn start_smdp(
        &self,
        engine: &Arc<Engine>,
        resolver: &Resolver,
    ) -> Result<smdp::http::Server, SetUpError> {
        let fail = SetUpError::of::<std::io::Error>("SM-DP+");
        let config = Config {
            address: self.server.address.clone(),
            ..Config::default()
        };
        let mut smdp = SmDp::new(config, self.credentials.clone());
        let mut profiles = Profiles::default();
        for order in &self.server.orders {
            let profile = self.options.fixtures.profile(&order.package)?;
            profiles.insert(order.package.as_str(), profile);
            let order = OrderConfig {
                profile: order.package.clone().into(),
                matching_id: order.matching_id.clone(),
                metadata: MetadataConfig {
                    profile_name: order.name.clone(),
                    ..MetadataConfig::default()
                },
                ..OrderConfig::default()
            };
            smdp.add_order(&order, &profiles)
                .map_err(SetUpError::of("SM-DP+"))?;
        }
        let service = Arc::new(SmDpService::new(smdp, self.env("smdp")));
        service.set_tap(Some(Box::new(ServerTap::new(engine.clone()))));
        let listener = listen().await?;
        resolver.insert(&self.server.address, address(&listener)?);
        let tls = smdp::http::server_config(&self.credentials.tls, TlsVersions::Both, None)
            .map_err(SetUpError::of("SM-DP+"))?;
        smdp::http::serve(listener, service, tls, Limits::default()).map_err(fail)
    }

    async fn start_eim(
        &self,
        case: &Case,
        engine: &Arc<Engine>,
        eim: &EimFixture,
        actors: &mut Actors,
    ) -> Result<(), SetUpError> {
        let tls = eim_tls(&self.options.pki, &eim.id)?;
        let identity = identity(&tls)?;
        let listener = listen().await?;
        let server = address(&listener)?;
        actors.resolver.insert(&eim.id, server);
        if case.file.iut == RoleName::Eim {
            let real = self.mock_eim(
                eim,
                identity.clone(),
                listener,
                actors,
                self.options.eim.clone(),
            )?;
            actors
                ._servers
                .push(real.serve().await.map_err(SetUpError::of("eIM"))?);
            actors.eim = Some(real);
            return self.reach_eim(case, engine, eim, &tls, actors).await;
        }
        let handler = if case.file.roles.is_scripted(RoleName::Eim) {
            scripted(engine)
        } else {
            let unused = listen().await?;
            let actor = self.mock_eim(
                eim,
                identity.clone(),
                unused,
                actors,
                EimSettings::default(),
            )?;
            actors.eim = Some(actor.clone());
            watched(engine, actor)
        };
        actors
            ._servers
            .push(self.serve(&identity, listener, handler, gate(engine))?);
        Ok(())
    }

    /// The way to an eIM under test: a client for a scripted IPA, or a relay that a real IPA talks
    /// to, so that its exchanges can be seen.
    async fn reach_eim(
        &self,
        case: &Case,
        engine: &Arc<Engine>,
        eim: &EimFixture,
        tls: &Credential,
        actors: &mut Actors,
    ) -> Result<(), SetUpError> {
        let now = self.env("clock").now();
        let trust = Trust::Certificate(tls.certificate.clone());
        let direct = Resolver::new();
        let real = actors
            .resolver
            .resolve(&eim.id)
            .map_err(SetUpError::of("eIM"))?;
        direct.insert(&eim.id, real);
        let client = Client::new(&eim.id, direct, &trust, now)
            .map_err(SetUpError::of("eIM"))?
            .with_timeout(self.options.timeout);
        if case.file.roles.is_scripted(RoleName::Ipa) {
            actors.esipa = Some(client);
            return Ok(());
        }
        let listener = listen().await?;
        actors.resolver.insert(&eim.id, address(&listener)?);
        let relay = relayed(engine, Arc::new(client));
        let server = self.serve(&identity(tls)?, listener, relay, gate(engine))?;
        actors._servers.push(server);
        Ok(())
    }

    fn serve(
        &self,
        identity: &Identity,
        listener: TcpListener,
        handler: Handler,
        gate: Gate,
    ) -> Result<Server, SetUpError> {
        let now = self.env("clock").now();
        let config = server_config(identity, now).map_err(SetUpError::of("eIM"))?;
        Ok(Server::start_gated(listener, config, handler, gate))
    }

    fn mock_eim(
        &self,
        eim: &EimFixture,
        tls: Identity,
        listener: TcpListener,
        actors: &Actors,
        settings: EimSettings,
    ) -> Result<Arc<Eim>, SetUpError> {
        let card = self.card.card();
        let certificates = card
            .config()
            .credentials
            .first()
            .map(|own| EuiccCertificates {
                euicc: own.euicc_certificate.clone(),
                eum: own.eum_certificate.clone(),
            });
        let eid = card.config().eid;
        drop(card);
        let environment = EimEnvironment {
            eim_id: eim.id.clone(),
            signing: eim_signing(&self.options.pki, &eim.id)?,
            tls,
            listener,
            resolver: actors.resolver.clone(),
            roots: self.roots()?,
            euiccs: vec![KnownEuicc {
                eid,
                counter_value: eim.counter_value,
                association_token: self.token(eim),
                certificates,
            }],
            env: self.env("eim"),
            timeout: self.options.timeout,
            settings,
        };
        Eim::new(environment).map_err(SetUpError::of("eIM"))
    }
}

/// The eIM is gone while the case says so.
fn gate(engine: &Arc<Engine>) -> Gate {
    let engine = engine.clone();
    Arc::new(move || engine.is_gone(Interface::Esipa))
}

fn scripted(engine: &Arc<Engine>) -> Handler {
    let engine = engine.clone();
    handler(move |posted| {
        let engine = engine.clone();
        async move {
            let ticket = engine.begin(Interface::Esipa, &posted.body);
            engine.headers(ticket, &posted.headers);
            engine.answer(ticket)
        }
    })
}

fn watched(engine: &Arc<Engine>, eim: Arc<Eim>) -> Handler {
    let engine = engine.clone();
    handler(move |posted| {
        let (engine, eim) = (engine.clone(), eim.clone());
        async move {
            let ticket = engine.begin(Interface::Esipa, &posted.body);
            engine.headers(ticket, &posted.headers);
            let answer = eim.handle(&posted.body).await;
            engine.finish(ticket, answer)
        }
    })
}

fn relayed(engine: &Arc<Engine>, client: Arc<Client>) -> Handler {
    let engine = engine.clone();
    handler(move |posted| {
        let (engine, client) = (engine.clone(), client.clone());
        async move {
            through(&engine, &client, posted.body)
                .await
                .unwrap_or_default()
        }
    })
}

/// Posts a message to the eIM under test, with the engine looking on.
pub(super) async fn through(engine: &Engine, client: &Client, message: Vec<u8>) -> Option<Vec<u8>> {
    let ticket = engine.begin(Interface::Esipa, &message);
    match client.post(message).await {
        Ok(answer) => Some(engine.finish(ticket, answer)),
        Err(error) => {
            engine.broken(ticket, &error.to_string());
            None
        }
    }
}

/// The key that signs the packages of an eIM.
pub(super) fn eim_signing(pki: &Pki, id: &str) -> Result<Credential, SetUpError> {
    pki.issue_eim_signing(id, Curve::NistP256)
        .map_err(SetUpError::of("PKI"))
}

/// The TLS certificate of an eIM.
pub(super) fn eim_tls(pki: &Pki, id: &str) -> Result<Credential, SetUpError> {
    pki.issue_tls(CertificateRole::EimTls, &[id], Curve::NistP256)
        .map_err(SetUpError::of("PKI"))
}

fn identity(credential: &Credential) -> Result<Identity, SetUpError> {
    Ok(Identity {
        chain: vec![credential.certificate.clone()],
        key: credential.key_der().map_err(SetUpError::of("PKI"))?,
    })
}

fn env(options: &RunOptions, id: &str, who: &str) -> Box<dyn Env> {
    Box::new(SeededEnv::new(options.seed, &format!("{id} {who}")))
}

async fn listen() -> Result<TcpListener, SetUpError> {
    TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(SetUpError::of("socket"))
}

fn address(listener: &TcpListener) -> Result<std::net::SocketAddr, SetUpError> {
    listener.local_addr().map_err(SetUpError::of("socket"))
}

/// How long one exchange and one step may take for an implementation of our own.
pub(super) const BUILT_IN_TIMEOUT: Duration = Duration::from_secs(20);
