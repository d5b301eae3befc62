//! Which modes of authentication a sign-in can reach here.

use rules::Mode;

use crate::Platform;

/// What a device and a passcode reach by themselves.
const WITHOUT_PORTRAIT: [Mode; 2] = [Mode::Certificate, Mode::CertificatePasscode];

impl Platform {
    /// The modes offered: with a portrait only where portraits are compared. Discovery announces these, admission takes
    /// no scene that wants another, and a request that does is refused.
    pub fn offered(&self) -> &'static [Mode] {
        if self.takes_portraits() { &Mode::ALL } else { &WITHOUT_PORTRAIT }
    }

    /// Whether anybody's portrait is compared here; if not, no image is taken.
    pub fn takes_portraits(&self) -> bool {
        self.inner().outside.faces.comparable().any()
    }
}
