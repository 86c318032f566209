// SPDX-License-Identifier: MIT OR Apache-2.0
//! SEARCH RECORD (TS 102 221 §11.1.7): simple and enhanced.

use super::Uicc;
use super::access::Mode;
use super::command::{Direction, From, Search, Start, Target};
use crate::apdu::Response;
use crate::status_word::StatusWord;

impl Uicc<'_> {
    /// Answers with the numbers of the records that hold the pattern, in the order of the search;
    /// the record pointer moves to the first of them.
    pub(super) fn search_record(
        &mut self,
        target: Target,
        search: Search<'_>,
    ) -> Result<Response, StatusWord> {
        let (id, records) = self.record_file(target)?;
        self.demand(id, Mode::Read)?;
        if search.pattern.len() > usize::from(records.length) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let order = order(search, self.current.record, records.count)
            .ok_or(StatusWord::RECORD_NOT_FOUND)?;
        let body = self.body(id);
        let hit = |number: &u8| {
            let index = usize::from(*number).saturating_sub(1);
            body.chunks(usize::from(records.length))
                .nth(index)
                .is_some_and(|record| holds(record, search))
        };
        let hits: Vec<u8> = order.into_iter().filter(hit).collect();
        let Some(&first) = hits.first() else {
            return Err(StatusWord::END_REACHED);
        };
        self.current.record = Some(first);
        Ok(Response::data(hits))
    }
}

/// The numbers of the records to look at; nothing when the search cannot begin anywhere.
fn order(search: Search<'_>, pointer: Option<u8>, last: u8) -> Option<Vec<u8>> {
    let forward = search.direction == Direction::Forward;
    let start = match (search.start, pointer) {
        (Start::Number(0), pointer) => pointer?,
        (Start::Number(number), _) => number,
        // without a record pointer the search begins at the end it comes from
        (Start::Beyond, None) => {
            if forward {
                1
            } else {
                last
            }
        }
        (Start::Beyond, Some(number)) => {
            if forward {
                number.saturating_add(1)
            } else {
                number.saturating_sub(1)
            }
        }
    };
    if matches!(search.start, Start::Number(_)) && !(1..=last).contains(&start) {
        return None;
    }
    Some(if forward {
        (start..=last).collect()
    } else {
        (1..=start).rev().collect()
    })
}

fn holds(record: &[u8], search: Search<'_>) -> bool {
    let from = match search.from {
        From::Offset(offset) => record.get(usize::from(offset)..),
        From::Byte(byte) => record
            .iter()
            .position(|seen| *seen == byte)
            .and_then(|at| record.get(at + 1..)),
    };
    from.is_some_and(|from| {
        from.windows(search.pattern.len())
            .any(|window| window == search.pattern)
    })
}
