// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/text/bpe.h"
#include "core/text/clean.h"
#include "core/text/vocabulary.h"
#include "core/text/words.h"

namespace oodscope::text {
namespace {

using Ids = std::vector<std::int32_t>;

/// Words already encoded, for all threads.
class WordCache {
public:
    bool append(const std::string& word, Ids& ids) const {
        const std::shared_lock lock(m_mutex);
        const auto found = m_words.find(word);
        if (found == m_words.end()) return false;
        ids.insert(ids.end(), found->second.begin(), found->second.end());
        return true;
    }
    void add(const std::string& word, const Ids& ids) {
        constexpr std::size_t kMostWords = 1 << 16;
        constexpr std::size_t kLongestWord = 64;
        if (word.size() > kLongestWord) return;
        const std::unique_lock lock(m_mutex);
        if (m_words.size() < kMostWords) m_words.emplace(word, ids);
    }

private:
    mutable std::shared_mutex m_mutex;
    std::unordered_map<std::string, Ids> m_words;
};

std::string hashOf(const Vocabulary& vocabulary) {
    std::vector<std::pair<std::int32_t, std::string_view>> tokens;
    for (const auto& [token, id] : vocabulary.ids)
        tokens.emplace_back(id, token);
    std::ranges::sort(tokens);
    Hasher hasher;
    hasher.add("clip-bpe 1").add(tokens.size());
    for (const auto& [id, token] : tokens)
        hasher.add(static_cast<std::uint64_t>(id)).add(token);
    for (const MergeRule& rule : vocabulary.merges)
        hasher.add(rule.left).add(rule.right);
    for (const std::string& special : vocabulary.specials)
        hasher.add(special);
    return hasher.hex();
}

}  // namespace

struct Tokenizer::Data {
    Bpe bpe;
    SpecialNames specials;
    std::array<std::int32_t, 2> specialIds{};
    int size = 0;
    std::string hash;
    mutable WordCache cache;
};

Result<Tokenizer> Tokenizer::fromVocabulary(const Vocabulary& vocabulary) {
    auto bpe = Bpe::make(vocabulary);
    if (!bpe) return failFrom(bpe);
    auto data = std::make_shared<Data>();
    data->bpe = std::move(*bpe);
    data->specials = vocabulary.specials;
    for (std::size_t i = 0; i < 2; ++i)
        data->specialIds[i] = vocabulary.ids.at(vocabulary.specials[i]);
    for (const auto& [token, id] : vocabulary.ids)
        data->size = std::max(data->size, id + 1);
    data->hash = hashOf(vocabulary);
    Tokenizer tokenizer;
    tokenizer.m_data = std::move(data);
    return tokenizer;
}

Result<Tokenizer> Tokenizer::fromVocabAndMerges(const fs::path& vocab, const fs::path& merges) {
    const auto vocabulary = readVocabAndMerges(vocab, merges);
    if (!vocabulary) return failFrom(vocabulary);
    return fromVocabulary(*vocabulary);
}

Result<Tokenizer> Tokenizer::fromMergesList(const fs::path& path) {
    const auto vocabulary = readMergesList(path);
    if (!vocabulary) return failFrom(vocabulary);
    return fromVocabulary(*vocabulary);
}

Result<Tokenizer> Tokenizer::fromFolder(const fs::path& folder) {
    std::error_code ec;
    const auto has = [&](const char* name) { return fs::exists(folder / name, ec); };
    if (has("tokenizer.json")) {
        const auto vocabulary = readTokenizerJson(folder / "tokenizer.json");
        if (!vocabulary) return failFrom(vocabulary);
        return fromVocabulary(*vocabulary);
    }
    if (has("vocab.json") && has("merges.txt")) return fromVocabAndMerges(folder / "vocab.json", folder / "merges.txt");
    for (const char* name : {"bpe_simple_vocab_16e6.txt", "bpe_simple_vocab_16e6.txt.gz"}) {
        if (has(name)) return fromMergesList(folder / name);
    }
    return fail(
        ErrorCode::NotFound,
        folder.string() + ": no tokenizer (tokenizer.json, vocab.json and merges.txt, or bpe_simple_vocab_16e6.txt)");
}

Ids Tokenizer::encode(std::string_view utf8) const {
    Ids ids{startToken()};
    for (const std::string& word : splitWords(cleanText(utf8), m_data->specials)) {
        const auto special = std::ranges::find(m_data->specials, word);
        if (special != m_data->specials.end()) {
            ids.push_back(m_data->specialIds[static_cast<std::size_t>(special - m_data->specials.begin())]);
        } else if (!m_data->cache.append(word, ids)) {
            const Ids encoded = m_data->bpe.encodeWord(word);
            ids.insert(ids.end(), encoded.begin(), encoded.end());
            m_data->cache.add(word, encoded);
        }
    }
    ids.push_back(endToken());
    return ids;
}

Ids Tokenizer::encodePadded(std::string_view utf8, int contextLength) const {
    Ids ids = encode(utf8);
    const auto length = static_cast<std::size_t>(std::max(contextLength, 0));
    const bool cut = ids.size() > length;
    ids.resize(length, 0);
    if (cut && !ids.empty()) ids.back() = endToken();
    return ids;
}

int Tokenizer::vocabularySize() const {
    return m_data->size;
}
std::int32_t Tokenizer::startToken() const {
    return m_data->specialIds[0];
}
std::int32_t Tokenizer::endToken() const {
    return m_data->specialIds[1];
}
const std::string& Tokenizer::hash() const {
    return m_data->hash;
}

}  // namespace oodscope::text
