// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/benchmark_sets_model.h"

#include <QStringList>
#include <algorithm>
#include <utility>

#include "ui/models/number_text.h"

namespace oodscope::ui {
namespace {

using State = data::SetReport::State;

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString useOf(const experiment::LocatedSet& set) {
    switch (set.role) {
        case experiment::SetRole::IdTrain:
            return BenchmarkSetsModel::tr("ID train");
        case experiment::SetRole::IdTest:
            return BenchmarkSetsModel::tr("ID test");
        case experiment::SetRole::Ood:
            break;
    }
    if (set.group == experiment::OodGroup::Near) return BenchmarkSetsModel::tr("near OOD");
    if (set.group == experiment::OodGroup::Far) return BenchmarkSetsModel::tr("far OOD");
    return BenchmarkSetsModel::tr("OOD");
}

QString stateOf(State state) {
    switch (state) {
        case State::Missing:
            return BenchmarkSetsModel::tr("missing");
        case State::Complete:
            return BenchmarkSetsModel::tr("found");
        case State::Differs:
            return BenchmarkSetsModel::tr("differs");
        case State::Broken:
            return BenchmarkSetsModel::tr("broken");
    }
    return {};
}

/// The counts of a known set that could be opened.
QString countsOf(const data::SetReport& report) {
    QStringList parts{BenchmarkSetsModel::tr("%1 images").arg(countText(report.images))};
    if (report.classes > 0) parts << BenchmarkSetsModel::tr("%1 classes").arg(countText(report.classes));
    for (const auto& [kind, count] : report.skippedKinds)
        parts << BenchmarkSetsModel::tr("%1 files skipped, as by ImageFolder: %2")
                     .arg(QString::fromStdString(kind), countText(count));
    return parts.join(QStringLiteral(", "));
}

QString foundOf(const experiment::LocatedSet& set) {
    const data::SetReport& report = set.report;
    if (report.known == nullptr) return QString::fromStdString(set.source.empty() ? set.set : set.source);
    switch (report.state) {
        case State::Missing:
            return BenchmarkSetsModel::tr("expected as %1").arg(fromView(report.known->layout));
        case State::Broken:
            return QString::fromStdString(report.remarks.empty() ? std::string() : report.remarks.front());
        case State::Differs:
            return countsOf(report) + QStringLiteral("; ") +
                   QString::fromStdString(report.remarks.empty() ? std::string() : report.remarks.front());
        case State::Complete:
            return countsOf(report);
    }
    return {};
}

}  // namespace

void BenchmarkSetsModel::setSets(experiment::LocatedSets sets) {
    beginResetModel();
    m_sets = std::move(sets);
    endResetModel();
}

int BenchmarkSetsModel::missingCount() const {
    return static_cast<int>(std::ranges::count_if(m_sets, [](const auto& set) { return !set.isUsable(); }));
}

int BenchmarkSetsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_sets.size());
}

int BenchmarkSetsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(Columns);
}

QString BenchmarkSetsModel::textOf(const experiment::LocatedSet& set, int column) {
    switch (column) {
        case Set:
            return QString::fromStdString(set.name());
        case Use:
            return useOf(set);
        case State:
            return stateOf(set.report.state);
        case Found:
            return foundOf(set);
        default:
            return {};
    }
}

/// Everything that is known: where it is or where to get it, and each difference.
QString BenchmarkSetsModel::tipOf(const experiment::LocatedSet& set) {
    QStringList lines;
    if (set.isUsable()) lines << QString::fromStdString(set.source);
    if (const data::KnownSet* known = set.report.known) {
        for (const std::string& remark : set.report.remarks)
            lines << QString::fromStdString(remark);
        lines << tr("Layout: %1").arg(fromView(known->layout));
        lines << tr("From: %1 (%2)").arg(fromView(known->origin), fromView(known->archive));
    }
    return lines.join(QLatin1Char('\n'));
}

QVariant BenchmarkSetsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const experiment::LocatedSet& set = m_sets[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return textOf(set, index.column());
        case Qt::ToolTipRole:
            return tipOf(set);
        case StateRole:
            return static_cast<int>(set.report.state);
        case SourceRole:
            return QString::fromStdString(set.source);
        default:
            return {};
    }
}

QVariant BenchmarkSetsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Set:
            return tr("Data set");
        case Use:
            return tr("Used as");
        case State:
            return tr("State");
        case Found:
            return tr("What was found");
        default:
            return {};
    }
}

}  // namespace oodscope::ui
