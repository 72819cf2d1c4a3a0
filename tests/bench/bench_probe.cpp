// SPDX-License-Identifier: GPL-3.0-or-later
// bench_probe [ROWS [WIDTH [CLASSES [BATCH [EPOCHS [THREADS]]]]]]: seconds per epoch of the probe on random embeddings
// in fp32 and bf16, and milliseconds for the metrics of 1.3 million scores. bench_probe.py does the same in Python.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "core/ood/metrics.h"
#include "core/probe/linear_probe.h"

using namespace oodscope;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// On a busy machine the processor time (of all threads) says more than the clock on the wall.
struct Seconds {
    double wall = 0;
    double processor = 0;
};

/// Seconds of `epochs` epochs less those of one, shared out: setting up is left out.
Seconds epochSeconds(const Matrix& features, const std::vector<std::int32_t>& labels, std::size_t classes,
                     probe::ProbeOptions options) {
    const auto timed = [&](int epochs) {
        options.epochs = epochs;
        const auto begin = Clock::now();
        const std::clock_t processor = std::clock();
        const auto trained = probe::trainProbe(features, labels, classes, options, {}, {});
        if (!trained) {
            fmt::print(stderr, "{}\n", trained.error().message);
            std::exit(1);
        }
        return Seconds{secondsSince(begin), double(std::clock() - processor) / CLOCKS_PER_SEC};
    };
    const int epochs = options.epochs;
    const Seconds one = timed(1);
    const Seconds all = timed(1 + epochs);
    return {(all.wall - one.wall) / epochs, (all.processor - one.processor) / epochs};
}

void benchProbe(const std::vector<std::size_t>& sizes) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(sizes[0] * sizes[1]);
    for (float& v : values)
        v = normal(random);
    std::vector<std::int32_t> labels(sizes[0]);
    for (auto& label : labels)
        label = std::int32_t(random() % sizes[2]);
    const Matrix features = Matrix::own(sizes[0], sizes[1], std::move(values));
    probe::ProbeOptions options;
    options.batchSize = int(sizes[3]);
    options.epochs = int(sizes[4]);
    options.threads = int(sizes[5]);
    for (const auto precision : {model::Precision::Fp32, model::Precision::Bf16}) {
        options.precision = precision;
        const Seconds seconds = epochSeconds(features, labels, sizes[2], options);
        fmt::print("probe {} x {}, {} classes, batch {}, {}: {:.3f} s per epoch, processor {:.3f} s\n", sizes[0],
                   sizes[1], sizes[2], sizes[3], precision == model::Precision::Fp32 ? "fp32" : "bf16", seconds.wall,
                   seconds.processor);
    }
}

void benchMetrics() {
    std::mt19937_64 random(2);
    std::normal_distribution<double> normal;
    std::vector<double> id(1'250'000), ood(50'000);
    for (double& s : id)
        s = normal(random) + 1;
    for (double& s : ood)
        s = normal(random);
    double best = 1e9;
    double sum = 0;
    for (int i = 0; i < 7; ++i) {
        const auto begin = Clock::now();
        sum += ood::computeMetrics(id, ood)->auroc;
        best = std::min(best, secondsSince(begin));
    }
    fmt::print("metrics of 1.3 M scores (AUROC, FPR95, four areas): {:.1f} ms (AUROC {:.6f})\n", best * 1e3, sum / 7);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::size_t> sizes{100'000, 768, 1000, 256, 2, 0};
    for (int i = 1; i < argc && std::size_t(i) <= sizes.size(); ++i)
        sizes[std::size_t(i - 1)] = std::strtoul(argv[i], nullptr, 10);
    benchMetrics();
    benchProbe(sizes);
    return 0;
}
