//! Standing access: relying parties that may ask again without the person. A row is a family of refresh tokens, of which
//! hashes are kept; when the access ends, the row goes.

use jiff::Timestamp;
use rules::{AccessId, CertificateId, ConsentId, GrantId, OrganisationCode, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A relying party's access to one person.
#[derive(Clone, Debug)]
pub struct StandingAccess {
    /// Its id, which its tokens carry.
    pub id: AccessId,
    /// The grant that began it.
    pub grant: GrantId,
    /// Who agreed.
    pub person: PersonId,
    /// With which certificate.
    pub certificate: CertificateId,
    /// To whom.
    pub client: String,
    /// In which scene.
    pub scene: String,
    /// What may be told, as the consent names it.
    pub told: String,
    /// What was granted.
    pub scope: String,
    /// How the person signed in.
    pub mode: String,
    /// By which methods, space-separated.
    pub methods: String,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// When the access began.
    pub made_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// SHA-256 of the token in force.
    pub token_hash: [u8; 32],
    /// The token before it, once there was one.
    pub former: Option<FormerToken>,
}

/// A token that another took the place of.
#[derive(Clone, Debug)]
pub struct FormerToken {
    /// SHA-256 of it.
    pub hash: [u8; 32],
    /// The token in force, sealed.
    pub successor: Vec<u8>,
    /// When it was followed.
    pub rotated_at: Timestamp,
}

/// Accesses of one person at one client, at most: devices somebody uses. The oldest gives way.
pub const ACCESSES_MAX: i64 = 10;

const SELECT: &str = "
    SELECT access_id, grant_id, person_id, certificate_id, client_id, scene, told, scope, mode, methods, signed_in_at,
           made_at, used_at, expires_at, token_hash, former_hash, successor, rotated_at
      FROM standing_access WHERE access_id = $1";
const OF_PERSON: &str = "
    SELECT access_id, grant_id, person_id, certificate_id, client_id, scene, told, scope, mode, methods, signed_in_at,
           made_at, used_at, expires_at, token_hash, former_hash, successor, rotated_at
      FROM standing_access WHERE person_id = $1 ORDER BY made_at DESC, access_id";
const INSERT: &str = "
    INSERT INTO standing_access (access_id, grant_id, person_id, certificate_id, client_id, scene, told, scope, mode,
                                 methods, signed_in_at, made_at, used_at, expires_at, token_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
const MAKE_ROOM: &str = "
    DELETE FROM standing_access WHERE access_id IN
        (SELECT access_id FROM standing_access WHERE person_id = $1 AND client_id = $2
          ORDER BY made_at DESC, access_id LIMIT 1000 OFFSET $3)";
const ROTATE: &str = "
    UPDATE standing_access
       SET token_hash = $1, former_hash = $2, successor = $3, rotated_at = $4, used_at = $5
     WHERE access_id = $6 AND token_hash = $2";
const USE: &str =
    "UPDATE standing_access SET used_at = $1 WHERE access_id = $2 AND token_hash = $3";
const END: &str = "DELETE FROM standing_access WHERE access_id = $1";
const END_OF_GRANT: &str = "DELETE FROM standing_access WHERE grant_id = $1";
const END_OF_CONSENT: &str = "
    DELETE FROM standing_access
     WHERE person_id = (SELECT person_id FROM consents WHERE consent_id = $1)
       AND client_id = (SELECT client_id FROM consents WHERE consent_id = $1)
       AND scene = (SELECT scene FROM consents WHERE consent_id = $1)
       AND told = (SELECT attributes FROM consents WHERE consent_id = $1)";
const END_OF_PERSON: &str = "DELETE FROM standing_access WHERE person_id = $1";
const END_OF_CLIENT: &str = "DELETE FROM standing_access WHERE client_id = $1";
const END_OF_ORGANISATION: &str = "
    DELETE FROM standing_access
     WHERE client_id IN (SELECT client_id FROM clients WHERE organisation = $1)";
const PURGE: &str = "DELETE FROM standing_access WHERE expires_at <= $1 OR used_at <= $2";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    SELECT,
    OF_PERSON,
    INSERT,
    MAKE_ROOM,
    ROTATE,
    USE,
    END,
    END_OF_GRANT,
    END_OF_CONSENT,
    END_OF_PERSON,
    END_OF_CLIENT,
    END_OF_ORGANISATION,
    PURGE,
];

impl Tx<Authentication> {
    /// The access with this id.
    pub async fn standing_access(&self, id: AccessId) -> Result<Option<StandingAccess>, Error> {
        let row = self.fetch_one("standing_access", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(StandingAccess::try_from).transpose()
    }

    /// Every access to a person, newest first.
    pub async fn standing_accesses_of(
        &self,
        person: PersonId,
    ) -> Result<Vec<StandingAccess>, Error> {
        let values = [Value::Bytes(person.bytes())];
        let rows = self.fetch("standing_access", OF_PERSON, &values).await?;
        rows.into_iter().map(StandingAccess::try_from).collect()
    }

    /// Adds an access; the oldest at the same client gives way when there are too many. `false` if its grant has one.
    pub async fn add_standing_access(&self, access: &StandingAccess) -> Result<bool, Error> {
        let values = [
            Value::Bytes(access.id.bytes()),
            Value::Bytes(access.grant.bytes()),
            Value::Bytes(access.person.bytes()),
            Value::Bytes(access.certificate.bytes()),
            Value::Text(&access.client),
            Value::Text(&access.scene),
            Value::Text(&access.told),
            Value::Text(&access.scope),
            Value::Text(&access.mode),
            Value::Text(&access.methods),
            Value::Int(access.signed_in_at.as_second()),
            Value::Int(access.made_at.as_second()),
            Value::Int(access.used_at.as_second()),
            Value::Int(access.expires_at.as_second()),
            Value::Bytes(&access.token_hash),
        ];
        let added = self.execute(INSERT, &values).await? == 1;
        let room = [
            Value::Bytes(access.person.bytes()),
            Value::Text(&access.client),
            Value::Int(ACCESSES_MAX),
        ];
        self.execute(MAKE_ROOM, &room).await?;
        Ok(added)
    }

    /// Puts a token in the place of the one in force, which is the former's; `false` if it is not in force any more.
    pub async fn rotate_refresh_token(
        &self,
        id: AccessId,
        token_hash: &[u8; 32],
        former: &FormerToken,
        used_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(token_hash),
            Value::Bytes(&former.hash),
            Value::Bytes(&former.successor),
            Value::Int(former.rotated_at.as_second()),
            Value::Int(used_at.as_second()),
            Value::Bytes(id.bytes()),
        ];
        Ok(self.execute(ROTATE, &values).await? == 1)
    }

    /// Notes that the token in force was used and stays; `false` if it is not in force any more.
    pub async fn use_refresh_token(
        &self,
        id: AccessId,
        token_hash: &[u8; 32],
        used_at: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(used_at.as_second()), Value::Bytes(id.bytes()), Value::Bytes(token_hash)];
        Ok(self.execute(USE, &values).await? == 1)
    }

    /// Ends an access; `false` if it had ended.
    pub async fn end_standing_access(&self, id: AccessId) -> Result<bool, Error> {
        Ok(self.execute(END, &[Value::Bytes(id.bytes())]).await? == 1)
    }

    /// Ends the access a grant began.
    pub async fn end_standing_access_of_grant(&self, grant: GrantId) -> Result<u64, Error> {
        self.execute(END_OF_GRANT, &[Value::Bytes(grant.bytes())]).await
    }

    /// Ends what rests on a consent.
    pub async fn end_standing_access_of_consent(&self, consent: ConsentId) -> Result<u64, Error> {
        self.execute(END_OF_CONSENT, &[Value::Bytes(consent.bytes())]).await
    }

    /// Ends every access to a person.
    pub async fn end_standing_access_of_person(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(END_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }

    /// Ends every access of a client.
    pub async fn end_standing_access_of_client(&self, client: &str) -> Result<u64, Error> {
        self.execute(END_OF_CLIENT, &[Value::Text(client)]).await
    }

    /// Ends every access of an organisation's clients; how many.
    pub async fn end_standing_access_of_organisation(
        &self,
        organisation: &OrganisationCode,
    ) -> Result<u64, Error> {
        self.execute(END_OF_ORGANISATION, &[Value::Text(organisation.as_str())]).await
    }

    /// Deletes accesses that are over, or were last used at `unused_since`; how many.
    pub async fn purge_standing_access(
        &self,
        now: Timestamp,
        unused_since: Timestamp,
    ) -> Result<u64, Error> {
        let values = [Value::Int(now.as_second()), Value::Int(unused_since.as_second())];
        self.execute(PURGE, &values).await
    }
}

impl TryFrom<Row> for StandingAccess {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: AccessId::from_bytes(row.array("access_id")?),
            grant: GrantId::from_bytes(row.array("grant_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            certificate: CertificateId::from_bytes(row.array("certificate_id")?),
            client: row.text("client_id")?,
            scene: row.text("scene")?,
            told: row.text("told")?,
            scope: row.text("scope")?,
            mode: row.text("mode")?,
            methods: row.text("methods")?,
            signed_in_at: row.instant("signed_in_at")?,
            made_at: row.instant("made_at")?,
            used_at: row.instant("used_at")?,
            expires_at: row.instant("expires_at")?,
            token_hash: row.array("token_hash")?,
            former: former(&mut row)?,
        })
    }
}

fn former(row: &mut Row) -> Result<Option<FormerToken>, Error> {
    let hash = row.optional_bytes("former_hash")?;
    let successor = row.optional_bytes("successor")?;
    match (hash, successor, row.optional_instant("rotated_at")?) {
        (None, None, None) => Ok(None),
        (Some(hash), Some(successor), Some(rotated_at)) => {
            let hash = hash.try_into().map_err(|_| row.corrupt("former_hash"))?;
            Ok(Some(FormerToken { hash, successor, rotated_at }))
        }
        _ => Err(row.corrupt("former_hash")),
    }
}
