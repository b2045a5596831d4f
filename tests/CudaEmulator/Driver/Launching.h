// One launch runs at a time, and no memory is freed meanwhile.
#pragma once
#include <mutex>

extern std::mutex& launchLock;
