// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>

#include "core/ood/detector.h"

namespace oodscope::ood {

/// How much of the softmax over classes and negative words falls on the classes (Jiang et al. 2024, arXiv 2403.20078),
/// the mean over groups of the words. The words are those of TextSide::negativeVectors that are farthest from the
/// classes: the `share` with the lowest percentile of their cosines to the classes. Group g takes the words g, g + G,
/// g + 2G, … of that order; what is left over is dropped.
class NeglabelDetector final : public Detector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"temperature", "0.01", "T of the softmax", 1e-6, 1e6},
        DetectorOption{"share", "0.15", "of the words that is kept; 1: all, as given", 1e-6, 1},
        DetectorOption{"percentile", "95", "of a word's cosines to the classes, its nearness", 0, 100},
        DetectorOption{"groups", "100", "of words", 1, 1e6, /*whole=*/true},
    };
    static constexpr DetectorInfo kInfo{
        .key = "neglabel",
        .name = "Negative labels (NegLabel)",
        .formula = "Σ_c e^(cos_c / T) / (Σ_c e^(cos_c / T) + Σ_words e^(cos_w / T)), mean over groups, zero-shot",
        .source = "Jiang et al. 2024, arXiv 2403.20078",
        .needsFit = true,
        .needs = {.logits = true, .text = true},
        .options = kOptions};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    at::Tensor m_words;  // [groups · n, P] double, in the order of their groups
    std::int64_t m_groups = 0;
    std::size_t m_given = 0;
};

}  // namespace oodscope::ood
