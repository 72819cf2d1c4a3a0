// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/embed/embedding_set.h"
#include "core/embed/file_lock.h"
#include "core/embed/partial_set.h"

namespace oodscope::embed {

/// Finished sets, `<key>/embeddings.safetensors` (embeddings, projected, labels), `meta.json` and `paths.json`, and
/// those under way, `<key>.partial/` (see PartialSet), which only the holder of its lock may touch. A finished set
/// appears whole, by one rename.
class EmbeddingStore {
public:
    explicit EmbeddingStore(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    struct Stored {
        EmbeddingSet set;                            // matrices share the mapped file; without paths
        std::size_t rows = 0;                        // as meta.json says
        std::vector<std::size_t> unreadableIndices;  // into the data set, ascending; as set.unreadable
    };
    /// NotFound: there is none. BadFile: it is damaged.
    Result<Stored> load(const std::string& key) const;

    /// Waits until nobody else makes this set; `waiting` is called now and then. The partial folder exists afterwards.
    Result<FileLock> lock(const std::string& key, const std::stop_token& stop,
                          const std::function<void()>& waiting) const;
    /// Puts a finished set in place and removes the partial one.
    Status finish(const PartialSet& partial, const data::Dataset& dataset, const nlohmann::json& provenance) const;

    // The following need the lock.
    Status discardFinished(const std::string& key) const;
    void discardPartial(const std::string& key) const;

    std::filesystem::path finishedFolder(const std::string& key) const { return m_folder / key; }
    std::filesystem::path partialFolder(const std::string& key) const { return m_folder / (key + ".partial"); }

private:
    std::filesystem::path m_folder;
};

}  // namespace oodscope::embed
