//! The connection to the platform: authorization code flow with PKCE, spoken by the crate `openidconnect`.

mod by_wallet;
mod doors;
mod id_token;

use std::collections::BTreeMap;
use std::error::Error as StdError;

use data_encoding::BASE64;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenFields, IssuerUrl, LanguageTag, Nonce, NonceVerifier, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::RwLock;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::assertion::{ASSERTION_TYPE, assertion};
use super::http::Http;
use super::{Credentials, RelyingParty, Unusable};
pub(super) use by_wallet::{AskedWallet, Brought, Proved, Sentence};
pub(super) use doors::{Question, Standing};
use id_token::{payload, read};

/// A relying party's connection to its platform.
#[derive(Debug)]
pub(super) struct Connection {
    party: RelyingParty,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: Http,
    /// What the platform said about itself, once somebody needed it.
    metadata: RwLock<Option<CoreProviderMetadata>>,
}

/// What has to be remembered between sending a browser away and its return.
#[derive(Debug)]
pub(super) struct Begun {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Everything the platform told, as it told it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) subject: String,
    pub(super) mode: Option<String>,
    pub(super) claims: BTreeMap<String, Value>,
    /// The ID token's payload, word for word.
    pub(super) id_token: BTreeMap<String, Value>,
    /// The answer of the userinfo endpoint.
    pub(super) userinfo: BTreeMap<String, Value>,
    /// Who the person is, if that was asked, agreed to and fetched.
    pub(super) plain: BTreeMap<String, Value>,
    /// The ID token itself: the platform knows by it whom to sign out.
    pub(super) hint: String,
}

/// Why nothing can be believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The platform is away or answers nonsense.
    #[error("the platform did not answer while {doing}")]
    Away {
        doing: &'static str,
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// The platform refuses the code.
    #[error("the platform refused the code: {0}")]
    Refused(String),
    /// The platform's answer does not hold.
    #[error("the answer does not hold: {0}")]
    Unbelievable(&'static str),
    /// Nor does the ID token.
    #[error("the ID token does not hold")]
    IdToken(#[source] ClaimsVerificationError),
}

/// Claims beside the standard ones.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct OtherClaims(BTreeMap<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Connection {
    pub(super) fn new(party: RelyingParty) -> Result<Self, Unusable> {
        Ok(Self {
            issuer: IssuerUrl::new(party.issuer.clone()).map_err(Unusable::Issuer)?,
            redirect: RedirectUrl::from_url(RelyingParty::redirect_uri(&party.base_url)?),
            http: Http::new().map_err(Unusable::Http)?,
            metadata: RwLock::new(None),
            party,
        })
    }

    pub(super) fn party(&self) -> &RelyingParty {
        &self.party
    }

    /// The platform's origin, for policies.
    pub(super) fn platform(&self) -> &Url {
        self.issuer.url()
    }

    /// Where to send the browser, the state it must come back with, and what to remember.
    pub(super) async fn begin(
        &self,
        scopes: &[&str],
        language: &'static str,
    ) -> Result<(Url, String, Begun), Failure> {
        let client = self.client(Freshness::Remembered).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
            .add_ui_locale(LanguageTag::new(language.to_owned()))
            .set_pkce_challenge(challenge);
        let (url, state, nonce) = request.url();
        Ok((url, state.into_secret(), Begun { nonce, verifier }))
    }

    /// Redeems the code and believes only what holds.
    pub(super) async fn finish(&self, begun: Begun, code: String) -> Result<Told, Failure> {
        let client = self.client(Freshness::Remembered).await?;
        let tokens = self.redeem(&client, begun.verifier, code).await?;
        self.believe(&client, &tokens, &begun.nonce).await
    }

    /// What tokens tell, if they hold.
    async fn believe(
        &self,
        client: &Client,
        tokens: &Tokens,
        nonce: impl NonceVerifier + Copy,
    ) -> Result<Told, Failure> {
        let token = tokens.extra_fields().id_token().ok_or(Failure::Unbelievable("no ID token"))?;
        let (subject, mode, claims) = match read(client, token, nonce, tokens.access_token()) {
            // The platform may have changed its keys since we asked for them.
            Err(Failure::IdToken(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ))) => read(&self.client(Freshness::New).await?, token, nonce, tokens.access_token())?,
            outcome => outcome?,
        };
        let userinfo = self.userinfo(client, tokens.access_token(), &subject).await?;
        let plain = match claims.get("plain_identity").and_then(Value::as_str) {
            Some("available") => self.plain_identity(tokens.access_token(), &subject).await?,
            _ => BTreeMap::new(),
        };
        let hint = token.to_string();
        Ok(Told { id_token: payload(&hint), subject, mode, claims, userinfo, plain, hint })
    }

    async fn redeem(
        &self,
        client: &Client,
        verifier: PkceCodeVerifier,
        code: String,
    ) -> Result<Tokens, Failure> {
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Failure::Unbelievable("no token endpoint"))?
            .set_pkce_verifier(verifier);
        for (name, value) in self.proof_of_client() {
            request = request.add_extra_param(name, value);
        }
        request.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(refusal) => {
                Failure::Refused(refusal.error().to_string())
            }
            other => away("redeeming the code", other),
        })
    }

    /// The parameters by which a client with a key shows who it is; one with a secret shows it in a header.
    fn proof_of_client(&self) -> Vec<(&'static str, String)> {
        let Credentials::Key(key) = &self.party.credentials else { return Vec::new() };
        let (jti, now) = (CsrfToken::new_random().into_secret(), self.party.clock.now());
        let assertion = assertion(key, &self.party.client_id, &self.party.issuer, &jti, now);
        vec![("client_assertion_type", ASSERTION_TYPE.to_owned()), ("client_assertion", assertion)]
    }

    /// The header by which a client with a secret shows who it is.
    fn secret_of_client(&self) -> Option<String> {
        let Credentials::Secret(secret) = &self.party.credentials else { return None };
        // RFC 6749 §2.3.1: "The client identifier is encoded using the "application/x-www-form-urlencoded" encoding
        // algorithm per Appendix B, and the encoded value is used as the username; the client password is encoded using the same
        // algorithm and used as the password."
        let [id, secret] = [&self.party.client_id, secret.expose()]
            .map(|text| byte_serialize(text.as_bytes()).collect::<String>());
        Some(format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes())))
    }

    async fn userinfo(
        &self,
        client: &Client,
        token: &AccessToken,
        subject: &str,
    ) -> Result<BTreeMap<String, Value>, Failure> {
        let expected = openidconnect::SubjectIdentifier::new(subject.to_owned());
        // OpenID Connect Core §5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match the
        // sub Claim in the ID Token": the library does, given the expected one.
        let claims: UserInfoClaims<OtherClaims, CoreGenderClaim> = client
            .user_info(token.clone(), Some(expected))
            .map_err(|_| Failure::Unbelievable("no userinfo endpoint"))?
            .request_async(&self.http)
            .await
            .map_err(|error| away("asking the userinfo endpoint", error))?;
        serde_json::to_value(&claims)
            .and_then(serde_json::from_value)
            .map_err(|error| away("reading the userinfo answer", error))
    }

    async fn client(&self, freshness: Freshness) -> Result<Client, Failure> {
        let metadata = self.metadata(freshness).await?;
        let id = ClientId::new(self.party.client_id.clone());
        let (secret, kind) = match &self.party.credentials {
            Credentials::Secret(secret) => {
                (Some(ClientSecret::new(secret.expose().clone())), AuthType::BasicAuth)
            }
            Credentials::Key(_) => (None, AuthType::RequestBody),
        };
        let client = openidconnect::Client::from_provider_metadata(metadata, id, secret);
        Ok(client.set_redirect_uri(self.redirect.clone()).set_auth_type(kind))
    }

    /// The platform's metadata and keys, asked for at first use and when they turn out too old.
    async fn metadata(&self, freshness: Freshness) -> Result<CoreProviderMetadata, Failure> {
        if let (Freshness::Remembered, Some(known)) =
            (freshness, self.metadata.read().await.as_ref())
        {
            return Ok(known.clone());
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|error| away("discovering it", error))?;
        Ok(self.metadata.write().await.insert(found).clone())
    }
}

#[derive(Clone, Copy)]
enum Freshness {
    Remembered,
    New,
}

fn away(doing: &'static str, cause: impl StdError + Send + Sync + 'static) -> Failure {
    Failure::Away { doing, cause: cause.into() }
}
