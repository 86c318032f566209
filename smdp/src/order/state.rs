// SPDX-License-Identifier: MIT OR Apache-2.0
//! The life of an order (SGP.22 §3.1.6) as one table: which step leads from where to where.
//!
//! The state Available of the clause has no order: a profile is available while no order has its
//! ICCID.

use serde::{Deserialize, Serialize};

use super::{Order, OrderState};

/// What moves an order on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The eUICC is named (SGP.22 §5.3.1).
    Link,
    /// ES2+.ConfirmOrder (SGP.22 §5.3.2).
    Confirm,
    /// ES2+.ReleaseProfile, or the release flag of ConfirmOrder (SGP.22 §5.3.4).
    Release,
    /// The bound profile package goes out (SGP.22 §5.6.2).
    Deliver,
    /// The eUICC reports the installation (SGP.22 §5.6.4).
    Install,
    /// The eUICC reports a failure that another download may mend.
    Retry,
    /// The download has failed for good.
    Fail,
    /// ES2+.CancelOrder with the final status Unavailable (SGP.22 §5.3.3).
    Withdraw,
}

use OrderState::{
    Allocated, Confirmed, Downloaded, Error, Installed, Linked, Released, Unavailable,
};

const STEPS: &[(Step, &[OrderState], OrderState)] = &[
    (Step::Link, &[Allocated], Linked),
    (Step::Confirm, &[Allocated, Linked], Confirmed),
    (Step::Release, &[Confirmed], Released),
    (Step::Deliver, &[Released, Downloaded], Downloaded),
    // The eUICC has the last word, also when its result comes late.
    (Step::Install, &[Released, Downloaded, Error], Installed),
    (Step::Retry, &[Released, Downloaded], Released),
    (
        Step::Fail,
        &[Allocated, Linked, Confirmed, Released, Downloaded],
        Error,
    ),
    (
        Step::Withdraw,
        &[Allocated, Linked, Confirmed, Released, Error],
        Unavailable,
    ),
];

/// What an order has less of with every download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) confirmation_code_tries: u32,
    pub(crate) attempts: Option<u32>,
}

impl OrderState {
    /// Where a step leads from here; nothing when it is not possible.
    pub fn after(self, step: Step) -> Option<Self> {
        STEPS
            .iter()
            .find(|(known, from, _)| *known == step && from.contains(&self))
            .map(|(_, _, to)| *to)
    }
}

impl Order {
    /// Moves the order on, and says whether that was possible. An order that is reusable is
    /// released anew when it ends, with the tries and attempts that it began with.
    pub fn step(&mut self, step: Step) -> bool {
        let Some(state) = self.state.after(step) else {
            return false;
        };
        match state {
            Installed | Error | Unavailable => self.end(state),
            _ => self.state = state,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [OrderState; 8] = [
        Allocated,
        Linked,
        Confirmed,
        Released,
        Downloaded,
        Installed,
        Error,
        Unavailable,
    ];

    /// The states that a step is possible from.
    fn from(step: Step) -> Vec<OrderState> {
        let possible = |state: &OrderState| state.after(step).is_some();
        STATES.into_iter().filter(possible).collect()
    }

    #[test]
    fn an_order_goes_its_way_from_the_reservation_to_the_installation() {
        let way = [
            (Step::Link, Linked),
            (Step::Confirm, Confirmed),
            (Step::Release, Released),
            (Step::Deliver, Downloaded),
            (Step::Install, Installed),
        ];
        let mut state = Allocated;
        for (step, next) in way {
            assert_eq!(state.after(step), Some(next));
            state = next;
        }
    }

    #[test]
    fn steps_are_possible_from_the_states_of_the_clause_only() {
        assert_eq!(from(Step::Link), [Allocated]);
        assert_eq!(from(Step::Confirm), [Allocated, Linked]);
        assert_eq!(from(Step::Release), [Confirmed]);
        assert_eq!(from(Step::Deliver), [Released, Downloaded]);
        assert_eq!(from(Step::Install), [Released, Downloaded, Error]);
        let not_withdrawn = [Downloaded, Installed, Unavailable];
        for state in not_withdrawn {
            assert_eq!(state.after(Step::Withdraw), None);
        }
        for state in [Installed, Error, Unavailable] {
            assert_eq!(state.after(Step::Fail), None);
        }
    }
}
