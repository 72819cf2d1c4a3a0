// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/textures.h"

#include <algorithm>
#include <vector>

#include "app/demo/noise.h"
#include "app/demo/palette.h"

namespace oodscope::demo {
namespace {

/// Two colours far enough apart to see the pattern.
struct Pair {
    Colour a, b;
};

Pair twoColours(Random& random) {
    const int n = static_cast<int>(palette().size());
    const int first = random.index(n);
    const int second = (first + 1 + random.index(n - 1)) % n;
    const Colour a = jittered(palette()[static_cast<std::size_t>(first)].colour, random);
    const Colour b = jittered(palette()[static_cast<std::size_t>(second)].colour, random);
    return {a, cv::norm(a - b) > 90 ? b : lighter(a, 0.7)};
}

/// `valueAt(x, y)` in 0 … 1 picks between the two colours; x, y in 0 … 1.
template <class ValueAt>
void paintValues(cv::Mat3b& out, const Pair& pair, const ValueAt& valueAt) {
    for (int y = 0; y < out.rows; ++y) {
        cv::Vec3b* row = out[y];
        for (int x = 0; x < out.cols; ++x)
            row[x] = pixelOf(
                mixed(pair.a, pair.b, std::clamp(valueAt(double(x) / out.rows, double(y) / out.rows), 0.0, 1.0)));
    }
}

double octaves(const ValueNoise& noise, double x, double y, int count) {
    double sum = 0, weight = 0.5;
    for (int i = 0; i < count; ++i, weight *= 0.5) {
        sum += weight * noise.at(x, y);
        x = x * 2 + 3.1;
        y = y * 2 + 1.7;
    }
    return sum / (1 - 2 * weight * 0.5);
}

void paintBanded(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    const double angle = random.range(0, 3.14159), count = random.range(16, 48), bend = random.range(0.5, 3);
    paintValues(out, pair, [&](double x, double y) {
        const double along = std::cos(angle) * x + std::sin(angle) * y;
        return 0.5 + 0.9 * std::sin(along * count + bend * noise.at(x * 4, y * 4));
    });
}

void paintBlotchy(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    const double scale = random.range(3, 7), edge = random.range(2, 9);
    paintValues(out, pair,
                [&](double x, double y) { return 0.5 + edge * (octaves(noise, x * scale, y * scale, 4) - 0.5); });
}

void paintCracked(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    std::vector<Point> seeds(static_cast<std::size_t>(random.integer(18, 45)));
    for (Point& seed : seeds)
        seed = Point{random.range(-0.1, 1.3), random.range(-0.1, 1.3)};
    const double crack = random.range(0.012, 0.03);
    paintValues(out, pair, [&](double x, double y) {
        double nearest = 9, second = 9;
        for (const Point& seed : seeds) {
            const double d = std::sqrt((x - seed.x) * (x - seed.x) + (y - seed.y) * (y - seed.y));
            if (d < nearest) {
                second = nearest;
                nearest = d;
            } else if (d < second) {
                second = d;
            }
        }
        return second - nearest < crack ? 0.0 : 0.6 + 2.0 * nearest;
    });
}

void paintFibrous(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    out.setTo(pixelOf(pair.a));
    Placement whole;
    whole.radius = out.rows;
    Canvas strands(out.size(), whole);
    const double angle = random.range(0, 6.2832), spread = random.range(0.1, 0.8);
    for (int i = 0; i < 420; ++i) {
        const Point root{random.range(-0.1, 1.4), random.range(-0.1, 1.1)};
        const double turn = angle + spread * random.roughNormal(), reach = random.range(0.08, 0.22);
        strands.stroke({root, root + reach * Point(std::cos(turn), std::sin(turn))},
                       mixed(pair.a, pair.b, random.unit()), 0.008);
    }
    strands.colours().copyTo(out, strands.mask());
}

void paintMarbled(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    const double scale = random.range(2, 5), veins = random.range(6, 14);
    paintValues(out, pair, [&](double x, double y) {
        const double swirl = octaves(noise, x * scale, y * scale, 5);
        return std::abs(std::sin(veins * (x + 0.7 * y) * 0.5 + 14 * swirl));
    });
}

void paintRippled(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const Point a{random.range(-0.3, 1.3), random.range(-0.3, 1.3)},
        b{random.range(-0.3, 1.3), random.range(-0.3, 1.3)};
    const double count = random.range(30, 80), share = random.range(0, 1);
    paintValues(out, pair, [&](double x, double y) {
        const double near = std::sin(count * std::sqrt((x - a.x) * (x - a.x) + (y - a.y) * (y - a.y)));
        const double far = std::sin(count * std::sqrt((x - b.x) * (x - b.x) + (y - b.y) * (y - b.y)));
        return 0.5 + 0.5 * (near + share * far);
    });
}

void paintSpeckled(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    out.setTo(pixelOf(pair.a));
    Placement whole;
    whole.radius = out.rows;
    Canvas specks(out.size(), whole);
    const double size = random.range(0.008, 0.03);
    const int count = static_cast<int>(random.range(0.15, 0.5) / (size * size * 3.14));
    for (int i = 0; i < count; ++i) {
        const Point at{random.range(0, 1.4), random.unit()};
        const double radius = size * random.range(0.5, 1.5);
        specks.fill(ellipse(at, radius, radius), mixed(pair.a, pair.b, random.range(0.3, 1)));
    }
    specks.colours().copyTo(out, specks.mask());
}

void paintWoven(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const double count = random.range(7, 18), angle = random.range(-0.8, 0.8), depth = random.range(0.3, 0.6);
    paintValues(out, pair, [&](double x, double y) {
        const double u = (std::cos(angle) * x - std::sin(angle) * y) * count,
                     v = (std::sin(angle) * x + std::cos(angle) * y) * count;
        const long cell = static_cast<long>(std::floor(u)) + static_cast<long>(std::floor(v));
        const double across = (cell & 1) != 0 ? u - std::floor(u) : v - std::floor(v);
        return ((cell & 1) != 0 ? 0.75 : 0.3) + depth * (0.5 - 2 * std::abs(across - 0.5));
    });
}

}  // namespace

std::span<const TextureKind> textureKinds() {
    static constexpr TextureKind kinds[] = {
        {"banded", paintBanded},   {"blotchy", paintBlotchy}, {"cracked", paintCracked},   {"fibrous", paintFibrous},
        {"marbled", paintMarbled}, {"rippled", paintRippled}, {"speckled", paintSpeckled}, {"woven", paintWoven},
    };
    return kinds;
}

}  // namespace oodscope::demo
