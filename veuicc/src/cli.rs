// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arguments and commands. Every failure is one line on standard error.

use std::io::{BufWriter, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rsp::env::{Env, SeededEnv, SystemEnv};
use veuicc::{Card, CardConfig, ResponseMode, StateFile, Store, link};

/// What the user gave is wrong: garbage hex, a bad address or option, no usable state or PKI.
const BAD_INPUT: u8 = 2;
/// What the user gave is right, the surroundings are not: a port, a file that cannot be written.
const FAILED: u8 = 1;
/// Characters of garbage that a message repeats.
const QUOTED: usize = 40;

/// A virtual eUICC (SGP.32) for tests. Test keys only.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes:
  0  done
  1  a port or a link failed, or a file could not be written
  2  an input (hex, state, PKI) or the command line is wrong"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send command APDUs to a card and print one response APDU per line.
    Apdu {
        #[command(flatten)]
        card: CardArguments,
        /// Command APDUs in hex; blanks inside one are ignored.
        #[arg(required = true, value_name = "HEX")]
        commands: Vec<String>,
    },
    /// Serve a card over a link until interrupted.
    Serve {
        #[command(flatten)]
        card: CardArguments,
        /// tcp:ADDRESS:PORT (frames: 2-byte big-endian length, then the APDU; an empty frame
        /// resets the card and returns its ATR) or stdio (lpac's ndJSON driver).
        #[arg(long, value_name = "LINK")]
        link: String,
        /// Allow an address that is not a loopback address.
        #[arg(long, alias = "allow-remote")]
        public: bool,
    },
    /// Print an RSP object as an annotated tree.
    Decode {
        /// The object in hex, or - for standard input (hex, or the bytes themselves).
        #[arg(value_name = "HEX|-")]
        input: String,
        /// What it is, by its ASN.1 name; guessed from its tag otherwise.
        #[arg(long = "type", value_name = "NAME", default_value = "auto")]
        type_name: String,
    },
}

/// Which card.
#[derive(Debug, Args)]
struct CardArguments {
    /// Keep the card's state in FILE; it is created when it does not exist.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Use the PKI in DIR (SGP.26 file naming) instead of one made from the seed.
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    /// Seed of the PKI (1 when absent); when given, the card's random numbers repeat as well.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// EID of a new card, 32 digits.
    #[arg(
        long,
        value_name = "EID",
        default_value = "89049032123451234512345678901235"
    )]
    eid: String,
    /// Default SM-DP+ address of a new card.
    #[arg(long, value_name = "FQDN")]
    default_smdp: Option<String>,
    /// How answers with data are returned.
    #[arg(long, value_enum, default_value_t = Responses::Direct)]
    responses: Responses,
}

/// See [`ResponseMode`].
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Responses {
    /// Up to Le bytes directly, 61xx for the rest.
    Direct,
    /// Always 61xx and GET RESPONSE.
    GetResponse,
}

/// A failure with its exit code.
struct Failure(u8, String);

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure(FAILED, error.to_string())
}

fn bad_input(error: impl std::fmt::Display) -> Failure {
    Failure(BAD_INPUT, error.to_string())
}

pub(crate) fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let outcome = match Arguments::parse().command {
        Command::Apdu { card, commands } => apdu(&card, &commands),
        Command::Serve { card, link, public } => serve(&card, &link, public),
        Command::Decode { input, type_name } => decode(&input, &type_name),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, message)) => {
            // standard error may be closed; the exit code still says it
            drop(writeln!(std::io::stderr(), "veuicc: {message}"));
            ExitCode::from(code)
        }
    }
}

fn apdu(arguments: &CardArguments, commands: &[String]) -> Result<(), Failure> {
    let commands = commands
        .iter()
        .map(|text| parse_hex(text))
        .collect::<Result<Vec<_>, _>>()?;
    let mut card = arguments.card()?;
    let mut output = std::io::stdout().lock();
    for command in commands {
        let response = hex::encode_upper(card.transmit(&command));
        writeln!(output, "{response}").map_err(failed)?;
    }
    Ok(())
}

fn serve(arguments: &CardArguments, link: &str, public: bool) -> Result<(), Failure> {
    if link == "stdio" {
        let mut card = arguments.card()?;
        let output = BufWriter::new(std::io::stdout().lock());
        let aside = |line: &str| eprintln!("{line}");
        return link::stdio::serve(std::io::stdin().lock(), output, aside, &mut card)
            .map_err(failed);
    }
    let Some(address) = link.strip_prefix("tcp:") else {
        return Err(bad_input(format!(
            "expected --link tcp:ADDRESS:PORT or stdio, got {link}"
        )));
    };
    let address = resolve(address)?;
    if !address.ip().is_loopback() && !public {
        let expected = "expected a loopback address (or --public), got";
        return Err(bad_input(format!("{expected} {address}")));
    }
    let mut card = arguments.card()?;
    let listener = TcpListener::bind(address)
        .map_err(|error| failed(format!("cannot listen on {address}: {error}")))?;
    let local = listener.local_addr().map_err(failed)?;
    eprintln!("veuicc: listening on tcp:{local}");
    link::tcp::serve(&listener, &mut card).map_err(failed)
}

fn resolve(address: &str) -> Result<SocketAddr, Failure> {
    let bad = |why: String| bad_input(format!("expected ADDRESS:PORT, got {address}: {why}"));
    let mut addresses = address
        .to_socket_addrs()
        .map_err(|error| bad(error.to_string()))?;
    addresses
        .next()
        .ok_or_else(|| bad("no address of that name".to_owned()))
}

fn decode(input: &str, type_name: &str) -> Result<(), Failure> {
    if type_name != "auto" && rsp::schema::find_type(type_name).is_none() {
        return Err(bad_input(format!(
            "expected the name of an ASN.1 type, got {type_name}"
        )));
    }
    let bytes = if input == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        // whoever writes text means hex; no RSP object is all text
        match std::str::from_utf8(&bytes) {
            Ok(text) if is_text(text) => parse_hex(text)?,
            Ok(_) | Err(_) => bytes,
        }
    } else {
        parse_hex(input)?
    };
    let text = rsp::schema::print(type_name, &bytes);
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // whoever reads has seen enough (`| head`)
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(failed),
    }
}

fn is_text(text: &str) -> bool {
    let printable = |c: char| c.is_ascii_graphic() || c.is_ascii_whitespace();
    text.chars().all(printable)
}

/// Reads hex with blanks anywhere; a message quotes no more than a line of it.
fn parse_hex(text: &str) -> Result<Vec<u8>, Failure> {
    let compact: String = text.split_whitespace().collect();
    if compact.is_empty() {
        return Err(bad_input("expected hex, got nothing"));
    }
    hex::decode(&compact).map_err(|error| {
        let start: String = compact.chars().take(QUOTED).collect();
        let more = if start.len() < compact.len() {
            "…"
        } else {
            ""
        };
        bad_input(format!("expected hex, got \"{start}{more}\": {error}"))
    })
}

impl CardArguments {
    fn card(&self) -> Result<Card, Failure> {
        let env: Box<dyn Env> = match self.seed {
            Some(seed) => Box::new(SeededEnv::new(seed, "card")),
            None => Box::new(SystemEnv::new().map_err(failed)?),
        };
        let mut file = self.state.clone().map(StateFile::new);
        let kept = file
            .as_ref()
            .map(StateFile::load)
            .transpose()
            .map_err(bad_input)?
            .flatten();
        let eid = match &kept {
            Some(state) => state.eid.clone(),
            None => self.new_eid()?,
        };
        let eid =
            <[u8; 16]>::try_from(eid).map_err(|_| bad_input("expected an EID of 16 bytes"))?;
        let pki = match &self.pki {
            Some(directory) => certs::Pki::load(directory).map_err(bad_input)?,
            None => certs::Pki::seeded(self.seed.unwrap_or(1)).map_err(failed)?,
        };
        let mut config = CardConfig::from_pki(&pki, eid).map_err(bad_input)?;
        config.default_dp_address.clone_from(&self.default_smdp);
        config.response_mode = match self.responses {
            Responses::Direct => ResponseMode::Direct,
            Responses::GetResponse => ResponseMode::GetResponse,
        };
        let state = match (kept, &mut file) {
            (Some(state), _) => state,
            (None, None) => config.factory_state(),
            // kept at once: a file that cannot be written is better known now than after a change
            (None, Some(file)) => {
                let state = config.factory_state();
                file.save(&state).map_err(failed)?;
                state
            }
        };
        let store = file.map(|file| Box::new(file) as Box<dyn Store>);
        Ok(Card::with_state(config, env, state, store))
    }

    fn new_eid(&self) -> Result<Vec<u8>, Failure> {
        let bad = || {
            bad_input(format!(
                "expected an EID of 32 digits, got \"{}\"",
                self.eid
            ))
        };
        if !self.eid.bytes().all(|byte| byte.is_ascii_digit()) || self.eid.len() != 32 {
            return Err(bad());
        }
        hex::decode(&self.eid).map_err(|_| bad())
    }
}
