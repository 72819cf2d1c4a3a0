// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <utility>
#include <vector>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

enum class ImageSort {
    Score,
    Margin,  // distance of the score to the threshold
    Path,    // set, then path
    TrueClass,
    PredictedClass,
};

/// What decides which images are candidates and how they are ordered. Of `filter`, the verdicts and the score range do
/// not count here: they are applied by ImageCandidates::rows, for they change with every step of a drag.
struct ImageQuery {
    experiment::EvaluationPtr evaluation;
    int detector = -1;
    int oodSet = -1;  // other OOD sets are left out unless the filter names sets
    ImageFilter filter;
    ImageSort sort = ImageSort::Score;

    bool operator==(const ImageQuery&) const = default;
};

struct VerdictCounts {
    std::size_t trueAccepts = 0;
    std::size_t falseRejects = 0;
    std::size_t falseAccepts = 0;
    std::size_t trueRejects = 0;
    std::size_t unscored = 0;

    std::size_t total() const { return trueAccepts + falseRejects + falseAccepts + trueRejects + unscored; }
    bool operator==(const VerdictCounts&) const = default;
};

/// The images that pass a query, kept in the order of their scores so that what a threshold and a score range leave is
/// found by binary search. Immutable; built on any thread.
class ImageCandidates {
public:
    using ScoreRange = std::optional<std::pair<double, double>>;  // [low, high]

    /// Empty when stopped on the way.
    static ImageCandidates build(const ImageQuery& query, std::stop_token stop = {});

    std::size_t size() const { return m_id.size() + m_ood.size() + m_unscored.size(); }
    /// O(log n).
    VerdictCounts counts(double threshold, const ScoreRange& scores) const;
    /// The images with one of `verdicts` (empty: any) whose score lies in the range, in the order of the query; images
    /// without a score come last, and only where neither filter is set to something else. O(rows returned) when sorted
    /// by score or margin, O(candidates) otherwise.
    std::vector<ImageRef> rows(double threshold, const std::vector<Verdict>& verdicts, const ScoreRange& scores,
                               bool descending) const;

private:
    struct Entry {
        double score = 0;
        ImageRef image;
    };
    using Entries = std::vector<Entry>;
    using Slice = std::span<const Entry>;
    struct Parts {  // by verdict, each in rising score
        Slice falseRejects, trueAccepts, trueRejects, falseAccepts;
    };

    Parts split(double threshold, const ScoreRange& scores) const;
    std::vector<ImageRef> rowsByKey(double threshold, const std::vector<Verdict>& verdicts, const ScoreRange& scores,
                                    bool descending) const;
    void sortByScore();
    void orderByClass(const ImageQuery& query);

    ImageSort m_sort = ImageSort::Score;
    Entries m_id, m_ood;  // rising score
    Entries m_unscored;
    Entries m_ordered;  // all candidates by path or class; empty for the other keys
};

}  // namespace oodscope::ui
