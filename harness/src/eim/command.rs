// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness eim serve`: the mock eIM by hand.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use certs::{Pki, Role};
use clap::Args;
use rsp::dialect::Dialect;
use rsp::ecdsa::Curve;
use rsp::env::SystemEnv;
use rsp::id::{Eid, Iccid};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use smdp::http::Limits;
use tokio::net::{TcpListener, UdpSocket};

use super::fleet::{self, Member};
use super::{Api, Eim, Keys};
use crate::by_hand::{BadInput, PkiArgs};
use crate::defect::EimDefect;
use crate::iut::{EimEnvironment, EimSettings, IndirectDownload, KnownEuicc, Order};
use crate::wire::coap::{CoapArgs, CoapServer};
use crate::wire::net::Resolver;
use crate::wire::tls::Identity;

/// Serves ESipa for the eUICCs given, and takes orders for them, until it is interrupted.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8444", value_name = "ADDR")]
    listen: SocketAddr,
    /// Address to serve ESipa over CoAP and DTLS on as well
    #[arg(long, value_name = "ADDR")]
    coap: Option<SocketAddr>,
    #[command(flatten)]
    coap_args: CoapArgs,
    /// Allow an address other than loopback
    #[arg(long)]
    public: bool,
    /// eimId, and FQDN of the TLS certificate
    #[arg(long, default_value = "eim1.test.example", value_name = "FQDN")]
    eim_id: String,
    /// Loopback address of the order API and the status page, over plain HTTP
    #[arg(long, value_name = "ADDR")]
    api: Option<SocketAddr>,
    /// File that keeps orders and eUICCs over a restart; made when absent. What it has wins over
    /// the options
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// eUICCs with their first orders, in TOML or JSON (*.json)
    #[arg(long, value_name = "FILE")]
    euiccs: Option<PathBuf>,
    /// EID of an eUICC that it manages, 32 digits [default: that of the published test
    /// certificate, without --euiccs]
    #[arg(long, value_name = "EID")]
    eid: Option<Eid>,
    /// counterValue of the last package that the card has seen
    #[arg(long, default_value_t = 0)]
    counter: i64,
    /// Association token that the card has given
    #[arg(long)]
    token: Option<i64>,
    /// CI certificates in PEM that SM-DP+ and eUICCs are trusted under [default: those of the PKI]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Learn the certificates of --eid from what it sends, instead of having them from the PKI
    #[arg(long)]
    learn: bool,
    /// Wire version, 1.0, 1.2 or 1.3, of IPAs whose messages do not show theirs
    #[arg(long, default_value_t = Dialect::default(), value_name = "VERSION")]
    dialect: Dialect,
    /// Speak no other version
    #[arg(long)]
    fixed_dialect: bool,
    /// A deliberate mistake (repeatable); `harness mutants --list --role eim` names them
    #[arg(long, value_name = "NAME")]
    defect: Vec<EimDefect>,
    /// Order (repeatable, done one after the other): direct:CODE or indirect:CODE (download by
    /// activation code), enable:ICCID, disable:ICCID, delete:ICCID, or in DER package:HEX
    /// (EuiccPackage), data:HEX (IpaEuiccDataRequest), trigger:HEX (ProfileDownloadTriggerRequest)
    #[arg(long, value_name = "KIND:VALUE", value_parser = order)]
    order: Vec<GivenOrder>,
    /// Address of a host name (repeatable); others are looked up as usual
    #[arg(long, value_name = "NAME=ADDR", value_parser = crate::wire::net::host_argument)]
    resolve: Vec<(String, SocketAddr)>,
    #[command(flatten)]
    pki: PkiArgs,
}

/// An order of the command line, with its text.
#[derive(Clone, Debug)]
struct GivenOrder {
    text: String,
    order: Order,
}

fn order(text: &str) -> Result<GivenOrder, String> {
    parsed(text).map(|order| GivenOrder {
        text: text.to_owned(),
        order,
    })
}

fn parsed(text: &str) -> Result<Order, String> {
    let (kind, value) = text.split_once(':').ok_or("expected KIND:VALUE")?;
    let bytes =
        || hex::decode(value).map_err(|error| format!("expected hex after {kind}: {error}"));
    match kind {
        "package" => Ok(Order::EuiccPackage(bytes()?)),
        "data" => Ok(Order::IpaEuiccDataRequest(bytes()?)),
        "trigger" => Ok(Order::ProfileDownloadTrigger(bytes()?)),
        "indirect" => Ok(Order::IndirectDownload(IndirectDownload::new(value))),
        "direct" => Order::direct_download(value).map_err(|error| error.to_string()),
        "enable" | "disable" | "delete" => profile_command(kind, value),
        other => Err(format!(
            "expected direct, indirect, enable, disable, delete, package, data or trigger, got {other:?}"
        )),
    }
}

/// An eUICC package of one PSMO.
fn profile_command(kind: &str, iccid: &str) -> Result<Order, String> {
    let iccid: Iccid = iccid.parse().map_err(|error| format!("{error}"))?;
    let value =
        serde_json::json!({ "psmoList": [{ kind: { "iccid": hex::encode(iccid.as_bytes()) } }] });
    let package = rsp::schema::from_value("EuiccPackage", &value);
    package
        .map(Order::EuiccPackage)
        .map_err(|error| error.to_string())
}

/// Runs the eIM until it is interrupted or terminated.
///
/// # Errors
/// What keeps it from serving, in one line.
pub async fn serve(args: ServeArgs) -> Result<(), Box<dyn Error>> {
    let bound = |address: &SocketAddr, public: bool| {
        if public || address.ip().is_loopback() {
            return Ok(());
        }
        let hint = "expected a loopback address (or --public for --listen), got";
        Err(BadInput::new(format!("{hint} {address}")))
    };
    bound(&args.listen, args.public)?;
    args.coap
        .as_ref()
        .map_or(Ok(()), |coap| bound(coap, args.public))?;
    args.api.as_ref().map_or(Ok(()), |api| bound(api, false))?;
    let pki = args.pki.load()?;
    let listener = listen(args.listen).await?;
    let address = listener.local_addr()?;
    let members = members(&args, &pki)?;
    let (euiccs, orders): (Vec<_>, Vec<_>) = members
        .into_iter()
        .map(|member| (member.euicc.clone(), (member.euicc.eid, member.orders)))
        .unzip();
    let eim = Eim::new(environment(&args, &pki, euiccs, listener)?)?;
    take_orders(&eim, &args.order, orders)?;
    eim.commit().await?;
    let server = eim.serve().await?;
    eim.inject_leftovers();
    // before anybody is told that there is something to stop
    let mut end = End::new()?;
    let path = crate::wire::esipa::PATH;
    let mut out = std::io::stdout();
    let id = &args.eim_id;
    writeln!(out, "eIM {id} serves ESipa on https://{address}{path}")?;
    let coap = match args.coap {
        Some(address) => Some(serve_coap(&eim, address, &args.coap_args).await?),
        None => None,
    };
    let api = match args.api {
        Some(address) => Some(serve_api(&eim, address).await?),
        None => None,
    };
    if let Some(api) = &api {
        writeln!(out, "orders and status on http://{}/", api.local_addr())?;
    }
    end.wait().await;
    tracing::info!("stopping");
    if let Some(api) = api {
        api.shutdown().await;
    }
    drop((server, coap));
    Ok(eim.commit().await?)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Box<dyn Error>> {
    let bound = TcpListener::bind(address).await;
    Ok(bound.map_err(|error| format!("cannot listen on {address}: {error}"))?)
}

async fn serve_api(
    eim: &Arc<Eim>,
    address: SocketAddr,
) -> Result<smdp::http::Server, Box<dyn Error>> {
    let listener = listen(address).await?;
    let api = Arc::new(Api(Arc::clone(eim)));
    Ok(smdp::http::serve_plain(listener, api, Limits::default())?)
}

async fn serve_coap(
    eim: &Arc<Eim>,
    address: SocketAddr,
    args: &CoapArgs,
) -> Result<CoapServer, Box<dyn Error>> {
    let socket = UdpSocket::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = socket.local_addr()?;
    let settings = args.settings(&mut SystemEnv::new()?);
    let path = settings.path.clone();
    let server = eim.serve_coap(socket, settings)?;
    writeln!(std::io::stdout(), "and on coaps://{address}{path}")?;
    Ok(server)
}

/// The eUICCs of the file and of the options.
fn members(args: &ServeArgs, pki: &Pki) -> Result<Vec<Member>, Box<dyn Error>> {
    let mut members = match &args.euiccs {
        Some(path) => fleet::load(path, pki).map_err(BadInput::new)?,
        None => Vec::new(),
    };
    let eid = match args.eid {
        Some(eid) => *eid.as_bytes(),
        None if args.euiccs.is_none() => certs::TEST_EID,
        None => return Ok(members),
    };
    let certificates = if args.learn {
        None
    } else {
        Some(fleet::certificates(pki, &eid)?)
    };
    members.push(Member {
        euicc: KnownEuicc {
            eid,
            counter_value: args.counter,
            association_token: args.token,
            certificates,
        },
        orders: Vec::new(),
    });
    Ok(members)
}

/// Takes the orders of the options, for the eUICC that comes first, and those of the file; each
/// once, however often the eIM is started with the same store.
fn take_orders(
    eim: &Eim,
    given: &[GivenOrder],
    of_file: Vec<([u8; 16], Vec<Order>)>,
) -> Result<(), Box<dyn Error>> {
    let last = of_file.last().map(|(eid, _)| *eid);
    for (number, given) in given.iter().enumerate() {
        let eid = last.ok_or_else(|| BadInput::new("expected an eUICC for --order"))?;
        let text = format!("option {number} {}", given.text);
        eim.order_once(eid, given.order.clone(), &text)
            .map_err(BadInput::new)?;
    }
    for (eid, orders) in of_file {
        for (number, order) in orders.into_iter().enumerate() {
            let text = format!("file {} {number} {}", hex::encode(eid), order.to_value());
            eim.order_once(eid, order, &text).map_err(BadInput::new)?;
        }
    }
    Ok(())
}

/// What ends the program in order.
struct End {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl End {
    /// From now on, a request to terminate ends the program in order.
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    }
}

fn environment(
    args: &ServeArgs,
    pki: &Pki,
    euiccs: Vec<KnownEuicc>,
    listener: TcpListener,
) -> Result<EimEnvironment, Box<dyn Error>> {
    let resolver = Resolver::with_system();
    for (name, address) in &args.resolve {
        resolver.insert(name, *address);
    }
    let keys = Keys::new(pki, &args.eim_id)?;
    Ok(EimEnvironment {
        tls: Identity {
            chain: vec![keys.tls.certificate.clone()],
            key: keys.tls.key_der()?,
        },
        signing: keys.signing,
        listener,
        resolver,
        roots: match &args.ca {
            Some(path) => certificates(path)?,
            None => roots(pki),
        },
        euiccs,
        eim_id: args.eim_id.clone(),
        env: Box::new(SystemEnv::new()?),
        timeout: Duration::from_secs(20),
        settings: EimSettings {
            dialect: args.dialect,
            fixed_dialect: args.fixed_dialect,
            defects: args.defect.iter().copied().collect(),
            db: args.db.clone(),
            ..Default::default()
        },
    })
}

/// The certificates of a PEM file (DER).
fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, BadInput> {
    let wrong =
        |error: &dyn std::fmt::Display| BadInput::new(format!("{}: {error}", path.display()));
    let found = CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))?;
    let found: Result<Vec<_>, _> = found.map(|it| it.map(|it| it.to_vec())).collect();
    let found = found.map_err(|error| wrong(&error))?;
    if found.is_empty() {
        return Err(wrong(&"expected a certificate in PEM, found none"));
    }
    Ok(found)
}

/// The CI certificates of a PKI (DER), on both curves where it has them.
#[must_use]
pub fn roots(pki: &Pki) -> Vec<Vec<u8>> {
    let curves = [Curve::NistP256, Curve::BrainpoolP256r1].into_iter();
    let certificates = curves.filter_map(|curve| pki.credential(Role::Ci, curve).ok());
    certificates.map(|ci| ci.certificate.clone()).collect()
}
