// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/detector_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/text_util.h"

namespace oodscope::ood {

namespace {

std::optional<double> parseNumber(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string rangeOf(const DetectorOption& option) {
    if (!option.words.empty()) {
        std::string words;
        for (const std::string& word : split(option.words, '|'))
            words += (words.empty() ? "" : ", ") + word;
        return words;
    }
    // Whole numbers can be large; {:g} would write them as 1e+06.
    if (option.whole) return fmt::format("{:.0f} to {:.0f}", option.low, option.high);
    return fmt::format("{:g} to {:g}", option.low, option.high);
}

bool accepts(const DetectorOption& option, std::string_view value) {
    if (!option.words.empty()) {
        const std::vector<std::string> words = split(option.words, '|');
        return std::ranges::find(words, value) != words.end();
    }
    const auto number = parseNumber(value);
    if (!number || *number < option.low || *number > option.high) return false;
    return !option.whole || std::floor(*number) == *number;
}

Error badValue(const DetectorInfo& info, const DetectorOption& option, std::string_view value) {
    return {ErrorCode::InvalidArgument, fmt::format("{}: {}={} is not one of: {}{}", info.key, option.key, value,
                                                    !option.words.empty() ? ""
                                                    : option.whole        ? "a whole number from "
                                                                          : "a number from ",
                                                    rangeOf(option))};
}

Error unknownOption(const DetectorInfo& info, std::string_view part) {
    const std::string known = describeOptions(info);
    return {ErrorCode::InvalidArgument, fmt::format("{}: unknown option '{}' ({})", info.key, part,
                                                    known.empty() ? "it has none" : "there are: " + known)};
}

}  // namespace

Result<DetectorOptions> DetectorOptions::parse(const DetectorInfo& info, std::string_view text) {
    DetectorOptions options;
    for (const DetectorOption& option : info.options)
        options.m_values.emplace_back(option.key, option.standard);
    if (text.empty()) return options;
    for (const std::string& part : split(text, ':')) {
        const std::size_t equals = part.find('=');
        const std::string key = toLowerAscii(trimmed(std::string_view(part).substr(0, equals)));
        const auto option = std::ranges::find(info.options, key, &DetectorOption::key);
        if (equals == std::string::npos || option == info.options.end())
            return tl::unexpected(unknownOption(info, part));
        const std::string value(trimmed(std::string_view(part).substr(equals + 1)));
        if (!accepts(*option, value)) return tl::unexpected(badValue(info, *option, value));
        options.m_values[std::size_t(option - info.options.begin())].second = value;
    }
    return options;
}

const std::string& DetectorOptions::word(std::string_view key) const {
    const auto found = std::ranges::find(m_values, key, &std::pair<std::string, std::string>::first);
    assert(found != m_values.end());
    return found->second;
}

double DetectorOptions::number(std::string_view key) const {
    return parseNumber(word(key)).value_or(0);
}

std::string describeOptions(const DetectorInfo& info) {
    std::string text;
    for (const DetectorOption& option : info.options)
        text += fmt::format("{}{}={} ({}, {})", text.empty() ? "" : "; ", option.key, option.standard, option.meaning,
                            rangeOf(option));
    return text;
}

}  // namespace oodscope::ood
