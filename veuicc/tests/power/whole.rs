// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that leave the card as it was or as it is to be, and nothing between; and packages on a
//! card that keeps a journal of them.

use std::cell::Cell;

use rsp::raw::Additions;
use rsp::sgp32::*;
use veuicc::terminal::Terminal;
use veuicc::{Card, CardConfig, PendingKind, State};

use crate::fixture::{Bench, Eim, enable, metadata};
use crate::scene::{Log, Scene};

fn bench(toolkit: bool) -> Bench {
    let mut bench = Bench::with(toolkit, [metadata(1), metadata(2), metadata(3)]);
    let configure = Psmo::ConfigureImmediateEnable(PsmoConfigureImmediateEnable {
        immediate_enable_flag: Some(()),
        ..Default::default()
    });
    bench.psmo(vec![configure]);
    bench
}

/// One request, and the card before and after it.
pub(crate) struct Whole {
    name: &'static str,
    toolkit: bool,
    request: Vec<u8>,
    start: State,
    answer: Vec<u8>,
    end: State,
}

impl Whole {
    pub(crate) fn new(name: &'static str, toolkit: bool, request: Vec<u8>) -> Self {
        Self::on(name, toolkit, bench(toolkit), request)
    }

    /// eCOs that add an eIM, delete it, and delete the one that sent them.
    pub(crate) fn ecos() -> Self {
        let mut bench = bench(false);
        let delete = |id: &str| {
            Eco::DeleteEim(EcoDeleteEim {
                eim_id: id.to_owned(),
                additions: Additions::none(),
            })
        };
        let commands = vec![
            Eco::AddEim(Eim::new("eim2").configuration()),
            delete("eim2"),
            delete("eim1"),
        ];
        let package = bench.eim.package(EuiccPackage::EcoList(commands));
        let request = bench.eim.request(package);
        Self::on("eCOs", false, bench, request)
    }

    fn on(name: &'static str, toolkit: bool, mut bench: Bench, request: Vec<u8>) -> Self {
        let start = bench.card().state().clone();
        let answer = bench.terminal.es10(&request).unwrap();
        bench.terminal.restart().unwrap();
        let end = bench.card().state().clone();
        assert_eq!(start == end, name.starts_with("List"), "{name}");
        Self {
            name,
            toolkit,
            request,
            start,
            answer,
            end,
        }
    }
}

impl Scene for Whole {
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
        log.result = log.ask(terminal, &self.request);
    }

    fn judge(&self, state: &State, log: &Log, place: &str) {
        let happened = *state == self.end;
        assert!(happened || *state == self.start, "{place}: {state:#?}");
        if log.result.as_ref() == Some(&self.answer) {
            assert!(happened, "{place}: what was told is lost");
        }
    }

    fn judge_end(&self, state: &State, _: &Log, place: &str) {
        // done now, or refused because it was done before
        assert_eq!(*state, self.end, "{place}");
    }
}

/// An enable by a package, on a card that notes it before it executes it.
pub(crate) struct Journal {
    request: Vec<u8>,
    start: State,
    interrupted: Cell<bool>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        let mut bench = Bench::new();
        let start = bench.card().state().clone();
        let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
        Self {
            request: bench.eim.request(package),
            start,
            interrupted: Cell::new(false),
        }
    }

    pub(crate) fn was_interrupted(&self) -> bool {
        self.interrupted.get()
    }
}

impl Scene for Journal {
    fn name(&self) -> &'static str {
        "journal"
    }

    fn start(&self) -> State {
        self.start.clone()
    }

    fn config(&self) -> CardConfig {
        let mut config = crate::fixture::config();
        config.capabilities.package_journal = true;
        config
    }

    fn play(&self, terminal: &mut Terminal<Card>, log: &mut Log) {
        let answer = log.ask(terminal, &self.request);
        log.result = answer.filter(|answer| enabled(answer));
    }

    fn judge(&self, state: &State, log: &Log, place: &str) {
        let accepted = state.eims[0].counter_value == 1;
        if !accepted {
            assert_eq!(*state, self.start, "{place}");
            assert_eq!(log.result, None, "{place}");
            return;
        }
        let results: Vec<_> = state
            .pending
            .iter()
            .filter(|pending| pending.kind == PendingKind::EuiccPackageResult)
            .collect();
        let [result] = results.as_slice() else {
            panic!("{place}: {} results", results.len());
        };
        let profile = state.enabled_profile().unwrap().metadata.iccid[9];
        if enabled(&result.bytes) {
            assert_eq!(profile, 2, "{place}");
        } else {
            self.interrupted.set(true);
            assert_eq!(profile, 1, "{place}");
            assert_eq!(log.result, None, "{place}");
        }
        if let Some(told) = &log.result {
            assert_eq!(result.bytes, *told, "{place}");
        }
    }

    fn judge_end(&self, state: &State, log: &Log, place: &str) {
        self.judge(state, log, place);
        assert_eq!(state.eims[0].counter_value, 1, "{place}");
    }
}

/// Whether a result says that the profile was enabled, and not that the package was interrupted.
fn enabled(result: &[u8]) -> bool {
    let Ok(EuiccPackageResult::EuiccPackageResultSigned(signed)) = rsp::der::decode(result) else {
        return false;
    };
    match signed
        .euicc_package_result_data_signed
        .euicc_result
        .as_slice()
    {
        [EuiccResultData::EnableResult(code)] => *code == EnableProfileResult::OK,
        [EuiccResultData::ProcessingTerminated(code)] => {
            assert_eq!(*code, EuiccResultDataProcessingTerminated::INTERRUPTION);
            false
        }
        other => panic!("{other:?}"),
    }
}
