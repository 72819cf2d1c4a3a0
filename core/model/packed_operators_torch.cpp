// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/packed_operators_torch.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>

namespace oodscope::model {

std::string packedName(Activation activation) {
    switch (activation) {
        case Activation::Gelu:
            return "gelu";
        case Activation::Silu:
            return "swish";
        case Activation::Relu:
            return "relu";
        case Activation::None:
            break;
    }
    return "none";
}

at::Tensor activate(at::Tensor x, Activation activation) {
    switch (activation) {
        case Activation::Gelu:
            return at::gelu_(x);
        case Activation::Silu:
            return at::silu_(x);
        case Activation::Relu:
            return at::relu_(x);
        case Activation::None:
            break;
    }
    return x;
}

bool isPackable(const Placement& placement) {
    return placement.isCpu() && (placement.dtype == at::kFloat || placement.dtype == at::kBFloat16);
}

PackedOperator findPackedOperator(const char* name, const char* overload) {
    return c10::Dispatcher::singleton().findSchema({name, overload});
}

}  // namespace oodscope::model
