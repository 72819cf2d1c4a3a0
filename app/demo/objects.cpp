// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/objects.h"

#include <vector>

#include "app/demo/object_drawings.h"

namespace oodscope::demo {

std::span<const ObjectClass> captionedClasses() {
    static constexpr ObjectClass classes[] = {
        {"apple", "fruit", 40, drawApple},
        {"bicycle", "vehicle", 14, drawBicycle},
        {"bird", "animal", 20, drawBird},
        {"boat", "vehicle", 14, drawBoat},
        {"cactus", "plant", 12, drawCactus},
        {"clock", "tool", 25, drawClock},
        {"fish", "animal", 30, drawFish},
        {"house", "building", 8, drawHouse},
        {"key", "tool", 180, drawKey},
        {"kite", "toy", 45, drawKite},
        {"lamp", "tool", 14, drawLamp},
        {"leaf", "plant", 180, drawLeaf},
        {"mug", "container", 18, drawMug},
        {"mushroom", "plant", 20, drawMushroom},
        {"starfish", "animal", 180, drawStarfish},
        {"umbrella", "tool", 35, drawUmbrella},
    };
    return classes;
}

std::span<const ObjectClass> knownClasses() {
    static const std::vector<ObjectClass> known = [] {
        const auto captioned = captionedClasses();
        std::vector<ObjectClass> classes(captioned.begin(), captioned.end());
        std::erase_if(classes, [](const ObjectClass& object) { return object.name == "key"; });
        return classes;
    }();
    return known;
}

std::span<const ObjectClass> unknownClasses() {
    static constexpr ObjectClass classes[] = {
        {"acorn", "plant", 60, drawAcorn},
        {"balloon", "vehicle", 14, drawBalloon},
        {"butterfly", "animal", 60, drawButterfly},
        {"compass", "tool", 30, drawCompass},
        {"feather", "animal", 180, drawFeather},
        {"padlock", "tool", 25, drawPadlock},
        {"pear", "fruit", 40, drawPear},
        {"teapot", "container", 18, drawTeapot},
        {"whale", "animal", 20, drawWhale},
        {"windmill", "building", 8, drawWindmill},
    };
    return classes;
}

}  // namespace oodscope::demo
