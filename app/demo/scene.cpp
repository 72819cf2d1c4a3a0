// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/scene.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "app/demo/backgrounds.h"
#include "app/demo/finish.h"
#include "app/demo/palette.h"

namespace oodscope::demo {
namespace {

/// How one picture's objects look; shared by all of them, as their caption names one colour.
struct Manner {
    Colour main, accent;
    bool lined = true;
    bool striped = false, spotted = false;
    double patternScale = 0.2, patternAngle = 0;
    Point shadow;
};

Manner mannerOf(const Sights& sights, Random& random) {
    Manner m;
    const auto colours = palette();
    m.main = jittered(colours[static_cast<std::size_t>(sights.colour)].colour, random);
    m.accent =
        jittered(colours[static_cast<std::size_t>(random.index(static_cast<int>(colours.size())))].colour, random);
    if (cv::norm(m.main - m.accent) < 60) m.accent = lighter(m.main, 0.55);
    m.lined = random.chance(0.8);
    m.striped = sights.striped;
    m.spotted = sights.spotted;
    m.patternScale = random.range(0.2, 0.42);
    m.patternAngle = random.range(0, 3.14159);
    m.shadow = Point{random.range(-0.06, 0.06), random.range(0.01, 0.07)};
    return m;
}

/// Stripes or spots on the body, in pixels around the object's centre.
void applyPattern(Canvas& canvas, const Manner& m) {
    const Placement& place = canvas.placement();
    const double c = std::cos(m.patternAngle), s = std::sin(m.patternAngle), step = m.patternScale * place.radius;
    const Colour paint = cv::norm(m.main) > 250 ? darker(m.main, 0.4) : lighter(m.main, 0.55);
    const cv::Vec3b pixel = pixelOf(paint);
    for (int y = 0; y < canvas.bodyMask().rows; ++y) {
        for (int x = 0; x < canvas.bodyMask().cols; ++x) {
            if (canvas.bodyMask()(y, x) == 0) continue;
            const double u = (c * (x - place.centre.x) + s * (y - place.centre.y)) / step;
            const double v = (c * (y - place.centre.y) - s * (x - place.centre.x)) / step;
            const double fu = u - std::floor(u) - 0.5, fv = v - std::floor(v) - 0.5;
            if (m.striped ? fu > 0.05 : fu * fu + fv * fv < 0.085) canvas.colours()(y, x) = pixel;
        }
    }
}

/// Rounds the object off: lighter towards the light, darker away from it.
void applyShading(Canvas& canvas, const Point& shadow, double strength) {
    const Placement& place = canvas.placement();
    const double length = std::max(1e-6, std::sqrt(shadow.dot(shadow)));
    const Point light = shadow * (-1.0 / length);
    for (int y = 0; y < canvas.mask().rows; ++y) {
        for (int x = 0; x < canvas.mask().cols; ++x) {
            if (canvas.mask()(y, x) == 0) continue;
            const Point at = (Point(x, y) - place.centre) * (1.0 / place.radius);
            cv::Vec3b& pixel = canvas.colours()(y, x);
            pixel = pixelOf(Colour(pixel) * (1 + strength * at.dot(light)));
        }
    }
}

void castShadow(cv::Mat3b& picture, const cv::Mat1b& mask, const Point& offset, double sigma) {
    cv::Mat1b shadow(mask.size(), std::uint8_t{0});
    const int dx = static_cast<int>(std::lround(offset.x)), dy = static_cast<int>(std::lround(offset.y));
    const cv::Rect whole({0, 0}, mask.size());
    const cv::Rect to = (whole + cv::Point(dx, dy)) & whole;
    mask(to - cv::Point(dx, dy)).copyTo(shadow(to));
    cv::GaussianBlur(shadow, shadow, {}, sigma, sigma, cv::BORDER_CONSTANT);
    for (int y = 0; y < picture.rows; ++y) {
        for (int x = 0; x < picture.cols; ++x) {
            // 0.42 of the light goes; in integers, as every pixel counts.
            const int keep = 65025 - 107 * shadow(y, x);
            if (keep == 65025) continue;
            for (int i = 0; i < 3; ++i)
                picture(y, x)[i] = static_cast<std::uint8_t>(picture(y, x)[i] * keep / 65025);
        }
    }
}

void putObject(cv::Mat3b& picture, const ObjectClass& object, const Placement& place, const Manner& m, Random& random) {
    Canvas canvas(picture.size(), place);
    const Colour ink = mixed({44, 36, 46}, darker(m.main, 0.7), 0.5);
    canvas.setOutline(ink, m.lined ? random.range(0.035, 0.065) : 0);
    Look look{random, m.main, m.accent, lighter(m.main, 0.6)};
    object.draw(canvas, look);
    if (m.striped || m.spotted) applyPattern(canvas, m);
    applyShading(canvas, m.shadow, random.range(0.1, 0.32));
    castShadow(picture, canvas.mask(), m.shadow * (place.radius * 2.2), std::max(1.0, place.radius * 0.06));
    canvas.colours().copyTo(picture, canvas.mask());
}

Placement placementFor(const ObjectClass& object, cv::Size size, double radius, Point centre, Random& random) {
    Placement place;
    place.centre = centre;
    place.radius = radius * std::min(size.width, size.height);
    place.degrees = object.turn >= 180 ? random.range(-180, 180) : random.range(-object.turn, object.turn);
    place.shear = random.range(-0.14, 0.14);
    place.stretch = random.range(0.86, 1.14);
    place.mirrored = random.chance(0.5);
    return place;
}

Canvas pictureCanvas(const cv::Mat3b& picture) {
    Placement whole;
    whole.radius = picture.rows;
    whole.stretch = double(picture.cols) / picture.rows;
    return Canvas(picture.size(), whole);
}

/// Pebbles, petals and crumbs around the object.
void strewClutter(cv::Mat3b& picture, Random& random) {
    Canvas canvas = pictureCanvas(picture);
    canvas.setOutline({50, 44, 52}, random.chance(0.5) ? 0.008 : 0);
    const int count = random.integer(2, 7);
    for (int i = 0; i < count; ++i) {
        const Point at{random.unit(), random.unit()};
        const double size = random.range(0.02, 0.07), turn = random.range(0, 180);
        const Colour paint = jittered(palette()[static_cast<std::size_t>(random.index(12))].colour, random);
        if (random.chance(0.5))
            canvas.shape(turned(ellipse(at, size, size * 0.6), turn, at), paint);
        else
            canvas.shape(turned(rectangle(at.x - size, at.y - size * 0.4, at.x + size, at.y + size * 0.4), turn, at),
                         paint);
    }
    canvas.colours().copyTo(picture, canvas.mask());
}

void drawBlades(Canvas& canvas, const Colour& paint, Random& random) {
    for (int i = 0; i < 14; ++i) {
        const double x = random.unit(), tall = random.range(0.2, 0.6), lean = random.range(-0.12, 0.12);
        canvas.shape({{x - 0.025, 1.02}, {x + lean, 1.0 - tall}, {x + 0.025, 1.02}}, mixed({84, 140, 70}, paint, 0.3));
    }
}

void drawBranch(Canvas& canvas, const Colour& paint, Random& random) {
    const double from = random.unit(), to = random.unit();
    canvas.tube({{-0.05, from}, {1.05, to}}, {104, 78, 56}, 0.05);
    for (int i = 0; i < 6; ++i) {
        const double t = random.unit();
        const Point at{t, from + (to - from) * t + random.range(-0.06, 0.06)};
        canvas.shape(turned(ellipse(at, 0.09, 0.04), random.range(0, 180), at), mixed({84, 140, 70}, paint, 0.4));
    }
}

void drawBar(Canvas& canvas, const Colour& paint, Random& random) {
    const double x = random.range(0.15, 0.85), lean = random.range(-0.4, 0.4), wide = random.range(0.06, 0.16);
    canvas.tube({{x - lean, -0.1}, {x + lean, 1.1}}, paint, wide);
}

void drawCorner(Canvas& canvas, const Colour& paint, Random& random) {
    const Point corner{double(random.index(2)), double(random.index(2))};
    const double size = random.range(0.3, 0.52);
    canvas.shape(ellipse(corner, size, size * random.range(0.7, 1.1)), paint);
}

/// Something between the eye and the object: blades, a branch, a bar, a corner of something near.
void putOccluder(cv::Mat3b& picture, Random& random) {
    Canvas canvas = pictureCanvas(picture);
    canvas.setOutline({46, 40, 46}, random.chance(0.5) ? 0.01 : 0);
    const Colour paint = jittered(palette()[static_cast<std::size_t>(random.index(12))].colour, random);
    constexpr void (*kKinds[])(Canvas&, const Colour&, Random&) = {drawBlades, drawBranch, drawBar, drawCorner};
    kKinds[random.index(4)](canvas, paint, random);
    castShadow(picture, canvas.mask(), {picture.rows * 0.012, picture.rows * 0.02}, picture.rows * 0.02);
    canvas.colours().copyTo(picture, canvas.mask());
}

Sights chooseSights(const ObjectClass& object, const SceneStyle& style, Random& random) {
    Sights s;
    s.object = &object;
    s.colour = random.index(static_cast<int>(palette().size()));
    s.background = random.index(static_cast<int>(backgrounds().size()));
    s.count = random.chance(style.several) ? random.integer(2, 3) : 1;
    s.blurry = random.chance(style.blur);
    const double pattern = random.unit();
    s.striped = pattern < 0.12;
    s.spotted = pattern > 0.88;
    return s;
}

void putObjects(cv::Mat3b& picture, Sights& sights, const SceneStyle& style, const Manner& manner, Random& random) {
    const Point middle(picture.cols / 2.0, picture.rows / 2.0);
    const double side = std::min(picture.cols, picture.rows);
    if (sights.count == 1) {
        const double radius = random.range(style.smallest, style.largest);
        const double share = (radius - style.smallest) / std::max(1e-9, style.largest - style.smallest);
        sights.size = share < 0.25 ? Size::Small : share > 0.75 ? Size::Large : Size::Medium;
        const double room = std::max(0.03, style.drift * (1.35 - share));
        const Point centre = middle + side * Point{random.range(-room, room), random.range(-room, room)};
        putObject(picture, *sights.object, placementFor(*sights.object, picture.size(), radius, centre, random), manner,
                  random);
        return;
    }
    const double start = random.range(0, 360), radius = random.range(0.19, 0.25);
    for (int i = 0; i < sights.count; ++i) {
        const Point offset = turned({{0.25 * side, 0}}, start + 360.0 * i / sights.count)[0];
        putObject(picture, *sights.object,
                  placementFor(*sights.object, picture.size(), radius, middle + offset, random), manner, random);
    }
    sights.size = Size::Small;
}

cv::Mat3b paintedBackground(const Sights& sights, int width, int height, const SceneStyle& style, Random& random) {
    cv::Mat3b picture(height * kOversampling, width * kOversampling, cv::Vec3b(0, 0, 0));
    backgrounds()[static_cast<std::size_t>(sights.background)].paint(picture, random);
    if (random.chance(style.clutter)) strewClutter(picture, random);
    return picture;
}

cv::Mat3b finished(const cv::Mat3b& large, const SceneStyle& style, bool blurry, Random& random) {
    cv::Mat3b picture = averagedDown(large);
    applyLight(picture, style.lighting, random);
    if (blurry) applyBlur(picture, random.range(0.9, 1.6));
    applyNoise(picture, random.range(0, style.noise), random);
    return picture;
}

}  // namespace

SceneStyle captionedStyle() {
    return {};
}

SceneStyle photographedStyle() {
    SceneStyle style;
    style.smallest = 0.3;
    style.largest = 0.475;
    style.drift = 0.11;
    style.occlusion = 0.2;
    style.clutter = 0.25;
    style.lighting = 0.35;
    style.noise = 7.5;
    return style;
}

Scene drawScene(const ObjectClass& object, int width, int height, const SceneStyle& style, Random& random) {
    Scene scene;
    scene.sights = chooseSights(object, style, random);
    const Manner manner = mannerOf(scene.sights, random);
    cv::Mat3b picture = paintedBackground(scene.sights, width, height, style, random);
    putObjects(picture, scene.sights, style, manner, random);
    if (random.chance(style.occlusion)) putOccluder(picture, random);
    scene.image = toImage(finished(picture, style, scene.sights.blurry, random));
    return scene;
}

Scene drawEmptyScene(int width, int height, const SceneStyle& style, Random& random) {
    Scene scene;
    scene.sights.background = random.index(static_cast<int>(backgrounds().size()));
    scene.sights.blurry = random.chance(style.blur);
    cv::Mat3b picture = paintedBackground(scene.sights, width, height, style, random);
    if (random.chance(style.occlusion)) putOccluder(picture, random);
    scene.image = toImage(finished(picture, style, scene.sights.blurry, random));
    return scene;
}

image::Image drawTexture(const TextureKind& kind, int width, int height, const SceneStyle& style, Random& random) {
    cv::Mat3b picture(height * kOversampling, width * kOversampling, cv::Vec3b(0, 0, 0));
    kind.paint(picture, random);
    return toImage(finished(picture, style, random.chance(style.blur), random));
}

}  // namespace oodscope::demo
