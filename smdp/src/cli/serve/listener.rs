// SPDX-License-Identifier: MIT OR Apache-2.0
//! Listeners: from a `[[listener]]` to a running one.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use rsp::chain;
use smdp::admin::{AdminHandler, Administered, ListenerView};
use smdp::config::{ClientCertificates, InterfaceConfig, ListenerConfig, TlsVersionConfig};
use smdp::http::{
    self, ClientTrust, Handler, Limits, Pin, Router, Server, Tls, TlsOptions, TlsVersions,
};
use smdp::smds::{Es11Handler, Es12Handler};
use smdp::store::StoredHandler;
use smdp::trace::TracedHandler;
use smdp::{Es2PlusHandler, Es9Handler};
use tokio::net::TcpListener;

use super::state::Served;
use super::{Failure, identity};

/// A listener that has its port.
pub(super) struct Bound {
    config: ListenerConfig,
    listener: TcpListener,
    pub(super) local: SocketAddr,
}

/// A listener that is served.
pub(super) struct Running {
    interfaces: Vec<InterfaceConfig>,
    plain: bool,
    pub(super) server: Server,
}

/// Takes the ports.
pub(super) async fn bind(
    configs: Vec<ListenerConfig>,
    public: bool,
) -> Result<Vec<Bound>, Failure> {
    let mut bound = Vec::new();
    for config in configs {
        config.check().map_err(Failure::input)?;
        let address = config.address;
        if !public && !address.ip().is_loopback() {
            let problem = "expected a loopback address (or --public), got";
            return Err(Failure::input(format!("{problem} {address}")));
        }
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| Failure::work(format!("cannot listen on {address}: {error}")))?;
        let local = listener.local_addr().map_err(Failure::work)?;
        bound.push(Bound {
            config,
            listener,
            local,
        });
    }
    Ok(bound)
}

/// Where devices find the server: the first listener with ES9+, or else the first of all.
pub(super) fn main_address(bound: &[Bound]) -> SocketAddr {
    let serves_devices =
        |bound: &&Bound| bound.config.interfaces.contains(&InterfaceConfig::Es9Plus);
    let main = bound.iter().find(serves_devices).or(bound.first());
    main.map_or(SocketAddr::from(([127, 0, 0, 1], 0)), |bound| bound.local)
}

/// Serves on a port.
pub(super) fn start(bound: Bound, served: &Served) -> Result<Running, Failure> {
    let Bound {
        config, listener, ..
    } = bound;
    let handler = handler(&config, served)?;
    let server = if config.plain {
        http::serve_plain(listener, handler, Limits::default())
    } else {
        http::serve(listener, handler, tls(&config, served)?, Limits::default())
    };
    Ok(Running {
        interfaces: config.interfaces,
        plain: config.plain,
        server: server.map_err(Failure::work)?,
    })
}

/// Everything behind a listener: its interfaces, the file, the trace.
fn handler(config: &ListenerConfig, served: &Served) -> Result<Arc<dyn Handler>, Failure> {
    let interfaces = config.interfaces.iter();
    let router = Router(
        interfaces
            .map(|it| interface(*it, config, served))
            .collect(),
    );
    let mut handler: Arc<dyn Handler> = Arc::new(router);
    if let Some(keeper) = &served.keeper {
        handler = Arc::new(StoredHandler::new(handler, Arc::clone(keeper)));
    }
    let is_admin = config.interfaces.contains(&InterfaceConfig::Admin);
    if let Some(tracer) = served.tracer.as_ref().filter(|_| !is_admin) {
        handler = Arc::new(TracedHandler::new(handler, Arc::clone(tracer)));
    }
    Ok(handler)
}

fn interface(
    interface: InterfaceConfig,
    config: &ListenerConfig,
    served: &Served,
) -> Arc<dyn Handler> {
    let service = Arc::clone(&served.service);
    match interface {
        InterfaceConfig::Es9Plus => {
            let credentials = service.with_smdp(|smdp| Arc::clone(smdp.credentials()));
            let curves: Vec<certs::Curve> = config.curves.iter().map(|it| (*it).into()).collect();
            let known = credentials
                .iter()
                .filter(|set| curves.contains(&set.curve()));
            let cis: Vec<_> = known.map(|set| set.ci_key_id().to_vec()).collect();
            if cis.len() == credentials.iter().count() {
                service
            } else {
                Arc::new(Es9Handler::new(service, cis))
            }
        }
        InterfaceConfig::Es2Plus => Arc::new(Es2PlusHandler::new(
            service,
            Some(Arc::clone(&served.peers)),
        )),
        InterfaceConfig::Es11 => Arc::new(Es11Handler(Arc::clone(&served.smds))),
        InterfaceConfig::Es12 => Arc::new(Es12Handler(Arc::clone(&served.smds))),
        InterfaceConfig::Admin => Arc::new(AdminHandler::new(Administered {
            service,
            smds: Some(Arc::clone(&served.smds)),
            faults: Some(Arc::clone(&served.faults)),
            profiles: served.profiles.clone(),
            name: served.name.clone(),
            listeners: served.listeners.clone(),
            is_kept: served.keeper.is_some(),
        })),
    }
}

fn tls(config: &ListenerConfig, served: &Served) -> Result<Tls, Failure> {
    let identities = identity::of_listener(config, served)?;
    let versions = match config.tls.as_slice() {
        [TlsVersionConfig::Tls12] => TlsVersions::Tls12,
        [TlsVersionConfig::Tls13] => TlsVersions::Tls13,
        _ => TlsVersions::Both,
    };
    let options = TlsOptions {
        versions,
        clients: clients(config, served)?,
        ..TlsOptions::default()
    };
    Tls::new(&identities, &options).map_err(Failure::input)
}

/// Which clients a listener takes.
fn clients(config: &ListenerConfig, served: &Served) -> Result<http::ClientCertificates, Failure> {
    let mut trust = ClientTrust::default();
    for path in &config.client_pins {
        for certificate in identity::certificates(path)? {
            trust = trust.with_pin(Pin::Certificate(certificate));
        }
    }
    if config.client_pins.is_empty() {
        let credentials = served
            .service
            .with_smdp(|smdp| Arc::clone(smdp.credentials()));
        let anchors: Vec<_> = credentials.iter().map(|set| set.ci.clone()).collect();
        trust = trust.with_ci(anchors, &[chain::Role::DpTls, chain::Role::DsTls]);
    }
    Ok(match config.client_certificates {
        ClientCertificates::None => http::ClientCertificates::None,
        ClientCertificates::Optional => http::ClientCertificates::Optional(Arc::new(trust)),
        ClientCertificates::Required => http::ClientCertificates::Required(Arc::new(trust)),
    })
}

/// Tells on standard output where the server is and what can be downloaded. Other programs read
/// these lines.
pub(super) fn announce(served: &Served, servers: &[Running]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let (address, orders) = served.service.with_smdp(|smdp| {
        let orders = smdp.orders().iter().map(|(_, order)| {
            let suffix = if order.confirmation_code.is_some() {
                "$$1"
            } else {
                ""
            };
            let iccid = order.profile.iccid_digits();
            let code = format!("LPA:1${}${}{suffix}", served.name, order.matching_id);
            format!("activation code {code}  ICCID {iccid}")
        });
        (smdp.config().address.clone(), orders.collect::<Vec<_>>())
    });
    let smds = served.smds.with_smds(|smds| smds.config().address.clone());
    for running in servers {
        let local = running.server.local_addr();
        let names: Vec<_> = running.interfaces.iter().map(|it| it.name()).collect();
        let is_smds =
            |it: &InterfaceConfig| matches!(it, InterfaceConfig::Es11 | InterfaceConfig::Es12);
        match running.interfaces.as_slice() {
            [InterfaceConfig::Admin, ..] => {
                let scheme = if running.plain { "http" } else { "https" };
                writeln!(out, "admin on {scheme}://{local}/")?;
            }
            [InterfaceConfig::Es9Plus] => {
                writeln!(
                    out,
                    "listening on {local} as {address}, with test keys only"
                )?;
            }
            others => {
                let name = if others.iter().all(is_smds) {
                    &smds
                } else {
                    &address
                };
                let names = names.join(", ");
                writeln!(
                    out,
                    "listening on {local} as {name} for {names}, with test keys only"
                )?;
            }
        }
    }
    for order in orders {
        writeln!(out, "{order}")?;
    }
    out.flush()
}

/// What the administration tells of a listener.
pub(super) fn view(bound: &Bound) -> ListenerView {
    ListenerView {
        address: bound.local.to_string(),
        interfaces: bound
            .config
            .interfaces
            .iter()
            .map(|it| it.name().to_owned())
            .collect(),
    }
}
