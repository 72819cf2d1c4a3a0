// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/io/pickle_value.h"

namespace oodscope::io {

/// A block of memory that the pickle names and the file around it holds.
struct PickledStorage {
    std::string_view key;
    std::optional<DType> dtype;  // absent: untyped (counted in bytes), or of a type this program does not read
    bool untyped = false;
    std::int64_t elements = 0;
    std::int64_t first = 0;  // where a view of a storage begins (files of torch before 0.4)
};

/// A tensor as the pickle describes it. `view` has dtype and shape; its bytes are bound by who knows the storages.
struct PickledTensor {
    std::size_t storage = 0;
    std::int64_t offset = 0;
    std::vector<std::int64_t> strides;
    TensorView* view = nullptr;
};

/// Everything one pickle holds. Owns its values, texts point into the bytes it was read from.
struct PickleDocument {
    std::deque<PickleValue> values;
    std::deque<std::string> texts;
    std::deque<TensorView> views;
    std::vector<PickledStorage> storages;
    std::vector<PickledTensor> tensors;
    const PickleValue* root = nullptr;
    std::size_t bytesRead = 0;  // up to and with its STOP

    PickleDocument() = default;
    PickleDocument(const PickleDocument&) = delete;
    PickleDocument& operator=(const PickleDocument&) = delete;
};

/// Reads a pickle of protocol 2 to 5 as torch.save, numpy and plain Python write it. Known are plain values and
/// containers, torch's tensors, Parameters, Sizes and storages, numpy's scalars; any other class becomes an Opaque.
/// Memory stays within a small multiple of `bytes`. An error names the byte of the pickle and the reason.
Result<std::unique_ptr<PickleDocument>> readPickle(std::span<const std::byte> bytes);

}  // namespace oodscope::io
