// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe_trainer.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/base/files.h"
#include "core/io/json.h"
#include "core/text/byte_symbols.h"
#include "core/text/clean.h"
#include "core/text/words.h"

namespace oodscope::text {
namespace {

const SpecialNames kSpecials{"<|startoftext|>", "<|endoftext|>"};
constexpr int kByteTokens = 512;

std::vector<std::string> byteTokens() {
    std::vector<std::string> tokens;
    for (const std::string_view end : {std::string_view(), kWordEnd}) {
        for (const unsigned char byte : byteOrder())
            tokens.push_back(byteSymbols()[byte] + std::string(end));
    }
    return tokens;
}

using Pair = std::pair<int, int>;

struct Word {
    std::vector<int> tokens;
    std::int64_t count = 0;
};

/// The words of all captions with the counts of their pairs, kept up to date merge by merge.
class Corpus {
public:
    explicit Corpus(std::span<const std::string> captions);

    /// The most frequent pair that appears at least twice and is not in `barred`.
    const Pair* best(const std::set<Pair>& barred) const {
        const Pair* found = nullptr;
        std::int64_t most = 1;
        for (const auto& [pair, uses] : m_pairs) {
            if (uses.count <= most || barred.contains(pair)) continue;
            most = uses.count;
            found = &pair;
        }
        return found;
    }
    void merge(Pair pair, int token);

private:
    struct Uses {
        std::int64_t count = 0;
        std::set<std::size_t> words;
    };
    void count(std::size_t index, int sign);

    std::vector<Word> m_words;
    std::map<Pair, Uses> m_pairs;
};

Corpus::Corpus(std::span<const std::string> captions) {
    std::map<std::string, std::int64_t> counts;
    for (const std::string& caption : captions) {
        for (const std::string& word : splitWords(cleanText(caption), kSpecials)) {
            if (std::ranges::find(kSpecials, word) == kSpecials.end()) ++counts[word];
        }
    }
    std::array<int, 256> place{};
    for (std::size_t i = 0; i < 256; ++i)
        place[byteOrder()[i]] = static_cast<int>(i);
    for (const auto& [text, count] : counts) {
        Word word{{}, count};
        for (const char c : text)
            word.tokens.push_back(place[static_cast<unsigned char>(c)]);
        word.tokens.back() += 256;
        m_words.push_back(std::move(word));
    }
    for (std::size_t i = 0; i < m_words.size(); ++i)
        count(i, 1);
}

void Corpus::count(std::size_t index, int sign) {
    const Word& word = m_words[index];
    for (std::size_t i = 0; i + 1 < word.tokens.size(); ++i) {
        const Pair pair{word.tokens[i], word.tokens[i + 1]};
        Uses& uses = m_pairs[pair];
        uses.count += sign * word.count;
        if (sign > 0)
            uses.words.insert(index);
        else
            uses.words.erase(index);
        if (uses.count == 0) m_pairs.erase(pair);
    }
}

void Corpus::merge(Pair pair, int token) {
    const std::set<std::size_t> affected = m_pairs[pair].words;
    for (const std::size_t index : affected) {
        count(index, -1);
        std::vector<int> merged;
        const std::vector<int>& tokens = m_words[index].tokens;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const bool hit = i + 1 < tokens.size() && tokens[i] == pair.first && tokens[i + 1] == pair.second;
            merged.push_back(hit ? token : tokens[i]);
            i += hit ? 1 : 0;
        }
        m_words[index].tokens = std::move(merged);
        count(index, 1);
    }
}

}  // namespace

std::vector<std::string> BpeModel::tokens() const {
    std::vector<std::string> all = byteTokens();
    for (const auto& [left, right] : merges)
        all.push_back(left + right);
    all.insert(all.end(), kSpecials.begin(), kSpecials.end());
    return all;
}

Result<BpeModel> trainBpe(std::span<const std::string> captions, int vocabularySize) {
    constexpr int kSmallest = kByteTokens + 2;
    if (vocabularySize < kSmallest)
        return fail(ErrorCode::InvalidArgument, "a vocabulary of " + std::to_string(vocabularySize) +
                                                    " tokens is too small (at least " + std::to_string(kSmallest) +
                                                    ")");
    Corpus corpus(captions);
    std::vector<std::string> tokens = byteTokens();
    std::unordered_set<std::string> known(tokens.begin(), tokens.end());
    std::set<Pair> barred;
    BpeModel model;
    while (static_cast<int>(tokens.size()) < vocabularySize - 2) {
        const Pair* best = corpus.best(barred);
        if (best == nullptr) break;
        const Pair pair = *best;
        const std::string &left = tokens[static_cast<std::size_t>(pair.first)],
                          &right = tokens[static_cast<std::size_t>(pair.second)];
        std::string both = left + right;
        // Another way to a token that exists: an id must have one string and a string one id.
        if (!known.insert(both).second) {
            barred.insert(pair);
            continue;
        }
        model.merges.emplace_back(left, right);
        corpus.merge(pair, static_cast<int>(tokens.size()));
        tokens.push_back(std::move(both));
    }
    return model;
}

Status writeBpe(const BpeModel& model, const fs::path& folder) {
    io::Json vocab = io::Json::object();
    const std::vector<std::string> tokens = model.tokens();
    for (std::size_t id = 0; id < tokens.size(); ++id)
        vocab[tokens[id]] = id;
    std::string merges = "#version: 0.2\n";
    for (const auto& [left, right] : model.merges)
        merges += left + " " + right + "\n";
    if (auto written = io::writeJson(folder / "vocab.json", vocab); !written) return written;
    return writeFileAtomically(folder / "merges.txt", merges);
}

}  // namespace oodscope::text
