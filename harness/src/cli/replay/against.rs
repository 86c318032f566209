// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness replay TAPE --iut FILE`: a live program, and everybody else from the tape.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::Loaded;
use crate::cli::{Failure, Format, complain, runtime, say};
use crate::recording::Counterpart;
use crate::run::{RunOptions, run_against, why_not};
use crate::under_test::Description;
use crate::verdict::exit;

/// Starts the program that `file` describes against each tape, one after the other.
pub(super) fn execute(
    file: &Path,
    lenient: bool,
    format: Format,
    tapes: Vec<Loaded>,
) -> Result<u8, Failure> {
    let description = Description::load(file).map_err(Failure::input)?;
    let description = Arc::new(description);
    let mut code = exit::AS_EXPECTED;
    for tape in tapes {
        let path = tape.path.display().to_string();
        if tape.header().role != description.role {
            return Err(Failure::input(format_args!(
                "{path}: expected the tape of an {}, as {} describes one, got that of an {}",
                description.role,
                file.display(),
                tape.header().role
            )));
        }
        let counterpart = Counterpart::new(tape.player.recording().clone(), lenient);
        if let Some(why) = why_not(&tape.case, &counterpart) {
            complain(format_args!("harness: {path}: {why}"));
            code = exit::BAD_INPUT;
            continue;
        }
        let options = RunOptions {
            under_test: Some(description.clone()),
            played: None,
            against: Some(counterpart.clone()),
            ..tape.options
        };
        let run = Box::pin(run_against(&tape.case, &options, &counterpart));
        let live = runtime()?.block_on(run).map_err(Failure::harness)?;
        let result = counterpart.result();
        if result.same < result.answers {
            code = code.max(exit::UNEXPECTED);
        }
        let first = result.first.as_ref().map(ToString::to_string);
        if format == Format::Json {
            say(json!({
                "tape": path,
                "iut": description.name(),
                "exchanges": result.answers,
                "same": result.same,
                "difference": first,
                "end": live.end,
            }));
            continue;
        }
        say(format_args!(
            "{path}: {}: {} of {} exchanges as recorded",
            description.name(),
            result.same,
            result.answers
        ));
        if let Some(first) = first {
            say(format_args!("  first difference: {first}"));
            say(format_args!("  iut: {}", live.end));
        }
    }
    Ok(code)
}
