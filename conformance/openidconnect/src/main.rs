//! A relying party by the `openidconnect` crate, `client_secret_basic`; see `conformance/shared/foreign.mjs`.

use std::{error::Error, io::stdin};

use openidconnect::{
    AccessTokenHash, AdditionalClaims, AdditionalProviderMetadata, AuthorizationCode, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, IdToken, IdTokenFields, IssuerUrl, LogoutRequest,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadata,
    RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    core::*, reqwest, url::Url,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

type Failure = Box<dyn Error>;

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Told {
    result: String,
}
impl AdditionalClaims for Told {}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Further {
    end_session_endpoint: Option<openidconnect::EndSessionUrl>,
}
impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further, CoreAuthDisplay, CoreClientAuthMethod, CoreClaimName, CoreClaimType, CoreGrantType,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJsonWebKey, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
>;
type Tokens = StandardTokenResponse<
    IdTokenFields<Told, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>,
    CoreTokenType,
>;
type Client = openidconnect::Client<
    Told, CoreAuthDisplay, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJsonWebKey,
    CoreAuthPrompt, StandardErrorResponse<CoreErrorResponseType>, Tokens,
    CoreTokenIntrospectionResponse, CoreRevocableToken, CoreRevocationErrorResponse,
    openidconnect::EndpointSet, openidconnect::EndpointNotSet, openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet, openidconnect::EndpointMaybeSet, openidconnect::EndpointMaybeSet,
>;
type Signed = IdToken<Told, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

fn say(what: Value) {
    println!("{what}");
}

/// Has an address opened; where the browser came out.
fn open(address: &Url) -> Result<Url, Failure> {
    say(json!({"open": address.as_str()}));
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(Url::parse(line.trim())?)
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [issuer, id, secret, redirect, logged_out] = words.as_slice() else {
        return Err("issuer, client, secret, redirect URI, and where to come out".into());
    };
    let http = reqwest::blocking::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
    let metadata = Metadata::discover(&IssuerUrl::new(issuer.clone())?, &http)?;
    let end = metadata.additional_metadata().end_session_endpoint.clone();
    let client = Client::from_provider_metadata(
        metadata,
        ClientId::new(id.clone()),
        Some(ClientSecret::new(secret.clone())),
    )
    .set_redirect_uri(RedirectUrl::new(redirect.clone())?);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (request, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("offline_access".into()))
        .set_pkce_challenge(challenge)
        .url();
    say(json!({"issuer": issuer, "first_request": request.as_str()}));
    let back = open(&request)?;
    if parameter(&back, "state").as_ref() != Some(state.secret()) || parameter(&back, "iss").as_ref() != Some(issuer) {
        return Err(format!("not the answer to this request: {back}").into());
    }
    if let Some(error) = parameter(&back, "error") {
        say(json!({"error": error}));
        return Ok(());
    }
    let code = AuthorizationCode::new(parameter(&back, "code").ok_or("no code")?);
    let tokens = client.exchange_code(code)?.set_pkce_verifier(verifier).request(&http)?;
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let checker = client.id_token_verifier();
    let claims = id_token.claims(&checker, &nonce)?;
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, id_token.signing_key(&checker)?)?;
    if claims.access_token_hash() != Some(&hash) {
        return Err("at_hash is of another token".into());
    }
    let told: openidconnect::UserInfoClaims<Told, CoreGenderClaim> =
        client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?.request(&http)?;
    say(json!({
        "sub": claims.subject().as_str(), "result": claims.additional_claims().result,
        "access_token": tokens.access_token().secret(), "userinfo_sub": told.subject().as_str(),
    }));

    let refresh = tokens.refresh_token().ok_or("no refresh token")?;
    let again = client.exchange_refresh_token(refresh)?.request(&http)?;
    let fresh: &Signed = again.id_token().ok_or("no ID token after a refresh")?;
    // OpenID Connect Core §12.2: a nonce is not told again.
    let fresh = fresh.claims(&client.id_token_verifier(), |_: Option<&Nonce>| Ok(()))?;
    say(json!({"refreshed_sub": fresh.subject().as_str(), "refreshed_access_token": again.access_token().secret()}));

    if logged_out.is_empty() {
        return Ok(());
    }
    let out = LogoutRequest::from(end.ok_or("no end_session_endpoint")?)
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(logged_out.clone())?)
        .set_state(state.clone())
        .http_get_url();
    let out = open(&out)?;
    say(json!({"logged_out": parameter(&out, "state").as_ref() == Some(state.secret())}));
    Ok(())
}
