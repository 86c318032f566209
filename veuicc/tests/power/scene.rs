// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a terminal does with a card while the power may go, and what has to be true afterwards.

use std::sync::{Arc, Mutex};

use rsp::asn1::OctetString;
use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp22::*;
use rsp::sgp32::*;
use veuicc::terminal::{Terminal, bpp_segments};
use veuicc::{Card, CardConfig, PendingKind, ProfileState, State};

use crate::common::{self, Package, Server};
use crate::fixture::{Bench, Eim, enable_with_rollback, metadata};
use crate::world::Disk;

/// What the terminal learnt while there was power.
pub(crate) struct Log {
    disk: Arc<Mutex<Disk>>,
    /// A segment of the package was accepted, or a result given.
    pub(crate) begun: bool,
    /// The result, as the card returned it.
    pub(crate) result: Option<Vec<u8>>,
    /// Association token.
    pub(crate) token: Option<i64>,
    /// Tries of a PIN.
    pub(crate) tries: Option<u8>,
    /// A file was written.
    pub(crate) written: bool,
}

impl Log {
    pub(crate) fn new(disk: Arc<Mutex<Disk>>) -> Self {
        Self {
            disk,
            begun: false,
            result: None,
            token: None,
            tries: None,
            written: false,
        }
    }

    /// One command in hex on channel 0; its status word, as long as there is power.
    pub(crate) fn command(&self, terminal: &mut Terminal<Card>, command: &str) -> Option<u16> {
        let command = hex::decode(command.replace(' ', "")).unwrap();
        let (_, status) = terminal.exchange(&command).ok()?;
        (!self.disk.lock().unwrap().dark).then_some(status.0)
    }

    /// One exchange; nothing when it fails, or came when the power was gone.
    pub(crate) fn ask(&self, terminal: &mut Terminal<Card>, request: &[u8]) -> Option<Vec<u8>> {
        let answer = terminal.segment(request).ok()?;
        (!self.disk.lock().unwrap().dark).then_some(answer)
    }

    fn typed<Q: rasn::Encode, A: rasn::Decode>(
        &self,
        terminal: &mut Terminal<Card>,
        request: &Q,
    ) -> Option<A> {
        let answer = self.ask(terminal, &rsp::der::encode(request).unwrap())?;
        rsp::der::decode(&answer).ok()
    }
}

/// Something that a terminal does.
pub(crate) trait Scene {
    fn name(&self) -> &'static str;

    /// The card before it.
    fn start(&self) -> State;

    /// The card.
    fn config(&self) -> CardConfig {
        crate::fixture::config()
    }

    /// Whether the terminal has a toolkit.
    fn toolkit(&self) -> bool {
        false
    }

    /// Does it, up to the first thing that fails.
    fn play(&self, terminal: &mut Terminal<Card>, log: &mut Log);

    /// What is left after a cut and a restart.
    fn judge(&self, state: &State, log: &Log, place: &str);

    /// What is left when it was done once more, without a cut.
    fn judge_end(&self, state: &State, log: &Log, place: &str);
}

/// A profile download.
pub(crate) struct Download {
    server: Server,
    package: Package,
}

/// The error in a profile installation result.
pub(crate) fn installation_error(result: &[u8]) -> Option<ErrorResult> {
    let result: ProfileInstallationResult = rsp::der::decode(result).ok()?;
    match &result.profile_installation_result_data.final_result {
        ProfileInstallationResultDataFinalResult::ErrorResult(error) => Some(error.clone()),
        _ => None,
    }
}

fn is_installation_result(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xBF, 0x37])
}

impl Download {
    pub(crate) fn new() -> Self {
        Self {
            server: Server::new(Curve::NistP256),
            package: Package::new(),
        }
    }

    /// Up to the bound profile package.
    fn bound(&self, terminal: &mut Terminal<Card>, log: &Log) -> Option<Vec<u8>> {
        let challenge: GetEuiccChallengeResponse =
            log.typed(terminal, &GetEuiccChallengeRequest::default())?;
        let challenge = challenge.euicc_challenge.to_array().unwrap();
        let request = self.server.authenticate_request(challenge);
        let answer = log.typed(terminal, &request)?;
        let Sgp32AuthenticateServerResponse::AuthenticateResponseOk(ok) = answer else {
            return None;
        };
        let kept = terminal.card().state().one_time_keys.last().cloned();
        let kept = kept.map(|key| key.public_key);
        let request = self
            .server
            .prepare_request(&ok.euicc_signature1, kept.clone());
        let answer = log.typed(terminal, &request)?;
        let PrepareDownloadResponse::DownloadResponseOk(ok) = answer else {
            return None;
        };
        let point = ok.euicc_signed2.euicc_otpk.to_vec();
        // the server finds the package that it bound before still fits
        assert!(kept.is_none_or(|kept| kept == point));
        Some(self.server.bind(&point, &self.package))
    }
}

impl Scene for Download {
    fn name(&self) -> &'static str {
        "download"
    }

    fn start(&self) -> State {
        common::card().state().clone()
    }

    fn play(&self, terminal: &mut Terminal<Card>, log: &mut Log) {
        let Some(package) = self.bound(terminal, log) else {
            return;
        };
        for segment in bpp_segments(&package) {
            match log.ask(terminal, segment) {
                None => return,
                Some(answer) if answer.is_empty() => log.begun = true,
                Some(answer) => {
                    log.begun = true;
                    log.result = Some(answer);
                    return;
                }
            }
        }
    }

    fn judge(&self, state: &State, log: &Log, place: &str) {
        let results: Vec<_> = state
            .pending
            .iter()
            .filter(|pending| is_installation_result(&pending.bytes))
            .collect();
        match state.profiles.as_slice() {
            [] => {
                let told = log.result.as_deref().and_then(installation_error);
                assert!(
                    log.result.is_none() || told.is_some(),
                    "{place}: it is lost"
                );
                for result in &results {
                    assert!(installation_error(&result.bytes).is_some(), "{place}");
                }
            }
            [profile] => {
                assert_eq!(profile.profile_elements, self.package.elements, "{place}");
                assert_eq!(profile.state, ProfileState::Disabled, "{place}");
                assert_eq!(profile.metadata.iccid, common::ICCID, "{place}");
                let [result] = results.as_slice() else {
                    panic!("{place}: {results:?}");
                };
                assert_eq!(installation_error(&result.bytes), None, "{place}");
            }
            more => panic!("{place}: {more:?}"),
        }
        assert!(results.len() <= 1, "{place}: {results:?}");
        if log.begun {
            assert_eq!(results.len(), 1, "{place}: nothing is reported");
        }
        if let Some(told) = &log.result {
            assert_eq!(results[0].bytes, *told, "{place}: told otherwise");
        }
        assert_eq!(state.installation, None, "{place}");
    }

    fn judge_end(&self, state: &State, log: &Log, place: &str) {
        let told = log.result.as_deref().unwrap();
        let [profile] = state.profiles.as_slice() else {
            panic!("{place}: {:?}", state.profiles);
        };
        assert_eq!(profile.profile_elements, self.package.elements, "{place}");
        if let Some(error) = installation_error(told) {
            let there = ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_ALREADY_EXISTS_ON_EUICC;
            assert_eq!(error.error_reason, there, "{place}");
        }
        assert!(state.pending.iter().any(|it| it.bytes == told), "{place}");
    }
}

/// A change of the enabled profile by an eIM: an enable with rollback, or that rollback.
pub(crate) struct Switch {
    name: &'static str,
    start: State,
    eim: Eim,
    request: Vec<u8>,
    /// Numbers of the enabled profile, before and after.
    from_to: (u8, u8),
    toolkit: bool,
}

impl Switch {
    pub(crate) fn enable(toolkit: bool) -> Self {
        let mut bench = Bench::with(toolkit, [metadata(1), metadata(2), metadata(3)]);
        let start = bench.card().state().clone();
        let commands = EuiccPackage::PsmoList(vec![enable_with_rollback(2)]);
        let package = bench.eim.package(commands);
        Self {
            name: "enable",
            start,
            request: bench.eim.request(package),
            eim: bench.eim,
            from_to: (1, 2),
            toolkit,
        }
    }

    pub(crate) fn rollback(toolkit: bool) -> Self {
        let mut bench = Bench::with(toolkit, [metadata(1), metadata(2), metadata(3)]);
        bench.psmo(vec![enable_with_rollback(2)]);
        let request = ProfileRollbackRequest {
            refresh_flag: toolkit,
            additions: Additions::none(),
        };
        Self {
            name: "rollback",
            start: bench.card().state().clone(),
            request: rsp::der::encode(&request).unwrap(),
            eim: bench.eim,
            from_to: (2, 1),
            toolkit,
        }
    }

    /// The eUICC package result in an answer, if it says that it was done.
    fn result(&self, answer: &[u8]) -> Option<Vec<u8>> {
        let result = if self.name == "rollback" {
            let response: ProfileRollbackResponse = rsp::der::decode(answer).ok()?;
            rsp::der::encode(&response.euicc_package_result?).unwrap()
        } else {
            answer.to_vec()
        };
        let decoded: EuiccPackageResult = rsp::der::decode(&result).ok()?;
        matches!(decoded, EuiccPackageResult::EuiccPackageResultSigned(_)).then_some(result)
    }

    /// Whether it has happened, and the results that wait.
    fn outcome<'a>(&self, state: &'a State) -> (bool, Vec<&'a [u8]>) {
        let enabled = state.enabled_profile().unwrap().metadata.iccid.last();
        let happened = enabled == Some(&self.from_to.1);
        let results = state
            .pending
            .iter()
            .filter(|pending| pending.kind == PendingKind::EuiccPackageResult)
            .map(|pending| pending.bytes.as_slice());
        (happened, results.collect())
    }

    /// What is so in either case.
    fn is_whole(&self, state: &State, place: &str) -> bool {
        let (happened, results) = self.outcome(state);
        let eim = &state.eims[0];
        assert_eq!(state.profile_change, None, "{place}");
        assert_eq!(state.profiles.len(), 3, "{place}");
        if self.name == "enable" {
            assert_eq!(results.len(), usize::from(happened), "{place}");
            assert_eq!(state.rollback.is_some(), happened, "{place}");
            assert_eq!(eim.counter_value, i64::from(happened), "{place}");
            assert_eq!(eim.association_token, self.eim.token, "{place}");
            // disable, enable and the result
            let pending = if happened { 3 } else { 0 };
            assert_eq!(state.pending.len(), pending, "{place}");
        } else {
            // the result of the enable, or that of the rollback in its place
            assert_eq!(results.len(), 1, "{place}");
            assert_eq!(state.rollback.is_some(), !happened, "{place}");
            assert_eq!(eim.counter_value, 1, "{place}");
            let pending = if happened { 1 } else { 3 };
            assert_eq!(state.pending.len(), pending, "{place}");
        }
        for result in &results {
            self.verify(result);
        }
        happened
    }

    fn verify(&self, result: &[u8]) {
        let EuiccPackageResult::EuiccPackageResultSigned(signed) =
            rsp::der::decode(result).unwrap()
        else {
            panic!("expected euiccPackageResultSigned");
        };
        let data = signed.euicc_package_result_data_signed.bytes();
        let signature = OctetString::from(signed.euicc_sign_epr.to_vec());
        crate::fixture::verify(&self.eim, data, &signature);
    }
}

impl Scene for Switch {
    fn name(&self) -> &'static str {
        self.name
    }

    fn start(&self) -> State {
        self.start.clone()
    }

    fn toolkit(&self) -> bool {
        self.toolkit
    }

    fn play(&self, terminal: &mut Terminal<Card>, log: &mut Log) {
        let answer = log.ask(terminal, &self.request);
        log.result = answer.and_then(|answer| self.result(&answer));
    }

    fn judge(&self, state: &State, log: &Log, place: &str) {
        let happened = self.is_whole(state, place);
        if let Some(told) = &log.result {
            assert!(happened, "{place}: what was told is lost");
            assert_eq!(self.outcome(state).1, [told.as_slice()], "{place}");
        }
    }

    fn judge_end(&self, state: &State, _: &Log, place: &str) {
        // done now, or refused because it was done before: once in all
        assert!(self.is_whole(state, place), "{place}");
    }
}

/// An eIM that is associated under a token, deleted from outside, and associated again.
pub(crate) struct Association(Eim);

impl Association {
    pub(crate) fn new() -> Self {
        Self(Eim::new("eim1"))
    }
}

impl Scene for Association {
    fn name(&self) -> &'static str {
        "association"
    }

    fn start(&self) -> State {
        common::card().state().clone()
    }

    fn play(&self, terminal: &mut Terminal<Card>, log: &mut Log) {
        let mut configuration = self.0.configuration();
        configuration.association_token = Some(-1);
        let request = AddInitialEimRequest {
            eim_configuration_data_list: vec![configuration],
            additions: Additions::none(),
        };
        for _ in 0..2 {
            let told = log.typed(terminal, &request);
            if let Some(AddInitialEimResponse::AddInitialEimOk(added)) = told
                && let [AddInitialEimResponseAddInitialEimOk::AssociationToken(token)] = &added[..]
            {
                log.token = Some(*token);
            }
            if !terminal.card().is_powered() {
                return;
            }
            // as an eCO does it; a write like any other
            drop(terminal.card().edit_state(|state| state.eims.clear()));
            log.token = None;
        }
        let told = log.typed(terminal, &request);
        if let Some(AddInitialEimResponse::AddInitialEimOk(added)) = told
            && let [AddInitialEimResponseAddInitialEimOk::AssociationToken(token)] = &added[..]
        {
            log.token = Some(*token);
        }
    }

    fn judge(&self, state: &State, log: &Log, place: &str) {
        if let Some(token) = log.token {
            let kept = state.eims.first().and_then(|eim| eim.association_token);
            assert_eq!(kept, Some(token), "{place}");
        }
        for eim in &state.eims {
            let token = eim.association_token.unwrap();
            assert!(token < state.next_association_token, "{place}");
        }
    }

    fn judge_end(&self, state: &State, log: &Log, place: &str) {
        self.judge(state, log, place);
        assert_eq!(state.eims.len(), 1, "{place}");
    }
}
