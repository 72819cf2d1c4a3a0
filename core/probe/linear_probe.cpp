// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/linear_probe.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <optional>
#include <utility>

#include "core/probe/probe_checks.h"
#include "core/probe/probe_features_torch.h"
#include "core/probe/probe_start.h"
#include "core/probe/probe_trainer_torch.h"
#include "core/probe/standardize.h"
#include "core/train/matrix_torch.h"
#include "core/train/schedule.h"

namespace oodscope::probe {

namespace {

constexpr auto kProgressPeriod = std::chrono::milliseconds(50);
constexpr std::size_t kBlockRows = 4096;  // rows scored at a time
// Multiplications of a step below which waking a second thread costs more than it does.
constexpr std::size_t kWorthThreads = std::size_t{1} << 22;
using Clock = std::chrono::steady_clock;

/// Sets the threads of this thread's parallel regions for as long as it lives.
class ThreadCount {
public:
    explicit ThreadCount(int threads) : m_before(at::get_num_threads()) {
        if (threads > 0) at::set_num_threads(threads);
    }
    ~ThreadCount() { at::set_num_threads(m_before); }
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;

private:
    int m_before;
};

at::Device torchDevice(const model::Device& device) {
    return device.kind == model::Device::Kind::Cuda ? at::Device(at::kCUDA, c10::DeviceIndex(device.index))
                                                    : at::Device(at::kCPU);
}

int threadsFor(const ProbeOptions& options, const Matrix& features, std::size_t classCount) {
    const std::size_t batch = std::min(std::size_t(options.batchSize), features.rows());
    const bool small = double(batch) * double(features.cols()) * double(classCount) < double(kWorthThreads);
    return options.threads == 0 && small ? 1 : options.threads;
}

/// What a training draws at random: a start that was given, or PyTorch's own draws from the seed. After
/// torch.manual_seed(seed), nn.Linear(D, C) and then torch.randperm(N) once an epoch give the same numbers in Python.
class Randomness {
public:
    Randomness(const ProbeStart* start, std::uint64_t seed)
        : m_start(start), m_generator(at::make_generator<at::CPUGeneratorImpl>(seed)) {}

    std::pair<at::Tensor, at::Tensor> parameters(std::int64_t classes, std::int64_t width) {
        if (m_start != nullptr) {
            const at::Tensor bias = at::empty({classes}, at::kFloat);
            std::copy(m_start->bias.begin(), m_start->bias.end(), bias.data_ptr<float>());
            return {train::viewOf(m_start->weight).clone(), bias};
        }
        // kaiming_uniform with a = √5 is ±1/√D; in its own order of operations, so that every bit agrees.
        const double slope = std::sqrt(5.0);
        const double deviation = std::sqrt(2.0 / (1.0 + slope * slope)) / std::sqrt(double(width));
        const double weightBound = std::sqrt(3.0) * deviation;
        const double biasBound = 1.0 / std::sqrt(double(width));
        at::Tensor weight = at::empty({classes, width}, at::kFloat).uniform_(-weightBound, weightBound, m_generator);
        at::Tensor bias = at::empty({classes}, at::kFloat).uniform_(-biasBound, biasBound, m_generator);
        return {weight, bias};
    }

    at::Tensor order(std::int64_t rows, int epoch) {
        if (m_start == nullptr) return at::randperm(rows, m_generator, at::TensorOptions(at::kLong));
        const std::vector<std::int64_t>& given = m_start->orders[std::size_t(epoch)];
        const at::Tensor order = at::empty({rows}, at::kLong);
        std::copy(given.begin(), given.end(), order.data_ptr<std::int64_t>());
        return order;
    }

private:
    const ProbeStart* m_start;
    at::Generator m_generator;
};

/// Tells how far the training is, at most every 50 ms but for the last time.
class Reporter {
public:
    Reporter(const ProgressFn& progress, int epochs) : m_progress(progress), m_epochs(epochs), m_begin(Clock::now()) {}

    bool due() const { return m_progress && Clock::now() - m_last >= kProgressPeriod; }
    void report(double epochsDone, const std::vector<EpochStats>& history) {
        if (!m_progress) return;
        m_last = Clock::now();
        const double seconds = std::chrono::duration<double>(m_last - m_begin).count();
        Progress progress;
        progress.stage = "training the probe";
        progress.unit = "epochs";
        progress.done = std::uint64_t(epochsDone);
        progress.total = std::uint64_t(m_epochs);
        if (seconds > 0 && epochsDone > 0) {
            progress.perSecond = epochsDone / seconds;
            progress.secondsLeft = (m_epochs - epochsDone) / progress.perSecond;
        }
        if (!history.empty()) {
            progress.values = {{"loss", history.back().loss}, {"accuracy", history.back().trainAccuracy}};
        }
        m_progress(progress);
    }

private:
    const ProgressFn& m_progress;
    int m_epochs;
    Clock::time_point m_begin;
    Clock::time_point m_last{};
};

/// On the CPU rows are standardised as they are gathered; other devices get a standardised copy.
ProbeFeatures featuresFor(const Matrix& features, const ColumnStats& stats, const ProbeOptions& options) {
    const bool half = options.precision == model::Precision::Bf16;
    const at::Device device = torchDevice(options.device);
    if (device.is_cpu()) return streamedFeatures(features, stats, half);
    return residentFeatures(
        standardisedTensor(features, stats, at::TensorOptions(half ? at::kBFloat16 : at::kFloat).device(device)));
}

at::Tensor labelTensor(const std::vector<std::int32_t>& labels, const at::Device& device) {
    const at::Tensor tensor = at::empty({std::int64_t(labels.size())}, at::kLong);
    std::copy(labels.begin(), labels.end(), tensor.data_ptr<std::int64_t>());
    return tensor.to(device);
}

/// All epochs; weight and bias are trained in place. Returns the history.
Result<std::vector<EpochStats>> runEpochs(ProbeTrainer& trainer, Randomness& random, std::int64_t rows,
                                          const ProbeOptions& options, const std::stop_token& stop,
                                          const ProgressFn& progress) {
    const std::int64_t batch = options.batchSize;
    const std::int64_t stepsPerEpoch = (rows + batch - 1) / batch;
    const std::int64_t steps = stepsPerEpoch * options.epochs;
    const std::int64_t warmup = train::warmupSteps(steps, options.warmupShare);
    const double base = options.learningRate * (options.scaleLearningRate ? double(batch) / 256.0 : 1.0);
    std::vector<EpochStats> history;
    Reporter reporter(progress, options.epochs);
    std::int64_t step = 0;
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        const at::Tensor order = random.order(rows, epoch).to(torchDevice(options.device));
        double rate = 0;
        for (std::int64_t first = 0; first < rows; first += batch, ++step) {
            if (stop.stop_requested()) return cancelled();
            rate = train::warmupCosine(step, steps, warmup, base);
            trainer.step(order.narrow(0, first, std::min(batch, rows - first)), rate);
            if (reporter.due()) reporter.report(double(step + 1) / double(stepsPerEpoch), history);
        }
        const EpochSums sums = trainer.takeSums();
        history.push_back({sums.loss / double(rows), sums.correct / double(rows), rate});
        if (!std::isfinite(sums.loss)) {
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("the loss left the range of numbers in epoch {} of {}: lower the learning rate ({})",
                            epoch + 1, options.epochs, base));
        }
    }
    reporter.report(options.epochs, history);
    return history;
}

/// Leaves features as they are, to the bit.
ColumnStats identityStats(std::size_t width) {
    return {std::vector<float>(width, 0.0F), std::vector<float>(width, 1.0F), 0};
}

Error errorFrom(const c10::Error& error, const ProbeOptions& options) {
    const std::string text = error.what_without_backtrace();
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
                        text.find("allocate memory") != std::string::npos;
    const bool cuda = options.device.kind == model::Device::Kind::Cuda;
    return {memory ? ErrorCode::OutOfMemory
            : cuda ? ErrorCode::Device
                   : ErrorCode::Internal,
            fmt::format("training the probe: {}", text.substr(0, text.find('\n')))};
}

Result<LinearProbe> trainOn(const Matrix& features, const std::vector<std::int32_t>& labels, const ColumnStats& stats,
                            std::size_t classCount, const ProbeStart* start, const ProbeOptions& options,
                            const std::stop_token& stop, const ProgressFn& progress) {
    const at::Device device = torchDevice(options.device);
    Randomness random(start, options.seed);
    auto [weight, bias] = random.parameters(std::int64_t(classCount), std::int64_t(features.cols()));
    weight = weight.to(device);
    bias = bias.to(device);
    ProbeTrainer trainer(featuresFor(features, stats, options), labelTensor(labels, device), weight, bias, options);
    auto history = runEpochs(trainer, random, std::int64_t(features.rows()), options, stop, progress);
    if (!history) return failFrom(history);
    const at::Tensor w = weight.cpu().contiguous();
    const at::Tensor b = bias.cpu().contiguous();
    LinearProbe probe;
    probe.weight = Matrix::own(classCount, features.cols(),
                               std::vector<float>(w.data_ptr<float>(), w.data_ptr<float>() + w.numel()));
    probe.bias.assign(b.data_ptr<float>(), b.data_ptr<float>() + b.numel());
    probe.mean = stats.mean;
    probe.std = stats.std;
    probe.constantDimensions = stats.constantColumns;
    probe.history = std::move(*history);
    probe.options = options;
    return probe;
}

Result<LinearProbe> trainChecked(const ProbeStart* start, const Matrix& features,
                                 const std::vector<std::int32_t>& labels, std::size_t classCount,
                                 const ProbeOptions& options, const std::stop_token& stop, const ProgressFn& progress) {
    if (auto checked = checkTraining(features, labels, classCount, options); !checked) return failFrom(checked);
    try {
        const ThreadCount threads(threadsFor(options, features, classCount));
        auto stats = columnStats(features);
        if (!stats) return failFrom(stats);
        if (!options.standardise) *stats = identityStats(features.cols());
        Matrix used = features;
        std::vector<std::int32_t> usedLabels = labels;
        if (options.shots > 0) {
            const auto rows = drawShots(labels, classCount, options.shots, options.seed);
            if (!rows) return failFrom(rows);
            used = features.selectRows(*rows);
            std::transform(rows->begin(), rows->end(), usedLabels.begin(), [&](std::size_t r) { return labels[r]; });
            usedLabels.resize(rows->size());
        }
        if (start != nullptr) {
            auto checked = checkStart(*start, used.rows(), used.cols(), classCount, options.epochs);
            if (!checked) return failFrom(checked);
        }
        return trainOn(used, usedLabels, *stats, classCount, start, options, stop, progress);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to train the probe");
    } catch (const c10::Error& error) {
        return tl::unexpected(errorFrom(error, options));
    }
}

}  // namespace

Result<LinearProbe> trainProbe(const Matrix& features, const std::vector<std::int32_t>& labels, std::size_t classCount,
                               const ProbeOptions& options, std::stop_token stop, const ProgressFn& progress) {
    return trainChecked(nullptr, features, labels, classCount, options, stop, progress);
}

Result<LinearProbe> trainProbeFrom(const ProbeStart& start, const Matrix& features,
                                   const std::vector<std::int32_t>& labels, std::size_t classCount,
                                   const ProbeOptions& options, std::stop_token stop, const ProgressFn& progress) {
    return trainChecked(&start, features, labels, classCount, options, stop, progress);
}

Result<Matrix> probeLogits(const LinearProbe& probe, const Matrix& features) {
    if (features.empty()) return fail(ErrorCode::InvalidArgument, "there are no features to score");
    if (probe.weight.cols() != features.cols() || probe.mean.size() != features.cols() ||
        probe.std.size() != features.cols() || probe.bias.size() != probe.classCount()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("features are {} wide, the probe takes {}: they come from "
                                                            "different models",
                                                            features.cols(), probe.weight.cols()));
    }
    try {
        const std::size_t classes = probe.classCount();
        std::vector<float> logits(features.rows() * classes);
        const at::Tensor transposed = train::viewOf(probe.weight).t();
        const at::Tensor bias =
            at::from_blob(const_cast<float*>(probe.bias.data()), {std::int64_t(classes)}, at::kFloat);
        const auto width = std::int64_t(features.cols());
        const at::Tensor block = at::empty({std::int64_t(std::min(kBlockRows, features.rows())), width}, at::kFloat);
        for (std::size_t first = 0; first < features.rows(); first += kBlockRows) {
            const std::size_t count = std::min(kBlockRows, features.rows() - first);
            standardizeRows(features, first, count, probe.mean, probe.std, block.data_ptr<float>());
            at::Tensor out = at::from_blob(logits.data() + first * classes,
                                           {std::int64_t(count), std::int64_t(classes)}, at::kFloat);
            at::addmm_out(out, bias, block.narrow(0, 0, std::int64_t(count)), transposed);
        }
        return Matrix::own(features.rows(), classes, std::move(logits));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the logits");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Internal, fmt::format("logits: {}", error.what_without_backtrace()));
    }
}

}  // namespace oodscope::probe
