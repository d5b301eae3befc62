//! A relying party asks for tokens: who it is, which key it holds, and what it presents.

use protocol::{
    oauth::{
        client_authentication::unknown_client,
        dpop::Target,
        token::{Presents, TokenRequest, TokenResponse},
    },
    oidc::discovery::TOKEN_PATH,
};

use store::authentication::Way;

use crate::{Error, Platform, assertion::spent};

impl Platform {
    /// `authorization` and `dpop` are the texts of those headers, if there are any; `form` the body of `POST /token`.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        dpop: Option<&str>,
        form: &str,
    ) -> Result<TokenResponse, Error> {
        let now = self.now();
        let request = TokenRequest::parse(authorization, form)?;
        let by = self
            .registered(request.credentials.client_id().as_str())
            .await?
            .ok_or(unknown_client())?;
        let client = request.credentials.authenticate(&by.client, self.issuer(), now)?;
        let address = self.issuer().at(TOKEN_PATH);
        let target = Target { method: "POST", uri: &address, access_token: None };
        let proofs = (spent(&client), self.possession(dpop, target)?);
        match &request.presents {
            Presents::Code(code) => self.redeem_code(&client, code, proofs, now).await,
            Presents::DeviceCode(secret) => {
                self.hear_answer(&client, (Way::Device, secret), proofs, now).await
            }
            Presents::AuthReqId(secret) => {
                self.hear_answer(&client, (Way::Backchannel, secret), proofs, now).await
            }
            Presents::Refresh(refresh) => self.refresh(&by, refresh, proofs, now).await,
        }
    }
}
