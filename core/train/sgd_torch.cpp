// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sgd_torch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

namespace oodscope::train {

Sgd::Sgd(std::vector<at::Tensor> parameters, const SgdOptions& options)
    : m_options(options), m_parameters(std::move(parameters)) {
    for (const at::Tensor& parameter : m_parameters)
        m_momentum.push_back(at::zeros_like(parameter));
}

void Sgd::step(const std::vector<at::Tensor>& gradients, double learningRate) {
    TORCH_CHECK(gradients.size() == m_parameters.size(), "one gradient for each parameter");
    const c10::NoGradGuard noGrad;
    at::_fused_sgd_(m_parameters, gradients, m_momentum, m_options.weightDecay, m_options.momentum, learningRate,
                    /*dampening=*/0.0, m_options.nesterov, /*maximize=*/false, /*is_first_step=*/m_first);
    m_first = false;
}

}  // namespace oodscope::train
