// SPDX-License-Identifier: MIT OR Apache-2.0
//! Consecutive ICCIDs for the profiles of one type.

use rsp::id::{Iccid, IdError};

/// ICCIDs one after the other, each with its Luhn check digit (ITU-T E.118): the digits before the
/// check digit count up. It ends with the last number of that many digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IccidPool {
    /// The digits before the check digit, as a number; nothing when they are used up.
    next: Option<u128>,
    width: usize,
    left: Option<u64>,
}

impl IccidPool {
    /// Begins with the number in `first`, whose own last digit counts for nothing. `count` limits
    /// how many there are.
    ///
    /// # Errors
    /// `first` leaves no body of 17 to 19 digits for a check digit.
    pub fn new(first: Iccid, count: Option<u64>) -> Result<Self, IdError> {
        let digits = first.to_string();
        let body = digits
            .split_at_checked(digits.len().saturating_sub(1))
            .map_or("", |(body, _)| body);
        // An ICCID has decimal digits only, but another length is refused here.
        Iccid::with_check_digit(body)?;
        Ok(Self {
            next: body.parse().ok(),
            width: body.len(),
            left: count,
        })
    }

    /// How many are left; nothing when no count limits them.
    pub fn left(&self) -> Option<u64> {
        self.left
    }

    /// Leaves out the next `count` ICCIDs, as when they were used before.
    pub fn skip_used(&mut self, count: u64) {
        let possible = self.left.map_or(count, |left| left.min(count));
        self.next = self
            .next
            .and_then(|next| next.checked_add(u128::from(possible)));
        self.left = self.left.map(|left| left - possible);
    }
}

impl Iterator for IccidPool {
    type Item = Iccid;

    fn next(&mut self) -> Option<Iccid> {
        if self.left == Some(0) {
            return None;
        }
        let number = self.next?;
        let body = format!("{number:0width$}", width = self.width);
        if body.len() > self.width {
            self.next = None;
            return None;
        }
        let iccid = Iccid::with_check_digit(&body).ok()?;
        self.next = number.checked_add(1);
        self.left = self.left.map(|left| left.saturating_sub(1));
        Some(iccid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(first: &str, count: Option<u64>) -> Vec<String> {
        let pool = IccidPool::new(first.parse().unwrap(), count).unwrap();
        pool.take(4).map(|iccid| iccid.to_string()).collect()
    }

    #[test]
    fn the_body_counts_up_and_the_check_digit_follows() {
        let iccids = pool("8988100000000000015", None);
        assert_eq!(
            iccids,
            [
                "8988100000000000015",
                "8988100000000000023",
                "8988100000000000031",
                "8988100000000000049"
            ]
        );
        let valid = |text: &String| text.parse::<Iccid>().unwrap().has_valid_check_digit();
        assert!(iccids.iter().all(valid));
    }

    #[test]
    fn a_wrong_check_digit_at_the_beginning_is_put_right() {
        assert_eq!(
            pool("8988100000000000019", Some(1)),
            ["8988100000000000015"]
        );
    }

    #[test]
    fn it_ends_with_its_count_or_its_digits() {
        assert_eq!(pool("89000000000000000000", Some(2)).len(), 2);
        assert_eq!(pool("99999999999999999980", None).len(), 2);
        assert!(pool("89000000000000000000", Some(0)).is_empty());
        let short: Iccid = "899999999999999999".parse().unwrap();
        assert_eq!(
            IccidPool::new(short, None)
                .unwrap()
                .next()
                .unwrap()
                .to_string()
                .len(),
            18
        );
    }

    #[test]
    fn used_ones_are_left_out() {
        let mut pool = IccidPool::new("8988100000000000015".parse().unwrap(), Some(5)).unwrap();
        pool.skip_used(2);
        assert_eq!(pool.left(), Some(3));
        assert_eq!(pool.next().unwrap().to_string(), "8988100000000000031");
        pool.skip_used(100);
        assert_eq!((pool.left(), pool.next()), (Some(0), None));
    }
}
