// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the reference LPA can be told to do wrong beside the mistakes of the reference IPA, of whose
//! parts it is made.

use std::str::FromStr;

use super::defects;

defects! {
    /// A deliberate mistake of the reference LPA.
    LpaDefect {
        ReportsSuccess "reports-success" "SGP.22 §3.1.3" "Tells its user that all is well where the card or a server has refused.",
        PromisesOnly "promises-only" "SGP.22 §3.2" "Tells its user that all is well, and does nothing.",
        OtherProfile "other-profile" "SGP.22 §3.2" "Takes the first profile of the card for the one that its user means.",
        ForgetsUndelivered "forgets-undelivered" "SGP.22 §3.5" "Removes a notification whose delivery has failed.",
        CutsNumbers "cuts-numbers" "SGP.22 §4.3.1" "Shows its user no more than 16 digits of a number.",
        CutsNicknames "cuts-nicknames" "SGP.22 §5.7.21" "Cuts nicknames to 8 characters.",
    }
}
