// SPDX-License-Identifier: GPL-3.0-or-later
// bench_prompts [ROWS [WIDTH [CLASSES]]]: from an edit to new pseudo labels and their confusion, on random embeddings.
// The class vectors are drawn, not encoded: what a text tower takes for new texts comes on top.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "core/experiment/prompt_lab.h"
#include "core/experiment/scoring.h"
#include "core/probe/label_updater.h"
#include "core/probe/pseudo_labels.h"

using namespace oodscope;

namespace {

using Clock = std::chrono::steady_clock;

Matrix drawn(std::mt19937& random, std::size_t rows, std::size_t cols) {
    std::normal_distribution<float> normal;
    std::vector<float> values(rows * cols);
    for (float& v : values)
        v = normal(random);
    return Matrix::own(rows, cols, std::move(values));
}

/// `vectors` with new directions for the first `count` classes.
Matrix edited(std::mt19937& random, const Matrix& vectors, std::size_t count) {
    std::vector<float> values(vectors.values().begin(), vectors.values().end());
    const Matrix fresh = probe::classVectors(drawn(random, count, vectors.cols()), count).value();
    std::copy(fresh.values().begin(), fresh.values().end(), values.begin());
    return Matrix::own(vectors.rows(), vectors.cols(), std::move(values));
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::size_t> sizes{50'000, 768, 1000};
    for (int i = 1; i < argc && std::size_t(i) <= sizes.size(); ++i)
        sizes[std::size_t(i - 1)] = std::strtoul(argv[i], nullptr, 10);
    std::mt19937 random(1);
    const Matrix images = drawn(random, sizes[0], sizes[1]);
    Matrix vectors = probe::classVectors(drawn(random, sizes[2], sizes[1]), sizes[2]).value();
    std::vector<std::int32_t> truth(sizes[0]);
    for (auto& label : truth)
        label = std::int32_t(random() % sizes[2]);
    probe::LabelUpdater updater(images);
    std::vector<std::int32_t> before = updater.update(vectors).value();
    for (const std::size_t changed :
         {sizes[2], sizes[2], std::size_t{1}, std::size_t{1}, std::size_t{10}, std::size_t{100}}) {
        vectors = edited(random, vectors, changed);
        const auto begin = Clock::now();
        const std::clock_t processor = std::clock();
        const std::vector<std::int32_t> labels = updater.update(vectors).value();
        const auto counts = experiment::labelConfusion(truth, labels, sizes[2], sizes[2]);
        const auto comparison = experiment::comparePseudoLabels(before, labels, truth, sizes[2]);
        const std::chrono::duration<double> seconds = Clock::now() - begin;
        fmt::print(
            "{} x {}, {} of {} classes edited: {:.3f} s, processor {:.3f} s ({} rows over again, {} labels changed, "
            "{})\n",
            sizes[0], sizes[1], changed, sizes[2], seconds.count(), double(std::clock() - processor) / CLOCKS_PER_SEC,
            updater.rowsDone(), comparison.changed.size(), counts.size());
        before = labels;
    }
    return 0;
}
