// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "app/demo/objects.h"
#include "app/demo/textures.h"
#include "core/image/image.h"

namespace oodscope::demo {

/// How hard the pictures are to read.
struct SceneStyle {
    double smallest = 0.32, largest = 0.48;  // radius of the object, of the picture's short side
    double drift = 0.1;                      // how far off the middle
    double occlusion = 0.15;                 // share of pictures with something in front
    double clutter = 0.2;                    // share with small things lying about
    double lighting = 0.3;                   // strength of light and colour casts
    double noise = 6;                        // largest standard deviation, in levels
    double blur = 0.1;                       // share of blurry pictures
    double several = 0.08;                   // share of pictures with two or three of the thing
};

/// The pictures that captions are written about.
SceneStyle captionedStyle();
/// The pictures of the demo's data sets: the same world, photographed with less care.
SceneStyle photographedStyle();

enum class Size { Small, Medium, Large };

/// What is to be seen, for whoever writes the caption.
struct Sights {
    const ObjectClass* object = nullptr;  // null: nothing but the background
    int colour = 0;                       // in palette()
    int background = 0;                   // in backgrounds()
    int count = 1;
    Size size = Size::Medium;
    bool blurry = false;
    bool striped = false;
    bool spotted = false;
};

struct Scene {
    image::Image image;
    Sights sights;
};

Scene drawScene(const ObjectClass& object, int width, int height, const SceneStyle& style, Random& random);
/// The same without any object.
Scene drawEmptyScene(int width, int height, const SceneStyle& style, Random& random);
image::Image drawTexture(const TextureKind& kind, int width, int height, const SceneStyle& style, Random& random);

}  // namespace oodscope::demo
