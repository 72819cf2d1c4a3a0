// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/export_openood.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/files.h"
#include "core/experiment/export_results.h"
#include "core/experiment/measuring.h"
#include "core/experiment/openood_pickle.h"
#include "core/experiment/reference_names.h"
#include "core/io/csv.h"
#include "core/io/npz.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;

/// A name that may hold '/' or ':' ("zero-shot/msp") as part of a file name.
std::string fileName(std::string text) {
    std::ranges::replace(text, '/', '_');
    std::ranges::replace(text, ':', '_');
    return text;
}

std::string openOodRow(const std::string& name, const std::vector<ood::OodMetrics>& metrics, double accuracy) {
    const auto mean = [&](Metric metric) {
        double sum = 0;
        for (const ood::OodMetrics& m : metrics)
            sum += m.*metric;
        return fmt::format("{:.2f}", 100 * sum / static_cast<double>(metrics.size()));
    };
    const std::vector<std::string> row{name,
                                       mean(&ood::OodMetrics::fpr95),
                                       mean(&ood::OodMetrics::auroc),
                                       mean(&ood::OodMetrics::auprIn),
                                       mean(&ood::OodMetrics::auprOut),
                                       accuracy < 0 ? std::string() : fmt::format("{:.2f}", 100 * accuracy)};
    return io::csvRow(row);
}

/// A group of OOD sets with its mean below.
std::string openOodGroup(const Evaluation& evaluation, const std::vector<ood::OodMetrics>& metrics,
                         const std::vector<std::size_t>& sets, const std::string& meanName, double accuracy) {
    if (sets.empty()) return {};
    std::string rows;
    std::vector<ood::OodMetrics> group;
    for (const std::size_t i : sets) {
        rows += openOodRow(evaluation.ood[i].name, {metrics[i]}, accuracy);
        group.push_back(metrics[i]);
    }
    return rows + openOodRow(meanName, group, accuracy);
}

Result<std::string> openOodCsv(const Evaluation& evaluation, std::size_t detector,
                               const std::vector<std::string>& nearNames) {
    const auto metrics = measureUnder(evaluation, detector, ood::FprConvention::OpenOod);
    if (!metrics) return failFrom(metrics);
    std::vector<std::size_t> nearSets, farSets;
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i)
        (std::ranges::find(nearNames, evaluation.ood[i].name) != nearNames.end() ? nearSets : farSets).push_back(i);
    const double accuracy = idAccuracyOf(evaluation, detector);
    return "dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC\n" +
           openOodGroup(evaluation, *metrics, nearSets, "nearood", accuracy) +
           openOodGroup(evaluation, *metrics, farSets, nearNames.empty() ? "mean" : "farood", accuracy);
}

Status checkNear(const Evaluation& evaluation, const std::vector<std::string>& nearNames) {
    for (const std::string& name : nearNames) {
        if (std::ranges::none_of(evaluation.ood, [&](const ScoredSet& set) { return set.name == name; })) {
            std::string known;
            for (const ScoredSet& set : evaluation.ood)
                known += (known.empty() ? "" : ", ") + set.name;
            return fail(ErrorCode::InvalidArgument, "there is no OOD set '" + name + "'; there are: " + known);
        }
    }
    return {};
}

/// A set as OpenOOD keeps it beside the tables.
struct ScoreFile {
    fs::path path;
    const ScoredSet* set = nullptr;
};

std::vector<ScoreFile> scoreFiles(const Evaluation& evaluation, const fs::path& folder) {
    std::vector<ScoreFile> files{{folder / (fileName(evaluation.idTest.name) + ".npz"), &evaluation.idTest}};
    for (const ScoredSet& set : evaluation.ood)
        files.push_back({folder / (fileName(set.name) + ".npz"), &set});
    return files;
}

/// The files of one detector.
struct DetectorFiles {
    fs::path table;
    std::string csv;
    std::vector<ScoreFile> arrays;
    fs::path pickle;
};

Result<DetectorFiles> filesOf(const Evaluation& evaluation, std::size_t detector, const fs::path& folder,
                              const std::vector<std::string>& near) {
    auto csv = openOodCsv(evaluation, detector, near);
    if (!csv) return failFrom(csv);
    const std::string name = fileName(evaluation.detectorKeys[detector]);
    return DetectorFiles{folder / "ood" / (name + ".csv"), std::move(*csv),
                         scoreFiles(evaluation, folder / "scores" / name), folder / "scores" / (name + ".pkl")};
}

Status checkFree(const std::vector<DetectorFiles>& all, bool overwrite) {
    std::vector<fs::path> paths;
    for (const DetectorFiles& files : all) {
        paths.push_back(files.table);
        paths.push_back(files.pickle);
        std::ranges::transform(files.arrays, std::back_inserter(paths), &ScoreFile::path);
    }
    return checkOverwrite(paths, overwrite);
}

Status write(const Evaluation& evaluation, std::size_t detector, const DetectorFiles& files,
             const std::vector<std::string>& near) {
    if (auto written = writeFileAtomically(files.table, files.csv); !written) return written;
    for (const ScoreFile& file : files.arrays) {
        const OpenOodArrays arrays = openOodArrays(*file.set, detector, file.set == &evaluation.idTest);
        auto written = io::writeNpz(file.path, {{"conf", arrays.conf}, {"pred", arrays.pred}, {"label", arrays.label}});
        if (!written) return written;
    }
    return writeOpenOodPickle(files.pickle, evaluation, detector, near);
}

std::vector<std::string> nearOf(const Evaluation& evaluation) {
    std::vector<std::string> names;
    for (const ScoredSet& set : evaluation.ood) {
        if (set.group == OodGroup::Near) names.push_back(set.name);
    }
    return names;
}

}  // namespace

Status writeOpenOodResults(const Evaluation& evaluation, const fs::path& folder, const std::vector<std::string>& near,
                           bool overwrite) {
    if (auto known = checkNear(evaluation, near); !known) return known;
    const std::vector<std::string> nearNames = near.empty() ? nearOf(evaluation) : near;
    std::vector<DetectorFiles> all;
    for (std::size_t d = 0; d < evaluation.detectorKeys.size(); ++d) {
        auto files = filesOf(evaluation, d, folder, nearNames);
        if (!files) return failFrom(files);
        all.push_back(std::move(*files));
    }
    if (auto free = checkFree(all, overwrite); !free) return free;
    for (std::size_t d = 0; d < all.size(); ++d) {
        if (auto written = write(evaluation, d, all[d], nearNames); !written) return written;
    }
    return {};
}

}  // namespace oodscope::experiment
