// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/embed/batch_encoder.h"
#include "core/embed/batch_feeder.h"
#include "core/embed/journal.h"
#include "core/embed/raw_file.h"

namespace oodscope::embed {

constexpr int kLargestBatchSize = 65536;

/// What a run in progress makes. A run that resumes must agree with the one it goes on from in all but the batch size.
struct PartialPlan {
    std::string key;
    std::size_t images = 0;
    int batchSize = 0;
    int embeddingWidth = 0;
    int projectedWidth = 0;  // 0: none

    std::size_t batchCount() const;
    std::size_t imagesInBatch(std::size_t batch) const;
};

/// The rows of an extraction that is not finished: raw files of their full size, and a journal of the batches in them.
/// See Note [Journal] in journal.h.
class PartialSet {
public:
    /// Goes on with what an earlier run left in `folder` (with that run's batch size, so that the composition of the
    /// batches stays), or begins anew: anything that does not fit is thrown away. The folder exists and is locked.
    static Result<std::unique_ptr<PartialSet>> open(const std::filesystem::path& folder, const PartialPlan& plan);
    PartialSet(const PartialSet&) = delete;
    PartialSet& operator=(const PartialSet&) = delete;

    const PartialPlan& plan() const { return m_plan; }
    std::vector<std::size_t> missingBatches() const;
    std::size_t finishedBatches() const;
    std::size_t finishedImages() const;
    std::size_t unreadableCount() const;
    /// Unreadable images of the finished batches by index.
    std::map<std::size_t, BadImage> unreadable() const;

    /// Keeps the rows of a batch. Thread-safe. An error leaves what was kept before as it was.
    Status write(const EncodedBatch& batch);
    Status sync();

    std::filesystem::path embeddingsFile() const { return m_folder / kEmbeddingsName; }
    std::filesystem::path projectedFile() const { return m_folder / kProjectedName; }

    static constexpr const char* kPlanName = "plan.json";
    static constexpr const char* kJournalName = "journal";
    static constexpr const char* kEmbeddingsName = "embeddings.f32";
    static constexpr const char* kProjectedName = "projected.f32";

private:
    using Clock = std::chrono::steady_clock;

    PartialSet(const std::filesystem::path& folder, const PartialPlan& plan);
    Status openFiles(bool create);
    Status begin();
    /// False: nothing there that fits the plan.
    Result<bool> resume();
    Status takeRecords();
    Result<std::string> hashOfRows(std::size_t batch, std::vector<float>& buffer) const;
    Status append(const JournalRecord& record);
    void take(std::size_t batch, std::vector<BadImage> bad);
    Status syncFiles();

    std::filesystem::path m_folder;
    PartialPlan m_plan;
    std::string m_planHash;
    std::optional<RawFile> m_embeddings;
    std::optional<RawFile> m_projected;
    std::optional<RawFile> m_journal;

    mutable std::mutex m_mutex;
    std::uint64_t m_journalBytes = 0;
    std::map<std::size_t, std::vector<BadImage>> m_finished;  // batch → its unreadable images
    std::size_t m_unreadable = 0;
    Clock::time_point m_lastSync = Clock::now();
};

}  // namespace oodscope::embed
