// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

namespace oodscope::testing {

/// Root writes past permission bits, so that a test with a read-only folder could not fail. After this, neither this
/// thread, nor threads and programs that it starts, do so. Call it first. False: this system does not allow it.
inline bool obeyPermissionBits() {
    if (::geteuid() != 0) return true;
    if (::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE) != 0) return false;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
    if (::syscall(SYS_capget, &header, data) != 0) return false;
    constexpr unsigned kKeep = ~(1U << CAP_DAC_OVERRIDE);
    data[0].effective &= kKeep;
    data[0].permitted &= kKeep;
    data[0].inheritable &= kKeep;
    return ::syscall(SYS_capset, &header, data) == 0;
}

/// A folder and all in it that nobody may write to, for as long as this lives.
class ReadOnlyFolder {
public:
    explicit ReadOnlyFolder(std::filesystem::path folder) : m_folder(std::move(folder)) { setWritable(false); }
    ~ReadOnlyFolder() { setWritable(true); }
    ReadOnlyFolder(const ReadOnlyFolder&) = delete;
    ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;

private:
    void setWritable(bool writable) {
        namespace fs = std::filesystem;
        constexpr auto kWrite = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
        const auto set = [&](const fs::path& path) {
            if (writable)
                fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
            else
                fs::permissions(path, kWrite, fs::perm_options::remove);
        };
        set(m_folder);
        for (const auto& entry : fs::recursive_directory_iterator(m_folder))
            set(entry.path());
    }

    std::filesystem::path m_folder;
};

}  // namespace oodscope::testing
