// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/io/tensor_file.h"

namespace oodscope::io {

class PickleValue;
using PickleItems = std::span<PickleValue* const>;
using PickleEntries = std::span<const std::pair<PickleValue*, PickleValue*>>;

/// A value that a pickle describes. Nothing is executed to make it: what is not a plain value or a tensor is an Opaque
/// with the name of its class and whatever the pickle hands to it. Values belong to the document they were read with
/// (see PickleDocument); they may be shared and, in a hostile file, contain themselves.
class PickleValue {
public:
    enum class Kind { None, Bool, Int, Float, Text, Bytes, List, Tuple, Dict, Tensor, Opaque };
    using Items = std::vector<PickleValue*>;
    using Entries = std::vector<std::pair<PickleValue*, PickleValue*>>;

    /// An object of a class this program does not know.
    struct Object {
        std::string_view name;  // "argparse.Namespace"
        bool isClass = false;   // the class or function itself, not something made with it
        PickleValue* arguments = nullptr;
        PickleValue* state = nullptr;
        Items items;      // where it was filled as a list
        Entries entries;  // where it was filled as a dict
    };
    struct Storage {
        std::size_t index = 0;
    };
    struct Sequence {
        Items items;
        bool tuple = false;
    };
    using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string_view, std::span<const std::byte>,
                              Sequence, Entries, TensorView*, std::unique_ptr<Object>, Storage>;

    PickleValue() = default;
    explicit PickleValue(Data data) : m_data(std::move(data)) {}

    Kind kind() const;
    bool isNone() const { return kind() == Kind::None; }
    std::optional<std::int64_t> integer() const;  // a bool counts as 0 or 1
    std::optional<double> number() const;         // any of bool, int, float
    std::optional<std::string_view> text() const;
    std::optional<std::span<const std::byte>> bytes() const;
    const TensorView* tensor() const;                     // nullptr: no tensor
    PickleItems items() const;                            // of a list, tuple or set
    PickleEntries entries() const;                        // of a dict, in file order
    const PickleValue* find(std::string_view key) const;  // in a dict; nullptr: no such key
    const Object* object() const;                         // nullptr: not opaque

    const Data& data() const { return m_data; }
    Data& data() { return m_data; }

private:
    Data m_data;
};

}  // namespace oodscope::io
