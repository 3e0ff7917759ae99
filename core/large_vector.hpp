#pragma once

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace synop {

// Memory for arrays that are read at random places all over: large ones ask the system for huge pages, so that a place
// costs one miss of the caches and not another one of the table of pages. Measured in docs/decisions/0004.
template <class T>
struct LargeAllocator {
  using value_type = T;

  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t n) {
    if (n > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    if (!is_large(n)) return static_cast<T*>(::operator new(n * sizeof(T)));
    void* memory = nullptr;
    if (::posix_memalign(&memory, huge_page, n * sizeof(T)) != 0) throw std::bad_alloc();
#if defined(__linux__)
    // The whole pages only, so that none is filled for a small rest. A wish: without it only speed is lost.
    ::madvise(memory, n * sizeof(T) / huge_page * huge_page, MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t n) {
    is_large(n) ? std::free(memory) : ::operator delete(memory);
  }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }

 private:
  static constexpr std::size_t huge_page = std::size_t{1} << 21;
  static bool is_large(std::size_t n) { return n * sizeof(T) >= 2 * huge_page; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace synop
