# SPDX-License-Identifier: MIT OR Apache-2.0
"""Changes to the module texts before they are compiled, each with its reason.

Every change has to fit the text: a pattern that is not found is an error.
"""

import re

# What SGP32Definitions imports from a later RSPDefinitions than v2.5.
STUBS = """
OperatorId ::= OperatorID
VendorSpecificExtension ::= SEQUENCE OF SEQUENCE {
    vendorOid [0] OBJECT IDENTIFIER,
    vendorSpecificData [1] ANY
}
"""

# For asn1c alone. It cannot read a tag in front of the elements of a SEQUENCE OF: the same types by
# name. Its C names clash for a bit named t (CatSupportedClasses_t).
NAMED_ELEMENTS = {
    f"SEQUENCE OF [{number}] OCTET STRING": (f"Segment8{number}", f"[{number}] OCTET STRING")
    for number in (6, 7, 8)
}

PKIX_OIDS = """IMPORTS Certificate, CertificateList, Time FROM PKIX1Explicit88 {iso(1) identified-organization(3) dod(6) internet(1) security(5) mechanisms(5) pkix(7) id-mod(0) id-pkix1-explicit(18)}
SubjectKeyIdentifier FROM PKIX1Implicit88 {iso(1) identified-organization(3) dod(6) internet(1) security(5) mechanisms(5) pkix(7) id-mod(0) id-pkix1-implicit(19)};
"""

# RSPDefinitions v3.0. Its text lost hyphens in the imports. Members it renamed keep the name of
# v2.5, which the rest of this project uses for both; tags do not change.
V3 = [
    (r"IMPORTS.*?;[^\n]*\n", PKIX_OIDS),
    (r"OPENTYPE ::= CLASS \{.*?\n\}\n", ""),
    (r"OPENTYPE\.&typeId", "OBJECT IDENTIFIER"),
    (r"OPENTYPE\.&Type", "ANY"),
    (r"euiccRspCapability \[8\] EuiccRspCapability,", "rspCapability [8] EuiccRspCapability,"),
    (r"\blowestSvn\b", "svn"),
    (r"\bbaseProfilePackageVersion\b", "profileVersion"),
    (r"\beuiccFirmwareVersion\b", "euiccFirmwareVer"),
    (r"\bts102241Version\b", "javacardVersion"),
    (r"\bnextCertInChain Certificate\b", "eumCertificate Certificate"),
    (r"\beutranEpcSupportedRelease\b", "eutranSupportedRelease"),
    (r"\bnrEpcSupportedRelease\b", "rspRpmSupportedVersion"),
]
# PEDefinitions has more bits; these are the ones RSPDefinitions v2.5 names.
V3_STUBS = """
UICCCapability ::= BIT STRING { contactlessSupport(0), usimSupport(1), isimSupport(2), csimSupport(3) }
"""

# SGP.22 v2.6 on top of the v2.5 module.
V26 = [
    (r"prepareDownloadRequest \[33\] PrepareDownloadRequest",
     "smdpSigned2 SmdpSigned2, smdpSignature2 [APPLICATION 55] OCTET STRING, smdpCertificate Certificate"),
    (r"authenticateServerResponse \[56\] AuthenticateServerResponse\b(?!,)",
     "authenticateServerResponse [56] AuthenticateServerResponse, useMatchingIdForAcr NULL OPTIONAL"),
]

# SGP.32 v1.3 on top of the v1.2 module.
V13 = [
    (r"indirectProfileDownload \[9\] NULL OPTIONAL",
     "indirectProfileDownload [9] NULL OPTIONAL, eSipaProprietaryProtocolInformation [10] VendorSpecificExtension OPTIONAL"),
    (r"(EuiccPackageErrorUnsigned ::= .*?associationToken \[4\] INTEGER OPTIONAL)",
     r"\1, euiccPackageUnsignedErrorCode [15] INTEGER { sizeOverflow(15), undefinedError(127) } OPTIONAL"),
    (r"(ipaProprietary\(4\)\s*\} OPTIONAL)", r"\1, eSipaProprietaryProtocolInformation [2] VendorSpecificExtension OPTIONAL"),
    (r"(SGP32-ProfileInfo ::= .*?fallbackAllowed \[103\] BOOLEAN OPTIONAL)", r"\1, iotSpecificProfileInfo [100] SEQUENCE {} OPTIONAL"),
    (r"(SGP32-StoreMetadataRequest ::= .*?fallbackAllowed \[103\] BOOLEAN OPTIONAL)", r"\1, iotSpecificMetadata [100] SEQUENCE {} OPTIONAL"),
    (r"iotSpecificInfo \[20\] IoTSpecificInfo OPTIONAL",
     "iotSpecificInfo [20] IoTSpecificInfo OPTIONAL, euiccMinimumSecurityLevel [21] OCTET STRING (SIZE (1)) OPTIONAL"),
    (r"fallbackSupported \[2\] NULL OPTIONAL", "fallbackSupported [2] NULL OPTIONAL, fallbackAllowedUpdateSupported [3] NULL OPTIONAL"),
    (r"(CompactOtherSignedNotification ::= .*?euiccNotificationSignature \[APPLICATION 55\] OCTET STRING)",
     r"\1, euiccCiPKIdentifierToBeUsed OCTET STRING OPTIONAL"),
    (r"(DisableEmergencyProfileResponse ::= .*?catBusy\(5\),)", r"\1 ecallNotAvailable(8),"),
    (r"insufficientMemory\(11\),", "insufficientMemory(11), downloadOrderExpired(18),"),
    (r"eimPackageReceived NULL,", "eimPackageReceived NULL, eimPackageReceivedWithCid [96] EimPackageReceivedWithCid,"
     " eimPackageErrorWithCid [97] EimPackageErrorWithCid,"),
]
V13_STUBS = """
SGP32-UpdateMetadataRequest ::= [42] SEQUENCE {
    serviceProviderName [17] UTF8String (SIZE(0..32)) OPTIONAL,
    profileName [18] UTF8String (SIZE(0..64)) OPTIONAL,
    iconType [19] IconType OPTIONAL,
    icon [20] OCTET STRING (SIZE(0..1024)) OPTIONAL,
    profilePolicyRules [25] PprIds OPTIONAL,
    serviceSpecificDataStoredInEuicc [34] VendorSpecificExtension OPTIONAL,
    fallbackAllowed [103] BOOLEAN OPTIONAL
}
EimPackageReceivedWithCid ::= SEQUENCE {
    correlationId CHOICE {
        eimTransactionId [0] TransactionId,
        eidValue [APPLICATION 26] Octet16
    } OPTIONAL
}
EimPackageErrorWithCid ::= SEQUENCE {
    correlationId CHOICE {
        eimTransactionId [0] TransactionId,
        eidValue [APPLICATION 26] Octet16
    } OPTIONAL,
    eimPackageError EimPackageResultErrorCode
}
"""


def amended(text, changes, stubs):
    """A module text with changes and definitions of its own at the end."""
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if not count:
            raise ValueError(f"nothing in the module fits {pattern}")
    head, tail = text.rsplit("END", 1)
    return f"{head}{stubs}END{tail}"


def for_asn1c(text):
    """A module that means the same and that asn1c can work with."""
    text = re.sub(r"\bt\(19\)", "bit-t(19)", text)
    for old, (name, definition) in NAMED_ELEMENTS.items():
        if old in text:
            head, tail = text.replace(old, f"SEQUENCE OF {name}").rsplit("END", 1)
            text = f"{head}\n{name} ::= {definition}\nEND{tail}"
    return text
