# SPDX-License-Identifier: MIT OR Apache-2.0
"""ES9+ and ES11, ASN.1 binding: every request and response, alone and in the A2 wrapper."""

from .common import (
    CHALLENGE, CI, DPAUTH, HASH, POINT, SIGNATURE, SMDP, TRANSACTION, vector,
)
from .objects import (
    AUTHENTICATED, BPP, BPP_KEYS, CANCELLED, INFO1, METADATA, METADATA_FULL, NOT_AUTHENTICATED, NOT_PREPARED,
    OTHER, PREPARE, PREPARED, RESULT, RESULT_ERROR, SERVER_SIGNED,
)

INITIATE = {"euiccChallenge": CHALLENGE, "smdpAddress": SMDP, "euiccInfo1": INFO1}
INITIATED = {
    "transactionId": TRANSACTION,
    "serverSigned1": SERVER_SIGNED,
    "serverSignature1": SIGNATURE,
    "euiccCiPKIdToBeUsed": CI,
    "serverCertificate": DPAUTH,
}
CLIENT = {"transactionId": TRANSACTION, "authenticateServerResponse": {"authenticateResponseOk": AUTHENTICATED}}
CLIENT_OK = {"transactionId": TRANSACTION, "profileMetaData": METADATA, "prepareDownloadRequest": PREPARE}
GET_BPP = {"transactionId": TRANSACTION, "prepareDownloadResponse": {"downloadResponseOk": PREPARED}}
BPP_OK = {"transactionId": TRANSACTION, "boundProfilePackage": BPP}
CANCEL = {"transactionId": TRANSACTION, "cancelSessionResponse": {"cancelSessionResponseOk": CANCELLED}}
CANCEL_ERROR = {"transactionId": "01", "cancelSessionResponse": {"cancelSessionResponseError": "invalidTransactionId"}}
EVENTS = {
    "transactionId": TRANSACTION,
    "eventEntries": [
        {"eventId": "EVENT-1", "rspServerAddress": SMDP},
        {"eventId": "EVENT-2", "rspServerAddress": "smds2.example.com"},
    ],
}
ACTIONS_DP = (
    "eumCertificateInvalid", "eumCertificateExpired", "euiccCertificateInvalid", "euiccCertificateExpired",
    "euiccSignatureInvalid", "matchingIdRefused", "eidMismatch", "noEligibleProfile", "ciPKUnknown",
    "invalidTransactionId", "undefinedError",
)
ACTIONS_DS = (
    "eumCertificateInvalid", "eumCertificateExpired", "euiccCertificateInvalid", "euiccCertificateExpired",
    "euiccSignatureInvalid", "eventIdUnknown", "invalidTransactionId", "undefinedError",
)
PACKAGE = (
    "euiccSignatureInvalid", "confirmationCodeMissing", "confirmationCodeRefused",
    "confirmationCodeRetriesExceeded", "invalidTransactionId", "undefinedError",
)


def request(arm, name, clause, value):
    """A request in the wrapper of the ASN.1 binding."""
    return vector("RemoteProfileProvisioningRequest", name, clause, {arm: value}, "wrapper of the ASN.1 binding, SGP.22 §6.6")


def response(arm, name, clause, value):
    """A response in the wrapper of the ASN.1 binding."""
    return vector("RemoteProfileProvisioningResponse", name, clause, {arm: value}, "wrapper of the ASN.1 binding, SGP.22 §6.6")


VECTORS = [
    vector("InitiateAuthenticationRequest", "full", "SGP.22 §5.6.1", INITIATE),
    request("initiateAuthenticationRequest", "initiate_authentication", "SGP.22 §5.6.1", INITIATE),
    vector("InitiateAuthenticationResponse", "ok", "SGP.22 §5.6.1", {"initiateAuthenticationOk": INITIATED}),
    *[vector("InitiateAuthenticationResponse", code, "SGP.22 §5.6.1", {"initiateAuthenticationError": code})
      for code in ("invalidDpAddress", "euiccVersionNotSupportedByDp", "ciPKNotSupported")],
    response("initiateAuthenticationResponse", "initiate_authentication_ok", "SGP.22 §5.6.1", {"initiateAuthenticationOk": INITIATED}),
    response("initiateAuthenticationResponse", "initiate_authentication_error", "SGP.22 §5.6.1", {"initiateAuthenticationError": "invalidDpAddress"}),

    vector("AuthenticateClientRequest", "ok", "SGP.22 §5.6.3", CLIENT),
    vector("AuthenticateClientRequest", "error", "SGP.22 §5.6.3", {
        "transactionId": TRANSACTION, "authenticateServerResponse": {"authenticateResponseError": NOT_AUTHENTICATED}}),
    request("authenticateClientRequest", "authenticate_client", "SGP.22 §5.6.3", CLIENT),
    vector("AuthenticateClientResponseEs9", "ok", "SGP.22 §5.6.3", {"authenticateClientOk": CLIENT_OK}),
    vector("AuthenticateClientResponseEs9", "ok_confirmation_code", "SGP.22 §5.6.3", {"authenticateClientOk": {
        "transactionId": TRANSACTION, "profileMetaData": METADATA_FULL,
        "prepareDownloadRequest": PREPARE | {
            "smdpSigned2": {"transactionId": TRANSACTION, "ccRequiredFlag": True, "bppEuiccOtpk": POINT},
            "hashCc": HASH}}}),
    *[vector("AuthenticateClientResponseEs9", code, "SGP.22 §5.6.3", {"authenticateClientError": code}) for code in ACTIONS_DP],
    response("authenticateClientResponseEs9", "authenticate_client_ok", "SGP.22 §5.6.3", {"authenticateClientOk": CLIENT_OK}),
    response("authenticateClientResponseEs9", "authenticate_client_error", "SGP.22 §5.6.3", {"authenticateClientError": "matchingIdRefused"}),

    vector("AuthenticateClientResponseEs11", "ok", "SGP.22 §5.8.2", {"authenticateClientOk": EVENTS}),
    vector("AuthenticateClientResponseEs11", "no_event", "SGP.22 §5.8.2", {
        "authenticateClientOk": {"transactionId": "01", "eventEntries": []}}, pin="BF40 07 A0 05 80 01 01 A1 00"),
    *[vector("AuthenticateClientResponseEs11", code, "SGP.22 §5.8.2", {"authenticateClientError": code}) for code in ACTIONS_DS],
    response("authenticateClientResponseEs11", "authenticate_client_es11_ok", "SGP.22 §5.8.2", {"authenticateClientOk": EVENTS}),
    response("authenticateClientResponseEs11", "authenticate_client_es11_error", "SGP.22 §5.8.2", {"authenticateClientError": "eventIdUnknown"}),

    vector("GetBoundProfilePackageRequest", "ok", "SGP.22 §5.6.2", GET_BPP),
    vector("GetBoundProfilePackageRequest", "error", "SGP.22 §5.6.2", {
        "transactionId": TRANSACTION, "prepareDownloadResponse": {"downloadResponseError": NOT_PREPARED}}),
    request("getBoundProfilePackageRequest", "get_bound_profile_package", "SGP.22 §5.6.2", GET_BPP),
    vector("GetBoundProfilePackageResponse", "ok", "SGP.22 §5.6.2", {"getBoundProfilePackageOk": BPP_OK}),
    vector("GetBoundProfilePackageResponse", "ok_profile_protection_keys", "SGP.22 §5.6.2", {
        "getBoundProfilePackageOk": {"transactionId": TRANSACTION, "boundProfilePackage": BPP_KEYS}}),
    *[vector("GetBoundProfilePackageResponse", code, "SGP.22 §5.6.2", {"getBoundProfilePackageError": code}) for code in PACKAGE],
    response("getBoundProfilePackageResponse", "get_bound_profile_package_ok", "SGP.22 §5.6.2", {"getBoundProfilePackageOk": BPP_OK}),
    response("getBoundProfilePackageResponse", "get_bound_profile_package_error", "SGP.22 §5.6.2", {"getBoundProfilePackageError": "confirmationCodeRefused"}),

    vector("HandleNotification", "profile_installation_result", "SGP.22 §5.6.4", {
        "pendingNotification": {"profileInstallationResult": RESULT}}, "untagged CHOICE as member: A0 is EXPLICIT"),
    vector("HandleNotification", "profile_installation_error", "SGP.22 §5.6.4", {
        "pendingNotification": {"profileInstallationResult": RESULT_ERROR}}),
    vector("HandleNotification", "other_signed_notification", "SGP.22 §5.6.4", {
        "pendingNotification": {"otherSignedNotification": OTHER}}),
    request("handleNotification", "handle_notification", "SGP.22 §5.6.4", {"pendingNotification": {"otherSignedNotification": OTHER}}),

    vector("CancelSessionRequestEs9", "ok", "SGP.22 §5.6.5", CANCEL,
           "the automatic [1] replaces BF41 of the card's answer"),
    vector("CancelSessionRequestEs9", "error", "SGP.22 §5.6.5", CANCEL_ERROR,
           "the automatic [1] replaces BF41 of the card's answer", pin="BF41 08 80 01 01 A1 03 81 01 05"),
    request("cancelSessionRequestEs9", "cancel_session", "SGP.22 §5.6.5", CANCEL),
    vector("CancelSessionResponseEs9", "ok", "SGP.22 §5.6.5", {"cancelSessionOk": {}}, pin="BF41 02 A0 00"),
    *[vector("CancelSessionResponseEs9", code, "SGP.22 §5.6.5", {"cancelSessionError": code})
      for code in ("invalidTransactionId", "euiccSignatureInvalid", "undefinedError")],
    response("cancelSessionResponseEs9", "cancel_session_ok", "SGP.22 §5.6.5", {"cancelSessionOk": {}}),
    response("cancelSessionResponseEs9", "cancel_session_error", "SGP.22 §5.6.5", {"cancelSessionError": "euiccSignatureInvalid"}),
]
