// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a command failed: the codes of `+CME ERROR` (TS 27.007 §9.2).

/// A code of `+CME ERROR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CmeError(pub(super) u16);

macro_rules! cme_errors {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        impl CmeError {
            $($(#[$doc])* pub(super) const $name: Self = Self($code);)*

            /// The verbose form.
            pub(super) fn text(self) -> &'static str {
                match self.0 {
                    $($code => $text,)*
                    _ => "unknown",
                }
            }
        }
    };
}

cme_errors! {
    /// The card refuses it in its present state.
    NOT_ALLOWED = 3, "operation not allowed";
    /// The modem does not do it.
    NOT_SUPPORTED = 4, "operation not supported";
    /// The slot is empty.
    NOT_INSERTED = 10, "SIM not inserted";
    /// The PIN is blocked.
    PUK_REQUIRED = 12, "SIM PUK required";
    /// The card answers nothing, or no profile is enabled.
    SIM_FAILURE = 13, "SIM failure";
    /// The PIN is another one.
    INCORRECT_PASSWORD = 16, "incorrect password";
    /// No such application or file.
    NOT_FOUND = 22, "not found";
    /// The parameters are not those of the command.
    INCORRECT_PARAMETERS = 50, "Incorrect parameters";
}
