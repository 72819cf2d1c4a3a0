// SPDX-License-Identifier: GPL-3.0-or-later
// Images per second of an image tower from pixels in memory, beside the measured peak of the matrix product.
// Usage: bench_encoder MODEL [THREADS [DEVICE [BATCH…]]]   (make_bench_model.py writes a model and open_clip's outputs;
// bench_towers.py runs this beside other programs)
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/rand.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "core/io/safetensors.h"
#include "core/model/model.h"
#include "core/model/weights_torch.h"

using namespace oodscope;
using model::Precision;

namespace {

struct Seconds {
    double wall = INFINITY;
    double processor = INFINITY;  // the steadier one where others use the machine too
};

Seconds bestSeconds(int repeats, const std::function<void()>& work) {
    work();
    Seconds best;
    for (int i = 0; i < repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t clock = std::clock();
        work();
        best.processor = std::min(best.processor, double(std::clock() - clock) / CLOCKS_PER_SEC);
        best.wall =
            std::min(best.wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

double peakGflops(const model::Placement& placement) {
    constexpr double kSide = 1536;
    const at::Tensor a = placement.put(at::rand({1536, 1536}));
    const at::Tensor b = placement.put(at::rand({1536, 1536}));
    const Seconds best = bestSeconds(5, [&] { at::mm(a, b).select(0, 0).sum().item(); });
    return 2e-9 * kSide * kSide * kSide / (placement.isCpu() ? best.processor / at::get_num_threads() : best.wall);
}

double relativeError(const Matrix& a, const Matrix& b) {
    double difference = 0;
    double largest = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        difference = std::max(difference, std::abs(double(a.data()[i]) - double(b.data()[i])));
        largest = std::max(largest, std::abs(double(b.data()[i])));
    }
    return difference / largest;
}

void compareWithVectors(const model::ModelInfo& info, model::ImageEncoder& encoder) {
    const auto file = io::openSafetensors(info.folder / "vectors.safetensors");
    if (!file) return;
    const io::TensorView& pixels = file->tensors.find("pixels")->second;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(pixels.bytes.data());
    const auto features = encoder.encode({bytes, pixels.bytes.size()}, static_cast<int>(pixels.shape[0]));
    if (!features) return;
    fmt::print("  relative error: embeddings {:.2g}, projected {:.2g}\n",
               relativeError(features->embeddings, *io::matrixFrom(*file, "embeddings")),
               relativeError(features->projected, *io::matrixFrom(*file, "projected")));
}

int run(const char* name, int threads, model::Device device, const std::vector<int>& batches) {
    model::setComputeThreads(threads);
    const auto opened = model::openModel(name);
    if (!opened) {
        fmt::print(stderr, "{}\n", opened.error().message);
        return 1;
    }
    for (const Precision precision : {Precision::Fp32, Precision::Bf16}) {
        const auto encoder = (*opened)->imageEncoder(device, precision);
        if (!encoder) {
            fmt::print(stderr, "{}\n", encoder.error().message);
            return 1;
        }
        fmt::print("{} {}: matrix product {:.0f} GFLOP/s\n", device.name(), model::precisionName(precision),
                   peakGflops(model::Placement::of(device, precision)));
        compareWithVectors((*opened)->info(), **encoder);
        const auto size = static_cast<std::size_t>((*encoder)->inputSize());
        for (const int batch : batches) {
            const std::vector<std::uint8_t> pixels(size * size * 3 * static_cast<std::size_t>(batch), 100);
            const Seconds best = bestSeconds(3, [&] { (void)(*encoder)->encode(pixels, batch); });
            fmt::print("  batch {}: {:.2f} images/s, {:.2f} per second of processor time\n", batch, batch / best.wall,
                       batch / best.processor);
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_encoder MODEL [THREADS [DEVICE [BATCH...]]]\n");
        return 2;
    }
    const auto devices = model::parseDevices(argc > 3 ? argv[3] : "cpu");
    if (!devices) {
        fmt::print(stderr, "{}\n", devices.error().message);
        return 1;
    }
    std::vector<int> batches;
    for (int i = 4; i < argc; ++i)
        batches.push_back(std::max(1, std::atoi(argv[i])));
    if (batches.empty()) batches = {1, 32};
    return run(argv[1], argc > 2 ? std::atoi(argv[2]) : 2, devices->front(), batches);
}
