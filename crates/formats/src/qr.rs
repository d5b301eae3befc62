//! The compact QR credential: what a phone shows a reader that has no network (decision 0033).
//!
//! Two signatures. The platform's, over a one-time [`Certificate`]: the holder's key, its days, its place on a status list and
//! commitments to eight statements about the holder, none of them told. The holder's, over a *code* made for one moment: the
//! certificate, the few statements that are shown, and the moment, which is a half minute or a reader's own challenge.
//! Nothing in either names anybody.

mod certificate;
mod code;
mod commitments;
mod moment;
mod seen;
mod statement;

pub use certificate::{Certificate, Days, NotACertificate, StatusReference, Terms};
pub use code::{BadCode, MAX_LENGTH, PREFIX, Refusal, Shown, UnverifiedCode, show, show_by};
pub use commitments::Seed;
pub use moment::{CHALLENGE_LENGTH, Challenge, Moment, WINDOW};
pub use seen::Seen;
pub use statement::{RESIDENCIES, Statement, Statements, Subject};
