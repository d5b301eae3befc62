"""The chip's end of secure messaging, with the ciphers of OpenSSL (ICAO 9303-11 §9.7, §9.8)."""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from der import objects, tlv

# The last number of the protocols' identifiers: cipher, hash, length of the key, length of a block.
CIPHERS = {
    1: (algorithms.TripleDES, hashlib.sha1, 16, 8),
    2: (algorithms.AES, hashlib.sha1, 16, 16),
    3: (algorithms.AES, hashlib.sha256, 24, 16),
    4: (algorithms.AES, hashlib.sha256, 32, 16),
}


class Broken(Exception):
    """A command that nobody with the keys sent."""


def derive(cipher, secret, purpose):
    _, digest, length, _ = CIPHERS[cipher]
    return digest(secret + purpose.to_bytes(4, "big")).digest()[:length]


def chained(cipher, key, text, first=None, decrypt=False):
    algorithm, _, _, block = CIPHERS[cipher]
    machine = Cipher(algorithm(key), modes.CBC(first or bytes(block)))
    machine = machine.decryptor() if decrypt else machine.encryptor()
    return machine.update(text) + machine.finalize()


def padded(cipher, text):
    block = CIPHERS[cipher][3]
    text += b"\x80"
    return text + bytes(-len(text) % block)


def mac(cipher, key, text):
    """The eight bytes that authenticate `text`: the retail MAC, which pads, or CMAC."""
    if cipher != 1:
        machine = CMAC(algorithms.AES(key))
        machine.update(text)
        return machine.finalize()[:8]
    single = lambda half: Cipher(algorithms.TripleDES(half * 3), modes.ECB())
    encrypt = lambda half, data: single(half).encryptor().update(data)
    state = bytes(8)
    text = padded(cipher, text)
    for place in range(0, len(text), 8):
        state = encrypt(key[:8], bytes(a ^ b for a, b in zip(state, text[place : place + 8])))
    return encrypt(key[:8], single(key[8:]).decryptor().update(state))


def pseudo_random(cipher, chips, terminals, prime):
    """A long number out of two nonces: integrated mapping (ICAO 9303-11 §4.4.3.3.2)."""
    length = CIPHERS[cipher][2]
    following, out = NARROW if length == 16 else WIDE
    assert len(chips) == len(out) and len(terminals) == length, "nonces as long as the cipher asks for"
    key, random = chained(cipher, terminals, chips)[:length], b""
    while 8 * len(random) < prime.bit_length() + 64:
        random += chained(cipher, key, out)
        key = chained(cipher, key, following)[:length]
    return int.from_bytes(random, "big")


# The constants of integrated mapping, for keys of 128 bits and for longer ones.
NARROW = [bytes.fromhex(text) for text in ("A668892A7C41E3CA739F40B057D85904", "A4E136AC725F738B01C1F60217C188AD")]
WIDE = [bytes.fromhex(text) for text in (
    "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676",
    "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517")]


class Channel:
    def __init__(self, cipher, secret, counter=0):
        self.cipher, self.counter = cipher, counter
        self.encryption = derive(cipher, secret, 1)
        self.authentication = derive(cipher, secret, 2)

    def mac(self, text):
        return mac(self.cipher, self.authentication, text)

    def _count(self):
        return self.counter.to_bytes(CIPHERS[self.cipher][3], "big")

    def _mac(self, text):
        text = self._count() + text
        # The retail MAC pads by itself; for CMAC the channel does, as for everything it authenticates.
        return self.mac(text if self.cipher == 1 else padded(self.cipher, text))

    def _first(self):
        if self.cipher == 1:
            return bytes(8)
        machine = Cipher(algorithms.AES(self.encryption), modes.ECB()).encryptor()
        return machine.update(self._count())

    def open(self, header, data):
        """The data of a protected command and how much it asks for."""
        self.counter += 1
        inside = objects(data)
        if not inside or inside[-1][0] != 0x8E or len(inside[-1][1]) != 8:
            raise Broken
        if self._mac(padded(self.cipher, header) + data[:-10]) != inside[-1][1]:
            raise Broken
        text, asked = b"", None
        for tag, value in inside[:-1]:
            if tag in (0x85, 0x87):
                value = value[1:] if tag == 0x87 else value
                text = chained(self.cipher, self.encryption, value, self._first(), decrypt=True)
                text = text.rstrip(b"\0")[:-1]
            elif tag == 0x97:
                asked = int.from_bytes(value, "big") or (0x100 if len(value) == 1 else 0x10000)
        return text, asked

    def protect(self, status, text, odd):
        """The data of a response."""
        self.counter += 1
        out = b""
        if text:
            text = chained(self.cipher, self.encryption, padded(self.cipher, text), self._first())
            out = tlv(0x85, text) if odd else tlv(0x87, b"\x01", text)
        out += tlv(0x99, status.to_bytes(2, "big"))
        return out + tlv(0x8E, self._mac(out))
