// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ood/blocks_torch.h"
#include "core/ood/class_scatter_torch.h"
#include "core/ood/row_kernels.h"

namespace oodscope::ood {

namespace {

/// Rows whose centres have the same number of samples.
struct Stretch {
    std::size_t first = 0;  // of the plan's rows
    std::size_t count = 0;
    double size = 0;  // samples of each centre
};

/// The rows that have a centre; a row that is alone in its group has none.
struct GroupPlan {
    std::vector<std::size_t> rows;
    std::vector<std::size_t> centres;  // of each of the rows
    std::vector<double> sizes;         // of each centre
    std::vector<std::size_t> singles;  // rows without one
};

GroupPlan planGroups(std::span<const std::int32_t> groups, std::size_t groupCount) {
    std::vector<std::size_t> sizes(groupCount, 0);
    for (const std::int32_t group : groups)
        ++sizes[std::size_t(group)];
    GroupPlan plan;
    std::vector<std::size_t> centreOf(groupCount);
    for (std::size_t g = 0; g < groupCount; ++g) {
        if (sizes[g] < 2) continue;
        centreOf[g] = plan.sizes.size();
        plan.sizes.push_back(double(sizes[g]));
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto group = std::size_t(groups[i]);
        if (sizes[group] < 2) {
            plan.singles.push_back(i);
            continue;
        }
        plan.rows.push_back(i);
        plan.centres.push_back(centreOf[group]);
    }
    return plan;
}

/// Puts the rows in the order of the sizes of their groups. There are at most √(2 N) stretches.
std::vector<Stretch> sortBySize(GroupPlan& plan) {
    std::vector<std::size_t> order(plan.rows.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return plan.sizes[plan.centres[i]]; });
    const GroupPlan old = plan;
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i < order.size(); ++i) {
        plan.rows[i] = old.rows[order[i]];
        plan.centres[i] = old.centres[order[i]];
        const double size = plan.sizes[plan.centres[i]];
        if (stretches.empty() || stretches.back().size != size) stretches.push_back({i, 0, size});
        ++stretches.back().count;
    }
    return stretches;
}

/// 1 / length of each row as unitRows() takes it; empty: rows as they are.
std::vector<double> rowFactors(const Matrix& samples, RowScale scale) {
    if (scale == RowScale::AsGiven) return {};
    return scoresByRow(samples,
                       [](std::span<const float> row) { return 1 / std::max(std::sqrt(dot(row, row)), 1e-300); });
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

/// [K, 1]
at::Tensor sizesOf(const GroupPlan& plan) {
    return at::from_blob(const_cast<double*>(plan.sizes.data()), {std::int64_t(plan.sizes.size()), 1}, at::kDouble);
}

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
    return means.div_(sizesOf(plan));
}

/// What the mean of all rows is the mean of: the centres, then the rows that are alone in their group.
struct WeightedPoints {
    at::Tensor points;  // [P, D]
    at::Tensor counts;  // [P, 1]: of how many rows each is the mean
};

WeightedPoints pointsOf(const FitRows& samples, const GroupPlan& plan, const at::Tensor& centres) {
    const std::int64_t count = centres.size(0);
    const std::int64_t all = count + std::int64_t(plan.singles.size());
    WeightedPoints weighted{at::empty({all, centres.size(1)}, at::kDouble), at::ones({all, 1}, at::kDouble)};
    weighted.points.narrow(0, 0, count).copy_(centres);
    weighted.counts.narrow(0, 0, count).copy_(sizesOf(plan));
    double* point = weighted.points.data_ptr<double>() + centres.numel();
    for (const std::size_t row : plan.singles) {
        samples.forEachValue(row, 0, samples.width(), [point](std::size_t d, double value) { point[d] = value; });
        point += samples.width();
    }
    return weighted;
}

/// Rows first … of the plan minus their means, over √(samples of the centre − 1) and √K, as many as `out` has rows:
/// the sum of the outer products of all is the unweighted mean over the centres of the unbiased covariances.
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

/// sum = rowsᵀ · rows + beta · sum, the upper triangle in panels of columns; what lies below the diagonal panels stays.
void addUpperProduct(at::Tensor& sum, const at::Tensor& rows, double beta) {
    constexpr std::int64_t kPanel = 128;
    for (std::int64_t first = 0; first < sum.size(0); first += kPanel) {
        const std::int64_t count = std::min(kPanel, sum.size(0) - first);
        const std::int64_t rest = sum.size(0) - first;
        at::Tensor panel = sum.narrow(0, first, count).narrow(1, first, rest);
        panel.addmm_(rows.narrow(1, first, count).t(), rows.narrow(1, first, rest), beta);
    }
}

/// sum = Σ xᵀ x over the weighted rows of a stretch + beta · sum; upper triangle.
void addStretch(at::Tensor& sum, const FitRows& samples, const at::Tensor& means, const GroupPlan& plan,
                const Stretch& stretch, double beta) {
    at::Tensor block = at::empty({std::min(kBlockRows, std::int64_t(stretch.count)), means.size(1)}, at::kDouble);
    for (std::size_t done = 0; done < stretch.count; done += std::size_t(kBlockRows)) {
        at::Tensor rows = block.narrow(0, 0, std::min(kBlockRows, std::int64_t(stretch.count - done)));
        writeWeighted(samples, means, plan, stretch.first + done, rows);
        addUpperProduct(sum, rows, done == 0 ? beta : 1);
    }
}

/// first += part and second += factor · part, the upper triangles.
void addToBoth(at::Tensor& first, at::Tensor& second, const at::Tensor& part, double factor) {
    const std::int64_t width = part.size(0);
    double* firstValues = first.data_ptr<double>();
    double* secondValues = second.data_ptr<double>();
    const double* values = part.const_data_ptr<double>();
    at::parallel_for(0, width, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            for (std::int64_t i = row * width + row; i < (row + 1) * width; ++i) {
                firstValues[i] += values[i];
                secondValues[i] += factor * values[i];
            }
        }
    });
}

}  // namespace

// Note [Two covariances from one product]
// With the rows of the groups of n samples centred and weighted by 1 / ((n − 1) K), P_n the sum of their outer
// products, the mean covariance of the groups is Σ P_n, and the scatter of all rows about the mean of all is Σ (n − 1)
// K · P_n + Σ n_c (μ_c − μ)(μ_c − μ)ᵀ. Every term is positive, so nothing cancels. There are at most √(2 N) different
// n.
std::optional<ClassScatter> classScatter(const Matrix& rows, std::span<const std::int32_t> groups,
                                         std::size_t groupCount, RowScale scale, TotalCovariance total) {
    GroupPlan plan = planGroups(groups, groupCount);
    if (plan.sizes.empty()) return std::nullopt;
    const FitRows samples(rows, scale);
    ClassScatter scatter;
    scatter.skipped = plan.singles.size();
    scatter.centres = groupMeans(samples, plan);
    const std::int64_t width = scatter.centres.size(1);
    scatter.within = at::zeros({width, width}, at::kDouble);
    if (total == TotalCovariance::No) {
        addStretch(scatter.within, samples, scatter.centres, plan, {0, plan.rows.size(), 0}, 1);
        return scatter;
    }
    const auto [points, counts] = pointsOf(samples, plan, scatter.centres);
    scatter.mean = points.mul(counts).sum(0).div_(double(rows.rows()));
    scatter.total = at::zeros({width, width}, at::kDouble);
    at::Tensor part = at::empty({width, width}, at::kDouble);
    for (const Stretch& stretch : sortBySize(plan)) {
        addStretch(part, samples, scatter.centres, plan, stretch, 0);
        addToBoth(scatter.within, scatter.total, part, (stretch.size - 1) * double(plan.sizes.size()));
    }
    addUpperProduct(scatter.total, points.sub(scatter.mean).mul_(counts.sqrt()), 1);
    scatter.total.div_(double(rows.rows() - 1));
    return scatter;
}

}  // namespace oodscope::ood
