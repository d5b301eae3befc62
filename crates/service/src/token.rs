//! A relying party asks for tokens: who it is, which key it holds, and what it presents.

use protocol::{
    issuance::pre_authorized::PresentedOffer,
    oauth::{
        Parameters,
        carried::Carried,
        client_authentication::unknown_client,
        dpop::Target,
        token::{Presents, TokenAnswer, TokenRequest},
    },
    oidc::discovery::TOKEN_PATH,
};

use store::authentication::Way;

use crate::{Error, Platform};

impl Platform {
    /// `form` is the body of `POST /token`, `carried` what came with it.
    pub async fn token(&self, carried: Carried<'_>, form: &str) -> Result<TokenAnswer, Error> {
        let now = self.now();
        // A wallet is registered nowhere: its code, what its person typed, and its key are who it is.
        if let Some(offer) = PresentedOffer::of_form(form)? {
            return self.take_offer(&offer, carried, now).await.map(TokenAnswer::Credentials);
        }
        if !self.settings().wallets.is_empty() {
            let sent = Parameters::form(form)?;
            if let Some(wallet) = self.wallet_of(&sent) {
                let told = self.redeem_of_wallet(wallet, carried, &sent, now).await;
                return told.map(TokenAnswer::Credentials);
            }
        }
        let request = TokenRequest::parse(carried, form)?;
        let client = request.credentials.client_id().as_str();
        let by = self.served(client, unknown_client()).await?;
        let client = request.credentials.authenticate(&by.client, self.issuer(), now)?;
        request.presents.may_come_from(client.client())?;
        let address = self.issuer().at(TOKEN_PATH);
        let target = Target { method: "POST", uri: &address, access_token: None };
        let proofs = (self.spent(&client)?, self.possession(carried.dpop, target)?);
        let caller = (&*by, &client);
        let told = match &request.presents {
            Presents::Code(code) => self.redeem_code(caller, code, proofs, None, now).await?,
            Presents::DeviceCode(secret) => {
                self.hear_answer(caller, (Way::Device, secret), proofs, now).await?
            }
            Presents::AuthReqId(secret) => {
                self.hear_answer(caller, (Way::Backchannel, secret), proofs, now).await?
            }
            Presents::Refresh(refresh) => self.refresh(&by, &client, refresh, proofs, now).await?,
            Presents::Own(own) => {
                return self.own_token(&client, own, proofs.1, now).await.map(TokenAnswer::Own);
            }
        };
        let details = by.details(told.scope());
        Ok(TokenAnswer::Person(Box::new(told.with_details(details))))
    }
}
