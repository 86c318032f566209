// SPDX-License-Identifier: MIT OR Apache-2.0
//! How long a whole case may take.

use std::time::Duration;

use crate::case::{At, Case, NetworkState, Step};
use crate::run::RunOptions;
use crate::under_test::device::seconds;
use crate::under_test::{Card, SLOT_PATIENCE};

/// What a case does beside its steps, in steps: the set-up, and the end of everybody.
const REST: u32 = 30;
/// How often a delay of the network holds one exchange up: connection, TLS, request, answer.
const DELAYED: u32 = 8;
/// The network delays nothing longer.
const LONGEST: Duration = Duration::from_secs(3600);

/// A case whose every wait takes all the time it may ends before this.
pub(super) fn of(case: &Case, options: &RunOptions) -> Duration {
    let mut waits = Waits::default();
    waits.count(&case.file.steps);
    let steps = times(options.timeout, waits.steps.saturating_add(REST));
    let delays = times(times(waits.delay, DELAYED), waits.steps);
    let program = options.under_test.as_deref();
    let start = program.map_or(Duration::ZERO, |program| seconds(program.start_timeout));
    let starts = times(start, waits.actions.saturating_add(1));
    let slot = match program.map(|program| &program.card) {
        Some(Card::Vpcd { .. }) => SLOT_PATIENCE,
        _ => Duration::ZERO,
    };
    [steps, delays, starts, slot]
        .into_iter()
        .fold(waits.within, Duration::saturating_add)
}

/// What a case waits for.
#[derive(Default)]
struct Waits {
    /// Steps, those within others too.
    steps: u32,
    /// Steps that may start the program.
    actions: u32,
    /// The times that the case itself gives its steps.
    within: Duration,
    /// The delays of the network, which may all last to the end.
    delay: Duration,
}

impl Waits {
    fn count(&mut self, steps: &[At<Step>]) {
        for step in steps {
            self.steps = self.steps.saturating_add(1);
            match &**step {
                Step::AnyOrder(inner) => self.count(inner),
                Step::Either(ways) => ways.iter().for_each(|way| self.count(way)),
                Step::Iut(_) => self.actions = self.actions.saturating_add(1),
                Step::Network(states) => {
                    for state in states.values() {
                        if let NetworkState::Delay(delay) = state {
                            self.delay = self
                                .delay
                                .saturating_add(seconds(delay.clamp(0.0, 3600.0)).min(LONGEST));
                        }
                    }
                }
                step => {
                    let within = step.exchange().and_then(|(_, exchange)| exchange.within);
                    // the driver overlooks what is no time
                    let within = within.and_then(|it| Duration::try_from_secs_f64(it).ok());
                    self.within = self.within.saturating_add(within.unwrap_or_default());
                }
            }
        }
    }
}

fn times(one: Duration, count: u32) -> Duration {
    one.checked_mul(count).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::tests::{case, implementation};

    fn limit(steps: &str) -> u64 {
        let options = implementation("x", 1, "").options;
        let options = RunOptions {
            timeout: Duration::from_secs(1),
            ..options
        };
        of(&case("a", steps), &options).as_secs()
    }

    #[test]
    fn steps_within_others_count() {
        let start = "  - iut: start\n";
        assert_eq!(limit(start), 31);
        let inner = "  - any_order:\n    - iut: start\n    - iut: start\n";
        assert_eq!(limit(inner), 33);
        let inner = "  - either:\n    - - iut: start\n    - - iut: start\n      - iut: stop\n";
        assert_eq!(limit(inner), 34);
    }

    #[test]
    fn what_a_case_itself_waits_for_counts() {
        let exchange =
            "  - ESipa:\n      request: {getEimPackageRequest: any}\n      within: 500\n";
        assert_eq!(limit(exchange), 531);
        assert_eq!(limit("  - network: {ESipa: {delay: 2}}\n"), 31 + 16);
        assert_eq!(
            limit("  - network: {ESipa: {delay: 1e30}}\n"),
            31 + 8 * 3600
        );
    }
}
