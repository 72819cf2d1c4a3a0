// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>

#include "core/base/files.h"

namespace oodscope::io {
namespace {

class Descriptor {
public:
    explicit Descriptor(const fs::path& path) : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~Descriptor() {
        if (m_fd >= 0) ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }

private:
    int m_fd;
};

/// What ends a mapping; also how releasePages knows one from memory that its owner allocated.
struct Unmap {
    std::uintptr_t begin;
    std::size_t size;

    void operator()(const void* address) const { ::munmap(const_cast<void*>(address), size); }
};

}  // namespace

Result<MappedFile> mapFile(const fs::path& path) {
    const Descriptor file(path);
    if (file.get() < 0 && errno == ENOENT) return fail(ErrorCode::NotFound, path.string() + ": no such file");
    if (file.get() < 0) return fail(ErrorCode::Io, path.string() + ": cannot be opened: " + systemMessage(errno));
    struct stat info {};
    if (::fstat(file.get(), &info) != 0)
        return fail(ErrorCode::Io, path.string() + ": its size cannot be read: " + systemMessage(errno));
    if (!S_ISREG(info.st_mode)) return fail(ErrorCode::BadFile, path.string() + ": not a regular file");
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) return MappedFile{};
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (address == MAP_FAILED)
        return fail(ErrorCode::Io, path.string() + ": cannot be mapped: " + systemMessage(errno));
    const std::shared_ptr<const void> owner(address, Unmap{reinterpret_cast<std::uintptr_t>(address), size});
    return MappedFile{{static_cast<const std::byte*>(address), size}, owner};
}

void releasePages(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner) {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const Unmap* mapping = std::get_deleter<Unmap>(owner);
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    const std::uintptr_t end = begin + bytes.size();
    if (mapping == nullptr || begin < mapping->begin || end > mapping->begin + mapping->size) return;
    // Whole pages: those at the ends hold the neighbours too.
    const std::uintptr_t first = (begin + page - 1) / page * page, last = end / page * page;
    if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

}  // namespace oodscope::io
