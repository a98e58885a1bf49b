/// A small pool of threads. Work is cut into parts by sizes alone, and every number is summed by one part in one order, so that results
/// have equal bits whatever the number of threads.
#pragma once
#include <cstddef>
#include <memory>
#include <type_traits>

/// Threads of one kernel, the caller's among them.
void setThreads(int count);
int threadCount();

/// Runs `run(context, part)` for every part, each once, on whatever threads there are; returns when all are done.
void runParts(int parts, void (*run)(void* context, int part), void* context);

/// Cuts `count` things into stretches, one a thread, of a multiple of `step`, and calls `f(begin, end)` on each.
/// `work` is the number of floating-point operations: too little for two threads stays on this one.
template <typename F>
void parallel(int count, int step, double work, F&& f) {
  constexpr double workOfPart = 300000;
  const int steps = (count + step - 1) / step;
  int parts = threadCount();
  if (parts > steps) parts = steps;
  if (work < workOfPart * parts) parts = static_cast<int>(work / workOfPart);
  if (parts <= 1) {
    if (count > 0) f(0, count);
    return;
  }
  struct Context {
    int count, step, steps, parts;
    std::remove_reference_t<F>* f;
  } context{count, step, steps, parts, &f};
  runParts(parts, [](void* given, int part) {
    const Context& c = *static_cast<Context*>(given);
    const int begin = static_cast<int>(static_cast<long long>(c.steps) * part / c.parts) * c.step;
    int end = static_cast<int>(static_cast<long long>(c.steps) * (part + 1) / c.parts) * c.step;
    if (end > c.count) end = c.count;
    (*c.f)(begin, end);
  }, &context);
}

/// Memory of this thread for the time of one kernel, at a multiple of 64 bytes; `slot` tells apart what is used at once.
float* scratch(int slot, std::size_t floats);
