//! Selective disclosure (RFC 9901): a signed message that holds digests instead of claims, and beside it the claims
//! themselves, of which its holder shows whichever the reader needs.
//!
//! Three sides, a file each: the issuer ([`issue`]), the holder ([`present`]) and the reader ([`verify`]); what travels is
//! the compact form, `<JWT>~<disclosure>~…~<key binding JWT>`. [`credential`] is SD-JWT VC on top of it.
//!
//! Narrower than the text (`docs/divergences.md`): SHA-256 only, digests of 32 bytes only, and bounds on everything.

pub mod credential;
pub mod disclosure;
pub mod issue;
pub mod present;
mod unfold;
pub mod verify;

#[cfg(test)]
mod tests;

pub use credential::{
    BadCredential, Credential, Expected, Presented, StatusReference, UnverifiedCredential,
};
pub use disclosure::Disclosure;
pub use issue::{Concealed, conceal};
pub use present::{Binding, Held};
pub use verify::{BadSdJwt, Bound, Kind, Reader, UnverifiedSdJwt};

/// The longest text read: a credential of ours takes about three thousand bytes.
pub const MAX_LENGTH: usize = 32 * 1024;

/// Most disclosures beside one message.
pub const MAX_DISCLOSURES: usize = 64;

/// How deep objects, arrays and what disclosures put into them may nest.
const DEEPEST: usize = 16;

/// RFC 9901 §4.1.1: "To promote interoperability, implementations MUST support the sha-256 hash algorithm." It is the only
/// one here: a weaker one has no use, and a second one is a second thing to be got wrong.
const HASH: &str = "sha-256";

/// The member that holds digests of an object's hidden members.
const DIGESTS: &str = "_sd";

/// The only member of an object that stands for a hidden element of an array.
const ELEMENT: &str = "...";

/// The member that names the hash, at the top only.
const HASH_NAME: &str = "_sd_alg";

/// The `typ` of a key binding JWT.
///
/// RFC 9901 §4.3: "typ: REQUIRED. MUST be kb+jwt, which explicitly types the Key Binding JWT".
const KEY_BINDING: &str = "kb+jwt";

/// Between the parts of the compact form.
const SEPARATOR: char = '~';
