// SPDX-License-Identifier: MIT OR Apache-2.0
//! Points in time: seconds since 1970, or a date and time with its offset.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize as _, Deserializer, Error, MapAccess, Visitor};
use toml::value::{Datetime, Offset};

/// Reads a point in time of TOML or JSON.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Moment).map(Some)
}

struct Moment;

impl<'de> Visitor<'de> for Moment {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970 or a time such as 2030-01-01T00:00:00Z")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<i64, E> {
        let datetime: Datetime = value
            .parse()
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Str(value), &self))?;
        seconds(&datetime).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(value), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<i64, A::Error> {
        let datetime = Datetime::deserialize(MapAccessDeserializer::new(map))?;
        let text = datetime.to_string();
        seconds(&datetime)
            .ok_or_else(|| A::Error::invalid_value(serde::de::Unexpected::Other(&text), &self))
    }
}

/// Seconds since 1970, for a date with a time and an offset.
fn seconds(datetime: &Datetime) -> Option<i64> {
    let (date, time) = (datetime.date?, datetime.time?);
    let offset = match datetime.offset? {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes) * 60,
    };
    let clock = i64::from(time.hour) * 3600
        + i64::from(time.minute) * 60
        + i64::from(time.second.unwrap_or(0));
    let days = days(
        i64::from(date.year),
        i64::from(date.month),
        i64::from(date.day),
    );
    Some(days * 86_400 + clock - offset)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March
/// so that a leap day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2026-01-01T00:00:00Z", rsp::env::SEEDED_START),
            ("2026-01-01T02:00:00+02:00", rsp::env::SEEDED_START),
        ] {
            assert_eq!(seconds(&text.parse().unwrap()), Some(expected), "{text}");
        }
        assert_eq!(seconds(&"2026-01-01".parse().unwrap()), None);
    }
}
