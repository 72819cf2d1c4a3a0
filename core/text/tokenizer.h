// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::text {

struct Vocabulary;

/// CLIP's byte-pair encoding, token for token as open_clip's SimpleTokenizer (tokenizer.py), except that wrongly
/// decoded text ("Ã©") is not repaired. The names of the start and the end token are the vocabulary's own. Immutable,
/// thread-safe.
class Tokenizer {
public:
    /// From a snapshot folder: tokenizer.json, or vocab.json + merges.txt, or bpe_simple_vocab_16e6.txt.
    static Result<Tokenizer> fromFolder(const std::filesystem::path& folder);
    static Result<Tokenizer> fromVocabAndMerges(const std::filesystem::path& vocab,
                                                const std::filesystem::path& merges);
    /// From CLIP's own list of merges, bpe_simple_vocab_16e6.txt or .txt.gz.
    static Result<Tokenizer> fromMergesList(const std::filesystem::path& path);

    /// [SOT] ids [EOT], without padding and without a length limit.
    std::vector<std::int32_t> encode(std::string_view utf8) const;
    /// Exactly `contextLength` ids: padded with 0; too long: cut, the last one EOT.
    std::vector<std::int32_t> encodePadded(std::string_view utf8, int contextLength) const;

    int vocabularySize() const;
    std::int32_t startToken() const;
    std::int32_t endToken() const;
    /// For artefact keys.
    const std::string& hash() const;

private:
    struct Data;
    static Result<Tokenizer> fromVocabulary(const Vocabulary& vocabulary);
    std::shared_ptr<const Data> m_data;
};

}  // namespace oodscope::text
