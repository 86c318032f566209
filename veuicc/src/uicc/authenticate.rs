// SPDX-License-Identifier: MIT OR Apache-2.0
//! AUTHENTICATE with the even instruction (TS 31.102 §7.1, TS 31.103 §7.1).
//!
//! The caller has found the application and checked its PIN. The odd instruction only carries
//! contexts that this card does not have, so it is not in the command table.
//!
//! Trap: a wrong MAC is judged before the sequence number, and changes nothing.

use std::collections::BTreeMap;

use super::aka::{
    AkaConfiguration, AkaParameters, Algorithm, SqnRules, SqnState, kc, sqn_bytes, sqn_number, sres,
};
use super::image::{AdfKind, DirId, Image};
use crate::status_word::StatusWord;

/// "Successful 3G authentication" tag.
const SUCCESS: u8 = 0xDB;
/// "Synchronisation failure" tag.
const SYNCHRONISATION_FAILURE: u8 = 0xDC;
/// AMF* of resynchronisation (TS 33.102 §6.3.3).
const AMF_STAR: [u8; 2] = [0; 2];

/// The application that authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Application {
    /// USIM, with what its service table says.
    Usim {
        /// Service 27: GSM access, which adds Kc to the 3G answer.
        gsm_access: bool,
        /// Service 38: GSM security context.
        gsm_context: bool,
    },
    /// ISIM.
    Isim,
}

impl Application {
    /// A USIM with the content of its EF.UST.
    pub(crate) fn usim(service_table: &[u8]) -> Self {
        Self::Usim {
            gsm_access: service_available(service_table, 27),
            gsm_context: service_available(service_table, 38),
        }
    }
}

/// Whether a service table names `service` as available (TS 31.102 §4.2.8); services count from 1.
pub(crate) fn service_available(table: &[u8], service: usize) -> bool {
    service.checked_sub(1).is_some_and(|bit| {
        table
            .get(bit / 8)
            .is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    })
}

/// An authentication context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthenticationContext {
    /// GSM security context.
    Gsm,
    /// 3G, EPS, 5G or IMS security context.
    Aka {
        /// Whether Kc is part of the answer.
        with_kc: bool,
    },
}

impl AuthenticationContext {
    /// The context that P1 and P2 ask for (TS 31.102 §7.1.2, table 1).
    ///
    /// # Errors
    /// `6A86` for a coding that means nothing, `9864` for a context the application does not have.
    pub(crate) fn select(p1: u8, p2: u8, application: Application) -> Result<Self, StatusWord> {
        if p1 != 0 || p2 & 0xF8 != 0x80 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        let unsupported = Err(StatusWord::SECURITY_CONTEXT_NOT_SUPPORTED);
        match (p2 & 0x07, application) {
            (0, Application::Usim { gsm_context, .. }) => match gsm_context {
                true => Ok(Self::Gsm),
                false => unsupported,
            },
            (1, Application::Usim { gsm_access, .. }) => Ok(Self::Aka {
                with_kc: gsm_access,
            }),
            (1, Application::Isim) => Ok(Self::Aka { with_kc: false }),
            // VGCS/VBS or HTTP Digest, and GBA
            (2 | 4, _) => unsupported,
            _ => Err(StatusWord::INCORRECT_P1_P2),
        }
    }
}

/// What a subscription authenticates with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The algorithm with its key.
    pub(crate) algorithm: Algorithm,
    /// How often the algorithm may run.
    pub(crate) limit: Option<u32>,
    /// What decides about sequence numbers.
    pub(crate) rules: SqnRules,
}

impl Credentials {
    /// What the application in `adf` authenticates with, and the ADF that keeps the sequence
    /// numbers: another one when its parameters are mapped.
    fn of(image: &Image, adf: DirId) -> Option<(DirId, Self)> {
        let mut owner = adf;
        // A mapping that leads back to itself ends here.
        for _ in &image.akas {
            let (_, element) = image.akas.iter().find(|(dir, _)| *dir == owner)?;
            let parameters = AkaParameters::try_from(element.as_ref()).ok()?;
            match parameters.configuration {
                AkaConfiguration::Algorithm { algorithm, limit } => {
                    let rules = parameters.sqn;
                    let credentials = Self {
                        algorithm,
                        limit,
                        rules,
                    };
                    return Some((owner, credentials));
                }
                AkaConfiguration::Mapping(mapping) => {
                    owner = image.adfs_by_aid(&mapping.source).next()?;
                }
            }
        }
        None
    }
}

/// Runs the command with P1, P2 and data in the application of `adf`; `states` are the sequence
/// numbers of the profile, `service_table` is the content of EF.UST.
///
/// `states` also changes when the answer is an error: an algorithm that may run a limited number of
/// times has run.
///
/// # Errors
/// Those of [`AuthenticationContext::select`] and [`authenticate`]; `6985` where no application can
/// authenticate, `6A88` where the profile has no key.
pub(crate) fn run(
    image: &Image,
    adf: Option<DirId>,
    states: &mut BTreeMap<DirId, SqnState>,
    (p1, p2): (u8, u8),
    service_table: &[u8],
    data: &[u8],
) -> Result<Vec<u8>, StatusWord> {
    let adf = adf.ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
    let kind = image.dir(adf).and_then(|dir| dir.adf.as_ref());
    let application = match kind.map(|adf| adf.kind) {
        Some(AdfKind::Usim) => Application::usim(service_table),
        Some(AdfKind::Isim) => Application::Isim,
        Some(AdfKind::Csim | AdfKind::Other) | None => {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
    };
    let context = AuthenticationContext::select(p1, p2, application)?;
    let (owner, credentials) =
        Credentials::of(image, adf).ok_or(StatusWord::REFERENCED_DATA_NOT_FOUND)?;
    let state = states
        .entry(owner)
        .or_insert_with(|| SqnState::new(&credentials.rules));
    authenticate(&credentials, state, context, data)
}

/// Runs AUTHENTICATE on its command data; `state` is what the subscription keeps.
///
/// # Errors
/// `6700` for lengths that do not fit, `6985` when the algorithm ran as often as it may, `9862` for
/// a wrong MAC.
pub(crate) fn authenticate(
    credentials: &Credentials,
    state: &mut SqnState,
    context: AuthenticationContext,
    data: &[u8],
) -> Result<Vec<u8>, StatusWord> {
    let (rand, rest) = field(data)?;
    let rand = rand.try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
    match context {
        AuthenticationContext::Gsm => {
            if !rest.is_empty() {
                return Err(StatusWord::WRONG_LENGTH);
            }
            count(credentials, state)?;
            Ok(gsm(&credentials.algorithm, rand))
        }
        AuthenticationContext::Aka { with_kc } => {
            let (token, rest) = field(rest)?;
            let token = Token::read(token, credentials.algorithm.mac_length())?;
            if !rest.is_empty() {
                return Err(StatusWord::WRONG_LENGTH);
            }
            count(credentials, state)?;
            aka(credentials, state, rand, &token, with_kc)
        }
    }
}

/// AUTN (TS 33.102 §6.3.2).
struct Token<'a> {
    concealed_sqn: [u8; 6],
    amf: [u8; 2],
    mac: &'a [u8],
}

impl<'a> Token<'a> {
    fn read(bytes: &'a [u8], mac_length: usize) -> Result<Self, StatusWord> {
        let split = bytes.split_first_chunk::<6>().and_then(|(sqn, rest)| {
            let (amf, mac) = rest.split_first_chunk::<2>()?;
            (mac.len() == mac_length).then_some((*sqn, *amf, mac))
        });
        let (concealed_sqn, amf, mac) = split.ok_or(StatusWord::WRONG_LENGTH)?;
        Ok(Self {
            concealed_sqn,
            amf,
            mac,
        })
    }
}

/// A length byte and its bytes; what follows.
fn field(data: &[u8]) -> Result<(&[u8], &[u8]), StatusWord> {
    data.split_first()
        .and_then(|(length, rest)| rest.split_at_checked(usize::from(*length)))
        .ok_or(StatusWord::WRONG_LENGTH)
}

/// Counts one run of the algorithm where the profile limits them.
fn count(credentials: &Credentials, state: &mut SqnState) -> Result<(), StatusWord> {
    let Some(limit) = credentials.limit else {
        return Ok(());
    };
    if state.authentications >= limit {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    }
    state.authentications = state.authentications.saturating_add(1);
    Ok(())
}

/// GSM context: SRES and Kc of a triplet (TS 33.102 §6.8.1.5).
fn gsm(algorithm: &Algorithm, rand: [u8; 16]) -> Vec<u8> {
    let keys = algorithm.f2345(rand);
    let mut answer = Vec::with_capacity(14);
    push(&mut answer, &sres(&keys.res));
    push(&mut answer, &kc(&keys.ck, &keys.ik));
    answer
}

/// 3G context (TS 33.102 §6.3.3).
fn aka(
    credentials: &Credentials,
    state: &mut SqnState,
    rand: [u8; 16],
    token: &Token<'_>,
    with_kc: bool,
) -> Result<Vec<u8>, StatusWord> {
    let algorithm = &credentials.algorithm;
    let keys = algorithm.f2345(rand);
    let sqn = sqn_number(token.concealed_sqn) ^ sqn_number(keys.ak);
    if algorithm.f1(rand, sqn, token.amf) != token.mac {
        return Err(StatusWord::AUTHENTICATION_INCORRECT_MAC);
    }
    if algorithm.resynchronises(token.amf) || !state.accept(&credentials.rules, sqn) {
        return Ok(resynchronisation(algorithm, state, rand));
    }
    let mut answer = vec![SUCCESS];
    push(&mut answer, &keys.res);
    push(&mut answer, &keys.ck);
    push(&mut answer, &keys.ik);
    if with_kc {
        push(&mut answer, &kc(&keys.ck, &keys.ik));
    }
    Ok(answer)
}

/// AUTS = (SQN_MS ⊕ AK) ‖ MAC-S (TS 33.102 §6.3.3).
fn resynchronisation(algorithm: &Algorithm, state: &SqnState, rand: [u8; 16]) -> Vec<u8> {
    let sqn = state.highest();
    let concealed = sqn ^ sqn_number(algorithm.f5_star(rand));
    let mut auts = sqn_bytes(concealed).to_vec();
    auts.extend(algorithm.f1_star(rand, sqn, AMF_STAR));
    let mut answer = vec![SYNCHRONISATION_FAILURE];
    push(&mut answer, &auts);
    answer
}

/// A value after its length; no value here is longer than 38 bytes.
fn push(answer: &mut Vec<u8>, value: &[u8]) {
    answer.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
    answer.extend_from_slice(value);
}

#[cfg(test)]
mod tests;
