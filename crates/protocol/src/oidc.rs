//! `OpenID` Connect Core and Discovery on top of [`crate::oauth`]; one file per message.

pub mod claims;
pub mod discovery;
pub mod display;
pub mod end_session;
pub mod id_token;
pub mod logout_token;
pub mod numeric_date;
pub mod plain_identity;
pub mod prompt;
pub mod scope;
pub mod userinfo;
pub mod verified_claims;

pub use claims::ClaimsRequest;
pub use discovery::{Metadata, Offer};
pub use display::Display;
pub use id_token::{IdToken, IdTokenHint, Outcome};
pub use logout_token::LogoutToken;
pub use prompt::Prompt;
pub use scope::Scope;
pub use userinfo::UserInfo;
