// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of PEDefinitions 3.3.1.

use super::{Row, row};

/// Types of PEDefinitions 3.3.1.
pub(crate) fn v3_3_1() -> Vec<Row> {
    use rsp::pe as module;
    vec![
        row!("UInt8", module::UInt8),
        row!("UInt15", module::UInt15),
        row!("UInt16", module::UInt16),
        row!("UInt31", module::UInt31),
        row!("ApplicationIdentifier", module::ApplicationIdentifier),
        row!("PEHeader", module::PeHeader),
        row!("ProfileElement", module::ProfileElement),
        row!("PE-Dummy", module::PeDummy),
        row!("ProfileHeader", module::ProfileHeader),
        row!("IotOptions", module::IotOptions),
        row!("ServicesList", module::ServicesList),
        row!("UICCCapability", module::UiccCapability),
        row!("ProprietaryInfo", module::ProprietaryInfo),
        row!("Fcp", module::Fcp),
        row!("File", module::File),
        row!("PE-MF", module::PeMf),
        row!("PE-CD", module::PeCd),
        row!("PE-TELECOM", module::PeTelecom),
        row!("PE-USIM", module::PeUsim),
        row!("PE-OPT-USIM", module::PeOptUsim),
        row!("PE-PHONEBOOK", module::PePhonebook),
        row!("PE-GSM-ACCESS", module::PeGsmAccess),
        row!("PE-DF-5GS", module::PeDf5Gs),
        row!("PE-DF-SAIP", module::PeDfSaip),
        row!("PE-DF-SNPN", module::PeDfSnpn),
        row!("PE-DF-5GPROSE", module::PeDf5Gprose),
        row!("PE-ISIM", module::PeIsim),
        row!("PE-OPT-ISIM", module::PeOptIsim),
        row!("PE-CSIM", module::PeCsim),
        row!("PE-OPT-CSIM", module::PeOptCsim),
        row!("PE-EAP", module::PeEap),
        row!("PE-IoT", module::PeIoT),
        row!("PE-OPT-IoT", module::PeOptIoT),
        row!("PE-GenericFileManagement", module::PeGenericFileManagement),
        row!("FileManagement", module::FileManagement),
        row!("MappingParameter", module::MappingParameter),
        row!("AlgoParameter", module::AlgoParameter),
        row!("PE-AKAParameter", module::PeAkaParameter),
        row!("PE-CDMAParameter", module::PeCdmaParameter),
        row!("PINKeyReferenceValue", module::PinKeyReferenceValue),
        row!("PINConfiguration", module::PinConfiguration),
        row!("PE-PINCodes", module::PePinCodes),
        row!("PUKKeyReferenceValue", module::PukKeyReferenceValue),
        row!("PUKConfiguration", module::PukConfiguration),
        row!("PE-PUKCodes", module::PePukCodes),
        row!("PE-SecurityDomain", module::PeSecurityDomain),
        row!("KeyObject", module::KeyObject),
        row!("PE-Application", module::PeApplication),
        row!("ApplicationLoadPackage", module::ApplicationLoadPackage),
        row!("ApplicationInstance", module::ApplicationInstance),
        row!(
            "ApplicationSystemParameters",
            module::ApplicationSystemParameters
        ),
        row!(
            "UICCApplicationParameters",
            module::UiccApplicationParameters
        ),
        row!(
            "TS102226AdditionalContactlessParameters",
            module::Ts102226AdditionalContactlessParameters
        ),
        row!("ControlReferenceTemplate", module::ControlReferenceTemplate),
        row!("PE-RFM", module::PeRfm),
        row!("ADFRFMAccess", module::AdfrfmAccess),
        row!("PE-NonStandard", module::PeNonStandard),
        row!("PE-End", module::PeEnd),
        row!("PEStatus", module::PeStatus),
        row!("EUICCResponse", module::EuiccResponse),
    ]
}
