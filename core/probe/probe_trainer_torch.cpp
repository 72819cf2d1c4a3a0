// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/probe_trainer_torch.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

#include "core/probe/softmax_rows.h"

namespace oodscope::probe {

namespace {

constexpr std::int64_t kGrain = 16;  // rows of a batch a thread takes at least

std::uint16_t* bitsOf(const at::Tensor& half) {
    return reinterpret_cast<std::uint16_t*>(half.data_ptr<at::BFloat16>());
}

at::Tensor firstRows(const at::Tensor& buffer, std::int64_t count) {
    return count == buffer.size(0) ? buffer : buffer.narrow(0, 0, count);
}

}  // namespace

ProbeTrainer::ProbeTrainer(ProbeFeatures features, at::Tensor labels, at::Tensor weight, at::Tensor bias,
                           const ProbeOptions& options, bool generic)
    : m_features(std::move(features)),
      m_labels(std::move(labels)),
      m_weight(std::move(weight)),
      m_bias(std::move(bias)),
      m_half(m_features.options.dtype() == at::kBFloat16),
      m_generic(generic || !m_weight.is_cpu()) {
    const std::int64_t batch = std::min<std::int64_t>(options.batchSize, m_features.rows);
    const std::int64_t classes = m_weight.size(0);
    m_batch = at::empty({batch, m_features.width}, m_features.options);
    m_logits = at::empty({batch, classes}, m_weight.options());
    m_gradient = m_generic ? at::empty_like(m_logits) : m_logits;
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
    m_features.gather(rows, batch);
    if (!m_half) {
        at::addmm_out(logits, m_bias, batch, m_weight.t());
        return;
    }
    at::Tensor halfLogits = firstRows(m_halfLogits, rows.size(0));
    m_halfWeight.copy_(m_weight);
    at::mm_out(halfLogits, batch, m_halfWeight.t());
    if (m_generic) logits.copy_(halfLogits).add_(m_bias);
}

/// Each row in one go, while it is in the cache: bias (bf16), loss, gradient, rounding (bf16).
void ProbeTrainer::gradientOnCpu(std::int64_t count, const std::int64_t* rows) {
    const auto classes = std::size_t(m_weight.size(0));
    float* all = m_logits.data_ptr<float>();
    const float* bias = m_bias.data_ptr<float>();
    const std::int64_t* labels = m_labels.data_ptr<std::int64_t>();
    const std::uint16_t* halfLogits = m_half ? bitsOf(m_halfLogits) : nullptr;
    std::uint16_t* halfGradient = m_half ? bitsOf(m_halfGradient) : nullptr;
    const float share = 1.0F / float(count);
    at::parallel_for(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = std::size_t(begin); i < std::size_t(end); ++i) {
            float* row = all + i * classes;
            if (m_half) addBias(halfLogits + i * classes, bias, classes, row);
            const RowOutcome outcome = softmaxGradient(row, classes, std::size_t(labels[rows[i]]), share);
            if (m_half) roundToBFloat16(row, classes, halfGradient + i * classes);
            m_rowLoss[i] = outcome.loss;
            m_rowCorrect[i] = outcome.correct;
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
        if (m_generic) halfGradient.copy_(gradient);
        at::mm_out(m_halfWeightGradient, halfGradient.t(), batch);
        m_weightGradient.copy_(m_halfWeightGradient);
    } else {
        at::mm_out(m_weightGradient, gradient.t(), batch);
    }
    if (m_adam) m_adam->step({m_weightGradient, m_biasGradient}, learningRate);
    if (m_sgd) m_sgd->step({m_weightGradient, m_biasGradient}, learningRate);
}

}  // namespace oodscope::probe
