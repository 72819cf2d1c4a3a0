// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/Tensor.h>

#include <exception>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/io/tensor_file.h"
#include "core/model/clip_functional_torch.h"
#include "core/model/device.h"

namespace oodscope::model {

/// Where a tower computes and in which type.
struct Placement {
    at::Device device;
    at::ScalarType dtype;

    static Placement of(Device device, Precision precision);
    at::Tensor put(const at::Tensor& tensor) const;       // contiguous, on the device, in the type
    at::Tensor putFloat(const at::Tensor& tensor) const;  // the same in float32
    bool isCpu() const { return device.is_cpu(); }
};

/// Tensors whose names start with `prefix` (`others`: do not), sharing the mapping where it is aligned. Read-only.
ClipWeights mapWeights(const io::TensorFile& file, std::string_view prefix, bool others = false);

/// What went wrong inside LibTorch as one of our errors: out of memory is told apart.
Error describeTorchError(const std::exception& exception, std::string_view doing);

}  // namespace oodscope::model
