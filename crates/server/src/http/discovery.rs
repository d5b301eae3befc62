//! `GET /.well-known/openid-configuration`: what a client library needs to know to speak with us.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use protocol::oidc::discovery::{Metadata, Offer};
use rules::{Attribute, Mode, OwnScenes, PlainKind};
use service::{REGISTER_PATH, Registering};

use crate::App;
use crate::locale::Locale;

/// How long a client may keep it.
const CACHING: &str = "public, max-age=3600";

/// `GET /.well-known/openid-configuration`
pub(crate) async fn show(State(app): State<App>) -> impl IntoResponse {
    let headers = [(header::CACHE_CONTROL, CACHING), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    let platform = app.platform();
    let mutual_tls = platform.settings().mutual_tls.clone();
    let by_themselves = platform.settings().registration == Registering::ByThemselves;
    let registration_endpoint = by_themselves.then(|| app.issuer().at(REGISTER_PATH));
    let wallets = platform.settings().wallets.authentication();
    let offer = offer(platform.offered(), &platform.settings().own_scenes);
    let offer = Offer { mutual_tls, registration_endpoint, wallets, ..offer };
    (headers, Json(Metadata::new(app.issuer(), offer)))
}

fn offer(modes: &[Mode], own: &OwnScenes) -> Offer {
    let attributes: Vec<String> =
        Attribute::ALL.into_iter().map(|asked| asked.claim().to_owned()).collect();
    let scenes = own.known().map(|scene| format!("scene:{}", scene.as_str()));
    let plain = PlainKind::ALL.into_iter().map(|kind| kind.scope().to_owned());
    Offer {
        scopes: scenes.chain(attributes.iter().cloned()).chain(plain).collect(),
        attributes,
        acr_values: modes.iter().map(|mode| mode.acr().to_owned()).collect(),
        ui_locales: Locale::ALL.into_iter().map(|locale| locale.tag().to_owned()).collect(),
        mutual_tls: None,
        registration_endpoint: None,
        wallets: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_sees_this() {
        let issuer = "https://id.example".parse().expect("an issuer");
        let modes = [Mode::Certificate, Mode::CertificatePasscode];
        insta::assert_json_snapshot!(Metadata::new(&issuer, offer(&modes, &OwnScenes::default())));
    }
}
