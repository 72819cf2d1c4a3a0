// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/ood/class_metrics.h"
#include "core/ood/metrics.h"
#include "core/probe/linear_probe.h"

namespace oodscope::experiment {

/// How far from the ID classes an OOD set is said to be: means are also given for each group.
enum class OodGroup { None, Near, Far };
std::string_view groupName(OodGroup group);  // "near", "far"; "" for None
OodGroup groupFrom(std::string_view name);   // None for an unknown name

/// One data set as an evaluation sees it: every image with its classes and scores.
struct ScoredSet {
    std::string name;  // "id test", "ninco", …: unique in the evaluation
    std::filesystem::path root;
    std::vector<std::string> classNames;      // its own folders; empty: none
    std::vector<std::string> paths;           // N, relative to root
    std::vector<std::int32_t> trueLabels;     // N, into classNames; -1: none
    std::vector<std::int32_t> pseudoLabels;   // N, into Evaluation::classNames (zero-shot argmax); empty: no text tower
    std::vector<std::int32_t> predicted;      // N, argmax of logits, into Evaluation::classNames
    Matrix logits;                            // [N, C]
    std::vector<std::vector<double>> scores;  // per detector of the evaluation, N each
    std::vector<std::pair<std::string, std::string>> unreadable;  // path, reason
    OodGroup group = OodGroup::None;                              // of an OOD set

    std::size_t size() const { return paths.size(); }
};

struct DetectorResult {
    std::string detector;  // key: "msp"; zero-shot scores are "zero-shot/msp"
    std::string ood;       // name of the OOD set
    ood::OodMetrics metrics;
    double aurocLow = 0, aurocHigh = 0;  // 95 % interval; equal to auroc where not computed
    ood::ClassBreakdown classes = {};    // by ScoredSet::classNames; no classes where the set has none
    double idAccuracy = -1;              // of the logits that the detector looks at, on ID test; -1: unknown
};

/// Unweighted means of one detector over several OOD sets.
struct GroupResult {
    std::string detector;
    OodGroup group = OodGroup::None;  // None: over all OOD sets
    std::size_t sets = 0;
    double auroc = 0;
    double aurocLow = 0, aurocHigh = 0;  // DeLong, 95 %: the sets share the ID scores
    double fpr95 = 0;
    double auprIn = 0, auprOut = 0;
};

/// The immutable result of an evaluation: what every panel shows.
struct Evaluation {
    std::string id;                         // content key
    std::string title;                      // "tiny-clip, PLP, demo"
    std::vector<std::string> classNames;    // ID classes, C
    std::vector<std::string> detectorKeys;  // columns of ScoredSet::scores
    ScoredSet train;                        // ID train: labels for the confusion; scores may be empty
    ScoredSet idTest;
    std::vector<ScoredSet> ood;
    std::vector<DetectorResult> results;     // detectors × OOD sets
    std::vector<GroupResult> groups;         // by detector: near, far, all; each where it has sets, all from two on
    std::vector<probe::EpochStats> history;  // of the probe; empty for zero-shot
    double zeroShotAccuracy = -1;            // on idTest against true labels; -1: unknown
    double probeAccuracy = -1;
    double pseudoLabelAccuracy = -1;  // on train
    nlohmann::json provenance;        // object: weights hash, prompts, precision, seed, …

    bool trueLabelsMatch() const { return idTest.classNames.size() == classNames.size(); }
};

using EvaluationPtr = std::shared_ptr<const Evaluation>;

}  // namespace oodscope::experiment
