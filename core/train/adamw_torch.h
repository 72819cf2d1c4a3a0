// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace oodscope::train {

struct AdamOptions {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0.0;
    bool decoupledDecay = true;  // true: AdamW; false: Adam with weightDecay · parameter added to the gradient
};

/// Adam and AdamW on a list of float tensors of one device, all updated by one fused ATen kernel: the arithmetic of
/// torch.optim.Adam/AdamW with fused=True. Throws c10::Error as ATen does.
class AdamW {
public:
    /// `decayed[i]` tells whether weight decay reaches parameter i; empty: all of them.
    AdamW(std::vector<at::Tensor> parameters, const AdamOptions& options, const std::vector<bool>& decayed = {});

    /// One step with the gradients that autograd left in .grad() (all must be defined).
    void step(double learningRate);
    /// One step with `gradients`, in the order of the parameters.
    void step(const std::vector<at::Tensor>& gradients, double learningRate);
    /// Forgets .grad() of every parameter.
    void zeroGrad();

    const std::vector<at::Tensor>& parameters() const { return m_parameters; }

private:
    /// Parameters that share a weight decay, with their moments.
    struct Group {
        std::vector<std::size_t> index;
        std::vector<at::Tensor> parameters, firstMoments, secondMoments, steps;
        double weightDecay = 0;
    };
    void update(Group& group, const std::vector<at::Tensor>& gradients, double learningRate);

    AdamOptions m_options;
    std::vector<at::Tensor> m_parameters;
    std::vector<Group> m_groups;
};

}  // namespace oodscope::train
