// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a case says or awaits that SGP.32 v1.0 does not have: for a program that speaks v1.0 such a
//! case does not apply.

use crate::case::{At, Case, Dialect, Node, Step};

use super::RunOptions;

/// Arms, commands, functions and criteria that came after v1.0.
const LATER: &[&str] = &[
    "configureImmediateEnable",
    "ecallActive",
    "disableEmergencyProfileRequest",
    "enableEmergencyProfileRequest",
    "euiccCiPKIdentifierToBeUsed",
    "euiccPackageResultList",
    "executeFallbackMechanismRequest",
    "getConnectivityParametersRequest",
    "immediateEnableRequest",
    "ipaEuiccDataResponseError",
    "provideEimPackageResultError",
    "returnFromFallbackRequest",
    "searchCriteriaEuiccPackageResult",
    "searchCriteriaNotification",
    "setDefaultDpAddress",
    "setFallbackAttribute",
    "unsetFallbackAttribute",
];

/// What the program under test cannot say because it speaks v1.0, when the case needs something of
/// that kind. What is only one of several ways is not needed.
pub(super) fn lacking(case: &Case, options: &RunOptions) -> Option<&'static str> {
    let program = options.under_test.as_ref()?;
    let spoken = program.dialect.unwrap_or(Dialect::V1_2);
    match (spoken, case.file.dialect) {
        (Dialect::V1_0, None) => in_steps(&case.file.steps),
        // what v1.2 says, v1.3 says as well
        (Dialect::V1_3, Some(Dialect::V1_2)) | (_, None) => None,
        (spoken, Some(wanted)) if spoken == wanted => None,
        (_, Some(Dialect::V1_0)) => Some("messages of v1.0"),
        (_, Some(Dialect::V1_2)) => Some("messages of v1.2"),
        (_, Some(Dialect::V1_3)) => Some("messages of v1.3"),
    }
}

fn in_steps(steps: &[At<Step>]) -> Option<&'static str> {
    steps.iter().find_map(|step| match &**step {
        Step::AnyOrder(steps) => in_steps(steps),
        Step::Order(order) => {
            let content = [&order.psmo, &order.eco, &order.data, &order.trigger];
            content.into_iter().flatten().find_map(in_node)
        }
        step => {
            let (_, exchange) = step.exchange()?;
            let messages = [Some(&exchange.request), exchange.response.as_ref()];
            let messages = messages.into_iter().flatten();
            let found = messages.chain(exchange.changes().map(|(_, value)| value));
            found.filter(|_| !exchange.optional).find_map(in_node)
        }
    })
}

fn in_node(node: &Node) -> Option<&'static str> {
    match node {
        Node::Text(text) => LATER.iter().find(|later| *later == text).copied(),
        Node::Map(members) => members.iter().find_map(|(name, inner)| {
            let later = LATER.iter().find(|later| *later == name);
            // what must not be there is not missed
            let later = later.filter(|_| *inner != Node::Absent);
            later.copied().or_else(|| in_node(inner))
        }),
        Node::List(elements) => elements.iter().find_map(in_node),
        Node::Contains(inner) => in_node(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::parse_node;

    #[test]
    fn what_came_later_is_found_wherever_it_stands() {
        let found = |yaml: &str| in_node(&parse_node(yaml).unwrap());
        let error = "{eimPackageResult: {ipaEuiccDataResponse: {ipaEuiccDataResponseError: any}}}";
        assert_eq!(found(error), Some("ipaEuiccDataResponseError"));
        assert_eq!(
            found("{contains: {setFallbackAttribute: any}}"),
            Some("setFallbackAttribute")
        );
        assert_eq!(found("[{enable: {iccid: '98'}}]"), None);
        assert_eq!(found("{ipaEuiccDataResponseError: absent}"), None);
    }
}
