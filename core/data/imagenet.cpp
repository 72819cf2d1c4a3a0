// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/imagenet.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <unordered_map>

#include "core/base/files.h"
#include "core/base/text_util.h"

namespace oodscope::data {
namespace {

constexpr std::size_t kWnidLength = 9;

bool areDigits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<fs::path> findUpwards(fs::path folder, std::string_view name) {
    std::error_code ec;
    for (int level = 0; level < 5; ++level, folder = folder.parent_path()) {
        if (fs::is_regular_file(folder / name, ec)) return folder / name;
    }
    return std::nullopt;
}

/// Image name without extension → wnid.
Result<std::unordered_map<std::string, std::string>> readSolution(const fs::path& file) {
    const auto text = readTextFile(file);
    if (!text) return failFrom(text);
    std::unordered_map<std::string, std::string> classes;
    std::size_t number = 0;
    for (const std::string& line : splitLines(*text)) {
        ++number;
        const std::size_t comma = line.find(',');
        if (trimmed(line).empty() || (number == 1 && line.starts_with("ImageId"))) continue;
        const std::string_view rest =
            comma == std::string::npos ? "" : trimmed(std::string_view(line).substr(comma + 1));
        const std::string_view wnid = rest.substr(0, rest.find(' '));
        if (!isWnid(wnid))
            return fail(ErrorCode::BadFile,
                        fmt::format("{}: line {}: is not \"ImageId,wnid …\"", file.string(), number));
        classes.insert_or_assign(line.substr(0, comma), std::string(wnid));
    }
    return classes;
}

}  // namespace

bool isWnid(std::string_view name) {
    return name.size() == kWnidLength && name.front() == 'n' && areDigits(name.substr(1));
}

bool isImageNetValName(std::string_view fileName) {
    constexpr std::string_view kStart = "ILSVRC2012_val_";
    return fileName.starts_with(kStart) && fileName.size() > kStart.size() + 8 &&
           areDigits(fileName.substr(kStart.size(), 8)) && fileName[kStart.size() + 8] == '.';
}

Status labelImageNetVal(Dataset& dataset) {
    const auto file = findUpwards(dataset.root, "LOC_val_solution.csv");
    if (!file) {
        dataset.notes.emplace_back(
            "LOC_val_solution.csv is neither in the folder nor in one of the four above it: the images have no labels");
        return {};
    }
    const auto classes = readSolution(*file);
    if (!classes) return failFrom(classes);
    for (const auto& entry : *classes)
        dataset.classNames.push_back(entry.second);
    std::ranges::sort(dataset.classNames);
    const auto repeated = std::ranges::unique(dataset.classNames);
    dataset.classNames.erase(repeated.begin(), repeated.end());
    std::size_t unknown = 0;
    for (Sample& sample : dataset.samples) {
        const auto found = classes->find(fs::path(sample.path).stem().string());
        if (found == classes->end()) {
            ++unknown;
            continue;
        }
        sample.label = static_cast<std::int32_t>(std::ranges::lower_bound(dataset.classNames, found->second) -
                                                 dataset.classNames.begin());
    }
    if (unknown > 0) dataset.notes.push_back(fmt::format("{} images are not in {}", unknown, file->string()));
    return {};
}

Result<std::map<std::string, std::string>> readSynsetNames(const fs::path& file) {
    const auto text = readTextFile(file);
    if (!text) return failFrom(text);
    std::map<std::string, std::string> names;
    std::size_t number = 0;
    for (const std::string& line : splitLines(*text)) {
        ++number;
        if (trimmed(line).empty()) continue;
        const std::string_view rest = std::string_view(line).substr(std::min(line.size(), kWnidLength));
        const std::string_view name = trimmed(rest.substr(0, rest.find(',')));
        if (!isWnid(line.substr(0, kWnidLength)) || name.empty() || (rest.front() != ' ' && rest.front() != '\t'))
            return fail(ErrorCode::BadFile,
                        fmt::format("{}: line {}: is not \"wnid name, other names\"", file.string(), number));
        names.insert_or_assign(line.substr(0, kWnidLength), std::string(name));
    }
    return names;
}

std::optional<fs::path> findSynsetNames(const fs::path& folder) {
    return findUpwards(folder, "LOC_synset_mapping.txt");
}

Result<std::vector<std::string>> synsetNames(const fs::path& file, const std::vector<std::string>& wnids) {
    const auto names = readSynsetNames(file);
    if (!names) return failFrom(names);
    std::vector<std::string> found;
    for (const std::string& wnid : wnids) {
        const auto name = names->find(wnid);
        if (name == names->end())
            return fail(ErrorCode::NotFound, fmt::format("{}: has no name for class {}", file.string(), wnid));
        found.push_back(name->second);
    }
    return found;
}

}  // namespace oodscope::data
