// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/canvas.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace oodscope::demo {
namespace {

constexpr int kShift = 6;  // sub-pixel bits of OpenCV's drawing functions
constexpr double kRadians = 3.14159265358979323846 / 180.0;

cv::Scalar scalarOf(const Colour& c) {
    const cv::Vec3b p = pixelOf(c);
    return {double(p[0]), double(p[1]), double(p[2])};
}

}  // namespace

Colour mixed(const Colour& a, const Colour& b, double share) {
    return a * (1 - share) + b * share;
}

cv::Vec3b pixelOf(const Colour& c) {
    const auto level = [](double v) { return static_cast<std::uint8_t>(std::clamp(std::lround(v), 0L, 255L)); };
    return {level(c[0]), level(c[1]), level(c[2])};
}

Path ellipse(Point centre, double rx, double ry, double from, double to) {
    const int steps = std::max(8, static_cast<int>(std::abs(to - from) / 9.0));
    Path path;
    path.reserve(static_cast<std::size_t>(steps) + 1);
    const int last = std::abs(to - from) >= 360 ? steps - 1 : steps;
    for (int i = 0; i <= last; ++i) {
        const double angle = (from + (to - from) * i / steps) * kRadians;
        path.emplace_back(centre.x + rx * std::cos(angle), centre.y + ry * std::sin(angle));
    }
    return path;
}

Path rectangle(double left, double top, double right, double bottom) {
    return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

Path roundedRectangle(double left, double top, double right, double bottom, double radius) {
    Path path;
    const Point corners[] = {{right - radius, bottom - radius},
                             {left + radius, bottom - radius},
                             {left + radius, top + radius},
                             {right - radius, top + radius}};
    for (int i = 0; i < 4; ++i) {
        const Path arc = ellipse(corners[i], radius, radius, 90.0 * i, 90.0 * (i + 1));
        path.insert(path.end(), arc.begin(), arc.end());
    }
    return path;
}

Path smooth(const Path& knots, bool closed) {
    constexpr int kSteps = 8;
    const int n = static_cast<int>(knots.size());
    const auto knot = [&](int i) {
        return knots[static_cast<std::size_t>(closed ? (i + n) % n : std::clamp(i, 0, n - 1))];
    };
    Path path;
    for (int i = 0; i < (closed ? n : n - 1); ++i) {
        const Point a = knot(i - 1), b = knot(i), c = knot(i + 1), d = knot(i + 2);
        for (int s = 0; s < kSteps; ++s) {
            const double t = double(s) / kSteps;
            path.push_back(b + 0.5 * t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * (3 * (b - c) + d - a))));
        }
    }
    if (!closed) path.push_back(knots.back());
    return path;
}

Path turned(Path path, double degrees, Point around) {
    const double c = std::cos(degrees * kRadians), s = std::sin(degrees * kRadians);
    for (Point& p : path) {
        const Point q = p - around;
        p = around + Point(c * q.x - s * q.y, s * q.x + c * q.y);
    }
    return path;
}

Path moved(Path path, Point by) {
    for (Point& p : path)
        p += by;
    return path;
}

Path scaled(Path path, double sx, double sy, Point around) {
    for (Point& p : path)
        p = around + Point((p.x - around.x) * sx, (p.y - around.y) * sy);
    return path;
}

Point Placement::map(Point p) const {
    p.x = (mirrored ? -p.x : p.x) * stretch + shear * p.y;
    const double c = std::cos(degrees * kRadians), s = std::sin(degrees * kRadians);
    return centre + radius * Point(c * p.x - s * p.y, s * p.x + c * p.y);
}

Canvas::Canvas(cv::Size size, Placement placement)
    : m_placement(placement), m_colours(size, cv::Vec3b(0, 0, 0)), m_mask(size, 0), m_body(size, 0) {}

void Canvas::setOutline(const Colour& colour, double width) {
    m_outline = colour;
    m_outlineWidth = width;
}

std::vector<cv::Point> Canvas::toPixels(const Path& path) const {
    std::vector<cv::Point> pixels;
    pixels.reserve(path.size());
    for (const Point& p : path) {
        const Point q = m_placement.map(p) * double(1 << kShift);
        pixels.emplace_back(static_cast<int>(std::lround(q.x)), static_cast<int>(std::lround(q.y)));
    }
    return pixels;
}

int Canvas::pixelWidth(double units) const {
    return std::max(1, static_cast<int>(std::lround(units * m_placement.radius)));
}

void Canvas::fill(const Path& path, const Colour& colour) {
    const std::vector<std::vector<cv::Point>> outline{toPixels(path)};
    cv::fillPoly(m_colours, outline, scalarOf(colour), cv::LINE_8, kShift);
    cv::fillPoly(m_mask, outline, 255, cv::LINE_8, kShift);
    cv::fillPoly(m_body, outline, 0, cv::LINE_8, kShift);
}

void Canvas::stroke(const Path& path, const Colour& colour, double width, bool closed) {
    const std::vector<std::vector<cv::Point>> line{toPixels(path)};
    const int thickness = pixelWidth(width);
    cv::polylines(m_colours, line, closed, scalarOf(colour), thickness, cv::LINE_8, kShift);
    cv::polylines(m_mask, line, closed, 255, thickness, cv::LINE_8, kShift);
    cv::polylines(m_body, line, closed, 0, thickness, cv::LINE_8, kShift);
}

void Canvas::shape(const Path& path, const Colour& colour) {
    fill(path, colour);
    if (m_outlineWidth > 0) stroke(path, m_outline, m_outlineWidth, /*closed=*/true);
}

void Canvas::body(const Path& path, const Colour& colour) {
    fill(path, colour);
    cv::fillPoly(m_body, std::vector<std::vector<cv::Point>>{toPixels(path)}, 255, cv::LINE_8, kShift);
    if (m_outlineWidth > 0) stroke(path, m_outline, m_outlineWidth, /*closed=*/true);
}

void Canvas::tube(const Path& path, const Colour& colour, double width, bool closed) {
    if (m_outlineWidth > 0) stroke(path, m_outline, width + 2 * m_outlineWidth, closed);
    stroke(path, colour, width, closed);
}

void Canvas::hole(const Path& path) {
    const std::vector<std::vector<cv::Point>> outline{toPixels(path)};
    cv::fillPoly(m_mask, outline, 0, cv::LINE_8, kShift);
    cv::fillPoly(m_body, outline, 0, cv::LINE_8, kShift);
    if (m_outlineWidth > 0) stroke(path, m_outline, m_outlineWidth, /*closed=*/true);
}

}  // namespace oodscope::demo
