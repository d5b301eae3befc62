"""A country that issues passports: a signing authority, a document signer, and chips made of files they signed.

Certificates are the `cryptography` package's, the security object is `openssl cms`'s; nothing of the project is used.

Usage: country.py --folder FOLDER < wishes.json
Reads a list of passports, writes `country.pem` (what the platform is to trust) and one chip file each:
  {"name": "old", "number": "U12345678", "surname": …, "given": …, "birth": "YYMMDD", "expiry": "YYMMDD", "sex": "F",
   "opens": ["bac"] | ["pace:CIPHER:CURVE[:MAPPING]", …] | both; MAPPING is "gm" (as when it is left out), "im" or "cam", "can": "123456" | null,
   "proof": "active-ecdsa" | "active-rsa" | "chip-aes" | "chip-3des" | null, "portrait": bytes of DG2's image}
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from der import integer, octets, oid, sequence, set_of, tlv

STATE, COUNTRY = "UTO", "UT"
TODAY = datetime.datetime.utcnow()
CURVES = {12: ec.SECP256R1, 13: ec.BrainpoolP256R1}

# A picture of one grey point, as small as a JPEG can be; a comment makes it as long as is wished.
JPEG = bytes.fromhex(
    "FFD8FFE000104A46494600010100000100010000FFDB004300" + "10" * 64
    + "FFC0000B080001000101011100FFC40014000100000000000000000000000000000009"
    + "FFC40014100100000000000000000000000000000000FFDA0008010100003F0054FFD9"
)


def pem(key):
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def certificate(name, key, issuer, issuer_key, authority):
    """A certificate as ICAO 9303-12 §7.1 profiles it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    years = datetime.timedelta(days=3650)
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    usage.update({"key_cert_sign": True, "crl_sign": True} if authority else {"digital_signature": True})
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer or subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - datetime.timedelta(days=400)).not_valid_after(TODAY + years)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


class Country:
    def __init__(self, folder):
        self.folder = folder
        authority, self.signer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.BrainpoolP256R1())
        root = certificate("Country Signing Authority", authority, None, authority, True)
        signer = certificate("Document Signer 1", self.signer, root.subject, authority, False)
        self.write("country.pem", root.public_bytes(serialization.Encoding.PEM))
        self.write("signer.pem", signer.public_bytes(serialization.Encoding.PEM))
        self.write("signer.key", pem(self.signer))

    def write(self, name, data):
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def security_object(self, groups):
        """EF.SOD over these data groups (ICAO 9303-10 §4.6.2)."""
        sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
        digest = lambda data: (lambda h: (h.update(data), h.finalize())[1])(hashes.Hash(hashes.SHA256()))
        entries = [sequence(integer(number), octets(digest(data))) for number, data in sorted(groups.items())]
        return tlv(0x77, self.sign("2.23.136.1.1.1", sequence(integer(0), sha256, sequence(*entries))))

    def sign(self, kind, content):
        """A signed message around this content, of this type."""
        path = self.write("content.der", content)
        signed = subprocess.run(
            ["openssl", "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-md", "sha256", "-keyid",
             "-signer", self.folder / "signer.pem", "-inkey", self.folder / "signer.key",
             "-econtent_type", kind, "-outform", "DER", "-in", path],
            check=True, capture_output=True)
        return signed.stdout

    def issue(self, wish):
        zone, key = machine_readable_zone(wish)
        groups = {1: tlv(0x61, tlv(0x5F1F, zone.encode())), 2: portrait(wish.get("portrait", 0))}
        infos, active_key, chip_key = [], None, None
        proof = wish["proof"]
        if proof == "active-ecdsa":
            active_key = ec.generate_private_key(ec.SECP256R1())
            # id-icao-mrtd-security-aaProtocolObject with ecdsa-plain-SHA256 (ICAO 9303-11 §9.2.8).
            infos.append(sequence(oid("2.23.136.1.1.5"), integer(1), oid("0.4.0.127.0.7.1.1.4.1.3")))
        elif proof == "active-rsa":
            active_key = rsa.generate_private_key(65537, 2048)
        elif proof:
            chip_key, cipher = ec.generate_private_key(ec.BrainpoolP256R1()), {"chip-3des": 1, "chip-aes": 2}[proof]
            infos.append(sequence(oid("0.4.0.127.0.7.2.2.1.2"), spki(chip_key)))
            infos.append(sequence(oid(f"0.4.0.127.0.7.2.2.3.2.{cipher}"), integer(1)))
        if active_key:
            groups[15] = tlv(0x6F, spki(active_key))
        pace = [pace_offer(word) for word in wish["opens"] if word.startswith("pace")]
        access = set_of(*(offer["info"] for offer in pace))
        infos += [offer.pop("info") for offer in pace]
        if infos:
            groups[14] = tlv(0x6E, set_of(*infos))
        tags = bytes({1: 0x61, 2: 0x75, 14: 0x6E, 15: 0x6F}[number] for number in sorted(groups))
        common = tlv(0x60, tlv(0x5F01, b"0107"), tlv(0x5F36, b"040000"), tlv(0x5C, tags))
        files = {"011E": common, "011D": self.security_object(groups)}
        files.update({f"{0x0100 + number:04X}": data for number, data in groups.items()})
        if pace:
            files["011C"] = access
        if any(offer["arm"] == 6 for offer in pace):
            # EF.CardSecurity lies in the master file; BSI TR-03110-3 §A.1.2.5 names its content.
            files["3F00/011D"] = self.sign("0.4.0.127.0.7.3.2.1", set_of(*infos))
        chip = {
            "files": {name: data.hex() for name, data in files.items()},
            "mrz_key": key, "bac": "bac" in wish["opens"], "pace": pace, "can": wish.get("can"),
            "active_key": pem(active_key).decode() if active_key else None,
            "chip_key": pem(chip_key).decode() if chip_key else None,
        }
        self.write(f"{wish['name']}.json", json.dumps(chip).encode())


def pace_offer(word):
    _, cipher, curve, *mapping = word.split(":")
    cipher, curve, arm = int(cipher), int(curve), {"gm": 2, "im": 4, "cam": 6}[mapping[0] if mapping else "gm"]
    info = sequence(oid(f"0.4.0.127.0.7.2.2.4.{arm}.{cipher}"), integer(2), integer(curve))
    return {"arm": arm, "cipher": cipher, "curve": curve, "info": info}


def check_digit(field):
    value = lambda c: 0 if c == "<" else int(c, 36)
    return str(sum(value(c) * (7, 3, 1)[place % 3] for place, c in enumerate(field)) % 10)


def machine_readable_zone(wish):
    """Two lines of a passport (ICAO 9303-4), and what of them opens the chip."""
    name = f"{wish['surname']}<<{wish['given']}".replace(" ", "<")
    number = f"{wish['number']:<<9}"
    number, birth, expiry = (field + check_digit(field) for field in (number, wish["birth"], wish["expiry"]))
    personal = "<" * 14 + "<"
    composite = check_digit(number + birth + expiry + personal)
    first = f"P<{STATE}{name:<<39}"
    second = f"{number}{STATE}{birth}{wish.get('sex', '<')}{expiry}{personal}{composite}"
    assert len(first) == len(second) == 44
    return first + second, number + birth + expiry


def portrait(length):
    """DG2 (ICAO 9303-10 §4.7.2) around a face record (ISO/IEC 19794-5 §5)."""
    image = JPEG
    while len(image) < length:
        comment = bytes(min(length - len(image), 60_000))
        image = image[:2] + b"\xFF\xFE" + (len(comment) + 2).to_bytes(2, "big") + comment + image[2:]
    information = (20 + 12 + len(image)).to_bytes(4, "big") + bytes(16)
    record = information + b"\x01\x00" + bytes(10) + image
    block = b"FAC\x00010\x00" + (14 + len(record)).to_bytes(4, "big") + b"\x00\x01" + record
    header = tlv(0xA1, tlv(0x87, b"\x01\x01"), tlv(0x88, b"\x00\x08"))
    return tlv(0x75, tlv(0x7F61, tlv(0x02, b"\x01"), tlv(0x7F60, header, tlv(0x5F2E, block))))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    country = Country(parser.parse_args().folder)
    for wish in json.load(sys.stdin):
        country.issue(wish)
