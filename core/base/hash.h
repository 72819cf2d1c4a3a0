// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace oodscope {

/// A streaming 128-bit XXH3 hash. Not cryptographic: it identifies artefacts, it does not protect them.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;

    Hasher& add(std::span<const std::byte> bytes);
    /// Adds the length first, so that ("ab","c") and ("a","bc") differ.
    Hasher& add(std::string_view text);
    Hasher& add(std::uint64_t value);
    /// 32 lower-case hexadecimal digits.
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Hash of `text` as 32 hexadecimal digits.
std::string hashText(std::string_view text);
/// Hash of a file's bytes, read in blocks.
Result<std::string> hashFile(const std::filesystem::path& path);

}  // namespace oodscope
