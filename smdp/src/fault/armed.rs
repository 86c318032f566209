// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which fault strikes, and at which answers; as text: `NAME[:PARAMETER][@SCOPE]...`.
//!
//! A scope is `xN` for the next N answers, the name of a function, an interface (`es9`, `es11`,
//! `es12`, `es2`, `esipa`), `session=` with a TransactionID, `order=` with a MatchingID, or a MatchingID alone.

use std::fmt;
use std::str::FromStr;

use certs::Pki;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parameter::Parameter;
use super::{Fault, Interface, Level, Scene, hand};

/// Functions by their names in paths.
const FUNCTIONS: [&str; 14] = [
    "initiateAuthentication",
    "getBoundProfilePackage",
    "authenticateClient",
    "handleNotification",
    "cancelSession",
    "registerEvent",
    "deleteEvent",
    "downloadOrder",
    "confirmOrder",
    "cancelOrder",
    "releaseProfile",
    "getEimPackage",
    "provideEimPackageResult",
    "transferEimPackage",
];

/// A fault and when it strikes. What is not said does not limit it: alone, a name strikes at every
/// answer that it fits, until it is disarmed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArmedFault {
    /// Name of the fault.
    pub name: String,
    /// What is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Only at this function, by its name in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Only on this interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<Interface>,
    /// Only for the order with this MatchingID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Only in the session with this TransactionID, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// How often it strikes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// Why a fault cannot be armed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArmError {
    /// No row of the table has the name.
    #[error("expected a fault (see smdp faults), got {name:?}{}", .similar.map(|name| format!("; did you mean {name}?")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// The nearest known one.
        similar: Option<&'static str>,
    },
    /// The parameter does not fit.
    #[error("{name}: {problem}")]
    Parameter {
        /// Name of the fault.
        name: &'static str,
        /// What was expected and what was seen.
        problem: String,
    },
    /// The fault cannot be limited in this way.
    #[error("{name}: {problem}")]
    Scope {
        /// Name of the fault.
        name: String,
        /// What was expected and what was seen.
        problem: String,
    },
    /// No more faults can be armed.
    #[error("expected at most {0} armed faults")]
    TooMany(usize),
}

impl ArmedFault {
    /// A fault that strikes always.
    pub fn always(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// A fault that strikes at the next answer that it fits.
    pub fn once(name: impl Into<String>) -> Self {
        Self {
            times: Some(1),
            ..Self::always(name)
        }
    }

    /// The same for one order.
    #[must_use]
    pub fn for_order(self, matching_id: impl Into<String>) -> Self {
        Self {
            order: Some(matching_id.into()),
            ..self
        }
    }

    /// Whether it fits its row.
    pub(super) fn check(&self, row: &'static Fault, pki: Option<&Pki>) -> Result<(), ArmError> {
        let parameter = |problem| ArmError::Parameter {
            name: row.name,
            problem,
        };
        if let Some(problem) = row.parameter.problem(self.parameter.as_deref()) {
            return Err(parameter(problem));
        }
        if let (Parameter::Certificate(role), Some(name)) = (row.parameter, &self.parameter) {
            hand::check_certificate(pki, role, name).map_err(parameter)?;
        }
        let scope = |problem: String| ArmError::Scope {
            name: self.name.clone(),
            problem,
        };
        if self.times == Some(0) {
            return Err(scope("expected at least one time, got 0".to_owned()));
        }
        if let Some(function) = &self.function
            && !FUNCTIONS.contains(&function.as_str())
        {
            return Err(scope(format!("expected a function, got {function:?}")));
        }
        let limited = self.order.is_some() || self.session.is_some();
        let function = self.function.as_deref();
        match row.level() {
            Level::Tls if limited || function.is_some() || self.interface.is_some() => Err(scope(
                "expected no order, session, function or interface: a handshake knows none".into(),
            )),
            Level::InitiateAuthentication if self.order.is_some() => Err(scope(
                "expected no order: the first answer of a session goes out before the MatchingID \
                 comes"
                    .into(),
            )),
            _ => Ok(()),
        }
    }

    /// Whether its turn is now; a handshake has no scene.
    pub(super) fn is_for(&self, scene: Option<&Scene<'_>>) -> bool {
        if self.times == Some(0) {
            return false;
        }
        let Some(scene) = scene else {
            return true;
        };
        let session = self.session.as_deref().map(hex::decode);
        let function = self.function.as_deref();
        function.is_none_or(|function| function == scene.function)
            && self.interface.is_none_or(|it| it == scene.interface)
            && self.order.is_none() | (self.order.as_deref() == scene.order)
            && session.is_none_or(|id| id.ok().as_deref() == scene.session)
    }

    pub(super) fn count_down(&mut self) {
        if let Some(times) = &mut self.times {
            *times = times.saturating_sub(1);
        }
    }

    fn limit(&mut self, scope: &str) -> Result<(), ArmError> {
        let times = scope.strip_prefix('x').map(str::parse);
        let interface = Interface::ALL.into_iter().find(|it| it.name() == scope);
        if let Some(Ok(times)) = times {
            self.times = Some(times);
        } else if let Some(session) = scope.strip_prefix("session=") {
            self.session = Some(session.to_owned());
        } else if let Some(order) = scope.strip_prefix("order=") {
            self.order = Some(order.to_owned());
        } else if FUNCTIONS.contains(&scope) {
            self.function = Some(scope.to_owned());
        } else if interface.is_some() {
            self.interface = interface;
        } else if !scope.is_empty() {
            self.order = Some(scope.to_owned());
        } else {
            return Err(ArmError::Scope {
                name: self.name.clone(),
                problem: "expected a MatchingID, a function or a count behind @".to_owned(),
            });
        }
        Ok(())
    }
}

impl FromStr for ArmedFault {
    type Err = ArmError;

    fn from_str(text: &str) -> Result<Self, ArmError> {
        let mut parts = text.split('@');
        let fault = parts.next().unwrap_or_default();
        let (name, parameter) = match fault.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter.to_owned())),
            None => (fault, None),
        };
        let row = super::by_name(name)?;
        let mut armed = Self {
            parameter,
            ..Self::always(name)
        };
        for scope in parts {
            armed.limit(scope)?;
        }
        armed.check(row, None)?;
        Ok(armed)
    }
}

impl fmt::Display for ArmedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(parameter) = &self.parameter {
            write!(f, ":{parameter}")?;
        }
        if let Some(interface) = self.interface {
            write!(f, "@{interface}")?;
        }
        if let Some(function) = &self.function {
            write!(f, "@{function}")?;
        }
        if let Some(order) = &self.order {
            write!(f, "@order={order}")?;
        }
        if let Some(session) = &self.session {
            write!(f, "@session={session}")?;
        }
        match self.times {
            Some(times) => write!(f, "@x{times}"),
            None => Ok(()),
        }
    }
}
