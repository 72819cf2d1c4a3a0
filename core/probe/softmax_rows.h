// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace oodscope::probe {

struct RowOutcome {
    float loss = 0;        // logsumexp(z) − z[label]
    bool correct = false;  // the label is the first of the largest logits
};

/// Turns the logits of one sample into the gradient of its cross-entropy, in place: (softmax(z) − one-hot) · share.
/// NaN and infinity go through to the loss. Vector code of the CPU's own where there is some.
RowOutcome softmaxGradient(float* logits, std::size_t classes, std::size_t label, float share);

/// The same in plain C++, to compare with.
RowOutcome softmaxGradientPortable(float* logits, std::size_t classes, std::size_t label, float share);

/// Nearest, ties to even, as PyTorch rounds. NaN stays NaN.
void roundToBFloat16(const float* values, std::size_t count, std::uint16_t* bits);

/// out = bfloat16 values + bias.
void addBias(const std::uint16_t* bits, const float* bias, std::size_t count, float* out);

}  // namespace oodscope::probe
