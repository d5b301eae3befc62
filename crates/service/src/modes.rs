//! Which modes of authentication a sign-in can reach today.

use rules::Mode;

/// The modes offered on line: no portrait is taken at a sign-in yet. Discovery announces these,
/// admission takes no scene that wants another, and a request that does is refused.
pub const OFFERED: [Mode; 2] = [Mode::Certificate, Mode::CertificatePasscode];
