// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <exception>
#include <map>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/io/tensor_file.h"
#include "core/model/device.h"

namespace oodscope::model {

/// Tensors by name.
using Weights = std::map<std::string, at::Tensor>;

/// Where a tower computes and in which type.
struct Placement {
    at::Device device;
    at::ScalarType dtype;

    static Placement of(Device device, Precision precision);
    at::Tensor put(const at::Tensor& tensor) const;       // contiguous, on the device, in the type
    at::Tensor putFloat(const at::Tensor& tensor) const;  // the same in float32
    bool isCpu() const { return device.is_cpu(); }
};

/// The tensors whose names start with `prefix`, under what follows it, sharing the mapping where it is aligned.
/// Read-only.
Weights mapWeights(const io::TensorFile& file, std::string_view prefix = {});
/// Those whose names do not.
Weights mapOtherWeights(const io::TensorFile& file, std::string_view prefix);

/// What went wrong inside LibTorch as one of our errors: out of memory is told apart.
Error describeTorchError(const std::exception& exception, std::string_view doing);

}  // namespace oodscope::model
