// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_section.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace oodscope::model {

ConfigSection::ConfigSection(const io::Json& object, std::string where) : m_object(object), m_where(std::move(where)) {
    if (!m_object.is_object()) {
        m_error = Error{ErrorCode::BadFile, m_where + " is not an object"};
        m_object = io::Json::object();
    }
}

bool ConfigSection::has(std::string_view key) const {
    const auto it = m_object.find(key);
    return it != m_object.end() && !it->is_null();
}

bool ConfigSection::isList(std::string_view key) const {
    return has(key) && m_object.find(key)->is_array();
}

const io::Json* ConfigSection::find(std::string_view key) {
    m_known.emplace(key);
    return has(key) ? &*m_object.find(key) : nullptr;
}

void ConfigSection::fail(std::string_view key, const std::string& reason) {
    if (!m_error) m_error = Error{ErrorCode::BadFile, fmt::format("{}.{} {}", m_where, key, reason)};
}

int ConfigSection::integer(std::string_view key, std::optional<int> fallback, int least, int most) {
    const io::Json* value = find(key);
    if (value == nullptr) {
        if (!fallback) fail(key, "is missing");
        return fallback.value_or(least);
    }
    if (!value->is_number_integer() || value->get<double>() < least || value->get<double>() > most) {
        fail(key, fmt::format("is {}, expected a whole number from {} to {}", value->dump(), least, most));
        return fallback.value_or(least);
    }
    return value->get<int>();
}

std::vector<int> ConfigSection::integers(std::string_view key, std::size_t count, int least, int most) {
    const io::Json* value = find(key);
    std::vector<int> values(count);
    bool good = value != nullptr && value->is_array() && value->size() == count;
    for (std::size_t i = 0; good && i < count; ++i) {
        const io::Json& item = (*value)[i];
        good = item.is_number_integer() && item.get<double>() >= least && item.get<double>() <= most;
        if (good) values[i] = item.get<int>();
    }
    if (!good)
        fail(key, fmt::format("is {}, expected {} whole numbers from {} to {}",
                              value == nullptr ? "missing" : value->dump(), count, least, most));
    return values;
}

double ConfigSection::number(std::string_view key, double fallback, double least, double most) {
    const io::Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number() || !(value->get<double>() >= least && value->get<double>() <= most)) {
        fail(key, fmt::format("is {}, expected a number from {} to {}", value->dump(), least, most));
        return fallback;
    }
    return value->get<double>();
}

bool ConfigSection::flag(std::string_view key, bool fallback) {
    const io::Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) {
        fail(key, fmt::format("is {}, expected true or false", value->dump()));
        return fallback;
    }
    return value->get<bool>();
}

std::string ConfigSection::text(std::string_view key, std::string fallback) {
    const io::Json* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_string()) {
        fail(key, fmt::format("is {}, expected a string", value->dump()));
        return fallback;
    }
    return value->get<std::string>();
}

int ConfigSection::side(std::string_view key, std::optional<int> fallback, int most) {
    if (!has(key)) return integer(key, fallback, 1, most);
    io::Json& value = m_object.find(key).value();
    if (value.is_array()) {
        if (value.size() != 2 || value[0] != value[1])
            fail(key, fmt::format("is {}; only square sizes are supported", value.dump()));
        else
            value = io::Json(value[0]);
    }
    return integer(key, fallback, 1, most);
}

void ConfigSection::triple(std::string_view key, float (&values)[3], double least) {
    const io::Json* value = find(key);
    if (value == nullptr) return;
    bool good = value->is_array() && value->size() == 3;
    for (std::size_t i = 0; good && i < 3; ++i) {
        const io::Json& item = (*value)[i];
        good = item.is_number() && std::isfinite(item.get<float>()) && item.get<double>() >= least;
        if (good) values[i] = item.get<float>();
    }
    if (!good) fail(key, fmt::format("is {}, expected three numbers of at least {}", value->dump(), least));
}

ConfigSection ConfigSection::section(std::string_view key, bool required) {
    const io::Json* value = find(key);
    if (value == nullptr && required) fail(key, "is missing");
    static const io::Json empty = io::Json::object();
    return {value == nullptr ? empty : *value, fmt::format("{}.{}", m_where, key)};
}

void ConfigSection::ignore(std::initializer_list<std::string_view> keys) {
    m_known.insert(keys.begin(), keys.end());
}

void ConfigSection::unsupportedUnless(std::string_view key, const io::Json& harmless) {
    const io::Json* value = find(key);
    if (value != nullptr && *value != harmless && *value != io::Json(false)) unsupported(key);
}

void ConfigSection::unsupported(std::string_view key) {
    const io::Json* value = find(key);
    if (m_error || value == nullptr) return;
    m_error = Error{ErrorCode::Unsupported,
                    fmt::format("{}.{} is {}, which is not supported by this version", m_where, key, value->dump())};
}

Status ConfigSection::problem() const {
    if (m_error) return tl::unexpected<Error>(*m_error);
    return {};
}

Status ConfigSection::finish() const {
    if (m_error) return problem();
    for (const auto& item : m_object.items()) {
        if (!m_known.contains(item.key()) && !item.value().is_null())
            return oodscope::fail(ErrorCode::Unsupported,
                                  fmt::format("{}.{} is not supported by this version", m_where, item.key()));
    }
    return {};
}

}  // namespace oodscope::model
