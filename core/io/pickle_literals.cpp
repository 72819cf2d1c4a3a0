// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pickle_literals.h"

#include <bit>
#include <cstring>
#include <memory>

#include "core/io/utf8.h"

namespace oodscope::io {
namespace {

using Bytes = std::span<const std::byte>;

PickleLiteral literal(PickleValue::Data value) {
    return {PickleStep::Done, std::move(value), {}};
}

PickleLiteral cutShort() {
    return {PickleStep::CutShort, {}, {}};
}

template <class Number>
PickleLiteral whole(ByteReader& reader) {
    const auto value = reader.number<Number>();
    return value ? literal(static_cast<std::int64_t>(*value)) : cutShort();
}

template <class Length>
std::optional<Bytes> counted(ByteReader& reader) {
    const auto length = reader.number<Length>();
    return length ? reader.take(*length) : std::nullopt;
}

// Little-endian two's complement of any length; what does not fit 64 bits is of no use here.
template <class Length>
PickleLiteral longNumber(ByteReader& reader) {
    const auto bytes = counted<Length>(reader);
    if (!bytes) return cutShort();
    if (bytes->size() > sizeof(std::int64_t)) {
        auto big = std::make_unique<PickleValue::Object>();
        big->name = "int";
        return literal(std::move(big));
    }
    std::uint64_t value = !bytes->empty() && (bytes->back() & std::byte{0x80}) != std::byte{0} ? ~std::uint64_t{0} : 0;
    std::memcpy(&value, bytes->data(), bytes->size());
    return literal(static_cast<std::int64_t>(value));
}

PickleLiteral floatNumber(ByteReader& reader) {
    const auto bits = reader.number<std::uint64_t>();
    return bits ? literal(std::bit_cast<double>(__builtin_bswap64(*bits))) : cutShort();
}

// Python 2's strings (`unicode` false) may hold any bytes; what is no text becomes Bytes.
template <class Length>
PickleLiteral text(ByteReader& reader, bool unicode) {
    const auto bytes = counted<Length>(reader);
    if (!bytes) return cutShort();
    if (isUtf8(textOf(*bytes))) return literal(textOf(*bytes));
    return unicode ? PickleLiteral{PickleStep::Bad, {}, "a text that is not valid UTF-8"} : literal(*bytes);
}

template <class Length>
PickleLiteral binary(ByteReader& reader) {
    const auto bytes = counted<Length>(reader);
    return bytes ? literal(*bytes) : cutShort();
}

PickleLiteral constantOrNumber(unsigned code, ByteReader& reader) {
    switch (code) {
        case 'N':
            return literal(std::monostate());
        case 0x88:
            return literal(true);
        case 0x89:
            return literal(false);
        case 'J':
            return whole<std::int32_t>(reader);
        case 'K':
            return whole<std::uint8_t>(reader);
        case 'M':
            return whole<std::uint16_t>(reader);
        case 0x8a:
            return longNumber<std::uint8_t>(reader);
        case 0x8b:
            return longNumber<std::uint32_t>(reader);
        case 'G':
            return floatNumber(reader);
        default:
            return {};
    }
}

PickleLiteral string(unsigned code, ByteReader& reader) {
    switch (code) {
        case 'X':
            return text<std::uint32_t>(reader, /*unicode=*/true);
        case 0x8c:
            return text<std::uint8_t>(reader, /*unicode=*/true);
        case 0x8d:
            return text<std::uint64_t>(reader, /*unicode=*/true);
        case 'T':
            return text<std::uint32_t>(reader, /*unicode=*/false);
        case 'U':
            return text<std::uint8_t>(reader, /*unicode=*/false);
        case 'B':
            return binary<std::uint32_t>(reader);
        case 'C':
            return binary<std::uint8_t>(reader);
        case 0x8e:
        case 0x96:  // BINBYTES8, BYTEARRAY8
            return binary<std::uint64_t>(reader);
        default:
            return {};
    }
}

}  // namespace

PickleLiteral readPickleLiteral(unsigned code, ByteReader& reader) {
    PickleLiteral read = constantOrNumber(code, reader);
    return read.step == PickleStep::Unknown ? string(code, reader) : std::move(read);
}

}  // namespace oodscope::io
