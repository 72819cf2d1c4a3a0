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
    at::Tensor putSum(const at::Tensor& tensor) const;    // the same in sumType()
    /// Of sums that grow through all layers: see Note [Residual stream] in residual_norm_torch.h.
    at::ScalarType sumType() const { return isCpu() ? at::kFloat : dtype; }
    bool isCpu() const { return device.is_cpu(); }
};

/// The tensors whose names start with `prefix`, under what follows it, sharing the mapping where it is aligned.
/// Read-only.
Weights mapWeights(const io::TensorFile& file, std::string_view prefix = {});
/// Those whose names do not.
Weights mapOtherWeights(const io::TensorFile& file, std::string_view prefix);

/// Note [Pages of the weights]
/// The pages of a mapped tensor count as this process's memory from when they are read. Of a tensor that an encoder has
/// a copy of (in another type, folded, packed, on a GPU) they would stay beside it, so towers let go of them as they go
/// on: of those whose names start with `prefix`. What is used as it lies in the file comes back when it is read.
void releasePages(const Weights& weights, std::string_view prefix = {});

/// What went wrong inside LibTorch as one of our errors: out of memory is told apart.
Error describeTorchError(const std::exception& exception, std::string_view doing);

}  // namespace oodscope::model
