// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/threshold_bar.h"

#include <QAbstractItemView>
#include <QCoreApplication>
#include <QLabel>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>

#include "core/ood/detector.h"

namespace oodscope::ui {

namespace {
constexpr int kMostChars = 48;  // of a box
}  // namespace

QString detectorTitle(const std::string& key) {
    constexpr std::string_view kZeroShot = "zero-shot/";
    const bool zeroShot = key.starts_with(kZeroShot);
    const std::string_view plain = zeroShot ? std::string_view(key).substr(kZeroShot.size()) : std::string_view(key);
    const ood::DetectorInfo* info = ood::findDetector(plain);
    if (info == nullptr) return QString::fromStdString(key);
    QString name = QString::fromUtf8(info->name.data(), static_cast<qsizetype>(info->name.size()));
    if (const std::size_t colon = plain.find(':'); colon != std::string_view::npos)
        name += QStringLiteral(" · ") + QString::fromStdString(std::string(plain.substr(colon + 1)));
    return zeroShot ? QCoreApplication::translate("ThresholdBar", "%1 (zero-shot)").arg(name) : name;
}

ThresholdBar::ThresholdBar(EvaluationContext* context, QWidget* parent)
    : QToolBar(parent),
      m_context(context),
      m_detector(new QComboBox(this)),
      m_ood(new QComboBox(this)),
      m_threshold(new QDoubleSpinBox(this)),
      m_reset(new QPushButton(this)) {
    setObjectName(QStringLiteral("ThresholdBar"));
    setWindowTitle(tr("Detector and threshold"));
    setMovable(false);
    const auto addLabelled = [this](const QString& text, QWidget* widget, const char* name) {
        auto* label = new QLabel(text, this);
        label->setBuddy(widget);
        label->setContentsMargins(8, 0, 4, 0);
        widget->setObjectName(QLatin1String(name));
        addWidget(label);
        addWidget(widget);
    };
    m_detector->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_ood->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (QComboBox* box : {m_detector, m_ood}) {
        box->setMaximumWidth(kMostChars * fontMetrics().averageCharWidth());  // the threshold must stay in sight
        box->view()->setTextElideMode(Qt::ElideMiddle);
    }
    m_detector->setMinimumContentsLength(14);
    m_ood->setMinimumContentsLength(10);
    m_threshold->setKeyboardTracking(false);
    m_threshold->setDecimals(6);
    m_threshold->setMinimumWidth(14 * fontMetrics().averageCharWidth());
    m_threshold->setToolTip(tr("Images with a score of at least this are taken for in-distribution"));
    addLabelled(tr("&Detector"), m_detector, "DetectorBox");
    addLabelled(tr("&OOD set"), m_ood, "OodBox");
    addLabelled(tr("&Threshold"), m_threshold, "ThresholdBox");
    m_reset->setText(tr("95\u202f% TPR"));
    addWidget(m_reset);
    connect(m_reset, &QPushButton::clicked, this, [this] { m_context->setThreshold(m_context->threshold95()); });
    m_reset->setToolTip(tr("Put the threshold where 95\u202f% of the ID test images are accepted"));
    connect(m_detector, &QComboBox::activated, m_context, &EvaluationContext::setDetector);
    connect(m_ood, &QComboBox::activated, this,
            [this](int index) { m_context->setOodSet(m_ood->itemData(index).toInt()); });
    connect(m_threshold, &QDoubleSpinBox::valueChanged, m_context, &EvaluationContext::setThreshold);
    connect(m_context, &EvaluationContext::evaluationChanged, this, &ThresholdBar::fill);
    connect(m_context, &EvaluationContext::detectorChanged, this, &ThresholdBar::followDetector);
    connect(m_context, &EvaluationContext::oodSetChanged, this, &ThresholdBar::followOod);
    connect(m_context, &EvaluationContext::thresholdChanged, this, &ThresholdBar::followThreshold);
    fill();
}

void ThresholdBar::fill() {
    const auto& evaluation = m_context->evaluation();
    m_detector->clear();
    m_ood->clear();
    for (QWidget* widget :
         {static_cast<QWidget*>(m_detector), static_cast<QWidget*>(m_ood), static_cast<QWidget*>(m_threshold)})
        widget->setEnabled(evaluation != nullptr);
    m_reset->setEnabled(evaluation != nullptr);
    if (evaluation) {
        for (const auto& key : evaluation->detectorKeys) {
            m_detector->addItem(detectorTitle(key));
            m_detector->setItemData(m_detector->count() - 1, QString::fromStdString(key), Qt::ToolTipRole);
        }
        if (evaluation->ood.size() != 1) m_ood->addItem(tr("all OOD sets"), -1);
        for (std::size_t i = 0; i < evaluation->ood.size(); ++i)
            m_ood->addItem(QString::fromStdString(evaluation->ood[i].name), kFirstOodSet + static_cast<int>(i));
    }
    followDetector();
    followOod();
}

void ThresholdBar::followDetector() {
    m_detector->setCurrentIndex(m_context->detector());
    fitThresholdRange();
    followThreshold();
}

void ThresholdBar::followOod() {
    m_ood->setCurrentIndex(std::max(0, m_ood->findData(m_context->oodSet())));
}

void ThresholdBar::fitThresholdRange() {
    double low = 0;
    double high = 1;
    const auto& evaluation = m_context->evaluation();
    bool any = false;
    for (int set = kIdTestSet; evaluation && set < setCount(*evaluation); ++set) {
        const auto sorted = m_context->sortedScores(set);
        if (sorted.empty()) continue;
        low = any ? std::min(low, sorted.front()) : sorted.front();
        high = any ? std::max(high, sorted.back()) : sorted.back();
        any = true;
    }
    const QSignalBlocker blocker(m_threshold);
    const double span = std::max(high - low, 1e-9);
    // Enough decimals that two neighbouring steps differ, also for scores in a tiny range.
    m_threshold->setDecimals(std::clamp(5 - static_cast<int>(std::floor(std::log10(span))), 2, 12));
    // Just past the outermost scores, where the histogram still shows the line.
    m_threshold->setRange(low - span / 100, high + span / 100);
    m_threshold->setSingleStep(span / 200);
}

void ThresholdBar::followThreshold() {
    const QSignalBlocker blocker(m_threshold);
    m_threshold->setValue(m_context->threshold());
}

}  // namespace oodscope::ui
