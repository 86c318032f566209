// SPDX-License-Identifier: MIT OR Apache-2.0
//! Looks a program under test over before the first case: whether it starts, whom it trusts, whether
//! it says the first words, and what to do where it does not.
//!
//! A case says what a program did wrong with the protocol. Here everything before that is looked
//! at, where a description, a path or a certificate is wrong, and said in plain words.

mod advice;
mod eim;
mod ipa;
mod lpa;
mod probe;

use std::sync::Arc;

use probe::{Probe, Reply, Visit};
use smdp::http::{TlsOptions, server_config_with};

use super::actors::Stage;
use super::{RunOptions, SetUpError};
use crate::case::{Case, RoleName, parse_case};
use crate::under_test::Description;

/// How an item came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// As it should be.
    Fine,
    /// Not as it should be.
    Wrong,
    /// Not looked at.
    Skipped,
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct Item {
    /// How it came out.
    pub state: State,
    /// What was looked at, in a word or two.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// What to do, when something is wrong.
    pub advice: Vec<String>,
    /// What the program wrote, when that may tell more.
    pub output: Vec<u8>,
}

/// What is told as it is found.
pub(super) struct Checklist<'a> {
    tell: &'a mut (dyn FnMut(Item) + Send),
    fine: bool,
}

impl Checklist<'_> {
    fn fine(&mut self, what: &'static str, found: impl Into<String>) {
        self.item(State::Fine, what, found.into(), &[], Vec::new());
    }

    fn skipped(&mut self, what: &'static str, why: impl Into<String>) {
        self.item(State::Skipped, what, why.into(), &[], Vec::new());
    }

    fn wrong(
        &mut self,
        what: &'static str,
        found: impl ToString,
        advice: &[String],
        output: Vec<u8>,
    ) {
        self.fine = false;
        self.item(State::Wrong, what, found.to_string(), advice, output);
    }

    fn item(
        &mut self,
        state: State,
        what: &'static str,
        found: String,
        advice: &[String],
        output: Vec<u8>,
    ) {
        (self.tell)(Item {
            state,
            what,
            found,
            advice: advice.to_vec(),
            output,
        });
    }
}

/// The surroundings of a look: a card with one eIM, and a server with one profile.
fn surroundings(role: RoleName) -> String {
    let (other, card) = match role {
        RoleName::Eim => ("ipa: scripted, ", "euicc/associated-eim1-no-profile"),
        RoleName::Lpa => ("", "euicc/no-eim"),
        _ => ("eim: scripted, ", "euicc/associated-eim1-no-profile"),
    };
    let actor = |name: &str, fixture: &str| format!("{{actor: {name}, fixture: {fixture}}}");
    let card = actor("veuicc", card);
    let server = actor("smdp", "smdp/one-released-profile");
    format!(
        "title: a look at the program\nspec: [SGP.32 v1.2 §3.3.1]\nlevel: shall\niut: {role}\n\
         roles: {{{other}euicc: {card}, smdp: {server}}}\nsteps: []\n"
    )
}

/// Looks a program over, and tells each finding as it comes. Returns whether all was fine.
///
/// # Errors
/// [`SetUpError`] when the harness itself cannot set the surroundings up.
pub async fn examine(
    description: &Arc<Description>,
    options: &RunOptions,
    tell: &mut (dyn FnMut(Item) + Send),
) -> Result<bool, SetUpError> {
    let text = surroundings(description.role);
    let file = parse_case(&text).map_err(SetUpError::Value)?;
    let case = Case::new("doctor".to_owned(), "doctor.yaml".into(), file);
    let mut options = options.clone();
    options.under_test = Some(description.clone());
    let stage = Stage::new(&case, &options)?;
    let mut list = Checklist { tell, fine: true };
    match description.role {
        RoleName::Eim => eim::examine(&stage, description, &mut list).await?,
        RoleName::Lpa => lpa::examine(&stage, description, &mut list).await?,
        _ => ipa::examine(&stage, description, &mut list).await?,
    }
    Ok(list.fine)
}

/// What the server of the surroundings has.
const ACTIVATION_CODE: &str = "1$smdp1.test.example$MATCHING-1";

/// A server with the certificate of the SM-DP+, which the program can find.
async fn smdp(stage: &Stage<'_>) -> Result<Probe, SetUpError> {
    let identity = &stage.cast.credentials.tls;
    let tls = TlsOptions {
        // what answers here knows nothing else
        http2: false,
        ..TlsOptions::default()
    };
    let tls = server_config_with(identity, &tls).map_err(SetUpError::of("SM-DP+"))?;
    let reply = Reply {
        media_type: "application/json",
        body: b"{}".to_vec(),
    };
    let smdp = Probe::start(tls, reply).await;
    let smdp = smdp.map_err(SetUpError::of("SM-DP+"))?;
    stage
        .resolver
        .insert(&stage.cast.server.address, smdp.address);
    Ok(smdp)
}

/// Says whether the program has found the SM-DP+ and trusts it.
fn trusted(
    what: &'static str,
    smdp: &Probe,
    stage: &Stage<'_>,
    output: Vec<u8>,
    list: &mut Checklist<'_>,
) {
    let visits = smdp.visits();
    let host = &stage.cast.server.address;
    if visits.iter().any(|visit| matches!(visit, Visit::Trusting)) {
        return list.fine(what, format!("finds {host} and trusts its certificate"));
    }
    let refused = visits.iter().find_map(|visit| match visit {
        Visit::Refused(words, meaning) => Some((words, meaning)),
        _ => None,
    });
    let Some((words, meaning)) = refused else {
        let address = smdp.address;
        let advice = [format!(
            "it has to find {host} at {address}: by {{resolve}} in start, env or a file"
        )];
        return list.wrong(what, format!("does not come to {host}"), &advice, output);
    };
    let meaning = meaning.unwrap_or("the handshake fails");
    let advice = [
        "wrong CA? the SM-DP+ of a run has a certificate of the test CI; give that to the program by [trust] ca ({ca}) or ca-folder ({ca_folder})".to_owned(),
        "a program that makes its certificates from a seed needs that of the run: {seed}".to_owned(),
    ];
    let found = format!("comes to {host}, but {meaning}: {words}");
    list.wrong(what, found, &advice, output);
}

/// Whether `name` is used in what the program is started with.
fn is_told(description: &Description, name: &str) -> bool {
    use crate::under_test::substitute::names_in;
    let files = description.trust.files.values();
    let texts = description.start.iter().chain(description.env.values());
    texts
        .chain(files)
        .any(|text| names_in(text).contains(&name))
}

/// How the TLS handshake of a peer failed, in words, and what that means.
fn tls_words(error: &std::io::Error) -> (String, Option<&'static str>) {
    use rustls::AlertDescription as Alert;
    let inner = error
        .get_ref()
        .and_then(|it| it.downcast_ref::<rustls::Error>());
    let meaning = match inner {
        Some(rustls::Error::AlertReceived(
            Alert::UnknownCA | Alert::CertificateUnknown | Alert::BadCertificate,
        )) => Some("it does not trust the certificate that it was shown"),
        Some(rustls::Error::AlertReceived(Alert::DecryptError)) => Some(
            "it does not trust the certificate that it was shown: another CA of the same name has not signed it",
        ),
        Some(rustls::Error::AlertReceived(Alert::CertificateExpired)) => {
            Some("it takes the certificate for expired: is its clock right?")
        }
        Some(rustls::Error::AlertReceived(
            Alert::ProtocolVersion | Alert::HandshakeFailure | Alert::InsufficientSecurity,
        ))
        | Some(rustls::Error::PeerIncompatible(_)) => {
            Some("both sides have no TLS version or cipher suite in common (SGP.22 §2.6.6)")
        }
        Some(rustls::Error::InvalidMessage(_)) => Some("what it sends is not TLS"),
        _ => None,
    };
    (error.to_string(), meaning)
}

/// The beginning of a digest, by which two certificates are told apart.
fn fingerprint(certificate: &[u8]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(certificate);
    let head: String = hex::encode(digest).chars().take(16).collect();
    format!("SHA-256 {head}…")
}
