#pragma once

// Marks a function whose loops are compiled several times, for any x86-64 processor, for those with AVX2 and for those
// with AVX-512; the right one is chosen when the program is loaded. Results are the same: no operation is fused or reordered. Elsewhere it does
// nothing. To be used on functions that call no libm function (its scalar code suffers from dirty upper registers).
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define SYNOP_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SYNOP_VECTORISED
#endif
