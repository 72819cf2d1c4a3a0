// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/precision_speed.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "core/model/linear_torch.h"
#include "core/model/weights_torch.h"

namespace oodscope::model {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kRows = 788;  // tokens of four images
constexpr std::int64_t kIn = 768;
constexpr std::int64_t kOut = 3072;
constexpr double kSeconds = 0.06;
constexpr int kLeastRuns = 3;

struct Inputs {
    at::Tensor x, weight, bias;
};

Inputs drawInputs() {
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(1);
    const auto draw = [&](at::IntArrayRef shape) { return at::randn(shape, generator, at::TensorOptions(at::kFloat)); };
    return {draw({kRows, kIn}), draw({kOut, kIn}) * 0.03, draw({kOut})};
}

/// Seconds of the fastest run: the others were disturbed.
double fastestRun(const Linear& layer, const at::Tensor& x, const std::stop_token& stop) {
    double fastest = std::numeric_limits<double>::infinity();
    double total = 0;
    for (int run = 0; (run < kLeastRuns || total < kSeconds) && !stop.stop_requested(); ++run) {
        const auto started = Clock::now();
        // One value on the host: a GPU has finished then.
        layer.apply(x).select(0, 0).select(0, 0).to(at::kCPU);
        const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
        fastest = std::min(fastest, seconds);
        total += seconds;
    }
    return fastest;
}

/// Empty where the device refuses the precision. `exact` is set by fp32, which comes first.
std::optional<PrecisionSpeed> measure(Device device, Precision precision, const Inputs& inputs, at::Tensor& exact,
                                      const std::stop_token& stop) {
    try {
        const Placement placement = Placement::of(device, precision);
        const Linear layer(inputs.weight, inputs.bias, placement, kRows);
        const at::Tensor x = placement.put(inputs.x);
        const at::Tensor y = layer.apply(x).to(at::kCPU, at::kFloat);
        if (!exact.defined()) exact = y;
        const double error = ((y - exact).abs().max() / exact.abs().max()).item().toDouble();
        const double seconds = fastestRun(layer, x, stop);
        return PrecisionSpeed{precision, 2.0 * kRows * kIn * kOut / seconds, error};
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace

Result<std::vector<PrecisionSpeed>> measurePrecisions(Device device, const std::stop_token& stop) {
    if (const auto known = parseDevices(device.name()); !known) return failFrom(known);
    const c10::InferenceMode guard;
    const Inputs inputs = drawInputs();
    at::Tensor exact;
    std::vector<PrecisionSpeed> speeds;
    for (const Precision precision : {Precision::Fp32, Precision::Bf16, Precision::Fp16}) {
        const auto speed = measure(device, precision, inputs, exact, stop);
        if (stop.stop_requested()) return cancelled();
        if (speed) speeds.push_back(*speed);
        if (!exact.defined())
            return fail(ErrorCode::Device, fmt::format("{}: does not compute a product in fp32", device.name()));
    }
    return speeds;
}

}  // namespace oodscope::model
