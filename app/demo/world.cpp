// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/world.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <thread>

#include "app/demo/scene.h"
#include "core/base/files.h"

namespace oodscope::demo {
namespace {

/// Raised whenever a change of the drawing code changes a picture: worlds drawn before are drawn anew.
constexpr int kGeneratorVersion = 2;

struct Picture {
    fs::path path;
    const ObjectClass* object = nullptr;  // or
    const TextureKind* texture = nullptr;
    std::uint64_t seed = 0;
};

std::string numbered(std::string_view name, int i) {
    const std::string digits = std::to_string(i);
    return std::string(name) + "_" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".png";
}

template <class Kind>
void plan(std::vector<Picture>& out, const fs::path& folder, std::span<const Kind> kinds, int count,
          std::uint64_t seed) {
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        for (int i = 0; i < count; ++i) {
            Picture picture;
            picture.path = folder / kinds[k].name / numbered(kinds[k].name, i);
            picture.seed = seedOf(seed, {k, static_cast<std::uint64_t>(i)});
            if constexpr (std::is_same_v<Kind, ObjectClass>)
                picture.object = &kinds[k];
            else
                picture.texture = &kinds[k];
            out.push_back(std::move(picture));
        }
    }
}

std::vector<Picture> planWorld(const WorldOptions& o, const WorldFolders& folders) {
    std::vector<Picture> pictures;
    plan(pictures, folders.train, knownClasses(), o.trainPerClass, mixSeed(o.seed, 101));
    plan(pictures, folders.test, knownClasses(), o.testPerClass, mixSeed(o.seed, 102));
    plan(pictures, folders.nearOod, unknownClasses(), o.nearPerClass, mixSeed(o.seed, 103));
    plan(pictures, folders.farOod, textureKinds(), o.texturesPerKind, mixSeed(o.seed, 104));
    return pictures;
}

Status checkOptions(const WorldOptions& o) {
    const auto bad = [](int v, int low, int high) { return v < low || v > high; };
    if (bad(o.trainPerClass, 1, 100000) || bad(o.testPerClass, 1, 100000) || bad(o.nearPerClass, 1, 100000) ||
        bad(o.texturesPerKind, 1, 100000))
        return fail(ErrorCode::InvalidArgument,
                    "demo world: the counts of images must be between 1 and 100000 a class");
    if (bad(o.smallestSide, 16, 1024) || bad(o.largestSide, o.smallestSide, 1024))
        return fail(ErrorCode::InvalidArgument,
                    "demo world: the sides must be between 16 and 1024 pixels, the smallest first");
    return {};
}

nlohmann::json manifestOf(const WorldOptions& o, bool complete) {
    return {{"drawn_by", "oodscope demo world"},
            {"generator_version", kGeneratorVersion},
            {"seed", o.seed},
            {"train_per_class", o.trainPerClass},
            {"test_per_class", o.testPerClass},
            {"near_per_class", o.nearPerClass},
            {"textures_per_kind", o.texturesPerKind},
            {"smallest_side", o.smallestSide},
            {"largest_side", o.largestSide},
            {"classes", worldClassNames()},
            {"complete", complete}};
}

/// Makes DIR ready to draw into: ours and alike is kept, ours and different is removed, not ours is an error.
Status prepareFolder(const WorldOptions& options, const fs::path& dir) {
    const fs::path manifest = dir / "world.json", images = dir / "images";
    std::error_code ec;
    if (fs::exists(manifest, ec)) {
        auto text = readTextFile(manifest, 1 << 20);
        if (!text) return failFrom(text);
        auto found = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
        if (!found.is_object() || !found.contains("drawn_by"))
            return fail(ErrorCode::BadFile, manifest.string() + ": not a demo world's manifest; choose another folder");
        found["complete"] = false;
        if (found == manifestOf(options, false)) return {};
        const WorldFolders folders(dir);
        for (const fs::path& old : {folders.train, folders.test, folders.nearOod, folders.farOod}) {
            fs::remove_all(old, ec);
            if (ec) return fail(ErrorCode::Io, old.string() + ": the old pictures cannot be removed: " + ec.message());
        }
    } else if (fs::exists(images, ec) && !fs::is_empty(images, ec)) {
        return fail(
            ErrorCode::InvalidArgument,
            images.string() + ": holds files that are not a demo world's (no world.json); choose another folder");
    }
    return writeFileAtomically(manifest, manifestOf(options, false).dump(2) + "\n");
}

Status writePng(const fs::path& path, const image::Image& image) {
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> bytes;
    if (!cv::imencode(".png", bgr, bytes, {cv::IMWRITE_PNG_COMPRESSION, 6}))
        return fail(ErrorCode::Internal, path.string() + ": PNG encoding failed");
    // No sync a file: a picture that a power cut emptied is drawn again, and world.json is synced at the end.
    fs::path temporary = path;
    temporary += ".part";
    std::ofstream out(temporary, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    std::error_code ec;
    if (out) fs::rename(temporary, path, ec);
    if (!out || ec) {
        const std::string reason = ec ? ec.message() : systemMessage(errno);
        fs::remove(temporary, ec);
        return fail(ErrorCode::Io, path.string() + ": cannot be written: " + reason);
    }
    return {};
}

Status drawPicture(const Picture& picture, const WorldOptions& o) {
    Random random(picture.seed);
    const int width = random.integer(o.smallestSide, o.largestSide);
    const int height = random.integer(o.smallestSide, o.largestSide);
    const SceneStyle style = photographedStyle();
    try {
        if (picture.object != nullptr)
            return writePng(picture.path, drawScene(*picture.object, width, height, style, random).image);
        return writePng(picture.path, drawTexture(*picture.texture, width, height, style, random));
    } catch (const cv::Exception& e) {
        return fail(ErrorCode::Internal, picture.path.string() + ": drawing failed: " + e.what());
    }
}

/// Draws `pictures` on several threads. Whoever fails or is stopped first ends it.
class Studio {
public:
    Studio(const WorldOptions& options, std::vector<Picture> pictures, std::stop_token stop, const ProgressFn& progress)
        : m_options(options), m_pictures(std::move(pictures)), m_stop(std::move(stop)), m_progress(progress) {}

    Status run() {
        unsigned threads =
            m_options.threads > 0 ? static_cast<unsigned>(m_options.threads) : std::thread::hardware_concurrency();
        threads = std::clamp(threads, 1u, 64u);
        {
            std::vector<std::jthread> workers;
            for (unsigned i = 0; i < threads; ++i)
                workers.emplace_back([this] { work(); });
        }
        if (!m_status) return m_status;
        if (m_next < m_pictures.size()) return cancelled();
        report(/*last=*/true);
        return {};
    }

private:
    void work() {
        while (!m_failed && !m_stop.stop_requested()) {
            const std::size_t i = m_next++;
            if (i >= m_pictures.size()) return;
            if (auto drawn = drawPicture(m_pictures[i], m_options); !drawn) {
                const std::lock_guard lock(m_mutex);
                if (!m_failed.exchange(true)) m_status = drawn;
                return;
            }
            ++m_done;
            report(/*last=*/false);
        }
    }

    void report(bool last) {
        if (!m_progress) return;
        const std::unique_lock lock(m_mutex, std::try_to_lock);
        const auto now = std::chrono::steady_clock::now();
        if (!lock || (!last && now - m_reported < std::chrono::milliseconds(50))) return;
        m_reported = now;
        Progress p;
        p.stage = "drawing the demo world";
        p.unit = "images";
        p.done = m_done;
        p.total = m_pictures.size();
        const double seconds = std::chrono::duration<double>(now - m_started).count();
        if (seconds > 0 && p.done > 0) {
            p.perSecond = static_cast<double>(p.done) / seconds;
            p.secondsLeft = static_cast<double>(p.total - p.done) / p.perSecond;
        }
        m_progress(p);
    }

    const WorldOptions& m_options;
    const std::vector<Picture> m_pictures;
    const std::stop_token m_stop;
    const ProgressFn& m_progress;
    const std::chrono::steady_clock::time_point m_started = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point m_reported = m_started - std::chrono::seconds(1);
    std::atomic<std::size_t> m_next{0};
    std::atomic<std::size_t> m_done{0};
    std::atomic<bool> m_failed{false};
    std::mutex m_mutex;
    Status m_status;
};

}  // namespace

WorldFolders::WorldFolders(const fs::path& dir)
    : train(dir / "images" / "id-train"),
      test(dir / "images" / "id-test"),
      nearOod(dir / "images" / "near-ood"),
      farOod(dir / "images" / "far-ood-textures") {}

std::vector<std::string> worldClassNames() {
    std::vector<std::string> names;
    for (const ObjectClass& object : knownClasses())
        names.emplace_back(object.name);
    return names;
}

Status drawWorld(const WorldOptions& options, const fs::path& dir, std::stop_token stop, const ProgressFn& progress) {
    if (auto good = checkOptions(options); !good) return good;
    if (auto ready = prepareFolder(options, dir); !ready) return ready;
    std::vector<Picture> missing = planWorld(options, WorldFolders(dir));
    std::error_code ec;
    std::erase_if(missing, [&](const Picture& p) {
        const auto size = fs::file_size(p.path, ec);
        return !ec && size > 0;
    });
    if (missing.empty() && !stop.stop_requested()) {
        return writeFileAtomically(dir / "world.json", manifestOf(options, true).dump(2) + "\n");
    }
    for (const Picture& p : missing) {
        if (auto made = makeFolders(p.path.parent_path()); !made) return made;
    }
    if (auto drawn = Studio(options, std::move(missing), stop, progress).run(); !drawn) return drawn;
    return writeFileAtomically(dir / "world.json", manifestOf(options, true).dump(2) + "\n");
}

}  // namespace oodscope::demo
