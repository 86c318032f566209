// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness ipa add-eim`: the card's first association with an eIM, which is the device maker's
//! business and no procedure of an IPA.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use rsp::sgp32::{AddInitialEimResponse, AddInitialEimResponseAddInitialEimOk as Added};

use super::super::card::Card;
use super::super::link::CardAddress;
use super::say;
use crate::by_hand::{BadInput, PkiArgs};
use crate::defect::Defects;
use crate::eim::{Keys, add_initial_eim};

/// Associates a card with the eIM that `harness eim serve` plays under the same options
/// (ES10b.AddInitialEim).
#[derive(Args, Debug)]
pub struct AddEimArgs {
    /// Where the card is: tcp:ADDR, pcsc:READER or stdio:COMMAND
    #[arg(long, value_name = "LINK")]
    card: CardAddress,
    /// eimId of the eIM, which is its FQDN
    #[arg(long, default_value = "eim1.test.example", value_name = "FQDN")]
    eim_id: String,
    /// counterValue to begin with
    #[arg(long, default_value_t = 0)]
    counter: i64,
    /// Have the card allocate an association token
    #[arg(long)]
    token: bool,
    /// Another eIM: its AddInitialEimRequest in FILE, as DER or as JSON by the schema
    #[arg(long, value_name = "FILE", conflicts_with_all = ["eim_id", "counter", "token"])]
    configuration: Option<PathBuf>,
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
    let (request, eim) = match &args.configuration {
        Some(file) => (configuration(file)?, format!("of {}", file.display())),
        None => {
            let keys = Keys::new(&args.pki.load()?, &args.eim_id)?;
            let request = add_initial_eim(&keys, &args.eim_id, args.counter, args.token)?;
            (request, args.eim_id.clone())
        }
    };
    let mut card = Card::open(args.card.open(CARD_TIMEOUT)?, &Defects::default())?;
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
    say(format_args!("the card is associated with eIM {eim}{done}"));
    Ok(())
}

fn configuration(file: &Path) -> Result<Vec<u8>, BadInput> {
    let wrong =
        |error: &dyn std::fmt::Display| BadInput::new(format_args!("{}: {error}", file.display()));
    let bytes = std::fs::read(file).map_err(|error| wrong(&error))?;
    if bytes.first() == Some(&0xBF) {
        return Ok(bytes);
    }
    let value = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
    rsp::schema::from_value("AddInitialEimRequest", &value).map_err(|error| wrong(&error))
}
