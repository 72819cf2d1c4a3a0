// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/weights_torch.h"

namespace oodscope::model {

// Note [Packed weights]
// On the CPU oneDNN multiplies and convolves faster when the weight lies in the blocked order of its kernels, and can
// apply the activation while the result is in registers. LibTorch reaches that through operators that are registered
// but not declared: they are looked up by name and called through the boxed interface, which no change of their C++
// signature breaks. Where they are absent, or refuse the type on this CPU, the plain operators serve.

enum class Activation { None, Gelu, Silu, Relu };

/// The activation in the words of the packed operators.
std::string packedName(Activation activation);
/// In place, by the plain operators.
at::Tensor activate(at::Tensor x, Activation activation);

/// Whether packed operators may serve here at all.
bool isPackable(const Placement& placement);

using PackedOperator = std::optional<c10::OperatorHandle>;
PackedOperator findPackedOperator(const char* name, const char* overload = "");

template <class... Arguments>
at::Tensor callPacked(const PackedOperator& operation, Arguments&&... arguments) {
    std::vector<c10::IValue> stack;
    (stack.emplace_back(std::forward<Arguments>(arguments)), ...);
    operation->callBoxed(stack);
    return stack.front().toTensor();
}

}  // namespace oodscope::model
