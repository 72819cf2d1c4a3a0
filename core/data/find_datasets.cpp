// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/find_datasets.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/data/cifar.h"
#include "core/data/folder_walk.h"
#include "core/data/imagenet.h"
#include "core/data/open_dataset.h"
#include "core/data/source_name.h"

namespace oodscope::data {
namespace {

constexpr int kDeepest = 5;
constexpr std::size_t kMostFolders = 20000;
constexpr std::size_t kMostChildren = 400;  // a folder with more is a set that nobody knows, not a place to look in

using Hits = std::vector<Candidate>;

void add(Hits& hits, std::string_view key, std::string source) {
    hits.push_back({findKnownSet(key), std::move(source)});
}

void findCifar(const fs::path& folder, const FolderNames& names, Hits& hits) {
    const CifarLayout* layout = cifarLayoutOf(names);
    if (layout == nullptr) return;
    const std::string stem = "cifar" + std::to_string(layout->classes);
    if (std::ranges::any_of(layout->train, [&](const auto& name) { return names.hasFile(name); }))
        add(hits, stem + "-train", folder.string() + "#train");
    if (names.hasFile(layout->test)) add(hits, stem + "-test", folder.string() + "#test");
}

/// Which set folders named by wnid are: the images' names tell.
std::string_view wnidSetOf(const fs::path& folder, const std::string& wnid) {
    const auto inside = listNames(folder / wnid);
    if (!inside || inside->images.empty()) return {};
    const std::string& image = inside->images.front();
    if (isImageNetValName(image)) return "in1k-val";
    if (image.starts_with(wnid + "_")) return "in1k-train";
    return toLowerAscii(folder.filename().string()).find("imagenet-o") != std::string::npos ||
                   image.find("_0.") != std::string::npos
               ? "imagenet-o"
               : "";
}

void findByWnids(const fs::path& folder, const FolderNames& names, Hits& hits) {
    const auto first = std::ranges::find_if(names.folders, isWnid);
    if (first == names.folders.end()) return;
    if (const auto key = wnidSetOf(folder, *first); !key.empty()) add(hits, key, folder.string());
}

void findFlat(const fs::path& folder, const FolderNames& names, Hits& hits) {
    if (names.images.empty() || !names.folders.empty()) return;
    if (isImageNetValName(names.images.front())) return add(hits, "in1k-val", folder.string());
    const fs::path named = folder.filename() == "images" ? folder.parent_path() : folder;
    const std::string name = toLowerAscii(named.filename().string());
    for (const std::string_view key : {"inaturalist", "sun", "places"}) {
        if (name == key) add(hits, key, folder.string());
    }
}

Hits recognise(const fs::path& folder, const FolderNames& names) {
    Hits hits;
    findCifar(folder, names, hits);
    if (names.hasFolder("NINCO_OOD_classes")) add(hits, "ninco", (folder / "NINCO_OOD_classes").string());
    if (folder.filename() == "NINCO_OOD_classes") add(hits, "ninco", folder.string());
    if (isDtd(names) || (names.hasFolder("banded") && names.hasFolder("zigzagged")))
        add(hits, "textures", folder.string());
    findByWnids(folder, names, hits);
    findFlat(folder, names, hits);
    return hits;
}

struct Place {
    fs::path folder;
    int depth = 0;
};

class Search {
public:
    explicit Search(const std::stop_token& stop) : m_stop(stop) {}

    void below(const fs::path& root) {
        std::deque<Place> places{{root, 0}};
        while (!places.empty() && !m_stop.stop_requested() && m_visited.size() < kMostFolders) {
            const Place place = std::move(places.front());
            places.pop_front();
            std::error_code ec;
            const fs::path real = fs::canonical(place.folder, ec);  // loops end, and what is given twice is found once
            if (ec || !m_visited.insert(real).second) continue;
            const auto names = listNames(place.folder);
            if (!names) continue;
            Hits hits = recognise(place.folder, *names);
            if (hits.empty() && place.depth < kDeepest && names->folders.size() <= kMostChildren) {
                for (const std::string& name : names->folders) {
                    if (!name.starts_with('.')) places.push_back({place.folder / name, place.depth + 1});
                }
            }
            std::ranges::move(hits, std::back_inserter(m_found));
        }
    }
    Hits take() { return std::move(m_found); }

private:
    const std::stop_token& m_stop;
    std::set<fs::path> m_visited;
    Hits m_found;
};

}  // namespace

std::vector<Candidate> findDatasets(const std::vector<fs::path>& folders, const std::stop_token& stop) {
    Search search(stop);
    for (const fs::path& folder : folders)
        search.below(tidied(folder));
    return search.take();
}

}  // namespace oodscope::data
