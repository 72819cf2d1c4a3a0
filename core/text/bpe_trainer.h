// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace oodscope::text {

/// A vocabulary in CLIP's order: 256 bytes, 256 bytes at the end of a word, the merges, start and end token.
struct BpeModel {
    std::vector<std::pair<std::string, std::string>> merges;

    std::vector<std::string> tokens() const;  // by id
};

/// Learns merges from captions, cleaned and split as the tokenizer does it: again and again the most frequent pair
/// inside words. Deterministic (ties: the pair of the earlier tokens). Ends early, with a smaller vocabulary, when no
/// pair appears twice. `vocabularySize` counts all tokens and is at least 514.
Result<BpeModel> trainBpe(std::span<const std::string> captions, int vocabularySize);

/// Writes vocab.json and merges.txt as Hugging Face's CLIP tokenizers read them.
Status writeBpe(const BpeModel& model, const std::filesystem::path& folder);

}  // namespace oodscope::text
