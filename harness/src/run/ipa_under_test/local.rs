// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the device is told on the spot: the IPA of this harness does it when its round is over, a
//! program by the command of its description.

use rsp::asn1::ObjectIdentifier;
use rsp::sgp32::Sgp32EuiccMemoryResetRequestResetOptions as Options;

use super::{IpaUnderTest, Stage};
use crate::case::DeviceTask;
use crate::ipa::{Error, Ipa};
use crate::run::SetUpError;
use crate::run::actors::ipa_environment;
use crate::under_test::device::last_words;

/// The bits of `resetOptions`, by name.
const RESETS: [(&str, usize); 7] = [
    (
        "deleteOperationalProfiles",
        Options::DELETE_OPERATIONAL_PROFILES,
    ),
    (
        "deleteFieldLoadedTestProfiles",
        Options::DELETE_FIELD_LOADED_TEST_PROFILES,
    ),
    (
        "resetDefaultSmdpAddress",
        Options::RESET_DEFAULT_SMDP_ADDRESS,
    ),
    (
        "deletePreLoadedTestProfiles",
        Options::DELETE_PRE_LOADED_TEST_PROFILES,
    ),
    (
        "deleteProvisioningProfiles",
        Options::DELETE_PROVISIONING_PROFILES,
    ),
    ("resetEimConfigData", Options::RESET_EIM_CONFIG_DATA),
    (
        "resetImmediateEnableConfig",
        Options::RESET_IMMEDIATE_ENABLE_CONFIG,
    ),
];

impl IpaUnderTest {
    /// Has the device do something by itself. What it says of it in words, when it failed.
    pub(in crate::run) async fn told(
        &mut self,
        stage: &Stage<'_>,
        task: &DeviceTask,
    ) -> Result<Option<String>, SetUpError> {
        match self {
            Self::BuiltIn(_) | Self::BrokenDown => {
                self.end_of_round(stage).await;
                let mut ipa = Ipa::start(ipa_environment(stage)?).map_err(SetUpError::of("IPA"))?;
                done(&mut ipa, task)
            }
            Self::Listening(Some(listening)) => done(&mut *listening.ipa().await, task),
            Self::Listening(None) => Err(SetUpError::Value("the IPA does not run".to_owned())),
            Self::Program(program) => {
                let told = program.device.told(task.name(), task.value()).await;
                let told = told.map_err(SetUpError::of("IPA"))?;
                let Some((end, output)) = told else {
                    let lacks = format!("the description has no `device` command for {task}");
                    return Err(SetUpError::Unsupported(lacks));
                };
                if end.is_unsupported() {
                    let cannot = format!("the device cannot do {task}");
                    return Err(SetUpError::Unsupported(cannot));
                }
                Ok((!end.is_success()).then(|| format!("{end}{}", last_words(&output))))
            }
            Self::Played(played) => played.told().await,
        }
    }
}

fn done(ipa: &mut Ipa, task: &DeviceTask) -> Result<Option<String>, SetUpError> {
    let outcome = match task {
        DeviceTask::EmergencyOn => ipa.enable_emergency_profile(),
        DeviceTask::EmergencyOff => ipa.disable_emergency_profile(),
        DeviceTask::FallBack => ipa.execute_fallback(),
        DeviceTask::Return => ipa.return_from_fallback(),
        DeviceTask::AddEim(_) => {
            let request = task.request().map_err(SetUpError::Value)?;
            ipa.add_initial_eim(&request)
        }
        DeviceTask::Reset(names) => ipa.memory_reset(bits(names)?).map(|_| ()),
        DeviceTask::DefaultSmdp(address) => ipa.set_default_smdp(address),
        DeviceTask::ImmediateEnabling(wanted) => {
            let oid = wanted.oid.as_deref().map(oid).transpose()?;
            ipa.configure_immediate_enabling(wanted.on, oid, wanted.address.clone())
        }
    };
    match outcome {
        Ok(()) => Ok(None),
        Err(error @ (Error::Refused { .. } | Error::Card(_) | Error::Answer { .. })) => {
            Ok(Some(error.to_string()))
        }
        Err(error) => Err(SetUpError::of("IPA")(error)),
    }
}

fn bits(names: &[String]) -> Result<Options, SetUpError> {
    let bit = |name: &String| {
        let known = RESETS.iter().find(|(known, _)| known == name);
        let unknown = || SetUpError::Value(format!("no option {name:?} of EuiccMemoryReset"));
        known.map(|(_, bit)| *bit).ok_or_else(unknown)
    };
    let bits: Result<Vec<usize>, _> = names.iter().map(bit).collect();
    Ok(Options::of(&bits?))
}

fn oid(text: &str) -> Result<ObjectIdentifier, SetUpError> {
    text.parse()
        .map_err(|_| SetUpError::Value(format!("expected a dotted OID, got {text:?}")))
}
