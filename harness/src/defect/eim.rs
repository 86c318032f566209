// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the mock eIM can be told to do wrong.

use std::str::FromStr;

use super::defects;

defects! {
    /// A deliberate mistake of the mock eIM.
    EimDefect {
        // eUICC packages
        SignsWithoutToken "signs-without-token" "SGP.32 §2.11.1.1" "Leaves the association token out of what it signs.",
        SignsZeroToken "signs-zero-token" "SGP.32 §2.11.1.1" "Signs with association token 0 whatever the card gave.",
        SignsValueOnly "signs-value-only" "SGP.32 §2.11.1.1" "Signs the content of euiccPackageSigned without its tag and length.",
        SignsWholeRequest "signs-whole-request" "SGP.32 §2.11.1.1" "Signs euiccPackageSigned under the tag of the request.",
        DerSignature "der-signature" "SGP.22 §2.6.7" "Sends its signature in DER instead of r and s.",
        WrongKey "wrong-key" "SGP.32 §2.11.1.1" "Signs with a key that the card does not know.",
        CounterStandsStill "counter-stands-still" "SGP.32 §2.11.1.1" "Uses the same counterValue for every package.",
        CounterGoesBack "counter-goes-back" "SGP.32 §2.11.1.1" "Counts downwards.",
        UnsignedCounter "unsigned-counter" "SGP.32 §2.11.1.1" "Encodes counterValue without the zero octet that keeps it positive.",
        WrongEid "wrong-eid" "SGP.32 §2.11.1.1" "Signs packages for another EID.",
        WrongEimId "wrong-eim-id" "SGP.32 §2.11.1.1" "Signs packages as another eIM.",
        NoTransactionId "no-transaction-id" "SGP.32 §2.11.1" "Sends no eimTransactionId.",
        ReusesTransactionId "reuses-transaction-id" "SGP.32 §2.11.1" "Gives every order the same eimTransactionId.",
        ReversesCommands "reverses-commands" "SGP.32 §2.11.1.1" "Sends the commands of a package in reverse order.",
        DropsLastCommand "drops-last-command" "SGP.32 §2.11.1.1" "Leaves out the last command of a package of several.",
        ResendsPackage "resends-package" "SGP.32 §3.1.1.1" "Hands an order out again after its result came.",
        // polling
        SilentWhenIdle "silent-when-idle" "SGP.32 §5.14.5" "Answers 204 instead of noEimPackageAvailable.",
        UndefinedWhenIdle "undefined-when-idle" "SGP.32 §5.14.5" "Answers undefinedError instead of noEimPackageAvailable.",
        UnknownEidAsIdle "unknown-eid-as-idle" "SGP.32 §5.14.5" "Answers noEimPackageAvailable for an EID that it does not manage.",
        OneQueueForAll "one-queue-for-all" "SGP.32 §5.14.5" "Hands out orders of any EID.",
        IgnoresStateChange "ignores-state-change" "SGP.32 §5.14.5" "Answers eidNotFound to a poll that tells of a state change.",
        LastInFirstOut "last-in-first-out" "SGP.32 §3.3.1" "Hands out the newest order first.",
        BlockedByFailure "blocked-by-failure" "SGP.32 §3.3.1" "Hands nothing out any more after an order failed.",
        // results
        VerifiesNothing "verifies-nothing" "SGP.32 §2.11.2.1" "Accepts results whatever their signature.",
        TrustsAnyCertificate "trusts-any-certificate" "SGP.22 §4.5.2" "Learns an eUICC's key without checking its chain.",
        IgnoresCounter "ignores-counter" "SGP.32 §2.11.2.1" "Does not compare counterValue of a result.",
        IgnoresTransactionId "ignores-transaction-id" "SGP.32 §2.11.2.1" "Closes the oldest order whatever eimTransactionId a result has.",
        RequiresEid "requires-eid" "SGP.32 §5.14.6" "Refuses a result without eidValue although its transaction tells the EID.",
        TiesStateToConnection "ties-state-to-connection" "SGP.32 §5.14.6" "Knows an order only on the connection that fetched it.",
        AcknowledgesOwnIds "acknowledges-own-ids" "SGP.32 §5.14.6" "Acknowledges its own order numbers instead of the card's sequence numbers.",
        AcknowledgesUnverified "acknowledges-unverified" "SGP.32 §5.14.6" "Acknowledges results that it refused.",
        AcknowledgesNothing "acknowledges-nothing" "SGP.32 §5.14.6" "Never acknowledges anything.",
        RefusesRepetition "refuses-repetition" "SGP.32 §5.14.6" "Does not acknowledge a result that it has already.",
        SuccessWhateverTheCode "success-whatever-the-code" "SGP.32 §2.11.2.1" "Takes every signed result for success, whatever the codes in it.",
        DropsNotifications "drops-notifications" "SGP.32 §3.7" "Acknowledges notifications without forwarding them.",
        AnswersNotification "answers-notification" "SGP.32 §6.1.1" "Answers HandleNotification with 200 and a body.",
        // downloads
        SendsDownloadData "sends-download-data" "SGP.32 §3.2.3.2" "Puts the activation code into the trigger of an indirect download.",
        DoubleEnvelope "double-envelope" "SGP.32 §5.14.1" "Wraps serverSignature1 in its tag a second time.",
        ReencodesServerAnswer "re-encodes-server-answer" "SGP.32 §3.2.3.2" "Passes serverSigned1 on in other lengths than the server signed.",
        SkipsAddressCheck "skips-address-check" "SGP.32 §3.2.3.2" "Does not compare the signed server address with the one contacted.",
        SkipsOidCheck "skips-oid-check" "SGP.32 §3.2.3.2" "Does not compare the SM-DP+ OID with that of the activation code.",
        SkipsMetadataCheck "skips-metadata-check" "SGP.32 §5.14.2" "Does not compare the metadata of the package with those announced.",
        PlainConfirmationCode "plain-confirmation-code" "SGP.22 §5.7.5" "Hashes the confirmation code once, without the transactionId.",
        DropsConfirmationCode "drops-confirmation-code" "SGP.32 §5.14.3" "Sends no hashCc although the order has a confirmation code.",
        OwnTransactionId "own-transaction-id" "SGP.32 §5.14.1" "Gives the IPA another transactionId than the server's.",
        KeepsCancellation "keeps-cancellation" "SGP.32 §5.14.8" "Does not tell the SM-DP+ that a session was cancelled.",
        WrongNotificationAddress "wrong-notification-address" "SGP.22 §3.5" "Forwards notifications to the server of the last download, whatever their address.",
        NeverRetries "never-retries" "SGP.32 §3.7" "Forgets a notification that its SM-DP+ did not take.",
        WrongExpansion "wrong-expansion" "SGP.32 §6.3.2" "Expands compact forms to other octets than the card signed.",
        // bindings
        WrongMediaType "wrong-media-type" "SGP.32 §6.1.1" "Answers with Content-Type application/octet-stream.",
        NoAdminProtocol "no-admin-protocol" "SGP.32 §6.1" "Answers without X-Admin-Protocol.",
        ExactMediaType "exact-media-type" "SGP.32 §6.1.1" "Refuses a Content-Type with a parameter.",
        ServerErrorOnGarbage "server-error-on-garbage" "SGP.32 §6.1.1" "Answers HTTP 500 to a body that is no message.",
        SuccessHeaderOnError "success-header-on-error" "SGP.32 §6.4" "Answers Executed-Success in JSON although the function failed.",
    }
}
