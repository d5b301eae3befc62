//! Devices: the public key a certificate is bound to. One key serves one certificate, ever.

use jiff::Timestamp;
use rules::CertificateId;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A device as remembered.
#[derive(Clone, Debug)]
pub struct Device {
    /// SHA-256 thumbprint of the key, RFC 7638.
    pub id: [u8; 32],
    /// The certificate bound to it.
    pub certificate: CertificateId,
    /// The public key, a JWK.
    pub public_key: String,
    /// When it was bound.
    pub bound_at: Timestamp,
}

const OF_CERTIFICATE: &str = "
    SELECT device_id, certificate_id, public_key, bound_at FROM devices WHERE certificate_id = $1";
const BOUND: &str = "SELECT bound_at FROM devices WHERE device_id = $1";
const INSERT: &str = "
    INSERT INTO devices (device_id, certificate_id, public_key, bound_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";
const DELETE: &str = "DELETE FROM devices WHERE certificate_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OF_CERTIFICATE, BOUND, INSERT, DELETE];

impl Tx<Authentication> {
    /// The device a certificate is bound to.
    pub async fn device_of(&self, certificate: CertificateId) -> Result<Option<Device>, Error> {
        let row =
            self.fetch_one("devices", OF_CERTIFICATE, &[Value::Bytes(certificate.bytes())]).await?;
        row.map(Device::try_from).transpose()
    }

    /// Whether a key is bound, now or before.
    pub async fn device_is_bound(&self, id: &[u8; 32]) -> Result<bool, Error> {
        Ok(self.fetch_one("devices", BOUND, &[Value::Bytes(id)]).await?.is_some())
    }

    /// Binds a device; `false` if the key or the certificate is bound already.
    pub async fn bind_device(&self, device: &Device) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&device.id),
            Value::Bytes(device.certificate.bytes()),
            Value::Text(&device.public_key),
            Value::Int(device.bound_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Forgets the device of a certificate.
    pub async fn forget_device_of(&self, certificate: CertificateId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(certificate.bytes())]).await
    }
}

impl TryFrom<Row> for Device {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("device_id")?,
            certificate: CertificateId::from_bytes(row.array("certificate_id")?),
            public_key: row.text("public_key")?,
            bound_at: row.instant("bound_at")?,
        })
    }
}
