// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders that come to nothing, and whose fault that is.

use std::time::Duration;

use crate::under_test::{EimProgram, LAST_BREATH, OrderError};
use crate::verdict::Fault;

/// An order that was not taken, or whose status is not known, and whose fault that is.
#[derive(Debug)]
pub(in crate::run) struct NoOrder {
    pub(in crate::run) fault: Fault,
    pub(in crate::run) reason: String,
    /// Whether it is the eIM's own word that it does not take the order.
    pub(in crate::run) by_eim: bool,
}

impl NoOrder {
    pub(in crate::run) fn harness(reason: impl ToString) -> Self {
        Self {
            fault: Fault::Harness,
            reason: reason.to_string(),
            by_eim: false,
        }
    }
}

/// Whose fault it is that an order came to nothing.
pub(super) async fn blamed(program: &EimProgram, error: &OrderError) -> NoOrder {
    if error.is_unsupported() {
        return NoOrder {
            fault: Fault::Unsupported,
            reason: error.to_string(),
            by_eim: false,
        };
    }
    let patience = if error.is_cut_off() {
        LAST_BREATH
    } else {
        Duration::ZERO
    };
    match program.ended_within(patience).await {
        Some(words) => NoOrder {
            fault: Fault::Misbehaved,
            reason: format!("the eIM ended: {words} ({error})"),
            by_eim: false,
        },
        None if error.is_refusal() => NoOrder {
            fault: Fault::Unclear,
            reason: format!("the eIM refuses on its northbound interface: {error}"),
            by_eim: true,
        },
        None => NoOrder::harness(error),
    }
}
