// SPDX-License-Identifier: GPL-3.0-or-later
// Note [Key of an embedding set]
// The key names what the numbers are of: weights and architecture (the model's identity), preprocessing, the list of
// files with sizes and times, precision, format. Batch size, threads and devices are left out on purpose: another
// number of rows in a matrix product, or another machine, may sum in another order and move the last bits of a row, but
// no more than the precision that is in the key allows, and nobody should wait hours for the same numbers after trying
// another batch size. They are named in the provenance. Bits are reproducible on the same machine with the same number
// of compute threads, however often a run was stopped: batches are cut by index, a bad image leaves a hole and does not
// move the others, and a run that goes on keeps the batch size that it was begun with. (Two exceptions: out of memory
// makes a device encode in smaller parts, and devices of different kinds at once differ in the last bits, so that which
// of them took a batch can be seen there.)
#include "core/embed/extract.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <thread>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/embed/embedding_store.h"
#include "core/embed/pipeline.h"
#include "core/embed/progress_meter.h"

namespace oodscope::embed {
namespace {

constexpr std::uint64_t kFormatVersion = 1;
constexpr int kMostThreads = 1024;
constexpr std::size_t kMostBatchBytes = std::size_t{4} << 30;

tl::unexpected<Error> invalid(std::string message) {
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

Status checkNumbers(const ExtractOptions& options) {
    if (options.batchSize < 1 || options.batchSize > kLargestBatchSize)
        return invalid("batch size " + std::to_string(options.batchSize) + " is not between 1 and " +
                       std::to_string(kLargestBatchSize));
    for (const int threads : {options.decoderThreads, options.computeThreads}) {
        if (threads < 0 || threads > kMostThreads)
            return invalid(std::to_string(threads) + " threads: give 1 to " + std::to_string(kMostThreads) +
                           ", or 0 for as many as there are cores");
    }
    if (!(options.maxUnreadableShare >= 0 && options.maxUnreadableShare <= 1))
        return invalid("the share of images that may be unreadable must be between 0 and 1");
    if (options.devices.empty()) return invalid("no device to compute on was given");
    for (auto device = options.devices.begin(); device != options.devices.end(); ++device) {
        if (std::find(options.devices.begin(), device, *device) != device)
            return invalid("device " + device->name() + " is given twice");
    }
    return {};
}

int coreCount() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

bool usesCpu(const ExtractOptions& options) {
    return std::ranges::any_of(options.devices,
                               [](const model::Device& d) { return d.kind == model::Device::Kind::Cpu; });
}

/// A CPU that also computes needs few decoders: even for a small ViT one image costs far more to encode than to decode.
int decoderCount(const ExtractOptions& options) {
    if (options.decoderThreads > 0) return options.decoderThreads;
    return usesCpu(options) ? std::max(1, coreCount() / 4) : coreCount();
}

/// One extraction: what it is of, and its steps.
class Extraction {
public:
    Extraction(const model::Model& model, const data::Dataset& dataset, const ExtractOptions& options,
               const fs::path& storeFolder, std::stop_token stop, const ProgressFn& progress)
        : m_model(model),
          m_dataset(dataset),
          m_options(options),
          m_store(storeFolder),
          m_stop(std::move(stop)),
          m_progress(progress) {}

    Result<EmbeddingSet> run();

private:
    Status prepare();
    Result<std::optional<EmbeddingSet>> reuse(bool locked);
    Status makeEncoders();
    Status checkEncoder(const DeviceWorker& worker) const;
    Result<EmbeddingSet> make();
    Status encodeMissing(PartialSet& partial);
    Status checkUnreadable(std::size_t count, const std::function<std::string()>& example) const;
    Status checkUnreadable(const PartialSet& partial) const;
    EmbeddingSet adopt(EmbeddingStore::Stored stored) const;
    nlohmann::json provenance(int batchSize) const;
    void reportWaiting() const;

    const model::Model& m_model;
    const data::Dataset& m_dataset;
    const ExtractOptions& m_options;
    EmbeddingStore m_store;
    std::stop_token m_stop;
    const ProgressFn& m_progress;
    std::string m_identity;
    std::string m_key;
    std::vector<DeviceWorker> m_workers;
};

Status Extraction::prepare() {
    if (auto checked = checkNumbers(m_options); !checked) return checked;
    if (m_dataset.samples.empty()) return invalid(m_dataset.root.string() + ": the data set has no images");
    const image::Preprocess& preprocess = m_model.info().preprocess;
    constexpr int kLargestSide = 8192;
    for (const int side : {preprocess.size, preprocess.resizeTo}) {
        if (side < 1 || side > kLargestSide)
            return invalid(
                fmt::format("{}: image size {} is not within 1 to {}", m_model.info().name, side, kLargestSide));
    }
    const std::size_t imageBytes =
        static_cast<std::size_t>(preprocess.size) * static_cast<std::size_t>(preprocess.size) * 3;
    if (static_cast<std::size_t>(m_options.batchSize) > kMostBatchBytes / imageBytes)
        return invalid("batch size " + std::to_string(m_options.batchSize) + " needs too much memory; give less");
    const auto identity = m_model.identity();
    if (!identity) return failFrom(identity);
    m_identity = *identity;
    m_key = Hasher()
                .add("oodscope embeddings")
                .add(kFormatVersion)
                .add(m_identity)
                .add(preprocess.describe())
                .add(m_dataset.listHash())
                .add(model::precisionName(m_options.precision))
                .hex();
    return {};
}

/// Empty: there is none. A damaged one is removed, where the lock is held.
Result<std::optional<EmbeddingSet>> Extraction::reuse(bool locked) {
    auto stored = m_store.load(m_key);
    if (stored && stored->set.size() + stored->unreadableIndices.size() == m_dataset.samples.size()) {
        EmbeddingSet set = adopt(std::move(*stored));
        const auto example = [&] { return set.unreadable.front().path + ": " + set.unreadable.front().reason; };
        if (auto checked = checkUnreadable(set.unreadable.size(), example); !checked) return failFrom(checked);
        return set;
    }
    if (!stored && stored.error().code == ErrorCode::NotFound) return std::nullopt;
    if (!stored && stored.error().code != ErrorCode::BadFile) return failFrom(stored);
    if (!locked) return std::nullopt;
    spdlog::warn("{}; it is made again", stored ? m_key + ": another number of images" : stored.error().message);
    if (auto gone = m_store.discardFinished(m_key); !gone) return failFrom(gone);
    return std::nullopt;
}

/// Names, labels and paths as the caller's data set has them: the folder may have moved since the set was made.
EmbeddingSet Extraction::adopt(EmbeddingStore::Stored stored) const {
    EmbeddingSet set = std::move(stored.set);
    set.datasetName = m_dataset.name;
    set.datasetRoot = m_dataset.root;
    set.classNames = m_dataset.classNames;
    set.labels.clear();
    set.paths.clear();
    auto bad = stored.unreadableIndices.begin();
    for (std::size_t i = 0; i < m_dataset.samples.size(); ++i) {
        if (bad != stored.unreadableIndices.end() && *bad == i) {
            set.unreadable[static_cast<std::size_t>(bad++ - stored.unreadableIndices.begin())].path =
                m_dataset.samples[i].path;
            continue;
        }
        set.labels.push_back(m_dataset.samples[i].label);
        set.paths.push_back(m_dataset.samples[i].path);
    }
    return set;
}

Status Extraction::checkEncoder(const DeviceWorker& worker) const {
    const model::ImageEncoder& encoder = *worker.encoder;
    const model::ImageEncoder& first = *m_workers.front().encoder;
    const bool fits = encoder.inputSize() == m_model.info().preprocess.size && encoder.embeddingWidth() > 0 &&
                      encoder.projectedWidth() >= 0 && encoder.embeddingWidth() == first.embeddingWidth() &&
                      encoder.projectedWidth() == first.projectedWidth();
    if (fits) return {};
    return fail(ErrorCode::Internal, worker.device.name() + ": the encoder does not fit the model's own description");
}

/// All at once: each copies the weights to its device.
Status Extraction::makeEncoders() {
    std::vector<Result<std::unique_ptr<model::ImageEncoder>>> made(m_options.devices.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < made.size(); ++i) {
            threads.emplace_back([this, i, &made] {
                try {
                    made[i] = m_model.imageEncoder(m_options.devices[i], m_options.precision);
                } catch (const std::exception& error) {
                    made[i] = fail(ErrorCode::Internal, m_options.devices[i].name() + ": " + error.what());
                }
            });
        }
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (!made[i]) return failFrom(made[i]);
        m_workers.push_back({m_options.devices[i], std::move(*made[i])});
        if (auto checked = checkEncoder(m_workers.back()); !checked) return checked;
    }
    return {};
}

/// Fails as soon as the share is certain to be passed; at the end also where nothing is left.
Status Extraction::checkUnreadable(std::size_t count, const std::function<std::string()>& example) const {
    const std::size_t total = m_dataset.samples.size();
    const bool tooMany = static_cast<double>(count) > m_options.maxUnreadableShare * static_cast<double>(total);
    if (count == 0 || !(tooMany || count == total)) return {};
    return fail(ErrorCode::BadFile,
                fmt::format("{}: {} of {} images cannot be read, more than the {:g} % allowed; for example {}",
                            m_dataset.root.string(), count, total, 100 * m_options.maxUnreadableShare, example()));
}

Status Extraction::checkUnreadable(const PartialSet& partial) const {
    return checkUnreadable(partial.unreadableCount(), [&] {
        const auto unreadable = partial.unreadable();
        const auto& [index, image] = *unreadable.begin();
        return m_dataset.samples[index].path + ": " + image.reason;
    });
}

Status Extraction::encodeMissing(PartialSet& partial) {
    if (auto checked = checkUnreadable(partial); !checked) return checked;
    ProgressMeter meter(m_progress, "embedding " + m_dataset.name, partial.finishedImages(), m_dataset.samples.size());
    PipelineOptions options;
    options.preprocess = m_model.info().preprocess;
    options.batchSize = partial.plan().batchSize;
    options.decoderThreads = decoderCount(m_options);
    options.computeThreads = computeThreadsOf(m_options);
    const BatchSink keep = [&](const EncodedBatch& batch) -> Status {
        if (auto written = partial.write(batch); !written) return written;
        meter.add(static_cast<std::uint64_t>(batch.count));
        return batch.bad.empty() ? Status() : checkUnreadable(partial);
    };
    Status done = runPipeline(m_dataset, options, m_workers, partial.missingBatches(), keep, m_stop);
    // Also after an error: what was done so far is what the next run goes on from.
    const Status synced = partial.sync();
    if (!done) return done;
    meter.flush();
    if (!synced) return synced;
    return checkUnreadable(partial);
}

nlohmann::json Extraction::provenance(int batchSize) const {
    const model::ModelInfo& info = m_model.info();
    nlohmann::json devices = nlohmann::json::array();
    for (const model::Device& device : m_options.devices)
        devices.push_back(device.name());
    return {{"model", info.name},
            {"model_folder", info.source().string()},
            {"arch", info.arch},
            {"preprocessing", std::string(model::preprocessingName(info.preprocessing))},
            {"weights", m_identity},
            {"architecture", info.architecture},
            {"activation", info.activation},
            {"preprocess", info.preprocess.describe()},
            {"dataset", m_dataset.name},
            {"dataset_root", m_dataset.root.string()},
            {"files", m_dataset.listHash()},
            {"precision", std::string(model::precisionName(m_options.precision))},
            {"devices", std::move(devices)},
            {"batch_size", batchSize},
            {"compute_threads", computeThreadsOf(m_options)},
            {"format", kFormatVersion},
            {"program", "oodscope " OODSCOPE_VERSION}};
}

void Extraction::reportWaiting() const {
    if (!m_progress) return;
    Progress progress;
    progress.stage = "waiting for another OODscope that embeds " + m_dataset.name;
    progress.unit = "images";
    progress.total = m_dataset.samples.size();
    m_progress(progress);
}

/// With the lock held.
Result<EmbeddingSet> Extraction::make() {
    const model::ImageEncoder& encoder = *m_workers.front().encoder;
    auto partial = PartialSet::open(m_store.partialFolder(m_key), {m_key, m_dataset.samples.size(), m_options.batchSize,
                                                                   encoder.embeddingWidth(), encoder.projectedWidth()});
    Status done = partial ? encodeMissing(**partial) : Status(failFrom(partial));
    if (done && m_stop.stop_requested()) done = cancelled();
    if (done) done = m_store.finish(**partial, m_dataset, provenance((*partial)->plan().batchSize));
    if (!done) {
        const bool hasPlan = fs::exists(m_store.partialFolder(m_key) / PartialSet::kPlanName);
        if (partial ? (*partial)->finishedBatches() == 0 : !hasPlan) m_store.discardPartial(m_key);
        return failFrom(done);
    }
    auto stored = m_store.load(m_key);
    if (!stored) return failFrom(stored);
    return adopt(std::move(*stored));
}

Result<EmbeddingSet> Extraction::run() {
    if (auto ready = prepare(); !ready) return failFrom(ready);
    auto found = reuse(/*locked=*/false);
    if (!found) return failFrom(found);
    if (*found) return std::move(**found);
    if (auto made = makeEncoders(); !made) return failFrom(made);
    const auto lock = m_store.lock(m_key, m_stop, [this] { reportWaiting(); });
    if (!lock) return failFrom(lock);
    // Another run may have finished it meanwhile.
    found = reuse(/*locked=*/true);
    if (!found) return failFrom(found);
    if (!*found) return make();
    m_store.discardPartial(m_key);
    return std::move(**found);
}

}  // namespace

int computeThreadsOf(const ExtractOptions& options) {
    return options.computeThreads > 0 ? options.computeThreads : coreCount();
}

Result<EmbeddingSet> extract(const model::Model& model, const data::Dataset& dataset, const ExtractOptions& options,
                             const fs::path& storeFolder, std::stop_token stop, const ProgressFn& progress) {
    try {
        return Extraction(model, dataset, options, storeFolder, std::move(stop), progress).run();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory,
                    "not enough memory to embed " + dataset.name + "; try a smaller batch size");
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, "embedding " + dataset.name + " failed: " + error.what());
    }
}

}  // namespace oodscope::embed
