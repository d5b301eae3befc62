//! An application's call at the token endpoint, and what it is told.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use formats::{UnverifiedJws, jws};
use jiff::SignedDuration;
use protocol::{
    oauth::{
        backchannel::BackchannelResponse,
        bearer::Presented,
        carried::Carried,
        client_assertion::ASSERTION_TYPE,
        client_certificate::ClientCertificate,
        device::DeviceResponse,
        own_token::OwnTokenResponse,
        token::{TokenAnswer, TokenResponse, TokenType},
    },
    oidc::userinfo::UserInfo,
};
use serde_json::{Map, Value, json};
use service::{Error, Introspected, IntrospectionForm, UserInfoAnswer};

use crate::{Application, Ask, Code, ISSUER, Town, applications::Credential};

/// A token request, to be changed at will.
#[derive(Clone)]
pub struct TokenCall {
    authorization: Option<String>,
    dpop: Option<String>,
    certificate: Option<ClientCertificate>,
    form: BTreeMap<&'static str, String>,
}

impl Town {
    /// The honest request for a code, with fresh credentials of its application.
    pub fn call(&self, code: &Code) -> TokenCall {
        let form = BTreeMap::from([
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.text.clone()),
            ("redirect_uri", code.ask.value("redirect_uri").to_owned()),
            ("code_verifier", code.ask.verifier.clone()),
        ]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }
            .by(&code.ask.application, self)
    }

    /// Pushes a request, with the credentials of its application.
    pub async fn push(&self, ask: &Ask, dpop: Option<&str>) -> Result<Ask, Error> {
        let call = TokenCall {
            authorization: None,
            dpop: None,
            certificate: None,
            form: ask.parameters().clone(),
        };
        let call = call.by(&ask.application, self);
        let carried = Carried { dpop, ..call.carried() };
        let pushed = self.platform.push(carried, &call.text()).await?;
        Ok(ask.clone().pushed_to(pushed.request_uri()))
    }

    /// Posts a token request.
    pub async fn post(&self, call: &TokenCall) -> Result<Told, Error> {
        let response = self.post_sealed(call).await?;
        Ok(Told { id_token: self.verified(response.id_token()), response })
    }

    /// The same by an application whose ID token nobody else reads: what it is answered, unopened.
    pub async fn post_sealed(&self, call: &TokenCall) -> Result<TokenResponse, Error> {
        match self.platform.token(call.carried(), &call.text()).await? {
            TokenAnswer::Person(response) => Ok(*response),
            _ => panic!("a token about a person was asked for"),
        }
    }

    /// Asks for a token of the application's own.
    pub async fn own_token(&self, call: &TokenCall) -> Result<OwnTokenResponse, Error> {
        match self.platform.token(call.carried(), &call.text()).await? {
            TokenAnswer::Own(response) => Ok(response),
            _ => panic!("a token of its own was asked for"),
        }
    }

    /// The honest request for it.
    pub fn asking_for_itself(&self, application: &Application) -> TokenCall {
        let form = BTreeMap::from([("grant_type", "client_credentials".to_owned())]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }.by(application, self)
    }

    /// The honest request with a refresh token, with fresh credentials of its application.
    pub fn refreshing(&self, application: &Application, token: &str) -> TokenCall {
        let form = BTreeMap::from([
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", token.to_owned()),
        ]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }.by(application, self)
    }

    /// Refreshes.
    pub async fn refresh(&self, application: &Application, token: &str) -> Result<Told, Error> {
        self.post(&self.refreshing(application, token)).await
    }

    /// A request about a token, with fresh credentials of its application.
    pub fn about(&self, application: &Application, token: &str) -> TokenCall {
        let form = BTreeMap::from([("token", token.to_owned())]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }.by(application, self)
    }

    /// Gives a token back.
    pub async fn revoke(&self, call: &TokenCall) -> Result<(), Error> {
        self.platform.revoke(call.carried(), &call.text()).await
    }

    /// Asks what a token is worth.
    pub async fn introspect(&self, call: &TokenCall) -> Result<Value, Error> {
        let form = call.text();
        match self.platform.introspect(call.carried(), &form, IntrospectionForm::Plain).await? {
            Introspected::Plain(said) => Ok(serde_json::to_value(said).expect("JSON")),
            Introspected::Signed(_) => panic!("nobody wanted it signed"),
        }
    }

    /// The same, signed: the claims, verified.
    pub async fn introspect_signed(&self, call: &TokenCall) -> Result<Map<String, Value>, Error> {
        Ok(self.verified(&self.introspect_token(call).await?))
    }

    /// The same, signed, as it comes.
    pub async fn introspect_token(&self, call: &TokenCall) -> Result<String, Error> {
        let form = call.text();
        match self.platform.introspect(call.carried(), &form, IntrospectionForm::Signed).await? {
            Introspected::Signed(jwt) => Ok(jwt),
            Introspected::Plain(_) => panic!("it was wanted signed"),
        }
    }

    /// A request for the plain identity that a grant lets be told, with fresh credentials of its application.
    pub fn fetching(&self, application: &Application, access_token: &str) -> TokenCall {
        let form = BTreeMap::from([("access_token", access_token.to_owned())]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }.by(application, self)
    }

    /// Fetches plain identity: what comes, unopened.
    pub async fn fetch_plain(&self, call: &TokenCall) -> Result<String, Error> {
        self.platform.tell_plain(call.carried(), &call.text()).await
    }

    /// The device of an application asks for a code to show.
    pub async fn ask_by_device(
        &self,
        application: &Application,
        scope: &str,
    ) -> Result<DeviceResponse, Error> {
        let form = BTreeMap::from([("scope", scope.to_owned())]);
        let call = TokenCall { authorization: None, dpop: None, certificate: None, form }
            .by(application, self);
        self.platform.ask_by_device(call.carried(), &call.text()).await
    }

    /// The honest request for what was answered to a device.
    pub fn polling(&self, application: &Application, device_code: &str) -> TokenCall {
        let form = BTreeMap::from([
            ("grant_type", protocol::oauth::device::GRANT_TYPE.to_owned()),
            ("device_code", device_code.to_owned()),
        ]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }.by(application, self)
    }

    /// The server of an application asks a person.
    pub async fn ask_backchannel(
        &self,
        application: &Application,
        asked: &[(&'static str, &str)],
    ) -> Result<BackchannelResponse, Error> {
        let form = asked.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        let call = TokenCall { authorization: None, dpop: None, certificate: None, form }
            .by(application, self);
        self.platform.ask_backchannel(call.carried(), &call.text()).await
    }

    /// The honest request for what was answered to it.
    pub fn hearing(&self, application: &Application, auth_req_id: &str) -> TokenCall {
        let form = BTreeMap::from([
            ("grant_type", protocol::oauth::backchannel::GRANT_TYPE.to_owned()),
            ("auth_req_id", auth_req_id.to_owned()),
        ]);
        TokenCall { authorization: None, dpop: None, certificate: None, form }.by(application, self)
    }

    /// Redeems a code.
    pub async fn redeem(&self, code: &Code) -> Result<Told, Error> {
        self.post(&self.call(code)).await
    }

    /// The claims of an ID token, verified with the keys the platform publishes.
    #[track_caller]
    pub fn verified(&self, id_token: &str) -> Map<String, Value> {
        let jws = UnverifiedJws::parse(id_token, 4096).expect("a JWS");
        let keys = self.platform.keys().token_keys();
        let key = keys.find(jws.unverified_header().kid.as_deref()).expect("a published key");
        jws.verify::<Map<String, Value>>(key.verifying_key()).expect("signed by it").into_inner()
    }

    /// What userinfo says to this access token, or the reason why it says nothing.
    pub async fn userinfo(&self, told: &Told) -> Result<UserInfo, &'static str> {
        let presented =
            Presented { token: told.response.access_token(), token_type: TokenType::Bearer };
        self.userinfo_shown(presented, None).await
    }

    /// The same for a token shown in this way, with this proof.
    pub async fn userinfo_shown(
        &self,
        presented: Presented<'_>,
        dpop: Option<&str>,
    ) -> Result<UserInfo, &'static str> {
        self.userinfo_carried(presented, Carried { dpop, ..Carried::default() }).await
    }

    /// The same on a connection that showed this certificate.
    pub async fn userinfo_over(
        &self,
        told: &Told,
        certificate: Option<&ClientCertificate>,
    ) -> Result<UserInfo, &'static str> {
        let token = told.response.access_token();
        let presented = Presented { token, token_type: TokenType::Bearer };
        self.userinfo_carried(presented, Carried { certificate, ..Carried::default() }).await
    }

    async fn userinfo_carried(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
    ) -> Result<UserInfo, &'static str> {
        match self.userinfo_answer(presented, carried).await? {
            UserInfoAnswer::Plain(said) => Ok(*said),
            UserInfoAnswer::Token(_) => panic!("nobody wanted a token"),
        }
    }

    /// The same in whatever form the application registered.
    pub async fn userinfo_answer(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
    ) -> Result<UserInfoAnswer, &'static str> {
        let answer = self.platform.userinfo(presented, "GET", carried).await;
        answer.expect("no fault").map_err(|error| match error {
            protocol::oauth::bearer::BearerError::Refused(error) => error.reason,
            protocol::oauth::bearer::BearerError::Missing => "missing",
        })
    }
}

impl TokenCall {
    /// A form with fresh credentials of its application.
    pub(crate) fn of(
        application: &Application,
        town: &Town,
        asked: &[(&'static str, &str)],
    ) -> Self {
        let form = asked.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        Self { authorization: None, dpop: None, certificate: None, form }.by(application, town)
    }

    pub(crate) fn carried(&self) -> Carried<'_> {
        Carried {
            authorization: self.authorization.as_deref(),
            dpop: self.dpop.as_deref(),
            certificate: self.certificate.as_ref(),
            ..Carried::default()
        }
    }

    /// The same on a connection that showed this certificate, or none.
    #[must_use]
    pub fn over(self, certificate: Option<&ClientCertificate>) -> Self {
        Self { certificate: certificate.cloned(), ..self }
    }

    pub(crate) fn text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.form).finish()
    }

    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.form.insert(name, value.to_owned());
        self
    }

    /// What the form says under this name.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        self.form.get(name).expect("a field of the form")
    }

    /// The same with this proof of possession.
    #[must_use]
    pub fn proving(mut self, dpop: String) -> Self {
        self.dpop = Some(dpop);
        self
    }

    /// The same by another application.
    #[must_use]
    pub fn by(mut self, application: &Application, town: &Town) -> Self {
        self.form.retain(|name, _| !name.starts_with("client_assertion"));
        (self.authorization, self.certificate) = (None, None);
        match &application.credential {
            Credential::Secret(secret) => {
                let encoded = |text: &str| {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
                };
                let pair = format!("{}:{}", encoded(application.id), encoded(secret));
                self.authorization = Some(format!("Basic {}", BASE64.encode(pair.as_bytes())));
            }
            Credential::Key(_) => return self.asserting(application, town, ISSUER),
            Credential::Certificate(certificate) => {
                self.certificate = Some(certificate.clone());
                self.form.insert("client_id", application.id.to_owned());
            }
        }
        self
    }

    /// The same with a fresh assertion of this application, meant for this audience.
    #[must_use]
    pub fn asserting(self, application: &Application, town: &Town, audience: &str) -> Self {
        self.asserting_with(application, town, &json!({ "aud": audience }))
    }

    /// The same with some claims changed; `null` takes one away.
    #[must_use]
    pub fn asserting_with(
        mut self,
        application: &Application,
        town: &Town,
        changes: &Value,
    ) -> Self {
        let Credential::Key(key) = &application.credential else { panic!("it has no key") };
        let (now, minute) = (town.platform.now(), SignedDuration::from_mins(1));
        let mut claims: Map<String, Value> = Map::from_iter([
            ("iss".to_owned(), json!(application.id)),
            ("sub".to_owned(), json!(application.id)),
            ("aud".to_owned(), json!(ISSUER)),
            ("iat".to_owned(), json!(now.as_second())),
            ("exp".to_owned(), json!((now + minute).as_second())),
            ("jti".to_owned(), json!(town.chance())),
        ]);
        claims.extend(changes.as_object().expect("claims").clone());
        claims.retain(|_, value| !value.is_null());
        let assertion = jws::sign(key, &key.public().thumbprint(), "JWT", &claims);
        self.form.insert("client_assertion", assertion);
        self.form.insert("client_assertion_type", ASSERTION_TYPE.to_owned());
        self
    }
}

/// What an application was told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The answer itself.
    pub response: TokenResponse,
    /// The claims of its ID token, verified.
    pub id_token: Map<String, Value>,
}

impl Told {
    /// Who the person is to this application.
    #[track_caller]
    pub fn sub(&self) -> &str {
        self.id_token.get("sub").and_then(Value::as_str).expect("a sub")
    }

    /// The refresh token.
    #[track_caller]
    pub fn refresh_token(&self) -> String {
        self.response.refresh_token().expect("a refresh token").to_owned()
    }

    /// The names of the ID token's claims, sorted.
    pub fn claims(&self) -> Vec<&str> {
        self.id_token.keys().map(String::as_str).collect()
    }
}
