// PTX text to a module.
#pragma once
#include "Module.h"

// Throws PtxError.
Module parsePtx(const std::string& text);
