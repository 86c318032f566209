// SPDX-License-Identifier: MIT OR Apache-2.0
//! READ RECORD, UPDATE RECORD and INCREASE (TS 102 221 §11.1.5, §11.1.6, §11.1.8).
//!
//! The body of a cyclic file has its newest record first: a new one goes to the front and pushes
//! the oldest out.

use super::access::Mode;
use super::command::{Target, Which};
use super::image::{EfId, Records};
use super::{Uicc, done};
use crate::apdu::Response;
use crate::status_word::StatusWord;

impl Uicc<'_> {
    pub(super) fn read_record(
        &mut self,
        target: Target,
        which: Which,
    ) -> Result<Response, StatusWord> {
        let (id, records) = self.record_file(target)?;
        self.demand(id, Mode::Read)?;
        let number = self.record_number(id, records, which)?;
        let record = self
            .record(id, number)
            .ok_or(StatusWord::RECORD_NOT_FOUND)?;
        self.move_pointer(which, number);
        Ok(Response::data(record))
    }

    pub(super) fn update_record(
        &mut self,
        target: Target,
        which: Which,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let (id, records) = self.record_file(target)?;
        self.demand(id, Mode::Update)?;
        if data.len() != usize::from(records.length) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if self.is_cyclic(id) {
            // the oldest record is the only one there is to update
            if which != Which::Previous {
                return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
            }
            self.push(id, data);
            self.current.record = Some(1);
            return done();
        }
        let number = self.record_number(id, records, which)?;
        let mut body = self.body(id).into_owned();
        body.chunks_mut(data.len())
            .nth(usize::from(number) - 1)
            .ok_or(StatusWord::RECORD_NOT_FOUND)?
            .copy_from_slice(data);
        self.write(id, body);
        self.move_pointer(which, number);
        done()
    }

    /// INCREASE: the newest record plus the value becomes the new newest record. The answer is the
    /// new record and the value.
    pub(super) fn increase(&mut self, target: Target, data: &[u8]) -> Result<Response, StatusWord> {
        let (id, records) = self.record_file(target)?;
        if !self.is_cyclic(id) {
            return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
        }
        self.demand(id, Mode::Increase)?;
        if data.len() > usize::from(records.length) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let mut record = self.record(id, 1).ok_or(StatusWord::RECORD_NOT_FOUND)?;
        let mut carry = 0_u16;
        let value = data.iter().rev().copied().chain(std::iter::repeat(0));
        for (digit, added) in record.iter_mut().rev().zip(value) {
            let sum = u16::from(*digit) + u16::from(added) + carry;
            let [high, low] = sum.to_be_bytes();
            *digit = low;
            carry = u16::from(high);
        }
        if carry != 0 {
            return Err(StatusWord::MAXIMUM_REACHED);
        }
        self.push(id, &record);
        self.current.record = Some(1);
        record.extend_from_slice(data);
        Ok(Response::data(record))
    }

    pub(super) fn record_file(&mut self, target: Target) -> Result<(EfId, Records), StatusWord> {
        let id = self.target(target)?;
        Ok((id, self.records(id)?))
    }

    /// Puts a record at the front of a cyclic file.
    fn push(&mut self, id: EfId, record: &[u8]) {
        let body = self.body(id);
        let kept = body.len().saturating_sub(record.len());
        let mut pushed = record.to_vec();
        pushed.extend_from_slice(body.get(..kept).unwrap_or_default());
        self.write(id, pushed);
    }

    /// The number of a record. Without a record pointer, next is the first and previous the last;
    /// a cyclic file has neither end.
    fn record_number(&self, id: EfId, records: Records, which: Which) -> Result<u8, StatusWord> {
        let pointer = self.current.record;
        let last = records.count;
        let cyclic = self.is_cyclic(id);
        let number = match (which, pointer) {
            (Which::Number(number), _) => Some(number),
            (Which::Current, pointer) => pointer,
            (Which::Next, None) => Some(1),
            (Which::Next, Some(number)) if number < last => Some(number + 1),
            (Which::Next, Some(_)) => cyclic.then_some(1),
            (Which::Previous, None) => Some(last),
            (Which::Previous, Some(number)) if number > 1 => Some(number - 1),
            (Which::Previous, Some(_)) => cyclic.then_some(last),
        };
        number
            .filter(|number| (1..=last).contains(number))
            .ok_or(StatusWord::RECORD_NOT_FOUND)
    }

    fn move_pointer(&mut self, which: Which, number: u8) {
        if matches!(which, Which::Next | Which::Previous) {
            self.current.record = Some(number);
        }
    }
}
