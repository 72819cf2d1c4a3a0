// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace oodscope::io {

inline std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Walks over bytes from an untrusted file. A read that would pass the end gives nothing and does not move.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes, std::size_t position = 0)
        : m_bytes(bytes), m_position(position) {}

    std::size_t position() const { return m_position; }
    std::size_t left() const { return m_bytes.size() - m_position; }

    std::optional<std::span<const std::byte>> take(std::uint64_t size) {
        if (size > left()) return std::nullopt;
        m_position += size;
        return m_bytes.subspan(m_position - size, size);
    }

    /// Little-endian, at any alignment.
    template <class Number>
    std::optional<Number> number() {
        const auto bytes = take(sizeof(Number));
        if (!bytes) return std::nullopt;
        Number value;
        std::memcpy(&value, bytes->data(), sizeof value);
        return value;
    }

    /// Up to the next line feed, which is passed over.
    std::optional<std::string_view> line() {
        const std::string_view rest = textOf(m_bytes.subspan(m_position));
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        m_position += end + 1;
        return rest.substr(0, end);
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position;
};

}  // namespace oodscope::io
