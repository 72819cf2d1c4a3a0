// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/model/clip_model.h"
#include "core/model/model.h"

namespace oodscope::model {
namespace {

constexpr std::string_view kRepositoryPrefix = "models--";
constexpr std::size_t kNamedModels = 8;

struct Place {
    std::string name;
    fs::path folder;
};

fs::path environmentPath(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? fs::path() : fs::path(value);
}

fs::path hubFolder() {
    if (const fs::path hub = environmentPath("HF_HUB_CACHE"); !hub.empty()) return hub;
    if (const fs::path home = environmentPath("HF_HOME"); !home.empty()) return home / "hub";
    return environmentPath("HOME") / ".cache/huggingface/hub";
}

std::vector<fs::path> subfolders(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code ec;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        std::error_code ignored;
        if (it->is_directory(ignored)) found.push_back(it->path());
    }
    std::ranges::sort(found);
    return found;
}

// "models--org--repo" → "org/repo"; empty for another name.
std::string repositoryName(const fs::path& folder) {
    const std::string name = folder.filename().string();
    if (!name.starts_with(kRepositoryPrefix)) return {};
    std::string repository = name.substr(kRepositoryPrefix.size());
    if (const std::size_t dashes = repository.find("--"); dashes != std::string::npos) {
        repository[dashes] = '/';
        repository.erase(dashes + 1, 1);
    }
    return repository;
}

// The snapshot that refs/main names, else the newest; empty where there is none.
fs::path currentSnapshot(const fs::path& repository) {
    std::error_code ec;
    if (const auto commit = readTextFile(repository / "refs/main", 4096)) {
        const std::string name(trimmed(*commit));
        const fs::path named = repository / "snapshots" / name;
        if (!name.empty() && name.find('/') == std::string::npos && fs::is_directory(named, ec)) return named;
    }
    const std::vector<fs::path> snapshots = subfolders(repository / "snapshots");
    const auto newest = std::ranges::max_element(snapshots, {}, [](const fs::path& path) {
        std::error_code ignored;
        return fs::last_write_time(path, ignored);
    });
    return newest == snapshots.end() ? fs::path() : *newest;
}

std::string nameOf(const fs::path& folder) {
    const fs::path absolute = fs::absolute(folder).lexically_normal();
    const fs::path clean = absolute.has_filename() ? absolute : absolute.parent_path();
    if (clean.parent_path().filename() == "snapshots") {
        const std::string repository = repositoryName(clean.parent_path().parent_path());
        if (!repository.empty()) return repository;
    }
    return clean.filename().string();
}

bool looksLikeModel(const fs::path& folder) {
    std::error_code ec;
    return fs::exists(folder / kClipConfigName, ec);
}

// `folder` itself, or the model folders inside it.
void addFolder(std::vector<Place>& places, const fs::path& folder) {
    if (folder.empty()) return;
    if (looksLikeModel(folder)) {
        places.push_back({nameOf(folder), folder});
        return;
    }
    for (const fs::path& inner : subfolders(folder)) {
        if (looksLikeModel(inner)) places.push_back({nameOf(inner), inner});
    }
}

std::vector<Place> places(const std::vector<fs::path>& extraFolders) {
    std::vector<Place> found;
    for (const fs::path& folder : extraFolders)
        addFolder(found, folder);
    for (const std::string& folder : split(environmentPath("OODSCOPE_MODELS").string(), ':'))
        addFolder(found, folder);
    for (const fs::path& folder : subfolders(hubFolder())) {
        const std::string name = repositoryName(folder);
        if (name.empty()) continue;
        const fs::path snapshot = currentSnapshot(folder);
        found.push_back({name, snapshot.empty() ? folder : snapshot});
    }
    return found;
}

bool isCalled(const Place& place, std::string_view name) {
    if (place.name == name) return true;
    const std::size_t slash = place.name.rfind('/');
    return slash != std::string::npos && std::string_view(place.name).substr(slash + 1) == name;
}

std::string namesFound(const std::vector<Place>& found) {
    std::string names;
    for (std::size_t i = 0; i < std::min(found.size(), kNamedModels); ++i)
        names.append(i > 0 ? ", " : "").append(found[i].name);
    if (found.size() > kNamedModels) names += ", ...";
    return names.empty() ? "none" : names;
}

}  // namespace

Result<std::shared_ptr<const Model>> openModel(const std::string& name) {
    std::string_view wanted = trimmed(name);
    if (wanted.empty())
        return fail(ErrorCode::InvalidArgument, "no model given: name a folder or a model in the cache");
    for (const std::string_view prefix : {"hf-hub:", "local-dir:"}) {
        if (wanted.starts_with(prefix)) wanted.remove_prefix(prefix.size());
    }
    std::error_code ec;
    const fs::path path(wanted);
    if (fs::is_directory(path, ec)) {
        const bool repository = !looksLikeModel(path) && fs::is_directory(path / "snapshots", ec);
        const fs::path folder = repository ? currentSnapshot(path) : path;
        return openClipFolder(folder.empty() ? path : folder, nameOf(folder.empty() ? path : folder));
    }
    if (fs::exists(path, ec))
        return fail(ErrorCode::Unsupported,
                    path.string() + ": a file; give the model's folder, which holds " + kClipConfigName);
    const std::vector<Place> known = places({});
    for (const Place& place : known) {
        if (isCalled(place, wanted)) return openClipFolder(place.folder, place.name);
    }
    return fail(
        ErrorCode::NotFound,
        fmt::format("model '{}': no such folder, and no model of that name in {} or $OODSCOPE_MODELS (found: {})",
                    wanted, hubFolder().string(), namesFound(known)));
}

std::vector<FoundModel> findModels(const std::vector<fs::path>& extraFolders) {
    std::vector<FoundModel> models;
    for (const Place& place : places(extraFolders)) {
        FoundModel& model = models.emplace_back();
        model.name = place.name;
        model.folder = place.folder;
        if (const auto opened = openClipFolder(place.folder, place.name))
            model.info = (*opened)->info();
        else
            model.problem = opened.error().message;
    }
    return models;
}

}  // namespace oodscope::model
