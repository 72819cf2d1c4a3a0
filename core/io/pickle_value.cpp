// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pickle_value.h"

namespace oodscope::io {

PickleValue::Kind PickleValue::kind() const {
    struct {
        Kind operator()(std::monostate) const { return Kind::None; }
        Kind operator()(bool) const { return Kind::Bool; }
        Kind operator()(std::int64_t) const { return Kind::Int; }
        Kind operator()(double) const { return Kind::Float; }
        Kind operator()(std::string_view) const { return Kind::Text; }
        Kind operator()(std::span<const std::byte>) const { return Kind::Bytes; }
        Kind operator()(const Sequence& sequence) const { return sequence.tuple ? Kind::Tuple : Kind::List; }
        Kind operator()(const Entries&) const { return Kind::Dict; }
        Kind operator()(TensorView*) const { return Kind::Tensor; }
        Kind operator()(const std::unique_ptr<Object>&) const { return Kind::Opaque; }
        Kind operator()(Storage) const { return Kind::Opaque; }
    } constexpr kindOf;
    return std::visit(kindOf, m_data);
}

std::optional<std::int64_t> PickleValue::integer() const {
    if (const auto* value = std::get_if<std::int64_t>(&m_data)) return *value;
    if (const auto* value = std::get_if<bool>(&m_data)) return *value ? 1 : 0;
    return std::nullopt;
}

std::optional<double> PickleValue::number() const {
    if (const auto* value = std::get_if<double>(&m_data)) return *value;
    if (const auto value = integer()) return static_cast<double>(*value);
    return std::nullopt;
}

std::optional<std::string_view> PickleValue::text() const {
    const auto* value = std::get_if<std::string_view>(&m_data);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::span<const std::byte>> PickleValue::bytes() const {
    const auto* value = std::get_if<std::span<const std::byte>>(&m_data);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

const TensorView* PickleValue::tensor() const {
    const auto* value = std::get_if<TensorView*>(&m_data);
    return value == nullptr ? nullptr : *value;
}

PickleItems PickleValue::items() const {
    const auto* sequence = std::get_if<Sequence>(&m_data);
    return sequence == nullptr ? PickleItems() : sequence->items;
}

PickleEntries PickleValue::entries() const {
    const auto* entries = std::get_if<Entries>(&m_data);
    return entries == nullptr ? PickleEntries() : *entries;
}

const PickleValue* PickleValue::find(std::string_view key) const {
    for (const auto& [name, value] : entries()) {
        if (name->text() == key) return value;
    }
    return nullptr;
}

const PickleValue::Object* PickleValue::object() const {
    const auto* value = std::get_if<std::unique_ptr<Object>>(&m_data);
    return value == nullptr ? nullptr : value->get();
}

}  // namespace oodscope::io
