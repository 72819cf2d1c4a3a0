// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/gaussian.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_eigh.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "core/ood/blocks_torch.h"

namespace oodscope::ood {

namespace {

/// The rows that have a centre, in their order; a group of one sample has none.
struct GroupPlan {
    std::vector<std::size_t> rows;
    std::vector<std::size_t> centres;  // of each of the rows
    std::vector<double> sizes;         // of each centre
    std::size_t skipped = 0;           // groups of a single sample
};

GroupPlan planGroups(std::span<const std::int32_t> groups, std::size_t groupCount) {
    std::vector<std::size_t> sizes(groupCount, 0);
    for (const std::int32_t group : groups)
        ++sizes[std::size_t(group)];
    GroupPlan plan;
    std::vector<std::size_t> centreOf(groupCount);
    for (std::size_t g = 0; g < groupCount; ++g) {
        if (sizes[g] == 1) ++plan.skipped;
        if (sizes[g] < 2) continue;
        centreOf[g] = plan.sizes.size();
        plan.sizes.push_back(double(sizes[g]));
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto group = std::size_t(groups[i]);
        if (sizes[group] < 2) continue;
        plan.rows.push_back(i);
        plan.centres.push_back(centreOf[group]);
    }
    return plan;
}

at::Tensor scaled(const at::Tensor& rows, RowScale scale) {
    return scale == RowScale::UnitLength ? unitRows(rows) : rows;
}

/// 1 / length of each row as unitRows() takes it; empty: rows as they are.
std::vector<double> rowFactors(const Matrix& samples, RowScale scale) {
    if (scale == RowScale::AsGiven) return {};
    return scoresByRow(samples, [](std::span<const float> row) {
        double sum = 0;
        for (const float value : row)
            sum += double(value) * double(value);
        return 1 / std::max(std::sqrt(sum), 1e-300);
    });
}

/// The rows that a fit reads, in double.
class FitRows {
public:
    FitRows(const Matrix& samples, RowScale scale) : m_samples(samples), m_factors(rowFactors(samples, scale)) {}

    std::size_t width() const { return m_samples.cols(); }
    /// Calls visit(column, value) for the columns begin … end − 1 of a row.
    template <class Visit>
    void forEachValue(std::size_t row, std::size_t begin, std::size_t end, Visit visit) const {
        const float* values = m_samples.row(row).data();
        const double factor = m_factors.empty() ? 1 : m_factors[row];
        for (std::size_t d = begin; d < end; ++d)
            visit(d, double(values[d]) * factor);
    }

private:
    const Matrix& m_samples;
    std::vector<double> m_factors;
};

/// [K, D]. The rows are read in their order; threads share out the columns.
at::Tensor groupMeans(const FitRows& samples, const GroupPlan& plan) {
    const std::size_t width = samples.width();
    at::Tensor means = at::zeros({std::int64_t(plan.sizes.size()), std::int64_t(width)}, at::kDouble);
    double* all = means.data_ptr<double>();
    at::parallel_for(0, std::int64_t(width), 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::size_t i = 0; i < plan.rows.size(); ++i) {
            double* mean = all + plan.centres[i] * width;
            samples.forEachValue(plan.rows[i], std::size_t(begin), std::size_t(end),
                                 [mean](std::size_t d, double value) { mean[d] += value; });
        }
    });
    const at::Tensor sizes = at::from_blob(const_cast<double*>(plan.sizes.data()), {means.size(0), 1}, at::kDouble);
    return means.div_(sizes);
}

/// Rows first … of the plan minus their means, over √(samples of the centre − 1) and √K, as many as `out` has rows:
/// the sum of their outer products is the unweighted mean over the centres of the unbiased covariances.
void writeWeighted(const FitRows& samples, const at::Tensor& means, const GroupPlan& plan, std::size_t first,
                   at::Tensor& out) {
    const std::size_t width = samples.width();
    const double* allMeans = means.const_data_ptr<double>();
    double* all = out.data_ptr<double>();
    at::parallel_for(0, out.size(0), 64, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = std::size_t(begin); i < std::size_t(end); ++i) {
            const std::size_t centre = plan.centres[first + i];
            const double* mean = allMeans + centre * width;
            const double root = 1 / std::sqrt((plan.sizes[centre] - 1) * double(plan.sizes.size()));
            double* row = all + i * width;
            samples.forEachValue(plan.rows[first + i], 0, width,
                                 [=](std::size_t d, double value) { row[d] = (value - mean[d]) * root; });
        }
    });
}

/// sum += rowsᵀ · rows, the upper triangle in panels of columns; what lies below the diagonal panels stays.
void addUpperProduct(at::Tensor& sum, const at::Tensor& rows) {
    constexpr std::int64_t kPanel = 128;
    for (std::int64_t first = 0; first < sum.size(0); first += kPanel) {
        const std::int64_t count = std::min(kPanel, sum.size(0) - first);
        const std::int64_t rest = sum.size(0) - first;
        at::Tensor panel = sum.narrow(0, first, count).narrow(1, first, rest);
        panel.addmm_(rows.narrow(1, first, count).t(), rows.narrow(1, first, rest));
    }
}

/// [D, D]; only the upper triangle is set.
at::Tensor meanCovariance(const FitRows& samples, const at::Tensor& means, const GroupPlan& plan) {
    at::Tensor covariance = at::zeros({means.size(1), means.size(1)}, at::kDouble);
    const auto total = std::int64_t(plan.rows.size());
    at::Tensor block = at::empty({std::min(kBlockRows, total), means.size(1)}, at::kDouble);
    for (std::int64_t first = 0; first < total; first += kBlockRows) {
        at::Tensor rows = block.narrow(0, 0, std::min(kBlockRows, total - first));
        writeWeighted(samples, means, plan, std::size_t(first), rows);
        addUpperProduct(covariance, rows);
    }
    return covariance;
}

}  // namespace

struct Gaussian::Parts {
    at::Tensor origin;     // [D]: subtracted first, so that large offsets cancel before they are squared
    at::Tensor whitening;  // [D, R]
    at::Tensor centres;    // [K, R], whitened
    std::size_t skipped = 0;
    RowScale scale = RowScale::AsGiven;
};

Gaussian::Gaussian() = default;
Gaussian::~Gaussian() = default;
Gaussian::Gaussian(Gaussian&&) noexcept = default;
Gaussian& Gaussian::operator=(Gaussian&&) noexcept = default;

std::size_t Gaussian::rank() const {
    return std::size_t(m_parts->whitening.size(1));
}
std::size_t Gaussian::width() const {
    return std::size_t(m_parts->whitening.size(0));
}
std::size_t Gaussian::centreCount() const {
    return std::size_t(m_parts->centres.size(0));
}
std::size_t Gaussian::skippedClasses() const {
    return m_parts->skipped;
}

Result<Gaussian> Gaussian::ofClasses(const Matrix& samples, std::span<const std::int32_t> labels, RowScale scale) {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to fit");
    if (labels.size() != samples.rows()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("{} labels for {} samples", labels.size(), samples.rows()));
    }
    std::int32_t highest = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < 0) return fail(ErrorCode::InvalidArgument, fmt::format("sample {} has no label", i));
        highest = std::max(highest, labels[i]);
    }
    if (std::size_t(highest) > (std::size_t{1} << 24)) {
        return fail(ErrorCode::InvalidArgument, fmt::format("label {} is absurd", highest));
    }
    return fit(samples, labels, std::size_t(highest) + 1, scale);
}

Result<Gaussian> Gaussian::ofAll(const Matrix& samples, RowScale scale) {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to fit");
    const std::vector<std::int32_t> one(samples.rows(), 0);
    return fit(samples, one, 1, scale);
}

Result<Gaussian> Gaussian::fit(const Matrix& samples, std::span<const std::int32_t> groups, std::size_t groupCount,
                               RowScale scale) {
    const GroupPlan plan = planGroups(groups, groupCount);
    if (plan.sizes.empty()) {
        return fail(ErrorCode::InvalidArgument, "no class has two samples: there is no covariance");
    }
    try {
        const FitRows rows(samples, scale);
        const at::Tensor means = groupMeans(rows, plan);
        const auto [values, vectors] = at::linalg_eigh(meanCovariance(rows, means, plan), "U");
        const double largest = values[-1].item<double>();
        if (!(largest > 0)) {
            return fail(ErrorCode::InvalidArgument, "the samples of every class are all alike: no variance");
        }
        const double floor = largest * double(samples.cols()) * std::numeric_limits<double>::epsilon();
        const at::Tensor kept = values.gt(floor).nonzero().squeeze(1);
        Gaussian gaussian;
        gaussian.m_parts = std::make_unique<Parts>();
        Parts& parts = *gaussian.m_parts;
        parts.skipped = plan.skipped;
        parts.scale = scale;
        parts.whitening = vectors.index_select(1, kept).mul(values.index_select(0, kept).rsqrt()).contiguous();
        parts.origin = means.mean(0);
        parts.centres = means.sub(parts.origin).mm(parts.whitening);
        return gaussian;
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the covariance");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("covariance: {}", error.what_without_backtrace()));
    }
}

Result<std::vector<double>> Gaussian::smallestDistance(const Matrix& samples) const {
    if (samples.empty()) return fail(ErrorCode::InvalidArgument, "there are no samples to score");
    if (samples.cols() != width()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("samples are {} wide, the fitted ones were {}", samples.cols(), width()));
    }
    try {
        const at::Tensor centreNorms = m_parts->centres.square().sum(1);
        const at::Tensor transposed = m_parts->centres.t();
        return scoresByBlock(samples, [&](std::int64_t, const at::Tensor& block) {
            const at::Tensor white = scaled(block, m_parts->scale).sub(m_parts->origin).mm(m_parts->whitening);
            // ‖w − c‖² = ‖w‖² + (‖c‖² − 2 w·c), the smallest over c.
            const at::Tensor nearest = at::addmm(centreNorms, white, transposed, /*beta=*/1, /*alpha=*/-2).amin(1);
            return nearest.add_(white.square().sum(1)).clamp_min_(0);
        });
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the distances");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("distances: {}", error.what_without_backtrace()));
    }
}

}  // namespace oodscope::ood
