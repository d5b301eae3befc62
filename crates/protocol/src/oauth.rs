//! OAuth 2: the framework (RFC 6749), hardened as RFC 9700 asks; one file per message.

pub mod authorize;
pub mod bearer;
pub mod client;
pub mod client_assertion;
pub mod client_authentication;
pub mod client_metadata;
pub mod dpop;
pub mod echo;
pub mod error;
pub mod grant;
pub mod introspection;
pub mod issuer;
pub mod par;
pub mod parameters;
pub mod pkce;
pub mod redirect_uri;
pub mod refresh;
pub mod request_object;
pub mod response;
pub mod response_mode;
pub mod revocation;
pub mod token;

pub use authorize::{AuthorizationRequest, AuthorizeError, UnverifiedRequest};
pub use client::{Client, ClientAuthentication, ClientId, Profile};
pub use client_authentication::{AuthenticatedClient, Credentials};
pub use client_metadata::ClientMetadata;
pub use echo::Echo;
pub use error::{ErrorCode, OAuthError};
pub use grant::{Grant, Redeemable};
pub use issuer::Issuer;
pub use parameters::Parameters;
pub use pkce::{CodeChallenge, CodeVerifier};
pub use redirect_uri::RedirectUri;
pub use response::{Answer, Delivery};
pub use token::{TokenRequest, TokenResponse};
