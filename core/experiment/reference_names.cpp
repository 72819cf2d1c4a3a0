// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/reference_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "core/base/text_util.h"

namespace oodscope::experiment {
namespace {

struct KnownName {
    std::string_view key;
    std::string_view method;
    std::string_view parameter;  // what it always has
    std::string_view value;
};

// In the order in which the reference evaluates them.
constexpr KnownName kKnownNames[] = {
    {"mahalanobis", "Mahalanobis", "", ""},
    {"mahalanobis_relative", "Mahalanobis_relative", "", ""},
    {"knn", "knn", "k", "1"},
    {"free_energy", "free_energy", "temp", "1.0"},
    {"msp", "msp", "temp", "1.0"},
    {"l1_norm", "l1_norm", "temp", "1.0"},
    {"perplexity", "perplexity", "temp", "1.0"},
};

}  // namespace

bool isNumber(std::string_view text) {
    char* end = nullptr;
    const std::string copy(text);
    std::strtod(copy.c_str(), &end);
    return !copy.empty() && *end == '\0';
}

std::string floatText(double value) {
    std::string text = fmt::format("{}", value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

ReferenceName referenceName(std::string_view key) {
    const std::vector<std::string> parts = split(key, ':');
    ReferenceName name{parts.front(), {}, static_cast<int>(std::size(kKnownNames))};
    const auto* known = std::ranges::find(kKnownNames, parts.front(), &KnownName::key);
    if (known != std::end(kKnownNames)) {
        name.method = known->method;
        name.order = static_cast<int>(known - std::begin(kKnownNames));
        if (!known->parameter.empty()) name.parameters.emplace_back(known->parameter, known->value);
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t equals = std::min(parts[i].find('='), parts[i].size());
        std::string option = parts[i].substr(0, equals);
        std::string value = parts[i].substr(std::min(equals + 1, parts[i].size()));
        if (option == "T" || option == "temperature") {
            option = "temp";
            value = floatText(std::atof(value.c_str()));
        }
        const auto given = std::ranges::find(name.parameters, option, &std::pair<std::string, std::string>::first);
        if (given != name.parameters.end())
            given->second = value;
        else
            name.parameters.emplace_back(option, value);
    }
    if (name.method == "knn") name.parameters.emplace_back("metric", "temp-cos-sim");
    return name;
}

std::string columnName(const ReferenceName& name) {
    std::string column = name.method;
    for (const auto& [key, value] : name.parameters)
        column += "_" + key + "=" + value;
    return column;
}

std::string ownName(const std::string& method) {
    const auto* known = std::ranges::find(kKnownNames, method, &KnownName::method);
    return std::string(known == std::end(kKnownNames) ? std::string_view(method) : known->key);
}

std::string methodOf(const std::string& column) {
    const std::size_t equals = column.find('=');
    if (equals == std::string::npos) return column;
    for (const KnownName& known : kKnownNames) {
        if (column.starts_with(std::string(known.method) + "_")) return std::string(known.method);
    }
    return column.substr(0, column.rfind('_', equals));
}

}  // namespace oodscope::experiment
