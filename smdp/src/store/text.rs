// SPDX-License-Identifier: MIT OR Apache-2.0
//! Byte strings in rows: base64, for `#[serde(with = "crate::store::text")]`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serializer};

/// Byte strings, one or several.
pub(crate) trait Bytes: Sized {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl Bytes for Vec<u8> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decoded(&String::deserialize(deserializer)?)
    }
}

impl Bytes for Vec<Vec<u8>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|bytes| STANDARD.encode(bytes)))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| decoded(text)).collect()
    }
}

impl Bytes for Option<Vec<Vec<u8>>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(several) => several.write(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Option::<Vec<String>>::deserialize(deserializer)?;
        texts
            .map(|texts| texts.iter().map(|text| decoded(text)).collect())
            .transpose()
    }
}

fn decoded<E: serde::de::Error>(text: &str) -> Result<Vec<u8>, E> {
    STANDARD
        .decode(text)
        .map_err(|error| E::custom(format!("expected base64: {error}")))
}

pub(crate) fn serialize<B: Bytes, S: Serializer>(
    bytes: &B,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    bytes.write(serializer)
}

pub(crate) fn deserialize<'de, B: Bytes, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<B, D::Error> {
    B::read(deserializer)
}

/// Public keys in rows: curve and point.
pub(crate) mod public_key {
    use rsp::ecdsa::{Curve, PublicKey};
    use serde::Serialize;

    use super::{Deserialize, Deserializer, STANDARD, Serializer, decoded};
    use base64::Engine as _;

    #[derive(Serialize, Deserialize)]
    struct Row {
        curve: String,
        point: String,
    }

    pub(crate) fn serialize<S: Serializer>(
        key: &PublicKey,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let row = Row {
            curve: format!("{:?}", key.curve()),
            point: STANDARD.encode(key.to_point()),
        };
        row.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<PublicKey, D::Error> {
        let row = Row::deserialize(deserializer)?;
        let curve = Curve::ALL
            .into_iter()
            .find(|curve| format!("{curve:?}") == row.curve);
        let curve = curve.ok_or_else(|| {
            serde::de::Error::custom(format!("expected a known curve, got {:?}", row.curve))
        })?;
        let point = decoded(&row.point)?;
        PublicKey::from_point(curve, &point).map_err(serde::de::Error::custom)
    }
}
