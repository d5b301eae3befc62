"""Points of three curves, added, multiplied and made: what PACE does with them, no library here lets one do."""

import secrets


class Curve:
    def __init__(self, p, a, b, x, y, n):
        self.p, self.a, self.b, self.n = p, a, b, n
        self.generator = (x, y)
        self.length = (p.bit_length() + 7) // 8

    def add(self, one, other):
        if one is None or other is None:
            return one or other
        if one[0] == other[0]:
            if (one[1] + other[1]) % self.p == 0:
                return None
            slope = (3 * one[0] ** 2 + self.a) * pow(2 * one[1], -1, self.p)
        else:
            slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, self.p)
        x = (slope**2 - one[0] - other[0]) % self.p
        return x, (slope * (one[0] - x) - one[1]) % self.p

    def multiply(self, scalar, point):
        result = None
        while scalar:
            if scalar & 1:
                result = self.add(result, point)
            point, scalar = self.add(point, point), scalar >> 1
        return result

    def encoded(self, number):
        """The point a number of the field stands for: integrated mapping (ICAO 9303-11 appendix B.2)."""
        p, a, b = self.p, self.a, self.b
        alpha = -number * number % p
        x2 = -b * pow(a, -1, p) * (1 + pow(alpha + alpha * alpha, -1, p)) % p
        x3 = alpha * x2 % p
        h2 = (x2**3 + a * x2 + b) % p
        power = pow(h2, p - 1 - (p + 1) // 4, p)
        if power * power * h2 % p == 1:
            return x2, power * h2 % p
        return x3, power * number**3 * h2 % p

    def draw(self):
        return 1 + secrets.randbelow(self.n - 1)

    def encode(self, point):
        return b"\x04" + b"".join(c.to_bytes(self.length, "big") for c in point)

    def decode(self, data):
        assert data[0] == 4 and len(data) == 1 + 2 * self.length, "an uncompressed point"
        x = int.from_bytes(data[1 : 1 + self.length], "big")
        y = int.from_bytes(data[1 + self.length :], "big")
        assert (y**2 - x**3 - self.a * x - self.b) % self.p == 0, "a point of the curve"
        return x, y


# By the numbers ICAO 9303-11 table 12 gives them.
CURVES = {
    # FIPS 186-4: NIST P-256.
    12: Curve(
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    # RFC 5639: brainpoolP256r1.
    13: Curve(
        0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
        0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
        0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
        0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
        0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
        0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
    ),
    # RFC 5639: brainpoolP384r1.
    16: Curve(
        0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53,
        0x7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826,
        0x04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11,
        0x1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E03436D646AAEF87B2E247D4AF1E,
        0x8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E4646217791811142820341263C5315,
        0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565,
    ),
}
