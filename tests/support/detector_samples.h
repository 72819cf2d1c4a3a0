// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/ood/detector.h"

namespace oodscope::test {

inline Matrix drawn(unsigned seed, std::size_t rows, std::size_t cols, float scale = 1, float shift = 0) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(rows * cols);
    for (float& v : values)
        v = shift + scale * normal(random);
    return Matrix::own(rows, cols, std::move(values));
}

inline bool close(double a, double b, double relative) {
    return std::abs(a - b) <= relative * std::max(1.0, std::abs(b));
}

/// A head that was never trained: every part differs from its neutral value.
inline probe::LinearProbe drawnHead(unsigned seed, std::size_t classes, std::size_t width) {
    probe::LinearProbe head;
    head.weight = drawn(seed, classes, width, 0.5F);
    const auto vector = [&](unsigned more, float scale, float shift, std::size_t size) {
        const Matrix one = drawn(seed + more, 1, size, scale, shift);
        return std::vector<float>(one.values().begin(), one.values().end());
    };
    head.bias = vector(1, 0.3F, 0.1F, classes);
    head.mean = vector(2, 0.5F, 0.2F, width);
    head.std = vector(3, 0.05F, 1.1F, width);
    return head;
}

/// Scores of the detector that `text` names, fitted where it needs that. Fails the test (throws) on an error.
inline std::vector<double> scoresOf(const std::string& text, const ood::DetectorInput& train,
                                    const ood::DetectorInput& input) {
    const auto detector = ood::makeDetector(text).value();
    const auto fitted = detector->fit(train);
    if (!fitted) throw std::runtime_error(fitted.error().message);
    const auto scores = detector->score(input);
    if (!scores) throw std::runtime_error(scores.error().message);
    return *scores;
}

/// Empty, or why the detector refuses the train set.
inline std::string fitError(const std::string& text, const ood::DetectorInput& train) {
    const auto fitted = ood::makeDetector(text).value()->fit(train);
    return fitted ? std::string() : fitted.error().message;
}

}  // namespace oodscope::test
