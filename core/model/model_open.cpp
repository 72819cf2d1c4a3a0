// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/json.h"
#include "core/io/torch_file.h"
#include "core/model/checkpoint.h"
#include "core/model/clip_architectures.h"
#include "core/model/clip_model.h"
#include "core/model/model.h"
#include "core/model/model_places.h"
#include "core/model/registry.h"
#include "core/model/script_config.h"
#include "core/model/script_model.h"
#include "core/model/timm_config.h"
#include "core/model/vision_model.h"

namespace oodscope::model {
namespace {

using Opened = Result<std::shared_ptr<const Model>>;

constexpr std::size_t kNamedModels = 8;

std::string namesFound(const std::vector<ModelPlace>& found) {
    std::string names;
    for (std::size_t i = 0; i < std::min(found.size(), kNamedModels); ++i)
        names.append(i > 0 ? ", " : "").append(found[i].name);
    if (found.size() > kNamedModels) names += ", ...";
    return names.empty() ? "none" : names;
}

// The reference reads the size from the model's name: 384, 256, else 224.
image::Preprocess referenceFor(const RegistryEntry* entry, std::string_view architecture) {
    if (entry != nullptr) return entry->reference;
    for (const int size : {384, 256}) {
        if (architecture.ends_with("_" + std::to_string(size))) return referencePreprocess(size);
    }
    return referencePreprocess();
}

Opened openTimmFolder(const ModelPlace& place, const OpenOptions& options) {
    const fs::path path = place.path / kTimmConfigName;
    const auto json = io::readJson(path);
    if (!json) return failFrom(json);
    auto config = parseTimmConfig(*json, path);
    if (!config) return failFrom(config);
    const auto weights = findWeights(place.path);
    if (!weights) return failFrom(weights);
    const bool own = options.preprocessing == Preprocessing::Own;
    return openVisionModel({place.name,
                            place.path,
                            *weights,
                            config->hints,
                            own ? config->preprocess : referenceFor(findEntry(place.name), config->hints.architecture),
                            options.preprocessing,
                            {}});
}

bool isClip(const io::TensorFile& file) {
    return file.tensors.contains("token_embedding.weight") || file.tensors.contains("text.token_embedding.weight");
}

// What open_clip_config.json would say; `name` is of the registry or of an architecture.
Result<io::Json> clipConfigFor(const fs::path& path, const std::string& name, const RegistryEntry* entry) {
    const bool quick = entry != nullptr && entry->activation == "quick_gelu";
    const auto model = clipArchitecture(entry != nullptr ? entry->architecture + (quick ? "-quickgelu" : "") : name);
    if (!model)
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("{}: an OpenCLIP checkpoint without its configuration: name the model (--arch "
                        "ViT-B-16/openai) or the architecture ({}, with -quickgelu where the weights want it){}",
                        path.string(), fmt::join(clipArchitectureNames(), ", "),
                        name.empty() ? "" : "; '" + name + "' is none"));
    io::Json json{{"model_cfg", *model}, {"preprocess_cfg", io::Json::object()}};
    if (entry != nullptr) json["preprocess_cfg"] = {{"mean", entry->own.mean}, {"std", entry->own.std}};
    return json;
}

std::string scriptHint(const fs::path& path) {
    if (!io::isTorchScript(path).value_or(false)) return {};
    return fmt::format(", or, to run this TorchScript file as it is, declare it in {} (see oodscope-cli models --help)",
                       fs::path(path.filename()).replace_extension(".json").string());
}

Opened openTowerFile(const fs::path& path, const std::string& name, const RegistryEntry* entry,
                     const OpenOptions& options) {
    if (entry == nullptr && name.empty())
        return fail(ErrorCode::InvalidArgument,
                    path.string() +
                        ": a checkpoint does not say how its images are prepared: name the model (--arch; "
                        "see oodscope-cli models)" +
                        scriptHint(path));
    if (entry == nullptr)
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: no model '{}' is known; similar names: {}",
                                                            path.string(), name, fmt::join(similarNames(name), ", ")));
    const bool own = options.preprocessing == Preprocessing::Own;
    TowerHints hints;
    hints.architecture = entry->architecture;
    hints.finalNorm = own || !entry->referenceSkipsNorm;
    return openVisionModel({entry->name, path.parent_path(), path, hints, own ? entry->own : entry->reference,
                            options.preprocessing, entry->name});
}

Opened openFile(const fs::path& path, const OpenOptions& options) {
    if (!scriptDeclaration(path).empty()) return openScriptModel(path, options.preprocessing);
    const std::string name(trimmed(options.architecture));
    const RegistryEntry* entry = name.empty() ? findEntryOfFile(path.filename().string()) : findEntry(name);
    const auto file = openWeights(path);
    if (!file) return failFrom(file);
    if (!isClip(*file)) return openTowerFile(path, name, entry, options);
    const auto config = clipConfigFor(path, name, entry != nullptr && entry->isClip() ? entry : nullptr);
    if (!config) return failFrom(config);
    const bool known = entry != nullptr;
    return openClipFile(path, known ? entry->name : path.stem().string(), known ? entry->name : name, *config);
}

Opened openPlace(const ModelPlace& place, const OpenOptions& options) {
    std::error_code ec;
    if (fs::is_regular_file(place.path, ec)) {
        OpenOptions named = options;
        named.architecture = place.name;
        return openFile(place.path, named);
    }
    const bool timm = !fs::exists(place.path / kClipConfigName, ec) && fs::exists(place.path / kTimmConfigName, ec);
    return timm ? openTimmFolder(place, options) : openClipFolder(place.path, place.name);
}

std::string whereToGet(const RegistryEntry& entry) {
    std::vector<std::string> places;
    if (!entry.repository.empty()) places.push_back("repository " + entry.repository + " of the Hugging Face hub");
    if (!entry.file.empty()) places.push_back("the authors' file " + entry.file);
    if (places.empty()) return "give the path of the authors' checkpoint, with --arch " + entry.name;
    return "get " + fmt::format("{}", fmt::join(places, ", or "));
}

tl::unexpected<Error> notFound(std::string_view wanted, const RegistryEntry* entry,
                               const std::vector<ModelPlace>& known) {
    if (entry != nullptr)
        return fail(ErrorCode::NotFound,
                    fmt::format("model '{}' is not on this machine: {} (looked in {} and $OODSCOPE_MODELS)", wanted,
                                whereToGet(*entry), huggingFaceHub().string()));
    const std::vector<std::string> similar = similarNames(wanted);
    return fail(
        ErrorCode::NotFound,
        fmt::format("model '{}': no such folder, and no model of that name in {} or $OODSCOPE_MODELS (found: {}){}",
                    wanted, huggingFaceHub().string(), namesFound(known),
                    similar.empty() ? "" : fmt::format("; similar names: {}", fmt::join(similar, ", "))));
}

}  // namespace

std::string_view preprocessingName(Preprocessing preprocessing) {
    return preprocessing == Preprocessing::Own ? "own" : "reference";
}

Result<Preprocessing> parsePreprocessing(std::string_view text) {
    for (const Preprocessing known : {Preprocessing::Own, Preprocessing::Reference}) {
        if (text == preprocessingName(known)) return known;
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("preprocessing '{}': expected own or reference", text));
}

image::Preprocess referencePreprocess(int size) {
    image::Preprocess preprocess;
    preprocess.size = preprocess.resizeTo = size;
    preprocess.mode = image::ResizeMode::Squash;
    preprocess.mean = {0.485F, 0.456F, 0.406F};
    preprocess.std = {0.229F, 0.224F, 0.225F};
    return preprocess;
}

Result<std::shared_ptr<const Model>> openModel(const std::string& name, const OpenOptions& options) {
    std::string_view wanted = trimmed(name);
    if (wanted.empty())
        return fail(ErrorCode::InvalidArgument, "no model given: name a folder or a model in the cache");
    for (const std::string_view prefix : {"hf-hub:", "local-dir:"}) {
        if (wanted.starts_with(prefix)) wanted.remove_prefix(prefix.size());
    }
    std::error_code ec;
    const fs::path path(wanted);
    if (fs::is_directory(path, ec)) return openPlace(placeOf(path), options);
    if (fs::exists(path, ec)) return openFile(path, options);
    const std::vector<ModelPlace> known = modelPlaces(options.folders, options.located);
    for (const ModelPlace& place : known) {
        if (place.isCalled(wanted)) return openPlace(place, options);
    }
    const RegistryEntry* entry = findEntry(wanted);
    for (const ModelPlace& place : known) {
        if (entry != nullptr && entry->isCalled(place.name)) return openPlace(place, options);
    }
    return notFound(wanted, entry, known);
}

std::vector<FoundModel> findModels(const std::vector<fs::path>& extraFolders,
                                   const std::vector<LocatedModel>& located) {
    std::vector<FoundModel> models;
    for (const ModelPlace& place : modelPlaces(extraFolders, located)) {
        FoundModel& model = models.emplace_back();
        model.name = place.name;
        model.folder = place.path;
        if (const auto opened = openPlace(place, {}))
            model.info = (*opened)->info();
        else
            model.problem = opened.error().message;
    }
    return models;
}

}  // namespace oodscope::model
