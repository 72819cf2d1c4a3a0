// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace oodscope::train {

struct SgdOptions {
    double momentum = 0.9;
    bool nesterov = true;
    double weightDecay = 0.0;  // L2, added to the gradient
};

/// Stochastic gradient descent with momentum, as torch.optim.SGD with fused=True. Throws c10::Error as ATen does.
class Sgd {
public:
    Sgd(std::vector<at::Tensor> parameters, const SgdOptions& options);
    /// One step with `gradients`, in the order of the parameters.
    void step(const std::vector<at::Tensor>& gradients, double learningRate);

private:
    SgdOptions m_options;
    std::vector<at::Tensor> m_parameters;
    std::vector<at::Tensor> m_momentum;
    bool m_first = true;
};

}  // namespace oodscope::train
