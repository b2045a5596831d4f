// How a GPU's memory would see an access, by kernel.
#pragma once
#include "Launch.h"

void countAccess(Warp* warp, u32 mask, const u64* addresses, u32 bytes, Space space);
