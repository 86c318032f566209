// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bodies of the eight functions (SGP.32 §6.4.1.1 to §6.4.1.8), member by member in the order
//! of the ASN.1 module.

use super::Function;
use super::member::{Form, Member};
use crate::tlv::Tag;

/// What a body or an arm of an answer has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    /// These members.
    All(&'static [Member]),
    /// One of these members; these octets when there is none and there may be none.
    OneOf(&'static [Member], Option<&'static [u8]>),
}

/// An arm of a successful answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arm {
    /// The tag around its content; without one the content stands in the message itself.
    pub(super) tag: Option<Tag>,
    /// The member that tells it from the arms behind it.
    pub(super) mark: Option<&'static str>,
    pub(super) content: Content,
}

/// The answer of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) arms: &'static [Arm],
    /// The tag of the error integer.
    pub(super) error: Tag,
    /// Members that carry an error beside the header.
    pub(super) errors: &'static [Member],
    /// Whether these are written: only where no pair of codes stands for the integer.
    pub(super) writes_errors: bool,
}

const TRANSACTION: Member = Member::new("transactionId", 0x80, Form::Hex);
const EUICC_PACKAGE_RESULT: Member = Member::new("euiccPackageResult", 0xBF51, Form::Object);
const DATA_RESPONSE: Member = Member::new("ipaEuiccDataResponse", 0xBF52, Form::Object);
const PACKAGE_REQUEST: Member = Member::new("euiccPackageRequest", 0xBF51, Form::Object);
const DATA_REQUEST: Member = Member::new("ipaEuiccDataRequest", 0xBF52, Form::Object);
const ACKNOWLEDGEMENTS: Member = Member::new("eimAcknowledgements", 0xBF53, Form::Object);
const TRIGGER: Member = Member::new("profileDownloadTriggerRequest", 0xBF54, Form::Object);
const PACKAGE_ERROR: Member = Member::new("eimPackageError", 0x02, Form::Integer);

/// `eidValue` of a request.
pub(super) const EID: Member = Member::new("eidValue", 0x5A, Form::Eid);
/// `eimPackageResult` of ProvideEimPackageResult: a CHOICE, so its data object has any tag.
pub(super) const PACKAGE_RESULT: &str = "eimPackageResult";

const INITIATE: &[Member] = &[
    Member::new("euiccChallenge", 0x81, Form::Value(Some(16))),
    Member::new("smdpAddress", 0x83, Form::Text).optional(),
    Member::new("euiccInfo1", 0xBF20, Form::Object).optional(),
    Member::new("eimTransactionId", 0x82, Form::Hex).optional(),
];
const AUTHENTICATE: &[Member] = &[
    TRANSACTION,
    Member::new("authenticateServerResponse", 0xBF38, Form::Object),
];
const PREPARED: &[Member] = &[
    TRANSACTION,
    Member::new("prepareDownloadResponse", 0xBF21, Form::Object),
];
const TRANSFER: &[Member] = &[PACKAGE_REQUEST, DATA_REQUEST, ACKNOWLEDGEMENTS, TRIGGER];
const GET_PACKAGE: &[Member] = &[
    EID,
    Member::new("notifyStateChange", 0x80, Form::Flag).optional(),
    Member::new("stateChangeCause", 0x81, Form::Integer).optional(),
    Member::new("rPlmn", 0x82, Form::Value(Some(3)))
        .also("rPLMN")
        .optional(),
];
const NOTIFICATION: &[Member] = &[
    Member::new("pendingNotification", 0xA0, Form::Value(None)),
    Member::new("provideEimPackageResult", 0xBF50, Form::Object),
];
// the card's answer has a tag of its own, which the ASN.1 binding replaces
const CANCEL: &[Member] = &[
    TRANSACTION,
    Member::new(
        "cancelSessionResponse",
        0xA1,
        Form::Retagged(Tag::new(0xBF41)),
    ),
];

/// The body of a request; ProvideEimPackageResult is read and written by itself.
pub(super) const fn request(function: Function) -> Content {
    match function {
        Function::InitiateAuthentication => Content::All(INITIATE),
        Function::AuthenticateClient => Content::All(AUTHENTICATE),
        Function::GetBoundProfilePackage => Content::All(PREPARED),
        Function::TransferEimPackage => Content::OneOf(TRANSFER, None),
        Function::GetEimPackage => Content::All(GET_PACKAGE),
        Function::ProvideEimPackageResult => Content::All(&[]),
        Function::HandleNotification => Content::OneOf(NOTIFICATION, None),
        Function::CancelSession => Content::All(CANCEL),
    }
}

const OPTIONAL_TRANSACTION: Member = TRANSACTION.optional();

const INITIATED: &[Member] = &[
    OPTIONAL_TRANSACTION,
    Member::new("serverSigned1", 0x30, Form::Object),
    Member::new("serverSignature1", 0x5F37, Form::Either(Some(64))),
    Member::new("euiccCiPKIdentifierToBeUsed", 0x04, Form::Either(None))
        .also("euiccCiPKIdToBeUsed"),
    Member::new("serverCertificate", 0x30, Form::Object),
    Member::new("matchingId", 0x0C, Form::Text).optional(),
    Member::new("ctxParams1", 0xA2, Form::Value(None)).optional(),
];
const AUTHENTICATED: &[Member] = &[
    OPTIONAL_TRANSACTION,
    Member::new("profileMetadata", 0xBF25, Form::Object)
        .also("profileMetaData")
        .optional(),
    Member::new("smdpSigned2", 0x30, Form::Object),
    Member::new("smdpSignature2", 0x5F37, Form::Either(Some(64))),
    Member::new("smdpCertificate", 0x30, Form::Object),
    Member::new("hashCc", 0x04, Form::Either(Some(32))).optional(),
];
/// The member that tells the answer of an SM-DS, for which the clause has none.
pub(super) const EVENT: &str = "profileDownloadTrigger";
const AUTHENTICATED_BY_SMDS: &[Member] = &[
    TRANSACTION,
    Member::new(EVENT, 0xBF54, Form::Object).optional(),
];
const PACKAGE: &[Member] = &[
    OPTIONAL_TRANSACTION,
    Member::new("boundProfilePackage", 0xBF36, Form::Object),
];
const TRANSFERRED: &[Member] = &[
    EUICC_PACKAGE_RESULT,
    Member::new(
        "ePRAndNotifications",
        0x30,
        Form::Members(RESULT_AND_NOTIFICATIONS),
    ),
    DATA_RESPONSE,
    Member::new("eimPackageReceived", 0x05, Form::Flag),
    Member::new("eimPackageReceivedWithCid", 0xBF60, Form::Object),
];
const RESULT_AND_NOTIFICATIONS: &[Member] = &[
    EUICC_PACKAGE_RESULT,
    Member::new("notificationList", 0xA0, Form::Retagged(Tag::SEQUENCE)),
];

const fn arm(tag: u32, content: Content) -> Arm {
    Arm {
        tag: Some(Tag::new(tag)),
        mark: None,
        content,
    }
}

const fn bare(content: Content) -> Arm {
    Arm {
        tag: None,
        mark: None,
        content,
    }
}

const fn answer(arms: &'static [Arm], error: u32) -> Answer {
    Answer {
        arms,
        error: Tag::new(error),
        errors: &[],
        writes_errors: false,
    }
}

/// `emptyResponse`.
const EMPTY_RESPONSE: &[u8] = &[0x30, 0x00];

const ANSWER_TO_INITIATE: Answer = answer(&[arm(0xA0, Content::All(INITIATED))], 0x81);
const ANSWER_TO_AUTHENTICATE: Answer = answer(
    &[
        Arm {
            tag: Some(Tag::new(0xA1)),
            mark: Some(EVENT),
            content: Content::All(AUTHENTICATED_BY_SMDS),
        },
        arm(0xA0, Content::All(AUTHENTICATED)),
    ],
    0x82,
);
const ANSWER_TO_PREPARED: Answer = answer(&[arm(0xA0, Content::All(PACKAGE))], 0x81);
const ANSWER_TO_TRANSFER: Answer = Answer {
    arms: &[bare(Content::OneOf(TRANSFERRED, None))],
    error: Tag::INTEGER,
    errors: &[
        Member::new("eimPackageErrorWithCid", 0xBF61, Form::Object),
        PACKAGE_ERROR,
    ],
    writes_errors: true,
};
const ANSWER_TO_POLL: Answer = Answer {
    arms: &[bare(Content::OneOf(
        &[PACKAGE_REQUEST, DATA_REQUEST, TRIGGER],
        None,
    ))],
    error: Tag::INTEGER,
    errors: &[PACKAGE_ERROR],
    writes_errors: false,
};
const ANSWER_TO_RESULT: Answer = answer(
    &[bare(Content::OneOf(
        &[ACKNOWLEDGEMENTS],
        Some(EMPTY_RESPONSE),
    ))],
    0x02,
);
const ANSWER_TO_CANCEL: Answer = answer(&[arm(0xA0, Content::All(&[]))], 0x81);

/// The answer of a function; HandleNotification has none.
pub(super) const fn response(function: Function) -> Option<Answer> {
    Some(match function {
        Function::InitiateAuthentication => ANSWER_TO_INITIATE,
        Function::AuthenticateClient => ANSWER_TO_AUTHENTICATE,
        Function::GetBoundProfilePackage => ANSWER_TO_PREPARED,
        Function::TransferEimPackage => ANSWER_TO_TRANSFER,
        Function::GetEimPackage => ANSWER_TO_POLL,
        Function::ProvideEimPackageResult => ANSWER_TO_RESULT,
        Function::HandleNotification => return None,
        Function::CancelSession => ANSWER_TO_CANCEL,
    })
}
