// SPDX-License-Identifier: GPL-3.0-or-later
// bench_detectors TRAIN.npy LABELS.npy TEST.npy K OUT.bin: seconds to fit and score the Mahalanobis distance of
// features and to find the K nearest rows; one JSON line. OUT.bin gets the Mahalanobis scores, then the cosines
// [N, K]. bench_detectors.py runs it beside the paper's loop and faiss.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "core/io/npy.h"
#include "core/ood/detector.h"
#include "core/ood/nearest_rows.h"

using namespace oodscope;

namespace {

template <class T>
T orExit(Result<T> result) {
    if (result) return std::move(*result);
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
}

template <class Work>
double secondsOf(Work work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void append(std::ofstream& out, std::span<const double> values) {
    out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        fmt::print(stderr, "usage: bench_detectors TRAIN.npy LABELS.npy TEST.npy K OUT.bin\n");
        return 2;
    }
    const Matrix train = orExit(io::readNpyMatrix(argv[1]));
    const std::vector<double> numbers = orExit(io::readNpyVector(argv[2]));
    const std::vector<std::int32_t> labels(numbers.begin(), numbers.end());
    const Matrix test = orExit(io::readNpyMatrix(argv[3]));
    const auto k = static_cast<std::size_t>(std::atoi(argv[4]));

    ood::DetectorInput fitInput, scoreInput;
    fitInput.features = train;
    fitInput.labels = labels;
    scoreInput.features = test;
    // The reference computes both distances at once.
    std::vector<double> scores;
    double fit = 0, score = 0;
    for (const char* name : {"mahalanobis_features", "mahalanobis_relative_features"}) {
        const auto detector = orExit(ood::makeDetector(name));
        fit = secondsOf([&] { orExit<int>(detector->fit(fitInput).map([] { return 0; })); });
        std::vector<double> own;
        score = secondsOf([&] { own = orExit(detector->score(scoreInput)); });
        scores.insert(scores.end(), own.begin(), own.end());
    }

    ood::Neighbours neighbours;
    const auto search = [&](ood::Products products) {
        return secondsOf([&] { neighbours = orExit(orExit(ood::NearestRows::make(train)).find(test, k, products)); });
    };
    const double full = search(ood::Products::Full);
    const double fastest = search(ood::Products::Fastest);

    std::ofstream out(argv[5], std::ios::binary);
    append(out, scores);
    append(out, neighbours.values);
    fmt::print(R"({{"fit_s": {}, "score_s": {}, "knn_full_s": {}, "knn_s": {}}})"
               "\n",
               fit, score, full, fastest);
    return out ? 0 : 1;
}
