"""DER and BER-TLV written by hand: a tag, a length, a value."""


def tlv(tag, *values):
    """One object around these values; the tag as an integer of one or two bytes."""
    value = b"".join(values)
    length = len(value)
    if length < 0x80:
        head = bytes([length])
    else:
        digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
        head = bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + head + value


def sequence(*values):
    return tlv(0x30, *values)


def set_of(*values):
    return tlv(0x31, *sorted(values))


def octets(value):
    return tlv(0x04, value)


def integer(number):
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(text):
    first, second, *rest = (int(part) for part in text.split("."))
    out = b""
    for arc in [40 * first + second, *rest]:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.insert(0, 0x80 | arc & 0x7F)
        out += bytes(digits)
    return tlv(0x06, out)


def objects(data):
    """The one-byte tags and values that stand one after another in `data`."""
    out = []
    while data:
        tag, length, data = data[0], data[1], data[2:]
        if length > 0x80:
            count = length & 0x7F
            length, data = int.from_bytes(data[:count], "big"), data[count:]
        out.append((tag, data[:length]))
        data = data[length:]
    return out
