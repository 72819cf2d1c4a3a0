// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/plot_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/experiment/html.h"

namespace oodscope::experiment {
namespace {

// Okabe and Ito's palette: told apart by people who do not see all colours.
constexpr std::array kColors{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};
constexpr double kWidth = 720, kHeight = 480;
constexpr double kLeft = 80, kRight = 20, kTop = 48, kBottom = 64;
constexpr int kTicks = 5;

class Frame {
public:
    explicit Frame(const PlotAxes& axes) : m_axes(axes) {}
    double x(double value) const {
        return kLeft + (value - m_axes.xMin) / (m_axes.xMax - m_axes.xMin) * (kWidth - kLeft - kRight);
    }
    double y(double value) const {
        return kHeight - kBottom - (value - m_axes.yMin) / (m_axes.yMax - m_axes.yMin) * (kHeight - kTop - kBottom);
    }
    std::string draw() const {
        std::string svg;
        for (int i = 0; i <= kTicks; ++i) {
            const double share = static_cast<double>(i) / kTicks;
            const double xv = m_axes.xMin + share * (m_axes.xMax - m_axes.xMin);
            const double yv = m_axes.yMin + share * (m_axes.yMax - m_axes.yMin);
            svg += fmt::format(R"(<path d="M{0:.1f} {1}V{2}M{3} {4:.1f}H{5}" stroke="#ddd"/>)", x(xv), kTop,
                               kHeight - kBottom, kLeft, y(yv), kWidth - kRight);
            svg += fmt::format(R"(<text x="{:.1f}" y="{}" text-anchor="middle">{:.3g}</text>)", x(xv),
                               kHeight - kBottom + 18, xv);
            svg += fmt::format(R"(<text x="{}" y="{:.1f}" text-anchor="end">{:.3g}</text>)", kLeft - 8, y(yv) + 4, yv);
        }
        svg += fmt::format(R"(<text x="{}" y="24" text-anchor="middle" font-size="16">{}</text>)", kWidth / 2,
                           htmlEscaped(m_axes.title));
        svg += fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">{}</text>)", kWidth / 2, kHeight - 20,
                           htmlEscaped(m_axes.xLabel));
        svg += fmt::format(R"svg(<text transform="translate(20 {}) rotate(-90)" text-anchor="middle">{}</text>)svg",
                           kHeight / 2, htmlEscaped(m_axes.yLabel));
        return svg;
    }

private:
    const PlotAxes& m_axes;
};

std::string document(double width, double height, const std::string& body) {
    return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" )"
                       R"(font-family="DejaVu Sans, sans-serif" font-size="12"><rect width="100%" height="100%" )"
                       R"(fill="white"/>{2}</svg>)",
                       width, height, body) +
           "\n";
}

std::string linePath(const Frame& frame, const PlotSeries& series, bool filled, double baseline) {
    std::string path;
    for (const auto& [x, y] : series.points)
        path += fmt::format("{}{:.2f} {:.2f}", path.empty() ? "M" : "L", frame.x(x), frame.y(y));
    if (filled && !series.points.empty())
        path += fmt::format("L{:.2f} {:.2f}L{:.2f} {:.2f}Z", frame.x(series.points.back().first), frame.y(baseline),
                            frame.x(series.points.front().first), frame.y(baseline));
    return path;
}

/// The part of a straight line from one point to another that lies between the ends of the y axis; empty: none of it.
std::vector<std::pair<double, double>> cutToAxes(const PlotAxes& axes,
                                                 const std::vector<std::pair<double, double>>& line) {
    if (line.size() != 2) return line;
    const auto [x0, y0] = line.front();
    const auto [x1, y1] = line.back();
    if (std::max(y0, y1) < axes.yMin || std::min(y0, y1) > axes.yMax) return {};
    std::vector<std::pair<double, double>> cut = line;
    for (auto& [x, y] : cut) {
        const double inside = std::clamp(y, axes.yMin, axes.yMax);
        if (inside != y) x = x0 + (inside - y0) * (x1 - x0) / (y1 - y0);
        y = inside;
    }
    return cut;
}

}  // namespace

std::string linePlotSvg(const PlotAxes& axes, const std::vector<PlotSeries>& series, bool filled,
                        const double* markerX) {
    const Frame frame(axes);
    std::string body = frame.draw();
    for (std::size_t i = 0; i < series.size(); ++i) {
        const char* color = kColors[i % kColors.size()];
        body += fmt::format(R"(<path d="{}" fill="{}" fill-opacity="0.25" stroke="{}" stroke-width="2"/>)",
                            linePath(frame, series[i], filled, axes.yMin), filled ? color : "none", color);
        const double top = (filled ? kTop + 18 : kHeight - kBottom - 20.0 * static_cast<double>(series.size())) +
                           20.0 * static_cast<double>(i);
        body += fmt::format(R"(<rect x="{}" y="{:.0f}" width="14" height="4" fill="{}"/>)", kWidth - 330, top, color);
        body +=
            fmt::format(R"(<text x="{}" y="{:.0f}">{}</text>)", kWidth - 310, top + 6, htmlEscaped(series[i].label));
    }
    if (markerX != nullptr)
        body += fmt::format(R"(<path d="M{:.1f} {}V{}" stroke="#333" stroke-dasharray="6 4"/>)", frame.x(*markerX),
                            kTop, kHeight - kBottom);
    return document(kWidth, kHeight, body);
}

std::string scatterPlotSvg(const PlotAxes& axes, const std::vector<ScatterSeries>& series) {
    const Frame frame(axes);
    std::string body = frame.draw();
    for (std::size_t i = 0; i < series.size(); ++i) {
        const char* color = kColors[i % kColors.size()];
        // Cut off here, as not every viewer knows clip-path.
        const std::string line = linePath(frame, {{}, cutToAxes(axes, series[i].line)}, /*filled=*/false, 0);
        body += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-dasharray="6 4"/>)", line, color);
        for (const ScatterSeries::Point& point : series[i].points)
            body += fmt::format(R"(<circle cx="{:.2f}" cy="{:.2f}" r="5" fill="{}"><title>{}</title></circle>)",
                                frame.x(point.x), frame.y(point.y), color, htmlEscaped(point.name));
        const double y = kTop + 18 + 20.0 * static_cast<double>(i);
        body += fmt::format(R"(<circle cx="{}" cy="{:.0f}" r="5" fill="{}"/>)", kLeft + 14, y - 4, color);
        body += fmt::format(R"(<text x="{}" y="{:.0f}">{}</text>)", kLeft + 26, y, htmlEscaped(series[i].label));
    }
    return document(kWidth, kHeight, body);
}

std::string heatMapSvg(const std::string& title, const std::vector<std::string>& rowNames,
                       const std::vector<std::string>& columnNames,
                       const std::vector<std::vector<std::size_t>>& counts) {
    constexpr double kNames = 130, kTitle = 48;
    const double cell =
        std::clamp(720.0 / static_cast<double>(std::max<std::size_t>(columnNames.size(), 1)), 1.0, 40.0);
    const bool named = cell >= 10;
    std::string body = fmt::format(R"(<text x="{}" y="24" font-size="16">{}</text>)", 12, htmlEscaped(title));
    for (std::size_t r = 0; r < counts.size(); ++r) {
        const auto total = std::accumulate(counts[r].begin(), counts[r].end(), std::size_t{0});
        const double y = kTitle + cell * static_cast<double>(r);
        if (named)
            body += fmt::format(R"(<text x="{}" y="{:.1f}" text-anchor="end">{}</text>)", kNames - 6, y + cell / 2 + 4,
                                htmlEscaped(rowNames[r]));
        for (std::size_t c = 0; c < counts[r].size(); ++c) {
            if (counts[r][c] == 0) continue;
            const double share = static_cast<double>(counts[r][c]) / static_cast<double>(total);
            body +=
                fmt::format(R"svg(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="#0072B2" )svg"
                            R"svg(fill-opacity="{:.3f}"><title>true {}, pseudo {}: {} ({:.1f} %)</title></rect>)svg",
                            kNames + cell * static_cast<double>(c), y, cell, cell, std::sqrt(share),
                            htmlEscaped(rowNames[r]), htmlEscaped(columnNames[c]), counts[r][c], 100 * share);
        }
    }
    const double bottom = kTitle + cell * static_cast<double>(counts.size());
    for (std::size_t c = 0; named && c < columnNames.size(); ++c)
        body +=
            fmt::format(R"svg(<text transform="translate({:.1f} {:.1f}) rotate(-60)" text-anchor="end">{}</text>)svg",
                        kNames + cell * (static_cast<double>(c) + 0.6), bottom + 12, htmlEscaped(columnNames[c]));
    return document(kNames + cell * static_cast<double>(columnNames.size()) + 20, bottom + (named ? 110 : 20), body);
}

}  // namespace oodscope::experiment
