// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness ipa`: the reference IPA by hand, and the card's first association with an eIM, which is
//! the device maker's business and no procedure of an IPA.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use rsp::env::SystemEnv;
use rsp::sgp32::{AddInitialEimResponse, AddInitialEimResponseAddInitialEimOk as Added};

use super::card::Card;
use super::link::TcpCard;
use super::run;
use crate::by_hand::PkiArgs;
use crate::eim::{Keys, add_initial_eim};
use crate::iut::{CardLink, IpaEnvironment};
use crate::wire::net::Resolver;

/// Polls every eIM that the card is associated with, executes what they have, and ends when they
/// have nothing more.
#[derive(Args, Debug)]
pub struct PollArgs {
    /// Where the card is: tcp:ADDR, as `veuicc serve --link tcp:ADDR` offers it
    #[arg(long, value_name = "LINK", value_parser = card_link)]
    card: SocketAddr,
    /// Address of a host name (repeatable); others are looked up as usual
    #[arg(long, value_name = "NAME=ADDR", value_parser = crate::wire::net::host_argument)]
    resolve: Vec<(String, SocketAddr)>,
    /// The CI certificates of the PKI are trusted for TLS
    #[command(flatten)]
    pki: PkiArgs,
    /// Seconds that one HTTP exchange, or one answer of the card, may take
    #[arg(long, default_value_t = 20)]
    timeout: u64,
}

fn card_link(text: &str) -> Result<SocketAddr, String> {
    let address = text
        .strip_prefix("tcp:")
        .ok_or("expected tcp:ADDR, such as tcp:127.0.0.1:35963")?;
    address
        .parse()
        .map_err(|_| format!("expected an address and a port, got {address:?}"))
}

/// Runs the IPA once.
///
/// # Errors
/// What stopped it: the card, the network, or a peer.
pub async fn poll(args: PollArgs) -> Result<(), Box<dyn Error>> {
    let pki = args.pki.load()?;
    let resolver = Resolver::with_system();
    for (name, address) in &args.resolve {
        resolver.insert(name, *address);
    }
    let timeout = Duration::from_secs(args.timeout);
    let card: Arc<dyn CardLink> = Arc::new(TcpCard::connect(args.card, timeout)?);
    let environment = IpaEnvironment {
        card,
        resolver,
        roots: crate::eim::roots(&pki),
        env: Box::new(SystemEnv::new()?),
        timeout,
    };
    Ok(run(environment).await?)
}

/// Associates a card with the eIM that `harness eim serve` plays under the same options
/// (ES10b.AddInitialEim).
#[derive(Args, Debug)]
pub struct AddEimArgs {
    /// Where the card is: tcp:ADDR, as `veuicc serve --link tcp:ADDR` offers it
    #[arg(long, value_name = "LINK", value_parser = card_link)]
    card: SocketAddr,
    /// eimId of the eIM, which is its FQDN
    #[arg(long, default_value = "eim1.test.example", value_name = "FQDN")]
    eim_id: String,
    /// counterValue to begin with
    #[arg(long, default_value_t = 0)]
    counter: i64,
    /// Have the card allocate an association token
    #[arg(long)]
    token: bool,
    #[command(flatten)]
    pki: PkiArgs,
}

/// Seconds that the card has for its answer.
const CARD_TIMEOUT: Duration = Duration::from_secs(20);

/// Associates the card with one eIM.
///
/// # Errors
/// What the card, the link or the PKI has against it.
pub fn add_eim(args: &AddEimArgs) -> Result<(), Box<dyn Error>> {
    let keys = Keys::new(&args.pki.load()?, &args.eim_id)?;
    let request = add_initial_eim(&keys, &args.eim_id, args.counter, args.token)?;
    let mut card = Card::open(Arc::new(TcpCard::connect(args.card, CARD_TIMEOUT)?))?;
    let done = match rsp::der::decode(&card.bytes(&request)?)? {
        AddInitialEimResponse::AddInitialEimOk(added) => match added.first() {
            Some(Added::AssociationToken(token)) => {
                format!(", association token {token} (harness eim serve --token {token})")
            }
            Some(Added::AddOk(())) | None => String::new(),
        },
        AddInitialEimResponse::AddInitialEimError(code) => {
            return Err(format!("the card refused AddInitialEim: {code}").into());
        }
    };
    let eim = &args.eim_id;
    writeln!(
        std::io::stdout(),
        "the card is associated with eIM {eim}{done}"
    )?;
    Ok(())
}
