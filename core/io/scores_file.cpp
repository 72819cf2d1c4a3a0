// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scores_file.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::optional<double> numberIn(std::string_view text) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A first line of words; a malformed first number must not pass for one.
bool isHeader(std::string_view line) {
    const char c = line.front();
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '"' || c == '#';
}

Result<std::vector<double>> readLines(const fs::path& path) {
    auto text = readTextFile(path);
    if (!text) return failFrom(text);
    if (text->starts_with(kByteOrderMark)) text->erase(0, kByteOrderMark.size());
    std::vector<double> scores;
    std::size_t number = 0;
    bool first = true;
    std::string_view rest = *text;
    while (!rest.empty()) {
        ++number;
        const std::size_t end = rest.find('\n');
        const std::string_view line = trimmed(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.empty()) continue;
        const auto score = numberIn(line);
        if (score)
            scores.push_back(*score);
        else if (!first || !isHeader(line))
            return fail(ErrorCode::BadFile, path.string() + ": line " + std::to_string(number) + ": " +
                                                quotedName(line) + " is not a number (one score a line is expected)");
        if (score && std::isnan(*score))
            return fail(ErrorCode::BadFile, path.string() + ": line " + std::to_string(number) + ": the score is NaN");
        first = false;
    }
    return scores;
}

/// OpenOOD keeps the scores of a set as "conf" beside its predictions and labels; a file with one list holds the
/// scores.
Result<std::vector<double>> readNpz(const fs::path& path) {
    auto arrays = readNpzVectors(path);
    if (!arrays) return failFrom(arrays);
    const auto found = arrays->size() == 1 ? arrays->begin() : arrays->find("conf");
    if (found == arrays->end())
        return fail(ErrorCode::BadFile, path.string() + ": has several arrays, and none is called \"conf\"");
    return std::move(found->second);
}

Result<std::vector<double>> readArray(const fs::path& path) {
    auto scores = endsWithIgnoringCase(path.string(), ".npz") ? readNpz(path) : readNpyVector(path);
    if (!scores) return scores;
    for (std::size_t i = 0; i < scores->size(); ++i) {
        if (std::isnan((*scores)[i]))
            return fail(ErrorCode::BadFile, path.string() + ": the score at index " + std::to_string(i) + " is NaN");
    }
    return scores;
}

}  // namespace

Result<std::vector<double>> readScores(const fs::path& path) {
    const std::string name = path.filename().string();
    const bool text = endsWithIgnoringCase(name, ".csv") || endsWithIgnoringCase(name, ".txt");
    if (!text && !endsWithIgnoringCase(name, ".npy") && !endsWithIgnoringCase(name, ".npz"))
        return fail(ErrorCode::Unsupported,
                    path.string() + ": scores are read from .npy, .npz, .csv and .txt files" +
                        (endsWithIgnoringCase(name, ".pkl") ? "; 'import scores --openood' reads OpenOOD's .pkl" : ""));
    auto scores = text ? readLines(path) : readArray(path);
    if (scores && scores->empty()) return fail(ErrorCode::BadFile, path.string() + ": holds no scores");
    return scores;
}

}  // namespace oodscope::io
