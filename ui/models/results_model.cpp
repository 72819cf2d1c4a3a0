// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/results_model.h"

#include <algorithm>
#include <numeric>

namespace oodscope::ui {
namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString percent(double fraction) {
    return QString::number(100 * fraction, 'f', 2);
}

template <class List, class Match>
int indexWhere(const List& list, Match match) {
    const auto found = std::find_if(list.begin(), list.end(), match);
    return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

bool isText(int column) {
    return column == ResultsModel::Detector || column == ResultsModel::OodSet;
}

}  // namespace

ResultsModel::ResultsModel(QObject* parent) : QAbstractTableModel(parent) {}

void ResultsModel::setEvaluation(const experiment::EvaluationPtr& evaluation) {
    beginResetModel();
    m_evaluation = evaluation;
    m_order.resize(evaluation ? evaluation->results.size() : 0);
    std::iota(m_order.begin(), m_order.end(), 0);
    endResetModel();
}

int ResultsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int ResultsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

const experiment::DetectorResult& ResultsModel::result(int row) const {
    return m_evaluation->results[static_cast<std::size_t>(m_order[static_cast<std::size_t>(row)])];
}

QVariant ResultsModel::figure(const experiment::DetectorResult& result, int column) const {
    const auto& metrics = result.metrics;
    switch (column) {
        case Detector:
            return QString::fromStdString(result.detector);
        case OodSet:
            return QString::fromStdString(result.ood);
        case Auroc:
            return metrics.auroc;
        case Interval:
            return result.aurocHigh - result.aurocLow;
        case Fpr95:
            return metrics.fpr95;
        case AuprIn:
            return metrics.auprIn;
        case AuprOut:
            return metrics.auprOut;
        case RealisedTpr:
            return metrics.realisedTpr;
        case Ties:
            return static_cast<double>(metrics.ties);
        case IdCount:
            return static_cast<double>(metrics.idCount);
        case OodCount:
            return static_cast<double>(metrics.oodCount);
        default:
            return {};
    }
}

QString ResultsModel::text(const experiment::DetectorResult& result, int column) const {
    const QVariant value = figure(result, column);
    if (isText(column)) return value.toString();
    if (column == Interval) {
        if (result.aurocHigh <= result.aurocLow) return QStringLiteral("–");
        return tr("%1 – %2").arg(percent(result.aurocLow), percent(result.aurocHigh));
    }
    return column >= Ties ? QString::number(value.toDouble(), 'f', 0) : percent(value.toDouble());
}

QVariant ResultsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= Columns) return {};
    const auto& row = result(index.row());
    switch (role) {
        case Qt::DisplayRole:
            return text(row, index.column());
        case SortRole:
            return figure(row, index.column());
        case DetectorIndexRole:
            return indexWhere(m_evaluation->detectorKeys, [&](const auto& key) { return key == row.detector; });
        case OodIndexRole:
            return indexWhere(m_evaluation->ood, [&](const auto& set) { return set.name == row.ood; });
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(
                Qt::Alignment((isText(index.column()) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
        case Qt::ToolTipRole: {
            const QVariant value = figure(row, index.column());
            if (isText(index.column()) || index.column() == Interval) return text(row, index.column());
            return QString::number(value.toDouble(), 'g', 17);  // every digit there is
        }
        default:
            return {};
    }
}

QVariant ResultsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::ToolTipRole) return help(section);
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
        case AuprIn:
            return tr("AUPR-in %");
        case AuprOut:
            return tr("AUPR-out %");
        case RealisedTpr:
            return tr("TPR reached %");
        case Ties:
            return tr("Ties");
        case IdCount:
            return tr("ID images");
        default:
            return tr("OOD images");
    }
}

QString ResultsModel::help(int column) const {
    QString convention = tr("none yet");
    if (m_evaluation && !m_evaluation->results.empty()) {
        convention = fromView(ood::conventionName(m_evaluation->results.front().metrics.convention));
    }
    switch (column) {
        case Detector:
            return tr("The score that decides; higher means more in-distribution");
        case OodSet:
            return tr("The out-of-distribution set that ID test is compared with, all its images pooled");
        case Auroc:
            return tr("Area under the ROC curve, ID positive, ties count one half. Higher is better");
        case Interval:
            return tr("95 % confidence interval of the AUROC");
        case Fpr95:
            return tr("Share of OOD images accepted where 95 % of ID are, read by the convention “%1”. Lower is better")
                .arg(convention);
        case AuprIn:
            return tr("Area under precision and recall, ID positive, trapezoid");
        case AuprOut:
            return tr("Area under precision and recall, OOD positive, trapezoid");
        case RealisedTpr:
            return tr("The TPR at which FPR95 was read, convention “%1”").arg(convention);
        case Ties:
            return tr("Scores that equal another score");
        case IdCount:
            return tr("Images of the ID test set");
        default:
            return tr("Images of the OOD set");
    }
}

void ResultsModel::sort(int column, Qt::SortOrder order) {
    if (column < -1 || column >= Columns || m_order.empty()) return;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const auto before = m_order;
    std::sort(m_order.begin(), m_order.end());
    const auto value = [&](int i) { return figure(m_evaluation->results[static_cast<std::size_t>(i)], column); };
    const auto less = [&](int a, int b) {
        return isText(column) ? QString::localeAwareCompare(value(a).toString(), value(b).toString()) < 0
                              : value(a).toDouble() < value(b).toDouble();
    };
    if (column >= 0) {  // -1: the order of the evaluation
        std::stable_sort(m_order.begin(), m_order.end(),
                         [&](int a, int b) { return order == Qt::AscendingOrder ? less(a, b) : less(b, a); });
    }
    QModelIndexList from = persistentIndexList(), to;
    for (const auto& old : from) {
        const int result = before[static_cast<std::size_t>(old.row())];
        const auto now = std::find(m_order.begin(), m_order.end(), result) - m_order.begin();
        to.push_back(index(static_cast<int>(now), old.column()));
    }
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

}  // namespace oodscope::ui
