// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/text/vocabulary.h"

namespace oodscope::text {

/// Byte-pair encoding of single words over token ids. Immutable.
class Bpe {
public:
    /// An error names the merge or byte for which the vocabulary has no token.
    static Result<Bpe> make(const Vocabulary& vocabulary);

    /// The ids of one non-empty word (UTF-8): the pair of the lowest rank is merged everywhere, left to right, until
    /// none is left.
    std::vector<std::int32_t> encodeWord(std::string_view word) const;

private:
    struct Merge {
        std::size_t rank = 0;
        std::int32_t id = 0;
    };
    static std::uint64_t key(std::int32_t left, std::int32_t right) {
        return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
    }
    const Merge* lowestRank(const std::vector<std::int32_t>& ids, std::uint64_t& pair) const;

    std::array<std::int32_t, 256> m_bytes{};
    std::array<std::int32_t, 256> m_lastBytes{};
    std::unordered_map<std::uint64_t, Merge> m_merges;
};

}  // namespace oodscope::text
