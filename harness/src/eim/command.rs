// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness eim serve`: the mock eIM by hand.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use certs::{Pki, Role};
use clap::Args;
use rsp::ecdsa::Curve;
use rsp::env::SystemEnv;
use rsp::id::{Eid, Iccid};
use tokio::net::TcpListener;

use super::{Eim, Keys};
use crate::by_hand::{BadInput, PkiArgs};
use crate::iut::{EimEnvironment, EuiccCertificates, KnownEuicc, Order};
use crate::wire::net::Resolver;
use crate::wire::tls::Identity;

/// Serves ESipa (ASN.1 over HTTPS) for one eUICC with the orders given, until it is interrupted.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8444", value_name = "ADDR")]
    listen: SocketAddr,
    /// Allow an address other than loopback
    #[arg(long)]
    public: bool,
    /// eimId, and FQDN of the TLS certificate
    #[arg(long, default_value = "eim1.test.example", value_name = "FQDN")]
    eim_id: String,
    /// EID of the eUICC that it manages, 32 digits
    #[arg(long, value_name = "EID")]
    eid: Option<Eid>,
    /// counterValue of the last package that the card has seen
    #[arg(long, default_value_t = 0)]
    counter: i64,
    /// Association token that the card has given
    #[arg(long)]
    token: Option<i64>,
    /// Order (repeatable, done one after the other): direct:CODE or indirect:CODE (download by
    /// activation code), enable:ICCID, disable:ICCID, delete:ICCID, or in DER package:HEX
    /// (EuiccPackage), data:HEX (IpaEuiccDataRequest), trigger:HEX (ProfileDownloadTriggerRequest)
    #[arg(long, value_name = "KIND:VALUE", value_parser = order)]
    order: Vec<Order>,
    /// Address of a host name (repeatable); others are looked up as usual
    #[arg(long, value_name = "NAME=ADDR", value_parser = crate::wire::net::host_argument)]
    resolve: Vec<(String, SocketAddr)>,
    #[command(flatten)]
    pki: PkiArgs,
}

fn order(text: &str) -> Result<Order, String> {
    let (kind, value) = text.split_once(':').ok_or("expected KIND:VALUE")?;
    let bytes =
        || hex::decode(value).map_err(|error| format!("expected hex after {kind}: {error}"));
    match kind {
        "package" => Ok(Order::EuiccPackage(bytes()?)),
        "data" => Ok(Order::IpaEuiccDataRequest(bytes()?)),
        "trigger" => Ok(Order::ProfileDownloadTrigger(bytes()?)),
        "indirect" => Ok(Order::IndirectDownload {
            activation_code: value.to_owned(),
        }),
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

/// Runs the eIM until Ctrl-C.
///
/// # Errors
/// What keeps it from serving, in one line.
pub async fn serve(args: ServeArgs) -> Result<(), Box<dyn Error>> {
    if !args.public && !args.listen.ip().is_loopback() {
        let expected = "expected a loopback address (or --public), got";
        return Err(BadInput::new(format!("{expected} {}", args.listen)).into());
    }
    let pki = args.pki.load()?;
    let eid = args.eid.map_or(certs::TEST_EID, |eid| *eid.as_bytes());
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", args.listen))?;
    let address = listener.local_addr()?;
    let eim = Eim::new(environment(&args, &pki, eid, listener)?)?;
    for order in args.order {
        eim.order(eid, order).map_err(BadInput::new)?;
    }
    let _server = eim.serve().await?;
    let path = crate::wire::esipa::PATH;
    writeln!(
        std::io::stdout(),
        "eIM {} serves ESipa on https://{address}{path}",
        args.eim_id
    )?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn environment(
    args: &ServeArgs,
    pki: &Pki,
    eid: [u8; 16],
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
        roots: roots(pki),
        euiccs: vec![KnownEuicc {
            eid,
            counter_value: args.counter,
            association_token: args.token,
            certificates: Some(EuiccCertificates {
                euicc: pki.issue_euicc(&eid, Curve::NistP256)?.certificate,
                eum: pki.eum_for(&eid, Curve::NistP256)?.certificate,
            }),
        }],
        eim_id: args.eim_id.clone(),
        env: Box::new(SystemEnv::new()?),
        timeout: Duration::from_secs(20),
    })
}

/// The CI certificates of a PKI (DER), on both curves where it has them.
#[must_use]
pub fn roots(pki: &Pki) -> Vec<Vec<u8>> {
    let curves = [Curve::NistP256, Curve::BrainpoolP256r1].into_iter();
    let certificates = curves.filter_map(|curve| pki.credential(Role::Ci, curve).ok());
    certificates.map(|ci| ci.certificate.clone()).collect()
}
