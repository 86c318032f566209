// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everybody in a run but the IPA: the card, the SM-DP+ and the eIMs, each real or scripted, and
//! the sockets between them.

mod eim;
mod esipa;
mod ipa;
mod misbehaviour;
mod shaped;
mod smdp;
mod smds;

use std::net::SocketAddr;
use std::slice::from_ref;
use std::sync::{Arc, Mutex};

use ::smdp::Faults;
use ::smdp::credentials::TlsIdentity;
use ::smdp::http::{Handler, Limits, Server, Tls, serve};
use tokio::net::TcpListener;

use super::SetUpError;
use super::cast::{Cast, played};
use super::front::Front;
use super::reach;
use super::tap::{CardTap, ServerTap};
use crate::capture::Capture;
use crate::case::{Case, Interface, RoleName};
use crate::engine::Engine;
use crate::fixture::EimFixture;
use crate::matching::{Bindings, Bound};
use crate::mutate;
use crate::recording::Trace;
use crate::run::RunOptions;
use crate::wire::hello::Target;
use crate::wire::net::Resolver;
use crate::wire::tls::Trust;

pub(super) use self::eim::{CaseEim, environment};
pub(super) use self::esipa::{Serving, coap_settings, through};
pub(super) use self::ipa::{Listening, confirmation_code, ipa_environment, ipa_has, is_injected};
pub(super) use self::shaped::{Held, is_shaped, shaped};
use self::smdp::CaseSmdp;
use self::smds::CaseSmds;

/// The name of an IPA that takes packages (SGP.32 §5.14.4).
pub(super) const IPA: &str = "ipa1.test.example";

/// What is there before the first actor starts.
pub(super) struct Stage<'a> {
    pub(super) case: &'a Case,
    pub(super) cast: Cast,
    pub(super) engine: Arc<Engine>,
    /// Where clients find the hosts of the case.
    pub(super) resolver: Resolver,
    /// What stands in front of every server.
    pub(super) front: Front,
    /// What the device of the IPA remembers, started again or not.
    pub(super) memory: Arc<Mutex<Vec<u8>>>,
}

impl<'a> Stage<'a> {
    /// What the case and its fixtures say; nobody is started.
    pub(super) fn new(case: &'a Case, options: &RunOptions) -> Result<Self, SetUpError> {
        let cast = Cast::new(case, options)?;
        let mut bindings = Bindings::default();
        for (name, node) in &case.file.given {
            let value = mutate::value_of(node, &bindings)
                .map_err(|error| SetUpError::Value(error.to_string()))?;
            bindings.set(name, value.map_or(Bound::Absent, Bound::given));
        }
        let capture = Capture::default();
        let trace = match options.record {
            true => Trace::of(case.file.iut),
            false => Trace::default(),
        };
        let engine = Engine::new(case, bindings, cast.keys()?)
            .knowing(cast.known()?)
            .setting_aside(&cast.options.set_aside);
        let engine = Arc::new(engine.showing(capture.clone()));
        Ok(Self {
            case,
            front: Front::new(engine.network(), capture)
                .telling(trace)
                .against(options.against.clone()),
            engine,
            cast,
            resolver: Resolver::new(),
            memory: Arc::default(),
        })
    }
}

impl Stage<'_> {
    /// Makes a server known as `host` to the clients of `interface`, who reach it through the
    /// front. Every server socket of a case goes through here, with the address that it listens on.
    pub(super) fn publish(
        &self,
        interface: Interface,
        host: &str,
        server: SocketAddr,
    ) -> Result<(), SetUpError> {
        let outside = match reach::fixed(self.case, &self.cast.options, host) {
            Ok(Some(outside)) => self.front.at(interface, server, outside),
            Ok(None) => self.front.before(interface, server),
            Err(error) => Err(error),
        };
        self.resolver
            .insert(host, outside.map_err(SetUpError::of("socket"))?);
        Ok(())
    }

    /// Starts a server of SGP.22 behind the front, known as `host` to the clients of `interface`.
    async fn serve(
        &self,
        who: &'static str,
        interface: Interface,
        host: &str,
        identity: &TlsIdentity,
        handler: Arc<dyn Handler>,
    ) -> Result<Server, SetUpError> {
        let listener = listen().await?;
        self.publish(interface, host, address(&listener)?)?;
        let tls =
            Tls::new(from_ref(identity), &self.front.tls_options()).map_err(SetUpError::of(who))?;
        let handler = self.front.guard_http(interface, host, handler);
        serve(listener, handler, tls, Limits::default()).map_err(SetUpError::of(who))
    }

    /// What shows the engine the exchanges of a server, and lets it change them.
    fn tap(&self, interface: Interface) -> Box<ServerTap> {
        Box::new(ServerTap::new(self.engine.clone(), interface))
    }

    /// Arms the misbehaviours that the case names for a role from the beginning.
    fn arm_named(&self, role: RoleName, faults: &Faults) -> Result<(), SetUpError> {
        let names = played(self.case, role).map_or(&[][..], |role| &role.faults);
        smdp::arm(faults, names).map_err(SetUpError::Value)
    }
}

/// Everybody, started.
pub(super) struct Actors {
    /// In the order of the card's fixture.
    pub(super) eims: Vec<CaseEim>,
    pub(super) smdp: CaseSmdp,
    /// Without one there is no SM-DS.
    pub(super) smds: Option<CaseSmds>,
}

impl Actors {
    /// Opens the sockets and starts everybody but the IPA.
    pub(super) async fn start(stage: &Stage<'_>) -> Result<Self, SetUpError> {
        let tap = CardTap::new(stage.engine.clone(), stage.cast.speech);
        stage.cast.card.with(|card| card.set_tap(Box::new(tap)));
        stage.front.watch(stage.cast.card.slot());
        let smds = match &stage.cast.smds {
            Some(config) => Some(CaseSmds::start(stage, config).await?),
            None => None,
        };
        let mut actors = Self {
            smdp: CaseSmdp::start(stage).await?,
            smds,
            eims: Vec::new(),
        };
        let served = |(_, eim): &(usize, &EimFixture)| eim.served;
        for (index, eim) in stage.cast.euicc.eims.iter().enumerate().filter(served) {
            actors.eims.push(CaseEim::start(stage, eim, index).await?);
        }
        Ok(actors)
    }

    /// The ESipa server of the eIM under test, for handshakes that are written by hand.
    pub(super) fn target(&self, stage: &Stage<'_>) -> Result<Target, String> {
        let client = self.eims.first().and_then(|eim| eim.client.as_ref());
        let fixture = stage.cast.euicc.eims.first();
        let (Some(client), Some(fixture)) = (client, fixture) else {
            return Err("expected a scripted ipa, whose way to the eIM can be tried".to_owned());
        };
        let address = client.address().map_err(|error| error.to_string())?;
        Ok(Target {
            address,
            host: fixture.fqdn().to_owned(),
            // who it is, other cases judge
            trust: Trust::Anyone,
            now: stage.cast.env("clock").now(),
        })
    }

    /// The eIM called `id`, or the first one.
    pub(super) fn eim(&self, id: Option<&str>) -> Option<&CaseEim> {
        match id {
            Some(id) => self.eims.iter().find(|eim| eim.id == id),
            None => self.eims.first(),
        }
    }
}

/// A socket on a free port of loopback.
pub(super) async fn listen() -> Result<TcpListener, SetUpError> {
    TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(SetUpError::of("socket"))
}

/// Where a socket listens.
pub(super) fn address(listener: &TcpListener) -> Result<SocketAddr, SetUpError> {
    listener.local_addr().map_err(SetUpError::of("socket"))
}
