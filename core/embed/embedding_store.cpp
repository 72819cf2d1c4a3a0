// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/embedding_store.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/base/files.h"
#include "core/io/json.h"
#include "core/io/mapped_file.h"
#include "core/io/safetensors.h"

namespace oodscope::embed {
namespace {

using io::Json;
constexpr const char* kDataName = "embeddings.safetensors";
constexpr const char* kMetaName = "meta.json";
constexpr const char* kPathsName = "paths.json";  // apart, so that a set of millions is opened at once
constexpr const char* kLockName = "lock";
constexpr std::chrono::milliseconds kLockPoll{50};

/// Moves a folder out of its name before it is deleted, so that nobody meets it half gone; what a kill leaves of it is
/// collected as garbage.
Status discard(const fs::path& folder) {
    static std::atomic<unsigned> counter{0};
    fs::path trash = folder;
    trash +=
        (folder.has_extension() ? "-" : ".") + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".trash";
    std::error_code ec;
    fs::rename(folder, trash, ec);
    if (ec == std::errc::no_such_file_or_directory) return {};
    if (ec) return fail(ErrorCode::Io, folder.string() + ": cannot be moved away: " + ec.message());
    fs::remove_all(trash, ec);
    return {};
}

tl::unexpected<Error> damaged(const fs::path& path, const std::string& reason) {
    return fail(ErrorCode::BadFile, path.string() + ": " + reason);
}

Matrix matrixOf(const io::MappedFile& file, std::size_t rows, int width) {
    std::shared_ptr<const float> data(file.owner, reinterpret_cast<const float*>(file.bytes.data()));
    return Matrix::share(rows, static_cast<std::size_t>(width), std::move(data));
}

/// The raw rows without those of unreadable images: mapped, not copied, where all could be read.
Result<Matrix> goodRows(const fs::path& file, const PartialPlan& plan, int width,
                        const std::vector<std::size_t>& good) {
    if (width == 0) return Matrix();
    auto mapped = io::mapFile(file);
    if (!mapped) return failFrom(mapped);
    if (mapped->bytes.size() != plan.images * static_cast<std::size_t>(width) * sizeof(float))
        return damaged(file, "not of the size it was made with");
    const Matrix all = matrixOf(*mapped, plan.images, width);
    return good.size() == plan.images ? all : all.selectRows(good);
}

/// File names need not be UTF-8, JSON must be.
Status writeText(const fs::path& path, const Json& json) {
    return writeFileAtomically(path, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Json metaOf(const PartialSet& partial, const data::Dataset& dataset, const Json& provenance) {
    Json unreadable = Json::array();
    for (const auto& [index, image] : partial.unreadable())
        unreadable.push_back({{"index", index}, {"path", dataset.samples[index].path}, {"reason", image.reason}});
    return {
        {"key", partial.plan().key},           {"dataset", {{"name", dataset.name}, {"root", dataset.root.string()}}},
        {"class_names", dataset.classNames},   {"rows", dataset.samples.size() - unreadable.size()},
        {"unreadable", std::move(unreadable)}, {"provenance", provenance}};
}

Status writeSet(const fs::path& folder, const PartialSet& partial, const data::Dataset& dataset,
                const Json& provenance) {
    const PartialPlan& plan = partial.plan();
    const auto unreadable = partial.unreadable();
    std::vector<std::size_t> good;
    std::vector<std::int64_t> labels;
    Json paths = Json::array();
    for (std::size_t i = 0; i < plan.images; ++i) {
        if (unreadable.contains(i)) continue;
        good.push_back(i);
        labels.push_back(dataset.samples[i].label);
        paths.push_back(dataset.samples[i].path);
    }
    const auto embeddings = goodRows(partial.embeddingsFile(), plan, plan.embeddingWidth, good);
    if (!embeddings) return failFrom(embeddings);
    const auto projected = goodRows(partial.projectedFile(), plan, plan.projectedWidth, good);
    if (!projected) return failFrom(projected);
    std::vector<io::TensorToWrite> tensors{io::tensorOf("embeddings", *embeddings)};
    if (!projected->empty()) tensors.push_back(io::tensorOf("projected", *projected));
    tensors.push_back(io::tensorOf("labels", labels));
    if (auto made = makeFolders(folder); !made) return made;
    if (auto written = io::writeSafetensors(folder / kDataName, tensors, {{"key", plan.key}}); !written) return written;
    if (auto written = writeText(folder / kMetaName, metaOf(partial, dataset, provenance)); !written) return written;
    if (auto written = writeText(folder / kPathsName, paths); !written) return written;
    return syncPath(folder);
}

Status readTensors(const fs::path& path, EmbeddingSet& set) {
    const auto file = io::openSafetensors(path);
    if (!file) return failFrom(file);
    const auto embeddings = io::matrixFrom(*file, "embeddings");
    if (!embeddings) return failFrom(embeddings);
    set.embeddings = *embeddings;
    if (file->tensors.contains("projected")) {
        const auto projected = io::matrixFrom(*file, "projected");
        if (!projected) return failFrom(projected);
        set.projected = *projected;
        if (projected->rows() != embeddings->rows()) return damaged(path, "projected has another number of rows");
    }
    const auto labels = io::integersFrom(*file, "labels");
    if (!labels) return failFrom(labels);
    if (labels->size() != embeddings->rows()) return damaged(path, "labels has another number of rows");
    for (const std::int64_t label : *labels)
        set.labels.push_back(static_cast<std::int32_t>(label));
    return {};
}

void readMeta(const Json& meta, EmbeddingStore::Stored& stored) {
    EmbeddingSet& set = stored.set;
    set.key = meta.at("key").get<std::string>();
    set.datasetName = meta.at("dataset").at("name").get<std::string>();
    set.datasetRoot = meta.at("dataset").at("root").get<std::string>();
    set.classNames = meta.at("class_names").get<std::vector<std::string>>();
    set.provenance = meta.at("provenance");
    stored.rows = meta.at("rows").get<std::size_t>();
    for (const Json& entry : meta.at("unreadable")) {
        stored.unreadableIndices.push_back(entry.at("index").get<std::size_t>());
        set.unreadable.push_back({entry.at("path").get<std::string>(), entry.at("reason").get<std::string>()});
    }
}

}  // namespace

Result<EmbeddingStore::Stored> EmbeddingStore::load(const std::string& key) const {
    const fs::path folder = finishedFolder(key);
    std::error_code ec;
    if (!fs::exists(fs::symlink_status(folder, ec)))
        return fail(ErrorCode::NotFound, folder.string() + ": no such embeddings");
    const auto found = [&](Error error) {  // the folder is there, so what is missing in it is damage
        if (error.code == ErrorCode::NotFound) error.code = ErrorCode::BadFile;
        return tl::unexpected<Error>(std::move(error));
    };
    Stored stored;
    const auto meta = io::readJson(folder / kMetaName);
    if (!meta) return found(meta.error());
    try {
        readMeta(*meta, stored);
    } catch (const Json::exception& error) {
        return damaged(folder / kMetaName, error.what());
    }
    if (auto read = readTensors(folder / kDataName, stored.set); !read) return found(read.error());
    if (stored.set.key != key) return damaged(folder / kMetaName, "made for another key");
    const auto& bad = stored.unreadableIndices;
    if (!std::ranges::is_sorted(bad, std::ranges::less_equal()) ||
        (!bad.empty() && bad.back() >= stored.rows + bad.size()))
        return damaged(folder / kMetaName, "the unreadable images are not in order");
    if (stored.rows != stored.set.size()) return damaged(folder / kDataName, "another number of rows");
    // Young again for the workspace's clean-up: its row may not be written yet.
    fs::last_write_time(folder, fs::file_time_type::clock::now(), ec);
    return stored;
}

Result<FileLock> EmbeddingStore::lock(const std::string& key, const std::stop_token& stop,
                                      const std::function<void()>& waiting) const {
    const fs::path folder = partialFolder(key);
    std::mutex mutex;
    std::condition_variable_any wakeUp;
    int vanished = 0;
    while (!stop.stop_requested()) {
        if (auto made = makeFolders(folder); !made) return failFrom(made);
        std::error_code ec;
        if (!fs::is_directory(fs::symlink_status(folder, ec)))
            return fail(ErrorCode::Io, folder.string() + ": is in the way; move it and start again");
        auto taken = FileLock::tryLock(folder / kLockName);
        // Its owner may remove the folder between the two steps.
        if (!taken && !(fs::exists(folder, ec) || ++vanished > 100)) continue;
        if (!taken) return failFrom(taken);
        if (*taken) return std::move(**taken);
        waiting();
        std::unique_lock wait(mutex);
        wakeUp.wait_for(wait, stop, kLockPoll, [] { return false; });
    }
    return cancelled();
}

Status EmbeddingStore::finish(const PartialSet& partial, const data::Dataset& dataset, const Json& provenance) const {
    const std::string& key = partial.plan().key;
    const fs::path made = partialFolder(key) / "finished";
    std::error_code ec;
    fs::remove_all(made, ec);
    if (auto written = writeSet(made, partial, dataset, provenance); !written) {
        fs::remove_all(made, ec);
        return written;
    }
    fs::rename(made, finishedFolder(key), ec);
    if (ec) return fail(ErrorCode::Io, finishedFolder(key).string() + ": cannot be put in place: " + ec.message());
    if (auto synced = syncPath(m_folder); !synced) return synced;
    discardPartial(key);
    return {};
}

Status EmbeddingStore::discardFinished(const std::string& key) const {
    return discard(finishedFolder(key));
}

void EmbeddingStore::discardPartial(const std::string& key) const {
    // Not worth an error: what is left of it is found by the workspace's check.
    static_cast<void>(discard(partialFolder(key)));
}

}  // namespace oodscope::embed
