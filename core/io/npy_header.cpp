// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy_header.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <set>

#include "core/io/tensor_file.h"

namespace oodscope::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 65'535 + 12;
constexpr std::size_t kMostDimensions = 32;

/// Reads the header's dict literal with exactly the kinds of values that numpy writes.
class LiteralReader {
public:
    explicit LiteralReader(std::string_view text) : m_rest(text) {}

    bool take(char c) {
        skipSpace();
        if (!m_rest.starts_with(c)) return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool atEnd() {
        skipSpace();
        return m_rest.empty();
    }
    std::optional<std::string> string() {
        skipSpace();
        if (m_rest.empty() || (m_rest[0] != '\'' && m_rest[0] != '"')) return std::nullopt;
        const std::size_t end = m_rest.find(m_rest[0], 1);
        if (end == std::string_view::npos) return std::nullopt;
        std::string text(m_rest.substr(1, end - 1));
        m_rest.remove_prefix(end + 1);
        return text;
    }
    std::optional<bool> boolean() {
        skipSpace();
        for (const std::string_view word : {"True", "False"}) {
            if (!m_rest.starts_with(word)) continue;
            m_rest.remove_prefix(word.size());
            return word == "True";
        }
        return std::nullopt;
    }
    std::optional<std::vector<std::uint64_t>> tuple() {
        std::vector<std::uint64_t> values;
        if (!take('(')) return std::nullopt;
        while (!take(')')) {
            std::uint64_t value = 0;
            skipSpace();
            const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
            if (error != std::errc() || values.size() == kMostDimensions) return std::nullopt;
            m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
            values.push_back(value);
            if (!take(',') && !(m_rest.starts_with(')') && values.size() > 1)) return std::nullopt;
        }
        return values;
    }

private:
    void skipSpace() {
        while (!m_rest.empty() && (m_rest[0] == ' ' || m_rest[0] == '\n'))
            m_rest.remove_prefix(1);
    }
    std::string_view m_rest;
};

bool readMember(LiteralReader& reader, const std::string& key, NpyHeader& header) {
    if (key == "descr") {
        auto descr = reader.string();
        if (descr) header.descr = std::move(*descr);
        return descr.has_value();
    }
    if (key == "fortran_order") {
        const auto order = reader.boolean();
        header.fortranOrder = order.value_or(false);
        return order.has_value();
    }
    if (key != "shape") return false;
    auto shape = reader.tuple();
    if (shape) header.shape = std::move(*shape);
    return shape.has_value();
}

Status readDict(std::string_view text, NpyHeader& header) {
    LiteralReader reader(text);
    std::set<std::string> seen;
    const auto bad = [](const std::string& reason) { return fail(ErrorCode::BadFile, "its .npy header " + reason); };
    if (!reader.take('{')) return bad("is not a dict");
    for (bool closed = reader.take('}'); !closed;) {
        const auto key = reader.string();
        if (!key || !reader.take(':')) return bad("is malformed");
        if (!seen.insert(*key).second) return bad("has " + quotedName(*key) + " twice");
        if (!readMember(reader, *key, header))
            return bad("has a value of " + quotedName(*key) + " that is not understood (structured types are not)");
        const bool comma = reader.take(',');
        closed = reader.take('}');
        if (!comma && !closed) return bad("is malformed");
    }
    if (seen.size() != 3) return bad("lacks descr, fortran_order or shape");
    return reader.atEnd() ? Status{} : bad("has text after its end");
}

}  // namespace

Result<NpyHeader> parseNpyHeader(std::span<const std::byte> file) {
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    const auto bad = [](const std::string& reason) { return fail(ErrorCode::BadFile, reason); };
    if (text.size() < 10 || !text.starts_with(kMagic)) return bad("not a .npy file");
    const int version = text[6];
    if (version < 1 || version > 3) return bad("its .npy version " + std::to_string(version) + " is not known");
    const std::size_t lengthBytes = version == 1 ? 2 : 4;
    const std::size_t begin = 8 + lengthBytes;
    if (text.size() < begin) return bad("its .npy header is cut short");
    std::uint32_t length = 0;
    std::memcpy(&length, text.data() + 8, lengthBytes);
    if (length > kLongestHeader) return bad("its .npy header is too long (" + std::to_string(length) + " bytes)");
    if (length > text.size() - begin) return bad("its .npy header is cut short");
    NpyHeader header;
    header.dataBegin = begin + length;
    if (auto read = readDict(text.substr(begin, length), header); !read) return failFrom(read);
    return header;
}

std::string npyHeader(std::string_view descr, std::string_view shape) {
    constexpr std::size_t kAlignment = 64;
    std::string dict =
        "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': " + std::string(shape) + ", }";
    const std::size_t unpadded = kMagic.size() + 4 + dict.size() + 1;
    dict.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
    dict += '\n';
    std::string bytes(kMagic);
    bytes += '\x01';
    bytes += '\x00';
    bytes += static_cast<char>(dict.size() & 0xff);
    bytes += static_cast<char>(dict.size() >> 8);
    return bytes + dict;
}

}  // namespace oodscope::io
