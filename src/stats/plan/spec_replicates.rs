//! The vocabulary of replicate weights that are made here.
//!
//! May use serde. Promises: a field that a method does not know, a missing or unusable one is refused
//! when the plan is read.

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Replicate weights to be made from a design with strata and clusters.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Fields")]
pub struct ReplicatesOfSpec {
    /// Name.
    pub id: String,
    /// The design they are made from.
    pub design: String,
    /// How.
    #[serde(flatten)]
    pub method: ReplicateMethod,
    /// True: centred at the full-sample estimate; false: at the mean of the replicates.
    pub mse: bool,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<Value>,
}

/// A way to make replicate weights.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum ReplicateMethod {
    /// Delete one unit at a time, of a design without strata.
    Jk1,
    /// Delete one unit at a time within its stratum.
    Jkn,
    /// Balanced half samples of two units per stratum.
    Brr,
    /// Balanced half samples with factors 2 − ρ and ρ.
    Fay {
        /// ρ in [0, 1).
        rho: f64,
    },
    /// Rao–Wu–Yue bootstrap: n − 1 of n units with replacement in each stratum.
    Bootstrap {
        /// Number of replicates, at least 2.
        replicates: usize,
        /// Seed of the random streams.
        seed: Seed,
    },
}

impl ReplicateMethod {
    /// Its name in plans.
    ///
    /// ```
    /// use minyi::stats::plan::spec::ReplicateMethod;
    /// assert_eq!(ReplicateMethod::Fay { rho: 0.3 }.name(), "fay");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Jk1 => "jk1",
            Self::Jkn => "jkn",
            Self::Brr => "brr",
            Self::Fay { .. } => "fay",
            Self::Bootstrap { .. } => "bootstrap",
        }
    }
}

/// A seed of 32 bytes, in plans 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// Reads 64 hexadecimal digits.
    ///
    /// ```
    /// use minyi::stats::plan::spec::Seed;
    /// assert_eq!(Seed::parse(&"0f".repeat(32)), Some(Seed([15; 32])));
    /// assert_eq!(Seed::parse("0f"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .chars()
            .map(|c| u8::try_from(c.to_digit(16)?).ok())
            .collect::<Option<Vec<u8>>>()?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| 16 * byte + digit))
            .collect();
        (digits.len() == 64)
            .then(|| bytes.try_into().ok())
            .flatten()
            .map(Self)
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let digits: Vec<String> = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        to.serialize_str(&digits.concat())
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::custom(format!("seed {text}: 64 hexadecimal digits expected"))
        })
    }
}

/// The fields as they stand in a plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    id: String,
    design: String,
    method: Name,
    #[serde(default)]
    rho: Option<f64>,
    #[serde(default)]
    replicates: Option<usize>,
    #[serde(default)]
    seed: Option<Seed>,
    #[serde(default)]
    mse: bool,
    #[serde(default)]
    notes: Option<Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Jk1,
    Jkn,
    Brr,
    Fay,
    Bootstrap,
}

impl TryFrom<Fields> for ReplicatesOfSpec {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let method = match (fields.method, fields.rho, fields.replicates, fields.seed) {
            (Name::Jk1, None, None, None) => ReplicateMethod::Jk1,
            (Name::Jkn, None, None, None) => ReplicateMethod::Jkn,
            (Name::Brr, None, None, None) => ReplicateMethod::Brr,
            (Name::Fay, Some(rho), None, None) if (0.0..1.0).contains(&rho) => {
                ReplicateMethod::Fay { rho }
            }
            (Name::Bootstrap, None, Some(replicates), Some(seed)) if replicates >= 2 => {
                ReplicateMethod::Bootstrap { replicates, seed }
            }
            (Name::Jk1 | Name::Jkn | Name::Brr, ..) => {
                return Err("jk1, jkn and brr have no rho, replicates or seed".to_owned());
            }
            (Name::Fay, ..) => {
                return Err("fay needs rho in [0, 1), no replicates and no seed".to_owned());
            }
            (Name::Bootstrap, ..) => {
                return Err("bootstrap needs replicates (2 or more) and a seed, no rho".to_owned());
            }
        };
        Ok(Self {
            id: fields.id,
            design: fields.design,
            method,
            mse: fields.mse,
            notes: fields.notes,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::stats::plan::spec::DesignSpec;

    fn read(fields: &str) -> Result<DesignSpec, String> {
        let text = format!(r#"{{"kind": "replicates_of", "id": "r", "design": "d", {fields}}}"#);
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_every_method_and_writes_it_back() {
        let seed = "00ff".repeat(16);
        for fields in [
            r#""method": "jk1""#.to_owned(),
            r#""method": "jkn", "mse": true"#.to_owned(),
            r#""method": "brr", "notes": "two each""#.to_owned(),
            r#""method": "fay", "rho": 0.3"#.to_owned(),
            format!(r#""method": "bootstrap", "replicates": 500, "seed": "{seed}""#),
        ] {
            let first = read(&fields).unwrap();
            let text = serde_json::to_value(&first).unwrap();
            let again: DesignSpec = serde_json::from_value(text.clone()).unwrap();
            assert_eq!(serde_json::to_value(&again).unwrap(), text, "{fields}");
        }
    }

    #[test]
    fn refuses_what_a_method_does_not_know_or_lacks() {
        for fields in [
            r#""method": "jk2""#,
            r#""method": "jkn", "rho": 0.3"#,
            r#""method": "fay""#,
            r#""method": "fay", "rho": 1"#,
            r#""method": "fay", "rho": -0.1"#,
            r#""method": "bootstrap", "replicates": 100"#,
            r#""method": "bootstrap", "replicates": 1, "seed": "00""#,
            r#""method": "bootstrap", "replicates": 10, "seed": "0x""#,
            r#""method": "brr", "hadamard": 8"#,
        ] {
            assert!(read(fields).is_err(), "{fields}");
        }
    }
}
