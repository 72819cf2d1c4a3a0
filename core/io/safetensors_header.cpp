// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors_header.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "core/io/tensor_file.h"

namespace oodscope::io {
namespace {

using Json = nlohmann::json;

/// Follows the document {name: {dtype, shape, data_offsets}, "__metadata__": {string: string}}. Unknown members of a
/// tensor are skipped, as the reference implementation does.
class HeaderHandler final : public nlohmann::json_sax<Json> {
public:
    SafetensorsHeader header;
    std::string problem;

    bool null() override { return scalar("null"); }
    bool boolean(bool) override { return scalar("a boolean"); }
    bool number_integer(number_integer_t) override { return scalar("a negative number"); }
    bool number_float(number_float_t, const string_t&) override { return scalar("a number that is no 64-bit integer"); }
    bool binary(binary_t&) override { return scalar("binary data"); }
    bool number_unsigned(number_unsigned_t value) override;
    bool string(string_t& value) override;
    bool start_object(std::size_t) override;
    bool key(string_t& name) override;
    bool end_object() override;
    bool start_array(std::size_t) override;
    bool end_array() override;
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        return reject("the header is not valid JSON (byte " + std::to_string(position) + " of it)");
    }

private:
    enum class At { Start, Top, Tensor, Metadata, Shape, Offsets, Done };
    enum class Field { None, DType, Shape, Offsets, Unknown };

    bool reject(std::string reason) {
        if (problem.empty()) problem = std::move(reason);
        return false;
    }
    std::string where() const {
        if (m_at == At::Start || m_at == At::Done) return "the header";
        if (m_at == At::Metadata) return "__metadata__";
        return m_name.empty() && m_at == At::Top ? "the header" : "tensor " + quotedName(m_name);
    }
    bool unexpected(const std::string& what) { return reject(where() + ": " + what + " is not expected there"); }
    bool skipping() const { return m_at == At::Tensor && m_field == Field::Unknown; }
    bool scalar(const std::string& what) { return skipping() || unexpected(what); }
    bool enterMember();
    bool tensorKey(const std::string& name);

    At m_at = At::Start;
    Field m_field = Field::None;
    std::size_t m_skipDepth = 0;
    std::string m_name;
    std::string m_metadataKey;
    std::unordered_set<std::string> m_names;
    bool m_hasDType = false, m_hasShape = false, m_hasOffsets = false;
    std::vector<std::uint64_t> m_offsets;
};

bool HeaderHandler::number_unsigned(number_unsigned_t value) {
    if (m_at == At::Shape) {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return reject(where() + ": a shape of " + std::to_string(value) + " is too large");
        header.entries.back().shape.push_back(static_cast<std::int64_t>(value));
        return true;
    }
    if (m_at == At::Offsets) {
        if (m_offsets.size() == 2) return reject(where() + ": data_offsets has more than two numbers");
        m_offsets.push_back(value);
        return true;
    }
    return scalar("a number");
}

bool HeaderHandler::string(string_t& value) {
    if (m_at == At::Metadata) {
        header.metadata[m_metadataKey] = std::move(value);
        return true;
    }
    if (m_at == At::Tensor && m_field == Field::DType) {
        header.entries.back().dtype = std::move(value);
        m_field = Field::None;
        return true;
    }
    return scalar("a string");
}

bool HeaderHandler::enterMember() {
    if (m_name == "__metadata__") {
        m_at = At::Metadata;
        return true;
    }
    m_at = At::Tensor;
    m_field = Field::None;
    m_hasDType = m_hasShape = m_hasOffsets = false;
    header.entries.emplace_back().name = m_name;
    return true;
}

bool HeaderHandler::start_object(std::size_t) {
    if (skipping()) {
        ++m_skipDepth;
        return true;
    }
    if (m_at == At::Start) {
        m_at = At::Top;
        return true;
    }
    return m_at == At::Top ? enterMember() : unexpected("an object");
}

bool HeaderHandler::tensorKey(const std::string& name) {
    if (m_skipDepth > 0) return true;
    bool* seen = name == "dtype"          ? &m_hasDType
                 : name == "shape"        ? &m_hasShape
                 : name == "data_offsets" ? &m_hasOffsets
                                          : nullptr;
    if (seen != nullptr && *seen) return reject(where() + ": '" + name + "' appears twice");
    if (seen != nullptr) *seen = true;
    m_field = seen == &m_hasDType   ? Field::DType
              : seen == nullptr     ? Field::Unknown
              : seen == &m_hasShape ? Field::Shape
                                    : Field::Offsets;
    return true;
}

bool HeaderHandler::key(string_t& name) {
    if (m_at == At::Tensor) return tensorKey(name);
    if (m_at == At::Metadata) {
        if (header.metadata.contains(name)) return reject("__metadata__: key " + quotedName(name) + " appears twice");
        m_metadataKey = std::move(name);
        return true;
    }
    m_name = name;
    if (!m_names.insert(std::move(name)).second) return reject(where() + " appears twice in the header");
    return true;
}

bool HeaderHandler::end_object() {
    if (m_skipDepth > 0) {
        --m_skipDepth;
        return true;
    }
    if (m_at == At::Top) {
        m_at = At::Done;
        return true;
    }
    if (m_at == At::Tensor) {
        const char* missing = !m_hasDType ? "dtype" : !m_hasShape ? "shape" : !m_hasOffsets ? "data_offsets" : nullptr;
        if (missing != nullptr) return reject(where() + ": no '" + missing + "'");
    }
    m_at = At::Top;
    return true;
}

bool HeaderHandler::start_array(std::size_t) {
    if (skipping()) {
        ++m_skipDepth;
        return true;
    }
    if (m_at != At::Tensor || (m_field != Field::Shape && m_field != Field::Offsets)) return unexpected("a list");
    m_at = m_field == Field::Shape ? At::Shape : At::Offsets;
    m_offsets.clear();
    return true;
}

bool HeaderHandler::end_array() {
    if (m_skipDepth > 0) {
        --m_skipDepth;
        return true;
    }
    if (m_at == At::Offsets) {
        if (m_offsets.size() != 2) return reject(where() + ": data_offsets needs two numbers");
        header.entries.back().begin = m_offsets[0];
        header.entries.back().end = m_offsets[1];
    }
    m_at = At::Tensor;
    m_field = Field::None;
    return true;
}

}  // namespace

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json) {
    if (!json.starts_with('{')) return fail(ErrorCode::BadFile, "the header does not begin with '{'");
    HeaderHandler handler;
    const bool parsed = Json::sax_parse(json.begin(), json.end(), &handler);
    if (!parsed)
        return fail(ErrorCode::BadFile, handler.problem.empty() ? "the header is not valid JSON" : handler.problem);
    return std::move(handler.header);
}

}  // namespace oodscope::io
