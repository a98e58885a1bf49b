"""Reads a model file of dl-project, from docs/packed-file.md alone: weights(path) gives {name: float32 array}."""

import base64
import hashlib
import json
import struct
import zlib

import numpy as np
from safetensors import safe_open


def weights(path):
    file = safe_open(path, "np")
    check_digests(path, file.metadata())
    result = {}
    for item in json.loads(file.metadata()["weights"]):
        if isinstance(item, str):
            result[item] = file.get_tensor(item).astype("float32")
        else:
            name, shape, layout, numbers, *parts = item
            result[name] = decode(file.get_tensor(name).tobytes(), shape, layout.split(), numbers.split(), parts).reshape(shape)
    return result


def check_digests(path, metadata):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    tensors = sorted((name, entry) for name, entry in header.items() if name != "__metadata__")
    text = "".join(f"{key}\0{value}\0" for key, value in sorted(metadata.items()) if key != "sha256")
    text += "".join(f"{name}\0{entry['dtype']}\0{','.join(map(str, entry['shape']))}\0" for name, entry in tensors)
    chunks = [text.encode()] + [data[slice(*entry["data_offsets"])] for _, entry in tensors]
    digests = [base64.urlsafe_b64encode(hashlib.sha256(chunk).digest()).decode().rstrip("=") for chunk in chunks]
    assert metadata["sha256"] == "".join(digests)


def decode(data, shape, layout, numbers, parts):
    length, columns = int(np.prod(shape)), shape[-1] if shape else 1
    rows = length // columns if columns else 0
    along_columns = layout[-1] == "columns"
    sizes = [(part.split()[0], int(part.split()[1])) for part in parts]

    def next_part(count, bits):
        nonlocal data
        coder, size = sizes.pop(0)
        part, data = data[:size], data[size:]
        return CODERS[coder](part, bits, count) if count else np.zeros(0, "uint8")

    row_length = rows if along_columns else columns
    parameters = [int(word) for word in layout[1:] if word != "columns"]
    positions = LAYOUTS[layout[0]](next_part, parameters, length, row_length)
    if along_columns:
        positions = positions % rows * columns + positions // rows
    values = NUMBERS[numbers[0]](next_part, [int(word) for word in numbers[1:]], shape, positions)
    assert not sizes and not data
    result = np.zeros(length, "float32")
    result[positions] = values
    return result


def unpack(part, bits, count):
    stream = np.unpackbits(np.frombuffer(part, "uint8"), bitorder="little")
    return stream[: count * bits].reshape(count, bits) @ (1 << np.arange(bits))


def huffman(part, bits, count):
    stream = iter(np.unpackbits(np.frombuffer(part, "uint8"), bitorder="little").tolist())
    read = lambda bits: sum(next(stream) << i for i in range(bits))
    first, last = read(8), read(8)
    lengths = {first: read(4)}
    for symbol in range(first + 1, last + 1):
        before = lengths[symbol - 1]
        lengths[symbol] = before if not read(1) else before + 1 if not read(1) else before - 1 if not read(1) else read(4)
    codes, code, length = {}, 0, 0
    for size, symbol in sorted((size, symbol) for symbol, size in lengths.items() if size):
        code <<= size - length
        length = size
        codes[length, code] = symbol
        code += 1
    result = []
    for _ in range(count):
        key = (0, 0)
        while key not in codes:
            key = (key[0] + 1, key[1] * 2 + next(stream))
        result.append(codes[key])
    return np.array(result)


CODERS = {
    "none": unpack,
    "huffman": huffman,
    "deflate": lambda part, bits, count: np.frombuffer(zlib.decompress(part, -15), "uint8"),
}


def marked(part):
    return np.flatnonzero(np.unpackbits(part.astype("uint8"), bitorder="little"))


def gaps(next_part, parameters, length, row_length):
    bits, count = parameters
    positions, position = [], 0
    for code in next_part(count, bits).tolist():
        position += code
        if code < 2**bits - 1:
            positions.append(position)
            position += 1
    return np.array(positions, "int64")


def csr(next_part, parameters, length, row_length):
    number = lambda part, size: part.astype("uint8").view(f"<u{size}").astype("int64")
    counts = number(next_part(length // row_length * parameters[0], 8), parameters[0])
    places = number(next_part(counts.sum() * parameters[1], 8), parameters[1])
    return np.repeat(np.arange(len(counts)), counts) * row_length + places


def blocks(next_part, parameters, length, row_length):
    per_row = -(-row_length // 4)
    found = marked(next_part(-(-(length // row_length * per_row) // 8), 8))
    starts = found // per_row * row_length + found % per_row * 4
    ends = (found // per_row + 1) * row_length
    return np.array([at for start, end in zip(starts, ends) for at in range(start, min(start + 4, end))], "int64")


LAYOUTS = {
    "dense": lambda next_part, parameters, length, row_length: np.arange(length),
    "bitmap": lambda next_part, parameters, length, row_length: marked(next_part(-(-length // 8), 8)),
    "gaps": gaps,
    "csr": csr,
    "blocks": blocks,
}


def float32(next_part, count):
    return next_part(4 * count, 8).astype("uint8").view("<f4")


def codebook(next_part, parameters, shape, positions):
    length, size = parameters
    book = next_part(length * size, 8).astype("uint8").view(f"<f{size}").astype("float32")
    bits = (length - 1).bit_length()
    return book[next_part(len(positions), bits)] if bits else np.full(len(positions), book[0])


def channels(shape, axis, positions):
    return np.array(np.unravel_index(positions, shape))[axis] if axis is not None else np.zeros(len(positions), "int64")


def whole(bits):
    def read(next_part, parameters, shape, positions):
        count, axis = parameters
        scales = float32(next_part, count)
        codes = next_part(len(positions), bits).astype("int64") - (2 ** (bits - 1) - 1)
        return codes.astype("float32") * scales[channels(shape, axis if count > 1 else None, positions)]

    return read


def levels(given, per_byte, unpacked):
    def read(next_part, parameters, shape, positions):
        axis = parameters[0] if parameters else None
        own = float32(next_part, 2 * (1 if axis is None else shape[axis])).reshape(-1, 2)
        table = np.hstack([np.zeros((len(own), given), "float32"), own])
        codes = unpacked(next_part(-(-len(positions) // per_byte), 8))[: len(positions)]
        return table[channels(shape, axis, positions), codes]

    return read


NUMBERS = {
    "float32": lambda next_part, parameters, shape, positions: float32(next_part, len(positions)),
    "float16": lambda next_part, parameters, shape, positions: next_part(2 * len(positions), 8).astype("uint8").view("<f2"),
    "codebook": codebook,
    "int8": whole(8),
    "int4": whole(4),
    "binary": levels(0, 8, lambda part: unpack(part.astype("uint8").tobytes(), 1, 8 * len(part))),
    "ternary": levels(1, 4, lambda part: unpack(part.astype("uint8").tobytes(), 2, 4 * len(part))),
    "trits": levels(1, 5, lambda part: (part[:, None] // 3 ** np.arange(5) % 3).ravel()),
}
