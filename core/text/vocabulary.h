// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/text/words.h"

namespace oodscope::text {

/// One merge, in the order of rank. `place` is its line or entry in the file, for messages.
struct MergeRule {
    std::string left;
    std::string right;
    std::size_t place = 0;
};

/// The tokens and merges of one tokenizer as read from its files; whether they fit together is checked by Bpe.
struct Vocabulary {
    std::string mergesSource;  // "…/merges.txt: line", for messages
    std::unordered_map<std::string, std::int32_t> ids;
    std::vector<MergeRule> merges;
    SpecialNames specials;  // start, end
};

/// Hugging Face's tokenizer.json of a CLIP model; merges as "a b" or ["a", "b"].
Result<Vocabulary> readTokenizerJson(const std::filesystem::path& path);
Result<Vocabulary> readVocabAndMerges(const std::filesystem::path& vocab, const std::filesystem::path& merges);
/// CLIP's own list, bpe_simple_vocab_16e6.txt or .txt.gz: a title line, then the merges; the ids follow from the order.
Result<Vocabulary> readMergesList(const std::filesystem::path& path);

}  // namespace oodscope::text
