// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/labels_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/npy.h"

namespace oodscope::io {
namespace {

constexpr std::string_view kNone = "-1";

/// Numbers the classes in the order of their keys; `isNone` marks those without a class.
template <class Key, class IsNone, class Name>
Labels numbered(const std::vector<Key>& keys, IsNone isNone, Name name) {
    std::map<Key, std::int32_t> index;
    for (const Key& key : keys) {
        if (!isNone(key)) index.emplace(key, 0);
    }
    Labels labels;
    for (auto& [key, number] : index) {
        number = static_cast<std::int32_t>(labels.names.size());
        labels.names.push_back(name(key));
    }
    labels.labels.reserve(keys.size());
    for (const Key& key : keys)
        labels.labels.push_back(isNone(key) ? -1 : index.at(key));
    return labels;
}

Result<Labels> readNames(const fs::path& path) {
    const auto text = readTextFile(path);
    if (!text) return failFrom(text);
    std::vector<std::string> names;
    for (const std::string& line : splitLines(*text))
        names.emplace_back(trimmed(line));
    while (!names.empty() && names.back().empty())
        names.pop_back();
    const auto empty = std::ranges::find(names, std::string());
    if (empty != names.end())
        return fail(ErrorCode::BadFile, fmt::format("{}: line {} is empty (one class name a line is expected)",
                                                    path.string(), empty - names.begin() + 1));
    return numbered(
        names, [](const std::string& name) { return name == kNone; }, [](const std::string& name) { return name; });
}

Result<Labels> readNumbers(const fs::path& path) {
    const auto values = readNpyVector(path);
    if (!values) return failFrom(values);
    for (std::size_t i = 0; i < values->size(); ++i) {
        const double value = (*values)[i];
        if (value == std::floor(value) && value >= -1 && value <= std::numeric_limits<std::int32_t>::max()) continue;
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: the label at index {} is {} (a class number, or -1 for none, is expected)",
                                path.string(), i, value));
    }
    return numbered(
        *values, [](double value) { return value < 0; }, [](double value) { return fmt::format("{:.0f}", value); });
}

}  // namespace

Result<Labels> readLabels(const fs::path& path) {
    const std::string name = path.filename().string();
    const bool text = endsWithIgnoringCase(name, ".csv") || endsWithIgnoringCase(name, ".txt");
    if (!text && !endsWithIgnoringCase(name, ".npy"))
        return fail(ErrorCode::Unsupported, path.string() + ": class labels are read from .npy, .csv and .txt files");
    auto labels = text ? readNames(path) : readNumbers(path);
    if (labels && labels->labels.empty()) return fail(ErrorCode::BadFile, path.string() + ": holds no labels");
    return labels;
}

}  // namespace oodscope::io
