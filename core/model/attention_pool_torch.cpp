// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/attention_pool_torch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace oodscope::model {

// Note [One query]
// Only the mean's answer is wanted. With a single query q of a head, q . (K t + k) = (K^T q) . t + q . k for the
// position t, and the last term is the same for every position, so that softmax drops it. So the keys need not be made:
// K^T q is one row. In the same way the values' weight acts once on the weighted mean of the positions, not on each of
// them; the weights add up to 1, and so the values' bias goes into the layer after. The pooling costs a twentieth.
AttentionPool::AttentionPool(const Weights& weights, const std::string& prefix, int heads, const Placement& placement)
    : m_heads(heads) {
    const auto get = [&](const char* name) { return weights.at(prefix + name).to(at::kFloat); };
    const std::int64_t width = get("c_proj.weight").size(1);
    const std::int64_t headWidth = width / heads;
    const double scale = 1.0 / std::sqrt(static_cast<double>(headWidth));
    m_position = placement.put(get("positional_embedding"));
    m_queryWeight = placement.put(get("q_proj.weight") * scale);
    m_queryBias = placement.put(get("q_proj.bias") * scale);
    m_keyWeight = placement.put(get("k_proj.weight")).view({heads, headWidth, width});
    m_valueWeight = placement.put(get("v_proj.weight").view({heads, headWidth, width}).transpose(1, 2));
    const at::Tensor out = get("c_proj.weight");
    m_outWeight = placement.put(out);
    m_outBias = placement.putFloat(get("c_proj.bias") + out.mv(get("v_proj.bias")));
}

at::Tensor AttentionPool::apply(const at::Tensor& x) const {
    const std::int64_t count = x.size(0);
    const std::int64_t width = x.size(1);
    at::Tensor tokens = x.permute({0, 2, 3, 1}).reshape({count, -1, width});
    tokens = at::cat({tokens.mean(1, /*keepdim=*/true), tokens}, 1) + m_position;  // [N, L, C]
    const at::Tensor query = at::linear(tokens.select(1, 0), m_queryWeight, m_queryBias)
                                 .view({count, m_heads, -1})
                                 .transpose(0, 1);                         // [heads, N, C / heads]
    const at::Tensor asked = at::bmm(query, m_keyWeight).transpose(0, 1);  // [N, heads, C]
    const at::Tensor scores = at::bmm(asked, tokens.transpose(1, 2));      // [N, heads, L]
    const at::Tensor shares = at::softmax(scores, -1, at::kFloat).to(x.dtype());
    const at::Tensor mixed = at::bmm(shares, tokens).transpose(0, 1);  // [heads, N, C]
    const at::Tensor values = at::bmm(mixed, m_valueWeight).transpose(0, 1).reshape({count, width});
    return at::linear(values, m_outWeight).to(at::kFloat) + m_outBias;
}

}  // namespace oodscope::model
