// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/residual_norm_torch.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/layer_norm.h>

#include <algorithm>
#include <cstdint>

#include "core/model/residual_norm.h"

namespace oodscope::model {
namespace {

constexpr std::int64_t kValuesOfOneTask = 32768;

template <class Value>
void runRows(const RowNorm& norm, const at::Tensor& sum, const at::Tensor& added, at::Tensor& out) {
    const auto width = static_cast<std::int64_t>(norm.width);
    auto* sums = sum.mutable_data_ptr<float>();
    const auto* addends = added.defined() ? static_cast<const Value*>(added.const_data_ptr()) : nullptr;
    auto* results = static_cast<Value*>(out.mutable_data_ptr());
    const std::int64_t grain = std::max<std::int64_t>(1, kValuesOfOneTask / width);
    at::parallel_for(0, sum.numel() / width, grain, [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t first = begin * width;
        addAndNormalise(norm, static_cast<std::size_t>(end - begin), sums + first,
                        addends == nullptr ? nullptr : addends + first, results + first);
    });
}

}  // namespace

ResidualNorm::ResidualNorm(const at::Tensor& weight, const at::Tensor& bias, double epsilon, const Placement& placement)
    : m_weight(placement.putSum(weight)),
      m_bias(placement.putSum(bias)),
      m_epsilon(epsilon),
      m_dtype(placement.dtype) {}

at::Tensor ResidualNorm::addAndNormalise(const at::Tensor& sum, const at::Tensor& added) const {
    const bool own = sum.is_cpu() && (m_dtype == at::kFloat || m_dtype == at::kBFloat16) && sum.is_contiguous() &&
                     (!added.defined() || added.is_contiguous());
    if (!own) {
        if (added.defined()) sum.add_(added);
        return at::layer_norm(sum, {sum.size(-1)}, m_weight, m_bias, m_epsilon).to(m_dtype);
    }
    at::Tensor out = at::empty(sum.sizes(), sum.options().dtype(m_dtype));
    const RowNorm norm{m_weight.const_data_ptr<float>(), m_bias.const_data_ptr<float>(),
                       static_cast<std::size_t>(sum.size(-1)), static_cast<float>(m_epsilon)};
    if (m_dtype == at::kFloat)
        runRows<float>(norm, sum, added, out);
    else
        runRows<std::uint16_t>(norm, sum, added, out);
    return out;
}

}  // namespace oodscope::model
