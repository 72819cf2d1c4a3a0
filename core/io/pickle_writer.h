// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace oodscope::io {

/// Emits a pickle: opcodes of CPython's Lib/pickletools.py. The caller keeps the machine's stack in mind.
class PickleWriter {
public:
    explicit PickleWriter(char protocol = 2) { m_bytes += protocol; }

    std::string take() && { return std::move(m_bytes) + "."; }

    PickleWriter& raw(std::string_view opcodes) {
        m_bytes += opcodes;
        return *this;
    }
    PickleWriter& global(std::string_view module, std::string_view name) {
        m_bytes.append("c").append(module).append("\n").append(name).append("\n");
        return *this;
    }
    PickleWriter& text(std::string_view value) {
        m_bytes += 'X';
        number(static_cast<std::uint32_t>(value.size()));
        m_bytes += value;
        return *this;
    }
    PickleWriter& integer(std::int64_t value) {
        if (value >= 0 && value < 256) {
            m_bytes += 'K';
            number(static_cast<std::uint8_t>(value));
        } else if (value >= INT32_MIN && value <= INT32_MAX) {
            m_bytes += 'J';
            number(static_cast<std::int32_t>(value));
        } else {
            m_bytes += "\x8a\x08";
            number(value);
        }
        return *this;
    }
    /// From protocol 3 on.
    PickleWriter& bytes(std::span<const std::byte> data) {
        if (data.size() <= UINT32_MAX) {
            m_bytes += 'B';
            number(static_cast<std::uint32_t>(data.size()));
        } else {
            m_bytes += '\x8e';
            number(static_cast<std::uint64_t>(data.size()));
        }
        m_bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
        return *this;
    }
    /// A numpy array of one dimension, as ndarray.__reduce__ has it; `dtype`: "f8", "i8". From protocol 3 on.
    PickleWriter& array(std::string_view dtype, std::span<const std::byte> data, std::size_t count) {
        const std::int64_t none = 0;
        const auto extent = static_cast<std::int64_t>(count);
        global("numpy.core.multiarray", "_reconstruct").raw("(").global("numpy", "ndarray").tuple({&none, 1});
        bytes(std::as_bytes(std::span<const char>("b", 1))).raw("tR(").integer(1).tuple({&extent, 1});
        global("numpy", "dtype").raw("(").text(dtype).raw("\x89\x88tR(").integer(3).text("<").raw("NNN");
        return integer(-1).integer(-1).integer(0).raw("tb\x89").bytes(data).raw("tb");
    }
    PickleWriter& tuple(std::span<const std::int64_t> values) {
        m_bytes += '(';
        for (const std::int64_t value : values)
            integer(value);
        m_bytes += 't';
        return *this;
    }

private:
    template <class Number>
    void number(Number value) {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }

    std::string m_bytes{"\x80"};
};

}  // namespace oodscope::io
