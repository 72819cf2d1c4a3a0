// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/prompt_lab.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "core/experiment/provenance.h"
#include "core/experiment/run_inputs.h"
#include "core/experiment/scoring.h"
#include "core/experiment/sources.h"
#include "core/ood/metrics.h"
#include "core/probe/pseudo_labels.h"

namespace oodscope::experiment {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kScoreRows = 8192;  // rows whose cosines exist at one time

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Status checkProjected(const embed::EmbeddingSet& set) {
    if (!set.projected.empty()) return {};
    return fail(ErrorCode::InvalidArgument,
                set.datasetName +
                    ": has no projected embeddings, which prompts are compared with, nor embeddings of "
                    "the model's width that they could be made from");
}

}  // namespace

PromptLab::PromptLab(TextEmbeddings texts, embed::EmbeddingSet data)
    : m_texts(std::move(texts)), m_data(std::move(data)), m_updater(m_data.projected) {}

Result<PromptLab> PromptLab::open(workspace::Workspace& workspace, const LabSources& sources, std::stop_token stop,
                                  const ProgressFn& progress) {
    if (sources.extract.devices.empty()) return fail(ErrorCode::InvalidArgument, "no device was given");
    announce(progress, "opening the model");
    auto model = model::openModel(sources.model, sources.opening);
    if (!model) return failFrom(model);
    auto texts = TextEmbeddings::open(*model, sources.extract.devices.front(), workspace.folder() / "text");
    if (!texts) return failFrom(texts);
    const auto load = [&](const std::filesystem::path& given, embed::Split split) {
        const std::filesystem::path source = resolveSource(given, split);
        auto set = loadEmbeddings(workspace, model->get(), source, sources.extract, stop, progress);
        if (!set) return set;
        if (auto added = addProjected(**model, *set); !added) set = failFrom(added);
        return set;
    };
    nlohmann::json made{{"program", "oodscope " OODSCOPE_VERSION}, {"model", describeModel(**model)}};
    auto data = load(sources.data, embed::Split::Train);
    if (!data) return failFrom(data);
    made["data"] = describeSource(resolveSource(sources.data, embed::Split::Train), *data);
    Result<embed::EmbeddingSet> idTest;
    if (!sources.idTest.empty()) idTest = load(sources.idTest, embed::Split::Test);
    if (!idTest) return failFrom(idTest);
    if (!sources.idTest.empty())
        made["id_test"] = describeSource(resolveSource(sources.idTest, embed::Split::Test), *idTest);
    std::vector<embed::EmbeddingSet> ood;
    for (const std::filesystem::path& source : sources.ood) {
        auto set = load(source, embed::Split::Test);
        if (!set) return failFrom(set);
        made["ood"].push_back(describeSource(resolveSource(source, embed::Split::Test), *set));
        ood.push_back(std::move(*set));
    }
    auto lab = make(std::move(*texts), std::move(*data), std::move(*idTest), std::move(ood));
    if (lab) lab->m_provenance = std::move(made);
    return lab;
}

Result<PromptLab> PromptLab::make(TextEmbeddings texts, embed::EmbeddingSet data, embed::EmbeddingSet idTest,
                                  std::vector<embed::EmbeddingSet> ood) {
    PromptLab lab(std::move(texts), std::move(data));
    lab.m_classCount = lab.m_data.classNames.size();
    if (lab.m_data.hasLabels()) lab.m_trueLabels = lab.m_data.labels;
    lab.m_idTest = std::move(idTest);
    lab.m_ood = std::move(ood);
    if (auto good = checkProjected(lab.m_data); !good) return failFrom(good);
    if (lab.m_idTest.size() > 0) {
        if (auto good = checkProjected(lab.m_idTest); !good) return failFrom(good);
    }
    for (const embed::EmbeddingSet& set : lab.m_ood) {
        if (auto good = checkProjected(set); !good) return failFrom(good);
    }
    return lab;
}

Result<LabelledSide> PromptLab::label(const PromptSide& side, std::stop_token stop, const ProgressFn& progress) {
    LabelledSide result;
    result.side = side;
    if (result.side.classNames.empty() && hasNumbersForNames(m_data))
        return fail(ErrorCode::InvalidArgument,
                    m_data.datasetName + ": its file has numbers for class names, so class names must be given");
    if (result.side.classNames.empty()) result.side.classNames = m_data.classNames;
    const std::size_t classes = result.side.classNames.size();
    if (classes == 0)
        return fail(ErrorCode::InvalidArgument, m_data.datasetName + ": has no classes, so class names must be given");
    if (m_classCount != 0 && classes != m_classCount)
        return fail(ErrorCode::InvalidArgument, side.name + ": " + std::to_string(classes) + " class names for " +
                                                    std::to_string(m_classCount) + " classes of " + m_data.datasetName);
    if (side.prompts.templates.empty())
        return fail(ErrorCode::InvalidArgument, side.name + ": the set of prompts is empty");
    announce(progress, "encoding prompts");
    auto begin = Clock::now();
    auto vectors = m_texts.classVectors(result.side.classNames, side.prompts, stop, progress);
    if (!vectors) return failFrom(vectors);
    result.classVectors = std::move(*vectors);
    result.textsEncoded = m_texts.encodedLast();
    result.textSeconds = secondsSince(begin);
    begin = Clock::now();
    auto labels = m_updater.update(result.classVectors);
    if (!labels) return failFrom(labels);
    result.labels = std::move(*labels);
    result.labelSeconds = secondsSince(begin);
    m_classCount = classes;
    result.accuracy = accuracy(result.labels, m_trueLabels);
    if (auto measured = measureOod(result, stop, progress); !measured) return failFrom(measured);
    return result;
}

Result<std::vector<double>> PromptLab::mspScores(const Matrix& projected, const Matrix& classVectors) const {
    auto bank = DetectorBank::make({std::string(kZeroShotPrefix) + "msp"}, {.probe = false, .zeroShot = true});
    if (!bank) return failFrom(bank);
    std::vector<double> scores;
    for (std::size_t first = 0; first < projected.rows(); first += kScoreRows) {
        const std::size_t count = std::min(kScoreRows, projected.rows() - first);
        ScoringInput input;
        auto cosines = probe::zeroShotLogits(rowSlice(projected, first, count), classVectors);
        if (!cosines) return failFrom(cosines);
        input.zeroShotLogits = std::move(*cosines);
        auto block = bank->score(input);
        if (!block) return failFrom(block);
        scores.insert(scores.end(), block->front().begin(), block->front().end());
    }
    return scores;
}

Status PromptLab::measureOod(LabelledSide& side, const std::stop_token& stop, const ProgressFn& progress) const {
    if (m_ood.empty()) return {};
    announce(progress, "scoring");
    const embed::EmbeddingSet& idSet = m_idTest.size() > 0 ? m_idTest : m_data;
    auto id = mspScores(idSet.projected, side.classVectors);
    if (!id) return fail(id.error().code, idSet.datasetName + ": " + id.error().message);
    for (const embed::EmbeddingSet& set : m_ood) {
        if (stop.stop_requested()) return cancelled();
        auto scores = mspScores(set.projected, side.classVectors);
        if (!scores) return fail(scores.error().code, set.datasetName + ": " + scores.error().message);
        auto metrics = ood::computeMetrics(*id, *scores, ood::FprConvention::Plp);
        if (!metrics) return fail(metrics.error().code, set.datasetName + ": " + metrics.error().message);
        side.aurocs.push_back({set.datasetName, metrics->auroc, metrics->fpr95});
    }
    return {};
}

PromptComparison comparePseudoLabels(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
                                     const std::vector<std::int32_t>& trueLabels, std::size_t classCount) {
    PromptComparison result;
    result.images = a.size();
    result.classes.resize(classCount);
    std::map<std::pair<std::int32_t, std::int32_t>, std::size_t> moves;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const std::int32_t truth = trueLabels.empty() ? -1 : trueLabels[i];
        const bool rightA = a[i] == truth;
        const bool rightB = b[i] == truth;
        ++result.classes[static_cast<std::size_t>(a[i])].labelsA;
        ++result.classes[static_cast<std::size_t>(b[i])].labelsB;
        if (truth >= 0) {
            PromptComparison::ClassRow& row = result.classes[static_cast<std::size_t>(truth)];
            ++row.images;
            row.rightA += rightA ? 1 : 0;
            row.rightB += rightB ? 1 : 0;
        }
        if (a[i] == b[i]) {
            ++result.agreeing;
            continue;
        }
        result.changed.push_back(i);
        ++moves[{a[i], b[i]}];
        if (rightB) ++result.mended;
        if (rightA) ++result.broken;
    }
    for (const auto& [pair, images] : moves)
        result.moves.push_back({pair.first, pair.second, images});
    std::ranges::stable_sort(result.moves, std::ranges::greater{}, &PromptComparison::Move::images);
    return result;
}

}  // namespace oodscope::experiment
