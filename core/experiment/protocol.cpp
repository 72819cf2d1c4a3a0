// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/text_util.h"
#include "core/data/folder_walk.h"
#include "core/data/imagenet.h"
#include "core/data/open_dataset.h"
#include "core/data/source_name.h"
#include "core/experiment/sources.h"
#include "core/io/json.h"
#include "core/text/prompts.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;
using io::Json;

constexpr int kSmallBatch = 256;   // CIFAR (method.md section 4)
constexpr int kLargeBatch = 8192;  // ImageNet

std::string builtInKeys() {
    std::string keys;
    for (const Protocol& protocol : builtInProtocols())
        keys += (keys.empty() ? "" : ", ") + protocol.key;
    return keys;
}

/// Reads the fields of a protocol file; paths are relative to the file.
class ProtocolReader {
public:
    explicit ProtocolReader(const fs::path& file) : m_file(file) {}

    Result<Protocol> read() {
        const auto json = io::readJson(m_file);
        if (!json) return failFrom(json);
        if (!json->is_object()) return wrong("is not an object");
        try {
            Protocol protocol;
            protocol.key = m_file.stem().string();
            protocol.title = json->value("title", protocol.key);
            protocol.train = setOf(json->at("id_train"));
            protocol.idTest = setOf(json->at("id_test"));
            for (const Json& entry : json->at("ood")) {
                auto set = oodSetOf(entry);
                if (!set) return failFrom(set);
                protocol.ood.push_back(std::move(*set));
            }
            if (const auto names = json->value("names", std::string()); !names.empty()) protocol.names = pathOf(names);
            protocol.probeBatch = json->value("probe_batch", kSmallBatch);
            return checked(std::move(protocol));
        } catch (const Json::exception& error) {
            return wrong(error.what());
        }
    }

private:
    tl::unexpected<Error> wrong(const std::string& reason) const {
        return fail(ErrorCode::BadFile, m_file.string() + ": " + reason);
    }

    std::string pathOf(const std::string& path) const {
        return (data::tidied(m_file).parent_path() / path).lexically_normal().string();
    }

    std::string setOf(const Json& json) const {
        const auto text = json.get<std::string>();
        return text.empty() || data::findKnownSet(text) != nullptr ? text : pathOf(text);
    }

    Result<ProtocolSet> oodSetOf(const Json& json) const {
        if (json.is_string()) return ProtocolSet{setOf(json), OodGroup::None};
        const std::string group = json.value("group", "");
        for (const OodGroup known : {OodGroup::None, OodGroup::Near, OodGroup::Far}) {
            if (group == groupName(known)) return ProtocolSet{setOf(json.at("set")), known};
        }
        return wrong("group '" + group + "' is neither near nor far");
    }

    Result<Protocol> checked(Protocol protocol) const {
        if (protocol.train.empty()) return wrong("id_train is empty");
        if (protocol.idTest.empty()) return wrong("id_test is empty");
        if (protocol.ood.empty()) return wrong("ood names no set");
        if (protocol.probeBatch < 1) return wrong("probe_batch is below 1");
        for (auto set = protocol.ood.begin(); set != protocol.ood.end(); ++set) {
            if (set->set.empty()) return wrong("ood has an empty set");
            if (std::ranges::count(protocol.ood, set->set, &ProtocolSet::set) > 1)
                return wrong("ood names '" + set->set + "' twice");
            if (set->set == protocol.train || set->set == protocol.idTest)
                return wrong("'" + set->set + "' is an ID and an OOD set");
        }
        return protocol;
    }

    fs::path m_file;
};

LocatedSet locatePath(SetRole role, const ProtocolSet& set) {
    LocatedSet located{role, set.set, {}, set.group, {}};
    if (data::mayBeDataset(set.set) || (data::sourceExists(set.set) && isEmbeddingsFile(set.set))) {
        located.source = set.set;
        located.report.state = data::SetReport::State::Complete;
    }
    return located;
}

/// Folder names in the order of the labels; empty where `train` is no folder of class folders.
std::vector<std::string> classFolders(const std::string& train) {
    const auto names = data::listNames(data::parseSource(train).path);
    if (!names) return {};
    std::vector<std::string> folders = names->folders;
    std::erase_if(folders, [](const std::string& name) { return name.starts_with('.'); });
    return folders;
}

/// One class name a line, or lines "wnid name, other names", of which those of `wnids` are taken in their order.
Result<std::vector<std::string>> readNames(const fs::path& file, const std::vector<std::string>& wnids) {
    auto names = text::readClassNames(file);
    if (!names) return names;
    const bool bySynset = std::ranges::all_of(*names, [](const std::string& line) {
        return line.size() > 10 && data::isWnid(std::string_view(line).substr(0, 9));
    });
    if (!bySynset || wnids.empty() || !std::ranges::all_of(wnids, data::isWnid)) return names;
    return data::synsetNames(file, wnids);
}

Result<std::vector<std::string>> classNamesOf(const Protocol& protocol, const std::string& train) {
    const std::vector<std::string> folders = classFolders(train);
    if (!protocol.names.empty()) return readNames(protocol.names, folders);
    if (folders.empty() || !std::ranges::all_of(folders, data::isWnid)) return std::vector<std::string>{};
    if (const auto file = data::findSynsetNames(train)) return data::synsetNames(*file, folders);
    return fail(ErrorCode::NotFound,
                train +
                    ": its folders are wnids, and their names are not known: put LOC_synset_mapping.txt into it or "
                    "a folder above, or give a file of names");
}

Status refuseMissing(const Protocol& protocol, const LocatedSets& sets, bool skipMissing) {
    if (canRun(sets, skipMissing)) return {};
    std::string missing;
    for (const LocatedSet& set : sets) {
        if (!set.isUsable()) missing += (missing.empty() ? "" : "; ") + set.name() + " (" + set.text() + ")";
    }
    return fail(ErrorCode::NotFound, protocol.title + ": these sets cannot be used: " + missing +
                                         ". 'oodscope-cli datasets --root DIR' tells the program where they are");
}

}  // namespace

std::string_view roleName(SetRole role) {
    switch (role) {
        case SetRole::IdTrain:
            return "ID train";
        case SetRole::IdTest:
            return "ID test";
        case SetRole::Ood:
            return "OOD";
    }
    return "?";
}

bool canRun(const LocatedSets& sets, bool skipMissing) {
    const auto isOod = [](const LocatedSet& set) { return set.role == SetRole::Ood; };
    const auto isThere = [](const LocatedSet& set) { return set.isUsable(); };
    if (skipMissing)
        return std::ranges::all_of(sets, [&](const auto& s) { return isOod(s) || isThere(s); }) &&
               std::ranges::any_of(sets, [&](const auto& s) { return isOod(s) && isThere(s); });
    return !sets.empty() && std::ranges::all_of(sets, isThere);
}

std::vector<std::string> Protocol::knownKeys() const {
    std::vector<std::string> keys{train, idTest};
    for (const ProtocolSet& set : ood)
        keys.push_back(set.set);
    std::erase_if(keys, [](const std::string& key) { return data::findKnownSet(key) == nullptr; });
    return keys;
}

const std::vector<Protocol>& builtInProtocols() {
    using enum OodGroup;
    static const std::vector<Protocol> kProtocols{
        {"in1k",
         "ImageNet-1k against iNaturalist, SUN, Places, ImageNet-O, Textures and NINCO",
         "in1k-train",
         "in1k-val",
         {{"inaturalist", Far},
          {"sun", Far},
          {"places", Far},
          {"imagenet-o", Near},
          {"textures", Far},
          {"ninco", Near}},
         {},
         kLargeBatch},
        {"cifar10",
         "CIFAR-10 against CIFAR-100",
         "cifar10-train",
         "cifar10-test",
         {{"cifar100-test", Near}},
         {},
         kSmallBatch},
        {"cifar100",
         "CIFAR-100 against CIFAR-10",
         "cifar100-train",
         "cifar100-test",
         {{"cifar10-test", Near}},
         {},
         kSmallBatch}};
    return kProtocols;
}

Result<Protocol> findProtocol(const std::string& keyOrFile) {
    const auto found = std::ranges::find(builtInProtocols(), keyOrFile, &Protocol::key);
    if (found != builtInProtocols().end()) return *found;
    std::error_code ec;
    if (endsWithIgnoringCase(keyOrFile, ".json") || fs::exists(keyOrFile, ec)) return ProtocolReader(keyOrFile).read();
    return fail(ErrorCode::NotFound,
                "'" + keyOrFile + "' is no protocol: give " + builtInKeys() + ", or a .json file of your own");
}

std::string LocatedSet::name() const {
    if (report.known != nullptr) return std::string(report.known->name);
    return data::tidied(set).filename().string();
}

std::string LocatedSet::text() const {
    if (report.known != nullptr) {
        std::string text = data::summary(report);
        for (const std::string& remark : report.remarks) {
            if (report.state == data::SetReport::State::Differs) text += "; " + remark;
        }
        return text;
    }
    return source.empty() ? set + ": no folder or file of images or embeddings" : source;
}

Result<LocatedSets> locate(const Protocol& protocol, const data::DatasetFolders& folders, const std::stop_token& stop,
                           const ProgressFn& progress) {
    const std::vector<std::string> keys = protocol.knownKeys();
    std::vector<data::SetReport> reports;
    if (!keys.empty()) {  // no keys would mean all
        auto surveyed = data::survey(folders, keys, stop, progress);
        if (!surveyed) return failFrom(surveyed);
        reports = std::move(*surveyed);
    }
    const auto one = [&](SetRole role, const ProtocolSet& set) {
        const auto report =
            std::ranges::find_if(reports, [&](const data::SetReport& r) { return r.known->key == set.set; });
        if (report == reports.end()) return locatePath(role, set);
        return LocatedSet{role, set.set, report->isUsable() ? report->source : "", set.group, *report};
    };
    LocatedSets sets{one(SetRole::IdTrain, {protocol.train}), one(SetRole::IdTest, {protocol.idTest})};
    for (const ProtocolSet& set : protocol.ood)
        sets.push_back(one(SetRole::Ood, set));
    return sets;
}

Result<RunOptions> protocolRun(const Protocol& protocol, const LocatedSets& sets, RunOptions base, bool skipMissing) {
    if (auto good = refuseMissing(protocol, sets, skipMissing); !good) return failFrom(good);
    base.train = sets[0].source;
    base.idTest = sets[1].source;
    base.ood.clear();
    base.oodGroups.clear();
    for (std::size_t i = 2; i < sets.size(); ++i) {
        if (sets[i].source.empty()) continue;
        base.ood.emplace_back(sets[i].source);
        base.oodGroups.push_back(sets[i].group);
    }
    if (!base.classNames.empty()) return base;
    auto names = classNamesOf(protocol, sets[0].source);
    if (!names) return failFrom(names);
    base.classNames = std::move(*names);
    return base;
}

}  // namespace oodscope::experiment
