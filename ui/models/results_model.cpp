// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/results_model.h"

#include <algorithm>

#include "ui/models/number_text.h"

namespace oodscope::ui {

namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString percent(double fraction, const QLocale& locale) {
    return fixedText(100 * fraction, 2, locale);
}

template <class List, class Match>
int indexWhere(const List& list, Match match) {
    const auto found = std::find_if(list.begin(), list.end(), match);
    return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

bool isText(int column) {
    return column == ResultsModel::Detector || column == ResultsModel::OodSet;
}

bool isCount(int column) {
    return column == ResultsModel::Ties || column == ResultsModel::IdCount || column == ResultsModel::OodCount;
}

}  // namespace

// The internal id of a row below a result is the row of that result + 1; of a top row 0.

ResultsModel::ResultsModel(QObject* parent) : QAbstractItemModel(parent) {}

void ResultsModel::setEvaluation(const experiment::EvaluationPtr& evaluation) {
    beginResetModel();
    m_evaluation = evaluation;
    endResetModel();
}

std::optional<ood::FprConvention> ResultsModel::convention() const {
    if (resultCount() == 0) return std::nullopt;
    return m_evaluation->results.front().metrics.convention;
}

int ResultsModel::resultCount() const {
    return m_evaluation ? static_cast<int>(m_evaluation->results.size()) : 0;
}

QModelIndex ResultsModel::index(int row, int column, const QModelIndex& parent) const {
    if (row < 0 || column < 0 || column >= Columns || row >= rowCount(parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : 0);
}

QModelIndex ResultsModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0) return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, quintptr{0});
}

int ResultsModel::rowCount(const QModelIndex& parent) const {
    if (!m_evaluation) return 0;
    if (!parent.isValid()) return resultCount() + static_cast<int>(m_evaluation->groups.size());
    if (parent.internalId() != 0 || parent.column() != 0 || parent.row() >= resultCount()) return 0;
    const auto classes = m_evaluation->results[static_cast<std::size_t>(parent.row())].classes.classes.size();
    return classes > 1 ? static_cast<int>(classes) + 1 : 0;
}

int ResultsModel::columnCount(const QModelIndex&) const {
    return Columns;
}

ResultsModel::Row ResultsModel::rowAt(const QModelIndex& index) const {
    const auto at = static_cast<std::size_t>(index.row());
    if (index.internalId() == 0) {
        if (index.row() < resultCount()) return {Pooled, &m_evaluation->results[at], nullptr, nullptr};
        return {SetMean, nullptr, &m_evaluation->groups[at - m_evaluation->results.size()], nullptr};
    }
    const auto& result = m_evaluation->results[static_cast<std::size_t>(index.internalId() - 1)];
    if (at == 0) return {ClassMean, &result, nullptr, nullptr};
    return {OodClass, &result, nullptr, &result.classes.classes[at - 1]};
}

const experiment::ScoredSet* ResultsModel::setOf(const experiment::DetectorResult& result) const {
    const int at = indexWhere(m_evaluation->ood, [&](const auto& set) { return set.name == result.ood; });
    return at < 0 ? nullptr : &m_evaluation->ood[static_cast<std::size_t>(at)];
}

QString ResultsModel::name(const Row& row) const {
    if (row.kind == SetMean) return QString::fromStdString(row.group->detector);
    if (row.kind == Pooled) return QString::fromStdString(row.result->detector);
    if (row.kind == ClassMean) return tr("Mean over classes (%1)").arg(countText(row.result->classes.classes.size()));
    const auto* set = setOf(*row.result);
    const auto label = static_cast<std::size_t>(row.one->label);
    return set && label < set->classNames.size() ? QString::fromStdString(set->classNames[label])
                                                 : QString::number(row.one->label);
}

QString ResultsModel::setName(const Row& row) const {
    if (row.kind == Pooled) return QString::fromStdString(row.result->ood);
    if (row.kind == OodClass) return {};
    if (row.kind == ClassMean) return tr("Above 10 % FPR: %1").arg(countText(row.result->classes.failed));
    switch (row.group->group) {
        case experiment::OodGroup::Near:
            return tr("Mean of near sets (%1)").arg(row.group->sets);
        case experiment::OodGroup::Far:
            return tr("Mean of far sets (%1)").arg(row.group->sets);
        default:
            return tr("Mean of all sets (%1)").arg(row.group->sets);
    }
}

QVariant ResultsModel::pooledFigure(const experiment::DetectorResult& result, int column) const {
    const auto& metrics = result.metrics;
    switch (column) {
        case Auroc:
            return metrics.auroc;
        case Fpr95:
            return metrics.fpr95;
        case RealisedTpr:
            return metrics.realisedTpr;
        case AuprIn:
            return metrics.auprIn;
        case AuprOut:
            return metrics.auprOut;
        case DetectionError:
            return metrics.detectionError;
        case Ties:
            return static_cast<double>(metrics.ties);
        case IdAccuracy:
            return result.idAccuracy < 0 ? QVariant() : result.idAccuracy;
        case IdCount:
            return static_cast<double>(metrics.idCount);
        case OodCount:
            return static_cast<double>(metrics.oodCount);
        default:
            return {};
    }
}

QVariant ResultsModel::meanFigure(const experiment::GroupResult& group, int column) const {
    switch (column) {
        case Auroc:
            return group.auroc;
        case Fpr95:
            return group.fpr95;
        case AuprIn:
            return group.auprIn;
        case AuprOut:
            return group.auprOut;
        default:
            return {};
    }
}

QVariant ResultsModel::classFigure(const ood::ClassMetrics& one, int column) const {
    switch (column) {
        case Auroc:
            return one.auroc;
        case Fpr95:
            return one.fpr95;
        case RealisedTpr:
            return one.realisedTpr;
        case Ties:
            return static_cast<double>(one.ties);
        case OodCount:
            return static_cast<double>(one.count);
        default:
            return {};
    }
}

std::pair<double, double> ResultsModel::interval(const Row& row) const {
    switch (row.kind) {
        case Pooled:
            return {row.result->aurocLow, row.result->aurocHigh};
        case SetMean:
            return {row.group->aurocLow, row.group->aurocHigh};
        case ClassMean:
            return {row.result->classes.aurocLow, row.result->classes.aurocHigh};
        default:
            return {row.one->aurocLow, row.one->aurocHigh};
    }
}

QVariant ResultsModel::figure(const Row& row, int column) const {
    if (column == Detector) return name(row);
    if (column == OodSet) return setName(row);
    if (column == Interval) return interval(row).second - interval(row).first;
    if (row.kind == Pooled) return pooledFigure(*row.result, column);
    if (row.kind == SetMean) return meanFigure(*row.group, column);
    if (row.kind == OodClass) return classFigure(*row.one, column);
    if (column == Auroc) return row.result->classes.auroc;
    if (column == Fpr95) return row.result->classes.fpr95;
    return {};
}

QString ResultsModel::text(const Row& row, int column, const QLocale& locale) const {
    const QVariant value = figure(row, column);
    if (isText(column) || !value.isValid()) return value.toString();
    if (column == Interval) {
        const auto [low, high] = interval(row);
        return high > low ? tr("%1 – %2").arg(percent(low, locale), percent(high, locale)) : QStringLiteral("–");
    }
    return isCount(column) ? fixedText(value.toDouble(), 0, locale) : percent(value.toDouble(), locale);
}

QString ResultsModel::toolTip(const Row& row, int column) const {
    const QVariant value = figure(row, column);
    if (row.kind == OodClass && column == Fpr95 && row.one->failsUnitTest())
        return tr("%1: above 10 %, so the class fails as an OOD unit test (NINCO)").arg(exactText(value.toDouble()));
    if (row.kind == Pooled && isText(column) && row.result->classes.classes.size() > 1)
        return tr("%1: open the row for the mean over classes and each class").arg(value.toString());
    if (isText(column) || column == Interval || !value.isValid()) return text(row, column);
    return exactText(value.toDouble());
}

QVariant ResultsModel::data(const QModelIndex& index, int role) const {
    if (!m_evaluation || !checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row row = rowAt(index);
    const std::string& detector = row.kind == SetMean ? row.group->detector : row.result->detector;
    switch (role) {
        case Qt::DisplayRole:
            return text(row, index.column());
        case PlainTextRole:
            return text(row, index.column(), exportLocale());
        case SortRole:
            return figure(row, index.column());
        case KindRole:
            return static_cast<int>(row.kind);
        case DetectorIndexRole:
            return indexWhere(m_evaluation->detectorKeys, [&](const auto& key) { return key == detector; });
        case OodIndexRole:
            if (row.kind == SetMean) return -1;
            return indexWhere(m_evaluation->ood, [&](const auto& set) { return set.name == row.result->ood; });
        case ClassRole:
            return row.kind == OodClass ? row.one->label : -1;
        case FailsRole:
            return row.kind == OodClass && row.one->failsUnitTest();
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(
                Qt::Alignment((isText(index.column()) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
        case Qt::ToolTipRole:
            return toolTip(row, index.column());
        default:
            return {};
    }
}

QVariant ResultsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::ToolTipRole) return help(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((isText(section) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Detector:
            return tr("Detector");
        case OodSet:
            return tr("OOD set");
        case Auroc:
            return tr("AUROC %");
        case Interval:
            return tr("95 % interval");
        case Fpr95:
            return tr("FPR95 %");
        case RealisedTpr:
            return tr("TPR reached %");
        case AuprIn:
            return tr("AUPR-in %");
        case AuprOut:
            return tr("AUPR-out %");
        case DetectionError:
            return tr("Det. error %");
        case Ties:
            return tr("Ties");
        case IdAccuracy:
            return tr("ID accuracy %");
        case IdCount:
            return tr("ID images");
        default:
            return tr("OOD images");
    }
}

QString ResultsModel::help(int column) const {
    const QString convention = this->convention() ? fromView(ood::conventionName(*this->convention())) : tr("none yet");
    const bool oodPositive = this->convention() && ood::oodIsPositive(*this->convention());
    switch (column) {
        case Detector:
            return tr("The score that decides; higher means more in-distribution");
        case OodSet:
            return tr("The out-of-distribution set that ID test is compared with, all its images pooled");
        case Auroc:
            return tr("Area under the ROC curve, ties count one half. Higher is better");
        case Interval:
            return tr("95 % confidence interval of the AUROC (DeLong)");
        case Fpr95:
            if (oodPositive)
                return tr("Share of ID images flagged where 95 % of OOD are, read by the convention “%1”. Lower is "
                          "better")
                    .arg(convention);
            return tr("Share of OOD images accepted where 95 % of ID are, read by the convention “%1”. Lower is better")
                .arg(convention);
        case RealisedTpr:
            return tr("The TPR at which FPR95 was read, convention “%1”").arg(convention);
        case AuprIn:
            return tr("Area under precision and recall, ID positive, trapezoid");
        case AuprOut:
            return tr("Area under precision and recall, OOD positive, trapezoid");
        case DetectionError:
            return tr("Least mean of the shares of ID rejected and OOD accepted, over all thresholds. Lower is better");
        case Ties:
            return tr("Scores that equal another score");
        case IdAccuracy:
            return tr("Share of ID test images whose class is right, by the logits that the detector looks at");
        case IdCount:
            return tr("Images of the ID test set");
        default:
            return tr("Images of the OOD set");
    }
}

}  // namespace oodscope::ui
