// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/io/json.h"

namespace oodscope::model {

/// Reads one object of a JSON configuration strictly: every value is checked against its type and limits, and keys that
/// nobody asked for are found. The first problem is kept; later reads give defaults.
class ConfigSection {
public:
    /// `where` starts each message, e.g. "/m/open_clip_config.json: model_cfg.vision_cfg".
    ConfigSection(const io::Json& object, std::string where);

    bool has(std::string_view key) const;  // present and not null
    bool isList(std::string_view key) const;
    /// Required where `fallback` is empty.
    int integer(std::string_view key, std::optional<int> fallback, int least, int most);
    /// A list of `count` whole numbers, required; zeros where there is none.
    std::vector<int> integers(std::string_view key, std::size_t count, int least, int most);
    double number(std::string_view key, double fallback, double least, double most);
    bool flag(std::string_view key, bool fallback);
    std::string text(std::string_view key, std::string fallback);
    /// A side length: a number, or a pair of two equal ones.
    int side(std::string_view key, std::optional<int> fallback, int most);
    /// Three numbers.
    void triple(std::string_view key, float (&values)[3], double least);
    /// The sub-object; an empty one where it is absent and not `required`.
    ConfigSection section(std::string_view key, bool required);

    /// Keys without influence on inference.
    void ignore(std::initializer_list<std::string_view> keys);
    /// An error unless `key` is absent, null, false or equal to `harmless`.
    void unsupportedUnless(std::string_view key, const io::Json& harmless);
    void fail(std::string_view key, const std::string& reason);
    void unsupported(std::string_view key);
    /// The first problem so far.
    Status problem() const;
    /// The first problem, or that of a key that was never asked for.
    Status finish() const;

private:
    const io::Json* find(std::string_view key);

    io::Json m_object;
    std::string m_where;
    std::set<std::string, std::less<>> m_known;
    std::optional<Error> m_error;
};

}  // namespace oodscope::model
