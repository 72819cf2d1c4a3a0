// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/nnguide_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include "core/base/rng.h"
#include "core/ood/blocks_torch.h"
#include "core/ood/knn_detector.h"
#include "core/ood/logit_detector.h"

namespace oodscope::ood {

namespace {

constexpr std::uint64_t kSeedStream = 0x6e6e67;
constexpr std::size_t kSmallBank = 1000;

/// `count` of `rows` indices without replacement, rising.
std::vector<std::size_t> drawRows(std::size_t rows, std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> indices(rows);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    std::mt19937_64 random(mixSeed(seed, kSeedStream));
    for (std::size_t i = 0; i < count; ++i)
        std::swap(indices[i], indices[i + random() % (rows - i)]);
    indices.resize(count);
    std::ranges::sort(indices);
    return indices;
}

double energy(std::span<const float> logits) {
    const SoftmaxSum softmax = softmaxSum(logits, /*temperature=*/1);
    return softmax.largest + std::log(softmax.sum);
}

}  // namespace

Status NnguideDetector::fitTrain(const DetectorInput& train) {
    m_trainRows = train.features.rows();
    const auto k = std::size_t(options().whole("k"));
    if (auto good = checkNeighbours(k, m_trainRows); !good) return good;
    const auto share = std::size_t(std::llround(options().number("share") * double(m_trainRows)));
    Matrix features = train.features;
    Matrix logits = train.logits;
    if (const std::size_t count = std::max(k, share); count < m_trainRows) {
        const auto chosen = drawRows(m_trainRows, count, std::uint64_t(options().number("seed")));
        features = features.selectRows(chosen);
        logits = logits.selectRows(chosen);
    }
    auto bank = NearestRows::make(std::move(features), scoresByRow(logits, energy));
    if (!bank) return failFrom(bank);
    m_bank = std::move(*bank);
    return {};
}

Result<std::vector<double>> NnguideDetector::scoreRows(const DetectorInput& input) const {
    const auto k = std::size_t(options().whole("k"));
    const auto found = m_bank.find(input.features, k);
    if (!found) return failFrom(found);
    std::vector<double> scores = scoresByRow(input.logits, energy);
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const auto guides = found->valuesOf(i);
        scores[i] *= std::accumulate(guides.begin(), guides.end(), 0.0) / double(k);
    }
    return scores;
}

std::string NnguideDetector::note() const {
    if (m_bank.size() == m_trainRows || m_bank.size() >= kSmallBank) return {};
    return fmt::format("the bank holds only {} of {} train images; share=1 takes all", m_bank.size(), m_trainRows);
}

}  // namespace oodscope::ood
