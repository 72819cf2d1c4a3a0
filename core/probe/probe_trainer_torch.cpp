// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/probe_trainer_torch.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace oodscope::probe {

namespace {

constexpr std::size_t kLanes = 16;

/// Largest value, in independent lanes so that the compiler can use vector registers.
float largest(const float* values, std::size_t count) {
    float lanes[kLanes];
    std::fill(lanes, lanes + kLanes, values[0]);
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t k = 0; k < kLanes; ++k)
            lanes[k] = lanes[k] < values[i + k] ? values[i + k] : lanes[k];
    }
    float best = *std::max_element(lanes, lanes + kLanes);
    for (; i < count; ++i)
        best = std::max(best, values[i]);
    return best;
}

at::Tensor firstRows(const at::Tensor& buffer, std::int64_t count) {
    return count == buffer.size(0) ? buffer : buffer.narrow(0, 0, count);
}

}  // namespace

ProbeTrainer::ProbeTrainer(at::Tensor features, at::Tensor labels, at::Tensor weight, at::Tensor bias,
                           const ProbeOptions& options, bool generic)
    : m_features(std::move(features)),
      m_labels(std::move(labels)),
      m_weight(std::move(weight)),
      m_bias(std::move(bias)),
      m_half(m_features.scalar_type() == at::kBFloat16),
      m_generic(generic || !m_features.is_cpu()) {
    const std::int64_t batch = std::min<std::int64_t>(options.batchSize, m_features.size(0));
    const std::int64_t classes = m_weight.size(0);
    m_batch = at::empty({batch, m_features.size(1)}, m_features.options());
    m_logits = at::empty({batch, classes}, m_weight.options());
    m_gradient = at::empty_like(m_logits);
    m_weightGradient = at::empty_like(m_weight);
    m_biasGradient = at::empty_like(m_bias);
    if (m_half) {
        m_halfWeight = at::empty_like(m_weight, at::kBFloat16);
        m_halfLogits = at::empty_like(m_logits, at::kBFloat16);
        m_halfGradient = at::empty_like(m_logits, at::kBFloat16);
        m_halfWeightGradient = at::empty_like(m_weight, at::kBFloat16);
    }
    if (m_generic) {
        m_lossSum = at::zeros({}, m_weight.options().dtype(at::kDouble));
        m_correctSum = at::zeros_like(m_lossSum);
    } else {
        m_rowLoss.resize(std::size_t(batch));
        m_rowCorrect.resize(std::size_t(batch));
    }
    if (options.optimizer == Optimizer::Sgd) {
        m_sgd.emplace(std::vector{m_weight, m_bias}, train::SgdOptions{0.9, true, options.weightDecay});
    } else {
        train::AdamOptions adam;
        adam.weightDecay = options.weightDecay;
        adam.decoupledDecay = options.optimizer == Optimizer::AdamW;
        m_adam.emplace(std::vector{m_weight, m_bias}, adam);
    }
}

void ProbeTrainer::step(const at::Tensor& rows, double learningRate) {
    logitsOfBatch(rows);
    if (m_generic) {
        gradientGeneric(rows);
    } else {
        gradientOnCpu(rows.size(0), rows.data_ptr<std::int64_t>());
    }
    update(rows.size(0), learningRate);
}

EpochSums ProbeTrainer::takeSums() {
    if (m_generic) {
        m_sums = {m_lossSum.item<double>(), m_correctSum.item<double>()};
        m_lossSum.zero_();
        m_correctSum.zero_();
    }
    return std::exchange(m_sums, EpochSums{});
}

void ProbeTrainer::logitsOfBatch(const at::Tensor& rows) {
    at::Tensor batch = firstRows(m_batch, rows.size(0));
    at::Tensor logits = firstRows(m_logits, rows.size(0));
    at::index_select_out(batch, m_features, 0, rows);
    if (!m_half) {
        at::addmm_out(logits, m_bias, batch, m_weight.t());
        return;
    }
    at::Tensor halfLogits = firstRows(m_halfLogits, rows.size(0));
    m_halfWeight.copy_(m_weight);
    at::mm_out(halfLogits, batch, m_halfWeight.t());
    logits.copy_(halfLogits).add_(m_bias);
}

/// gradient = (softmax − one-hot)/count, loss = logsumexp − logit of the label, in one pass over rows still in cache.
void ProbeTrainer::gradientOnCpu(std::int64_t count, const std::int64_t* rows) {
    at::Tensor gradient = firstRows(m_gradient, count);
    at::_softmax_out(gradient, firstRows(m_logits, count), 1, /*half_to_float=*/false);
    const auto classes = std::size_t(m_weight.size(0));
    const float* allLogits = m_logits.data_ptr<float>();
    float* allGradients = m_gradient.data_ptr<float>();
    const std::int64_t* labels = m_labels.data_ptr<std::int64_t>();
    const float share = 1.0F / float(count);
    at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = std::size_t(begin); i < std::size_t(end); ++i) {
            const auto label = std::size_t(labels[rows[i]]);
            const float* z = allLogits + i * classes;
            float* p = allGradients + i * classes;
            const float top = largest(z, classes);
            // The largest probability is at least 1/C, so its logarithm is exact where that of a small one is not.
            m_rowLoss[i] = top - std::log(largest(p, classes)) - z[label];
            m_rowCorrect[i] = z[label] == top && std::find(z, z + label, top) == z + label;
            for (std::size_t c = 0; c < classes; ++c)
                p[c] *= share;
            p[label] -= share;
        }
    });
    for (std::size_t i = 0; i < std::size_t(count); ++i) {
        m_sums.loss += double(m_rowLoss[i]);
        m_sums.correct += m_rowCorrect[i];
    }
}

void ProbeTrainer::gradientGeneric(const at::Tensor& rows) {
    const std::int64_t count = rows.size(0);
    at::Tensor gradient = firstRows(m_gradient, count);
    const at::Tensor logits = firstRows(m_logits, count);
    const at::Tensor labels = m_labels.index_select(0, rows).unsqueeze(1);
    at::_log_softmax_out(gradient, logits, 1, /*half_to_float=*/false);
    m_lossSum.sub_(gradient.gather(1, labels).sum(at::kDouble));
    m_correctSum.add_(logits.argmax(1, /*keepdim=*/true).eq(labels).sum(at::kDouble));
    gradient.exp_().scatter_add_(1, labels, at::full_like(labels, -1, gradient.options())).div_(double(count));
}

void ProbeTrainer::update(std::int64_t count, double learningRate) {
    const at::Tensor batch = firstRows(m_batch, count);
    const at::Tensor gradient = firstRows(m_gradient, count);
    at::sum_out(m_biasGradient, gradient, 0);
    if (m_half) {
        at::Tensor halfGradient = firstRows(m_halfGradient, count);
        halfGradient.copy_(gradient);
        at::mm_out(m_halfWeightGradient, halfGradient.t(), batch);
        m_weightGradient.copy_(m_halfWeightGradient);
    } else {
        at::mm_out(m_weightGradient, gradient.t(), batch);
    }
    if (m_adam) m_adam->step({m_weightGradient, m_biasGradient}, learningRate);
    if (m_sgd) m_sgd->step({m_weightGradient, m_biasGradient}, learningRate);
}

}  // namespace oodscope::probe
