// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <xxhash.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace oodscope {

struct Hasher::State {
    XXH3_state_t* xxh = XXH3_createState();
    ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : m_state(std::make_unique<State>()) { XXH3_128bits_reset(m_state->xxh); }
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::span<const std::byte> bytes) {
    XXH3_128bits_update(m_state->xxh, bytes.data(), bytes.size());
    return *this;
}

Hasher& Hasher::add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    return add(std::as_bytes(std::span(text)));
}

Hasher& Hasher::add(std::uint64_t value) { return add(std::as_bytes(std::span(&value, 1))); }

std::string Hasher::hex() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(m_state->xxh);
    char digits[33];
    std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    return digits;
}

std::string hashText(std::string_view text) { return Hasher().add(text).hex(); }

Result<std::string> hashFile(const std::filesystem::path& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) return fail(ErrorCode::Io, path.string() + ": cannot be opened: " + std::strerror(errno));
    Hasher hasher;
    std::vector<std::byte> block(std::size_t{1} << 20);
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get()))
        hasher.add(std::span(block).first(got));
    if (std::ferror(file.get())) return fail(ErrorCode::Io, path.string() + ": reading failed: " + std::strerror(errno));
    return hasher.hex();
}

}  // namespace oodscope
