// SPDX-License-Identifier: MIT OR Apache-2.0
//! SELECT in all forms, its templates, STATUS, and what each channel has selected.

use super::fixture::*;

const MF_FCP: &str = "6223 82027821 83023F00 A506800171870101 8A0105 8B032F0601 \
                      C609 9001C0 830101 83010A 9000";
const TELECOM_FCP: &str = "621B 82027821 83027F10 8A0105 8B032F0601 C609 9001C0 830101 83010A 9000";
const USIM_FCP: &str = "622C 82027821 8410A0000000871002FFFFFFFF8900010000 8A0105 8B032F0601 \
                        C60C 9001E0 830101 830181 83010A 9000";

#[test]
fn templates_are_those_of_the_specification() {
    answers(
        &mut card(),
        &[
            ("00A40004023F00", MF_FCP),
            (
                "00A40004022F10",
                "6217 82024121 83022F10 8A0105 8B032F0607 80020005 880108 9000",
            ),
            (
                "00A40004022F11",
                "621A 82054221000405 83022F11 8A0105 8B032F0607 80020014 880118 9000",
            ),
            (
                "00A40004022F12",
                "621A 82054621000303 83022F12 8A0105 8B032F0606 80020009 880120 9000",
            ),
            (
                "00A40004022F13",
                "621D 82027921 83022F13 A50486020200 8A0105 8B032F0607 80020040 880138 9000",
            ),
            (
                "00A40004022F17",
                "621B 82024121 83022F17 A503C00140 8A0104 8B032F0607 80020002 8800 6283",
            ),
            ("00A40004027F10", TELECOM_FCP),
            (&format!("00A4040410 {USIM}"), USIM_FCP),
        ]
        .map(|(command, answer)| (with_le(command), answer))
        .each_ref()
        .map(|(command, answer)| (command.as_str(), *answer)),
    );
}

fn with_le(command: &str) -> String {
    format!("{command}00")
}

#[test]
fn the_answer_is_fetched_or_left_out() {
    answers(
        &mut card(),
        &[
            ("00A40004023F00", "6125"),
            ("00C0000025", MF_FCP),
            ("00A40000023F00 00", MF_FCP),
            ("00A4000C023F00", "9000"),
            ("00A4000C", "9000"),
            ("00A40002023F00", "6A86"),
            ("00A40008023F00", "6A86"),
        ],
    );
}

#[test]
fn identifiers_reach_what_is_around_the_current_directory() {
    answers(
        &mut card(),
        &[
            // children of the MF
            ("00A4000C027F10", "9000"),
            // a child, then the directory itself from a file in it, then the one above
            ("00A4000C026F54", "9000"),
            ("00A4000C025F3A", "9000"),
            ("00A4000C024F3A", "9000"),
            ("00A4000C027F10", "9000"),
            // a directory beside it, but no file there
            ("00A4000C027F20", "9000"),
            ("00A4000C022F10", "6A82"),
            ("00A4000C026F54", "6A82"),
            // the MF from everywhere
            ("00A4000C023F00", "9000"),
            ("00A4000C022F10", "9000"),
            // nothing is current that was not found
            ("00A4000C02FFFF", "6A82"),
            ("00B0000000", "01020304059000"),
        ],
    );
}

#[test]
fn paths_parents_and_children() {
    answers(
        &mut card(),
        &[
            ("00A4080C067F105F3A4F3A", "9000"),
            ("00A4080C083F007F105F3A4F3A", "9000"),
            ("00A4030C", "9000"),
            ("80F2000000", TELECOM_FCP),
            ("00A4090C045F3A4F3A", "9000"),
            ("00A4090C024F3A", "9000"),
            ("00A4090C045F3A4F3A", "6A82"),
            ("00A4030C", "9000"),
            ("00A4030C", "9000"),
            ("80F2000000", MF_FCP),
            ("00A4030C", "6A82"),
            ("00A4010C027F10", "9000"),
            ("00A4010C026F54", "6A82"),
            ("00A4020C026F54", "9000"),
            ("00A4020C025F3A", "6A82"),
            ("00A4080C047F105FFF", "6A82"),
            ("00A4080C067F106F544F3A", "6A82"),
        ],
    );
}

#[test]
fn applications_by_aid_and_their_own_identifier() {
    answers(
        &mut card(),
        &[
            ("00A4000C027FFF", "6A82"),
            ("00A4080C047FFF6F07", "6A82"),
            ("80F2000100", "6985"),
            ("00A4040C07 A0000000871002", "9000"),
            ("80F2000100", &format!("8410{USIM}9000")),
            ("80F2000000", USIM_FCP),
            // the application stays active in other directories
            ("00A4000C026F07", "9000"),
            ("00A4000C023F00", "9000"),
            ("80F2000100", &format!("8410{USIM}9000")),
            ("00A4000C027FFF", "9000"),
            ("80F2000000", USIM_FCP),
            ("00A4000C023F00", "9000"),
            ("00A4080C047FFF6FAD", "9000"),
            ("00B0000000", "000000029000"),
            ("00A4080C067FFF5F504F20", "9000"),
            // as terminals write it
            ("00A4080C063F007FFF6FAD", "9000"),
            ("00A4040C10 A0000000871002FFFFFFFF8900030000", "6A82"),
            // a temporary identifier is nothing for the terminal
            ("00A4080C027FD0", "6A82"),
            ("00A4000C023F00", "9000"),
            ("00A4000C027FD0", "6A82"),
        ],
    );
}

#[test]
fn partial_aids_go_from_application_to_application() {
    let (usim, other) = (format!("8410{USIM}9000"), format!("8410{OTHER}9000"));
    answers(
        &mut card(),
        &[
            ("00A4040D07 A0000000871002", "9000"),
            ("80F2000100", &other),
            ("00A4040E07 A0000000871002", "6A82"),
            ("00A4040F07 A0000000871002", "9000"),
            ("80F2000100", &usim),
            ("00A4040F07 A0000000871002", "6A82"),
            ("00A4040E07 A0000000871002", "9000"),
            ("80F2000100", &other),
            ("00A4040C05 A000000087", "9000"),
            ("80F2000100", &usim),
        ],
    );
}

#[test]
fn a_session_can_be_terminated() {
    answers(
        &mut card(),
        &[
            (&format!("00A4044C10 {USIM}"), "6985"),
            (&usim(), "9000"),
            (&format!("00A4044C10 {OTHER}"), "6985"),
            (&format!("00A4044C10 {USIM}"), "9000"),
            ("80F2000100", "6985"),
            ("00A4000C027FFF", "6A82"),
        ],
    );
}

#[test]
fn channels_have_their_own_directory_file_and_record() {
    answers(
        &mut card(),
        &[
            (&usim(), "9000"),
            ("00A4000C026FAD", "9000"),
            // from channel 0 a channel starts at the MF
            ("0070000001", "01 9000"),
            ("81F2000000", MF_FCP),
            ("01B0000000", "6986"),
            ("01A4000C022F11", "9000"),
            ("01B2000204", "11111111 9000"),
            // from channel 1 it starts where channel 1 is
            ("0170000001", "02 9000"),
            ("02B2000204", "22222222 9000"),
            ("01B2000204", "22222222 9000"),
            // channels 4 and up
            ("0070000700", "9000"),
            (&format!("43A4040C10 {OTHER}"), "9000"),
            ("43A4000C026F07", "9000"),
            ("43B0000000", "77 9000"),
            ("C3F2000100", &format!("8410{OTHER}9000")),
            ("00B0000000", "00000002 9000"),
            ("0070800200", "9000"),
            ("02B2000204", "6881"),
        ],
    );
}

#[test]
fn the_isd_r_and_the_files_take_turns_on_a_channel() {
    let isd_r = "00A4040C10 A0000005591010FFFFFFFF8900000100";
    answers(
        &mut card(),
        &[
            ("00A4000C022F10", "9000"),
            (isd_r, "9000"),
            ("00B0000000", "6D00"),
            ("80CA005A00", "*9000"),
            ("80E2910003 BF3E00 00", "*6A80"),
            // what was selected before is not
            ("00A4000C022F11", "9000"),
            ("80E2910003 BF3E00 00", "6D00"),
            ("00B2010404", "11111111 9000"),
            (isd_r, "9000"),
            ("00A4000C02FFFF", "6A82"),
            ("80CA005A00", "*9000"),
        ],
    );
}

#[test]
fn short_identifiers_select_in_the_current_directory() {
    answers(
        &mut card(),
        &[
            ("00B0810000", "01020304059000"),
            ("00B0000000", "01020304059000"),
            ("00B0010002", "6B00"),
            ("00B2011C04", "11111111 9000"),
            ("00B28F0000", "6A86"),
            ("00B09F0000", "6A86"),
            ("00B0800000", "6A86"),
            ("00B09E0000", "6981"),
            (&usim(), "9000"),
            ("00B09D0000", "6A82"),
            ("00B0830000", "00000002 9000"),
        ],
    );
}
