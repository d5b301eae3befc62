//! Scenes a client registered: why it asks, on which legal basis, and for what.

use rules::{PlainTerms, SceneRegistration};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

const OF_CLIENT: &str = "
    SELECT scene, purpose_zh, purpose_en, legal_basis, asks, other_methods, mode, access, plain_law, plain_kinds
      FROM scenes WHERE client_id = $1 ORDER BY position";
const INSERT: &str = "
    INSERT INTO scenes (client_id, position, scene, purpose_zh, purpose_en, legal_basis, asks, other_methods, mode,
                        access, plain_law, plain_kinds)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";

const REMOVE: &str = "DELETE FROM scenes WHERE client_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OF_CLIENT, INSERT, REMOVE];

impl Tx<Authentication> {
    /// The scenes of a client, in the order registered.
    pub async fn scenes_of(&self, client: &str) -> Result<Vec<SceneRegistration>, Error> {
        let rows = self.fetch("scenes", OF_CLIENT, &[Value::Text(client)]).await?;
        rows.into_iter().map(registration).collect()
    }

    /// Removes a client's scenes, to put others in their place; how many.
    pub async fn remove_scenes(&self, client: &str) -> Result<u64, Error> {
        self.execute(REMOVE, &[Value::Text(client)]).await
    }

    /// Registers a scene at a position in the client's list; `false` if the client has it already.
    pub async fn add_scene(
        &self,
        client: &str,
        position: i64,
        registration: &SceneRegistration,
    ) -> Result<bool, Error> {
        let asks = registration
            .asks
            .iter()
            .map(|attribute| attribute.claim())
            .collect::<Vec<_>>()
            .join(" ");
        let other_methods = registration.other_methods.join("\n");
        let plain = registration.plain.as_ref();
        let kinds = plain.map(|terms| {
            terms.kinds().iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ")
        });
        let values = [
            Value::Text(client),
            Value::Int(position),
            Value::Text(registration.scene.as_str()),
            Value::Text(&registration.purpose_zh),
            Value::Text(&registration.purpose_en),
            Value::Text(registration.legal_basis.as_str()),
            Value::Text(&asks),
            Value::Text(&other_methods),
            Value::Text(registration.mode.acr()),
            Value::Text(registration.access.as_str()),
            plain.map_or(Value::Null, |terms| Value::Text(terms.law().as_str())),
            kinds.as_deref().map_or(Value::Null, Value::Text),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }
}

fn registration(mut row: Row) -> Result<SceneRegistration, Error> {
    Ok(SceneRegistration {
        scene: row.parsed("scene")?,
        purpose_zh: row.text("purpose_zh")?,
        purpose_en: row.text("purpose_en")?,
        legal_basis: row.parsed("legal_basis")?,
        asks: {
            let asks = row.text("asks")?;
            asks.split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(|_| row.corrupt("asks"))?
        },
        other_methods: row.text("other_methods")?.lines().map(str::to_owned).collect(),
        mode: row.parsed("mode")?,
        access: row.parsed("access")?,
        plain: match (row.optional_text("plain_law")?, row.optional_text("plain_kinds")?) {
            (None, None) => None,
            (Some(law), Some(kinds)) => {
                let kinds: Result<_, _> = kinds.split_whitespace().map(str::parse).collect();
                let kinds = kinds.map_err(|_| row.corrupt("plain_kinds"))?;
                let terms = PlainTerms::new(&law, kinds);
                Some(terms.map_err(|_| row.corrupt("plain_law"))?)
            }
            _ => return Err(row.corrupt("plain_law")),
        },
    })
}
