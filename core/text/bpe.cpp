// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe.h"

#include <optional>

#include "core/io/tensor_file.h"
#include "core/text/byte_symbols.h"

namespace oodscope::text {

Result<Bpe> Bpe::make(const Vocabulary& vocabulary) {
    const auto idOf = [&](const std::string& token) -> std::optional<std::int32_t> {
        const auto found = vocabulary.ids.find(token);
        return found == vocabulary.ids.end() ? std::nullopt : std::optional(found->second);
    };
    Bpe bpe;
    for (std::size_t byte = 0; byte < 256; ++byte) {
        const std::string& symbol = byteSymbols()[byte];
        const auto inside = idOf(symbol), last = idOf(symbol + std::string(kWordEnd));
        if (!inside || !last)
            return fail(ErrorCode::BadFile, vocabulary.mergesSource.substr(0, vocabulary.mergesSource.rfind(':')) +
                                                ": the vocabulary lacks the token of byte " + std::to_string(byte) +
                                                " ('" + symbol + "')");
        bpe.m_bytes[byte] = *inside;
        bpe.m_lastBytes[byte] = *last;
    }
    for (std::size_t rank = 0; rank < vocabulary.merges.size(); ++rank) {
        const MergeRule& rule = vocabulary.merges[rank];
        const auto left = idOf(rule.left), right = idOf(rule.right), both = idOf(rule.left + rule.right);
        if (!left || !right || !both)
            return fail(ErrorCode::BadFile, vocabulary.mergesSource + " " + std::to_string(rule.place) + ": " +
                                                io::quotedName(!left    ? rule.left
                                                               : !right ? rule.right
                                                                        : rule.left + rule.right) +
                                                " is not in the vocabulary");
        bpe.m_merges.insert_or_assign(key(*left, *right), Merge{rank, *both});
    }
    return bpe;
}

const Bpe::Merge* Bpe::lowestRank(const std::vector<std::int32_t>& ids, std::uint64_t& pair) const {
    const Merge* best = nullptr;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
        const std::uint64_t candidate = key(ids[i], ids[i + 1]);
        const auto found = m_merges.find(candidate);
        if (found == m_merges.end() || (best != nullptr && found->second.rank >= best->rank)) continue;
        best = &found->second;
        pair = candidate;
    }
    return best;
}

std::vector<std::int32_t> Bpe::encodeWord(std::string_view word) const {
    std::vector<std::int32_t> ids;
    ids.reserve(word.size());
    for (const char c : word)
        ids.push_back(m_bytes[static_cast<unsigned char>(c)]);
    if (!ids.empty()) ids.back() = m_lastBytes[static_cast<unsigned char>(word.back())];
    std::uint64_t pair = 0;
    while (const Merge* merge = lowestRank(ids, pair)) {
        std::size_t out = 0;
        for (std::size_t i = 0; i < ids.size(); ++out) {
            const bool hit = i + 1 < ids.size() && key(ids[i], ids[i + 1]) == pair;
            ids[out] = hit ? merge->id : ids[i];
            i += hit ? 2 : 1;
        }
        ids.resize(out);
    }
    return ids;
}

}  // namespace oodscope::text
