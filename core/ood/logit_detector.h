// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/ood/detector.h"

namespace oodscope::ood {

/// A score of one row of logits alone, without statistics of a train set. Rows are shared out among threads.
class LogitDetector : public Detector {
public:
    explicit LogitDetector(const DetectorOptions& options) : m_options(options) {}

    Status fit(const DetectorInput&) override { return {}; }
    /// Error InvalidArgument: no logits, or a row whose score is not finite (the row is named).
    Result<std::vector<double>> score(const DetectorInput& input) const override;

protected:
    virtual double scoreOf(std::span<const float> logits) const = 0;
    double temperature() const { return m_options.temperature; }

private:
    DetectorOptions m_options;
};

/// The largest logit and Σ exp((z − max)/T): what every softmax score is made of, without overflow.
struct SoftmaxSum {
    double largest = 0;
    double sum = 0;
};
SoftmaxSum softmaxSum(std::span<const float> logits, double temperature);

}  // namespace oodscope::ood
