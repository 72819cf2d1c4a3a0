// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/adamw_torch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

namespace oodscope::train {

AdamW::AdamW(std::vector<at::Tensor> parameters, const AdamOptions& options, const std::vector<bool>& decayed)
    : m_options(options), m_parameters(std::move(parameters)) {
    TORCH_CHECK(decayed.empty() || decayed.size() == m_parameters.size(), "one decay flag for each parameter");
    m_groups.resize(2);
    m_groups[0].weightDecay = options.weightDecay;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const at::Tensor& parameter = m_parameters[i];
        Group& group = m_groups[decayed.empty() || decayed[i] ? 0 : 1];
        group.index.push_back(i);
        group.parameters.push_back(parameter);
        group.firstMoments.push_back(at::zeros_like(parameter));
        group.secondMoments.push_back(at::zeros_like(parameter));
        group.steps.push_back(at::zeros({}, parameter.options().dtype(at::kFloat).requires_grad(false)));
    }
}

void AdamW::step(double learningRate) {
    std::vector<at::Tensor> gradients;
    gradients.reserve(m_parameters.size());
    for (const at::Tensor& parameter : m_parameters) {
        TORCH_CHECK(parameter.grad().defined(), "a parameter has no gradient");
        gradients.push_back(parameter.grad());
    }
    step(gradients, learningRate);
}

void AdamW::step(const std::vector<at::Tensor>& gradients, double learningRate) {
    TORCH_CHECK(gradients.size() == m_parameters.size(), "one gradient for each parameter");
    const c10::NoGradGuard noGrad;
    for (Group& group : m_groups) {
        if (!group.parameters.empty()) update(group, gradients, learningRate);
    }
}

void AdamW::zeroGrad() {
    for (at::Tensor& parameter : m_parameters)
        parameter.mutable_grad().reset();
}

void AdamW::update(Group& group, const std::vector<at::Tensor>& gradients, double learningRate) {
    std::vector<at::Tensor> own;
    own.reserve(group.index.size());
    for (const std::size_t i : group.index)
        own.push_back(gradients[i]);
    for (at::Tensor& step : group.steps)
        step.add_(1);
    const auto call = [&](auto kernel) {
        kernel(group.parameters, own, group.firstMoments, group.secondMoments, /*max_exp_avg_sqs=*/at::TensorList{},
               group.steps, learningRate, m_options.beta1, m_options.beta2, group.weightDecay, m_options.epsilon,
               /*amsgrad=*/false, /*maximize=*/false, /*grad_scale=*/std::nullopt, /*found_inf=*/std::nullopt);
    };
    if (m_options.decoupledDecay) {
        call([](const auto&... arguments) { at::_fused_adamw_(arguments...); });
    } else {
        call([](const auto&... arguments) { at::_fused_adam_(arguments...); });
    }
}

}  // namespace oodscope::train
