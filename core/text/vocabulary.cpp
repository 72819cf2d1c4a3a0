// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/vocabulary.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/json.h"
#include "core/io/tensor_file.h"
#include "core/text/byte_symbols.h"

namespace oodscope::text {
namespace {

using io::Json;
using io::quotedName;

constexpr std::int64_t kLargestId = 1 << 24;
constexpr std::size_t kLargestList = std::size_t{64} << 20;
constexpr std::size_t kMostMergesOfList = 49152 - 256 - 2;  // as many as CLIP takes from its longer list
constexpr std::array<SpecialNames, 2> kSpecials{SpecialNames{"<|startoftext|>", "<|endoftext|>"},
                                                SpecialNames{"<start_of_text>", "<end_of_text>"}};

tl::unexpected<Error> bad(const fs::path& path, const std::string& reason) {
    return fail(ErrorCode::BadFile, path.string() + ": " + reason);
}

Status addTokens(const fs::path& path, const Json& tokens, Vocabulary& vocabulary) {
    if (!tokens.is_object()) return bad(path, "its vocabulary is not an object of tokens and ids");
    std::unordered_set<std::int64_t> used;
    for (const auto& [token, id] : tokens.items()) {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > kLargestId)
            return bad(path, "token " + quotedName(token) + " has no valid id");
        if (!used.insert(id.get<std::int64_t>()).second)
            return bad(path, "token " + quotedName(token) + ": its id " + id.dump() + " is given twice");
        vocabulary.ids.emplace(token, id.get<std::int32_t>());
    }
    return {};
}

Status findSpecials(const fs::path& path, Vocabulary& vocabulary) {
    for (const SpecialNames& names : kSpecials) {
        if (!vocabulary.ids.contains(names[0]) || !vocabulary.ids.contains(names[1])) continue;
        vocabulary.specials = names;
        return {};
    }
    return bad(path,
               "no start and end token (" + kSpecials[0][0] + " or " + kSpecials[1][0] + "); not a CLIP vocabulary");
}

/// "left right"
bool splitMerge(std::string_view text, MergeRule& rule) {
    const std::size_t space = text.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == text.size()) return false;
    rule.left = text.substr(0, space);
    rule.right = text.substr(space + 1);
    return rule.right.find(' ') == std::string::npos;
}

bool readMerge(const Json& entry, MergeRule& rule) {
    if (entry.is_string()) return splitMerge(entry.get_ref<const std::string&>(), rule);
    if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_string()) return false;
    rule.left = entry[0].get<std::string>();
    rule.right = entry[1].get<std::string>();
    return !rule.left.empty() && !rule.right.empty();
}

Status addJsonMerges(const fs::path& path, const Json& merges, Vocabulary& vocabulary) {
    if (!merges.is_array()) return bad(path, "model.merges is not a list");
    vocabulary.mergesSource = path.string() + ": merge";
    for (std::size_t i = 0; i < merges.size(); ++i) {
        MergeRule rule;
        rule.place = i + 1;
        if (!readMerge(merges[i], rule))
            return bad(path, "merge " + std::to_string(i + 1) + " is not a pair of tokens");
        vocabulary.merges.push_back(std::move(rule));
    }
    return {};
}

/// Special tokens may stand in "added_tokens" only.
Status addAddedTokens(const fs::path& path, const Json& json, Vocabulary& vocabulary) {
    if (!json.contains("added_tokens") || !json.at("added_tokens").is_array()) return {};
    for (const Json& token : json.at("added_tokens")) {
        const bool sound = token.is_object() && token.contains("content") && token["content"].is_string() &&
                           token.contains("id") && token["id"].is_number_unsigned() &&
                           token["id"].get<std::uint64_t>() <= static_cast<std::uint64_t>(kLargestId);
        if (!sound) return bad(path, "an entry of added_tokens has no content or no valid id");
        vocabulary.ids.emplace(token["content"].get<std::string>(), token["id"].get<std::int32_t>());
    }
    return {};
}

Status addLineMerges(const fs::path& path, const std::vector<std::string>& lines, std::size_t first,
                     Vocabulary& vocabulary) {
    vocabulary.mergesSource = path.string() + ": line";
    for (std::size_t i = first; i < lines.size(); ++i) {
        MergeRule rule;
        rule.place = i + 1;
        if (!splitMerge(lines[i], rule))
            return bad(path,
                       "line " + std::to_string(i + 1) + ": " + quotedName(lines[i]) + " is not a pair of tokens");
        vocabulary.merges.push_back(std::move(rule));
    }
    return {};
}

Result<std::string> readGzip(const fs::path& path) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) return fail(ErrorCode::Io, path.string() + ": cannot be opened");
    std::string text;
    std::array<char, 1 << 16> block{};
    int got = 0;
    while ((got = gzread(file.get(), block.data(), block.size())) > 0) {
        text.append(block.data(), static_cast<std::size_t>(got));
        if (text.size() > kLargestList) return bad(path, "unpacks to more than a list of merges can be");
    }
    int status = Z_OK;
    gzerror(file.get(), &status);
    if (got < 0 || status != Z_OK) return bad(path, "is damaged or cut short");
    return text;
}

/// Ids in CLIP's order: bytes, bytes at the end of a word, merges, start, end. A token made twice keeps its last id.
void numberTokens(Vocabulary& vocabulary, bool emptyLastLine) {
    std::int32_t next = 0;
    for (const std::string_view end : {std::string_view(), kWordEnd}) {
        for (const unsigned char byte : byteOrder())
            vocabulary.ids[byteSymbols()[byte] + std::string(end)] = next++;
    }
    for (const MergeRule& rule : vocabulary.merges)
        vocabulary.ids[rule.left + rule.right] = next++;
    // open_clip counts the empty rest after the last line's end as a merge of nothing, when it reads that far.
    if (emptyLastLine) ++next;
    for (const std::string& special : vocabulary.specials)
        vocabulary.ids[special] = next++;
}

}  // namespace

Result<Vocabulary> readTokenizerJson(const fs::path& path) {
    const auto json = io::readJson(path);
    if (!json) return failFrom(json);
    if (!json->is_object() || !json->contains("model") || !json->at("model").is_object())
        return bad(path, "no object \"model\"");
    const Json& model = json->at("model");
    const auto textOf = [&](const char* key) {
        return model.contains(key) && model[key].is_string() ? model[key].get<std::string>() : "";
    };
    if (!model.contains("vocab") || !model.contains("merges") || textOf("end_of_word_suffix") != kWordEnd)
        return fail(ErrorCode::Unsupported,
                    path.string() + ": not CLIP's byte-pair encoding (BPE with vocab, merges and the suffix </w>)");
    Vocabulary vocabulary;
    Status status = addTokens(path, model["vocab"], vocabulary);
    if (status) status = addAddedTokens(path, *json, vocabulary);
    if (status) status = findSpecials(path, vocabulary);
    if (status) status = addJsonMerges(path, model["merges"], vocabulary);
    if (!status) return failFrom(status);
    return vocabulary;
}

Result<Vocabulary> readVocabAndMerges(const fs::path& vocab, const fs::path& merges) {
    const auto json = io::readJson(vocab);
    if (!json) return failFrom(json);
    const auto text = readTextFile(merges, kLargestList);
    if (!text) return failFrom(text);
    const std::vector<std::string> lines = splitLines(*text);
    const std::size_t first = !lines.empty() && lines[0].starts_with("#version") ? 1 : 0;
    Vocabulary vocabulary;
    Status status = addTokens(vocab, *json, vocabulary);
    if (status) status = findSpecials(vocab, vocabulary);
    if (status) status = addLineMerges(merges, lines, first, vocabulary);
    if (!status) return failFrom(status);
    return vocabulary;
}

Result<Vocabulary> readMergesList(const fs::path& path) {
    const auto text = path.extension() == ".gz" ? readGzip(path) : readTextFile(path, kLargestList);
    if (!text) return failFrom(text);
    std::vector<std::string> lines = splitLines(*text);
    if (lines.empty()) return bad(path, "is empty; a title line and merges are expected");
    const bool emptyLastLine = text->ends_with('\n') && lines.size() - 1 < kMostMergesOfList;
    lines.resize(std::min(lines.size(), kMostMergesOfList + 1));
    Vocabulary vocabulary;
    vocabulary.specials = kSpecials[1];
    if (auto added = addLineMerges(path, lines, 1, vocabulary); !added) return failFrom(added);
    numberTokens(vocabulary, emptyLastLine);
    return vocabulary;
}

}  // namespace oodscope::text
