// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/backgrounds.h"

#include <algorithm>

#include "app/demo/noise.h"
#include "app/demo/palette.h"

namespace oodscope::demo {
namespace {

/// Coordinates of a painted ground: x and y run over 0 … 1.
Canvas groundCanvas(const cv::Mat3b& out) {
    Placement whole;
    whole.radius = out.rows;
    whole.stretch = double(out.cols) / out.rows;
    Canvas canvas(out.size(), whole);
    canvas.setOutline({0, 0, 0}, 0);
    return canvas;
}

void lay(Canvas& canvas, cv::Mat3b& out) {
    canvas.colours().copyTo(out, canvas.mask());
}

void gradient(cv::Mat3b& out, double from, double to, const Colour& top, const Colour& bottom) {
    const int first = static_cast<int>(from * out.rows), last = static_cast<int>(to * out.rows);
    for (int y = std::max(0, first); y < std::min(out.rows, last); ++y)
        out.row(y).setTo(pixelOf(mixed(top, bottom, (y - first + 0.5) / (last - first))));
}

template <class ColourAt>
void paintEach(cv::Mat3b& out, double from, const ColourAt& colourAt) {
    for (int y = static_cast<int>(from * out.rows); y < out.rows; ++y) {
        cv::Vec3b* row = out[y];
        for (int x = 0; x < out.cols; ++x)
            row[x] = pixelOf(colourAt(double(x) / out.rows, double(y) / out.rows));
    }
}

/// A gradient whose two colours are a little off.
void unevenGradient(cv::Mat3b& out, Random& random, double from, double to, const Colour& top, const Colour& bottom,
                    double strength = 16) {
    const Colour above = jittered(top, random, strength);
    gradient(out, from, to, above, jittered(bottom, random, strength));
}

void paintTable(cv::Mat3b& out, Random& random) {
    const Colour wood = jittered(random.chance(0.5) ? Colour{168, 118, 74} : Colour{198, 154, 104}, random);
    const ValueNoise noise(random);
    const double planks = random.integer(3, 6), along = random.range(1.5, 3), phase = random.unit();
    const bool upright = random.chance(0.3);
    paintEach(out, 0, [&](double x, double y) {
        if (upright) std::swap(x, y);
        const double plank = y * planks + phase, seat = plank - std::floor(plank);
        const double grain = noise.at(x * along + std::floor(plank) * 7, y * 34);
        const double tone = 0.22 * noise.at(std::floor(plank) * 3.7, 5.5) + 0.3 * grain;
        return seat < 0.05 ? darker(wood, 0.6) : darker(wood, tone);
    });
}

void paintMeadow(cv::Mat3b& out, Random& random) {
    const double horizon = random.range(0.25, 0.6);
    unevenGradient(out, random, 0, horizon, {140, 194, 228}, {214, 234, 238});
    const Colour grass = jittered({112, 168, 84}, random);
    gradient(out, horizon, 1.01, grass, darker(grass, 0.25));
    Canvas blades = groundCanvas(out);
    for (int i = 0; i < 90; ++i) {
        const Point root{random.unit(), random.range(horizon, 1.05)};
        const Point tip = root + Point{random.range(-0.02, 0.02), -random.range(0.03, 0.09)};
        blades.stroke({root, tip}, i % 3 == 0 ? lighter(grass, 0.25) : darker(grass, 0.3), 0.009);
    }
    const int count = random.integer(0, 7);
    for (int i = 0; i < count; ++i)
        blades.fill(ellipse({random.unit(), random.range(horizon + 0.05, 1)}, 0.015, 0.015), {250, 240, 200});
    lay(blades, out);
}

void paintSky(cv::Mat3b& out, Random& random) {
    unevenGradient(out, random, 0, 1.01, {86, 152, 214}, {196, 226, 242});
    Canvas clouds = groundCanvas(out);
    const int count = random.integer(1, 4);
    for (int i = 0; i < count; ++i) {
        const Point at{random.unit(), random.unit()};
        const double size = random.range(0.06, 0.12);
        for (int k = -2; k <= 2; ++k)
            clouds.fill(ellipse(at + Point(k * size * 0.8, std::abs(k) * size * 0.25), size * (1.1 - 0.2 * std::abs(k)),
                                size * 0.7),
                        {244, 248, 252});
    }
    lay(clouds, out);
}

void paintBeach(cv::Mat3b& out, Random& random) {
    const double sea = random.range(0.12, 0.3), shore = sea + random.range(0.1, 0.25);
    unevenGradient(out, random, 0, sea, {160, 208, 236}, {222, 238, 240});
    unevenGradient(out, random, sea, shore, {58, 140, 178}, {126, 202, 206});
    const Colour sand = jittered({228, 202, 150}, random);
    const ValueNoise noise(random);
    paintEach(out, shore, [&](double x, double y) { return darker(sand, 0.18 * noise.at(x * 9, y * 22)); });
    Canvas grains = groundCanvas(out);
    grains.stroke({{0, shore}, {1, shore}}, {244, 248, 246}, 0.025);
    for (int i = 0; i < 60; ++i)
        grains.fill(ellipse({random.unit(), random.range(shore + 0.03, 1)}, 0.007, 0.006), darker(sand, 0.35));
    lay(grains, out);
}

void paintBricks(cv::Mat3b& out, Random& random) {
    const Colour brick = jittered(random.chance(0.6) ? Colour{176, 92, 72} : Colour{188, 170, 150}, random);
    const Colour mortar = jittered({206, 196, 184}, random);
    const ValueNoise noise(random);
    const double rows = random.range(6, 11), phase = random.unit();
    paintEach(out, 0, [&](double x, double y) {
        const double row = y * rows + phase, course = std::floor(row);
        const double column = x * rows * 0.48 + 0.5 * (static_cast<long>(course) & 1) + phase;
        if (row - course < 0.12 || column - std::floor(column) < 0.06) return mortar;
        return darker(brick,
                      0.35 * noise.at(std::floor(column) * 3.3 + 0.5, course * 5.1) + 0.1 * noise.at(x * 40, y * 40));
    });
}

void paintWallpaper(cv::Mat3b& out, Random& random) {
    const Colour ground = lighter(jittered(palette()[static_cast<std::size_t>(random.index(9))].colour, random), 0.62);
    const Colour stripe = random.chance(0.5) ? lighter(ground, 0.55) : darker(ground, 0.16);
    const double count = random.range(4, 9), phase = random.unit(),
                 slant = random.chance(0.3) ? random.range(-0.6, 0.6) : 0;
    paintEach(out, 0, [&](double x, double y) {
        const double at = (x + slant * y) * count + phase;
        return at - std::floor(at) < 0.5 ? ground : stripe;
    });
}

void paintTablecloth(cv::Mat3b& out, Random& random) {
    const Colour check = jittered(palette()[static_cast<std::size_t>(random.index(8))].colour, random);
    const Colour cloth = {246, 242, 234};
    const double count = random.range(3, 7), phase = random.unit();
    paintEach(out, 0, [&](double x, double y) {
        const double u = x * count + phase, v = y * count + phase;
        const int dark = (u - std::floor(u) < 0.5) + (v - std::floor(v) < 0.5);
        return mixed(cloth, check, 0.38 * dark);
    });
}

void paintSnow(cv::Mat3b& out, Random& random) {
    const double horizon = random.range(0.3, 0.55);
    unevenGradient(out, random, 0, 1.01, {140, 162, 192}, {240, 246, 252});
    Canvas hills = groundCanvas(out);
    const int count = random.integer(1, 4);
    for (int i = 0; i < count; ++i) {
        const double x = random.unit(), size = random.range(0.05, 0.1);
        for (int k = 0; k < 3; ++k)
            hills.fill({{x - size * (0.5 + 0.2 * k), horizon + 0.03 - size * (1.2 - 0.6 * k)},
                        {x, horizon + 0.03 - size * (2.2 - 0.6 * k)},
                        {x + size * (0.5 + 0.2 * k), horizon + 0.03 - size * (1.2 - 0.6 * k)}},
                       {72, 112, 98});
    }
    hills.fill(ellipse({random.unit(), horizon + 0.75}, 1.1, 0.76), {232, 238, 246});
    hills.fill(ellipse({random.unit(), horizon + 0.9}, 0.9, 0.72), {246, 249, 253});
    hills.fill(rectangle(0, horizon + 0.35, 1, 1.02), {240, 244, 250});
    for (int i = 0; i < 45; ++i) {
        const double size = random.range(0.005, 0.013);
        hills.fill(ellipse({random.unit(), random.unit()}, size, size), {254, 254, 255});
    }
    lay(hills, out);
}

void paintPaper(cv::Mat3b& out, Random& random) {
    const Colour paper = jittered({240, 234, 220}, random, 10), line = mixed(paper, {120, 160, 206}, 0.4);
    const int ruling = random.index(3);
    const double count = random.range(7, 12), phase = random.unit();
    paintEach(out, 0, [&](double x, double y) {
        const double u = x * count + phase, v = y * count + phase;
        const bool down = ruling == 2 && u - std::floor(u) < 0.07, across = ruling >= 1 && v - std::floor(v) < 0.07;
        return down || across ? line : paper;
    });
}

void paintNight(cv::Mat3b& out, Random& random) {
    unevenGradient(out, random, 0, 1.01, {22, 26, 58}, {64, 62, 112}, 8);
    Canvas stars = groundCanvas(out);
    for (int i = 0; i < 40; ++i) {
        const double size = random.range(0.004, 0.011);
        stars.fill(ellipse({random.unit(), random.unit()}, size, size), {250, 244, 210});
    }
    if (random.chance(0.6)) {
        const Point moon{random.range(0.1, 0.9), random.range(0.08, 0.3)};
        stars.fill(ellipse(moon, 0.09, 0.09), {250, 240, 200});
        stars.fill(ellipse(moon + Point(0.035, -0.01), 0.075, 0.075), {30, 32, 68});
    }
    lay(stars, out);
}

void paintSea(cv::Mat3b& out, Random& random) {
    const Colour water = jittered({52, 128, 172}, random);
    gradient(out, 0, 1.01, lighter(water, 0.3), darker(water, 0.2));
    Canvas waves = groundCanvas(out);
    const double step = random.range(0.09, 0.15), arch = random.range(0.05, 0.08);
    int row = 0;
    for (double y = 0.04; y < 1.05; y += step, ++row) {
        for (double x = -0.1 + (row % 2) * arch; x < 1.1; x += 2 * arch)
            waves.stroke(ellipse({x, y}, arch, arch * 0.5, 180, 360), lighter(water, 0.45), 0.014);
    }
    lay(waves, out);
}

void paintRoom(cv::Mat3b& out, Random& random) {
    const double skirting = random.range(0.55, 0.75);
    const Colour wall = lighter(jittered(palette()[static_cast<std::size_t>(random.index(11))].colour, random), 0.45);
    gradient(out, 0, skirting, lighter(wall, 0.1), darker(wall, 0.1));
    const Colour floor = jittered({150, 116, 88}, random);
    gradient(out, skirting, 1.01, darker(floor, 0.2), floor);
    Canvas things = groundCanvas(out);
    things.fill(rectangle(0, skirting - 0.03, 1, skirting), lighter(wall, 0.6));
    if (random.chance(0.5)) {
        const double x = random.range(0, 0.75);
        things.fill(rectangle(x, 0.08, x + 0.26, 0.34), {120, 86, 60});
        things.fill(rectangle(x + 0.025, 0.105, x + 0.235, 0.315), jittered({196, 214, 206}, random));
    }
    lay(things, out);
}

}  // namespace

std::span<const Background> backgrounds() {
    static constexpr Background all[] = {
        {"on a wooden table", "on a table", paintTable},
        {"in a green meadow", "outside", paintMeadow},
        {"against a cloudy sky", "outside", paintSky},
        {"on a sandy beach", "outside", paintBeach},
        {"in front of a brick wall", "by a wall", paintBricks},
        {"on striped wallpaper", "by a wall", paintWallpaper},
        {"on a checked tablecloth", "on a table", paintTablecloth},
        {"in the snow", "outside", paintSnow},
        {"on white paper", "on a table", paintPaper},
        {"at night under the stars", "outside", paintNight},
        {"on blue water", "outside", paintSea},
        {"in a tidy room", "inside", paintRoom},
    };
    return all;
}

}  // namespace oodscope::demo
