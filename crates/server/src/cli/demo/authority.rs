//! The sandbox's authority certifies the platform's keys, so that a demonstration shows what wallets of other makes want.

use jiff::{SignedDuration, Timestamp};
use sandbox::authority::Authority;
use service::World;
use service::keys::{KeyRing, certify};

use super::CliError;
use crate::RealWorld;
use crate::config::{Config, ConfigError, Profile};
use crate::key_file::{KeyFile, replace};

/// How long before their end certificates are made anew.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Certifies what lacks it; the ring, if there was anything. The authority's certificate lies beside the keys, as
/// `authority.pem`; its key is gone with the call. Where people are real it certifies nothing.
pub(super) fn certified(config: &Config, file: &KeyFile) -> Result<Option<KeyRing>, CliError> {
    if config.profile != Profile::Sandbox {
        return Err(ConfigError::SandboxOutside("authority").into());
    }
    let now: Timestamp = RealWorld.now();
    let _alone = file.alone()?;
    let mut keys = file.read()?;
    if !keys.iter().any(|key| key.lacks_certificates(now + AHEAD)) {
        return Ok(None);
    }
    let failed = |error: sandbox::authority::NotCertified| CliError::Demo(error.into());
    let today = now.to_zoned(config.time_zone.clone()).date();
    let authority = Authority::new(today).map_err(failed)?;
    let ring = file.ring()?;
    let (signing, asking) = (ring.certificate_keys(), ring.verifier_keys());
    for key in signing.keys().iter().chain(asking.keys()) {
        let pem = authority.certify(config.issuer.as_str(), key.verifying_key()).map_err(failed)?;
        certify(&mut keys, pem.as_bytes(), &config.issuer, now)?;
    }
    file.write(&keys, &RealWorld)?;
    replace(&config.keys.sealed.with_file_name("authority.pem"), authority.pem().as_bytes())?;
    Ok(Some(file.ring()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_people_s_platform_is_certified_by_nobody_invented() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = |profile: &str| {
            format!(
                "profile = '{profile}'
                issuer = 'https://id.example'
                data_directory = '{}'
                [operator]
                name_zh = '示例机构'
                name_en = 'Example Institution'
                contact = 'help@id.example'
                [registry]
                url = 'http://127.0.0.1:9001'
                [messages]
                url = 'http://127.0.0.1:9002'",
                folder.path().display()
            )
        };
        let config = |profile| text(profile).parse::<Config>().expect("complete");
        let file = KeyFile::open_or_make(&config("production").keys, 0, &RealWorld).expect("keys");
        let refused = certified(&config("production"), &file).map(|ring| ring.is_some());
        assert!(matches!(refused, Err(CliError::Config(ConfigError::SandboxOutside(_)))));
        let keys = file.read().expect("read");
        assert!(keys.iter().all(|key| key.certified_until().is_none()));
        assert!(certified(&config("sandbox"), &file).expect("certified").is_some());
    }
}
