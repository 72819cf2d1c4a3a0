// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_places.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/model/clip_model.h"
#include "core/model/registry.h"
#include "core/model/script_config.h"
#include "core/model/vision_model.h"

namespace oodscope::model {
namespace {

constexpr std::string_view kRepositoryPrefix = "models--";

fs::path environmentPath(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? fs::path() : fs::path(value);
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
    return fs::exists(folder / kClipConfigName, ec) || fs::exists(folder / kTimmConfigName, ec);
}

// Checkpoint files of the registry.
void addFiles(std::vector<ModelPlace>& places, const fs::path& folder) {
    for (const RegistryEntry& entry : registry()) {
        std::error_code ec;
        if (!entry.file.empty() && fs::exists(folder / entry.file, ec))
            places.push_back({entry.name, folder / entry.file});
    }
}

// TorchScript files that are declared as encoders.
void addScripts(std::vector<ModelPlace>& places, const fs::path& folder) {
    std::vector<fs::path> scripts;
    std::error_code ec;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        if (it->path().extension() != ".json") continue;
        const fs::path declaration = scriptDeclaration(it->path());
        if (!declaration.empty()) scripts.push_back(declaredScript(declaration));
    }
    std::ranges::sort(scripts);
    for (const fs::path& script : scripts) {
        if (!script.empty()) places.push_back({script.filename().string(), script});
    }
}

// `folder` itself, or the model folders inside it.
void addFolder(std::vector<ModelPlace>& places, const fs::path& folder) {
    if (folder.empty()) return;
    if (looksLikeModel(folder)) {
        places.push_back({nameOf(folder), folder});
        return;
    }
    for (const fs::path& inner : subfolders(folder)) {
        if (looksLikeModel(inner)) places.push_back({nameOf(inner), inner});
        addFiles(places, inner);
        addScripts(places, inner);
    }
    addFiles(places, folder);
    addScripts(places, folder);
}

}  // namespace

bool ModelPlace::isCalled(std::string_view wanted) const {
    if (name == wanted) return true;
    const std::size_t slash = name.rfind('/');
    return slash != std::string::npos && std::string_view(name).substr(slash + 1) == wanted;
}

fs::path huggingFaceHub() {
    if (const fs::path hub = environmentPath("HF_HUB_CACHE"); !hub.empty()) return hub;
    if (const fs::path home = environmentPath("HF_HOME"); !home.empty()) return home / "hub";
    return environmentPath("HOME") / ".cache/huggingface/hub";
}

std::vector<ModelPlace> modelPlaces(const std::vector<fs::path>& extraFolders,
                                    const std::vector<LocatedModel>& located) {
    std::vector<ModelPlace> found;
    for (const LocatedModel& model : located) {
        ModelPlace place = placeOf(model.path);
        if (!model.name.empty()) place.name = model.name;
        found.push_back(std::move(place));
    }
    for (const fs::path& folder : extraFolders)
        addFolder(found, folder);
    for (const std::string& folder : split(environmentPath("OODSCOPE_MODELS").string(), ':'))
        addFolder(found, folder);
    for (const fs::path& folder : subfolders(huggingFaceHub())) {
        const std::string name = repositoryName(folder);
        if (name.empty()) continue;
        const fs::path snapshot = currentSnapshot(folder);
        found.push_back({name, snapshot.empty() ? folder : snapshot});
    }
    return found;
}

ModelPlace placeOf(const fs::path& folder) {
    std::error_code ec;
    const bool repository = !looksLikeModel(folder) && fs::is_directory(folder / "snapshots", ec);
    const fs::path snapshot = repository ? currentSnapshot(folder) : folder;
    const fs::path& place = snapshot.empty() ? folder : snapshot;
    return {nameOf(place), place};
}

}  // namespace oodscope::model
