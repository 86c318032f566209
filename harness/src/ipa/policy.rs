// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile Policy Rules against the card's Rules Authorisation Table (SGP.22 §2.9.2.4), before a
//! package is bound: the card would refuse it too, but only when the package is spent.

use rsp::sgp22::{
    GetRatRequest, GetRatResponse, OperatorId, PprIds, ProfileClass,
    ProfilePolicyAuthorisationRule as Rule, ProfilePolicyAuthorisationRulePprFlags as Flags,
    StoreMetadataRequest,
};

use super::{Error, Ipa};
use crate::defect::IpaDefect;

/// The rules that need a permission, with the name that a person knows.
const RULES: [(usize, &str); 2] = [(PprIds::PPR1, "PPR1"), (PprIds::PPR2, "PPR2")];

/// What the rules of a profile come to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// No rule, or all of them are permitted.
    Allowed,
    /// Permitted when the user consents.
    NeedsConsent,
    /// Not on this card, and why.
    NotAllowed(String),
}

impl Ipa {
    /// Judges the rules in the metadata of a profile. The card is asked only when there are any.
    pub(crate) fn judge_rules(
        &mut self,
        metadata: &StoreMetadataRequest,
    ) -> Result<Verdict, Error> {
        let Some(rules) = &metadata.profile_policy_rules else {
            return Ok(Verdict::Allowed);
        };
        let none = !RULES.iter().any(|(bit, _)| rules.has(*bit));
        if none || self.has(IpaDefect::SkipsPprCheck) {
            return Ok(Verdict::Allowed);
        }
        let request = GetRatRequest {
            additions: Default::default(),
        };
        let table: GetRatResponse = self.card.call("GetRAT", &request)?;
        let verdict = judge(rules, metadata.profile_owner.as_ref(), &table.rat);
        if matches!(verdict, Verdict::NotAllowed(_)) || !rules.has(PprIds::PPR1) {
            return Ok(verdict);
        }
        // a profile that cannot be disabled would lock out those that are there (SGP.22 §2.9.3.1)
        let profiles = self.card.profiles()?;
        let mut classes = profiles.iter().map(|profile| profile.profile_class);
        if classes
            .any(|class| class.unwrap_or(ProfileClass::OPERATIONAL) == ProfileClass::OPERATIONAL)
        {
            let cause = "PPR1 is not allowed beside an operational profile";
            return Ok(Verdict::NotAllowed(cause.to_owned()));
        }
        Ok(verdict)
    }
}

/// Each rule takes the first entry of the table that is about it and about the owner.
fn judge(rules: &PprIds, owner: Option<&OperatorId>, table: &[Rule]) -> Verdict {
    let mut verdict = Verdict::Allowed;
    for (bit, name) in RULES.iter().filter(|(bit, _)| rules.has(*bit)) {
        let is_meant = |rule: &&Rule| {
            let mut allowed = rule.allowed_operators.iter();
            rule.ppr_ids.has(*bit)
                && owner.is_some_and(|owner| allowed.any(|allowed| matches(allowed, owner)))
        };
        match table.iter().find(is_meant) {
            Some(rule) if rule.ppr_flags.has(Flags::CONSENT_REQUIRED) => {
                verdict = Verdict::NeedsConsent;
            }
            Some(_) => {}
            None => {
                let cause = format!("{name} is not allowed to this operator on this card");
                return Verdict::NotAllowed(cause);
            }
        }
    }
    verdict
}

/// A digit E of mccMnc stands for any, an absent GID for any GID (SGP.22 §2.9.2.3).
fn matches(allowed: &OperatorId, owner: &OperatorId) -> bool {
    let nibble = |allowed: u8, owner: u8| allowed == 0xE || allowed == owner;
    let pairs = allowed.mcc_mnc.iter().zip(owner.mcc_mnc.iter());
    let digits = allowed.mcc_mnc.len() == owner.mcc_mnc.len()
        && pairs.into_iter().all(|(allowed, owner)| {
            nibble(allowed >> 4, owner >> 4) && nibble(allowed & 0xF, owner & 0xF)
        });
    let gid1 = allowed.gid1.is_none() || allowed.gid1 == owner.gid1;
    let gid2 = allowed.gid2.is_none() || allowed.gid2 == owner.gid2;
    digits && gid1 && gid2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(mcc_mnc: [u8; 3], gid1: Option<&[u8]>) -> OperatorId {
        OperatorId {
            mcc_mnc: mcc_mnc.to_vec().into(),
            gid1: gid1.map(|gid| gid.to_vec().into()),
            gid2: None,
            additions: Default::default(),
        }
    }

    fn rule(bits: &[usize], allowed: OperatorId, flags: &[usize]) -> Rule {
        Rule {
            ppr_ids: PprIds::of(bits),
            allowed_operators: vec![allowed],
            ppr_flags: Flags::of(flags),
            additions: Default::default(),
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let owner = operator([0x62, 0xF2, 0x10], Some(&[1]));
        let any = operator([0xEE, 0xEE, 0xEE], None);
        let both = PprIds::of(&[PprIds::PPR1, PprIds::PPR2]);
        let consent = [Flags::CONSENT_REQUIRED];
        let table = [
            rule(
                &[PprIds::PPR1],
                operator([0x62, 0xF2, 0x10], Some(&[2])),
                &[],
            ),
            rule(&[PprIds::PPR1], any.clone(), &consent),
            rule(&[PprIds::PPR1, PprIds::PPR2], any, &[]),
        ];
        assert_eq!(judge(&both, Some(&owner), &table), Verdict::NeedsConsent);
        let second = PprIds::of(&[PprIds::PPR2]);
        assert_eq!(judge(&second, Some(&owner), &table), Verdict::Allowed);
        let [first, ..] = table;
        assert!(matches!(
            judge(&both, Some(&owner), &[first]),
            Verdict::NotAllowed(cause) if cause.starts_with("PPR1")
        ));
        assert!(matches!(judge(&second, None, &[]), Verdict::NotAllowed(_)));
    }
}
