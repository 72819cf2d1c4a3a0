// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/pipeline.h"

#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/files.h"
#include "core/data/image_location.h"

namespace oodscope::embed {
namespace {

class Pipeline {
public:
    Pipeline(const data::Dataset& dataset, const PipelineOptions& options, std::vector<std::size_t> batches,
             int deviceCount, const BatchSink& sink)
        : m_dataset(dataset),
          m_options(options),
          m_sink(sink),
          m_feeder({dataset.samples.size(), options.batchSize, bytesPerImage(options), 2 * deviceCount + 2},
                   std::move(batches)) {}

    Status run(std::span<DeviceWorker> workers, const std::stop_token& stop);

private:
    static std::size_t bytesPerImage(const PipelineOptions& options) {
        const auto size = static_cast<std::size_t>(options.preprocess.size);
        return size * size * 3;
    }

    void decodeImages();
    std::optional<BadImage> decodeInto(const BatchFeeder::Task& task);
    void encodeBatches(DeviceWorker& worker);
    Status encodeAll(DeviceWorker& worker);
    void failWith(Error error);
    /// Runs a thread's work so that nothing it throws is lost or ends the program.
    template <class Work>
    void guarded(Work&& work);

    const data::Dataset& m_dataset;
    const PipelineOptions& m_options;
    const BatchSink& m_sink;
    BatchFeeder m_feeder;
    std::stop_source m_stop;  // of all threads: the caller's stop, or the first error
    std::mutex m_mutex;
    std::optional<Error> m_error;
};

void Pipeline::failWith(Error error) {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error) m_error = std::move(error);
    }
    m_stop.request_stop();
}

template <class Work>
void Pipeline::guarded(Work&& work) {
    try {
        std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
        failWith({ErrorCode::OutOfMemory, "not enough memory; try a smaller batch size or fewer decoder threads"});
    } catch (const std::exception& exception) {
        failWith({ErrorCode::Internal, std::string("a worker failed: ") + exception.what()});
    } catch (...) {
        failWith({ErrorCode::Internal, "a worker failed for an unknown reason"});
    }
}

std::optional<BadImage> Pipeline::decodeInto(const BatchFeeder::Task& task) {
    const fs::path file = m_dataset.location(task.index());
    const auto bad = [&](const Error& error) {
        const bool mayRecover =
            error.code == ErrorCode::Io || error.code == ErrorCode::NotFound || error.code == ErrorCode::OutOfMemory;
        const std::string name = file.string() + ": ";  // the list of unreadable files names it by itself
        return BadImage{task.index(), error.message.substr(error.message.starts_with(name) ? name.size() : 0),
                        mayRecover};
    };
    const auto decoded = data::readImage(file);
    if (!decoded) return bad(decoded.error());
    const Status done = image::preprocess(*decoded, m_options.preprocess, m_feeder.pixelsOf(task));
    if (!done) return bad(done.error());
    return std::nullopt;
}

void Pipeline::decodeImages() {
    guarded([this] {
        const std::stop_token stop = m_stop.get_token();
        while (const auto task = m_feeder.nextImage(stop))
            m_feeder.finishImage(*task, decodeInto(*task));
    });
}

Status Pipeline::encodeAll(DeviceWorker& worker) {
    const std::stop_token stop = m_stop.get_token();
    worker.encoder->setStop(stop);
    if (worker.device.kind == model::Device::Kind::Cpu && m_options.computeThreads > 0)
        model::setComputeThreads(m_options.computeThreads);
    BatchEncoder encoder(*worker.encoder, m_options.batchSize);
    while (Batch* batch = m_feeder.nextBatch(stop)) {
        const auto encoded = encoder.encode(*batch);
        if (!encoded) return fail(encoded.error().code, worker.device.name() + ": " + encoded.error().message);
        if (const Status taken = m_sink(*encoded); !taken) return taken;
        m_feeder.release(batch);
    }
    return {};
}

void Pipeline::encodeBatches(DeviceWorker& worker) {
    guarded([&] {
        Status done = encodeAll(worker);
        if (done || (done.error().code == ErrorCode::Cancelled && m_stop.stop_requested())) return;
        failWith(std::move(done.error()));
    });
}

Status Pipeline::run(std::span<DeviceWorker> workers, const std::stop_token& stop) {
    const std::stop_callback forward(stop, [this] { m_stop.request_stop(); });
    guarded([&] {
        // Joined in any case, also where starting one of them fails.
        std::vector<std::jthread> threads;
        try {
            for (int i = 0; i < m_options.decoderThreads; ++i)
                threads.emplace_back([this] { decodeImages(); });
            for (DeviceWorker& worker : workers)
                threads.emplace_back([this, &worker] { encodeBatches(worker); });
        } catch (...) {
            m_stop.request_stop();
            throw;
        }
    });
    if (m_error) return tl::unexpected<Error>(*m_error);
    return m_feeder.complete() ? Status() : Status(cancelled());
}

}  // namespace

Status runPipeline(const data::Dataset& dataset, const PipelineOptions& options, std::span<DeviceWorker> workers,
                   std::vector<std::size_t> batches, const BatchSink& sink, const std::stop_token& stop) {
    try {
        return Pipeline(dataset, options, std::move(batches), static_cast<int>(workers.size()), sink)
            .run(workers, stop);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for the batches; try a smaller batch size");
    }
}

}  // namespace oodscope::embed
