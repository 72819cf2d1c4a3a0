// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/ood/detector.h"

namespace oodscope::ood {

inline constexpr DetectorOption kTemperature{"temperature", "1", "T of the softmax", 1e-6, 1e6};

/// A score of one row of logits alone, without statistics of a train set. Rows are shared out among threads.
class LogitDetector : public Detector {
public:
    using Detector::Detector;

private:
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const final;
    virtual double scoreOf(std::span<const float> logits) const = 0;
};

/// The largest logit and Σ exp((z − max)/T): what every softmax score is made of, without overflow.
struct SoftmaxSum {
    double largest = 0;
    double sum = 0;
};
SoftmaxSum softmaxSum(std::span<const float> logits, double temperature);

/// The largest of softmax(z / T).
double largestSoftmax(std::span<const float> logits, double temperature);

/// The entropy of softmax(z / T) in nats.
double softmaxEntropy(std::span<const float> logits, double temperature);

}  // namespace oodscope::ood
