// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the reference IPA can be told to do wrong.

use std::str::FromStr;

use super::defects;

defects! {
    /// A deliberate mistake of the reference IPA.
    IpaDefect {
        // polling
        IgnoresOtherEims "ignores-other-eims" "SGP.32 §3.1.1.1" "Polls only the first associated eIM.",
        StopsAfterFirstPackage "stops-after-first-package" "SGP.32 §3.1.1.1" "Does not ask again after a package.",
        WrongEid "wrong-eid" "SGP.32 §5.14.5" "Sends the EID with its last octet changed.",
        SilentOnUnknownPackage "silent-on-unknown-package" "SGP.32 §5.14.6" "Says nothing about a package that it does not know.",
        SilentOnBadTrigger "silent-on-bad-trigger" "SGP.32 §3.2.3.1" "Says nothing about a trigger that it cannot use.",
        ForgetsStateChange "forgets-state-change" "SGP.32 §5.14.5" "Never tells an eIM that the profile state changed without it.",
        RepeatsStateChange "repeats-state-change" "SGP.32 §5.14.5" "Tells of the same state change at every poll.",
        WrongStateChangeCause "wrong-state-change-cause" "SGP.32 §5.14.5" "Always gives the cause undefined(127).",
        StateChangeWithoutCause "state-change-without-cause" "SGP.32 §5.14.5" "Sends notifyStateChange without stateChangeCause.",
        // eUICC packages
        ReencodesPackage "re-encodes-package" "SGP.32 §2.11.1.1" "Passes an eUICC package on without the members that it does not know.",
        ExecutesTwice "executes-twice" "SGP.32 §3.3.1" "Gives every eUICC package to the card twice.",
        DropsTransactionId "drops-transaction-id" "SGP.32 §2.11.2" "Leaves eimTransactionId out of its own answers.",
        InventsTransactionId "invents-transaction-id" "SGP.32 §2.11.2" "Answers with an eimTransactionId of its own.",
        RemovesBeforeAcknowledgement "removes-before-acknowledgement" "SGP.32 §3.3.1" "Removes a result from the card as soon as it is sent.",
        RemovesEverything "removes-everything" "SGP.32 §5.14.6" "Removes all it sent as soon as anything is acknowledged.",
        NeverRemoves "never-removes" "SGP.32 §3.3.1" "Leaves acknowledged results and notifications on the card.",
        TakesErrorForAcknowledgement "takes-error-for-acknowledgement" "SGP.32 §5.14.6" "Takes provideEimPackageResultError for an acknowledgement.",
        BareResult "bare-result" "SGP.32 §2.11.2.1" "Sends a signed result without the tag of its CHOICE arm.",
        ErrorArmForResult "error-arm-for-result" "SGP.32 §2.11.2.1" "Sends a signed result in the arm of the unsigned error.",
        EmptyNotificationList "empty-notification-list" "SGP.32 §3.3.1" "Sends ePRAndNotifications although there are no notifications.",
        DropsNotifications "drops-notifications" "SGP.32 §3.3.1" "Does not retrieve the notifications of a package with PSMOs.",
        NeverRollsBack "never-rolls-back" "SGP.32 §3.3.1" "Stays with the new profile when the eIM cannot be reached.",
        AlwaysRollsBack "always-rolls-back" "SGP.32 §3.3.1" "Rolls back although the eIM can be reached.",
        RollsBackUnasked "rolls-back-unasked" "SGP.32 §3.3.1" "Rolls back when the package carried no rollback flag.",
        KeepsResultOfBeforeRollback "keeps-result-of-before-rollback" "SGP.32 §3.3.1" "Delivers the result of before the rollback.",
        IgnoresRefresh "ignores-refresh" "SGP.32 §3.3.1" "Goes on without carrying out the card's REFRESH.",
        TiesStateToConnection "ties-state-to-connection" "SGP.32 §3.3.1" "Gives a result up when the connection broke, and never sends it again.",
        UnsignedIntegers "unsigned-integers" "SGP.32 §5.9.12" "Encodes a sequence number without the zero octet that keeps it positive.",
        // data requests
        IgnoresTagList "ignores-tag-list" "SGP.32 §2.11.1.2" "Answers a data request with everything it has.",
        DropsSecondMember "drops-second-member" "SGP.32 §2.11.2.2" "Answers only the first tag of a data request.",
        IgnoresSearchCriteria "ignores-search-criteria" "SGP.32 §2.11.1.2" "Answers with all notifications whatever was searched for.",
        DataInErrorArm "data-in-error-arm" "SGP.32 §2.11.2.2" "Answers an error where data was asked for.",
        // direct download
        SkipsAddressCheck "skips-address-check" "SGP.22 §3.0.1" "Does not compare the signed server address with the one contacted.",
        SkipsTlsVerification "skips-tls-verification" "SGP.32 §6.1" "Accepts every TLS certificate.",
        SkipsOidCheck "skips-oid-check" "SGP.22 §3.0.1" "Does not compare the SM-DP+ OID with that of the activation code.",
        SkipsTransactionIdCheck "skips-transaction-id-check" "SGP.22 §3.1.3" "Does not notice that the server changed the transactionId.",
        SkipsPprCheck "skips-ppr-check" "SGP.22 §2.9" "Installs a profile whose policy rules the card does not allow.",
        PlainConfirmationCode "plain-confirmation-code" "SGP.22 §5.7.5" "Hashes the confirmation code once, without the transactionId.",
        DropsMatchingId "drops-matching-id" "SGP.22 §5.7.13" "Leaves the MatchingID out of ctxParams1.",
        ReusesChallenge "reuses-challenge" "SGP.22 §5.7.7" "Sends the eUICC challenge of the session before.",
        SkipsCancelSession "skips-cancel-session" "SGP.32 §3.2.3.1" "Leaves a session without cancelling it.",
        WrongCancelReason "wrong-cancel-reason" "SGP.22 §5.7.14" "Always cancels with undefinedReason(127).",
        ContinuesAfterFailure "continues-after-failure" "SGP.22 §5.7.6" "Goes on sending segments after the installation result.",
        HidesInstallationResult "hides-installation-result" "SGP.32 §3.7" "Never delivers the profile installation result to the SM-DP+.",
        WrongNotificationAddress "wrong-notification-address" "SGP.22 §3.5" "Sends notifications to the server of the last download, whatever their address.",
        EnablesAfterFailure "enables-after-failure" "SGP.32 §5.9.15" "Asks for immediate enabling although the installation failed.",
        NeverEnables "never-enables" "SGP.32 §5.9.15" "Does not ask for immediate enabling although the card is configured for it.",
        // indirect download
        SendsServerAddress "sends-server-address" "SGP.32 §5.14.1" "Sends an smdpAddress although the eIM holds it.",
        OmitsDownloadTransaction "omits-download-transaction" "SGP.32 §5.14.1" "Leaves the trigger's eimTransactionId out of InitiateAuthentication.",
        ReencodesCardAnswer "re-encodes-card-answer" "SGP.32 §3.2.3.2" "Passes the card's signed answer on in other lengths than the card signed.",
        IgnoresHashCc "ignores-hash-cc" "SGP.32 §5.14.3" "Does not give the card the hashed confirmation code of the eIM.",
        IgnoresCtxParams "ignores-ctx-params" "SGP.32 §5.14.1" "Builds its own ctxParams1 although the eIM gave some.",
        CompactUnasked "compact-unasked" "SGP.32 §6.3.2" "Sends compact forms without announcing minimizeEsipaBytes.",
        // bindings
        WrongContentType "wrong-content-type" "SGP.32 §6.1.1" "Posts with Content-Type application/octet-stream.",
        NoAdminProtocol "no-admin-protocol" "SGP.32 §6.1" "Posts without X-Admin-Protocol.",
        NoUserAgent "no-user-agent" "SGP.32 §6.1" "Posts without User-Agent.",
        WrongPath "wrong-path" "SGP.32 §6.1.1" "Posts to the path / instead of that of the binding.",
    }
}
