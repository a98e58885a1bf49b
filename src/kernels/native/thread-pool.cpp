#include "thread-pool.hpp"
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace {

/// How often an idle thread looks for work before it sleeps: some 50 microseconds, longer than JavaScript takes between two kernels.
constexpr int looksBeforeSleep = 2000;

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// A job is announced in one number, so that a thread that comes late cannot take a part of the next one for its own:
/// 32 bits of job number, 16 of parts, 16 of the first part that nobody has taken.
class Pool {
 public:
  std::mutex inUse;

  /// To be called with `inUse` held.
  void resize(int threads) {
    stop();
    for (int index = 1; index < threads; index++) workers.emplace_back([this] { work(); });
  }

  void run(int parts, void (*job)(void*, int), void* context) {
    this->job = job;
    this->context = context;
    done.store(0);
    announced.store((++jobNumber << 32) | (static_cast<std::uint64_t>(parts) << 16));
    if (asleep.load() > 0) {
      std::lock_guard<std::mutex> lock(mutex);
      wake.notify_all();
    }
    takeParts();
    for (int looks = 0; done.load() < parts; looks++) {
      if (looks < looksBeforeSleep) pause();
      else std::this_thread::yield();
    }
  }

  void stop() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
    workers.clear();
    stopping = false;
  }

  ~Pool() { stop(); }

 private:
  static bool hasPart(std::uint64_t job) { return (job & 0xffff) < (job >> 16 & 0xffff); }

  void takeParts() {
    for (;;) {
      std::uint64_t seen = announced.load();
      if (!hasPart(seen)) return;
      if (!announced.compare_exchange_weak(seen, seen + 1)) continue;
      job(context, static_cast<int>(seen & 0xffff));
      done.fetch_add(1);
    }
  }

  void work() {
    while (!stopping) {
      for (int looks = 0; !hasPart(announced.load()) && !stopping && looks < looksBeforeSleep; looks++) pause();
      if (!hasPart(announced.load())) {
        std::unique_lock<std::mutex> lock(mutex);
        asleep.fetch_add(1);
        wake.wait(lock, [this] { return stopping || hasPart(announced.load()); });
        asleep.fetch_sub(1);
      }
      takeParts();
    }
  }

  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<std::uint64_t> announced{0};
  std::atomic<int> done{0}, asleep{0};
  std::atomic<bool> stopping{false};
  std::uint64_t jobNumber = 0;
  void (*job)(void*, int) = nullptr;
  void* context = nullptr;
};

Pool pool;
std::atomic<int> threads{1};
thread_local bool isWorking = false;

struct Piece {
  void* memory = nullptr;
  std::size_t floats = 0;
  ~Piece() { std::free(memory); }
};

}  // namespace

void setThreads(int count) {
  std::lock_guard<std::mutex> lock(pool.inUse);
  pool.resize(count);
  threads = count;
}

int threadCount() { return threads; }

void runParts(int parts, void (*run)(void*, int), void* context) {
  // Another JavaScript thread may have the pool: then this one does its parts alone, with the same result.
  std::unique_lock<std::mutex> lock(pool.inUse, std::defer_lock);
  if (isWorking || !lock.try_lock()) {
    for (int part = 0; part < parts; part++) run(context, part);
    return;
  }
  isWorking = true;
  pool.run(parts, run, context);
  isWorking = false;
}

float* scratch(int slot, std::size_t floats) {
  thread_local Piece pieces[8];
  Piece& piece = pieces[slot];
  if (piece.floats < floats) {
    std::free(piece.memory);
    piece.floats = floats + floats / 4;
    piece.memory = std::malloc(piece.floats * 4 + 128);
    if (!piece.memory) std::abort();
  }
  return reinterpret_cast<float*>((reinterpret_cast<std::uintptr_t>(piece.memory) + 63) & ~static_cast<std::uintptr_t>(63));
}
