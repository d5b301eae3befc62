"""An emulated passport: Debian's virtualsmartcard speaks to pcscd, selects and reads files; this adds what a passport
does besides.

As Debian 12 ships it (3.3+dfsg-2) the package cannot be imported and its passport cannot run:
  * it lies in a folder of its own that Python does not look into;
  * it wants the module `Crypto`, which no package of Debian has any more, and else Python 2's `sha`;
  * basic access control (`cards/ePass.py`) and secure messaging (`SEutils.py`) mix text and bytes;
  * READ BINARY with an odd instruction packs its answer wrong (`TLVutils.pack`).
So the package's operating system, files and line to pcscd are used, and the rest is here: basic access control, PACE,
secure messaging, active and chip authentication, with the ciphers of the `cryptography` package, which are OpenSSL's.

Usage: passport.py --port PORT FILE FILE
Each FILE is what country.py wrote. The driver has two slots and connects to both, at PORT and the port after it: a
passport lies in each (where nobody listens, Debian's driver 3.3+dfsg-2 ends with the whole of pcscd). Listens on 127.0.0.1
only and says "ready".
"""

import argparse
import hashlib
import json
import logging
import secrets
import socket
import sys
import threading
import types

sys.path.insert(0, "/usr/lib/python3/site-packages/virtualsmartcard")
# What virtualsmartcard imports and we do not use.
for name in ("Crypto", "Crypto.Cipher", "Crypto.Hash"):
    sys.modules[name] = types.ModuleType(name)
for name in ("DES3", "DES", "AES", "ARC4"):
    setattr(sys.modules["Crypto.Cipher"], name, None)
for name in ("HMAC", "SHA", "MD5"):
    setattr(sys.modules["Crypto.Hash"], name, None)

from virtualsmartcard.SWutils import SW, SwError  # noqa: E402
from virtualsmartcard.SmartcardFilesystem import DF, MF, TransparentStructureEF  # noqa: E402
from virtualsmartcard.SmartcardSAM import SAM  # noqa: E402
from virtualsmartcard.VirtualSmartcard import Iso7816OS, VirtualICC  # noqa: E402
from virtualsmartcard.utils import C_APDU  # noqa: E402

from channel import Broken, Channel, chained, derive, padded, pseudo_random  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: E402
from curves import CURVES  # noqa: E402
from der import objects, oid, tlv  # noqa: E402

APPLICATION = bytes.fromhex("A0000002471001")
NOT_SATISFIED, NOT_FOUND, WRONG = 0x6982, 0x6A88, 0x6300
PACE, CHIP_AUTHENTICATION = oid("0.4.0.127.0.7.2.2.4")[2:], oid("0.4.0.127.0.7.2.2.3")[2:]


class Gate(SAM):
    """What must be known to come in, and what the chip knows that nobody else does."""

    def __init__(self, mf, chip):
        SAM.cardSecret, self.mf, self.chip = None, mf, chip
        self.saved_SEs, self.current_SE = {}, None
        self.forget()

    def forget(self):
        self.channel = self.next_channel = self.last_challenge = self.agreeing = None
        self.pace = {}

    # Basic access control (ICAO 9303-11 §4.3).

    def external_authenticate(self, p1, p2, data):
        challenge, self.last_challenge = self.last_challenge, None
        if challenge is None or len(data) != 40 or not self.chip["bac"]:
            raise SwError(SW["ERR_CONDITIONNOTSATISFIED"])
        keys = Channel(1, hashlib.sha1(self.chip["mrz_key"].encode()).digest()[:16])
        if keys.mac(data[:-8]) != data[-8:]:
            raise SwError(WRONG)
        text = chained(1, keys.encryption, data[:-8], decrypt=True)
        if text[8:16] != challenge:
            raise SwError(WRONG)
        secret = secrets.token_bytes(16)
        answer = chained(1, keys.encryption, challenge + text[:8] + secret)
        shared = bytes(a ^ b for a, b in zip(secret, text[16:]))
        counter = int.from_bytes(challenge[4:] + text[4:8], "big")
        self.next_channel = Channel(1, shared, counter)
        return SW["NORMAL"], answer + keys.mac(answer)

    # PACE with its three mappings on elliptic curves (§4.4), chip authentication (§6.2).

    def manage_security_environment(self, p1, p2, data):
        said = dict(objects(data))
        if (p1, p2) == (0xC1, 0xA4) and said[0x80].startswith(PACE):
            offered = [offer for offer in self.chip["pace"] if bytes([offer["arm"], offer["cipher"]]) == said[0x80][-2:]]
            if 0x84 in said:
                offered = [offer for offer in offered if bytes([offer["curve"]]) == said[0x84]]
            if not offered:
                raise SwError(NOT_FOUND)
            password = {b"\1": hashlib.sha1(self.chip["mrz_key"].encode()).digest()}
            if self.chip["can"]:
                password[b"\2"] = self.chip["can"].encode()
            if said[0x83] not in password:
                raise SwError(NOT_FOUND)
            self.pace = dict(offered[0], password=password[said[0x83]], oid=said[0x80])
        elif (p1, p2) == (0x41, 0xA4) and said[0x80].startswith(CHIP_AUTHENTICATION) and self.channel:
            if said[0x80][-2] != 2:
                raise SwError(NOT_FOUND)
            self.agreeing = said[0x80][-1]
        elif (p1, p2) == (0x41, 0xA6) and self.channel:
            self.agree(1, said[0x91])
        else:
            raise SwError(NOT_FOUND)
        return SW["NORMAL"], b""

    def agree(self, cipher, point):
        """Chip authentication: new keys from our own key and the platform's."""
        if not self.chip["chip_key"]:
            raise SwError(NOT_FOUND)
        key = serialization.load_pem_private_key(self.chip["chip_key"].encode(), None)
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, point)
        except ValueError:
            raise SwError(SW["ERR_INCORRECTPARAMETERS"])
        self.next_channel = Channel(cipher, key.exchange(ec.ECDH(), theirs))

    def general_authenticate(self, p1, p2, data):
        ((_, inside),) = objects(data)
        said = objects(inside)
        if self.agreeing is not None:
            self.agree(self.agreeing, dict(said)[0x80])
            self.agreeing = None
            return SW["NORMAL"], tlv(0x7C)
        if not self.pace:
            raise SwError(SW["ERR_CONDITIONNOTSATISFIED"])
        try:
            answered = self.step(said[0] if said else (None, b""))
        except AssertionError:
            raise SwError(SW["ERR_INCORRECTPARAMETERS"])
        return SW["NORMAL"], tlv(0x7C, *(tlv(tag, value) for tag, value in answered))

    def step(self, said):
        """One step of PACE: the objects that answer it."""
        pace, curve = self.pace, CURVES[self.pace["curve"]]
        cipher, arm = pace["cipher"], pace["arm"]
        tag, value = said
        if tag is None:
            # As long as the key, in whole blocks, where the nonce is to be encrypted again (§4.4.3.3).
            pace["nonce"] = secrets.token_bytes(32 if arm == 4 and cipher > 2 else 16)
            return [(0x80, chained(cipher, derive(cipher, pace["password"], 3), pace["nonce"]))]
        if tag == 0x81 and arm == 4:
            pace["mapped"] = curve.encoded(pseudo_random(cipher, pace["nonce"], value, curve.p) % curve.p)
            return [(0x82, b"")]
        if tag == 0x81:
            pace["mapping"] = ours = curve.draw()
            shared = curve.multiply(ours, curve.decode(value))
            nonce = int.from_bytes(pace["nonce"], "big")
            pace["mapped"] = curve.add(curve.multiply(nonce, curve.generator), shared)
            return [(0x82, curve.encode(curve.multiply(ours, curve.generator)))]
        if tag == 0x83:
            ours = curve.draw()
            pace["theirs"], pace["ours"] = value, curve.encode(curve.multiply(ours, pace["mapped"]))
            x, _ = curve.multiply(ours, curve.decode(value))
            pace["channel"] = Channel(cipher, x.to_bytes(curve.length, "big"))
            return [(0x84, pace["ours"])]
        if tag == 0x85:
            token = lambda public: pace["channel"].mac(tlv(0x7F49, tlv(0x06, pace["oid"]), tlv(0x86, public)))
            if value != token(pace["ours"]):
                raise SwError(WRONG)
            self.next_channel = pace["channel"]
            answered = [(0x86, token(pace["theirs"]))]
            return answered + [(0x8A, self.chip_authentication_data(curve))] if arm == 6 else answered
        raise SwError(SW["ERR_INCORRECTPARAMETERS"])

    def chip_authentication_data(self, curve):
        """§4.4.3.5.1: how many times our own key the key of the mapping is."""
        pace, channel = self.pace, self.pace["channel"]
        key = serialization.load_pem_private_key(self.chip["chip_key"].encode(), None).private_numbers().private_value
        data = pow(key, -1, curve.n) * pace["mapping"] % curve.n
        text = padded(pace["cipher"], data.to_bytes(curve.length, "big"))
        first = chained(pace["cipher"], channel.encryption, b"\xFF" * 16)
        return chained(pace["cipher"], channel.encryption, text, first)

    # Active authentication (§6.1).

    def internal_authenticate(self, p1, p2, data):
        if not self.chip["active_key"] or len(data) != 8:
            raise SwError(NOT_FOUND)
        key = serialization.load_pem_private_key(self.chip["active_key"].encode(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            # §6.1.2.3: plain r and s, each as long as the order.
            length = (key.curve.key_size + 7) // 8
            r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
            return SW["NORMAL"], r.to_bytes(length, "big") + s.to_bytes(length, "big")
        # ISO/IEC 9796-2 scheme 1 with SHA-256: 6A, as much of our own as there is room for, the hash, 34CC.
        numbers = key.private_numbers()
        length = key.key_size // 8
        own = secrets.token_bytes(length - 32 - 3)
        text = b"\x6A" + own + hashlib.sha256(own + data).digest() + b"\x34\xCC"
        number = pow(int.from_bytes(text, "big"), numbers.d, numbers.public_numbers.n)
        return SW["NORMAL"], number.to_bytes(length, "big")

    # Secure messaging: who broke it has to begin again (§9.8.3).

    def parse_SM_CAPDU(self, command, header_authentication):
        try:
            if self.channel is None or command.cla & 0x0F != 0x0C:
                raise Broken
            header = bytes([command.cla, command.ins, command.p1, command.p2])
            data, asked = self.channel.open(header, bytes(command.data))
        except (Broken, ValueError, IndexError):
            self.forget()
            raise SwError(SW["ERR_SECMESSOBJECTSINCORRECT"])
        self.odd = command.ins & 1
        plain = C_APDU(bytes([command.cla & 0xF3]) + header[1:], data=data)
        if asked is not None:
            plain.Le = asked
        return plain

    def protect_result(self, sw, result):
        return sw, self.channel.protect(sw, bytes(result or b""), self.odd)


class PassportOS(Iso7816OS):
    def __init__(self, chip, files):
        mf = MF()
        df = DF(parent=mf, fid=0x0400, dfname=APPLICATION)
        for identifier, data in files.items():
            inside, identifier = identifier.rpartition("/")[::2]
            identifier = int(identifier, 16)
            parent = mf if inside or identifier == 0x011C else df
            # ICAO 9303-10 table 38: the short identifier is the last five bits of the long one.
            parent.append(TransparentStructureEF(parent=parent, fid=identifier, shortfid=identifier & 0x1F, data=data))
        mf.append(df)
        Iso7816OS.__init__(self, mf, Gate(mf, chip), extended_length=True)
        self.ins2handler = {
            0x22: self.SAM.manage_security_environment, 0x82: self.SAM.external_authenticate,
            0x84: self.SAM.get_challenge, 0x86: self.SAM.general_authenticate, 0x88: self.guarded(self.SAM.internal_authenticate),
            0xA4: self.select, 0xB0: self.guarded(self.mf.readBinaryPlain), 0xB1: self.guarded(self.read_far),
        }

    def guarded(self, handler):
        """Nothing is read or signed before the gate was passed, except what says how to pass it."""
        def checked(p1, p2, data):
            in_master_file = self.mf.currentDF() is self.mf
            if self.SAM.channel is None and not in_master_file:
                raise SwError(NOT_SATISFIED)
            return handler(p1, p2, data)
        return checked

    def select(self, p1, p2, data):
        if p1 == 4 and self.SAM.channel is None and not self.SAM.chip["bac"]:
            raise SwError(NOT_SATISFIED)
        return self.mf.selectFile(p1, p2, data)

    def read_far(self, p1, p2, data):
        offset = int.from_bytes(dict(objects(data))[0x54], "big")
        left = self.mf.currentEF().readbinary(offset)
        return SW["NORMAL"], tlv(0x53, left[: self.asked - 3])

    def execute(self, message):
        channel = self.SAM.channel
        parse = self.SAM.parse_SM_CAPDU
        def remembering(command, header):
            plain = parse(command, header)
            self.asked = plain.Le if plain.Le is not None else 0
            return plain
        self.SAM.parse_SM_CAPDU = remembering
        if message[0] & 0x0C == 0 and channel is not None:
            # A command in clear ends the session.
            self.SAM.forget()
        answer = Iso7816OS.execute(self, bytes(message))
        del self.SAM.parse_SM_CAPDU
        # New keys are for what comes after the answer that agreed on them (§9.8.2).
        if self.SAM.next_channel is not None:
            self.SAM.channel, self.SAM.next_channel = self.SAM.next_channel, None
        return answer

    def powerUp(self):
        self.begin_again()
        Iso7816OS.powerUp(self)

    def reset(self):
        self.begin_again()
        Iso7816OS.reset(self)

    def begin_again(self):
        """Whoever comes next finds the chip as it came from its maker: closed, and in the master file."""
        self.SAM.forget()
        self.mf.current = self.mf

    powerDown = reset


class Line(VirtualICC):
    """The package's line to its driver, listening on loopback only."""

    def __init__(self, chip_os, port):
        self.os, self.type, self.host, self.port = chip_os, "passport", None, port
        self.server_sock = socket.socket()
        self.server_sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server_sock.bind(("127.0.0.1", port))
        self.server_sock.listen(1)

    def serve(self):
        self.sock, _ = self.server_sock.accept()
        self.run()


def load(path):
    with open(path) as file:
        chip = json.load(file)
    files = {identifier: bytes.fromhex(data) for identifier, data in chip["files"].items()}
    return PassportOS(chip, files)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("chips", nargs=2)
    wishes = parser.parse_args()
    logging.basicConfig(level=logging.INFO if wishes.verbose else logging.ERROR)
    lines = [Line(load(path), wishes.port + slot) for slot, path in enumerate(wishes.chips)]
    print("ready", flush=True)
    threads = [threading.Thread(target=line.serve, daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
