// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a card supports, how much it can take, and what it refuses: all that differs between cards
//! that conform. The defaults are those of a card that supports everything but an IPA of its own.

/// Highest counter value that every eUICC supports (SGP.32 §2.11.1.1).
const HIGHEST_COUNTER: i64 = 0x7F_FFFF;

/// What a card supports, how much it can take, and what it refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Fallback mechanism (SGP.32 §5.9.20), `fallbackSupported`.
    pub fallback: bool,
    /// Emergency profile (SGP.32 §5.9.22), `ecallSupported`. Without it `ecallIndication` means
    /// nothing.
    pub ecall: bool,
    /// An IPA in the eUICC (SGP.32 §3.8.4), `ipaeSupported`.
    pub ipae: bool,
    /// resetEimConfigData of EuiccMemoryReset (SGP.32 §5.9.5).
    pub eim_reset: bool,
    /// Immediate enabling (SGP.32 §5.9.15).
    pub immediate_enable: bool,
    /// resetImmediateEnableConfig of EuiccMemoryReset (SGP.32 §5.9.5).
    pub immediate_enable_reset: bool,
    /// Test profiles, `testProfileSupport` (SGP.22 §5.7.8).
    pub test_profiles: bool,
    /// The counter of an eUICC package is kept before its commands are executed, so that a package
    /// that lost power is reported as interrupted. Without it such a package never happened.
    pub package_journal: bool,
    /// How much the card can take.
    pub limits: Limits,
    /// ES10 functions and commands of eUICC packages that this card always fails to carry out: the
    /// names of [`Es10::name`](crate::Es10::name), the identifiers of `Psmo` and `Eco`, "rollback"
    /// for a ProfileRollback that is allowed and fails, and "resetEimConfigData" and
    /// "resetImmediateEnableConfig" for these parts of EuiccMemoryReset.
    pub refuse: Vec<String>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            fallback: true,
            ecall: true,
            ipae: false,
            eim_reset: true,
            immediate_enable: true,
            immediate_enable_reset: true,
            test_profiles: true,
            package_journal: false,
            limits: Limits::default(),
            refuse: Vec::new(),
        }
    }
}

impl Capabilities {
    /// True for what this card always fails to carry out.
    #[must_use]
    pub fn refuses(&self, name: &str) -> bool {
        self.refuse.iter().any(|refused| refused == name)
    }
}

/// How much a card can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest eUICC package, in bytes of EuiccPackageRequest.
    pub package_size: usize,
    /// Most bytes of results that are kept for one eUICC package.
    pub result_size: usize,
    /// Most associated eIMs.
    pub eims: usize,
    /// Highest counter value of an eIM.
    pub counter: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            package_size: 0x8000,
            result_size: 0x4000,
            eims: 8,
            counter: HIGHEST_COUNTER,
        }
    }
}
