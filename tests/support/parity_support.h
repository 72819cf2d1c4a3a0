// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/io/tensor_file.h"
#include "core/model/transformer_config.h"

/// What the tests against recorded outputs of Python share.
namespace oodscope::parity {

/// Ends the program with the error's message.
template <class T>
T valueOf(Result<T> result) {
    if (!result) {
        std::cerr << result.error().message << '\n';
        std::abort();
    }
    return std::move(*result);
}

/// Writes a checkpoint whose values follow from the formula of tests/parity/make_model_vectors.py, weight_values().
void writeWeights(const std::filesystem::path& path, const model::TensorShapes& shapes, std::uint64_t caseNumber,
                  bool half = false);

/// The bytes of a uint8 tensor.
std::vector<std::uint8_t> bytesOf(const io::TensorFile& file, std::string_view name);

/// max |a - b| / max |b|; infinite where the shapes differ or a value is not finite.
double relativeError(const Matrix& a, const Matrix& b);

}  // namespace oodscope::parity
