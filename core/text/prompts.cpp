// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/prompts.h"

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/tensor_file.h"
#include "core/text/imagenet_templates.h"
#include "core/text/unicode.h"

namespace oodscope::text {
namespace {

constexpr std::uintmax_t kLargestList = std::uintmax_t{64} << 20;

tl::unexpected<Error> lineError(const fs::path& path, std::size_t index, const std::string& reason) {
    return fail(ErrorCode::BadFile, path.string() + ": line " + std::to_string(index + 1) + ": " + reason);
}

/// Trimmed lines of valid UTF-8.
Result<std::vector<std::string>> readLines(const fs::path& path) {
    auto text = readTextFile(path, kLargestList);
    if (!text) return failFrom(text);
    if (text->starts_with("\xef\xbb\xbf")) text->erase(0, 3);
    std::vector<std::string> lines = splitLines(*text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (toUtf8(toUtf32(lines[i])) != lines[i]) return lineError(path, i, "not valid UTF-8");
        lines[i] = trimmed(lines[i]);
    }
    return lines;
}

/// The next place for the class name: its position and length.
std::pair<std::size_t, std::size_t> findPlace(std::string_view promptTemplate, std::size_t from) {
    const std::size_t named = promptTemplate.find("{c}", from), bare = promptTemplate.find("{}", from);
    return named < bare ? std::pair(named, std::size_t{3}) : std::pair(bare, std::size_t{2});
}

}  // namespace

const PromptSet& referencePrompts() {
    static const PromptSet prompts{"reference5",
                                   {"a photo of a {c}.", "a blurry photo of a {c}.", "a photo of many {c}.",
                                    "a photo of the large {c}.", "a photo of the small {c}."}};
    return prompts;
}

const std::vector<PromptSet>& builtInPromptSets() {
    static const std::vector<PromptSet> sets{
        referencePrompts(),
        {"single", {"a photo of a {c}."}},
        {"imagenet80", {kImagenetTemplates.begin(), kImagenetTemplates.end()}},
        {"name", {"{c}"}},
    };
    return sets;
}

Result<PromptSet> builtInPrompts(std::string_view name) {
    std::string known;
    for (const PromptSet& set : builtInPromptSets()) {
        if (set.name == name) return set;
        known += (known.empty() ? "" : ", ") + set.name;
    }
    return fail(ErrorCode::NotFound, "no built-in prompts " + io::quotedName(name) + " (there are " + known + ")");
}

Result<PromptSet> readPrompts(const fs::path& path) {
    const auto lines = readLines(path);
    if (!lines) return failFrom(lines);
    PromptSet prompts{path.stem().string(), {}};
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const std::string& line = (*lines)[i];
        if (line.empty() || line.starts_with('#')) continue;
        if (findPlace(line, 0).first == std::string::npos)
            return lineError(path, i, io::quotedName(line) + " has no {c} or {} for the class name");
        prompts.templates.push_back(line);
    }
    if (prompts.templates.empty()) return fail(ErrorCode::BadFile, path.string() + ": holds no prompts");
    return prompts;
}

std::string fillPrompt(std::string_view promptTemplate, std::string_view className) {
    std::string prompt;
    std::size_t from = 0;
    while (true) {
        const auto [place, length] = findPlace(promptTemplate, from);
        prompt += promptTemplate.substr(from, place == std::string_view::npos ? place : place - from);
        if (place == std::string_view::npos) return prompt;
        prompt += className;
        from = place + length;
    }
}

Result<std::vector<std::string>> readClassNames(const fs::path& path) {
    auto lines = readLines(path);
    if (!lines) return lines;
    while (!lines->empty() && lines->back().empty())
        lines->pop_back();
    if (lines->empty()) return fail(ErrorCode::BadFile, path.string() + ": holds no class names");
    for (std::size_t i = 0; i < lines->size(); ++i) {
        // A skipped line would silently shift every later class.
        if ((*lines)[i].empty()) return lineError(path, i, "empty; one class name a line is expected");
    }
    return lines;
}

}  // namespace oodscope::text
