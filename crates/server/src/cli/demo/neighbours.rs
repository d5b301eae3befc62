//! The neighbours: a population registry, an inbox, a phone, an airline, a shop, an insurer, a hotel and a museum, from the
//! crate `sandbox`.

use std::fs;
use std::io::ErrorKind;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use formats::{JwkSet, OpeningKey, Secret, SigningKey, base64url, mac};
use jiff::civil::{Date, date};
use protocol::oauth::ClientAuthentication;
use sandbox::{
    Chance, Clock, Credentials, Inbox, ORDINARY_COUNT, Phone, Population, Registry, RegistrySetup,
    RelyingParty, Seed, Unusable,
};
use service::{Admission, World};
use tokio::task::JoinSet;
use url::Url;

use super::addresses::{Addresses, NeighbourListeners};
use super::clients;
use crate::RealWorld;
use crate::cli::CliError;
use crate::http::listener::{Stop, serve};
use crate::key_file::replace;

/// The day everybody's age is counted from: one day for ever, or tomorrow's run would invent other
/// people.
const INVENTED_ON: Date = date(2026, 11, 22);

/// Connections a neighbour holds at once.
const CONNECTIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(1023);

/// All of them, ready to be served.
pub(super) struct Neighbours {
    token: Secret<String>,
    routers: Routers,
    admissions: Vec<Admission>,
    authorities: Vec<Vec<u8>>,
}

struct Routers {
    registry: Router,
    inbox: Router,
    airline: Router,
    shop: Router,
    insurer: Router,
    hotel: Router,
    museum: Router,
    phone: Router,
}

impl Neighbours {
    pub(super) fn new(addresses: &Addresses, data: &Path) -> Result<Self, CliError> {
        let seed = Seed::from_words("yinzheng demo");
        let clock = Clock::new(|| RealWorld.now());
        let token = drawn();
        let registry = Registry::new(RegistrySetup {
            seed,
            population: Arc::new(Population::invent(seed, ORDINARY_COUNT, INVENTED_ON)),
            platform: url(&addresses.platform)?,
            bearer_token: token.clone(),
            inbox: Some(url(&format!("{}/inbox", addresses.inbox))?),
            clock: clock.clone(),
        });
        let inbox = Inbox::new(token.clone(), clock.clone());

        let airline_key = signing_key(&data.join("airline.key"))?;
        let secret = kept(&data.join("shop.secret"), || drawn().expose().clone())?;
        let insurer_key = signing_key(&data.join("insurer.key"))?;
        let opening_key = opening_key_of("insurer", data)?;
        let hotel_key = signing_key(&data.join("hotel.key"))?;
        let hotel_opens = opening_key_of("hotel", data)?;
        let museum_key = signing_key(&data.join("museum.key"))?;

        let admissions = vec![
            clients::airline(&addresses.airline, by_key(&airline_key)?)?,
            clients::shop(&addresses.shop, by_secret(&secret))?,
            clients::insurer(&addresses.insurer, by_key(&insurer_key)?, &opening_key)?,
            clients::hotel(&addresses.hotel, by_key(&hotel_key)?, &hotel_opens)?,
            clients::museum(&addresses.museum, by_key(&museum_key)?)?,
        ];
        let party = |base_url: &str, credentials| {
            let client_id = clients::id(base_url);
            let admitted = admissions.iter().find(|one| one.client.id.as_str() == client_id);
            Ok::<_, CliError>(RelyingParty {
                base_url: url(base_url)?,
                issuer: addresses.platform.clone(),
                organisation: admitted.map(|one| one.organisation.to_string()).unwrap_or_default(),
                client_id,
                credentials,
                opening_key: None,
                phone: None,
                clock: clock.clone(),
            })
        };
        let failed = |error: Unusable| CliError::Demo(error.into());
        let airline = party(&addresses.airline, Credentials::Key(airline_key))?;
        let shop = RelyingParty {
            phone: Some(url(&addresses.phone)?),
            ..party(&addresses.shop, Credentials::Secret(secret))?
        };
        let phone = Phone {
            base_url: url(&addresses.phone)?,
            issuer: addresses.platform.clone(),
            clock: clock.clone(),
            chance: Chance::new(|bytes| RealWorld.fill(bytes)),
        };
        let insurer = RelyingParty {
            opening_key: Some(opening_key),
            ..party(&addresses.insurer, Credentials::Key(insurer_key))?
        };
        let hotel = RelyingParty {
            opening_key: Some(hotel_opens),
            ..party(&addresses.hotel, Credentials::Key(hotel_key))?
        };
        let museum = party(&addresses.museum, Credentials::Key(museum_key))?;
        let routers = Routers {
            registry: registry.router(),
            inbox: inbox.router(),
            airline: airline.airline().map_err(failed)?,
            shop: shop.shop().map_err(failed)?,
            insurer: insurer.insurer().map_err(failed)?,
            hotel: hotel.hotel().map_err(failed)?,
            museum: museum.museum().map_err(failed)?,
            phone: phone.router().map_err(failed)?,
        };
        let authorities = registry.authorities().map(<[u8]>::to_vec).collect();
        Ok(Self { token, routers, admissions, authorities })
    }

    /// The countries whose invented travel documents the platform shall believe.
    pub(super) fn authorities(&self) -> &[Vec<u8>] {
        &self.authorities
    }

    /// What the platform shows to registry and inbox: new at every start, for both begin together.
    pub(super) fn token(&self) -> &Secret<String> {
        &self.token
    }

    /// What the platform admits the relying parties with.
    pub(super) fn admissions(&self) -> &[Admission] {
        &self.admissions
    }

    /// Serves them until told to stop.
    pub(super) async fn serve(self, listeners: NeighbourListeners, stop: Stop) {
        let Routers { registry, inbox, airline, shop, insurer, hotel, museum, phone } =
            self.routers;
        let mut serving = JoinSet::new();
        for (listener, router) in [
            (listeners.registry, registry),
            (listeners.inbox, inbox),
            (listeners.airline, airline),
            (listeners.shop, shop),
            (listeners.insurer, insurer),
            (listeners.hotel, hotel),
            (listeners.museum, museum),
            (listeners.phone, phone),
        ] {
            serving.spawn(serve(listener, router, CONNECTIONS, stop.clone()));
        }
        serving.join_all().await;
    }
}

/// The key by which a relying party signs.
fn signing_key(path: &Path) -> Result<SigningKey, CliError> {
    let new = || base64url::encode(SigningKey::generate().to_pkcs8().expose());
    let pkcs8 = base64url::decode(kept(path, new)?.expose()).ok();
    let key = pkcs8.and_then(|pkcs8| SigningKey::from_pkcs8(&pkcs8).ok());
    key.ok_or_else(|| demo("a .key in the data folder is damaged; delete it"))
}

/// The key to which a relying party is told what only it may read.
fn opening_key_of(name: &str, data: &Path) -> Result<OpeningKey, CliError> {
    let path = data.join(format!("{name}.opening-key"));
    let scalar = base64url::decode_array(kept(&path, || drawn().expose().clone())?.expose()).ok();
    let key = scalar.and_then(|scalar| OpeningKey::from_scalar(&scalar, name).ok());
    key.ok_or_else(|| demo("an .opening-key in the data folder is damaged; delete it"))
}

fn by_key(key: &SigningKey) -> Result<ClientAuthentication, CliError> {
    let keys = JwkSet::new([key.public()]).map_err(|error| CliError::Demo(error.into()))?;
    Ok(ClientAuthentication::PrivateKeyJwt { keys })
}

fn by_secret(secret: &Secret<String>) -> ClientAuthentication {
    ClientAuthentication::SecretBasic { secret_hash: mac::sha256(secret.expose().as_bytes()) }
}

/// A secret that a relying party keeps between runs; made at the first.
fn kept(path: &Path, make: impl FnOnce() -> String) -> Result<Secret<String>, CliError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Secret::new(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let text = Secret::new(make());
            replace(path, text.expose().as_bytes())?;
            Ok(text)
        }
        Err(source) => Err(CliError::Io { doing: "read what the relying parties kept", source }),
    }
}

fn drawn() -> Secret<String> {
    let world: &dyn World = &RealWorld;
    Secret::new(base64url::encode(&world.draw::<32>()))
}

fn url(text: &str) -> Result<Url, CliError> {
    Url::parse(text).map_err(|error| CliError::Demo(error.into()))
}

fn demo(what: &'static str) -> CliError {
    CliError::Demo(what.into())
}
