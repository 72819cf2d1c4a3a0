// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/journal.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/hash.h"

namespace oodscope::embed {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kHashDigits = 32;

std::string hashOf(std::string_view body, std::string_view planHash) {
    return Hasher().add(planHash).add(body).hex();
}

std::optional<JournalRecord> parseBody(std::string_view body) {
    try {
        const Json json = Json::parse(body);
        JournalRecord record{json.at("batch").get<std::size_t>(), json.at("rows").get<std::string>(), {}};
        for (const Json& entry : json.at("bad"))
            record.bad.push_back(
                {entry.at(0).get<std::size_t>(), entry.at(1).get<std::string>(), entry.at(2).get<bool>()});
        return record;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace

std::string journalLine(const JournalRecord& record, std::string_view planHash) {
    Json bad = Json::array();
    for (const BadImage& image : record.bad)
        bad.push_back(Json::array({image.index, image.reason, image.mayRecover}));
    const Json json{{"batch", record.batch}, {"rows", record.rowsHash}, {"bad", std::move(bad)}};
    // A reason may hold a file name that is not UTF-8.
    const std::string body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return hashOf(body, planHash) + " " + body + "\n";
}

std::vector<JournalRecord> parseJournal(std::string_view text, std::string_view planHash, std::size_t& validBytes) {
    std::vector<JournalRecord> records;
    validBytes = 0;
    while (validBytes < text.size()) {
        const std::size_t end = text.find('\n', validBytes);
        if (end == std::string_view::npos) break;
        const std::string_view line = text.substr(validBytes, end - validBytes);
        if (line.size() < kHashDigits + 1) break;
        const std::string_view body = line.substr(kHashDigits + 1);
        if (line.substr(0, kHashDigits) != hashOf(body, planHash)) break;
        auto record = parseBody(body);
        if (!record) break;
        records.push_back(std::move(*record));
        validBytes = end + 1;
    }
    return records;
}

}  // namespace oodscope::embed
