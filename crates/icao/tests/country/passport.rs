//! A document: its data groups, and the security object over them.

use std::collections::BTreeMap;

use super::{
    Algorithm, Bearer,
    authority::Signer,
    chip::{Chip, Proof},
    der::{small, wrap},
    openssl,
};

/// An issued document: its files, and the chip that holds its key.
#[derive(Clone)]
pub struct Passport {
    /// EF.SOD.
    pub sod: Vec<u8>,
    /// The data groups, under their numbers.
    pub groups: BTreeMap<u8, Vec<u8>>,
    /// What answers.
    pub chip: Chip,
    /// The zone, as it is printed.
    pub zone: String,
}

impl Passport {
    pub(super) fn issue(
        signer: &Signer,
        algorithm: Algorithm,
        bearer: &Bearer,
        proof: Proof,
    ) -> Self {
        let chip = Chip::make(proof);
        let zone = bearer.zone();
        let mut groups = BTreeMap::from([
            (1, wrap(0x61, &[&wrap(0x5f1f, &[zone.as_bytes()])])),
            (2, portrait(&bearer.portrait)),
        ]);
        groups.extend(chip.groups());
        groups.extend(bearer.details.clone().map(|details| (11, details)));
        let digest = algorithm.digest();
        let digests: Vec<Vec<u8>> = groups
            .iter()
            .map(|(number, bytes)| {
                let value = openssl::run(signer.path(), &format!("dgst -{digest} -binary"), bytes);
                wrap(0x30, &[&small(*number), &wrap(0x04, &[&value])])
            })
            .collect();
        let digests: Vec<&[u8]> = digests.iter().map(Vec::as_slice).collect();
        let object =
            wrap(0x30, &[&small(0), &wrap(0x30, &[digest_name(digest)]), &wrap(0x30, &digests)]);
        let sod = wrap(0x77, &[&signer.sign(&object, "2.23.136.1.1.1", "")]);
        Self { sod, groups, chip, zone }
    }

    /// The files, as a reader sends them.
    pub fn files(&self) -> icao::ChipFiles {
        icao::ChipFiles::new(self.sod.clone(), self.groups.clone()).unwrap()
    }

    /// What the chip answers.
    pub fn answer(&self, question: &icao::ChipQuestion) -> icao::ChipAnswer {
        self.chip.answer(question, &self.groups)
    }
}

/// DG2 around an image (ISO/IEC 19794-5).
fn portrait(image: &[u8]) -> Vec<u8> {
    let bytes = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let record_length = 20 + 12 + image.len();
    let record = [&bytes(record_length)[..], &[0; 16], &[1, 0], &[0; 10], image].concat();
    let block = [b"FAC\x00010\x00", &bytes(14 + record.len())[..], &[0, 1], &record].concat();
    let header = wrap(0xa1, &[&[0x87, 0x02, 0x01, 0x01, 0x88, 0x02, 0x00, 0x08]]);
    let template = wrap(0x7f60, &[&header, &wrap(0x5f2e, &[&block])]);
    wrap(0x75, &[&wrap(0x7f61, &[&small(1), &template])])
}

/// The object identifier of a digest, whole.
fn digest_name(digest: &str) -> &'static [u8] {
    match digest {
        "sha1" => b"\x06\x05\x2b\x0e\x03\x02\x1a",
        "sha224" => b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04",
        "sha256" => b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01",
        "sha384" => b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02",
        _ => b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03",
    }
}
