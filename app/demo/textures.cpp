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

void paintCrumpled(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    const double scale = random.range(3, 6), angle = random.range(0, 6.2832), step = 0.06;
    const double dx = step * std::cos(angle), dy = step * std::sin(angle);
    paintValues(out, pair, [&](double x, double y) {  // lit from one side
        const double here = octaves(noise, x * scale, y * scale, 3);
        return 0.4 + 3.5 * (octaves(noise, (x + dx) * scale, (y + dy) * scale, 3) - here);
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

void paintGrained(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    const double angle = random.range(0, 3.14159), along = random.range(0.6, 2), across = random.range(8, 18);
    const double c = std::cos(angle), s = std::sin(angle);
    paintValues(out, pair, [&](double x, double y) {
        return 0.5 + 1.8 * (octaves(noise, 20 + (c * x + s * y) * along, 20 + (c * y - s * x) * across, 3) - 0.5);
    });
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

void paintStained(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    std::vector<std::pair<Point, double>> stains(static_cast<std::size_t>(random.integer(4, 10)));
    for (auto& [at, radius] : stains) {
        at = Point{random.range(-0.1, 1.3), random.range(-0.1, 1.1)};
        radius = random.range(0.12, 0.35);
    }
    paintValues(out, pair, [&](double x, double y) {
        double value = 0;
        for (const auto& [at, radius] : stains) {
            const double d = std::sqrt((x - at.x) * (x - at.x) + (y - at.y) * (y - at.y)) / radius +
                             0.8 * (noise.at(x * 6, y * 6) - 0.5);
            value += 0.45 * std::clamp(3 * (1 - d), 0.0, 1.0);
        }
        return value;
    });
}

void paintVeined(cv::Mat3b& out, Random& random) {
    const Pair pair = twoColours(random);
    const ValueNoise noise(random);
    const double scale = random.range(2, 5), width = random.range(0.06, 0.16);
    paintValues(out, pair, [&](double x, double y) {
        const double ridge = std::abs(octaves(noise, x * scale, y * scale, 4) - 0.5);
        return std::clamp(1 - ridge / width, 0.0, 1.0) + 0.3 * noise.at(x * 3, y * 3 + 9);
    });
}

}  // namespace

std::span<const TextureKind> textureKinds() {
    static constexpr TextureKind kinds[] = {
        {"banded", paintBanded},     {"blotchy", paintBlotchy}, {"cracked", paintCracked},
        {"crumpled", paintCrumpled}, {"fibrous", paintFibrous}, {"grained", paintGrained},
        {"marbled", paintMarbled},   {"stained", paintStained}, {"veined", paintVeined},
    };
    return kinds;
}

}  // namespace oodscope::demo
