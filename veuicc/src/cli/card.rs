// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which card: the options that every command with a card shares.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsp::dialect::Dialect;
use rsp::env::{Env, SeededEnv, SystemEnv};
use veuicc::{Card, CardConfig, ResponseMode, StateFile, Store};

use super::failure::{Failure, bad_input, failed};
use super::personality;

/// Which card.
#[derive(Debug, Args)]
pub(crate) struct CardArguments {
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
    /// How answers with data are returned. When absent, what the personality says; when that says
    /// nothing, in a reader as the protocol of the ATR has it, and elsewhere directly.
    #[arg(long, value_enum)]
    responses: Option<Responses>,
    /// How the card differs from one that follows the specification: a name of
    /// `veuicc personality list`, or a file.
    #[arg(long, value_name = "NAME|FILE", default_value = "spec")]
    personality: String,
    /// The version of SGP.32 that the card speaks (1.0, 1.2 or 1.3), whatever the personality says.
    #[arg(long, value_name = "VERSION")]
    dialect: Option<Dialect>,
}

/// See [`ResponseMode`].
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Responses {
    /// Up to Le bytes directly, 61xx for the rest.
    Direct,
    /// As over T=0: 61xx and GET RESPONSE, or 6Cxx for a wrong Le.
    GetResponse,
}

impl CardArguments {
    /// The card.
    pub(crate) fn card(&self) -> Result<Card, Failure> {
        let pki = self.pki()?;
        self.numbered(&pki, 0)
    }

    /// `count` cards under one PKI: each has an EID, a state file and random numbers of its own.
    pub(crate) fn cards(&self, count: u8) -> Result<Vec<Card>, Failure> {
        let pki = self.pki()?;
        (0..count)
            .map(|number| self.numbered(&pki, number))
            .collect()
    }

    fn pki(&self) -> Result<certs::Pki, Failure> {
        match &self.pki {
            Some(directory) => certs::Pki::load(directory).map_err(bad_input),
            None => certs::Pki::seeded(self.seed.unwrap_or(1)).map_err(failed),
        }
    }

    fn numbered(&self, pki: &certs::Pki, number: u8) -> Result<Card, Failure> {
        let env: Box<dyn Env> = match self.seed {
            Some(seed) => Box::new(SeededEnv::new(seed, &label(number))),
            None => Box::new(SystemEnv::new().map_err(failed)?),
        };
        let mut file = self
            .state_path(number)
            .map(StateFile::open)
            .transpose()
            .map_err(failed)?;
        let kept = file
            .as_ref()
            .map(StateFile::load)
            .transpose()
            .map_err(bad_input)?
            .flatten();
        let eid = match &kept {
            Some(state) => state.eid.clone(),
            None => self.new_eid(number)?,
        };
        let eid = <[u8; 16]>::try_from(eid)
            .map_err(|_| bad_input("expected an EID of 16 bytes in the card state"))?;
        let config = self.config(pki, eid)?;
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

    fn config(&self, pki: &certs::Pki, eid: [u8; 16]) -> Result<CardConfig, Failure> {
        let mut config = CardConfig::from_pki(pki, eid).map_err(bad_input)?;
        config.default_dp_address.clone_from(&self.default_smdp);
        let mut config = config.with_personality(personality::chosen(&self.personality)?);
        if let Some(dialect) = self.dialect {
            config = config.with_dialect(dialect);
        }
        match self.responses {
            Some(Responses::Direct) => config.response_mode = Some(ResponseMode::Direct),
            Some(Responses::GetResponse) => config.response_mode = Some(ResponseMode::GetResponse),
            None => {}
        }
        Ok(config)
    }

    /// `card.json`, `card-2.json`, `card-3.json`, …
    fn state_path(&self, number: u8) -> Option<PathBuf> {
        let path = self.state.clone()?;
        if number == 0 {
            return Some(path);
        }
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{}", u16::from(number) + 1));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        Some(path.with_file_name(name))
    }

    /// The EID of the first card, or the `number`-th one after it with its check digits.
    fn new_eid(&self, number: u8) -> Result<Vec<u8>, Failure> {
        let bad = || {
            bad_input(format!(
                "expected an EID of 32 digits, got \"{}\"",
                self.eid
            ))
        };
        if !self.eid.bytes().all(|byte| byte.is_ascii_digit()) || self.eid.len() != 32 {
            return Err(bad());
        }
        if number == 0 {
            return hex::decode(&self.eid).map_err(|_| bad());
        }
        let first: u128 = self.eid.parse().map_err(|_| bad())?;
        hex::decode(nth_eid(first, number)).map_err(|_| bad())
    }
}

/// Label of the random numbers of a card.
fn label(number: u8) -> String {
    if number == 0 {
        "card".to_owned()
    } else {
        format!("card-{}", u16::from(number) + 1)
    }
}

/// Counts in the individual number of an EID (its last 12 digits before the two check digits) and
/// sets the check digits so that the whole is 1 modulo 97 (SGP.02 §2.2.2).
fn nth_eid(first: u128, number: u8) -> String {
    /// Individual identification number: 12 digits.
    const INDIVIDUAL: u128 = 1_000_000_000_000;
    let body = first / 100;
    let individual = (body % INDIVIDUAL + u128::from(number)) % INDIVIDUAL;
    let body = (body - body % INDIVIDUAL + individual) * 100;
    let check = 98 - body % 97;
    format!("{:032}", body + check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eids_count_up_and_keep_their_check_digits() {
        let first = 89_049_032_123_451_234_512_345_678_901_235_u128;
        let mut before = first;
        for number in 1..=30 {
            let eid = nth_eid(first, number);
            let value: u128 = eid.parse().unwrap();
            assert_eq!((eid.len(), value % 97), (32, 1));
            assert_eq!(value / 100, before / 100 + 1);
            before = value;
        }
    }
}
