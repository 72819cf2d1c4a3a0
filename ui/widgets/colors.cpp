// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/colors.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

namespace oodscope::ui {
namespace {

constexpr std::size_t kOodColors = 6;

double channel(double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {  // WCAG 2
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

constexpr double kLeastContrast = 4.5;  // of text, WCAG 2

double contrast(const QColor& a, const QColor& b) {
    const auto [least, most] = std::minmax({luminance(a), luminance(b)});
    return (most + 0.05) / (least + 0.05);
}

QColor pick(const QPalette& palette, QRgb light, QRgb dark) {
    return QColor(isDark(palette) ? dark : light);
}

/// Not called translate: lupdate would take it for the function of that name and find nothing.
QString verdictText(const char* text) {
    return QCoreApplication::translate("Verdict", text);
}

}  // namespace

bool isDark(const QPalette& palette) {
    return luminance(palette.color(QPalette::Base)) < luminance(palette.color(QPalette::Text));
}

QColor verdictColor(Verdict verdict, const QPalette& palette) {
    switch (verdict) {
        case Verdict::TrueAccept:
            return pick(palette, 0x00845f, 0x2fc49a);
        case Verdict::FalseReject:
            return pick(palette, 0xd99000, 0xf2b632);
        case Verdict::FalseAccept:
            return pick(palette, 0xd04a00, 0xff7a3d);
        case Verdict::TrueReject:
            return pick(palette, 0x0072b2, 0x5ab4ea);
        case Verdict::None:
            break;
    }
    return pick(palette, 0x7a7a7a, 0x9a9a9a);
}

QColor idColor(const QPalette& palette) {
    return pick(palette, 0x00845f, 0x2fc49a);
}

QColor oodColor(int oodIndex, const QPalette& palette) {
    static constexpr std::array<QRgb, kOodColors> kLight{0xd04a00, 0x0072b2, 0xa8458a, 0xb07800, 0x2c8ec4, 0x6b5bb0};
    static constexpr std::array<QRgb, kOodColors> kDark{0xff7a3d, 0x5ab4ea, 0xe08fc0, 0xf2b632, 0x8ad0ff, 0xb3a6f0};
    const std::size_t i = static_cast<std::size_t>(std::max(oodIndex, 0)) % kLight.size();
    return pick(palette, kLight[i], kDark[i]);
}

Qt::PenStyle oodLine(int oodIndex) {
    // Not dashes: they are for all OOD sets together.
    static constexpr std::array kLines{Qt::SolidLine, Qt::DotLine, Qt::DashDotLine};
    return kLines[static_cast<std::size_t>(std::max(oodIndex, 0)) / kOodColors % kLines.size()];
}

QColor thresholdColor(const QPalette& palette) {
    return palette.color(QPalette::Text);
}

QColor legible(const QColor& color, const QColor& background) {
    constexpr int kSteps = 20;
    const QColor end = textOn(background);
    QColor mixed = color;
    for (int step = 1; step <= kSteps && contrast(mixed, background) < kLeastContrast; ++step) {
        const auto mix = [step](int from, int to) { return from + (to - from) * step / kSteps; };
        mixed = QColor(mix(color.red(), end.red()), mix(color.green(), end.green()), mix(color.blue(), end.blue()));
    }
    return mixed;
}

QColor textOn(const QColor& background) {
    return luminance(background) > 0.3 ? QColor(Qt::black) : QColor(Qt::white);
}

QColor faintText(const QPalette& palette) {
    const QColor text = palette.color(QPalette::Text);
    const QColor base = palette.color(QPalette::Base);
    const auto mix = [](int a, int b) { return (a * 65 + b * 35) / 100; };
    return {mix(text.red(), base.red()), mix(text.green(), base.green()), mix(text.blue(), base.blue())};
}

QString verdictSymbol(Verdict verdict) {
    switch (verdict) {
        case Verdict::TrueAccept:
            return QStringLiteral("✓");
        case Verdict::FalseReject:
            return QStringLiteral("▼");
        case Verdict::FalseAccept:
            return QStringLiteral("▲");
        case Verdict::TrueReject:
            return QStringLiteral("✕");
        case Verdict::None:
            break;
    }
    return QStringLiteral("–");
}

QString verdictName(Verdict verdict) {
    switch (verdict) {
        case Verdict::TrueAccept:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "True accept"));
        case Verdict::FalseReject:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "False reject"));
        case Verdict::FalseAccept:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "False accept"));
        case Verdict::TrueReject:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "True reject"));
        case Verdict::None:
            break;
    }
    return verdictText(QT_TRANSLATE_NOOP("Verdict", "Not scored"));
}

QString verdictHelp(Verdict verdict) {
    switch (verdict) {
        case Verdict::TrueAccept:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "ID image above the threshold: right"));
        case Verdict::FalseReject:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "ID image below the threshold: taken for OOD"));
        case Verdict::FalseAccept:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "OOD image above the threshold: taken for ID"));
        case Verdict::TrueReject:
            return verdictText(QT_TRANSLATE_NOOP("Verdict", "OOD image below the threshold: right"));
        case Verdict::None:
            break;
    }
    return verdictText(QT_TRANSLATE_NOOP("Verdict", "No score under this detector, so no verdict"));
}

}  // namespace oodscope::ui
