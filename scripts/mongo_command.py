#!/usr/bin/env python3
"""Runs one MongoDB command and prints the reply as JSON.

usage: mongo_command.py HOST:PORT DATABASE COMMAND

    mongo_command.py 127.0.0.1:27017 admin '{"hello": 1}'

For the sandbox, which must set up replica sets where there is no mongosh: the standard library only, no
authentication, and of BSON what commands and their replies contain. COMMAND is plain JSON; types that JSON lacks
are printed as in Extended JSON.

Exit status: 0, 1 when the server's reply is not ok, 64 for wrong usage, 69 when the server does not answer.
"""

import datetime
import json
import socket
import struct
import sys

TIMEOUT_SECONDS = 10
OP_MSG = 2013


def encode_document(document):
    body = b"".join(encode_element(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def encode_element(name, value):
    code, payload = encode_value(value)
    return bytes([code]) + name.encode() + b"\0" + payload


def encode_value(value):
    if value is None:
        return 0x0A, b""
    if isinstance(value, bool):  # Before int, of which bool is a subclass.
        return 0x08, bytes([value])
    if isinstance(value, int):
        return (0x10, struct.pack("<i", value)) if -(2**31) <= value < 2**31 else (0x12, struct.pack("<q", value))
    if isinstance(value, float):
        return 0x01, struct.pack("<d", value)
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return 0x02, struct.pack("<i", len(text)) + text
    if isinstance(value, list):
        return 0x04, encode_document({str(index): item for index, item in enumerate(value)})
    return 0x03, encode_document(value)


class Reader:
    """Takes BSON values off the front of some bytes."""

    def __init__(self, data):
        self.data = data
        self.position = 0

    def take(self, count):
        start = self.position
        if count < 0 or start + count > len(self.data):
            raise ValueError("the reply is cut short")
        self.position += count
        return self.data[start : self.position]

    def unpack(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def c_string(self):
        return self.take(self.data.index(b"\0", self.position) - self.position + 1)[:-1].decode()

    def string(self):
        return self.take(self.unpack("i"))[:-1].decode(errors="replace")

    def document(self):
        self.unpack("i")
        document = {}
        while code := self.unpack("B"):
            name = self.c_string()
            document[name] = self.value(code)
        return document

    def value(self, code):
        if code == 0x01:
            return self.unpack("d")
        if code in (0x02, 0x0E):
            return self.string()
        if code == 0x03:
            return self.document()
        if code == 0x04:
            return list(self.document().values())
        if code == 0x05:
            length, subtype = self.unpack("i"), self.unpack("B")
            return {"$binary": {"hex": self.take(length).hex(), "subType": f"{subtype:02x}"}}
        if code == 0x07:
            return {"$oid": self.take(12).hex()}
        if code == 0x08:
            return bool(self.unpack("B"))
        if code == 0x09:
            moment = datetime.timedelta(milliseconds=self.unpack("q"))
            return {"$date": (datetime.datetime(1970, 1, 1) + moment).isoformat(timespec="milliseconds") + "Z"}
        if code in (0x06, 0x0A):
            return None
        if code == 0x0B:
            return {"$regularExpression": {"pattern": self.c_string(), "options": self.c_string()}}
        if code == 0x10:
            return self.unpack("i")
        if code == 0x11:
            increment, seconds = self.unpack("I"), self.unpack("I")
            return {"$timestamp": {"t": seconds, "i": increment}}
        if code == 0x12:
            return self.unpack("q")
        raise ValueError(f"the reply has a value of BSON type 0x{code:02x}")


def receive(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise ConnectionError("the server closed the connection")
        data += part
    return data


def run(address, database, command):
    host, _, port = address.rpartition(":")
    body = struct.pack("<IB", 0, 0) + encode_document({**command, "$db": database})
    header = struct.pack("<iiii", len(body) + 16, 1, 0, OP_MSG)
    with socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS) as connection:
        connection.sendall(header + body)
        (length,) = struct.unpack("<i", receive(connection, 4))
        reply = receive(connection, length - 4)
    return Reader(reply[12 + 5 :]).document()  # After the rest of the header, the flags and the section's kind.


def main(arguments):
    if arguments in (["--help"], ["-h"]):
        print(__doc__.strip())
        return 0
    try:
        address, database, text = arguments
        command = json.loads(text)
        if not isinstance(command, dict) or not address.rpartition(":")[2].isdigit():
            raise ValueError
    except ValueError:
        print("usage: mongo_command.py HOST:PORT DATABASE '{\"hello\": 1}'", file=sys.stderr)
        return 64
    try:
        reply = run(address, database, command)
    except (OSError, ValueError, struct.error) as error:
        print(f"mongo_command.py: {address}: {error}", file=sys.stderr)
        return 69
    print(json.dumps(reply, ensure_ascii=False))
    return 0 if reply.get("ok") == 1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
