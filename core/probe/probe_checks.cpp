// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/probe_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/base/rng.h"

namespace oodscope::probe {

namespace {

constexpr std::uint64_t kShotStream = 1;  // of mixSeed
constexpr std::size_t kMostClasses = std::size_t{1} << 24;

Status bad(std::string message) {
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

Status checkOptions(const ProbeOptions& options) {
    if (options.epochs < 1) return bad(fmt::format("epochs: {} (at least 1)", options.epochs));
    if (options.batchSize < 1) return bad(fmt::format("batch size: {} (at least 1)", options.batchSize));
    if (!(options.learningRate > 0) || !std::isfinite(options.learningRate)) {
        return bad(fmt::format("learning rate: {} (above 0)", options.learningRate));
    }
    if (!(options.weightDecay >= 0) || !std::isfinite(options.weightDecay)) {
        return bad(fmt::format("weight decay: {} (0 or above)", options.weightDecay));
    }
    if (!(options.warmupShare >= 0 && options.warmupShare < 1)) {
        return bad(fmt::format("warm-up share: {} (from 0 to below 1)", options.warmupShare));
    }
    if (options.shots < 0) return bad(fmt::format("shots: {} (0 for all samples)", options.shots));
    if (options.threads < 0) return bad(fmt::format("threads: {} (0 for the default)", options.threads));
    if (options.precision == model::Precision::Fp16) {
        return fail(ErrorCode::Unsupported, "a probe trains in fp32 or bf16, not in fp16");
    }
    return {};
}

}  // namespace

Status checkTraining(const Matrix& features, const std::vector<std::int32_t>& labels, std::size_t classCount,
                     const ProbeOptions& options) {
    if (auto checked = checkOptions(options); !checked) return checked;
    if (features.empty()) return bad("there are no features to train on");
    if (classCount == 0) return bad("there are no classes to learn");
    if (classCount > kMostClasses) return bad(fmt::format("{} classes (at most {})", classCount, kMostClasses));
    if (labels.size() != features.rows())
        return bad(fmt::format("{} labels for {} rows", labels.size(), features.rows()));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] >= 0 && std::size_t(labels[i]) < classCount) continue;
        return bad(fmt::format("label {} of row {} (from 0) is not one of the {} classes", labels[i], i, classCount));
    }
    return {};
}

Status checkStart(const ProbeStart& start, std::size_t rows, std::size_t width, std::size_t classCount, int epochs) {
    if (start.weight.rows() != classCount || start.weight.cols() != width || start.bias.size() != classCount) {
        return bad(fmt::format("the initial weights are {} × {} and {}, not {} × {} and {}", start.weight.rows(),
                               start.weight.cols(), start.bias.size(), classCount, width, classCount));
    }
    if (start.orders.size() != std::size_t(epochs)) {
        return bad(fmt::format("{} orders for {} epochs", start.orders.size(), epochs));
    }
    std::vector<char> seen(rows);
    for (std::size_t e = 0; e < start.orders.size(); ++e) {
        std::fill(seen.begin(), seen.end(), char{0});
        const auto fresh = [&](std::int64_t i) {
            return i >= 0 && std::size_t(i) < rows && seen[std::size_t(i)]++ == 0;
        };
        const auto& order = start.orders[e];
        if (order.size() != rows || !std::all_of(order.begin(), order.end(), fresh)) {
            return bad(fmt::format("the order of epoch {} is no permutation of {} rows", e, rows));
        }
    }
    return {};
}

Result<std::vector<std::size_t>> drawShots(const std::vector<std::int32_t>& labels, std::size_t classCount, int shots,
                                           std::uint64_t seed) {
    std::vector<std::vector<std::size_t>> members(classCount);
    for (std::size_t i = 0; i < labels.size(); ++i)
        members[std::size_t(labels[i])].push_back(i);
    std::mt19937_64 random(mixSeed(seed, kShotStream));
    std::vector<std::size_t> chosen;
    for (std::size_t c = 0; c < classCount; ++c) {
        std::vector<std::size_t>& rows = members[c];
        if (rows.size() < std::size_t(shots)) {
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("class {} (from 0) has {} samples, fewer than the {} shots", c, rows.size(), shots));
        }
        // Fisher-Yates by hand: std::shuffle differs between standard libraries.
        for (std::size_t k = 0; k < std::size_t(shots); ++k)
            std::swap(rows[k], rows[k + random() % (rows.size() - k)]);
        chosen.insert(chosen.end(), rows.begin(), rows.begin() + shots);
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

}  // namespace oodscope::probe
