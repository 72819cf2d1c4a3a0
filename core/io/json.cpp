// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"

#include <set>

#include "core/base/files.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {
namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{256} << 20;
constexpr int kDeepest = 200;

/// Watches a parse for what nlohmann lets through: keys that appear twice, and nesting no sane file has.
class Watch {
public:
    std::string problem;

    bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > kDeepest && problem.empty()) problem = "nested more than " + std::to_string(kDeepest) + " deep";
        if (!problem.empty()) return false;  // values are dropped from here on
        if (event == Json::parse_event_t::object_start) m_keys.emplace_back();
        if (event == Json::parse_event_t::object_end) m_keys.pop_back();
        if (event == Json::parse_event_t::key && !m_keys.back().insert(parsed.get<std::string>()).second)
            problem = "key " + quotedName(parsed.get<std::string>()) + " appears twice in one object";
        return problem.empty();
    }

private:
    std::vector<std::set<std::string>> m_keys;
};

}  // namespace

Result<Json> readJson(const fs::path& path) {
    const auto text = readTextFile(path, kLargestFile);
    return text ? parseJson(*text, path) : failFrom(text);
}

Result<Json> parseJson(std::string_view text, const fs::path& path) {
    const auto bad = [&](const std::string& reason) { return fail(ErrorCode::BadFile, path.string() + ": " + reason); };
    try {
        Watch watch;
        Json json = Json::parse(text.begin(), text.end(), std::ref(watch));
        if (!watch.problem.empty()) return bad(watch.problem);
        return json;
    } catch (const Json::parse_error& error) {
        const std::string_view what = error.what();  // "[json.exception.parse_error.101] parse error at …"
        return bad("not valid JSON (byte " + std::to_string(error.byte) +
                   "): " + std::string(what.substr(what.find(']') + 2)));
    } catch (const Json::exception& error) {
        return bad(std::string("not valid JSON: ") + error.what());
    }
}

Status writeJson(const fs::path& path, const Json& json) {
    try {
        return writeFileAtomically(path, json.dump(2) + "\n");
    } catch (const Json::exception& error) {
        return fail(ErrorCode::InvalidArgument, path.string() + ": cannot be written as JSON: " + error.what());
    }
}

}  // namespace oodscope::io
