// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/kmeans.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <cassert>
#include <random>

#include "core/base/rng.h"
#include "core/ood/blocks_torch.h"

namespace oodscope::ood {

namespace {

constexpr int kMostSteps = 100;
constexpr std::uint64_t kSeedStream = 0x6b6d;

at::Tensor unitRow(const Matrix& samples, std::size_t row) {
    return unitRows(train::viewOf(samples).narrow(0, std::int64_t(row), 1).to(at::kDouble));
}

/// Squared distances of unit rows to the centres [n, k].
at::Tensor distances(const at::Tensor& rows, const at::Tensor& centres) {
    return at::addmm(centres.square().sum(1), rows, centres.t(), /*beta=*/1, /*alpha=*/-2).add_(1);
}

/// Each next centre is a row drawn with a chance in proportion to its squared distance to those drawn before.
at::Tensor firstCentres(const Matrix& samples, int clusters, std::mt19937_64& random) {
    const auto uniform = [&random] { return double(random() >> 11) * 0x1p-53; };
    std::vector<at::Tensor> centres{unitRow(samples, std::size_t(uniform() * double(samples.rows())))};
    std::vector<double> nearest(samples.rows(), std::numeric_limits<double>::infinity());
    while (std::ssize(centres) < clusters) {
        const at::Tensor& last = centres.back();
        double sum = 0;
        forEachBlock(samples, [&](std::int64_t first, const at::Tensor& rows) {
            const at::Tensor squared = distances(unitRows(rows), last).clamp_min_(0).contiguous();
            for (std::int64_t i = 0; i < squared.size(0); ++i) {
                double& here = nearest[std::size_t(first + i)];
                here = std::min(here, squared.data_ptr<double>()[i]);
                sum += here;
            }
        });
        double left = uniform() * sum;
        std::size_t chosen = 0;
        while (chosen + 1 < nearest.size() && (left -= nearest[chosen]) > 0)
            ++chosen;
        centres.push_back(unitRow(samples, chosen));
    }
    return at::cat(centres);
}

}  // namespace

std::vector<std::int32_t> kmeansOfUnitRows(const Matrix& samples, int clusters, std::uint64_t seed) {
    assert(clusters > 0 && samples.rows() >= std::size_t(clusters));
    std::vector<std::int32_t> labels(samples.rows(), 0);
    if (clusters == 1) return labels;
    std::mt19937_64 random(mixSeed(seed, kSeedStream));
    at::Tensor centres = firstCentres(samples, clusters, random);
    bool moved = true;
    for (int step = 0; step < kMostSteps && moved; ++step) {
        moved = false;
        at::Tensor sums = at::zeros_like(centres);
        at::Tensor counts = at::zeros({clusters, 1}, at::kDouble);
        forEachBlock(samples, [&](std::int64_t first, const at::Tensor& block) {
            const at::Tensor rows = unitRows(block);
            const at::Tensor nearest = distances(rows, centres).argmin(1).contiguous();
            sums.index_add_(0, nearest, rows);
            counts.index_add_(0, nearest, at::ones({rows.size(0), 1}, at::kDouble));
            for (std::int64_t i = 0; i < nearest.size(0); ++i) {
                std::int32_t& label = labels[std::size_t(first + i)];
                const auto now = std::int32_t(nearest.data_ptr<std::int64_t>()[i]);
                moved = moved || step == 0 || label != now;
                label = now;
            }
        });
        centres = at::where(counts.gt(0), sums.div(counts.clamp_min(1)), centres);
    }
    return labels;
}

}  // namespace oodscope::ood
