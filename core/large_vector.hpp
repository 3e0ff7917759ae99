#pragma once

#include <cstddef>
#include <cstdlib>
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
    if (!is_large(n)) return static_cast<T*>(::operator new(n * sizeof(T)));
    const std::size_t bytes = (n * sizeof(T) + huge_page - 1) / huge_page * huge_page;
    void* const memory = std::aligned_alloc(huge_page, bytes);
    if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
    ::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: without it only speed is lost
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
