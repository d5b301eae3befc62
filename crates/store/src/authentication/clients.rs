//! Clients: the applications of a relying party, as OAuth knows them.

use data_encoding::HEXLOWER;
use formats::JwkSet;
use jiff::Timestamp;
use protocol::oauth::client::{Client, ClientAuthentication};
use protocol::oauth::redirect_uri::RedirectUri;
use rules::organisation_code::OrganisationCode;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A client and the organisation it belongs to.
#[derive(Clone, Debug)]
pub struct ClientRecord {
    /// What OAuth needs to know.
    pub client: Client,
    /// Whose it is.
    pub organisation: OrganisationCode,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// When it was admitted.
    pub admitted_at: Timestamp,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT client_id, redirect_uris, authentication, credential, profile, metadata, organisation, name_zh,
           name_en, admitted_at, suspended_at
      FROM clients WHERE client_id = $1";
const INSERT: &str = "
    INSERT INTO clients (client_id, redirect_uris, authentication, credential, profile, metadata, organisation,
                         name_zh, name_en, admitted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";

const ALL: &str = "
    SELECT client_id, redirect_uris, authentication, credential, profile, metadata, organisation, name_zh,
           name_en, admitted_at, suspended_at
      FROM clients ORDER BY client_id LIMIT $1";
const SUSPEND: &str =
    "UPDATE clients SET suspended_at = $1 WHERE client_id = $2 AND suspended_at IS NULL";
const RESUME: &str =
    "UPDATE clients SET suspended_at = NULL WHERE client_id = $1 AND suspended_at IS NOT NULL";

const CHANGE: &str = "
    UPDATE clients
       SET redirect_uris = $1, authentication = $2, credential = $3, profile = $4, metadata = $5, name_zh = $6, name_en = $7
     WHERE client_id = $8 AND suspended_at IS NULL";

const EDITION: &str = "SELECT edition FROM client_edition";
const NEXT_EDITION: &str = "UPDATE client_edition SET edition = edition + 1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, INSERT, ALL, SUSPEND, RESUME, CHANGE, EDITION, NEXT_EDITION];

impl Tx<Authentication> {
    /// The client with this id.
    pub async fn client(&self, id: &str) -> Result<Option<ClientRecord>, Error> {
        self.fetch_one("clients", SELECT, &[Value::Text(id)])
            .await?
            .map(ClientRecord::try_from)
            .transpose()
    }

    /// The edition of the clients: while it is the same, every client and organisation is as it was.
    pub async fn client_edition(&self) -> Result<i64, Error> {
        let row = self.fetch_one("client_edition", EDITION, &[]).await?;
        row.map_or(Ok(0), |mut row| row.int("edition"))
    }

    /// Begins the next edition, if something changed.
    pub(super) async fn changed_clients(&self, changed: bool) -> Result<bool, Error> {
        if changed {
            self.execute(NEXT_EDITION, &[]).await?;
        }
        Ok(changed)
    }

    /// Clients by id, at most `most`.
    pub async fn clients(&self, most: u32) -> Result<Vec<ClientRecord>, Error> {
        let rows = self.fetch("clients", ALL, &[Value::Int(most.into())]).await?;
        rows.into_iter().map(ClientRecord::try_from).collect()
    }

    /// Suspends a client; `false` if there is none or it is suspended.
    pub async fn suspend_client(&self, id: &str, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Text(id)];
        self.changed_clients(self.execute(SUSPEND, &values).await? == 1).await
    }

    /// Ends a suspension; `false` if there is none.
    pub async fn resume_client(&self, id: &str) -> Result<bool, Error> {
        self.changed_clients(self.execute(RESUME, &[Value::Text(id)]).await? == 1).await
    }

    /// Changes everything of a client but whose it is and since when; `false` if it is suspended or gone.
    pub async fn change_client(&self, record: &ClientRecord) -> Result<bool, Error> {
        let (uris, metadata) = (lines(&record.client), json(&record.client)?);
        let (method, credential) = written(&record.client.authentication)?;
        let values = [
            Value::Text(&uris),
            Value::Text(method),
            Value::Text(&credential),
            Value::Text(record.client.profile.as_str()),
            Value::Text(&metadata),
            Value::Text(&record.name_zh),
            Value::Text(&record.name_en),
            Value::Text(record.client.id.as_str()),
        ];
        self.changed_clients(self.execute(CHANGE, &values).await? == 1).await
    }

    /// Adds a client; `false` if its id is taken.
    pub async fn add_client(&self, record: &ClientRecord) -> Result<bool, Error> {
        let (uris, metadata) = (lines(&record.client), json(&record.client)?);
        let (method, credential) = written(&record.client.authentication)?;
        let values = [
            Value::Text(record.client.id.as_str()),
            Value::Text(&uris),
            Value::Text(method),
            Value::Text(&credential),
            Value::Text(record.client.profile.as_str()),
            Value::Text(&metadata),
            Value::Text(record.organisation.as_str()),
            Value::Text(&record.name_zh),
            Value::Text(&record.name_en),
            Value::Int(record.admitted_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }
}

impl TryFrom<Row> for ClientRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            client: Client {
                id: row.parsed("client_id")?,
                redirect_uris: {
                    let uris = row.text("redirect_uris")?;
                    uris.lines()
                        .map(str::parse)
                        .collect::<Result<_, _>>()
                        .map_err(|_| row.corrupt("redirect_uris"))?
                },
                authentication: {
                    let (method, credential) =
                        (row.text("authentication")?, row.text("credential")?);
                    read(&method, &credential).ok_or_else(|| row.corrupt("credential"))?
                },
                profile: row.parsed("profile")?,
                metadata: serde_json::from_str(&row.text("metadata")?)
                    .map_err(|_| row.corrupt("metadata"))?,
            },
            organisation: row.parsed("organisation")?,
            name_zh: row.text("name_zh")?,
            name_en: row.text("name_en")?,
            admitted_at: row.instant("admitted_at")?,
            suspended_at: row.optional_instant("suspended_at")?,
        })
    }
}

const SECRET: &str = "client_secret_basic";
const KEY: &str = "private_key_jwt";
const CERTIFIED: &str = "tls_client_auth";
const SELF_SIGNED: &str = "self_signed_tls_client_auth";

fn lines(client: &Client) -> String {
    client.redirect_uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().join("\n")
}

fn json(client: &Client) -> Result<String, Error> {
    serde_json::to_string(&client.metadata)
        .map_err(|cause| Error::engine("writing client metadata", cause))
}

fn written(authentication: &ClientAuthentication) -> Result<(&'static str, String), Error> {
    Ok(match authentication {
        ClientAuthentication::SecretBasic { secret_hash } => (SECRET, HEXLOWER.encode(secret_hash)),
        ClientAuthentication::PrivateKeyJwt { keys } => (KEY, set(keys)?),
        ClientAuthentication::SelfSignedTls { keys } => (SELF_SIGNED, set(keys)?),
        ClientAuthentication::Tls { name } => {
            let name = serde_json::to_string(name)
                .map_err(|cause| Error::engine("writing a certificate's name", cause))?;
            (CERTIFIED, name)
        }
    })
}

fn set(keys: &JwkSet) -> Result<String, Error> {
    serde_json::to_string(keys).map_err(|cause| Error::engine("writing a key set", cause))
}

fn read(method: &str, credential: &str) -> Option<ClientAuthentication> {
    match method {
        SECRET => {
            let secret_hash = HEXLOWER.decode(credential.as_bytes()).ok()?.try_into().ok()?;
            Some(ClientAuthentication::SecretBasic { secret_hash })
        }
        KEY => Some(ClientAuthentication::PrivateKeyJwt { keys: JwkSet::parse(credential).ok()? }),
        SELF_SIGNED => {
            Some(ClientAuthentication::SelfSignedTls { keys: JwkSet::parse(credential).ok()? })
        }
        CERTIFIED => {
            Some(ClientAuthentication::Tls { name: serde_json::from_str(credential).ok()? })
        }
        _ => None,
    }
}
