// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/linear_torch.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace oodscope::model {
namespace {

// Note [Packed weights]
// On the CPU oneDNN multiplies faster when the weight lies in the blocked order of its kernels, can apply the
// activation while the result is in registers, and add a residual. LibTorch reaches that through operators that are
// registered but not declared: they are looked up by name and called through the boxed interface, which no change of
// their C++ signature breaks. Where they are absent, or refuse the type on this CPU, the plain operators serve.
std::optional<c10::OperatorHandle> findOperator(const char* name, const char* overload) {
    return c10::Dispatcher::singleton().findSchema({name, overload});
}

const std::optional<c10::OperatorHandle>& reorderOperator() {
    static const auto found = findOperator("mkldnn::_reorder_linear_weight", "");
    return found;
}

const std::optional<c10::OperatorHandle>& pointwiseOperator() {
    static const auto found = findOperator("mkldnn::_linear_pointwise", "");
    return found;
}

const std::optional<c10::OperatorHandle>& residualOperator() {
    static const auto found = findOperator("mkldnn::_linear_pointwise", "binary");
    return found;
}

template <class... Arguments>
at::Tensor call(const c10::OperatorHandle& operation, Arguments&&... arguments) {
    std::vector<c10::IValue> stack;
    (stack.emplace_back(std::forward<Arguments>(arguments)), ...);
    operation.callBoxed(stack);
    return stack.front().toTensor();
}

std::string attributeOf(Activation activation) {
    switch (activation) {
        case Activation::Gelu:
            return "gelu";
        case Activation::Silu:
            return "swish";
        case Activation::None:
            break;
    }
    return "none";
}

at::Tensor activate(at::Tensor x, Activation activation) {
    if (activation == Activation::Gelu) return at::gelu_(x);
    return activation == Activation::Silu ? at::silu_(x) : x;
}

}  // namespace

Linear::Linear(const at::Tensor& weight, const at::Tensor& bias, const Placement& placement, std::int64_t rowsHint)
    : m_weight(placement.put(weight)), m_bias(placement.put(bias)) {
    const bool packable = placement.isCpu() && (placement.dtype == at::kFloat || placement.dtype == at::kBFloat16);
    m_packed = packable && pack(rowsHint);
}

bool Linear::pack(std::int64_t rowsHint) {
    if (!reorderOperator() || !pointwiseOperator() || !residualOperator()) return false;
    const at::Tensor plain = m_weight;
    try {
        m_weight = call(*reorderOperator(), plain, rowsHint);
        m_packed = true;
        const at::Tensor probe = at::zeros({1, plain.size(1)}, plain.options());
        addTo(apply(probe, Activation::Gelu), probe);
        return true;
    } catch (const std::exception&) {
        m_weight = plain;
        m_packed = false;
        return false;
    }
}

at::Tensor Linear::apply(const at::Tensor& x, Activation activation) const {
    if (!m_packed) return activate(at::linear(x, m_weight, m_bias), activation);
    return call(*pointwiseOperator(), x, m_weight, m_bias, attributeOf(activation),
                c10::List<std::optional<at::Scalar>>(), std::string("none"));
}

at::Tensor Linear::addTo(at::Tensor residual, const at::Tensor& x) const {
    if (!m_packed) return residual.add_(at::linear(x, m_weight, m_bias));
    return call(*residualOperator(), x, residual, m_weight, m_bias, std::string("add"));
}

}  // namespace oodscope::model
